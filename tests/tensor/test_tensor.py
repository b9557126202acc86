"""The Tensor as an object: what it tells about itself, how it converts, copies, pickles and prints."""

from __future__ import annotations

import copy
import operator
import pickle
from typing import Any

import numpy as np
import pytest

import minigrad as mg


def test_what_a_tensor_tells() -> None:
    t = mg.zeros(2, 3, dtype=mg.float64)
    assert t.shape == t.size() == (2, 3)
    assert t.size(-1) == t.shape[-1] == 3
    assert (t.ndim, t.dim(), t.numel(), t.itemsize, t.element_size(), t.nbytes) == (2, 2, 6, 8, 8, 48)
    assert t.dtype == mg.float64
    assert t.is_floating_point()
    assert not mg.ones(1, dtype=mg.int64).is_floating_point()
    assert str(t.device) == "cpu"
    assert t.device == mg.device("cpu")
    assert t.stride() == (3, 1)
    assert t.T.stride() == (1, 3)
    assert t.stride(0) == 3
    assert t.is_contiguous()
    assert not t.T.is_contiguous()
    assert t.T.contiguous().is_contiguous()
    assert t.contiguous() is t
    with pytest.raises(IndexError, match="range"):
        t.size(2)


def test_sizes_are_tuples_that_count() -> None:
    size = mg.ones(2, 3).shape
    assert isinstance(size, mg.Size)
    assert isinstance(size, tuple)
    assert size.numel() == 6
    assert isinstance(size[:1], mg.Size)
    assert type(size[0]) is int
    assert repr(size) == "minigrad.Size([2, 3])"
    assert pickle.loads(pickle.dumps(size)) == size


