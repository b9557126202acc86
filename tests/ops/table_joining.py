"""Samples: several tensors as one, one as several, and one more than once."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import scipy.linalg
from samples import Row, case, integers

import minigrad as mg


def torch() -> Any:
    return __import__("torch")


def of_list(name: str, reference: Any, *shapes: Any) -> Row:
    """A function of a list of tensors, which PyTorch has under the same name."""
    return Row(
        name,
        lambda *x: reference(x),
        torch=lambda *x: getattr(torch(), name)(x),
        cases=[case(*each) for each in shapes],
        call=lambda *x: getattr(mg, name)(list(x)),
    )


def of_several(name: str, reference: Any, *cases: Any, covers: tuple[str, ...] = ()) -> Row:
    """A function of tensors given one by one."""
    call = getattr(mg, name)
    return Row(
        name,
        reference,
        torch=lambda *x, **o: getattr(torch(), name)(*x, **o),
        cases=list(cases),
        call=call,
        covers=covers,
    )


def cut(name: str, reference: Any, *cases: Any) -> Row:
    """A function of a tensor and of `n`: into how many pieces, or where, it is cut."""
    return Row(
        name,
        lambda x, n: tuple(reference(x, n)),
        torch=lambda x, n: getattr(torch(), name)(x, n),
        cases=list(cases),
        call=lambda x, n: getattr(mg, name)(x, n),
    )


def cut_at(x: np.ndarray, places: list[int]) -> list[np.ndarray]:
    """Slices between places, as Python's slices count them."""
    return [x[start:stop] for start, stop in zip([None, *places], [*places, None], strict=True)]


def windows(x: np.ndarray, dim: int, size: int, step: int) -> np.ndarray:
    starts = range(0, x.shape[dim] - size + 1, step)
    taken = [np.moveaxis(x, dim, -1)[..., start : start + size] for start in starts]
    return np.moveaxis(np.stack(taken, 0), 0, dim)


def overlapped(g: np.ndarray, dim: int, size: int, step: int, total: int) -> np.ndarray:
    out = np.zeros((*g.shape[:dim], total, *g.shape[dim + 1 : -1]))
    for place in np.ndindex(g.shape):
        *inner, tap = place
        inner[dim] = inner[dim] * step + tap
        out[tuple(inner)] += g[place]
    return out


def chosen(x: np.ndarray, r: int, again: bool) -> np.ndarray:
    choose = itertools.combinations_with_replacement if again else itertools.combinations
    return np.array(list(choose(x, r))).reshape(-1, r)


window_cases = [
    case((4,), dim=0, size=2, step=1),
    case((2, 5), dim=1, size=3, step=2),
    case((4, 2), dim=0, size=2, step=3),
    case((2, 3, 2), dim=1, size=3, step=1),
    case((3,), dim=0, size=1, step=2),
]

