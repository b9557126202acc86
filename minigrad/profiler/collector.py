"""Collects events while a program runs: an observer that looks at the clock.

The clock of a thread leaves out the time that is spent here, so that the times of small operations are their own. What
remains of the profiler in them is the call that reaches it. Python's collections of garbage, to which the events add
work, are events of their own.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
from collections.abc import Sequence
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any

from minigrad.autograd.place import caller, user_frame
from minigrad.engine.mode import RULE, mode
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.engine.observers import Observer, Span
from minigrad.engine.primitive import Operation
from minigrad.engine.unfit import is_tensor_like
from minigrad.profiler.events import BACKWARD, FORWARD, OPTIMIZER, FunctionEvent, Line
from minigrad.profiler.memory import new_bytes
from minigrad.viz.recording.names import modules_in, namespace

STAGES = {"node": BACKWARD, "pass": BACKWARD, "step": OPTIMIZER}

PASSED_OVER = ("backward", "requires_grad_")
"""Public functions without an event: the backward pass has one of its own, and the other takes no time."""


class UnderWay:
    """What is under way in one thread."""

    __slots__ = ("given", "last", "lost", "number", "open")

    def __init__(self, number: int) -> None:
        self.number = number
        self.open: list[FunctionEvent | None] = []
        """The events that have not ended, outermost first; None for one that is not kept."""
        self.given: list[Sequence[Any]] = []
        """Their arguments, where they will be asked for."""
        self.last: FunctionEvent | None = None
        """What ended last."""
        self.lost = 0
        """The nanoseconds that were spent here."""


class Collector(Observer):
    """The events of all threads, in the order in which they began."""

    def __init__(self, shapes: bool, memory: bool, stacks: bool) -> None:
        self.shapes, self.memory, self.stacks = shapes, memory, stacks
        self.events: list[FunctionEvent] = []
        self.threads: dict[int, str] = {}
        """The names of the threads by their numbers."""
        self._under_way: dict[int, UnderWay] = {}
        self._ended = False
        self._of_nodes: dict[int, FunctionEvent] = {}
        self._names: dict[Any, str] = {}
        self._lines: dict[tuple[CodeType, int], Line] = {}
        self._origin = perf_counter_ns()
        gc.callbacks.append(self._collecting)

    def close(self) -> None:
        """The profile has ended: what is still open ends now, and nothing more is taken note of."""
        now = perf_counter_ns() - self._origin
        self._ended = True
        gc.callbacks.remove(self._collecting)
        for each in self._under_way.values():
            for event in each.open:
                if event is not None:
                    event.end = now - each.lost
        for event in self.events:
            if event.cpu_parent is not None:
                event.cpu_parent.cpu_children.append(event)
        self._under_way, self._of_nodes, self._names, self._lines = {}, {}, {}, {}

    # -- what the engine tells -----------------------------------------------------------------------------------------

    def began(self, what: Operation | Node | Span, args: Sequence[Any]) -> None:
        now = perf_counter_ns()
        if isinstance(what, Span) and what.kind == "closure":
            self._pass_over(now)
        elif isinstance(what, Span):
            self._begin(now, what.name, what.kind, caller())
        elif not isinstance(what, Node):
            self._begin(now, what.__name__, "operation", caller(), args)
        elif isinstance(what, Leaf):
            self._pass_over(now)
        else:
            origin = self._of_nodes.get(what.order)
            event = self._begin(now, f"{what.name} backward", "node", None, args, origin)
            if event is not None:
                event.sequence_nr = what.order

    def ended(self, what: Operation | Node | Span, result: Any) -> None:
        self._end(perf_counter_ns(), result)

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        event = self._here().open[-1:]
        if event and event[0] is not None and result.node is not None:
            event[0].sequence_nr = result.node.order
            self._of_nodes[result.node.order] = event[0]

    def applied(self, node: Node, args: Sequence[Any], outputs: Sequence[Any]) -> None:
        event = self._here().last  # the call of its forward
        if event is not None:
            event.sequence_nr = node.order
            self._of_nodes[node.order] = event

    def called(self, name: str, function: Any, args: Sequence[Any], keywords: dict[str, Any]) -> None:
        if name in PASSED_OVER:
            self._pass_over(perf_counter_ns())
        else:
            self._begin(perf_counter_ns(), name, "function", caller(), args)

    def returned(self) -> None:
        self._end(perf_counter_ns(), None)

    def enter(self, module: Any) -> None:
        now, frame = perf_counter_ns(), caller()
        event = self._begin(now, f"nn.Module: {type(module).__name__}", "module", frame)
        if event is not None:
            now = perf_counter_ns()
            event.scopes = (*event.scopes, self._name_of(module, frame, event))
            self._resume(self._here(), event, now)

    def leave(self, module: Any) -> None:
        self._end(perf_counter_ns(), None)

    def _collecting(self, phase: str, info: Any) -> None:
        """Python collects garbage, or has."""
        now = perf_counter_ns()
        frame: FrameType | None = sys._getframe().f_back  # there is none at the end of Python itself
        while frame is not None:
            if frame.f_code.co_filename == __file__:  # the clock stands still anyway
                return
            frame = frame.f_back
        if phase == "start":
            self._begin(now, "Python GC", "function", None)
        else:
            self._end(now, None)

    # -- the clock -----------------------------------------------------------------------------------------------------

    def _here(self) -> UnderWay:
        """What is under way in the running thread."""
        thread = threading.get_ident()
        here = self._under_way.get(thread)
        if here is None:
            here = self._under_way[thread] = UnderWay(len(self._under_way) + 1)
            self.threads[here.number] = threading.current_thread().name
        return here

    def _begin(
        self,
        now: int,
        name: str,
        kind: str,
        frame: FrameType | None,
        args: Sequence[Any] = (),
        origin: FunctionEvent | None = None,
    ) -> FunctionEvent | None:
        """An event begins; `frame` tells where, or `origin` is the event whose place it has."""
        if self._ended:
            return None
        here = self._here()
        parent = here.open[-1] if here.open else None
        if parent is None and here.open:
            parent = next((each for each in reversed(here.open) if each is not None), None)
        stage = STAGES.get(kind) or (FORWARD if parent is None else parent.stage)
        event = FunctionEvent(len(self.events), name, kind, stage, here.number, parent)
        if parent is not None:
            event.scopes = parent.scopes
            if kind == "operation" and mode.stage == RULE:
                origin = parent
        if origin is not None:
            event.line, event.scopes, event.stack_lines = origin.line, origin.scopes, origin.stack_lines
        elif frame is not None:
            self._locate(event, frame)
        if self.shapes:
            event.input_shapes = [list(each.shape) if is_tensor_like(each) else [] for each in args]
        self.events.append(event)
        here.open.append(event)
        here.given.append(args if self.memory else ())
        self._resume(here, event, now)
        return event

    def _resume(self, here: UnderWay, event: FunctionEvent, stopped: int) -> None:
        """Let the clock run on, which stood still since `stopped`: the event begins here."""
        event.start = stopped - here.lost - self._origin
        here.lost += perf_counter_ns() - stopped

    def _pass_over(self, now: int) -> None:
        """What begins is not kept."""
        here = self._here()
        here.open.append(None)
        here.given.append(())
        here.lost += perf_counter_ns() - now

    def _end(self, now: int, result: Any) -> None:
        if self._ended:
            return
        here = self._here()
        if here.open:
            event, args = here.open.pop(), here.given.pop()
            if event is not None:
                event.end = now - here.lost - self._origin
                here.last = event
                if self.memory and result is not None:
                    event.made_bytes = new_bytes(event.kind == "node", args, result)
            here.lost += perf_counter_ns() - now

    # -- where the program is ------------------------------------------------------------------------------------------

    def _locate(self, event: FunctionEvent, frame: FrameType | None) -> None:
        frame = users(frame)
        if frame is not None:
            event.line = self._line(frame)
            if self.stacks:
                lines: list[Line] = []
                while frame is not None:
                    lines.append(self._line(frame))
                    frame = users(frame.f_back)
                event.stack_lines = tuple(lines)

    def _line(self, frame: FrameType) -> Line:
        key = frame.f_code, frame.f_lineno
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        return line

    def _name_of(self, module: Any, frame: FrameType | None, event: FunctionEvent) -> str:
        """What the program calls a module: by the variable that holds it, or the outermost around it."""
        if module not in self._names:
            outside = users(frame)
            found = {} if outside is None else modules_in(namespace(outside, globals=True))
            if module not in found:
                root = f"{event.scopes[-1]}.{type(module).__name__}" if event.scopes else type(module).__name__
                found = {each: f"{root}.{path}".rstrip(".") for path, each in module.named_modules()}
            for each, name in found.items():
                self._names.setdefault(each, name)
        return self._names[module]


def users(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's; what enters a `with` block stands in between, and is not."""
    frame = user_frame(frame)
    while frame is not None and frame.f_code.co_filename == contextlib.__file__:
        frame = user_frame(frame.f_back)
    return frame
