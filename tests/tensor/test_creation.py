"""Factories: values, dtypes, what is copied and what is shared, and their errors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.signal
import scipy.special

import minigrad as mg


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, "int64"),
        (1.0, "float32"),
        (True, "bool"),
        ([], "float32"),
        ([1, 2.5], "float32"),
        ([True, 2], "int64"),
        ([True, 2.5], "float32"),
        ([[1], [2]], "int64"),
        ((1.0, 2.0), "float32"),
        (range(3), "int64"),
        (np.float64(1), "float64"),
        (np.float32(1), "float32"),
        (np.int16(1), "int16"),
        (np.arange(3, dtype=np.uint8), "uint8"),
        (np.ones(2), "float64"),
        ([np.float64(1)], "float64"),
        ([np.ones(2), np.ones(2)], "float64"),
        ([np.ones(2, np.float32)], "float32"),
        ([[], []], "float32"),
        (math.inf, "float32"),
        (2**40, "int64"),
    ],
)
def test_the_dtype_of_data(data: Any, dtype: str) -> None:
    made = mg.tensor(data)
    assert made.dtype.name == dtype
    np.testing.assert_array_equal(made.numpy(), np.array(data).astype(dtype))


def test_a_list_of_tensors() -> None:
    single = [mg.tensor(1.0), mg.tensor(2.0)]
    assert mg.tensor(single).tolist() == [1.0, 2.0]
    assert mg.tensor([mg.tensor(1.0, dtype=mg.float64)]).dtype == mg.float64
    assert mg.tensor([mg.tensor(1), mg.tensor(2)]).dtype == mg.int64


def test_tensor_copies_and_as_tensor_and_from_numpy_share() -> None:
    a = np.zeros(2, np.float32)
    copied, shared, wrapped = mg.tensor(a), mg.as_tensor(a), mg.from_numpy(a)
    a[0] = 5
    assert copied.tolist() == [0.0, 0.0]
    assert shared.tolist() == wrapped.tolist() == [5.0, 0.0]
    wrapped.numpy()[1] = 7
    assert a[1] == 7
    assert mg.as_tensor(a, dtype=mg.float64).dtype == mg.float64
    t = mg.ones(2, requires_grad=True)
    assert mg.as_tensor(t) is t
    assert mg.tensor(t.detach()).array is not t.array
    assert mg.as_tensor([1, 2]).dtype == mg.int64


def test_requires_grad() -> None:
    for made in (
        mg.tensor([1.0], requires_grad=True),
        mg.zeros(2, requires_grad=True),
        mg.randn(2, requires_grad=True),
    ):
        assert made.requires_grad
        assert made.is_leaf
        assert made.grad is None
        assert made.grad_fn is None
    assert not mg.ones(2).requires_grad
    assert not mg.ones_like(mg.ones(2, requires_grad=True)).requires_grad


@pytest.mark.parametrize("name", ["zeros", "ones", "empty", "rand", "randn"])
def test_sizes_as_numbers_or_as_one_sequence(name: str) -> None:
    make = getattr(mg, name)
    for made in (make(2, 3), make((2, 3)), make([2, 3]), make(mg.Size((2, 3))), make(np.int64(2), 3)):
        assert made.shape == (2, 3)
        assert made.dtype == mg.float32
    assert make(()).shape == ()
    assert make(0, 2).shape == (0, 2)
    assert make(2, dtype=mg.float64).dtype == mg.float64
    with pytest.raises(RuntimeError, match="negative"):
        make(-1)
    with pytest.raises(TypeError, match="integers"):
        make(1.5)


def test_constants() -> None:
    assert mg.zeros(2).tolist() == [0, 0]
    assert mg.ones(2).tolist() == [1, 1]
    assert mg.full((2,), 7).dtype == mg.int64
    assert mg.full((2,), 7.0).dtype == mg.float32
    assert mg.full((2,), True).dtype == mg.bool
    assert mg.full((2, 1), 7.5, dtype=mg.float64).tolist() == [[7.5], [7.5]]
    assert mg.full((), 2.0).item() == 2.0
    assert mg.eye(2, 3).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert mg.eye(2).dtype == mg.float32
    assert mg.eye(0).shape == (0, 0)


def test_like() -> None:
    x = mg.ones(2, 3, dtype=mg.float64)
    for made, value in ((mg.zeros_like(x), 0), (mg.ones_like(x), 1), (mg.full_like(x, 7), 7)):
        assert made.shape == x.shape
        assert made.dtype == x.dtype
        assert (made.numpy() == value).all()
    assert mg.zeros_like(x, dtype=mg.int64).dtype == mg.int64
    assert mg.empty_like(x).shape == (2, 3)
    for made in (mg.rand_like(x), mg.randn_like(x), mg.randint_like(x, 3)):
        assert made.shape == x.shape
        assert made.dtype == x.dtype


@pytest.mark.torch
@pytest.mark.parametrize(
    "arguments",
    [
        (5,),
        (2, 7),
        (1, 10, 3),
        (5, 0, -2),
        (0.0, 1.0, 0.25),
        (3.0,),
        (1, 2, 0.3),
        (0,),
        (2, 2),
        (-3, 3),
        (1, 0, -0.3),
        (5.5,),
    ],
)
def test_arange(arguments: Any) -> None:
    torch = pytest.importorskip("torch")
    mine, theirs = mg.arange(*arguments), torch.arange(*arguments)
    assert f"torch.{mine.dtype.name}" == str(theirs.dtype)
    np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-6)


def test_arange_that_leads_nowhere() -> None:
    for wrong in ((0, 5, -1), (5, 0), (0, 5, 0)):
        with pytest.raises(RuntimeError, match="arange"):
            mg.arange(*wrong)
    assert mg.arange(3, dtype=mg.float32).dtype == mg.float32


def test_linspace() -> None:
    np.testing.assert_allclose(mg.linspace(0, 1, 5).numpy(), [0, 0.25, 0.5, 0.75, 1])
    assert mg.linspace(3, 3, 1).tolist() == [3.0]
    assert mg.linspace(0, 1, 0).shape == (0,)
    assert mg.linspace(0, 1, 3, dtype=mg.float64).dtype == mg.float64
    with pytest.raises(RuntimeError, match="steps"):
        mg.linspace(0, 1, -1)


# -- random numbers ----------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers() -> None:
    def draw(generator: Any = None) -> list[Any]:
        return [
            each.tolist()
            for each in (
                mg.rand(3, generator=generator),
                mg.randn(3, generator=generator),
                mg.randint(0, 9, (3,), generator=generator),
                mg.randperm(5, generator=generator),
                mg.normal(0.0, 2.0, (2,), generator=generator),
                mg.bernoulli(mg.full((5,), 0.5), generator=generator),
            )
        ]

    mg.manual_seed(3)
    first = draw()
    assert draw() != first
    mg.manual_seed(3)
    assert draw() == first
    assert draw(mg.Generator().manual_seed(3)) == first
    mg.manual_seed(4)
    assert draw() != first


def test_the_state_can_be_put_back() -> None:
    mg.randn(3)
    state = mg.get_rng_state()
    first = mg.randn(3).tolist()
    mg.set_rng_state(state)
    assert mg.randn(3).tolist() == first
    assert mg.manual_seed(5).initial_seed() == mg.initial_seed() == 5
    assert mg.manual_seed(-1).initial_seed() == 2**64 - 1  # as PyTorch has it


def test_a_state_is_a_tensor_of_bytes_that_holds_all_of_it() -> None:
    generator = mg.Generator().manual_seed(3)
    mg.randint(0, 9, (3,), dtype=mg.int32, generator=generator)  # leaves half of a drawn number for the next
    state = generator.get_state()
    assert state.dtype is mg.uint8
    other = mg.Generator().set_state(state.clone())
    assert other.initial_seed() == 3
    assert other.numpy.bit_generator.state == generator.numpy.bit_generator.state
    assert mg.equal(other.get_state(), state)


def test_a_state_that_is_none_changes_nothing() -> None:
    state = mg.get_rng_state()
    for wrong in (mg.zeros(5056, dtype=mg.uint8), mg.zeros_like(state), state[:-1]):
        with pytest.raises(ValueError, match="not a state"):
            mg.set_rng_state(wrong)
    for other in ({}, state.float(), None):
        with pytest.raises(TypeError, match=r"must be a torch\.ByteTensor"):
            mg.set_rng_state(other)  # type: ignore[arg-type]
    assert mg.equal(mg.get_rng_state(), state)
    with pytest.raises(TypeError, match="seed"):
        mg.manual_seed("a")


def test_moments_and_ranges() -> None:
    """20,000 numbers: the mean of each is within five standard errors."""
    n = 20_000
    for drawn, mean, variance in (
        (mg.rand(n), 0.5, 1 / 12),
        (mg.randn(n), 0, 1),
        (mg.normal(3.0, 2.0, (n,)), 3, 4),
        (mg.randint(2, 5, (n,)).double(), 3, 2 / 3),
        (mg.bernoulli(mg.full((n,), 0.3)), 0.3, 0.21),
    ):
        a = drawn.numpy().astype(np.float64)
        assert abs(a.mean() - mean) < 5 * math.sqrt(variance / n)
        assert abs(a.var() - variance) < 0.05 * variance + 0.01
    assert mg.rand(n).numpy().min() >= 0
    assert set(mg.randint(2, 5, (n,)).tolist()) == {2, 3, 4}
    assert set(mg.randint(3, (n,)).tolist()) == {0, 1, 2}
    assert sorted(mg.randperm(10).tolist()) == list(range(10))
    assert mg.rand(n, dtype=mg.float16).numpy().max() < 1
    assert mg.rand(1_000_000).numpy().max() < 1


def test_random_numbers_of_impossible_kinds() -> None:
    with pytest.raises(RuntimeError, match="floating"):
        mg.randn(2, dtype=mg.int64)
    with pytest.raises(RuntimeError, match="low < high"):
        mg.randint(3, 3, (2,))
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        mg.bernoulli(mg.tensor([1.5]))
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        mg.bernoulli(mg.tensor([math.nan]))


# -- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: mg.tensor([[1, 2], [3]]), ValueError, "equal lengths"),
        (lambda: mg.tensor("text"), TypeError, "str"),
        (lambda: mg.tensor(None), TypeError, "NoneType"),
        (lambda: mg.tensor([None]), TypeError, "list"),
        (lambda: mg.tensor(1j), TypeError, "complex"),
        (lambda: mg.tensor([1], dtype="complex64"), TypeError, "complex64 is not supported"),
        (lambda: mg.tensor([1], dtype="no such"), TypeError, "no such"),
        (lambda: mg.zeros(2, dtype=np.complex64), TypeError, "not supported"),
        (lambda: mg.zeros_like(mg.ones(2), dtype=np.complex64), TypeError, "not supported"),
        (lambda: mg.from_numpy([1, 2]), TypeError, "NumPy array"),
        (lambda: mg.from_numpy(np.zeros(2, np.complex64)), TypeError, "not supported"),
        (lambda: mg.from_numpy(np.array(["a"])), TypeError, "not supported"),
        (lambda: mg.zeros(2, device="cuda"), RuntimeError, "cuda"),
        (lambda: mg.zeros(2, device="nowhere"), RuntimeError, "nowhere"),
        (lambda: mg.full((-1,), 2), RuntimeError, "negative"),
        (lambda: mg.eye(-1), RuntimeError, "must be greater or equal to 0"),
        (lambda: mg.tensor([2**70]), (OverflowError, RuntimeError, TypeError, ValueError), "."),
    ],
)
def test_wrong_calls(call: Any, error: Any, match: str) -> None:
    with pytest.raises(error, match=match):
        call()


def of_i0e(n: int, sym: bool) -> np.ndarray:
    """Kaiser's window for a beta of 900, whose I0 no float holds, by way of the scaled one."""
    height = 900 * np.sqrt(1 - np.linspace(-1, 1, n + (not sym))[:n] ** 2) if n > 1 else np.array([900.0])
    return np.asarray(scipy.special.i0e(height) / scipy.special.i0e(900) * np.exp(height - 900))


