"""A call of a public function is one vertex under the name that the program wrote; what it does stays inside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, viz
from minigrad.autograd import grad
from minigrad.nn import functional as F
from minigrad.viz.graph.elements import Graph
from minigrad.viz.graph.fuse import fused, fused_walk
from minigrad.viz.graph.walk import walk_of


def titles(graph: Graph) -> list[str]:
    return [each.title for each in graph.vertices if each.kind == "operation"]


def images() -> mg.Tensor:
    return mg.randn(2, 3, 8, 8, requires_grad=True)


def rows() -> mg.Tensor:
    return mg.randn(5, 6, requires_grad=True)


WORDS = mg.randn(1, 4, 8, requires_grad=True)
CALLS: dict[str, Callable[[], mg.Tensor]] = {
    "conv2d": lambda: F.conv2d(images(), mg.randn(4, 3, 3, 3), mg.randn(4)),
    "conv_transpose2d": lambda: F.conv_transpose2d(images(), mg.randn(3, 2, 2, 2), mg.randn(2)),
    "max_pool2d": lambda: F.max_pool2d(images(), 2),
    "avg_pool2d": lambda: F.avg_pool2d(images(), 2),
    "interpolate": lambda: F.interpolate(images(), scale_factor=2.0),
    "linear": lambda: F.linear(rows(), mg.randn(3, 6), mg.randn(3)),
    "mse_loss": lambda: F.mse_loss(rows(), mg.randn(5, 6)),
    "cross_entropy": lambda: F.cross_entropy(rows(), mg.randint(0, 6, (5,))),
    "gelu": lambda: F.gelu(rows()),
    "silu": lambda: F.silu(rows()),
    "var": lambda: rows().var(),
    "flatten": lambda: images().flatten(1),
    "T": lambda: rows().T,
    "transpose": lambda: rows().transpose(0, 1),
    "view": lambda: rows().view(30),
    "repeat": lambda: rows().repeat(2, 1),
    "embedding": lambda: F.embedding(mg.tensor([1, 2]), rows()),
    "dropout": lambda: F.dropout(rows(), 0.5),
    "scaled_dot_product_attention": lambda: F.scaled_dot_product_attention(*[WORDS] * 3),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_public_call_is_one_vertex_under_its_name(name: str) -> None:
    with viz.record():
        y = CALLS[name]()
    assert titles(fused(viz.graph_of(y))) == [name]


def test_what_gives_several_results_has_them_as_vertices() -> None:
    with viz.record():
        a, b = rows().chunk(2, 1)
        y = a * b
    assert titles(fused(viz.graph_of(y))) == ["chunk[0]", "chunk[1]", "mul"]


def test_a_name_of_its_own_and_of_numpy_for_an_argument_are_read_as_the_signature_has_them() -> None:
    x = rows()
    with viz.record():
        y = x.nanmean(axis=1)
        z = x.repeat(2, 1)
    (first,), (second,) = (
        [each for each in fused(viz.graph_of(result)).vertices if each.kind == "operation"] for result in (y, z)
    )
    assert (first.title, first.static) == ("nanmean", {"dim": 1})
    assert (second.title, second.static) == ("repeat", {"repeats": (2, 1)})


def test_methods_get_their_doors_once_and_answer_as_before() -> None:
    with viz.record() as first:
        pass
    doors = mg.Tensor.var, mg.Tensor.cpu, mg.Tensor.T
    x = rows()
    with viz.record():
        within = x.T.var().cpu()
    assert (mg.Tensor.var, mg.Tensor.cpu, mg.Tensor.T) == doors
    assert x.T.var().cpu().item() == within.item()
    assert first.calls == []
    assert mg.Tensor.var.__name__ == "var"


def test_a_call_that_fails_is_over() -> None:
    x = rows()
    with viz.record():
        with pytest.raises(TypeError, match="softmax"):
            F.softmax("x", 0)  # type: ignore[arg-type]
        y = x * x
    assert titles(fused(viz.graph_of(y))) == ["mul"]


def test_operators_and_modules_keep_their_names() -> None:
    """A module's forward is no public function: its box says what it is."""
    model = nn.Sequential(nn.Linear(6, 3), nn.ReLU())
    with viz.record():
        y = -model(rows()) + 1
    assert titles(fused(viz.graph_of(y))) == ["linear", "relu", "neg", "add"]


def test_a_call_that_does_much_is_shown_by_what_it_calls() -> None:
    with viz.record():
        y = F.gaussian_nll_loss(rows(), mg.randn(5, 6), rows().exp())
    seen = titles(fused(viz.graph_of(y)))
    assert 1 < len(seen) <= len(titles(viz.graph_of(y)))


def test_arguments_have_the_names_of_the_function_and_constants_of_its_own_are_gone() -> None:
    x, w, b = images(), mg.randn(4, 3, 3, 3, requires_grad=True), mg.randn(4, requires_grad=True)
    with viz.record():
        y = F.conv2d(x, w, b, padding=1)
        z = F.gelu(y)
    graph = fused(viz.graph_of(z))
    first, second = (each for each in graph.vertices if each.kind == "operation")
    assert [(each.source.name, each.argument) for each in graph.incoming[first]] == [
        ("x", "input"),
        ("w", "weight"),
        ("b", "bias"),
    ]
    assert first.static == {"padding": 1}
    assert [each.title for each in first.inside] == ["convolve", "add_bias"]
    assert second.name == "z"
    assert not any(each.kind == "constant" for each in graph.vertices)


