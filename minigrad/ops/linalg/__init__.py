"""Linear algebra beyond products: each page a small table of derivatives."""

from minigrad.ops.linalg.breakdown import LinAlgError
from minigrad.ops.linalg.factorization import cholesky, eigh, eigvalsh, qr, svd, svdvals
from minigrad.ops.linalg.matrix_functions import det, logdet, matrix_exp, matrix_power, slogdet
from minigrad.ops.linalg.rank import cond, lstsq, matrix_norm, matrix_rank, norm, pinv, pinverse, vector_norm
from minigrad.ops.linalg.reporting import cholesky_ex, inv_ex, solve_ex
from minigrad.ops.linalg.solve import (
    cholesky_inverse,
    cholesky_solve,
    inv,
    inverse,
    solve,
    solve_triangular,
    tensorinv,
    tensorsolve,
)
