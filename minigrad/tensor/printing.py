"""How a tensor reads when it is printed: as PyTorch's do, with four decimals, and naming only what is unusual."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import named
from minigrad.dtypes import Array, get_default_dtype
from minigrad.engine.node import Leaf, Variable


class Options:
    """What `set_printoptions` sets."""

    precision: int = 4
    threshold: float = 1000
    """Arrays of more elements show only the first and last `edgeitems` of each axis."""
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None
    """Whether floats have an exponent; None leaves it to the numbers."""


options = Options()

PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """How tensors are printed: decimals, elements before they are cut, those shown at each end, characters in a line.

    `profile` is "default", "short" or "full", which the other arguments then change; `sci_mode` sets whether floats
    have an exponent, None leaves it to the numbers.
    ValueError for any other `profile`.

    >>> mg.set_printoptions(precision=2)
    >>> mg.tensor([mg.pi])
    tensor([3.14])
    >>> mg.set_printoptions(profile="default")
    """
    if profile is not None and not (isinstance(profile, str) and profile in PROFILES):
        raise ValueError(f"set_printoptions: profile is one of {', '.join(PROFILES)}, not {profile!r}")
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    chosen = {**PROFILES.get(profile or "", {}), **{name: each for name, each in given.items() if each is not None}}
    for name, each in chosen.items():
        setattr(options, name, each)
    options.sci_mode = sci_mode


def text_of(tensor: Variable) -> str:
    """`tensor([...], dtype=..., requires_grad=True)`, or `grad_fn=<mul>` for a result."""
    array = tensor.array
    parts = []
    if array.size == 0 and array.ndim != 1:
        parts.append(f"size={array.shape}")
    if array.dtype not in (get_default_dtype(), np.int64, np.bool_) or (array.size == 0 and array.dtype.kind != "f"):
        parts.append(f"dtype={named.package}.{array.dtype}")
    if tensor.node is not None:
        parts.append("requires_grad=True" if isinstance(tensor.node, Leaf) else f"grad_fn={tensor.node}")
    indent = len("tensor(")
    text = "tensor(" + ("[]" if array.size == 0 else numbers(array, indent))
    column = len(text) - text.rfind("\n") + 1
    for part in parts:  # on a line of its own where it would pass the end
        fits = column + len(part) + 2 <= options.linewidth
        text += f", {part}" if fits else f",\n{' ' * indent}{part}"
        column = column + len(part) + 2 if fits else indent + len(part)
    return text + ")"


def numbers(array: Array, indent: int = 0) -> str:
    """The elements in nested brackets, all of one width; the first bracket stands `indent` places into the line."""
    shown = _corners(array) if array.size > options.threshold else array
    words = _words(shown)
    counting = (np.isfinite(shown) & (shown != 0)).ravel() if shown.dtype.kind == "f" else np.ones(shown.size, bool)
    width = max((len(word) for word, counts in zip(words, counting) if counts), default=0)  # nan and inf may stick out
    table = np.array([word.rjust(width) for word in words], dtype=object).reshape(shown.shape)
    return _nested(table, array.shape, indent, width)


def _words(values: Array) -> list[str]:
    """Each number as text: whole floats with a bare point, mixed magnitudes with an exponent."""
    if values.dtype.kind != "f":
        return [str(value) for value in values.ravel().tolist()]
    sizes = np.abs(values[np.isfinite(values) & (values != 0)].astype(np.float64))
    whole = bool((sizes == np.floor(sizes)).all())
    top, low = (sizes.max(), sizes.min()) if sizes.size else (1.0, 1.0)
    wide = top / low > 1000 or top > 1e8 or (not whole and low < 1e-4)
    if wide if options.sci_mode is None else options.sci_mode:
        pattern = f".{options.precision}e"
    else:
        pattern = ".0f" if whole else f".{options.precision}f"
    dot = "." if pattern == ".0f" else ""
    return [format(value, pattern) + dot if np.isfinite(value) else str(value) for value in values.ravel().tolist()]


def _corners(array: Array) -> Array:
    """The elements that are shown of a large array."""
    edge = options.edgeitems
    for axis, size in enumerate(array.shape):
        if size > 2 * edge:
            array = array[(slice(None),) * axis + ([*range(edge), *range(size - edge, size)],)]  # take copies views
    return array


def _nested(table: Array, shape: tuple[int, ...], indent: int, width: int) -> str:
    if table.ndim == 0:
        return str(table[()])
    parts = [
        each if table.ndim == 1 else _nested(np.asarray(each, dtype=object), shape[1:], indent + 1, width)
        for each in table
    ]
    cut, edge = len(parts) < shape[0], options.edgeitems
    if table.ndim > 1:
        gap = "," + "\n" * (table.ndim - 1) + " " * (indent + 1)
        return f"[{gap.join([*parts[:edge], '...', *parts[edge:]] if cut else parts)}]"
    if cut:
        parts = [*parts[:edge], " ...", *parts[edge:]]
    per_line = max(1, (options.linewidth - indent) // (width + 2))
    lines = [", ".join(parts[start : start + per_line]) for start in range(0, len(parts), per_line)]
    return f"[{(',' + chr(10) + ' ' * (indent + 1)).join(lines)}]"
