"""The source of the package as pages of the documentation, so that a link can lead to a line of code.

`{source}` is the role for it: {source}`minigrad/engine/node.py` leads to a file, and with a name of something that the
file defines, {source}`minigrad/engine/node.py:Node`, to its line. Links of Markdown to files of Python lead there too.
"""

from __future__ import annotations

import ast
import functools
import html
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import Name, Operator, Punctuation, Text
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("minigrad", "examples", "benchmarks", "docs/tutorial/code")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{file}</title>
<link rel="stylesheet" href="{up}_static/source.css">
<script>document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto"</script>
</head>
<body>
<header><a href="{up}index.html">minigrad</a> / {file}</header>
<pre>{code}</pre>
</body>
</html>
"""


class Colours(HtmlFormatter[str]):
    """Colours for what stands out, and no mark-up for the rest: names, operators, spaces."""

    def _get_css_class(self, ttype: Any) -> str:
        plain = ttype in Operator and ttype is not Operator.Word
        special = ttype in Name.Builtin or ttype in Name.Function or ttype in Name.Class or ttype in Name.Decorator
        if plain or ttype in Punctuation or ttype in Text or (ttype in Name and not special):
            return ""
        return str(super()._get_css_class(ttype))  # type: ignore[misc]


def files() -> list[Path]:
    """All files of Python that have a page."""
    return [each for folder in FOLDERS for each in sorted((ROOT / folder).rglob("*.py"))]


def address(file: str | Path, line: int = 0) -> str:
    """Where in the build a file of the repository stands, and in it a line."""
    path = Path(file).resolve().relative_to(ROOT).with_suffix(".html").as_posix()
    return f"source/{path}" + (f"#line-{line}" if line else "")


@functools.cache
def lines_of(file: Path) -> dict[str, int]:
    """Where a file defines what: functions, classes, their methods (`Node.pull`), and names."""
    found: dict[str, int] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node.lineno
            for each in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(each, ast.FunctionDef):
                    found.setdefault(f"{node.name}.{each.name}", each.lineno)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, node.lineno)
    return found


def made_again_with_the_package(env: BuildEnvironment) -> None:
    """Let the page that is being read be read again when a file of the package changes."""
    for file in files():
        env.note_dependency(str(file))


class SourceRole(SphinxRole):
    """A file, or what a file defines: `minigrad/engine/node.py:Node`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A link to the page of the file; an error if there is no such file, or no such name in it."""
        name, _, target = self.text.partition(":")
        file = ROOT / name
        if file not in files():
            return self._wrong(f"there is no {name}")
        if target and target not in lines_of(file):
            return self._wrong(f"{name} does not define {target}")
        up = "../" * self.env.docname.count("/")
        shown = nodes.literal("", target or name.removeprefix("minigrad/"))
        return [nodes.reference("", "", shown, refuri=up + address(file, lines_of(file).get(target, 0)))], []

    def _wrong(self, message: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        problem = self.inliner.reporter.error(f"source: {message}", line=self.lineno)
        return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]


def lead_to_pages(app: Sphinx, doctree: nodes.document) -> None:
    """Links to files of Python lead to their pages, where they would be copied and downloaded."""
    docname = app.env.docname
    for each in list(doctree.findall(addnodes.download_reference)):
        file = Path(app.env.relfn2path(each["reftarget"], docname)[1])
        if file.suffix == ".py" and file.is_file():
            reference = nodes.reference("", "", *each.children, refuri="../" * docname.count("/") + address(file))
            each.replace_self(reference)


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the pages that are new or have changed."""
    if error is not None or app.builder.format != "html":
        return
    out, colours = Path(app.outdir), Colours(nowrap=True)
    for file in files():
        target = out / address(file)
        if target.exists() and target.stat().st_mtime > max(file.stat().st_mtime, Path(__file__).stat().st_mtime):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        name = file.relative_to(ROOT).as_posix()
        lines = highlight(file.read_text(encoding="utf-8"), PythonLexer(stripnl=False), colours).splitlines()
        code = "".join(f'<span id="line-{i}">{line}</span>' for i, line in enumerate(lines, 1))
        target.write_text(
            PAGE.format(file=html.escape(name), up="../" * address(file).count("/"), code=code), encoding="utf-8"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the role known, turn links, and write the pages in the end."""
    app.add_role("source", SourceRole())
    app.connect("doctree-read", lead_to_pages, priority=400)  # before Sphinx collects what is to be downloaded
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