ROWS = [
    of_list("concat", np.concatenate, ((2,), (3,)), ((1, 2), (2, 2))),
    of_list("concatenate", np.concatenate, ((2,), (3,))),
    of_list("hstack", np.hstack, ((2,), (3,)), ((2, 1), (2, 3)), ((), (2,)), ((1, 2, 2), (1, 1, 2))),
    of_list("vstack", np.vstack, ((2,), (2,)), ((1, 2), (2, 2)), ((), ()), ((2,), (2, 2))),
    of_list("row_stack", np.vstack, ((2,), (2,))),
    of_list("dstack", np.dstack, ((2,), (2,)), ((2, 2), (2, 2)), ((), ()), ((1, 2, 1), (1, 2, 2))),
    of_list("column_stack", np.column_stack, ((2,), (2,)), ((2, 2), (2,)), ((), ())),
    of_several(
        "block_diag",
        scipy.linalg.block_diag,
        case((2, 1), (1, 2)),
        case((2,), (), (2, 2)),
        case((2, 2)),
        case((0, 1), (1, 2)),
    ),
    # -- one as several
    Row(
        "crop",
        lambda x, widths: x[tuple(slice(b, n - a) for n, (b, a) in zip(x.shape, widths, strict=True))],
        cases=[case((4,), widths=((1, 2),)), case((2, 3), widths=((0, 1), (2, 0))), case((3,), widths=((1, 2),))],
    ),
    Row("unfold", windows, torch=lambda x, dim, size, step: x.unfold(dim, size, step), cases=window_cases),
    Row(
        "unfold",
        lambda x, dim, size, step: windows(x, dim % x.ndim, size, step),
        torch=lambda x, dim, size, step: x.unfold(dim, size, step),
        cases=[case((2, 5), dim=-1, size=2, step=2), case((4, 2), dim=-2, size=4, step=1)],
        call=lambda x, dim, size, step: x.unfold(dim, size, step),
    ),
    Row(
        "unfold",
        lambda x: x.reshape(1),
        torch=lambda x: x.unfold(0, 1, 1),
        cases=[case(())],
        call=lambda x: x.unfold(0, 1, 1),
    ),
    Row(
        "overlap_add",
        overlapped,
        cases=[
            case((3, 2), dim=0, size=2, step=1, total=4),
            case((2, 2, 3), dim=1, size=3, step=2, total=6),
            case((2, 2, 2), dim=0, size=2, step=3, total=5),
        ],
    ),
    cut("split", lambda x, n: tuple(x[i : i + n] for i in range(0, len(x), n)), case((9, 2), n=1), case((11,), n=2)),
    Row("unbind", lambda x: tuple(x), torch="unbind", cases=[case((9, 2)), case((7,))], call=mg.unbind),
    cut("unsafe_split", lambda x, n: tuple(x[i : i + n] for i in range(0, len(x), n)), case((4, 2), n=3)),
    cut("unsafe_split_with_sizes", lambda x, n: (x[: n[0]], x[n[0] :]), case((4, 2), n=[1, 3])),
    cut("unsafe_chunk", lambda x, n: tuple(np.array_split(x, n)), case((4, 2), n=2)),
    Row(
        "narrow_copy",
        lambda x: x[:, 1:3],
        torch=lambda x: x.narrow_copy(1, 1, 2),
        cases=[case((2, 4))],
        call=lambda x: mg.narrow_copy(x, 1, 1, 2),
    ),
    cut("tensor_split", np.array_split, case((7,), n=3), case((2, 3), n=4), case((6, 1), n=2)),
    cut(
        "tensor_split",
        cut_at,
        case((5,), n=[1, 3]),
        case((5, 2), n=[-2, 4]),
        case((3,), n=[2, 1, 9]),
        case((9,), n=[1, 2, 3, 4, 6]),
    ),
    Row(
        "tensor_split",
        lambda x, dim: tuple(np.array_split(x, 2, dim)),
        torch=lambda x, dim: x.tensor_split(2, dim),
        cases=[case((2, 3), dim=-1)],
        call=lambda x, dim: mg.tensor_split(x, mg.tensor(2), dim),
    ),
    cut("hsplit", np.hsplit, case((4,), n=2), case((2, 4), n=2), case((2, 3), n=[1])),
    cut("vsplit", np.vsplit, case((4, 2), n=2), case((3, 1), n=[1, 2])),
    cut("dsplit", np.dsplit, case((1, 2, 4), n=2), case((2, 1, 3), n=[2])),
    # -- one more than once
    Row(
        "repeat",
        lambda x, counts: np.tile(x, counts),
        torch=lambda x, counts: x.repeat(counts),
        cases=[
            case((), counts=(2,)),
            case((2,), counts=(3,)),
            case((2,), counts=(2, 2)),
            case((2, 1), counts=(1, 3)),
            case((2,), counts=(0,)),
            case((), counts=()),
        ],
        call=lambda x, counts: x.repeat(*counts),
    ),
    Row(
        "tile",
        lambda x, dims: np.tile(x, dims),
        torch="tile",
        cases=[
            case((2,), dims=(3,)),
            case((2, 2), dims=(2,)),
            case((2,), dims=(2, 1)),
            case((2, 3), dims=()),
            case((0,), dims=(2,)),
        ],
        call=mg.tile,
    ),
    Row(
        "repeat_interleave",
        np.repeat,
        torch="repeat_interleave",
        cases=[case((2,), repeats=2), case((2, 2), repeats=3), case((2, 0), repeats=2), case((), repeats=2)],
        call=mg.repeat_interleave,
    ),
    Row(
        "repeat_interleave",
        lambda counts: np.repeat(np.arange(len(counts)), counts),
        torch="repeat_interleave",
        domain=integers(0, 4),
        cases=[case((5,)), case((0,))],
        call=mg.repeat_interleave,
        smooth=False,
    ),
    Row(
        "repeat_interleave",
        lambda x, repeats, dim: np.repeat(x, repeats, dim),
        torch="repeat_interleave",
        cases=[
            case((2, 3), repeats=2, dim=-1),
            case((3, 2), repeats=np.array([0, 2, 1]), dim=0),
            case((2, 2), repeats=0, dim=1),
        ],
        call=lambda x, repeats, dim: mg.repeat_interleave(x, mg.tensor(repeats), dim),
    ),
    of_several(
        "meshgrid",
        lambda *x, indexing: tuple(np.array(grid) for grid in np.meshgrid(*x, indexing=indexing)),
        *(
            case(*shapes, indexing=indexing)
            for shapes in [((2,), (3,)), ((2,), (1,), (2,)), ((2,),), ((), (2,))]
            for indexing in ("ij", "xy")
        ),
    ),
    of_several(
        "broadcast_tensors",
        lambda *x: tuple(np.array(each) for each in np.broadcast_arrays(*x)),
        case((2, 1), (3,)),
        case((), (2,)),
        case((2,)),
        case((1,), (0,)),
        covers=("broadcast_shapes",),  # which takes no tensors; in test_array_operations.py
    ),
    of_several(
        "cartesian_prod",
        lambda *x: np.array(list(itertools.product(*x))).reshape((-1, len(x)) if len(x) > 1 else -1),
        case((2,), (3,)),
        case((2,), (1,), (2,)),
        case((3,)),
        case((0,), (2,)),
    ),
    Row(
        "combinations",
        lambda x, r=2, with_replacement=False: chosen(x, r, with_replacement),
        torch="combinations",
        cases=[
            case((3,)),
            case((3,), r=3),
            case((3,), r=1),
            case((2,), r=3),
            case((2,), r=2, with_replacement=True),
            case((0,)),
        ],
        call=mg.combinations,
    ),
]
