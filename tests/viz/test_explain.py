"""viz.explain: the factors of the chain rule, against derivatives worked out by hand."""

from __future__ import annotations

import contextlib
import inspect
import math
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from polar import Polar

import minigrad as mg
from minigrad import nn, viz
from minigrad.autograd import Function
from minigrad.errors import GraphError
from minigrad.nn import functional as F
from minigrad.utils.checkpoint import checkpoint
from minigrad.viz.reports.explain import Link


def leaf(*values: float) -> Any:
    array = list(values) if len(values) > 1 else values[0]
    return mg.tensor(array, dtype=mg.float64, requires_grad=True)


def links_of(explanation: viz.Explanation) -> list[tuple[str, str, Any, Any, Any]]:
    """Operation, argument, local derivative, what came in, what went out, where all are single numbers."""
    return [
        (each.operation, each.argument, each.local.item(), each.incoming.item(), each.outgoing.item())
        for each in explanation.links
    ]


def link(explanation: viz.Explanation, operation: str, argument: str) -> Link:
    (found,) = [each for each in explanation.links if (each.operation, each.argument) == (operation, argument)]
    return found


def close(actual: Any, expected: Any) -> bool:
    return actual is not None and np.shape(actual) == np.shape(expected) and np.allclose(actual, expected, rtol=1e-12)


@pytest.mark.parametrize("recorded", [False, True])
def test_a_value_used_twice(recorded: bool) -> None:
    a = leaf(3.0)
    if recorded:
        with viz.record():
            b = a + a
            c = b + b
    else:
        b = a + a
        c = b + b
    told = viz.explain(c)
    assert links_of(told) == [
        ("add", "a", 1, 1, 1),
        ("add", "b", 1, 1, 1),
        ("add", "a", 1, 2, 2),
        ("add", "b", 1, 2, 2),
    ]
    (end,) = told.leaves
    assert (end.name, end.gradient.item(), end.shares) == ("a", 4, 2)
    assert a.grad is None


def test_the_chain_of_a_composed_function_with_rules_numbers_and_lines() -> None:
    x, w = leaf(2.0), leaf(0.5)
    with viz.record():
        z = x * w
        y = z.exp()
        loss = y * y
        first = inspect.currentframe().f_lineno - 3  # type: ignore[union-attr]
    told = viz.explain(loss)
    e = math.e  # z = 1, so y = e, loss = e², dloss/dy = 2e, dloss/dz = 2e²
    assert [(each.operation, each.argument) for each in told.links] == [
        ("mul", "a"),
        ("mul", "b"),
        ("exp", "x"),
        ("mul", "a"),
        ("mul", "b"),
    ]
    expected = [(e, 1, e), (e, 1, e), (e, 2 * e, 2 * e * e), (0.5, 2 * e * e, e * e), (2, 2 * e * e, 4 * e * e)]
    for each, (local, incoming, outgoing) in zip(told.links, expected, strict=True):
        assert close(each.local, local)
        assert close(each.incoming, incoming)
        assert close(each.outgoing, outgoing)
    exp = link(told, "exp", "x")
    assert (exp.result, exp.source) == ("y", "z")
    assert exp.formula is not None
    assert exp.rule is not None
    assert (exp.formula.text(), exp.rule.text(), exp.numbers) == ("eᶻ", "g · y", "5.437 · 2.718")
    assert [each.place.line for each in told.links if each.place] == [first + 2] * 2 + [first + 1] + [first] * 2
    assert {each.name: each.gradient.item() for each in told.leaves} == pytest.approx({"x": e * e, "w": 4 * e * e})


def test_arrays_broadcast_and_reductions() -> None:
    x = mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=mg.float64)
    w = leaf(0.5, -1.0, 2.0)
    told = viz.explain((x * w).mean())
    mean, mul = link(told, "mean", "x"), link(told, "mul", "b")
    assert close(mean.local, np.full((2, 3), 1 / 6))
    assert close(mean.outgoing, np.full((2, 3), 1 / 6))
    assert close(mul.local, x.numpy())
    assert close(mul.outgoing, [5 / 6, 7 / 6, 9 / 6])  # summed over the rows, to the shape of w
    assert close(told.leaves[0].gradient, [5 / 6, 7 / 6, 9 / 6])


