"""The page in a real browser: every step, the numbers on it, the controls, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from polar import Polar

import minigrad
import minigrad.nn.functional as F
from minigrad import nn, viz
from minigrad.viz.graph.fuse import fused
from minigrad.viz.page.explore import explore

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("graphviz")]

Open = Callable[..., Any]


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a + a
        c = b + b
    return explore(c, tmp_path / "sums.html")


class Layer(nn.Module):
    """A linear layer of primitives, whose bias is broadcast."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(minigrad.randn(inputs, outputs))
        self.bias = nn.Parameter(minigrad.randn(outputs))

    def forward(self, x: Any) -> Any:
        return x @ self.weight + self.bias


@pytest.fixture
def perceptron(tmp_path: Path) -> tuple[Path, Any, Any]:
    model = nn.Sequential(Layer(3, 4), nn.Tanh(), Layer(4, 2))
    x, target = minigrad.randn(5, 3), minigrad.randn(5, 2)
    with viz.record():
        loss = F.mse_loss(model(x), target)
    return explore(loss, tmp_path / "loss.html"), model, loss


def at(page: Any) -> int:
    return int(page.locator("body").get_attribute("data-step"))


def last(page: Any) -> int:
    return int(page.locator("#slider").get_attribute("max"))


def heading(page: Any) -> str:
    return page.locator("#panel h2").inner_text()


def array_in(page: Any, within: str) -> Any:
    """The numbers of the last array in a part of the page, as they stand there."""
    numbers = page.locator(within).locator("[data-array]").last.locator("[data-value]")
    return np.array([float(number.get_attribute("data-value")) for number in numbers.all()])


def card(page: Any, name: str) -> Any:
    return page.locator(f'.card[aria-label*=" {name},"]').first


def test_sums_forward_and_back_step_by_step(open_page: Open, sums: Path):
    page = open_page(sums)
    assert last(page) == 7
    seen = [heading(page)]
    for _ in range(7):
        page.keyboard.press("ArrowRight")
        seen.append(heading(page))
    assert [each.replace("\u00a0", " ") for each in seen] == [
        "What the graph starts from",
        "add b #2",
        "add c #3",
        "It begins at the end c",
        "add c #3",
        "add b #2",
        "a #1",
        "All gradients are known",
    ]
    assert page.locator("#next").is_disabled()
    back = [heading(page)]
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
        back.append(heading(page))
    assert back == seen[::-1]
    assert page.locator("#back").is_disabled()


def test_sums_show_why_gradients_accumulate_and_why_order_matters(open_page: Open, sums: Path):
    page = open_page(sums)
    page.keyboard.press("End")
    assert "would have run 6" in page.locator("#panel .note").inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".sums tbody .total").all_inner_texts() == ["1", "2"]
    assert "would have passed on 1 instead of 2" in page.locator("#panel .note").inner_text()
    tallies = page.locator("#panel .tally").all_inner_texts()
    assert "1st of 2 shares" in tallies[0]
    assert "1 share is still to come" in tallies[0]
    assert "None is still to come" in tallies[1]
    assert page.locator(".queue").count() == 0  # it was the only node that waited: there was no choice
    assert page.locator(".card.waiting .badge").text_content() == "2/2"
    page.keyboard.press("ArrowRight")
    assert page.locator("#panel .result .term > span").all_inner_texts() == ["None", "4", "4"]
    terms = page.locator("#panel .result .term small").all_inner_texts()
    assert terms == [".grad before", "this gradient", ".grad after"]


def test_every_gradient_on_the_page_is_that_of_autograd(open_page: Open, perceptron: tuple[Path, Any, Any]):
    path, model, loss = perceptron
    page = open_page(path)
    loss.backward()
    for name, parameter in model.named_parameters():
        page.fill("#search", f"model.{name}")
        page.keyboard.press("Enter")
        if page.locator("body").get_attribute("data-kind") != "backward":
            card(page, f"model.{name}").click()
        assert heading(page).startswith(f"model.{name}")
        np.testing.assert_array_equal(
            array_in(page, "#panel .result").astype(np.float32), parameter.grad.numpy().ravel()
        )


