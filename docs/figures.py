"""Put the figures of the examples' runs into the pages that speak of them.

    make figures

A page names a figure by its run, its row and its column, and gets it between two comments; or a whole table:

    It keeps <!-- activations / gradient left, Kaiming / ReLU -->1.2<!-- . --> of the gradient.

    <!-- table: activations / silent units, rate 0.05 / accuracy, rate 0.05 -->
    <!-- . -->

The runs left their tables in `gallery/figures.json` (`make gallery`), so no number is typed by hand; a test holds the
pages against them. A table has all rows of its run, or those that are named. A comment at the beginning of a line would
end the paragraph around it, so a figure's stands within a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TypedDict

PAGES = Path(__file__).parent
RECORD = PAGES / "gallery" / "figures.json"

FIGURE = re.compile(r"(<!-- (?P<run>\w+) / (?P<row>[^>]+?) / (?P<column>[^/>]+?) -->).*?(<!-- \. -->)", re.DOTALL)
TABLE = re.compile(r"(<!-- table: (?P<run>\w+)(?P<rows>( / [^/>]+?)*) -->\n).*?(<!-- \. -->)", re.DOTALL)


class Run(TypedDict):
    """What a run says of itself: the first line of its program, and a table of its figures."""

    title: str
    table: list[list[str]]


Runs = dict[str, Run]


def recorded() -> Runs:
    """The runs of the gallery, by the name of their example."""
    runs: Runs = json.loads(RECORD.read_text(encoding="utf-8"))
    return runs


def rows_of(run: Run) -> Iterator[tuple[list[str], list[str]]]:
    """Each row of a run's table, with the names of its columns.

    The first row names the columns, and one without a name names them anew for those below it. A row that is set in
    belongs to the last one that is not, whose name goes before its own: "logistic regression, Newton".
    """
    columns = run["table"][0][1:]
    above = ""
    for name, *cells in run["table"]:
        if not name:
            columns = cells
        elif not name.startswith(" "):
            above = name
        yield columns, [f"{above}, {name.strip()}" if name.startswith(" ") else name, *cells]


def figure(runs: Runs, run: str, row: str, column: str) -> str:
    """The figure of `run` in `row` and `column`. KeyError, with what there is, where there is no such figure."""
    table = {(cells[0], name): cell for names, cells in rows_of(runs[run]) for name, cell in zip(names, cells[1:])}
    if (row, column) not in table:
        near = get_close_matches(f"{row} / {column}", [" / ".join(place) for place in table], n=3, cutoff=0.2)
        raise KeyError(f"the run of {run} has no figure {row} / {column}; there are {'; '.join(near)}")
    return readable(table[row, column])


def readable(cell: str) -> str:
    """A number as a sentence has it: 1.2e+00 is 1.2, and 5.9e-17 is 5.9·10⁻¹⁷."""
    number, e, power = cell.partition("e")
    if not e or not re.fullmatch(r"[+-]?\d+", power):
        return cell
    if int(power) in (-1, 0, 1):
        return f"{float(cell):.{max(len(number.partition('.')[2]) - int(power), 0)}f}"
    return f"{number}·10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def is_russian(page: Path) -> bool:
    """Whether a page stands in the Russian folder."""
    return page.is_relative_to(PAGES / "ru")


def in_russian(cell: str) -> str:
    """A figure as Russian writes it: 7,850 is 7 850, 1.2 is 1,2, and 3 of 4 is 3 из 4."""
    return cell.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace(" of ", " из ")


def table(run: Run, names: list[str]) -> str:
    """A table in Markdown: all rows, or those with the given names; numbers stand to the right."""
    missing = set(names) - {row[0] for _, row in rows_of(run)}
    if missing:
        raise KeyError(f"the run has no rows {', '.join(sorted(missing))}")
    head, *rest = run["table"]
    shown = [row for row, (_, named) in zip(rest, [*rows_of(run)][1:]) if not names or named[0] in names]
    lines = [head, [":--"] + ["--:"] * (len(head) - 1), *([readable(cell) for cell in row] for row in shown)]
    return "\n".join(f"| {' | '.join(cell.strip().replace('|', chr(92) + '|') for cell in row)} |" for row in lines)


def filled(page: str, runs: Runs, russian: bool = False) -> str:
    """The text of a page, with the figures and tables that it names as the runs have them.

    A Russian page has its numbers with a decimal comma. KeyError where a run has no such figure, ValueError where one
    would begin a line.
    """

    def with_figure(found: re.Match[str]) -> str:
        if found.start() == 0 or found.string[found.start() - 1] == "\n":
            raise ValueError(f"{found[1]} begins a line, which would end the paragraph; put it behind a word")
        cell = figure(runs, found["run"], found["row"], found["column"])
        return f"{found[1]}{in_russian(cell) if russian else cell}<!-- . -->"

    def with_table(found: re.Match[str]) -> str:
        names = found["rows"].split(" / ")[1:]
        return f"{found[1]}\n{table(runs[found['run']], names)}\n\n<!-- . -->"

    return FIGURE.sub(with_figure, TABLE.sub(with_table, page))


def main() -> None:
    runs = recorded()
    for path in sorted(PAGES.rglob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = filled(before, runs, is_russian(path))
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(path.relative_to(PAGES))


if __name__ == "__main__":
    main()
