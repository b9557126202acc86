"""A run of an example, and what it must have written and said."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


class Outcome:
    """What a run has written: its figures, its summary, and all its files by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        self.metrics = json.loads(self.files["metrics.json"])
        self.summary = json.loads(self.files["summary.json"])

    def image(self, name: str) -> np.ndarray:
        """A picture as bytes (H, W, 3); of an animation the first frame."""
        with Image.open(self.folder / name) as picture:
            return np.asarray(picture.convert("RGB"))


def run(name: str, folder: Path, *options: object) -> Outcome:
    """The example `name`, run in its quick form."""
    importlib.import_module(name).main(["--quick", "--output", str(folder), *map(str, options)])
    return Outcome(folder)


def check_report(outcome: Outcome, printed: str) -> None:
    """The promises that every example makes: pictures that exist and show something, two sentences, paths printed."""
    sentences = outcome.summary["sentences"]
    assert len(sentences) == 2
    assert printed.rstrip().endswith("\n".join(sentences))
    assert [name for name in outcome.files if str(outcome.folder / name) not in printed] == []
    assert outcome.summary["pictures"]
    for name in outcome.summary["pictures"]:
        assert outcome.image(name).std() > 1, f"{name} shows nothing"


def check_again(name: str, quick: Outcome, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run with the same seed writes the same bits, and reports as every example does."""
    again = run(name, folder)
    check_report(again, capsys.readouterr().out)
    assert again.files == quick.files
