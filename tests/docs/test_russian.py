"""The Russian pages run the code of the English ones and have their figures: a change of one asks for the other."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

import figures  # noqa: E402

RUSSIAN = DOCS / "ru"
SHOWN = re.compile(
    r"^```\{(?:literalinclude|engine)\} (.+)|^:((?:start|end|lines|pyobject|since).+)|\{source\}`(.+?)`", re.MULTILINE
)
PAGES = sorted(page for page in RUSSIAN.rglob("*.md") if page.stem != "index")


def examples(page):
    return [(each.source, each.want) for each in doctest.DocTestParser().get_examples(page.read_text(encoding="utf-8"))]


def shown(page):
    """The lines of code that a page includes or links to, wherever it stands in the folder."""
    found = SHOWN.findall(page.read_text(encoding="utf-8"))
    return [re.sub(r"(\.\./)+(tutorial/)?", "", "".join(each)) for each in found]


def named(text):
    return {(each["run"], each["row"], each["column"]) for each in figures.FIGURE.finditer(text)}


def test_there_are_pages():
    assert {page.parent.name for page in PAGES} == {"book", "tutorial"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_runs_the_examples_of_the_english_one(page):
    assert examples(page) == examples(DOCS / page.relative_to(RUSSIAN))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_the_code_of_the_english_one(page):
    english = DOCS / page.relative_to(RUSSIAN)
    assert shown(page) == shown(english)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_the_figures_of_the_english_one(page):
    english = (DOCS / page.relative_to(RUSSIAN)).read_text(encoding="utf-8")
    assert named(page.read_text(encoding="utf-8")) >= named(english)
