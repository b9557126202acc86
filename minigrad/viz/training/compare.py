"""Two runs on one page: the same curves in one chart, the same layers in one row, at the same step."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import overload

from minigrad.io.atomic import StrPath
from minigrad.viz.page.file import Page
from minigrad.viz.training.page import page_of, read
from minigrad.viz.training.watch import Watch


@overload
def compare(first: StrPath | Watch, second: StrPath | Watch, path: StrPath) -> Path: ...


@overload
def compare(first: StrPath | Watch, second: StrPath | Watch, path: None = None) -> Page: ...


def compare(first: StrPath | Watch, second: StrPath | Watch, path: StrPath | None = None) -> Path | Page:
    """Two runs beside each other, on one page.

    Args:
        first, second: the pages that `watch` wrote, or watches. Of a page the data are read, and nothing in it is run.
        path: the page to write (default None: it is returned, and a notebook displays it).

    Layers and curves of one name belong together. Runs go by the folder of their page, or where that is the same by its
    file. Returns the path, or the page.

    TypeError for what is neither a path nor a watch; ValueError if a file is no page of one run; OSError if it cannot
    be read, or `path` not be written.

    >>> import minigrad as mg
    >>> from minigrad import nn, viz
    >>> small, large = viz.watch(nn.Linear(2, 4)), viz.watch(nn.Linear(2, 8))
    >>> viz.compare(small, large)
    <Page of Linear and Linear; write(path) makes a file of it>
    """
    for each in (first, second):
        if not isinstance(each, (str, PathLike, Watch)):
            raise TypeError(f"compare: a run is a page or a watch, not {type(each).__name__}")
    if path is not None and not isinstance(path, (str, PathLike)):
        raise TypeError(f"compare: path is the file to write, a text or a Path, not {type(path).__name__}")
    runs = [
        each.data() if isinstance(each, Watch) else json.dumps(read(each), ensure_ascii=False)
        for each in (first, second)
    ]
    names = _names(first, second)
    title = " and ".join(names)
    page = Page(page_of(runs, title, names), title, "The training of")
    return page if path is None else page.write(path)


def _names(*runs: StrPath | Watch) -> list[str]:
    """The titles of watches; of pages the folders, unless they are the same."""
    folders = [each.title if isinstance(each, Watch) else Path(each).resolve().parent.name for each in runs]
    files = [each.title if isinstance(each, Watch) else Path(each).stem for each in runs]
    return folders if len(set(folders)) == len(runs) else files
