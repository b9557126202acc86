"""Adadelta: steps in the units of the parameter, from the sizes of the steps and gradients that came before.

Zeiler 2012, ADADELTA: An Adaptive Learning Rate Method, https://arxiv.org/abs/1212.5701, Algorithm 1.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import FRACTION, NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, weighted_square, zeros_like
from minigrad.tensor import Tensor


class Adadelta(Optimizer):
    """Δ = √(E[Δ²] + ε) / √(E[g²] + ε) g, θ ← θ - lr Δ, with running means E of decay ρ (Zeiler 2012, Algorithm 1).

    Args:
        params: what is optimized; see Optimizer.
        lr: scales the step, 1 in the paper (default 1).
        rho: ρ, the decay of the means (default 0.9).
        eps: ε, starts the first steps and keeps the denominator from 0 (default 1e-6).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        foreach, capturable, differentiable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.Adadelta([w]).step()
    >>> w
    tensor([0.9968], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE, "rho": FRACTION, "eps": NONNEGATIVE, "weight_decay": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        # (1)  E[g²]_0 ← 0, E[Δx²]_0 ← 0
        return {"step": scalar(0), "square_avg": zeros_like(p), "acc_delta": zeros_like(p)}

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        lr, rho, eps = group["lr"], group["rho"], group["eps"]
        advance(state)
        for x, g, mean_g2, mean_dx2, s in pieces(p, grad, state["square_avg"], state["acc_delta"]):
            g = regularized(x, g, group)
            # (4)  E[g²]_t ← ρ · E[g²]_{t−1} + (1 − ρ) · g_t²
            mean_g2 *= rho
            mean_g2 += weighted_square(1 - rho, g, s)
            # (5)  −Δx_t ← RMS[Δx]_{t−1} / RMS[g]_t · g_t, where RMS is √(E + ε)
            dx = np.sqrt(mean_dx2 + eps)
            dx /= np.sqrt(np.add(mean_g2, eps, out=s), out=s)
            dx *= g
            # (6)  E[Δx²]_t ← ρ · E[Δx²]_{t−1} + (1 − ρ) · Δx_t²
            mean_dx2 *= rho
            mean_dx2 += weighted_square(1 - rho, dx, s)
            # (7)  x_{t+1} ← x_t + Δx_t
            dx *= lr
            x -= dx
