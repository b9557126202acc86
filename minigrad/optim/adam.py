"""Adam: steps of a size that the gradient's first two moments decide, each parameter by itself.

Kingma and Ba 2015, Adam: A Method for Stochastic Optimization, https://arxiv.org/abs/1412.6980, Algorithm 1; the
comments below are its lines. AMSGrad, the variant whose steps cannot grow again, is Reddi, Kale and Kumar 2018, On the
Convergence of Adam and Beyond, Algorithm 2.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import DECAY, NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, weighted_square, zeros_like
from minigrad.tensor import Tensor


class Adam(Optimizer):
    """m ← β1 m + (1 - β1) g, v ← β2 v + (1 - β2) g², θ ← θ - α m̂ / (√v̂ + ε) (Kingma and Ba 2015, Algorithm 1).

    At step t, m̂ = m / (1 - β1^t) and v̂ = v / (1 - β2^t).

    Args:
        params: what is optimized; see Optimizer.
        lr: α, the learning rate (default 1e-3).
        betas: (β1, β2), the decay of the averages m of gradients and v of their squares (default (0.9, 0.999)).
        eps: ε, keeps the denominator from 0 (default 1e-8).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        amsgrad: divides by the largest v so far (Reddi et al. 2018) (default False).
        foreach, capturable, differentiable, fused: see Optimizer.
        maximize: climbs in place of descending (default False).
        decoupled_weight_decay: makes weight decay shrink θ, as AdamW does, and not enter g (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.Adam([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE, "betas": DECAY, "eps": NONNEGATIVE, "weight_decay": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        # t ← 0, m_0 ← 0, v_0 ← 0
        state = {"step": scalar(0), "exp_avg": zeros_like(p), "exp_avg_sq": zeros_like(p)}
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = zeros_like(p)
        return state

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        alpha, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
        largest = state["max_exp_avg_sq"] if group["amsgrad"] else state["exp_avg_sq"]
        # t ← t + 1
        t = advance(state)
        # The scalars of m̂_t and v̂_t, put together as section 2 proposes, save two passes over the arrays:
        # α_t ← α · √(1 − β2^t) / (1 − β1^t),  ε̂ ← ε · √(1 − β2^t)
        alpha_t = alpha * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
        eps_hat = eps * (1 - beta2**t) ** 0.5
        for theta, g, m, v, v_max, s in pieces(p, grad, state["exp_avg"], state["exp_avg_sq"], largest):
            g = regularized(theta, g, group)
            # m_t ← β1 · m_{t−1} + (1 − β1) · g_t
            m *= beta1
            m += np.multiply(1 - beta1, g, out=s)
            # v_t ← β2 · v_{t−1} + (1 − β2) · g_t²
            v *= beta2
            v += weighted_square(1 - beta2, g, s)
            if group["amsgrad"]:
                np.maximum(v_max, v, out=v_max)
            # m̂_t ← m_t / (1 − β1^t),  v̂_t ← v_t / (1 − β2^t)
            # θ_t ← θ_{t−1} − α · m̂_t / (√v̂_t + ε), which is θ_{t−1} − α_t · m_t / (√v_t + ε̂)
            root = np.sqrt(v_max, out=s)
            root += eps_hat
            change = np.divide(m, root, out=s)
            change *= alpha_t
            theta -= change