def test_every_step_shows_its_numbers(open_page: Open, perceptron: tuple[Path, Any, Any]):
    path, _, loss = perceptron
    page = open_page(path)
    graph = fused(viz.graph_of(loss))
    operations = [each for each in graph.vertices if each.kind == "operation"]
    for step, vertex in enumerate(operations, 1):
        page.keyboard.press("ArrowRight")
        assert at(page) == step
        assert heading(page).startswith(vertex.title)
        shown = array_in(page, "#panel .result").astype(np.float32)
        np.testing.assert_array_equal(shown, vertex.value.ravel())
        assert page.locator("#panel .source code").inner_text() == vertex.place.text
        assert page.locator("#panel .module").count() == (vertex.box is not None)
        assert page.locator("#status").inner_text().startswith(f"Step {step} of {last(page)}. Forward: {vertex.title}")
    while at(page) < last(page):
        page.keyboard.press("ArrowRight")
        assert page.locator(".now-backward").count() >= (page.locator("body").get_attribute("data-kind") != "end")
    assert page.locator(".card.taken").count() == page.locator(".slot.gradient.full").count()


def test_a_broadcast_is_summed_before_the_reader_s_eyes(open_page: Open, perceptron: tuple[Path, Any, Any]):
    page = open_page(perceptron[0])
    while page.locator("#panel .broadcast").count() == 0 and at(page) < last(page):
        page.keyboard.press("ArrowRight")
    assert "was stretched to (5, 2)" in page.locator("#panel .broadcast").inner_text()
    rows = [
        [float(cell.get_attribute("data-value")) for cell in row.locator("[data-value]").all()]
        for row in page.locator("#panel .broadcast tr").all()
    ]
    assert page.locator("#panel .broadcast tr.sum").count() == 1
    np.testing.assert_allclose(np.sum(rows[:-1], axis=0), rows[-1], rtol=1e-5)


def test_keys_slider_and_buttons(open_page: Open, sums: Path):
    page = open_page(sums)
    page.keyboard.press("End")
    assert at(page) == 7
    page.keyboard.press("Home")
    assert at(page) == 0
    page.click("#next")
    page.click("#next")
    page.click("#back")
    assert at(page) == 1
    page.evaluate(
        "slider => { slider.value = 5; slider.dispatchEvent(new Event('input')); }",
        page.locator("#slider").element_handle(),
    )
    assert at(page) == 5
    assert page.locator("#count").inner_text() == "5 / 7"
    page.focus("#slider")
    page.keyboard.press("ArrowRight")
    assert at(page) == 6
    page.click("#first")
    page.click("#last")
    assert at(page) == 7


def test_play_and_pause(open_page: Open, sums: Path):
    page = open_page(sums)
    page.select_option("#speed", "20")
    page.keyboard.press("Escape")
    page.locator("#panel").focus()
    page.keyboard.press(" ")
    assert page.locator("#play").get_attribute("aria-pressed") == "true"
    page.locator("body[data-step='7']").wait_for()
    assert page.locator("#play").get_attribute("aria-pressed") == "false"
    page.select_option("#speed", "0.5")
    page.click("#play")
    page.keyboard.press(" ")
    assert page.locator("#play").get_attribute("aria-pressed") == "false"


def test_search_and_click_jump_to_a_node(open_page: Open, perceptron: tuple[Path, Any, Any]):
    page = open_page(perceptron[0])
    page.keyboard.press("/")
    page.keyboard.type("tanh")
    assert page.locator("#found [role=option]").count() >= 1
    assert page.locator("#search").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert heading(page).startswith("tanh")
    assert page.locator("#found").is_hidden()
    card(page, "loss").click()
    assert heading(page).startswith("mse_loss")
    forward = at(page)
    card(page, "loss").click()  # once more: its step back
    assert at(page) > forward
    assert page.locator("body").get_attribute("data-kind") == "backward"
    page.fill("#search", "nothing of this name")
    assert page.locator("#found").inner_text() == "nothing found"


def test_modules_fold(open_page: Open, perceptron: tuple[Path, Any, Any]):
    page = open_page(perceptron[0])
    cards = page.locator(".card:not(.hidden)").count()
    head = page.locator(".frame .head").nth(1)
    height = page.evaluate("document.getElementById('world').getBBox().height")
    head.focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-expanded") == "false"
    assert page.locator(".card:not(.hidden)").count() == cards - 4  # the weight, the bias and two operations
    assert page.evaluate("document.getElementById('world').getBBox().height") < height
    page.keyboard.press("ArrowRight")
    assert page.locator(".frame.closed.now-forward").count() == 1
    head.click()
    assert page.locator(".card:not(.hidden)").count() == cards
    page.keyboard.press("f")
    assert page.locator(".frame.closed:not(.hidden)").count() == 1
    for _ in range(last(page)):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("f")
    assert page.locator(".card:not(.hidden)").count() == cards


