"""A layer and the batch normalization behind it as one layer: in evaluation that is a linear map, too.

With s = γ / √(σ² + ε) the normalization of W x + b is (s W) x + s (b − μ) + β.
"""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from minigrad.creation import ones_like, zeros_like
from minigrad.nn.parameter import Parameter
from minigrad.ops import rsqrt
from minigrad.tensor import Tensor

__all__ = ["fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"]

L = TypeVar("L")


def fuse_conv_bn_eval(conv: L, bn: Any, transpose: bool = False) -> L:
    """A copy of the convolution `conv`, or `transpose`d one, that computes what `bn` makes of its output.

    AssertionError unless both are in evaluation: in training batch normalization is no linear map.

    >>> conv, norm = nn.Conv2d(2, 3, 1).eval(), nn.BatchNorm2d(3).eval()
    >>> x = mg.ones(1, 2, 2, 2)
    >>> mg.allclose(nn.utils.fusion.fuse_conv_bn_eval(conv, norm)(x), norm(conv(x)), atol=1e-6)
    True
    """
    return _fused(conv, bn, "fuse_conv_bn_eval", transpose)


def fuse_linear_bn_eval(linear: L, bn: Any) -> L:
    """A copy of the layer `linear` that computes what `bn` makes of its output; see fuse_conv_bn_eval."""
    return _fused(linear, bn, "fuse_linear_bn_eval", False)


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of the one layer.

    Args:
        conv_w, conv_b: weight and bias of the convolution.
        bn_rm, bn_rv: the running mean and variance.
        bn_eps: what keeps the deviation from 0.
        bn_w, bn_b: weight and bias of the normalization; None for 1 and 0.
        transpose: whether the convolution is a transposed one, whose outputs are along the second axis of `conv_w`.
    """
    scale = rsqrt(bn_rv + bn_eps) * (ones_like(bn_rm) if bn_w is None else bn_w)
    shape = [1] * conv_w.ndim
    shape[1 if transpose else 0] = -1
    bias = zeros_like(bn_rm) if conv_b is None else conv_b
    shift = zeros_like(bn_rm) if bn_b is None else bn_b
    weight = (conv_w * scale.reshape(shape)).to(conv_w.dtype)
    moved = ((bias - bn_rm) * scale + shift).to(bias.dtype)
    trained = conv_w.requires_grad, conv_w.requires_grad if conv_b is None else conv_b.requires_grad
    return Parameter(weight.detach(), trained[0]), Parameter(moved.detach(), trained[1])


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of the one layer.

    From `linear_w` and `linear_b`, the running mean `bn_rm` and variance `bn_rv`, `bn_eps`, `bn_w` and `bn_b`, which
    are those of fuse_conv_bn_weights.
    """
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def _fused(layer: Any, bn: Any, name: str, transpose: bool) -> Any:
    if layer.training or bn.training:
        raise AssertionError(f"{name}: Fusion only for eval! Call .eval() on the layer and the normalization first")
    fused = copy.deepcopy(layer)
    statistics = bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias
    fused.weight, fused.bias = fuse_conv_bn_weights(layer.weight, layer.bias, *statistics, transpose)
    return fused
