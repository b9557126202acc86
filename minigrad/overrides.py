"""What libraries ask about types that answer for PyTorch's functions themselves (`__torch_function__`): here none do.

A class may have such a method; it is asked by no function of this package, which takes tensors and what derives from
them. So what asks whether one is to be called says no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from minigrad.tensor import Tensor


def is_tensor_like(inp: Any) -> bool:
    """Whether `inp` is a tensor, or an object that says it can stand for one.

    >>> mg.overrides.is_tensor_like(mg.ones(2)), mg.overrides.is_tensor_like([1.0])
    (True, False)
    """
    return isinstance(inp, Tensor) or hasattr(inp, "__torch_function__")


def has_torch_function(relevant_args: Iterable[Any]) -> bool:
    """False: no function asks another type to do its work.

    >>> mg.overrides.has_torch_function((mg.ones(2),))
    False
    """
    return False


def has_torch_function_unary(arg: Any) -> bool:
    """`has_torch_function` of one argument."""
    return False


def has_torch_function_variadic(*args: Any) -> bool:
    """`has_torch_function` of several arguments."""
    return False


class TorchFunctionMode:
    """A block in which one object is asked what all functions do: to derive from. NotImplementedError when entered."""

    def __enter__(self) -> NoReturn:
        raise NotImplementedError(f"{type(self).__name__}: functions ask nobody to do their work here")

    def __exit__(self, *exception: object) -> None: ...


def handle_torch_function(
    public_api: Callable[..., Any], relevant_args: Iterable[Any], *args: Any, **kwargs: Any
) -> Any:
    """RuntimeError: there is nobody to hand the call to."""
    raise RuntimeError(
        f"handle_torch_function: no argument of {getattr(public_api, '__name__', public_api)} does its work here; "
        "ask has_torch_function first"
    )
