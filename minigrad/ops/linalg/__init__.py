"""Linear algebra beyond products: each page a small table of derivatives."""

from minigrad.ops.linalg.factorization import cholesky, eigh, eigvalsh, qr, svd, svdvals
from minigrad.ops.linalg.matrix_exp import matrix_exp
from minigrad.ops.linalg.rank import cond, lstsq, matrix_norm, matrix_rank, norm, pinv, pinverse, vector_norm
from minigrad.ops.linalg.solve import (
    LinAlgError,
    det,
    inv,
    inverse,
    logdet,
    matrix_power,
    slogdet,
    solve,
    solve_triangular,
)
from minigrad.ops.linalg.systems import cholesky_inverse, cholesky_solve, tensorinv, tensorsolve
