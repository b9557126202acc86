"""Pages of the graphs that people have: something is in view at once, a step is quick, keyboard and printer work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, viz

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("graphviz")]

Open = Callable[..., Any]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
IN_VIEW = """() => {
  const stage = document.getElementById("stage").getBoundingClientRect();
  const heights = [];
  document.querySelectorAll(".card, .frame.closed:not(.hidden)").forEach((card) => {
    const at = card.querySelector(".body").getBoundingClientRect();
    if (at.right > stage.left && at.left < stage.right && at.bottom > stage.top && at.top < stage.bottom) {
      heights.push(at.height);
    }
  });
  return heights;
}"""


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64), 6)
    with viz.record():
        loss = model(mg.randn(5, 2, 32)).pow(2).mean()
        loss.backward()
    return viz.explore(loss, tmp_path_factory.mktemp("transformer") / "loss.html")


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    x = mg.tensor(1.0, requires_grad=True)
    with viz.record():
        y = x
        for _ in range(990):
            y = y.sin() * 1.01
    return viz.explore(y, tmp_path_factory.mktemp("chain") / "y.html")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "390"])
def test_a_page_opens_with_cards_in_view(open_page: Open, transformer: Path, chain: Path, viewport: dict[str, int]):
    for path in (transformer, chain):
        heights = open_page(path, viewport=viewport).evaluate(IN_VIEW)
        assert len(heights) >= 3
        assert min(heights) >= 10


def test_what_is_too_large_begins_folded_and_unfolds_where_work_is_done(open_page: Open, transformer: Path):
    page = open_page(transformer)
    closed = page.locator(".frame.closed:not(.hidden)")
    assert closed.count() == 6
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator(".card.now-forward").count() == 1
    assert page.evaluate(IN_VIEW) != []
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    layers = page.locator('.frame.closed:not(.hidden) .head[aria-label*="TransformerEncoderLayer"]')
    assert layers.count() == 5  # the others have folded again


def test_only_what_is_in_view_is_there(open_page: Open, chain: Path):
    page = open_page(chain)
    assert 0 < page.locator(".card").count() < 80
    page.evaluate("document.getElementById('slider').value = 800")
    page.dispatch_event("#slider", "input")
    assert page.locator(".card.now-forward").count() == 1
    for _ in range(15):
        page.evaluate("document.getElementById('next').click()")
        assert 0 < page.locator(".card").count() < 80
    assert page.locator(".card.now-forward").count() == 1


def test_cards_are_reached_by_the_keyboard(open_page: Open, tmp_path: Path):
    a, b = mg.tensor(2.0, requires_grad=True), mg.tensor(3.0, requires_grad=True)
    with viz.record():
        c = a * b
        d = c + a
    page = open_page(viz.explore(d, tmp_path / "d.html"))
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.card')"):
            break
    focused = "document.activeElement.getAttribute('aria-label')"
    assert "mul" in page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    assert "add" in page.evaluate(focused)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused).startswith("input")
    step = page.locator("body").get_attribute("data-step")
    page.keyboard.press("ArrowDown")
    assert page.locator("body").get_attribute("data-step") == step
    page.keyboard.press("Enter")
    assert page.locator("body").get_attribute("data-step") != step
    assert page.locator('.card[tabindex="0"]').count() == 1


def test_after_a_search_the_focus_is_on_what_was_found(open_page: Open, transformer: Path):
    page = open_page(transformer)
    page.keyboard.press("/")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    assert "softmax" in page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''") or page.evaluate(
        "document.activeElement.matches('.card, .head')"
    )
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement !== document.body")


def test_buttons_are_large_enough_for_a_finger(open_page: Open, transformer: Path):
    page = open_page(transformer, viewport=NARROW)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("header button, footer button, .camera button, select, #search")]
            .filter((each) => each.offsetParent).map((each) => [each.id, each.getBoundingClientRect().height])"""
    )
    assert len(sizes) > 8
    assert [each for each in sizes if each[1] < 40] == []


