"""The graph model: what is in it, what it is called, where it stands, from a recording or from a tensor alone."""

from __future__ import annotations

import ast
import contextlib
import doctest
import graphlib
import inspect
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, viz
from minigrad.autograd import Function, grad
from minigrad.engine.function import once_differentiable
from minigrad.errors import GraphError
from minigrad.viz import Graph, graph_of
from minigrad.viz.graph.collapse import collapsed, recent
from minigrad.viz.graph.passes import gradients_of
from minigrad.viz.graph.repeats import repeated_once
from minigrad.viz.layout import render

Line = tuple[str, str, str]


def titles(graph: Graph, kind: str = "operation") -> list[str]:
    return [vertex.title for vertex in graph.vertices if vertex.kind == kind]


def links(graph: Graph) -> list[Line]:
    """The edges as (source, argument, target)."""
    return [(edge.source.title, edge.argument, edge.target.title) for edge in graph.edges]


def test_from_a_tensor_alone() -> None:
    a = mg.tensor([2.0, 4.0], requires_grad=True)
    b = mg.tensor([3.0, 5.0])
    loss = (a * b).sum()
    graph = graph_of(loss)
    assert titles(graph) == ["mul", "sum"]
    assert [vertex.kind for vertex in graph.vertices] == ["input", "constant", "operation", "operation", "output"]
    assert titles(graph, "output") == ["output"]
    assert [edge.shape for edge in graph.edges] == [(2,), (2,), (2,), ()]
    assert graph.recording is None
    assert not graph.freed


def test_names_come_from_the_frame() -> None:
    weight = mg.tensor([2.0, 4.0], requires_grad=True)
    images = mg.tensor([3.0, 5.0])
    hidden = weight * images
    loss = hidden.exp().sum()
    graph = graph_of(loss, frame=inspect.currentframe())
    assert links(graph) == [
        ("weight", "a", "mul"),
        ("images", "b", "mul"),
        ("mul", "x", "exp"),
        ("exp", "x", "sum"),
        ("sum", "", "loss"),
    ]
    assert [vertex.name for vertex in graph.vertices] == ["weight", "images", "hidden", "", "loss", "loss"]
    assert [vertex.kind for vertex in graph.vertices][:2] == ["input", "input"]


def test_from_a_recording() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    x, target = mg.randn(5, 4), mg.randn(5, 2)
    with viz.record():
        error = model(x) - target
        loss = (error**2).mean()
    graph = graph_of(loss)
    assert titles(graph) == ["affine", "relu", "affine", "sub", "pow", "mean"]
    assert titles(graph, "parameter") == ["model.0.weight", "model.0.bias", "model.2.weight", "model.2.bias"]
    assert titles(graph, "input") == ["x", "target"]
    assert [vertex.value for vertex in graph.vertices if vertex.kind == "constant"] == [2]
    assert titles(graph, "output") == ["loss"]
    assert [(box.path, box.kind, box.depth) for box in graph.boxes] == [
        ("model", "Sequential", 1),
        ("model.0", "Linear", 2),
        ("model.1", "ReLU", 2),
        ("model.2", "Linear", 2),
    ]
    assert [box.parameters for box in graph.boxes] == [58, 40, 0, 18]
    assert graph.parameters == 4 * 8 + 8 + 8 * 2 + 2
    standing = {vertex.title: vertex.box.path for vertex in graph.vertices if vertex.box is not None}
    assert standing["model.0.weight"] == "model.0"
    assert standing["relu"] == "model.1"
    assert "x" not in standing
    assert "loss" not in standing


def test_shapes_and_dtypes_on_every_edge() -> None:
    x = mg.zeros(2, 3, dtype=mg.float64, requires_grad=True)
    with viz.record():
        y = (x.to(mg.float32).T @ mg.ones(2, 4)).sum(0)
    edges = [(edge.shape, str(edge.dtype)) for edge in graph_of(y).edges]
    assert edges == [
        ((2, 3), "float64"),
        ((2, 3), "float32"),
        ((3, 2), "float32"),
        ((2, 4), "float32"),
        ((3, 4), "float32"),
        ((4,), "float32"),
    ]


