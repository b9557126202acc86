"""Collections of samples.

A Dataset is anything that answers `dataset[index]` and `len(dataset)`; an IterableDataset only says what
comes next. The classes here wrap tensors, join datasets and split them. None of them copies a sample.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from minigrad.engine.gate import gate
from minigrad.errors import ShapeError
from minigrad.random import Generator, stream
from minigrad.tensor import Tensor
from minigrad.utils.data.sampler import as_generator, size_of

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Dataset(Generic[T_co]):
    """A collection whose samples have an index; to be extended with `__getitem__` and `__len__`.

    >>> class Squares(mg.utils.data.Dataset):
    ...     def __len__(self):
    ...         return 3
    ...
    ...     def __getitem__(self, index):
    ...         return index**2
    >>> Squares()[2]
    4
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__")

    def __add__(self, other: Dataset[T_co]) -> ConcatDataset[T_co]:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co]):
    """A stream of samples without indices; to be extended with `__iter__`, and `__len__` if it is known.

    >>> class Count(mg.utils.data.IterableDataset):
    ...     def __iter__(self):
    ...         return iter(range(3))
    >>> list(Count())
    [0, 1, 2]
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__")

    def __add__(self, other: Any) -> ChainDataset[T_co]:  # type: ignore[override]  # streams make a stream
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors that go together: sample `i` is row `i` of each of `tensors`.

    All have the same size along their first axis.

    >>> mg.utils.data.TensorDataset(mg.tensor([[1, 2], [3, 4]]), mg.tensor([5, 6]))[1]
    (tensor([3, 4]), tensor(6))
    """

    tensors: tuple[Tensor, ...]

    def __init__(self, *tensors: Tensor) -> None:
        for tensor in tensors:
            if not isinstance(tensor, Tensor):
                raise TypeError(f"TensorDataset: takes tensors, not {type(tensor).__name__}")
        shapes = [tuple(tensor.shape) for tensor in tensors]
        if not shapes or () in shapes or len({shape[0] for shape in shapes}) > 1:
            raise ShapeError(
                f"TensorDataset: takes one or more tensors of equal size along axis 0, not shapes {shapes}"
            )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class ConcatDataset(Dataset[T_co]):
    """The samples of all `datasets`, one dataset after the other.

    >>> one = mg.utils.data.TensorDataset(mg.tensor([1, 2]))
    >>> mg.utils.data.ConcatDataset([one, one])[3]
    (tensor(2),)
    """

    datasets: list[Dataset[T_co]]
    cumulative_sizes: list[int]
    """The number of samples up to the end of each dataset."""

    def __init__(self, datasets: Iterable[Dataset[T_co]]) -> None:
        self.datasets = _listed(datasets, "ConcatDataset")
        if not self.datasets:
            raise ValueError("ConcatDataset: takes at least one dataset")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise AssertionError("ConcatDataset does not support IterableDataset: it has no indices to join it by")
        self.cumulative_sizes = list(itertools.accumulate(_size(dataset) for dataset in self.datasets))

    def __getitem__(self, index: int) -> T_co:
        if not -len(self) <= index < len(self):
            raise IndexError(f"ConcatDataset: index {index} is out of range for {len(self)} samples")
        index %= len(self)
        which = bisect.bisect_right(self.cumulative_sizes, index)
        start = self.cumulative_sizes[which - 1] if which else 0
        return self.datasets[which][index - start]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class StackDataset(Dataset[Any]):
    """Datasets of equal size side by side: sample i is the tuple, or given by keyword the dict, of their samples i.

    The datasets are all of them `args`, or all of them `kwargs`; ValueError otherwise, or for unequal sizes.

    >>> mg.utils.data.StackDataset(mg.tensor([1, 2]), mg.tensor([3, 4]))[0]
    (tensor(1), tensor(3))
    """

    datasets: tuple[Dataset[Any], ...] | dict[str, Dataset[Any]]

    def __init__(self, *args: Dataset[Any], **kwargs: Dataset[Any]) -> None:
        if args and kwargs:
            raise ValueError("StackDataset: Supported either all datasets by position or all by keyword, not both")
        if not (args or kwargs):
            raise ValueError("StackDataset: At least one dataset should be passed, by position or by keyword")
        self.datasets = args or kwargs
        sizes = [_size(dataset) for dataset in (*args, *kwargs.values())]
        if len(set(sizes)) > 1:
            raise ValueError(f"StackDataset: Size mismatch between datasets, of {sizes} samples")
        self._size = sizes[0]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __getitems__(self, indices: list[Any]) -> list[Any]:
        return [self[index] for index in indices]

    def __len__(self) -> int:
        return self._size


