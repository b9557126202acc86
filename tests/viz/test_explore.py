"""The steps that the page shows, without a browser: their order, shares, sums and numbers are those of autograd."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from polar import Polar

import minigrad
from minigrad import nn, viz
from minigrad.autograd import Function
from minigrad.errors import GraphError
from minigrad.viz.graph import passes
from minigrad.viz.graph.passes import local_derivative
from minigrad.viz.graph.walk import Walk, walk_of
from minigrad.viz.page.arrays import Arrays, shortest, summary
from minigrad.viz.page.explore import explore
from minigrad.viz.page.serialize import serialized


def steps(loss: Any) -> Walk:
    return walk_of(viz.graph_of(loss), loss)


def doubled() -> tuple[Any, Any]:
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a + a
        c = b + b
    return a, c


def test_forward_steps_are_the_operations_by_age():
    walk = steps(doubled()[1])
    assert [(each.title, each.name, float(each.value)) for each in walk.forward] == [
        ("add", "b", 6.0),
        ("add", "c", 12.0),
    ]


def test_backward_takes_the_youngest_first_and_adds_up_every_share():
    walk = steps(doubled()[1])
    assert [turn.vertex.name for turn in walk.backward] == ["c", "b", "a"]
    sums = [[(float(share.added), float(share.total)) for share in turn.received] for turn in walk.backward]
    assert sums == [[(1.0, 1.0)], [(1.0, 1.0), (1.0, 2.0)], [(2.0, 2.0), (2.0, 4.0)]]
    assert [[share.edge.argument for share in turn.gives] for turn in walk.backward] == [["a", "b"], ["a", "b"], []]


def tangled() -> tuple[dict[str, Any], Any]:
    """Broadcasts, a value used three times, a constant, a view, and a matrix product."""
    leaves = {
        "x": minigrad.randn(4, 3, requires_grad=True),
        "w": minigrad.randn(3, 2, requires_grad=True),
        "bias": minigrad.randn(2, requires_grad=True),
        "scale": minigrad.tensor(0.7, requires_grad=True),
    }
    x, w, bias, scale = leaves.values()
    with viz.record():
        h = (x @ w + bias).tanh()
        loss = (h * scale + h[1:].mean() * h * 2).sum() + (scale * bias).sum()
    return leaves, loss


def test_gradients_are_those_of_autograd_to_the_last_bit():
    leaves, loss = tangled()
    found = {turn.vertex.node: turn.gradient for turn in steps(loss).backward}
    for leaf, g in zip(leaves.values(), minigrad.autograd.grad(loss, list(leaves.values()))):
        np.testing.assert_array_equal(found[leaf.node], g.numpy())


def test_every_sum_is_complete_when_its_turn_comes():
    _, loss = tangled()
    walk = steps(loss)
    orders = [turn.vertex.node.order for turn in walk.backward]
    assert orders == sorted(orders, reverse=True)
    seen: set[Any] = set()
    for turn in walk.backward:
        np.testing.assert_array_equal(turn.received[-1].total, turn.gradient)
        assert not turn.hooked
        consumers = [
            edge for edge in walk.graph.outgoing[turn.vertex] if edge.slot is not None or edge.target.kind == "output"
        ]
        assert {share.edge for share in turn.received} == set(consumers)
        assert all(edge.target in seen or edge.target.kind == "output" for edge in consumers)
        seen.add(turn.vertex)


def test_a_broadcast_is_summed_over_the_axes_that_were_stretched():
    x = minigrad.randn(4, 3, requires_grad=True)
    bias = minigrad.randn(3, requires_grad=True)
    column = minigrad.randn(4, 1, requires_grad=True)
    with viz.record():
        y = (x + bias) * column
        loss = (y * y).sum()
    shares = {share.edge.source.name: share for share in steps(loss).shares.values()}
    assert shares["x"].summed == ()
    assert shares["bias"].summed == (0,)
    assert shares["column"].summed == (1,)
    given = shares["bias"].given
    assert given.shape == (4, 3)
    by_hand = [sum(given[i, j] for i in range(4)) for j in range(3)]
    np.testing.assert_allclose(shares["bias"].added, by_hand, rtol=1e-6)


def test_local_derivatives_multiply_to_the_gradient_along_the_only_path():
    x = minigrad.tensor(0.3, requires_grad=True, dtype=minigrad.float64)
    with viz.record():
        y = (2 * x).tanh().exp()
    walk = steps(y)
    locals_ = {edge.target.title: local_derivative(edge) for edge in walk.shares if edge.slot is not None}
    tanh = np.tanh(0.6)
    np.testing.assert_allclose(locals_["mul"], 2)
    np.testing.assert_allclose(locals_["tanh"], 1 - tanh**2)
    np.testing.assert_allclose(locals_["exp"], np.exp(tanh))
    np.testing.assert_allclose(np.prod(list(locals_.values())), walk.backward[-1].gradient)


def test_local_derivative_of_a_linear_map_is_no_array():
    _, loss = tangled()
    matmul = next(edge for edge in steps(loss).shares if edge.target.title == "matmul")
    assert local_derivative(matmul) is None


def test_showing_changes_nothing(tmp_path: Path, graphviz: None):
    calls: list[Any] = []
    a, c = doubled()
    a.register_hook(calls.append)
    a.grad = minigrad.tensor(10.0)
    explore(c, tmp_path / "c.html")
    assert a.grad.item() == 10.0
    assert calls == []
    c.backward()
    assert a.grad.item() == 14.0


def test_what_backward_would_do_to_grad():
    a, c = doubled()
    leaf = steps(c).backward[-1]
    assert leaf.before is None
    assert leaf.after == 4.0
    a.grad = minigrad.tensor(10.0)
    leaf = steps(c).backward[-1]
    assert (leaf.before, leaf.after) == (10.0, 14.0)


def test_a_recorded_pass_is_shown_after_the_graph_has_been_freed():
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a * a
        c = b.sin()
        c.backward()
    walk = steps(c)
    assert walk.recorded
    assert walk.backward[-1].gradient == a.grad.item()
    assert walk.backward[-1].after == a.grad.item()
    product = [edge for edge in walk.shares if edge.target.title == "mul"]
    assert [float(local_derivative(edge)) for edge in product] == [3.0, 3.0]


def test_a_hook_that_changes_the_gradient_is_noticed():
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a * 2
        b.register_hook(lambda g: 10 * g)
        c = b * 3
        c.backward()
    turns = {turn.vertex.name: turn for turn in steps(c).backward}
    assert turns["b"].hooked
    assert (turns["b"].received[-1].total, turns["b"].gradient) == (3.0, 30.0)
    assert not turns["a"].hooked
    assert turns["a"].gradient == a.grad.item() == 60.0


def test_the_gradient_of_several_elements_is_that_of_their_sum():
    a = minigrad.tensor([1.0, 2.0], requires_grad=True)
    with viz.record():
        b = a * a
    np.testing.assert_array_equal(steps(b).backward[0].gradient, [1, 1])
    np.testing.assert_array_equal(steps(b).backward[-1].gradient, [2, 4])


def test_a_function_of_the_user_s_own():
    class Double(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2

    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        c = Double.apply(a) * a
    walk = steps(c)
    assert "Double" in [turn.vertex.title for turn in walk.backward]
    assert walk.backward[-1].gradient == minigrad.autograd.grad(c, a)[0].item() == 12.0


def polar(backward: bool) -> tuple[Any, Any, Any]:
    x = minigrad.tensor(3.0, requires_grad=True)
    y = minigrad.tensor(4.0, requires_grad=True)
    with viz.record():
        r, angle = Polar.apply(x, y)
        loss = r * angle + r
        if backward:
            loss.backward()
    return x, y, loss


@pytest.mark.parametrize("backward", [False, True])
def test_a_function_with_several_results(backward: bool):
    *_, loss = polar(backward)
    walk = steps(loss)
    assert [each.title for each in walk.forward] == ["Polar", "Polar[0]", "Polar[1]", "mul", "add"]
    assert [turn.vertex.title for turn in walk.backward][2:5] == ["Polar[1]", "Polar[0]", "Polar"]
    turns = {turn.vertex.title: turn for turn in walk.backward}
    r, angle = 5.0, np.arctan2(4, 3)
    assert float(turns["Polar[1]"].gradient) == r
    assert float(turns["Polar[0]"].gradient) == pytest.approx(angle + 1)
    assert turns["Polar"].gradient is None
    assert [float(share.added) for share in turns["Polar"].received] == pytest.approx([r, angle + 1])
    assert float(turns["x"].gradient) == pytest.approx((angle + 1) * 3 / 5 - 5 * 4 / 25)
    assert float(turns["y"].gradient) == pytest.approx((angle + 1) * 4 / 5 + 5 * 3 / 25)
    assert not any(turn.hooked for turn in walk.backward)
    assert {each.title: each.value is None for each in walk.forward} == {
        "Polar": True, "Polar[0]": False, "Polar[1]": False, "mul": False, "add": False,
    }  # fmt: skip


def test_only_one_result_of_a_function_is_used():
    x = minigrad.tensor(3.0, requires_grad=True)
    y = minigrad.tensor(4.0, requires_grad=True)
    with viz.record():
        r, _ = Polar.apply(x, y)
    walk = steps(r)
    assert [turn.vertex.title for turn in walk.backward] == ["Polar[0]", "Polar", "y", "x"]
    assert float(walk.backward[-1].gradient) == pytest.approx(3 / 5)
    assert float(walk.forward[-1].value) == 5


def test_a_hook_on_the_result_of_a_function_is_noticed():
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        r, _ = Polar.apply(a, a)
        r.register_hook(lambda g: 10 * g)
        loss = r * 2
        loss.backward()
    turns = {turn.vertex.title: turn for turn in steps(loss).backward}
    assert turns["Polar[0]"].hooked
    assert float(turns["Polar[0]"].gradient) == 20
    assert turns["a"].gradient == a.grad.item()


# -- what comes to rest in .grad --------------------------------------------------------------------------------------


def leaves(walk: Walk) -> dict[str, tuple[Any, Any, Any]]:
    found = [each for each in walk.backward if each.vertex.kind in ("input", "parameter")]
    return {each.vertex.name: (each.before, each.gradient, each.after) for each in found}


def test_a_recorded_pass_adds_to_what_grad_held_before_it():
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        for factor in (2, 5):
            loss = a * factor
            loss.backward()
    assert leaves(steps(loss)) == {"a": (2.0, 5.0, 7.0)}
    a.grad = None  # what the pass did stays as it was
    assert leaves(steps(loss)) == {"a": (2.0, 5.0, 7.0)}


def test_a_recorded_pass_into_an_empty_grad():
    a = minigrad.tensor([3.0, 4.0], requires_grad=True)
    with viz.record():
        loss = (a * a).sum()
        loss.backward()
    before, gradient, after = leaves(steps(loss))["a"]
    assert before is None
    np.testing.assert_array_equal(gradient, [6, 8])
    np.testing.assert_array_equal(after, [6, 8])


def test_gradients_that_are_handed_out_are_not_added():
    a = minigrad.tensor(3.0, requires_grad=True)
    b = minigrad.tensor(4.0, requires_grad=True)
    a.grad = minigrad.tensor(100.0)
    with viz.record():
        loss = a * b
        (g,) = minigrad.autograd.grad(loss, a)
    walk = steps(loss)
    assert not walk.adds
    assert leaves(walk) == {"a": (None, g.item(), None)}
    assert a.grad.item() == 100


def test_a_pass_that_was_asked_for_some_inputs_ends_there():
    a = minigrad.tensor(3.0, requires_grad=True)
    b = minigrad.tensor(4.0, requires_grad=True)
    a.grad = minigrad.tensor(100.0)
    with viz.record():
        loss = a * b
        loss.backward(inputs=[a])
    assert leaves(steps(loss)) == {"a": (100.0, 4.0, 104.0)}
    with viz.record():
        hidden = a * b
        loss = hidden.exp()
        minigrad.autograd.grad(loss, hidden)
    assert [turn.vertex.name for turn in steps(loss).backward] == ["loss", "hidden"]


# -- what the page is told --------------------------------------------------------------------------------------------


def test_formulas_use_the_names_of_the_code(graphviz: None):
    data = serialized(steps(doubled()[1]))
    formulas = [vertex["formula"] for vertex in data["vertices"] if vertex["formula"]]
    assert [(each["left"], each["text"]) for each in formulas] == [("b", "a + a"), ("c", "b + b")]
    assert "<mn>3</mn>" in formulas[0]["numbers"]


def test_formulas_keep_their_letters_where_names_would_clash(graphviz: None):
    b = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        c = (b + 1) * b
    formulas = {
        vertex["title"]: vertex["formula"]["text"] for vertex in serialized(steps(c))["vertices"] if vertex["formula"]
    }
    assert formulas["add"] == "b + 1"
    assert formulas["mul"] == "v₂ · b"


def test_settings_are_told_as_code_writes_them(graphviz: None):
    x = minigrad.randn(3, 4, requires_grad=True)
    with viz.record():
        y = x[..., 1:3].sum()
    (settings,) = (each["settings"] for each in serialized(steps(y))["vertices"] if each["title"] == "[..., 1:3]")
    assert not any("slice" in each or "Ellipsis" in each for each in settings)


def test_functions_of_the_tables_are_told_beside_their_rule(graphviz: None):
    a, b = minigrad.tensor(3.0, requires_grad=True), minigrad.tensor(0.5, requires_grad=True)
    with viz.record():
        y = minigrad.sinc(a) * b
    edge = next(each for each in serialized(steps(y))["edges"] if each.get("rule") and each["rule"]["helpers"])
    assert edge["rule"]["text"] == "g · slope_of_sinc(a)"
    ((name, words),) = edge["rule"]["helpers"]
    assert name == "slope_of_sinc(x)"
    assert words


def test_told_data_are_plain_and_complete(graphviz: None):
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = minigrad.randn(5, 3)
    with viz.record():
        loss = model(x).square().mean()
    walk = steps(loss)
    data = json.loads(json.dumps(serialized(walk), allow_nan=False))
    assert len(data["forward"]) + 2 + len(data["backward"]) > 10
    assert [box["heading"] for box in data["boxes"]][:2] == ["model · Sequential", "0 · Linear 3→4"]
    for turn, real in zip(data["backward"], walk.backward):
        shown = data["arrays"][turn["gradient"]]
        assert shown["shape"] == list(real.gradient.shape)
        np.testing.assert_array_equal(np.float32(shown["numbers"]), real.gradient.ravel())
    weight = next(vertex for vertex in data["vertices"] if vertex["name"] == "model.0.weight")
    assert weight["label"] == "weight"
    assert weight["kind"] == "parameter"
    places = [vertex["place"] for vertex in data["vertices"] if vertex["kind"] == "operation"]
    assert all(place["text"] == "loss = model(x).square().mean()" for place in places)


def test_cards_do_not_overlap(graphviz: None):
    _, loss = tangled()
    cards = [vertex["card"] for vertex in serialized(steps(loss))["vertices"]]
    for i, (x, y, width, height) in enumerate(cards):
        for u, v, other_width, other_height in cards[:i]:
            assert abs(x - u) >= (width + other_width) / 2 or abs(y - v) >= (height + other_height) / 2


def test_numbers_are_short_and_exact():
    assert shortest(np.float32(0.1)) == 0.1
    assert shortest(np.float64(0.1)) == 0.1
    assert np.float32(shortest(np.float32(1 / 3))) == np.float32(1 / 3)
    assert shortest(np.bool_(True)) == 1
    assert [shortest(np.float32(each)) for each in ("nan", "inf", "-inf")] == ["nan", "inf", "-inf"]


def codes(picture: dict[str, Any]) -> Any:
    import base64

    shape = (picture["rows"], picture["cols"], picture.get("channels", 1))
    return np.frombuffer(base64.b64decode(picture["codes"]), np.uint8).reshape(shape)


def test_a_large_array_is_shown_by_means_of_blocks(rng: np.random.Generator):
    array = rng.standard_normal((128, 64))
    shown = summary(array)
    assert "numbers" not in shown
    assert (shown["low"], shown["high"]) == (array.min(), array.max())
    np.testing.assert_allclose(shown["mean"], array.mean())
    picture = shown["picture"]
    assert (picture["rows"], picture["cols"]) == (32, 32)
    means = np.array([[array[4 * i : 4 * i + 4, 2 * j : 2 * j + 2].mean() for j in range(32)] for i in range(32)])
    assert picture["scale"] == pytest.approx(np.abs(means).max())
    read_back = (codes(picture)[..., 0].astype(float) - 127) / 126 * picture["scale"]
    np.testing.assert_allclose(read_back, means, atol=picture["scale"] / 126)


def test_what_is_not_finite_is_counted_and_marked():
    shown = summary(np.array([[1.0, np.nan], [-np.inf, 0.5]]))
    assert shown["broken"] == 2
    assert shown["numbers"] == [1.0, "nan", "-inf", 0.5]
    assert codes(shown["picture"])[..., 0].tolist() == [[253, 254], [254, 190]]


def test_images_are_images():
    image = np.zeros((2, 3, 8, 8), np.float32)
    image[0, 0] = 1
    picture = summary(image, image=True)["picture"]
    assert picture["kind"] == "image"
    assert picture["planes"] == [2, 2]
    assert codes(picture)[0, 0].tolist() == [255, 0, 0]


def test_an_array_is_told_once():
    arrays = Arrays()
    assert arrays.add(np.ones(3)) == arrays.add(np.ones(3)) == 0
    assert arrays.add(np.ones(3, np.float32)) == 1
    assert arrays.add(None) is None


@pytest.mark.parametrize("shape", [(0,), (2, 0, 3), (1,), (1, 1), (70,), (3, 1, 2, 2, 2)])
def test_arrays_of_any_shape_are_told(shape: tuple[int, ...]):
    assert summary(np.zeros(shape))["shape"] == list(shape)


# -- the file ---------------------------------------------------------------------------------------------------------


def test_the_page_is_one_file_that_needs_nothing(tmp_path: Path, graphviz: None):
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        c = a * 2  # </script><b>
    path = explore(c, tmp_path / "c.html")
    page = path.read_text("utf-8")
    assert path == tmp_path / "c.html"
    assert page.count("</script>") == 2
    assert "{{" not in page.replace("`${{", "")
    addresses = set(re.findall(r"https?://[^\s\"']+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
    assert data["vertices"][-2]["place"]["text"] == "c = a * 2  # </script><b>"


def test_big_arrays_make_a_small_file(tmp_path: Path, graphviz: None):
    x = minigrad.randn(300, 400)
    w = minigrad.randn(400, 500, requires_grad=True)
    with viz.record():
        loss = (x @ w).relu().mean()
    assert explore(loss, tmp_path / "loss.html").stat().st_size < 200_000


def test_errors_say_what_is_wrong(tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_text("kept")
    a = minigrad.tensor(3.0, requires_grad=True)
    with pytest.raises(TypeError, match="loss must be a tensor, not float"):
        explore(1.0, path)
    with pytest.raises(GraphError, match="it is a leaf"):
        explore(a, path)
    with pytest.raises(GraphError, match=r"with viz\.record"):
        explore(a * 2, path)
    with viz.record(values=False):
        b = a * 2
    with pytest.raises(GraphError, match="kept only shapes"):
        explore(b, path)
    with viz.record():
        c = minigrad.tensor(1.0) * 2
    with pytest.raises(GraphError, match="does not require grad"):
        explore(c, path)
    with viz.record():
        d = a.exp()
    d.backward()
    with pytest.raises(GraphError, match="freed"):
        explore(d, path)
    with viz.record():
        e = a.exp()
        (e * e).backward()
    with pytest.raises(GraphError, match="began at another tensor"):
        explore(e, path)
    assert path.read_text() == "kept"


def test_a_graph_too_large_for_a_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from importlib import import_module

    monkeypatch.setattr(import_module("minigrad.viz.page.explore"), "MOST", 1)
    with pytest.raises(ValueError, match="up to 1 operations, this graph has 2"):
        explore(doubled()[1], tmp_path / "c.html")


def test_a_path_that_cannot_be_written(tmp_path: Path, graphviz: None):
    _, c = doubled()
    with pytest.raises(FileNotFoundError, match="no folder"):
        explore(c, tmp_path / "missing" / "c.html")
    with pytest.raises(IsADirectoryError):
        explore(c, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_on_the_way_keeps_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "c.html"
    path.write_text("kept")
    _, c = doubled()

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no rule")

    monkeypatch.setattr(passes, "propagate", fail)
    with pytest.raises(RuntimeError, match="no rule"):
        explore(c, path)
    assert path.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]
