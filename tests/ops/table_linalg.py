"""Samples: linear algebra. The references are SciPy's, matrix by matrix, or sums over permutations.

Vectors of eigenvalues and singular values are determined up to their sign, so what is compared are products in which
the signs cancel.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg
from samples import Row, case, real

import minigrad as mg


def regular(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Matrices near one with 1, 2, 3, ... on its diagonal: well conditioned, with distinct eigenvalues."""
    return rng.uniform(-0.3, 0.3, shape) + np.eye(*shape[-2:]) * np.arange(1, shape[-1] + 1)


def singular(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    x = regular(rng, shape)
    x[..., -1, :] = x[..., 0, :]
    return x


def symmetric(x: Any) -> tuple[Any]:
    return ((x + x.mT) / 2,)


def without_history(x: Any) -> tuple[Any]:
    """The same, of which no gradient is wanted: there it would be an error."""
    return (x.detach() if hasattr(x, "detach") else x,)


def positive_definite(x: Any) -> tuple[Any]:
    return (x @ x.mT,)


def by_matrix(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of matrices, applied to each of a batch."""

    def loop(*arrays: np.ndarray, **options: Any) -> Any:
        batch = np.broadcast_shapes(*(x.shape[:-2] for x in arrays))
        wide = [np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in arrays]
        results = [function(*(x[place] for x in wide), **options) for place in np.ndindex(batch)]
        several = isinstance(results[0], tuple)
        parts = list(zip(*results, strict=True)) if several else [results]
        stacked = [np.array(part).reshape((*batch, *np.shape(part[0]))) for part in parts]
        return tuple(stacked) if several else stacked[0]

    return loop


def leibniz(x: np.ndarray) -> float:
    """The determinant as a sum over permutations."""
    n = len(x)
    return sum(
        np.linalg.det(np.eye(n)[list(p)]).round() * math.prod(x[i, p[i]] for i in range(n))
        for p in itertools.permutations(range(n))
    )


def minors(x: np.ndarray) -> np.ndarray:
    """The cofactors: determinants without a row and a column, with alternating signs."""
    out = np.empty(x.shape)
    for i, j in np.ndindex(x.shape):
        out[i, j] = (-1) ** (i + j) * leibniz(np.delete(np.delete(x, i, 0), j, 1))
    return out


def minors_along(h: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Their derivative in the direction h, in which a determinant is the sum over its rows, each moved alone."""
    out = np.zeros(x.shape)
    for i, j in np.ndindex(x.shape):
        moved, still = (np.delete(np.delete(each, i, 0), j, 1) for each in (h, x))
        for r, row in enumerate(moved):
            out[i, j] += (-1) ** (i + j) * leibniz(np.vstack([still[:r], row, still[r + 1 :]]))
    return out


def power(x: np.ndarray, n: int) -> np.ndarray:
    y = np.eye(len(x))
    for _ in range(abs(n)):
        y = y @ (x if n > 0 else scipy.linalg.inv(x))
    return y


def solved(a: np.ndarray, b: np.ndarray, left: bool = True) -> np.ndarray:
    return scipy.linalg.solve(a, b) if left else scipy.linalg.solve(a.T, b.T).T


def solved_triangular(
    a: np.ndarray, b: np.ndarray, upper: bool, left: bool = True, unitriangular: bool = False
) -> np.ndarray:
    if left:
        return scipy.linalg.solve_triangular(a, b, lower=not upper, unit_diagonal=unitriangular)
    return scipy.linalg.solve_triangular(a.T, b.T, lower=upper, unit_diagonal=unitriangular).T


def weights(n: int) -> Any:
    """Different numbers, to tell vectors apart: 1, 1.5, 2, ..."""
    return [1 + i / 2 for i in range(n)]


def joined(u: Any, vt: Any) -> Any:
    """The sum of the products of column i of u and row i of vt, times different numbers: no sign is left."""
    return sum(w * u[..., :, i, None] * vt[..., i, None, :] for i, w in enumerate(weights(vt.shape[-2])))


def spectrum(eigh: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, **options: Any) -> Any:
        values, vectors = eigh(x, **options)
        return values, joined(vectors, vectors.swapaxes(-1, -2))

    return call


def singular_values(svd: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any) -> Any:
        u, s, vh = svd(x, full_matrices=False)
        return s, joined(u, vh)

    return call


def torch(name: str) -> Any:
    return lambda *x, **o: getattr(__import__("torch").linalg, name)(*x, **o)


def linalg(name: str, reference: Any, *cases: Any, **more: Any) -> Row:
    """A function of minigrad.linalg, on well-conditioned matrices."""
    more = {
        "domain": regular,
        "single": 2e-4,
        "exact": 1e-11,
        "torch": torch(name),
        "call": getattr(mg.linalg, name),
    } | more
    return Row(f"linalg.{name}", reference, cases=list(cases), **more)


def primitive(name: str, reference: Any, *cases: Any, **more: Any) -> Row:
    return Row(name, reference, cases=list(cases), **({"domain": regular, "single": 2e-4, "exact": 1e-11} | more))


squares = [case((1, 1)), case((2, 2)), case((3, 3)), case((2, 2, 2)), case((2, 1, 2, 2)), case((0, 0)), case((0, 2, 2))]
solid = squares[:5]
oblong = [case((2, 2)), case((3, 2)), case((2, 3)), case((2, 3, 2)), case((1, 2, 2, 3))]
vectors = [
    case((2, 3)),
    case((3,)),
    case((2, 3), dim=0),
    case((2, 3), dim=-1, keepdim=True),
    case((2, 3, 2), dim=(0, 2)),
    case(()),
]


def normed(x: np.ndarray, ord: Any = 2, dim: Any = None, keepdim: bool = False) -> np.ndarray:
    """A norm of vectors by its definition."""
    axes = tuple(range(x.ndim)) if dim is None else dim
    a = np.abs(x)
    if ord == 0:
        return np.asarray((a != 0).sum(axes, keepdims=keepdim, dtype=np.float64))
    if math.isinf(ord):
        return np.asarray((a.max if ord > 0 else a.min)(axes, keepdims=keepdim))
    return np.asarray(((a**ord).sum(axes, keepdims=keepdim)) ** (1 / ord))


def matrix_normed(x: np.ndarray, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False) -> np.ndarray:
    y = by_matrix(lambda m: np.linalg.norm(m, ord))(np.moveaxis(x, dim, (-2, -1)))
    return np.expand_dims(y, tuple(d % x.ndim for d in dim)) if keepdim else y


def apart(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers that differ, also in absolute value and in their sums, and are not near zero."""
    size = math.prod(shape)
    return (rng.choice([-1.0, 1.0], size) * (1 + rng.permutation(size) * 0.37 + np.arange(size) * 0.011)).reshape(shape)


def length(x: np.ndarray, dim: Any = None, **ord: Any) -> np.ndarray:
    return np.linalg.norm(x, axis=dim, **ord)


def condition(x: Any, p: Any) -> Any:
    """PyTorch's cond by its definition: its own changes in place what its derivative needs."""
    norm = torch("matrix_norm")
    return norm(x, p) * norm(torch("inv")(x), p)


def pseudo(x: np.ndarray, rtol: float | None = None, hermitian: bool = False) -> np.ndarray:
    return scipy.linalg.pinv(x) if rtol is None else scipy.linalg.pinv(x, rtol=rtol)


ROWS = [
    # -- inverses, equations, determinants
    primitive("inv", by_matrix(scipy.linalg.inv), *solid, torch=torch("inv")),
    linalg("inv", by_matrix(scipy.linalg.inv), *solid),
    linalg("inv", None, case((0, 0)), case((0, 2, 2))),
    primitive(
        "solve",
        by_matrix(solved),
        case((2, 2), (2, 1)),
        case((3, 3), (3, 2)),
        case((2, 2, 2), (2, 1)),
        case((2, 2), (2, 2, 1)),
        torch=torch("solve"),
    ),
    linalg(
        "solve",
        by_matrix(solved),
        case((2, 2), (2, 3)),
        case((2, 2), (1, 2), left=False),
        case((2, 2, 2), (2, 1, 2), left=False),
        case((3, 3), (3, 3)),
    ),
    linalg(
        "solve",
        lambda a, b: np.array(
            [
                scipy.linalg.solve(m, v)
                for m, v in zip(a.reshape(-1, *a.shape[-2:]), b.reshape(-1, b.shape[-1]), strict=True)
            ]
        ).reshape(b.shape),
        case((2, 2), (2,)),
        case((3, 2, 2), (3, 2)),
        domain=(regular, real()),
    ),
    *(
        linalg(
            "solve_triangular",
            by_matrix(solved_triangular),
            *(
                case((2, 2), (2, 1), upper=upper),
                case((3, 3), (2, 3), upper=upper, left=False),
                case((2, 2, 2), (2, 2), upper=upper, unitriangular=True),
            ),
        )
        for upper in (False, True)
    ),
    primitive("det", by_matrix(leibniz), *solid, torch=torch("det")),
    linalg("det", by_matrix(leibniz), *solid, covers=("det",)),
    linalg("det", by_matrix(leibniz), *solid[1:4], domain=singular, torch=None),
    linalg("det", lambda x: np.ones(x.shape[:-2]), case((0, 0)), case((2, 0, 0))),
    Row("det", by_matrix(leibniz), torch="det", domain=regular, cases=solid, call=lambda x: x.det(), single=2e-4),
    primitive("cofactors", by_matrix(minors), *solid),
    primitive("cofactors_slope", by_matrix(minors_along), *(case(shape, shape) for ((shape,), _) in solid[1:4])),
    primitive("slogdet", by_matrix(lambda x: np.array([np.sign(leibniz(x)), math.log(abs(leibniz(x)))])), *solid),
    linalg(
        "slogdet",
        by_matrix(lambda x: (np.sign(leibniz(x)), math.log(abs(leibniz(x))))),
        *solid,
        domain=lambda rng, shape: -regular(rng, shape),
    ),
    Row(
        "slogdet",
        by_matrix(lambda x: (np.sign(leibniz(x)), math.log(abs(leibniz(x))))),
        torch="slogdet",
        domain=regular,
        cases=solid,
        call=mg.slogdet,
        single=2e-4,
    ),
    Row(
        "logdet",
        by_matrix(lambda x: math.log(leibniz(x))),
        torch="logdet",
        domain=regular,
        cases=solid,
        call=mg.logdet,
        single=2e-4,
    ),
    linalg(
        "matrix_power",
        by_matrix(power),
        *(case((2, 2), n=n) for n in (1, 2, 3, 5, -1, -3)),
        case((2, 3, 3), n=2),
        covers=("matrix_power",),
    ),
    linalg("matrix_power", by_matrix(power), case((2, 2), n=0), case((2, 3, 3), n=0)),
    Row(
        "matrix_power",
        by_matrix(power),
        torch="matrix_power",
        domain=regular,
        cases=[case((2, 2), n=3)],
        call=mg.matrix_power,
        single=2e-4,
    ),
    Row(
        "inverse",
        by_matrix(scipy.linalg.inv),
        torch="inverse",
        domain=regular,
        cases=solid,
        call=mg.inverse,
        single=2e-4,
    ),
    # -- factors
    primitive(
        "cholesky",
        by_matrix(lambda x, upper: scipy.linalg.cholesky(x, lower=True)),
        *([case(s[0], upper=u) for (s, _) in solid for u in (False, True)]),
        through=positive_definite,
    ),
    linalg(
        "cholesky",
        by_matrix(lambda x, upper=False: scipy.linalg.cholesky(x, lower=not upper)),
        *solid,
        case((2, 2), upper=True),
        through=positive_definite,
    ),
    Row(
        "cholesky",
        by_matrix(lambda x: scipy.linalg.cholesky(x, lower=True)),
        torch=torch("cholesky"),
        domain=regular,
        cases=solid,
        call=mg.cholesky,
        single=2e-4,
        through=positive_definite,
    ),
    primitive(
        "qr",
        by_matrix(lambda x: np.concatenate([(qr := scipy.linalg.qr(x, mode="economic"))[0], qr[1].T])),
        case((2, 2)),
        case((3, 2)),
        case((2, 3, 2)),
        case((1, 3, 1)),
    ),
    linalg("qr", by_matrix(lambda x: scipy.linalg.qr(x, mode="economic")), *oblong),
    linalg(
        "qr",
        by_matrix(lambda x, mode: scipy.linalg.qr(x)),
        case((2, 2), mode="complete"),
        case((2, 3), mode="complete"),
    ),
    linalg(
        "qr",
        by_matrix(lambda x, mode: scipy.linalg.qr(x)),
        case((3, 2), mode="complete"),
        smooth=False,
        through=without_history,
    ),
    linalg("qr", None, case((3, 2), mode="r"), case((2, 3), mode="r"), smooth=False, through=without_history),
    # -- eigenvalues and singular values
    primitive("eigh", None, *(case(s[0], UPLO=u) for (s, _) in solid for u in "LU"), through=symmetric),
    linalg(
        "eigh",
        spectrum(by_matrix(lambda x, UPLO="L": scipy.linalg.eigh(x))),
        *solid,
        case((2, 2), UPLO="U"),
        through=symmetric,
        call=spectrum(mg.linalg.eigh),
        torch=spectrum(torch("eigh")),
    ),
    linalg("eigvalsh", by_matrix(scipy.linalg.eigvalsh), *solid, through=symmetric),
    linalg("eigvalsh", None, case((0, 0)), through=symmetric),
    primitive("svd", None, *oblong),
    linalg(
        "svd",
        singular_values(by_matrix(scipy.linalg.svd)),
        *oblong,
        call=singular_values(mg.linalg.svd),
        torch=singular_values(torch("svd")),
    ),
    linalg("svdvals", by_matrix(scipy.linalg.svdvals), *oblong),
    # -- rank
    primitive(
        "pinv",
        by_matrix(lambda x, **_: scipy.linalg.pinv(x)),
        *(case(s[0], atol=None, rtol=None, hermitian=False) for s, _ in oblong),
    ),
    linalg("pinv", by_matrix(pseudo), *oblong, case((3, 2), rtol=1e-3)),
    linalg("pinv", by_matrix(pseudo), case((3, 3), hermitian=True), case((2, 2, 2), hermitian=True), through=symmetric),
    linalg("pinv", by_matrix(pseudo), case((3, 1), (2, 1)), case((2, 1), (3, 1)), through=lambda a, b: (a @ b.mT,)),
    Row("pinverse", by_matrix(pseudo), torch="pinverse", domain=regular, cases=oblong, call=mg.pinverse, single=2e-4),
    linalg("matrix_rank", by_matrix(np.linalg.matrix_rank), *oblong, case((3, 3)), smooth=False),
    linalg(
        "matrix_rank",
        by_matrix(lambda x, **_: np.int64(len(x) - 1)),
        case((3, 3)),
        case((2, 2, 2)),
        case((3, 3), rtol=1e-3),
        domain=singular,
        smooth=False,
    ),
    linalg(
        "matrix_rank",
        None,
        case((3, 3), hermitian=True),
        case((3, 3), atol=1.5, hermitian=True),
        case((3, 3), atol=1.5, rtol=0.1),
        through=symmetric,
        smooth=False,
    ),
    linalg(
        "lstsq",
        by_matrix(lambda a, b: scipy.linalg.lstsq(a, b)[0]),
        case((3, 2), (3, 1)),
        case((2, 2), (2, 2)),
        case((2, 3), (2, 1)),
        case((2, 3, 2), (2, 3, 1)),
        call=lambda a, b: mg.linalg.lstsq(a, b).solution,
        torch=lambda a, b: __import__("torch").linalg.lstsq(a, b).solution,
    ),
    linalg(
        "lstsq",
        None,
        case((3, 2), (3, 1)),
        case((4, 2), (4, 2)),
        call=lambda a, b: mg.linalg.lstsq(a, b, driver="gels").residuals,
        torch=lambda a, b: ((a @ __import__("torch").linalg.lstsq(a, b).solution - b) ** 2).sum(-2),
    ),
    # -- norms
    *(
        linalg(
            "vector_norm",
            normed,
            *((shapes, {**options, "ord": ord}) for shapes, options in vectors),
            domain=real(-2, 2, away_from=(0,), gap=0.2),
        )
        for ord in (2, 1, 3, 0.5, -1, 2.5)
    ),
    linalg("vector_norm", normed, *vectors, case((0,)), case((2, 0), dim=1), domain=real()),
    linalg(
        "vector_norm",
        normed,
        *(case((2, 3), ord=ord, dim=dim) for ord in (math.inf, -math.inf) for dim in (None, 1, (0, 1))),
        domain=apart,
    ),
    linalg("vector_norm", normed, case((2, 3), ord=0), case((2, 3), ord=0, dim=-1), domain=real(0.1, 2)),
    *(
        linalg(
            "matrix_norm",
            matrix_normed,
            case((2, 3), ord=ord),
            case((2, 3, 2), ord=ord, dim=(0, 2), keepdim=True),
            case((2, 2, 2), ord=ord, dim=(-1, 0)),
            domain=apart,
        )
        for ord in ("fro", "nuc", 2, -2, 1, -1, math.inf, -math.inf)
    ),
    linalg(
        "norm",
        lambda x, dim=None: np.sqrt((x * x).sum(dim)),
        case((3,)),
        case((2, 3)),
        case((2, 2, 2)),
        case((2, 3), dim=0),
        case((2, 3, 2), dim=(0, 2)),
    ),
    linalg(
        "norm",
        length,
        case((3,), ord=3),
        case((2, 3), ord=1),
        case((2, 3), ord=math.inf, dim=1),
        case((2, 3, 2), ord="nuc", dim=(0, 1)),
        domain=apart,
    ),
    linalg("cond", by_matrix(np.linalg.cond), *squares[1:4], case((3, 2)), domain=apart),
    linalg(
        "cond",
        by_matrix(np.linalg.cond),
        *(case((2, 2), p=p) for p in ("fro", "nuc", 2, -2, 1, -1, math.inf, -math.inf)),
        domain=apart,
        torch=condition,
    ),
]
