"""What the tests of pictures share: whether anything can lay a graph out here, and the table of samples."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from minigrad.viz.layout import render

sys.path.append(str(Path(__file__).parents[1] / "ops"))  # of `samples`, which meet every primitive


@pytest.fixture
def graphviz() -> None:
    """Skips a test that needs a layout where neither Graphviz nor pygraphviz is installed."""
    if not render.available():
        pytest.skip("neither Graphviz's dot nor pygraphviz is installed")
