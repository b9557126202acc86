"""Pictures: what the description says, whatever the layout; and where there is Graphviz, that a picture comes of it."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import minigrad as mg
from minigrad import nn, viz
from minigrad.errors import GraphError
from minigrad.viz import Picture, draw
from minigrad.viz.drawing.theme import THEMES, Theme
from minigrad.viz.formulas.numbers import bytes_text
from minigrad.viz.layout import render
from minigrad.viz.layout.metrics import width_of


def words(picture: Picture) -> list[str]:
    """All texts of a description, in order."""
    return [html.unescape(text).strip() for text in re.findall(r">([^<>]+)<", picture.dot) if text.strip()]


def said(picture: Picture) -> str:
    """All texts of a description, joined as they are read."""
    return " ".join(" ".join(words(picture)).split())


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))


def small(**options: object) -> Picture:
    a = mg.tensor(2.0, requires_grad=True)
    b = mg.tensor(-3.0)
    loss = (a * b).exp()
    return draw(loss, **options)  # type: ignore[arg-type]


# -- the description ---------------------------------------------------------------------------------------------------


def test_a_tensor() -> None:
    text = said(small())
    for part in ("a = 2", "b = −3", "mul", "a · b", "exp", "loss = e", "loss = 0.002479", "no gradient"):
        assert part in text, part
    assert "AccumulateGrad" not in text
    assert "Backward" not in text


def test_a_model_and_its_input() -> None:
    model, images = network(), mg.randn(5, 4)
    text = said(draw(model, images))
    for part in (
        "model Sequential 58 parameters",
        "Linear 4→8 [0] 40 parameters",
        "ReLU [1]",
        "Linear 8→2 [2] 18 parameters",
        "weight 32 numbers",
        "images no gradient",
        "weight: 8×4",
        "x: 5×4",
        "images Wᵀ + b",
        "saves x: 80 B",
        "3 operations · 58 parameters · keeps 464 B for the backward pass",
    ):
        assert part in text, part


def test_an_input_without_a_name_gets_that_of_the_parameter() -> None:
    assert "input no gradient" in said(draw(network(), mg.randn(5, 4)))


def test_boxes_are_nested_clusters() -> None:
    model = network()
    dot = draw(model, mg.randn(5, 4)).dot
    assert dot.count("subgraph cluster_") == 5  # four modules and the legend
    assert dot.index("cluster_0") < dot.index("cluster_1") < dot.index("cluster_2")


def test_depth_collapses() -> None:
    model, x = network(), mg.randn(5, 4)
    at_one = draw(model, x, depth=1)
    assert "linear" not in words(at_one)
    assert "Linear 4→8 [0] 40 parameters" in said(at_one)
    assert at_one.dot.count("subgraph cluster_") == 2
    at_none = draw(model, x, depth=0)
    assert [vertex.kind for vertex in at_none.graph.vertices] == ["input", "module", "output"]
    assert "model Sequential 58 parameters" in said(at_none)


def test_a_second_call_is_numbered() -> None:
    model, x = network(), mg.randn(5, 4)
    with viz.record():
        out = model(x) - model(x * 2)
    assert "call 2" in said(draw(out))
    assert "call 2" in said(draw(out, depth=0))


def test_equal_blocks_are_folded_with_their_number() -> None:
    model = nn.Sequential(*[layer for _ in range(5) for layer in (nn.Linear(4, 4), nn.ReLU())])
    folded = draw(model, mg.randn(2, 4))
    assert "× 5" in said(folded)
    assert words(folded).count("relu") == 1
    assert words(draw(model, mg.randn(2, 4), fold=False)).count("relu") == 5


def test_the_backward_pass_in_the_same_picture() -> None:
    model, x = network(), mg.ones(5, 4)
    with viz.record():
        loss = model(x).sum()
        loss.backward()
    picture = draw(loss, backward=True)
    backward = [each for each in picture.dot.splitlines() if "dir=back" in each]
    assert len(backward) == 8  # every edge but that of the input
    assert "bias 2 numbers ‖∇‖ = 7.071" in said(picture)  # 5 for each of 2 outputs
    assert "∇ = 1" in said(picture)
    assert "gradient, on its way back" in picture.dot
    assert "∇" not in said(draw(loss))


def test_drawing_backward_changes_nothing() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    assert "‖∇‖ = 2.236" in said(draw(loss, backward=True))
    assert x.grad is None
    loss.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_dead_ends_are_marked() -> None:
    x = mg.ones(2, requires_grad=True)
    with viz.record():
        hidden = x.exp()
        out = hidden * hidden.detach()
    picture = draw(out)
    assert "⊣ detached" in said(picture)
    assert len(re.findall("arrowhead=tee", picture.dot)) == 1
    outside = (hidden * hidden.detach()).sum()
    assert "⊣ detached" in said(draw(outside))


def test_in_place_operations_have_their_underscore() -> None:
    x = mg.ones(2, requires_grad=True)
    with viz.record():
        y = x * 2
        y.add_(1)
    assert "add_" in words(draw(y))


def test_kinds_differ_in_shape_and_the_legend_names_them() -> None:
    model, x = network(), mg.randn(5, 4)
    dot = draw(model, x).dot
    shapes = {"operation": "box", "parameter": "cylinder", "input": "oval", "output": "oval"}
    for i, (kind, shape) in enumerate(shapes.items()):
        (line,) = (each for each in dot.splitlines() if each.strip().startswith(f"legend_{i} ["))
        assert f"label={kind}" in line
        assert f"shape={shape}" in line
    assert "legend" not in draw(model, x, legend=False).dot


def test_options_change_the_description() -> None:
    assert "rankdir=LR" in small(direction="LR").dot
    assert 'size="8,6"' in small(size=(8, 6)).dot
    assert "A title" in words(small(title="A title"))
    assert "a · b" not in said(small(formulas=False))
    assert "saves" not in said(small(saved=False))


def test_what_the_code_calls_things_is_escaped() -> None:
    values = {"<b>&": mg.ones(2, requires_grad=True)}
    picture = draw(values["<b>&"] * 2)
    assert "values['<b>&']" in said(picture)
    ElementTree.fromstring(re.findall(r"label=<(<B>.*?)>\s", picture.dot)[0].join(["<x>", "</x>"]))


# -- a model is only looked at -----------------------------------------------------------------------------------------


def test_drawing_a_model_leaves_it_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout())
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    x = mg.randn(5, 4)
    state = mg.get_rng_state()
    expected = mg.rand(3)
    mg.set_rng_state(state)
    draw(model, x)
    assert mg.rand(3).tolist() == expected.tolist()
    after = model.state_dict()
    assert all((after[name].numpy() == value).all() for name, value in before.items())
    assert model.training


def test_several_outputs_of_a_model() -> None:
    class Two(nn.Module):
        def forward(self, x: mg.Tensor) -> dict[str, mg.Tensor]:
            return {"low": x.exp(), "high": x.sin()}

    picture = draw(Two(), mg.ones(2))
    assert [vertex.name for vertex in picture.graph.vertices if vertex.kind == "output"] == ["low", "high"]


def test_what_a_model_hands_through_is_drawn_and_what_took_no_part_is_not() -> None:
    class Through(nn.Module):
        def forward(self, x: mg.Tensor) -> tuple[object, ...]:
            return x.exp(), [x, {"mask": mg.ones(3)}], None

    picture = draw(Through(), mg.ones(2))
    ends = [(edge.source.title, edge.target.kind) for edge in picture.graph.edges]
    assert ends == [("x", "operation"), ("exp", "output"), ("x", "output")]
    x = mg.ones(2, requires_grad=True)
    assert len(draw(Through(), x, backward=True).graph.edges) == 3
    with pytest.raises(GraphError, match="no graph"):
        draw(nn.Identity(), x)


def test_long_names_are_shortened_where_they_say_least() -> None:
    a_name_that_goes_on_and_on_and_never_comes_to_any_end_at_all = nn.ModuleDict({"inner": nn.Linear(2, 2)})
    table = {"k" * 100: mg.ones(2)}
    out = a_name_that_goes_on_and_on_and_never_comes_to_any_end_at_all["inner"](table["k" * 100])
    names = re.findall("<B>(.*?)</B>", draw(out).dot)
    assert "…and_never_comes_to_any_end_at_all.inner.weight"[-46:] in "".join(names)
    assert all(each.startswith("…") for each in names if each.endswith(("weight", "bias")))
    assert html.escape("table['" + "k" * 40, quote=False) + "…" in names
    assert max(map(len, map(html.unescape, names))) == 48


def test_lines_of_a_label_stand_below_each_other() -> None:
    """As rows of a table, so that the underscores of one line do not run into the next."""
    layer = nn.Module()
    layer.weight_one = nn.Parameter(mg.ones(2, 2))
    (label,) = re.findall(r"label=<(<TABLE[^\n]*weight_one.*?</TABLE>)>", draw(layer.weight_one.exp()).dot)
    rows = ElementTree.fromstring(label).findall("TR")
    assert ["".join(each.itertext()) for each in rows] == ["layer.weight_one", "4 numbers"]


# -- large graphs ------------------------------------------------------------------------------------------------------


def test_a_large_model_folds_by_module_and_says_so() -> None:
    layers = [nn.Sequential(nn.Linear(4 + i % 3, 4 + (i + 1) % 3), nn.Tanh()) for i in range(40)]
    model = nn.Sequential(*layers)
    picture = draw(model, mg.ones(1, 4), limit=50, fold=False)
    assert len(picture.graph.vertices) <= 50
    (note,) = picture.notes
    assert "folded to depth" in note
    assert note in said(picture)


def test_a_large_graph_without_modules_leaves_out_the_oldest() -> None:
    y = mg.ones(2, requires_grad=True)
    for step in range(10_000):
        y = y.sin() if (step * step) % 7 < 3 else y.exp()
    picture = draw(y)
    assert len(picture.graph.vertices) == 61
    assert "the last 60 are drawn" in picture.notes[0]
    assert "earlier operations" in said(picture)


# -- errors ------------------------------------------------------------------------------------------------------------


def test_unknown_options() -> None:
    with pytest.raises(ValueError, match=r"theme.*'light', 'dark', 'print'.*'pink'"):
        small(theme="pink")
    with pytest.raises(ValueError, match=r"direction.*'down'"):
        small(direction="down")
    with pytest.raises(ValueError, match="depth"):
        small(depth=-1)
    with pytest.raises(ValueError, match="limit"):
        small(limit=1)


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(GraphError, match="no graph"):
        draw(mg.ones(2))
    with pytest.raises(TypeError, match="takes an input"):
        draw(nn.ReLU())
    with pytest.raises(TypeError, match="not int"):
        draw(3)
    x = mg.ones(2, requires_grad=True).exp()
    with pytest.raises(TypeError, match="inputs are for a module"):
        draw(x, x)
    loss = x.sum()
    loss.backward()
    draw(loss)
    with pytest.raises(GraphError, match="freed"):
        draw(loss, backward=True)


def test_unknown_suffix_and_bad_path(tmp_path: Path) -> None:
    picture = small()
    with pytest.raises(ValueError, match=r"suffix '\.bmp'.*\.svg"):
        picture.render(tmp_path / "a.bmp")
    with pytest.raises(ValueError, match=r"suffix ''"):
        picture.render(tmp_path / "a")
    with pytest.raises(FileNotFoundError, match="no folder"):
        picture.render(tmp_path / "missing" / "a.dot")
    (tmp_path / "folder.dot").mkdir()
    with pytest.raises(IsADirectoryError):
        picture.render(tmp_path / "folder.dot")
    assert list(tmp_path.iterdir()) == [tmp_path / "folder.dot"]


def test_without_graphviz_the_description_still_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render.shutil, "which", lambda name: None)
    monkeypatch.setattr(render, "find_spec", lambda name: None)
    picture = small()
    target = tmp_path / "a.svg"
    target.write_text("old")
    with pytest.raises(RuntimeError, match=r"apt install graphviz.*minigrad\[render\]"):
        picture.render(target)
    assert target.read_text() == "old"
    assert list(picture._repr_mimebundle_()) == ["text/plain"]
    assert picture.render(tmp_path / "a.dot").read_text() == picture.dot


# -- with a layout -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("graphviz")
def test_files_of_every_format(tmp_path: Path) -> None:
    picture = draw(network(), mg.randn(5, 4), title="A network")
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    for suffix, start in starts.items():
        path = picture.render(tmp_path / f"a.{suffix}")
        assert path.read_bytes().startswith(start)
    assert sorted(os.listdir(tmp_path)) == ["a.pdf", "a.png", "a.svg"]


DOT = """#!{python}
# Stands in for the system's program: notes how it is called, and lets pygraphviz do the work, or refuses.
import json, sys
source = sys.stdin.buffer.read().decode()
with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv[1:], source]) + "\\n")
if "refuse" in source:
    sys.exit("Error: <stdin>: syntax error in line 1 near 'refuse'")
