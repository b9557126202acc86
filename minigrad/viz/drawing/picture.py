"""What `draw` returns: the description of a picture, which becomes a file or the display of a notebook when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minigrad.io.atomic import StrPath, atomic_write
from minigrad.viz.drawing.describe import Description
from minigrad.viz.drawing.svg import svg_of
from minigrad.viz.formulas.numbers import count_text
from minigrad.viz.graph.findings import Finding
from minigrad.viz.layout import render


class Picture:
    """A drawing of a graph: its description as `dot`, and from that files and the display of a notebook."""

    def __init__(
        self,
        described: Description,
        title: str,
        size: tuple[float, float] | None,
        notes: list[str],
        findings: list[Finding],
    ) -> None:
        self.dot = described.dot
        """The DOT source."""
        self.graph = described.graph
        """What is drawn, after folding."""
        self.notes = notes
        """What was left out or folded because the graph is large."""
        self.findings = findings
        """What is remarkable, and often a mistake."""
        self._described = described
        self._title, self._size = title, size

    def render(self, path: StrPath) -> Path:
        """Write the picture: SVG, PNG or PDF by the suffix, or with .dot the description. Returns the path.

        ValueError for another suffix, RuntimeError without Graphviz, OSError if the path cannot be written; a file that
        was there stays as it was until the new one is whole.
        """
        if render.format_of(path) != "svg":
            return render.write(self.dot, path, self._described.headings)
        text = self._repr_svg_()
        with atomic_write(path, "w") as file:
            file.write(text)
        return Path(path)

    def _repr_svg_(self) -> str:
        described = self._described
        return svg_of(described.plan, described.texts, described.theme, self._title, self._size)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle = {"text/plain": repr(self)}
        if render.available():
            bundle["image/svg+xml"] = self._repr_svg_()
        return bundle

    def __repr__(self) -> str:
        vertices = count_text(len(self.graph.vertices), "vertex").replace("vertexs", "vertices")
        how = "" if render.available() else "; no Graphviz to lay it out: see Picture.render"
        return f"<Picture of {vertices} and {count_text(len(self.graph.edges), 'edge')}{how}>"