def test_a_linear_map_has_no_derivative_for_each_element() -> None:
    a = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    told = viz.explain((a @ a).sum())
    assert [each.local for each in told.links if each.operation == "matmul"] == [None, None]
    assert "(a linear map)" in told._repr_html_()
    assert "∂output/∂a += gaᵀ = " in str(told)


def test_the_recorded_pass_is_explained_although_it_freed_the_graph() -> None:
    x = leaf(1.0, 2.0)
    with viz.record():
        y = x * x
        loss = y.sum()
        loss.backward(mg.tensor(3.0, dtype=mg.float64))
    told = viz.explain(loss)
    assert close(link(told, "sum", "x").incoming, 3)
    assert close(told.leaves[0].gradient, [6, 12])
    assert close(link(told, "mul", "a").local, [1, 2])
    assert "what backward was called on" in str(told)
    assert x.grad.tolist() == [6, 12]


def test_looking_changes_nothing() -> None:
    seen = []
    x = leaf(1.0, 2.0)
    y = x * x
    y.register_hook(seen.append)
    loss = y.sum()
    viz.explain(loss)
    assert x.grad is None
    assert not seen
    loss.backward()
    assert x.grad.tolist() == [2, 4]
    again = (x * 3).sum()
    viz.explain(again)
    assert x.grad.tolist() == [2, 4]


def test_what_is_cut_is_shown_as_cut() -> None:
    x = leaf(2.0)
    with viz.record():
        y = x * 3
        z = y.detach() * x
    told = viz.explain(z)
    cut = link(told, "mul", "a")
    assert (cut.dead, cut.outgoing) == ("detached", None)
    assert close(told.leaves[0].gradient, 6)
    assert "⊣ detached" in str(told)


def test_of_a_tensor_with_several_elements_it_is_the_sum() -> None:
    x = leaf(1.0, 2.0)
    y = x * x
    told = viz.explain(y)
    assert "the sum of y" in str(told)
    assert close(told.leaves[0].gradient, [2, 4])


