"""Recording: every operation of a block of code, with its values, its line and its module.

A tensor's own graph knows what the backward pass needs, and no more: no values that no rule asks for, nothing of what
needs no gradient, no line of code. `record` looks on while the code runs and keeps the rest.

    with viz.record() as recording:
        loss = criterion(model(x), target)
        loss.backward()

A recording lives as long as somebody holds it or a tensor that was made within, so `viz.explore(loss)` finds it later.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import numpy as np

from minigrad.nn.modules.module import Module
from minigrad.viz import engine
from minigrad.viz.engine import (
    Leaf,
    Node,
    Observer,
    Operation,
    Place,
    Variable,
    caller,
    mode,
    observers,
    place_of,
    tick,
)
from minigrad.viz.recording.names import assigned_at, is_name, modules_in, namespace, parameters_in, variables_in
from minigrad.viz.recording.public import PublicCalls, announce_methods
from minigrad.viz.recording.records import Application, Aside, Call, Pass, Scope, Step, Value
from minigrad.viz.recording.values import Values, array_of, held_by, is_frozen


class Recording(Observer):
    """What one block of code did: `calls`, `steps` of backward `passes`, and `scopes`, each in the order of time.

    It notes the thread that entered the block. With `values=False` only numbers and arrays of one element are kept.
    """

    def __init__(self, values: bool = True) -> None:
        self.values = Values(kept=values)
        self.calls: list[Call] = []
        self.steps: list[Step] = []
        self.passes: list[Pass] = []
        self.scopes: list[Scope] = []
        self.applications: dict[Node, Application] = {}
        """Of Functions, by their nodes."""
        self.asides: list[Aside] = []
        self._scope: Scope | None = None
        self._turns: dict[Module, int] = {}
        self._frames: dict[int, FrameType] = {}
        self._last: tuple[FrameType, Place] | None = None
        self._turns_of: dict[engine.Pass, int] = {}
        self._walk: engine.Pass | None = None
        self._copies: dict[int, tuple[Any, Any]] = {}
        self._thread = 0
        self._block: FrameType | None = None
        self._public = PublicCalls()

    # -- the block -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Recording:
        if self._thread:
            raise RuntimeError("record: this recording has been used; call record() again for another block")
        self._thread = threading.get_ident()
        self._block = caller()
        announce_methods()
        observers.append(self)
        alive.add(self)
        return self

    def __exit__(self, *exception: object) -> None:
        observers.remove(self)
        if self._last is not None:
            self._name_assigned(self._last[0], self._last[1].line)
        self.name_by(self._block)
        self._frames, self._turns_of, self._copies = {}, {}, {}
        self._last = self._walk = self._block = self._scope = None

    def name_by(self, block: FrameType | None) -> None:
        """Enter the names that the code has for values and modules; those of the frame `block` come first."""
        modules: dict[Module, str] = {}
        wanted = {scope.module for scope in self.scopes}
        if block is not None:
            names = namespace(block, globals=True)
            modules = modules_in(names)
            for name, variable in reversed(list(variables_in(names))):
                self._name(variable, name, replace=True)
        for frame in self._frames.values():
            if frame is not block:
                names = namespace(frame)
                if wanted - modules.keys():
                    modules = {**modules_in(names), **modules}
                for name, variable in variables_in(names):
                    self._name(variable, name)
        inside: dict[Module, dict[Module, str]] = {}  # by module: all below it, by their names from there
        for scope in self.scopes:
            module, parent = scope.module, scope.parent
            if parent is not None and parent.module not in inside:
                inside[parent.module] = {each: path for path, each in parent.module.named_modules()}
            if parent is not None and module in inside[parent.module]:
                modules[module] = f"{parent.path}.{inside[parent.module][module]}".strip(".")
            elif module not in modules:
                modules |= {each: path for path, each in module.named_modules() if each not in modules}
            scope.path = modules[module]
        parameters = parameters_in(modules)
        for value in self.values.given():
            if id(value.source) in parameters:
                value.name, value.is_parameter = parameters[id(value.source)]

    def _name(self, variable: Variable, name: str, replace: bool = False) -> None:
        value = self.value_of(variable)
        if value is not None and (replace or not value.name):
            value.name = name

    def _name_assigned(self, frame: FrameType, line: int) -> None:
        """Name what the statement on `line`, which has ended or may have, assigned."""
        names = assigned_at(frame.f_code, line)
        if names:
            local = frame.f_locals
            for name in names:
                variable = local.get(name)
                if isinstance(variable, Variable) and is_name(name):
                    self._name(variable, name)

    # -- what the observer is told -------------------------------------------------------------------------------

    def enter(self, module: Any) -> None:
        if threading.get_ident() == self._thread:
            turn = self._turns.get(module, 0)
            self._turns[module] = turn + 1
            self._scope = Scope(module, self._scope, turn)
            self.scopes.append(self._scope)

    def leave(self, module: Any) -> None:
        if threading.get_ident() == self._thread and self._scope is not None:
            self._scope = self._scope.parent

    def called(self, name: str, function: Any, args: Sequence[Any], keywords: dict[str, Any]) -> None:
        if threading.get_ident() == self._thread:
            self._public.called(name, (function, args, keywords), (self._scope, mode.walk))

    def returned(self) -> None:
        if threading.get_ident() == self._thread:
            self._public.returned()

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        if threading.get_ident() != self._thread:
            return
        place = self._look_up(caller())
        node = result.node
        arguments = tuple([self.values.argument(each, self.calls) for each in args])
        made = self.values.made(result)
        call = Call(
            node.order if node is not None else tick(),
            operation,
            arguments,
            tuple([isinstance(each, Variable) and each.node is not None for each in args]),
            tuple([is_frozen(*each) for each in zip(args, arguments)]),
            static,
            made,
            place,
            self._scope,
            mode.recording,
            bool(mode.in_place),
            self._public.operation((self._scope, mode.walk)),
            mode.walk,
        )
        made.made_by = call
        self.calls.append(call)
        result.__dict__["recording"] = self  # the tensor keeps its recording; a recording holds no tensor

    def applied(self, node: Node, args: Sequence[Any], outputs: Sequence[Any]) -> None:
        if threading.get_ident() != self._thread:
            return
        place = self._look_up(caller())
        self.applications[node] = Application(place, self._scope)
        for each in (*args, *outputs):
            if isinstance(each, Variable):
                self.values.argument(each, self.calls)
        for each in outputs:
            if isinstance(each, Variable):
                each.__dict__["recording"] = self

    def aside(self, function: Any, args: Sequence[Any], keywords: dict[str, Any], compute: Callable[[], Any]) -> Any:
        answer = compute()
        if threading.get_ident() == self._thread:
            given = [self.values.argument(each, self.calls) if hasattr(each, "dtype") else each for each in args]
            self.asides.append(Aside(function, tuple(given), dict(keywords), answer))
        return answer

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        if threading.get_ident() != self._thread:
            return
        walk = mode.walk
        if walk is not self._walk:
            if walk not in self._turns_of:
                self._turns_of[walk] = len(self.passes)
                self.passes.append(_pass_of(walk))
            self._walk, self._copies = walk, {}
        turn = self._turns_of[walk]
        held = self.passes[turn].held
        for target, _ in contributions:
            if isinstance(target, Leaf) and target not in held:
                held[target] = held_by(target)
        shares = tuple([(target, self._copied(share)) for target, share in contributions])
        self.steps.append(Step(node, self._copied(g), shares, turn))

    def _look_up(self, frame: FrameType | None) -> Place | None:
        """The line that is being carried out in a frame of the user's."""
        if self._last is not None:
            last, place = self._last
            self._name_assigned(last, place.line)
            if last is frame and place.line == frame.f_lineno:
                return place
        if frame is None:
            return None
        self._frames[id(frame)] = frame
        place = place_of(frame)
        self._last = (frame, place)
        return place

    # -- values --------------------------------------------------------------------------------------------------

    def value_of(self, variable: Variable) -> Value | None:
        """What the recording knows of a tensor: the value that it is now, or None if it took no part."""
        return self.values.of(variable)

    def of_node(self, node: Node) -> Value | None:
        """The value that a node made, or None if that was outside."""
        return self.values.of_node(node)

    def _copied(self, g: Any) -> Any:
        """A gradient as an array of its own, for `.grad` may take it over; None for what is not one array."""
        array = array_of(g)
        known = self._copies.get(id(array))
        if known is None:
            known = self._copies[id(array)] = (array, None if array is None else np.array(array))
        return known[1]


