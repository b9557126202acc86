"""What the tests of pictures share: whether anything can lay a graph out here."""

from __future__ import annotations

import pytest

from minigrad.viz import render


@pytest.fixture
def graphviz() -> None:
    """Skips a test that needs a layout where neither Graphviz nor pygraphviz is installed."""
    if not render.available():
        pytest.skip("neither Graphviz's dot nor pygraphviz is installed")
