"""How tensors lie in memory, and other shapes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0, 3), (1, 3), (3, 1, 2), (0,)])
def test_strides(shape: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch")
    assert mg.zeros(shape).stride() == torch.zeros(shape).stride()
    if 0 not in shape:
        assert mg.zeros(4, *shape).transpose(0, -1).stride() == torch.zeros(4, *shape).transpose(0, -1).stride()


def test_what_it_is_not() -> None:
    x = mg.zeros(2)
    assert not any((x.is_sparse, x.is_quantized, x.is_nested, x.is_meta, x.is_cuda, x.is_mps))
    assert x.layout is mg.strided
    assert repr(mg.strided) == "minigrad.strided"
    assert isinstance(mg.strided, mg.layout)
    assert isinstance(mg.channels_last, mg.memory_format)


def test_what_is_no_format_of_memory() -> None:
    for call in (mg.Tensor.contiguous, mg.Tensor.clone, mg.Tensor.to):
        with pytest.raises(TypeError, match=r"argument 'memory_format' must be minigrad.memory_format, not float"):
            call(mg.ones(1, 3, 2, 2), memory_format=float("inf"))  # type: ignore[call-overload]


def test_formats_of_memory() -> None:
    x = mg.zeros(2, 3, 4, 5)
    assert x.is_contiguous(memory_format=mg.contiguous_format)
    assert mg.legacy_contiguous_format is mg.contiguous_format
    assert not x.is_contiguous(memory_format=mg.channels_last)
    assert x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).is_contiguous(memory_format=mg.channels_last)
    for made in (
        mg.zeros_like(x, memory_format=mg.preserve_format),
        mg.empty(x.shape, memory_format=mg.channels_last, layout=mg.strided, pin_memory=False),
        x.contiguous(memory_format=mg.channels_last),
        x.to(memory_format=mg.channels_last),
        x.clone(memory_format=mg.preserve_format),
    ):
        assert made.shape == x.shape
    for made in (
        x.contiguous(memory_format=mg.channels_last),
        x.to(memory_format=mg.channels_last),
        x.to(mg.float64, memory_format=mg.channels_last),
        x.clone(memory_format=mg.channels_last),
        mg.empty(x.shape, memory_format=mg.channels_last),
        mg.zeros_like(x, memory_format=mg.channels_last),
        mg.nn.functional.interpolate(x.contiguous(memory_format=mg.channels_last), scale_factor=2),
        mg.nn.Conv2d(2, 3, 3).to(memory_format=mg.channels_last).weight,
    ):
        assert made.is_contiguous(memory_format=mg.channels_last)
        assert not made.is_contiguous()
        assert made.contiguous().is_contiguous()
        assert made.clone(memory_format=mg.contiguous_format).is_contiguous()
        assert made.clone().is_contiguous(memory_format=mg.channels_last)
    assert mg.nn.functional.interpolate(x, scale_factor=2).is_contiguous()
    with pytest.raises(RuntimeError, match="required rank 4 tensor to use channels_last format"):
        mg.ones(2, 3).contiguous(memory_format=mg.channels_last)
    with pytest.raises(RuntimeError, match="preserve memory format is unsupported by the contiguous operator"):
        x.contiguous(memory_format=mg.preserve_format)
    leaf = mg.rand(2, 3, 4, 5, requires_grad=True)
    laid = leaf.contiguous(memory_format=mg.channels_last)
    np.testing.assert_array_equal(laid.detach().numpy(), leaf.detach().numpy())
    (laid * 2).sum().backward()
    assert (leaf.grad == 2).all()  # type: ignore[union-attr]
    last = laid.detach().requires_grad_()
    (last * leaf).sum().backward()
    assert last.grad is not None
    assert last.grad.stride() == last.stride()
    np.testing.assert_array_equal(last.grad.numpy(), leaf.detach().numpy())


def places(x: Any) -> Any:
    return x[1:].t()


@pytest.mark.torch
@pytest.mark.parametrize(
    ("size", "stride", "offset"), [((2, 2), (1, 2), 0), ((3,), (2,), 3), ((2, 3), (0, 1), 1), ((), (), None)]
)
@pytest.mark.parametrize("view", [lambda x: x, lambda x: x.t(), places])
def test_as_strided_and_its_derivatives(size: Any, stride: Any, offset: Any, view: Any) -> None:
    torch = pytest.importorskip("torch")
    data = np.random.default_rng(0).standard_normal((4, 3))
    found = []
    for package, grad in ((mg, mg.autograd.grad), (torch, torch.autograd.grad)):
        x = package.tensor(data, requires_grad=True)
        y = package.as_strided(view(x * 1), size, stride, offset)
        (first,) = grad((y**3).sum(), x, create_graph=True)
        (second,) = grad((first**2).sum(), x)
        found.append([each.detach().numpy() for each in (y, first, second)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride"), [((2, 2), (1, 0)), ((2,), (1,)), ((1,), (1,)), ((0,), (1,))])
def test_elements_in_one_place_share_its_gradient(size: Any, stride: Any) -> None:
    torch = pytest.importorskip("torch")
    found = []
    for package in (mg, torch):
        x = package.tensor([[3.0], [2.0]]).expand(2, 3).detach().requires_grad_()
        y = package.as_strided(x, size, stride)
        (first,) = package.autograd.grad((y**3).sum(), x, create_graph=True)
        weights = package.arange(6.0).reshape(2, 3)
        (second,) = package.autograd.grad((first**2 * weights).sum() + (x * 0).sum(), x)
        found.append([each.detach().numpy() for each in (first, second)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize(
    "function",
    [lambda x: x.sum(0) * mg.ones(3), lambda x: x.t().exp() * mg.ones(3, 2), lambda x: x.t() @ mg.ones(2, 4)],
)
@pytest.mark.parametrize("create_graph", [False, pytest.param(True, marks=pytest.mark.filterwarnings("ignore"))])
def test_a_gradient_lies_in_memory_as_its_leaf(function: Any, create_graph: bool) -> None:
    """So what is written to `x.grad.view(-1)` is in the gradient."""
    x = mg.ones(2, 3, requires_grad=True)
    function(x).sum().backward(create_graph=create_graph)
    assert x.grad is not None
    with mg.no_grad():
        x.grad.view(-1)[1] = 7
    assert x.grad[0, 1] == 7
    assert x.grad.stride() == (3, 1)


def test_a_copy_of_repeated_rows_lies_row_by_row() -> None:
    x = mg.ones(2).expand(3, 2)
    for y in (x.clone(), x.double(), mg.zeros_like(x), mg.ones_like(x), mg.empty_like(x)):
        y.view(-1)[1] = 7
        assert y[0, 1] == 7


def test_as_strided_is_a_view() -> None:
    x = mg.zeros(6)
    mg.as_strided(x, (2,), (3,), 1).fill_(1)
    assert x.tolist() == [0, 1, 0, 0, 1, 0]
    assert x[2:].storage_offset() == 2
    assert x[2:].untyped_storage().nbytes() == x.nbytes
    for size, stride, offset in (((7,), (1,), 0), ((2,), (1,), 5), ((1,), (1,), -1)):
        with pytest.raises(RuntimeError, match="out of bounds for storage of 6"):
            mg.as_strided(x, size, stride, offset)
    with pytest.raises(RuntimeError, match="Negative strides"):
        mg.as_strided(x, (2,), (-1,))
    with pytest.raises(RuntimeError, match="mismatch in length"):
        mg.as_strided(x, (2,), (1, 1))


def test_resize() -> None:
    x = mg.arange(6)
    assert x.resize_(2, 2).tolist() == [[0, 1], [2, 3]]
    assert x.resize_((3,)).tolist() == [0, 1, 2]
    assert x.resize_(5).tolist()[:3] == [0, 1, 2]
    assert x.resize_as_(mg.zeros(1, 2)).tolist() == [[0, 1]]
    with pytest.raises(RuntimeError, match="negative dimension"):
        x.resize_(-1)
    with pytest.raises(RuntimeError, match="cannot resize variables that require grad"):
        mg.zeros(2, requires_grad=True).resize_(3)


class TestAnothersMemory:
    def test_of_a_tensor_and_of_a_storage(self) -> None:
        x, source = mg.zeros(2), mg.arange(6.0).reshape(2, 3)
        assert x.set_(source.T) is x
        assert x.is_set_to(source.T)
        assert not x.is_set_to(source)
        x[0, 0] = 9.0
        assert source[0, 0] == 9.0
        assert x.set_(source.untyped_storage(), 1, (2, 2), (3, 1)).tolist() == [[1.0, 2.0], [4.0, 5.0]]
        assert x.set_(source.storage(), 4).tolist() == [4.0, 5.0]
        assert x.set_().shape == (0,)

    def test_of_a_parameter_without_recording(self) -> None:
        x = mg.ones(2, requires_grad=True)
        with pytest.raises(RuntimeError, match="requires grad is being used in an in-place"):
            x.set_(mg.zeros(3))
        with mg.no_grad():
            x.set_(mg.zeros(3))
        (x * 2).sum().backward()
        assert x.grad is not None
        assert x.grad.tolist() == [2.0, 2.0, 2.0]

    def test_another_dtype_is_refused(self) -> None:
        with pytest.raises(RuntimeError, match="set_: expected a source of dtype float32, got int64"):
            mg.ones(2).set_(mg.tensor([1]))

    def test_as_one_of_a_subclass(self) -> None:
        class Marked(mg.Tensor):
            pass

        x = mg.ones(2, requires_grad=True)
        y = (x * 2).as_subclass(Marked)
        assert type(y) is Marked
        assert y.grad_fn is not None
        y.sum().backward()
        assert x.grad is not None
        with pytest.raises(TypeError, match="as_subclass: cls must be a subclass of Tensor"):
            x.as_subclass(int)  # type: ignore[type-var]


def test_what_is_no_memory_is_named() -> None:
    x = mg.ones(4)
    for call, message in (
        (lambda: mg.ones(2).set_([1.0]), r"set_\(\): argument 'source' \(position 1\) must be Tensor, not list"),
        (lambda: mg.ones(2).set_(x, "a", (2,), (1,)), "set_: argument 'storage_offset' must be an int of 0 or more"),
        (lambda: x.is_set_to(None), r"is_set_to\(\): argument 'tensor' \(position 1\) must be Tensor"),
        (lambda: mg.as_strided(x, (2,), (1,), "a"), "as_strided: argument 'storage_offset' must be int, not str"),
    ):
        with pytest.raises(TypeError, match=message):
            call()
