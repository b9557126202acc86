"""Adagrad: each coordinate's learning rate falls with the gradients that it has seen.

Duchi, Hazan and Singer 2011, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, Figure 1,
with a diagonal matrix.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, zeros_like
from minigrad.tensor import Tensor


class Adagrad(Optimizer):
    """s ← s + g², θ ← θ - η g / (√s + δ): each coordinate's rate falls with the gradients seen (Duchi et al.

    2011, Figure 1).

    Args:
        params: what is optimized; see Optimizer.
        lr: η, the learning rate (default 1e-2).
        lr_decay: divides η by 1 + (t - 1) * lr_decay at step t (default 0).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        initial_accumulator_value: what s begins at (default 0).
        eps: δ, keeps the denominator from 0 (default 1e-10).
        foreach, differentiable, fused: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.Adagrad([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
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
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        return {"step": scalar(0), "sum": zeros_like(p, group["initial_accumulator_value"])}

    @elementwise
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
