"""Datasets, samplers, batches and the loop over them, against plain Python and against PyTorch."""

from __future__ import annotations

import collections
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad
from minigrad.utils import data
from minigrad.utils.data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    default_convert,
    random_split,
)


class Squares(Dataset):
    def __init__(self, size):
        self.size = size

    def __getitem__(self, index):
        if not 0 <= index < self.size:
            raise IndexError(index)
        return index * index

    def __len__(self):
        return self.size


class Countdown(IterableDataset):
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return iter(range(self.start, 0, -1))


class CountdownOfKnownLength(Countdown):
    def __len__(self):
        return self.start


class Point(NamedTuple):
    x: float
    name: str


def generator(seed=0):
    return minigrad.Generator().manual_seed(seed)


def values(batches):
    return [batch.tolist() for batch in batches]


class TestDatasets:
    def test_tensor_dataset(self):
        x, y = minigrad.arange(6).reshape(3, 2), minigrad.tensor([7, 8, 9])
        dataset = TensorDataset(x, y)
        assert len(dataset) == 3
        row, label = dataset[1]
        assert (row.tolist(), label.tolist()) == ([2, 3], 8)
        assert [label.item() for _, label in dataset] == [7, 8, 9]
        with pytest.raises(IndexError):
            dataset[3]

    @pytest.mark.parametrize("shapes", [[], [(3,), (4,)], [(3,), ()]])
    def test_tensor_dataset_of_shapes_that_do_not_fit(self, shapes):
        with pytest.raises(ValueError, match=r"TensorDataset: .* equal size along axis 0"):
            TensorDataset(*(minigrad.zeros(shape) for shape in shapes))

    def test_tensor_dataset_of_arrays(self):
        with pytest.raises(TypeError, match="takes tensors, not ndarray"):
            TensorDataset(np.zeros(3))

    def test_concat_dataset(self):
        joined = Squares(3) + Squares(0) + Squares(2)
        expected = [0, 1, 4, 0, 1]
        assert len(joined) == 5
        assert [joined[index] for index in range(5)] == list(joined) == expected
        assert [joined[index] for index in range(-5, 0)] == expected
        assert ConcatDataset([Squares(3), Squares(2)]).cumulative_sizes == [3, 5]
        for index in (5, -6):
            with pytest.raises(IndexError, match=f"index {index} is out of range for 5 samples"):
                joined[index]

    def test_what_cannot_be_joined(self):
        with pytest.raises(ValueError, match="at least one dataset"):
            ConcatDataset([])
        with pytest.raises(AssertionError, match="does not support IterableDataset"):
            Squares(2) + Countdown(2)

    def test_streams_one_after_the_other(self):
        assert list(Countdown(3) + Countdown(2)) == [*Countdown(3), *Countdown(2)]
        assert list(ChainDataset(iter([Countdown(1), Countdown(2)]))) == [*Countdown(1), *Countdown(2)]
        with pytest.raises(AssertionError, match="only supports IterableDataset, not Squares"):
            ChainDataset([Squares(2)])

    def test_datasets_side_by_side(self):
        assert StackDataset(Squares(3), range(3))[2] == (4, 2)
        named = StackDataset(x=Squares(3), y=range(3))
        assert (named[1], len(named)) == ({"x": 1, "y": 1}, 3)
        with pytest.raises(ValueError, match="Size mismatch between datasets"):
            StackDataset(Squares(3), Squares(2))
        for wrong in ({"args": ()}, {"args": (Squares(1),), "x": Squares(1)}):
            with pytest.raises(ValueError, match="by position or"):
                StackDataset(*wrong.pop("args"), **wrong)

    def test_subset(self):
        subset = Subset(Squares(10), [3, 1, 3])
        assert list(subset) == [9, 1, 9]
        assert len(subset) == 3

    def test_classes_to_be_extended_say_so(self):
        with pytest.raises(NotImplementedError, match="Dataset must define __getitem__"):
            Dataset()[0]
        with pytest.raises(NotImplementedError, match="IterableDataset must define __iter__"):
            iter(IterableDataset())
        with pytest.raises(NotImplementedError, match="Sampler must define __iter__"):
            iter(Sampler())


