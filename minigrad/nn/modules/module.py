"""The Module: a function with parameters, made of smaller ones.

The attributes of a module that are parameters, buffers and modules make a tree: `registry` keeps them apart, `tree`
finds them, and `state` saves and loads them. Here is what else a module does with them: it is called, converted and
printed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, TypeVar

from minigrad.device import check as check_device
from minigrad.device import device as device_type
from minigrad.dtypes import as_dtype, float16, float32, float64, is_floating
from minigrad.engine.node import Variable
from minigrad.engine.observers import observers, within
from minigrad.engine.refusal import ERRORS, answer
from minigrad.nn.modules.hook_table import everywhere
from minigrad.nn.modules.hooks import (
    Hooked,
    call_with_hooks,
    register_module_backward_hook,
    register_module_buffer_registration_hook,
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
)
from minigrad.nn.modules.state import State
from minigrad.nn.modules.state import _IncompatibleKeys as _IncompatibleKeys

__all__ = [
    "Module",
    "register_module_backward_hook",
    "register_module_buffer_registration_hook",
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
    "register_module_module_registration_hook",
    "register_module_parameter_registration_hook",
]

M = TypeVar("M", bound="Module")
P = ParamSpec("P")
R = TypeVar("R", covariant=True)


class Computes(Protocol[P, R]):
    """What has a `forward`: it says to type checkers what a call of the module takes and returns."""

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """What the module computes."""


class Module(State):
    """The base of all layers and models.

    A subclass calls `super().__init__()`, assigns its parameters and layers as attributes, and defines `forward`.
    Calling the module calls `forward`, with the hooks around it if there are any.

    A class with several bases that sets `call_super_init` has `args` and `kwargs` handed on to the base after Module;
    TypeError for arguments where it does not.

    >>> class Perceptron(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = nn.Linear(2, 8)
    ...         self.output = nn.Linear(8, 1)
    ...
    ...     def forward(self, x):
    ...         return self.output(self.hidden(x).tanh())
    >>> Perceptron()(mg.zeros(4, 2)).shape
    minigrad.Size([4, 1])
    """

    training: bool

    call_super_init: bool = False
    """Whether the constructor hands its arguments on to that of the next base, in a class with several."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not self.call_super_init and (args or kwargs):
            name = f"{type(self).__name__}.__init__()"
            if kwargs:
                raise TypeError(f"{name} got an unexpected keyword argument {next(iter(kwargs))!r}")
            raise TypeError(f"{name} takes 1 positional argument but {len(args) + 1} were given")
        super().__init__()
        self.training = True
        self._hooks = {}
        if self.call_super_init:
            super(Hooked, self).__init__(*args, **kwargs)  # past the bases of this class, of which it is the last

    def _no_forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes: a subclass defines it, and a call of the module calls it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define forward(self, ...) in the class")

    forward: Callable[..., Any] = _no_forward

    def __call__(self: Computes[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        module: Any = self
        try:
            if observers:
                with within(module):
                    return call_with_hooks(module, args, kwargs)
            if module._hooks or everywhere:
                return call_with_hooks(module, args, kwargs)
            return self.forward(*args, **kwargs)
        except ERRORS as error:
            if type(self).__module__.startswith("minigrad."):
                raise answer(self.forward, type(self).__name__, args, kwargs, error)  # noqa: B904
            raise

    def apply(self: M, fn: Callable[[Module], None]) -> M:
        """Call `fn` on every module of the tree, children before parents, as for a custom initialization.

        Returns the module.

        >>> model = nn.Sequential(nn.Linear(2, 2)).apply(lambda each: each.register_buffer("seen", mg.ones(1)))
        >>> sorted(name for name, _ in model.named_buffers())
        ['0.seen', 'seen']
        """
        if not callable(fn):
            raise TypeError(f"apply: fn must be a function of a module, not {type(fn).__name__}")
        order = [module for module, _, entering in self._walk(below=Module.named_children) if not entering]
        for module in order:
            fn(module)
        return self

    # -- modes and gradients -------------------------------------------------------------------------------------

    def train(self: M, mode: bool = True) -> M:
        """Switch the tree to training, or unless `mode` to evaluation: dropout and batch normalization ask.

        Returns the module.
        """
        if not isinstance(mode, bool):
            raise ValueError(f"train: mode is expected to be boolean, not {mode!r}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: M) -> M:
        """Switch the tree to evaluation: `train(False)`. Returns the module."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Make all parameters collect gradients, or unless `requires_grad` freeze them. Returns the module.

        >>> any(each.requires_grad for each in nn.Linear(2, 2).requires_grad_(False).parameters())
        False
        """
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or unless `set_to_none` fill those that there are with zeros."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad.detach_().zero_()

    # -- dtypes --------------------------------------------------------------------------------------------------

    def to(
        self: M,
        *args: Any,
        device: Any = None,
        dtype: Any = None,
        non_blocking: bool = False,
        memory_format: Any = None,
    ) -> M:
        """Convert all floating point parameters and buffers to another floating point dtype.

        Args:
            args: a dtype, a device, or a tensor that has the dtype wanted.
            device: accepted; there is the CPU.
            dtype: the dtype; TypeError for one that is not of floating point.
            memory_format: the order in memory of the parameters and buffers that have as many dimensions.
            non_blocking: accepted and without effect.

        Returns the module.

        >>> nn.Linear(2, 3).to(mg.float64).weight.dtype == mg.float64
        True
        """
        for arg in args:
            if isinstance(arg, Variable):
                dtype = arg.array.dtype
            elif isinstance(arg, (str, device_type)):
                device = arg
            elif arg is not None and not isinstance(arg, bool):
                dtype = arg
        check_device(device)
        if memory_format is not None:
            for each in (*self.parameters(), *self.buffers()):
                if each.ndim == memory_format.ndim:
                    each.data = each.detach().contiguous(memory_format=memory_format)
        if dtype is None:
            return self
        if not is_floating(as_dtype(dtype)):
            raise TypeError(f"to: a module converts to floating point dtypes only, not {as_dtype(dtype)}")
        return self._convert(lambda old: as_dtype(dtype) if is_floating(old) else old)

    def float(self: M) -> M:
        """Convert floating point parameters and buffers to float32."""
        return self.to(float32)

    def double(self: M) -> M:
        """Convert floating point parameters and buffers to float64."""
        return self.to(float64)

    def half(self: M) -> M:
        """Convert floating point parameters and buffers to float16."""
        return self.to(float16)

    def type(self: M, dst_type: Any) -> M:
        """Convert all parameters and buffers, integers too, to `dst_type`."""
        return self._convert(lambda old: as_dtype(dst_type))

    def bfloat16(self: M) -> M:
        """TypeError: there is no such type of number here."""
        return self.to(dtype="bfloat16")

    def cpu(self: M) -> M:
        """This module: it is on the CPU."""
        return self

    def cuda(self: M, device: Any = None) -> M:
        """RuntimeError: there is no such device. Scripts ask `cuda.is_available()` first."""
        return self.to("cuda")

    def to_empty(self: M, *, device: Any, recurse: bool = True) -> M:
        """This module, whose parameters are on the CPU already and stay what they are."""
        return self.to(device)

    def share_memory(self: M) -> M:
        """Move all parameters and buffers into memory that forked processes have in common. Returns the module."""
        for tensor in (*self.parameters(), *self.buffers()):
            tensor.share_memory_()
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the module runs as it is. `minigrad.compile(module)` gives one that runs as a program."""

    def _apply(self: M, fn: Callable[[Any], Any], recurse: bool = True) -> M:
        """`fn` of every parameter, gradient and buffer takes its place. Returns the module."""
        for tensor in (*self.parameters(recurse), *self.buffers(recurse)):
            grad, tensor.grad = tensor.grad, None
            tensor.data = fn(tensor.data)
            tensor.grad = None if grad is None else fn(grad)
        return self

    def _convert(self: M, chosen: Callable[[Any], Any]) -> M:
        return self._apply(lambda tensor: tensor.to(chosen(tensor.dtype)))

    # -- printing ------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What stands between the brackets when a module is printed; for subclasses to define."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        children = []
        for name, child in self._modules.items():  # a comprehension would be one frame more for each module inside
            children.append(f"({name}): {indented(repr(child))}")
        return bracketed(self._get_name(), extra.split("\n") if extra else [], children)


def changed(module: Module, **usual: object) -> str:
    """How the options of a module are printed after others: those that do not have their usual values."""
    values = {name: getattr(module, name) for name in usual}
    return "".join(f", {name}={value}" for name, value in values.items() if value != usual[name])


def indented(text: str) -> str:
    """The text with all lines but the first moved in by two places."""
    return text.replace("\n", "\n  ")


def bracketed(name: str, extra: list[str], children: list[str]) -> str:
    """`name(...)`: on one line if there are no children."""
    if not children and len(extra) <= 1:
        return f"{name}({''.join(extra)})"
    return "\n  ".join([f"{name}(", *extra, *children]) + "\n)"
