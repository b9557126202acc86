"""What is to be called in a backward pass when it comes to a node; how it is called is told in `hooked`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeAlias

Hook: TypeAlias = Callable[..., Any]

_next_id: Callable[[], int] = itertools.count(1).__next__


class RemovableHandle:
    """What registering a `hook` among `hooks` returns; `remove()` takes it out again."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks = hooks
        self.id = _next_id()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out; a second call does nothing."""
        self._hooks.pop(self.id, None)

    def hooks_dict_ref(self) -> dict[int, Any]:
        """The hooks among which this one was registered: libraries count them."""
        return self._hooks

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one node, each kind in the order in which they were registered."""

    __slots__ = ("after", "before", "kept", "on_gradient")

    def __init__(self) -> None:
        self.on_gradient: dict[int, Hook] = {}
        """Those of a tensor: each is called with the gradient, and may return another."""
        self.kept: Hook | None = None
        """What keeps the gradient of a result (`retain_grad`): it sees what the hooks have made of it."""
        self.before: dict[int, Hook] = {}
        """Those of the node: called with the gradients of its outputs, before it carries them on."""
        self.after: dict[int, Hook] = {}
        """Called with the gradients of its inputs and of its outputs, when it has carried them on."""