import pygraphviz
options = dict((each[1], each[2:]) for each in sys.argv[1:])
picture = pygraphviz.AGraph(string=source).draw(format=options["T"], prog=options["K"])
sys.stdout.buffer.write(picture)
"""


@pytest.fixture
def system_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[str]]]:
    """Puts a `dot` on the path; gives what returns how it has been called: options and description."""
    if os.name != "posix" or not importlib.util.find_spec("pygraphviz"):
        pytest.skip("the program that stands in for dot needs a shebang line and pygraphviz")
    folder, log = tmp_path / "bin", tmp_path / "log"
    folder.mkdir()
    program = folder / "dot"
    program.write_text(DOT.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(render, "find_spec", lambda name: None)  # as if there were no wheel in this process
    return lambda: [json.loads(line) for line in log.read_text().splitlines()]


def test_the_system_s_dot_is_asked_first(tmp_path: Path, system_dot: Callable[[], list[Any]]) -> None:
    picture = draw(nn.Sequential(nn.ReLU()), mg.ones(2))
    assert render.available()
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    for suffix, start in starts.items():
        assert picture.render(tmp_path / f"a.{suffix}").read_bytes().startswith(start)
    options, descriptions = zip(*system_dot())
    # SVG is written here, from a layout of sizes. The others are laid out once, and then, with the headings of the
    # boxes above the edges, drawn.
    others = [each for suffix in ("png", "pdf") for each in (["-Kdot", "-Tdot"], ["-Knop2", f"-T{suffix}"])]
    assert list(options) == [["-Kdot", "-Tjson0"], *others]
    assert descriptions[1] == picture.dot
    assert "heading_cluster_0" in descriptions[2]


def test_what_the_system_s_dot_refuses_is_said(tmp_path: Path, system_dot: Callable[[], list[Any]]) -> None:
    target = tmp_path / "a.svg"
    target.write_text("old")
    with pytest.raises(RuntimeError, match=r"Graphviz refused the graph: Error: .* near 'refuse'"):
        render.write("digraph { refuse }", target)
    assert target.read_text() == "old"
    assert [options for options, _ in system_dot()] == [["-Kdot", "-Tsvg"]]


SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: ElementTree.Element) -> str:
    return " ".join("".join(each.itertext()).strip() for each in svg.iter(f"{SVG}text"))


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("theme", THEMES)
def test_the_svg_says_all_that_the_description_says(theme: str) -> None:
    picture = draw(network(), mg.randn(5, 4), theme=theme)
    svg = ElementTree.fromstring(picture._repr_svg_())
    shown = texts(svg)
    for part in ("linear", "relu", "8×4", "Linear 4→8", "Sequential", "58 parameters", "legend"):
        assert part in shown, part
    assert picture._repr_mimebundle_()["image/svg+xml"].startswith("<?xml")


@pytest.mark.usefixtures("graphviz")
def test_headings_of_boxes_stand_above_the_edges() -> None:
    """In the order of drawing, which in SVG is the order of the file."""
    text = draw(nn.Sequential(nn.ReLU()), mg.ones(2))._repr_svg_()
    assert text.rindex("ReLU</tspan>") > text.rindex('class="edge"')


@pytest.mark.usefixtures("graphviz")
@pytest.mark.parametrize("direction", ["TB", "LR", "BT", "RL"])
def test_no_label_of_an_edge_overlaps_a_vertex(direction: str) -> None:
    """Graphviz places labels of edges as it places vertices; their boxes, by its own measure, are apart."""
    picture = draw(network(), mg.randn(5, 4), direction=direction, legend=False)
    data = json.loads(render.render(picture.dot, "json"))
    vertices = []
    for each in data["objects"]:
        if "pos" in each and "width" in each:
            x, y = map(float, each["pos"].split(","))
            w, h = float(each["width"]) * 72, float(each["height"]) * 72
            vertices.append((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    labels = []
    for edge in data["edges"]:
        (chip,) = (each["points"] for each in edge["_ldraw_"] if each["op"] == "B")  # the filled shape behind the text
        xs, ys = [x for x, _ in chip], [y for _, y in chip]
        labels.append((min(xs), min(ys), max(xs), max(ys)))
    assert len(labels) == len(picture.graph.edges)

    def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
        return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]

    for i, label in enumerate(labels):
        assert all(apart(label, vertex) for vertex in vertices)
        assert all(apart(label, other) for other in labels[:i])


# -- themes ------------------------------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_texts_and_outlines_have_contrast(theme: Theme) -> None:
    paints = [theme.paint(kind) for kind in ("operation", "module", "parameter", "input", "constant", "output")]
    backgrounds = [theme.page, *theme.tints, *(paint.fill for paint in paints)]
    for background in backgrounds:
        assert contrast(theme.text, background) >= 4.5
        assert contrast(theme.muted, background) >= 4.5
    for color in (theme.backward, theme.dead):
        assert contrast(color, theme.page) >= 4.5
    for paint in paints:
        assert contrast(paint.line, paint.fill) >= 3
        assert contrast(paint.line, theme.page) >= 3


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 20, "5.0 MiB")])
def test_bytes(count: int, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"size": 5}, TypeError, r"draw: size is a pair of inches, \(width, height\), not 5"),
        ({"size": (1,)}, TypeError, "draw: size is a pair"),
        ({"size": (-1, 2)}, ValueError, "greater than 0"),
        ({"depth": "a"}, TypeError, "draw: depth is the number of levels .* not 'a'"),
        ({"depth": 1.5}, TypeError, "draw: depth"),
        ({"limit": "x"}, TypeError, "draw: limit"),
        ({"title": 3}, TypeError, "draw: title is a text, not 3"),
    ],
)
def test_a_wrong_argument_is_named(options: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        draw(mg.ones(2, requires_grad=True).exp(), **options)


@pytest.mark.parametrize("depth", [None, 1, 0])
def test_an_input_made_where_it_is_used_stands_outside_and_stays(depth: int | None) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    with viz.record():
        y = model(mg.randn(5, 3))
    graph = draw(y, depth=depth).graph
    (given,) = (each for each in graph.vertices if each.kind == "input")
    assert given.box is None
    assert given.shape == (5, 3)


# -- what a picture says -----------------------------------------------------------------------------------------------


def doubled(**options: Any) -> Picture:
    a = mg.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a + a
        c = b + b
        c.backward()
    return draw(c, backward=True, **options)


def test_totals_stand_where_shares_meet() -> None:
    text = said(doubled())
    assert "a = 3 ∇ = 2 + 2 = 4" in text
    assert "b = a + a = 6" in text
    assert "∇ = 1 + 1 = 2" in text


def test_a_scalar_expression_is_compact() -> None:
    """Name, value and gradient in one vertex, and nothing on the edges but the shares that add up."""
    picture = doubled(legend=False)
    assert "scalar" not in said(picture)
    assert "float32" not in said(picture)
    labelled = [each for each in picture.dot.splitlines() if "->" in each and "label=" in each]
    assert len(labelled) == 4
    assert all("∇" in each for each in labelled)


def test_an_unusual_dtype_is_said() -> None:
    x = mg.ones(2, 3, dtype=mg.float64, requires_grad=True)
    text = said(draw(x.float() + mg.ones(2, 3, requires_grad=True) * 2))
    assert "2×3 float64" in text
    assert "float32" not in text


def test_layers_say_their_sizes() -> None:
    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.MaxPool2d(2), nn.Dropout(0.1), nn.Flatten())
    text = said(draw(model, mg.randn(2, 3, 8, 8), depth=1))
    for part in ("Conv2d 3→16, 3×3", "BatchNorm2d 16", "MaxPool2d 2", "Dropout p = 0.1"):
        assert part in text, part


def test_a_large_picture_has_no_edges_of_their_own_for_gradients() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x
    for step in range(40):
        y = y.sin() if (step * step) % 7 < 3 else y.exp()
    picture = draw(y.sum(), backward=True)
    assert "dir=back" not in picture.dot
    widths = [float(each) for each in re.findall(r'penwidth="?([0-9.]+)', picture.dot.partition("->")[2])]
    assert len(set(widths)) > 3


def test_the_limit_counts_operations() -> None:
    y = mg.ones(2, requires_grad=True)
    for _ in range(30):
        y = y.mul(2.0).exp()
    assert draw(y, fold=False, limit=60).notes == []  # beside them there are 30 constants
    assert "of 60 operations the last 59" in draw(y, fold=False, limit=59).notes[0]


@pytest.mark.usefixtures("graphviz")
def test_a_long_graph_is_drawn_whole_where_that_is_asked_for() -> None:
    x = mg.tensor(1.0, requires_grad=True)
    with viz.record(values=False):
        y = x
        for _ in range(400):
            y = y * x
        y.backward()
    svg = draw(y, backward=True, fold=False, limit=10_000)._repr_svg_()
    assert svg.count("mul</tspan>") == 400


# -- texts that do not depend on the machine ---------------------------------------------------------------------------


def test_widths_are_those_of_the_published_table() -> None:
    """Adobe's metrics of Helvetica, in thousandths: i 222, W 944, space 278; bold is wider."""
    assert width_of("i", 1000) / width_of("W", 1000) == pytest.approx(222 / 944)
    assert width_of("a b", 1000) == pytest.approx(width_of("ab", 1000) + width_of(" ", 1000))
    assert width_of("a", 20) == 2 * width_of("a", 10)
    assert width_of("a", 10, bold=True) > width_of("a", 10)