def test_what_is_saved_and_how_many_bytes() -> None:
    a = mg.zeros(10, 4, requires_grad=True)
    b = mg.zeros(10, 4, requires_grad=True)
    with viz.record():
        recorded = (a * b).exp() + a
    for graph in (graph_of(recorded), graph_of((a * b).exp() + a)):
        saved = {vertex.title: vertex.saved for vertex in graph.vertices if vertex.kind == "operation"}
        assert sorted(each.name for each in saved["mul"]) == ["a", "b"]
        assert [each.bytes for each in saved["mul"]] == [160, 160]
        assert [(each.name, each.shape) for each in saved["exp"]] == [("y", (10, 4))]
        assert saved["add"] == ()
        assert graph.saved_bytes == 3 * 160


def test_an_array_that_two_rules_need_is_saved_once() -> None:
    a = mg.zeros(10, requires_grad=True)
    graph = graph_of(a * a)
    assert graph.saved_bytes == 40


def test_a_value_that_is_used_twice_has_two_edges() -> None:
    a = mg.tensor(3.0, requires_grad=True)
    b = a + a
    c = b + b
    graph = graph_of(c)
    assert len(graph.vertices) == 4
    assert [edge.slot for edge in graph.edges] == [0, 1, 0, 1, None]


def test_dead_ends_say_why() -> None:
    x = mg.ones(2, requires_grad=True)
    with viz.record():
        hidden = x * 2
        mask = hidden > 1
        with mg.no_grad():
            frozen = hidden.exp()
        out = hidden.detach() * x + frozen + mg.where(mask, x, 0.0)
    graph = graph_of(out)
    dead = {(edge.source.title, edge.target.title): edge.dead for edge in graph.edges if edge.dead}
    assert dead == {("mul", "gt"): "no derivative", ("mul", "exp"): "no_grad", ("mul", "mul"): "detached"}


def test_frozen_parameters_are_marked() -> None:
    model = nn.Linear(2, 2)
    model.weight.requires_grad_(False)
    with viz.record():
        out = model(mg.ones(1, 2))
    flags = {vertex.title: vertex.requires_grad for vertex in graph_of(out).vertices if vertex.kind == "parameter"}
    assert flags == {"model.weight": False, "model.bias": True}


def test_a_history_from_before_the_recording() -> None:
    x = mg.ones(2, requires_grad=True)
    early = x.exp()
    with viz.record():
        late = early * 2
    graph = graph_of(late)
    assert titles(graph) == ["exp", "mul"]
    assert [vertex.place is None for vertex in graph.vertices if vertex.kind == "operation"] == [True, False]


class Twice(Function):
    @staticmethod
    def forward(ctx, x, factor=2):  # type: ignore[no-untyped-def]
        y = x * factor
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, g):  # type: ignore[no-untyped-def]
        return g * 2


class Split(Function):
    """Two results of different shapes, and one that has no gradient; written with setup_context."""

    @staticmethod
    def forward(x, y):  # type: ignore[no-untyped-def]
        return x * y, x.sum(), x.argmax()

    @staticmethod
    def setup_context(ctx, inputs, output):  # type: ignore[no-untyped-def]
        product, _, place = output
        ctx.save_for_backward(*inputs, product)
        ctx.mark_non_differentiable(place)

    @staticmethod
    def backward(ctx, g, h, _):  # type: ignore[no-untyped-def]
        x, y, _ = ctx.saved_tensors
        return g * y + h, g * x


def test_a_function_with_one_result_is_one_vertex() -> None:
    x = mg.ones(3, requires_grad=True)
    with viz.record():
        double = Twice.apply(x.exp())
        recorded = double.sum()
    loss = Twice.apply(x.exp()).sum()
    for graph in (graph_of(recorded), graph_of(loss)):
        assert titles(graph) == ["exp", "Twice", "sum"]
        assert links(graph)[1:3] == [("exp", "x", "Twice"), ("Twice", "x", "sum")]
        (vertex,) = (each for each in graph.vertices if each.title == "Twice")
        assert (vertex.shape, vertex.dtype) == ((3,), np.float32)
        assert [(each.name, each.bytes) for each in vertex.saved] == [("saved tensor 0", 12), ("saved tensor 1", 12)]
    (vertex,) = (each for each in graph_of(recorded).vertices if each.title == "Twice")
    assert vertex.name == "double"
    np.testing.assert_allclose(vertex.value, 2 * np.exp([1, 1, 1]), rtol=1e-6)


