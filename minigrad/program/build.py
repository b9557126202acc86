"""From one run of a function to a program that stands for it: what goes in, what comes out, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.engine.function import Function, once_differentiable
from minigrad.engine.grad import grad
from minigrad.engine.mode import mode
from minigrad.engine.node import Leaf, Variable
from minigrad.engine.versions import writes
from minigrad.errors import GraphError
from minigrad.program.simplify import simplify
from minigrad.program.state import State
from minigrad.program.steps import Program, Step, Value, mapped
from minigrad.program.trace import CannotCompileError, Trace
from minigrad.program.traced import Number, Traced, bare
from minigrad.program.write import Written, write
from minigrad.random.generator import default_generator


Source = tuple[str, Any]
"""Where an input comes from: ('leaf', its number), ('tensor', it), ('grad', its tensor), ('rate', its group)."""


class Runnable:
    """A program, and the text of it that runs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        written = program.written()
        self.writes = [each for each in program.inputs if each.root in written]
        used = {each for step in program.steps for each in step.reads()} | set(program.outputs)
        used |= {each for step in program.steps for each in step.writes}
        program.inputs = [each for each in program.inputs if each in used]
        self.text: Written = write(program, nested=False, running=True)
        room: dict[str, Any] = {"__name__": "minigrad.program.text", "np": np, **self.text.kernels.functions()}
        room |= {name: value.constant for name, value in self.text.arguments.items() if value.constant is not None}
        exec(builtin_compile(self.text.function(), "<program>", "exec"), room)
        self.call: Callable[..., tuple[Any, ...]] = room["program"]
        self.draws = any(step.draws for step in program.steps)


builtin_compile = compile


