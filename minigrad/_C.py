"""What libraries call of PyTorch's core in C++. There is none below: nothing is traced, dispatched or counted here."""  # noqa: N999  PyTorch's name

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

from minigrad.device import device as device_type
from minigrad.tensor import Tensor

__all__: list[str] = []


class _Keys:
    """The kinds of tensors that calls are dispatched by, as names."""

    def __getattr__(self, name: str) -> str:
        return name


DispatchKey = _Keys()
_TensorMeta = type


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


def _parse_to(*args: Any, **options: Any) -> tuple[Any, Any, bool, Any]:
    """The device, the dtype, whether not to wait, and the memory format among the arguments of `Module.to`."""
    device, dtype = options.get("device"), options.get("dtype")
    for each in args:
        if isinstance(each, Tensor):
            device, dtype = each.device, each.dtype
        elif isinstance(each, (str, device_type)):
            device = each
        elif each is not None and not isinstance(each, bool):
            dtype = each
    waits = options.get("non_blocking", any(each is True for each in args))
    return device if device is None else device_type(device), dtype, waits, options.get("memory_format")


_nn = SimpleNamespace(_parse_to=_parse_to)
