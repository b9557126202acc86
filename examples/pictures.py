"""Images as the networks see them, as bytes, and as files.

Networks like numbers around zero, files hold bytes: `to_tensor` and `to_bytes` go from one to the other. The rest lays
images out in a grid, and writes pictures whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import minigrad as mg
from minigrad.io import atomic_write


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


def save_png(path: Path, image: np.ndarray) -> None:
    with atomic_write(path) as file:
        _enlarged(image).save(file, format="PNG")


def save_gif(path: Path, images: Sequence[np.ndarray], milliseconds: int = 300) -> None:
    """An endless animation, which rests on its last image."""
    first, *others = map(_enlarged, images)
    durations = [milliseconds] * len(others) + [10 * milliseconds]
    with atomic_write(path) as file:
        first.save(file, format="GIF", save_all=True, append_images=others, duration=durations, loop=0)


def save_curves(path: Path, losses: np.ndarray, steps_per_epoch: int) -> None:
    """The losses (steps, 2) of discriminator and generator, each averaged over a twentieth of an epoch or so."""
    window = max(1, steps_per_epoch // 20)
    points = losses[: len(losses) // window * window].reshape(-1, window, 2).mean(1)
    epochs = np.arange(1, len(points) + 1) * window / steps_per_epoch

    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for name, curve in zip(["discriminator", "generator"], points.T, strict=True):
        axes.plot(epochs, curve, label=name, linewidth=1)
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    with atomic_write(path) as file:
        figure.savefig(file, format="png", dpi=120)


def _enlarged(image: np.ndarray) -> Image.Image:
    return Image.fromarray(image).resize((2 * image.shape[1], 2 * image.shape[0]), Image.Resampling.NEAREST)
