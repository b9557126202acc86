"""Figures in pages: they are those of the recorded runs, and what no run has recorded is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))  # as `python docs/figures.py` does

import figures

RUNS: figures.Runs = {
    "a_run": {
        "title": "What it shows.",
        "table": [
            ["of it", "error", "cost"],
            ["plain", "5.9e-17", "12"],
            ["method", "", ""],
            ["  one", "1.2e+00", "7.5%"],
            ["", "left"],
            ["plain too", "2.9e-01"],
        ],
    }
}


@pytest.mark.parametrize("page", sorted(figures.PAGES.rglob("*.md")), ids=lambda path: path.name)
def test_pages_have_the_figures_of_the_runs(page):
    text = page.read_text(encoding="utf-8")
    assert text == figures.filled(text, figures.recorded(), figures.is_russian(page)), "make figures"


def test_figures_stand_between_their_comments():
    page = "It is <!-- a_run / method, one / error -->9<!-- . -->, <!-- a_run / plain / error --><!-- . -->\n"
    page += "and <!-- a_run / plain too / left -->old<!-- . --> is left."
    expected = (
        "It is <!-- a_run / method, one / error -->1.2<!-- . -->, <!-- a_run / plain / error -->5.9·10⁻¹⁷<!-- . -->"
    )
    expected += "\nand <!-- a_run / plain too / left -->0.29<!-- . --> is left."
    assert figures.filled(page, RUNS) == expected


def test_a_russian_page_has_a_decimal_comma():
    page = "Это <!-- a_run / method, one / cost -->9<!-- . -->."
    assert figures.filled(page, RUNS, russian=True) == "Это <!-- a_run / method, one / cost -->7,5%<!-- . -->."
    assert figures.in_russian("7,850 of 1.5") == "7\N{NO-BREAK SPACE}850 из 1,5"


def test_a_table_has_the_rows_that_are_named():
    page = "<!-- table: a_run / plain / method, one -->\nold\n<!-- . -->\n"
    rows = "| of it | error | cost |\n| :-- | --: | --: |\n| plain | 5.9·10⁻¹⁷ | 12 |\n| one | 1.2 | 7.5% |"
    assert figures.filled(page, RUNS) == f"<!-- table: a_run / plain / method, one -->\n\n{rows}\n\n<!-- . -->\n"


def test_what_is_not_recorded_is_refused():
    with pytest.raises(KeyError, match="no figure plain / eror; there are plain / error"):
        figures.filled("of <!-- a_run / plain / eror -->1<!-- . -->", RUNS)
    with pytest.raises(KeyError, match="no rows two"):
        figures.filled("<!-- table: a_run / two -->\n<!-- . -->", RUNS)


def test_a_figure_at_the_beginning_of_a_line_is_refused():
    with pytest.raises(ValueError, match="would end the paragraph"):
        figures.filled("of\n<!-- a_run / plain / cost -->12<!-- . -->", RUNS)
