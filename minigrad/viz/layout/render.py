"""From a description to a picture: Graphviz, the system's or the one that a wheel carries.

The description of a graph, its DOT source, is text and needs nothing. To lay it out takes Graphviz: the program `dot`
if the system has it, else the same code inside the wheel of pygraphviz (`pip install "minigrad[render]"`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from minigrad.io.atomic import StrPath, atomic_write

FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}
"""What a file's suffix asks for."""


def available() -> bool:
    """Whether there is a Graphviz to lay out with."""
    return shutil.which("dot") is not None or find_spec("pygraphviz") is not None


def render(dot: str, format: str, headings: Mapping[str, str] | None = None) -> bytes:
    """The graph that `dot` describes in another format: svg, png, pdf, json (with all positions) or plain.

    `headings` are the labels of clusters, by the clusters' names, that are to stand above the edges that cross them:
    Graphviz draws edges over the labels of clusters, but under vertices. RuntimeError if there is no Graphviz, or if it
    does not understand the description.
    """
    if not headings:
        return _run(dot, format)
    laid_out = _run(dot, "dot").decode()
    vertices = [
        f'heading_{name} [pos="{x},{y}", shape=plain, style="", label={headings[name]}];'
        for name, x, y in re.findall(r'subgraph (\w+) *\{.*?\blp="([^",]+),([^"]+)"', laid_out, re.DOTALL)
        if name in headings
    ]
    body, brace, _ = laid_out.rpartition("}")
    return _run(body + "\n".join(vertices) + brace, format, positioned=True)


def _run(dot: str, format: str, positioned: bool = False) -> bytes:
    """Let Graphviz lay out, and draw; `positioned` if all positions are there already."""
    program = shutil.which("dot")
    engine = "nop2" if positioned else "dot"
    if program is not None:
        command = [program, f"-K{engine}", f"-T{format}"]
        done = subprocess.run(command, input=dot.encode(), capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"render: Graphviz refused the graph: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout
    if find_spec("pygraphviz") is None:
        raise RuntimeError(
            "render: a picture needs Graphviz, and there is none. Install the system's (such as `apt install graphviz` "
            'or `brew install graphviz`), or a wheel that carries it: `pip install "minigrad[render]"`. '
            "The description is there without either, as `.dot`."
        )
    pygraphviz = import_module("pygraphviz")
    return bytes(pygraphviz.AGraph(string=dot).draw(format=format, prog=engine))


def format_of(path: StrPath) -> str:
    """The format that a file name asks for; ValueError for a suffix that is unknown."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"render: the path is a text or a Path, not {type(path).__name__}")
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"render: {os.fspath(path)!r} has the suffix {suffix!r}; known are {', '.join(FORMATS)}")
    return FORMATS[suffix]


def write(dot: str, path: StrPath, headings: Mapping[str, str] | None = None) -> Path:
    """Write the picture, or for .dot the description itself, to `path`: whole, or not at all. Returns the path."""
    format = format_of(path)
    content = dot.encode() if format == "dot" else render(dot, format, headings)
    with atomic_write(path, "wb") as file:
        file.write(content)
    return Path(path)
