"""The directive `benchmarks`: what `make bench ARGS="--json docs/benchmarks.json"` measured, as a plot and a table.

The file has the machine, the versions and, for each workload and library, the seconds of a step in every round and the
growth of memory, or the reason why there is none. Quotients are taken within a round, where all libraries met the same
machine; shown are their median and the range from the smallest to the largest.
"""

from __future__ import annotations

import html
import json
import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

REFERENCE = "torch"
NAMES = {"torch": "PyTorch"}

Ratio = tuple[float, float, float]
"""The median, the smallest and the largest of quotients."""


class Benchmarks(SphinxDirective):
    """The whole of a record: how it was measured, the plot, the table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The parts, as HTML."""
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        parts = [circumstances(record), "".join(plot(record["workloads"])), "".join(table(record["workloads"]))]
        return [nodes.raw("", "".join(parts), format="html")]


def circumstances(record: dict[str, Any]) -> str:
    """On what, with what, and how often."""
    versions = ", ".join(f"{NAMES.get(name, name)} {version}" for name, version in record["versions"].items())
    said = f"{record['machine']}, {record['threads']} threads; Python {record['python']}, {versions}."
    return f"<p>{html.escape(said)} Each library took its turn in {record['rounds']} rounds.</p>"


def ratios(found: dict[str, Any]) -> dict[str, Ratio]:
    """For each library but the reference its time by the reference's, round by round."""
    if not isinstance(found.get(REFERENCE), dict):
        return {}
    reference = found[REFERENCE]["seconds"]
    quotients = {
        library: [mine / theirs for mine, theirs in zip(result["seconds"], reference)]
        for library, result in found.items()
        if library != REFERENCE and isinstance(result, dict)
    }
    return {library: (statistics.median(each), min(each), max(each)) for library, each in quotients.items()}


def plot(workloads: dict[str, Any]) -> Iterator[str]:
    """A line for each library at each workload, on one logarithmic scale, with PyTorch at 1."""
    known = {workload: ratios(found) for workload, found in workloads.items()}
    ends = [number for each in known.values() for ratio in each.values() for number in ratio] or [1.0]
    low, high = math.floor(math.log2(min(*ends, 0.5))), math.ceil(math.log2(max(*ends, 2.0)))

    def place(number: float) -> str:
        return f"{100 * (math.log2(number) - low) / (high - low):.2f}%"

    ticks = "".join(
        f'<i class="{"one" if power == 0 else ""}" style="left: {place(2.0**power)}"><b>{2.0**power:g}</b></i>'
        for power in range(low, high + 1)
    )
    yield '<figure class="benchmarks" role="img" aria-label="Times by PyTorch’s, also in the table below">'
    yield f'<div class="line"><span></span><div class="track ticks">{ticks}</div></div>'
    for workload, each in known.items():
        yield f'<div class="workload">{html.escape(workload)}</div>'
        for library, (median, least, most) in each.items():
            name, left, right = html.escape(library), place(least), place(most)
            yield (
                f'<div class="line"><span>{name}</span><div class="track {name.split()[0]}">'
                f'<s style="left: {place(1.0)}"></s><u style="left: {left}; right: calc(100% - {right})"></u>'
                f'<em style="left: {place(median)}" title="{median:.2f} ({least:.2f} to {most:.2f})"></em></div></div>'
            )
    yield "<figcaption>Time of a step divided by PyTorch’s: the median, and the range over the rounds. Left of 1 is "
    yield "faster than PyTorch.</figcaption></figure>"


def table(workloads: dict[str, Any]) -> Iterator[str]:
    """The same in numbers, with the fastest step and the memory."""
    yield '<div class="table-wrapper"><table class="docutils"><thead><tr><th>workload</th><th>library</th>'
    yield "<th>fastest step</th><th>by PyTorch’s (range)</th><th>memory</th></tr></thead><tbody>"
    for workload, found in workloads.items():
        known = ratios(found)
        for library, result in found.items():
            name = html.escape(NAMES.get(library, library))
            yield f"<tr><td>{html.escape(workload)}</td><td>{name}</td>"
            if not isinstance(result, dict):
                yield f'<td colspan="3">{html.escape(str(result))}</td></tr>'
                continue
            quotient = "{:.2f} ({:.2f} to {:.2f})".format(*known[library]) if library in known else ""
            yield f"<td>{min(result['seconds']) * 1e3:.3f} ms</td><td>{quotient}</td>"
            yield f"<td>{result['memory']:.0f} MiB</td></tr>"
    yield "</tbody></table></div>"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directive known."""
    app.add_directive("benchmarks", Benchmarks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