class TestRandomSplit:
    def test_every_sample_goes_to_one_part(self):
        parts = random_split(Squares(10), [7, 0, 3], generator())
        assert [len(part) for part in parts] == [7, 0, 3]
        assert sorted(index for part in parts for index in part.indices) == list(range(10))
        assert parts[0].indices != sorted(parts[0].indices)

    def test_the_generator_decides(self):
        def split(seed):
            return [part.indices for part in random_split(Squares(50), [0.5, 0.5], generator(seed))]

        assert split(1) == split(1)
        assert split(1) != split(2)
        minigrad.manual_seed(5)
        first = [part.indices for part in random_split(Squares(50), [0.5, 0.5])]
        assert first == split(5)

    @pytest.mark.torch
    @pytest.mark.parametrize("size", [0, 1, 2, 7, 10, 99])
    @pytest.mark.parametrize(
        "fractions", [[0.5, 0.5], [0.8, 0.1, 0.1], [1 / 3] * 3, [0.29, 0.71], [1.0], [0.0, 1.0], [0.25] * 4]
    )
    @pytest.mark.filterwarnings("ignore:Length of split")
    def test_fractions_are_rounded_as_in_pytorch(self, size, fractions):
        torch = pytest.importorskip("torch")
        expected = [len(part) for part in torch.utils.data.random_split(range(size), fractions)]
        assert [len(part) for part in random_split(Squares(size), fractions)] == expected

    @pytest.mark.parametrize("lengths", [[3, 3], [11], [0.5, 0.6], [5.5, 4.5], []])
    def test_lengths_that_do_not_add_up(self, lengths):
        with pytest.raises(ValueError, match=r"random_split: lengths .* add up to"):
            random_split(Squares(10), lengths)

    def test_negative_lengths(self):
        with pytest.raises(ValueError, match="cannot be negative"):
            random_split(Squares(10), [11, -1])


