"""The table of derivatives: sums of products over chosen axes, above all by Einstein's convention.

A letter is an axis. Two operands at a time are contracted, and the derivative of a contraction is one too, with the
letters of the gradient in the place of those of the argument. Several matrices are multiplied in the cheapest order.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, check_numbers
from minigrad.engine.primitive import bilinear
from minigrad.errors import ArgumentError, RankError, ShapeError
from minigrad.ops.arithmetic import mul
from minigrad.ops.arrangement import permute_p
from minigrad.ops.dims import normalized, normalized_all
from minigrad.ops.product import matmul
from minigrad.ops.shape import reshape_p, unsqueeze_all
from minigrad.ops.triangular import diagonal_p
from minigrad.types import Tensor

__all__ = [
    "chain_matmul",
    "cross",
    "einsum",
    "inner",
    "kron",
    "tensordot",
]


def _contract(a: Array, b: Array, *, terms: tuple[str, str, str]) -> Array:
    return np.einsum("{},{}->{}".format(*terms), a, b, optimize=True)


einsum_p = bilinear(
    "einsum(a, b)",
    np.errstate(all="ignore")(_contract),
    a=lambda g, b, terms: einsum_p(g, b, terms=(terms[2], terms[1], terms[0])),
    b=lambda g, a, terms: einsum_p(g, a, terms=(terms[2], terms[0], terms[1])),
)


def einsum(equation: Any, *operands: Any) -> Tensor:
    """Products of `operands`, summed over letters that the output of `equation` lacks: einsum("bij,bjk->bik", a, b).

    Letters may repeat within an operand (a diagonal), "..." stands for broadcast axes, and without "->" the output has
    the letters that occur once, in alphabetical order. Operands are contracted from left to right, two at a time, each
    pair by BLAS where it can. Lists of numbers may stand for the letters: einsum(a, [0, 1], b, [1, 2], [0, 2]).
    ShapeError where a letter has two sizes. The gradient in an operand is the einsum of the output's with the others.

    >>> mg.einsum("ij,j->i", mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if not isinstance(equation, str):
        equation, operands = _spelled((equation, *operands))
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
        check_numbers(x.dtype)
        parts.append(_on_diagonals(letters, x))
    if len(parts) > 1:  # an axis of size 1 broadcasts: it is dropped, for the product has the letter from another
        parts = [_thinned(letters, x, sizes) for letters, x in parts]
    letters, y = parts[0]
    for position, (more, x) in enumerate(parts[1:], start=1):
        later = set(out).union(*(each for each, _ in parts[position + 1 :]))
        (letters, y), (more, x) = _summed(letters, y, set(more) | later), _summed(more, x, set(letters) | later)
        kept = "".join(letter for letter in dict.fromkeys(letters + more) if letter in later)
        y = einsum_p(y, x, terms=(letters, more, kept))
        letters = kept
    letters, y = _summed(letters, y, set(out))
    missing = [letter for letter in out if letter not in letters]  # broadcast axes of size 1 in every operand
    y = y.reshape((*y.shape, *(1 for _ in missing)))
    order = letters + "".join(missing)
    return permute_p(y, dims=tuple(order.index(letter) for letter in out))


LETTERS = string.ascii_uppercase + string.ascii_lowercase
"""Those that stand for the numbers 0 to 51: the order of the alphabet, as Python sorts it, is then theirs."""


def _spelled(arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The equation, and the operands, of a call with lists of numbers."""
    lists = [*arguments[1::2], *(arguments[-1:] if len(arguments) % 2 else ())]
    terms = ["".join("..." if axis is Ellipsis else LETTERS[axis] for axis in each) for each in lists]
    count = len(arguments) // 2
    return ",".join(terms[:count]) + "".join(f"->{out}" for out in terms[count:]), arguments[: 2 * count : 2]


def _on_diagonals(letters: str, x: Any) -> tuple[str, Any]:
    """`x` with one axis for each letter: where a letter repeats, the diagonal of its axes."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            first, second = letters.index(letter), letters.rindex(letter)
            if x.shape[first] != x.shape[second]:
                raise ShapeError(f"einsum: letter {letter!r} stands for sizes {x.shape[first]} and {x.shape[second]}")
            x = diagonal_p(x, offset=0, dim1=first, dim2=second)
            letters = letters[:first] + letters[first + 1 : second] + letters[second + 1 :] + letter
    return letters, x


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
        raise ShapeError(f"einsum: {equation!r} has {len(terms)} terms for {len(operands)} (at least one operand)")
    free = [letter for letter in string.ascii_letters if letter not in equation]
    longest = 0
    for position, (term, x) in enumerate(zip(terms, operands, strict=True)):
        letters = term.replace("...", "")
        if (not letters.isalpha() and letters) or term.count("...") > 1:
            raise ArgumentError(f"einsum: a term has letters and at most one '...', not {term!r}")
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
        raise ArgumentError(f"einsum: the output of {equation!r} names a letter twice or one that no operand has")
    return terms, out


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Products summed over pairs of dimensions: the last `dims` of a with the first of b, or two lists of them.

    The result has the dimensions of a that are left, then those of b. ShapeError where summed sizes differ.

    >>> mg.tensordot(mg.ones(2, 3, 4), mg.ones(3, 4, 5), 2).shape
    minigrad.Size([2, 5])
    """
    if isinstance(dims, int):
        if not 0 <= dims <= min(a.ndim, b.ndim):
            raise ShapeError(f"tensordot expects dims >= 0 and here <= {min(a.ndim, b.ndim)}, but got dims={dims}")
        dims = (tuple(range(a.ndim - dims, a.ndim)), tuple(range(dims)))
    first, second = normalized_all(dims[0], a.ndim, "tensordot"), normalized_all(dims[1], b.ndim, "tensordot")
    for i, j in zip(first, second):  # a size of 1 broadcasts against the other, so that is summed first
        if a.shape[i] == 1 != b.shape[j]:
            b = b.sum(j, keepdim=True, dtype=b.dtype)
        elif b.shape[j] == 1 != a.shape[i]:
            a = a.sum(i, keepdim=True, dtype=a.dtype)
    summed = [a.shape[axis] for axis in first]
    if len(first) != len(second) or summed != [b.shape[axis] for axis in second]:
        raise ShapeError(
            f"tensordot: dimensions {first} of {tuple(a.shape)} and {second} of {tuple(b.shape)} are summed together: "
            "they must be as many, and of equal sizes"
        )
    rows = tuple(axis for axis in range(a.ndim) if axis not in first)
    columns = tuple(axis for axis in range(b.ndim) if axis not in second)
    above, beside = [a.shape[axis] for axis in rows], [b.shape[axis] for axis in columns]
    left = reshape_p(permute_p(a, dims=rows + first), size=(math.prod(above), math.prod(summed)))
    right = reshape_p(permute_p(b, dims=second + columns), size=(math.prod(summed), math.prod(beside)))
    return reshape_p(matmul(left, right), size=(*above, *beside))


def inner(input: Tensor, other: Tensor) -> Tensor:
    """Sums of products along the last dimensions: shape (*input.shape[:-1], *other.shape[:-1]).

    ShapeError unless the last sizes are equal.

    >>> mg.inner(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    if input.ndim == 0 or other.ndim == 0:
        return input * other
    if input.shape[-1] != other.shape[-1]:
        raise ShapeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.shape)} and {list(other.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def kron(input: Tensor, other: Tensor) -> Tensor:
    """Kronecker's product: every element of one tensor times the whole of the other, as blocks.

    Each size of the result is the product of the two; the tensor with fewer dimensions gets new ones in front.

    >>> mg.kron(mg.tensor([1, 10]), mg.tensor([1, 2, 3]))
    tensor([ 1,  2,  3, 10, 20, 30])
    """
    rank = max(input.ndim, other.ndim)
    outer_size = (1,) * (rank - input.ndim) + tuple(input.shape)
    inner_size = (1,) * (rank - other.ndim) + tuple(other.shape)
    blocks = unsqueeze_all(reshape_p(input, size=outer_size), dim=tuple(range(1, 2 * rank, 2)))
    block = unsqueeze_all(reshape_p(other, size=inner_size), dim=tuple(range(0, 2 * rank, 2)))
    return reshape_p(mul(blocks, block), size=tuple(n * m for n, m in zip(outer_size, inner_size)))


def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of several matrices, multiplied in the order that costs least.

    >>> mg.chain_matmul(mg.ones(2, 3), mg.ones(3, 4), mg.ones(4, 1))
    tensor([[12.],
            [12.]])
    """
    if not matrices:
        raise ArgumentError("chain_matmul(): Expected one or more matrices")
    for each in matrices:
        if each.ndim != 2:
            raise ShapeError(f"chain_matmul: Tensor dimension is {each.ndim}, expected 2 instead, of matrices")
    return cheapest_product(list(matrices))


def cheapest_product(matrices: Sequence[Any]) -> Any:
    """The product of matrices with the parentheses where they cost fewest multiplications.

    Dynamic programming over spans of the chain (Cormen et al., Introduction to Algorithms, 15.2).
    """
    sizes = [matrices[0].shape[-2], *(each.shape[-1] for each in matrices)]
    best: dict[tuple[int, int], tuple[int, int]] = {(i, i): (0, i) for i in range(len(matrices))}
    for length in range(1, len(matrices)):
        for i in range(len(matrices) - length):
            j = i + length
            best[i, j] = min(
                (best[i, k][0] + best[k + 1, j][0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            )

    def multiplied(i: int, j: int) -> Any:
        if i == j:
            return matrices[i]
        k = best[i, j][1]
        return matmul(multiplied(i, k), multiplied(k + 1, j))

    return multiplied(0, len(matrices) - 1)


def _cross(a: Array, b: Array, *, dim: int) -> Array:
    return np.ascontiguousarray(np.cross(a, b, axis=dim))


# A triple product <g, a × b> keeps its value when its factors change places in a circle.
cross_p = bilinear(
    "cross(a, b) = a × b",
    np.errstate(all="ignore")(_cross),
    a=lambda g, b, dim: cross_p(b, g, dim=dim),
    b=lambda g, a, dim: cross_p(g, a, dim=dim),
)


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The vector products along `dim`, of size 3; by default the first dimension of that size.

    ShapeError where there is none.

    >>> mg.cross(mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        dim = next((axis for axis, size in enumerate(input.shape) if size == 3), None)
    if dim is None:
        raise ShapeError(f"cross: no dimension of size 3 in shape {tuple(input.shape)}")
    return cross_along("cross", input, other, dim)


def cross_along(name: str, a: Any, b: Any, dim: int) -> Any:
    """The vector products along `dim`; the other dimensions broadcast."""
    if a.ndim != b.ndim:
        raise ShapeError(f"{name}: both must have as many dimensions, got shapes {tuple(a.shape)} and {tuple(b.shape)}")
    axis = normalized(dim, a.ndim, name)
    if a.ndim == 0 or a.shape[axis] != 3 or b.shape[axis] != 3:
        raise RankError(
            f"{name}: dimension {dim} must have size 3 in both, got shapes {tuple(a.shape)} and {tuple(b.shape)}"
        )
    return cross_p(a, b, dim=axis)