def test_paths_multiply_and_add_up_to_the_gradient(open_page: Open, tmp_path: Path):
    x = minigrad.tensor(0.7, requires_grad=True)
    with viz.record():
        p = x * x
        y = p.sin() * p + p.exp()
    page = open_page(explore(y, tmp_path / "y.html"))
    page.keyboard.press("End")
    page.locator("#panel [data-path]").first.click()
    products = [float(each.get_attribute("data-value")) for each in page.locator(".product [data-value]").all()]
    assert len(products) == 6
    assert sum(products) == pytest.approx(minigrad.autograd.grad(y, x)[0].item(), rel=1e-5)
    assert page.locator(".card.lit").count() == page.locator(".card").count()
    page.locator(".way").first.click()
    assert page.locator(".card.dim").count() > 0
    assert page.locator(".way").first.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.locator(".card.lit").count() == 0


def test_zoom_and_pan(open_page: Open, sums: Path):
    page = open_page(sums)
    scale = "new DOMMatrix(getComputedStyle(document.getElementById('world')).transform)"
    before = page.evaluate(f"{scale}.a")
    page.mouse.move(300, 400)
    page.mouse.wheel(0, -300)
    assert page.evaluate(f"{scale}.a") > before
    here = page.evaluate(f"[{scale}.e, {scale}.f]")
    page.mouse.move(60, 150)
    page.mouse.down()
    page.mouse.move(110, 190)
    page.mouse.up()
    moved = page.evaluate(f"[{scale}.e, {scale}.f]")
    np.testing.assert_allclose(np.subtract(moved, here), [50, 40], atol=0.01)
    assert at(page) == 0
    page.keyboard.press("0")
    assert page.evaluate(f"{scale}.a") == pytest.approx(before)


