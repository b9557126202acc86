"""A page is one file: data, style and script are inside it, so it opens from a disk, asks no network for anything and
can be sent to somebody else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from minigrad.io.atomic import StrPath, atomic_write


class Page:
    """A page: a file when it is written, and the display of a notebook.

    `text` is the whole page, as HTML; `name` is that of what it shows, and `about` says what of it.
    """

    def __init__(self, text: str, name: str, about: str = "The graph of") -> None:
        self.text = text
        self.name = name
        self.about = about

    def write(self, path: StrPath) -> Path:
        """Write the page, whole or not at all. Returns the path; OSError if it cannot be written."""
        with atomic_write(path, "w") as file:
            file.write(self.text)
        return Path(path)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that neither its style nor its script meets those of the notebook."""
        frame = "width: 100%; height: 640px; border: 1px solid #8884; border-radius: 8px"
        title = html.escape(f"{self.about} {self.name}, step by step", quote=True)
        source = html.escape(self.text, quote=True)
        return f'<iframe title="{title}" style="{frame}" sandbox="allow-scripts" srcdoc="{source}"></iframe>'

    def __repr__(self) -> str:
        return f"<Page of {self.name}; write(path) makes a file of it>"


def asset(name: str, room: str = "page") -> str:
    """A file of the style, script or frame of a page."""
    return (files("minigrad.viz") / room / "assets" / name).read_text("utf-8")


def assembled(own: str, title: str, data: str, styles: Iterable[str], scripts: Iterable[str]) -> str:
    """The page as text: the frame that all pages share, filled with the parts that are `own`; `data` is JSON."""
    names_and_parts = re.split(r"<!-- (\w+) -->\n", own)[1:]
    parts = {
        **{name.upper(): part.rstrip("\n") for name, part in zip(names_and_parts[::2], names_and_parts[1::2])},
        "TITLE": html.escape(title),
        "STYLE": "\n".join(styles),
        "SCRIPT": "\n".join(scripts),
        "DATA": data.replace("<", "\\u003c"),  # so that no text in it can end the element it stands in
    }
    before, *rest = asset("frame.html").split("{{")
    page = before + "".join(parts[name] + text for name, text in (each.split("}}", 1) for each in rest))
    return page.encode("utf-8", "backslashreplace").decode()  # half a character, as a name may have, is no text
