"""What is shown of a formula or a rule is what runs: the text is read back, evaluated, and compared."""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from minigrad.autograd import PRIMITIVES, no_grad
from minigrad.autograd.primitive import Operation
from minigrad.viz import notation
from minigrad.viz.mathematics import GREEK, RAISED, number

UNDER = {raised: plain for plain, raised in RAISED.items() if plain not in "− "}
STATIC = {"slope": 0.2, "beta": 1.5, "threshold": 20.0, "dim": (-1,), "keepdim": True, "p": 2.0, "n": 1}
STATIC |= {"decimals": 0, "nan": 0.0, "posinf": None, "neginf": None, "delta": 0.5}
SIGNS = {"−": "-", "≤": "<=", "≥": ">=", "≠": "!=", " = ": " == "} | {letter: name for name, letter in GREEK.items()}
NUMPY: dict[str, Any] = {
    **{name: getattr(np, name) for name in ("sin", "cos", "sinh", "cosh", "floor", "trunc", "sign", "isnan", "sqrt")},
    "ln": np.log,
    "abs": np.abs,
    "max": np.maximum,
    "min": np.minimum,
    "log2": np.log2,
    "cumsum": lambda x: np.cumsum(x, axis=-1),
    "total": lambda x: x.sum(axis=-1, keepdims=True),
    "erf": np.vectorize(math.erf),
    "Γ": np.vectorize(math.gamma),
    "case": lambda test, yes, no: np.where(test, yes, no),
    "either": np.logical_or,
    "both": np.logical_and,
    "e": math.e,
    "pi": math.pi,
    "inf": math.inf,
}


def as_python(text: str) -> ast.expr:
    """The tree of a displayed formula: the way back, written apart from the way there."""
    text = _with_sums(text)
    text = re.sub(r"\|([^|]+)\|", r"abs(\1)", text)
    text = re.sub(f"[{''.join(UNDER)}]+", lambda found: f"**({''.join(UNDER[each] for each in found[0])})", text)
    text = text.replace("ᵀ", ".mT").replace("^", "**").replace(" · ", " * ").replace("√", "+").replace("¬", "~")
    text = re.sub(r"\bln (\w+)", r"ln(\1)", text)
    text = re.sub(r"(?<![\w.])([0-9.]+)([a-df-zα-ω])", r"\1*\2", text)
    for shown, meant in SIGNS.items():
        text = text.replace(shown, meant)
    text = re.sub(r", (?=[^,()]* if )", " else ", text.replace(", else ", " else "))
    return Undone().visit(ast.parse(text, mode="eval").body)


def _with_sums(text: str) -> str:
    """A sum reaches to the end of the product that follows it."""
    while "Σ" in text:
        start, depth = text.rindex("Σ "), 0
        end = start + 2
        while end < len(text) and depth >= 0 and not (depth == 0 and text[end : end + 3] in (" − ", " + ")):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += depth >= 0
        text = f"{text[:start]}total({text[start + 2 : end]}){text[end:]}"
    return text