def test_a_narrow_screen_shows_everything(open_page: Open, perceptron: tuple[Path, Any, Any]):
    page = open_page(perceptron[0], viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    for _ in range(last(page)):
        page.locator("#next").tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for name in ("#graph", "#panel", "#slider", "#play", "#next", "#search", "#speed"):
        box = page.locator(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360.5
        assert box["y"] + box["height"] <= 740.5


def luminance(colour: str) -> float:
    red, green, blue = (float(each) / 255 for each in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(open_page: Open, sums: Path, scheme: str):
    page = open_page(sums, color_scheme=scheme)
    colours = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"

    def contrast(name: str) -> float:
        text, ground = (luminance(each) for each in page.locator(name).first.evaluate(colours))
        return (max(text, ground) + 0.05) / (min(text, ground) + 0.05)

    assert contrast("#panel") > 7
    panel = luminance(page.locator("#panel").evaluate(colours)[1])
    assert (panel < 0.1) == (scheme == "dark")
    for name in ("--quiet", "--forward", "--backward"):  # WCAG AA for text
        page.evaluate("name => { document.getElementById('panel').style.color = `var(${name})`; }", name)
        assert contrast("#panel") > 4.5
    page.click("#theme")
    assert (luminance(page.locator("#panel").evaluate(colours)[1]) < 0.1) == (scheme == "light")


def test_in_a_frame_it_takes_the_theme_of_the_page_around_it(open_page: Open, product: Path):
    around = product.with_name("around.html")
    around.write_text(f'<iframe src="{product.name}?embed"></iframe>', encoding="utf-8")
    page = open_page(around, color_scheme="light")
    frame = page.frames[1]
    frame.wait_for_selector("body.embedded")
    for theme in ("dark", "light"):
        page.evaluate("theme => frames[0].postMessage({ theme }, '*')", theme)
        frame.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
        assert frame.evaluate("getComputedStyle(document.documentElement).colorScheme") == theme


def test_roles_and_names_for_a_screen_reader(open_page: Open, perceptron: tuple[Path, Any, Any]):
    page = open_page(perceptron[0])
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, select, [role=button]')]"
        ".filter(each => !(each.getAttribute('aria-label') || each.textContent.trim())).length"
    )
    assert unnamed == 0
    assert page.locator("#status").get_attribute("aria-live") == "polite"
    assert page.get_by_role("button", name="Step forward").count() == 1
    assert page.get_by_role("slider", name="Step").count() == 1
    assert page.get_by_role("combobox", name="Find a node").count() == 1
    assert "not yet computed" in card(page, "loss").get_attribute("aria-label")
    page.keyboard.press("End")
    assert "gradient done" in card(page, "loss").get_attribute("aria-label")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_a_function_with_several_results(open_page: Open, tmp_path: Path):
    x, y = minigrad.tensor(3.0, requires_grad=True), minigrad.tensor(4.0, requires_grad=True)
    with viz.record():
        r, angle = Polar.apply(x, y)
        loss = r * 2 + angle
        loss.backward()
    page = open_page(explore(loss, tmp_path / "loss.html"))
    page.keyboard.press("ArrowRight")
    assert heading(page).startswith("Polar")
    assert page.locator("#panel .result .ref").all_inner_texts() == ["r", "angle"]
    seen = {}
    for _ in range(last(page)):
        page.keyboard.press("ArrowRight")
        seen.setdefault(heading(page).split()[0], page.locator("#panel").inner_text())
        if heading(page).startswith("Polar") and page.locator("body").get_attribute("data-kind") == "backward":
            seen[heading(page).replace("\u00a0", " ").split(" ")[0] + " back"] = page.locator("#panel").inner_text()
    assert "handed on as it is" in seen["Polar[0] back"]
    assert "one for each result" in seen["Polar back"]
    assert "∂loss/∂r" in seen["Polar back"]
    ends = [float(each.get_attribute("data-value")) for each in page.locator("#panel .row [data-value]").all()]
    assert ends == pytest.approx([y.grad.item(), x.grad.item()])


@pytest.mark.parametrize("width", [1280, 360])
def test_formulas_that_are_too_wide_are_set_smaller(open_page: Open, tmp_path: Path, width: int):
    x = minigrad.randn(3, 4, requires_grad=True)
    with viz.record():
        loss = (x**2.5).mean(1).sum()
    page = open_page(explore(loss, tmp_path / "loss.html"), viewport={"width": width, "height": 800})
    wide = "(formula) => formula.scrollWidth > formula.clientWidth && parseFloat(formula.style.fontSize || 1) > 0.7"
    for _ in range(last(page)):
        page.keyboard.press("ArrowRight")
        assert not any(page.locator("#panel .formula").evaluate_all(f"formulas => formulas.map({wide})"))


def test_a_long_name_leaves_room_for_the_age(open_page: Open, tmp_path: Path):
    a_name_that_is_much_too_long_for_any_card = minigrad.tensor([1.0, 2.0], requires_grad=True)
    with viz.record():
        loss = a_name_that_is_much_too_long_for_any_card.exp().sum()
    page = open_page(explore(loss, tmp_path / "loss.html"))
    boxes = [page.locator(f".card.input text.{kind}").bounding_box() for kind in ("title", "age")]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert page.locator(".card.input text.title").text_content().endswith("…")


def test_images_and_numbers_that_are_not_finite(open_page: Open, tmp_path: Path):
    images = minigrad.rand(2, 3, 8, 8)
    weight = minigrad.randn(4, 3, 3, 3, requires_grad=True)
    with viz.record():
        loss = (F.conv2d(images, weight).sum() * 0).log()
    page = open_page(explore(loss, tmp_path / "loss.html"))
    assert page.locator("#panel img.image").count() == 1
    page.fill("#search", "log")
    page.keyboard.press("Enter")
    assert heading(page).startswith("log")
    assert "−∞" in page.locator("#panel .result").inner_text()
    page.keyboard.press("End")
    assert "108 not finite" in page.locator("#panel").inner_text()  # 4 · 3 · 3 · 3, each 0 · ∞


def test_five_hundred_nodes_step_without_lag(open_page: Open, tmp_path: Path):
    x = minigrad.tensor(0.5, requires_grad=True)
    with viz.record():
        y = x
        for _ in range(240):
            y = (y * x).sin()
    path = explore(y, tmp_path / "y.html")
    page = open_page(path)
    times = page.evaluate(
        "() => { const times = []; const next = document.getElementById('next');"
        "for (let i = 0; i < 200; i++) { const start = performance.now(); next.click(); document.body.offsetHeight;"
        "times.push(performance.now() - start); } return times.sort((a, b) => a - b); }"
    )
    assert at(page) == 200
    assert times[100] < 100  # milliseconds; on an idle machine some 5
    page.keyboard.press("End")
    assert at(page) == last(page)
