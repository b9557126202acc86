"""Partings that are none of a defect: what docs/departures.md names, and what PyTorch would call its own defects."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple


class Parting(NamedTuple):
    """Where the libraries part: the line, in what, and what each has."""

    line: int
    what: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        ours, theirs = (f"{each}"[:500] for each in (self.ours, self.theirs))
        return f"line {self.line}: {self.what}\n  minigrad {ours}\n  PyTorch  {theirs}"


OURS, THEIRS = "error of minigrad alone", "error of PyTorch alone"

KNOWN = [
    # (what, line, message): partings that docs/departures.md names, or that PyTorch would call its own defects.
    # Of PyTorch: what it has not got to, and types that it refuses where the result is plain.
    (THEIRS, "", r"not implemented for|is not implemented|not currently supported|INTERNAL ASSERT|unallocated storage"),
    (THEIRS, "", r"not differentiable with respect to argument|derivative for|Did you mean|did not match|view size"),
    (THEIRS, "", r"bool|[dD]type|must be Tensor|not support|supported|scalar type|Long|floating point|Half|Bool"),
    (THEIRS, "", r"non-empty|to be non-zero|non-zero size|positive length|expected m1 and m2|positive-definite"),
    (THEIRS, "", r"can be any value and is ambiguous|can't be cast"),
    (THEIRS, "repeat_interleave", "Dimension (out of range|specified)"),
    ("requires_grad", r"floor_divide|//|unique|heaviside|bincount|searchsorted|trapezoid|trapz|vander|: x.prod", ""),
    ("dtype", "huber_loss", ""),  # of two dtypes: PyTorch's has that of the first
    (OURS, "", "expected both to have the same dtype"),  # PyTorch's matrices without elements may have two
    ("values", "(std|var)_mean", "nan"),  # of infinities: PyTorch's mean is NaN there
    ("values", "corrcoef", "nan"),  # of rows that are constant but for rounding
    (OURS, "as_strided", "out of bounds"),  # PyTorch's memory may be larger than the tensor
    ("derivative", "corrcoef|data", ""),  # at the bounds of an arc cosine; of what has been changed behind the history
    # Changes in place: each allows some that the other refuses, but neither goes on with wrong numbers.
    (THEIRS, "", r"is being modified inplace|multiple views|no_grad mode|modified by an inplace operation"),
    (THEIRS, "", r"unsupported operation: (more than one|some elements)|expanded tensor|more than one element of the"),
    (THEIRS, "", r"does not require grad|been modified inplace"),
    (OURS, "", r"modified by an inplace operation|memory cannot be written|more than one element of the"),
    # Questions put in place cut the history; PyTorch passes on the gradients that were there before.
    ("requires_grad|derivative", r"\.(logical_\w+|eq|ne|lt|le|gt|ge)_\(", ""),
    (OURS, r"\.(logical_\w+|eq|ne|lt|le|gt|ge)_\(", "leaf Variable|is being modified inplace"),
    # Tangents are taken in the dtype of their primals, vmap needs one call to see a shape, a constant has no history.
    ("dtype|values|requires_grad", r"func\.jvp", ""),
    (OURS, r"func\.vmap", "the mapped dimension is empty"),
    ("requires_grad", r"func\.(hessian|jacrev|jacfwd)", ""),
    ("requires_grad", r"requires_grad_\(", ""),  # of views made before
    # What has no elements needs no rule: PyTorch returns at once, or a number that means nothing.
    (OURS, "", r"out of bounds for dimension . with size (0|. \(given float\d\d of shape \(\d, 0)"),
    (OURS, r"median|roll|cum(sum|prod)_|index_reduce_|matrix_norm|softmax|softmin|cummax|cummin", ""),
    # Integers to negative powers; where NaN stands in an order, or in a matrix.
    (OURS, "", "integer powers"),
    ("values", r"linalg|inverse|interpolate|upsample|grid_sample|addmm|attention|conv|sign|sgn|logcumsumexp", "nan"),
    (OURS, "inv", "singular"),  # to the last bit
    ("values", "searchsorted|topk|median|kthvalue|mode|signbit|copysign", ""),  # NaN, ties, the sign of NaN
    # Of numbers that differ by a rounding, or not at all, one library sees two.
    ("shape", "unique", ""),
    ("values", "unique|polygamma", "nan"),
    (THEIRS, "fold", "non-zero dimensions"),
    # Arithmetic in uint8 does not wrap around with Python's numbers, and PyTorch's rules do: -4 is 252 there.
    (OURS, "", "out of bounds for uint8"),
    (THEIRS, "", "unsigned type|uint8_t without overflow"),
    (THEIRS, "", "must match the size of tensor b|invalid gradient at index"),  # of a scatter from a larger source
    (THEIRS, "", "negative integer powers"),
    ("values", "threshold", ""),  # of integers, where PyTorch rounds the threshold
    ("dtype", "einsum|binary_cross_entropy|trapezoid", ""),  # of two dtypes
    ("values", "gelu", "nan"),  # x times a probability: infinity times 1 or 0
    (
        "values",
        r"(\.(gt|ge|lt|le|eq|ne)_?|m\.(greater|less)\w*)\(.*-|[<>=] -",
        "",
    ),  # of uint8
    ("values", r"\*\* -?0\.5", "nan"),  # of minus infinity, which PyTorch gives to sqrt
    # Views made under no_grad want no gradient; a gradient of NaN goes on.
    ("requires_grad", r"still\(", ""),
    ("derivative", "logcumsumexp|digamma|lgamma|gammaln|vander", "nan"),  # as 0 times infinity
    (OURS, "adaptive_avg_pool", "cannot be pooled"),  # of nothing
    # What is written into the memory of what is read, or is given another size.
    ("values|shape", "out=", ""),
    (OURS, "out=", "can't be cast"),
    (THEIRS, "out=", ""),
    (OURS, "", "single ellipsis"),
    (THEIRS, "", "shape of the mask .*0"),
    (OURS, "soft_margin_loss", "bool|same shape"),
    (OURS, "InstanceNorm", "channels"),
    (OURS, r"dropout\dd", "expected a"),
    ("identity", "dropout", ""),
    (
        "dtype",
        "dropout|hinge_embedding|soft_margin_loss|(layer|group|batch)_norm",
        "",
    ),  # of integers; of two dtypes
    ("values", "MultivariateNormal", "nan"),  # around infinity
    (
        "derivative 2",
        "(?is)(instance|batch|group).?norm.*(slope|autograd)",
        "",
    ),  # third ones, which PyTorch has wrong
    ("derivative 2", "prelu|softplus|Laplace", ""),  # at the point where two formulas meet
    ("values", "TanhTransform", "nan"),  # where a hyperbolic tangent is 1 but for a rounding
    (THEIRS, "kl_divergence", "shape of the mask"),  # of distributions that broadcast
    # A second backward pass is refused where values would be missing; which nodes keep some differs.
    (f"{OURS}|{THEIRS}", "grad", "backward through the graph a second time"),
    ("values", r"cross_entropy|multi\w*_margin_loss", "nan"),  # of nothing; of NaN
    ("derivative", "block_diag", ""),  # with blocks of nothing, where PyTorch takes the wrong rows
    (f"{OURS}|{THEIRS}", "vecdot", "inconsistent tensor size|out of range"),  # of two vectors PyTorch asks for no dim
    ("values", "soft_margin_loss|margin_ranking_loss", ""),  # of uint8
    ("values|dtype", r"distributions\.(Gamma|Poisson)", ""),  # which PyTorch computes in the dtype of the rate
    (OURS, r"view\(m", "must be"),  # of what has its own order of memory
    (THEIRS, r"view\(|resize", "divisible|not resizable"),
    ("kind", "is_contiguous|stride|storage_offset", ""),  # the order of memory
    ("values", "trapezoid|trapz", ""),  # PyTorch takes the ends from the sum of all
]


USED: Counter[tuple[str, str, str]] = Counter()
"""How often each has been met: those that never are can go."""


def known(parting: Parting, line: str) -> bool:
    """Whether a parting is one of those that the project has decided on."""
    text = f"{parting.ours} {parting.theirs}"
    for entry in KNOWN:
        what, where, message = entry
        if re.match(what, parting.what) and re.search(where, line) and re.search(message, text):
            USED[entry] += 1
            return True
    return False
