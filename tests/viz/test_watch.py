"""`viz.watch`: what is noted of a run, against closed forms and plain loops; that the run is as if nobody looked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim, viz
from minigrad.nn import functional as F
from minigrad.viz.training import pace
from minigrad.viz.training.images import grid
from minigrad.viz.training.series import POINTS, Curve, Moments
from minigrad.viz.training.spread import BINS, CODES, silent, spread


def shown(page: str) -> Any:
    """What the script of a page is given."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def run_of(watch: viz.Watch) -> Any:
    (run,) = shown(watch.page().text)["runs"]
    return run["run"]


def train(model: nn.Module, optimizer: Any, watch: viz.Watch | None, steps: int, seed: int = 1) -> list[float]:
    mg.manual_seed(seed)
    losses = []
    for _ in range(steps):
        x = mg.randn(8, 3)
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), x.sum(1, keepdim=True))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if watch is not None:
            watch.log(loss=loss)
    return losses


def net() -> nn.Sequential:
    mg.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))


# -- the parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_a_spread_is_that_of_numpy(rng: Any, dtype: Any) -> None:
    values = rng.normal(2, 3, (40, 50, 60)).astype(dtype)
    row = spread(values)
    exact = values.astype(np.float64)
    assert row is not None
    assert [row[0], row[6]] == pytest.approx([exact.min(), exact.max()], rel=1e-3)
    assert row[1:6] == pytest.approx(np.quantile(exact, [0.01, 0.16, 0.5, 0.84, 0.99]), abs=0.6)
    assert row[7] == pytest.approx(np.sqrt((exact**2).mean()), rel=1e-3)
    assert row[8] == 0
    levels = np.array([CODES.index(code) for code in row[9]])
    assert len(levels) == BINS
    assert levels[BINS // 2] > 3 * levels[2] > 0  # a bell, and not a box


def test_a_spread_counts_what_is_not_finite() -> None:
    values = np.array([1.0, np.nan, 3.0, np.inf, -np.inf])
    both_ends = CODES[-1] + "0" * (BINS - 2) + CODES[-1]
    assert spread(values) == [1, 1, 1, 1, 3, 3, 3, 2.236, 3, both_ends]
    assert spread(np.full(4, np.nan)) == [*[None] * 8, 4, ""]
    assert spread(np.arange(3)) is None
    assert spread(np.zeros((2, 0))) is None
    assert spread(np.full(3, 1e30, np.float32))[7] == pytest.approx(1e30)  # its square is too large for float32


def test_silent_units_are_channels_or_features(rng: Any) -> None:
    images = np.abs(rng.normal(size=(4, 8, 5, 5))) + 0.1
    images[:, :3] = 0
    images[0, 5] = 0  # silent for one sample only
    assert silent(images) == pytest.approx(3 / 8)
    words = np.abs(rng.normal(size=(4, 6, 10))) + 0.1
    words[..., 2] = 0
    assert silent(words) == pytest.approx(1 / 10)
    assert silent(words + 1) is None


def test_a_curve_stays_short_and_forgets_no_number(rng: Any) -> None:
    values = rng.normal(size=5000)
    values[3000] = np.nan
    curve = Curve()
    for step, value in enumerate(values, 1):
        curve.add(step, float(value))
    assert POINTS // 2 <= len(curve.points) <= POINTS
    assert curve.broken_at == 3001
    at = 0
    for first, last, total, low, high, count, broken in curve.points:
        part = values[first - 1 : last]
        assert first == at + 1
        assert (count, broken) == (np.isfinite(part).sum(), np.isnan(part).sum())
        assert [total, low, high] == pytest.approx([np.nansum(part), np.nanmin(part), np.nanmax(part)])
        at = last
    assert at == 5000


def test_moments_are_spread_over_the_whole_time_and_end_with_the_newest() -> None:
    moments = Moments(10)
    for count in range(1, 1001):
        moments.add(str(count - 1))
        kept = [int(each) for each in moments]
        assert len(kept) <= 10
        assert (kept[0], kept[-1]) == (0, count - 1)
        if count >= 10:
            assert len(kept) >= 5
            assert max(np.diff(kept)) <= 2.01 * np.median(np.diff(kept))


def test_images_are_written_as_png(rng: Any) -> None:
    image = pytest.importorskip("PIL.Image")
    import base64
    import io

    batch = rng.random((3, 3, 8, 6))
    described = grid(batch)
    picture = np.asarray(image.open(io.BytesIO(base64.b64decode(described["png"]))))
    assert picture.shape == (described["height"], described["width"], 3)
    np.testing.assert_array_equal(picture[:8, :6], np.rint(batch[0] * 255).transpose(1, 2, 0))
    gray = rng.integers(0, 256, (50, 5, 5)).astype(np.uint8)
    described = grid(gray)
    assert (described["shown"], described["of"]) == (36, 50)
    picture = np.asarray(image.open(io.BytesIO(base64.b64decode(described["png"]))))
    np.testing.assert_array_equal(picture[-5:, -5:], gray[35])


# -- a run -------------------------------------------------------------------------------------------------------------


def test_a_look_tells_activations_gradients_weights_and_updates() -> None:
    """A linear layer under SGD, whose gradients are two products: w − 0.1 xᵀg."""
    layer = nn.Linear(3, 2, bias=False)
    sgd = optim.SGD(layer.parameters(), lr=0.1)
    before = layer.weight.detach().numpy().copy()
    x = mg.randn(5, 3)
    with viz.watch(layer, sgd) as watch:
        out = layer(x)
        loss = out.square().sum() / 2
        loss.backward()
        sgd.step()
        sgd.zero_grad()  # the look saw the gradient before
        watch.log(loss=loss)
    run = run_of(watch)
    assert run["layers"] == [{"name": "layer", "kind": "Linear 3→2", "parameters": {"weight": [2, 3]}}]
    ((look),) = run["looks"]["kept"]
    (seen,) = look["layers"].values()
    y = x.numpy() @ before.T
    gradient = y.T @ x.numpy()

    def rms(a: Any) -> float:
        return float(np.sqrt((a**2).mean()))

    assert [seen["out"][7], seen["grad"][7]] == pytest.approx([rms(y)] * 2, rel=1e-3)  # dL/dy is y
    weight = seen["parameters"]["weight"]
    assert weight["grad"][7] == pytest.approx(rms(gradient), rel=1e-3)
    assert weight["weight"][7] == pytest.approx(rms(before - 0.1 * gradient), rel=1e-3)
    assert weight["update"] == pytest.approx(rms(0.1 * gradient) / rms(before), rel=1e-3)
    assert run["rates"]["sgd"]["points"] == [[1, 1, 0.1, 0.1, 0.1, 1, 0]]
    assert run["curves"]["loss"]["points"][0][2] == pytest.approx((y**2).sum() / 2, rel=1e-5)


def test_the_run_is_the_same_to_the_bit_and_keeps_no_hook() -> None:
    alone = net()
    expected = train(alone, optim.Adam(alone.parameters(), lr=0.01), None, 20)
    model = net()
    adam = optim.Adam(model.parameters(), lr=0.01)
    with viz.watch(model, adam, every=2) as watch:
        assert train(model, adam, watch, 20) == expected
        assert watch.history.looks.count == 11  # the first step, and every second
    assert not any(module._hooks for module in model.modules())
    assert not any(adam._hooks.values())
    for a, b in zip(alone.parameters(), model.parameters(), strict=True):
        np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())


