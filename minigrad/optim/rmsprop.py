"""RMSprop: the gradient divided by a running root of its mean square.

Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6.5. Centered, and with momentum, it is
that of Graves 2013, Generating Sequences With Recurrent Neural Networks, https://arxiv.org/abs/1308.0850, equations 38
to 41; as in PyTorch the learning rate stands outside of the momentum, and `eps` outside of the root.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, less_square, pieces, regularized, scalar, weighted_square, zeros_like
from minigrad.tensor import Tensor


class RMSprop(Optimizer):
    """n ← ℵ n + (1 - ℵ) g², Δ ← ℶ Δ + g / (√n + ℸ), θ ← θ - ℷ Δ, in the symbols of Graves 2013.

    Args:
        params: what is optimized; see Optimizer.
        lr: ℷ, the learning rate (default 1e-2).
        alpha: ℵ, the decay of the average of squares (default 0.99).
        eps: ℸ, keeps the denominator from 0 (default 1e-8).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        momentum: ℶ (default 0).
        centered: subtracts the square of the mean gradient, so that the root is of the variance (default False).
        capturable, foreach, differentiable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.RMSprop([w], lr=0.01).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    ranges: ClassVar = {
        "lr": NONNEGATIVE,
        "alpha": NONNEGATIVE,
        "eps": NONNEGATIVE,
        "weight_decay": NONNEGATIVE,
        "momentum": NONNEGATIVE,
    }

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        state = {"step": scalar(0), "square_avg": zeros_like(p)}
        if group["momentum"] > 0:
            state["momentum_buffer"] = zeros_like(p)
        if group["centered"]:
            state["grad_avg"] = zeros_like(p)
        return state

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        lr, alpha, eps, momentum = group["lr"], group["alpha"], group["eps"], group["momentum"]
        advance(state)
        averages = state["square_avg"]
        means = state["grad_avg"] if group["centered"] else averages  # else not used
        buffer = state["momentum_buffer"] if momentum > 0 else averages
        for theta, g, n, mean, delta, s in pieces(p, grad, averages, means, buffer):
            g = regularized(theta, g, group)
            # (38)  n ← ℵ n + (1 − ℵ) g²
            n *= alpha
            n += weighted_square(1 - alpha, g, s)
            variance = n
            if group["centered"]:
                # (39)  mean ← ℵ mean + (1 − ℵ) g
                mean *= alpha
                mean += np.multiply(1 - alpha, g, out=s)
                variance = less_square(n, mean, s)
            # (40)  Δ ← ℶ Δ + g / (√(n − mean²) + ℸ)
            root = np.sqrt(variance, out=s)
            root += eps
            change = np.divide(g, root, out=s)
            if momentum > 0:
                delta *= momentum
                delta += change
                change = delta
            # (41)  θ ← θ − ℷ Δ
            theta -= np.multiply(lr, change, out=s)
