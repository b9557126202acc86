"""`viz.program(loss)`: what was recorded, and its gradients, written out as a program to read.

The rules are written with the same primitives as the forward pass, so a backward pass that records itself
(`create_graph`) is more of the same: calls, which become the steps of one program (`minigrad.program`).
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any

import numpy as np

from minigrad.engine.grad import grad
from minigrad.engine.mode import enable_grad
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.engine.observers import observers
from minigrad.engine.primitive import Operation
from minigrad.errors import GraphError
from minigrad.func.trace import history_of
from minigrad.program.promotion import cast, casts
from minigrad.program.rules import has_hooks, said
from minigrad.program.simplify import simplify
from minigrad.program.steps import Kernel, Program, Step, Value, leaves_of, mapped
from minigrad.program.text import Text
from minigrad.program.under_way import Turns
from minigrad.program.write import write
from minigrad.viz.engine import caller
from minigrad.viz.recording import records
from minigrad.viz.recording.names import namespace, variables_in
from minigrad.viz.recording.recorder import Recording, recording_of


def program(outputs: Any, inputs: Any = None, *, gradients: bool = True) -> Text:
    """The steps that led to `outputs`, and back to their gradients, written out as a NumPy program.

    Args:
        outputs: a tensor of one element that was made within `viz.record()`, or a list of tensors.
        inputs: the tensors to differentiate in; by default all leaves that require grad.
        gradients: whether the backward pass is written too (default True).

    The program returns the outputs, and then the gradient of their sum in each input. Its arguments are called as the
    user's code calls them. Gradients that were themselves recorded, with `create_graph`, can be written in their turn.

    GraphError where nothing was recorded, where the graph was freed by a backward pass, or where a step is no operation
    of the tables (an `autograd.Function`, a hook).

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> with viz.record():
    ...     loss = (x * x).sum()
    >>> program = viz.program(loss)  # print(program) shows it
    >>> program.returns
    ['loss', 'g_x']
    >>> of_x, g_x = program(x=mg.tensor([3.0, 4.0]).numpy())
    >>> float(of_x), g_x.tolist()
    (25.0, [6.0, 8.0])
    """
    ends: list[Any] = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    for each in ends:
        if not isinstance(each, Variable):
            raise TypeError(f"program: expected a tensor, or several, not {type(each).__name__}")
    recording = next((found for found in map(recording_of, ends) if found is not None), None)
    if recording is None:
        raise GraphError("program: these tensors were not recorded; compute them within `with viz.record():`")
    reader = _Reader(recording, caller())
    if gradients:
        leaves = _leaves(ends) if inputs is None else list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        reader.backward(ends, leaves)
    written = write(simplify(reader.program(ends)))
    arrays = {name: np.asarray(reader.arrays.get(value, value.constant)) for name, value in written.arguments.items()}
    return Text(written, arrays)


def _leaves(ends: Sequence[Any]) -> list[Any]:
    """The leaves that gradients come to rest in, oldest first."""
    nodes = {node for end in ends if end.node is not None for node in history_of(end.node) if isinstance(node, Leaf)}
    found = [node.variable for node in sorted(nodes, key=lambda each: each.order)]
    return [each for each in found if each is not None]


class _Reader:
    """From what a recording knows to steps."""

    def __init__(self, recording: Recording, frame: FrameType | None) -> None:
        self.recording = recording
        self.around = [] if frame is None else list(variables_in(namespace(frame, globals=True)))
        self.values: dict[records.Value | None, Value] = {}
        self.by_memory: dict[int, Value] = {}
        self.arrays: dict[Value, Any] = {}
        self.inputs: list[Value] = []
        self.steps: list[Step] = []
        self.gradients: list[Value] = []
        self.back = False
        self.held: list[Any] = []  # what is known by its memory must not be freed
        for each in recording.calls:
            self._call(each, "forward")

    # -- values --------------------------------------------------------------------------------------------------

    def value(self, known: records.Value) -> Any:
        """What stands in the program for a value of the recording: a Value, or a number."""
        if known.dtype is None:
            return known.array
        if known not in self.values:
            unnamed = not known.name and not known.is_parameter and known.node is None and _uniform(known.array)
            if (
                self.back or unnamed or not known.is_tensor
            ):  # an array that an operation, or the backward pass, made up for itself
                self.values[known] = self._given(known.array, known.source)
            else:
                value = Value(tuple(known.shape), known.dtype, known.name)
                self.values[known] = value
                self.by_memory[id(known.source)] = value
                self.arrays[value] = known.array
                self.inputs.append(value)
        return self.values[known]

    def _given(self, array: Any, source: Any = None) -> Value:
        found = self.by_memory.get(id(array if source is None else source))
        return found or Value(np.shape(array), np.asarray(array).dtype, constant=array)

    def _static(self, key: str, leaf: Any) -> Any:
        """A keyword: an array is known by its memory, or by the numbers of an argument of whole numbers."""
        if not isinstance(leaf, np.ndarray):
            return leaf
        known = self.by_memory.get(id(leaf))
        if known is not None:
            return known
        for each in self.recording.asides:
            if any(array is leaf for array in leaves_of(each.answer)):
                return self._aside(each, leaf)
        for value, array in self.arrays.items():
            whole = leaf.size > 1 and leaf.dtype.kind in "iub" and array is not None and array.dtype == leaf.dtype
            if whole and array.size == leaf.size and np.array_equal(array.ravel(), leaf.ravel()):
                return self._shaped(value, leaf.shape)
        for name, variable in self.around:  # whole numbers that no operation was given as a tensor, such as classes
            array = variable.array
            whole = leaf.dtype.kind == array.dtype.kind == "i" and array.size == leaf.size > 1
            if whole and np.array_equal(array.ravel(), leaf.ravel()):
                given = Value(array.shape, array.dtype, name)
                self.arrays[given] = array
                self.inputs.append(given)
                return self._shaped(given, leaf.shape)
        constant = Value(leaf.shape, leaf.dtype, key, constant=leaf, says="as it was in this run")
        self.by_memory[id(leaf)] = constant
        return constant

    def _aside(self, known: records.Aside, leaf: Any) -> Value:
        """One of the arrays that were computed beside the graph, by a step that computes them again."""
        args = tuple(self.value(each) if isinstance(each, records.Value) else each for each in known.arguments)
        keywords = {key: self._static(key, each) for key, each in known.keywords.items()}
        results = [Value(each.shape, each.dtype) for each in leaves_of(known.answer)]
        for array, value in zip(leaves_of(known.answer), results, strict=True):
            self.by_memory[id(array)] = value
        kernel = Kernel(known.function.__name__.strip("_"), known.function)
        unpacks = isinstance(known.answer, tuple)
        self.steps.append(Step(kernel, args, keywords, tuple(results), unpacks=unpacks))
        return self.by_memory[id(leaf)]

    def _shaped(self, value: Value, shape: tuple[int, ...]) -> Value:
        if value.shape == shape:
            return value
        result = Value(shape, value.dtype)
        self.steps.append(Step(".reshape(", (value, shape), {}, (result,)))
        return result

    # -- steps ---------------------------------------------------------------------------------------------------

    def _call(self, known: records.Call, part: str, why: str = "") -> None:
        if known.in_place:
            raise GraphError(
                f"program: {known.place or 'a line'} changes a tensor in place ({known.operation.name}); write the "
                "program of a computation without in-place changes, or compile the function"
            )
        args = [self.value(each) for each in known.arguments]
        for i, dtype in self._casts(known).items():
            args[i], steps = cast(args[i], dtype)
            for each in steps:
                each.part = part
                self.steps.append(each)
        for _, needed, saved in known.result.node.edges if known.result.node is not None else ():
            for need, array in zip(needed.needs, saved or (), strict=False):  # what a rule has saved of an argument
                if need in known.operation.parameters and isinstance(array, np.ndarray):
                    given = args[known.operation.parameters.index(need)]
                    if isinstance(given, Value):
                        self.by_memory.setdefault(id(array), given)
                        self.held.append(array)
        static = {key: mapped(functools.partial(self._static, key), each) for key, each in known.static.items()}
        made = known.result
        result = Value(tuple(made.shape), made.dtype, made.name)
        self.values[made] = result
        self.by_memory[id(made.source)] = result
        scope = known.scope
        described = "" if scope is None else f"{scope.name or scope.path}: {scope.kind}"
        self.steps.append(Step(known.operation, tuple(args), static, (result,), part, described, why, known.place))

    @staticmethod
    def _casts(known: records.Call) -> dict[int, Any]:
        arrays = [Variable.wrap(each.source) if each.is_tensor else each.array for each in known.arguments]
        return casts(known.operation, arrays, known.result.dtype)

    def backward(self, ends: Sequence[Any], leaves: Sequence[Any]) -> None:
        """Walk back from `ends` with the recording looking on, and keep what it sees as steps."""
        for end in ends:
            for each in history_of(end.node):
                if has_hooks(each):
                    raise GraphError(f"program: a hook on the gradient of {each.name} cannot be written out")
                if each.operation is None and not isinstance(each, Leaf):
                    raise GraphError(f"program: {each.name} is no operation of the tables and cannot be written out")
        watch = _Watch(self.recording)
        observers.append(watch)
        try:
            with enable_grad():
                found = grad(list(ends), list(leaves), create_graph=True, allow_unused=True)
        finally:
            observers.remove(watch)
        self.back = True
        scopes = {call.result.node: call.scope for call in self.recording.calls}
        for call, (node, argument) in zip(watch.calls, watch.rules, strict=True):
            call.scope = scopes.get(node)
            self._call(call, "backward", said(call.operation.name, None if node is None else node.operation, argument))
        for arrived, g in watch.arrived:
            made, of = watch.values.of(g), self.recording.of_node(arrived)
            value = None if made is None else self.values.get(made)
            if value is not None and of in self.values and value.of is None and value.constant is None:
                value.of = self.values[of]
        for leaf, g in zip(leaves, found, strict=True):
            known = None if g is None else watch.values.of(g)
            if known is None:
                constant = np.zeros_like(leaf.array) if g is None else g.array
                self.gradients.append(Value(constant.shape, constant.dtype, constant=constant))
            else:
                gradient = self.value(known)
                source = self._of_variable(leaf)
                if gradient.of is None and gradient not in self.inputs:
                    gradient.of, gradient.name = source, ""
                self.gradients.append(gradient)

    def _of_variable(self, variable: Variable) -> Value | None:
        known = self.recording.value_of(variable)
        return None if known is None else self.values.get(known)

    def program(self, ends: Sequence[Any]) -> Program:
        """The whole, from what it is given to the outputs and their gradients."""
        outputs = []
        for end in ends:
            value = self._of_variable(end)
            if value is None:
                raise GraphError("program: one of the outputs was not made within the recording")
            outputs.append(value)
        return Program(self.inputs, self.steps, [*outputs, *self.gradients])


def _uniform(array: Any) -> bool:
    """Whether an array is one number everywhere, as the first states of a recurrent layer are."""
    return bool(np.size(array) and np.all(array == np.asarray(array).flat[0]))


class _Watch(Turns, Recording):
    """A recording of a backward pass. It goes on where another has ended, and leaves that one as it is."""

    def __init__(self, before: Recording) -> None:
        super().__init__()
        self.values._by_node = dict(before.values._by_node)
        self.values._by_memory = dict(before.values._by_memory)
        self.rules: list[tuple[Node | None, str]] = []
        """For each call: the node whose rule it is part of, or whose shares are added up, and the rule's argument."""
        self.arrived: list[tuple[Node, Any]] = []
        """The gradients of nodes, complete."""
        self._results: list[Any] = []  # what a value is known by must not be freed, and its memory taken by another
        self._thread = threading.get_ident()

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Any) -> None:
        super().forward(operation, args, static, result)
        del result.__dict__["recording"]
        self._results.append(result)
        self.rules.append(self.turn)

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        self.arrived.append((node, g))
