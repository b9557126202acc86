"""How a tensor reads when it is printed: as PyTorch's do, four decimals, and only what differs from the usual is named."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.graph import Leaf, Variable
from minigrad.dtypes import Array, get_default_dtype


def text_of(tensor: Variable) -> str:
    """`tensor([...], dtype=..., requires_grad=True)`, or `grad_fn=<mul>` for a result."""
    array = tensor.array
    parts = [numbers(array, indent=len("tensor("))]
    if array.size == 0 and array.ndim > 1:
        parts.append(f"size={array.shape}")
    if array.dtype not in (get_default_dtype(), np.int64, np.bool_) or (array.size == 0 and array.dtype.kind != "f"):
        parts.append(f"dtype=minigrad.{array.dtype}")
    if tensor.node is not None:
        parts.append("requires_grad=True" if isinstance(tensor.node, Leaf) else f"grad_fn={tensor.node}")
    return f"tensor({', '.join(parts)})"


def numbers(array: Array, indent: int = 0) -> str:
    """The elements in brackets; long arrays with an ellipsis in the middle."""
    finite: Any = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    whole = array.dtype.kind == "f" and bool((finite == np.floor(finite)).all())
    top = float(np.abs(finite).max()) if finite.size and array.dtype.kind == "f" else 0.0
    low = float(np.abs(finite[finite != 0]).min()) if finite.size and finite.any() and array.dtype.kind == "f" else 1.0
    scientific = top >= 1e8 or (not whole and (low < 1e-4 or top / low > 1000) and (low < 1e-4 or top > 1e5))
    options: dict[str, Any] = {"precision": 4, "separator": ", ", "threshold": 1000, "edgeitems": 3}
    if array.dtype.kind == "f":
        if scientific:
            options["formatter"] = {"float_kind": lambda value: f"{value:.4e}"}
        else:
            options |= {"suppress_small": True, "floatmode": "maxprec_equal" if whole else "fixed"}
    text = np.array2string(array, prefix=" " * indent, **options)
    return text
