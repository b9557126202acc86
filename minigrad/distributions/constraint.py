"""The Constraint: a region that answers, point by point, what is inside; and regions that depend on other things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.ops import cat, stack


class Constraint:
    """A region. Its points have `event_dim` axes; `is_discrete` says whether they lie apart."""

    is_discrete: Any = False
    event_dim: Any = 0

    def check(self, value: Any) -> Any:
        """Which points of `value` are inside: bools, without the last `event_dim` axes."""
        raise NotImplementedError(f"{type(self).__name__}: define check(value)")

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Dependent(Constraint):
    """A region that depends on other values, and so cannot be checked by itself."""

    def __init__(self, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> None:
        self._is_discrete, self._event_dim = is_discrete, event_dim

    @property
    def is_discrete(self) -> bool:
        return bool(self._known(self._is_discrete, "is_discrete"))

    @property
    def event_dim(self) -> int:
        return int(self._known(self._event_dim, "event_dim"))

    @staticmethod
    def _known(value: Any, name: str) -> Any:
        if value is NotImplemented:
            raise NotImplementedError(f".{name} cannot be determined statically")
        return value

    def __call__(self, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> Any:
        return Dependent(
            is_discrete=self._is_discrete if is_discrete is NotImplemented else is_discrete,
            event_dim=self._event_dim if event_dim is NotImplemented else event_dim,
        )

    def check(self, value: Any) -> Any:
        raise ValueError("Cannot determine validity of dependent constraint")


def is_dependent(constraint: Constraint) -> bool:
    """Whether `constraint` depends on other values."""
    return isinstance(constraint, Dependent)


class dependent_property(property, Dependent):  # noqa: N801  PyTorch's name
    """A property `fn` of distributions that is a region; asked of the class, it is a Dependent."""

    def __init__(self, fn: Any = None, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> None:
        property.__init__(self, fn)
        Dependent.__init__(self, is_discrete=is_discrete, event_dim=event_dim)

    def __call__(self, fn: Any) -> Any:  # type: ignore[override]  # as a decorator with arguments
        return dependent_property(fn, is_discrete=self._is_discrete, event_dim=self._event_dim)


class IndependentConstraint(Constraint):
    """Points with `reinterpreted_batch_ndims` more axes, all of whose elements are in `base_constraint`."""

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint, self.reinterpreted_batch_ndims = base_constraint, reinterpreted_batch_ndims

    @property
    def is_discrete(self) -> bool:
        return bool(self.base_constraint.is_discrete)

    @property
    def event_dim(self) -> int:
        return int(self.base_constraint.event_dim) + self.reinterpreted_batch_ndims

    def check(self, value: Any) -> Any:
        inside, n = self.base_constraint.check(value), self.reinterpreted_batch_ndims
        if inside.dim() < n:
            raise ValueError(f"Expected value.dim() >= {self.event_dim} but got {value.dim()}")
        return inside.flatten(-n).all(-1) if n else inside

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


class Side(Constraint):
    """Regions `cseq` side by side along `dim`."""

    def __init__(self, cseq: Sequence[Constraint], dim: int = 0) -> None:
        if not all(isinstance(each, Constraint) for each in cseq):
            raise TypeError(f"{type(self).__name__}: cseq must be Constraints, got {[type(each) for each in cseq]}")
        self.cseq, self.dim = list(cseq), dim

    @property
    def is_discrete(self) -> bool:
        return any(each.is_discrete for each in self.cseq)


class Cat(Side):
    """Each of the regions `cseq` for as many places along `dim` as `lengths` says, by default one."""

    def __init__(self, cseq: Sequence[Constraint], dim: int = 0, lengths: Sequence[int] | None = None) -> None:
        super().__init__(cseq, dim)
        self.lengths = [1] * len(self.cseq) if lengths is None else list(lengths)

    @property
    def event_dim(self) -> int:
        return max(each.event_dim for each in self.cseq)

    def check(self, value: Any) -> Any:
        parts = zip(self.cseq, value.split(self.lengths, self.dim))
        return cat([each.check(part) for each, part in parts], dim=self.dim)


class Stack(Side):
    """Each of the regions `cseq` for one slice along `dim`."""

    @property
    def event_dim(self) -> int:
        deepest = max(each.event_dim for each in self.cseq)
        return deepest + (self.dim + deepest < 0)

    def check(self, value: Any) -> Any:
        parts = zip(self.cseq, value.unbind(self.dim))
        return stack([each.check(part) for each, part in parts], dim=self.dim)
