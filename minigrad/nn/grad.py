"""The gradients of a convolution as functions of their own, as in `torch.nn.grad`: each is itself differentiable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from minigrad.engine.gate import gate
from minigrad.errors import ShapeError
from minigrad.ops.convolution import Geometry, convolve_transposed, convolve_weight
from minigrad.ops.dims import for_axes
from minigrad.tensor import Tensor
from minigrad.types import Ints

__all__ = ["conv1d_input", "conv1d_weight", "conv2d_input", "conv2d_weight", "conv3d_input", "conv3d_weight"]


def _input(axes: int) -> Callable[..., Tensor]:
    def conv_input(
        input_size: Sequence[int],
        weight: Tensor,
        grad_output: Tensor,
        stride: Ints = 1,
        padding: Ints = 0,
        dilation: Ints = 1,
        groups: int = 1,
    ) -> Tensor:
        size, geometry = _checked(axes, "input", input_size, stride, padding, dilation, groups)
        return convolve_transposed(grad_output, weight, size=size, geometry=geometry)

    return _named(conv_input, axes, "input")


def _weight(axes: int) -> Callable[..., Tensor]:
    def conv_weight(
        input: Tensor,
        weight_size: Sequence[int],
        grad_output: Tensor,
        stride: Ints = 1,
        padding: Ints = 0,
        dilation: Ints = 1,
        groups: int = 1,
    ) -> Tensor:
        kernel, geometry = _checked(axes, "weight", weight_size, stride, padding, dilation, groups)
        return convolve_weight(input, grad_output, kernel=kernel, geometry=geometry)

    return _named(conv_weight, axes, "weight")


def _named(gradient: Callable[..., Tensor], axes: int, of: str) -> Callable[..., Tensor]:
    gradient.__name__ = gradient.__qualname__ = f"conv{axes}d_{of}"
    gradient.__doc__ = f"The gradient of conv{axes}d in the {of}, of shape `{of}_size`, from that of the output."
    return gradient


def _checked(
    axes: int, of: str, size: Sequence[int], stride: Ints, padding: Ints, dilation: Ints, groups: int
) -> tuple[tuple[int, ...], Geometry]:
    """The spatial part of the size, and the geometry; ShapeError for a size of other dimensions."""
    name = f"conv{axes}d_{of}"
    if len(size) != axes + 2:
        raise ShapeError(f"{name}: {of}_size must have {axes + 2} elements, got {tuple(size)}")
    around = tuple((each, each) for each in for_axes(padding, axes, name, "padding", 0))
    steps, spread = (for_axes(each, axes, name, what, 1) for each, what in ((stride, "stride"), (dilation, "dilation")))
    return tuple(size[2:]), Geometry(steps, around, spread, groups)


conv1d_input, conv1d_weight = _input(1), _weight(1)
conv2d_input, conv2d_weight = _input(2), _weight(2)
conv3d_input, conv3d_weight = _input(3), _weight(3)

gate(globals(), __all__)
