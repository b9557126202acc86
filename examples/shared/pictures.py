"""Images as the networks see them, as bytes, and as files.

Networks like numbers around zero, files hold bytes: `to_tensor` and `to_bytes` go from one to the other. The rest lays
images out in a grid, gives all figures one look, and writes pictures whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from PIL import Image

import minigrad as mg
from minigrad.io import atomic_write

BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW = COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
)
"""Seven colours that people of every colour vision tell apart (Okabe and Ito, Color Universal Design, 2008)."""

TEN = ("#332288", "#88CCEE", "#44AA99", "#117733", "#999933", "#DDCC77", "#CC6677", "#882255", "#AA4499", "#222222")
"""Ten colours, for the ten digits: the scheme "muted" of Paul Tol, Colour Schemes, 2021, and black."""

GRAY = "#666666"
"""For what stands behind: axes, grids, remarks."""

matplotlib.rcParams.update(
    {
        "axes.axisbelow": True,
        "axes.edgecolor": GRAY,
        "axes.grid": True,
        "axes.prop_cycle": matplotlib.cycler(color=COLOURS),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 11,
        "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same letters
        "font.size": 10,
        "grid.color": "#DDDDDD",
        "grid.linewidth": 0.6,
        "image.cmap": "viridis",
        "legend.frameon": False,
        "lines.linewidth": 1.6,
        "xtick.color": GRAY,
        "ytick.color": GRAY,
    }
)


def to_tensor(images: np.ndarray) -> mg.Tensor:
    """Bytes (N, 28, 28) as numbers from -1 (paper) to 1 (ink), float32 of shape (N, 1, 28, 28)."""
    return mg.from_numpy(images[:, None].astype(np.float32) / 127.5 - 1)


def to_bytes(images: mg.Tensor) -> np.ndarray:
    """What `to_tensor` undoes: numbers (N, 1, 28, 28) from -1 to 1 as uint8 of shape (N, 28, 28)."""
    return np.rint((images.numpy()[:, 0] + 1) * 127.5).astype(np.uint8)


def grid(images: np.ndarray, columns: int = 8) -> np.ndarray:
    """Images (N, H, W) side by side, `columns` in each row."""
    n, height, width = images.shape
    rows = images.reshape(n // columns, columns, height, width)
    return rows.swapaxes(1, 2).reshape(n // columns * height, columns * width)


def figure(rows: int = 1, columns: int = 1, size: tuple[float, float] = (8, 4), **more: Any) -> tuple[Figure, Any]:
    """A figure of `size` inches with its axes; `more` as for matplotlib's `subplots`. A page of a book is 8 wide."""
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(rows, columns, **more)


def show(axes: Axes, image: np.ndarray, title: str = "", **more: Any) -> AxesImage:
    """An image without ticks, its pixels as squares; `more` as for matplotlib's `imshow`."""
    axes.set(xticks=[], yticks=[], title=title)
    axes.spines[:].set_visible(False)
    return axes.imshow(image, **{"cmap": "gray_r", "interpolation": "nearest", **more})


def cells(
    axes: Axes, block: np.ndarray, x: float, y: float, colours: Any, title: str = "", framed: np.ndarray | None = None
) -> None:
    """A table of numbers (rows, columns) as squares of side 1, its upper left corner at x, y and `title` above it.

    `colours` are one for each (rows, columns, 3) or one for all; `framed` (rows, columns) says which have a frame.
    """
    axes.text(x, y + 0.25, title, fontsize=8.5)
    colours = np.broadcast_to(to_rgb(colours) if isinstance(colours, str) else colours, (*block.shape, 3))
    for (row, column), number in np.ndenumerate(block):
        left, bottom = x + column, y - row - 1
        frame = framed is not None and framed[row, column]
        edge = {"edgecolor": "black", "linewidth": 1.6, "zorder": 2} if frame else {"edgecolor": "white"}
        axes.add_patch(Rectangle((left, bottom), 1, 1, facecolor=colours[row, column], **edge))
        axes.text(left + 0.5, bottom + 0.5, str(number), ha="center", va="center", fontsize=8, zorder=3)


def pale(colour: str, strength: float = 0.4) -> np.ndarray:
    """A colour (3,) on its way from white, at 0, to itself, at 1."""
    return 1 - strength * (1 - np.array(to_rgb(colour)))


def side_by_side(images: Mapping[str, np.ndarray], height: float = 2.6, **more: Any) -> Figure:
    """Images under their titles; `more` as for `show`."""
    picture, axes = figure(1, len(images), (2.25 * len(images), height))
    for ax, (title, image) in zip(axes, images.items(), strict=True):
        show(ax, image, title, **more)
    return picture


def loss_curves(curves: Mapping[str, np.ndarray], steps_per_epoch: int) -> Figure:
    """Losses of every step, each averaged over a twentieth of an epoch or so."""
    window = max(1, steps_per_epoch // 20)
    picture, axes = figure()
    for name, losses in curves.items():
        points = losses[: len(losses) // window * window].reshape(-1, window).mean(1)
        axes.plot(np.arange(1, len(points) + 1) * window / steps_per_epoch, points, label=name)
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return picture


def rendered(figure: Figure, dpi: int = 80) -> np.ndarray:
    """A figure as bytes (H, W, 3), for an animation."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def save_figure(path: Path, figure: Figure, dpi: int = 150) -> Path:
    with atomic_write(path) as file:
        figure.savefig(file, format="png", dpi=dpi)
    return path


def save_png(path: Path, image: np.ndarray, scale: int = 2) -> Path:
    """Bytes, gray (H, W) or coloured (H, W, 3), each pixel a square of `scale` × `scale`."""
    with atomic_write(path) as file:
        _enlarged(image, scale).save(file, format="PNG")
    return path


def save_gif(path: Path, images: Sequence[np.ndarray], milliseconds: int = 300, scale: int = 2) -> Path:
    """An endless animation, which rests on its last image."""
    first, *others = (_enlarged(image, scale) for image in images)
    durations = [milliseconds] * len(others) + [10 * milliseconds]
    with atomic_write(path) as file:
        first.save(file, format="GIF", save_all=True, append_images=others, duration=durations, loop=0)
    return path


def _enlarged(image: np.ndarray, scale: int) -> Image.Image:
    return Image.fromarray(image).resize((scale * image.shape[1], scale * image.shape[0]), Image.Resampling.NEAREST)