def test_python_numbers() -> None:
    assert mg.tensor(2.5).item() == 2.5
    assert mg.tensor([[7]]).item() == 7
    assert type(mg.tensor(7).item()) is int
    assert type(mg.tensor(7.0).item()) is float
    assert type(mg.tensor(True).item()) is bool
    assert float(mg.tensor([2.5])) == 2.5
    assert int(mg.tensor(2.9)) == 2
    assert bool(mg.tensor([1]))
    assert not bool(mg.tensor(0.0))
    assert list(range(5))[mg.tensor(3)] == 3
    assert "abc"[mg.tensor([1])] == "b"
    assert mg.tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert mg.tensor(1.5).tolist() == 1.5
    assert float(mg.tensor(2.5, requires_grad=True)) == 2.5


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: mg.ones(2).item(), RuntimeError, "2 elements"),
        (lambda: mg.ones(0).item(), RuntimeError, "0 elements"),
        (lambda: float(mg.ones(2)), RuntimeError, "."),
        (lambda: bool(mg.ones(2)), RuntimeError, "more than one value is ambiguous"),
        (lambda: bool(mg.ones(0)), RuntimeError, "no values is ambiguous"),
        (lambda: len(mg.tensor(1)), TypeError, "0-d"),
        (lambda: iter(mg.tensor(1)), TypeError, "0-d"),
        (lambda: [1][mg.tensor(0.0)], TypeError, "integer"),
        (lambda: mg.ones(2).numpy().missing, AttributeError, "missing"),
        (lambda: mg.ones(2, requires_grad=True).numpy(), RuntimeError, "detach"),
        (lambda: np.asarray(mg.ones(2, requires_grad=True)), RuntimeError, "detach"),
        (lambda: mg.ones(2).to("cuda"), RuntimeError, "cuda"),
        (lambda: mg.ones(2).to(mg.float32, "nowhere"), RuntimeError, "nowhere"),
        (lambda: mg.ones(2).to(np.complex64), TypeError, "not supported"),
        (lambda: mg.ones(2).view(5), RuntimeError, r"\[5\].*\(2,\)"),
        (lambda: mg.ones(4).view(-1, -1), RuntimeError, "one dimension"),
        (lambda: mg.ones(4).reshape(-1, 3), RuntimeError, "invalid"),
        (lambda: mg.ones(0).reshape(-1, 0), RuntimeError, "can be any value"),
        (lambda: mg.ones(4).reshape(-2, -2), RuntimeError, "negative"),
        (lambda: mg.ones(4).reshape(2.0, 2), TypeError, "integers"),
        (lambda: mg.ones(2, 3).permute(0), RuntimeError, "permute"),
        (lambda: mg.ones(2, 3).permute(0, 0), RuntimeError, "multiple times"),
        (lambda: mg.ones(2, 3).transpose(0, 2), IndexError, "range"),
        (lambda: mg.ones(2, 3).sum(2), IndexError, r"range of \[-2, 1\], but got 2"),
        (lambda: mg.ones(2, 3).sum((0, 0)), RuntimeError, "multiple times"),
        (lambda: mg.ones(2, 3).sum("a"), TypeError, "int"),
        (lambda: mg.ones(2, 3).sum(1.0), TypeError, "int"),
        (lambda: mg.tensor([1, 2]).mean(), (TypeError, RuntimeError), "floating point"),
        (lambda: mg.ones(2, 3).unsqueeze(3), IndexError, "range"),
        (lambda: mg.ones(2, 3).expand(3, 3), RuntimeError, "expand"),
        (lambda: mg.ones(3).expand(-1, 3), RuntimeError, "expand"),
        (lambda: mg.ones(0).max(), RuntimeError, "no element"),
        (lambda: mg.ones(2, 0).argmax(1), (RuntimeError, IndexError), "no element"),
        (lambda: mg.ones(3).narrow(0, 2, 2), (IndexError, RuntimeError), "narrow"),
        (lambda: mg.ones(3).split([1, 1]), RuntimeError, "sum"),
        (lambda: mg.ones(3).split(0), RuntimeError, "positive"),
        (lambda: mg.ones(3).chunk(0), RuntimeError, "greater than 0"),
        (lambda: mg.cat([mg.ones(2, 2), mg.ones(2, 3)]), RuntimeError, "match"),
        (lambda: mg.cat([mg.ones(2), mg.ones(2, 3)]), RuntimeError, "same number of dimensions"),
        (lambda: mg.cat([]), (RuntimeError, ValueError), "empty"),
        (lambda: mg.cat([mg.tensor(1.0)]), RuntimeError, "cat"),
        (lambda: mg.cat(mg.ones(2)), TypeError, "tuple of Tensors"),
        (lambda: mg.cat([mg.ones(2), 3]), TypeError, "element 1"),
        (lambda: mg.stack([mg.ones(2), mg.ones(3)]), RuntimeError, "equal size"),
        (lambda: mg.ones(2).clamp(), ValueError, "must not be None"),
        (lambda: mg.ones(2, 2, 2).t(), RuntimeError, "2 dimensions"),
        (lambda: mg.einsum("ij,jk", mg.ones(2, 3)), (RuntimeError, ValueError), "2 terms for 1"),
        (lambda: mg.einsum("ij,jk", mg.ones(2, 3), mg.ones(2, 3)), RuntimeError, "size"),
        (lambda: mg.einsum("ijk", mg.ones(2, 3)), RuntimeError, "dimensions"),
        (lambda: mg.einsum("ij->k", mg.ones(2, 3)), (RuntimeError, ValueError), "output"),
        (lambda: mg.softmax(mg.ones(2), 1), IndexError, "range"),
        (lambda: mg.gelu(mg.ones(2), "x"), (ValueError, RuntimeError), "approximate"),
    ],
)
def test_wrong_calls(call: Any, error: Any, match: str) -> None:
    with pytest.raises(error, match=match):
        call()


def test_tensors_are_iterated_by_rows() -> None:
    t = mg.tensor([[1, 2], [3, 4]])
    assert len(t) == 2
    assert [row.tolist() for row in t] == [[1, 2], [3, 4]]
    _, b = t
    assert b.tolist() == [3, 4]
    assert 3 in t
    assert 5 not in t
    assert mg.tensor(2) in t


def test_tensors_are_keys_by_identity() -> None:
    a, b = mg.ones(2), mg.ones(2)
    assert len({a, b, a}) == 2
    assert {a: 1}[a] == 1


def test_format() -> None:
    assert f"{mg.tensor(3.14159):.2f}" == "3.14"
    assert f"{mg.tensor(7):>4d}" == "   7"
    assert f"{mg.tensor([1.0])}" == "tensor([1.])"
    with pytest.raises(TypeError):
        format(mg.ones(2), ".2f")


# -- conversions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("half", "float16"),
        ("float", "float32"),
        ("double", "float64"),
        ("byte", "uint8"),
        ("char", "int8"),
        ("short", "int16"),
        ("int", "int32"),
        ("long", "int64"),
        ("bool", "bool"),
    ],
)
def test_casts_by_name(name: str, dtype: str) -> None:
    t = mg.tensor([0.0, 1.0, 2.7])
    made = getattr(t, name)()
    assert made.dtype.name == dtype
    assert made.tolist() == np.array([0, 1, 2.7], np.float32).astype(dtype).tolist()
    assert getattr(made, name)() is made