@pytest.mark.usefixtures("graphviz")
def test_every_text_stands_in_the_middle_of_its_place() -> None:
    svg = ElementTree.fromstring(doubled()._repr_svg_())
    assert all(each.get("text-anchor") == "middle" for each in svg.iter(f"{SVG}text"))
    ovals = {float(each.get("cx", "nan")) for each in svg.iter(f"{SVG}ellipse")}
    (name,) = (each for each in svg.iter(f"{SVG}text") if "".join(each.itertext()) == "a = 3")
    assert any(abs(float(name.get("x", "nan")) - x) < 0.2 for x in ovals)


@pytest.mark.usefixtures("graphviz")
def test_the_layout_asks_for_no_font() -> None:
    """The plan has no letters in it, but names of vertices: only sizes."""
    plan = doubled()._described.plan
    assert "add" not in re.sub(r"v\d+|legend_\d+", "", plan)
    assert "∇" not in plan
    assert plan.count("fixedsize=true") >= 4


# -- equal blocks ------------------------------------------------------------------------------------------------------


def test_what_differs_among_equal_blocks_is_said_and_what_each_hands_on() -> None:
    y = mg.tensor(1.0, requires_grad=True)
    with viz.record():
        for i in range(40):
            y = y.sin() * (1 + i / 10)
    picture = draw(y)
    text = said(picture)
    assert "× 40" in text
    assert "1, 1.1, 1.2, … 4.9" in text
    back = [each for each in picture.dot.splitlines() if "to the next" in each]
    (mul, sin) = (next(each for each in picture.graph.vertices if each.title == title) for title in ("mul", "sin"))
    assert [each.split("[")[0].split() for each in back] == [[f"v{mul.key}", "->", f"v{sin.key}"]]


