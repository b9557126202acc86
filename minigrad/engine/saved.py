"""Saved values in another form: packed when an operation records, unpacked when the backward pass comes by.

    with saved_tensors_hooks(pack, unpack):
        y = f(x)

calls `pack(tensor)` for each array that a rule will need, keeps what it returns (a file name, a half-precision copy, a
number), and calls `unpack` on that in the backward pass. Checkpointing is built on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from minigrad.engine.mode import mode, no_grad
from minigrad.engine.node import NONE_GIVEN, Edge, Node, Variable
from minigrad.engine.versions import writes

Pack = Callable[[Any], Any]


class _Packed:
    """What `pack` returned, in the place of an array."""

    def __init__(self, value: Any) -> None:
        self.value = value


class PackedNode(Node):
    """A node that keeps its saved arrays packed."""

    __slots__ = ("unpack",)

    def __init__(self, pack: Pack, unpack: Pack, operation: Any, edges: list[Edge], *rest: Any) -> None:
        packed: dict[int, _Packed] = {}  # an array that two rules need is packed once

        def wrapped(value: Any) -> Any:
            if not hasattr(value, "dtype"):
                return value
            if id(value) not in packed:
                before = writes.count(value)
                with no_grad():
                    packed[id(value)] = _Packed(pack(Variable.wrap(value)))
                if writes.count(value) != before:
                    raise RuntimeError("saved_tensors_hooks: A saved tensor pack hook is modifying its input in place.")
            return packed[id(value)]

        held: list[Edge] = [
            (target, rule, tuple(wrapped(each) for each in values or ())) for target, rule, values in edges
        ]
        super().__init__(operation, held, *rest)
        self.unpack = unpack

    def unpacked(self) -> list[Edge]:
        return [
            (target, rule, None if values is None else tuple(self._restored(each) for each in values))
            for target, rule, values in self.edges
        ]

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        held, self.edges = self.edges, self.unpacked()
        try:
            yield from super().pull(g, wanted)
        finally:
            self.edges = held

    def _restored(self, value: Any) -> Any:
        if not isinstance(value, _Packed):
            return value
        before = mode.node
        try:
            restored = self.unpack(value.value)
        finally:
            mode.node = before  # what unpack may have entered and not left ends with it
        if not isinstance(restored, Variable):
            raise TypeError(f"saved_tensors_hooks: the unpack hook must return a tensor, got {type(restored).__name__}")
        return restored.array

    def free(self) -> None:
        for position, (target, rule, values) in enumerate(self.edges):
            if any(isinstance(each, _Packed) for each in values or ()):
                self.edges[position] = (target, rule, None)
        self.static = NONE_GIVEN


class Packing:
    """Makes nodes within a context, and knows what made them before it."""

    __slots__ = ("before", "hooks")

    def __init__(self, hooks: tuple[Pack, Pack], before: Any) -> None:
        self.hooks, self.before = hooks, before

    def __call__(self, *args: Any) -> PackedNode:
        return PackedNode(*self.hooks, *args)


class saved_tensors_hooks:  # noqa: N801  PyTorch's name
    """A context in which operations save what `pack_hook` makes of their values; see the top of the file.

    `unpack_hook` makes a tensor of that again, when the backward pass comes by. Neither may change its argument.

    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> with mg.autograd.graph.saved_tensors_hooks(lambda t: t.tolist(), lambda packed: mg.tensor(packed)):
    ...     y = x * x
    >>> y.backward()
    >>> x.grad
    tensor([6.])
    """

    def __init__(self, pack_hook: Pack, unpack_hook: Pack) -> None:
        for name, hook in (("pack_hook", pack_hook), ("unpack_hook", unpack_hook)):
            if not callable(hook):
                raise TypeError(f"saved_tensors_hooks: {name} must be a function, not {type(hook).__name__}")
        self._hooks = pack_hook, unpack_hook

    def __enter__(self) -> None:
        if _disabled:
            raise RuntimeError(_disabled[-1])
        mode.node = Packing(self._hooks, mode.node)

    def __exit__(self, *exception: object) -> None:
        if isinstance(mode.node, Packing):
            mode.node = mode.node.before


class save_on_cpu(saved_tensors_hooks):  # noqa: N801  PyTorch's name
    """A context in which saved values are kept in main memory, where here they are anyway. It keeps copies.

    `pin_memory` and `device_type` are accepted without effect.

    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> with mg.autograd.graph.save_on_cpu():
    ...     y = x * x
    >>> y.backward()
    >>> x.grad
    tensor([6.])
    """

    def __init__(self, pin_memory: bool = False, device_type: str = "cpu") -> None:
        super().__init__(lambda tensor: tensor.clone(), lambda saved: saved)


_disabled: list[str] = []


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """A context in which `saved_tensors_hooks` is a RuntimeError with this message.

    >>> with mg.autograd.graph.disable_saved_tensors_hooks("not here"):
    ...     y = mg.ones(1) * 2
    """
    _disabled.append(error_message)
    try:
        yield
    finally:
        _disabled.pop()
