"""IDX, the file format of MNIST and its relatives.

A file is a magic number, the size of each axis, and the elements in row-major order, every number
big-endian. The magic number is two zero bytes, a code for the type of the elements, and the number of axes.
The format is described at the foot of http://yann.lecun.com/exdb/mnist/.
"""

from __future__ import annotations

import gzip
import math
import os
import zlib
from typing import Any

import numpy as np

ELEMENTS = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | os.PathLike[str]) -> np.ndarray[Any, Any]:
    """The array in an IDX file, plain or compressed with gzip, in the byte order of the machine.

    Its dtype is uint8, int8, int16, int32, float32 or float64, its shape whatever the file says.
    FileNotFoundError if there is no such file; ValueError if it is of another format, or shorter or longer
    than it says.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "numbers")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 6]))
    ...     mg.datasets.read_idx(path)
    array([5, 6], dtype=uint8)
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"read_idx: path must be a string or a Path, not {type(path).__name__}")
    name = repr(os.fspath(path))
    content = _unpacked(path, name)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in ELEMENTS:
        raise ValueError(f"read_idx: {name} is not an IDX file: its first bytes are {content[:4].hex(' ')}")
    dtype = np.dtype(ELEMENTS[content[2]])
    rank = content[3]
    start = 4 + 4 * rank
    if len(content) < start:
        raise ValueError(f"read_idx: {name} is cut short: the sizes of its {rank} axes are missing")
    shape = tuple(np.frombuffer(content, ">u4", rank, offset=4).tolist())
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        state = "cut short" if len(content) < expected else "too long"
        raise ValueError(f"read_idx: {name} is {state}: {shape} takes {expected} bytes, not {len(content)}")
    elements = np.frombuffer(content, dtype, math.prod(shape), offset=start)
    return elements.reshape(shape).astype(dtype.newbyteorder("="))


def _unpacked(path: str | os.PathLike[str], name: str) -> bytes:
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"read_idx: {name} is compressed and cannot be unpacked: {error}") from error
