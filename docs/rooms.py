"""Write the map of the package into architecture.md: every room and every file, with its own first sentence.

    make map

The map is made from the files themselves; a test holds the page against the tree.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "minigrad"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- map: made by `make map` -->\n", "<!-- end of map -->\n"


def sentence_of(file: Path) -> str:
    """The first sentence of a file's docstring."""
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def rooms() -> dict[Path, list[Path]]:
    """The files of every folder of the package, from the engine upwards as the alphabet has it."""
    found: dict[Path, list[Path]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        found.setdefault(file.parent, []).append(file)
    return found


def text() -> str:
    """The map: a heading for each folder, what its __init__ says, and a line for each file."""
    parts = []
    for folder, files in sorted(rooms().items()):
        name = folder.relative_to(ROOT).as_posix()
        parts.append(f"### `{name}/`\n")
        parts += [f"{sentence_of(file)}\n" for file in files if file.name == "__init__.py" and folder != PACKAGE]
        lines = [
            f"- [`{file.name}`](../{name}/{file.name}) {sentence_of(file)}"
            for file in files
            if file.name != "__init__.py"
        ]
        parts.append("\n".join(lines) + "\n" if lines else "")
    return "\n".join(part for part in parts if part)


def page(before: str) -> str:
    """The page with the map as it is now."""
    head, _, rest = before.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{text()}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
    import house  # beside this file: the picture of the same page

    house.main()
