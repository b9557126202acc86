"""The directive `derivatives`: the table of derivatives as a page, each row from `table`.

A row has the operation, what it computes, how the gradient reaches each argument, and what is saved for that. What is
typed into the field, and the families that are ticked, leave the rows that fit (`_static/derivatives.js`).
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from extensions import table
from extensions.reference import address_of
from extensions.sources import address, made_again_with_the_package

FAMILIES = {
    "elementwise": "the Jacobian is diagonal",
    "linear": "the derivative is the operation itself; the rule is its adjoint",
    "bilinear": "linear in each argument while the others are held",
    "general": "none of these",
    table.COMPOSED: "made of others, and needs no rule",
}

CONTROLS = """
<form class="derivatives-controls" role="search" onsubmit="return false">
<input type="search" name="q" placeholder="Search: log, softmax, window …" aria-label="Search the table">
<fieldset>{boxes}</fieldset>
<label><input type="checkbox" name="code"> with the lines of code</label>
<output></output>
</form>
"""
HEAD = "<thead><tr><th>Operation</th><th>Computes</th><th>Gradient</th><th>Saved</th></tr></thead>"


class Derivatives(SphinxDirective):
    """The whole table, a section for each page of it."""

    def run(self) -> list[nodes.Node]:
        """The controls, and the sections."""
        made_again_with_the_package(self.env)
        boxes = "".join(
            f'<label title="{meaning}"><input type="checkbox" name="family" value="{family}"> {family}</label>'
            for family, meaning in FAMILIES.items()
        )
        made: list[nodes.Node] = [nodes.raw("", CONTROLS.format(boxes=boxes), format="html")]
        for title, rows in table.groups():
            section = nodes.section(ids=[re.sub(r"\W+", "-", title.lower()).strip("-")], classes=["derivatives"])
            section += nodes.title(title, title)
            body = "".join(markup(row) for row in rows)
            section += nodes.raw("", f'<table class="derivatives">{HEAD}<tbody>{body}</tbody></table>', format="html")
            made.append(section)
        return made


def markup(row: table.Row) -> str:
    """The row as HTML, and under it the line of code."""
    searched = html.escape(" ".join([row.name, *row.names, row.sentence]).lower(), quote=True)
    file = row.file.rpartition("/minigrad/")[2].removeprefix("ops/")
    place = f'<a class="line" href="{address(row.file, row.line)}">{html.escape(file)}:{row.line}</a>'
    code = f'<tr class="code"><td colspan="4"><pre>{html.escape(row.code)}</pre></td></tr>' if row.code else ""
    return (
        f'<tr id="{row.name}" data-family="{row.family}" data-text="{searched}">'
        f"<td>{''.join(operation(row))}{place}</td>"
        f'<td data-label="computes">{row.formula or in_words(row.sentence)}</td>'
        f'<td data-label="gradient">{gradients(row)}</td><td data-label="saved">{saved(row)}</td></tr>{code}'
    )


def in_words(sentence: str) -> str:
    """A sentence of a docstring as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(sentence))


def operation(row: table.Row) -> Iterator[str]:
    """The name, which leads to the reference, the family and the other names."""
    first, *others = row.names or [""]
    shown = f"<code>{html.escape(row.name)}</code>"
    yield f'<a href="{address_of(first)}">{shown}</a>' if first else shown
    yield f' <span class="family {row.family}">{row.family}</span>'
    if not first:
        yield '<span class="aside">called by rules and layers</span>'
    elif others:
        short = ", ".join(each.removeprefix("minigrad.") for each in others)
        yield f'<span class="aside">also {html.escape(short)}</span>'


def gradients(row: table.Row) -> str:
    """What each argument gets, and what the letters mean."""
    if row.family == table.COMPOSED:
        links = [f'<a href="#{name}"><code>{name}</code></a>' for name in row.made_of]
        return "through " + ", ".join(links) if links else '<span class="aside">calls no primitive</span>'
    if not any(row.rules.values()):
        return '<span class="aside">nothing flows back</span>'
    lines = [
        f'<div class="rule"><var>{html.escape(", ".join(arguments))}</var> {rule or "<span>none</span>"}</div>'
        for rule, arguments in alike(row.rules)
    ]
    lines += [
        f'<div class="aside">where {html.escape(letter)} is {html.escape(meaning)}</div>'
        for letter, meaning in row.where.items()
    ]
    return "".join(lines)


def alike(rules: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Each rule with its arguments; those of arguments that follow each other are told once where they are the same."""
    for rule, same in itertools.groupby(rules, rules.__getitem__):
        yield rule, [argument.lstrip("*") for argument in same]


def saved(row: table.Row) -> str:
    """The arrays that are kept; smaller, what costs next to nothing."""
    arrays = ", ".join(f"<code>{html.escape(each)}</code>" for each in row.arrays)
    others = f'<div class="aside">{html.escape(", ".join(row.others))}</div>' if row.others else ""
    nothing = '<span class="aside">nothing</span>' if not row.others else ""
    return (arrays or ("" if row.family == table.COMPOSED else nothing)) + others


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directive known."""
    app.add_directive("derivatives", Derivatives)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
