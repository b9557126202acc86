"""`save` and `load`: the state of a model in one file.

The file is a zip that any tool opens: each array an ordinary `.npy` entry, which `numpy.load(path)[name]`
reads, and one entry of JSON that says how they hang together. Nothing in it is a pickle, so loading a file
never runs code. Equal states give equal bytes.

The format of the array entries is NEP 1, https://numpy.org/neps/nep-0001-npy-format.html.
"""

from __future__ import annotations

import functools
import io
import json
import math
import os
from collections import Counter
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo, is_zipfile

import numpy as np

from minigrad.io.atomic import StrPath, atomic_write
from minigrad.io.structure import Encoder, decode

STRUCTURE = "minigrad.json"
VERSION = 1


def save(
    obj: Any,
    f: StrPath | BinaryIO,
    pickle_module: Any = None,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write `obj` to the path or binary file `f`.

    `obj` may be any nesting of dicts, lists, tuples, None, booleans, numbers, strings, bytes, NumPy arrays
    and scalars, tensors and argparse's Namespaces. Of a module, an optimizer and whatever else has one, the
    state_dict() is saved, with a warning. Keys of dicts are strings, numbers, booleans or None. Arrays of any shape and
    dtype but object are kept exactly; tensors that share memory are written once and share it again when
    loaded.

    What scripts say of pickles (`pickle_module`, `pickle_protocol`) and of PyTorch's older form changes nothing.

    A path gets the whole file or, if anything fails, keeps what it held before. TypeError names the place in
    `obj` of what cannot be saved.

    >>> import io
    >>> file = io.BytesIO()
    >>> mg.save({"step": 3, "x": mg.ones(2)}, file)
    """
    if not isinstance(f, (str, os.PathLike)):
        _check_binary(f, "save", "write", b"")
    encoder = Encoder()
    try:
        content = {"version": VERSION, "object": encoder.encode(obj)}
        text = json.dumps(content, allow_nan=False, indent=1)
    except RecursionError:
        raise ValueError("save: the object is nested too deeply, or contains itself") from None

    if isinstance(f, (str, os.PathLike)):
        with atomic_write(f) as file:
            _write(file, text, encoder.arrays)
    else:
        _write(_Whole(f), text, encoder.arrays)


def load(
    f: StrPath | BinaryIO,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = True,
    mmap: bool | None = None,
) -> Any:
    """Read back what `save` wrote to the path or binary file `f`.

    Every part has the type that was saved, with these exceptions: subclasses come back as the dict, list,
    tuple, str or number that they extend, and a Parameter as a Tensor with the same `requires_grad`. Arrays
    are in main memory.

    `map_location`, `pickle_module`, `weights_only` and `mmap` are taken for the sake of scripts written for PyTorch and
    change nothing: there is one place to load to, and no code to run.

    FileNotFoundError if there is no such file; ValueError, with the reason, if it is damaged or of another
    kind. A file is read only if what it declares is what it holds, so a small one cannot ask for much memory.

    >>> import io
    >>> file = io.BytesIO()
    >>> mg.save({"step": 3, "x": mg.ones(2)}, file)
    >>> _ = file.seek(0)
    >>> mg.load(file)
    {'step': 3, 'x': tensor([1., 1.])}
    """
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as file:
            return _read(file, repr(os.fspath(f)))
    _check_binary(f, "load", "read", 0)
    return _read(f if hasattr(f, "seekable") else BytesIO(f.read()), "the file")  # an archive asks it


def _check_binary(f: Any, name: str, method: str, nothing: Any) -> None:
    """TypeError unless `f` is a binary file that is open for `method`."""
    try:
        binary = getattr(f, method)(nothing) in (0, None, b"")
    except (AttributeError, TypeError, ValueError):
        binary = False
    if not binary:
        raise TypeError(f"{name}: takes a path, or a binary file open to {method}, not {type(f).__name__}")


class _Whole(io.BufferedIOBase):
    """A user's file, written to until all is written: one without a buffer may take less at a time than it is given."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        for name in ("tell", "seek", "flush"):
            if hasattr(file, name):
                setattr(self, name, getattr(file, name))

    def write(self, data: Any) -> int:
        """Write all of it."""
        rest = memoryview(data).cast("B")
        while len(rest):
            count = self.file.write(rest)
            if count == 0:
                raise OSError(f"save: {type(self.file).__name__}.write takes no more, {len(rest)} bytes are left")
            rest = rest[len(rest) if count is None else count :]
        return len(data)


def _write(file: Any, structure: str, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    with ZipFile(file, "w") as archive:  # not compressed: weights hardly shrink
        archive.writestr(ZipInfo(STRUCTURE), structure)  # a ZipInfo has a fixed date
        for name, array in arrays.items():
            with archive.open(ZipInfo(f"{name}.npy"), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def _read(file: BinaryIO, name: str) -> Any:
    try:
        foreign = _foreign(file)
        if foreign is None:
            with ZipFile(file) as archive:
                _check_entries(archive, file.seek(0, os.SEEK_END))
                return _decode(archive)
    except Exception as error:  # damage can surface anywhere in zip, JSON and npy
        raise ValueError(f"load: {name} cannot be read: {error}") from error
    raise ValueError(f"load: {name} is not a minigrad file ({foreign})")


def _check_entries(archive: ZipFile, size: int) -> None:
    """ValueError unless the entries are as `save` makes them: not compressed, and together no larger than `size`."""
    entries = archive.infolist()
    name, count = Counter(entry.filename for entry in entries).most_common(1)[0]
    if count > 1:
        raise ValueError(f"it has the entry {name!r} {count} times")
    for entry in entries:
        if entry.compress_type != ZIP_STORED or entry.flag_bits & 1:
            raise ValueError(f"its entry {entry.filename!r} is compressed or encrypted, which save never does")
    if sum(entry.file_size for entry in entries) > size:
        raise ValueError("its entries overlap: they declare more bytes than the file has")


def _decode(archive: ZipFile) -> Any:
    content = json.loads(archive.read(STRUCTURE), object_pairs_hook=_distinct, parse_constant=_refuse_constant)
    if not isinstance(content, dict) or content.keys() != {"version", "object"}:
        raise ValueError(f"{STRUCTURE} must have a version and an object")
    if type(content["version"]) is not int or content["version"] != VERSION:
        raise ValueError(f"its format is version {content['version']!r}, and this minigrad reads {VERSION}")

    @functools.cache
    def array(name: str) -> Any:
        info = archive.getinfo(f"{name}.npy")
        with archive.open(info) as entry:
            _check_array(entry, info)
            entry.seek(0)
            return np.lib.format.read_array(entry, allow_pickle=False)

    return decode(content["object"], array)


def _check_array(entry: Any, info: ZipInfo) -> None:
    """ValueError unless the entry has just the bytes that its header declares; before memory is asked for."""
    version = np.lib.format.read_magic(entry)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(entry)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(entry)
    declared, held = math.prod(shape) * dtype.itemsize, info.file_size - entry.tell()
    if dtype.hasobject:
        return  # refused by name when it is read
    if min(shape, default=0) < 0 or declared != held:
        raise ValueError(
            f"its entry {info.filename!r} declares {dtype} of shape {shape}, {declared} bytes; it has {held}"
        )


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"{STRUCTURE} has a name twice in one object, among {[name for name, _ in pairs]!r:.80}")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{STRUCTURE} has {name}, which is not JSON")


def _foreign(file: BinaryIO) -> str | None:
    """What kind of file this is, if not one of `save`."""
    start = file.tell()
    head = file.read(6)
    file.seek(start)
    if not head:
        return "it is empty"
    if is_zipfile(file):
        file.seek(start)
        with ZipFile(file) as archive:
            entries = archive.namelist()
        if STRUCTURE in entries:
            return None
        if any(entry.endswith("data.pkl") for entry in entries):
            return "it was written by PyTorch; load it with torch.load and save its tensors as NumPy arrays"
        if entries and all(entry.endswith(".npy") for entry in entries):
            return "it is a NumPy archive; numpy.load reads it"
        return "it is a zip of other things"
    if head.startswith(b"PK"):
        return "it is a zip that was cut short or damaged"
    if head.startswith(b"\x93NUMPY"):
        return "it is a NumPy array; numpy.load reads it"
    if head.startswith(b"\x80"):
        return "it is a pickle, perhaps of an older PyTorch, which can run code when it is loaded"
    return "its first bytes are those of no known format"