def test_equal_constants_stay_as_they_are() -> None:
    y = mg.tensor(1.0, requires_grad=True)
    for _ in range(40):
        y = y.sin() * 1.5
    assert "1.5" in words(draw(y))


def test_blocks_that_stand_for_several_are_counted() -> None:
    """The first layer, whose input needs no gradient, is found equal to the others only when all are folded."""
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 6)
    text = said(draw(model, mg.randn(3, 2, 8)))
    assert "layers.0 … layers.5 TransformerEncoderLayer × 6" in text


# -- columns -----------------------------------------------------------------------------------------------------------


def height_of(picture: Picture) -> float:
    return float(ElementTree.fromstring(picture._repr_svg_()).get("height", "nan"))


@pytest.mark.usefixtures("graphviz")
def test_a_long_sequence_goes_on_in_another_column(monkeypatch: pytest.MonkeyPatch) -> None:
    widths = [4 + i * (i + 1) // 2 for i in range(20)]
    layers = [each for i in range(19) for each in (nn.Linear(widths[i], widths[i + 1]), nn.Tanh())]
    model, x = nn.Sequential(*layers), mg.randn(2, 4)
    picture = draw(model, x, depth=1)
    assert len(re.findall(r"(wrap[ab]_\d+) \[label=A", picture.dot)) == 2
    monkeypatch.setattr("minigrad.viz.drawing.describe.TALLEST", 1000)
    assert height_of(picture) < 0.65 * height_of(draw(model, x, depth=1))


def test_what_is_connected_otherwise_stays_in_one_column() -> None:
    """Past each operation leads an edge of its own, so there is nowhere to cut."""
    x = mg.ones(2, requires_grad=True)
    y = x
    for step in range(40):
        y = (y.sin() if (step * step) % 7 < 3 else y.exp()) + y
    assert "wrapa" not in draw(y, fold=False, limit=100).dot
