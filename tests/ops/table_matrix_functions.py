"""Samples: the exponential of a matrix, equations between tensors, and equations whose factor is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from samples import Row, case, real

import minigrad as mg


def exponential(x: np.ndarray) -> np.ndarray:
    """The series, summed until nothing changes."""
    term = total = np.broadcast_to(np.eye(x.shape[-1]), x.shape)
    for k in range(1, 200):
        term = term @ x / k
        total = total + term
    return total


def factor(x: Any) -> Any:
    """A lower triangular matrix with a diagonal away from 0, in the package that `x` is of."""
    if isinstance(x, np.ndarray):
        return np.tril(x, -1) + 2 * np.eye(x.shape[-1])
    return x.tril(-1) + x.new_ones(x.shape[-1]).diag() * 2


def product(x: np.ndarray) -> np.ndarray:
    return factor(x) @ factor(x).swapaxes(-1, -2)


def of_factor(function: str) -> dict[str, Any]:
    """The function of the package, and of PyTorch, given a factor made of its last argument."""

    def called(*inputs: Any, upper: bool = False) -> Any:
        package = mg if isinstance(inputs[0], mg.Tensor) else __import__("torch")
        triangle = factor(inputs[-1])
        return getattr(package, function)(*inputs[:-1], triangle.mT if upper else triangle, upper=upper)

    return {"call": called, "torch": called}


def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """By the one of torch.linalg, since torch.vander has no second derivative."""
    y = __import__("torch").linalg.vander(x, N=N)
    return y if increasing else y.flip(1)


ROWS = [
    Row(
        "matrix_exp",
        exponential,
        torch="matrix_exp",
        cases=[case((3, 3)), case((1, 1)), case((2, 2, 2)), case((0, 2, 2)), case((0, 0))],
        exact=1e-10,
        single=2e-5,
    ),
    Row(
        "matrix_exp",
        exponential,
        torch="matrix_exp",
        domain=real(-6, 6),
        cases=[case((2, 2)), case((2, 2, 2))],
        call=mg.linalg.matrix_exp,
        exact=1e-6,
        single=1e-1,
        twice=False,
        covers=("linalg.matrix_exp",),
    ),
    Row(
        "tensorinv",
        lambda x, ind=2: np.linalg.tensorinv(x, ind),
        torch="tensorinv",
        domain=lambda rng, shape: np.asarray(rng.standard_normal(shape)),
        cases=[case((2, 3, 6)), case((4, 2, 2), ind=1), case((2, 2, 4))],
        call=mg.linalg.tensorinv,
        exact=1e-8,
        single=1e-3,
    ),
    Row(
        "tensorsolve",
        lambda a, b, dims=None: np.linalg.tensorsolve(a, b, dims),
        torch="tensorsolve",
        domain=lambda rng, shape: np.asarray(rng.standard_normal(shape)),
        cases=[case((2, 3, 6), (2, 3)), case((4, 2, 2), (4,)), case((2, 4, 2), (4,), dims=(0, 2))],
        call=lambda a, b, dims=None: mg.linalg.tensorsolve(a, b, dims),
        exact=1e-8,
        single=1e-3,
    ),
    Row(
        "cholesky_solve",
        lambda b, x, upper=False: np.linalg.solve(product(x), b),
        cases=[case((3, 2), (3, 3)), case((2, 2, 1), (2, 2, 2)), case((2, 2), (2, 2), upper=True)],
        single=1e-5,
        **of_factor("cholesky_solve"),
    ),
    Row(
        "cholesky_inverse",
        lambda x, upper=False: np.linalg.inv(product(x)),
        cases=[case((3, 3)), case((2, 2, 2)), case((3, 3), upper=True)],
        single=1e-5,
        **of_factor("cholesky_inverse"),
    ),
    Row(
        "linalg.vander",
        lambda x, N=None: np.stack([x**i for i in range(x.shape[-1] if N is None else N)], -1),
        torch=lambda x, **options: __import__("torch").linalg.vander(x, **options),
        cases=[case((3,)), case((2, 3)), case((2,), N=4)],
        call=mg.linalg.vander,
    ),
    Row(
        "vander",
        lambda x, N=None, increasing=False: np.vander(x, N, increasing),
        torch=vander,
        cases=[case((3,)), case((2,), N=4), case((3,), N=2, increasing=True)],
        call=mg.vander,
    ),
    Row(
        "mvlgamma",
        lambda x, p: sum((np.vectorize(math.lgamma)(x - j / 2) for j in range(p)), p * (p - 1) / 4 * math.log(math.pi)),
        torch="mvlgamma",
        domain=real(1.6, 4),
        cases=[case((3,), p=1), case((2, 2), p=3), case((), p=2)],
        call=mg.mvlgamma,
        single=1e-5,
    ),
]
