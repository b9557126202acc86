"""Directives that run the code of a page while it is made, and show what comes of it: stepping pages and pictures.

    ```{explore} loss            a page that steps through the graph of `loss`, in a frame
    ```{draw} model, x           a picture; options are those of viz.draw, such as :backward: or :direction: LR
    ```{embed} explore/lstm.html   a page that stands in the folder already, or that the examples have written

The argument is an expression in the names that the page's examples (`>>>`) have made by then. A directive with a body
runs it first, recorded, and shows it: with or without `>>>`; `:hide:` hides it. So what is shown is what has run.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import hashlib
import html
import io
import linecache
import shutil
import textwrap
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from extensions.language import said
from minigrad import viz

FOLDER = "_shown"
"""Where in the build pages and pictures are written."""
log = logging.getLogger(__name__)


class Code:
    """The examples of one page, run in their order and in one namespace, as far as a directive asks."""

    def __init__(self, docname: str, source: str) -> None:
        self.docname = docname
        self.examples = doctest.DocTestParser().get_examples(source)
        self.namespace: dict[str, Any] = {"__name__": "__main__"}

    def run_to(self, line: int) -> None:
        """Run what stands above a line of the page and has not run yet."""
        while self.examples and self.examples[0].lineno < line:
            example = self.examples.pop(0)
            self.run(example.source, example.lineno, "single")

    def run(self, source: str, line: int, mode: str = "exec") -> None:
        """Run what stands below a line of the page, so that a recording finds its text and says where it stands."""
        with contextlib.redirect_stdout(io.StringIO()):
            exec(self._compiled("\n" * line + source, mode), self.namespace)

    def value(self, expression: str) -> Any:
        """What an expression in the names of the page is."""
        return eval(self._compiled(expression, "eval"), self.namespace)

    def _compiled(self, source: str, mode: str) -> Any:
        file = f"{len(linecache.cache)}/{self.docname}.md"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        return compile(source, file, mode)


class Shown(SphinxDirective):
    """What the directives have in common: run the code, write a file into the build, show it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"hide": directives.flag}

    def run(self) -> list[nodes.Node]:
        """The nodes of the directive; what fails in the code is an error of the page."""
        pages: dict[str, Code] = self.env.temp_data.setdefault("code", {})
        docname = self.env.docname
        if docname not in pages:
            pages[docname] = Code(docname, Path(self.env.doc2path(docname)).read_text(encoding="utf-8"))
        code = pages[docname]
        shown: list[nodes.Node] = []
        try:
            code.run_to(self.lineno)
            if self.content:
                shown = self._with_body(code)
            markup = self.made(code)
        except Exception as error:
            raise self.error(f"{type(error).__name__}: {error}") from error
        return [*shown, nodes.raw("", markup, format="html")]

    def _with_body(self, code: Code) -> list[nodes.Node]:
        """Run the body, recorded, and show it unless it is to be hidden."""
        text = "\n".join(self.content).rstrip()
        examples = doctest.DocTestParser().get_examples(text)
        code.namespace["__recording__"] = recording = viz.record()
        with recording:
            code.run("".join(each.source for each in examples) if examples else text, self.lineno + self.content_offset)
        del code.examples[: len(examples)]  # these are the page's next ones
        if "hide" in self.options:
            return []
        return [nodes.literal_block(text, text, language="pycon" if examples else "python")]

    def made(self, code: Code) -> str:
        """Write the file, and return the HTML that shows it."""
        raise NotImplementedError

    def kept(self, content: str | bytes, suffix: str) -> str:
        """Write a file named by its content, so that pages which show the same share it. Returns its address."""
        data = content.encode() if isinstance(content, str) else content
        name = f"{FOLDER}/{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        target = Path(self.env.app.outdir) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return self.up() + name

    def up(self) -> str:
        """The way from this page to the root of the build."""
        return "../" * self.env.docname.count("/")

    def frame(self, address: str) -> str:
        """A stepping page in a frame, and a link that opens it alone."""
        title = self.options.get("title", said("Step by step", self.env.docname))
        height = self.options.get("height", 640)
        return (
            f'<figure class="stepping"><iframe src="{address}?embed" title="{html.escape(title)}" loading="lazy" '
            f'style="height: {height}px"></iframe><figcaption><a href="{address}" target="_blank" rel="noopener">'
            f"{html.escape(title)}: {said('open the page alone', self.env.docname)}</a></figcaption></figure>"
        )


class Explore(Shown):
    """`explore`: the stepping page of a graph."""

    option_spec: ClassVar[dict[str, Any]] = {
        "hide": directives.flag,
        "height": int,
        "title": str,
        "primitives": directives.flag,
    }

    def made(self, code: Code) -> str:
        code.namespace["__viz__"] = viz
        page = code.value(f"__viz__.explore({self.arguments[0]}, primitives={'primitives' in self.options})")
        return self.frame(self.kept(page.text, ".html"))


class Draw(Shown):
    """`draw`: the picture of a graph, light on light pages and dark on dark ones."""

    option_spec: ClassVar[dict[str, Any]] = {
        "hide": directives.flag,
        "alt": directives.unchanged_required,
        "title": str,
        "depth": int,
        "direction": str,
        "limit": int,
        **dict.fromkeys(("backward", "primitives", "plain"), directives.flag),
    }

    def made(self, code: Code) -> str:
        given = {each: self.options[each] for each in ("title", "depth", "direction", "limit") if each in self.options}
        given |= {each: True for each in ("backward", "primitives") if each in self.options}
        given |= dict.fromkeys(("formulas", "saved", "legend"), False) if "plain" in self.options else {}
        code.namespace |= {"__viz__": viz, "__given__": given}
        alt = html.escape(self.options.get("alt", self.options.get("title", f"The graph of {self.arguments[0]}")))
        picture = code.value(f"__viz__.draw({self.arguments[0]}, **__given__)")
        address = self.kept(picture._repr_svg_(), ".svg")
        shown = f'<img src="{address}" alt="{alt}" loading="lazy">'
        return f'<figure class="drawn"><a href="{address}">{shown}</a></figure>'


class Embed(Shown):
    """`embed`: a page that stands in the folder of the documentation, or whose path is a value of the examples."""

    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {"height": int, "title": str}

    def made(self, code: Code) -> str:
        address = self.arguments[0]
        source = Path(self.env.srcdir) / address
        if not source.is_file():
            return self.frame(self.kept(code.value(address).read_bytes(), ".html"))
        target = Path(self.env.app.outdir) / address
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return self.frame(self.up() + address)


def trimmed(app: Sphinx, doctree: nodes.document) -> None:
    """Take away the empty lines around code, one of which ends an example for doctest; say where code is cut off."""
    for block in doctree.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            text = block.rawsource.strip("\n").rstrip()
            block.rawsource, block[:] = text, [nodes.Text(text)]
        if str(block.get("source", "")).endswith(".py"):  # taken from a file, from a line to a line
            try:
                ast.parse(textwrap.dedent(block.astext()))
            except SyntaxError as error:
                log.warning("no whole statements: %s", error, location=block)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directives known."""
    for name, directive in (("explore", Explore), ("draw", Draw), ("embed", Embed)):
        app.add_directive(name, directive)
    app.connect("doctree-read", trimmed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
