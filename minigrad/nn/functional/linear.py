"""Affine maps."""

from __future__ import annotations

from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.contraction import einsum
from minigrad.ops.product import affine, by, linear_p, matmul
from minigrad.tensor import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y = `input` @ weight.T + `bias`: (*, in) with `weight` (out, in) and bias (out,) to (*, out).

    A weight (in,) without a bias gives (*). ShapeError if sizes do not fit, RuntimeError for two dtypes.

    >>> F.linear(mg.tensor([1.0, 2.0]), mg.tensor([[3.0, 4.0]]), mg.tensor([5.0]))
    tensor([16.])
    """
    x, w = input.array, weight.array  # of which questions cost less
    if w.ndim == 1 and bias is None and x.ndim:
        return matmul(input, weight)
    if x.ndim == 0 or w.ndim == 0:
        raise ShapeError(
            f"linear: both arguments to linear need to be at least 1D, but they are {x.ndim}D and {w.ndim}D"
        )
    if w.ndim != 2 or x.shape[-1] != w.shape[1]:
        raise ShapeError(
            f"linear: mat1 and mat2 shapes cannot be multiplied ({by(x.shape)} and {by(w.shape[::-1])}): a "
            f"weight (out, in), {w.shape}, takes an input whose last size is in, not {x.shape}"
        )
    if x.dtype != w.dtype:
        kinds = f"input {input.dtype} and weight {weight.dtype}"
        raise DTypeError(f"linear: mat1 and mat2 must have the same dtype, but got {kinds}")
    if bias is not None and bias.array.dtype != x.dtype:
        raise DTypeError(f"linear: input ({input.dtype}) and bias ({bias.dtype}) must have the same dtype")
    return linear_p(input, weight) if bias is None else affine(input, weight, bias)


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y[..., o] = sum over i, j of `input1`[..., i] `weight`[o, i, j] `input2`[..., j], plus `bias`[o].

    (*, in1) and (*, in2) with weight (out, in1, in2) and bias (out,) to (*, out). ShapeError if sizes do not fit.

    >>> F.bilinear(mg.tensor([1.0, 2.0]), mg.tensor([3.0]), mg.ones(1, 2, 1))
    tensor([9.])
    """
    sizes = (input1.shape[-1], input2.shape[-1]) if input1.ndim and input2.ndim else None
    if sizes != tuple(weight.shape[1:]) or input1.shape[:-1] != input2.shape[:-1]:
        raise ShapeError(
            f"bilinear: inputs (..., in1) and (..., in2) and a weight (out, in1, in2) go together, not "
            f"{tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(weight.shape)}"
        )
    y = einsum("...i,oij,...j->...o", input1, weight, input2)
    return y if bias is None else y + bias
