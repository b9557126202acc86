"""Factorizations in their older forms, which scripts still call: `minigrad.svd` and `minigrad.qr`."""

from __future__ import annotations

from minigrad.ops.arrangement import mT
from minigrad.ops.linalg import factorization
from minigrad.ops.linalg.factorization import QR, SVD
from minigrad.types import Tensor

__all__ = [
    "qr",
    "svd",
]


def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> SVD:
    """As linalg.svd, with V, not its transpose, last, and the smaller factors if `some`; without `compute_uv` zeros.

    >>> mg.svd(mg.tensor([[3.0, 0.0], [0.0, 4.0]]))[1]
    tensor([4., 3.])
    """
    u, s, vh = factorization.svd(input, full_matrices=not some)
    return SVD(u, s, mT(vh)) if compute_uv else SVD(u.detach() * 0, s, mT(vh).detach() * 0)


def qr(input: Tensor, some: bool = True) -> QR:
    """As linalg.qr in mode "reduced" if `some`, else "complete".

    >>> mg.qr(mg.tensor([[2.0, 1.0], [0.0, 3.0]])).R.abs()
    tensor([[2., 1.],
            [0., 3.]])
    """
    return factorization.qr(input, "reduced" if some else "complete")