WINDOWS = [
    ("hann_window", (), scipy.signal.windows.hann),
    ("hamming_window", (0.6, 0.4), lambda n, sym: scipy.signal.windows.general_hamming(n, 0.6, sym)),
    ("blackman_window", (), scipy.signal.windows.blackman),
    ("bartlett_window", (), scipy.signal.windows.bartlett),
    ("kaiser_window", (900.0,), of_i0e),
    ("kaiser_window", (8.6,), lambda n, sym: scipy.signal.windows.kaiser(n, 8.6, sym)),
]


@pytest.mark.parametrize(("name", "options", "reference"), WINDOWS)
def test_windows(name: str, options: tuple[float, ...], reference: Any) -> None:
    make = getattr(mg, name)
    for n in (1, 2, 5, 8):
        for periodic in (True, False):
            made = make(n, periodic, *options, dtype=mg.float64)
            np.testing.assert_allclose(made.numpy(), reference(n, sym=not periodic), atol=1e-15)
    assert make(0).shape == (0,)
    assert make(3, requires_grad=True).requires_grad
    with pytest.raises(RuntimeError, match="non-negative window_length, got window_length=-1"):
        make(-1)
    with pytest.raises(RuntimeError, match="expects floating point dtypes"):
        make(3, dtype=mg.int64)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: mg.rand(2, device="moon"),
        lambda: mg.randn(2, 2, out=5),
        lambda: mg.randperm(5, dtype="x"),
        lambda: mg.randperm(5, device="cuda"),
        lambda: mg.normal(0.0, 1.0, (2,), device="cuda"),
        lambda: mg.normal(0.0, mg.ones(5), (2, 3)),
        lambda: mg.nn.functional.gumbel_softmax(mg.ones(2), dim=7),
    ],
)
def test_a_call_that_fails_draws_nothing(draw: Any) -> None:
    state = mg.get_rng_state()
    with pytest.raises((RuntimeError, TypeError, ValueError, IndexError)):
        draw()
    assert mg.equal(mg.get_rng_state(), state)


@pytest.mark.torch
def test_memory_of_deterministic_programs_is_filled() -> None:
    import torch

    def run(lib: Any) -> list[Any]:
        made = []
        lib.use_deterministic_algorithms(True)
        try:
            for dtype in (lib.float16, lib.int8, lib.bool):
                x = lib.ones(2, dtype=dtype)
                made += [lib.empty(2, dtype=dtype), lib.empty_like(x), x.new_empty(2), x.clone().resize_(4)]
                made += [
                    lib.empty_strided((2, 2), (1, 2), dtype=dtype),
                    lib.empty_permuted((2, 1), (1, 0), dtype=dtype),
                ]
            lib.utils.deterministic.fill_uninitialized_memory = False
            before = lib.empty(2).fill_(3)
            made += [before, lib.tensor(lib.utils.deterministic.fill_uninitialized_memory)]
        finally:
            lib.utils.deterministic.fill_uninitialized_memory = True
            lib.use_deterministic_algorithms(False)
        return [each.numpy() for each in made]

    for ours, theirs in zip(run(mg), run(torch), strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
