"""Why a tensor has no gradient: the question that every newcomer asks, answered in one sentence.

What can be known without a recording is read from the tensor, and from the graphs of the tensors that the code around
the call still has under a name. Within `viz.record()` the line where a gradient was lost is known too.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType
from typing import Any, NamedTuple

from minigrad.viz.engine import Leaf, Node, Place, Variable, caller
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.cuts import at, cuts, detached_at, is_whole, leak, vertex_of
from minigrad.viz.graph.elements import Edge, Graph
from minigrad.viz.recording.names import modules_in, namespace, parameters_in, variables_in
from minigrad.viz.recording.recorder import Recording, recording_of
from minigrad.viz.recording.records import Call, Value
from minigrad.viz.recording.values import is_frozen

MOST_ENDS = 16
"""So many tensors are followed back in search of the one in question."""


class End(NamedTuple):
    """A tensor from which a gradient may have started."""

    name: str
    graph: Graph
    started: bool
    """Whether a recorded backward pass began there."""


def why_no_grad(tensor: Variable, loss: Variable | None = None) -> str:
    """Says why `tensor.grad` is None, and what to do.

    `loss` is the tensor that backward was called on; without it those that were recorded, or that the calling code has
    under a name, are tried. Raises TypeError if either is no tensor, GraphError if `loss` has no graph.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> w = mg.tensor(2.0, requires_grad=True)
    >>> y = w * 3
    >>> (y * y).backward()
    >>> viz.why_no_grad(y).partition(",")[0]
    '`y` is not a leaf: mul made it'
    """
    for given, what in ((tensor, "tensor"), (tensor if loss is None else loss, "loss")):
        if not isinstance(given, Variable):
            raise TypeError(f"why_no_grad: {what} must be a tensor, not {type(given).__name__}")
    answer = _Inquiry(tensor, loss, caller()).answer()
    return answer[0].upper() + answer[1:]  # it may begin with "this tensor"


class _Inquiry:
    def __init__(self, tensor: Any, loss: Variable | None, frame: FrameType | None) -> None:
        self.tensor = tensor
        self.loss = loss
        self.frame = frame
        self.names = {} if frame is None else namespace(frame)
        self.recording: Recording | None = recording_of(tensor)
        if self.recording is None and loss is not None:
            self.recording = recording_of(loss)
        self.value = None if self.recording is None else self.recording.value_of(tensor)
        self.name = self._name_of(tensor)

    def answer(self) -> str:
        tensor = self.tensor
        held = tensor.grad if tensor.is_leaf or tensor.retains_grad else None
        if held is not None:
            return f"The .grad of {self.name} is not None: it holds a gradient of shape {tuple(held.shape)}."
        if tensor.array.dtype.kind != "f":
            return (
                f"{self.name} holds {tensor.dtype.name}, and only floating point numbers have derivatives: convert it "
                "by .float(), and call requires_grad_() on that before it is used."
            )
        if tensor.node is None:
            return self._not_required()
        if not isinstance(tensor.node, Leaf) and not tensor.retains_grad:
            return (
                f"{self.name} is not a leaf: {tensor.node.name} made it{at(self._place())}, and the gradients of "
                "results are not kept. Call retain_grad() on it before backward()."
            )
        return self._not_reached()

    # -- a tensor without a history ------------------------------------------------------------------------------

    def _not_required(self) -> str:
        if self.value is not None and is_frozen(self.tensor, self.value):
            frozen = f"{self.name} is frozen: its requires_grad was True, and is False now."
            return f"{frozen} Call requires_grad_() on it before it is used."
        source = self._detached_from()
        if source is not None:
            name, line = source
            return (
                f"{self.name} was detached{line}: it shows the numbers of {name}, but has no history, so no gradient "
                f"comes to it. Use {name} itself, or call requires_grad_() to begin a new history here."
            )
        call = None if self.value is None else self.value.made_by
        if call is not None and not call.recording:
            return (
                f"{self.name} was made under no_grad{at(call.place)}, where nothing is recorded: compute it outside "
                "of no_grad."
            )
        if call is not None and any(call.traced):
            return (
                f"{self.name} was made by {call.title}{at(call.place)}, which has no derivative: no gradient passes it."
            )
        left = self._leaks()
        if call is not None:
            made = f"{self.name} was made by {call.title}{at(call.place)} from values of which none requires grad"
            return (
                f"{made}: {left}."
                if left
                else (f"{made}: call requires_grad_() on the input whose gradient you want, before it is used.")
            )
        if left:
            return f"{self.name} does not require grad: {left}."
        return (
            f"{self.name} does not require grad (its requires_grad is False): make it with requires_grad=True, or call "
            "requires_grad_() on it before it is used. A result of no_grad or detach() is like this too; within "
            "`with viz.record():` the line is known."
        )

    def _leaks(self) -> str:
        """Where the numbers of a variable that requires grad leave the graph, if the code around says so."""
        for name, other in variables_in(self.names):
            found = leak(self.frame, name) if other.node is not None and other is not self.tensor else None
            if found is not None:
                return f"at {found.place} {found.words}"
        return ""

    def _leak(self) -> str:
        """The same of the tensor in question, as a sentence."""
        found = leak(self.frame, self.name.strip("`"))
        return f"{self.name} is used at {found.place}, but {found.words}." if found is not None else ""

    def _detached_from(self) -> tuple[str, str] | None:
        """The tensor whose memory this one shows without its history, and where that happened."""
        value = self.value
        if value is not None and value.node is not None:
            made = value.made_by.place if value.made_by is not None else None
            here = None if self.frame is None else Place(self.frame.f_code.co_filename, self.frame.f_lineno, "")
            name = f"`{value.name}`" if value.name and f"`{value.name}`" != self.name else "the original"
            return name, detached_at(made, here, value.name)
        for name, other in variables_in(self.names):
            if other.array is self.tensor.array and other.node is not None:
                return f"`{name}`", ""
        return None

    # -- a tensor that waits for its gradient --------------------------------------------------------------------

    def _not_reached(self) -> str:
        node = self.tensor.node
        passed = next((each for each in self._steps() if each.node is node), None)
        if passed is not None and self.recording is not None:
            place = self.recording.passes[passed.turn].place
            return (
                f"The backward pass{at(place)} did reach {self.name}, and its .grad has been cleared since: "
                "look at it before zero_grad()."
            )
        if self.loss is not None and self.loss.node is None and self._leak():
            return self._leak()
        ends = list(self._ends())
        for end in ends:
            vertex = vertex_of(end.graph, node)
            if vertex is not None and is_whole(end.graph, vertex):
                if end.started:
                    return (
                        f"The gradient of {end.name} was asked for, but not with respect to {self.name} (as by "
                        "autograd.grad, or backward(inputs=...)): name it too, or call backward() without inputs."
                    )
                if not end.name.startswith("`") and self._leak():
                    return self._leak()
                return (
                    f"{end.name} depends on {self.name}, but backward() has not been run on it: call "
                    f"{end.name.strip('`').replace('the ', '')}.backward(). (If it was, .grad has been cleared since.)"
                )
        for end in ends:
            vertex = vertex_of(end.graph, node)
            if vertex is not None:
                return self._cut(end, next(cuts(end.graph, vertex)))
        return self._unused([end.name for end in ends])

    def _cut(self, end: End, edge: Edge) -> str:
        value = f"`{edge.source.name}`" if edge.source.name else f"the result of {edge.source.public}"
        place = edge.target.place
        if edge.dead == "detached":
            line = detached_at(edge.source.place, place, edge.source.name)
            how = f"{value} was detached{line} before {edge.target.public} used it"
            what = "use it without detach()"
        elif edge.dead == "frozen":
            how = f"requires_grad of {value} was False when {edge.target.public} used it{at(place)}"
            what = "call requires_grad_() on it before"
        elif edge.dead == "no_grad":
            how, what = f"{edge.target.public} ran under no_grad{at(place)}", "compute it outside of no_grad"
        else:
            how = f"{edge.target.public}{at(place)} has no derivative with respect to {value}"
            what = "replace it by an operation that has one"
        return f"The way from {self.name} to {end.name} is cut: {how}. To let the gradient through, {what}."

    def _unused(self, ends: list[str]) -> str:
        uses = [] if self.recording is None else [each for each in self.recording.calls if self.value in each.arguments]
        to = " or ".join(ends[:3]) if ends else "anything that the code still holds"
        if self._leak():
            return self._leak()
        if uses:
            return (
                f"{self.name} was used{at(uses[0].place)}, but {to} does not depend on that: let the loss depend on "
                "what is computed from it."
            )
        never = f"{self.name} was never used in computing {to}: let the loss depend on it."
        if self.recording is not None:
            return never
        return f"{never} (A use under no_grad or after detach() leaves no trace; within `with viz.record():` it does.)"

    # -- where gradients may have started ------------------------------------------------------------------------

    def _ends(self) -> Iterator[End]:
        started = {step.turn: step.node for step in reversed(self._steps())}.values()
        candidates = self._candidates(list(started)) if self.loss is None else [self.loss]
        for tensor in candidates[:MOST_ENDS]:
            graph = graph_of(tensor, self.recording, self.frame)
            yield End(self._name_of(tensor, "the loss"), graph, tensor.node in started)

    def _candidates(self, started: list[Node]) -> list[Variable]:
        """The tensors where recorded passes began; else what a recording ends with; else those that the code names.
        The youngest first."""
        recording = self.recording
        found = [] if recording is None else [recording.of_node(node) for node in started]
        if recording is not None and not started:
            used = {value for call in recording.calls for value in call.arguments}
            found = [call.result for call in recording.calls if call.result not in used]
        recorded = [_as_tensor(value) for value in found if value is not None and _has_history(value.node)]
        named = [each for _, each in variables_in(self.names) if _has_history(each.node)]
        return sorted(recorded or named, key=lambda each: -each.node.order if each.node is not None else 0)

    def _steps(self) -> list[Any]:
        return [] if self.recording is None else self.recording.steps

    def _place(self) -> Place | None:
        call: Call | None = None if self.value is None else self.value.made_by
        return None if call is None else call.place

    def _name_of(self, tensor: Variable, otherwise: str = "this tensor") -> str:
        for name, other in variables_in(self.names):
            if other is tensor or (tensor.node is not None and other.node is tensor.node):
                return f"`{name}`"
        parameters = parameters_in(modules_in(self.names))
        if id(tensor.array) in parameters:
            return f"`{parameters[id(tensor.array)][0]}`"
        value = None if self.recording is None else self.recording.value_of(tensor)
        return f"`{value.name}`" if value is not None and value.name and value.node is tensor.node else otherwise


def _has_history(node: Node | None) -> bool:
    return node is not None and not isinstance(node, Leaf)


def _as_tensor(value: Value) -> Variable:
    return Variable.wrap(value.source, value.node)  # type: ignore[no-any-return]
