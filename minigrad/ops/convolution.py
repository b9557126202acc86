"""The table of derivatives: convolution, its transpose and its weight gradient.

    T(x, w, u) = sum of x[n, c, s*i + d*k - p] * w[o, c, k] * u[n, o, i]

is linear in each of its three arguments, and the gradient of T in one of them is a function of the other two. These
three are all there is (computed in `kernels.convolution`): each is bilinear, its derivatives at every order the others.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minigrad.dtypes import Array
from minigrad.engine.node import plain
from minigrad.engine.primitive import bilinear
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels import convolution as kernels
from minigrad.ops.dims import for_axes
from minigrad.ops.normalization import add_bias
from minigrad.ops.splitting import pad_p
from minigrad.types import Ints, Tensor

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]


class Geometry(NamedTuple):
    """How the windows of a convolution lie: numbers for each spatial axis, pairs (before, after) for the padding."""

    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int


def _convolve(x: Array, w: Array, *, geometry: Geometry) -> Array:
    return kernels.convolve(x, w, *geometry)


def _transposed(u: Array, w: Array, *, size: tuple[int, ...], geometry: Geometry) -> Array:
    return kernels.convolve_transposed(u, w, size, *geometry)


def _weight(x: Array, u: Array, *, kernel: tuple[int, ...], geometry: Geometry) -> Array:
    return kernels.convolve_weight(x, u, kernel, *geometry)


convolve = bilinear(
    "convolve(x, w) = dT/du",
    _convolve,
    x=lambda g, w, x_shape, geometry: convolve_transposed(g, w, size=x_shape[2:], geometry=geometry),
    w=lambda g, x, w_shape, geometry: convolve_weight(x, g, kernel=w_shape[2:], geometry=geometry),
)
convolve_transposed = bilinear(
    "convolve_transposed(u, w) = dT/dx",
    _transposed,
    u=lambda g, w, geometry: convolve(g, w, geometry=geometry),
    w=lambda g, u, w_shape, geometry: convolve_weight(g, u, kernel=w_shape[2:], geometry=geometry),
)
convolve_weight = bilinear(
    "convolve_weight(x, u) = dT/dw",
    _weight,
    x=lambda g, u, x_shape, geometry: convolve_transposed(u, g, size=x_shape[2:], geometry=geometry),
    u=lambda g, x, geometry: convolve(x, g, geometry=geometry),
)


def _checked(name: str, x: Any, weight: Any, bias: Any, axes: int, groups: int, transposed: bool) -> None:
    """ShapeError, or DTypeError, unless the arguments of a convolution fit together."""
    if x.ndim != axes + 2:
        kinds = f"{axes + 1}D (unbatched) or {axes + 2}D (batched)"
        raise ShapeError(f"Expected {kinds} input to {name}, but got input of size: {[*x.shape]}")
    if weight.ndim != axes + 2 or 0 in weight.shape[2:]:
        raise ShapeError(f"{name}: expected a weight of {axes + 2} sizes, none of the kernel 0, got {[*weight.shape]}")
    for what, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.dtype != x.dtype:
            raise DTypeError(f"{name}: Input type ({x.dtype}) and {what} type ({each.dtype}) should be the same")
    if groups < 1 or weight.shape[0] % groups or (transposed and not weight.shape[0]):
        raise ShapeError(f"{name}: weight of shape {tuple(weight.shape)} does not divide into {groups} groups")
    channels = weight.shape[0] if transposed else weight.shape[1] * groups
    if x.shape[1] != channels:
        raise ShapeError(
            f"{name}: Given groups={groups}, weight of size {list(weight.shape)}, expected input{list(x.shape)} "
            f"to have {channels} channels, but got {x.shape[1]} channels instead"
        )
    wanted = (weight.shape[1] * groups if transposed else weight.shape[0],)
    if bias is not None and tuple(bias.shape) != wanted:
        raise ShapeError(f"{name}: expected a bias of shape {wanted}, got {tuple(bias.shape)}")


def _with_bias(y: Any, bias: Any) -> Any:
    return y if bias is None else add_bias(y, bias)


def _conv(
    name: str, axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    if x.ndim == axes + 1:
        return _conv(name, axes, x.reshape((1, *x.shape)), weight, bias, stride, padding, dilation, groups)[0]
    _checked(name, plain(x), plain(weight), plain(bias), axes, groups, transposed=False)
    steps = for_axes(stride, axes, name, "stride", 1)
    spread = for_axes(dilation, axes, name, "dilation", 1)
    reach = [d * (k - 1) for d, k in zip(spread, weight.shape[2:], strict=True)]
    padding = 0 if padding == "valid" else padding
    if padding == "same":
        if max(steps) > 1:
            raise RuntimeError(f"{name}: padding='same' is not supported for strided convolutions, got stride {stride}")
        around = tuple((each // 2, each - each // 2) for each in reach)
    elif isinstance(padding, str):
        raise ValueError(f"{name}: Invalid padding string {padding!r}, should be one of 'valid', 'same'; or numbers")
    else:
        around = tuple((each, each) for each in for_axes(padding, axes, name, "padding", 0))
    padded = [size + before + after for size, (before, after) in zip(x.shape[2:], around, strict=True)]
    if any(size <= each for size, each in zip(padded, reach, strict=True)):
        seen, kernel = (" x ".join(map(str, each)) for each in (padded, [each + 1 for each in reach]))
        raise ShapeError(
            f"{name}: Calculated padded input size per channel: ({seen}). Kernel size: ({kernel}). Kernel size can't "
            "be greater than actual input size"
        )
    return _with_bias(convolve(x, weight, geometry=Geometry(steps, around, spread, groups)), bias)


def _conv_transpose(
    name: str,
    axes: int,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Any:
    if x.ndim == axes + 1:
        batch = x.reshape((1, *x.shape))
        return _conv_transpose(name, axes, batch, weight, bias, stride, padding, output_padding, groups, dilation)[0]
    _checked(name, plain(x), plain(weight), plain(bias), axes, groups, transposed=True)
    steps = for_axes(stride, axes, name, "stride", 1)
    spread = for_axes(dilation, axes, name, "dilation", 1)
    crop = for_axes(padding, axes, name, "padding", 0)
    extra = for_axes(output_padding, axes, name, "output_padding", 0)
    if any(e >= max(s, d) for e, s, d in zip(extra, steps, spread, strict=True)):
        raise ShapeError(
            f"{name}: output padding must be smaller than either stride or dilation, but got {output_padding!r}"
        )
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, s, p, d, k, e in zip(x.shape[2:], steps, crop, spread, weight.shape[2:], extra, strict=True)
    )
    if min(size) < 1:
        raise ShapeError(f"{name}: an input of shape {tuple(x.shape)} would give the output size {size}, too small")
    # What is added shows what padding had cut off, and what is left of a stride. Beyond, no window reaches: zeros.
    reached = [min(e, max(p, s - 1)) for e, p, s in zip(extra, crop, steps, strict=True)]
    beyond = [e - r for e, r in zip(extra, reached, strict=True)]
    around = tuple((p, max(p - r, 0)) for p, r in zip(crop, reached, strict=True))
    inner = tuple(n - b for n, b in zip(size, beyond, strict=True))
    y = convolve_transposed(x, weight, size=inner, geometry=Geometry(steps, around, spread, groups))
    return _with_bias(pad_p(y, widths=((0, 0), (0, 0), *((0, b) for b in beyond))) if any(beyond) else y, bias)


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution of `input` (N, C, L) or (C, L) with `weight` (O, C / groups, K): (N, O, L') or (O, L').

    `bias`, `stride`, `padding`, `dilation` and `groups` are those of conv2d.

    >>> mg.conv1d(mg.tensor([[1.0, 2.0, 3.0, 4.0]]), mg.tensor([[[1.0, -1.0]]]))
    tensor([[-1., -1., -1.]])
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """Convolve `input` (N, C, H, W) or (C, H, W) with `weight` (O, C / groups, K, L): (N, O, H', W').

    y[n, o, i, j] = bias[o] + Σ input[n, c, i stride + k dilation, j stride + l dilation] weight[o, c, k, l], the sum
    over c, k and l: a cross-correlation, as everywhere in deep learning. H' = ⌊(H + 2 padding - dilation (K - 1) - 1) /
    stride⌋ + 1, W' alike. `padding` is a number, one for each axis, "valid" (none) or "same" (the size stays; stride 1
    only). With `groups` the channels fall into so many groups, convolved apart. ShapeError where channels do not fit,
    or the kernel exceeds the padded input.

    The gradient in the input is the transposed convolution (`conv_transpose2d`) of the output's gradient with the
    weight, that in the weight the correlation of the input with the output's gradient, that in the bias a sum over
    places.

    >>> mg.conv2d(mg.arange(9.0).reshape(1, 3, 3), mg.ones(1, 1, 2, 2))
    tensor([[[ 8., 12.],
             [20., 24.]]])
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution of `input` (N, C, D, H, W) or (C, D, H, W) with `weight` (O, C / groups, J, K, L).

    `bias`, `stride`, `padding`, `dilation` and `groups` are those of conv2d.

    >>> mg.conv3d(mg.ones(1, 1, 3, 3, 3), mg.ones(4, 1, 2, 2, 2)).shape
    minigrad.Size([1, 4, 2, 2, 2])
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The transposed convolution of `input` (N, C, L) with `weight` (C, O / groups, K), the adjoint of conv1d.

    `bias`, `stride`, `padding`, `output_padding`, `groups` and `dilation` are those of conv_transpose2d.

    >>> mg.conv_transpose1d(mg.tensor([[1.0, 2.0]]), mg.tensor([[[1.0, 10.0]]]))
    tensor([[ 1., 12., 20.]])
    """
    return _conv_transpose(
        "conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The transposed convolution of `input` (N, C, H, W) with `weight` (C, O / `groups`, K, L), plus `bias` (O,).

    A size n becomes (n - 1) * `stride` - 2 * `padding` + `dilation` * (k - 1) + `output_padding` + 1.

    It is the adjoint of conv2d: its gradient in the input is conv2d of the output's with the weight. `output_padding`,
    less than the stride or the dilation, chooses among the sizes that conv2d would bring to the same one.

    >>> mg.conv_transpose2d(mg.tensor([[[1.0, 2.0]]]), mg.ones(1, 1, 1, 2), stride=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    return _conv_transpose(
        "conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The transposed convolution of `input` (N, C, D, H, W) with `weight` (C, O / groups, J, K, L).

    `bias`, `stride`, `padding`, `output_padding`, `groups` and `dilation` are those of conv_transpose2d.

    >>> mg.conv_transpose3d(mg.ones(1, 4, 2, 2, 2), mg.ones(4, 1, 2, 2, 2)).shape
    minigrad.Size([1, 1, 3, 3, 3])
    """
    return _conv_transpose(
        "conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )
