"""The Module: a function with parameters, made of smaller ones.

The attributes of a module that are parameters, buffers and modules make a tree (`nn.registry` keeps them apart).
Everything here but the call is a walk over that tree: finding, saving, loading, converting, printing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from minigrad.autograd.node import Variable
from minigrad.autograd.observe import observers, within
from minigrad.device import check as check_device
from minigrad.device import device as device_type
from minigrad.dtypes import DType, as_dtype, float16, float32, float64, is_floating
from minigrad.nn.hooks import Hooks, call_with_hooks
from minigrad.nn.parameter import Parameter
from minigrad.nn.registry import TABLES, Registry
from minigrad.nn.state import IncompatibleKeys, copy_into
from minigrad.tensor import RemovableHandle, Tensor

M = TypeVar("M", bound="Module")


class Module(Registry):
    """The base of all layers and models.

    A subclass calls `super().__init__()`, assigns its parameters and layers as attributes, and defines `forward`.
    Calling the module calls `forward`, with the hooks around it if there are any.

        class Perceptron(nn.Module):
            def __init__(self):
                super().__init__()
                self.hidden = nn.Linear(2, 8)
                self.output = nn.Linear(8, 1)

            def forward(self, x):
                return self.output(self.hidden(x).tanh())
    """

    training: bool
    _hooks: Hooks | None

    def __init__(self) -> None:
        super().__init__()
        self.training = True
        self._hooks = None

    def _no_forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no forward: define forward(self, ...) in the class")

    forward: Callable[..., Any] = _no_forward

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if observers:
            with within(self):
                return call_with_hooks(self._hooks or Hooks(), self, args, kwargs)
        if self._hooks is not None:
            return call_with_hooks(self._hooks, self, args, kwargs)
        return self.forward(*args, **kwargs)

    # -- walks over the tree -------------------------------------------------------------------------------------

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it, with paths such as "net.0"; each once unless `remove_duplicate` is False."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, _joined(prefix, name), remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below this one, each once, with their names."""
        seen: set[Module | None] = {None}
        for name, child in self._modules.items():
            if child not in seen:
                seen.add(child)
                yield name, child

    def children(self) -> Iterator[Module]:
        """The modules directly below this one, each once."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters, with paths such as "net.0.weight"; each once unless `remove_duplicate` is False."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of this module and, with `recurse`, of those below it, each once: what an optimizer takes."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers, with their paths."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers of this module and, with `recurse`, of those below it, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(self, table: str, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Any]]:
        """The entries of one table of each module of the tree."""
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        seen: set[int] = set()
        for path, module in modules:
            for name, value in module.__dict__[table].items():
                if value is not None and id(value) not in seen:
                    if remove_duplicate:
                        seen.add(id(value))
                    yield _joined(path, name), value

    def get_submodule(self, target: str) -> Module:
        """The module at a path such as "net.0"; the empty path is this module."""
        module = self
        for name in target.split(".") if target else ():
            child = module._modules.get(name)
            if child is None:
                raise AttributeError(f"{type(module).__name__} has no module {name!r}, asked for by {target!r}")
            module = child
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path such as "net.0.weight"."""
        return self._get("_parameters", target)  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path such as "net.1.running_mean"."""
        return self._get("_buffers", target)  # type: ignore[no-any-return]

    def _get(self, table: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        value = module.__dict__[table].get(name)
        if value is None:
            raise AttributeError(f"{type(module).__name__} has no {TABLES[table][0]} {name!r}, asked for by {target!r}")
        return value

    def apply(self: M, fn: Callable[[Module], None]) -> M:
        """Call `fn` on every module of the tree, children before parents, as for a custom initialization."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # -- modes and gradients -------------------------------------------------------------------------------------

    def train(self: M, mode: bool = True) -> M:
        """Switch the tree to training, or to evaluation: dropout and batch normalization ask."""
        if not isinstance(mode, bool):
            raise ValueError(f"train: mode is expected to be boolean, not {mode!r}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: M) -> M:
        """Switch the tree to evaluation: `train(False)`."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Make all parameters collect gradients, or freeze them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or fill those that there are with zeros."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad.detach_().zero_()

    # -- state ---------------------------------------------------------------------------------------------------

    def state_dict(
        self, *, destination: dict[str, Any] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Any]:
        """All parameters and persistent buffers by path, as tensors on the same memory without history.

        Entered into `destination` if there is one. `keep_vars` gives the parameters themselves.
        """
        state = {} if destination is None else destination
        for path, module in self.named_modules(remove_duplicate=False):
            for name, value in (*module._parameters.items(), *module._buffers.items()):
                if value is not None and name not in module._transient:
                    state[prefix + _joined(path, name)] = value if keep_vars else value.detach()
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy tensors or NumPy arrays, named as in `state_dict()`, into the parameters and buffers.

        Either all of it fits and is copied, in the dtypes of this module, or nothing changes and one RuntimeError lists
        what is missing, unexpected, or of another shape. `strict=False` lets keys be missing and unexpected.
        """
        return copy_into(self.state_dict(), state_dict, strict, type(self).__name__)

    # -- dtypes --------------------------------------------------------------------------------------------------

    def to(self: M, *args: Any, device: Any = None, dtype: Any = None, non_blocking: bool = False) -> M:
        """Convert all floating point parameters and buffers to a floating point dtype, given as such or by a tensor."""
        for arg in args:
            if isinstance(arg, Variable):
                dtype = arg.array.dtype
            elif isinstance(arg, (str, device_type)):
                device = arg
            elif arg is not None and not isinstance(arg, bool):
                dtype = arg
        check_device(device)
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

    def cpu(self: M) -> M:
        """This module: it is on the CPU."""
        return self

    def _convert(self: M, chosen: Callable[[DType], DType]) -> M:
        for tensor in (*self.parameters(), *self.buffers()):
            dtype = chosen(tensor.dtype)
            if dtype != tensor.dtype:
                grad, tensor.grad = tensor.grad, None
                tensor.data = tensor.data.to(dtype)
                tensor.grad = None if grad is None else grad.to(dtype)
        return self

    # -- hooks ---------------------------------------------------------------------------------------------------

    def register_forward_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, args)` before forward; what it returns, if not None, replaces the arguments."""
        return RemovableHandle(self._own_hooks().forward_pre, hook)

    def register_forward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, args, output)` after forward; what it returns, if not None, replaces the output."""
        return RemovableHandle(self._own_hooks().forward, hook)

    def register_full_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the inputs are known.

        Both are tuples, with None for what needs no gradient; what the hook returns, if not None, replaces grad_input.
        """
        return RemovableHandle(self._own_hooks().backward, hook)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks

    # -- printing ------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What stands between the brackets when a module is printed; for subclasses to define."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        children = [f"({name}): {indented(repr(child))}" for name, child in self._modules.items()]
        return bracketed(type(self).__name__, extra.split("\n") if extra else [], children)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def bracketed(name: str, extra: list[str], children: list[str]) -> str:
    """`name(...)`: on one line if there are no children."""
    if not children and len(extra) <= 1:
        return f"{name}({''.join(extra)})"
    return "\n  ".join([f"{name}(", *extra, *children]) + "\n)"
