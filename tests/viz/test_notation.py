"""Formulas and rules on paper: what is read from the tables, as text and as MathML."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from minigrad.autograd import PRIMITIVES
from minigrad.viz.formulas import notation
from minigrad.viz.formulas.numbers import number

SHOWN = [
    ("exp", "x", "exp(x) = eˣ", "g · y"),
    ("log", "x", "log(x) = ln x", "g / x"),
    ("sqrt", "x", "sqrt(x) = √x", "g / (2y)"),
    ("rsqrt", "x", "rsqrt(x) = 1 / √x", "g · (−0.5 · y · y · y)"),
    ("abs", "x", "abs(x) = |x|", "g · sign(x)"),
    ("div", "b", "div(a, b) = a / b", "−g · (a / b) / b"),
    ("sigmoid", "x", "sigmoid(x) = 1 / (1 + e⁻ˣ)", "g · y · (1 − y)"),
    ("matmul", "b", "matmul(a, b) = a @ b", "aᵀ @ g"),
    ("relu", "x", "relu(x) = max(x, 0)", "g if y > 0, else 0"),
    ("where", "b", "where(condition, a, b) = a if condition, else b", "g if ¬condition, else 0"),
    ("softmax", "x", "softmax(x) = eˣ / (Σ eˣ)", "softmax_back(g, y)"),
    ("softmax_back", "u", "softmax_back(u, p) = p · (u − Σ u · p)", "softmax_back(g, p)"),
    ("floor", "x", "floor(x)", "0"),
]


@pytest.mark.parametrize(("name", "argument", "equation", "rule"), SHOWN)
def test_equations_and_rules(name: str, argument: str, equation: str, rule: str) -> None:
    operation = PRIMITIVES[name]
    signature, _, formula = equation.partition(" = ")
    assert notation.forward(operation).text() == (formula or signature)
    assert notation.rule(operation, argument).text() == rule


def test_numbers_are_put_in_for_names() -> None:
    rule = notation.rule(PRIMITIVES["sigmoid"], "x")
    assert rule.text({"g": 2.0, "y": np.float32(0.25)}) == "2 · 0.25 · (1 − 0.25)"
    assert rule.text({"g": -2.0, "y": np.ones(3)}) == "−2 · y · (1 − y)"
    assert notation.rule(PRIMITIVES["sub"], "b").text({"g": -3.0}) == "−(−3)"
    assert notation.forward(PRIMITIVES["sub"]).text({"a": 1, "b": -3.0}) == "1 − (−3)"
    assert notation.forward(PRIMITIVES["square"]).text({"x": -3}) == "(−3)²"


def test_mathml_has_fractions_powers_and_roots() -> None:
    assert notation.rule(PRIMITIVES["div"], "a").mathml() == (
        "<math><mfrac><mrow><mi>g</mi></mrow><mrow><mi>b</mi></mrow></mfrac></math>"
    )
    assert "<msqrt>" in notation.forward(PRIMITIVES["sqrt"]).mathml()
    assert "<msup><mrow><mi>e</mi></mrow><mrow><mi>x</mi></mrow></msup>" in notation.forward(PRIMITIVES["exp"]).mathml()
    assert "&lt;" in notation.forward(PRIMITIVES["lt"]).mathml()


def test_all_mathml_is_well_formed() -> None:
    for operation in PRIMITIVES.values():
        shown = [notation.forward(operation), *(notation.rule(operation, each) for each in operation.parameters)]
        for expression in shown:
            if expression is not None:
                ElementTree.fromstring(expression.mathml())


def test_what_has_no_derivative_has_no_rule() -> None:
    assert notation.rule(PRIMITIVES["where"], "condition") is None


def test_any_number_of_arguments_share_one_rule() -> None:
    assert notation.rule(PRIMITIVES["stack"], "tensors[3]").text() == "select(g, dim, i)"


def test_a_rule_of_several_statements_is_told_by_its_docstring() -> None:
    rule = notation.rule(PRIMITIVES["eigh"], "x")
    assert rule.tree is None
    assert rule.text().startswith("V (diag(gw) + A / (w[j] − w[i])) Vᵀ")


def test_a_rule_for_several_arguments_tells_of_each() -> None:
    assert notation.rule(PRIMITIVES["recurrence"], "a").text() == "h[i] · y[i − 1]"
    assert notation.rule(PRIMITIVES["recurrence"], "b").text().startswith("h, a recurrence from the other end")


def test_what_functions_of_the_tables_are_is_told_beside_the_rule() -> None:
    assert notation.rule(PRIMITIVES["atan2"], "a").helpers == {
        "squared_distance(a, b)": "a ** 2 + b ** 2, and 1 at the origin, where the angle has no derivative and gets 0"
    }
    assert notation.rule(PRIMITIVES["maximum"], "a").helpers == {}


def test_a_setting_made_element_by_element_is_written_as_a_whole() -> None:
    assert notation.rule(PRIMITIVES["roll"], "x").text() == "roll(g, shifts = −shifts)"
    assert notation.rule(PRIMITIVES["resample"], "x").text() == "resample(g, matrices = matricesᵀ)"
    assert notation.rule(PRIMITIVES["permute"], "x").text() == "permute(g, dims = argsort(dims))"


def test_what_goes_without_saying_is_no_variable() -> None:
    assert notation.rule(PRIMITIVES["sum"], "x").variables() == ["g", "x_shape"]
    assert notation.rule(PRIMITIVES["logsumexp"], "x").text() == "g · eˣ⁻ʸ"
    assert set(notation.rule(PRIMITIVES["logsumexp"], "x").variables()) == {"g", "x", "y"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (-2.0, "−2"),
        (1 / 3, "0.3333"),
        (1e-12, "1·10⁻¹²"),
        (-5.642e-6, "−5.64·10⁻⁶"),
        (123456.0, "1.23·10⁵"),
        (np.float32(0.5), "0.5"),
        (-np.inf, "−∞"),
        (np.nan, "NaN"),
    ],
)
def test_numbers(value: Any, text: str) -> None:
    assert number(value) == text


def test_an_exponent_of_numbers_is_worked_out_where_it_can_be() -> None:
    power = notation.written("a**(1 / b)", {}, {})
    assert power.text({"b": 2.0}) == "√a"
    assert power.text({"b": 1.0}) == "a"
    assert power.text({"b": 0.0}) == "a^(1 / 0)"
    assert notation.written("a**(b**c)", {}, {}).text({"b": -1.0, "c": 0.5}) == "a^(√(−1))"
