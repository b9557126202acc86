"""Whatever a program computes can be seen in every way: drawn, explained, weighed, and stepped through."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, viz
from minigrad.autograd import Function, grad
from minigrad.utils.checkpoint import checkpoint
from minigrad.viz.graph.fuse import fused
from minigrad.viz.graph.walk import walk_of
from minigrad.viz.page.serialize import serialized

LEAVES: dict[str, Any] = {}


def leaf(*shape: int) -> Any:
    """A tensor that requires grad, whose gradient the test asks for."""
    made = mg.randn(shape, requires_grad=True)
    LEAVES[f"leaf {len(LEAVES)}"] = made
    return made


class Shared(nn.Module):
    """One layer under three names, in containers of both kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.layers = nn.ModuleList([self.first, nn.ReLU(), self.first])
        self.named = nn.ModuleDict({"α<b>&": nn.Linear(3, 2)})

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return self.named["α<b>&"](x)


class Several(Function):
    """As many results as arguments; their saved values are inputs and outputs."""

    @staticmethod
    def forward(ctx: Any, *arguments: Any) -> Any:
        results = tuple(each * each for each in arguments)
        ctx.save_for_backward(*arguments, *results)
        return results

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return tuple(2 * each * g for each, g in zip(ctx.saved_tensors, grads))


