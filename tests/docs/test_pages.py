"""What pages are made of: formulas and their lines, the picture of the house, the figures of benchmarks."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))
pytest.importorskip("sphinx")
pytest.importorskip("latex2mathml")

from docutils import nodes  # noqa: E402
from extensions import benchmarks, line_breaks, mathml  # noqa: E402

house = importlib.import_module("house")


def cells(latex):
    """The text of each cell of a table, row by row."""
    tree = ET.fromstring(re.sub(r' xmlns="[^"]*"', "", mathml.mathml(latex, "block")))
    return [["".join(cell.itertext()) for cell in row.iter("mtd")] for row in tree.iter("mtr")]


def test_aligned_lines_are_a_table():
    latex = (
        r"\begin{aligned} a &= b + c && \text{why} \\ d &= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \end{aligned}"
    )
    first, second = cells(latex)[0], cells(latex)[1]
    assert first == ["a", "=b+c", "", "why"]
    assert second[0] == "d"
    assert second[1].startswith("=")


def test_a_prime_stands_beside_its_letter():
    assert "msup" not in mathml.mathml("f'(x)")
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in mathml.mathml("x^2")


def test_a_decimal_comma_is_part_of_its_number():
    assert "<mn>0,5</mn>" in mathml.mathml("w = 0{,}5")
    assert mathml.mathml("(1, 2)").count("<mn>") == 2


def test_names_of_functions_keep_their_distance():
    text = mathml.mathml(r"2 \ln x + \ln(1 - x)")
    assert text.count("<mspace") == 2  # before and after the first; a bracket is distance enough
    assert "<mspace" not in mathml.mathml("2 x y")


def test_a_formula_keeps_its_punctuation():
    line = nodes.paragraph("", "", nodes.Text("two ("), nodes.math(text="x"), nodes.Text("), "), nodes.math(text="y"))
    for formula in list(line.findall(nodes.math)):
        line_breaks.hold(formula)
    assert [part.astext() for part in line] == ["two ", "(x),", " ", "y"]
    assert [isinstance(part, nodes.inline) for part in line] == [False, True, False, False]


@pytest.mark.parametrize("latex", [r"1 - \tanh^2 z", r"\tanh' x", r"\log_2 x", r"x_{\max} y"])
def test_scripts_have_one_base(latex):
    tree = ET.fromstring(re.sub(r' xmlns="[^"]*"', "", mathml.mathml(latex)))
    assert all(len(each) == 2 for each in tree.iter() if each.tag in ("msub", "msup"))


def test_a_function_with_a_power_keeps_its_distance():
    assert re.search(r"</msup><mspace[^>]*/><mi>z</mi>", mathml.mathml(r"\tanh^2 z"))


def table_lines(source):
    """The lines of a table of derivatives in a text, as trees by name."""
    for node in ast.parse(source).body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name("elementwise" | "linear" | "bilinear" | "general"))):
                yield name, ast.dump(node.value)


@pytest.mark.parametrize(("page", "at_least"), [("README.md", 3), ("README.ru.md", 0), ("docs/ru/index.md", 0)])
def test_lines_of_the_table_are_shown_as_they_are(page, at_least):
    files = (ROOT / "minigrad" / "ops").glob("*.py")
    table = dict(line for file in files for line in table_lines(file.read_text("utf-8")))
    code = re.findall(r"^```python\n(?!>>>)(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    shown = [line for block in code for line in table_lines(block)]
    assert len(shown) >= at_least
    assert [(name, table.get(name)) for name, _ in shown] == shown


def test_the_house_is_drawn_as_it_is():
    told = house.description().replace("->", "to")
    assert told in house.PICTURE.read_text(encoding="utf-8"), "make map"


def test_arrows_run_down_and_none_is_said_twice():
    floors, edges = house.floors(), house.arrows()
    assert ("tensor", "ops") in edges
    assert all(floors[above] > floors[below] for above, below in edges)
    assert house.skeleton({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}


def test_figures_are_drawn_as_they_were_measured():
    measured = {"workload": "mlp", "title": "A small MLP", "memory": 3.0, "min": 1e-3, "max": 3e-3}
    rows = [
        {**measured, "engine": "PyTorch", "median": 2e-3, "ratio": 1.0, "ratio_min": 1.0, "ratio_max": 1.0},
        {**measured, "engine": "minigrad", "median": 1e-3, "ratio": 1.0, "ratio_min": 0.5, "ratio_max": 2.0},
        {"workload": "mlp", "title": "A small MLP", "engine": "MyGrad", "why": "no convolutions"},
    ]
    shown = "".join(benchmarks.table(rows))
    assert "1.000 ms</td><td>1.00 (0.50 to 2.00)" in shown
    assert "no convolutions" in shown
    plotted = "".join(benchmarks.plot(rows))
    assert "left: 0.00%; right: calc(100% - 100.00%)" in plotted  # from 1/2 to 2, the ends of the scale
    assert plotted.count("<em") == 1
    faster = [{**rows[1], "ratio": ratio} for ratio in (3.0, 0.5, 2.0)]
    told = (
        "minigrad is faster than PyTorch in 1 of 3 workloads; it takes 0.50 to 3.00 times as long, in the middle 2.00."
    )
    assert benchmarks.summary([rows[0], *faster]) == f"<p>{told}</p>"