class TestSamplers:
    def test_what_has_no_length_is_named(self) -> None:
        with pytest.raises(TypeError, match=r"DistributedSampler\(\): cannot be made with dataset: int 5"):
            minigrad.utils.data.distributed.DistributedSampler(5)  # type: ignore[arg-type]

    def test_older_programs_hand_the_data_up(self) -> None:
        class Backwards(Sampler[int]):
            def __init__(self, data: list[int]) -> None:
                super().__init__(data)
                self.data = data

            def __iter__(self) -> Iterator[int]:
                return iter(range(len(self.data) - 1, -1, -1))

        assert list(Backwards([7, 8])) == [1, 0]

    def test_sequential(self):
        sampler = SequentialSampler(Squares(4))
        assert list(sampler) == [0, 1, 2, 3]
        assert len(sampler) == 4

    def test_a_random_order_has_every_index_once(self):
        sampler = RandomSampler(Squares(100), generator=generator())
        first, second = list(sampler), list(sampler)
        assert sorted(first) == sorted(second) == list(range(100))
        assert first != second
        assert first == list(RandomSampler(Squares(100), generator=generator()))
        assert all(type(index) is int for index in first)

    def test_a_random_order_of_some(self):
        sampler = SubsetRandomSampler([5, 7, 9], generator())
        assert sorted(sampler) == [5, 7, 9]
        assert len(sampler) == 3
        assert len({tuple(sampler) for _ in range(50)}) == 6

    def test_more_samples_than_data_go_round(self):
        sampler = RandomSampler(Squares(4), num_samples=10, generator=generator())
        indices = list(sampler)
        assert len(indices) == len(sampler) == 10
        assert sorted(indices[:4]) == sorted(indices[4:8]) == [0, 1, 2, 3]
        assert len(set(indices[8:])) == 2

    def test_with_replacement_all_indices_are_as_likely(self):
        sampler = RandomSampler(Squares(4), replacement=True, num_samples=40_000, generator=generator())
        counts = np.bincount(list(sampler), minlength=4)
        # 4.5 standard deviations of a binomial count
        np.testing.assert_allclose(counts, 10_000, atol=4.5 * np.sqrt(40_000 * 0.25 * 0.75))

    def test_weights_are_chances(self):
        weights = [0.0, 1.0, 3.0, 6.0]
        counts = np.bincount(list(WeightedRandomSampler(weights, 50_000, generator=generator())), minlength=4)
        chances = np.array(weights) / 10
        assert counts[0] == 0
        assert (abs(counts - 50_000 * chances) <= 4.5 * np.sqrt(50_000 * chances * (1 - chances))).all()

    def test_weighted_without_replacement(self):
        sampler = WeightedRandomSampler(minigrad.tensor([0.5, 0.0, 2.0, 1.0]), 3, replacement=False)
        assert sorted(sampler) == [0, 2, 3]
        assert len(sampler) == 3

    @pytest.mark.parametrize(
        ("weights", "count", "message"),
        [
            ([[1.0]], 1, r"one axis, not shape \(1, 1\)"),
            ([1.0, -1.0], 1, "at least 0"),
            ([1.0, np.nan], 1, "finite"),
            ([0.0, 0.0], 1, "not all 0"),
            ([1.0, 0.0], 2, "cannot draw 2 samples without replacement from 1"),
            ([1.0], 0, "num_samples must be a positive integer, not 0"),
            ([1.0], 1.5, "num_samples must be a positive integer, not 1.5"),
            ([1.0], True, "num_samples must be a positive integer, not True"),
        ],
    )
    def test_weights_that_make_no_sense(self, weights, count, message):
        with pytest.raises(ValueError, match=f"WeightedRandomSampler: .*{message}"):
            WeightedRandomSampler(weights, count, replacement=False)

    @given(size=st.integers(0, 12), batch_size=st.integers(1, 5), drop_last=st.booleans())
    def test_batches_of_indices(self, size, batch_size, drop_last):
        expected = [list(range(start, min(start + batch_size, size))) for start in range(0, size, batch_size)]
        if drop_last:
            expected = [batch for batch in expected if len(batch) == batch_size]
        sampler = BatchSampler(SequentialSampler(Squares(size)), batch_size, drop_last)
        assert list(sampler) == expected
        assert len(sampler) == len(expected)

    @pytest.mark.parametrize("batch_size", [0, -1, 2.0, True, "2"])
    def test_batch_sizes_that_make_no_sense(self, batch_size):
        with pytest.raises(ValueError, match="batch_size must be a positive integer"):
            BatchSampler([1], batch_size, False)

    def test_flags_are_booleans(self):
        with pytest.raises(TypeError, match="drop_last should be a boolean value, but got drop_last=1"):
            BatchSampler([1], 1, 1)
        with pytest.raises(TypeError, match="replacement should be a boolean value, but got replacement='no'"):
            RandomSampler(Squares(2), replacement="no")

    def test_an_empty_dataset_has_no_random_order(self):
        with pytest.raises(ValueError, match="num_samples must be a positive integer, not 0"):
            DataLoader(Squares(0), shuffle=True)


def described(batch):
    """A batch of minigrad or of PyTorch, in terms that can be compared."""
    if hasattr(batch, "detach"):
        return str(batch.dtype).rpartition(".")[2], tuple(batch.shape), batch.tolist()
    if isinstance(batch, collections.abc.Mapping):
        return type(batch), {key: described(part) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch), [described(part) for part in batch]
    return batch


BATCHES = {
    "arrays": [np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)],
    "integer arrays": [np.array([1, 2], np.uint8), np.array([3, 4], np.uint8)],
    "float64 scalars": [np.float64(0.1), np.float64(2.0)],
    "ints": [1, 2, 3],
    "bools": [True, False],
    "floats": [0.1, 2.0],
    "strings": ["a", "b"],
    "bytes": [b"a", b"b"],
    "tuples": [(1, "a", 0.5), (2, "b", 1.5)],
    "lists": [[1, 2.0], [3, 4.0]],
    "named tuples": [Point(1.0, "a"), Point(2.0, "b")],
    "dicts": [{"x": 1, "y": (2.0, "a")}, {"x": 3, "y": (4.0, "b")}],
    "ordered dicts": [OrderedDict(b=1, a=2), OrderedDict(b=3, a=4)],
    "default dicts": [defaultdict(list, a=1), defaultdict(list, a=2)],
    "empty tuples": [(), ()],
}


