"""SGD: a step against the gradient, or against a running sum of gradients, the momentum.

Sutskever, Martens, Dahl and Hinton 2013, On the importance of initialization and momentum in deep learning, equations
1 to 4, in the form in which the learning rate stands outside of the momentum: b = −v / α, where α is the paper's ε.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import pieces, regularized, zeros_like
from minigrad.tensor import Tensor


class SGD(Optimizer):
    """Stochastic gradient descent: b ← μ b + (1 - τ) g, θ ← θ - α b (Sutskever et al. 2013).

    Args:
        params: what is optimized; see Optimizer.
        lr: α, the learning rate (default 1e-3).
        momentum: μ (default 0).
        dampening: τ (default 0).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        nesterov: follows g + μ b, one step of momentum ahead; needs momentum without dampening (default False).
        maximize: climbs in place of descending (default False).
        foreach, differentiable, fused: see Optimizer.

    The first b is g. ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.SGD([w], lr=0.1).step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE, "momentum": NONNEGATIVE, "weight_decay": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, given(locals()))

    def check(self, group: dict[str, Any]) -> None:
        super().check(group)
        if group["nesterov"] and (group["momentum"] == 0 or group["dampening"] != 0):
            raise ValueError(
                "SGD: Nesterov momentum requires a momentum and zero dampening, "
                f"got momentum={group['momentum']}, dampening={group['dampening']}"
            )

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        alpha, mu, tau = group["lr"], group["momentum"], group["dampening"]
        if mu == 0:
            for theta, g, s in pieces(p, grad):
                g = regularized(theta, g, group)
                # θ_t ← θ_{t−1} − α · g_t
                theta -= np.multiply(alpha, g, out=s)
            return
        first = state.get("momentum_buffer") is None
        if first:
            state["momentum_buffer"] = zeros_like(p)
        for theta, g, b, s in pieces(p, grad, state["momentum_buffer"]):
            g = regularized(theta, g, group)
            if first:
                # b_1 ← g_1, without dampening
                b[...] = g
            else:
                # b_t ← μ · b_{t−1} + (1 − τ) · g_t
                b *= mu
                b += np.multiply(1 - tau, g, out=s)
            # g_t + μ · b_t is the gradient, by equations 3 and 4, where this momentum alone would lead
            direction = g + mu * b if group["nesterov"] else b
            # θ_t ← θ_{t−1} − α · b_t
            theta -= np.multiply(alpha, direction, out=s)
