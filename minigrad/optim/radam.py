"""RAdam: Adam that waits with adapting until the second moment is known well enough.

Liu et al. 2020, On the Variance of the Adaptive Learning Rate and Beyond, https://arxiv.org/abs/1908.03265,
Algorithm 2. As in PyTorch, adapting begins at ρ_t > 5 (the paper has 4), and ε is added to the root.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import DECAY, NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, weighted_square, zeros_like
from minigrad.tensor import Tensor


class RAdam(Optimizer):
    """Rectified Adam: θ ← θ - α r m̂ / (√v̂ + ε), or θ - α m̂ as long as the variance of v is unknown (Liu et al.

    2020).

    Args:
        params: what is optimized; see Optimizer.
        lr: α, the learning rate (default 1e-3).
        betas: (β1, β2), the decay of the averages m of gradients and v of their squares (default (0.9, 0.999)).
        eps: ε, keeps the denominator from 0 (default 1e-8).
        weight_decay: its multiple of θ is added to the gradient (default 0).
        decoupled_weight_decay: makes weight decay shrink θ, as AdamW does, and not enter the gradient (default False).
        foreach, capturable, differentiable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.RAdam([w], lr=0.1).step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE, "betas": DECAY, "eps": NONNEGATIVE, "weight_decay": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        # t ← 0, m_0 ← 0, v_0 ← 0
        return {"step": scalar(0), "exp_avg": zeros_like(p), "exp_avg_sq": zeros_like(p)}

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        alpha, (beta1, beta2), eps = group["lr"], group["betas"], group["eps"]
        # t ← t + 1
        t = advance(state)
        # ρ_∞ ← 2 / (1 − β2) − 1, ρ_t ← ρ_∞ − 2 t β2^t / (1 − β2^t)
        rho_inf = 2 / (1 - beta2) - 1
        rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        for theta, g, m, v, s in pieces(p, grad, state["exp_avg"], state["exp_avg_sq"]):
            g = regularized(theta, g, group)
            # m_t ← β1 · m_{t−1} + (1 − β1) · g_t
            m *= beta1
            m += np.multiply(1 - beta1, g, out=s)
            # v_t ← β2 · v_{t−1} + (1 − β2) · g_t²
            v *= beta2
            v += weighted_square(1 - beta2, g, s)
            if rho > 5:
                # r_t ← √((ρ_t − 4)(ρ_t − 2) ρ_∞ / ((ρ_∞ − 4)(ρ_∞ − 2) ρ_t))
                r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
                # l_t ← √(1 − β2^t) / (√v_t + ε),  m̂_t ← m_t / (1 − β1^t)
                # θ_t ← θ_{t−1} − α · r_t · m̂_t · l_t
                root = np.sqrt(v, out=s)
                root += eps
                change = np.divide(m, root, out=s)
                change *= alpha * r * math.sqrt(1 - beta2**t) / (1 - beta1**t)
            else:
                # θ_t ← θ_{t−1} − α · m̂_t
                change = np.multiply(alpha / (1 - beta1**t), m, out=s)
            theta -= change