def test_the_results_of_a_function_with_several_are_vertices_after_it() -> None:
    x, y = mg.ones(3, requires_grad=True), mg.ones(3, requires_grad=True)
    for recorder in (viz.record(), contextlib.nullcontext()):
        with recorder:
            product, total, _ = Split.apply(x, y)
            loss = (product * total).sum()
        graph = graph_of(loss, frame=inspect.currentframe())
        assert titles(graph) == ["Split", "Split[0]", "Split[1]", "mul", "sum"]
        assert links(graph)[:6] == [
            ("x", "x", "Split"),
            ("y", "y", "Split"),
            ("Split", "", "Split[0]"),
            ("Split", "", "Split[1]"),
            ("Split[0]", "a", "mul"),
            ("Split[1]", "b", "mul"),
        ]
        assert [edge.shape for edge in graph.edges[2:6]] == [(3,), (), (3,), ()]
        assert [vertex.name for vertex in graph.vertices if vertex.title.startswith("Split[")] == ["product", "total"]
        assert [vertex.several for vertex in graph.vertices if vertex.kind == "operation"] == [True, *4 * [False]]
        split = next(vertex for vertex in graph.vertices if vertex.several)
        assert sum(each.bytes for each in split.saved) == 36
        found = gradients_of(graph, [loss])
        shares = [found.share(edge) for edge in graph.edges[:4]]
        np.testing.assert_allclose(shares[2], [3, 3, 3])
        np.testing.assert_allclose(shares[3], 3)
        np.testing.assert_allclose(shares[:2], [[6, 6, 6], [3, 3, 3]])


def test_a_function_stands_in_the_module_that_called_it() -> None:
    class Doubling(nn.Module):
        def forward(self, x):  # type: ignore[no-untyped-def]
            return Twice.apply(x)

    model = nn.Sequential(nn.Tanh(), Doubling())
    with viz.record():
        loss = Twice.apply(model(mg.ones(3, requires_grad=True))).sum()
    inside, outside = (each for each in graph_of(loss).vertices if each.title == "Twice")
    assert inside.box is not None
    assert inside.box.path == "model.1"
    assert outside.box is None


def test_a_freed_function_is_a_freed_graph() -> None:
    x = mg.ones(3, requires_grad=True)
    loss = Twice.apply(x)
    assert not graph_of(loss).freed
    loss.sum().backward()
    assert graph_of(loss).freed


def test_a_backward_that_can_be_differentiated_once_has_a_name() -> None:
    class Once(Function):
        @staticmethod
        def forward(ctx, x):  # type: ignore[no-untyped-def]
            return x * 2

        @staticmethod
        @once_differentiable
        def backward(ctx, g):  # type: ignore[no-untyped-def]
            return g * 2

    x = mg.tensor(1.0, requires_grad=True)
    (g,) = grad(Once.apply(x * x), x, create_graph=True)
    assert "backward of Once" in titles(graph_of(g * g))


def test_several_outputs() -> None:
    x = mg.ones(2, requires_grad=True)
    with viz.record():
        low, high = x.exp(), x.sin()
    assert titles(graph_of([low, high]), "output") == ["low", "high"]


def test_ten_thousand_operations() -> None:
    y = x = mg.ones(2, requires_grad=True)
    for _ in range(10_000):
        y = y.sin()
    graph = graph_of(y)
    assert len(graph.vertices) == 10_002
    assert graph.vertices[0].node is x.node


# -- what cannot be shown ----------------------------------------------------------------------------------------------


def test_no_graph() -> None:
    with pytest.raises(GraphError, match=r"no graph.*requires_grad=True"):
        graph_of(mg.ones(2) * 2)
    with pytest.raises(GraphError, match="leaf"):
        graph_of(mg.ones(2, requires_grad=True))
    with pytest.raises(TypeError, match="ndarray"):
        graph_of([np.ones(2)])  # type: ignore[list-item]
    with pytest.raises(GraphError, match="empty"):
        graph_of([])


def test_a_freed_graph_has_its_shape_but_no_gradients() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x.exp().sum()
    y.backward()
    graph = graph_of(y)
    assert graph.freed
    assert titles(graph) == ["exp", "sum"]
    with pytest.raises(GraphError, match="retain_graph"):
        gradients_of(graph, [y])


# -- gradients ---------------------------------------------------------------------------------------------------------


def test_gradients_of_a_recorded_pass() -> None:
    x = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        y = x * x * 3.0
        y.backward()
    graph = graph_of(y)
    found = gradients_of(graph, [y])
    (leaf,) = (vertex for vertex in graph.vertices if vertex.name == "x")
    assert found.of(leaf) == 12.0
    assert [float(found.share(edge)) for edge in graph.outgoing[leaf]] == [6.0, 6.0]


