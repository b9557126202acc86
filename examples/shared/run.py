"""The frame of a run: its command line, its folder, its progress, and the report at its end.

An example says what is its own, and has everything else from here:

    run = start("video", __doc__, arguments, epochs=Option(8, quick=1, help="how often to go through the films"))
    for film in run.progress(films, "learning"):
        ...
    run.save_figure("prediction", figure)
    run.finish(metrics, table, sentences, pictures)

A run writes into one folder, `runs/NAME/` by default: its pictures, its figures (`metrics.json`), and what the gallery
tells of it (`summary.json`). With the same seed and options all of them are the same to the bit, so neither the time
nor the machine is among them.
"""

from __future__ import annotations

import argparse
import json
import time
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

import minigrad as mg
from minigrad.io import atomic_write
from shared import pictures
from shared.options import Option

Item = TypeVar("Item")

Row = Sequence[Any]
"""Cells of a table: text as it is, numbers to four digits."""

OUTSIDE = {"output", "resume"}
"""Options that say where and how a run is made and change nothing in it."""


class Run:
    """One run of the example `name`, from its options to its report; `doc` is the docstring of the example."""

    def __init__(self, name: str, doc: str, options: Namespace) -> None:
        self.name, self.title, self.options = name, title(doc), options
        self.folder: Path = options.output
        self.written: list[Path] = []
        self.started = time.perf_counter()

    def path(self, name: str) -> Path:
        """Where the file `name` of this run is; the report will say that it was written."""
        path = self.folder / name
        if path not in self.written:
            self.written.append(path)
        return path

    def progress(self, steps: Iterable[Item], description: str, total: int | None = None) -> tqdm[Item]:
        """The same `steps`, with a bar that shows how many of them are done."""
        return tqdm(steps, description, total)

    def save_figure(self, name: str, figure: Figure) -> Path:
        """Write a figure of matplotlib to `name`.png."""
        return pictures.save_figure(self.path(f"{name}.png"), figure)

    def save_png(self, name: str, image: np.ndarray, scale: int = 2) -> Path:
        """Write bytes, gray (H, W) or coloured (H, W, 3), to `name`.png, `scale` times as large."""
        return pictures.save_png(self.path(f"{name}.png"), image, scale)

    def save_gif(self, name: str, images: Sequence[np.ndarray], milliseconds: int = 300, scale: int = 2) -> Path:
        """Write such images as an endless animation to `name`.gif; it rests on the last."""
        return pictures.save_gif(self.path(f"{name}.gif"), images, milliseconds, scale)

    def finish(
        self, metrics: Mapping[str, Any], table: Sequence[Row], sentences: Sequence[str], shown: Mapping[str, str]
    ) -> None:
        """Write the figures and the summary, and print the report.

        The first row of `table` names its columns. `sentences` say what was seen, with its numbers, and which sentence
        of the text it bears out or corrects. `shown` are the files that the gallery takes, each with its caption.
        """
        cells = [[cell(value) for value in row] for row in table]
        summary = {
            "title": self.title,
            "options": {name: value for name, value in vars(self.options).items() if name not in OUTSIDE},
            "table": cells,
            "sentences": list(sentences),
            "pictures": dict(shown),
        }
        write_json(self.path("metrics.json"), metrics)
        write_json(self.path("summary.json"), summary)
        seconds = time.perf_counter() - self.started
        print("", aligned(cells), "", f"Done in {seconds:.0f} seconds. Written:", sep="\n")
        print(*(f"  {path}" for path in self.written), "", *sentences, sep="\n")


def start(name: str, doc: str, arguments: Sequence[str] | None = None, **own: Option) -> Run:
    """Read the command line of the example `name`, start its random numbers, and make its folder.

    Every example takes `--quick`, `--seed` and `--output`, and the options `own`, by their names.
    """
    parser = argparse.ArgumentParser(description=title(doc), formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for key, option in own.items():
        flag = f"--{key.replace('_', '-')}"
        parser.add_argument(flag, type=option.kind, default=option.default, help=option.help)
    parser.add_argument("--seed", type=int, default=0, help="where the random numbers start: the same, the same run")
    parser.add_argument("--output", type=Path, default=Path("runs") / name, help="folder that all files are written to")
    parser.add_argument("--quick", action="store_true", help="a run of seconds that shows only that everything works")
    options = parser.parse_args(arguments)
    if options.quick:
        parser.set_defaults(**{key: option.quick for key, option in own.items()})
        options = parser.parse_args(arguments)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--output: {error}")
    mg.manual_seed(options.seed)
    return Run(name, doc, options)


def title(doc: str) -> str:
    """The first line of a docstring."""
    return doc.strip().partition("\n")[0]


def cell(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.4g}"


def aligned(table: Sequence[Sequence[str]]) -> str:
    """The rows of a table as lines; the first column is words, those after it are numbers."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:]))]).rstrip()
        for row in table
    )


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Numbers and arrays of NumPy and minigrad are written as numbers and lists."""
    with atomic_write(path, "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False, default=lambda value: value.tolist())
