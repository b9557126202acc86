"""A page that steps through one graph, forward and backward, number by number: `viz.explore(loss, "loss.html")`.

The script in `assets/` only shows: every number is from the recording, or from the engine.
"""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import overload

from minigrad.io.atomic import StrPath
from minigrad.viz.engine import Variable, caller
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.fuse import fused_walk
from minigrad.viz.graph.walk import Walk, walk_of
from minigrad.viz.page.file import Page, assembled, asset
from minigrad.viz.page.serialize import serialized

MOST = 3000
"""So many operations are still laid out within a minute, and stepped without lag."""
SCRIPTS = (
    "common", "numbers", "scene", "fold", "align", "camera", "forward", "backward", "paths", "live", "practice",
    "steps", "search", "controls",
)  # fmt: skip


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
    data = json.dumps(serialized(walk), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    (output,) = walk.graph.outputs
    styles = (asset("looks.css"), asset("explore.css"))
    return assembled(asset("explore.html"), output.name, data, styles, [asset(f"{each}.js") for each in SCRIPTS])
