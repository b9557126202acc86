"""The order in which samples are seen.

A Sampler is an iterable of indices. Each pass over a random one draws a new order from its generator, or
from that of the package if it has none, so that a seed fixes the orders of all passes.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Generic, TypeVar

import numpy as np

from minigrad.engine.gate import Constructed
from minigrad.kernels.room import check_room
from minigrad.random import Generator, stream

T_co = TypeVar("T_co", covariant=True)

MANY = 1 << 16
"""Indices: more are drawn in parts, or asked for room first."""

INDEX = 40
"""Bytes of an index in a list."""


class Sampler(Constructed, Generic[T_co]):
    """An order of indices; to be extended with `__iter__`, and `__len__` where it is known.

    `data_source`: what samplers of older programs hand up, and what nobody reads.
    """

    def __init__(self, data_source: Any = None) -> None:
        pass

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__")


class SequentialSampler(Sampler[int]):
    """The indices of `data_source`, first to last.

    >>> list(mg.utils.data.SequentialSampler(range(3)))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        size_of("SequentialSampler", data_source)
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """The indices of `data_source` in a random order, drawn from `generator`.

    Without `replacement` every index comes once before any comes again, so `num_samples` above the size of the
    data goes through whole shuffles first. With replacement each draw is independent.

    >>> sorted(mg.utils.data.RandomSampler(range(3)))
    [0, 1, 2]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = _as_bool("RandomSampler", "replacement", replacement)
        self._num_samples = num_samples
        self.generator = as_generator("RandomSampler", generator)
        size = size_of("RandomSampler", data_source)
        _as_count("RandomSampler", "num_samples", size if num_samples is None else num_samples)

    @property
    def num_samples(self) -> int:
        """How many indices a pass gives."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        draw = stream(self.generator)
        size = len(self.data_source)
        if self.replacement:
            for start in range(0, self.num_samples, MANY):
                yield from draw.integers(size, size=min(MANY, self.num_samples - start)).tolist()
            return
        check_room("RandomSampler", size, INDEX, "indices")
        for start in range(0, self.num_samples, size):
            yield from draw.permutation(size)[: self.num_samples - start].tolist()

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The `indices` given, in a random order, drawn from `generator`.

    >>> sorted(mg.utils.data.SubsetRandomSampler([4, 7]))
    [4, 7]
    """

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        size_of("SubsetRandomSampler", indices)
        self.indices = indices
        self.generator = as_generator("SubsetRandomSampler", generator)

    def __iter__(self) -> Iterator[int]:
        for place in stream(self.generator).permutation(len(self.indices)).tolist():
            yield self.indices[place]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Indices drawn in proportion to `weights`, which need not add up to 1.

    They come from `generator`; none is drawn twice unless `replacement`.

    ValueError if the weights are not finite numbers of one axis, at least 0 and not all 0, or if fewer than
    `num_samples` of them are above 0 where none is drawn twice.

    >>> list(mg.utils.data.WeightedRandomSampler([0.0, 1.0], 3))
    [1, 1, 1]
    """

    def __init__(
        self,
        weights: Sequence[float] | Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        try:
            self.weights = np.array(weights, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"WeightedRandomSampler: weights must be numbers, not {weights!r:.60}") from None
        self.num_samples = _as_count("WeightedRandomSampler", "num_samples", num_samples)
        self.replacement = _as_bool("WeightedRandomSampler", "replacement", replacement)
        self.generator = as_generator("WeightedRandomSampler", generator)
        if self.weights.ndim != 1:
            raise ValueError(f"WeightedRandomSampler: weights have one axis, not shape {self.weights.shape}")
        if not np.isfinite(self.weights).all() or (self.weights < 0).any() or not self.weights.any():
            raise ValueError("WeightedRandomSampler: weights are finite, at least 0, and not all 0")
        positive = np.count_nonzero(self.weights)
        if not replacement and num_samples > positive:
            raise ValueError(
                f"WeightedRandomSampler: cannot draw {num_samples} samples without replacement "
                f"from {positive} weights above 0"
            )

    def __iter__(self) -> Iterator[int]:
        draw = stream(self.generator)
        check_room("WeightedRandomSampler", self.num_samples, INDEX, "indices")
        chances = self.weights / self.weights.sum()
        yield from draw.choice(len(chances), self.num_samples, self.replacement, chances).tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of `sampler` in lists of `batch_size`; a shorter last one is left out if `drop_last`.

    >>> list(mg.utils.data.BatchSampler(range(5), 2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not is_iterable(sampler):
            raise TypeError(f"BatchSampler: sampler must be an iterable of indices, not {type(sampler).__name__}")
        self.sampler = sampler
        self.batch_size = _as_count("BatchSampler", "batch_size", batch_size)
        self.drop_last = _as_bool("BatchSampler", "drop_last", drop_last)

    def __iter__(self) -> Iterator[list[int]]:
        if self.batch_size > MANY and isinstance(self.sampler, Sized):
            check_room("BatchSampler", min(self.batch_size, len(self.sampler)), INDEX, "indices")
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, min(self.batch_size, sys.maxsize))):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        count = len(self.sampler)  # type: ignore[arg-type]  # TypeError, as of any iterable without a length
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)


def _as_count(sampler: str, name: str, value: int) -> int:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{sampler}: {name} must be a positive integer, not {value!r}")
    return int(value)


def _as_bool(sampler: str, name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{sampler}: {name} should be a boolean value, but got {name}={value!r}")
    return value


def size_of(user: str, data: Any) -> int:
    """The length of `data`; TypeError if it has none."""
    if not isinstance(data, Sized):
        raise TypeError(f"{user}: expected a dataset or a sequence with a length, not {type(data).__name__}")
    return len(data)


def is_iterable(value: Any) -> bool:
    """Whether `for` can go through `value`, which for datasets may be by index alone."""
    return hasattr(value, "__iter__") or hasattr(value, "__getitem__")


def as_generator(user: str, generator: Any) -> Generator | None:
    """`generator`, if it is one or None; TypeError if it is anything else, such as a seed."""
    if generator is not None and not isinstance(generator, Generator):
        raise TypeError(
            f"{user}: generator must be a Generator or None, not {type(generator).__name__}; "
            "minigrad.Generator().manual_seed(seed) makes one"
        )
    return generator