def test_to() -> None:
    t = mg.ones(2, requires_grad=True)
    assert t.to(mg.float32) is t
    assert t.to("cpu") is t
    assert t.to(t) is t
    assert t.to(mg.float32, copy=True) is not t
    assert t.to(dtype=mg.float64).dtype == mg.float64
    assert t.to("cpu", mg.float64).dtype == mg.float64
    assert t.to(mg.device("cpu"), dtype=mg.float64, non_blocking=True).dtype == mg.float64
    assert t.to(mg.ones(1, dtype=mg.float16)).dtype == mg.float16
    assert t.type_as(mg.ones(1, dtype=mg.float64)).dtype == mg.float64
    (t.to(mg.float64) * 3).sum().backward()
    assert t.grad.dtype == mg.float32
    assert t.grad.tolist() == [3.0, 3.0]


def test_numpy_shares_memory() -> None:
    t = mg.zeros(2)
    t.numpy()[0] = 5
    assert t.tolist() == [5.0, 0.0]
    assert np.shares_memory(np.asarray(t), t.numpy())
    assert not np.shares_memory(np.array(t), t.numpy())
    assert np.asarray(t, dtype=np.float64).dtype == np.float64
    assert np.shares_memory(np.asarray(t, copy=False), t.numpy())
    with pytest.raises(ValueError, match="avoid copy"):
        np.asarray(t, dtype=np.float64, copy=False)
    x = mg.zeros(2, requires_grad=True)
    assert np.shares_memory(x.numpy(force=True), x.detach().numpy())


def test_data_is_the_same_memory_without_the_history() -> None:
    x = mg.ones(2, requires_grad=True)
    assert not x.data.requires_grad
    assert np.shares_memory(x.data.numpy(), x.detach().numpy())
    y = x * 2
    y.data.numpy()[:] = 7
    assert y.tolist() == [7.0, 7.0]
    x.data = mg.zeros(3)
    assert x.shape == (3,)
    assert x.requires_grad
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(TypeError):
        x.data = np.zeros(3)


def test_detach() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 2
    assert not y.detach().requires_grad
    assert np.shares_memory(y.detach().numpy(), y.numpy(force=True))
    assert y.detach_() is y
    assert not y.requires_grad
    assert y.is_leaf


def test_clone_is_recorded_and_has_memory_of_its_own() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x.clone()
    assert not np.shares_memory(y.numpy(force=True), x.numpy(force=True))
    (y * 3).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_setting_grad() -> None:
    x = mg.ones(2, requires_grad=True)
    x.grad = mg.tensor([1.0, 2.0])
    assert x.grad.tolist() == [1.0, 2.0]
    x.grad = None
    assert x.grad is None
    for wrong, error in (
        (np.ones(2), TypeError),
        (5, TypeError),
        (mg.ones(3), RuntimeError),
        (mg.ones(2, dtype=mg.float64), RuntimeError),
    ):
        with pytest.raises(error, match="grad"):
            x.grad = wrong
    assert x.grad is None


# -- copies and pickles ------------------------------------------------------------------------------------------------


def test_deepcopy() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    x.grad = mg.tensor([3.0, 4.0])
    y = copy.deepcopy(x)
    assert y.requires_grad
    assert y.is_leaf
    y.data.numpy()[:] = 0
    y.grad.numpy()[:] = 0
    assert x.tolist() == [1.0, 2.0]
    assert x.grad.tolist() == [3.0, 4.0]
    a, b = copy.deepcopy([x, x])
    assert a is b
    with pytest.raises(RuntimeError, match="leaves"):
        copy.deepcopy(x * 2)
    assert not copy.deepcopy(mg.ones(2)).requires_grad


def test_copy_shares_memory() -> None:
    x = mg.ones(2)
    y = copy.copy(x)
    assert y is not x
    assert np.shares_memory(x.numpy(), y.numpy())


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol: int) -> None:
    for x in (
        mg.tensor([[1.5, 2.0]], requires_grad=True),
        mg.tensor(True),
        mg.zeros(0, 2, dtype=mg.int8),
        mg.arange(6).reshape(2, 3).T,
    ):
        y = pickle.loads(pickle.dumps(x, protocol))
        assert type(y) is mg.Tensor
        assert (y.requires_grad, y.dtype, y.shape) == (x.requires_grad, x.dtype, x.shape)
        assert y.tolist() == x.tolist()


# -- the older constructor ---------------------------------------------------------------------------------------------


