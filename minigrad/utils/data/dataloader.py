"""The loop over batches.

A DataLoader asks its sampler for indices, its dataset for the samples there, and its collate function for a
batch of them. Rows of tensors, the most common samples by far, skip the middle step: one indexing operation
takes a whole batch from each tensor.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Generic, TypeVar

import numpy as np

from minigrad.random import Generator
from minigrad.tensor import Tensor
from minigrad.utils.data.collate import default_collate, default_convert
from minigrad.utils.data.dataset import Dataset, IterableDataset, Subset, TensorDataset
from minigrad.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler, as_generator, is_iterable

T_co = TypeVar("T_co", covariant=True)


class DataLoader(Generic[T_co]):
    """An iterable of batches of `dataset`; each pass over it starts anew.

    `batch_size` samples make a batch, in the order of the data, at random if `shuffle`, or as `sampler`
    says; the shorter batch at the end is left out if `drop_last`. A `batch_sampler` gives the indices of
    whole batches instead. With `batch_size=None` there are no batches, and samples come one by one.
    `collate_fn` makes a batch of a list of samples, by default `default_collate`. Random orders come from
    `generator`, or from that of the package, so `minigrad.manual_seed` fixes them.

    The arguments about workers and pinned memory (`num_workers`, `timeout`, `worker_init_fn`,
    `multiprocessing_context`, `prefetch_factor`, `persistent_workers`, `in_order`; `pin_memory`,
    `pin_memory_device`) are taken for the sake of scripts written for PyTorch and change nothing: batches are
    made in this process, when they are asked for. All arguments are attributes of that name.

    TypeError for arguments that are not what they should be, ValueError for those that contradict each other.

    >>> data = mg.utils.data.TensorDataset(mg.arange(5))
    >>> [batch[0].tolist() for batch in mg.utils.data.DataLoader(data, batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        dataset: Dataset[T_co],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Sequence[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        if not isinstance(dataset, IterableDataset) and not hasattr(dataset, "__getitem__"):
            raise TypeError(
                "DataLoader: dataset must be a Dataset, or anything with __getitem__ and __len__, "
                f"not {type(dataset).__name__}"
            )
        for name, value in (("sampler", sampler), ("batch_sampler", batch_sampler)):
            if value is not None and not is_iterable(value):
                raise TypeError(f"DataLoader: {name} must be an iterable of indices, not {type(value).__name__}")
        if collate_fn is not None and not callable(collate_fn):
            raise TypeError(f"DataLoader: collate_fn must be a function, not {type(collate_fn).__name__}")
        if not isinstance(num_workers, int) or not isinstance(timeout, (int, float)):
            raise TypeError(f"DataLoader: num_workers={num_workers!r}, timeout={timeout!r} must be numbers")
        for name, number in (("num_workers", num_workers), ("timeout", timeout)):
            if number < 0:
                raise ValueError(f"DataLoader: {name} option should be non-negative, got {number}")
        _check_workers(num_workers, prefetch_factor, persistent_workers)
        _check_context(multiprocessing_context, num_workers)
        streams = isinstance(dataset, IterableDataset)
        if streams:
            for name, given in (("shuffle", shuffle), ("sampler", sampler), ("batch_sampler", batch_sampler)):
                if given not in (None, False):
                    raise ValueError(
                        f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={given}"
                    )
        wish: Any = shuffle
        if not (wish is None or isinstance(wish, (bool, int, np.bool_))) or wish not in (True, False, None):
            raise ValueError(f"DataLoader: expected boolean shuffle option, but got shuffle={shuffle!r:.60}")
        if sampler is not None and shuffle:
            raise ValueError("DataLoader: sampler option is mutually exclusive with shuffle; each sets the order")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                others = "batch_size, shuffle, sampler, and drop_last"
                raise ValueError(f"DataLoader: batch_sampler option is mutually exclusive with {others}")
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "DataLoader: batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
            )

        source: Any = dataset  # whether it has a length shows when it is asked for
        order: Any = sampler
        if streams:
            order = source  # what comes from it is taken as samples, not as indices
        elif sampler is None:
            order = RandomSampler(source, generator=generator) if shuffle else SequentialSampler(source)
        if batch_size is not None:
            batch_sampler = BatchSampler(order, batch_size, drop_last)
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate

        self.dataset = dataset
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = order
        self.batch_sampler = batch_sampler
        self.collate_fn = collate_fn
        self.generator = as_generator("DataLoader", generator)
        self.num_workers, self.persistent_workers, self.worker_init_fn = num_workers, persistent_workers, worker_init_fn
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self.timeout, self.in_order, self.multiprocessing_context = timeout, in_order, multiprocessing_context
        self._sample: Callable[[Any], Any] = (lambda sample: sample) if streams else dataset.__getitem__
        self._fixed = True

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _FIXED and hasattr(self, "_fixed"):
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(name, value)

    def __iter__(self) -> Iterator[Any]:
        """The batches; after one that could not be made, whose error is raised, the next ones can be had."""
        if self.batch_sampler is None:
            return map(self._made, self.sampler, repeat(False))
        return map(self._made, self.batch_sampler, repeat(True))

    def _made(self, indices: Any, batched: bool) -> Any:
        """The batch of these `indices`, or, if it is not `batched`, the sample of one."""
        try:
            if not batched:
                return self.collate_fn(self._sample(indices))
            rows = _rows(self.dataset, indices) if self.collate_fn is default_collate else None
            return self.collate_fn([self._sample(index) for index in indices]) if rows is None else rows
        except StopIteration as error:  # which would end the epoch, as if there were no more
            raise RuntimeError("DataLoader: the dataset or collate_fn raised StopIteration") from error

    def __len__(self) -> int:
        """The number of batches; TypeError if the dataset or the sampler does not know its length."""
        batches: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        return len(batches)


_FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
"""What a DataLoader was made of, and cannot be changed."""


def _check_workers(num_workers: int, prefetch_factor: int | None, persistent_workers: bool) -> None:
    """Refuse what is said of workers where there are to be none."""
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError(
            "DataLoader: prefetch_factor option could only be specified in multiprocessing. let num_workers > 0 to "
            "enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError(f"DataLoader: prefetch_factor option should be non-negative, got {prefetch_factor}")
    if persistent_workers and num_workers == 0:
        raise ValueError("DataLoader: persistent_workers option needs num_workers > 0")


def _check_context(context: Any, num_workers: int) -> None:
    """Refuse what is no way to start processes; whatever it is, none are started."""
    if context is None:
        return
    if num_workers == 0:
        raise ValueError(
            "DataLoader: multiprocessing_context can only be used with multi-process loading (num_workers > 0), but "
            "got num_workers=0"
        )
    if isinstance(context, str):
        if context not in multiprocessing.get_all_start_methods():
            raise ValueError(
                "DataLoader: multiprocessing_context option should specify a valid start method in "
                f"{multiprocessing.get_all_start_methods()}, but got {context!r}"
            )
    elif not isinstance(context, multiprocessing.context.BaseContext):
        raise TypeError(
            "DataLoader: multiprocessing_context option should be a valid context object or a string specifying the "
            f"start method, but got {context!r}"
        )


def _rows(dataset: Dataset[Any], indices: Sequence[Any]) -> list[Tensor] | None:
    """What default_collate would make of these samples, if they are rows of tensors; None if they are not."""
    while type(dataset) is Subset:
        indices = [dataset.indices[index] for index in indices]
        dataset = dataset.dataset
    if type(dataset) is TensorDataset:
        return [tensor[list(indices)] for tensor in dataset.tensors]
    return None


def get_worker_info() -> None:
    """None, as in the main process: there are no workers.

    >>> mg.utils.data.get_worker_info()
    """
