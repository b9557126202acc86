"""Run a program that was written for PyTorch, as it is: `python -m minigrad script.py [arguments]`, or `-m module`."""

from __future__ import annotations

import os
import runpy
import sys

from minigrad.torch_names import as_torch

USAGE = "usage: python -m minigrad script.py [arguments], or python -m minigrad -m module [arguments]"


def main() -> None:
    """Give `torch` to minigrad, and the rest of the command line to the script."""
    arguments = sys.argv[1:]
    by_name = arguments[:1] == ["-m"]
    if len(arguments) <= by_name or arguments[0] in ("-h", "--help"):
        sys.exit(USAGE)
    as_torch()
    sys.argv = arguments[by_name:]
    if by_name:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))  # as Python does for a script
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
