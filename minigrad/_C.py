"""What libraries call of PyTorch's core in C++. There is none below: nothing is traced, dispatched or counted here."""  # noqa: N999  PyTorch's name

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

__all__: list[str] = []


class _Keys:
    """The kinds of tensors that calls are dispatched by, as names."""

    def __getattr__(self, name: str) -> str:
        return name


DispatchKey = _Keys()


def DispatchKeySet(key: Any) -> frozenset[Any]:
    """Some of them."""
    return frozenset([key])


def _ExcludeDispatchKeyGuard(keys: Any) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


def DisableTorchFunctionSubclass() -> contextlib.AbstractContextManager[None]:
    """A block that changes nothing: no type does the work of a function."""
    return contextlib.nullcontext()


def _disabled_torch_function_impl(func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
    """What the function answers: no type has done its work."""
    return func(*args, **(kwargs or {}))


def _log_api_usage_once(event: str) -> None: ...


def _get_tracing_state() -> None: ...


def _are_functorch_transforms_active() -> bool:
    return False


_functorch = SimpleNamespace(is_batchedtensor=lambda tensor: False, is_gradtrackingtensor=lambda tensor: False)
