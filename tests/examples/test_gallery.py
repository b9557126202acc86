"""The page of the examples' runs: what it shows, what it passes over, how small its pictures are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import gallery
from shared import pictures


@pytest.fixture
def runs(tmp_path, rng):
    """A run with a figure and an animation of noise, which no compression makes small, and a quick run."""
    for name, quick in (("some_example", False), ("another", True)):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        summary = {
            "title": "What it shows.",
            "options": {"quick": quick},
            "table": [["", "|error|"], ["ours", "0.5"]],
            "sentences": ["It was seen.", "The text is right."],
            "pictures": {"a.png": "A still", "b.gif": "A film"},
        }
        (folder / "summary.json").write_text(json.dumps(summary))
        pictures.save_png(folder / "a.png", rng.integers(0, 256, (300, 800, 3), dtype=np.uint8), scale=2)
        frames = list(rng.integers(0, 256, (12, 300, 500), dtype=np.uint8))
        pictures.save_gif(folder / "b.gif", frames, milliseconds=200, scale=1)
    return tmp_path


def test_the_page_shows_whole_runs(runs):
    (runs / "docs" / "examples").mkdir(parents=True)
    (runs / "docs" / "examples" / "of_old.png").write_bytes(b"")
    gallery.main(["--runs", str(runs / "runs"), "--folder", str(runs / "docs")])
    page = (runs / "docs" / "examples.md").read_text()
    assert "## Some example" in page
    assert "Another" not in page
    assert "![A still](examples/some_example-a.png)" in page
    assert "|  | \\|error\\| |\n| :-- | --: |\n| ours | 0.5 |" in page
    assert "It was seen.\nThe text is right." in page
    assert sorted(path.name for path in (runs / "docs" / "examples").iterdir()) == [
        "some_example-a.png",
        "some_example-b.gif",
    ]
    record = json.loads((runs / "docs" / "figures.json").read_text())
    assert record == {"some_example": {"title": "What it shows.", "table": [["", "|error|"], ["ours", "0.5"]]}}


def test_pictures_are_made_small(runs):
    gallery.main(["--runs", str(runs / "runs"), "--folder", str(runs / "docs")])
    with Image.open(runs / "docs" / "examples" / "some_example-a.png") as picture:
        assert picture.size == (1000, 375)
    path = runs / "docs" / "examples" / "some_example-b.gif"
    assert (runs / "runs" / "some_example" / "b.gif").stat().st_size > 400_000 >= path.stat().st_size
    with Image.open(path) as film:
        assert film.n_frames == 12
        assert film.info["duration"] == 200
        assert film.size[0] < 500
        assert film.size[0] / film.size[1] == pytest.approx(5 / 3, rel=0.02)


def test_without_runs_it_says_what_to_do(tmp_path, capsys):
    with pytest.raises(SystemExit) as exit:
        gallery.main(["--runs", str(tmp_path), "--folder", str(tmp_path / "docs")])
    assert exit.value.code == 2
    assert "make examples" in capsys.readouterr().err
