"""The regions in which parameters and values of distributions lie, under PyTorch's names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.creation import full
from minigrad.distributions.constraint import (
    Cat,
    Constraint,
    Dependent,
    IndependentConstraint,
    Stack,
    dependent_property,
    is_dependent,
)
from minigrad.linalg import eigvalsh
from minigrad.ops import isclose
from minigrad.tensor import Tensor

__all__ = [
    "Constraint",
    "boolean",
    "cat",
    "corr_cholesky",
    "dependent",
    "dependent_property",
    "greater_than",
    "greater_than_eq",
    "half_open_interval",
    "independent",
    "integer_interval",
    "interval",
    "is_dependent",
    "less_than",
    "lower_cholesky",
    "lower_triangular",
    "multinomial",
    "nonnegative",
    "nonnegative_integer",
    "one_hot",
    "positive",
    "positive_definite",
    "positive_integer",
    "positive_semidefinite",
    "real",
    "real_vector",
    "simplex",
    "square",
    "stack",
    "symmetric",
    "unit_interval",
]


class Boolean(Constraint):
    """0 and 1."""

    is_discrete = True

    def check(self, value: Any) -> Any:
        return (value == 0) | (value == 1)


class OneHot(Constraint):
    """Vectors of zeros and a single 1."""

    is_discrete, event_dim = True, 1

    def check(self, value: Any) -> Any:
        return Boolean().check(value).all(-1) & (value.sum(-1) == 1)


class Real(Constraint):
    """The real line, infinities included: all but NaN."""

    def check(self, value: Any) -> Any:
        return value == value


@dataclass(eq=False)
class Above(Constraint):
    """What lies above `lower_bound`."""

    lower_bound: Any


class GreaterThan(Above):
    """x > lower_bound."""

    def check(self, value: Any) -> Any:
        return self.lower_bound < value


class GreaterThanEq(Above):
    """x ≥ lower_bound."""

    def check(self, value: Any) -> Any:
        return self.lower_bound <= value


class IntegerGreaterThan(Above):
    """Whole numbers ≥ lower_bound, as PyTorch has it in spite of the name."""

    is_discrete = True

    def check(self, value: Any) -> Any:
        return (value % 1 == 0) & (value >= self.lower_bound)


@dataclass(eq=False)
class LessThan(Constraint):
    """x < upper_bound."""

    upper_bound: Any

    def check(self, value: Any) -> Any:
        return value < self.upper_bound


@dataclass(eq=False)
class Interval(Constraint):
    """lower_bound ≤ x ≤ upper_bound."""

    lower_bound: Any
    upper_bound: Any

    def check(self, value: Any) -> Any:
        return (self.lower_bound <= value) & (value <= self.upper_bound)


class HalfOpenInterval(Interval):
    """lower_bound ≤ x < upper_bound."""

    def check(self, value: Any) -> Any:
        return (self.lower_bound <= value) & (value < self.upper_bound)


class IntegerInterval(Interval):
    """Whole numbers from lower_bound to upper_bound."""

    is_discrete = True

    def check(self, value: Any) -> Any:
        return (value % 1 == 0) & super().check(value)


class Simplex(Constraint):
    """Vectors of nonnegative numbers with sum 1."""

    event_dim = 1

    def check(self, value: Any) -> Any:
        return (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6)


@dataclass(eq=False)
class Multinomial(Constraint):
    """Vectors of nonnegative counts with a sum of at most `upper_bound`."""

    is_discrete, event_dim = True, 1
    upper_bound: Any

    def check(self, value: Any) -> Any:
        return (value >= 0).all(-1) & (value.sum(-1) <= self.upper_bound)


class Matrix(Constraint):
    """Matrices, in the last two axes."""

    event_dim = 2


class LowerTriangular(Matrix):
    """Zero above the diagonal."""

    def check(self, value: Any) -> Any:
        return (value.tril() == value).flatten(-2).all(-1)


class LowerCholesky(LowerTriangular):
    """Lower triangular with a positive diagonal."""

    def check(self, value: Any) -> Any:
        return super().check(value) & (value.diagonal(dim1=-2, dim2=-1) > 0).all(-1)


class CorrCholesky(LowerCholesky):
    """Lower triangular with a positive diagonal and rows of length 1: the factors of correlation matrices."""

    def check(self, value: Any) -> Any:
        slack = float(np.finfo(value.dtype).eps) * value.shape[-1] * 10
        return super().check(value) & (((value**2).sum(-1) - 1).abs() <= slack).all(-1)


class Square(Matrix):
    """As many rows as columns."""

    def check(self, value: Any) -> Any:
        return full(tuple(value.shape[:-2]), value.shape[-2] == value.shape[-1], dtype=np.bool_)


class Symmetric(Square):
    """Equal to the transpose."""

    def check(self, value: Any) -> Any:
        square = super().check(value)
        return isclose(value, value.mT, atol=1e-6).all(-2).all(-1) if square.all() else square


class PositiveSemidefinite(Symmetric):
    """Symmetric, without a negative eigenvalue."""

    def check(self, value: Any) -> Any:
        symmetric = super().check(value)
        return (eigvalsh(value) >= 0).all(-1) if symmetric.all() else symmetric


class PositiveDefinite(Symmetric):
    """Symmetric, with positive eigenvalues only: those that have a Cholesky factor."""

    def check(self, value: Any) -> Any:
        symmetric = super().check(value)
        if not symmetric.all():
            return symmetric
        return Tensor.wrap(np.vectorize(_has_cholesky, signature="(n,n)->()")(value.array))


def _has_cholesky(matrix: Any) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


dependent = Dependent()
independent = IndependentConstraint
boolean = Boolean()
one_hot = OneHot()
nonnegative_integer = IntegerGreaterThan(0)
positive_integer = IntegerGreaterThan(1)
integer_interval = IntegerInterval
real = Real()
real_vector = independent(real, 1)
positive = GreaterThan(0.0)
nonnegative = GreaterThanEq(0.0)
greater_than = GreaterThan
greater_than_eq = GreaterThanEq
less_than = LessThan
multinomial = Multinomial
unit_interval = Interval(0.0, 1.0)
interval = Interval
half_open_interval = HalfOpenInterval
simplex = Simplex()
lower_triangular = LowerTriangular()
lower_cholesky = LowerCholesky()
corr_cholesky = CorrCholesky()
square = Square()
symmetric = Symmetric()
positive_semidefinite = PositiveSemidefinite()
positive_definite = PositiveDefinite()
cat = Cat
stack = Stack
