"""Run every notebook of a build from top to bottom, and compare what its cells answer with what stands there.

    python docs/run_notebooks.py build/docs

Part of `make docs`. Each runs in a namespace of its own and in a folder that is empty but for the examples of the
repository, as for somebody who has downloaded it. The cells run as in Jupyter, but without it.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import json
import linecache
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run(file: Path) -> list[str]:
    """What went wrong in a notebook; nothing, if all is well."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    notebook = json.loads(file.read_text(encoding="utf-8"))
    loaded, path, here = set(sys.modules), list(sys.path), os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(EXAMPLES, "examples")
        sys.path.insert(0, folder)
        sys.path_importer_cache.clear()  # which would know "examples" as the folder of the notebook before
        try:
            cells = [each for each in notebook["cells"] if each["cell_type"] == "code"]
            return [problem for cell in cells if (problem := problem_of(cell, namespace))]
        finally:
            os.chdir(here)
            sys.path[:] = path
            for name in set(sys.modules) - loaded:
                if str(getattr(sys.modules[name], "__file__", "")).startswith((folder, "examples")):
                    del sys.modules[name]


def problem_of(cell: dict[str, Any], namespace: dict[str, Any]) -> str:
    """How a cell fails: by an error, the lack of one, or another answer. Empty if it does not."""
    source, expected = cell["source"], "".join(each["text"] for each in cell["outputs"])
    if source.startswith("%%writefile "):
        first, _, rest = source.partition("\n")
        Path(first.split()[1]).write_text(rest, encoding="utf-8")
        return ""
    answer = io.StringIO()
    raises = "raises-exception" in cell["metadata"].get("tags", [])
    try:
        with contextlib.redirect_stdout(answer):
            execute(source, namespace)
    except Exception as error:
        return "" if raises else f"{source}\n{type(error).__name__}: {error}"
    if raises:
        return f"{source}\nran without an error"
    if expected and not doctest.OutputChecker().check_output(expected, answer.getvalue(), FLAGS):
        return f"{source}\nexpected {expected!r}\nanswered {answer.getvalue()!r}"
    return ""


def execute(source: str, namespace: dict[str, Any]) -> None:
    """Run a cell; if it ends in an expression, print that."""
    name = f"<cell {len(linecache.cache)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), name, "exec"), namespace)
    exec(compile(ast.Interactive([last]), name, "single"), namespace)


def main(build: Path) -> int:
    """Run all; the number of those that fail."""
    failed = 0
    files = sorted(build.glob("_notebooks/**/*.ipynb"))
    for file in files:
        for problem in run(file):
            failed += 1
            print(f"{file.relative_to(build)}: {problem}\n")
    print(f"{len(files)} notebooks ran from top to bottom, {failed} cells failed")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]).resolve())))
