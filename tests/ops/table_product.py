"""Samples: products of matrices, and sums of products."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

import minigrad as mg
from samples import Row, case


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The matrix product by its definition, for all ranks: vectors are rows or columns, batches broadcast."""
    left, right = a.ndim == 1, b.ndim == 1
    a, b = (a[None] if left else a), (b[:, None] if right else b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, (*batch, *a.shape[-2:])), np.broadcast_to(b, (*batch, *b.shape[-2:]))
    out = np.zeros((*batch, a.shape[-2], b.shape[-1]))
    for place in np.ndindex(out.shape):
        *head, i, j = place
        out[place] = sum(a[(*head, i, k)] * b[(*head, k, j)] for k in range(a.shape[-1]))
    gone = ([-2] if left else []) + ([-1] if right else [])
    return out.squeeze(tuple(gone)) if gone else out


def contracted(equation: str, *operands: np.ndarray) -> np.ndarray:
    """Einstein's sum by its definition, one number for each value of all letters; equations without dots."""
    left, _, out = equation.partition("->")
    terms = left.split(",")
    size = {letter: n for term, x in zip(terms, operands, strict=True) for letter, n in zip(term, x.shape, strict=True)}
    result = np.zeros([size[letter] for letter in out])
    for values in itertools.product(*(range(n) for n in size.values())):
        at = dict(zip(size, values, strict=True))
        factors = (x[tuple(at[c] for c in term)] for term, x in zip(terms, operands, strict=True))
        result[tuple(at[c] for c in out)] += np.prod([float(f) for f in factors])
    return result


def einsum(equation: str, *shapes: Any, full: str | None = None) -> Row:
    """One equation; `full` spells it out, where it has dots or no arrow."""
    return Row(
        "einsum",
        lambda *x: contracted(full or equation, *x),
        torch=lambda *x: __import__("torch").einsum(equation, *x),
        cases=[case(*shapes)],
        call=lambda *x: mg.einsum(equation, *x),
    )


ROWS = [
    Row(
        "matmul",
        product,
        torch="matmul",
        cases=[
            case((2, 3), (3, 2)),
            case((1, 2), (2, 1)),
            case((2, 2, 3), (3, 2)),
            case((2, 2), (2, 2, 2)),
            case((2, 1, 1, 2), (2, 2, 2)),
            case((2, 0), (0, 2)),
            case((0, 2), (2, 3)),
        ],
    ),
    Row(
        "matmul",
        product,
        torch="matmul",
        cases=[case((3,), (3,)), case((2, 3), (3,)), case((2,), (2, 3)), case((2, 2, 3), (3,)), case((2,), (2, 2, 1)), case((0,), (0,))],
        call=mg.matmul,
    ),
    Row(
        "linear",
        lambda x, weight: product(x, weight.T),
        torch="linear",
        cases=[case((3,), (2, 3)), case((2, 3), (2, 3)), case((2, 1, 2), (3, 2)), case((0, 2), (3, 2)), case((2, 1, 2, 2), (1, 2))],
    ),
    Row(
        "outer_sum",
        lambda a, x: product(a.reshape(-1, a.shape[-1]).T, x.reshape(-1, x.shape[-1])),
        cases=[case((3,), (2,)), case((2, 3), (2, 2)), case((2, 1, 2), (2, 1, 3)), case((0, 2), (0, 3))],
    ),
    Row(
        "einsum",
        lambda a, b, terms: contracted(f"{terms[0]},{terms[1]}->{terms[2]}", a, b),
        torch=lambda a, b, terms: __import__("torch").einsum(f"{terms[0]},{terms[1]}->{terms[2]}", a, b),
        cases=[
            case((2, 3), (3, 2), terms=("ij", "jk", "ik")),
            case((2, 3), (2, 3), terms=("ij", "ij", "ji")),
            case((2, 2, 2), (2, 2, 3), terms=("bij", "bjk", "kbi")),
            case((2,), (3,), terms=("i", "j", "ij")),
            case((3,), (3,), terms=("i", "i", "")),
            case((), (2,), terms=("", "i", "i")),
            case((0, 2), (2, 3), terms=("ij", "jk", "ik")),
        ],
    ),
    Row(
        "diagonal",
        lambda x, terms: contracted(f"{terms}->{''.join(dict.fromkeys(terms))}", x),
        cases=[case((2, 2), terms="ii"), case((2, 3, 2), terms="iji"), case((2, 2, 2), terms="iii"), case((2, 3), terms="ij"), case((0, 0), terms="ii")],
    ),
    Row(
        "on_diagonal",
        lambda g, terms, size: np.array(
            [g[tuple(dict(zip(terms, p, strict=True)).values())] if all(p[i] == p[terms.index(c)] for i, c in enumerate(terms)) else 0.0 for p in np.ndindex(size)]
        ).reshape(size),
        cases=[case((2,), terms="ii", size=(2, 2)), case((2, 3), terms="iji", size=(2, 3, 2))],
    ),
    einsum("ij,jk->ik", (2, 3), (3, 2)),
    einsum("ij->", (2, 3)),
    einsum("ij->ji", (2, 3)),
    einsum("ii", (2, 2), full="ii->"),
    einsum("ii->i", (2, 2)),
    einsum("ijij->j", (2, 3, 2, 3)),
    einsum("i,j", (2,), (3,), full="i,j->ij"),
    einsum("ba,b", (2, 3), (2,), full="ba,b->a"),
    einsum("i,i->", (3,), (3,)),
    einsum("bij,bjk->bik", (2, 1, 2), (2, 2, 3)),
    einsum("...ij,...jk->...ik", (2, 1, 2), (2, 2, 3), full="bij,bjk->bik"),
    einsum("...i->...", (2, 2, 3), full="abi->ab"),
    einsum("...ij,jk", (2, 1, 2), (2, 2), full="aij,jk->aik"),
    einsum("i...j->...ij", (2, 3, 1), full="iaj->aij"),
    einsum("ij,jk,kl->il", (2, 2), (2, 3), (3, 2)),
    einsum("ij,ik,il->jkl", (2, 1), (2, 2), (2, 3)),
    einsum("ij,kl->", (1, 2), (2, 1)),
    einsum("ii,i->i", (3, 3), (3,)),
    einsum(",i->i", (), (2,)),
    einsum("bhqd,bhkd->bhqk", (1, 2, 2, 2), (1, 2, 3, 2)),
    einsum("ij,jk->ik", (0, 3), (3, 2)),
    einsum("ij,jk->ik", (2, 0), (0, 3)),
    Row(
        "einsum",
        lambda a, b: np.einsum("...ij,...jk->...ik", a, b),
        torch=lambda a, b: __import__("torch").einsum("...ij,...jk->...ik", a, b),
        cases=[case((3, 1, 1, 2), (2, 2, 1)), case((1, 2), (2, 2, 1)), case((2, 2), (2, 2))],
        call=lambda a, b: mg.einsum("...ij,...jk->...ik", a, b),
    ),
]
