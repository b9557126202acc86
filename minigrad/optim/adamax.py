"""Adamax: Adam with the largest gradient, decaying, in place of the root of the mean square.

Kingma and Ba 2015, Adam: A Method for Stochastic Optimization, https://arxiv.org/abs/1412.6980, Algorithm 2. As in
PyTorch, ε keeps u from zero.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import DECAY, NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, zeros_like
from minigrad.tensor import Tensor


class Adamax(Optimizer):
    """m ← β1 m + (1 - β1) g, u ← max(β2 u, |g| + ε), θ ← θ - α / (1 - β1^t) m / u (Kingma and Ba 2015, Algorithm 2).

    Args:
        params: what is optimized; see Optimizer.
        lr: α, the learning rate (default 2e-3).
        betas: (β1, β2), the decay of m and u (default (0.9, 0.999)).
        eps: ε, keeps u from 0 (default 1e-8).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        foreach, differentiable, capturable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.Adamax([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE, "betas": DECAY, "eps": NONNEGATIVE, "weight_decay": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        # t ← 0, m_0 ← 0, u_0 ← 0
        return {"step": scalar(0), "exp_avg": zeros_like(p), "exp_inf": zeros_like(p)}

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        alpha, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
        # t ← t + 1
        t = advance(state)
        for theta, g, m, u, s in pieces(p, grad, state["exp_avg"], state["exp_inf"]):
            g = regularized(theta, g, group)
            # m_t ← β1 · m_{t−1} + (1 − β1) · g_t
            m *= beta1
            m += np.multiply(1 - beta1, g, out=s)
            # u_t ← max(β2 · u_{t−1}, |g_t| + ε)
            u *= beta2
            np.abs(g, out=s)
            s += eps
            np.maximum(u, s, out=u)
            # θ_t ← θ_{t−1} − α / (1 − β1^t) · m_t / u_t
            change = np.divide(m, u, out=s)
            change *= alpha / (1 - beta1**t)
            theta -= change
