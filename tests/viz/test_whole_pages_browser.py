"""Pages as a whole: what stands beside the graph covers nothing of it, and cards go by the names of the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import minigrad as mg
from minigrad import nn, viz

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("graphviz")]

Open = Callable[..., Any]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
COVERED = """(by) => {
  const boxes = (which) => [...document.querySelectorAll(which)].map((each) => each.getBoundingClientRect());
  const over = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom;
  return boxes(".card .body, .frame.closed > .body").filter((a) => boxes(by).some((b) => over(a, b))).length;
}"""


@pytest.fixture
def recurrence(tmp_path: Path) -> Path:
    model = nn.LSTM(4, 8)
    with viz.record():
        out, _ = model(mg.randn(20, 2, 4))
        loss = out[-1].square().mean()
        loss.backward()
    return viz.explore(loss, tmp_path / "loss.html")


def test_cards_of_a_recurrence_go_by_names_that_users_know(open_page: Open, recurrence: Path) -> None:
    page = open_page(recurrence)
    titles = set(page.locator(".card .title").all_text_contents())
    assert not {"getitem", "constant", "affine"} & titles
    assert {"weight_ih_l0", "linear", "lstm", "[0]", "[-1]", "0"} <= titles


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "390"])
def test_nothing_lies_over_the_graph(
    open_page: Open, recurrence: Path, product: Path, tmp_path: Path, viewport: dict[str, int]
) -> None:
    a, b = nn.Sequential(*[nn.Linear(4, 4) for _ in range(4)]), nn.Linear(4, 2)
    with viz.record():
        loss = b(a(mg.randn(5, 4)).detach()).square().mean()
    page = open_page(viz.explore(loss, tmp_path / "cut.html"), viewport=viewport)
    assert page.locator("#findings button").count() == 1  # of eight parameters it is said once
    assert "and 7 more get no gradient: detached" in page.locator("#findings").inner_text()
    assert page.evaluate(COVERED, "#findings button, .camera") == 0
    for other in (recurrence, product):
        page.goto(other.as_uri())
        assert page.locator("#findings").is_hidden()
        assert page.evaluate(COVERED, ".camera") == 0


def test_the_slider_shows_the_second_act(open_page: Open, product: Path, tmp_path: Path) -> None:
    x = mg.tensor(2.0, requires_grad=True)
    with viz.record():
        y = x**3 * x.sin()
        (slope,) = mg.autograd.grad(y, x, create_graph=True)
        slope.backward()
    page = open_page(viz.explore(slope, tmp_path / "slope.html"))
    assert page.locator(".phases span").all_inner_texts() == ["forward", "the first derivative", "backward"]
    widths = [each.bounding_box()["width"] for each in page.locator(".phases span").all()]
    steps = int(page.locator("#slider").get_attribute("max"))
    assert sum(widths[:2]) / sum(widths) == pytest.approx(11 / steps, abs=0.01)  # ten operations, and the seed
    acts = []
    for step in range(1, 11):
        page.evaluate(f"location.hash = 'step={step}'")
        page.wait_for_function(f"document.body.dataset.step === '{step}'")
        acts.append("A second act" in page.locator("#panel").inner_text())
    assert acts == sorted(acts)
    assert widths[0] / sum(widths) == pytest.approx((acts.index(True) + 1) / steps, abs=0.01)
    page.goto(product.as_uri())
    assert page.locator(".phases .second").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_dark_where_its_page_is(open_page: Open, tmp_path: Path, scheme: str) -> None:
    x = mg.tensor(2.0, requires_grad=True)
    path = viz.draw(x * x, backward=True).render(tmp_path / "square.svg")
    page = open_page(path, color_scheme=scheme)
    ground = page.locator("rect").first.evaluate("each => getComputedStyle(each).fill")
    text = page.locator("tspan").last.evaluate("each => getComputedStyle(each).fill")
    dark = ("rgb(16, 20, 31)", "rgb(170, 179, 197)")
    assert (ground, text) == (dark if scheme == "dark" else ("rgb(255, 255, 255)", "rgb(89, 98, 115)"))
