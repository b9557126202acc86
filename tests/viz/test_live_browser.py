"""Live numbers and practice: the page's own program finds what autodiff finds, and its questions know the answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, viz
from minigrad.nn import functional as F

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("graphviz")]

Open = Callable[..., Any]


def expression(x: mg.Tensor, w: mg.Tensor) -> mg.Tensor:
    """Most of what the page has a program for."""
    a = (x * w + 1).tanh() - F.silu(x) / (w.abs() + 2)
    b = (x.exp() + 1).log() ** 1.5 + (w.square() + 1).sqrt().reciprocal()
    c = mg.maximum(x.sin(), w.cos()) + mg.minimum(x, w) + x.sigmoid().relu() + (-w).log1p().tan() * 0.1
    return a * b + c + x.sum() - w.mean()


def gradients(x0: float, w0: float) -> tuple[float, float, float]:
    x, w = (mg.tensor(each, dtype=mg.float64, requires_grad=True) for each in (x0, w0))
    y = expression(x, w)
    y.backward()
    return y.item(), x.grad.item(), w.grad.item()  # type: ignore[union-attr]


def page_of(open_page: Open, folder: Path) -> Any:
    x, w = (mg.tensor(each, dtype=mg.float64, requires_grad=True) for each in (0.7, -1.2))
    with viz.record():
        y = expression(x, w)
    return open_page(viz.explore(y, folder / "y.html"))


TURN = "(dial, value) => { dial.value = value; dial.dispatchEvent(new Event('input', {bubbles: true})); }"


def test_all_numbers_follow_and_are_those_of_autodiff(open_page: Open, tmp_path: Path):
    page = page_of(open_page, tmp_path)
    dials = {label.inner_text().split()[0]: label for label in page.locator(".dial label").all()}
    assert set(dials) == {"x", "w"}
    at = {}
    for name, value in (("x", 1.3), ("w", -0.6)):
        dial = page.locator(f"#{dials[name].get_attribute('for')}")
        dial.evaluate(TURN, value)
        at[name] = float(dial.input_value())
    expected = gradients(at["x"], at["w"])
    page.keyboard.press("End")
    rows = {row.inner_text().split()[0]: row for row in page.locator("#panel .row").all()}
    shown = [float(rows[f"∂y/∂{name}"].locator("[data-value]").get_attribute("data-value")) for name in ("x", "w")]
    np.testing.assert_allclose(shown, expected[1:], rtol=1e-9)
    page.evaluate("location.hash = 'node=y'")
    value = page.locator("#panel .result [data-value]").first.get_attribute("data-value")
    assert float(value) == pytest.approx(expected[0], rel=1e-9)
    page.keyboard.press("Home")
    for name, g in zip(("x", "w"), expected[1:], strict=True):
        words = page.locator(f".dial:has(#{dials[name].get_attribute('for')}) .nudge").inner_text()
        moved, gradient = (float(each.replace("−", "-")) for each in re.findall(r"(−?[\d.]+)(?: times|$)", words))
        assert moved == pytest.approx(g, rel=1e-2)
        assert gradient == pytest.approx(g, rel=1e-3)


def test_the_numbers_in_formulas_follow(open_page: Open, tmp_path: Path):
    page = page_of(open_page, tmp_path)
    page.locator(".dial input").first.evaluate(TURN, "0.3")
    lines = set()
    for _ in range(int(page.locator("#slider").get_attribute("max"))):
        page.keyboard.press("ArrowRight")
        lines |= set(page.locator("#panel .put").all_inner_texts())
    plain = str.maketrans({"·": "*", "−": "-", "²": "**2", "\u00a0": " "})
    sums = [line.translate(plain).strip("= ").split(" = ") for line in lines]
    sums = [each for each in sums if len(each) == 2 and re.fullmatch(r"[-+*/(). \d]+", each[0])]
    assert len(sums) > 15
    for shown, result in sums:
        assert eval(shown) == pytest.approx(float(result), rel=0.01, abs=0.002), (shown, result)


def test_a_page_of_arrays_has_nothing_to_turn(open_page: Open, tmp_path: Path):
    with viz.record():
        loss = nn.Linear(3, 2)(mg.randn(4, 3)).sum()
    page = open_page(viz.explore(loss, tmp_path / "loss.html"))
    assert page.locator(".dial").count() == 0
    assert not page.locator("#practice").is_visible()


def test_practice_asks_and_says_what_is_missing(open_page: Open, product: Path):
    page = open_page(product)
    page.locator("#practice").click()
    while page.locator("#panel h2").inner_text().split()[:2] != ["mul", "c"]:
        page.keyboard.press("ArrowRight")
    assert page.locator(".chain").count() == 0  # nothing is given away
    assert page.locator(".labels text").count() == 0
    forms = page.locator(".question")
    assert forms.count() == 2

    def say(form: Any, text: str) -> str:
        form.locator("input").fill(text)
        form.locator("button").click()
        return form.locator(".verdict").inner_text()

    a = forms.nth(0)
    assert "local factor ∂c/∂a is missing" in say(a, "4")
    assert "∂d/∂c, is missing" in say(a, "-3")
    assert "And the sign?" in say(a, "12")
    assert "sum of all shares" in say(a, "-11")
    assert "no number" in say(a, "?")
    assert "Not yet" in say(a, "77")
    assert say(a, "−12").startswith("Right")
    assert say(forms.nth(1), "8").startswith("Right")
    page.wait_for_selector(".chain")


def test_practice_asks_whose_turn_it_is(open_page: Open, product: Path):
    page = open_page(product)
    page.locator("#practice").click()
    assert page.locator("body").get_attribute("data-kind") == "seed"
    page.locator('.card[aria-label*=" a,"]').first.click()
    assert "a does not wait" in page.locator(".guess").inner_text()
    page.locator('.card[aria-label*=" d, add"]').first.click()
    assert page.locator("body").get_attribute("data-kind") == "backward"
    page.locator("[data-reveal]").click()
    assert page.locator(".chain").count() == 2