def test_a_function_and_a_checkpoint() -> None:
    class Triple(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 3

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 3

    x = leaf(1.0, 2.0)
    told = viz.explain(Triple.apply(checkpoint(mg.exp, x)).sum())
    own = link(told, "Triple", "x")
    assert close(own.outgoing, [3, 3])
    assert own.rule is not None
    assert own.rule.text() == "backward of Triple"
    assert close(link(told, "exp", "x").local, np.exp([1, 2]))
    assert close(told.leaves[0].gradient, 3 * np.exp([1, 2]))


def test_what_a_rule_calls_is_told_below_the_blocks() -> None:
    x = leaf(2.0)
    told = str(viz.explain(mg.sinc(x) * 2))
    assert "g · slope_of_sinc(x)" in told
    assert "\n\nwhere slope_of_sinc(x): " in told
    assert "where" not in str(viz.explain(leaf(2.0).exp()))


@pytest.mark.parametrize("recorded", [True, False])
def test_a_function_of_several_results(recorded: bool) -> None:
    x, y = leaf(3.0), leaf(4.0)
    with viz.record() if recorded else contextlib.nullcontext():
        r, angle = Polar.apply(x, y)
        loss = r * 2 + angle
    told = viz.explain(loss)
    assert [(each.operation, each.argument) for each in told.links][-4:] == [
        ("Polar[1]", ""),
        ("Polar[0]", ""),
        ("Polar", "x"),
        ("Polar", "y"),
    ]
    assert close(link(told, "Polar[0]", "").outgoing, 2)
    assert close(link(told, "Polar[1]", "").outgoing, 1)
    assert close(link(told, "Polar", "x").outgoing, 2 * 3 / 5 - 4 / 25)
    assert close(link(told, "Polar", "y").outgoing, 2 * 4 / 5 + 3 / 25)
    assert "backward of Polar" in str(told)
    told._repr_html_()


class _Reader(HTMLParser):
    """The texts of cells, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data


def test_text_and_html_show_the_same_table() -> None:
    x = leaf(4.0)
    with viz.record():
        y = x.sqrt()
    told = viz.explain(y)
    text = str(told)
    assert repr(told) == text
    (line,) = [each for each in text.splitlines() if "test_explain.py" in each]
    assert line.startswith("y = √x  ")
    assert line.split()[-2] == "sqrt"
    assert "    ∂y/∂x = g / (2y) = 1 / (2 · 2) = 0.25" in text.splitlines()
    reader = _Reader()
    reader.feed(told._repr_html_())
    assert not reader.open
    heads, row = reader.rows[2], reader.rows[3]  # first come the leaves
    assert heads == [
        "operation", "formula", "argument", "rule", "local derivative", "incoming g", "outgoing", "line"
    ]  # fmt: skip
    assert row[0] == "y = sqrt"
    assert row[4:7] == ["0.25", "1", "0.25"]
    assert reader.rows[1] == ["x", "scalar", "0.25", "1 share"]


def test_names_that_are_no_html_are_escaped() -> None:
    table = {"<b>": leaf(2.0)}
    shown = viz.explain(table["<b>"] * 2)._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_without_a_recording_there_is_no_column_of_lines() -> None:
    told = viz.explain(leaf(2.0) * 2)
    assert "<th scope='col' style='text-align: left'>line</th>" not in told._repr_html_()
    assert ".py" not in str(told)


def test_one_block_an_operation_in_the_names_of_the_program() -> None:
    a, b = leaf(2.0), leaf(-3.0)
    with viz.record():
        c = a * b
        d = c + a
    line = inspect.currentframe().f_lineno - 2  # type: ignore[union-attr]
    assert [" ".join(each.split()) for each in str(viz.explain(d)).splitlines()] == [
        "What arrives at the leaves:",
        "",
        "∂d/∂a = −2 the sum of 2 shares",
        "∂d/∂b = 2",
        "",
        "How the gradient of d comes about, youngest operation first:",
        "",
        f"d = c + a add test_explain.py:{line + 1}",
        "g = ∂d/∂d = 1",
        "∂d/∂c = g = 1",
        "∂d/∂a += g = 1",
        "",
        f"c = a · b mul test_explain.py:{line}",
        "g = ∂d/∂c = 1",
        "∂d/∂a += g · b = 1 · (−3) = −3",
        "∂d/∂b = g · a = 1 · 2 = 2",
    ]


def test_no_line_is_too_wide() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.GELU(), nn.Flatten(), nn.Linear(144, 5))
    with viz.record():
        loss = F.cross_entropy(model(mg.randn(2, 3, 6, 6)), mg.tensor([1, 2]))
    assert max(map(len, str(viz.explain(loss)).splitlines())) <= 88


def test_a_long_chain_is_told_in_part_and_known_in_full() -> None:
    y = x = leaf(1.0)
    for _ in range(3000):
        y = y * 1.0
    told = viz.explain(y)
    assert len(told.links) == 3000
    assert "… and 2900 more rows" in told._repr_html_()
    assert "… and 2940 more operations" in str(told)
    assert close(told.leaves[0].gradient, 1)
    assert x.grad is None


def test_bad_input() -> None:
    with pytest.raises(TypeError, match="explain: expected a tensor, not float"):
        viz.explain(1.0)  # type: ignore[arg-type]
    with pytest.raises(GraphError, match="no graph"):
        viz.explain(mg.ones(2))
    with pytest.raises(GraphError, match="leaf"):
        viz.explain(leaf(1.0))
    loss = leaf(2.0).exp()
    loss.backward()
    with pytest.raises(GraphError, match="freed"):
        viz.explain(loss)


def test_a_function_of_numpy_alone_is_recorded_with_its_line():
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return mg.from_numpy(x.detach().numpy() ** 3)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * g * x * x

    x = mg.tensor([2.0], requires_grad=True)
    with viz.record():
        y = Cube.apply(x)
    (link,) = viz.explain(y).links
    assert link.place is not None
    assert link.place.text == "y = Cube.apply(x)"
    assert str(viz.explain(y)).endswith("∂y/∂x = backward of Cube = 12")