class TestCollate:
    @pytest.mark.torch
    @pytest.mark.parametrize("name", BATCHES)
    def test_as_in_pytorch(self, name):
        torch = pytest.importorskip("torch")
        batch = BATCHES[name]
        assert described(default_collate(batch)) == described(torch.utils.data.default_collate(batch))

    @pytest.mark.torch
    @pytest.mark.parametrize("name", BATCHES)
    def test_one_sample_as_in_pytorch(self, name):
        torch = pytest.importorskip("torch")
        sample = BATCHES[name][0]
        assert described(default_convert(sample)) == described(torch.utils.data.default_convert(sample))

    def test_by_hand(self):
        images, labels = default_collate([(np.array([1.5, 2.0]), 3), (np.array([0.0, 1.0]), 4)])
        assert (images.dtype, images.tolist()) == (minigrad.float64, [[1.5, 2.0], [0.0, 1.0]])
        assert (labels.dtype, labels.tolist()) == (minigrad.int64, [3, 4])

    def test_tensors_keep_dtype_and_gradient(self):
        first, second = minigrad.tensor([1.0], requires_grad=True), minigrad.tensor([2.0])
        batch = default_collate([first, second])
        assert batch.dtype == minigrad.float32
        (batch * minigrad.tensor([[3.0], [5.0]])).sum().backward()
        assert first.grad.tolist() == [3.0]

    def test_samples_are_not_changed(self):
        samples = [{"x": np.zeros(2)}, {"x": np.ones(2)}]
        default_collate(samples)
        assert type(samples[0]["x"]) is np.ndarray
        assert samples[0]["x"].tolist() == [0.0, 0.0]

    def test_shapes_that_differ(self):
        with pytest.raises(RuntimeError, match=r"equal size.*\(2,\).*\(3,\)"):
            default_collate([np.zeros(2), np.zeros(3)])

    def test_lengths_that_differ(self):
        with pytest.raises(RuntimeError, match="sample 0 has 2, sample 1 has 1"):
            default_collate([(1, 2), (1,)])

    @pytest.mark.parametrize("sample", [None, object(), {1, 2}, np.array([None]), np.array(["a"])])
    def test_types_that_make_no_batch(self, sample):
        with pytest.raises(TypeError, match=rf"default_collate: takes .*, not {type(sample).__name__}"):
            default_collate([sample, sample])


