"""Linear algebra beyond products: each page a small table of derivatives."""

from minigrad.ops.linalg.checks import LinAlgError
from minigrad.ops.linalg.equations import cholesky_inverse, cholesky_solve, tensorinv, tensorsolve
from minigrad.ops.linalg.exponential import matrix_exp
from minigrad.ops.linalg.factorization import cholesky, qr
from minigrad.ops.linalg.inverse import det, inv, inverse, logdet, matrix_power, slogdet, solve, solve_triangular
from minigrad.ops.linalg.norm import cond, matrix_norm, norm, vector_norm
from minigrad.ops.linalg.rank import lstsq, matrix_rank, pinv, pinverse
from minigrad.ops.linalg.spectral import eigh, eigvalsh, svd, svdvals