class OfNumPy(Function):
    """Nothing in it is an operation."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return mg.from_numpy(3 * x.detach().numpy())

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 3 * g


def shared_modules() -> Any:
    return Shared()(leaf(4, 3)).sum()


def functions() -> Any:
    first, second = Several.apply(leaf(4, 3), leaf(2))
    return first.mean() * second.sum()


def function_of_numpy() -> Any:
    return OfNumPy.apply(leaf(3)).sum()


def in_place() -> Any:
    y = leaf(4, 3) * 2
    y.add_(1)
    y[0] = 0
    y.relu_()
    row = y.view(-1)
    row[2:5] += 1
    return y.sum()


def views() -> Any:
    y = leaf(4, 3).t().reshape(2, 6)[:, ::2].unsqueeze(0).expand(3, 2, 3).permute(2, 0, 1)
    first, second = y.split([1, 2])
    return (first.squeeze(0) + second[1]).mean()


def empty() -> Any:
    return (leaf(0, 3) * 2).sum(0)


def empty_and_full() -> Any:
    return mg.cat([leaf(0, 3), leaf(4, 3)]).exp().sum()


def scalars() -> Any:
    x = leaf()
    return x * x + x


def second_order() -> Any:
    x = leaf(4, 3)
    (g,) = grad((x**3).sum(), x, create_graph=True)
    return (g * g).sum()


def third_order() -> Any:
    x = leaf()
    (g,) = grad((x.sin() * x).exp(), x, create_graph=True)
    (h,) = grad(g, x, create_graph=True)
    return h + g


def checkpointed() -> Any:
    return checkpoint(nn.Sequential(nn.Linear(3, 3), nn.Tanh()), leaf(4, 3) * 1, use_reentrant=False).sum()


def partly_without_gradient() -> Any:
    layer, x = nn.Linear(3, 3), leaf(4, 3)
    with mg.no_grad():
        hidden = layer(x)
    return (layer(hidden) * layer(x).detach() * x).sum()


def not_finite() -> Any:
    x = leaf(4, 3)
    return (x * float("nan")).sum() + (x / 0).sum()


def of_large_range() -> Any:
    return (leaf(4, 3) * mg.tensor([1e-30, 1.0, 1e30])).sum()


def of_strange_names() -> Any:
    table = {"a<b>&\"'": leaf(3), "ü漢字" * 20: leaf(3), "x" * 300: leaf(3)}
    größe = leaf(3)
    return (table["a<b>&\"'"] * table["ü漢字" * 20] * table["x" * 300] * größe).sum()  # </script> {{DATA}} ${a} \u2028


def images() -> Any:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout())
    return net(leaf(2, 3, 12, 12)).mean()


def recurrent() -> Any:
    return nn.GRU(3, 4, 2, bidirectional=True)(leaf(4, 1, 3))[0].sum()


def other_dtypes() -> Any:
    x = leaf(4, 3)
    return (x.double() * x).sum() + mg.where(x > 0, x, 0.1 * x).sum()


def decompositions() -> Any:
    return mg.linalg.svd(leaf(3, 2))[1].sum() + mg.linalg.det(leaf(2, 2))


def not_a_scalar() -> Any:
    return leaf(4, 3) * 2


def hooked() -> Any:
    y = leaf(4, 3) * 2
    y.register_hook(lambda g: 3 * g)
    y.retain_grad()
    return y.sum()


GRAPHS: list[Callable[[], Any]] = [
    shared_modules, functions, function_of_numpy, in_place, views, empty, empty_and_full, scalars, second_order,
    third_order, checkpointed, partly_without_gradient, not_finite, of_large_range, of_strange_names, images, recurrent,
    other_dtypes, decompositions, not_a_scalar, hooked,
]  # fmt: skip


def ways(make: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    """The result of `make` unrecorded, recorded, and recorded with its backward pass."""
    for way in ("plain", "recorded", "with backward"):
        LEAVES.clear()
        mg.manual_seed(0)
        with viz.record() if way != "plain" else contextlib.nullcontext():
            result = make()
            if way == "with backward":
                result.sum().backward() if result.numel() != 1 else result.backward()
        yield way, result


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_it_can_be_drawn(make: Callable[[], Any]) -> None:
    for way, result in ways(make):
        if way == "with backward" and result.numel() != 1:
            continue  # the pass began at the sum of it, which nobody holds
        svg = ElementTree.fromstring(viz.draw(result, backward=True)._repr_svg_())
        shown = " ".join("".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text"))
        graph = fused(viz.graph_of(result))
        assert all(vertex.title in shown for vertex in graph.vertices if vertex.kind == "operation")
        assert "∇" in shown
        viz.draw(result, depth=0, theme="print", direction="LR")._repr_svg_()


@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_it_can_be_put_into_words(make: Callable[[], Any]) -> None:
    for way, result in ways(make):
        for words in (viz.why_no_grad(result), *map(viz.why_no_grad, LEAVES.values())):
            assert words.endswith((".", ")"))
        if way != "with backward":
            kept = viz.memory(result)
            assert "holds" in str(kept)
            ElementTree.fromstring(f"<div>{kept._repr_html_()}</div>")
            told_ = viz.explain(result)
            for each in str(told_), told_._repr_html_():
                assert "youngest operation first" in each


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_it_can_be_stepped_through(make: Callable[[], Any], tmp_path: Path) -> None:
    for way, result in ways(make):
        if way == "plain" or (way == "with backward" and result.numel() != 1):
            continue
        viz.explore(result, tmp_path / "page.html")
        walk = walk_of(viz.graph_of(result), result)
        data = json.loads(json.dumps(serialized(walk), allow_nan=False))
        assert len(data["backward"]) == len(walk.backward)
        found = {turn.vertex.node: turn for turn in walk.backward}
        if way == "recorded" and make is not hooked:  # the page's own pass calls no hook
            gradients = grad(result.sum(), list(LEAVES.values()), retain_graph=True)
            expected = dict(zip(LEAVES, gradients, strict=True))
        else:
            expected = {name: each.grad for name, each in LEAVES.items()}
        for name, g in expected.items():
            if g is not None:
                np.testing.assert_allclose(found[LEAVES[name].node].gradient, g.numpy(), rtol=1e-6, err_msg=name)


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("make", [shared_modules, functions, recurrent], ids=lambda make: make.__name__)
def test_the_same_program_gives_the_same_files(make: Callable[[], Any], tmp_path: Path) -> None:
    files = []
    for way, result in (*ways(make), *ways(make)):
        if way == "with backward":
            picture = viz.draw(result, backward=True).render(tmp_path / "picture.svg")
            files.append((picture.read_bytes(), viz.explore(result, tmp_path / "page.html").read_bytes()))
    assert files[0] == files[1]