def test_hooks_go_and_the_page_is_written_when_a_run_breaks_off(tmp_path: Path) -> None:
    model = net()
    adam = optim.Adam(model.parameters())
    watch = viz.watch(model, adam, path=tmp_path / "watch.html", every=1)

    def breaks_off() -> None:
        with watch:
            train(model, adam, watch, 3)
            assert any(module._hooks for module in model.modules())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks_off()
    assert not any(module._hooks for module in model.modules())
    (run,) = shown((tmp_path / "watch.html").read_text("utf-8"))["runs"]
    assert (run["run"]["step"], run["run"]["running"]) == (3, False)
    with pytest.raises(RuntimeError, match="has been closed"):
        watch.log(loss=1.0)


def test_the_page_can_be_read_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PATIENCE", 0.0)
    monkeypatch.setattr(pace, "WRITING", 1e9)
    model = net()
    adam = optim.Adam(model.parameters())
    with viz.watch(model, adam, path=tmp_path / "watch.html") as watch:
        for step in range(1, 4):
            train(model, adam, watch, 1)
            (run,) = shown((tmp_path / "watch.html").read_text("utf-8"))["runs"]
            assert (run["run"]["step"], run["run"]["running"]) == (step, True)
    assert list(tmp_path.iterdir()) == [tmp_path / "watch.html"]  # nothing half written


