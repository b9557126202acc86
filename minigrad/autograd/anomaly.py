"""Where the first NaN comes from.

    with detect_anomaly():
        loss = criterion(model(x), target)
        loss.backward()

A NaN in the loss, or in a gradient, was made by one operation, and all that came after only handed it on. Within the
block every result is looked at, forward and backward, and the first that is at fault raises RuntimeError, with what the
operation was given, the line that ran it, and its path to the loss.

At fault is NaN, and an infinity that was made of finite numbers. An infinity that was given, such as the -inf of a mask
before a softmax, is let through until it becomes NaN.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.autograd.fault import at_fault, described, has_nan
from minigrad.autograd.place import Place, caller, place_of
from minigrad.autograd.route import Step, path_so_far
from minigrad.engine.function_node import FunctionNode
from minigrad.engine.mode import FORWARD, mode
from minigrad.engine.node import Node, Variable, plain
from minigrad.engine.observers import Observer, observers
from minigrad.engine.primitive import Operation

ZERO_TIMES_INFINITY = (
    "0 · ∞: where the incoming gradient is 0, the derivative of {name} is infinite, and their product is NaN. To "
    "select or to multiply by 0 afterwards does not help; keep such values out before, as in {name} of where(ok, x, 1)."
)


class Source(NamedTuple):
    """Where an operation ran."""

    place: Place | None
    modules: tuple[str, ...]


class _Entered(threading.local):
    """The classes of the modules that are at work in this thread, from outside inwards."""

    def __init__(self) -> None:
        self.modules: tuple[str, ...] = ()


class Watch(Observer):
    """Looks at every result, and raises at the first that is at fault."""

    def __init__(self) -> None:
        self.sources: weakref.WeakKeyDictionary[Node, Source] = weakref.WeakKeyDictionary()
        self.steps: weakref.WeakKeyDictionary[Node, Step] = weakref.WeakKeyDictionary()
        self.inside = _Entered()

    def enter(self, module: Any) -> None:
        self.inside.modules += (type(module).__name__,)

    def leave(self, module: Any) -> None:
        self.inside.modules = self.inside.modules[:-1]

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        frame = caller()
        source = Source(None if frame is None else place_of(frame), self.inside.modules)
        if result.node is not None:
            self.sources[result.node] = source
        arrays = [plain(each) for each in args]
        fault = at_fault(result.array, [*arrays, *static.values()])
        if not fault or _is_internal(arrays):
            return
        given = [(name, described(array)) for name, array in zip(_names(operation, len(args)), arrays)]
        _fail(
            f"{operation.name} gave {fault} in the {'forward' if mode.walk is None else 'backward'} pass",
            source,
            [*given, ("result", described(result.array))],
            path_so_far(operation.name, [each.node for each in args if isinstance(each, Variable)]),
        )

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        source = self.sources.get(node, Source(None, ()))
        begun = node not in self.steps
        step = self.steps.pop(node, None) or Step(node.name, source.place, None)
        incoming = plain(g)
        if fault := at_fault(incoming, ()):
            whole = "the gradient that backward was given for" if begun else "the sum of all shares in the gradient of"
            _fail(f"{whole} {node.name} is {fault}", source, [("g", described(incoming))], step.path())
        edges = enumerate(node.edges)
        for target, share in contributions:
            slot, (_, rule, values) = next(each for each in edges if each[1][0] is target)
            argument = f"input {slot}" if rule is None else rule.argument
            if fault := at_fault(plain(share), ()):
                needs = () if rule is None else zip(rule.needs, values or ())
                saved = [(need, described(value)) for need, value in needs if hasattr(value, "dtype")]
                hint = _hint(node, slot, g, share)
                facts = [*_incoming(g), *saved, (f"share of {argument}", described(plain(share)))]
                what = f"the derivative of {node.name} with respect to {argument} gave {fault} in the backward pass"
                _fail(what, source, facts, step.path(), hint)
            if isinstance(target, FunctionNode):  # from an output of a Function to the Function, which is the same step
                self.steps[target] = step
            else:
                place = self.sources[target].place if target in self.sources else None
                self.steps[target] = Step(target.name, place, step)


# -- what is no fault, and what explains one ---------------------------------------------------------------------------


def _hint(node: Node, slot: int, g: Any, share: Any) -> str:
    """What to do where a NaN is the product of an incoming gradient of 0 and an infinite derivative; else ''."""
    if node.operation is None or node.operation.family != "elementwise":
        return ""
    incoming, nan = plain(g), np.isnan(plain(share))
    local = list(node.pull(np.ones_like(incoming)))[slot][1]
    return ZERO_TIMES_INFINITY.format(name=node.name) if (nan & (incoming == 0) & np.isinf(local)).any() else ""


def _is_internal(given: Sequence[Any]) -> bool:
    """Whether the operation is a part of a larger one that is looked at, or no fault of the user's.

    Parts are those of a rule in a backward pass with create_graph. A write in place may carry on what was in its memory
    before, uninitialized perhaps.
    """
    return mode.stage != FORWARD or (mode.in_place != "" and any(has_nan(each) for each in given))


# -- what is said ----------------------------------------------------------------------------------------------------


def _fail(what: str, source: Source, facts: list[tuple[str, str]], path: str, hint: str = "") -> None:
    rows = [("module", " > ".join(source.modules)), *facts, ("path", path), ("why", hint)]
    if source.place is not None:
        rows.insert(0, ("line", f"{source.place}, in {source.place.function}: {source.place.text}"))
    rows = [row for row in rows if row[1]]
    width = max(len(name) for name, _ in rows)
    raise RuntimeError("\n".join([f"detect_anomaly: {what}.", *(f"  {name:<{width}}  {text}" for name, text in rows)]))


def _incoming(g: Any) -> list[tuple[str, str]]:
    """The gradient that came in; to a Function, that of each of its outputs."""
    if isinstance(g, dict):
        return [(f"g of output {i}", described(plain(each))) for i, each in g.items()]
    return [("g", described(plain(g)))]


def _names(operation: Operation, count: int) -> Sequence[str]:
    first = operation.parameters[0]
    return [f"{first[1:]}[{i}]" for i in range(count)] if first.startswith("*") else operation.parameters


# -- the switches ----------------------------------------------------------------------------------------------------

_watch = Watch()


class _Wish:
    """Whether somebody wants it on: a block, or, where none is open, the program."""

    def __init__(self, on: bool) -> None:
        self.on = on


_wishes = [_Wish(False)]
"""Those of the program and of the blocks that are open, in all threads: the last of them holds."""
_turning = threading.RLock()


def _turn() -> None:
    """Look on as the last wish says. Threads enter and leave their blocks in any order."""
    with _turning:
        if _wishes[-1].on and _watch not in observers:
            observers.append(_watch)
        elif not _wishes[-1].on and _watch in observers:
            observers.remove(_watch)


class detect_anomaly:  # noqa: N801  lower case, as PyTorch spells it
    """A context that raises RuntimeError at the first NaN or infinity, forward or backward; see the top of the file.

    `check_nan=False` looks for none: it takes a part out of a larger block that does. The switch holds for all threads.
    What was computed before the block is followed too, but without its lines.

    >>> x = mg.tensor(0.0, requires_grad=True)
    >>> with mg.autograd.detect_anomaly():
    ...     (x * x).backward()
    """

    def __init__(self, check_nan: bool = True) -> None:
        self.check_nan = check_nan
        self._wishes: list[_Wish] = []

    def __enter__(self) -> None:
        self._wishes.append(_Wish(self.check_nan))
        _wishes.append(self._wishes[-1])
        _turn()

    def __exit__(self, *exception: object) -> None:
        _wishes.remove(self._wishes.pop())
        _turn()


class set_detect_anomaly:  # noqa: N801
    """`detect_anomaly` on or off by `mode`: at once when called, and until the end of the block when used with `with`.

    `check_nan=False` looks for no NaN or infinity, as there.

    >>> with mg.autograd.set_detect_anomaly(False):
    ...     y = mg.tensor(0.0) / 0
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._wish = _wishes[-1]
        self._before, self._wish.on = self._wish.on, mode and check_nan
        _turn()

    def __enter__(self) -> None:
        """It has been turned when it was made."""

    def __exit__(self, *exception: object) -> None:
        self._wish.on = self._before
        _turn()
