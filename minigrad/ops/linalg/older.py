"""Factorizations in their older forms, which scripts still call: `minigrad.svd` and `minigrad.qr`."""

from __future__ import annotations

from typing import NamedTuple

from minigrad.ops.arrangement import mT
from minigrad.ops.linalg import factorization
from minigrad.ops.linalg.factorization import QR
from minigrad.ops.named_results import result_of
from minigrad.types import Tensor

__all__ = [
    "qr",
    "svd",
]


class USV(NamedTuple):
    """The factors of A = U diag(S) V^T."""

    U: Tensor
    S: Tensor
    V: Tensor


def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> USV:
    """As linalg.svd, with V, not its transpose, last, and the smaller factors if `some`; without `compute_uv` zeros.

    >>> mg.svd(mg.tensor([[3.0, 0.0], [0.0, 4.0]]))[1]
    tensor([4., 3.])
    """
    u, s, vh = factorization.svd(input, full_matrices=not some)
    v = mT(vh)
    return result_of("svd", USV)(*((u, s, v) if compute_uv else (u.detach() * 0, s, v.detach() * 0)))


def qr(input: Tensor, some: bool = True) -> QR:
    """As linalg.qr in mode "reduced" if `some`, else "complete".

    >>> mg.qr(mg.tensor([[2.0, 1.0], [0.0, 3.0]])).R.abs()
    tensor([[2., 1.],
            [0., 3.]])
    """
    return result_of("qr", QR)(*factorization.qr(input, "reduced" if some else "complete"))
