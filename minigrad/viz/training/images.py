"""Samples as pictures: a batch of images as one PNG, small enough that a page can carry many of them.

PNG (ISO/IEC 15948) is a header, the rows compressed by zlib, and a check sum for each part. Written here, the pictures
of a run need no other library.
"""

from __future__ import annotations

import base64
import math
import struct
import zlib
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.viz.page.arrays import coarse

IMAGES = 36
"""So many images of a batch are shown."""
SIDE = 128
"""Larger images are shown coarser: at most so many pixels on a side, or four times as many where they are few."""


def is_image(array: Array) -> bool:
    """Whether the shape is that of images: (N, 1 or 3, H, W), (N, H, W, 3), (N, H, W), (H, W, 3), (H, W)."""
    return as_images(array) is not None


def as_images(array: Array) -> Array | None:
    """The images in an array as (N, H, W, 1 or 3); None if its shape is not that of images."""
    if array.dtype.kind not in "fuib" or not array.size:
        return None
    if array.ndim == 2:
        return array[None, :, :, None]
    if array.ndim == 3:
        if array.shape[-1] == 3 and array.shape[0] != 3:
            return array[None]
        if array.shape[0] in (1, 3):
            return np.moveaxis(array, 0, -1)[None]
        return array[..., None]
    if array.ndim == 4:
        if array.shape[1] in (1, 3):
            return np.moveaxis(array, 1, -1)
        if array.shape[-1] in (1, 3):
            return array
    return None


def grid(array: Array) -> dict[str, Any]:
    """The first images of a batch side by side, ready for JSON: {"png": base64, "width", "height", "shown", "of"}.

    Bytes are shown as they are, floats from 0 to 1 or from -1 to 1 as usual, others from their lowest to their highest.
    """
    images = as_images(array)
    assert images is not None
    total = len(images)
    images = _bytes(images[:IMAGES])
    count, height, width, channels = images.shape
    across = math.ceil(math.sqrt(count * height / width))
    most = max(SIDE, 4 * SIDE // across)
    if max(height, width) > most:
        scale = most / max(height, width)
        rows, cols = max(1, round(height * scale)), max(1, round(width * scale))
        planes = images.astype(np.float64).transpose(0, 3, 1, 2)
        images = np.stack([[coarse(plane, rows, cols) for plane in each] for each in planes]).transpose(0, 2, 3, 1)
        images, height, width = np.rint(images).astype(np.uint8), rows, cols
    down = math.ceil(count / across)
    sheet = np.zeros((down * across, height, width, channels), np.uint8)
    sheet[:count] = images
    sheet = sheet.reshape(down, across, height, width, channels).swapaxes(1, 2).reshape(down * height, -1, channels)
    text = base64.b64encode(png(sheet)).decode()
    return {"png": text, "width": sheet.shape[1], "height": sheet.shape[0], "shown": count, "of": total}


def png(image: Array) -> bytes:
    """Bytes (H, W, 1 or 3) as a file in PNG."""
    height, width, channels = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, -1)], axis=1)  # 0: rows as they are
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def _bytes(images: Array) -> Array:
    if images.dtype == np.uint8:
        return images
    values = np.nan_to_num(images.astype(np.float64))
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= -1 and high <= 1:
        low, high = -1.0, 1.0
    return np.asarray(np.rint((values - low) * (255 / ((high - low) or 1))).astype(np.uint8))