def test_on_paper_nothing_is_cut_and_colours_stay(open_page: Open, transformer: Path):
    page = open_page(transformer)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    style = "getComputedStyle(document.getElementById('panel'))"
    assert page.evaluate(f"{style}.overflowY") == "visible"
    assert page.evaluate("getComputedStyle(document.body).overflowY") == "visible"
    assert page.evaluate(f"{style}.printColorAdjust ?? {style}.webkitPrintColorAdjust") == "exact"
    assert page.evaluate("document.getElementById('panel').getBoundingClientRect().height") > 800
    assert not page.locator(".transport").is_visible()
    drawn = page.evaluate("document.getElementById('world').getBoundingClientRect().toJSON()")
    paper = page.evaluate("document.getElementById('stage').getBoundingClientRect().toJSON()")
    assert paper["top"] <= drawn["top"] < drawn["bottom"] <= paper["bottom"]
    assert paper["left"] <= drawn["left"] < drawn["right"] <= paper["right"]
    assert page.evaluate(IN_VIEW) != []


def test_a_heat_map_of_a_stack_shows_its_only_plane_and_says_its_scale(open_page: Open, tmp_path: Path):
    steps = mg.zeros(40, 3, 3)
    steps[21] = 5.0
    x = mg.ones(40, 3, 3, requires_grad=True)
    with viz.record():
        y = (x * steps).sum()
    page = open_page(viz.explore(y, tmp_path / "y.html"))
    page.keyboard.press("ArrowRight")
    legends = page.locator("#panel .ramp").all_inner_texts()
    assert not any("−0" in each for each in legends)
    assert any("5" in each for each in legends)
    assert "16 planes of 40" in page.locator("#panel").inner_text()
    assert "21" in page.locator("#panel .facts", has_text="of 40").last.inner_text()


# -- the chain rule, findings, links -----------------------------------------------------------------------------------


def test_the_chain_rule_is_written_out(open_page: Open, product: Path):
    page = open_page(product)
    page.goto(f"{product.as_uri()}#node=c")
    page.locator("#panel .crossing").click()
    chain = page.locator("#panel .chain").first
    symbols = [each.replace("\u00a0", " ") for each in chain.locator(".factor > span:first-child").all_inner_texts()]
    assert symbols == ["∂d/∂a", "∂d/∂c", "∂c/∂a"]
    worth = [float(each.replace("−", "-")) for each in chain.locator(".worth").all_inner_texts()]
    assert worth == [-12, 4, -3]
    assert worth[0] == worth[1] * worth[2]
    assert chain.locator(".op").all_inner_texts() == ["+=", "·"]
    assert "g, came in" in chain.inner_text()


def test_a_link_leads_to_its_step(open_page: Open, product: Path):
    page = open_page(product)
    page.goto(f"{product.as_uri()}#step=3")
    page.reload()
    assert page.locator("body").get_attribute("data-step") == "3"
    page.keyboard.press("ArrowRight")
    assert "#step=4" in page.url
    page.evaluate("location.hash = 'node=b'")
    page.wait_for_function("document.body.dataset.step === '0'")
    page.evaluate("location.hash = 'step=999&node=nobody'")
    page.wait_for_function("document.body.dataset.kind === 'end'")
    page.locator("#link").click()
    page.wait_for_function("document.getElementById('status').textContent.startsWith('The link is')")


def test_embedded_there_is_nothing_around_it(open_page: Open, product: Path):
    page = open_page(product)
    assert page.locator(".top").is_visible()
    page.goto(f"{product.as_uri()}?embed#step=2")
    assert not page.locator(".top").is_visible()
    assert page.locator("#panel").is_visible()
    assert page.locator("body").get_attribute("data-step") == "2"


def test_a_notebook_shows_the_page_in_a_frame(open_page: Open, tmp_path: Path):
    a = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        c = a * a
    shown = viz.explore(c)
    assert isinstance(shown, viz.Page)
    (tmp_path / "notebook.html").write_text(f"<!doctype html><link rel='icon' href='data:,'>{shown._repr_html_()}")
    frame = open_page(tmp_path / "notebook.html").frame_locator("iframe")
    cards = [each.bounding_box() for each in frame.locator(".card").all()]
    stage, bar = (frame.locator(each).bounding_box() for each in ("#stage", ".transport"))
    assert min(each["y"] for each in cards) >= stage["y"]  # fitted into a frame that had no size at first
    assert stage["height"] > 400 > 100 > bar["height"]
    frame.locator("#next").click()
    assert frame.locator("#panel h2").inner_text().startswith("mul")
    assert shown.write(tmp_path / "c.html").read_text().startswith("<!doctype html>")


