"""A page that steps through one graph, forward and backward, number by number: `viz.explore(loss, "loss.html")`.

The page is one file. Data, style and script are inside, so it opens from a disk, asks no network for anything and can
be sent to somebody else. The script in `assets/` only shows: every number is from the recording, or from the engine.
"""

from __future__ import annotations

import html
import json
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import overload

from minigrad.io.atomic import StrPath, atomic_write
from minigrad.viz.engine import Variable
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.fuse import fused_walk
from minigrad.viz.graph.walk import Walk, walk_of
from minigrad.viz.page.serialize import serialized
from minigrad.viz.recording.names import caller

MOST = 3000
"""So many operations are still laid out within a minute, and stepped without lag."""
SCRIPTS = (
    "numbers", "scene", "fold", "align", "camera", "forward", "backward", "paths", "live", "practice", "steps",
    "search", "controls",
)  # fmt: skip


class Page:
    """A page that steps through a graph: a file when it is written, and the display of a notebook.

    `text` is the whole page, as HTML; `name` is that of the tensor whose graph it shows.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name

    def write(self, path: StrPath) -> Path:
        """Write the page, whole or not at all. Returns the path; OSError if it cannot be written."""
        with atomic_write(path, "w") as file:
            file.write(self.text)
        return Path(path)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that neither its style nor its script meets those of the notebook."""
        frame = "width: 100%; height: 640px; border: 1px solid #8884; border-radius: 8px"
        title = html.escape(f"The graph of {self.name}, step by step", quote=True)
        source = html.escape(self.text, quote=True)
        return f'<iframe title="{title}" style="{frame}" sandbox="allow-scripts" srcdoc="{source}"></iframe>'

    def __repr__(self) -> str:
        return f"<Page of {self.name}; write(path) makes a file of it>"


@overload
def explore(loss: Variable, path: StrPath, *, primitives: bool = False) -> Path: ...


@overload
def explore(loss: Variable, path: None = None, *, primitives: bool = False) -> Page: ...


def explore(loss: Variable, path: StrPath | None = None, *, primitives: bool = False) -> Path | Page:
    """Write the page for the graph that leads to `loss`, which was computed within `with viz.record():`.

    Without a `path` the page is returned, and a notebook displays it. In the address of a page `#step=13` or `#node=p`
    leads to a step, and `?embed` leaves out what is around it, for a frame within another page.

    The backward pass shown is the recorded one, or, if none was, one that is run for the page and leaves no trace: no
    `.grad` changes, no hook is called and nothing is freed. If `loss` has several elements it is the one of their sum.
    Each public call is one card, and shows what it consists of; with `primitives` these operations are cards. Returns
    the path, or the page.

    Raises TypeError if `loss` is no tensor; GraphError if it has no graph, does not require grad, was not recorded with
    its values, or has been freed by a backward pass outside of the recording; ValueError if the graph is too large for
    a page; RuntimeError if there is no Graphviz to lay it out; OSError if `path` cannot be written. What stood at
    `path` stays until the whole page is there.

    >>> import tempfile
    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.tensor(2.0, requires_grad=True)
    >>> with viz.record():
    ...     y = x.exp() * x
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     viz.explore(y, f"{folder}/y.html").name
    'y.html'
    """
    if not isinstance(loss, Variable):
        raise TypeError(f"explore: loss must be a tensor, not {type(loss).__name__}")
    if path is not None and not isinstance(path, (str, PathLike)):
        raise TypeError(f"explore: path is the file to write, a text or a Path, not {type(path).__name__}")
    graph = graph_of(loss, frame=caller())
    operations = sum(each.kind == "operation" for each in graph.vertices)
    if operations > MOST:
        raise ValueError(
            f"explore: a page shows up to {MOST} operations, this graph has {operations}. Record a smaller part of it, "
            "such as one time step or one block; viz.draw folds a graph of any size."
        )
    walk = walk_of(graph, loss)
    (output,) = graph.outputs
    page = Page(page_of(walk if primitives else fused_walk(walk)), output.name)
    return page if path is None else page.write(path)


def page_of(walk: Walk) -> str:
    """The page as text."""
    folder = files("minigrad.viz") / "page" / "assets"
    data = json.dumps(serialized(walk), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    (output,) = walk.graph.outputs
    parts = {
        "TITLE": html.escape(output.name),
        "STYLE": (folder / "explore.css").read_text("utf-8"),
        "SCRIPT": "\n".join((folder / f"{each}.js").read_text("utf-8") for each in SCRIPTS),
        "DATA": data.replace("<", "\\u003c"),  # so that no text in it can end the element it stands in
    }
    before, *rest = (folder / "explore.html").read_text("utf-8").split("{{")
    return before + "".join(parts[name] + text for name, text in (each.split("}}", 1) for each in rest))
