"""From a region to a transform of all real numbers onto it: what an unconstrained search of parameters goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.distributions import constraints as c
from minigrad.distributions.transforms import (
    AffineTransform,
    CatTransform,
    ComposeTransform,
    CorrCholeskyTransform,
    ExpTransform,
    IndependentTransform,
    LowerCholeskyTransform,
    PositiveDefiniteTransform,
    SigmoidTransform,
    SoftmaxTransform,
    StackTransform,
    StickBreakingTransform,
    Transform,
    identity_transform,
)

__all__ = ["ConstraintRegistry", "biject_to", "transform_to"]

Factory = Callable[[Any], Transform]


class ConstraintRegistry:
    """Which transform leads onto a region: called with a constraint, it makes the one that is registered for its kind.

    >>> from minigrad.distributions import constraints
    >>> transform_to(constraints.positive)(mg.tensor(0.0))
    tensor(1.)
    """

    def __init__(self) -> None:
        self._registry: dict[type, Factory] = {}

    def register(self, constraint: Any, factory: Factory | None = None) -> Any:
        """Let `factory(constraint)` make the transform for a kind of region, or one of its kind; or decorate it."""
        if factory is None:
            return lambda each: self.register(constraint, each)
        kind = constraint if isinstance(constraint, type) else type(constraint)
        if not issubclass(kind, c.Constraint):
            raise TypeError(f"Expected constraint to be either a Constraint subclass or instance, but got {constraint}")
        self._registry[kind] = factory
        return factory

    def __call__(self, constraint: Any) -> Transform:
        try:
            factory = self._registry[type(constraint)]
        except KeyError:
            raise NotImplementedError(
                f"Cannot transform {type(constraint).__name__} constraints: register a factory for them"
            ) from None
        return factory(constraint)


biject_to, transform_to = ConstraintRegistry(), ConstraintRegistry()
"""Transforms that can be inverted, for samplers; and those that are cheap and well conditioned, for optimizers."""


def _from(lower: Any) -> Transform:
    return ComposeTransform([ExpTransform(), AffineTransform(lower, 1)])


def _between(constraint: Any) -> Transform:
    low, high = constraint.lower_bound, constraint.upper_bound
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and (low, high) == (0, 1):
        return SigmoidTransform()
    return ComposeTransform([SigmoidTransform(), AffineTransform(low, high - low)])


for _registry in (biject_to, transform_to):
    _registry.register(c.real, lambda constraint: identity_transform)
    _registry.register(c.GreaterThan, lambda constraint: _from(constraint.lower_bound))
    _registry.register(c.GreaterThanEq, lambda constraint: _from(constraint.lower_bound))
    _registry.register(
        c.LessThan,
        lambda constraint: ComposeTransform([ExpTransform(), AffineTransform(constraint.upper_bound, -1)]),
    )
    _registry.register(c.Interval, _between)
    _registry.register(c.HalfOpenInterval, _between)
    _registry.register(c.lower_cholesky, lambda constraint: LowerCholeskyTransform())
    _registry.register(c.corr_cholesky, lambda constraint: CorrCholeskyTransform())
    _registry.register(c.positive_definite, lambda constraint: PositiveDefiniteTransform())
    _registry.register(c.positive_semidefinite, lambda constraint: PositiveDefiniteTransform())

biject_to.register(c.simplex, lambda constraint: StickBreakingTransform())
transform_to.register(c.simplex, lambda constraint: SoftmaxTransform())


def _each(registry: ConstraintRegistry) -> Factory:
    """The transform of each element, where a region has the same limits for all of several axes."""
    return lambda constraint: IndependentTransform(
        registry(constraint.base_constraint), constraint.reinterpreted_batch_ndims
    )


def _side_by_side(registry: ConstraintRegistry) -> Factory:
    """The transforms of several regions, where these lie side by side."""

    def transforms(constraint: Any) -> Transform:
        parts = [registry(each) for each in constraint.cseq]
        if isinstance(constraint, c.Cat):
            return CatTransform(parts, constraint.dim, constraint.lengths)
        return StackTransform(parts, constraint.dim)

    return transforms


for _registry in (biject_to, transform_to):
    _registry.register(c.independent, _each(_registry))
    _registry.register(c.cat, _side_by_side(_registry))
    _registry.register(c.stack, _side_by_side(_registry))