def test_findings_lead_to_their_place(open_page: Open, tmp_path: Path):
    a, b = nn.Linear(4, 4), nn.Linear(4, 2)
    with viz.record():
        loss = b(a(mg.randn(5, 4)).detach()).square().mean()
    page = open_page(viz.explore(loss, tmp_path / "loss.html"))
    chips = page.locator("#findings button")
    assert chips.count() == 2
    assert "a.weight gets no gradient: detached" in chips.first.inner_text()
    chips.first.click()
    assert "weight" in page.evaluate("document.activeElement.getAttribute('aria-label')")


# -- how gradients flow ------------------------------------------------------------------------------------------------


def test_edges_are_as_wide_as_the_gradient_is_large_and_parameters_have_bars(open_page: Open, tmp_path: Path):
    a, b = nn.Linear(3, 3), nn.Linear(3, 3)
    with viz.record():
        loss = b(a(mg.randn(4, 3)) * 1e-3).square().sum()
        loss.backward()
    page = open_page(viz.explore(loss, tmp_path / "loss.html"))
    page.keyboard.press("End")
    lines = "[...document.querySelectorAll('.edge.returned .line')]"
    widths = page.evaluate(f"{lines}.map((each) => parseFloat(getComputedStyle(each).strokeWidth))")
    assert max(widths) > 4
    assert min(widths) < 1.5
    names = page.locator(".bars .ref").all_inner_texts()
    assert names == ["a.weight", "a.bias", "b.weight", "b.bias"]
    worth = page.locator(".bars .worth").all_inner_texts()
    shown = [float(each.replace("·10", "e").translate(RAISED)) for each in worth]
    expected = [float(np.linalg.norm(each.grad.numpy())) for each in (a.weight, a.bias, b.weight, b.bias)]
    np.testing.assert_allclose(shown, expected, rtol=0.01)


RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def test_a_recurrence_is_unrolled_over_time(open_page: Open, tmp_path: Path):
    model = nn.LSTM(3, 4)
    with viz.record():
        out, _ = model(mg.randn(12, 2, 3))
        loss = out[-1].square().sum()
        loss.backward()
    page = open_page(viz.explore(loss, tmp_path / "loss.html"))
    page.evaluate("location.hash = 'node=loss'")
    while page.locator(".over-time").count() == 0 and page.locator("body").get_attribute("data-kind") != "end":
        page.keyboard.press("ArrowRight")
    bars = page.locator(".over-time i")
    assert bars.count() == 12
    heights = [float(each.get_attribute("style").partition("height:")[2].rstrip("%;")) for each in bars.all()]
    assert heights[-1] == max(heights)  # the loss is made of the last step


# -- every width, both colours, by touch -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_by_touch_at_every_width_in_light_and_dark(open_page: Open, transformer: Path, width: int, scheme: str):
    page = open_page(transformer, viewport={"width": width, "height": 844}, color_scheme=scheme, has_touch=True)
    heights = page.evaluate(IN_VIEW)
    assert len(heights) >= 3
    assert min(heights) >= 10
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#next").tap()
    page.locator("#next").tap()
    assert page.locator("body").get_attribute("data-step") == "2"
    page.wait_for_timeout(400)  # the camera is on its way
    assert page.evaluate(IN_VIEW) != []
    ground, ink = page.evaluate(
        """() => ['--ground', '--ink'].map((name) => {
            const probe = document.body.appendChild(document.createElement('i'));
            probe.style.color = `var(${name})`;
            const [r, g, b] = getComputedStyle(probe).color.match(/[0-9.]+/g).map(Number);
            probe.remove();
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        })"""
    )
    assert (ground > ink) == (scheme == "light")
