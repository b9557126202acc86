"""The words in a picture: what stands in a vertex, on an edge, at a box: in Graphviz's HTML, for bold and size."""

from __future__ import annotations

from collections import Counter
from typing import Any

from minigrad.viz.drawing.theme import Theme
from minigrad.viz.formulas.notation import escaped
from minigrad.viz.formulas.numbers import bytes_text, count_text, norm, number, scalar, shape_text
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex
from minigrad.viz.graph.expressions import Expressions
from minigrad.viz.graph.passes import Gradients

LONGEST_FORMULA = 34
LONGEST_NAME = 48
COMMUTATIVE = frozenset({"add", "mul", "maximum", "minimum"})


class Labels:
    """Makes the labels of one picture."""

    def __init__(self, graph: Graph, theme: Theme, gradients: Gradients | None, formulas: bool, saved: bool) -> None:
        self.graph = graph
        self.theme = theme
        self.gradients = gradients
        self.formulas = formulas
        self.saved = saved
        self.expressions = Expressions(graph)
        kinds = Counter(each.dtype for each in graph.edges if each.dtype is not None)
        self.usual = kinds.most_common(1)[0][0] if kinds else None
        """The dtype of most values, of which nothing need be said."""

    def vertex(self, vertex: Vertex) -> str:
        """Name and what else is worth knowing, line by line."""
        lines = [_bold(self._title(vertex))]
        if vertex.kind == "operation":
            lines += self._operation(vertex)
        elif vertex.kind == "module" and vertex.boxed is not None:
            box = vertex.boxed
            call = f"call {box.turn + 1}" if box.turn else ""
            times = f"× {box.times}" if box.times > 1 else ""
            beside = "  ".join(each for each in (_title_of(box, vertex.name)[1], call, times) if each)
            lines += [beside] if beside else []
            lines += [count_text(box.parameters, "parameter")] if box.parameters else []
        elif vertex.kind == "parameter":
            lines.append(count_text(vertex.count, "number"))
        if vertex.kind in ("parameter", "input") and not vertex.requires_grad:
            lines.append("no gradient wanted" if vertex.kind == "parameter" else "no gradient")
        if vertex.saved and self.saved:
            names = ", ".join(dict.fromkeys(each.name for each in vertex.saved)) if vertex.operation is not None else ""
            held = bytes_text(sum(each.bytes for each in vertex.saved))
            lines.append(f"saves {names + ': ' if names else ''}{held}")
        rows = [lines[0], *(self._small(each) for each in lines[1:])]
        total = self._total(vertex)
        rows += [self._colored(total, self.theme.backward)] if total else []
        if len(rows) == 1:
            return f"<{rows[0]}>"
        return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{_rows(rows)}</TABLE>>'

    def _title(self, vertex: Vertex) -> str:
        if vertex.kind == "operation":
            return vertex.title + ("_" if vertex.call is not None and vertex.call.in_place else "")
        if vertex.kind == "module":
            title = _title_of(vertex.boxed, vertex.name)[0] if vertex.boxed is not None else vertex.name or vertex.title
            return title or "repeated"
        value = scalar(vertex.value)
        name = vertex.label if vertex.name else ""
        if vertex.kind == "constant" and not name and value is None:
            name = f"{_everywhere(vertex.value)} {shape_text(vertex.shape, vertex.dtype)}"
        if value is None:
            return vertex.title if vertex.kind == "omitted" else name or vertex.kind
        return f"{name} = {value}" if name else value

    def _operation(self, vertex: Vertex) -> list[str]:
        """The formula, where it is short, and the value, where it is a number."""
        lines = []
        formula = self.expressions.formula(vertex) if self.formulas else None
        symbols = self.expressions.symbols(vertex)
        text = "" if formula is None else formula.renamed(symbols).text()
        value = scalar(vertex.value)
        left = symbols["y"] if vertex.name else ""
        if text.startswith(f"{vertex.title}(") or len(text) > LONGEST_FORMULA:
            text = ""
        said = " = ".join(each for each in (left, text, value or "") if each)
        if said and (text or value is not None):
            lines.append(said)
        return lines

    def _total(self, vertex: Vertex) -> str:
        """The gradient of a value, with the shares that it is the sum of, where they are single numbers."""
        if self.gradients is None or vertex.kind in ("output", "module", "omitted") or vertex.several:
            return ""
        g = self.gradients.of(vertex)
        if g is None:
            return ""
        if g.size != 1:
            return f"‖∇‖ = {number(norm(g))}"
        shares = [share for edge in self.graph.outgoing[vertex] if (share := self.gradients.share(edge)) is not None]
        parts = [number(each).replace("−", "− ") if i else number(each) for i, each in enumerate(shares)]
        if 1 < len(parts) <= 3:
            return "∇ = " + " + ".join(parts).replace("+ −", "−") + f" = {number(g)}"
        return f"∇ = {number(g)}"

    def edge(self, graph: Graph, edge: Edge) -> str:
        """The argument where the order matters, and of an array its name, shape, and unusual dtype."""
        parts = []
        rivals = [each for each in graph.incoming[edge.target] if each.argument]
        operation = edge.target.operation
        ordered = edge.target.inside or (operation is not None and operation.name not in COMMUTATIVE)
        if edge.argument and len(rivals) > 1 and ordered and len({each.source for each in rivals}) > 1:
            parts.append(self._muted(edge.argument + (":" if edge.shape else "")))
        source = edge.whole[0].source  # in a module that is drawn as one vertex, the operation that made the value
        shown_there = edge.source is source
        if source.kind == "operation" and edge.target.kind != "output" and (edge.shape or not shown_there):
            value = scalar(source.value)
            parts += [_bold(source.name)] if source.name else []
            parts += [f"= {value}"] if value is not None else []
        if edge.shape:
            parts.append(shape_text(edge.shape, edge.dtype))
        if edge.dtype is not None and edge.dtype != self.usual:
            parts.append(" " + self._muted(str(edge.dtype)))
        if edge.dead:
            parts.append(self._colored("⊣ " + edge.dead, self.theme.dead))
        return self._chip(" ".join(parts)) if parts else ""

    def gradient(self, g: Any) -> str:
        """Shape and Euclidean norm of a gradient; a single number as it is."""
        shape = shape_text(tuple(g.shape), g.dtype)
        said = f"∇ = {number(g)}" if g.size == 1 else f"∇ {shape}  ‖∇‖ = {number(norm(g))}"
        return self._chip(self._colored(said, self.theme.backward))

    def _chip(self, text: str) -> str:
        """A text on the colour of the page, so that it stays readable on the border of a box."""
        plain = '<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2"'
        chip = f'{plain} BGCOLOR="{self.theme.page}" STYLE="ROUNDED"><TR><TD>{text}</TD></TR></TABLE>'
        return f'<{plain}><TR><TD WIDTH="2"></TD><TD>{chip}</TD></TR></TABLE>>'  # the gap keeps it off its edge

    def box(self, box: Box) -> str:
        """Instance and class, how often, and how many numbers it learns."""
        numbers = count_text(box.parameters, "parameter") if box.parameters else ""
        call = f"call {box.turn + 1}" if box.turn else ""
        times = f"× {box.times}" if box.times > 1 else ""
        title, beside = _title_of(box, box.name)
        parts = [_bold(each) for each in (title, times) if each]
        parts.insert(1, escaped(beside))
        parts += [self._muted(each) for each in (call, numbers) if each]
        text = "  ".join(each for each in parts if each)
        tint = self.theme.tint(box.depth)
        return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1" BGCOLOR="{tint}"><TR><TD>{text}</TD></TR></TABLE>>'

    def heading(self, title: str, facts: list[str], notes: list[str], findings: list[str]) -> str:
        """The lines above the picture."""
        lines = [f'<FONT POINT-SIZE="18"><B>{escaped(title)}</B></FONT>'] if title else []
        lines += [self._small("  ·  ".join(facts))] if facts else []
        lines += [f"<B>{escaped(each)}</B>" for each in notes]
        lines += [self._colored(f"⚠ {each}", self.theme.backward) for each in findings]
        return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="3">{_rows(lines)}</TABLE>>' if lines else ""

    def _small(self, text: str) -> str:
        return f'<FONT POINT-SIZE="10" COLOR="{self.theme.muted}">{escaped(text)}</FONT>'

    def _muted(self, text: str) -> str:
        return f'<FONT COLOR="{self.theme.muted}">{escaped(text)}</FONT>'

    def _colored(self, text: str, color: str) -> str:
        return f'<FONT COLOR="{color}">{escaped(text)}</FONT>'


def _title_of(box: Box, name: str) -> tuple[str, str]:
    """What a module is called, and what else it goes by: its place in a Sequential says less than its class."""
    if not box.title or not name:
        return name or box.title, ""
    return (box.title, f"[{name}]") if name[0].isdigit() else (name, box.title)


def _everywhere(value: Any) -> str:
    """The number that an array holds everywhere, or 'constant'."""
    same = getattr(value, "size", 0) and bool((value == value.flat[0]).all())
    return f"{number(value.flat[0])}," if same else "constant"


def _bold(text: str) -> str:
    return f"<B>{escaped(shortened(text))}</B>"


def _rows(lines: list[str]) -> str:
    return "".join(f"<TR><TD>{line}</TD></TR>" for line in lines)


def shortened(name: str) -> str:
    """A name of at most `LONGEST_NAME` letters; of a dotted one the end says more than the beginning."""
    if len(name) <= LONGEST_NAME:
        return name
    return "…" + name[1 - LONGEST_NAME :] if "." in name else name[: LONGEST_NAME - 1] + "…"
