"""The table of derivatives: products of matrices, and sums of products by Einstein's convention."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from minigrad.autograd.primitive import bilinear, linear
from minigrad.dtypes import Array
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import mT, permute_to
from minigrad.ops.shape import unsqueeze

matmul_of = bilinear("matmul(a, b) = a @ b", np.matmul, a=lambda g, b: g @ mT(b), b=lambda g, a: mT(a) @ g)


def _linear(x: Array, weight: Array) -> Array:
    return x @ weight.T


def _outer_sum(g: Array, x: Array) -> Array:
    return g.reshape(-1, g.shape[-1]).T @ x.reshape(-1, x.shape[-1])


# x (..., in) and weight (out, in) to (..., out), and the weight's gradient: each the derivative of the other.
linear_of = bilinear(
    "linear(x, weight) = x @ weight.T", _linear, x=lambda g, weight: g @ weight, weight=lambda g, x: outer_sum(g, x)
)
outer_sum = bilinear("outer_sum(a, x)", _outer_sum, a=lambda g, x: linear_of(x, g), x=lambda g, a: a @ g)


def matmul(a: Any, b: Any) -> Any:
    """The matrix product of any two ranks, as NumPy's `@`: vectors at either side, batches broadcast."""
    for side in (a, b):
        if not hasattr(side, "ndim"):
            raise TypeError(f"matmul: needs two tensors, not {type(side).__name__}")
        if side.ndim == 0:
            raise ShapeError("matmul: both arguments need at least one dimension, one is a scalar; use * for that")
    inner = b.shape[-2 if b.ndim > 1 else 0]
    if a.shape[-1] != inner:
        raise ShapeError(
            f"matmul: mat1 and mat2 shapes cannot be multiplied ({tuple(a.shape)} and {tuple(b.shape)}): "
            f"the last size of the first, {a.shape[-1]}, must equal {inner}"
        )
    if a.dtype != b.dtype:
        raise RuntimeError(f"matmul: expected both to have the same dtype, but got {a.dtype} and {b.dtype}")
    left, right = a.ndim == 1, b.ndim == 1
    y = matmul_of(unsqueeze(a, 0) if left else a, unsqueeze(b, 1) if right else b)
    if left and right:
        return y.reshape(())
    if left:
        return y.reshape((*y.shape[:-2], y.shape[-1]))
    return y.reshape(y.shape[:-1]) if right else y


def _contract(a: Array, b: Array, *, terms: tuple[str, str, str]) -> Array:
    left, right, out = terms
    return np.einsum(f"{left},{right}->{out}", a, b, optimize=True)


def _diagonal(x: Array, *, terms: str) -> Array:
    """Each repeated letter of `terms` as one axis, where all its indices are equal."""
    out = "".join(dict.fromkeys(terms))
    return np.einsum(f"{terms}->{out}", x)


def _on_diagonal(g: Array, *, terms: str, size: tuple[int, ...]) -> Array:
    out = np.zeros_like(g, shape=size)
    np.einsum(f"{terms}->{''.join(dict.fromkeys(terms))}", out)[...] = (
        g  # einsum's diagonal is a view that can be written
    )
    return out


contract = bilinear(
    "einsum(a, b)",
    _contract,
    a=lambda g, b, terms: contract(g, b, terms=(terms[2], terms[1], terms[0])),
    b=lambda g, a, terms: contract(g, a, terms=(terms[2], terms[0], terms[1])),
)
diagonal_of = linear("diagonal(x)", _diagonal, x=lambda g, terms, x_shape: on_diagonal(g, terms=terms, size=x_shape))
on_diagonal = linear("on_diagonal(g)", _on_diagonal, g=lambda g, terms: diagonal_of(g, terms=terms))


