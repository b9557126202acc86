"""What the tests of pictures share: whether anything can lay a graph out here, and the table of samples."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import minigrad as mg
from minigrad import viz
from minigrad.viz.layout import render

sys.path.append(str(Path(__file__).parents[1] / "ops"))  # of `samples`, which meet every primitive


@pytest.fixture
def graphviz() -> None:
    """Skips a test that needs a layout where neither Graphviz nor pygraphviz is installed."""
    if not render.available():
        pytest.skip("neither Graphviz's dot nor pygraphviz is installed")


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """The page of (a b) 4 + a, where `a` is used twice."""
    a, b = mg.tensor(2.0, requires_grad=True), mg.tensor(-3.0, requires_grad=True)
    with viz.record():
        c = a * b
        d = c * 4 + a
    return viz.explore(d, tmp_path / "d.html")


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page, and at the end sees to it that it complained of nothing and asked for nothing."""
    complaints: list[str] = []
    contexts = []

    def opened(path: Path, **options: Any) -> Any:
        context = browser.new_context(viewport=options.pop("viewport", {"width": 1280, "height": 800}), **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda request: _note(request.url, complaints))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _note(url: str, complaints: list[str]) -> None:
    if not url.startswith(("file:", "data:")):
        complaints.append(f"request: {url}")