def _pass_of(walk: engine.Pass) -> Pass:
    """What a recording keeps of a backward pass of the engine."""
    outside = caller()
    return Pass(None if outside is None else place_of(outside), walk.accumulates)


alive: weakref.WeakSet[Recording] = weakref.WeakSet()
"""The recordings that somebody holds."""


def record(values: bool = True) -> Recording:
    """A context in which every operation is kept, for `draw`, `explore`, `explain`, `memory` and `why_no_grad`.

    Kept are values, lines of code, modules and backward passes, of the thread that enters the block. With
    `values=False` only what is one number is kept, and for the rest its shape: much less memory, but no page. A
    recording is used once: entering it again raises RuntimeError. It may be left without a name, for tensors know the
    recording that they were made in.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> with viz.record() as recording:
    ...     loss = (x * x).sum()
    ...     loss.backward()
    >>> [call.operation.name for call in recording.calls], len(recording.steps)
    (['mul', 'sum'], 3)
    """
    return Recording(values)


def recording_of(tensor: Variable) -> Recording | None:
    """The recording in which a tensor was made, or used; None if there is none, or nobody holds it any more.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> with viz.record() as recording:
    ...     y = mg.ones(2) * 3
    >>> viz.recording_of(y) is recording, viz.recording_of(mg.ones(2))
    (True, None)
    """
    if not isinstance(tensor, Variable):
        raise TypeError(f"recording_of: expected a tensor, not {type(tensor).__name__}")
    own: Recording | None = tensor.__dict__.get("recording")
    if own is not None and own.value_of(tensor) is not None:
        return own
    return next((each for each in alive if each.value_of(tensor) is not None), None)
