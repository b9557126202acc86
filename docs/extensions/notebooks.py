"""Notebooks beside the pages: a page that has examples offers itself as one, to be downloaded."""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from extensions.language import said
from extensions.notebook import has_code, notebook_of

FOLDER = "_notebooks"


def offer(app: Sphinx, doctree: nodes.document) -> None:
    """Write the notebook of the page that has been read, and put a link to it under the title."""
    docname = app.env.docname
    page = Path(app.env.doc2path(docname))
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is None or app.builder.format != "html" or not has_code(page.read_text(encoding="utf-8")):
        return
    target = Path(app.outdir) / FOLDER / f"{docname}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook_of(page, docname), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    address = f"{'../' * docname.count('/')}{FOLDER}/{docname}.ipynb"
    text = said("This page as a notebook", docname)
    link = nodes.raw("", f'<p class="notebook"><a href="{address}" download>{text}</a></p>', format="html")
    title.parent.insert(title.parent.index(title) + 1, link)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Offer each page when it has been read."""
    app.connect("doctree-read", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
