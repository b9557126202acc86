"""The programs of the gallery's pictures run in an interpreter of their own, and give autodiff's numbers."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import viz
from minigrad.nn import Module
from minigrad.viz.reports.program import _leaves

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from test_text import alone

from visualize import GALLERY


@pytest.mark.long
@pytest.mark.parametrize("example", GALLERY, ids=lambda each: each.__name__)
def test_a_picture_runs_alone(example: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(viz, "draw", lambda *given, **options: drawn.append(given))
    monkeypatch.setattr(mg.Tensor, "backward", lambda self: None)  # which would free the graph
    monkeypatch.setattr(Module, "requires_grad_", lambda self, flag: self)  # for all in one program
    mg.manual_seed(0)
    with viz.record():  # all of it, with values
        monkeypatch.setattr(viz, "record", lambda **options: contextlib.nullcontext())
        example()
        what, *inputs = drawn[0]
        if isinstance(what, Module):
            what = what(*inputs)
        ends = what if isinstance(what, list) else [what]
        ends = [each.square().mean() for each in ends]
    leaves = _leaves(ends)
    expected = [*ends, *(mg.autograd.grad(ends, leaves, retain_graph=True) if leaves else ())]
    found = alone(viz.program(ends, leaves), tmp_path)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-4, atol=1e-6)
