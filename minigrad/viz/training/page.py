"""The page of a run, or of two beside each other; and the way back from a page to what it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minigrad.io.atomic import StrPath
from minigrad.viz.page.file import assembled, asset

VERSION = 1
"""Of the data in a page."""
SCRIPTS = ("charts", "runs", "curves", "layers", "watch")


def page_of(runs: Sequence[str], title: str, names: Sequence[str] = ("",)) -> str:
    """The page as text, of runs that are given as JSON; several go by their `names`."""
    shown = ",".join(f'{{"name":{json.dumps(name)},"run":{run}}}' for name, run in zip(names, runs, strict=True))
    data = f'{{"title":{json.dumps(title)},"runs":[{shown}]}}'
    styles = (asset("looks.css"), asset("watch.css", "training"))
    scripts = [asset("common.js"), *(asset(f"{each}.js", "training") for each in SCRIPTS)]
    return assembled(asset("watch.html", "training"), title, data, styles, scripts)


def read(path: StrPath) -> dict[str, Any]:
    """What the page at `path` shows, without running any of its code.

    ValueError if it is not the page of one run; OSError if it cannot be read.
    """
    text = Path(path).read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    try:
        runs = json.loads(found[1])["runs"] if found else []
        run: dict[str, Any] = runs[0]["run"]
        known = len(runs) == 1 and run["version"] == VERSION
    except (KeyError, IndexError, TypeError, ValueError):
        known = False
    if not known:
        raise ValueError(f"compare: {str(path)!r} is no page that viz.watch wrote for one run")
    return run
