"""Pictures as SVG, written here: Graphviz says where things stand, and no font of the machine has a say in it.

What Graphviz lays out has sizes only, which follow from a table of widths. The texts are put in afterwards, each in the
middle of its place, so they are in the middle whatever font the reader has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree

from minigrad.viz.drawing.theme import FONT, Theme, changes
from minigrad.viz.formulas.notation import escaped
from minigrad.viz.layout.metrics import width_of
from minigrad.viz.layout.render import render

SIZE, SMALL = 12.0, 10.0
"""The type of vertices and of edges."""
LINE = 1.28
"""The height of a line, in sizes of its type."""


class Span(NamedTuple):
    """Letters of one kind."""

    text: str
    bold: bool
    size: float
    color: str

    @property
    def width(self) -> float:
        """How wide the letters are, by the table of widths."""
        return width_of(self.text, self.size, self.bold)


Line = list[Span]


def lines_of(label: str, size: float, color: str) -> list[Line]:
    """The lines of a label in Graphviz's language, HTML-like or plain."""
    if not label.startswith("<"):
        return [[Span(each, False, size, color)] for each in label.split("\n") if each]
    root = ElementTree.fromstring(f"<root>{label[1:-1]}</root>")
    lines: list[Line] = [[]]
    _gather(root, Span("", False, size, color), lines)
    return [line for line in map(_trimmed, lines) if line]


def _gather(element: ElementTree.Element, kind: Span, lines: list[Line]) -> None:
    if element.tag == "B":
        kind = kind._replace(bold=True)
    elif element.tag == "FONT":
        size = float(element.get("POINT-SIZE", kind.size))
        kind = kind._replace(size=size, color=element.get("COLOR", kind.color))
    elif element.tag == "TR" and lines[-1]:
        lines.append([])
    if element.text:
        lines[-1].append(kind._replace(text=element.text))
    for child in element:
        _gather(child, kind, lines)
        if child.tail:
            lines[-1].append(kind._replace(text=child.tail))


def _trimmed(line: Line) -> Line:
    return [each for each in line if each.text.strip() or (each.text and "\n" not in each.text)]


def size_of(lines: list[Line]) -> tuple[float, float]:
    """The width and height of some lines of text."""
    heights = [max(span.size for span in line) * LINE for line in lines]
    return max((sum(span.width for span in line) for line in lines), default=0.0), sum(heights)


def svg_of(plan: str, labels: Mapping[str, list[Line]], theme: Theme, title: str, limits: Any) -> str:
    """The picture of a graph whose `plan` has sizes in the place of texts; `labels` by the ids in the plan."""
    data = json.loads(render(plan, "json0"))
    return "\n".join([*_Writer(data, labels, theme).written(title, limits), ""])