def einsum(equation: str, *operands: Any) -> Any:
    """Products summed over the letters that the output lacks, such as einsum("bij,bjk->bik", a, b).

    Letters may repeat within an operand (a diagonal), "..." stands for broadcast axes, and without "->" the output has
    the letters that occur once, in alphabetical order. Operands are contracted from left to right, two at a time, each
    pair by BLAS where it can.
    """
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    terms, out = _parsed(equation.replace(" ", ""), operands)
    sizes: dict[str, int] = {}
    parts = []
    for letters, x in zip(terms, operands, strict=True):
        for letter, size in zip(letters, x.shape, strict=True):
            if sizes.setdefault(letter, size) != size and 1 not in (size, sizes[letter]):
                raise ShapeError(f"einsum: letter {letter!r} of {equation!r} has size {sizes[letter]} and size {size}")
            sizes[letter] = max(size, sizes[letter]) if size and sizes[letter] else 0
        if len(set(letters)) < len(letters):
            x, letters = diagonal_of(x, terms=letters), "".join(dict.fromkeys(letters))
        parts.append((letters, x))
    # An axis of size 1 broadcasts: it is dropped from its operand, for the product has the letter from another.
    parts = [_thinned(letters, x, sizes) for letters, x in parts]
    letters, y = parts[0]
    for position, (more, x) in enumerate(parts[1:], start=1):
        later = set(out).union(*(each for each, _ in parts[position + 1 :]))
        (letters, y), (more, x) = _summed(letters, y, set(more) | later), _summed(more, x, set(letters) | later)
        kept = "".join(letter for letter in dict.fromkeys(letters + more) if letter in later)
        y = contract(y, x, terms=(letters, more, kept))
        letters = kept
    letters, y = _summed(letters, y, set(out))
    missing = [letter for letter in out if letter not in letters]  # broadcast axes of size 1 in every operand
    y = y.reshape((*y.shape, *(1 for _ in missing)))
    order = letters + "".join(missing)
    return permute_to(y, dims=tuple(order.index(letter) for letter in out))


def _thinned(letters: str, x: Any, sizes: dict[str, int]) -> tuple[str, Any]:
    kept = [i for i, letter in enumerate(letters) if x.shape[i] == sizes[letter] and sizes[letter] != 1]
    return "".join(letters[i] for i in kept), x.reshape(tuple(x.shape[i] for i in kept))


def _summed(letters: str, x: Any, kept: set[str]) -> tuple[str, Any]:
    """`x` summed over the letters that nothing further needs."""
    gone = tuple(i for i, letter in enumerate(letters) if letter not in kept)
    return ("".join(letter for letter in letters if letter in kept), x.sum(gone)) if gone else (letters, x)


def _parsed(equation: str, operands: tuple[Any, ...]) -> tuple[list[str], str]:
    """The letters of each operand and of the output, the axes of "..." spelled out as letters of their own."""
    left, arrow, out = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise ShapeError(f"einsum: {equation!r} has {len(terms)} terms for {len(operands)} operands")
    free = [letter for letter in string.ascii_letters if letter not in equation]
    longest = 0
    for position, (term, x) in enumerate(zip(terms, operands, strict=True)):
        letters = term.replace("...", "")
        if not letters.isalpha() and letters:
            raise ValueError(f"einsum: a term has letters and one '...', not {term!r}")
        extra = x.ndim - len(letters)
        if extra < 0 or (extra and "..." not in term):
            raise ShapeError(
                f"einsum: operand {position} has {x.ndim} dimensions, its term {term!r} names {len(letters)}"
            )
        longest = max(longest, extra)
    ellipsis = "".join(free[:longest])
    terms = [
        term.replace("...", ellipsis[longest - (x.ndim - len(term.replace("...", ""))) :] if "..." in term else "")
        for term, x in zip(terms, operands, strict=True)
    ]
    if not arrow:
        used = left.replace("...", "").replace(",", "")
        out = ("..." if "..." in left else "") + "".join(sorted(c for c in set(used) if used.count(c) == 1))
    out = out.replace("...", ellipsis)
    unknown = [letter for letter in out if not any(letter in term for term in terms)]
    if unknown or len(set(out)) < len(out):
        raise ValueError(f"einsum: the output of {equation!r} names a letter twice or one that no operand has")
    return terms, out
