"""The tutorial's engines: a whole file, in which the lines that are new since another file are marked.

```{engine} code/step02.py
:since: code/step01.py
```
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata


def new_lines(before: str, after: str) -> list[int]:
    """The numbers, from 1, of the lines of `after` that `before` lacks; empty lines are nothing new."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changed = (range(b1, b2) for kind, _, _, b1, b2 in matcher.get_opcodes() if kind in ("insert", "replace"))
    return [i + 1 for lines in changed for i in lines if new[i].strip()]


class Engine(SphinxDirective):
    """`engine`: an engine of the tutorial, beside the one before it."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"since": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """A block of code, the new lines marked."""
        text, before = self.read(self.arguments[0]), self.read(self.options["since"])
        block = nodes.literal_block(text, text, language="python")
        block["highlight_args"] = {"hl_lines": new_lines(before, text)}
        self.set_source_info(block)
        return [block]

    def read(self, name: str) -> str:
        """The text of a file beside the page; the page is made again when it changes."""
        relative, path = self.env.relfn2path(name)
        self.env.note_dependency(relative)
        return Path(path).read_text("utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directive known."""
    app.add_directive("engine", Engine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
