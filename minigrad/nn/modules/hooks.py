"""Hooks of modules: functions of the user that see, and may change, what goes into a module and comes out of it.

A hook belongs to one module, or to all of them: those of all come first. Modules without hooks never come here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from minigrad.engine.function import Function
from minigrad.nn.modules.hook_table import Hook, Hooks, everywhere, hooks_of_kind, of_kind, registrations
from minigrad.tensor import RemovableHandle, Tensor
from minigrad.utils.hooks import registered


class Hooked:
    """The hooks of one module, in the order in which they are called. With `prepend` a hook becomes the first."""

    _hooks: Hooks
    _forward_pre_hooks = hooks_of_kind("forward_pre")
    _forward_hooks = hooks_of_kind("forward")
    _backward_pre_hooks = hooks_of_kind("backward_pre")
    _backward_hooks = hooks_of_kind("backward")
    _state_dict_pre_hooks = hooks_of_kind("state_dict_pre")
    _state_dict_hooks = hooks_of_kind("state_dict")
    _load_state_dict_pre_hooks = hooks_of_kind("load_state_dict_pre")
    _load_state_dict_post_hooks = hooks_of_kind("load_state_dict")

    def _hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        return registered(self._hooks, hook, prepend)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before forward; what it returns, if not None, replaces the arguments.

        With `with_kwargs` it is called as `hook(module, args, kwargs)`, and returns None or both, changed.
        """
        return self._hook(Hook("forward_pre", hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after forward; what it returns, if not None, replaces the output.

        With `with_kwargs` it is called as `hook(module, args, kwargs, output)`, and with `always_call` also where
        forward, or another hook, raises an exception.
        """
        return self._hook(Hook("forward", hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradients of the outputs are known; it may return others."""
        return self._hook(Hook("backward_pre", hook), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the inputs are known.

        Both are tuples, with None for what needs no gradient; what the hook returns, if not None, replaces grad_input.
        """
        return self._hook(Hook("backward", hook), prepend)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """An older name of `register_full_backward_hook`."""
        return self.register_full_backward_hook(hook)


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """`Module.register_forward_pre_hook` for all modules."""
    return registered(everywhere, Hook("forward_pre", hook))


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """`Module.register_forward_hook` for all modules."""
    return registered(everywhere, Hook("forward", hook, with_kwargs, always_call))


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """`Module.register_full_backward_pre_hook` for all modules."""
    return registered(everywhere, Hook("backward_pre", hook))


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """`Module.register_full_backward_hook` for all modules."""
    return registered(everywhere, Hook("backward", hook))


register_module_backward_hook = register_module_full_backward_hook


def register_module_parameter_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, parameter)` where any module gets a parameter; it may return another."""
    return registered(registrations, Hook("_parameters", hook))


def register_module_buffer_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, buffer)` where any module gets a buffer; it may return another."""
    return registered(registrations, Hook("_buffers", hook))


def register_module_module_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(module, name, child)` where any module gets a child; it may return another."""
    return registered(registrations, Hook("_modules", hook))


# -- a call with hooks -------------------------------------------------------------------------------------------------


def call_with_hooks(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`module.forward(*args, **kwargs)` with the hooks around it."""
    output = None
    waiting = of_kind("forward", module._hooks)
    try:
        for hook in of_kind("forward_pre", module._hooks):
            args, kwargs = _changed_arguments(hook, module, args, kwargs)
        backward = _Backward(module)
        args = backward.entered(args)
        output = module.forward(*args, **kwargs)
        waiting = of_kind("forward", module._hooks)
        while waiting:
            output = _changed_output(waiting.pop(0), module, args, kwargs, output)
        return backward.left(output)
    except Exception:
        for hook in waiting:
            if hook.always_call:
                try:
                    output = _changed_output(hook, module, args, kwargs, output)
                except Exception as error:
                    warnings.warn(
                        "module forward hook with ``always_call=True`` raised an exception that was silenced "
                        f"as another error was raised in forward: {error}",
                        stacklevel=3,
                    )
        raise


def _changed_arguments(hook: Hook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    if not hook.with_kwargs:
        return _replaced(args, hook.call(module, args)), kwargs
    changed = hook.call(module, args, kwargs)
    if changed is None:
        return args, kwargs
    if not (isinstance(changed, tuple) and len(changed) == 2):
        raise RuntimeError(
            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed!r}."
        )
    return changed


def _changed_output(hook: Hook, module: Any, args: Any, kwargs: Any, output: Any) -> Any:
    changed = hook.call(module, args, kwargs, output) if hook.with_kwargs else hook.call(module, args, output)
    return output if changed is None else changed


def _replaced(values: tuple[Any, ...], changed: Any) -> tuple[Any, ...]:
    """What a hook returned, in the place of `values`, unless it is None."""
    if changed is None:
        return values
    return changed if isinstance(changed, tuple) else (changed,)


class _Backward:
    """Calls the backward hooks of one call of a module: with the gradients of its inputs and those of its outputs."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.before, self.after = (of_kind(kind, module._hooks) for kind in ("backward_pre", "backward"))
        self.inputs: int | None = None  # how many inputs there are, where none needs a gradient
        self.grad_output: tuple[Any, ...] | None = None  # until they have come; and once the hooks have seen them

    def entered(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.after:
            return args
        if not any(_traced(arg) for arg in args):
            self.inputs = len(args)
        return tuple(_gated(args, self._inputs_passed))

    def left(self, output: Any) -> Any:
        if not (self.before or self.after):
            return output
        if isinstance(output, (tuple, list)):
            gated = _gated(output, self._outputs_passed)
            return type(output)(*gated) if hasattr(output, "_fields") else type(output)(gated)
        if not isinstance(output, Tensor):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors "
                f"but received {type(output)}",
                stacklevel=4,
            )
        return _gated([output], self._outputs_passed)[0]

    def _outputs_passed(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in self.before:
            grads = _replaced(grads, hook.call(self.module, grads))
        self.grad_output = grads
        if self.inputs is not None:
            self._inputs_passed((None,) * self.inputs)
        return grads

    def _inputs_passed(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        if self.grad_output is None:  # the gradient of a gradient, which has come to the inputs by another way
            return grads
        grad_output, self.grad_output = self.grad_output, None
        for hook in self.after:
            grads = _replaced(grads, hook.call(self.module, grads, grad_output))
        return grads


class BackwardHookFunction(Function):
    """The tensors as they are; what `hook` makes of their gradients, which it sees all at once."""

    @staticmethod
    def forward(ctx: Any, hook: Callable[[tuple[Tensor, ...]], tuple[Any, ...]], *tensors: Tensor) -> Any:
        ctx.hook = hook
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        return None, *ctx.hook(grads)


def _gated(values: Sequence[Any], hook: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> list[Any]:
    """The same values, those that need a gradient through one node, where `hook` sees all their gradients at once."""
    chosen = [i for i, each in enumerate(values) if _traced(each)]
    if not chosen:
        return list(values)

    def passed(grads: tuple[Tensor, ...]) -> tuple[Any, ...]:
        given: list[Any] = [None] * len(values)
        for i, each in zip(chosen, grads, strict=True):
            given[i] = each
        changed = hook(tuple(given))
        if len(changed) != len(values):
            raise RuntimeError(
                f"Backward hook returned an invalid number of gradients, got {len(changed)}, but expected {len(values)}"
            )
        return tuple(changed[i] for i in chosen)

    gated = list(values)
    for i, each in zip(chosen, BackwardHookFunction.apply(passed, *(values[i] for i in chosen)), strict=True):
        gated[i] = each
    return gated


def _traced(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad
