"""Linear algebra under the names of `torch.linalg`: `minigrad.linalg.inv`, `minigrad.linalg.svd` and so on.

All take batches of matrices in the last two dimensions, of float32 or float64.
"""

from __future__ import annotations

from collections.abc import Sequence

from minigrad.door import open_doors
from minigrad.errors import ShapeError
from minigrad.ops import triangular
from minigrad.ops.contraction import cheapest_product, cross_along
from minigrad.ops.linalg import (
    LinAlgError,
    cholesky,
    cholesky_ex,
    cond,
    det,
    eigh,
    eigvalsh,
    inv,
    inv_ex,
    lstsq,
    matrix_exp,
    matrix_norm,
    matrix_power,
    matrix_rank,
    norm,
    pinv,
    qr,
    slogdet,
    solve,
    solve_ex,
    solve_triangular,
    svd,
    svdvals,
    tensorinv,
    tensorsolve,
    vector_norm,
)
from minigrad.ops.product import matmul, vecdot
from minigrad.ops.repetition import powers
from minigrad.ops.shape import reshape, unsqueeze
from minigrad.types import Tensor

__all__ = [
    "LinAlgError",
    "cholesky",
    "cholesky_ex",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "inv_ex",
    "lstsq",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_ex",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The vector products along `dim`, of size 3; the other dimensions broadcast.

    ShapeError where the sizes are others.

    >>> mg.linalg.cross(mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    return cross_along("linalg.cross", input, other, dim)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonal of each matrix (rows `dim1`, columns `dim2`), `offset` above the main one: a view.

    >>> mg.linalg.diagonal(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return triangular.diagonal(A, offset, dim1, dim2)


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each element of the vectors `x` (*, n), in rows: (*, n, N); N is n by default.

    >>> mg.linalg.vander(mg.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [1, 2, 4],
            [1, 3, 9]])
    """
    vectors = x if x.ndim else reshape(x, (1,))
    if (vectors.shape[-1] if N is None else N) < 2:
        raise ShapeError("linalg.vander: N must be greater than 1.")
    return powers(vectors, vectors.shape[-1] if N is None else N)


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of two or more matrices in the order that costs least; the first and the last may be vectors.

    ShapeError for fewer than two, or tensors of other dimensions.

    >>> mg.linalg.multi_dot([mg.ones(2, 3), mg.ones(3, 4), mg.ones(4)])
    tensor([12., 12.])
    """
    if len(tensors) < 2:
        raise ShapeError(f"linalg.multi_dot: expected at least 2 tensors but got {len(tensors)}")
    first, *middle, last = tensors
    for place, each in (("first", first), ("last", last)):
        if each.ndim not in (1, 2):
            raise ShapeError(f"linalg.multi_dot: the {place} tensor must be 1D or 2D but got {each.ndim}D")
    for number, each in enumerate(middle, start=1):
        if each.ndim != 2:
            raise ShapeError(
                f"linalg.multi_dot: tensor {number} must be 2D but got {each.ndim}D: only the first and last may be "
                "vectors"
            )
    row = unsqueeze(first, 0) if first.ndim == 1 else first
    column = unsqueeze(last, 1) if last.ndim == 1 else last
    product = cheapest_product([row, *middle, column])
    return reshape(product, (*first.shape[:-1], *last.shape[1:]))


open_doors(globals(), __all__)
