"""Where a line may not end: a formula keeps the punctuation that stands at it, and in Russian a dash begins no line.

To a browser a formula is like a picture, before and after which a line may end, so that on a phone a full stop began
the next one. And in Russian the space before a dash does not break; the pages' sources have ordinary spaces.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

from extensions.language import is_russian

OPENING = re.compile(r"[(\[«“]+$")
CLOSING = re.compile(r"^[.,;:!?)\]»”…]+")


class LineBreaks(SphinxPostTransform):
    """Hold formulas and their punctuation together, and dashes and the words before them."""

    default_priority = 700

    def run(self, **kwargs: Any) -> None:
        for formula in list(self.document.findall(nodes.math)):
            hold(formula)
        if is_russian(self.env.docname):
            for text in list(self.document.findall(nodes.Text)):
                if " —" in text and not isinstance(text.parent, nodes.literal | nodes.literal_block | nodes.raw):
                    text.parent.replace(text, nodes.Text(text.replace(" —", "\N{NO-BREAK SPACE}—")))


def hold(formula: nodes.math) -> None:
    """Put a formula and the punctuation around it into one element, which does not break."""
    parent = formula.parent
    before = taken(parent, parent.index(formula) - 1, OPENING)
    after = taken(parent, parent.index(formula) + 1, CLOSING)
    if before or after:
        held = nodes.inline(classes=["held"])
        parent.replace(formula, held)
        held += [nodes.Text(before), formula, nodes.Text(after)]


def taken(parent: nodes.Element, place: int, marks: re.Pattern[str]) -> str:
    """The punctuation at the side of a text, which is left without it."""
    text = parent[place] if 0 <= place < len(parent) else None
    found = marks.search(text) if isinstance(text, nodes.Text) else None
    if found is None:
        return ""
    parent[place] = nodes.Text(found.string[: found.start()] + found.string[found.end() :])
    return found[0]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run it on every page."""
    app.add_post_transform(LineBreaks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
