"""The formulas of the textbook are those that run: each is evaluated, and compared with what the engine finds."""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import viz
from minigrad.autograd import grad
from minigrad.nn import functional as F
from minigrad.viz.formulas.textbook import TEXTBOOK
from minigrad.viz.graph.elements import Edge, Graph, Vertex
from minigrad.viz.graph.expressions import Expressions
from minigrad.viz.graph.fuse import fused

rng = np.random.default_rng(0)


def leaf(*shape: int, positive: bool = False) -> Any:
    array = rng.standard_normal(shape)
    return mg.tensor(np.abs(array) + 0.5 if positive else array, requires_grad=True)


def rows() -> Any:
    return leaf(4, 5)


def positive() -> Any:
    return leaf(4, 5, positive=True)


def small() -> Any:
    return mg.tensor(rng.uniform(-0.9, 0.9, (4, 5)), requires_grad=True)


TARGET = rng.standard_normal((4, 5))
CLASSES = np.array([0, 3, 1, 4])
CALLS: dict[str, tuple[Callable[..., Any], list[Callable[[], Any]]]] = {
    "div": (lambda a, b: a / b, [rows, positive]),
    "reciprocal": (mg.reciprocal, [positive]),
    "pow": (lambda a, b: a**b, [positive, rows]),
    "rsqrt": (mg.rsqrt, [positive]),
    "exp2": (mg.exp2, [rows]),
    "log2": (mg.log2, [positive]),
    "log10": (mg.log10, [positive]),
    "maximum": (mg.maximum, [rows, rows]),
    "minimum": (mg.minimum, [rows, rows]),
    "tanh": (mg.tanh, [rows]),
    "tan": (mg.tan, [small]),
    "asin": (mg.asin, [small]),
    "acos": (mg.acos, [small]),
    "atan": (mg.atan, [rows]),
    "asinh": (mg.asinh, [rows]),
    "erf": (mg.erf, [rows]),
    "leaky_relu": (F.leaky_relu, [rows]),
    "gelu": (F.gelu, [rows]),
    "silu": (F.silu, [rows]),
    "softplus of 1": (F.softplus, [rows]),
    "sum": (lambda x: x.sum(1, keepdim=True), [rows]),
    "mean": (lambda x: x.mean(1, keepdim=True), [rows]),
    "prod": (lambda x: x.prod(1, keepdim=True), [positive]),
    "norm": (lambda x: x.norm(dim=1, keepdim=True), [rows]),
    "logsumexp": (lambda x: x.logsumexp(1, keepdim=True), [rows]),
    "softmax": (lambda x: x.softmax(1), [rows]),
    "log_softmax": (lambda x: x.log_softmax(1), [rows]),
    "var": (lambda x: x.var(1, keepdim=True), [rows]),
    "std": (lambda x: x.std(1, keepdim=True), [rows]),
    "matmul": (lambda a, b: a @ b, [rows, lambda: leaf(5, 3)]),
    "linear": (F.linear, [rows, lambda: leaf(3, 5)]),
    "affine": (F.linear, [rows, lambda: leaf(3, 5), lambda: leaf(3)]),
    "addmm": (mg.addmm, [lambda: leaf(4, 3), rows, lambda: leaf(5, 3)]),
    "squared_error": (lambda x, t: F.mse_loss(x, t, reduction="none"), [rows, rows]),
    "mse_loss": (F.mse_loss, [rows, rows]),
    "l1_loss": (lambda x: F.l1_loss(x, mg.tensor(TARGET)), [rows]),
    "binary_cross_entropy_with_logits": (
        lambda x: F.binary_cross_entropy_with_logits(x, mg.tensor(TARGET)),
        [rows],
    ),
    "cross_entropy": (lambda x: F.cross_entropy(x, mg.tensor(CLASSES)), [rows]),
    "batch_norm": (
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        [rows, lambda: leaf(5), lambda: leaf(5)],
    ),
    "layer_norm": (lambda x, w, b: F.layer_norm(x, (5,), w, b), [rows, lambda: leaf(5), lambda: leaf(5)]),
    "scaled_dot_product_attention": (F.scaled_dot_product_attention, [rows, lambda: leaf(6, 5), lambda: leaf(6, 5)]),
    "transposed": (lambda x: x.T, [rows]),
    "clone": (lambda x: x.clone(), [rows]),
    "dropout": (F.dropout, [rows]),
    "convolve": (
        lambda x, w: F.conv2d(x, w, stride=2, padding=1),
        [lambda: leaf(2, 3, 5, 6), lambda: leaf(4, 3, 3, 2)],
    ),
    "conv1d": (
        lambda x, w, b: F.conv1d(x, w, b, padding=1, dilation=2),
        [lambda: leaf(2, 3, 9), lambda: leaf(4, 3, 3), lambda: leaf(4)],
    ),
    "conv_transpose2d": (
        lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=1),
        [lambda: leaf(2, 3, 3, 4), lambda: leaf(3, 2, 3, 2), lambda: leaf(2)],
    ),
    "conv_transpose1d": (F.conv_transpose1d, [lambda: leaf(2, 3, 4), lambda: leaf(3, 2, 3)]),
    "conv2d": (F.conv2d, [lambda: leaf(2, 2, 4, 5), lambda: leaf(3, 2, 2, 3), lambda: leaf(3)]),
}
UNSEEN = {
    "standardized_rows": "layer_norm without weights, which copies it; layer_norm is evaluated",
    "amax": "its rule is a sentence, and max(x) that of one row",
    "amin": "as amax",
    "outer_sum": "only second derivatives run it; test_agreement evaluates the rules that call it",
    "cumsum": "its sums have a condition in words",
    "contiguous": "what it changes is memory alone",
    "astype": "float64 is asked for, and cast to nothing",
}
"""What is in the textbook, is no sentence, and is not evaluated here, with the reason."""


