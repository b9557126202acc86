"""The formula and the rule that are shown are those that run: each text is read back, evaluated, and compared.

Every primitive is met in the calls that the table of samples makes. What is shown in words, and so cannot be evaluated,
is listed here by name, with the reason.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from samples import outputs, table

from minigrad.autograd import PRIMITIVES, grad, no_grad
from minigrad.engine.node import Variable
from minigrad.engine.observers import Observer, observing
from minigrad.engine.primitive import Operation
from minigrad.viz.formulas import notation
from minigrad.viz.formulas.typeset import GREEK, RAISED

FORMULAS_IN_WORDS = {
    "angle": "it tells two cases apart",
    "var": "a sum along some dimensions; the textbook's is evaluated in test_textbook",
    "std": "as var",
    "recurrence": "it says how each element follows from the one before",
    "cross": "a × b is notation and no code",
    "bessel": "a function of any order has no closed form",
    "polygamma": "a derivative of any order has no closed form",
    "inv": "x⁻¹ is notation and no code",
    "solve": "a⁻¹ b is notation and no code",
    "pinv": "x⁺ is notation and no code",
    "cofactors_slope": "a derivative in a direction",
    "matrix_exp": "a series",
    "cholesky": "the equation that its result fulfils",
    "qr": "the equation that its results fulfil",
    "eigh": "the equation that its results fulfil",
    "svd": "the equation that its results fulfil",
    "convolve": "a derivative of the trilinear form T, of which ops/convolution.py tells",
    "convolve_transposed": "as convolve",
    "convolve_weight": "as convolve",
    "cdist": "it is about the rows i and j",
    "signbit": "it tells -0 from 0, which compare as equal",
    "atan2": "an angle, in all four quadrants",
    "cross_entropy": "it picks the element of a class",
    "softmax_less_class": "as cross_entropy",
    "batch_norm": "mean and deviation are those of a channel",
    "add_bias": "a bias lies along the second axis",
    "moment": "a sum over all axes but the second",
    "inverse_std": "as batch_norm",
    "layer_norm": "mean and deviation are those of a row",
    "layer_norm_back": "as layer_norm",
    "standardized_rows": "as layer_norm",
    "inverse_std_of_rows": "as layer_norm",
    "projection": "as layer_norm",
    "max_pool": "windows that lie side by side or overlap",
    "max_pool_back": "as max_pool",
    "rnn": "one step of many",
    "lstm": "one step of many",
    "gru": "one step of many",
    "rnn_back": "as rnn",
    "lstm_back": "as lstm",
    "gru_back": "as gru",
}

RULES_IN_WORDS = {
    "std": "equal numbers are a case of their own",
    "pow": "a base and an exponent of 0 are cases of their own",
    "slogdet": "singular matrices are a case of their own",
    "cofactors_slope": "several statements",
    "norm": "a norm of 0 is a case of its own",
    "recurrence": "it runs from the other end",
    "amax": "ties share",
    "amin": "ties share",
    "scatter_reduce": "ties share",
    "matrix_exp": "a block of a larger matrix",
    "cholesky": "several statements",
    "qr": "several statements",
    "eigh": "several statements",
    "svd": "several statements",
    "pinv": "several statements",
    "softmax_less_class": "several statements",
    "batch_norm": "several statements, for all arguments together",
    "layer_norm": "several statements, for all arguments together",
    "layer_norm_back": "as layer_norm",
    "rnn": "a loop over steps",
    "lstm": "a loop over steps",
    "gru": "a loop over steps",
    "rnn_back": "as rnn",
    "lstm_back": "as lstm",
    "gru_back": "as gru",
}

MOST_DERIVATIVES = 4
"""Of so many samples of each row the derivatives are found too; some primitives occur nowhere else."""

# -- the calls ---------------------------------------------------------------------------------------------------------


class Call(NamedTuple):
    """One call of a primitive on arrays."""

    arrays: list[Any]
    static: dict[str, Any]

    @property
    def fit(self) -> tuple[bool, ...]:
        """How well it can be evaluated from what is shown; the most fit call is the greatest.

        Axes of size 1 that a reduction leaves out, or columns of channel numbers, go without saying in a formula. So
        reductions keep their axes, and batches have the shape (N, C), where nothing need be said. The extremes of a
        reduction, an infinite norm, go without saying too.
        """
        first = np.asarray(self.arrays[0])
        return (
            first.size > 0,
            min(len(self.arrays), 2),
            all(np.all(np.isfinite(each)) for each in self.arrays if np.asarray(each).dtype.kind == "f"),
            self.static.get("keepdim") is not False,
            all(value is not None for value in self.static.values()),
            first.ndim == 2 and first.size > 3,
            all(np.asarray(each).dtype.kind != "f" or np.asarray(each).dtype == float for each in self.arrays),
            len({np.shape(each) for each in self.arrays}) == 1,
        )


class Collector(Observer):
    """Notes the calls of all primitives."""

    def __init__(self) -> None:
        self.calls: dict[str, list[Call]] = {}

    def forward(self, operation: Operation, args: Any, static: dict[str, Any], result: Variable) -> None:
        arrays = [np.array(each.array) if isinstance(each, Variable) else each for each in args]
        self.calls.setdefault(operation.name, []).append(Call(arrays, static))


@functools.cache
def calls() -> dict[str, Call]:
    """The most fit call of each primitive, among all samples and what their derivatives are made of."""
    collector = Collector()
    with observing(collector), np.errstate(all="ignore"):
        for row in table():
            for sample in row.samples():
                inputs = sample.tensors()
                for each in outputs(sample.run(*inputs)):
                    if each.requires_grad and sample.position < MOST_DERIVATIVES:
                        leaves = [x for x in inputs if x.requires_grad]
                        grad(each.sum(), leaves, create_graph=True, allow_unused=True)
    return {name: max(found, key=lambda call: call.fit) for name, found in collector.calls.items()}


# -- the way back from a text to a value -------------------------------------------------------------------------------

UNDER = {raised: plain for plain, raised in RAISED.items() if plain not in "− "}
SIGNS = {"−": "-", "≤": "<=", "≥": ">=", "≠": "!=", " = ": " == "} | {letter: name for name, letter in GREEK.items()}
PLAIN = ["sin", "cos", "sinh", "cosh", "floor", "trunc", "sign", "isnan", "isfinite", "sqrt", "log2", "argsort"]
NUMPY: dict[str, Any] = {
    **{name: getattr(np, name) for name in PLAIN},
    "ln": np.log,
    "abs": np.abs,
    "max": np.maximum,
    "min": np.minimum,
    "Γ": np.vectorize(math.gamma),
    "erf": np.vectorize(math.erf),
    "case": lambda test, yes, no: np.where(test, yes, no),
    "either": np.logical_or,
    "both": np.logical_and,
    "e": math.e,
    "pi": math.pi,
    "inf": math.inf,
}


class Each(tuple[Any, ...]):
    """A setting of several values; what is done with it is done with each."""

    def __neg__(self) -> Each:
        return Each(-each for each in self)

    @property
    def mT(self) -> Each:
        return Each(each.T for each in self)


def as_python(text: str) -> ast.expr:
    """The tree of a displayed formula: the way back, written apart from the way there."""
    text = _with_sums(text)
    text = re.sub(r"\bshape of (\w+)", r"\1_shape", text)
    text = re.sub(r"(?<=, )(\w+) = ", r"\1=", text)  # a setting, and no equation
    text = re.sub(r"\|([^|]+)\|", r"abs(\1)", text)
    text = re.sub(r"·10([⁻⁰-⁹¹²³]+)", lambda found: "e" + "".join(UNDER[each] for each in found[1]), text)
    text = re.sub(f"[{''.join(UNDER)}]+", lambda found: f"**({''.join(UNDER[each] for each in found[0])})", text)
    text = text.replace("ᵀ", ".mT").replace("^", "**").replace(" · ", " * ").replace("√", "+").replace("¬", "~")
    text = re.sub(r"\bln (\w+)", r"ln(\1)", text)
    text = re.sub(r"(?<![\w.])([0-9][0-9.]*)([a-df-zα-ω])", r"\1*\2", text)
    for shown, meant in SIGNS.items():
        text = text.replace(shown, meant)
    text = re.sub(r", (?=[^,()]*(?:\([^()]*\))?[^,()]* if )", " else ", text.replace(", else ", " else "))
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


def evaluated(text: str, names: dict[str, Any]) -> Any:
    code = compile(ast.fix_missing_locations(ast.Expression(as_python(text))), "<shown>", "eval")
    with np.errstate(all="ignore"), no_grad():
        return eval(code, dict(names))


def settings(static: dict[str, Any]) -> dict[str, Any]:
    """Static parameters, so that ¬ and − can be written before them."""
    made = {bool: np.bool_, tuple: Each}
    return {name: made[type(value)](value) if type(value) in made else value for name, value in static.items()}


def functions(static: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Operations as formulas show them: a parameter that is handed on under its own name goes without saying."""

    def applied(operation: Operation) -> Callable[..., Any]:
        wanted = _keywords(operation.run)
        own = {name: value for name, value in static.items() if name in wanted}
        return lambda *args, **given: operation(*args, **{**own, **given})

    dim = static.get("dim", 0 if name == "add_bias" else -1)  # which also goes without saying

    def total(x: Any) -> Any:
        return np.sum(x, axis=dim, keepdims=True)

    return {**{each.name: applied(each) for each in PRIMITIVES.values()}, **NUMPY, "total": total}


