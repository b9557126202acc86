"""Several transforms side by side, each of a part of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.distributions import constraints
from minigrad.distributions.transforms.base import Transform
from minigrad.distributions.utils import sum_rightmost
from minigrad.ops import cat, stack
from minigrad.tensor import Tensor


class Parts(Transform):
    """Transforms `tseq` of parts along `dim`."""

    def __init__(self, tseq: Sequence[Transform], dim: int = 0, cache_size: int = 0) -> None:
        if not all(isinstance(each, Transform) for each in tseq):
            raise TypeError(f"{type(self).__name__}: tseq must be Transforms, got {[type(each) for each in tseq]}")
        super().__init__(cache_size)
        self.transforms = [each.with_cache(cache_size) for each in tseq] if cache_size else list(tseq)
        self.dim = dim

    @property
    def bijective(self) -> bool:
        return all(each.bijective for each in self.transforms)

    def _key(self) -> Any:
        return self.dim, [(type(each), each._key()) for each in self.transforms]

    def _parts(self, value: Any) -> Sequence[Any]:
        raise NotImplementedError

    def _joined(self, parts: Sequence[Any]) -> Any:
        raise NotImplementedError

    def _call(self, x: Tensor) -> Tensor:
        joined: Tensor = self._joined([each(part) for each, part in zip(self.transforms, self._parts(x))])
        return joined

    def _inverse(self, y: Tensor) -> Tensor:
        joined: Tensor = self._joined([each.inv(part) for each, part in zip(self.transforms, self._parts(y))])
        return joined

    def _log_dets(self, x: Any, y: Any) -> list[Any]:
        pairs = zip(self.transforms, self._parts(x), self._parts(y))
        return [each.log_abs_det_jacobian(part, image) for each, part, image in pairs]


class CatTransform(Parts):
    """The transforms `tseq`, each of as many places along `dim` as `lengths` says, by default one.

    >>> parts = [mg.distributions.ExpTransform(), mg.distributions.AffineTransform(1, 2)]
    >>> CatTransform(parts, lengths=[1, 2])(mg.zeros(3))
    tensor([1., 1., 1.])
    """

    def __init__(
        self, tseq: Sequence[Transform], dim: int = 0, lengths: Sequence[int] | None = None, cache_size: int = 0
    ) -> None:
        super().__init__(tseq, dim, cache_size)
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise ValueError(f"CatTransform: {len(self.lengths)} lengths for {len(self.transforms)} transforms")

    @property
    def event_dim(self) -> int:
        return max(each.event_dim for each in self.transforms)

    @property
    def length(self) -> int:
        """How many places there are."""
        return sum(self.lengths)

    def with_cache(self, cache_size: int = 1) -> Transform:
        if self._cache_size == cache_size:
            return self
        return CatTransform(self.transforms, self.dim, self.lengths, cache_size)

    def _parts(self, value: Any) -> Sequence[Any]:
        if value.shape[self.dim] != self.length:
            raise ValueError(f"CatTransform: dimension {self.dim} must have size {self.length}, got {value.shape}")
        return value.split(self.lengths, self.dim)

    def _joined(self, parts: Sequence[Any]) -> Any:
        return cat(list(parts), dim=self.dim)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        dets = zip(self.transforms, self._log_dets(x, y))
        summed: list[Any] = [sum_rightmost(det, self.event_dim - each.event_dim) for each, det in dets]
        place = (self.dim - x.dim() if self.dim >= 0 else self.dim) + self.event_dim
        return cat(summed, dim=place) if place < 0 else sum(summed[1:], summed[0])

    @constraints.dependent_property
    def domain(self) -> Any:
        """Those of the parts, side by side."""
        return constraints.cat([each.domain for each in self.transforms], self.dim, self.lengths)

    @constraints.dependent_property
    def codomain(self) -> Any:
        """Those of the parts, side by side."""
        return constraints.cat([each.codomain for each in self.transforms], self.dim, self.lengths)


class StackTransform(Parts):
    """The transforms `tseq`, each of one slice along `dim`.

    >>> parts = [mg.distributions.ExpTransform(), mg.distributions.AffineTransform(1, 2)]
    >>> StackTransform(parts)(mg.zeros(2, 1))
    tensor([[1.],
            [1.]])
    """

    def with_cache(self, cache_size: int = 1) -> Transform:
        return self if self._cache_size == cache_size else StackTransform(self.transforms, self.dim, cache_size)

    def _parts(self, value: Any) -> Sequence[Any]:
        if value.shape[self.dim] != len(self.transforms):
            raise ValueError(
                f"StackTransform: dimension {self.dim} must have size {len(self.transforms)}, got {value.shape}"
            )
        return value.unbind(self.dim)

    def _joined(self, parts: Sequence[Any]) -> Any:
        return stack(list(parts), dim=self.dim)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return stack(self._log_dets(x, y), dim=self.dim)

    @constraints.dependent_property
    def domain(self) -> Any:
        """Those of the slices."""
        return constraints.stack([each.domain for each in self.transforms], self.dim)

    @constraints.dependent_property
    def codomain(self) -> Any:
        """Those of the slices."""
        return constraints.stack([each.codomain for each in self.transforms], self.dim)
