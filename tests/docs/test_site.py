"""The table of derivatives and the reference of the documentation: whatever there is, is there once."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections import Counter
from pathlib import Path

import pytest

import minigrad as mg
from minigrad.engine.primitive import PRIMITIVES
from minigrad.ops.public import PUBLIC

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
pytest.importorskip("sphinx")

from extensions import catalogue, docstrings, sources, table  # noqa: E402

INNER = ("engine", "kernels", "ops", "program", "tensor", "random.draws", "viz.")
"""The rooms whose names users have from elsewhere."""

ROWS = [row for _, rows in table.groups() for row in rows]
ENTRIES = catalogue.entries()
NAMES = Counter(name for each in ENTRIES for name in each.all_names)


def offered():
    """The modules that list what they offer."""
    for each in pkgutil.walk_packages(mg.__path__, "minigrad."):
        short = each.name.removeprefix("minigrad.")
        if not short.startswith(INNER) and not any(part.startswith("_") for part in short.split(".")):
            module = importlib.import_module(each.name)
            if hasattr(module, "__all__"):
                yield module


def test_each_primitive_has_one_row():
    assert len(PRIMITIVES) > 150
    count = Counter(row.name for row in ROWS)
    assert {name: count[name] for name in PRIMITIVES if count[name] != 1} == {}
    assert [name for name, times in count.items() if times > 1] == []


def test_each_public_operation_has_one_row():
    count = Counter(name for row in ROWS for name in row.names)
    names = [f"minigrad.{name}" for name in PUBLIC]
    names += [f"minigrad.special.{name}" for name in mg.special.__all__]
    names += [f"minigrad.linalg.{name}" for name in mg.linalg.__all__ if name != "LinAlgError"]
    assert {name: count[name] for name in names if count[name] != 1} == {}


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in PRIMITIVES], ids=lambda row: row.name)
def test_a_row_says_what_the_engine_does(row):
    primitive = PRIMITIVES[row.name]
    assert row.formula
    assert len(row.rules) == len(primitive.rules)
    for shown, rule in zip(row.rules.values(), primitive.rules.values(), strict=True):
        assert bool(shown) == (rule is not None)
    line = Path(row.file).read_text(encoding="utf-8").splitlines()[row.line - 1]
    assert f"{row.family}(" in line
    assert f'"{row.name}(' in row.code


def test_what_is_saved_is_what_a_node_keeps():
    saved = {row.name: (row.arrays, row.others) for row in ROWS}
    assert saved["exp"] == (["y"], [])
    assert saved["mul"] == (["b", "a"], [])
    assert saved["add"] == ([], [])
    assert saved["reshape"] == ([], ["shape of x"])
    assert saved["leaky_relu"] == (["x"], ["slope"])


def test_a_composed_operation_names_its_primitives():
    made = {row.name: row.made_of for row in ROWS if row.family == table.COMPOSED}
    assert made["clamp"] == ["clamp_min", "clamp_max"]
    assert made["addcmul"] == ["mul", "add"]
    assert {each for names in made.values() for each in names} <= set(PRIMITIVES)


def test_every_public_name_has_one_entry():
    missing = []
    for module in offered():
        for name in module.__all__:
            value = getattr(module, name)
            known = any(each.value is value or each.plain is catalogue.plain(value) for each in ENTRIES)
            if not known and not inspect.ismodule(value) and not name.startswith("_"):
                missing.append(f"{module.__name__}.{name}")
    assert missing == []
    names = {f"minigrad.{name}" for name in dir(mg) if not name.startswith("_")}
    names -= {f"minigrad.{name}" for name in dir(mg) if inspect.ismodule(getattr(mg, name))}
    names |= {f"minigrad.Tensor.{name}" for name in dir(mg.Tensor) if not name.startswith("_")}
    assert {name: NAMES[name] for name in names if NAMES[name] != 1} == {}
    assert [name for name, times in NAMES.items() if times > 1] == []
    assert len(names) > 1000


def test_each_module_of_the_reference_is_shown_once():
    shown = Counter()
    for page, modules in catalogue.PAGES.items():
        text = (DOCS / "reference" / f"{page}.md").read_text(encoding="utf-8")
        shown.update(line.removeprefix("```{reference} ") for line in text.splitlines() if line.startswith("```{ref"))
        assert all(module in shown for module in modules)
    assert shown == Counter(module for modules in catalogue.PAGES.values() for module in modules)


def test_names_of_one_thing_are_told_together():
    (sine,) = (each for each in ENTRIES if "minigrad.sin" in each.names)
    assert set(sine.all_names) == {"minigrad.sin", "minigrad.sin_", "minigrad.Tensor.sin", "minigrad.Tensor.sin_"}
    (arcsine,) = (each for each in ENTRIES if "minigrad.asin" in each.names)
    assert arcsine.names == ["minigrad.asin", "minigrad.arcsin"]


def test_a_docstring_becomes_nodes():
    nodes = docstrings.nodes_of(
        """A sentence with `code` and F.relu.

            y = x

        Args:
            x: a number,
                in two lines.
            y, z: two.

        - a point
          that goes on
        - another

        >>> 1 + 1
        2
        """,
        lambda word: {"F.relu": "there"}.get(word, ""),
    )
    kinds = ["paragraph", "literal_block", "paragraph", "bullet_list", "bullet_list", "literal_block"]
    assert [type(each).__name__ for each in nodes] == kinds
    assert nodes[0].astext() == "A sentence with code and F.relu."
    assert [each["refuri"] for each in nodes[0].findall() if each.tagname == "reference"] == ["there"]
    assert [each.astext() for each in nodes[3].children] == ["x: a number, in two lines.", "y, z: two."]
    assert [each.astext() for each in nodes[4].children] == ["a point that goes on", "another"]
    assert nodes[5].astext() == ">>> 1 + 1\n2"


def test_a_line_of_code_is_found():
    file = DOCS.parent / "minigrad" / "engine" / "node.py"
    line = sources.lines_of(file)["Node"]
    assert file.read_text(encoding="utf-8").splitlines()[line - 1].startswith("class Node")
    assert sources.address(file, line) == f"source/minigrad/engine/node.html#line-{line}"