def _keywords(run: Callable[..., Any]) -> set[str]:
    if isinstance(inspect.unwrap(run), np.ufunc) or run.__module__ in ("numpy", "_operator"):
        return set()
    return {each.name for each in inspect.signature(run).parameters.values() if each.kind is each.KEYWORD_ONLY}


def close(shown: Any, expected: Any, text: str) -> None:
    """To the four digits that a constant is shown with; axes of size 1 go without saying."""
    shown, expected = np.asarray(shown, float), np.asarray(expected, float)
    shown = shown.reshape(expected.shape) if shown.size == expected.size else np.broadcast_to(shown, expected.shape)
    np.testing.assert_allclose(shown, expected, rtol=2e-3, atol=1e-9, err_msg=text)


# -- formulas ----------------------------------------------------------------------------------------------------------


def is_expression(operation: Operation) -> bool:
    """Whether the formula can be evaluated: it speaks of arguments, settings and known functions alone."""
    expression = notation.forward(operation)
    if expression.tree is None:
        return False
    called = {each.func.id for each in ast.walk(expression.tree) if isinstance(each, ast.Call)}
    known = {
        *operation.parameters,
        *_keywords(operation.run),
        *NUMPY,
        "gamma",
        "nan",
        "posinf",
        "neginf",
        "sum",
        "cumsum",
    }
    return {*expression.variables(), *called} <= known


