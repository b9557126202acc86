"""From one run of a function to a program that stands for it: what goes in, what comes out, what it leaves behind."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.engine.grad import grad
from minigrad.engine.mode import mode
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.program.answer import Answer
from minigrad.program.built import Built, Finish
from minigrad.program.number import Number
from minigrad.program.runnable import Effect, Runnable, Source, deliverer, forgetting
from minigrad.program.simplify import own_memory
from minigrad.program.single_node import single_node, split, traced_node
from minigrad.program.state import State
from minigrad.program.steps import Program, Value, leaves_of, mapped
from minigrad.program.trace import CannotCompileError, Trace
from minigrad.program.traced import Traced, bare


def build(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], state: State, before: dict[int, Any]
) -> tuple[Built, Any]:
    """Run `function` with a trace looking on: the program, and the answer of this run.

    `before` are the arrays that came from nowhere when it was traced before.
    """
    return _Run(function, state, before).of(args, kwargs)


class _Run:
    """One traced run: what the tensors held before, and where each input comes from."""

    def __init__(self, function: Callable[..., Any], state: State, before: dict[int, Any]) -> None:
        self.function, self.state = function, state
        self.name = getattr(function, "__name__", type(function).__name__)
        self.trace = Trace(state.modules, before)
        self.sources: dict[Value, Source] = {}
        self.lent: dict[int, tuple[Any, Any, Any, Source]] = {}
        """By identity: a tensor that the function sees, its array, its gradient, and where it comes from."""
        self.leaves: list[Any] = []
        self.seen: list[Any] = []
        """What the function sees for each of the leaves."""
        self.computed: dict[int, Any] = {}
        """By identity: what stands for a tensor that the run has computed, without traces."""

    def of(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Built, Any]:
        rates = [(group, group["lr"]) for group in self.state.rates]
        try:
            for name, tensor in self.state.tensors.values():
                self._lend(tensor, ("tensor", tensor), name)
            for group, rate in rates:
                group["lr"] = self.trace.given_number(rate, "lr")
                self.sources[group["lr"].value] = ("rate", group)
            self.names = _names(self.function, args, kwargs)
            args, kwargs = mapped(self._argument, (args, kwargs))
            with self.trace.running():
                answer = self.function(*args, **kwargs)
            return self._built(answer), mapped(self._settled, answer)
        finally:
            self._give_back()
            for group, rate in rates:
                group["lr"] = rate
            for tensor, *_ in self.lent.values():
                _strip(tensor)
            for _, tensor in State(*self.state.roots).tensors.values():  # those that the run itself has made
                _strip(tensor)

    # -- what goes in ------------------------------------------------------------------------------------------------

    def _lend(self, tensor: Any, source: Source, name: str) -> None:
        """Let the function see a tensor, and its gradient, with traced arrays."""
        if id(tensor) in self.lent:
            return
        held = getattr(tensor, "_grad", None)
        self.lent[id(tensor)] = (tensor, tensor.array, held, source)
        tensor.array = self._given(tensor.array, source, name)
        if isinstance(tensor.node, Leaf):
            self.trace.by_node[tensor.node] = tensor.array.value
        if held is not None:
            self._lend(held, ("grad", source), f"{name}.grad")

    def _given(self, array: Any, source: Source, name: str) -> Traced:
        traced = self.trace.given(array.view(), name)
        assert traced.value is not None
        self.sources[traced.value] = source
        return traced

    def _argument(self, leaf: Any) -> Any:
        number = len(self.leaves)
        name = self.names.get(id(leaf), "x")
        if isinstance(leaf, np.ndarray):
            self.leaves.append(leaf)
            self.seen.append(self._given(leaf, ("array", number), name))
        elif isinstance(leaf, Variable):
            for inner, outer in zip(self.seen, self.leaves, strict=True):
                if outer is leaf:
                    return inner
            if id(leaf) in self.lent:
                raise CannotCompileError("compile: an argument is also reached through the function; pass it one way")
            self.leaves.append(leaf)
            inner = leaf
            if leaf.node is not None and not isinstance(leaf.node, Leaf):  # a result: here its history ends
                inner = Variable.wrap(leaf.array)
                inner.node = Leaf(inner)
            self._lend(inner, ("leaf", number), name)
            self.seen.append(inner)
        else:
            return leaf
        return self.seen[-1]

    def _give_back(self) -> None:
        """Let the tensors have their own arrays again."""
        for tensor, array, _, _ in self.lent.values():
            if isinstance(tensor.array, Traced) and tensor.array.value in self.sources:
                tensor.array = array

    # -- what comes out ----------------------------------------------------------------------------------------------

    def _built(self, answer: Any) -> Built:
        """The program of the run that gave `answer`."""
        if any(isinstance(each, Traced | Number) for each in leaves_of(answer)):
            raise CannotCompileError("compile: the function returns a NumPy array or a number; return tensors")
        effects = list(self._effects())
        self.answer = Answer(answer, self._there())
        ends = self.answer.ends
        if any(isinstance(each.node, Leaf) for each in ends):
            raise CannotCompileError(
                "compile: the function returns a tensor that requires grad and that it has made itself; make it "
                "outside, and pass it"
            )
        results = [self.trace.value_of(each) for each in ends]
        self.sources |= {value: ("held", array) for value, array in self.trace.held.items()}
        left = [value for _, _, value in effects if value is not None]
        deliver = deliverer(effects, len(results))
        through = [each for each in ends if _passable(each.node) and id(each) not in self.lent]
        stepped = any(kind == "grad" for kind, _, _ in effects)  # it has called backward itself
        if through and mode.recording and not stepped:
            raw, finish = self._differentiable(ends, through, results, left, deliver)
        else:
            raw = Program(list(self.trace.inputs), self.trace.steps, [*results, *left])
            finish = functools.partial(
                _alone, sources=self.sources, effects=effects, deliver=deliver, results=len(results)
            )
            self.computed = {id(each): Variable.wrap(each.array.view(np.ndarray)) for each in ends}
        raw.note_aliases()
        rest = (self.answer.kept, [(kind, source, value is None) for kind, source, value in effects])
        return Built(raw, self.sources, self.state, finish, self.answer.rebuild(), self.trace.unseen, rest)

    def _there(self) -> dict[int, Source]:
        """By identity: where the tensors are that the function was given, and the gradients that they have now."""
        found: dict[int, Source] = {}
        for tensor, _, _, source in self.lent.values():
            if source[0] != "grad":
                found[id(tensor)] = source
                gradient = getattr(tensor, "_grad", None)
                if gradient is not None:
                    found[id(gradient)] = "grad", source
        return found

    def _effects(self) -> Any:
        """What the run has left in tensors: new arrays, and new gradients."""
        for tensor, _, held, source in self.lent.values():
            if not isinstance(tensor.array, Traced):
                raise CannotCompileError("compile: the memory of a tensor was exchanged for an array without a trace")
            if tensor.array.value not in self.sources:
                yield ("array", source, self.trace.value_of(tensor.array))
            now = getattr(tensor, "_grad", None)
            if now is not held:
                kind, where = source
                if kind == "leaf" and not isinstance(self.leaves[where].node, Leaf | None):
                    raise CannotCompileError(
                        "compile: the function calls backward, and an argument has a history of its own, through which "
                        "gradients would go on; return the loss and call backward outside, or pass argument.detach()"
                    )
                gradient = None if now is None else self.trace.value_of(now)
                if gradient is not None and held is not None and not gradient.name and gradient.of is None:
                    gradient.name = f"{self._name_of(tensor)}.grad"
                effect: Effect = ("grad", source, gradient)
                yield effect

    def _name_of(self, tensor: Any) -> str:
        """What the program calls a tensor that the function was lent."""
        array = tensor.array
        return array.value.name if isinstance(array, Traced) and array.value is not None else ""

    def _differentiable(
        self, ends: list[Any], through: list[Any], results: list[Value], left: list[Value], deliver: Any
    ) -> tuple[Program, Finish]:
        """The program with its backward pass, and what makes a single node of it."""
        trace = self.trace
        for step in trace.steps:  # gradients that the function has taken itself belong to its forward half
            step.part = "gradient" if step.part == "backward" else step.part
        seeds = [trace.given(np.ones_like(each.array.view(np.ndarray)), "g") for each in through]
        wanted = [(tensor, source) for tensor, _, _, source in self.lent.values() if isinstance(tensor.node, Leaf)]
        with trace.running():
            shares = grad(
                through, [each for each, _ in wanted], [Variable.wrap(g) for g in seeds], True, allow_unused=True
            )
        found = [(*each, trace.value_of(g)) for each, g in zip(wanted, shares, strict=True) if g is not None]
        inputs = [each for each in trace.inputs if each not in {seed.value for seed in seeds}]
        self.sources |= {value: ("held", array) for value, array in trace.held.items()}
        outputs = [*results, *left, *(value for _, _, value in found)]
        given = [each.value for each in seeds if each.value is not None]
        smooth = [any(each is one for one in through) for each in ends]
        targets = [source for _, source, _ in found]
        name, sources, count = self.name, self.sources, len(results)

        def finish(whole: Program) -> Callable[[list[Any]], Any]:
            for i, passes in enumerate(smooth):  # a view of an input would have the input's history, too
                whole.aliases[i] &= not passes
            halves = split(whole, inputs, given, count + len(left), sources)
            return single_node(name, halves, deliver, count, smooth, targets)

        outside = [self.leaves[place] if kind == "leaf" else tensor for tensor, (kind, place), _ in found]
        self._give_back()
        answers = traced_node(self.name, ends, through, [tensor for tensor, _, _ in found], outside)
        self.computed = {id(each): answer for each, answer in zip(ends, answers, strict=True)}
        return Program(list(trace.inputs), trace.steps, outputs), finish

    def _settled(self, leaf: Any) -> Any:
        """A leaf of the answer of the traced run, without traces."""
        if not isinstance(leaf, Variable):
            return leaf
        for inner, outer in zip(self.seen, self.leaves, strict=True):
            if leaf is inner:
                return outer
        return self.computed.get(id(leaf), leaf)


def _names(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[int, str]:
    """What the function calls its arguments, by their identity."""
    try:
        bound = inspect.signature(getattr(function, "forward", function)).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return {}
    return {id(each): name for name, each in bound.arguments.items()}


def _passable(node: Node | None) -> bool:
    """Whether there is a history, and nothing of it was freed by a backward pass of the function's own."""
    waiting = [] if node is None else [node]
    seen = set(waiting)
    while waiting:
        for target, _, values in waiting.pop().edges:
            if values is None:
                return False
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return node is not None


def _alone(
    whole: Program, sources: dict[Value, Source], effects: list[Effect], deliver: Callable[..., None], results: int
) -> Callable[[list[Any]], list[Any]]:
    """What runs a program through which no gradients pass."""
    whole = own_memory(whole, len(whole.outputs))
    whole.inputs = [each for each in whole.inputs if each in whole.used()]
    runnable = Runnable(forgetting(whole, sources, effects), sources)

    def run(leaves: list[Any]) -> list[Any]:
        found = runnable(leaves)
        deliver(leaves, found)
        return [Variable.wrap(np.asarray(each)) for each in found[:results]]

    return run


def _strip(tensor: Any) -> None:
    """A tensor that the run has made or changed, without traces: of its array, and of a history that is the run's."""
    for each in (tensor, getattr(tensor, "_grad", None)):
        if each is not None and isinstance(each.array, Traced):
            each.array = np.asarray(bare(each.array))
            if not isinstance(each.node, Leaf):
                each.node = None