def test_the_steps_of_a_call_are_one_and_its_shares_are_those_of_autograd() -> None:
    x, w, b = images(), mg.randn(4, 3, 3, 3, requires_grad=True), mg.randn(4, requires_grad=True)
    with viz.record():
        loss = (F.gelu(F.conv2d(x, w, b)) * x[:, :1, 1:-1, 1:-1]).sum()
    walk = fused_walk(walk_of(viz.graph_of(loss), loss))
    assert len(walk.backward) < len(walk_of(viz.graph_of(loss), loss).backward)
    found = {turn.vertex.name: turn for turn in walk.backward}
    for name, g in zip("xwb", grad(loss, [x, w, b]), strict=True):
        np.testing.assert_allclose(found[name].gradient, g.numpy(), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found[name].received[-1].total, g.numpy(), rtol=1e-5, atol=1e-6)
    assert len(found["x"].received) == 2
    conv = next(turn for turn in walk.backward if turn.vertex.title == "conv2d")
    assert {share.edge.argument for share in conv.gives} == {"input", "weight", "bias"}
    assert [share.total for share in conv.received][-1] is not None
    assert set(walk.inside) >= {each for each in conv.vertex.inside if each.requires_grad}


def test_every_turn_of_a_call_that_uses_a_value_twice_has_one_share() -> None:
    x = mg.tensor([1.0, -2.0], requires_grad=True)
    with viz.record():
        y = F.silu(x).sum()
    walk = fused_walk(walk_of(viz.graph_of(y), y))
    (share,) = next(turn for turn in walk.backward if turn.vertex.title == "silu").gives
    s = 1 / (1 + np.exp([-1.0, 2.0]))
    np.testing.assert_allclose(share.added, s + np.array([1.0, -2.0]) * s * (1 - s), rtol=1e-6)


@pytest.mark.parametrize("make", [lambda y: viz.draw(y), lambda y: viz.draw(y, backward=True)], ids=["plain", "back"])
def test_a_picture_can_show_the_primitives(make: Callable[[Any], Any]) -> None:
    with viz.record():
        y = F.silu(rows()).sum()
    assert "silu" in make(y).dot
    assert "sigmoid" not in make(y).dot
    assert "sigmoid" in viz.draw(y, primitives=True).dot


def test_a_page_shows_what_a_call_consists_of(tmp_path: Path, graphviz: None) -> None:
    with viz.record():
        y = F.silu(rows()).sum()
    whole, parts = tmp_path / "whole.html", tmp_path / "parts.html"
    viz.explore(y, whole)
    viz.explore(y, parts, primitives=True)
    assert '"title":"silu"' in whole.read_text()
    assert '"inside":[{"title":"sigmoid"' in whole.read_text()
    assert '"title":"silu"' not in parts.read_text()


def test_what_a_backward_pass_recorded_stands_apart() -> None:
    x = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        y = x.sin() * x
        (slope,) = grad(y, [x], create_graph=True)
        curve = slope * slope
    graph = fused(viz.graph_of(curve))
    inside = {each.title for each in graph.vertices if each.box is not None}
    assert {each.box.kind for each in graph.vertices if each.box is not None} == {"first derivative"}
    assert "cos" in inside
    assert graph.outputs[0].box is None
    last = max((each for each in graph.vertices if each.kind == "operation"), key=lambda each: each.order)
    assert last.box is None  # slope * slope is the program's own
    assert "first derivative" in viz.draw(curve).dot
    (second,) = grad(curve, [x])
    np.testing.assert_allclose(
        second.item(), 2 * (np.sin(2) + 2 * np.cos(2)) * (2 * np.cos(2) - 2 * np.sin(2)), rtol=1e-5
    )


def test_a_page_steps_through_the_derivative_of_a_derivative(tmp_path: Path, graphviz: None) -> None:
    x = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        (slope,) = grad(x.sin() * x, [x], create_graph=True)
        slope.backward()
    text = viz.explore(slope, tmp_path / "slope.html").read_text()
    assert '"heading":"first derivative"' in text
    walk = walk_of(viz.graph_of(slope), slope)
    np.testing.assert_allclose(walk.backward[-1].gradient, 2 * np.cos(2) - 2 * np.sin(2), rtol=1e-5)


def test_what_is_split_by_way_of_halves_is_one_call_all_the_same() -> None:
    x = rows()
    with viz.record():
        a, b, c, d, e, f = x.unbind(1) if x.shape[1] == 6 else x.chunk(6, 1)
        y = (a * b * c + d * e * f).sum()
    graph = fused(viz.graph_of(y))
    name = next(each.title for each in graph.vertices if each.splits)
    assert name == "unbind"
    assert "narrow" not in titles(graph)
    assert [each for each in titles(graph) if each.startswith(name)] == [name, *(f"{name}[{i}]" for i in range(6))]
    walk = fused_walk(walk_of(viz.graph_of(y), y))
    found = {turn.vertex.name: turn for turn in walk.backward}
    np.testing.assert_allclose(found["x"].gradient, grad(y, [x])[0].numpy(), rtol=1e-5)
    split = next(turn for turn in walk.backward if turn.vertex.splits)
    assert split.gradient is None
    assert len(split.received) == 6
