"""The Distribution: what a sample, a density and their shapes are, and the checks that all distributions make.

`batch_shape` is the shape of the parameters: so many distributions are held at once, each with its own. `event_shape`
is the shape of one value of one of them. A sample has sample_shape + batch_shape + event_shape.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from minigrad.autograd import no_grad
from minigrad.distributions import constraints
from minigrad.distributions.utils import as_shape, lazy_property
from minigrad.engine.gate import Constructed
from minigrad.tensor import Size, Tensor

Self = TypeVar("Self", bound="Distribution")


class Distribution(Constructed):
    """The base of all distributions.

    A subclass says what its parameters may be (`arg_constraints`, by name), where its values lie (`support`), and
    defines `log_prob`, `rsample` if values can be differentiated by the parameters, else `sample`, and what else it
    knows. `batch_shape` is that of the parameters, `event_shape` that of one value. With `validate_args`, the
    default, parameters and values are checked: ValueError says what is wrong.
    """

    has_rsample: Any = False
    """Whether samples have gradients."""

    has_enumerate_support: Any = False
    """Whether all values can be listed."""

    arg_constraints: ClassVar[Any] = None
    support: Any = None
    _validate_args = __debug__

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether distributions check their arguments unless they are told."""
        if value not in (True, False):
            raise ValueError(f"set_default_validate_args: expected True or False, got {value!r}")
        Distribution._validate_args = value

    def __init__(self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            self._check_parameters()

    def _check_parameters(self) -> None:
        if self.arg_constraints is None:
            warnings.warn(
                f"{type(self)} does not define `arg_constraints`. Please set `arg_constraints = {{}}` or initialize "
                "the distribution with `validate_args=False` to turn off validation.",
                stacklevel=4,
            )
        for name, constraint in (self.arg_constraints or {}).items():
            derived = name not in vars(self) and isinstance(getattr(type(self), name), lazy_property)
            if derived or constraints.is_dependent(constraint):
                continue
            value = getattr(self, name)
            if not _all_inside(constraint, value):
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                    f"{self!r} to satisfy the constraint {constraint!r}, but found invalid values:\n{value}"
                )

    def expand(self: Self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        """The same distributions in a larger batch, its parameters expanded as tensors are: nothing is copied."""
        new = object.__new__(type(self)) if _instance is None else _instance
        vars(new).update(vars(self))
        new._batch_shape = Size(batch_shape)
        for name, constraint in (self.arg_constraints or {}).items():
            value = vars(self).get(name)
            if isinstance(value, Tensor):
                own = value.shape[value.dim() - constraint.event_dim :]
                setattr(new, name, value.expand(*batch_shape, *own))
        return new

    def _get_checked_instance(self, cls: type, _instance: Any = None) -> Any:
        """What a subclass's own `expand` fills: `_instance`, or a new one; by this name libraries ask for it.

        NotImplementedError where the class has another constructor than `cls`, whose `expand` does not know it.
        """
        if _instance is not None:
            return _instance
        if getattr(type(self), "__init__", None) is not getattr(cls, "__init__", None):
            raise NotImplementedError(
                f"expand: {type(self).__name__} has a constructor of its own, so it needs an `expand` of its own, too"
            )
        return object.__new__(type(self))

    @property
    def batch_shape(self) -> Size:
        """The shape of the parameters."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one value."""
        return self._event_shape

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        raise self._lacks("mean")

    @property
    def mode(self) -> Tensor:
        """The likeliest value."""
        raise self._lacks("mode")

    @property
    def variance(self) -> Tensor:
        """The expected squared distance from the mean."""
        raise self._lacks("variance")

    @property
    def stddev(self) -> Tensor:
        """The square root of the variance."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Values drawn, of shape sample_shape + batch_shape + event_shape; no gradient flows through them."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Values drawn as functions of the parameters, so that gradients reach these."""
        raise self._lacks("rsample")

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, or of the probability, at `value`."""
        raise self._lacks("log_prob")

    def cdf(self, value: Tensor) -> Tensor:
        """The probability of at most `value`."""
        raise self._lacks("cdf")

    def icdf(self, value: Tensor) -> Tensor:
        """The quantile: what `cdf` maps to the probability `value`."""
        raise self._lacks("icdf")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All values, along a new first axis; with `expand=False` the axes of the batch have size 1."""
        raise self._lacks("enumerate_support")

    def entropy(self) -> Tensor:
        """The expected −log_prob, of shape batch_shape."""
        raise self._lacks("entropy")

    def perplexity(self) -> Tensor:
        """e to the entropy."""
        return self.entropy().exp()

    def _lacks(self, name: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self)} does not implement {name}")

    def _extended_shape(self, sample_shape: Any = ()) -> Size:
        return Size((*as_shape(sample_shape), *self._batch_shape, *self._event_shape))

    def _enumerated(self, values: Any, expand: bool) -> Any:
        """`values` (n,) or (n, event) along a first axis before those of the batch."""
        values = values.reshape(len(values), *(1 for _ in self._batch_shape), *self._event_shape)
        return values.expand(-1, *self._batch_shape, *self._event_shape) if expand else values

    def _validate_sample(self, value: Any) -> None:
        """ValueError unless `value` has a shape that fits and lies in the support."""
        if not self._validate_args:
            return
        if not isinstance(value, Tensor):
            raise ValueError(f"The value argument to log_prob must be a Tensor, got {type(value).__name__}")
        event = value.shape[max(value.dim() - len(self._event_shape), 0) :]
        if event != self._event_shape:
            raise ValueError(
                f"The right-most size of value must match event_shape: {value.shape} vs {self._event_shape}."
            )
        expected = self._extended_shape()
        for i, j in zip(reversed(value.shape), reversed(expected), strict=False):
            if 1 not in (i, j) and i != j:
                raise ValueError(
                    f"Value is not broadcastable with batch_shape+event_shape: {value.shape} vs {expected}."
                )
        support = self.support
        if support is None:
            warnings.warn(
                f"{type(self)} does not define `support` to enable sample validation. Please initialize the "
                "distribution with `validate_args=False` to turn off validation.",
                stacklevel=3,
            )
        elif not _all_inside(support, value):
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(value.shape)}) to be within the "
                f"support ({support!r}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        own = {name: vars(self)[name] for name in self.arg_constraints or {} if name in vars(self)}
        texts = (f"{name}: {value if value.numel() == 1 else value.size()}" for name, value in own.items())
        return f"{type(self).__name__}({', '.join(texts)})"


def _all_inside(constraint: constraints.Constraint, value: Any) -> bool:
    with no_grad():
        return bool(constraint.check(value).all())
