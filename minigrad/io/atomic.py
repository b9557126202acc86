"""Files that are written whole or not at all.

A training run is stopped at the worst moment, as a rule. So that the last good checkpoint is still there
afterwards, a file is first written under another name in the same folder and takes its own name only when
every byte is on the disk: renaming within a folder is one step, which either happened or did not.

A process that is killed cannot take its unfinished file away. So it holds a lock on it, which the system lifts when
the process ends, however it ends; and the next write to the same path removes what is left without a lock.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO, TypeAlias, overload

StrPath: TypeAlias = "str | os.PathLike[str]"


@overload
def atomic_write(path: StrPath, mode: Literal["wb"] = "wb") -> AbstractContextManager[BinaryIO]: ...


@overload
def atomic_write(path: StrPath, mode: Literal["w"], newline: str | None = None) -> AbstractContextManager[TextIO]: ...


@contextmanager
def atomic_write(path: StrPath, mode: Literal["w", "wb"] = "wb", newline: str | None = None) -> Iterator[Any]:
    """Open a file to write, which appears at `path` when the block ends and not at all if the block fails.

    What stood at `path` before stays readable until then, and for good after a failure. Text (`mode="w"`) is
    UTF-8; `newline` is that of `open`.

    Raises FileNotFoundError or NotADirectoryError if there is no such folder, PermissionError if it takes no
    files, and IsADirectoryError or OSError if `path` is a folder or a device.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "notes.txt")
    ...     with mg.io.atomic_write(path, "w") as file:
    ...         _ = file.write("whole")
    ...     path.read_text()
    'whole'
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"atomic_write: path must be a string or a Path, not {type(path).__name__}")
    if mode not in ("w", "wb"):
        raise ValueError(f"atomic_write: mode must be 'w' or 'wb', not {mode!r:.60}")
    target = Path(os.path.realpath(path))  # writing to a link writes the file that it points to
    _check(target, os.fspath(path))
    encoding = "utf-8" if mode == "w" else None
    _sweep(target)
    temporary = target.with_name(f"{_stem(target)}{secrets.token_hex(8)}.tmp")
    try:
        with _claimed(temporary):
            with open(temporary, mode, encoding=encoding, newline=newline) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode)
            os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _stem(target: Path) -> str:
    return f".{target.name[:40]}."


if sys.platform == "win32":

    def _lock(file: BinaryIO, wait: bool) -> None:
        file.close()  # a file that is open cannot be removed there, which is as good as a lock

else:
    import fcntl

    def _lock(file: BinaryIO, wait: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _claimed(path: Path) -> Iterator[None]:
    """Make a file at `path`, and hold its lock."""
    with open(path, "xb") as file:
        _lock(file, wait=True)
        path.touch()  # again, if a sweep has come between and taken it for an orphan
        yield


def _sweep(target: Path) -> None:
    """Remove unfinished files for `target` that no process is writing."""
    orphan = re.compile(rf"{re.escape(_stem(target))}[0-9a-f]{{16}}\.tmp")
    with suppress(OSError):  # a folder that cannot be listed can still be written
        for path in target.parent.iterdir():
            if orphan.fullmatch(path.name):
                with suppress(OSError):  # BlockingIOError: it is being written
                    _remove_unless_locked(path)


def _remove_unless_locked(path: Path) -> None:
    with open(path, "rb") as file:
        _lock(file, wait=False)
        path.unlink()


def _check(target: Path, name: str) -> None:
    folder = target.parent
    if not folder.exists():
        raise FileNotFoundError(f"cannot write {name!r}: there is no folder {str(folder)!r}; make it first")
    if not folder.is_dir():
        raise NotADirectoryError(f"cannot write {name!r}: {str(folder)!r} is not a folder")
    if target.is_symlink():
        raise OSError(f"cannot write {name!r}: it is a link that leads in a circle")
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {name!r}: it is a folder; name a file in it")
    if target.exists() and not target.is_file():
        raise OSError(f"cannot write {name!r}: it is a device or pipe, and only a file can be replaced")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"cannot write {name!r}: the folder {str(folder)!r} cannot be written")
