"""A page as a notebook: text becomes cells of Markdown, examples become cells of code with the answers that they had.

What only a page can do is put in words that a notebook understands: `explore` and `draw` are calls of `viz`, a folded
answer is an element of HTML, code that a page includes is quoted. What a page imports from a file beside it is written
by a cell at the beginning. So a notebook needs nothing but the package.
"""

from __future__ import annotations

import ast
import base64
import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extensions.language import said

FENCE = re.compile(r"(?P<fence>`{3,}|:{3,})(?P<kind>\{[\w-]+\}|\w*)\s*(?P<argument>.*)")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\((?!https?:|data:)([^)]+)\)")
ROLE = re.compile(r"\{[\w:]+\}`([^`]+)`")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ENGINES = Path(__file__).parents[1] / "tutorial" / "code"
TYPES = {".png": "image/png", ".gif": "image/gif", ".svg": "image/svg+xml"}


def has_code(source: str) -> bool:
    """Whether there is anything to run on a page."""
    return bool(doctest.DocTestParser().get_examples(source))


def notebook_of(page: Path, docname: str = "") -> dict[str, Any]:
    """The page as a notebook, in Jupyter's format; what is added speaks the language of the page that is named."""
    source = page.read_text(encoding="utf-8")
    cells = [*modules_of(page, source, docname), *cells_of(source.split("\n"), page)]
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def code(source: str, output: str = "", raises: bool = False) -> dict[str, Any]:
    """A cell of code and what it has answered."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    metadata = {"tags": ["raises-exception"]} if raises else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "source": source, "outputs": outputs}


def text(source: str) -> dict[str, Any]:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def modules_of(page: Path, source: str, docname: str) -> Iterator[dict[str, Any]]:
    """A cell for each file that its examples import: beside the page, in `code` there, or an engine of the tutorial."""
    tree = ast.parse("".join(each.source for each in doctest.DocTestParser().get_examples(source)))
    names = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    files = {name: file for name in names for place in (ENGINES, page.parent) for file in place.glob(f"**/{name}.py")}
    if files:
        yield text(said("The files that this page imports:", docname))
    for _, file in sorted(files.items()):
        yield code(f"%%writefile {file.name}\n{file.read_text(encoding='utf-8')}")


def cells_of(lines: list[str], page: Path) -> Iterator[dict[str, Any]]:
    """The cells, in order."""
    words: list[str] = []
    i = 0
    if lines[:1] == ["---"]:  # what the page says of itself
        i = lines.index("---", 1) + 1
    while i < len(lines):
        opened = FENCE.fullmatch(lines[i])
        if opened is None:
            words.append(lines[i])
            i += 1
            continue
        end = next(j for j in range(i + 1, len(lines)) if lines[j].rstrip() == opened["fence"])
        body, kind = lines[i + 1 : end], opened["kind"]
        i = end + 1
        made = list(block(kind, opened["argument"], body, page))
        if made and made[0]["cell_type"] == "code":
            yield from flushed(words, page)
            words = []
            yield from made
        else:
            words += [each["source"] for each in made]
    yield from flushed(words, page)


def flushed(words: list[str], page: Path) -> Iterator[dict[str, Any]]:
    """The text so far as a cell, if there is any, without what only the site can follow."""
    source = ROLE.sub(r"`\1`", LINK.sub(r"\1", COMMENT.sub("", "\n".join(words)))).strip()
    if source:
        yield text(PICTURE.sub(lambda found: embedded(found[1], page.parent / found[2]), source))


def embedded(alt: str, file: Path) -> str:
    """A picture with its bytes, so that no file need lie beside the notebook."""
    data = base64.b64encode(file.read_bytes()).decode()
    return f"![{alt}](data:{TYPES[file.suffix]};base64,{data})"


def block(kind: str, argument: str, body: list[str], page: Path) -> Iterator[dict[str, Any]]:
    """What stands between two fences."""
    options = dict(re.findall(r"^:([\w-]+): ?(.*)$", "\n".join(body), re.MULTILINE)) if kind.startswith("{") else {}
    inner = [line for line in body if not re.match(r":[\w-]+:", line)] if options else body
    source = "\n".join(inner)
    if kind == "python" and has_code(source):
        yield from examples(source)
    elif kind in ("{explore}", "{draw}"):
        yield code(shown(kind.strip("{}"), argument, source, options))
    elif kind == "{dropdown}":
        inside = list(cells_of(inner, page))
        yield text(f"<details><summary>{argument}</summary>\n\n{joined(inside)}\n\n</details>")
    elif kind == "{literalinclude}":
        yield text(f"```python\n{included(page.parent / argument, options)}\n```")
    elif kind in ("{curves}", "{pictures}"):
        yield text(f"*On the page there is a picture here: {options['alt']}.*")
    elif not kind.startswith("{"):
        yield text("\n".join([f"```{kind}", *body, "```"]))


def joined(cells: list[dict[str, Any]]) -> str:
    """Cells as one text, where there can be no cell of code."""
    return "\n\n".join(f"```python\n{each['source']}\n```" if "outputs" in each else each["source"] for each in cells)


def examples(source: str) -> Iterator[dict[str, Any]]:
    """Examples as cells, each of which ends where something is answered."""
    waiting = ""
    for each in doctest.DocTestParser().get_examples(source):
        waiting += re.sub(r"  # doctest:.*", "", each.source)
        if each.want:
            raises = each.exc_msg is not None
            varies = raises or doctest.SKIP in each.options  # an answer that is another each time is not compared
            yield code(waiting.rstrip(), "" if varies else each.want.replace("<BLANKLINE>", ""), raises)
            waiting = ""
    if waiting:
        yield code(waiting.rstrip())


def shown(name: str, expression: str, source: str, options: dict[str, str]) -> str:
    """The call of `viz` that a directive stands for, after its body, which is recorded."""
    parsed = doctest.DocTestParser().get_examples(source)
    body = ("".join(each.source for each in parsed) if parsed else source).strip()
    if body and "viz.record" not in body:
        body = "with viz.record():\n" + "\n".join(f"    {line}" if line else line for line in body.split("\n"))
    given = {each: "True" for each in ("backward", "primitives") if each in options}
    given |= {each: options[each] for each in ("depth", "limit") if each in options}
    if name == "draw":
        given |= {each: repr(options[each]) for each in ("title", "direction") if each in options}
        given |= dict.fromkeys(("formulas", "saved", "legend"), "False") if "plain" in options else {}
    call = f"viz.{name}({', '.join([expression, *(f'{key}={value}' for key, value in given.items())])})"
    return "\n".join(filter(None, ["from minigrad import viz\n", body, call]))


def included(file: Path, options: dict[str, str]) -> str:
    """The part of a file that a page includes."""
    lines = file.read_text(encoding="utf-8").split("\n")
    if "pyobject" in options:
        body: Any = ast.parse("\n".join(lines))
        for name in options["pyobject"].split("."):
            body = next(each for each in body.body if getattr(each, "name", "") == name)
        return "\n".join(lines[body.lineno - 1 : body.end_lineno])
    if "lines" in options:
        first, _, last = options["lines"].partition("-")
        return "\n".join(lines[int(first) - 1 : int(last or len(lines))])
    marks = {key: options[key].strip('"') for key in options if key.startswith(("start-", "end-"))}
    for key, mark in marks.items():  # the start comes first, as on the page
        at = next(i for i, line in enumerate(lines) if mark in line and (i or key != "end-before"))
        after = at + (key in ("start-after", "end-at"))
        lines = lines[after:] if key.startswith("start") else lines[:after]
    return "\n".join(lines).strip("\n")