def test_the_edge_to_an_output_carries_what_the_pass_began_with() -> None:
    """And not what else has come to the same value."""
    x = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        hidden = x * 3
        loss = hidden * hidden
    found = gradients_of(graph := graph_of([loss, hidden]), [loss, hidden])
    seeds = {edge.target.name: found.share(edge) for edge in graph.edges if edge.target.kind == "output"}
    assert seeds == {"loss": 1.0, "hidden": 1.0}
    assert [float(found.of(each)) for each in graph.vertices if each.name == "hidden"] == [13.0, 13.0]
    with viz.record():
        hidden = x * 3
        loss = hidden * hidden
        loss.backward()
    found = gradients_of(graph := graph_of([loss, hidden]), [loss, hidden])
    seeds = {edge.target.name: found.share(edge) for edge in graph.edges if edge.target.kind == "output"}
    assert seeds == {"loss": 1.0, "hidden": None}


def test_gradients_without_a_pass_leave_no_trace() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    called = []
    middle = x * 3.0
    middle.register_hook(called.append)
    middle.retain_grad()
    y = middle.sum()
    graph = graph_of(y)
    found = gradients_of(graph, [y])
    (leaf,) = (vertex for vertex in graph.vertices if vertex.kind == "input")
    np.testing.assert_array_equal(found.of(leaf), [3.0, 3.0])
    assert x.grad is None
    assert middle.grad is None
    assert called == []
    y.backward()
    assert len(called) == 1
    np.testing.assert_array_equal(x.grad.numpy(), [3.0, 3.0])


# -- folding -----------------------------------------------------------------------------------------------------------


def layered(count: int, width: int = 8) -> Graph:
    layers = [layer for _ in range(count) for layer in (nn.Linear(width, width), nn.ReLU())]
    model = nn.Sequential(nn.Linear(3, width), *layers)
    x = mg.ones(2, 3)
    with viz.record(values=False):
        out = model(x)
    return graph_of(out)


def test_modules_as_single_vertices() -> None:
    graph = collapsed(layered(2), 1)
    assert titles(graph, "module") == ["Linear", "Linear", "ReLU", "Linear", "ReLU"]
    assert [vertex.name for vertex in graph.vertices if vertex.kind == "module"] == ["0", "1", "2", "3", "4"]
    assert titles(graph, "parameter") == []
    assert [edge.shape for edge in graph.edges] == [(2, 3), *[(2, 8)] * 5]
    assert [box.path for box in graph.boxes] == ["model"]
    whole = collapsed(layered(2), 0)
    assert [vertex.kind for vertex in whole.vertices] == ["input", "module", "output"]
    assert whole.vertices[1].boxed.parameters == 4 * 8 + 2 * 72


def test_parameters_of_a_module_that_is_called_twice_go_into_it() -> None:
    model = nn.Linear(2, 2)
    with viz.record():
        out = model(model(mg.ones(1, 2)))
    assert titles(graph_of(out), "parameter") == ["model.weight", "model.bias"]
    assert all(vertex.box is None for vertex in graph_of(out).vertices if vertex.kind == "parameter")
    assert titles(collapsed(graph_of(out), 0), "parameter") == []


def test_equal_layers_are_drawn_once() -> None:
    graph = repeated_once(layered(6))
    (box,) = (box for box in graph.boxes if box.times > 1)
    assert (box.times, box.name) == (6, "1 … 12")
    assert titles(graph) == ["affine", "affine", "relu"]
    assert titles(graph, "parameter") == ["model.0.weight", "model.0.bias", "model.1.weight", "model.1.bias"]
    assert links(graph)[-1][0] == "relu"


def test_steps_of_a_recurrence_are_drawn_once() -> None:
    cell = nn.Linear(8, 8)
    x = mg.randn(20, 8)
    with viz.record():
        h = mg.zeros(8)
        for step in range(20):
            h = mg.tanh(cell(h) + x[step])
    graph = repeated_once(graph_of(h))
    assert max(box.times for box in graph.boxes) >= 19
    assert len(graph.vertices) < 20
    assert titles(graph, "output") == ["h"]


def test_equal_blocks_with_different_inputs_stay_apart() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
    real, fake = mg.ones(2, 4), mg.zeros(2, 4)
    with viz.record():
        out = model(real).mean() - model(fake).mean()
    graph = repeated_once(graph_of(out))
    assert [box.times for box in graph.boxes if box.path == "model"] == [1, 1]


