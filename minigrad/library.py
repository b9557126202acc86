"""Operators that programs add to PyTorch's own, under a namespace and a name, by which `torch.ops` hands them out.

An operator written in Python is its function, with the derivative that it is given: `custom_op`, or a `Library` of
declarations and functions. A library in C++ cannot be loaded, which is said as if its file were not there, so that
packages go on without it. Shapes for a compiler and kernels of other devices are taken and not looked at.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NoReturn

from minigrad.autograd import Function, no_grad
from minigrad.left_out import missing
from minigrad.torch_names import _stand_in

HERE = ("", "CPU", "cpu", "default", "CompositeExplicitAutograd", "CompositeImplicitAutograd")
"""The names under which functions are given that are for this device, among others."""


class CustomOpDef:
    """An operator by the name "namespace::name": called as its function is, which is not looked into by `backward`.

    >>> @mg.library.custom_op("mine::cube", mutates_args=())
    ... def cube(x: mg.Tensor) -> mg.Tensor:
    ...     return mg.from_numpy(x.detach().numpy() ** 3)
    >>> def keep(ctx, inputs, output):
    ...     ctx.save_for_backward(*inputs)
    >>> cube.register_autograd(lambda ctx, g: 3 * ctx.saved_tensors[0] ** 2 * g, setup_context=keep)
    >>> x = mg.tensor([2.0], requires_grad=True)
    >>> cube(x).backward()
    >>> x.grad
    tensor([12.])
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._function: Callable[..., Any] | None = None
        self._is_composite = self._mutates = False
        self._autograd: tuple[Callable[..., Any], Callable[..., Any] | None] | None = None

    @property
    def default(self) -> CustomOpDef:
        """Itself, which has one form only."""
        return self

    def __call__(self, *args: Any, **options: Any) -> Any:
        if self._function is None:
            raise NotImplementedError(f"{self._name}: no function in Python was given for this operator")
        if self._is_composite:
            return self._function(*args, **options)
        if self._mutates:
            with no_grad():
                return self._function(*args, **options)
        given = inspect.signature(self._function).bind(*args, **options)
        given.apply_defaults()
        return _as_function(self._name, self._function, self._autograd).apply(*given.args, **given.kwargs)

    def register_autograd(self, backward: Callable[..., Any], /, *, setup_context: Any = None) -> None:
        """The derivative, as a Function has it: `backward(ctx, *grads)` and `setup_context(ctx, inputs, output)`."""
        self._autograd = backward, setup_context

    def register_kernel(self, device_types: Any, func: Any = None, /) -> Any:
        """Another function for some devices; taken if the CPU is one of them."""
        types = (device_types,) if device_types is None or isinstance(device_types, str) else device_types
        return _decorating(func, self._take if any(each is None or each in HERE for each in types) else _nothing)

    def register_fake(self, fn: Any = None, /) -> Any:
        """The shapes that a compiler goes by; there is none to ask for them."""
        return _decorating(fn, _nothing)

    register_torch_dispatch = register_vmap = register_kernel

    def _take(self, function: Callable[..., Any]) -> None:
        self._function = function


def _as_function(name: str, function: Any, autograd: Any) -> type[Function]:
    """The Function that has `function` forward and, backward, what was registered."""

    def refuse(ctx: Any, *grads: Any) -> NoReturn:
        raise RuntimeError(
            f"Trying to backward through {name} but no autograd formula was registered. Please use register_autograd "
            "to add one."
        )

    backward, setup = autograd or (refuse, None)
    parts = {"forward": function, "backward": backward, "setup_context": setup or (lambda ctx, inputs, output: None)}
    return type(name, (Function,), {part: staticmethod(each) for part, each in parts.items()})


def _nothing(function: Callable[..., Any]) -> None: ...


def _decorating(function: Any, take: Callable[[Any], None]) -> Any:
    """`function`, taken; or, where none is given, a decorator that takes one."""

    def decorate(each: Any) -> Any:
        take(each)
        return each

    return decorate if function is None else decorate(function)


class Namespace:
    """The operators of one namespace, as attributes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> CustomOpDef:
        if (found := _operators.get(f"{self._name}::{name}")) is None:
            raise AttributeError(missing(f"ops.{self._name}.{name}"))
        return found


_operators: dict[str, CustomOpDef] = {}


def _operator(op: Any) -> CustomOpDef:
    """The operator of a name, a new one if there is none, or the operator itself."""
    return op if isinstance(op, CustomOpDef) else _operators.setdefault(op, CustomOpDef(op))


def custom_op(
    name: str, fn: Any = None, /, *, mutates_args: Any, device_types: Any = None, schema: Any = None, tags: Any = None
) -> Any:
    """The operator `name` of a function; a decorator without one. With `mutates_args` nothing of a call is recorded."""

    def decorate(function: Callable[..., Any]) -> CustomOpDef:
        operator = _operators[name] = CustomOpDef(name)
        operator._mutates = bool(mutates_args)
        operator.register_kernel(device_types, function)
        return operator

    return decorate if fn is None else decorate(fn)


def define(qualname: str, schema: str, *, lib: Any = None, tags: Any = ()) -> None:
    """Declare an operator, whose function `impl` gives."""
    _operator(qualname)


def impl(qualname: Any, types: Any, func: Any = None, *, lib: Any = None) -> Any:
    """Give the function of an operator for some devices."""
    return _operator(qualname).register_kernel(types, func)


register_kernel = impl


def register_autograd(op: Any, backward: Callable[..., Any], /, *, setup_context: Any = None, lib: Any = None) -> None:
    """Give the derivative of an operator."""
    _operator(op).register_autograd(backward, setup_context=setup_context)


def register_fake(op: Any, func: Any = None, /, *, lib: Any = None, **options: Any) -> Any:
    """The shapes that a compiler goes by; there is none to ask for them."""
    return _decorating(func, _nothing)


impl_abstract = register_vmap = register_torch_dispatch = register_fake


class Library:
    """A part of a namespace, to which operators are added by their schema, "name(Tensor x) -> Tensor"."""

    def __init__(self, ns: str, kind: str, dispatch_key: str = "") -> None:
        self.ns, self.kind, self.dispatch_key = ns, kind, dispatch_key

    def define(self, schema: str, alias_analysis: str = "", *, tags: Any = ()) -> str:
        """Declare an operator; returns its name."""
        name = schema.partition("(")[0].strip()
        define(f"{self.ns}::{name}", schema)
        return name

    def impl(self, op_name: Any, fn: Callable[..., Any], dispatch_key: str = "", **options: Any) -> None:
        """Give the function of an operator; that of another device, or of a compiler, is not looked at."""
        key = dispatch_key or self.dispatch_key
        operator = _operator(f"{self.ns}::{getattr(op_name, '__name__', op_name)}")
        operator._is_composite = operator._is_composite or key in ("", "CompositeImplicitAutograd")
        operator.register_kernel(key, fn)


def load_library(path: Any) -> NoReturn:
    """OSError: libraries in C++ are written for PyTorch's own."""
    raise OSError(f"load_library: {str(path)!r} is written in C++ for PyTorch's library, which is not there below")


def __getattr__(name: str) -> Any:
    if name == "aten":  # PyTorch's own: libraries ask whether a call is of one of them
        return _stand_in("ops.aten")
    if name.startswith("_") or not any(each.startswith(f"{name}::") for each in _operators):
        raise AttributeError(missing(f"ops.{name}"))
    return Namespace(name)
