"""AdamW: Adam, with a weight decay that the moments of the gradient do not scale.

Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, https://arxiv.org/abs/1711.05101, Algorithm 2.
"""

from __future__ import annotations

from minigrad.optim.adam import Adam
from minigrad.optim.optimizer import Params
from minigrad.optim.options import given


class AdamW(Adam):
    """Adam that first shrinks θ by 1 - lr * weight_decay (Loshchilov and Hutter 2019, Algorithm 2).

    Args:
        params: what is optimized; see Optimizer.
        lr: the learning rate (default 1e-3).
        betas: the decay of the averages of gradients and of their squares (default (0.9, 0.999)).
        eps: keeps the denominator from 0 (default 1e-8).
        weight_decay: by how much of the learning rate θ shrinks (default 1e-2).
        amsgrad: divides by the largest second moment so far (default False).
        maximize: climbs in place of descending (default False).
        foreach, capturable, differentiable, fused: see Optimizer.

    ValueError for options out of range.

    >>> w = mg.tensor([1.0], requires_grad=True)
    >>> (0 * w).sum().backward()
    >>> optim.AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w
    tensor([0.9500], requires_grad=True)
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, **given(locals()), decoupled_weight_decay=True)
