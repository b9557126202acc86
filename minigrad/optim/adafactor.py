"""Adafactor: the second moments of a matrix remembered by their means over rows and columns alone.

Shazeer and Stern 2018, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, https://arxiv.org/abs/1804.04235,
Algorithms 4 and 5 with relative step sizes. As in PyTorch, there are matrices in the last two axes of whatever has two
axes or more, and `lr` is the bound of ρ.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.dtypes import Array
from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE, Range, given
from minigrad.optim.update import advance, scalar
from minigrad.tensor import Tensor


class Adafactor(Optimizer):
    """U = g / √V̂ with V̂ = R C / mean(R), θ ← θ − α U / max(1, RMS(U) / d) (Shazeer and Stern 2018, Algorithm 4).

    Args:
        params: what is optimized; see Optimizer.
        lr: the bound of ρ = min(lr, 1 / √t); the step is α = max(ε2, RMS(θ)) ρ (default 1e-2).
        beta2_decay: c, 0 or below: the decay of R and C is β2 = 1 − t^c (default −0.8).
        eps: (ε1, ε2); ε1, by default the dtype's, keeps V̂ from 0, and ε2 the steps of small parameters (default 1e-3).
        d: the most that the root of the mean square of U may be, at least 1 (default 1).
        weight_decay: λ; each step shrinks θ by 1 − lr λ (default 0).
        foreach: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.ones(2, 2, requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.Adafactor([w], lr=0.1).step()
    >>> w
    tensor([[0.9000, 0.9000],
            [0.9000, 0.9000]], requires_grad=True)
    """

    ranges: ClassVar = {
        "lr": NONNEGATIVE,
        "beta2_decay": Range(-float("inf"), 0, closed=True),
        "d": Range(1, float("inf"), closed=True),
        "weight_decay": NONNEGATIVE,
    }

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def check(self, group: dict[str, Any]) -> None:
        super().check(group)
        eps = group["eps"]
        if not isinstance(eps, (tuple, list)) or len(eps) != 2:
            raise TypeError(f"Adafactor: eps must be two numbers (ε1 or None, ε2), got {eps!r}")
        for number, value in enumerate(eps, start=1):
            if (value is None and number == 2) or (value is not None and not value >= 0):
                raise ValueError(f"epsilon{number} should be >= 0 but is: {value} (Adafactor: eps)")

    def state_has_shape_of_parameter(self) -> bool:
        return False

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        # t ← 0, R_0 ← 0, C_0 ← 0; of vectors V_0 ← 0
        if p.ndim < 2:
            return {"step": scalar(0), "variance": Tensor.wrap(np.zeros_like(p.array))}
        rows, columns = np.zeros_like(p.array[..., :1]), np.zeros_like(p.array[..., :1, :])
        return {"step": scalar(0), "row_var": Tensor.wrap(rows), "col_var": Tensor.wrap(columns)}

    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        lr, (eps1, eps2), decay = group["lr"], group["eps"], group["weight_decay"]
        theta, g = p.array, -grad.array if group["maximize"] else grad.array
        eps1 = float(np.finfo(theta.dtype).eps) if eps1 is None else eps1
        # t ← t + 1, 1 − β2 ← t^c, ρ ← min(lr, 1 / √t), α ← max(ε2, RMS(θ)) ρ
        t = advance(state)
        weight, size = t ** group["beta2_decay"], np.maximum(_rms(theta), eps2)
        alpha = np.minimum(size * lr, size * t**-0.5)
        # θ ← θ − lr λ θ
        if decay:
            theta *= 1 - lr * decay
        # R_t ← β2 R_{t−1} + (1 − β2) mean of g² over columns, C_t likewise over rows, V̂_t ← R_t C_t / mean(R_t)
        square = np.square(g, dtype=np.promote_types(g.dtype, np.float32))
        if theta.ndim < 2:
            variance = _moved(state["variance"], square, weight)
        else:
            rows = _moved(state["row_var"], square.mean(axis=-1, keepdims=True), weight)
            columns = _moved(state["col_var"], square.mean(axis=-2, keepdims=True), weight)
            variance = rows * columns / np.maximum(rows.mean(axis=-2, keepdims=True), eps1)
        # U_t ← g / √V̂_t, θ ← θ − α U_t / max(1, RMS(U_t) / d)
        change = g / np.sqrt(np.maximum(variance, eps1 * eps1))
        change *= alpha / np.maximum(_rms(change) / group["d"], 1)
        theta -= change.astype(theta.dtype, copy=False)


def _rms(x: Array) -> Any:
    """The root of the mean square."""
    return np.sqrt(np.sum(np.square(x, dtype=np.promote_types(x.dtype, np.float32))) / max(x.size, 1))


def _moved(average: Tensor, value: Array, weight: float) -> Array:
    """A moving average, moved towards `value` by a share of `weight`."""
    array = average.array
    array += (weight * (value - array)).astype(array.dtype, copy=False)
    return array
