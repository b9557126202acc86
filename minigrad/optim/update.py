"""What the updates of all optimizers share: the count of steps, weight decay, and arrays cut to fit the cache.

An update makes some ten passes over arrays of the parameter's size. Over a large parameter each pass would fetch all
of it from main memory again; piece after piece, only the first pass does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.dtypes import Array, float64, get_default_dtype
from minigrad.kernels.pieces import PIECE
from minigrad.tensor import Tensor


def scalar(value: float) -> Tensor:
    """A number in the state of a parameter: a tensor without axes, of float32, or of float64 if that is the default."""
    dtype = float64 if get_default_dtype() == float64 else np.float32
    return Tensor.wrap(np.array(value, dtype))  # type: ignore[no-any-return]


def zeros_like(p: Tensor, value: float = 0.0) -> Tensor:
    """A state of the shape, dtype and memory layout of `p`, filled with `value`."""
    return Tensor.wrap(np.full_like(p.array, value) if value else np.zeros_like(p.array))  # type: ignore[no-any-return]


def advance(state: dict[str, Any]) -> float:
    """t ← t + 1 in `state["step"]`. Returns t, which is 1 in the first update.

    RuntimeError for a number in the place of the tensor, where a program has put it.
    """
    if not isinstance(state["step"], Tensor):
        raise RuntimeError("API has changed, `state_steps` argument must contain a list of singleton tensors")
    t = state["step"].array
    t += 1
    return t.item()  # type: ignore[no-any-return]


def regularized(theta: Array, g: Array, group: dict[str, Any]) -> Array:
    """The gradient that an update follows: g, −g to maximize, and with weight decay λ the gradient of λ/2 ‖θ‖² added.

    Decoupled weight decay instead shrinks θ itself, by 1 − lr·λ (Loshchilov and Hutter 2019, Decoupled Weight Decay
    Regularization, Algorithm 2, line 12), and leaves the gradient alone.
    """
    if group["maximize"]:
        g = -g
    decay = group["weight_decay"]
    if decay:
        if group.get("decoupled_weight_decay"):
            theta *= 1 - group["lr"] * decay
        else:
            g = g + decay * theta
    return g


def weighted_square(weight: float, g: Array, out: Array) -> Array:
    """weight · g², into `out`; of float16, whose squares are soon infinite, in float32, and rounded after that."""
    if g.dtype == np.float16:
        return np.multiply(weight, np.square(g, dtype=np.float32), out=out, casting="same_kind")
    return np.multiply(weight, np.square(g, out=out), out=out)


def less_square(of: Array, x: Array, out: Array) -> Array:
    """of − x², into `out`; of float16 in float32, as `weighted_square`."""
    if x.dtype == np.float16:
        return np.subtract(of, np.square(x, dtype=np.float32), out=out, casting="same_kind")
    return np.subtract(of, np.square(x, out=out), out=out)


def pieces(*tensors: Tensor) -> Iterator[tuple[Array, ...]]:
    """The arrays of tensors of one shape, as views of about PIECE elements, the same part of each at a time.

    With each turn there is also, last, a scratch array of that size. Arrays that are not NumPy's own, such as those of
    a trace, are taken whole.
    """
    arrays = tuple(each.array for each in tensors)
    first = arrays[0]
    if first.size <= PIECE or type(first) is not np.ndarray:
        yield *arrays, np.empty_like(first)
        return
    if all(each.flags.c_contiguous for each in arrays):
        arrays, rows = tuple(each.reshape(-1) for each in arrays), PIECE
    else:  # along the first axis, which is a view in any layout
        rows = max(1, PIECE // math.prod(first.shape[1:]))
    scratch = np.empty_like(arrays[0][:rows])
    for start in range(0, len(arrays[0]), rows):
        cut = [each[start : start + rows] for each in arrays]
        yield *cut, scratch[: len(cut[0])]
