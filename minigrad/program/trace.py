"""A trace: one run of a function, during which every step is noted.

Primitives are told by the engine's observers, one step each; what NumPy does beside them is told by the arrays
themselves (`traced`). A backward pass within the run records itself, so that its rules are primitives like all others.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np

from minigrad.autograd.place import Place, caller, place_of
from minigrad.engine.mode import mode
from minigrad.engine.node import Node, Variable
from minigrad.engine.observers import observing
from minigrad.engine.primitive import Operation
from minigrad.errors import GraphError
from minigrad.program.conversions import noticing
from minigrad.program.known import Known, UnknownError
from minigrad.program.number import Number
from minigrad.program.promotion import cast, casts
from minigrad.program.rules import has_hooks, said
from minigrad.program.steps import Kernel, Step, Value, leaves_of, mapped, values_in
from minigrad.program.stream import told_of_draws
from minigrad.program.tape import Tape, as_array, current
from minigrad.program.traced import Traced, bare
from minigrad.program.under_way import KERNEL, PRIMITIVE, UnderWay
from minigrad.viz.recording.names import assigned_at, is_name


class CannotCompileError(GraphError):
    """A line that cannot be written out as a step of a program."""


class Trace(Known, Tape, UnderWay):
    """The steps of one run, as they come. `modules` are the names of modules, by identity; for `before` see Known."""

    def __init__(self, modules: dict[int, str], before: dict[int, Any]) -> None:
        Known.__init__(self, before)
        UnderWay.__init__(self)
        self._modules = modules
        self._scopes: list[str] = []
        self._scope_of: dict[Node, str] = {}
        self._last: tuple[FrameType, int] | None = None
        self._in_walk: Any = None
        """The backward pass that the latest step was part of."""
        self._places: dict[tuple[CodeType, int], Place] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Within, this trace is told of everything that its thread does."""
        current.tape, mode.written = self, True
        try:
            with told_of_draws(), observing(self), noticing():
                yield
                self._name_assigned(None)
        finally:
            current.tape, mode.written, self._last = None, False, None

    def silent(self) -> bool:
        return self.paused or self._elsewhere() or self.within(PRIMITIVE, KERNEL)

    def _elsewhere(self) -> bool:
        """Whether another thread is at work, which is no part of the run."""
        return current.tape is not self

    def refuse(self, why: str) -> CannotCompileError:
        """An error with the user's line."""
        frame = caller()
        where = "" if frame is None else f"{place_of(frame)}, `{place_of(frame).text}`: "
        return CannotCompileError(f"compile: {where}{why}")

    def value_of(self, leaf: Any) -> Any:
        try:
            return super().value_of(leaf)
        except UnknownError as error:
            raise self.refuse(str(error)) from None

    # -- primitives, told by the engine --------------------------------------------------------------------------------

    def enter(self, module: Any) -> None:
        if not self._elsewhere():
            name = self._modules.get(id(module), "").rpartition(".")[2]
            self._scopes.append(f"{name}: {type(module).__name__}".removeprefix(": "))

    def leave(self, module: Any) -> None:
        if not self._elsewhere():
            self._scopes.pop()

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        if self._elsewhere():
            return
        if mode.node is not Node:
            raise self.refuse("saved_tensors_hooks and checkpoints keep saved values in a way of their own")
        given = [self.value_of(each) for each in args]
        keywords = mapped(self.value_of, static) if static else {}
        if operation.name == "getitem" and any(
            each.dtype == bool and not self.is_fixed(each) for each in values_in(keywords)
        ):
            raise self.refuse("a mask as index gives as many elements as there are that fit it; use mg.where")
        array = result.array
        for i, dtype in casts(operation, args, array.dtype).items():
            given[i], steps = cast(given[i], dtype)
            for each in steps:
                self._step(each)
        value = Value(array.shape, array.dtype)
        self.alias(array, value)
        result.array = self.result(array, value)
        if result.node is not None:
            self.by_node[result.node] = value
            self._scope_of[result.node] = self._scopes[-1] if self._scopes else ""
            self._saved(result.node, operation, given)
        self._step(Step(operation, tuple(given), keywords, (value,)))

    def _saved(self, node: Node, operation: Operation, given: Sequence[Any]) -> None:
        """What the rules of a node have saved of its arguments is known, in whatever dtype it was saved."""
        positions = {name: i for i, name in enumerate(operation.parameters)}
        for _, rule, values in node.edges:
            for need, each in zip(rule.needs, values or (), strict=False):
                known = given[positions[need]] if need in positions else None
                if isinstance(each, np.ndarray) and isinstance(known, Value):
                    self.alias(each, known)

    def aside(self, function: Any, args: Sequence[Any], keywords: dict[str, Any], compute: Callable[[], Any]) -> Any:
        if self._elsewhere() or self.within(KERNEL):
            return compute()
        with self.kernel():
            answer = compute()
        results: list[Value] = []

        def told(array: Any) -> Any:
            results.append(Value(array.shape, array.dtype))
            return self.result(array, results[-1])

        given, static = mapped(self.value_of, tuple(args)), mapped(self.value_of, keywords)
        answer = mapped(told, answer)
        kernel = Kernel(function.__name__.strip("_"), function)
        self._step(Step(kernel, given, static, tuple(results), unpacks=isinstance(answer, tuple)))
        return answer

    def applied(self, node: Node, args: Sequence[Any], outputs: Sequence[Any]) -> None:
        if not self._elsewhere():
            raise self.refuse(
                f"{node.name} is an autograd.Function; its backward is code that cannot be followed. Write it with the "
                "package's operations, or call it outside of the compiled function"
            )

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        if self._elsewhere():
            return
        if has_hooks(node):
            raise self.refuse(f"a hook on the gradient of {node.name} is called in the backward pass")
        of, gradient = self.by_node.get(node), self.value_of(g) if isinstance(g, Variable) else None
        if of is not None and gradient is not None and gradient.of is None and gradient.constant is None:
            gradient.of = of

    # -- NumPy's own, told by the arrays -------------------------------------------------------------------------------

    def call(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any, writes: Any = ()) -> Any:
        traced = [each for each in leaves_of((args, keywords)) if isinstance(each, Traced)]
        if traced and not writes and all(map(self.fixed, traced)):
            return mapped(functools.partial(self._folded, traced), answer)
        if writes and not any(each.size for each in writes):
            return None
        for each in writes:
            self.written(each)
        given, static = mapped(self.value_of, tuple(args)), mapped(self.value_of, dict(keywords))
        changed = tuple(self._changed(each, name) for each in writes)
        results: list[Value] = []

        def told(leaf: Any) -> Any:
            if isinstance(leaf, bool):  # a question: the program asks it again
                results.append(Value((), np.dtype(bool)))
                return leaf
            if not isinstance(leaf, np.ndarray | np.generic):
                raise self.refuse(f"{name.strip('.(')} gives a {type(leaf).__name__}, which no array follows")
            results.append(Value(leaf.shape, leaf.dtype))
            if isinstance(leaf, np.generic):
                return self.traced(leaf, results[-1])
            traced = self.result(leaf, results[-1])
            if results[-1].whole is None:
                self.shares(leaf, args, results[-1])
            return traced

        if name.startswith("number:"):
            results.append(Value((), None))
            answer = Number(answer, results[0])
        else:
            answer = None if writes else mapped(told, answer)
        self._step(Step(name, given, static, tuple(results), writes=changed, unpacks=isinstance(answer, (tuple, list))))
        return self._decided(results[0], answer) if isinstance(answer, bool) else answer

    def _folded(self, traced: Sequence[Traced], answer: Any) -> Any:
        """What NumPy computes of fixed numbers alone is fixed, too."""
        if not isinstance(answer, np.ndarray | np.generic):
            return answer
        array = as_array(answer)
        if any(np.may_share_memory(bare(each), array) for each in traced):
            array = array.copy()
        return self.made("np.array(", (), {}, array)

    def made(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any) -> Any:
        if name == "np.array(":  # of numbers: they are fixed
            fixed = Value(answer.shape, answer.dtype, constant=answer.copy())
            args, keywords = (fixed,), {}
        if name == "np.empty(" and answer.dtype.kind in "fiu":
            answer.fill(85)  # so that it shows whether compiled code of somebody's fills it unseen
        small = answer.copy() if answer.size <= 64 else None
        step = Step(name, args, keywords, (Value(answer.shape, answer.dtype),), answer=small)
        self._step(step)
        return self.made_by(answer, step)

    def draw(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any) -> Any:
        if keywords.get("out") is not None or not isinstance(answer, np.ndarray | np.generic | int | float):
            raise self.refuse(f"the generator's {name} changes an array in place")
        array = as_array(answer)
        value = Value(array.shape, array.dtype)
        given, static = mapped(self.value_of, args), mapped(self.value_of, keywords)
        self._step(Step(f"rng.{name}(", given, static, (value,), draws=True))
        return self.result(array, value)

    def decided(self, array: Any, answer: bool) -> bool:
        return self._decided(self.value_of(array), answer)

    def _decided(self, value: Any, answer: bool) -> bool:
        self._step(Step("check", (value, answer), {}, ()))
        return answer

    def read(self, array: Any, how: str) -> Any:
        if how == ".item()" and self.part() == "update":
            number = Number(bare(array).item(), Value((), None, "t"))
            self._step(Step(".item(", (self.value_of(array),), {}, (number.value,)))
            return number
        raise self.refuse(
            f"{how} takes a value out of the computation, and what follows from it is not part of the program. "
            "Compute with tensors instead (mg.where), or do it outside of the compiled function"
        )

    def _changed(self, target: Any, name: str) -> Value:
        value: Value = self.value_of(target)
        if not isinstance(target, Traced) or value.constant is not None:
            raise self.refuse(
                f"{name.strip('.(')} writes into an array that was made within the function; make it of traced ones "
                "(such as by zeros_like), or hand it in"
            )
        return value

    # -- what is known of each step ------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        step.part = self.part()
        step.scope = self._scopes[-1] if self._scopes and step.part == "forward" else ""
        if step.part == "backward":
            node, argument = self.turn
            if node is not None:
                step.scope = self._scope_of.get(node, "")
                step.rule = functools.partial(said, step.name, node.operation, argument)
        if step.part == "backward" and self._in_walk is mode.walk is not None:  # on the same line as the step before
            step.place = self.steps[-1].place
        else:
            self._in_walk = mode.walk
            self._placed(step)
        self.steps.append(step)

    def _placed(self, step: Step) -> None:
        """Note the user's line that a step belongs to."""
        frame = caller()
        if frame is not None:
            here = frame.f_code, frame.f_lineno
            step.place = self._places.get(here)
            if step.place is None:
                step.place = self._places[here] = place_of(frame)
            self._name_assigned(frame)

    def _name_assigned(self, frame: FrameType | None) -> None:
        """When another line begins, what the one before has assigned is called by its name there."""
        before, self._last = self._last, None if frame is None else (frame, frame.f_lineno)
        if before is not None and before != self._last:
            for name in assigned_at(before[0].f_code, before[1]):
                variable = before[0].f_locals.get(name)
                array = variable.array if isinstance(variable, Variable) else None
                if isinstance(array, Traced) and array.value is not None and is_name(name) and not array.value.name:
                    array.value.name = name