def test_several_models_go_by_the_names_of_the_code_or_of_a_dict() -> None:
    class Game:
        def __init__(self) -> None:
            self.generator, self.discriminator = nn.Linear(1, 2), nn.Sequential(nn.Linear(2, 1))
            self.draw = optim.SGD(self.generator.parameters(), lr=1)

    game = Game()
    watch = viz.watch([game.generator, game.discriminator], [game.draw])
    assert [layer.name for layer in watch.layers] == ["generator", "discriminator.0"]
    assert list(watch.optimizers) == ["draw"]
    assert repr(watch) == "<Watch of generator, discriminator at step 0>"
    watch.close()
    named = viz.watch({"a": game.generator, "b": game.discriminator}, {"sgd": game.draw}, title="Game")
    assert [layer.name for layer in named.layers] == ["a", "b.0"]
    named.close()
    plain = viz.watch([nn.Linear(1, 1), nn.Linear(2, 2)])
    assert [layer.name for layer in plain.layers] == ["Linear", "Linear'"]
    plain.close()


def test_a_run_that_is_resumed_goes_on_with_its_page() -> None:
    def begun() -> tuple[nn.Sequential, Any, viz.Watch]:
        model = net()
        adam = optim.Adam(model.parameters(), lr=0.01)
        return model, adam, viz.watch(model, adam, every=3, title="a run")

    def go_on(model: nn.Sequential, adam: Any, watch: viz.Watch, steps: range) -> None:
        for step in steps:
            train(model, adam, watch, 1, seed=step)
            if step % 5 == 0:
                watch.log(loss=float("nan") if step == 10 else 0.5, samples=mg.randn(4, 1, 8, 8))

    whole = begun()
    go_on(*whole, range(40))
    first = begun()
    go_on(*first, range(17))
    saved = [each.state_dict() for each in first]
    second = begun()
    for each, state in zip(second, saved, strict=True):
        each.load_state_dict(state)
    go_on(*second, range(17, 40))
    assert second[2].page().text == whole[2].page().text
    for _, _, watch in (whole, first, second):
        watch.close()


def test_a_state_of_something_else_is_refused() -> None:
    model = net()
    with viz.watch(model) as watch, viz.watch(nn.Linear(1, 1)) as other:
        for state in ({}, {"watch": "no JSON"}, {"watch": "{}"}, {"watch": '{"version":-1}'}):
            with pytest.raises(ValueError, match="not what state_dict"):
                watch.load_state_dict(state)
        with pytest.raises(ValueError, match=r"of the layers Linear, and here there are model.0, model.1, model.2"):
            watch.load_state_dict(other.state_dict())


def test_a_long_run_keeps_memory_and_page_small() -> None:
    model = net()
    with viz.watch(model, every=1) as watch:
        for step in range(1000):
            watch.log(loss=step, image=np.full((2, 2), step % 256, np.uint8))
        size = len(watch.page().text)
        for step in range(1000):
            watch.log(loss=step, image=np.full((2, 2), step % 256, np.uint8))
    assert len(watch.page().text) < 1.5 * size < 1_500_000
    assert len(watch.history.looks) <= 160
    assert len(watch.history.images["image"]) <= 40


