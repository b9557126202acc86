"""Scripts in the manner of public PyTorch ones, run twice: as they are, and with their import lines changed.

Each file of `tests/scripts` has a `main()` that returns its losses. All numbers that would be random come from NumPy,
so both libraries compute the same, step by step, in float64.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

import minigrad

FOLDER = Path(__file__).parent / "scripts"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "common")


def losses(name: str, library: str) -> list[float]:
    """What main() of the script returns when its import lines say `library`."""
    source = (FOLDER / f"{name}.py").read_text()
    source = re.sub(r"^import torch$", f"import {library} as torch", source, flags=re.MULTILINE)
    source = re.sub(r"^(from|import) torch\b", rf"\1 {library}", source, flags=re.MULTILINE)
    space: dict[str, object] = {"__name__": name}
    sys.path.insert(0, str(FOLDER))
    try:
        exec(compile(source, f"{name} on {library}", "exec"), space)
        return space["main"]()  # type: ignore[operator]
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture
def double():
    """Both libraries make float64 from Python floats."""
    torch = pytest.importorskip("torch")
    torch.set_default_dtype(torch.float64)
    minigrad.set_default_dtype(minigrad.float64)
    yield
    torch.set_default_dtype(torch.float32)
    minigrad.set_default_dtype(minigrad.float32)


@pytest.mark.torch
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_gives_the_same_losses(name, double):
    ours, theirs = losses(name, "minigrad"), losses(name, "torch")
    assert np.isfinite(theirs).all()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_there_are_two_dozen():
    assert len(SCRIPTS) >= 24
