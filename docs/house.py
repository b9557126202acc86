"""Draw the house into images/house.svg: its floors and rooms, and which room imports from which floor below.

    make map

Floors and rooms are those of the table in architecture.md, the arrows what the files import. Arrows within a floor are
left out, and so are those which a way through other rooms stands for. The picture is drawn anew only when an arrow has
come or gone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "minigrad"
PICTURE = ROOT / "docs" / "images" / "house.svg"
TABLE = re.compile(r"^\| (\d) \| (.*?) \|", re.MULTILINE)
BASE = "numbers, errors, types"
"""The files below all floors."""

STYLE = """<style>
text { font-family: system-ui, sans-serif; font-size: 13px; fill: #24292f; }
.node polygon, .node path { fill: #eef3fb; stroke: #5b7db1; }
.edge path { stroke: #8a94a0; } .edge polygon { fill: #8a94a0; stroke: #8a94a0; }
@media (prefers-color-scheme: dark) {
  text { fill: #dfe3e8; } .node polygon, .node path { fill: #1d2733; stroke: #7da3da; }
  .edge path { stroke: #77818d; } .edge polygon { fill: #77818d; stroke: #77818d; }
}
</style>"""


def floors() -> dict[str, int]:
    """The rooms of the table, with the number of their floor; a file stands for a room, or belongs to one."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = {BASE: 0}
    for floor, rooms in TABLE.findall(page):
        found |= dict.fromkeys((each.split("/")[0] for each in re.findall(r"`(\w+)/`", rooms)), int(floor))
    return found


def room_of(module: str, rooms: dict[str, int]) -> str:
    """The room of a module of the package, given by its name within the package."""
    first = module.split(".")[0]
    if first in rooms:
        return first
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    third = next(text for floor, text in TABLE.findall(page) if floor == "3")
    return "tensor" if f"`{first}.py`" in third or module.startswith("random.factories") else BASE


def imports(file: Path) -> Iterator[str]:
    """The modules of the package that a file imports when it is loaded, within the package's own names."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("minigrad."):
            yield node.module.removeprefix("minigrad.")
        elif isinstance(node, ast.ImportFrom) and node.module == "minigrad":
            yield from (each.name for each in node.names if (PACKAGE / each.name).is_dir())


def arrows() -> set[tuple[str, str]]:
    """From which room to which on another floor something is imported."""
    rooms = floors()
    found = set()
    for file in PACKAGE.rglob("*.py"):
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if module.split(".")[0] in rooms:
            found |= {(room_of(module, rooms), room_of(each, rooms)) for each in imports(file)}
    return {(above, below) for above, below in found if rooms[above] != rooms[below]}


def skeleton(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows that no longer way stands for."""

    def reached(start: str) -> set[str]:
        nearest = {below for above, below in edges if above == start}
        return nearest.union(*map(reached, nearest))

    ways = {start: [reached(below) for above, below in edges if above == start] for start, _ in edges}
    return {(start, end) for start, end in edges if not any(end in way for way in ways[start])}


def description() -> str:
    """The picture in Graphviz's language."""
    rooms, edges = floors(), sorted(skeleton(arrows()))
    lines = ['digraph { bgcolor="transparent" nodesep=0.25 ranksep=0.55 node [shape=box style=rounded height=0.4]']
    for floor in sorted(set(rooms.values()), reverse=True):
        names = "; ".join(f'"{room}"' for room, each in rooms.items() if each == floor)
        lines.append(f"{{ rank=same; {names} }}")
    lines += [f'"{room}" [label="{room if room == BASE else room + "/"}"]' for room in rooms]
    return "\n".join([*lines, *(f'"{start}" -> "{end}"' for start, end in edges), "}"])


def main() -> None:
    """Draw it, if it has changed."""
    from minigrad.viz.layout.render import render

    told = "<!--\n" + description().replace("->", "to") + "\n-->"
    if PICTURE.exists() and told in PICTURE.read_text(encoding="utf-8"):
        return
    svg = render(description(), "svg").decode("utf-8")
    svg = re.sub(r"<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (fill|stroke|font-family|font-size)="(?!none)[^"]*"', "", svg)
    head, _, rest = svg.strip().partition(">")
    PICTURE.parent.mkdir(exist_ok=True)
    text = "\n".join(line for line in f"{head}>\n{told}\n{STYLE}{rest}".split("\n") if line.strip())
    PICTURE.write_text(text + "\n", encoding="utf-8")
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
