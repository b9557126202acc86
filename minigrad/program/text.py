"""A program as its reader has it: the text, the arrays that it was written with, and a way to run it."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from minigrad.io.atomic import StrPath, atomic_write
from minigrad.program.write import Written


class Text:
    """A program that was written: `print` it, `save` it, look at its `arguments`, or call it.

    `source` is a file that runs with NumPy alone, `function` the program in it, without the kernels that it calls;
    `arguments` are copies of the arrays, by name, that it was written with; and `program(**program.arguments)` gives
    what it returns, computed by the text itself.
    """

    def __init__(self, written: Written, arrays: dict[str, Any]) -> None:
        self.source = written.file()
        self.function = written.function()
        self.returns = written.returns
        """What it returns, by name."""
        self.arguments: dict[str, Any] = {
            name: np.array(each) if hasattr(each, "dtype") else copy.deepcopy(each) for name, each in arrays.items()
        }

    def __str__(self) -> str:
        return self.source

    __repr__ = __str__

    def save(self, path: StrPath) -> None:
        """Write the file. It is written whole or not at all."""
        with atomic_write(path, "w") as file:
            file.write(self.source)

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        """What the program returns for these arrays."""
        room: dict[str, Any] = {"__name__": "minigrad.program.text"}
        exec(compile(self.source, "<program>", "exec"), room)
        return room["program"](*args, **arguments)
