"""Handwritten digits: the MNIST database of LeCun, Cortes and Burges, whole or a part of it.

Images stay as they are in the database, bytes from 0 (paper) to 255 (ink). How to scale them is a choice of
the model, so it stands where the model is trained.
"""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minigrad.datasets.idx import read_idx


class Digits(NamedTuple):
    """Images, uint8 of shape (count, rows, columns), and the digit in each, uint8 of shape (count,)."""

    images: np.ndarray[Any, Any]
    labels: np.ndarray[Any, Any]


def mnist5k() -> Digits:
    """5,000 digits of MNIST, 500 of each, in shuffled order; they come with the package.

    `images` has shape (5000, 28, 28). Their licence, CC BY-SA 3.0, is in `MNIST5K.md` beside the file.

    >>> images, labels = mnist5k()
    >>> images.shape, labels[:5].tolist()
    ((5000, 28, 28), [4, 2, 0, 9, 6])
    """
    file = resources.files("minigrad.datasets") / "files" / "mnist5k.npz"
    with file.open("rb") as stream, np.load(stream) as arrays:
        return Digits(arrays["images"], arrays["labels"])


def mnist(root: str | os.PathLike[str], train: bool = True) -> Digits:
    """The MNIST files in the folder `root`: 60,000 digits to train with, or 10,000 to test.

    The files have the names under which they are published, such as `train-images-idx3-ubyte`; they may end
    in `.gz` and be spelled with a dot, `train-images.idx3-ubyte`. Fashion-MNIST and others that use these
    names are read alike.

    FileNotFoundError, with the names that were looked for, if one is missing; ValueError if a file is
    damaged, or images and labels do not go together.
    """
    if not isinstance(root, (str, os.PathLike)):
        raise TypeError(f"mnist: root must be the path of a folder, not {type(root).__name__}")
    split = "train" if train else "t10k"
    images = read_idx(_find(Path(root), f"{split}-images", "idx3-ubyte"))
    labels = read_idx(_find(Path(root), f"{split}-labels", "idx1-ubyte"))
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise ValueError(
            f"mnist: the files in {str(root)!r} do not go together: images have shape {images.shape} and "
            f"labels {labels.shape}; they must be (count, rows, columns) and (count,)"
        )
    return Digits(images, labels)


def _find(root: Path, stem: str, ending: str) -> Path:
    names = [f"{stem}{joint}{ending}{packed}" for joint in "-." for packed in ("", ".gz")]
    for name in names:
        if (root / name).is_file():
            return root / name
    problem = "has none of the files" if root.is_dir() else "is not a folder; it should hold one of"
    raise FileNotFoundError(f"mnist: {str(root)!r} {problem} {', '.join(names)}")
