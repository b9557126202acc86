"""The house is as its plan says: the map names every file, imports run down, and the engine knows nothing above it."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "minigrad"
FILES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    0: [
        "errors",
        "dtypes",
        "public_dtypes",
        "named",
        "layouts",
        "left_out",
        "device",
        "types",
    ],
    1: ["engine", "kernels", "random", "random.generator"],
    2: ["ops", "random.draws"],
    3: [
        "tensor",
        "door",
        "creation",
        "sharing",
        "ranges",
        "random.factories",
        "queries",
        "storage",
        "typed",
        "settings",
    ],
}
"""The rooms of each floor; whatever is not named stands on the fourth."""

CORE = ["node", "primitive", "record", "backward"]


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__").removesuffix("__init__")


def floor_of(module: str) -> int:
    """The floor of a module, given by its name within the package."""
    best = max(
        (
            (len(room), floor)
            for floor, rooms in FLOORS.items()
            for room in rooms
            if f"{module}.".startswith(f"{room}.")
        ),
        default=(0, 4),
    )
    return best[1]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The modules of the package that are imported, those for type checkers alone left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "minigrad":
            for each in node.names:
                whole = f"{node.module}.{each.name}".removeprefix("minigrad").lstrip(".")
                is_module = (PACKAGE / whole.replace(".", "/")).with_suffix(".py").exists() or (
                    PACKAGE / whole.replace(".", "/") / "__init__.py"
                ).exists()
                yield whole if is_module else node.module.removeprefix("minigrad").lstrip(".")
        elif isinstance(node, ast.Import):
            yield from (n.name.removeprefix("minigrad.") for n in node.names if n.name.startswith("minigrad."))
        yield from imports_of(node)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_run_down(file: Path) -> None:
    module = name_of(file)
    if module:  # the package itself gathers all floors
        above = [each for each in imports_of(ast.parse(file.read_text())) if floor_of(each) > floor_of(module)]
        assert above == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_file_is_a_drawer(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert len(lines) <= 300, f"{len(lines)} lines: what are the two ideas in it?"
    assert ast.get_docstring(ast.parse("\n".join(lines))), "a file opens by saying why it exists"


def test_every_list_of_names_is_literal() -> None:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and "__all__" in map(ast.unparse, targets):
                assert isinstance(ast.literal_eval(node.value), list), file


def test_the_core_of_the_engine_is_read_in_one_sitting() -> None:
    lines = [line for name in CORE for line in (PACKAGE / "engine" / f"{name}.py").read_text().splitlines()]
    assert len(lines) <= 700
    text = "\n".join(lines)
    for word in ("relu", "conv", "softmax", "Linear", "Conv2d", "mat2", "exponent", "draw(", "torch", "memory_format"):
        assert word not in text


def _map() -> Any:
    spec = importlib.util.spec_from_file_location("rooms", ROOT / "docs" / "rooms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_map_is_current() -> None:
    rooms = _map()
    assert rooms.PAGE.read_text() == rooms.page(rooms.PAGE.read_text()), "run `make map`"