class ChainDataset(IterableDataset[T_co]):
    """The streams of samples `datasets`, one after the other.

    >>> class Count(mg.utils.data.IterableDataset):
    ...     def __iter__(self):
    ...         return iter(range(2))
    >>> list(mg.utils.data.ChainDataset([Count(), Count()]))
    [0, 1, 0, 1]
    """

    def __init__(self, datasets: Iterable[IterableDataset[T_co]]) -> None:
        self.datasets = _listed(datasets, "ChainDataset")
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError(f"ChainDataset only supports IterableDataset, not {type(dataset).__name__}")

    def __iter__(self) -> Iterator[T_co]:
        return itertools.chain.from_iterable(self.datasets)

    def __len__(self) -> int:
        return sum(_size(dataset) for dataset in self.datasets)


class Subset(Dataset[T_co]):
    """The samples of `dataset` at `indices`, in that order.

    >>> mg.utils.data.Subset(["a", "b", "c"], [2, 0])[0]
    'c'
    """

    def __init__(self, dataset: Dataset[T_co], indices: Sequence[int]) -> None:
        if not (hasattr(indices, "__getitem__") and hasattr(indices, "__len__")):
            raise TypeError(f"Subset: indices must be a sequence of integers, not {type(indices).__name__}")
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: Any) -> Any:
        try:
            places: Any = [self.indices[each] for each in index] if isinstance(index, list) else self.indices[index]
        except (IndexError, KeyError, TypeError, OverflowError) as error:
            kind = TypeError if isinstance(error, TypeError) else IndexError
            raise kind(f"Subset: no index {index!r:.60} among its {len(self.indices)}: {error}") from None
        return self.dataset[places]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(
    dataset: Dataset[T], lengths: Sequence[int | float], generator: Generator | None = None
) -> list[Subset[T]]:
    """Share out the samples at random, each to one of several subsets.

    `lengths` are numbers of samples that add up to `len(dataset)`, or fractions that add up to 1: then each
    length is rounded down, and the samples that are left go to the subsets in turn, the first one first.
    ValueError if they add up to anything else.

    >>> [len(part) for part in mg.utils.data.random_split(range(10), [0.7, 0.3])]
    [7, 3]
    """
    size = _size(dataset)
    counts = _counts(_listed(lengths, "random_split"), size)
    order = iter(stream(as_generator("random_split", generator)).permutation(size).tolist())
    return [Subset(dataset, list(itertools.islice(order, count))) for count in counts]


def _counts(lengths: Sequence[int | float], size: int) -> list[int]:
    if any(length < 0 for length in lengths):
        raise ValueError(f"random_split: lengths cannot be negative, as in {list(lengths)}")
    if math.isclose(sum(lengths), 1):
        counts = [math.floor(size * fraction) for fraction in lengths]
        for turn in range(size - sum(counts)):
            counts[turn % len(counts)] += 1
        return counts
    if sum(lengths) != size or any(length != int(length) for length in lengths):
        raise ValueError(
            f"random_split: lengths {list(lengths)} add up to {sum(lengths)}; "
            f"they must be whole numbers that add up to {size}, the size of the dataset, or fractions of 1"
        )
    return [int(length) for length in lengths]


def _size(dataset: Dataset[Any]) -> int:
    return size_of(type(dataset).__name__, dataset)  # a Dataset may have no length, but these uses need one


def _listed(values: Iterable[T], user: str) -> list[T]:
    if not isinstance(values, Iterable):
        raise TypeError(f"{user}: expected a sequence, not {type(values).__name__}")
    return list(values)


gate(globals(), ["random_split"])
