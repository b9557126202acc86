"""Pictures of graphs.

    viz.draw(loss)                       # what a tensor was computed from
    viz.draw(model, images)              # what a model does with an input
    viz.draw(loss, backward=True).render("loss.svg")

The graph is described in Graphviz's language; how it is laid out is Graphviz's affair (`viz.render`). Values flow along
solid edges. What needs no gradient is dashed, and where a gradient is cut off the edge says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from minigrad.nn.modules.module import Module
from minigrad.viz.drawing.describe import Description
from minigrad.viz.drawing.labels import Labels
from minigrad.viz.drawing.picture import Picture
from minigrad.viz.drawing.theme import theme_of
from minigrad.viz.engine import Variable, caller
from minigrad.viz.formulas.numbers import bytes_text, count_text
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.collapse import collapsed, recent
from minigrad.viz.graph.elements import Graph
from minigrad.viz.graph.findings import findings_of
from minigrad.viz.graph.fuse import fused
from minigrad.viz.graph.passes import gradients_of
from minigrad.viz.graph.repeats import repeated_once
from minigrad.viz.recording.run import outputs_of, tensors_in

DIRECTIONS = ("TB", "LR", "BT", "RL")


def draw(
    output: Any,
    *inputs: Any,
    depth: int | None = None,
    backward: bool = False,
    direction: str = "TB",
    size: tuple[float, float] | None = None,
    theme: str = "auto",
    title: str = "",
    formulas: bool = True,
    saved: bool = True,
    legend: bool = True,
    fold: bool = True,
    limit: int = 60,
    primitives: bool = False,
) -> Picture:
    """Draw what led to `output`, a tensor or several; or run `output`, a module, on `inputs` and draw that.

    - `depth`: how many levels of modules are drawn as boxes; those below are single vertices. All by default.
    - `backward`: the gradients on their way back too, those of the recorded backward pass if there was one.
    - `direction`: Graphviz's "TB" (top to bottom), "LR", "BT" or "RL". `size`: the largest width and height, in inches.
    - `theme`: "light", "dark" or "print"; "auto" is light, and in an SVG dark where its page is.
    - `title` stands above the picture, `legend` below it.
    - `formulas`, `saved`: what operations compute, and what they keep for the backward pass.
    - `fold`: equal blocks are drawn once, with their number. Above `limit` operations a drawing folds by module, then
      leaves out what is oldest, and says so.
    - `primitives`: not the calls of public functions, but the operations that they consist of.

    Running a module leaves it as it was: buffers and random state are put back. GraphError for a tensor without a
    graph, or if `backward` asks for what has been freed; ValueError or TypeError for an argument that is none of those.
    The Picture has its DOT source as `dot` without Graphviz; files and the display of a notebook need it.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.tensor(2.0, requires_grad=True)
    >>> picture = viz.draw(x * x, backward=True, title="A square")
    >>> "A square" in picture.dot
    True
    """
    _check(direction, depth, size, title, limit)
    colors = theme_of(theme)
    frame = caller()
    outputs, graph = _graph_of(output, inputs, frame)
    gradients = gradients_of(graph, outputs) if backward else None
    found = findings_of(graph, gradients)
    graph = graph if primitives else fused(graph)
    facts = _facts(graph)
    graph, notes = simplified(graph, depth, fold, limit)
    labels = Labels(graph, colors, gradients, formulas, saved)
    heading = labels.heading(title, facts, notes, [each.text for each in found])
    described = Description(graph, labels, colors, gradients, direction, size, legend, heading)
    return Picture(described, title, size, notes, found)


def _check(direction: Any, depth: Any, size: Any, title: Any, limit: Any) -> None:
    """An error that says what would be right, for an argument that is wrong."""
    if direction not in DIRECTIONS:
        raise ValueError(f"draw: direction is one of {', '.join(DIRECTIONS)}, not {direction!r}")
    if depth is not None and (not _whole(depth) or depth < 0):
        kind = ValueError if _whole(depth) else TypeError
        raise kind(f"draw: depth is the number of levels drawn as boxes, a whole number of at least 0, not {depth!r}")
    if not _whole(limit) or limit < 10:
        kind = ValueError if _whole(limit) else TypeError
        raise kind(f"draw: limit is the most operations to draw, a whole number of at least 10, not {limit!r}")
    if size is not None:
        pair = isinstance(size, (tuple, list)) and len(size) == 2 and all(isinstance(n, (int, float)) for n in size)
        if not pair:
            raise TypeError(f"draw: size is a pair of inches, (width, height), not {size!r}")
        if not min(size) > 0:
            raise ValueError(f"draw: size is a pair of inches greater than 0, not {size!r}")
    if not isinstance(title, str):
        raise TypeError(f"draw: title is a text, not {title!r}")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _graph_of(output: Any, inputs: Sequence[Any], frame: FrameType | None) -> tuple[list[Variable], Graph]:
    if isinstance(output, Module):
        outputs, recording = outputs_of(output, inputs, frame)
        return outputs, graph_of(outputs, recording, frame)
    if inputs:
        kind = type(output).__name__
        raise TypeError(f"draw: inputs are for a module, and {kind} is none; several tensors go in a list")
    outputs = [output] if isinstance(output, Variable) else list(tensors_in(output))
    if not outputs:
        raise TypeError(f"draw: takes a tensor, several, or a module and its input, not {type(output).__name__}")
    return outputs, graph_of(outputs, None, frame)


def _facts(graph: Graph) -> list[str]:
    operations = sum(each.kind == "operation" for each in graph.vertices)
    facts = [count_text(operations, "operation")]
    facts += [count_text(graph.parameters, "parameter")] if graph.parameters else []
    facts += [f"keeps {bytes_text(graph.saved_bytes)} for the backward pass"] if graph.saved_bytes else []
    return facts


def simplified(graph: Graph, depth: int | None, fold: bool, limit: int) -> tuple[Graph, list[str]]:
    """The graph as it will be drawn, and what to say of how it was made smaller than asked for."""
    whole = _operations(graph)
    if depth is not None:
        graph = collapsed(graph, depth)
    if fold:
        graph = repeated_once(graph)
    deepest = max((box.depth for box in graph.boxes), default=0)
    folded_to = None
    while _operations(graph) > limit and deepest > 0:
        deepest -= 1
        folded_to = deepest
        graph = collapsed(graph, deepest)
        if fold:
            graph = repeated_once(graph)
    notes = []
    if folded_to is not None:
        notes.append(f"{whole:,} operations are too many to draw: folded to depth {folded_to} (see limit= and depth=)")
    if _operations(graph) > limit:
        graph = recent(graph, limit)
        notes.append(f"of {whole:,} operations the last {limit:,} are drawn (see limit=)")
    return graph, notes


def _operations(graph: Graph) -> int:
    return sum(each.kind in ("operation", "module") for each in graph.vertices)