class TestDataLoader:
    def test_batches_in_order(self):
        loader = DataLoader(Squares(5), batch_size=2)
        assert values(loader) == [[0, 1], [4, 9], [16]]
        assert len(loader) == 3
        assert values(loader) == [[0, 1], [4, 9], [16]]  # each pass starts anew

    def test_drop_last(self):
        loader = DataLoader(Squares(5), batch_size=2, drop_last=True)
        assert values(loader) == [[0, 1], [4, 9]]
        assert len(loader) == 2

    def test_a_list_is_a_dataset(self):
        assert values(DataLoader([3, 4, 5], batch_size=3)) == [[3, 4, 5]]

    def test_shuffling_is_repeatable(self):
        def epochs(loader):
            return [[sample for batch in loader for sample in batch.tolist()] for _ in range(2)]

        one = epochs(DataLoader(Squares(30), 4, shuffle=True, generator=generator(1)))
        assert one == epochs(DataLoader(Squares(30), 4, shuffle=True, generator=generator(1)))
        assert one != epochs(DataLoader(Squares(30), 4, shuffle=True, generator=generator(2)))
        assert one[0] != one[1]
        assert sorted(one[0]) == sorted(one[1]) == [index**2 for index in range(30)]

    def test_the_seed_of_the_package_fixes_the_order(self):
        loader = DataLoader(Squares(30), 30, shuffle=True)
        minigrad.manual_seed(11)
        first = values(loader)
        assert values(loader) != first
        minigrad.manual_seed(11)
        assert values(loader) == first

    def test_a_sampler_sets_the_order(self):
        assert values(DataLoader(Squares(5), 2, sampler=[4, 0, 2])) == [[16, 0], [4]]

    def test_a_batch_sampler_sets_the_batches(self):
        loader = DataLoader(Squares(5), batch_sampler=[[4], [0, 2, 1]])
        assert values(loader) == [[16], [0, 4, 1]]
        assert len(loader) == 2
        assert loader.batch_size is None

    def test_without_batches_samples_come_one_by_one(self):
        loader = DataLoader([np.ones(2), np.zeros(2)], batch_size=None)
        assert values(loader) == [[1.0, 1.0], [0.0, 0.0]]
        assert len(loader) == 2

    def test_a_collate_function_of_the_user(self):
        assert list(DataLoader(Squares(5), 2, collate_fn=sum)) == [1, 13, 16]
        assert list(DataLoader(Squares(3), None, collate_fn=str)) == ["0", "1", "4"]

    def test_a_stream(self):
        assert values(DataLoader(Countdown(5), 2)) == [[5, 4], [3, 2], [1]]
        assert values(DataLoader(Countdown(5), 2, drop_last=True)) == [[5, 4], [3, 2]]
        assert list(DataLoader(Countdown(3), None)) == [3, 2, 1]

    def test_the_length_of_a_stream(self):
        assert len(DataLoader(CountdownOfKnownLength(5), 2)) == 3
        assert len(DataLoader(CountdownOfKnownLength(5), 2, drop_last=True)) == 2
        assert len(DataLoader(CountdownOfKnownLength(5), None)) == 5
        with pytest.raises(TypeError, match="len"):
            len(DataLoader(Countdown(5), 2))

    def test_a_subset_of_a_subset_takes_several_at_once(self):
        numbers = TensorDataset(minigrad.arange(5))
        part = Subset(Subset(numbers, [4, 3, 2]), [2, 0])
        assert part[:][0].tolist() == [2, 4]
        assert part[[1]][0].tolist() == [4]

    def test_what_it_was_made_of_stays(self):
        loader = DataLoader(Squares(3), 2)
        with pytest.raises(ValueError, match="batch_size attribute should not be set after DataLoader is initialized"):
            loader.batch_size = 3
        assert len(loader) == 2

    def test_arguments_about_workers_change_nothing(self):
        loader = DataLoader(
            Squares(3), 2, num_workers=4, pin_memory=True, timeout=9, worker_init_fn=print, prefetch_factor=2,
            persistent_workers=True, pin_memory_device="cpu", multiprocessing_context="spawn", in_order=False,
        )  # fmt: skip
        assert values(loader) == [[0, 1], [4]]
        assert (loader.num_workers, loader.prefetch_factor, loader.timeout, loader.in_order) == (4, 2, 9, False)
        assert loader.worker_init_fn is print
        assert loader.pin_memory
        assert loader.persistent_workers
        assert DataLoader(Squares(3), num_workers=1).prefetch_factor == 2
        assert DataLoader(Squares(3)).prefetch_factor is None

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"multiprocessing_context": "spawn"},
                "multi-process loading \\(num_workers > 0\\), but got num_workers=0",
            ),
            ({"num_workers": 1, "multiprocessing_context": "bad"}, "should specify a valid start method"),
            ({"prefetch_factor": 2}, "prefetch_factor option could only be specified in multiprocessing"),
            ({"prefetch_factor": -1, "num_workers": 1}, "prefetch_factor option should be non-negative, got -1"),
            ({"persistent_workers": True}, "persistent_workers option needs num_workers > 0"),
            ({"num_workers": -1}, "num_workers option should be non-negative, got -1"),
            ({"timeout": -1}, "timeout option should be non-negative, got -1"),
            ({"sampler": [0], "shuffle": True}, "sampler option is mutually exclusive with shuffle"),
            ({"batch_sampler": [[0]], "shuffle": True}, "batch_sampler option is mutually exclusive with"),
            ({"batch_sampler": [[0]], "batch_size": 2}, "batch_sampler option is mutually exclusive with"),
            ({"batch_sampler": [[0]], "sampler": [0]}, "batch_sampler option is mutually exclusive with"),
            ({"batch_sampler": [[0]], "drop_last": True}, "batch_sampler option is mutually exclusive with"),
            ({"batch_size": None, "drop_last": True}, "mutually exclusive with drop_last"),
            ({"batch_size": 0}, "batch_size must be a positive integer, not 0"),
        ],
    )
    def test_arguments_that_contradict_each_other(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            DataLoader(Squares(3), **arguments)

    @pytest.mark.parametrize("arguments", [{"shuffle": True}, {"sampler": [0]}, {"batch_sampler": [[0]]}])
    def test_a_stream_sets_its_own_order(self, arguments):
        with pytest.raises(ValueError, match="IterableDataset: expected unspecified"):
            DataLoader(Countdown(3), **arguments)


class TestRowsOfTensors:
    """The short way, one indexing operation a batch, gives what the long way gives."""

    @pytest.mark.parametrize("shuffle", [False, True])
    @pytest.mark.parametrize("wrapped", [False, True])
    def test_same_batches(self, rng, shuffle, wrapped):
        tensors = minigrad.tensor(rng.normal(size=(11, 2, 3))), minigrad.tensor(rng.integers(9, size=11))
        dataset = TensorDataset(*tensors)
        if wrapped:
            dataset = Subset(Subset(dataset, [9, 3, 3, 5, 0, 1]), [5, 4, 3, 2, 0])

        def batches(collate_fn):
            return list(DataLoader(dataset, 3, shuffle=shuffle, generator=generator(), collate_fn=collate_fn))

        short = batches(None)
        long = batches(lambda samples: default_collate(samples))
        assert len(short) == len(long)
        assert [described(batch) for batch in short] == [described(batch) for batch in long]

    def test_it_is_taken(self, monkeypatch):
        dataset = TensorDataset(minigrad.arange(6))
        monkeypatch.setattr(TensorDataset, "__getitem__", None)  # sample by sample would fail
        assert [batch.tolist() for (batch,) in DataLoader(dataset, 4)] == [[0, 1, 2, 3], [4, 5]]

    def test_it_is_not_taken_for_a_subclass_with_samples_of_its_own(self):
        class Negative(TensorDataset):
            def __getitem__(self, index):
                return tuple(-part for part in super().__getitem__(index))

        (batch,), = DataLoader(Negative(minigrad.arange(3)), 3)  # fmt: skip
        assert batch.tolist() == [0, -1, -2]

    def test_a_batch_is_a_copy(self):
        source = minigrad.arange(4)
        ((batch,),) = DataLoader(TensorDataset(source), 4)
        batch.array[0] = 100
        assert source.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: data.DataLoader(5), TypeError, "DataLoader: dataset must be a Dataset.*, not int"),
        (lambda: data.DataLoader([1], generator=5), TypeError, "DataLoader: generator must be a Generator.*, not int"),
        (lambda: data.DataLoader([1], sampler=5), TypeError, "DataLoader: sampler must be an iterable.*, not int"),
        (lambda: data.DataLoader([1], batch_sampler=5), TypeError, "DataLoader: batch_sampler must be .*, not int"),
        (lambda: data.DataLoader([1], collate_fn=5), TypeError, "DataLoader: collate_fn must be a function, not int"),
        (lambda: data.DataLoader([1], shuffle="yes"), ValueError, "expected boolean shuffle option.*'yes'"),
        (lambda: data.DataLoader([1], num_workers="2"), TypeError, "num_workers='2'"),
        (lambda: data.DataLoader([1], batch_size="2"), ValueError, "batch_size must be a positive integer, not '2'"),
        (
            lambda: data.DataLoader([1], drop_last=1),
            TypeError,
            "drop_last should be a boolean value, but got drop_last=1",
        ),
        (lambda: data.RandomSampler(5), TypeError, "RandomSampler: expected a dataset or a sequence .*, not int"),
        (lambda: data.RandomSampler([1], generator=5), TypeError, "RandomSampler: generator .*, not int"),
        (lambda: data.SequentialSampler(5), TypeError, "SequentialSampler: expected a dataset or .*, not int"),
        (lambda: data.Subset([1], [0])["a"], TypeError, "Subset: no index 'a' among its 1"),
        (lambda: data.Subset([1], [0])[3], IndexError, "Subset: no index 3 among its 1"),
        (lambda: data.DistributedSampler([1], 1, 0, seed=np.eye(2)), TypeError, "seed must be an int, not ndarray"),
        (lambda: data.DistributedSampler([1], 1, 0, seed=-1), ValueError, "seed must be 0 or more, got -1"),
        (lambda: data.SubsetRandomSampler(5), TypeError, "SubsetRandomSampler: expected .*, not int"),
        (lambda: data.SubsetRandomSampler([1], 5), TypeError, "SubsetRandomSampler: generator .*, not int"),
        (lambda: data.WeightedRandomSampler("a", 1), TypeError, "weights must be numbers, not 'a'"),
        (lambda: data.WeightedRandomSampler([1], 1, True, 5), TypeError, "generator .*, not int"),
        (lambda: data.BatchSampler(5, 1, False), TypeError, "BatchSampler: sampler .*, not int"),
        (lambda: data.ConcatDataset(5), TypeError, "ConcatDataset: expected a sequence, not int"),
        (lambda: data.ConcatDataset([5]), TypeError, "expected a dataset or a sequence with a length, not int"),
        (lambda: data.ChainDataset(5), TypeError, "ChainDataset: expected a sequence, not int"),
        (lambda: data.Subset([1], 5), TypeError, "Subset: indices must be a sequence of integers, not int"),
        (lambda: data.random_split([1], 5), TypeError, "random_split: expected a sequence, not int"),
        (lambda: data.random_split(5, [1]), TypeError, "expected a dataset or a sequence with a length, not int"),
        (lambda: data.random_split([1], [1], 5), TypeError, "random_split: generator .*, not int"),
        (lambda: minigrad.datasets.read_idx(5), TypeError, "read_idx: path must be a string or a Path, not int"),
        (lambda: minigrad.datasets.mnist(None), TypeError, "mnist: root must be the path of a folder, not NoneType"),
    ],
)
def test_arguments_of_a_wrong_kind(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "order",
    [
        lambda: data.DataLoader(range(10**15), batch_size=10**15),
        lambda: data.RandomSampler(range(10**15)),
        lambda: data.WeightedRandomSampler([1.0], 10**15),
    ],
    ids=["BatchSampler", "RandomSampler", "WeightedRandomSampler"],
)
def test_more_indices_than_any_memory_holds(order, request):
    name = request.node.callspec.id
    with pytest.raises(MemoryError, match=f"{name}: no memory has room for"):
        next(iter(order()))