# -- evaluating what is written ----------------------------------------------------------------------------------------


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def functions(title: str, axis: Any) -> dict[str, Any]:
    """What the letters of the textbook mean, each computed naively."""
    total = lambda x: np.sum(x, axis=axis, keepdims=True)  # noqa: E731
    return {
        "Σ": total, "Π": lambda x: np.prod(x, axis=axis, keepdims=True), "mean": lambda x: np.mean(x, axis,
        keepdims=True),
        "sqrt": np.sqrt, "ln": np.log, "log2": np.log2, "log10": np.log10, "abs": np.abs, "sign": np.sign, "e": math.e,
        "pi": math.pi, "tanh": np.tanh, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
        "asinh": np.arcsinh, "erf": np.vectorize(math.erf), "softmax": softmax, "σ": sigmoid, "max": np.maximum,
        "min": np.minimum, "case": np.where, "φ": lambda x: np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
        "Φ": lambda x: (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2, "onehot": lambda t: np.eye(5)[np.asarray(t)],
    }  # fmt: skip


def letters(title: str, values: dict[str, Any], axis: Any) -> dict[str, Any]:
    """The letters that are defined by others."""
    x = values.get("input", values.get("x"))
    found: dict[str, Any] = {}
    if title in ("batch_norm", "layer_norm", "standardized_rows"):
        mean, variance = x.mean(axis, keepdims=True), x.var(axis, keepdims=True)
        found |= {"μ": mean, "σ": np.sqrt(variance + 1e-5), "x̂": (x - mean) / np.sqrt(variance + 1e-5)}
        if "weight" in values and "g" in values:
            found["v"] = values["weight"] * values["g"]
    if title in ("var", "std"):
        found["x̄"] = x.mean(axis, keepdims=True)
    if title == "scaled_dot_product_attention":
        query, key, value = (values[name] for name in ("query", "key", "value"))
        found["d"] = query.shape[-1]
        found["A"] = softmax(query @ key.T / math.sqrt(found["d"]))
        if "g" in values:
            back = values["g"] @ value.T
            found["S"] = found["A"] * (back - (found["A"] * back).sum(-1, keepdims=True))
    return found


class Cases(ast.NodeTransformer):
    """Conditions as functions of arrays; the element of a class by its index."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return ast.Call(ast.Name("case", ast.Load()), [node.test, node.body, node.orelse], [])

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return ast.parse(f"({ast.unparse(node.value)})[range(4), {ast.unparse(node.slice)}]", mode="eval").body


def looped(tree: ast.expr, at: str, shape: tuple[int, ...], values: dict[str, Any]) -> Any:
    """The value of a sum over indices, by loops over all places `at` of an array of this shape."""
    places = [each.strip() for each in at.split(",")]
    result = np.empty(shape)

    def ranges(node: ast.expr, indices: list[str]) -> list[int]:
        found = {}
        for each in ast.walk(node):
            if isinstance(each, ast.Subscript) and isinstance(each.slice, (ast.Tuple, ast.Name)):
                parts = each.slice.elts if isinstance(each.slice, ast.Tuple) else [each.slice]
                for axis, part in enumerate(parts):
                    if isinstance(part, ast.Name) and isinstance(each.value, ast.Name) and each.value.id in values:
                        found[part.id] = values[each.value.id].shape[axis]
        return [found[index] for index in indices]

    def run(node: ast.expr, env: dict[str, Any]) -> Any:
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
            a, b = run(node.left, env), run(node.right, env)
            return a + b if isinstance(node.op, ast.Add) else a * b
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Subscript)
            index = node.func.slice
            names = [each.id for each in (index.elts if isinstance(index, ast.Tuple) else [index])]  # type: ignore[attr-defined]
            return sum(
                run(node.args[0], {**env, **dict(zip(names, each, strict=True))})
                for each in itertools.product(*map(range, ranges(node.args[0], names)))
            )
        assert isinstance(node, ast.Subscript)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        array = values[ast.unparse(node.value)]
        where = [eval(ast.unparse(each), {}, env) for each in parts]
        if any(place != int(place) or not 0 <= place < size for place, size in zip(where, array.shape, strict=True)):
            return 0.0  # the padding, or no whole place
        return array[tuple(map(int, where))]

    for place in itertools.product(*map(range, shape)):
        result[place] = run(tree, dict(zip(places, place, strict=True)))
    return result


def evaluated(expression: Any, title: str, values: dict[str, Any], shape: tuple[int, ...]) -> Any:
    values = {**values, **expression.constants}
    if expression.note.startswith("at ["):
        return looped(expression.tree, expression.note.partition("[")[2].partition("]")[0], shape, values)
    axis = 0 if title == "batch_norm" else 1
    axis = None if title in ("mse_loss", "l1_loss", "binary_cross_entropy_with_logits", "cross_entropy") else axis
    known = {**functions(title, axis), **letters(title, values, axis), **values}
    if title == "layer_norm" and shape == (5,):
        known["Σ"] = lambda x: x.sum(0)  # of a scale that all rows share
    tree = ast.fix_missing_locations(ast.Expression(Cases().visit(expression.tree)))
    with np.errstate(all="ignore"):
        return eval(compile(tree, "<textbook>", "eval"), known)


def drawn(name: str) -> tuple[Graph, Vertex, list[Any], Any]:
    call, makers = CALLS[name]
    inputs = [make() for make in makers]
    with viz.record():
        y = call(*inputs)
    graph = fused(viz.graph_of(y))
    vertex = max((each for each in graph.vertices if each.kind == "operation"), key=lambda each: each.order)
    return graph, vertex, inputs, y


def arguments(graph: Graph, vertex: Vertex) -> dict[str, Any]:
    found = {edge.argument: np.asarray(edge.source.value) for edge in graph.incoming[vertex]}
    return {"target": CLASSES, **found}


def test_everything_that_is_no_sentence_is_evaluated() -> None:
    formulas = {name for name, entry in TEXTBOOK.items() if not entry.forward.startswith(":")}
    assert formulas - UNSEEN.keys() <= CALLS.keys()
    assert len(TEXTBOOK) >= 40


@pytest.mark.parametrize("name", CALLS)
def test_what_is_computed(name: str) -> None:
    graph, vertex, _, y = drawn(name)
    expression = Expressions(graph).formula(vertex)
    assert expression is not None
    assert expression.textbook
    shown = evaluated(expression, name, arguments(graph, vertex), y.shape)
    expected = y.detach().numpy()
    np.testing.assert_allclose(np.reshape(shown, expected.shape), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", CALLS)
def test_how_gradients_go_back(name: str) -> None:
    graph, vertex, inputs, y = drawn(name)
    g = rng.standard_normal(y.shape)
    expected = dict(zip(map(id, inputs), grad(y, inputs, mg.tensor(g)), strict=True))
    by_node = {each.node: expected[id(each)] for each in inputs}
    edges: list[Edge] = [edge for edge in graph.incoming[vertex] if edge.source.node in by_node]
    assert edges
    for edge in edges:
        rule = Expressions(graph).rule(edge)
        assert rule is not None
        assert rule.textbook, edge.argument
        values = {**arguments(graph, vertex), "g": g, "y": y.detach().numpy()}
        shown = np.asarray(evaluated(rule, name, values, edge.shape))
        wanted = by_node[edge.source.node].numpy()
        if shown.size > wanted.size:  # a bias, which was broadcast
            shown = shown.sum(0)
        elif shown.shape != wanted.shape and shown.size != wanted.size:
            shown = np.broadcast_to(shown, wanted.shape)
        np.testing.assert_allclose(shown.reshape(wanted.shape), wanted, rtol=1e-6, atol=1e-9, err_msg=rule.text())


# -- the letters -------------------------------------------------------------------------------------------------------


def shown(y: Any) -> dict[str, str]:
    graph = fused(viz.graph_of(y))
    expressions = Expressions(graph)
    found = {}
    for vertex in graph.vertices:
        formula = expressions.formula(vertex) if vertex.kind == "operation" else None
        if formula is not None:
            symbols = expressions.symbols(vertex)
            found[vertex.title] = f"{symbols['y']} = {formula.renamed(symbols).text()}"
    return found


def test_a_letter_is_never_the_name_of_something_else() -> None:
    x = mg.tensor(0.0, requires_grad=True)
    with viz.record():
        y = x.exp() * 3
    assert shown(y) == {"exp": "v₂ = eˣ", "mul": "y = v₂ · 3"}


def test_letters_of_arrays_without_a_short_name_step_aside() -> None:
    model = mg.nn.Linear(3, 2)
    b = mg.randn(4, 3)
    with viz.record():
        W = model(b)
    (text,) = shown(W).values()
    assert text == "W = b W′ᵀ + b′"


def test_the_gradient_steps_aside_too() -> None:
    g = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        y = g * g
    graph = viz.graph_of(y)
    edge = next(each for each in graph.edges if each.argument == "a")
    expressions = Expressions(graph)
    rule = expressions.rule(edge)
    assert rule is not None
    assert rule.renamed(expressions.symbols(edge.target)).text() == "g′ · g"


def test_sentences_use_the_names_too() -> None:
    words = leaf(4, 5)
    with viz.record():
        y = words.reshape(20)
    assert shown(y) == {"reshape": "y = words in another shape"}


def test_settings_are_numbers_in_the_formula() -> None:
    x = leaf(4, 5)
    with viz.record():
        y = F.leaky_relu(x, 0.2)
        z = F.conv2d(leaf(1, 2, 6, 6), leaf(3, 2, 3, 3), stride=2, padding=1).sum() + y.mean()
    assert shown(z)["leaky_relu"] == "y = x if x > 0, else 0.2x"
    assert shown(z)["mean"].endswith("= 1 / 20 · Σ y")
    assert "2i + k − 1, 2j + l − 1" in shown(z)["conv2d"]


def test_indices_are_no_numbers() -> None:
    with viz.record():
        y = F.conv2d(leaf(2, 2, 6, 6), leaf(3, 2, 3, 3))
        z = F.conv_transpose2d(y, leaf(3, 2, 2, 2), stride=2)
    assert shown(z)["conv2d"] == "y = Σ[c, k, l] w[o, c, k, l] · x[n, c, i + k, j + l] at [n, o, i, j]"
    transposed = "· y[n, c, (p − k) / 2, (q − l) / 2] at [n, o, p, q], only whole places"
    assert shown(z)["conv_transpose2d"].endswith(transposed)


def test_what_public_calls_are_known_for() -> None:
    with viz.record():
        x = rows()
        y = F.dropout(x, 0.5)
        z = F.adaptive_avg_pool1d(y[None], 2) ** 2
    found = shown(z)
    assert found["dropout"] == "y = x · m"
    assert found["adaptive_avg_pool1d"].endswith("the mean of each part of v₃")
    graph = fused(viz.graph_of(z))
    (edge,) = [each for each in graph.edges if each.target.title == "pow" and each.argument == "a"]
    rule = Expressions(graph).rule(edge)
    assert rule is not None
    assert rule.renamed({"a": "v₄"}).text() == "g · 2v₄"
    assert rule.text({"a": -1.5, "g": 3.0}) == "3 · 2 · (−1.5)"