class Built:
    """A program for calls of one kind."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.holds = state.test()
        self.changed = state.changed
        self.confirmed = False
        self.spoiled_by = ""
        self.run: Callable[[list[Any]], Any]
        self.whole: Program
        self.constants: list[Value] = []
        self._source = ""

    @property
    def source(self) -> str:
        """The text, with all kernels it needs."""
        if not self._source:
            self._source = write(self.whole).file()
        return self._source

    def differs(self, other: Built) -> str:
        """How a second look at the function differed from the first; empty if it did not."""
        for ours, theirs in zip(self.whole.steps, other.whole.steps, strict=False):
            if ours.name != theirs.name:
                return f"{theirs.line} does something else at each call ({ours.name}, then {theirs.name})"
            for mine, yours in zip(_fixed(ours), _fixed(theirs), strict=False):
                if mine is not yours and not _alike(mine, yours):
                    return (
                        f"{theirs.line}: {theirs.name} is given an array whose numbers are not the same at each call, "
                        "and nothing says where they come from (random numbers of NumPy's own, a value that was "
                        "read outside of the package). Pass it as an argument"
                    )
        return (
            "" if len(self.whole.steps) == len(other.whole.steps) else "the function does not do the same at each call"
        )


def _fixed(step: Step) -> list[Any]:
    """What is built into a step: numbers, and constant arrays."""
    found: list[Any] = []

    def visit(leaf: Any) -> Any:
        if isinstance(leaf, Value):
            found.append(leaf.constant)
        else:
            found.append(leaf)
        return leaf

    mapped(visit, (step.args, step.static))
    return found


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if a is None or b is None or np.shape(a) != np.shape(b):
            return False
        return np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
    return type(a) is type(b) and (a == b or a != a)


def build(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], state: State
) -> tuple[Built, Any]:
    """Run `function` with a trace looking on: the program, and the answer of this run."""
    return _Run(state).of(function, args, kwargs)


class _Run:
    """One traced run: what the tensors held before, and where each input came from."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.trace = Trace(state.modules)
        self.sources: list[Source] = []
        self.held: dict[int, tuple[Any, Any, Any]] = {}  # tensors: itself, its array, its gradient
        self.given: list[Any] = []  # the tensors that the function sees for the leaves of its arguments
        self.leaves: list[Any] = []

    def of(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Built, Any]:
        self.name = getattr(function, "__name__", type(function).__name__)
        rates = [(group, group["lr"]) for _, group in self.state.rates]
        try:
            for name, tensor in self.state.tensors.values():
                self._lend(tensor, ("tensor", tensor), name)
            for (name, group), (_, rate) in zip(self.state.rates, rates, strict=True):
                group["lr"] = self.trace.given_number(rate, name)
                self.sources.append(("rate", group))
            args, kwargs = mapped(self._argument, (args, kwargs))
            with self.trace.running():
                answer = function(*args, **kwargs)
            built = self._built(answer)
            return built, self._settled(answer)
        finally:
            self._give_back()
            for tensor, _, _ in self.held.values():
                grad_ = getattr(tensor, "_grad", None)
                if grad_ is not None:
                    _strip(grad_)
            for group, rate in rates:
                group["lr"] = rate
            for _, tensor in State(function).tensors.values():
                _strip(tensor)

    def _give_back(self) -> None:
        """Let the tensors have their own arrays again."""
        for tensor, array, _ in self.held.values():
            if isinstance(tensor.array, Traced) and tensor.array.value in self.trace.inputs:
                tensor.array = array

    # -- what goes in ------------------------------------------------------------------------------------------------

    def _lend(self, tensor: Any, source: Source, name: str) -> None:
        """Let the function see a tensor with a traced array."""
        if id(tensor) in self.held:
            return
        held = getattr(tensor, "_grad", None)
        self.held[id(tensor)] = (tensor, tensor.array, held)
        tensor.array = traced = self.trace.given(tensor.array.view(), name)
        if isinstance(tensor.node, Leaf) and traced.value is not None:
            self.trace.leaf(tensor.node, traced.value)
        self.sources.append(source)
        if held is not None and id(held) not in self.held:
            self._lend(held, ("grad", source), f"{name}.grad")

    def _argument(self, leaf: Any) -> Any:
        if isinstance(leaf, Variable):
            number = len(self.leaves)
            self.leaves.append(leaf)
            if leaf.node is not None and not isinstance(leaf.node, Leaf):  # the program begins here
                inner: Any = Variable.wrap(leaf.array)
                inner.node = Leaf(inner)
            else:
                inner = leaf
            self._lend(inner, ("leaf", number), f"x{number + 1}" if number else "x")
            self.given.append(inner)
            return inner
        if isinstance(leaf, np.ndarray):
            self.leaves.append(leaf)
            self.given.append(leaf)
            self.sources.append(("leaf", len(self.leaves) - 1))
            return self.trace.given(leaf.view(), "x")
        return leaf

    # -- what comes out ----------------------------------------------------------------------------------------------

    def _built(self, answer: Any) -> Built:
        self.ends: list[Any] = []
        mapped(lambda leaf: self.ends.append(leaf) if isinstance(leaf, Variable) else None, answer)
        for leaf in _leaves(answer):
            if isinstance(leaf, Traced | Number):
                raise CannotCompileError("compile: the function returns a NumPy array or a number; return tensors")
        effects = self._effects()
        through = [each for each in self.ends if each.node is not None and id(each) not in self.held and mode.recording]
        stepped = any(kind == "grad" for kind, _, _ in effects)
        built = Built(self.state)
        outputs = [self.trace.value_of(each) for each in self.ends]
        left = [value for _, _, value in effects if value is not None]
        if through and not stepped:
            self._single_node(built, answer, outputs, effects, left, through)
        else:
            program = Program(list(self.trace.inputs), self.trace.steps, [*outputs, *left])
            built.whole = simplify(program)
            _own_copies(program, len(outputs))
            built.run = self._direct(Runnable(program), answer, effects)
        return built

    def _effects(self) -> list[tuple[str, Any, Value | None]]:
        """What the run has left in tensors: new arrays, and new gradients."""
        found: list[tuple[str, Any, Value | None]] = []
        for (tensor, array, held), source in zip(self.held.values(), list(self._tensor_sources()), strict=True):
            if not isinstance(tensor.array, Traced) or tensor.array.value is not self.trace._by_id[id(tensor.array)][1]:
                raise CannotCompileError("compile: the memory of a tensor was exchanged by an array that left no trace")
            if tensor.array.value not in self.trace.inputs:
                found.append(("array", source, tensor.array.value))
            now = getattr(tensor, "_grad", None)
            if now is not held:
                found.append(("grad", source, None if now is None else self.trace.value_of(now)))
        return found

    def _tensor_sources(self) -> Any:
        return (
            each
            for each in self.sources
            if each[0] != "rate" and not (each[0] == "leaf" and isinstance(self.leaves[each[1]], np.ndarray))
        )

    def _settled(self, answer: Any) -> Any:
        """The answer of the traced run, without traces."""
        inner = {id(given): leaf for given, leaf in zip(self.given, self.leaves, strict=True)}

        def plain(leaf: Any) -> Any:
            if not isinstance(leaf, Variable):
                return leaf
            if id(leaf) in inner or id(leaf) in self.held:
                return inner.get(id(leaf), leaf)
            return self.answers[id(leaf)]

        return mapped(plain, answer)

    # -- how it runs ---------------------------------------------------------------------------------------------------

    def _fetch(self, runnable: Runnable) -> Callable[[list[Any]], list[Any]]:
        """A function that gathers the inputs of a program."""
        sources = dict(zip(self.trace.inputs, self.sources, strict=False))
        room: dict[str, Any] = {}
        parts = []
        for number, value in enumerate(runnable.program.inputs):
            parts.append(_place(sources[value], room, number, self.leaves))
        if runnable.draws:
            room["generator"] = default_generator
            parts.insert(0, "generator.numpy")
        exec(f"def fetch(leaves):\n    return ({', '.join(parts)}{',' if parts else ''})", room)
        return room["fetch"]  # type: ignore[no-any-return]

    def _direct(self, runnable: Runnable, answer: Any, effects: list[tuple[str, Any, Value | None]]) -> Any:
        """The run of a program through which no gradient passes."""
        fetch, call = self._fetch(runnable), runnable.call
        rebuild, leave = self._rebuild(answer), self._leave(effects, len(self.ends))
        noted = self._noted(runnable)
        self.answers = {id(each): Variable.wrap(_plain(each.array)) for each in self.ends}

        def run(leaves: list[Any]) -> Any:
            with np.errstate(all="ignore"):
                results = call(*fetch(leaves))
            for note in noted:
                note(leaves)
            if leave is not None:
                leave(leaves, results)
            return rebuild(leaves, results)

        return run

    def _noted(self, runnable: Runnable) -> list[Callable[[list[Any]], None]]:
        """The memory that a program changes is noted as changed, for graphs that have saved it."""
        sources = dict(zip(self.trace.inputs, self.sources, strict=False))
        found = []
        for value in runnable.writes:
            kind, where = sources[value]
            if kind == "leaf":
                found.append(lambda leaves, where=where: writes.note(leaves[where].array, "a compiled function"))
            elif kind == "tensor" and ".state" not in value.name:
                found.append(lambda leaves, where=where: writes.note(where.array, "a compiled function"))
        return found

    def _leave(self, effects: list[tuple[str, Any, Value | None]], first: int) -> Any:
        """A function that puts new arrays and gradients where the run has left them."""
        if not effects:
            return None
        lines, room = ["def leave(leaves, results):"], {"wrap": Variable.wrap, "asarray": np.asarray}
        position = first
        for number, (kind, source, value) in enumerate(effects):
            holder = _holder(source, room, number)
            if value is None:
                lines.append(f"    {holder}._grad = None")
                continue
            new = f"asarray(results[{position}])"
            lines.append(f"    {holder}.array = {new}" if kind == "array" else f"    {holder}._grad = wrap({new})")
            position += 1
        exec("\n".join(lines), room)
        return room["leave"]

    def _rebuild(self, answer: Any, wrap: Callable[[Any], Any] | None = None) -> Any:
        """A function that puts the results of a program where the answer had its tensors."""
        inner = {id(given): number for number, given in enumerate(self.given)}
        held, count = self.held, iter(range(len(self.ends)))

        def planned(leaf: Any) -> Any:
            if not isinstance(leaf, Variable):
                return lambda leaves, results: leaf
            number = next(count)
            if id(leaf) in inner:
                place = inner[id(leaf)]
                return lambda leaves, results: leaves[place]
            if id(leaf) in held:
                return lambda leaves, results: leaf
            return lambda leaves, results: results[number] if wrap else Variable.wrap(np.asarray(results[number]))

        plan = mapped(planned, answer)
        if callable(plan):
            return plan
        return lambda leaves, results: mapped(lambda each: each(leaves, results), plan)

    def _single_node(
        self, built: Built, answer: Any, outputs: list[Value], effects: Any, left: list[Value], through: list[Any]
    ) -> None:
        """The run of a program that a gradient passes through as through one operation."""
        trace = self.trace
        wanted = [each for each, _, _ in self.held.values() if isinstance(each.node, Leaf)]
        sources = {id(each[0]): source for each, source in zip(self.held.values(), self._tensor_sources(), strict=True)}
        forward_inputs = list(trace.inputs)
        seeds = [trace.given(np.ones_like(_plain(each.array)), "g") for each in through]
        seed_values = [each.value for each in seeds]
        with trace.running():
            found = grad(through, wanted, [Variable.wrap(each) for each in seeds], create_graph=True, allow_unused=True)
        gradients = [None if each is None else trace.value_of(each) for each in found]
        wanted = [each for each, value in zip(wanted, gradients, strict=True) if value is not None]
        gradients = [each for each in gradients if each is not None]
        count = len(outputs) + len(left)
        whole = built.whole = simplify(Program(list(trace.inputs), trace.steps, [*outputs, *left, *gradients]))
        ends, gradients = whole.outputs[:count], whole.outputs[count:]
        ahead = [step for step in whole.steps if step.part != "backward"]
        back = [step for step in whole.steps if step.part == "backward"]
        made = {result for step in ahead for result in step.results}
        for each in {each.root for step in ahead for each in step.writes} & {v.root for s in back for v in s.reads()}:
            if each not in made:
                raise CannotCompileError("compile: a value that the gradient needs is changed in place by the function")
        saved = list(dict.fromkeys(each for step in back for each in step.reads() if each in made))
        saved += [each for each in dict.fromkeys(gradients) if each in made and each not in saved]
        forward = Runnable(_own_copies(Program(forward_inputs, ahead, [*ends, *saved]), len(outputs)))
        backward = Runnable(_own_copies(Program([*forward_inputs, *seed_values, *saved], back, gradients), 0))
        fetch, call = self._fetch(forward), forward.call
        noted, leave = self._noted(forward), self._leave(effects, len(outputs))
        rebuild = self._rebuild(answer, wrap=lambda each: each)
        differentiable = [any(each is one for one in through) for each in self.ends]
        places = {value: number for number, value in enumerate(forward_inputs)}
        reads = [each for each in backward.program.inputs if each in places]
        positions = {value: number for number, value in enumerate([*reads, *seed_values, *saved])}
        order = [positions[each] for each in backward.program.inputs]
        from_outside = self._fetch_values(reads)
        targets = [sources[id(each)] for each in wanted]
        room: dict[str, Any] = {}
        exec(
            "def tensors(leaves):\n    return ["
            + ", ".join(_holder(each, room, number) for number, each in enumerate(targets))
            + "]",
            room,
        )
        first_saved = len(ends)

        class Single(Function):
            """The compiled function in the graph."""

            @staticmethod
            def forward(ctx: Any, leaves: list[Any], holder: list[Any], *tensors: Any) -> Any:
                with np.errstate(all="ignore"):
                    results = call(*fetch(leaves))
                for note in noted:
                    note(leaves)
                if leave is not None:
                    leave(leaves, results)
                holder.append(results)
                ctx.save_for_backward(
                    *(Variable.wrap(np.asarray(each)) for each in (*from_outside(leaves), *results[first_saved:]))
                )
                made = tuple(Variable.wrap(np.asarray(each)) for each in results[: len(outputs)])
                ctx.mark_non_differentiable(*(each for each, smooth in zip(made, differentiable) if not smooth))
                return made

            @staticmethod
            @once_differentiable
            def backward(ctx: Any, *gradients: Any) -> Any:
                kept = [each.array for each in ctx.saved_tensors]
                given = [each.array for each, smooth in zip(gradients, differentiable) if smooth]
                values = [*kept[: len(reads)], *given, *kept[len(reads) :]]
                with np.errstate(all="ignore"):
                    shares = backward.call(*(values[each] for each in order))
                return (None, None, *(Variable.wrap(np.asarray(each)) for each in shares))

        tensors = room["tensors"]

        def run(leaves: list[Any]) -> Any:
            return rebuild(leaves, Single.apply(leaves, [], *tensors(leaves)))

        built.run = run

        class First(Single):
            """The traced run itself: its results are there already, and its gradients go through its own graph."""

            @staticmethod
            def forward(ctx: Any, made: Any, holder: list[Any], *tensors: Any) -> Any:
                ctx.mark_non_differentiable(*(each for each, smooth in zip(made, differentiable) if not smooth))
                return tuple(made)

            @staticmethod
            @once_differentiable
            def backward(ctx: Any, *gradients: Any) -> Any:
                given = [each for each, smooth in zip(gradients, differentiable) if smooth]
                return (None, None, *grad(through, wanted, given, retain_graph=True, allow_unused=True))

        Single.__name__ = First.__name__ = self.name
        plain = [Variable.wrap(_plain(each.array)) for each in self.ends]
        originals = [
            self.leaves[where] if kind == "leaf" else each for each, (kind, where) in zip(wanted, targets, strict=True)
        ]
        self._give_back()
        results = First.apply(plain, [], *originals)
        self.answers = {id(each): result for each, result in zip(self.ends, results, strict=True)}

    def _fetch_values(self, values: Sequence[Value]) -> Callable[[list[Any]], tuple[Any, ...]]:
        sources = dict(zip(self.trace.inputs, self.sources, strict=False))
        room: dict[str, Any] = {}
        parts = [_place(sources[value], room, number, self.leaves) for number, value in enumerate(values)]
        exec(f"def fetch(leaves):\n    return ({', '.join(parts)}{',' if parts else ''})", room)
        return room["fetch"]  # type: ignore[no-any-return]


