"""Directives for numbers that a page has computed, drawn without a library: curves, and arrays as pictures.

    {curves} {"Adam": losses}     lines by name, each a list of numbers or of pairs; `:log:` for a logarithmic scale
    {pictures} drawn[:24]         an array (n, height, width), dark to light, side by side

Both take an expression in the names of the page's examples, as `extensions.shown` explains.
"""

from __future__ import annotations

import html
import math
import struct
import zlib
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from extensions.shown import Code, Shown

COLOURS = "#3b82f6", "#ea580c", "#16a34a", "#a855f7"
"""Of lines: seen on light pages and on dark ones."""
WIDTH, HEIGHT, LEFT, RIGHT, BELOW = 640, 300, 64, 24, 40


class Curves(Shown):
    """`curves`: lines by name."""

    option_spec: ClassVar[dict[str, Any]] = {
        "alt": directives.unchanged_required,
        "x": str,
        "y": str,
        **dict.fromkeys(("hide", "log"), directives.flag),
    }

    def made(self, code: Code) -> str:
        curves = {
            label: [point if isinstance(point, Sequence) else (i, point) for i, point in enumerate(points)]
            for label, points in code.value(self.arguments[0]).items()
        }
        scale = math.log10 if "log" in self.options else float
        drawn = chart(curves, scale, self.options.get("x", ""), self.options.get("y", ""))
        alt = html.escape(self.options.get("alt", ", ".join(curves)))
        box = f'viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width: {WIDTH}px; width: 100%"'
        return f'<figure class="drawn"><svg {box} role="img" aria-label="{alt}">{drawn}</svg></figure>'


def chart(curves: dict[str, list[Any]], scale: Any, x: str, y: str) -> str:
    """Lines, axes and names, as elements of SVG."""
    points = [(a, scale(b)) for each in curves.values() for a, b in each]
    left, right = min(a for a, _ in points), max(a for a, _ in points)
    low, high = min(b for _, b in points), max(b for _, b in points)

    def place(a: float, b: float) -> tuple[float, float]:
        across, up = (a - left) / (right - left or 1), (b - low) / (high - low or 1)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BELOW - up * (HEIGHT - BELOW - 28)

    parts = [
        '<g font-size="12" fill="currentColor" stroke="none">',
        *(
            f'<text x="{place(a, low)[0]:.0f}" y="{HEIGHT - BELOW + 18}" text-anchor="middle">{a:g}</text>'
            for a in ticks(left, right)
        ),
    ]
    for b in ticks(low, high) if scale is float else powers(low, high):
        shown = f"{b if scale is float else 10**b:g}"
        parts.append(f'<text x="{LEFT - 8}" y="{place(left, b)[1] + 4:.0f}" text-anchor="end">{shown}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{html.escape(x)}</text>')
    parts.append(f'<text x="4" y="14">{html.escape(y)}</text>')
    for i, label in enumerate(curves):
        at = WIDTH - RIGHT - 110 * (len(curves) - 1 - i)
        parts.append(f'<text x="{at}" y="14" text-anchor="end" style="{ink(i)}">{html.escape(label)}</text>')
    parts.append("</g>")
    corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in (place(left, high), place(left, low), place(right, low)))
    parts.append(f'<polyline points="{corners}" fill="none" stroke="currentColor" stroke-opacity="0.4"/>')
    for colour, each in zip(COLOURS, curves.values(), strict=False):
        line = " ".join("{:.1f},{:.1f}".format(*place(a, scale(b))) for a, b in each)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return "".join(parts)


def ink(i: int) -> str:
    """The colour of the name of a line: nearer to that of the text, to be read on light pages and on dark ones."""
    return f"fill: color-mix(in oklab, {COLOURS[i]} 65%, currentColor)"


def ticks(low: float, high: float) -> list[float]:
    """Four to nine round numbers from low to high."""
    step = 10.0 ** math.floor(math.log10((high - low) / 3 or 1))
    step = next(step * each for each in (5, 2, 1) if (high - low) / (step * each) >= 3)
    return [round(step * i, 10) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def powers(low: float, high: float) -> list[float]:
    """The logarithms of the powers of ten between two logarithms, and of their doubles and halves if there is room."""
    leading = (0.0,) if high - low > 3 else (0.0, math.log10(2), math.log10(5))
    decades = range(math.floor(low), math.ceil(high) + 1)
    return [decade + each for decade in decades for each in leading if low <= decade + each <= high]


class Pictures(Shown):
    """`pictures`: an array as pictures, side by side."""

    option_spec: ClassVar[dict[str, Any]] = {
        "hide": directives.flag,
        "alt": directives.unchanged_required,
        "columns": int,
    }

    def made(self, code: Code) -> str:
        images = np.asarray(code.value(self.arguments[0]), dtype=float)
        low, high = min(images.min(), 0.0), max(images.max(), 1e-9)
        n, height, width = images.shape
        columns = min(n, self.options.get("columns", 12))
        rows = -(-n // columns)
        sheet = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1), 96, dtype=np.uint8)
        for i, image in enumerate((255 * (images - low) / (high - low)).astype(np.uint8)):
            top, side = i // columns * (height + 1) + 1, i % columns * (width + 1) + 1
            sheet[top : top + height, side : side + width] = image
        alt = html.escape(self.options.get("alt", f"{n} pictures"))
        pixel = min(16, max(2, WIDTH // sheet.shape[1]))
        style = f"width: {pixel * sheet.shape[1]}px; max-width: 100%; image-rendering: pixelated"
        address = self.kept(png(sheet), ".png")
        return f'<figure class="drawn"><img src="{address}" alt="{alt}" style="{style}"></figure>'


def png(grey: np.ndarray) -> bytes:
    """An array of bytes as a file (W3C, Portable Network Graphics, 2003): each row begins with 0, for "no filter"."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)
    rows = np.pad(grey, ((0, 0), (1, 0))).tobytes()
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the directives known."""
    app.add_directive("curves", Curves)
    app.add_directive("pictures", Pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
