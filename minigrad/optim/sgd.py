"""SGD: a step against the gradient, or against a running sum of gradients, the momentum.

Sutskever, Martens, Dahl and Hinton 2013, On the importance of initialization and momentum in deep learning, equations
1 to 4, in the form in which the learning rate stands outside of the momentum: b = −v / α, where α is the paper's ε.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE
from minigrad.optim.update import pieces, regularized, zeros_like
from minigrad.tensor import Tensor


class SGD(Optimizer):
    """Stochastic gradient descent: `lr` is α, `momentum` μ, `dampening` τ.

    `nesterov` looks one step of momentum ahead, and needs momentum without dampening. `weight_decay` adds its
    multiple of the parameter to the gradient. `maximize` climbs. ValueError for options out of range.
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
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def check(self, group: dict[str, Any]) -> None:
        super().check(group)
        if group["nesterov"] and (group["momentum"] == 0 or group["dampening"] != 0):
            raise ValueError(
                "SGD: Nesterov momentum requires a momentum and zero dampening, "
                f"got momentum={group['momentum']}, dampening={group['dampening']}"
            )

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
