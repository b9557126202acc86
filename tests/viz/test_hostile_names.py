"""Names that no picture and no page was made for: control characters, half a character, code of other languages."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

import minigrad as mg
from minigrad import nn, viz

NAMES = {
    "nothing": ("a\0b", r"a\x00b"),
    "escape": ("\x1b[31m", r"\x1b[31m"),
    "half a character": ("\ud800", r"\ud800"),
    "no character": ("\uffff", r"\uffff"),
    "script": ("</script><script>x=1", "</script><script>x=1"),
    "dot": ('"]; x -> y; a [label="', '"]; x -> y; a [label="'),
}
"""Each with what a picture shows of it."""


class Net(nn.Module):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.add_module(name, nn.Linear(2, 2))
        self.name = name

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        inner: mg.Tensor = getattr(self, self.name)(x)
        return inner.sum()


@pytest.mark.parametrize(("name", "shown"), NAMES.values(), ids=NAMES)
def test_pictures_and_pages_of_it(name: str, shown: str, tmp_path: Path) -> None:
    net = Net(name)
    with viz.record():
        loss = net(mg.ones(1, 2))
    texts = [html.unescape(text) for text in re.findall(r">([^<>]+)<", viz.draw(loss, title=name).dot)]
    assert shown in texts, "the title"
    with viz.watch({name: net}, path=tmp_path / "run.html", title=name) as watch:
        watch.log(**{name: loss})
    for path in (viz.explore(loss, tmp_path / "graph.html"), tmp_path / "run.html"):
        (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', path.read_text("utf-8"), re.S)
        assert _in(json.loads(data), name)


def _in(value: object, name: str) -> bool:
    """Whether a text somewhere in `value` has `name` in it."""
    if isinstance(value, dict):
        return any(_in(each, name) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(_in(each, name) for each in value)
    return isinstance(value, str) and name in value
