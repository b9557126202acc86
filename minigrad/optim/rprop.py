"""Rprop: steps that know only the signs of the gradient, and grow as long as these stay.

Riedmiller and Braun 1993, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, in the
form without backtracking: where a sign has changed, the parameter waits.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad.optim.optimizer import Optimizer, Params
from minigrad.optim.options import NONNEGATIVE, check_pair, given
from minigrad.optim.together import elementwise
from minigrad.optim.update import advance, pieces, scalar, zeros_like
from minigrad.tensor import Tensor


class Rprop(Optimizer):
    """Δ grows by η+ while the sign of the gradient stays, shrinks by η- where it changes; θ ← θ - sign(g) Δ.

    For whole batches. (Riedmiller and Braun 1993.)

    Args:
        params: what is optimized; see Optimizer.
        lr: the first Δ (default 1e-2).
        etas: (η-, η+), with 0 < η- < 1 < η+ (default (0.5, 1.2)).
        step_sizes: the least and the largest Δ (default (1e-6, 50)).
        capturable, foreach, differentiable: see Optimizer.
        maximize: climbs in place of descending (default False).

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> optim.Rprop([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    ranges: ClassVar = {"lr": NONNEGATIVE}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, given(locals()))

    def check(self, group: dict[str, Any]) -> None:
        super().check(group)
        for name in ("etas", "step_sizes"):
            check_pair("Rprop", name, group[name])
        shrink, grow = group["etas"]
        if not 0 < shrink < 1 < grow:
            raise ValueError(f"Invalid eta values: {shrink}, {grow} (Rprop: etas must be 0 < η− < 1 < η+)")

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        return {"step": scalar(0), "prev": zeros_like(p), "step_size": zeros_like(p, group["lr"])}

    @elementwise
    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        (shrink, grow), (least, largest) = group["etas"], group["step_sizes"]
        advance(state)
        for theta, g, before, delta, s in pieces(p, grad, state["prev"], state["step_size"]):
            g = -g if group["maximize"] else g
            # Δ ← η+ Δ where the sign is as before, η− Δ where it has changed, between the least and the largest
            agreement = np.multiply(g, before, out=s)
            delta *= np.where(agreement > 0, grow, np.where(agreement < 0, shrink, 1)).astype(delta.dtype)
            np.clip(delta, least, largest, out=delta)
            # where it has changed, θ waits, and counts as having had no gradient
            before[...] = np.where(agreement < 0, 0, g)
            # θ ← θ − sign(g) Δ
            theta -= np.sign(before) * delta
