"""The Transform: a function y = f(x), its inverse, and what it does to volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.distributions import constraints
from minigrad.distributions.constraints import Constraint
from minigrad.engine.gate import Constructed
from minigrad.tensor import Size, Tensor


class Transform(Constructed):
    """A function from `domain` to `codomain`; a subclass defines `_call`, `_inverse` and `log_abs_det_jacobian`.

    `bijective` says whether the inverse undoes it everywhere, `sign` whether it increases (1) or decreases (−1). With
    `cache_size=1` the last pair of x and y is remembered: the inverse of a y just made is the very x, which saves work
    where the inverse is dear and digits where it is unstable (as for tanh).
    """

    bijective: Any = False
    domain: Any = constraints.real
    codomain: Any = constraints.real

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError("cache_size must be 0 or 1")
        self._cache_size = cache_size
        self._inv: Transform | None = None
        self._cached: tuple[Any, Any] = (None, None)

    @property
    def event_dim(self) -> int:
        """How many axes a point of domain and codomain has. ValueError if these differ."""
        if self.domain.event_dim != self.codomain.event_dim:
            raise ValueError("Please use either .domain.event_dim or .codomain.event_dim")
        return int(self.domain.event_dim)

    @property
    def inv(self) -> Transform:
        """The inverse, a transform like others; `t.inv.inv is t`."""
        if self._inv is None:
            self._inv = InverseTransform(self)
        return self._inv

    @property
    def sign(self) -> Any:
        """1 if it increases, −1 if it decreases."""
        raise NotImplementedError(f"{type(self).__name__} does not implement sign")

    def with_cache(self, cache_size: int = 1) -> Transform:
        """The same transform, with a cache or without."""
        if self._cache_size == cache_size:
            return self
        arguments = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return type(self)(**arguments, cache_size=cache_size)

    def __call__(self, x: Tensor) -> Tensor:
        if self._cache_size == 0:
            return self._call(x)
        if x is not self._cached[0] or x is None:
            self._cached = x, self._call(x)
        return self._cached[1]

    def _inv_call(self, y: Tensor) -> Tensor:
        if self._cache_size == 0:
            return self._inverse(y)
        if y is not self._cached[1] or y is None:
            self._cached = self._inverse(y), y
        return self._cached[0]

    def _call(self, x: Tensor) -> Tensor:
        """f(x)."""
        raise NotImplementedError(f"{type(self).__name__} does not implement _call")

    def _inverse(self, y: Tensor) -> Tensor:
        """The x with f(x) = y."""
        raise NotImplementedError(f"{type(self).__name__} does not implement _inverse")

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """log |det dy/dx|, where y = f(x)."""
        raise NotImplementedError(f"{type(self).__name__} does not implement log_abs_det_jacobian")

    def forward_shape(self, shape: Sequence[int]) -> Size:
        """The shape of f(x) for x of `shape`."""
        return Size(shape)

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        """The shape of the x whose f(x) has `shape`."""
        return Size(shape)

    def __eq__(self, other: object) -> bool:
        """Whether `other` is the same function: what the Kullback-Leibler divergence asks."""
        return type(self) is type(other) and self._key() == other._key()

    def _key(self) -> Any:
        """What tells this transform from others of its class; by itself it is equal to itself alone."""
        return id(self)

    __hash__ = None  # type: ignore[assignment]  # parameters may change

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class InverseTransform(Transform):
    """The inverse of `transform`, which does the work."""

    _inv: Transform

    def __init__(self, transform: Transform) -> None:
        super().__init__(transform._cache_size)
        self._inv = transform

    @constraints.dependent_property(is_discrete=False)
    def domain(self) -> Constraint:
        """Where the transform leads."""
        return self._inv.codomain

    @constraints.dependent_property(is_discrete=False)
    def codomain(self) -> Constraint:
        """Where the transform starts."""
        return self._inv.domain

    @property
    def bijective(self) -> bool:
        return bool(self._inv.bijective)

    @property
    def sign(self) -> Any:
        return self._inv.sign

    @property
    def inv(self) -> Transform:
        return self._inv

    def with_cache(self, cache_size: int = 1) -> Transform:
        return self._inv.with_cache(cache_size).inv

    def __call__(self, x: Tensor) -> Tensor:
        return self._inv._inv_call(x)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -self._inv.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return self._inv.inverse_shape(shape)

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return self._inv.forward_shape(shape)

    def _key(self) -> Any:
        return self._inv._key(), type(self._inv)

    def __repr__(self) -> str:
        return f"InverseTransform({self._inv!r})"
