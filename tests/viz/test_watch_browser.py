"""The page of a run in a real browser: time, layers, findings, two runs, narrow and wide, light and dark, paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import minigrad as mg
from minigrad import nn, optim, viz
from minigrad.nn import functional as F

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def run(path: Path, steps: int = 12, close: bool = True) -> viz.Watch:
    """A run whose middle layer is dead, and whose last loss is no number."""
    mg.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 8), nn.ReLU(), nn.Linear(8, 2))
    nn.init.constant_(net[3].bias, -100.0)
    adam = optim.Adam(net.parameters(), lr=0.01)
    watch = viz.watch(net, adam, path=path, every=2)
    for step in range(1, steps + 1):
        x = mg.randn(4, 1, 8, 8)
        adam.zero_grad()
        loss = F.cross_entropy(net(x), mg.zeros(4, dtype=mg.int64))
        loss.backward()
        adam.step()
        watch.log(loss=loss if step < steps else float("nan"), drawn=x)
    if close:
        watch.close()
    else:
        watch.write()
    return watch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    run(tmp_path / "watch.html")
    return tmp_path / "watch.html"


def step(page: Any) -> int:
    return int(page.locator("body").get_attribute("data-step"))


def test_time_goes_by_slider_keys_buttons_and_charts(open_page: Open, path: Path) -> None:
    page = open_page(path)
    assert step(page) == 12
    assert page.locator("#state").inner_text() == "ended after 12 steps"
    assert page.locator("#live").is_hidden()
    page.keyboard.press("ArrowLeft")
    assert step(page) == 11  # its images
    assert page.locator("#look").inner_text() == "as seen at step 10"
    page.keyboard.press("Home")
    assert (step(page), page.locator("#back").is_disabled()) == (1, True)
    first = page.locator("#samples img").get_attribute("src")
    page.click("#last")
    assert page.locator("#samples img").get_attribute("src") != first
    page.locator("#slider").fill("4")
    assert (step(page), page.evaluate("location.hash")) == (5, "#step=5")
    chart = page.locator("[data-name=loss] svg").bounding_box()
    page.mouse.click(chart["x"] + chart["width"] * 0.16, chart["y"] + chart["height"] / 2)
    assert step(page) == 1
    page.locator("#slider").fill("10")
    page.keyboard.press(" ")
    page.locator("body[data-step='12']").wait_for()
    assert page.locator("#play").get_attribute("aria-pressed") == "false"


def test_a_loss_that_is_no_number_and_silent_units_are_pointed_at(open_page: Open, path: Path) -> None:
    page = open_page(path)
    notes = page.locator(".finding").all_inner_texts()
    assert notes[0] == "⚠ loss is not a finite number at step 12"
    assert any("net.4: 100 % of its units are silent" in each for each in notes)
    assert page.locator("[data-name=loss] .broken").count() == 1
    page.keyboard.press("Home")
    page.locator(".finding").first.click()
    assert step(page) == 12
    page.locator(".finding", has_text="net.4").click()
    assert page.locator("[data-layer='net.4']").get_attribute("aria-expanded") == "true"


def test_a_layer_opens_and_shows_itself_over_time(open_page: Open, path: Path) -> None:
    page = open_page(path)
    assert page.locator("[data-layer]").count() == 5
    page.locator("[data-layer='net.0']").focus()
    page.keyboard.press("Enter")
    titles = page.locator(".details figcaption > span:first-child").all_inner_texts()
    assert titles[:3] == ["activations", "gradient of the activations", "weight 4×1×3×3"]
    assert page.locator(".details .band.inner").count() >= 4
    assert page.locator(".details img.weights").count() == 1
    page.wait_for_timeout(300)  # the browser hands what a page remembers over a moment later
    page.reload()
    assert page.locator("[data-layer='net.0']").get_attribute("aria-expanded") == "true"
    page.keyboard.press("g")
    assert page.locator("#log").is_checked()


def test_a_page_follows_its_run(open_page: Open, tmp_path: Path) -> None:
    watch = run(tmp_path / "watch.html", close=False)
    page = open_page(tmp_path / "watch.html")
    assert page.locator("#state").inner_text() == "running, as of 12 steps"
    assert page.locator("#live").get_attribute("aria-pressed") == "true"
    watch.log(loss=1.0)
    watch.close()
    page.locator("#state", has_text="ended after 13 steps").wait_for()
    assert page.locator("#live").is_hidden()


def test_two_runs_share_charts_and_rows(open_page: Open, tmp_path: Path) -> None:
    for name, steps in (("short", 4), ("long", 8)):
        (tmp_path / name).mkdir()
        run(tmp_path / name / "watch.html", steps)
    page = open_page(viz.compare(*(tmp_path / name / "watch.html" for name in ("short", "long")), tmp_path / "c.html"))
    assert page.locator("#state").inner_text() == "short: ended after 4 steps · long: ended after 8 steps"
    assert page.locator("[data-name=loss] .mean").count() == 2
    assert page.locator("[data-layer='net.0'] .tag").all_inner_texts() == ["short", "long"]
    assert page.locator("#samples figure").count() == 2


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (768, "dark"), (390, "dark")])
def test_nothing_is_cut_off_and_everything_can_be_hit(open_page: Open, path: Path, width: int, scheme: str) -> None:
    page = open_page(path, viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.locator("[data-layer='net.0']").click()
    beyond = "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)"
    assert page.evaluate(f"{beyond}.length") == 0
    small = "[...document.querySelectorAll('button')].filter((e) => e.checkVisibility() && e.offsetHeight < 40).length"
    assert page.evaluate(small) == 0
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == ("rgb(16, 19, 23)" if scheme == "dark" else "rgb(245, 245, 242)")
    page.emulate_media(media="print")
    assert page.locator(".transport").is_hidden()
    assert page.evaluate("document.getElementById('main').scrollHeight <= document.getElementById('main').clientHeight")
