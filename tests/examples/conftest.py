"""Where the examples are, and quick runs of them to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from outcome import Outcome, run

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))  # as `python examples/NAME.py` does


@pytest.fixture(scope="module")
def quick_twice(request, tmp_path_factory) -> tuple[Outcome, Outcome]:
    """Two quick runs with one seed of the example that the test module names in EXAMPLE."""
    name = request.module.EXAMPLE
    return tuple(run(name, tmp_path_factory.mktemp(name)) for _ in range(2))


@pytest.fixture(scope="module")
def quick(request, tmp_path_factory) -> Outcome:
    """One quick run of the example that the test module names in EXAMPLE."""
    return run(request.module.EXAMPLE, tmp_path_factory.mktemp(request.module.EXAMPLE))
