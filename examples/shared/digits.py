"""The digits as the examples use them: some to learn from, others to be tested on; as tensors, or on a canvas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad.datasets import Digits, mnist5k
from minigrad.nn import functional as F
from shared.pictures import to_tensor


class Split(NamedTuple):
    """Digits to learn from, and digits that the network never saw."""

    learn: Digits
    unseen: Digits


def split(limit: int = 5000, digits: Digits | None = None) -> Split:
    """Four fifths of the first `limit` digits to learn from, and the others; without `digits`, of the package's own."""
    images, labels = digits or mnist5k()
    images, labels = images[:limit], labels[:limit]
    at = len(images) * 4 // 5
    return Split(Digits(images[:at], labels[:at]), Digits(images[at:], labels[at:]))


def halved(digits: Digits) -> Digits:
    """The digits at half their size, 14 × 14: every pixel is the mean of four."""
    images = digits.images.reshape(-1, 14, 2, 14, 2).mean((2, 4))
    return Digits(np.rint(images).astype(np.uint8), digits.labels)


def tensors(digits: Digits) -> tuple[mg.Tensor, mg.Tensor]:
    """Images (N, 1, 28, 28) of numbers from -1 to 1, and labels (N,) of int64."""
    return to_tensor(digits.images), mg.from_numpy(digits.labels.astype(np.int64))


def moved(images: mg.Tensor, reach: int = 2) -> mg.Tensor:
    """A batch of images (N, 1, 28, 28), moved together by a random step of up to `reach` pixels.

    A digit that is moved a little is the same digit: so few of them teach more.
    """
    down, right = mg.randint(0, 2 * reach + 1, (2,)).tolist()
    return F.pad(images, (reach,) * 4, value=-1)[:, :, down : down + 28, right : right + 28]


def place(canvas: np.ndarray, digit: np.ndarray, row: int, column: int) -> None:
    """Draw `digit` (h, w) onto `canvas` (H, W), its corner at `row`, `column`, as ink on ink: the darker one stays.

    What lies outside the canvas is cut off.
    """
    height, width = canvas.shape
    top, left = max(0, row), max(0, column)
    bottom, right = min(height, row + digit.shape[0]), min(width, column + digit.shape[1])
    part = canvas[top:bottom, left:right]
    np.maximum(part, digit[top - row : bottom - row, left - column : right - column], out=part)