class Undone(ast.NodeTransformer):
    """The plus sign back to a root, and conditions to a function of arrays."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        return _call("sqrt", node.operand) if isinstance(node.op, ast.UAdd) else node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        return _call("either" if isinstance(node.op, ast.Or) else "both", *node.values)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        self.generic_visit(node)
        return _call("case", node.test, node.body, node.orelse)


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def evaluated(tree: ast.expr, names: dict[str, Any]) -> Any:
    code = compile(ast.fix_missing_locations(ast.Expression(tree)), "<shown>", "eval")
    with np.errstate(all="ignore"), no_grad():
        return eval(code, dict(names))


def arguments(operation: Operation, rng: np.random.Generator) -> dict[str, Any]:
    """Numbers for all arguments: square matrices, so that products work too."""
    given: dict[str, Any] = {each: rng.uniform(0.1, 0.9, (3, 3)) for each in operation.parameters}
    for condition in {"condition", "keep"} & set(given):
        given[condition] = rng.uniform(size=(3, 3)) > 0.5
    return given


def statics(run: Callable[..., Any]) -> dict[str, Any] | None:
    """Values for the keyword-only parameters of a function; None if one is not known here."""
    if isinstance(run, np.ufunc) or run.__module__ in ("numpy", "_operator"):
        return {}
    wanted = [each.name for each in inspect.signature(run).parameters.values() if each.kind is each.KEYWORD_ONLY]
    if any(each not in STATIC for each in wanted):
        return None
    return {each: STATIC[each] for each in wanted}


def applied(operation: Operation) -> Callable[..., Any]:
    """The operation as formulas show it: parameters handed on under their own names go without saying."""
    return lambda *args, **static: operation(*args, **{**(statics(operation.run) or {}), **static})


def formulas() -> Iterator[Operation]:
    """The primitives whose text is a formula of their arguments, and not words."""
    for operation in PRIMITIVES.values():
        expression = notation.forward(operation)
        given = statics(operation.run)
        if expression.tree is None or not operation.formula or given is None:
            continue
        functions = {each.func.id for each in ast.walk(expression.tree) if isinstance(each, ast.Call)}
        if {*expression.variables(), *functions} <= {*operation.parameters, *given, *NUMPY, "sum"}:
            yield operation


FORMULAS = list(formulas())


def test_most_primitives_of_one_element_have_a_formula() -> None:
    """So that the tests below are about something."""
    assert len(FORMULAS) >= 45
    assert {"exp", "sigmoid", "softmax", "div", "linear", "where", "prefer", "tanh"} <= {each.name for each in FORMULAS}


@pytest.mark.parametrize("operation", FORMULAS, ids=lambda operation: operation.name)
def test_the_formula_shown_is_what_is_computed(operation: Operation, rng: np.random.Generator) -> None:
    given = arguments(operation, rng)
    static = statics(operation.run) or {}
    if operation.name in ("softmax", "log_softmax", "logcumsumexp"):
        static["dim"] = -1
    if operation.name in ("blend",):
        given |= {each: rng.uniform(size=(1, 3)) for each in "abc"}
    with np.errstate(all="ignore"):
        expected = operation.run(*given.values(), **static)
    shown = evaluated(as_python(notation.forward(operation).text()), {**NUMPY, **given, **static})
    np.testing.assert_allclose(np.asarray(shown, float), np.asarray(expected, float), rtol=2e-3)


def rules() -> Iterator[Any]:
    """Every rule that is an expression, with its argument."""
    for operation in PRIMITIVES.values():
        if operation.family != "elementwise":
            continue
        for position, argument in enumerate(operation.parameters):
            rule = operation.rules_for(len(operation.parameters))[position]
            expression = notation.rule(operation, argument)
            if rule is not None and expression is not None and expression.tree is not None:
                yield pytest.param(operation, argument, rule, id=f"{operation.name}-{argument}")


RULES = list(rules())


def test_nearly_all_elementwise_rules_can_be_shown() -> None:
    rules = [
        (operation.name, argument)
        for operation in PRIMITIVES.values()
        if operation.family == "elementwise"
        for argument, rule in zip(operation.parameters, operation.rules_for(len(operation.parameters)))
        if rule is not None
    ]
    assert len(RULES) > 0.95 * len(rules), "a rule that is one expression should be readable"


@pytest.mark.parametrize(("operation", "argument", "rule"), RULES)
def test_the_rule_shown_is_what_runs(operation: Operation, argument: str, rule: Any, rng: np.random.Generator) -> None:
    """The displayed text of each elementwise rule, read back and evaluated, against the rule itself."""
    given = arguments(operation, rng)
    static = statics(operation.run)
    if static is None:
        pytest.skip("the rule has a parameter that this test knows no value for")
    if operation.name == "acosh":
        given["x"] = given["x"] + 1
    g = rng.standard_normal((3, 3))
    with np.errstate(all="ignore"):
        y = operation.run(*given.values(), **static)
        values = {**given, **static, "y": y, "g": g}
        expected = rule.formula(g, *(values[need] for need in rule.needs))
    helpers = {name.strip("_"): each for name, each in rule.formula.__globals__.items() if callable(each)}
    public = {each.name: applied(each) for each in PRIMITIVES.values()}
    names = {**helpers, **public, **NUMPY, **values}
    text = notation.rule(operation, argument).text()
    keywords = re.sub(r", (\w+) = ([^,()]+)(?=[,)])", r", \1=\2", text)
    shown = evaluated(as_python(keywords), names)
    assert np.shape(expected) == (3, 3)
    np.testing.assert_allclose(np.broadcast_to(shown, (3, 3)), expected, rtol=2e-3, atol=1e-9, err_msg=text)


# -- the notation itself -----------------------------------------------------------------------------------------------

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
    ("softmax", "x", "softmax(x) = eˣ / (Σ eˣ)", "y · (g − Σ g · y)"),
    ("floor", "x", "floor(x)", "g · 0"),
]


@pytest.mark.parametrize(("name", "argument", "equation", "rule"), SHOWN)
def test_equations_and_rules(name: str, argument: str, equation: str, rule: str) -> None:
    operation = PRIMITIVES[name]
    assert notation.equation(operation) == equation
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
    from xml.etree import ElementTree

    for operation in PRIMITIVES.values():
        shown = [notation.forward(operation), *(notation.rule(operation, each) for each in operation.parameters)]
        for expression in shown:
            if expression is not None:
                ElementTree.fromstring(expression.mathml())


def test_what_has_no_derivative_has_no_rule() -> None:
    assert notation.rule(PRIMITIVES["where"], "condition") is None


def test_any_number_of_arguments_share_one_rule() -> None:
    assert notation.rule(PRIMITIVES["stack"], "tensors[3]").text() == "select(g, dim, i)"


def test_a_rule_of_several_statements_is_told_by_its_docstring_or_name() -> None:
    rule = notation.rule(PRIMITIVES["lstm"], "weight")
    assert rule.tree is None
    assert "lstm" in rule.text()


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (-2.0, "−2"), (1 / 3, "0.3333"), (1e-12, "1e−12"), (np.float32(0.5), "0.5"), (-np.inf, "−∞")],
)
def test_numbers(value: Any, text: str) -> None:
    assert number(value) == text