def test_after_a_batch_that_cannot_be_made_the_next_ones_come():
    class Gaps(Squares):
        def __getitem__(self, index):
            if index == 2:
                raise KeyError("no such sample")
            if index == 4:
                next(iter(()))
            return super().__getitem__(index)

    batches = iter(DataLoader(Gaps(7), batch_size=2))
    assert next(batches).tolist() == [0, 1]
    with pytest.raises(KeyError, match="no such sample"):
        next(batches)
    with pytest.raises(RuntimeError, match="raised StopIteration"):
        next(batches)
    assert next(batches).tolist() == [36]
    assert next(batches, None) is None


def test_sizes_beyond_the_data_are_fine():
    (batch,) = data.DataLoader(range(3), batch_size=10**30)
    assert batch.tolist() == [0, 1, 2]
    assert next(iter(data.RandomSampler(range(5), replacement=True, num_samples=10**15))) in range(5)


def test_types_with_batches_of_their_own(monkeypatch):
    class Graph:
        def __init__(self, nodes):
            self.nodes = nodes

    def join(batch, *, collate_fn_map=None):
        return [each.nodes for each in batch]

    from minigrad.utils.data.collate import collate, default_collate_fn_map

    samples = [{"graph": Graph(1), "x": minigrad.ones(1)}, {"graph": Graph(2), "x": minigrad.zeros(1)}]
    assert collate([{"graph": Graph(1)}], collate_fn_map={Graph: join}) == {"graph": [1]}
    with pytest.raises(TypeError, match="not Graph"):
        data.default_collate(samples)
    monkeypatch.setitem(default_collate_fn_map, (Graph, str), join)
    batch = next(iter(data.DataLoader(samples, 2)))
    assert batch["graph"] == [1, 2]
    assert batch["x"].tolist() == [[1], [0]]
