"""ASGD: gradient descent whose answer is the average of the parameters along the way.

Polyak and Juditsky 1992, Acceleration of stochastic approximation by averaging, with the learning rates of Bottou,
https://leon.bottou.org/projects/sgd: η_t = η_0 / (1 + λ η_0 t)^α.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, regularized, scalar, zeros_like
from minigrad.tensor import Tensor


class ASGD(Optimizer):
    """Averaged gradient descent: θ ← (1 - λ η) θ - η g with η = η_0 / (1 + λ η_0 t)^α, and the average of all θ.

    (Polyak and Juditsky 1992; Bottou.) The average of a parameter is `state[p]["ax"]`.

    Args:
        params: what is optimized; see Optimizer.
        lr: η_0, the first learning rate (default 1e-2).
        lambd: λ (default 1e-4).
        alpha: α (default 0.75).
        t0: the step at which averaging begins (default 1e6).
        weight_decay: its multiple of θ is added to the gradient g (default 0).
        foreach, differentiable, capturable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.ASGD([w], lr=0.1).step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE, "weight_decay": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        return {"step": scalar(0), "eta": scalar(group["lr"]), "mu": scalar(1), "ax": zeros_like(p)}

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        t, eta, mu = advance(state), state["eta"].item(), state["mu"].item()
        for theta, g, average, s in pieces(p, grad, state["ax"]):
            g = regularized(theta, g, group)
            # θ_t ← (1 − λ η) θ_{t−1} − η g_t
            theta *= 1 - group["lambd"] * eta
            theta -= np.multiply(eta, g, out=s)
            # ax_t ← ax_{t−1} + μ (θ_t − ax_{t−1})
            if mu == 1:
                average[...] = theta
            else:
                average += np.multiply(mu, np.subtract(theta, average, out=s), out=s)
        # η ← η_0 / (1 + λ η_0 t)^α, μ ← 1 / max(1, t − t0)
        state["eta"] = scalar(group["lr"] / (1 + group["lambd"] * group["lr"] * t) ** group["alpha"])
        state["mu"] = scalar(1 / max(1, t - group["t0"]))
