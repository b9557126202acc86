"""A trace: one run of a function, during which every step is noted.

Primitives are told by the engine's observers, one step each; what NumPy does beside them is told by the arrays
themselves (`traced`). A backward pass within the run records itself, so that its rules are primitives like all others.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np

from minigrad.autograd.place import place_of, user_frame
from minigrad.engine import observers as observer_rooms
from minigrad.engine import record
from minigrad.engine.grad import accumulate
from minigrad.engine.mode import RULE, mode
from minigrad.engine.node import Node, Variable
from minigrad.engine.observers import Observer, observers
from minigrad.engine.primitive import Operation
from minigrad.errors import GraphError
from minigrad.ops.shape import astype
from minigrad.program.promotion import casts
from minigrad.program.rules import rule_at, said
from minigrad.program.steps import Kernel, Step, Value, mapped, values_in
from minigrad.program.traced import CONVERSIONS, Number, Tape, Traced, as_array, bare
from minigrad.random.generator import default_generator
from minigrad.viz.recording.names import assigned_at, is_name

PRIMITIVE: CodeType = next(
    each for each in record.recorder.__code__.co_consts if isinstance(each, CodeType) and each.co_name == "operation"
)
"""The code that carries out every primitive: a frame of it means that NumPy works for one."""

ASIDE: CodeType = next(each for each in observer_rooms.aside.__code__.co_consts if isinstance(each, CodeType))
"""The code that carries out what the package computes beside the graph."""


class CannotCompileError(GraphError):
    """A line that cannot be written out as a step of a program."""


class Trace(Tape, Observer):
    """The steps of one run, as they come."""

    def __init__(self, modules: dict[int, str]) -> None:
        self._modules = modules
        self._scope_of: dict[Node, str] = {}
        self.steps: list[Step] = []
        self.inputs: list[Value] = []
        self.constants: list[Value] = []
        """Arrays that came from nowhere: they were there before, or somebody made them without telling."""
        self._by_id: dict[int, tuple[Any, Value]] = {}
        self._by_node: dict[Node, Value] = {}
        self._owners: dict[int, tuple[Any, Value]] = {}
        self._fresh: dict[Value, tuple[Any, Any, Step]] = {}
        """Arrays made out of nothing that no step has written to: with what they held then, and their steps."""
        self._scopes: list[str] = []
        self._last: tuple[FrameType, int] | None = None

    # -- the run ---------------------------------------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator[None]:
        """Within, this trace is told of everything."""
        before, Tape.current = Tape.current, self
        recorded, mode.written = mode.written, True
        generator = default_generator.numpy
        default_generator._numpy = _Stream(generator)  # type: ignore[assignment]
        observers.append(self)
        for name, (_, noticing) in CONVERSIONS.items():
            setattr(np, name, noticing)
        try:
            yield
            self._name_assigned(None)
        finally:
            self._last = None
            for name, (original, _) in CONVERSIONS.items():
                setattr(np, name, original)
            observers.remove(self)
            default_generator._numpy = generator
            mode.written = recorded
            Tape.current = before

    def silent(self) -> bool:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            code = frame.f_code
            if code is ASIDE or (code is PRIMITIVE and frame.f_locals["dtype"] is not None):
                return True
            frame = frame.f_back
        return False

    def _inside(self) -> bool:
        """Whether a kernel has called another, beside which this trace need not know of it."""
        frame = sys._getframe(3)
        return any(each.f_code is ASIDE for each in _outwards(frame))

    def refuse(self, why: str) -> CannotCompileError:
        """An error with the user's line."""
        frame = user_frame(sys._getframe(1))
        where = "" if frame is None else f"{place_of(frame)}, `{place_of(frame).text}`: "
        return CannotCompileError(f"compile: {where}{why}")

    # -- values ----------------------------------------------------------------------------------------------------

    def given(self, array: Any, name: str = "") -> Traced:
        """An array that the program is given, as the function is to see it."""
        known = self._by_id.get(id(array))
        if known is not None:
            return self._traced(array, known[1])
        value = Value(array.shape, array.dtype, name)
        self.inputs.append(value)
        self._by_id[id(array)] = (array, value)
        self._owns(array, value)
        return self._traced(array, value)

    def given_number(self, known: float, name: str) -> Number:
        """A Python number that the program is given."""
        number = Number(known)
        number.value = Value((), None, name)
        self.inputs.append(number.value)
        return number

    def _traced(self, array: Any, value: Value) -> Traced:
        traced = as_array(array).view(Traced)
        traced.value = value
        traced.number_like = isinstance(array, np.generic)
        self._by_id[id(traced)] = (traced, value)
        return traced

    def _owns(self, array: Any, value: Value) -> None:
        """Note whose memory the value lies in."""
        owner = _owner(array)
        known = self._owners.get(id(owner))
        if known is None:
            self._owners[id(owner)] = (owner, value)
        elif known[1] is not value and value.whole is None and known[1].root is not value:
            value.whole = known[1]

    def value_of(self, leaf: Any) -> Any:
        """What stands in a program for an argument: of an array its value, of anything else the thing itself."""
        if isinstance(leaf, Number):
            return leaf.value
        if isinstance(leaf, Variable):
            known = self._by_id.get(id(leaf.array))
            if known is not None:
                return self._untouched(known[1])
            if leaf.node is not None and leaf.node in self._by_node:
                return self._by_node[leaf.node]
            leaf = leaf.array
        if not isinstance(leaf, np.ndarray):
            return leaf
        known = self._by_id.get(id(leaf))
        if known is not None:
            return self._untouched(known[1])
        if isinstance(leaf, Traced) and leaf.value is not None:
            return self._untouched(leaf.value)
        owner = self._owners.get(id(_owner(leaf)))
        if owner is not None:
            return self._same_memory(leaf, owner[1])
        if isinstance(leaf, Traced):
            raise self.refuse(
                "an array is used whose shape depends on values, or that was made in a way that leaves no trace"
            )
        value = Value(leaf.shape, leaf.dtype, constant=leaf)
        self.constants.append(value)
        self._by_id[id(leaf)] = (leaf, value)
        return value

    def _same_memory(self, array: Any, root: Value) -> Value:
        """The value of which an array without a name is another view."""
        for known, value in list(self._by_id.values()):
            if (
                isinstance(known, np.ndarray)
                and known.__array_interface__["data"] == array.__array_interface__["data"]
                and known.shape == array.shape
                and known.strides == array.strides
                and known.dtype == array.dtype
            ):
                return value
        raise self.refuse("a view of a traced array was taken in a way that leaves no trace")

    # -- what is told ------------------------------------------------------------------------------------------------

    def enter(self, module: Any) -> None:
        name = self._modules.get(id(module), "").rpartition(".")[2]
        self._scopes.append(f"{name}: {type(module).__name__}".removeprefix(": "))

    def leave(self, module: Any) -> None:
        self._scopes.pop()

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        if Tape.current is not self:
            return
        if mode.node is not Node:
            raise self.refuse("saved_tensors_hooks and checkpoints keep saved values in a way of their own")
        given = [self.value_of(each) for each in args]
        keywords = mapped(self.value_of, static)
        if operation.name == "getitem" and any(
            each.dtype == bool and each.constant is None for each in values_in(keywords)
        ):
            raise self.refuse("a mask as index gives as many elements as there are that fit it; use mg.where")
        array = result.array
        for i, dtype in casts(operation, args, array.dtype).items():
            cast = Value(given[i].shape, dtype)
            self._step(Step(astype, (given[i],), {"dtype": dtype}, (cast,)))
            given[i] = cast
        value = Value(array.shape, array.dtype)
        self._by_id[id(array)] = (array, value)
        self._owns(array, value)
        if result.node is not None:
            self._by_node[result.node] = value
            self._scope_of[result.node] = self._scopes[-1] if self._scopes else ""
            self._saved(result.node, operation, given)
        result.array = self._traced(array, value)
        self._step(Step(operation, tuple(given), keywords, (value,)))

    def _saved(self, node: Node, operation: Operation, given: Sequence[Any]) -> None:
        """What the rules of a node have saved of its arguments is known, in whatever dtype it was saved."""
        positions = {name: i for i, name in enumerate(operation.parameters)}
        for _, rule, values in node.edges:
            for need, each in zip(rule.needs, values or (), strict=False):
                known = given[positions[need]] if need in positions else None
                if isinstance(each, np.ndarray) and isinstance(known, Value):
                    self._by_id.setdefault(id(each), (each, known))

    def aside(self, function: Any, args: Sequence[Any], keywords: dict[str, Any], answer: Any) -> Any:
        if self._inside():
            return answer
        results: list[Value] = []

        def told(array: Any) -> Any:
            value = Value(array.shape, array.dtype)
            self._owns(array, value)
            results.append(value)
            return self._traced(array, value)

        given, static = mapped(self.value_of, tuple(args)), mapped(self.value_of, keywords)
        answer = mapped(told, answer)
        kernel = Kernel(function.__name__.strip("_"), function)
        self._step(Step(kernel, given, static, tuple(results), unpacks=isinstance(answer, tuple)))
        return answer

    def applied(self, node: Node, args: Sequence[Any], outputs: Sequence[Any]) -> None:
        raise self.refuse(
            f"{node.name} is an autograd.Function; its backward is code that cannot be followed. Write it with the "
            "package's operations, or call it outside of the compiled function"
        )

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        if node.hooks:
            raise self.refuse(f"a hook on the gradient of {node.name} is called in the backward pass")
        of, gradient = self._by_node.get(node), self.value_of(g) if isinstance(g, Variable) else None
        if of is not None and gradient is not None and gradient.of is None and gradient.constant is None:
            gradient.of = of

    def leaf(self, node: Node, value: Value) -> None:
        """The value of a leaf, after which its gradient is called."""
        self._by_node[node] = value

    def call(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any, writes: Any = ()) -> Any:
        for each in writes:  # it is written to now, so what it held before says nothing any more
            if isinstance(each, Traced) and each.value is not None:
                self._fresh.pop(each.value.root, None)
        given = mapped(self.value_of, tuple(args))
        static = mapped(self.value_of, dict(keywords))
        changed = tuple(self._changed(each, name) for each in writes)
        results: list[Value] = []

        def told(leaf: Any) -> Any:
            if isinstance(leaf, float) and name.startswith("number:"):
                number = Number(leaf)
                number.value = Value((), None)
                results.append(number.value)
                return number
            if isinstance(leaf, bool):  # a question: the program asks it again
                results.append(Value((), np.dtype(bool)))
                return leaf
            if not isinstance(leaf, np.ndarray | np.generic):
                raise self.refuse(f"{name.strip('.(')} gives a {type(leaf).__name__}, which no array follows")
            value = Value(leaf.shape, leaf.dtype)
            if isinstance(leaf, np.ndarray):
                self._owns(leaf, value)
                if value.whole is None:
                    self._shares(leaf, args, value)
            results.append(value)
            return self._traced(leaf, value)

        answer = None if writes else mapped(told, answer)
        self._step(Step(name, given, static, tuple(results), writes=changed, unpacks=isinstance(answer, (tuple, list))))
        if isinstance(answer, bool):
            self._step(Step("check", (results[0], answer), {}, ()))
        return answer

    def made(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any) -> Any:
        if name == "np.array(":  # of numbers: they are fixed
            fixed = Value(answer.shape, answer.dtype, constant=answer.copy())
            args, keywords = (fixed,), {}
        value = Value(answer.shape, answer.dtype)
        if name == "np.empty(" and answer.dtype.kind in "fiu":
            answer.fill(85)  # so that it shows whether compiled code of somebody's fills it unseen
        held = answer.copy()
        self._owns(answer, value)
        self._step(Step(name, args, keywords, (value,), answer=held if answer.size <= 64 else None))
        self._fresh[value] = (answer, held, self.steps[-1])
        return self._traced(answer, value)

    def _untouched(self, value: Value) -> Value:
        """A value that is used; one that was filled unseen is fixed, and came from nowhere."""
        if value.root in self._fresh:
            array, held, step = self._fresh[value.root]
            if not np.array_equal(array, held, equal_nan=array.dtype.kind == "f"):
                self._fixed(value.root, array, step)
        return value

    def _fixed(self, value: Value, array: Any, step: Step) -> None:
        del self._fresh[value]
        self.steps.remove(step)
        value.constant = array.copy()
        self.constants.append(value)

    def _shares(self, array: Any, args: Any, value: Value) -> None:
        """A result that may lie in the memory of an argument is a view of it."""
        for each in args:
            if isinstance(each, Traced) and each.value is not None and np.may_share_memory(bare(each), array):
                value.whole = each.value

    def _changed(self, target: Any, name: str) -> Value:
        value: Value = self.value_of(target)
        if not isinstance(target, Traced) or value.constant is not None:
            raise self.refuse(
                f"{name.strip('.(')} writes into an array that was made within the function; make it of traced ones "
                "(such as by zeros_like), or hand it in"
            )
        return value

    def decided(self, array: Any, answer: bool) -> bool:
        self._step(Step("check", (self.value_of(array), answer), {}, ()))
        return answer

    def read(self, array: Any, how: str) -> Any:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_globals.get("__name__", "").startswith("minigrad.program"):
            frame = frame.f_back
        if how == ".item()" and frame is not None and frame.f_globals["__name__"].startswith("minigrad.optim."):
            number = Number(bare(array).item())
            number.value = Value((), None, "t")
            self._step(Step(".item(", (self.value_of(array),), {}, (number.value,)))
            return number
        raise self.refuse(
            f"{how} takes a value out of the computation, and what follows from it is not part of the program. "
            "Compute with tensors instead (mg.where), or do it outside of the compiled function"
        )

    def draw(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any) -> Any:
        """A random array was drawn."""
        value = Value(np.shape(answer), as_array(answer).dtype)
        self._step(
            Step(f"rng.{name}(", mapped(self.value_of, args), mapped(self.value_of, keywords), (value,), draws=True)
        )
        array = as_array(answer)
        self._owns(array, value)
        return self._traced(array, value)

    def _step(self, step: Step) -> None:
        step.part = _part(sys._getframe(1))
        step.scope = self._scopes[-1] if self._scopes and step.part == "forward" else ""
        if step.part == "backward":
            node, argument = rule_at(sys._getframe(1))
            if node is not None:
                step.scope = self._scope_of.get(node, "")
                step.rule = functools.partial(said, step.name, node, argument)
        frame = user_frame(sys._getframe(1))
        if frame is not None:
            step.line = f"{place_of(frame)}, `{place_of(frame).text}`"
            self._name_assigned(frame)
        self.steps.append(step)

    def _name_assigned(self, frame: FrameType | None) -> None:
        """When another line begins, what the one before has assigned is called by its name there."""
        before, self._last = self._last, None if frame is None else (frame, frame.f_lineno)
        if before is not None and before != self._last:
            for name in assigned_at(before[0].f_code, before[1]):
                variable = before[0].f_locals.get(name)
                array = variable.array if isinstance(variable, Variable) else None
                if isinstance(array, Traced) and array.value is not None and is_name(name) and not array.value.name:
                    array.value.name = name


class _Stream:
    """NumPy's generator with a trace that is told of every draw."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._generator, name)
        if not callable(found):
            return found

        def draw(*args: Any, **keywords: Any) -> Any:
            answer = found(*mapped(bare, args), **mapped(bare, keywords))
            tape = Tape.current
            assert isinstance(tape, Trace)
            if keywords.get("out") is not None or not isinstance(answer, np.ndarray | np.generic | int | float):
                raise tape.refuse(f"the generator's {name} changes an array in place")
            return tape.draw(name, args, keywords, answer)

        return draw


def _part(frame: FrameType) -> str:
    """The section that a step belongs to: of a backward pass, of an optimizer's update, or of what the user computes."""
    if mode.stage == RULE:
        return "backward"
    for each in _outwards(frame):
        home = each.f_globals.get("__name__", "")
        if each.f_code is accumulate.__code__:
            return "backward"
        if home.startswith("minigrad.optim."):
            return "update"
        if not home.startswith("minigrad."):
            break
    return "forward"


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _owner(array: Any) -> Any:
    """The array that owns the memory."""
    while isinstance(array, np.ndarray) and isinstance(array.base, np.ndarray):
        array = array.base
    return array