def _own_copies(program: Program, count: int) -> Program:
    """Outputs that would be the same array as an input, or as each other, get memory of their own."""
    taken: set[Value] = set(program.inputs)
    outputs = []
    for position, value in enumerate(program.outputs):
        is_input = value in program.inputs and position < count and value.whole is None
        if value.constant is not None or (value in taken and not (is_input and False)):
            copy = Value(value.shape, value.dtype)
            name = ".copy(" if value.constant is None else "np.array("
            program.steps.append(Step(name, (value,), {}, (copy,), part="update"))
            value = copy
        taken.add(value)
        outputs.append(value)
    program.outputs = outputs
    return program


def _holder(source: Source, room: dict[str, Any], number: int) -> str:
    """An expression for the tensor that an input is of."""
    kind, where = source
    if kind == "leaf":
        return f"leaves[{where}]"
    if kind == "grad":
        return f"{_holder(where, room, number)}._grad"
    room[f"t{number}"] = where
    return f"t{number}"


def _place(source: Source, room: dict[str, Any], number: int, leaves: list[Any]) -> str:
    """An expression for the array, or the number, that an input is."""
    kind, where = source
    if kind == "rate":
        room[f"t{number}"] = where
        return f"t{number}['lr']"
    if kind == "leaf" and isinstance(leaves[where], np.ndarray):
        return f"leaves[{where}]"
    return f"{_holder(source, room, number)}.array"


def _leaves(tree: Any) -> list[Any]:
    found: list[Any] = []
    mapped(found.append, tree)
    return found


def _plain(array: Any) -> Any:
    return np.asarray(bare(array))


def _strip(tensor: Any) -> None:
    """A tensor without traces: of its array, and of its history if that is the trace's."""
    if isinstance(tensor.array, Traced):
        tensor.array = _plain(tensor.array)
        if not isinstance(tensor.node, Leaf):
            tensor.node = None
    held = getattr(tensor, "_grad", None)
    if held is not None:
        held.array = _plain(held.array)
        held.node = None
