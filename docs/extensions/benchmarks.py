"""The directive `benchmarks`: what `python -m benchmarks --json docs/benchmarks.json` measured, as a plot and a table.

The file has a row for each engine at each workload; quotients are of times in the same round, where all engines met
the same machine. What is shown of them is their median, and the range from the smallest to the largest.
"""

from __future__ import annotations

import html
import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

Row = dict[str, Any]
COLOURS = {
    "minigrad": "own",
    "minigrad.compile": "own",
    "MyGrad": "second",
    "HIPS autograd": "third",
    "NumPy alone": "floor",
}


class Benchmarks(SphinxDirective):
    """The whole of a record: how it was measured, the plot, the table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The parts, as HTML; a line that says how to measure, as long as nothing was."""
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        if not Path(path).is_file():
            return [nodes.paragraph("", "Nothing has been measured in this copy yet; the command below does it.")]
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        parts = [circumstances(record), summary(record["rows"]), *plot(record["rows"]), *table(record["rows"])]
        return [nodes.raw("", "".join(parts), format="html")]


def circumstances(record: dict[str, Any]) -> str:
    """On what, with what, and when."""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    said = (
        f"{record['machine']}; {record['threads']} threads for each engine; {versions}. Measured on {record['date']}."
    )
    return f"<p>{html.escape(said)}</p>"


def summary(rows: list[Row]) -> str:
    """In a sentence for each engine: how often it is faster than PyTorch, and between which quotients its times lie."""
    said = []
    for engine in COLOURS:
        ratios = sorted(row["ratio"] for row in rows if row["engine"] == engine and "ratio" in row)
        if ratios:
            faster = sum(ratio < 1 for ratio in ratios)
            said.append(
                f"{engine} is faster than PyTorch in {faster} of {len(ratios)} workloads; it takes {ratios[0]:.2f} "
                f"to {ratios[-1]:.2f} times as long, in the middle {ratios[len(ratios) // 2]:.2f}."
            )
    return f"<p>{html.escape(' '.join(said))}</p>"


def plot(rows: list[Row]) -> Iterator[str]:
    """A line for each engine at each workload, on one logarithmic scale, with PyTorch at 1."""
    shown = [row for row in rows if "ratio" in row and row["engine"] != "PyTorch"]
    low = math.floor(math.log2(min([0.5, *(row["ratio_min"] for row in shown)])))
    high = math.ceil(math.log2(max([2.0, *(row["ratio_max"] for row in shown)])))

    def place(number: float) -> str:
        return f"{100 * (math.log2(number) - low) / (high - low):.2f}%"

    step = 1 + (high - low) // 8
    ticks = "".join(
        f'<i class="{"one" if power == 0 else ""}" style="left: {place(2.0**power)}"><b>{2.0**power:g}</b></i>'
        for power in range(low, high + 1)
        if power % step == 0
    )
    yield '<figure class="benchmarks" role="img" aria-label="Times beside those of PyTorch, as in the table">'
    yield f'<div class="line"><span></span><div class="track ticks">{ticks}</div></div>'
    for title, of_workload in itertools.groupby(shown, lambda row: str(row["title"])):
        yield f'<div class="workload">{html.escape(title)}</div>'
        for row in of_workload:
            yield (
                f'<div class="line"><span>{html.escape(row["engine"])}</span>'
                f'<div class="track {COLOURS.get(row["engine"], "")}"><s style="left: {place(1.0)}"></s>'
                f'<u style="left: {place(row["ratio_min"])}; right: calc(100% - {place(row["ratio_max"])})"></u>'
                f'<em style="left: {place(row["ratio"])}" title="{ranged(row)}"></em></div></div>'
            )
    yield "<figcaption>The time of a step divided by PyTorch’s: the median, and the range over the rounds. Left of 1 "
    yield "is faster than PyTorch.</figcaption></figure>"


def table(rows: list[Row]) -> Iterator[str]:
    """The same in numbers, with the time of a step and the memory."""
    yield '<div class="table-wrapper"><table class="docutils benchmarks"><thead><tr><th>workload</th><th>engine</th>'
    yield "<th>a step</th><th>by PyTorch’s (range)</th><th>memory</th></tr></thead>"
    for title, of_workload in itertools.groupby(rows, lambda row: str(row["title"])):
        together = list(of_workload)
        first = f'<td rowspan="{len(together)}">{html.escape(title)}</td>'
        yield "<tbody>"
        for row in together:
            yield f"<tr>{first}<td>{html.escape(row['engine'])}</td>{numbers(row)}</tr>"
            first = ""
        yield "</tbody>"
    yield "</table></div>"


def numbers(row: Row) -> str:
    """The cells of a row: time, quotient and memory, or why there are none."""
    if "why" in row:
        return f'<td colspan="3">{html.escape(row["why"])}</td>'
    quotient = ""
    if "ratio" in row:
        quotient = "1" if row["engine"] == "PyTorch" else ranged(row)
    return f"<td>{row['median'] * 1e3:.3f} ms</td><td>{quotient}</td><td>{row['memory']:.0f} MiB</td>"


def ranged(row: Row) -> str:
    """A quotient, and from where to where it went."""
    return f"{row['ratio']:.2f} ({row['ratio_min']:.2f} to {row['ratio_max']:.2f})"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directive known."""
    app.add_directive("benchmarks", Benchmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
