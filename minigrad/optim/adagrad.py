"""Adagrad: each coordinate's learning rate falls with the gradients that it has seen.

Duchi, Hazan and Singer 2011, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, Figure 1,
with a diagonal matrix.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE
from minigrad.optim.update import advance, pieces, regularized, scalar, zeros_like
from minigrad.tensor import Tensor


class Adagrad(Optimizer):
    """Adagrad of Duchi et al.: `lr` is η, `eps` δ; the sum of squared gradients begins at `initial_accumulator_value`.

    `lr_decay` divides η by 1 + (t − 1) · `lr_decay`. `weight_decay` adds its multiple of the parameter to the gradient.
    `maximize` climbs. ValueError for options out of range.
    """

    ranges: ClassVar = {
        "lr": NONNEGATIVE,
        "lr_decay": NONNEGATIVE,
        "weight_decay": NONNEGATIVE,
        "initial_accumulator_value": NONNEGATIVE,
        "eps": NONNEGATIVE,
    }

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        return {"step": scalar(0), "sum": zeros_like(p, group["initial_accumulator_value"])}

    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        delta = group["eps"]
        # t ← t + 1, η_t ← η / (1 + (t − 1) · lr_decay)
        t = advance(state)
        eta = group["lr"] / (1 + (t - 1) * group["lr_decay"])
        for theta, g, total, s in pieces(p, grad, state["sum"]):
            g = regularized(theta, g, group)
            # s_t ← √(s_{t−1}² + g_t²): kept is the sum under the root
            total += np.square(g, out=s)
            # θ_{t+1} ← θ_t − η_t · g_t / (s_t + δ)
            root = np.sqrt(total, out=s)
            root += delta
            change = np.divide(g, root, out=s)
            change *= eta
            theta -= change