class _Writer:
    def __init__(self, data: dict[str, Any], labels: Mapping[str, list[Line]], theme: Theme) -> None:
        self.data = data
        self.labels = labels
        self.theme = theme
        _, _, self.width, self.height = map(float, data["bb"].split(","))

    def written(self, title: str, limits: Any) -> Iterator[str]:
        pad = 20
        width, height = self.width + 2 * pad, self.height + 2 * pad
        scale = 1.0 if limits is None else min(1.0, 72 * limits[0] / width, 72 * limits[1] / height)
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:.0f}" height="{height * scale:.0f}" '
            f'viewBox="{-pad} {-pad} {width:.0f} {height:.0f}" font-family="{FONT}" role="img" class="graph">'
        )
        if self.theme.dark is not None:
            yield _adapting(self.theme, self.theme.dark)
        yield f"<title>{escaped(title or 'A computation graph')}</title>"
        yield f'<rect x="{-pad}" y="{-pad}" width="{width:.0f}" height="{height:.0f}" fill="{self.theme.page}"/>'
        objects = self.data.get("objects", [])
        clusters = [each for each in objects if each["name"].startswith("cluster")]
        for each in clusters:
            yield self._cluster(each)
        for each in self.data.get("edges", []):
            yield from self._edge(each)
        for each in objects:
            if "pos" in each:
                yield from self._node(each)
        for each in clusters:
            if "lp" in each:
                yield from self._text(each["id"], *self._point(each["lp"]), ground=each.get("fillcolor", ""))
        if "lp" in self.data:
            yield from self._text("graph", *self._point(self.data["lp"]))
        yield "</svg>"

    def _point(self, text: str) -> tuple[float, float]:
        x, y = text.split(",")[-2:]
        return float(x), self.height - float(y)

    def _cluster(self, box: dict[str, Any]) -> str:
        left, bottom, right, top = map(float, box["bb"].split(","))
        dots = ' stroke-dasharray="1.5 3"' if "dotted" in box["style"] else ""
        thick = 2 if "bold" in box["style"] else 1
        fill = box.get("fillcolor", "none") if "filled" in box["style"] else "none"
        return (
            f'<rect x="{left:.1f}" y="{self.height - top:.1f}" width="{right - left:.1f}" height="{top - bottom:.1f}" '
            f'rx="8" fill="{fill}" stroke="{box["color"]}" stroke-width="{thick}"{dots}/>'
        )

    def _edge(self, edge: dict[str, Any]) -> Iterator[str]:
        if edge.get("style") == "invis":
            return
        ends: dict[str, tuple[float, float]] = {}
        points = []
        for each in edge["pos"].split(" "):
            if each[:2] in ("s,", "e,"):
                ends[each[0]] = self._point(each[2:])
            else:
                points.append(self._point(each))
        color, thick = edge["color"], float(edge.get("penwidth", 1.2))
        back = edge.get("dir") == "back"
        style = edge.get("style", "")
        dashes = "5 3" if "dashed" in style else "1.5 3" if "dotted" in style else ""
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        curve = " ".join(f"{x:.1f},{y:.1f}" for x, y in points[1:])
        kind = ' class="backward"' if back else ' class="edge"'
        yield (
            f'<path{kind} d="M{points[0][0]:.1f},{points[0][1]:.1f}C{curve}" fill="none" stroke="{color}" '
            f'stroke-width="{thick:g}"{dash}/>'
        )
        tip = ends.get("s", points[0]) if back else ends.get("e", points[-1])
        yield _head(tip, points[0] if back else points[-1], color, edge.get("arrowhead", ""), thick)
        if "lp" in edge:
            yield from self._text(edge["id"], *self._point(edge["lp"]), ground=self.theme.page)

    def _node(self, node: dict[str, Any]) -> Iterator[str]:
        x, y = self._point(node["pos"])
        w, h = 72 * float(node["width"]), 72 * float(node["height"])
        look = f'fill="{node.get("fillcolor", "none")}" stroke="{node.get("color", "none")}"'
        look += f' stroke-width="{float(node.get("penwidth", 1)):g}"'
        style = node.get("style", "")
        look += (
            ' stroke-dasharray="5 3"' if "dashed" in style else ' stroke-dasharray="1.5 3"' if "dotted" in style else ""
        )
        if node["shape"] == "oval":
            yield f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{w / 2:.1f}" ry="{h / 2:.1f}" {look}/>'
        elif node["shape"] == "cylinder":
            left, right, top, bottom = x - w / 2, x + w / 2, y - h / 2 + 3, y + h / 2 - 3
            yield (
                f'<path d="M{left:.1f},{top:.1f}A{w / 2:.1f},4 0 0 1 {right:.1f},{top:.1f}V{bottom:.1f}'
                f"A{w / 2:.1f},4 0 0 1 {left:.1f},{bottom:.1f}ZM{left:.1f},{top:.1f}A{w / 2:.1f},4 0 0 0 "
                f'{right:.1f},{top:.1f}" {look}/>'
            )
        elif node["shape"] != "plaintext":
            rounded = 6 if "rounded" in style else 0
            at = f'x="{x - w / 2:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" height="{h:.1f}"'
            yield f'<rect {at} rx="{rounded}" {look}/>'
        yield from self._text(node["name"], x, y + (2 if node["shape"] == "cylinder" else 0))

    def _text(self, key: str, x: float, y: float, ground: str = "") -> Iterator[str]:
        """Lines of text around a point, each in its middle; on a `ground` where lines may run behind it."""
        lines = self.labels.get(key, [])
        if not lines:
            return
        width, height = size_of(lines)
        if ground:
            yield (
                f'<rect class="ground" x="{x - width / 2 - 2:.1f}" y="{y - height / 2:.1f}" width="{width + 4:.1f}" '
                f'height="{height:.1f}" rx="4" fill="{ground}"/>'
            )
        top = y - height / 2
        for line in lines:
            size = max(span.size for span in line)
            top += size * LINE
            spans = "".join(_span(span) for span in line)
            at = f'x="{x:.1f}" y="{top - size * (LINE - 0.95):.1f}"'
            yield f'<text {at} text-anchor="middle" xml:space="preserve">{spans}</text>'


def _adapting(light: Theme, dark: Theme) -> str:
    """A style by which a picture is dark where what it stands in is."""
    rules = "".join(
        f'.graph [{kind}="{before}"]{{{kind}:{after}}}'
        for before, after in changes(light, dark).items()
        for kind in ("fill", "stroke")
    )
    return f"<style>@media screen and (prefers-color-scheme: dark){{{rules}}}</style>"


def _span(span: Span) -> str:
    bold = ' font-weight="bold"' if span.bold else ""
    return f'<tspan font-size="{span.size:g}" fill="{span.color}"{bold}>{escaped(span.text)}</tspan>'


def _head(tip: tuple[float, float], neck: tuple[float, float], color: str, kind: str, thick: float) -> str:
    """The end of an arrow that points from `neck` to `tip`; a bar where nothing goes on."""
    (tx, ty), (nx, ny) = tip, neck
    length = ((tx - nx) ** 2 + (ty - ny) ** 2) ** 0.5 or 1.0
    ux, uy = (tx - nx) / length, (ty - ny) / length
    if kind == "tee":
        return (
            f'<path d="M{tx - 5 * uy:.1f},{ty + 5 * ux:.1f}L{tx + 5 * uy:.1f},{ty - 5 * ux:.1f}" stroke="{color}" '
            'stroke-width="2"/>'
        )
    half = 2.6 + thick / 2
    return (
        f'<path d="M{tx:.1f},{ty:.1f}L{nx - half * uy:.1f},{ny + half * ux:.1f}L{nx + half * uy:.1f},'
        f'{ny - half * ux:.1f}Z" fill="{color}"/>'
    )
