"""NAdam: Adam with Nesterov's momentum, which counts the newest gradient once more.

Dozat 2016, Incorporating Nesterov Momentum into Adam, with a momentum that grows, μ_t = β1 · (1 − ½ · 0.96^(t·ψ)).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import DECAY, NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, weighted_square, zeros_like
from minigrad.tensor import Tensor


class NAdam(Optimizer):
    """Adam with Nesterov's momentum: m̂ = μ' m / (1 - Π') + (1 - μ) g / (1 - Π), θ ← θ - α m̂ / (√v̂ + ε) (Dozat 2016).

    μ_t = β1 (1 - 0.96^(t ψ) / 2) is the momentum of step t, μ' that of the next one, and Π the product of all so far.

    Args:
        params: what is optimized; see Optimizer.
        lr: α, the learning rate (default 2e-3).
        betas: (β1, β2), the decay of the averages m of gradients and v of their squares (default (0.9, 0.999)).
        eps: ε, keeps the denominator from 0 (default 1e-8).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        momentum_decay: ψ (default 4e-3).
        decoupled_weight_decay: makes weight decay shrink θ, as AdamW does, and not enter g (default False).
        foreach, capturable, differentiable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.NAdam([w], lr=0.1).step()
    >>> w
    tensor([0.8944], requires_grad=True)
    """

    ranges: ClassVar = {
        "lr": NONNEGATIVE,
        "betas": DECAY,
        "eps": NONNEGATIVE,
        "weight_decay": NONNEGATIVE,
        "momentum_decay": NONNEGATIVE,
    }

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        # t ← 0, m_0 ← 0, v_0 ← 0; the product of no μ is 1
        return {
            "step": scalar(0),
            "mu_product": scalar(1),
            "exp_avg": zeros_like(p),
            "exp_avg_sq": zeros_like(p),
        }

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        alpha, (beta1, beta2), eps, psi = group["lr"], group["betas"], group["eps"], group["momentum_decay"]
        # t ← t + 1
        t = advance(state)
        # μ_t ← β1 · (1 − ½ · 0.96^(t·ψ)), and the next one; Π_t ← μ_1 · … · μ_t
        mu = beta1 * (1 - 0.5 * 0.96 ** (t * psi))
        mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * psi))
        state["mu_product"].array *= mu
        product = state["mu_product"].item()
        for theta, g, m, v, s in pieces(p, grad, state["exp_avg"], state["exp_avg_sq"]):
            g = regularized(theta, g, group)
            # m_t ← β1 · m_{t−1} + (1 − β1) · g_t
            m *= beta1
            m += np.multiply(1 - beta1, g, out=s)
            # v_t ← β2 · v_{t−1} + (1 − β2) · g_t²
            v *= beta2
            v += weighted_square(1 - beta2, g, s)
            # m̂_t ← μ_{t+1} · m_t / (1 − Π_{t+1}) + (1 − μ_t) · g_t / (1 − Π_t)
            m_hat = mu_next / (1 - product * mu_next) * m
            m_hat += np.multiply((1 - mu) / (1 - product), g, out=s)
            # v̂_t ← v_t / (1 − β2^t)
            v_hat = np.divide(v, 1 - beta2**t, out=s)
            # θ_t ← θ_{t−1} − α · m̂_t / (√v̂_t + ε)
            root = np.sqrt(v_hat, out=s)
            root += eps
            m_hat /= root
            m_hat *= alpha
            theta -= m_hat