def test_branches_of_one_input_stand_for_each_other() -> None:
    heads = nn.ModuleList([nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(4)])
    x = mg.ones(2, 4)
    with viz.record():
        out = mg.cat([head(x) for head in heads])
    graph = repeated_once(graph_of(out))
    assert [box.times for box in graph.boxes if box.kind == "Sequential"] == [4]


def test_what_is_oldest_is_left_out() -> None:
    y = mg.ones(2, requires_grad=True)
    for step in range(100):
        y = y.sin() if step % 3 else y.exp()
    graph = recent(graph_of(y), 20)
    assert len(graph.vertices) == 21
    assert graph.vertices[0].kind == "omitted"
    assert graph.vertices[0].title == "81 earlier operations"
    assert len(graph.edges) == 20


def test_gradients_survive_folding() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    x = mg.ones(4, 3, requires_grad=True)
    with viz.record():
        loss = model(x).sum()
        loss.backward()
    graph = graph_of(loss)
    found = gradients_of(graph, [loss])
    folded = collapsed(graph, 0)
    (edge,) = (edge for edge in folded.edges if edge.source.name == "x")
    shares = [found.share(each) for each in edge.whole]
    np.testing.assert_allclose(sum(shares), x.grad.numpy(), rtol=1e-6)


# -- the files ---------------------------------------------------------------------------------------------------------


def test_imports_run_downwards() -> None:
    """Among the files of viz there is no circle, and among its rooms neither; no import is hidden in a function."""
    files: dict[str, set[str]] = {}
    rooms: dict[str, set[str]] = {}
    root = Path(viz.__file__).parent
    for path in root.rglob("[!_]*.py"):
        found = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.ImportFrom)]
        own = [each for each in found if (each.module or "").startswith("minigrad.viz.")]
        assert all(each.col_offset == 0 for each in own), path
        named = [".".join([str(each.module), alias.name]) for each in own for alias in each.names]
        used = {each.removeprefix("minigrad.viz.") for each in (*(str(each.module) for each in own), *named)}
        here = ".".join(path.relative_to(root).with_suffix("").parts)
        files[here] = {each for each in used if (root / each.replace(".", "/")).with_suffix(".py").exists()}
        rooms.setdefault(here.partition(".")[0], set()).update(each.partition(".")[0] for each in files[here])
    assert len(list(graphlib.TopologicalSorter(files).static_order())) >= 20
    apart = {room: used - {room} for room, used in rooms.items()}
    assert next(iter(graphlib.TopologicalSorter(apart).static_order())) == "engine"
    # What is watched of a training run is shown in the looks of the page.
    assert {room for room, used in apart.items() if "page" in used} == {"training"}


def test_every_public_function_shows_how_it_is_used() -> None:
    """Each has an example that runs, and the list of public names is literal."""
    functions = [getattr(viz, name) for name in viz.__all__ if inspect.isfunction(getattr(viz, name))]
    assert len(functions) == 11
    finder = doctest.DocTestFinder(recurse=False)
    for function in functions:
        (found,) = finder.find(function, function.__name__, globs={})
        assert found.examples, function.__name__
        if function is not viz.explore or render.available():
            results = doctest.DocTestRunner().run(found, out=lambda text: pytest.fail(text))
            assert results.attempted > 0


def test_an_index_is_called_what_the_program_wrote() -> None:
    x = mg.randn(4, 5, requires_grad=True)
    with viz.record():
        y = x[:, -1] * x[..., None, 1:3][0].sum()
        z = (y + x[x > 0].sum()).sum()
    titles = [each.title for each in viz.graph_of(z).vertices if each.title.startswith("[")]
    assert titles == ["[:, -1]", "[..., None, 1:3]", "[0]", "[…]"]


def test_the_end_goes_by_one_name_the_one_that_is_asked_by() -> None:
    def inner() -> mg.Tensor:
        with viz.record():
            result = mg.ones(2, requires_grad=True).sum()
            result.backward()
        return result

    loss = inner()
    graph = viz.graph_of(loss, frame=inspect.currentframe())
    assert [each.name for each in graph.vertices if each.kind != "input"] == ["loss", "loss"]


def test_the_zeros_a_recurrence_begins_with_are_constants() -> None:
    model = nn.LSTM(2, 3)
    with viz.record():
        loss = model(mg.randn(4, 1, 2))[0].sum()
    graph = viz.graph_of(loss)
    assert [each.shape for each in graph.vertices if each.kind == "constant"] == [(1, 3), (1, 3)]
    assert [each.title for each in graph.vertices if each.kind == "operation"] == [
        "add",
        "affine",
        "lstm",
        "[0]",
        "sum",
    ]