def test_constructor() -> None:
    assert mg.Tensor(2, 3).shape == (2, 3)
    assert mg.Tensor([1, 2]).tolist() == [1.0, 2.0]
    assert mg.Tensor([1, 2]).dtype == mg.float32
    assert mg.Tensor().shape == (0,)
    assert mg.Tensor(np.ones(2)).dtype == mg.float32


# -- repr --------------------------------------------------------------------------------------------------------------

PRINTED: list[Any] = [
    1.0,
    2,
    True,
    [],
    [1.0, 2.0],
    [1.5, 2.25],
    [0.1, -0.25],
    [1, -20, 300],
    [True, False],
    [[1.0, 2.0], [3.0, 4.5]],
    [[[1], [2]], [[3], [40]]],
    [1e-5, 1.0],
    [1e-8],
    [1e5, 0.1],
    [10000.0, 1.5],
    [2000.0, 1.0],
    [1e8],
    [99999999.0],
    [1e10],
    [123456.789],
    [1e9, 1.0],
    [float("nan"), 1.0],
    [float("nan"), 1.5],
    [float("inf"), 1.0],
    [-float("inf"), float("nan"), 0.25],
    [[9.03e-07, -7.4e-07], [-9.2e-07, 2.2e-07]],
    [0.0, -0.0],
    [1e-4, 1.0],
    [9.9999e-5, 0.5],
    list(range(50)),
    [0.1] * 30,
    [1e-6] * 20,
    [[0.5] * 25, [1.5] * 25],
    [True, False] * 20,
]


def same_text(mine: Any, theirs: Any) -> None:
    assert repr(mine).replace("minigrad.", "torch.") == repr(theirs)


@pytest.mark.torch
@pytest.mark.parametrize("data", PRINTED, ids=lambda data: repr(data)[:40])
def test_repr_is_pytorchs(data: Any) -> None:
    torch = pytest.importorskip("torch")
    same_text(mg.tensor(data), torch.tensor(data))


@pytest.mark.torch
@pytest.mark.parametrize(
    "shape",
    [(0,), (0, 3), (2, 0), (1001,), (2, 600), (40, 40), (11, 100), (2, 3, 200), (3, 2, 2), (1, 1, 1, 1), (8, 8, 20)],
)
def test_repr_of_shapes_is_pytorchs(shape: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch")
    for value in (0, 0.0, 0.5, True):
        same_text(mg.full(shape, value), torch.full(shape, value))
    values = np.arange(int(np.prod(shape))).reshape(shape)
    same_text(mg.tensor(values), torch.tensor(values))
    same_text(mg.tensor(values / 7, dtype=mg.float32), torch.tensor(values / 7, dtype=torch.float32))


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float64", "float16", "int32", "uint8", "int8", "bool", "int64"])
def test_repr_names_unusual_dtypes_as_pytorch_does(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    for data in ([], 1, [0, 1], [[1, 0]]):
        same_text(mg.tensor(data, dtype=getattr(mg, dtype)), torch.tensor(data, dtype=getattr(torch, dtype)))


@pytest.mark.torch
def test_repr_of_random_scales_is_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    for _ in range(100):
        shape = tuple(rng.integers(1, 5, size=rng.integers(0, 4)))
        values = (rng.standard_normal(shape) * 10.0 ** rng.integers(-6, 9)).astype(np.float32)
        same_text(mg.tensor(values), torch.tensor(values))


def test_repr_tells_of_gradients() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    assert repr(x) == "tensor([1., 2.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2., 4.], grad_fn=<mul>)"
    assert str(x.detach()) == "tensor([1., 2.])"
    assert repr(mg.zeros(0, requires_grad=True)) == "tensor([], requires_grad=True)"


def test_the_array_of_a_tensor_that_requires_grad_can_be_had_where_nothing_is_recorded() -> None:
    x = mg.zeros(2, requires_grad=True)
    with mg.no_grad():
        x.numpy()[0] = 5
        assert np.asarray(x).tolist() == [5.0, 0.0]
    with pytest.raises(RuntimeError, match="requires grad"):
        x.numpy()


def test_sizes_joined_with_tuples_are_sizes() -> None:
    size = mg.zeros(2, 3).shape
    for joined, expected in (
        (operator.add(size, (4,)), (2, 3, 4)),
        (operator.add((4,), size), (4, 2, 3)),
        (operator.add(size, size), (2, 3, 2, 3)),
        (size * 2, (2, 3, 2, 3)),
        (2 * size, (2, 3, 2, 3)),
        (size[1:], (3,)),
    ):
        assert type(joined) is mg.Size
        assert joined == expected
    with pytest.raises(TypeError):
        operator.add(size, [4])
