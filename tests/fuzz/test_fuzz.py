"""Random programs in minigrad and in PyTorch: a bounded run of them, and those that once found a defect.

`python tests/fuzz/run.py --minutes 60` runs them for as long as one likes.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

PROGRAMS, SECONDS = 600, 15
FOUND = sorted(Path(__file__).parent.glob("found/*.txt"))


@pytest.mark.torch
def test_random_programs_agree():
    from run import drawn

    end = time.monotonic() + SECONDS
    for seed in range(PROGRAMS):
        lines, parting = drawn(seed)
        assert parting is None, "\n".join([f"seed {seed}:", *lines, str(parting)])
        if time.monotonic() > end:
            break


@pytest.mark.torch
@pytest.mark.parametrize("program", FOUND, ids=lambda path: path.stem)
def test_what_once_parted_agrees(program):
    from agreement import first_parting

    lines = [line for line in program.read_text().splitlines() if line and not line.startswith("#")]
    parting = first_parting(lines)
    assert parting is None, str(parting)


@pytest.mark.torch
def test_each_departure_stands_on_a_row_of_the_page():
    from known import DEPARTURES

    page = (Path(__file__).parents[2] / "docs" / "departures.md").read_text()
    for entry in DEPARTURES:
        assert entry.row, entry
        assert f"\n| **{entry.row}" in page, entry


@pytest.mark.torch
def test_a_parting_is_found_and_shortened():
    """A library that computes something else is caught, and the program shortened to what shows it."""
    from agreement import first_parting
    from run import shortened

    import minigrad as mg

    lines = [
        "t1 = m.tensor([1.0, 2.0], dtype=m.float64).requires_grad_()",
        "t2 = t1 * 2",
        "t3 = t2.exp()",
        "t4 = t1 - 1",
    ]
    assert first_parting(lines) is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mg.Tensor, "exp", lambda x: x * 3)
        parting = first_parting(lines)
        assert parting is not None
        assert parting.what == "values of t3"
        assert shortened(lines, parting)[0] == lines[:3]
