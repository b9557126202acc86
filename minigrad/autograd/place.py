"""The line of the user's code that is being carried out: what errors and recordings refer to.

Between that line and the operation lie only frames of the package itself; the first one outside is the user's.
"""

from __future__ import annotations

import linecache
import os
import sys
from types import FrameType
from typing import NamedTuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_owned: dict[str, bool] = {}


class Place(NamedTuple):
    """A line of the user's code."""

    file: str
    line: int
    function: str

    @property
    def text(self) -> str:
        """The line itself, without its indentation; empty where there is no source to read."""
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        return f"{os.path.basename(self.file)}:{self.line}"


def is_own(file: str) -> bool:
    """Whether a file belongs to minigrad itself."""
    own = _owned.get(file)
    if own is None:
        own = _owned[file] = file.startswith(_PACKAGE)
    return own


def user_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame, from `frame` outwards, that is not minigrad's own."""
    while frame is not None:
        file = frame.f_code.co_filename
        own = _owned.get(file)  # asked of ten frames for each step of a trace
        if not (is_own(file) if own is None else own):
            break
        frame = frame.f_back
    return frame


def caller() -> FrameType | None:
    """The innermost frame of the user's code that runs now."""
    return user_frame(sys._getframe(1))


def called_from(package: str) -> bool:
    """Whether the function that asks was called by `package` itself."""
    return str(sys._getframe(2).f_globals.get("__name__", "")).startswith(f"{package}.")


def place_of(frame: FrameType) -> Place:
    """Where a frame stands now."""
    return Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
