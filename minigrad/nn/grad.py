"""The gradients of a convolution as functions of their own, as in `torch.nn.grad`: each is itself differentiable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from minigrad.errors import ShapeError
from minigrad.ops.convolution import Geometry, convolve_transposed, convolve_weight
from minigrad.ops.dims import for_axes
from minigrad.tensor import Tensor
from minigrad.types import Ints

__all__ = ["conv1d_input", "conv1d_weight", "conv2d_input", "conv2d_weight", "conv3d_input", "conv3d_weight"]


def _input(axes: int, name: str) -> Callable[..., Tensor]:
    def conv_input(
        input_size: Sequence[int],
        weight: Tensor,
        grad_output: Tensor,
        stride: Ints = 1,
        padding: Ints = 0,
        dilation: Ints = 1,
        groups: int = 1,
    ) -> Tensor:
        if len(input_size) != axes + 2:
            raise ShapeError(f"{name}: input_size must have {axes + 2} elements, got {tuple(input_size)}")
        geometry = _geometry(axes, name, stride, padding, dilation, groups)
        return convolve_transposed(grad_output, weight, size=tuple(input_size[2:]), geometry=geometry)

    conv_input.__name__ = conv_input.__qualname__ = name
    conv_input.__doc__ = f"The gradient of conv{axes}d in an input of shape `input_size`, from that of the output."
    return conv_input


def _weight(axes: int, name: str) -> Callable[..., Tensor]:
    def conv_weight(
        input: Tensor,
        weight_size: Sequence[int],
        grad_output: Tensor,
        stride: Ints = 1,
        padding: Ints = 0,
        dilation: Ints = 1,
        groups: int = 1,
    ) -> Tensor:
        if len(weight_size) != axes + 2:
            raise ShapeError(f"{name}: weight_size must have {axes + 2} elements, got {tuple(weight_size)}")
        geometry = _geometry(axes, name, stride, padding, dilation, groups)
        return convolve_weight(input, grad_output, kernel=tuple(weight_size[2:]), geometry=geometry)

    conv_weight.__name__ = conv_weight.__qualname__ = name
    conv_weight.__doc__ = f"The gradient of conv{axes}d in a weight of shape `weight_size`, from that of the output."
    return conv_weight


def _geometry(axes: int, name: str, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Geometry:
    around = tuple((each, each) for each in for_axes(padding, axes, name, "padding", 0))
    steps, spread = (for_axes(each, axes, name, what, 1) for each, what in ((stride, "stride"), (dilation, "dilation")))
    return Geometry(steps, around, spread, groups)


conv1d_input, conv1d_weight = _input(1, "conv1d_input"), _weight(1, "conv1d_weight")
conv2d_input, conv2d_weight = _input(2, "conv2d_input"), _weight(2, "conv2d_weight")
conv3d_input, conv3d_weight = _input(3, "conv3d_input"), _weight(3, "conv3d_weight")
