"""Dropout as a layer: at work in training mode only."""

# Operations take arrays too, and are typed Any.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.functional.dropout import check_probability
from minigrad.nn.module import Module
from minigrad.tensor import Tensor


class Dropout(Module):
    """In training each element is 0 with probability `p`, else divided by 1 - p (Srivastava et al. 2014).

    `inplace` is accepted and computes out of place.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
