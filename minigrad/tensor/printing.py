"""How a tensor reads when it is printed: as PyTorch's do, with four decimals, and naming only what is unusual."""

from __future__ import annotations

import numpy as np

from minigrad.autograd.node import Leaf, Variable
from minigrad.dtypes import Array, get_default_dtype

DECIMALS = 4
LINE = 80
THRESHOLD = 1000
"""Arrays of more elements show only the first and last `EDGE` of each axis."""
EDGE = 3


def text_of(tensor: Variable) -> str:
    """`tensor([...], dtype=..., requires_grad=True)`, or `grad_fn=<mul>` for a result."""
    array = tensor.array
    parts = ["[]" if array.size == 0 else numbers(array, indent=len("tensor("))]
    if array.size == 0 and array.ndim != 1:
        parts.append(f"size={array.shape}")
    if array.dtype not in (get_default_dtype(), np.int64, np.bool_) or (array.size == 0 and array.dtype.kind != "f"):
        parts.append(f"dtype=minigrad.{array.dtype}")
    if tensor.node is not None:
        parts.append("requires_grad=True" if isinstance(tensor.node, Leaf) else f"grad_fn={tensor.node}")
    return f"tensor({', '.join(parts)})"


def numbers(array: Array, indent: int = 0) -> str:
    """The elements in nested brackets, all of one width; the first bracket stands `indent` places into the line."""
    shown = _corners(array) if array.size > THRESHOLD else array
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
    if top / low > 1000 or top > 1e8 or (not whole and low < 1e-4):
        pattern = f".{DECIMALS}e"
    else:
        pattern = ".0f" if whole else f".{DECIMALS}f"
    dot = "." if pattern == ".0f" else ""
    return [format(value, pattern) + dot if np.isfinite(value) else str(value) for value in values.ravel().tolist()]


def _corners(array: Array) -> Array:
    """The elements that are shown of a large array."""
    for axis, size in enumerate(array.shape):
        if size > 2 * EDGE:
            array = np.take(array, [*range(EDGE), *range(size - EDGE, size)], axis)
    return array


def _nested(table: Array, shape: tuple[int, ...], indent: int, width: int) -> str:
    if table.ndim == 0:
        return str(table[()])
    parts = [
        each if table.ndim == 1 else _nested(np.asarray(each, dtype=object), shape[1:], indent + 1, width)
        for each in table
    ]
    cut = len(parts) < shape[0]
    if table.ndim > 1:
        gap = "," + "\n" * (table.ndim - 1) + " " * (indent + 1)
        return f"[{gap.join([*parts[:EDGE], '...', *parts[EDGE:]] if cut else parts)}]"
    if cut:
        parts = [*parts[:EDGE], " ...", *parts[EDGE:]]
    per_line = max(1, (LINE - indent) // (width + 2))
    lines = [", ".join(parts[start : start + per_line]) for start in range(0, len(parts), per_line)]
    return f"[{(',' + chr(10) + ' ' * (indent + 1)).join(lines)}]"
