"""Samples: products of matrices, and sums of products."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from samples import Row, case

import minigrad as mg


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


def crossed(a: np.ndarray, b: np.ndarray, dim: int, i: int, j: int) -> np.ndarray:
    """One component of a vector product."""
    return a.take(i, dim) * b.take(j, dim) - a.take(j, dim) * b.take(i, dim)


def of_two(name: str, reference: Any, *shapes: Any, torch: Any = None, covers: tuple[str, ...] = ()) -> Row:
    """A function of two tensors."""
    return Row(
        name,
        reference,
        torch=torch or name,
        cases=[case(*each) for each in shapes],
        call=getattr(mg, name),
        covers=covers,
    )


def of_three(name: str, reference: Any, *shapes: Any) -> Row:
    """A multiple of a tensor plus a multiple of a product of two."""
    options: list[Any] = [{}, {"beta": 0.5, "alpha": -2.0}, {"beta": 2.0}]
    return Row(name, reference, torch=name, cases=[(shapes, each) for each in options], call=getattr(mg, name))


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
        cases=[
            case((3,), (3,)),
            case((2, 3), (3,)),
            case((2,), (2, 3)),
            case((2, 2, 3), (3,)),
            case((2,), (2, 2, 1)),
            case((0,), (0,)),
        ],
        call=mg.matmul,
    ),
    Row(
        "linear",
        lambda x, weight: product(x, weight.T),
        torch="linear",
        cases=[
            case((3,), (2, 3)),
            case((2, 3), (2, 3)),
            case((2, 1, 2), (3, 2)),
            case((0, 2), (3, 2)),
            case((2, 1, 2, 2), (1, 2)),
        ],
    ),
    Row(
        "affine",
        lambda x, weight, bias: product(x, weight.T) + bias,
        torch=lambda x, weight, bias: __import__("torch").nn.functional.linear(x, weight, bias),
        cases=[
            case((3,), (2, 3), (2,)),
            case((2, 3), (2, 3), (2,)),
            case((2, 1, 2), (3, 2), (3,)),
            case((0, 2), (3, 2), (3,)),
        ],
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
    einsum("ijki->kj", (2, 1, 3, 2)),
    einsum("iii->i", (2, 2, 2)),
    Row(
        "einsum",
        lambda a, b: a @ b,
        torch=lambda a, b: __import__("torch").einsum(a, [0, 1], b, [1, 2], [0, 2]),
        cases=[case((2, 3), (3, 2))],
        call=lambda a, b: mg.einsum(a, [0, 1], b, [1, 2], [0, 2]),
    ),
    Row(
        "cross",
        lambda a, b, dim: np.stack([crossed(a, b, dim, 1, 2), crossed(a, b, dim, 2, 0), crossed(a, b, dim, 0, 1)], dim),
        torch=lambda a, b, dim: __import__("torch").linalg.cross(a, b, dim=dim),
        cases=[
            case((3,), (3,), dim=0),
            case((2, 3), (2, 3), dim=1),
            case((3, 2), (3, 1), dim=0),
            case((0, 3), (0, 3), dim=1),
        ],
    ),
    of_two(
        "cross",
        lambda a, b: np.cross(a, b, axis=-1),
        ((3,), (3,)),
        ((2, 3), (2, 3)),
        torch=lambda a, b: __import__("torch").linalg.cross(a, b),
    ),
    Row(
        "linalg.cross",
        lambda a, b, dim=-1: np.cross(a, b, axis=dim),
        torch=lambda a, b, dim=-1: __import__("torch").linalg.cross(a, b, dim=dim),
        cases=[case((2, 3), (1, 3)), case((3, 2), (3, 2), dim=0), case((3, 3), (3, 3), dim=-2)],
        call=mg.linalg.cross,
    ),
    of_two("mm", product, ((2, 3), (3, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 2)), covers=("spmm",)),
    of_two("bmm", product, ((2, 2, 3), (2, 3, 1)), ((0, 2, 3), (0, 3, 1))),
    of_two("mv", product, ((2, 3), (3,)), ((2, 0), (0,))),
    of_two("dot", product, ((3,), (3,)), ((0,), (0,)), covers=("vdot",)),
    of_two("vdot", product, ((3,), (3,))),
    of_two("outer", lambda a, b: a[:, None] * b, ((2,), (3,)), ((0,), (2,))),
    of_two("ger", lambda a, b: a[:, None] * b, ((2,), (3,))),
    of_two("inner", np.inner, ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 1, 3)), ((), (2,)), ((2, 0), (2, 0))),
    of_two(
        "kron",
        np.kron,
        ((2,), (3,)),
        ((2, 2), (1, 3)),
        ((2,), (2, 2)),
        ((), (2,)),
        ((2, 1, 2), (2,)),
        ((0,), (2,)),
        torch=lambda a, b: __import__("torch").kron(a.contiguous(), b.contiguous()),
    ),
    Row(
        "vecdot",
        lambda x, y, dim=-1: (x * y).sum(dim),
        torch=lambda x, y, dim=-1: __import__("torch").linalg.vecdot(x, y, dim=dim),
        cases=[case((3,), (3,)), case((2, 3), (1, 3)), case((3, 2), (3, 2), dim=0), case((2, 0), (2, 0))],
        call=mg.linalg.vecdot,
    ),
    Row(
        "tensordot",
        lambda a, b, dims=2: np.tensordot(a, b, dims),
        torch="tensordot",
        cases=[
            case((2, 3), (2, 3)),
            case((2, 3), (3, 2), dims=1),
            case((2,), (3,), dims=0),
            case((2, 1, 3), (3, 2, 2), dims=([0, 2], [1, 0])),
            case((2, 3), (2, 3), dims=([-1], [1])),
            case((2, 0), (0, 3), dims=1),
        ],
        call=mg.tensordot,
    ),
    of_three("addmm", lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b), (2, 2), (2, 3), (3, 2)),
    of_three("addmv", lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b), (2,), (2, 3), (3,)),
    of_three("addr", lambda x, a, b, beta=1, alpha=1: beta * x + alpha * np.outer(a, b), (2, 3), (2,), (3,)),
    of_three("baddbmm", lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b), (2, 2, 1), (2, 2, 3), (2, 3, 1)),
    of_three(
        "addbmm", lambda x, a, b, beta=1, alpha=1: beta * x + alpha * (a @ b).sum(0), (2, 1), (2, 2, 3), (2, 3, 1)
    ),
    Row(
        "chain_matmul",
        lambda *x: np.linalg.multi_dot(x) if len(x) > 1 else x[0],
        torch=lambda *x: __import__("torch").linalg.multi_dot(x),
        cases=[case((2, 3), (3, 2)), case((2, 3), (3, 1), (1, 2)), case((3, 1), (1, 3), (3, 2), (2, 2))],
        call=mg.chain_matmul,
    ),
    Row(
        "multi_dot",
        lambda *x: np.linalg.multi_dot(x),
        torch=lambda *x: __import__("torch").linalg.multi_dot(x),
        cases=[
            case((3,), (3, 2), (2,)),
            case((3,), (3, 2)),
            case((2, 3), (3, 1), (1,)),
            case((3,), (3,)),
            case((1, 3), (3, 2), (2, 2)),
        ],
        call=lambda *x: mg.linalg.multi_dot(x),
    ),
]
