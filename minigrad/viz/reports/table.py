"""Tables in words: told once, shown as text in a terminal and as HTML in a notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from minigrad.viz.formulas.notation import Expression
from minigrad.viz.formulas.numbers import number, shape_text

WIDEST = 48
"""A cell of the text is cut after so many letters; in HTML nothing is cut."""
MOST_ROWS = 100
IN_FULL = 6
"""An array of up to so many elements is written out."""


class Cell(NamedTuple):
    """What stands in one place of a table: a line of text, and the same as HTML."""

    text: str
    html: str


Entry: TypeAlias = "Cell | str"


class Table:
    """A caption, the heads of the columns, and rows of entries. `right`: columns of numbers, which end together."""

    def __init__(self, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Entry]], right: Sequence[int] = ()):
        self.caption = caption
        self.heads = heads
        self.rows = [[each if isinstance(each, Cell) else plain(each) for each in row] for row in rows[:MOST_ROWS]]
        self.left_out = max(0, len(rows) - MOST_ROWS)
        self.right = right

    def text(self) -> str:
        """Lines of text, each column as wide as its widest entry."""
        lines = [list(self.heads), *([_cut(cell.text) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines)]
        lines.insert(1, ["─" * width for width in widths])
        told = [self.caption] if self.caption else []
        for line in lines:
            cells = [f"{c:>{w}}" if i in self.right else f"{c:<{w}}" for i, (c, w) in enumerate(zip(line, widths))]
            told.append("  ".join(cells).rstrip())
        return "\n".join(told + ([f"… and {self.left_out} more rows"] if self.left_out else []))

    def html(self) -> str:
        """A <table> that takes its colours from the page around it."""
        caption = f"<caption style='text-align: left'>{html.escape(self.caption)}</caption>" if self.caption else ""
        heads = "".join(f"<th scope='col'{self._side(i)}>{html.escape(head)}</th>" for i, head in enumerate(self.heads))
        rows = "".join(
            "<tr>" + "".join(f"<td{self._side(i)}>{cell.html}</td>" for i, cell in enumerate(row)) + "</tr>"
            for row in self.rows
        )
        rest = f"<p>… and {self.left_out} more rows</p>" if self.left_out else ""
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{rest}"

    def _side(self, column: int) -> str:
        return f" style='text-align: {'right' if column in self.right else 'left'}'"


class Tables:
    """Something told in words and tables: `print` shows the text, a notebook the HTML."""

    def parts(self) -> Sequence[Table | str]:
        """Sentences and tables, in order."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n\n".join(each.text() if isinstance(each, Table) else each for each in self.parts())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(
            each.html() if isinstance(each, Table) else f"<p>{html.escape(each)}</p>" for each in self.parts()
        )


def plain(text: str) -> Cell:
    """A cell of text alone."""
    return Cell(text, html.escape(text))


def mathematical(expression: Expression | None) -> Cell:
    """A formula or a rule; nothing where there is none."""
    return plain("") if expression is None else Cell(expression.text(), expression.mathml())


def values_text(array: Any) -> str:
    """The numbers of a small array, of a large one its shape and range."""
    if array is None:
        return ""
    if array.size == 1:
        return number(array)
    if array.size <= IN_FULL:
        return _bracketed(array)
    finite = array[np.isfinite(array)]
    broken = array.size - finite.size
    span = f": {number(finite.min())} … {number(finite.max())}" if finite.size else ""
    if finite.size and finite.min() == finite.max():
        span = f": all {number(finite.min())}"
    return f"{shape_text(tuple(array.shape), array.dtype)}{span}" + (f", {broken} not finite" if broken else "")


def _bracketed(array: Any) -> str:
    inner = [_bracketed(each) if each.ndim else number(each) for each in array]
    return f"[{', '.join(inner)}]"


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