def test_without_layers_no_hook_stands_and_compiled_steps_run() -> None:
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)

    @mg.compile
    def step(x: mg.Tensor) -> mg.Tensor:
        sgd.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        sgd.step()
        return loss

    with viz.watch(model, sgd, layers=False, every=1) as watch:
        for _ in range(3):
            before = model[0].weight.detach().numpy().copy()
            watch.log(loss=step(mg.randn(4, 3)))
    moved = model[0].weight.detach().numpy() - before
    seen = run_of(watch)["looks"]["kept"][-1]["layers"]["0"]
    assert list(seen) == ["parameters"]
    ratio = np.sqrt((moved**2).mean() / (before**2).mean())
    assert seen["parameters"]["weight"]["update"] == pytest.approx(ratio, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3,), TypeError, "model must be a module, or a list or dict of them, not int"),
        (([],), ValueError, "there is no model to watch"),
        (({1: nn.Linear(1, 1)},), TypeError, "names of models are texts, not int"),
        ((nn.Linear(1, 1), nn.Linear(1, 1)), TypeError, "optimizer must be an optimizer"),
    ],
)
def test_wrong_models_are_refused(arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        viz.watch(*arguments)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"path": 3}, TypeError, "path is the file to write"),
        ({"every": 0}, ValueError, "every must be at least 1, not 0"),
        ({"every": 2.5}, TypeError, "every is a number of steps or None, not float"),
        ({"layers": 1}, TypeError, "layers is True or False, not 1"),
        ({"title": 1}, TypeError, "title is a text, not int"),
    ],
)
def test_wrong_options_are_refused(options: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        viz.watch(nn.Linear(1, 1), **options)


def test_what_can_be_neither_number_nor_images_is_refused() -> None:
    with viz.watch(nn.Linear(1, 1)) as watch:
        for value in (mg.zeros(3), "0.1", None, [1.0], mg.zeros(2, 5, 4, 4)):
            with pytest.raises(TypeError, match="log: loss must be a number or images, not"):
                watch.log(fine=1.0, loss=value)
        assert (watch.step, watch.history.curves) == (0, {})  # a wrong call changes nothing
        watch.log(loss=1.0, drawn=mg.zeros(1, 1, 4, 4))
        with pytest.raises(TypeError, match="was a number before"):
            watch.log(loss=mg.zeros(4, 4))
        with pytest.raises(TypeError, match="was images before"):
            watch.log(drawn=1.0)
        with pytest.raises(ValueError, match="up to 64 names"):
            watch.log(**{f"n{i}": 1.0 for i in range(64)})


def test_two_runs_on_one_page(tmp_path: Path) -> None:
    for name, rate in (("slow", 0.001), ("fast", 0.1)):
        (tmp_path / name).mkdir()
        model = net()
        sgd = optim.SGD(model.parameters(), lr=rate)
        with viz.watch(model, sgd, path=tmp_path / name / "watch.html") as watch:
            train(model, sgd, watch, 2)
    pages = [tmp_path / name / "watch.html" for name in ("slow", "fast")]
    path = viz.compare(*pages, tmp_path / "both.html")
    both = shown(path.read_text("utf-8"))["runs"]
    assert [each["name"] for each in both] == ["slow", "fast"]
    assert [each["run"]["rates"]["sgd"]["points"][0][2] for each in both] == [0.001, 0.1]
    assert [each["run"] for each in both] == [shown(page.read_text("utf-8"))["runs"][0]["run"] for page in pages]
    with pytest.raises(ValueError, match=r"is no page that viz\.watch wrote for one run"):
        viz.compare(path, pages[0])
    (tmp_path / "x.html").write_text("<p>")
    with pytest.raises(ValueError, match="is no page"):
        viz.compare(tmp_path / "x.html", pages[0])
    with pytest.raises(TypeError, match="a run is a page or a watch, not int"):
        viz.compare(1, pages[0])  # type: ignore[call-overload]
