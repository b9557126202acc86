"""Docstrings as nodes of a page: paragraphs, lists, arguments, formulas that are set in, and examples.

The docstrings of the package are plain text, written for `help()`; this reads the few forms that they have. `Args:` and
`Returns:` begin lists of names with what is said of them, a block that is set in is shown as it is, and what stands
between single backquotes is code, which becomes a link where it names something public.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

from docutils import nodes

Resolve = Callable[[str], str]
"""The address of what a word in backquotes names, or nothing."""
ITEM = re.compile(r"(\*{0,2}\w[\w*, ]*): (.*)", re.DOTALL)


def nodes_of(docstring: str, resolve: Resolve = lambda word: "") -> list[nodes.Node]:
    """A docstring as a list of nodes."""
    return list(_blocks(inspect.cleandoc(docstring).split("\n"), resolve))


def _blocks(lines: list[str], resolve: Resolve) -> Iterator[nodes.Node]:
    """The blocks, one after the other, each begun by its first line."""
    i = 0
    while i < len(lines):
        line, start = lines[i], i
        if not line.strip():
            i += 1
        elif line.startswith(">>> "):
            while i < len(lines) and lines[i].strip():
                i += 1
            text = "\n".join(lines[start:i])
            yield nodes.literal_block(text, text, language="pycon")
        elif line.startswith("    "):
            while i < len(lines) and (lines[i].startswith("    ") or not lines[i].strip()):
                i += 1
            text = inspect.cleandoc("\n" + "\n".join(lines[start:i]))
            yield nodes.literal_block(text, text, language="text")
        elif line in ("Args:", "Returns:", "Raises:", "Attributes:", "Shape:"):
            i += 1
            while i < len(lines) and (lines[i].startswith("    ") or not lines[i].strip()):
                i += 1
            yield nodes.paragraph("", "", nodes.strong("", "Arguments" if line == "Args:" else line[:-1]))
            yield _arguments(inspect.cleandoc("\n" + "\n".join(lines[start + 1 : i])).split("\n"), resolve)
        elif line.startswith("- "):
            while i < len(lines) and lines[i].strip() and (i == start or lines[i].startswith(("- ", "  "))):
                i += 1
            yield _list("\n".join(lines[start:i]), resolve)
        else:
            while i < len(lines) and lines[i].strip() and not lines[i].startswith((">>> ", "- ", "Args:")):
                i += 1
            i = max(i, start + 1)
            yield nodes.paragraph("", "", *inline(" ".join(lines[start:i]), resolve))


def _list(text: str, resolve: Resolve) -> nodes.Node:
    """A list of points, each begun by a dash."""
    points = [" ".join(each.split()) for each in re.split(r"^- ", text, flags=re.MULTILINE) if each.strip()]
    items = [nodes.list_item("", nodes.paragraph("", "", *inline(each, resolve))) for each in points]
    return nodes.bullet_list("", *items, bullet="-")


def _arguments(lines: list[str], resolve: Resolve) -> nodes.Node:
    """What is said of each argument: a list with their names."""
    said: list[str] = []
    for line in lines:
        if line.startswith(" ") and said:
            said[-1] += " " + line.strip()
        elif line.strip():
            said.append(line)
    items = []
    for each in said:
        found = ITEM.fullmatch(each)
        parts = [nodes.strong("", found[1]), nodes.Text(": "), *inline(found[2], resolve)] if found else None
        items.append(nodes.list_item("", nodes.paragraph("", "", *(parts or inline(each, resolve)))))
    return nodes.bullet_list("", *items, bullet="-", classes=["arguments"])


def inline(text: str, resolve: Resolve) -> list[nodes.Node]:
    """A line of text, with code between backquotes; functions of layers, `F.relu`, are code without them."""
    found: list[nodes.Node] = []
    for i, part in enumerate(re.split(r"(`+[^`]+`+|(?<![\w`])F\.\w+)", text)):
        if i % 2:
            part = part.strip("`")
            code = nodes.literal(part, part)
            address = resolve(part)
            found.append(nodes.reference("", "", code, refuri=address) if address else code)
        elif part:
            found.append(nodes.Text(part))
    return found
