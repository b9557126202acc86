"""The sampler that shares samples out among processes: every world_size-th one, in an order that all know."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sized

import numpy as np

from minigrad.utils.data.sampler import Sampler


class DistributedSampler(Sampler[int]):
    """The indices of one of `num_replicas` processes: of all, in an order drawn from `seed` and the epoch, its part.

    Args:
        dataset: what is sampled from.
        num_replicas, rank: how many processes there are, and which this is; 1 and 0 by default.
        shuffle: whether the order is random, another one in each epoch (`set_epoch`).
        seed: where the random orders start.
        drop_last: leave out what does not fill a round; otherwise the first indices come once more.

    >>> list(mg.utils.data.distributed.DistributedSampler(range(5), num_replicas=2, rank=1, shuffle=False))
    [1, 3, 0]
    """

    def __init__(
        self,
        dataset: Sized,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        for name, number in (("num_replicas", num_replicas), ("rank", rank), ("seed", seed)):
            if not (isinstance(number, (int, np.integer)) or (number is None and name != "seed")):
                raise TypeError(f"DistributedSampler: {name} must be an int, not {type(number).__name__}")
        if seed < 0:
            raise ValueError(f"DistributedSampler: seed must be 0 or more, got {seed}")
        self.dataset, self.shuffle, self.seed, self.drop_last, self.epoch = dataset, shuffle, seed, drop_last, 0
        self.num_replicas, self.rank = 1 if num_replicas is None else num_replicas, 0 if rank is None else rank
        if not 0 <= self.rank < self.num_replicas:
            raise ValueError(f"Invalid rank {self.rank}, rank should be in the interval [0, {self.num_replicas - 1}]")
        rounds = len(dataset) / self.num_replicas
        self.num_samples = math.floor(rounds) if drop_last else math.ceil(rounds)
        self.total_size = self.num_samples * self.num_replicas

    def __iter__(self) -> Iterator[int]:
        count = len(self.dataset)
        order = np.random.default_rng(self.seed + self.epoch).permutation(count) if self.shuffle else np.arange(count)
        return iter(np.resize(order, self.total_size)[self.rank :: self.num_replicas].tolist())

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Which random order comes next."""
        self.epoch = epoch
