"""Recording: every operation of a block of code, with its values, its line and its module.

A tensor's own graph knows what the backward pass needs, and no more: no values that no rule asks for, nothing of what
needs no gradient, no line of code. `record` looks on while the code runs and keeps the rest.

    with viz.record() as recording:
        loss = criterion(model(x), target)
        loss.backward()

A recording lives as long as somebody holds it or a tensor that was made within, so `viz.explore(loss)` finds it later.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Sequence
from types import FrameType
from typing import Any

import numpy as np

from minigrad.autograd.mode import mode
from minigrad.autograd.node import Leaf, Node, Variable, tick
from minigrad.autograd.observe import Observer, observers
from minigrad.autograd.place import Place, is_own, place_of, user_frame
from minigrad.autograd.primitive import Operation
from minigrad.dtypes import Array
from minigrad.nn.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.viz.history import Call, Scope, Step, Value
from minigrad.viz.naming import assigned_at, is_name, modules_in, namespace, parameters_in, variables_in


class Recording(Observer):
    """What one block of code did: `calls`, `steps` of backward passes, and `scopes`, each in the order of time.

    It notes the thread that entered the block. With `values=False` only numbers and arrays of one element are kept.
    """

    def __init__(self, values: bool = True) -> None:
        self.keeps_values = values
        self.calls: list[Call] = []
        self.steps: list[Step] = []
        self.scopes: list[Scope] = []
        self._nodes: dict[Node, Value] = {}
        self._memory: dict[int, Value] = {}  # by identity of the array, which the value keeps alive
        self._scope: Scope | None = None
        self._turns: dict[Module, int] = {}
        self._frames: dict[int, FrameType] = {}
        self._last: tuple[FrameType, Place] | None = None
        self._passes: dict[FrameType, tuple[int, Place | None]] = {}
        self._walk: FrameType | None = None
        self._copies: dict[int, tuple[Any, Any]] = {}
        self._thread = 0
        self._block: FrameType | None = None

    # -- the block -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Recording:
        if self._thread:
            raise RuntimeError("record: this recording has been used; call record() again for another block")
        self._thread = threading.get_ident()
        self._block = user_frame(sys._getframe(1))
        observers.append(self)
        alive.add(self)
        return self

    def __exit__(self, *exception: object) -> None:
        observers.remove(self)
        if self._last is not None:
            self._name_assigned(self._last[0], self._last[1].line)
        self.name_by(self._block)
        self._frames, self._passes, self._copies = {}, {}, {}
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
        for scope in self.scopes:
            if scope.module not in modules:
                modules |= {each: path for path, each in scope.module.named_modules() if each not in modules}
            scope.path = modules[scope.module]
        parameters = parameters_in(modules)
        for value in self._memory.values():
            if value.made_by is None and id(value.source) in parameters:
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

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        if threading.get_ident() != self._thread:
            return
        place, in_place = self._look_up(sys._getframe(1))
        node = result.node
        array = result.array
        made = Value(self._kept(array), array.shape, array.dtype, node, is_tensor=True, source=array)
        call = Call(
            node.order if node is not None else tick(),
            operation,
            tuple([self._argument(each) for each in args]),
            tuple([isinstance(each, Variable) and each.node is not None for each in args]),
            static,
            made,
            place,
            self._scope,
            mode.recording,
            in_place,
        )
        made.made_by = call
        self.calls.append(call)
        self._memory[id(array)] = made
        if node is not None:
            self._nodes[node] = made
        result.__dict__["recording"] = self  # the tensor keeps its recording; a recording holds no tensor

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        if threading.get_ident() != self._thread:
            return
        walk = sys._getframe(1)  # of one backward pass, from its first step to its last
        if walk is not self._walk:
            if walk not in self._passes:
                outside = user_frame(walk)
                self._passes[walk] = (len(self._passes), None if outside is None else place_of(outside))
            self._walk, self._copies = walk, {}
        turn, place = self._passes[walk]
        shares = tuple([(target, self._copied(share)) for target, share in contributions])
        self.steps.append(Step(node, self._copied(g), shares, turn, place))

    def _look_up(self, frame: FrameType | None) -> tuple[Place | None, bool]:
        """The user's line that is being carried out, and whether an in-place operation of ours lies on the way."""
        in_place = False
        while frame is not None and is_own(file := frame.f_code.co_filename):
            in_place = in_place or file.endswith("inplace.py")
            frame = frame.f_back
        if self._last is not None:
            last, place = self._last
            self._name_assigned(last, place.line)
            if last is frame and place.line == frame.f_lineno:
                return place, in_place
        if frame is None:
            return None, in_place
        self._frames[id(frame)] = frame
        place = place_of(frame)
        self._last = (frame, place)
        return place, in_place

    # -- values --------------------------------------------------------------------------------------------------

    def value_of(self, variable: Variable) -> Value | None:
        """What the recording knows of a tensor: the value that it is now, or None if it took no part."""
        node = variable.node
        known = self._nodes.get(node) if node is not None else None
        if known is None and (node is None or isinstance(node, Leaf)):
            known = self._memory.get(id(variable.array))
        return known

    def of_node(self, node: Node) -> Value | None:
        """The value that a node made, or None if that was outside."""
        return self._nodes.get(node)

    def _argument(self, arg: Any) -> Value:
        if not isinstance(arg, Variable):
            if not isinstance(arg, np.ndarray):
                return Value(arg, np.shape(arg), getattr(arg, "dtype", None))
            return self._seen(arg) or self._entered(Value(self._kept(arg), arg.shape, arg.dtype, source=arg))
        node, array = arg.node, arg.array
        if node is None:
            known = self._seen(array)
        elif isinstance(node, Leaf):
            known = self._seen(array)
            known = None if known is None or known.node is not node else known
        else:
            known = self._nodes.get(node)
        if known is not None:
            return known
        learned = isinstance(arg, Parameter)
        return self._entered(
            Value(self._kept(array), array.shape, array.dtype, node, is_parameter=learned, is_tensor=True, source=array)
        )

    def _entered(self, value: Value) -> Value:
        self._memory[id(value.source)] = value
        if value.node is not None:
            self._nodes[value.node] = value
        return value

    def _seen(self, array: Array) -> Value | None:
        """The value that lies in this memory, if it still does."""
        known = self._memory.get(id(array))
        if known is None or known.array is None:
            return known
        if np.array_equal(known.array, array, equal_nan=array.dtype.kind == "f"):
            return known
        for call in self.calls[:-9:-1]:  # written in place since then, as a rule with what has just been computed
            result = call.result
            if result.shape == array.shape and result.array is not None and np.array_equal(result.array, array):
                self._memory[id(array)] = result
                return result
        return None

    def _kept(self, array: Array) -> Any:
        return array.copy() if self.keeps_values or array.size == 1 else None

    def _copied(self, g: Any) -> Any:
        """A gradient as an array of its own, for `.grad` may take it over; None for what is not one array."""
        array = g.array if isinstance(g, Variable) else g
        known = self._copies.get(id(array))
        if known is None:
            known = self._copies[id(array)] = (array, np.array(array) if _is_numeric(array) else None)
        return known[1]


def _is_numeric(g: Any) -> bool:
    """False for the parts of a Function's outputs, which are no single array."""
    return getattr(g, "dtype", None) is not None


alive: weakref.WeakSet[Recording] = weakref.WeakSet()
"""The recordings that somebody holds."""


def record(values: bool = True) -> Recording:
    """A context in which every operation is kept for `draw`, `explore` and `explain`; see the top of the file.

    With `values=False` only what is one number is kept, and for the rest its shape.
    """
    return Recording(values)


def recording_of(tensor: Variable) -> Recording | None:
    """The recording in which a tensor was made, or used, if there is one."""
    own: Recording | None = tensor.__dict__.get("recording")
    if own is not None and own.value_of(tensor) is not None:
        return own
    return next((each for each in alive if each.value_of(tensor) is not None), None)
