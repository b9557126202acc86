"""One operation on many tensors in one call, `torch._foreach_add_(params, updates, alpha=-lr)`, as optimizers write it.

PyTorch has some hundred of these functions, without documentation; modern optimizers are made of them. Here each is
made when it is asked for, of the method whose name it ends in: it calls that for one tensor after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minigrad.tensor import Tensor

__all__: list[str] = []

PREFIX = "_foreach_"

METHODS: dict[str, Callable[..., Any]] = {
    "maximum": lambda x, other: x.clamp(min=other),
    "maximum_": lambda x, other: x.clamp_(min=other),
    "minimum": lambda x, other: x.clamp(max=other),
    "minimum_": lambda x, other: x.clamp_(max=other),
    "norm": lambda x, order=2, dtype=None: x.norm(order, dtype=dtype),
    "pow": lambda x, exponent: x**exponent,
}
"""Those that are no method of this name, or where a number may stand for a tensor."""

SCALES = {"addcmul", "addcmul_", "addcdiv", "addcdiv_"}
"""Those that end in a factor, one number or one for each, which as a method is `value`."""


def foreach(name: str) -> Callable[..., Any]:
    """The function of that name, such as "_foreach_add_"; AttributeError where tensors have no such method."""
    kind = name.removeprefix(PREFIX)
    method = METHODS.get(kind) or getattr(Tensor, kind)

    def called(tensors: Any, *others: Any, **options: Any) -> list[Any]:
        if kind in SCALES and len(others) == 3:
            *others, options["value"] = others  # type: ignore[assignment]
        for key in ("scalars", "scalar"):
            if key in options:
                factor = options.pop(key)
                if kind in SCALES:
                    options["value"] = factor
                else:
                    others = (*others, factor)
        n = next((len(each) for each in (tensors, *others) if _several(each)), None)
        if n is None:
            raise TypeError(
                f"{name}(): argument 'self' (position 1) must be tuple of Tensors, not {type(tensors).__name__}"
            )
        rows = [_spread(each, n, name) for each in (tensors, *others)]
        keywords = {key: _spread(each, n, name) for key, each in options.items()}
        return [
            method(*(row[i] for row in rows), **{key: values[i] for key, values in keywords.items()}) for i in range(n)
        ]

    called.__name__ = called.__qualname__ = name
    return called


def _several(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _spread(value: Any, n: int, name: str) -> Sequence[Any]:
    """One value for each tensor; RuntimeError where there are more or fewer."""
    if not _several(value):
        numbers = isinstance(value, Tensor) and value.ndim == 1 and len(value) == n and name.startswith("_foreach_addc")
        return list(value.tolist()) if numbers else [value] * n
    if len(value) != n:
        raise RuntimeError(f"{name}: Tensor lists must have the same number of tensors, got {n} and {len(value)}")
    return list(value)
