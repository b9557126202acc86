"""Make the page that shows what the examples found: their pictures, their figures and their sentences, from their runs.

    make examples                              # or those of them that are wanted
    make gallery                               # writes docs/gallery/examples.md and the pictures beside it

Every run leaves a `summary.json` that says what to show. Pictures are made small enough to be kept with the code:
fewer colours, and animations at a smaller size. A run with `--quick` proves that a program works and shows nothing
worth looking at; it is passed over. The page and its folder of pictures show these runs and nothing else. Their tables
are also kept as data, `figures.json`, from which other pages take their figures (`docs/figures.py`).
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence

from minigrad.io import atomic_write
from shared.headings import titled

ROOT = Path(__file__).parent.parent

WIDTH = 1000
"""Pictures that are wider are made as wide as this."""

LARGEST = 400_000
"""Animations of more bytes are made smaller."""


def still(path: Path) -> bytes:
    """A picture with at most 256 colours, which is what a figure has, but for the edges of its letters."""
    with Image.open(path) as image:
        picture = image.convert("RGB")
    if picture.width > WIDTH:
        picture = picture.resize((WIDTH, picture.height * WIDTH // picture.width), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.quantize(256).save(file, format="PNG", optimize=True)
    return file.getvalue()


def animation(path: Path) -> bytes:
    """An animation as it is, or, as long as it is too large, with 64 colours, with 32, and then smaller and smaller."""
    content, colours = path.read_bytes(), 128
    with Image.open(path) as image:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
    while len(content) > LARGEST:
        if colours > 32:
            colours //= 2
        else:
            width, height = frames[0].size
            frames = [frame.resize((width * 4 // 5, height * 4 // 5), Image.Resampling.LANCZOS) for frame in frames]
        content = encoded([frame.quantize(colours, dither=Image.Dither.NONE) for frame in frames], durations)
    return content


def encoded(frames: Sequence[Image.Image], durations: Sequence[int]) -> bytes:
    file = io.BytesIO()
    first, *others = frames
    first.save(file, format="GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=True)
    return file.getvalue()


def markdown(table: Sequence[Sequence[str]]) -> str:
    """Rows of cells, the first of them names of columns; numbers stand to the right."""
    head, *rows = table
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def section(name: str, summary: dict[str, Any], pictures: dict[str, str]) -> str:
    """What the page says of one example; `pictures` are the paths that it shows, with their captions."""
    shown = "\n\n".join(f"![{said}]({path})\n\n*{said.rstrip('.')}.*" for path, said in pictures.items())
    source = f"[`examples/{name}.py`](../../examples/{name}.py), `make {name}`"
    parts = [
        f"## {titled(name)}",
        f"{summary['title']} {source}",
        shown,
        markdown(summary["table"]),
        "\n".join(summary["sentences"]),
    ]
    return "\n\n".join(parts)


def recorded(summaries: dict[str, dict[str, Any]]) -> str:
    """The title and the table of each run as JSON, a row a line."""
    runs = []
    for name, summary in summaries.items():
        rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in summary["table"])
        title = json.dumps(summary["title"], ensure_ascii=False)
        runs.append(f' "{name}": {{\n  "title": {title},\n  "table": [\n{rows}\n  ]\n }}')
    return "{\n" + ",\n".join(runs) + "\n}\n"


def copy_pictures(run: Path, captions: dict[str, str], folder: Path) -> dict[str, str]:
    """Write the pictures of a run into `folder`. Returns their paths as seen from the page, with their captions."""
    paths = {}
    for name, caption in captions.items():
        target = folder / f"{run.name}-{name}"
        content = animation(run / name) if name.endswith(".gif") else still(run / name)
        with atomic_write(target) as file:
            file.write(content)
        print(f"{target}: {len(content) / 1000:.0f} kB")
        paths[f"{folder.name}/{target.name}"] = caption
    return paths


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="folder with the runs, one folder each")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "gallery", help="folder of the page")
    options = parser.parse_args(arguments)

    sections, summaries = [], {}
    pictures = options.folder / "examples"
    pictures.mkdir(parents=True, exist_ok=True)
    for path in sorted(options.runs.glob("*/summary.json")):
        summary = json.loads(path.read_text(encoding="utf-8"))
        if summary["options"].get("quick"):
            print(f"{path.parent}: passed over, a quick run")
            continue
        shown = copy_pictures(path.parent, summary["pictures"], pictures)
        sections.append(section(path.parent.name, summary, shown))
        summaries[path.parent.name] = summary
    if not sections:
        parser.error(f"{options.runs} holds no whole run of an example; make one first: make examples")
    head = "# What the examples found\n\nMade by `make gallery` from the runs of `make examples`: pictures and figures."
    page = "\n\n".join([head, *sections]) + "\n"
    with atomic_write(options.folder / "examples.md", "w") as file:
        file.write(page)
    with atomic_write(options.folder / "figures.json", "w") as file:
        file.write(recorded(summaries))
    print(options.folder / "examples.md")
    for path in pictures.iterdir():
        if f"({pictures.name}/{path.name})" not in page:
            path.unlink()  # of an example, or a picture, that is no more


if __name__ == "__main__":
    main()
