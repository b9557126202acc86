"""What `help()` says of a primitive: a sentence, a true example, and its rules as mathematics."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
from typing import Any

import pytest

import minigrad as mg
from minigrad.engine.primitive import PRIMITIVES
from minigrad.ops.descriptions import DESCRIPTIONS
from minigrad.ops.documentation import Typesetter, printed, rules_of
from minigrad.ops.public import PUBLIC

SHOWN = {
    each.name: each for home in (mg, mg.special, mg.linalg) for each in vars(home).values() if hasattr(each, "family")
}


def test_every_shown_primitive_is_described_and_no_other() -> None:
    assert {each.name for each in PUBLIC.values() if hasattr(each, "family")} <= set(SHOWN)
    assert set(DESCRIPTIONS) == set(SHOWN)
    assert set(DESCRIPTIONS) <= set(PRIMITIVES)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_the_example_is_true(name: str) -> None:
    text = inspect.getdoc(SHOWN[name])
    assert text == str(SHOWN[name].__doc__)
    assert len(text.splitlines()) <= 24, "a screen at most"
    test = doctest.DocTestParser().get_doctest(text, {"mg": mg}, name, None, None)
    assert len(test.examples) == 1
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert said == []


def test_the_whole_of_one() -> None:
    assert str(mg.maximum.__doc__).splitlines() == [
        "The larger of two elements, NaN if one is NaN; a tie shares the gradient.",
        "",
        "    maximum(a, b) = max(a, b)",
        "",
        "Backward, the gradient g of y = maximum(a, b) becomes",
        "",
        "    for a: g · prefer(a, b) where not (a < b), else 0",
        "    for b: g · prefer(b, a) where not (b < a), else 0",
        "",
        "where prefer(a, b) = 1 if a > b, 1/2 if a = b, else 0",
        "",
        "Each pair of elements by itself; the arguments broadcast, ShapeError where they cannot.",
        "",
        ">>> mg.maximum(mg.tensor([1.0, 5.0]), mg.tensor([2.0, 3.0]))",
        "tensor([2., 5.])",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sin", "for x: g · cos x"),
        ("asin", "for x: g / √(1 − x²)"),
        ("sin", "Integers become floats of the default dtype."),
        ("eq", "There is no derivative"),
        ("eq", "The result is of bools."),
        ("floor", "for x: 0"),
        ("floor", "TypeError for bools."),
        ("bitwise_and", "TypeError for floats."),
        ("pow", "for a: g * b * a ** (b - 1). For b = 0 this is 0 whatever a is."),
        ("atan2", "where squared_distance is a² + b², and 1 at the origin"),
    ],
)
def test_what_the_text_says(name: str, said: str) -> None:
    assert said in str(SHOWN[name].__doc__)


def test_what_is_said_of_dtypes_is_true() -> None:
    for operation in SHOWN.values():
        text, ones = str(operation.__doc__), [mg.ones(1)] * len(operation.parameters)
        if "TypeError for floats" in text:
            with pytest.raises(TypeError):
                operation(*ones)
        else:
            assert ("The result is of bools." in text) == (operation(*ones).dtype == mg.bool)
            assert ("Integers become floats" in text) == (
                operation(*[each.long() for each in ones]).dtype == mg.get_default_dtype()
            )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("g * (2 * x)", "g · 2 · x"),
        ("-g * y * y", "−g · y²"),
        ("g * (-0.5 * y * y * y)", "−g · 0.5 · y³"),
        ("-g * -y", "g · y"),
        ("g / (2 * y)", "g / (2 · y)"),
        ("g * (a / y)", "g · a / y"),
        ("g * (a / b) * c", "g · (a / b) · c"),
        ("g * (y * (1 - y))", "g · y · (1 − y)"),
        ("a - (b - c)", "a − (b − c)"),
        ("a - b - c", "a − b − c"),
        ("-(a + b)", "−(a + b)"),
        ("g * (2 / math.sqrt(math.pi) * exp(-x * x))", "g · (2 / √π) · e^(−x²)"),
        ("g / (LN2 * x)", "g / (ln 2 · x)"),
        ("g * log(a + b)", "g · ln(a + b)"),
        ("g * _slope(a, b)", "g · slope(a, b)"),
        ("abs(a - b)", "|a − b|"),
        ("mask(g, ~((a >= b) | isnan(b)))", "g where not (a ≥ b or isnan b), else 0"),
    ],
)
def test_a_rule_as_mathematics(rule: str, text: str) -> None:
    assert Typesetter().text(ast.parse(rule, mode="eval").body) == text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("(e ** x + e ** -x) / 2", "(e^x + e^−x) / 2"),
        ("(a ** 2 + b ** 2) ** (1/2)", "(a² + b²)^(1/2)"),
        ("0 if a = 0, else -x * ln x", "0 if a = 0, else −x · ln x"),
        ("sin(pi * x) / (pi * x)", "sin(π · x) / (π · x)"),
        ("x == -inf", "x == −∞"),
    ],
)
def test_a_formula_in_print(formula: str, text: str) -> None:
    assert printed(formula) == text


def test_documentation_waits_for_its_reader() -> None:
    script = "import sys, minigrad; print([m for m in sys.modules if m.startswith('minigrad.ops.')])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "'minigrad.ops.descriptions'" not in loaded
    assert "'minigrad.ops.documentation'" not in loaded


def test_a_rule_that_is_a_function_says_what_its_documentation_begins_with() -> None:
    def halved(g: Any) -> Any:
        """half of the gradient

        and no more."""
        return g / 2

    from minigrad.engine.primitive import linear

    half = linear("half_for_documentation(x)", lambda x: x / 2, x=halved)
    del PRIMITIVES["half_for_documentation"]
    assert rules_of(half, Typesetter()) == {"x": "half of the gradient"}