WITH_FORMULA = [each for each in PRIMITIVES.values() if each.formula]
EXPRESSIONS = [each for each in WITH_FORMULA if is_expression(each)]


def test_what_has_no_expression_is_known_by_name() -> None:
    assert {each.name for each in WITH_FORMULA if not is_expression(each)} == set(FORMULAS_IN_WORDS)
    assert len(WITH_FORMULA) - len(FORMULAS_IN_WORDS) > 50


@pytest.mark.parametrize("operation", EXPRESSIONS, ids=lambda operation: operation.name)
def test_the_formula_shown_is_what_is_computed(operation: Operation) -> None:
    call = calls()[operation.name]
    with np.errstate(all="ignore"):
        expected = operation.run(*call.arrays, **call.static)
    given = dict(zip(operation.parameters, call.arrays, strict=True))
    text = notation.forward(operation).text()
    known = {**functions(call.static), "cumsum": lambda x: np.cumsum(x, axis=call.static["dim"])}
    shown = evaluated(text, {**known, **settings(call.static), **given})
    assert np.size(expected) > 0
    close(shown, expected, text)


# -- rules -------------------------------------------------------------------------------------------------------------


def rules() -> Iterator[tuple[Operation, int, str]]:
    """Every argument that has a rule: of any number of arguments the second stands for all."""
    for operation in PRIMITIVES.values():
        if operation.parameters[0].startswith("*"):
            yield operation, 1, f"{operation.parameters[0][1:]}[1]"
        else:
            found = operation.rules_for(len(operation.parameters))
            yield from ((operation, i, operation.parameters[i]) for i, rule in enumerate(found) if rule is not None)


RULES = list(rules())
READABLE = [each for each in RULES if notation.rule(each[0], each[2]).tree is not None]


def test_what_has_no_rule_to_evaluate_is_known_by_name() -> None:
    assert {each[0].name for each in RULES if each not in READABLE} == set(RULES_IN_WORDS)
    assert len(READABLE) > 150


def test_rules_in_words_say_more_than_their_names() -> None:
    silent = {
        operation.name for operation, _, argument in RULES if "_rule(" in notation.rule(operation, argument).text()
    }
    assert silent <= {"batch_norm", "layer_norm", "rnn", "lstm", "gru"}


@pytest.mark.parametrize(
    ("operation", "position", "argument"), READABLE, ids=[f"{each[0].name}-{each[2]}" for each in READABLE]
)
def test_the_rule_shown_is_what_runs(operation: Operation, position: int, argument: str) -> None:
    """The text of each rule, read back and evaluated, against the rule itself."""
    arrays, static = calls()[operation.name]
    rule = operation.rules_for(len(arrays))[position]
    with np.errstate(all="ignore"):
        y = operation.run(*arrays, **static)
        g = np.random.default_rng(0).standard_normal(np.shape(y))
        values = rule.collect(y, list(arrays), static)
        expected = rule.formula(g, *values)
    expected = expected if rule.part is None else expected[rule.part]
    names = dict(zip(rule.needs, values, strict=True))
    shapes = {f"{name}_shape": value.shape for name, value in {**names, "g": g}.items() if hasattr(value, "shape")}
    helpers = {name.strip("_"): each for name, each in rule.formula.__globals__.items() if callable(each)}
    known = {**helpers, **functions(static, operation.name), **shapes, **settings(static), **settings(names), "g": g}
    text = notation.rule(operation, argument).text()
    shown = evaluated(text, known)
    assert np.size(expected) > 0
    close(shown, expected, text)
