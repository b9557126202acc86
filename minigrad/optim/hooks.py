"""Hooks of optimizers: functions of the user around a step, and around saving and loading the state."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from minigrad.engine.gate import Constructed
from minigrad.engine.hooks import Hook, RemovableHandle
from minigrad.engine.observers import span
from minigrad.utils.hooks import registered

__all__ = ["register_optimizer_step_post_hook", "register_optimizer_step_pre_hook"]

of_all_steps: defaultdict[str, dict[int, Hook]] = defaultdict(dict)


def register_optimizer_step_pre_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` before each step of any optimizer, and before its own hooks."""
    return registered(of_all_steps["before"], hook)


def register_optimizer_step_post_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(optimizer, args, kwargs)` after each step of any optimizer, and after its own hooks."""
    return registered(of_all_steps["after"], hook)


def with_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """`step`, a method of an optimizer, with the hooks around it, and noted as done."""

    @functools.wraps(step)
    def hooked(*args: Any, **kwargs: Any) -> Any:
        self = args[0]
        if type(self).step is not hooked:  # the step of a subclass calls, and has had the hooks
            return step(*args, **kwargs)
        self.has_stepped = True
        for hook in (*of_all_steps["before"].values(), *self._hooks["before"].values()):
            changed = hook(self, args, kwargs)
            if changed is not None:
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(f"{hook} must return None or a tuple of (new_args, new_kwargs), got {changed!r}")
                args, kwargs = changed
        with span(f"Optimizer.step#{type(self).__name__}.step", "step"):
            result = step(*args, **kwargs)
        for hook in (*self._hooks["after"].values(), *of_all_steps["after"].values()):
            hook(self, args, kwargs)
        return result

    return hooked


class Hooked(Constructed):
    """The hooks of one optimizer."""

    _hooks: defaultdict[str, dict[int, Hook]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """The hooks are there also for wrappers of optimizers that never call the constructor of this class."""
        self = super().__new__(cls)
        self._hooks = defaultdict(dict)
        return self

    def _patch_step_function(self) -> None:
        """Nothing: what optimizers that wrap others call, so that PyTorch puts its hooks around their step."""

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before a step, with the arguments of `step`, the optimizer first.

        A pair that it returns replaces args and kwargs.
        """
        return registered(self._hooks["before"], hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after a step."""
        return registered(self._hooks["after"], hook)

    def register_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict`."""
        return registered(self._hooks["before state_dict"], hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` after `state_dict`; a dict that it returns takes its place."""
        return registered(self._hooks["after state_dict"], hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before `load_state_dict`; a dict that it returns takes its place."""
        return registered(self._hooks["before load_state_dict"], hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` after `load_state_dict`."""
        return registered(self._hooks["after load_state_dict"], hook, prepend)

    def _call_hooks(self, when: str, *state: Any) -> Any:
        """Call the hooks with `state`, if there is one, which each of them may replace; returns it."""
        for hook in list(self._hooks[when].values()):
            changed = hook(self, *state)
            if state and changed is not None:
                state = (changed,)
        return state[0] if state else None
