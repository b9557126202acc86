"""Samples: the same numbers in another shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import UNARY, Row, case, each

import minigrad as mg


def torch_named(name: str) -> Any:
    """The PyTorch function of that name, called with the positional arguments of a list."""

    def call(x: Any, *, args: list[Any]) -> Any:
        return getattr(x, name)(*args)

    return call


def public(name: str, reference: Any, *cases: Any) -> Row:
    """A method with positional arguments: cases are (shape, arguments...)."""
    return Row(
        name,
        lambda x, args: reference(x, *args),
        torch=torch_named(name),
        cases=[case(shape, args=list(args)) for shape, *args in cases],
        call=lambda x, args: getattr(mg, name)(x, *args) if hasattr(mg, name) else getattr(x, name)(*args),
    )


def pieces(x: np.ndarray, lengths: list[int], axis: int) -> tuple[np.ndarray, ...]:
    return tuple(np.split(x, np.cumsum(lengths)[:-1], axis))


def widened(x: np.ndarray, dim: int, start: int, stop: int, total: int) -> np.ndarray:
    before = [(start, total - stop) if axis == dim else (0, 0) for axis in range(x.ndim)]
    return np.pad(x, before)


def flattened(x: np.ndarray, start: int = 0, end: int = -1) -> np.ndarray:
    if x.ndim == 0:
        return x.reshape(1)
    start, end = start % x.ndim, end % x.ndim
    return x.reshape(*x.shape[:start], int(np.prod(x.shape[start : end + 1])), *x.shape[end + 1 :])


def joined(*tensors: np.ndarray, dim: int, starts: Any = None) -> np.ndarray:
    return np.concatenate(tensors, dim)


def cat_row(name: str, reference: Any, torch: str, *cases: Any, covers: tuple[str, ...] = ()) -> Row:
    """A function of a list of tensors."""
    return Row(
        name,
        lambda *tensors, dim: reference(tensors, dim),
        torch=lambda *tensors, dim: getattr(__import__("torch"), torch)(tensors, dim),
        cases=list(cases),
        call=lambda *tensors, dim: getattr(mg, name)(list(tensors), dim),
    )


ROWS = [
    Row(
        "reshape",
        lambda x, size: np.reshape(x, size),
        torch=lambda x, size: x.reshape(size),
        cases=[
            case((), size=(1, 1)),
            case((4,), size=(2, 2)),
            case((2, 3), size=(3, 2)),
            case((2, 1, 2), size=(4,)),
            case((1, 2, 1, 2), size=(2, 2)),
            case((1,), size=()),
            case((0, 3), size=(2, 0)),
        ],
    ),
    public(
        "reshape",
        lambda x, *s: x.reshape(*s),
        ((4,), (2, -1)),
        ((2, 3), 3, 2),
        ((2, 3), -1),
        ((2, 0), (-1, 2)),
        ((1,), ()),
    ),
    Row(
        "view",
        lambda x, size: x.reshape(size),
        torch=lambda x, size: x.reshape(size),
        cases=[case((4,), size=(2, -1)), case((2, 3), size=(3, 2)), case((), size=(1,))],
        call=lambda x, size: mg.view(x, size),
    ),
    public(
        "flatten", flattened, ((),), ((2, 3),), ((2, 1, 2), 1), ((2, 1, 2), 0, 1), ((2, 1, 2, 2), -3, -2), ((2, 0),)
    ),
    Row(
        "unflatten",
        lambda x, dim, sizes: x.reshape(*x.shape[: dim % x.ndim], *sizes, *x.shape[dim % x.ndim + 1 :]),
        torch=lambda x, dim, sizes: x.unflatten(dim, sizes),
        cases=[case((4,), dim=0, sizes=(2, 2)), case((2, 6), dim=-1, sizes=(2, 3)), case((4, 2), dim=0, sizes=(2, 2))],
        call=lambda x, dim, sizes: mg.unflatten(x, dim, sizes),
    ),
    Row(
        "permute",
        lambda x, dims: np.transpose(x, dims),
        torch="permute",
        cases=[
            case((), dims=()),
            case((3,), dims=(0,)),
            case((2, 3), dims=(1, 0)),
            case((2, 1, 3), dims=(2, 0, 1)),
            case((1, 2, 3, 2), dims=(3, 1, 0, 2)),
            case((2, 0, 3), dims=(1, 2, 0)),
        ],
    ),
    public("permute", np.transpose, ((2, 1, 3), (-1, 0, 1)), ((2, 3), (1, 0))),
    public("transpose", np.swapaxes, ((2, 3), 0, 1), ((2, 3), -1, 0), ((2, 1, 3), 0, 2), ((3,), 0, -1), ((2, 0), 0, 1)),
    public(
        "movedim",
        np.moveaxis,
        ((2, 3), 0, 1),
        ((2, 1, 3), -1, 0),
        ((2, 1, 3, 2), (0, 1), (-1, 0)),
        ((2, 1, 3), (0, 2), (2, 1)),
    ),
    public("t", np.transpose, ((),), ((3,),), ((2, 3),)),
    Row("T", np.transpose, torch=lambda x: x.T, cases=each([((2, 3),), ((2, 0),)]), call=lambda x: x.T),
    Row("T", np.transpose, cases=each(UNARY), call=lambda x: x.T),
    Row(
        "mT",
        lambda x: np.swapaxes(x, -1, -2),
        torch=lambda x: x.mT,
        cases=each([((2, 3),), ((2, 1, 3),), ((1, 2, 0, 3),)]),
        call=lambda x: x.mT,
    ),
    public("unsqueeze", np.expand_dims, ((), 0), ((3,), 1), ((3,), -1), ((2, 3), 1), ((2, 3), -3), ((0,), 0)),
    public(
        "squeeze",
        lambda x, dim=None: x.squeeze() if dim is None else np.reshape(x, squeezed(x.shape, dim)),
        ((),),
        ((1, 2, 1),),
        ((1, 2, 1), 0),
        ((1, 2, 1), -1),
        ((1, 2, 1), 1),
        ((1, 2, 1, 1), (0, -1)),
        ((1, 0),),
        ((1,), 0),
    ),
    Row(
        "expand",
        lambda x, size: np.array(np.broadcast_to(x, size)),
        torch=lambda x, size: x.expand(size),
        cases=[
            case((), size=(2, 2)),
            case((1,), size=(3,)),
            case((3,), size=(2, 3)),
            case((2, 1), size=(2, 3)),
            case((1, 2, 1), size=(2, 2, 2, 2)),
            case((1,), size=(0,)),
            case((2, 1), size=(0, 2, 3)),
        ],
    ),
    Row(
        "expand",
        lambda x, size: np.array(
            np.broadcast_to(x, [n if s == -1 else s for n, s in zip((*x.shape,), size, strict=True)])
        ),
        torch=lambda x, size: x.expand(size),
        cases=[case((2, 1), size=(-1, 3)), case((1, 1), size=(2, -1))],
        call=lambda x, size: mg.expand(x, *size),
    ),
    Row(
        "broadcast_to",
        lambda x, size: np.array(np.broadcast_to(x, size)),
        torch="broadcast_to",
        cases=[case((3,), size=(2, 3)), case((), size=(2,)), case((1,), size=(0,))],
        call=mg.broadcast_to,
    ),
    Row(
        "cat",
        joined,
        torch=lambda *tensors, dim, starts: __import__("torch").cat(tensors, dim),
        cases=[
            case((2,), (3,), dim=0, starts=(0, 2, 5)),
            case((2, 1), (2, 2), (2, 1), dim=1, starts=(0, 1, 3, 4)),
            case((1, 2), (2, 2), dim=0, starts=(0, 1, 3)),
            case((2, 1, 2, 1), dim=3, starts=(0, 1)),
            case((0, 2), (1, 2), dim=0, starts=(0, 0, 1)),
        ],
    ),
    cat_row(
        "cat",
        np.concatenate,
        "cat",
        case((2, 1), (2, 2), dim=-1),
        case((1, 1, 2), (1, 2, 2), dim=-2),
        case((3,), dim=0),
    ),
    Row(
        "cat",
        lambda *tensors, dim: np.concatenate([x for x in tensors if x.shape != (0,)], dim),
        torch=lambda *tensors, dim: __import__("torch").cat(tensors, dim),
        cases=[case((0,), (2, 2), dim=1), case((2, 2), (0,), (1, 2), dim=0)],
        call=lambda *tensors, dim: mg.cat(tensors, dim),
    ),
    Row(
        "stack",
        lambda *tensors, dim: np.stack(tensors, dim),
        torch=lambda *tensors, dim: __import__("torch").stack(tensors, dim),
        cases=[
            case((), (), dim=0),
            case((3,), (3,), dim=0),
            case((3,), (3,), (3,), dim=1),
            case((2, 2), (2, 2), dim=1),
            case((2, 1, 2), dim=3),
            case((0, 2), (0, 2), dim=1),
        ],
    ),
    cat_row("stack", np.stack, "stack", case((2, 2), (2, 2), dim=-1), case((3,), (3,), dim=-2)),
    Row(
        "narrow",
        lambda x, dim, start, stop: np.take(x, np.arange(start, stop), dim),
        torch=lambda x, dim, start, stop: x.narrow(dim, start, stop - start),
        cases=[
            case((3,), dim=0, start=1, stop=3),
            case((2, 3), dim=1, start=0, stop=2),
            case((2, 3, 2), dim=1, start=2, stop=3),
            case((1, 2, 2, 3), dim=3, start=1, stop=2),
            case((3,), dim=0, start=1, stop=1),
            case((0, 3), dim=1, start=1, stop=2),
        ],
    ),
    public(
        "narrow",
        lambda x, dim, start, n: np.take(x, np.arange(start % x.shape[dim], start % x.shape[dim] + n), dim),
        ((3,), 0, 1, 2),
        ((2, 3), -1, 0, 2),
        ((2, 3), 1, -2, 2),
        ((3,), 0, 2, 0),
    ),
    Row(
        "widen",
        widened,
        cases=[
            case((2,), dim=0, start=1, stop=3, total=4),
            case((2, 2), dim=1, start=0, stop=2, total=3),
            case((2, 1, 2), dim=1, start=2, stop=3, total=3),
            case((0, 2), dim=0, start=1, stop=1, total=2),
        ],
    ),
    Row(
        "pad",
        lambda x, widths: np.pad(x, widths),
        torch=lambda x, widths: __import__("torch").nn.functional.pad(x, [n for pair in widths[::-1] for n in pair]),
        cases=[
            case((2,), widths=((1, 2),)),
            case((2, 3), widths=((0, 1), (2, 0))),
            case((2, 1, 2), widths=((1, 1), (0, 0), (0, 2))),
            case((0,), widths=((1, 1),)),
        ],
    ),
    Row(
        "flip",
        lambda x, dims: np.flip(x, dims),
        torch="flip",
        cases=[
            case((), dims=()),
            case((3,), dims=(0,)),
            case((2, 3), dims=(0, 1)),
            case((2, 1, 3), dims=(2,)),
            case((1, 2, 2, 2), dims=(1, 3)),
            case((2, 0), dims=(0,)),
        ],
    ),
    public(
        "flip",
        lambda x, *dims: np.flip(x, dims[0] if isinstance(dims[0], list) else dims),
        ((2, 3), -1),
        ((2, 3), [0, -1]),
        ((2, 3), 1, 0),
    ),
    public(
        "select",
        lambda x, dim, i: np.take(x, i, dim),
        ((3,), 0, 1),
        ((2, 3), -1, -1),
        ((2, 3, 2), 1, 2),
        ((2, 0), 0, 1),
    ),
    public(
        "split",
        lambda x, n, dim=0: pieces(
            x,
            n if isinstance(n, list) else [n] * (x.shape[dim] // n) + [x.shape[dim] % n] * (x.shape[dim] % n > 0),
            dim,
        ),
        ((3,), 2),
        ((2, 3), 1, 1),
        ((2, 3), [2, 1], -1),
        ((3, 2), [1, 0, 2]),
        ((3, 2), 5),
    ),
    public(
        "chunk",
        lambda x, n, dim=0: pieces(x, lengths_of(x.shape[dim], n), dim),
        ((3,), 2),
        ((2, 3), 3, 1),
        ((2, 5), 3, -1),
        ((5, 2), 4),
        ((2,), 5),
    ),
    public("unbind", lambda x, dim=0: tuple(np.moveaxis(x, dim, 0)), ((3,),), ((2, 3), 1), ((2, 3, 2), -1), ((2, 0),)),
]


def squeezed(shape: tuple[int, ...], dim: Any) -> list[int]:
    gone = {d % len(shape) for d in (dim if isinstance(dim, tuple) else (dim,))}
    return [n for axis, n in enumerate(shape) if n != 1 or axis not in gone]


def lengths_of(size: int, chunks: int) -> list[int]:
    """Pieces of ceil(size / chunks), the last smaller; as many as that makes."""
    step = -(-size // chunks)
    return [min(step, size - start) for start in range(0, size, step)]


ROWS += [
    public("ravel", np.ravel, ((),), ((2, 3),), ((0, 2),)),
    public("swapaxes", np.swapaxes, ((2, 3), 0, -1)),
    public("swapdims", np.swapaxes, ((2, 3), 0, -1)),
    public("moveaxis", np.moveaxis, ((2, 1, 3), 0, 2)),
    public("fliplr", np.fliplr, ((2, 3),), ((2, 2, 1),)),
    public("flipud", np.flipud, ((3,),), ((2, 3),)),
    Row(
        "adjoint",
        lambda x: np.swapaxes(x, -1, -2),
        torch=lambda x: x.mH,
        cases=[case((2, 3)), case((2, 1, 2))],
        call=lambda x: x.mH,
    ),
    Row("H", np.transpose, torch=lambda x: x.H, cases=[case((2, 3))], call=lambda x: x.H),
    Row(
        "roll",
        lambda x, shifts, dims: np.roll(x, shifts, dims),
        torch="roll",
        cases=[
            case((3,), shifts=(1,), dims=(0,)),
            case((2, 3), shifts=(-1,), dims=(1,)),
            case((2, 3), shifts=(1, 2), dims=(0, 1)),
            case((2, 1, 3), shifts=(4,), dims=(2,)),
            case((1, 2, 2, 2), shifts=(1, 1), dims=(1, 3)),
            case((0, 2), shifts=(1,), dims=(0,)),
        ],
    ),
    public("roll", np.roll, ((3,), 1), ((2, 3), 2), ((2, 3), -1, 1), ((2, 3), (1, 1), (-1, 0)), ((2, 0), 1), ((), 1)),
    public(
        "rot90",
        np.rot90,
        ((2, 3),),
        ((2, 3), 2),
        ((2, 3), -1),
        ((2, 3), 4),
        ((2, 1, 3), 1, (2, 0)),
        ((2, 1, 3), 3, (-2, -1)),
    ),
    *(
        Row(
            name,
            reference,
            torch=name,
            cases=[case(()), case((2,)), case((2, 3)), case((1, 2, 2))],
            call=getattr(mg, name),
        )
        for name, reference in {
            "atleast_1d": np.atleast_1d,
            "atleast_2d": np.atleast_2d,
            "atleast_3d": np.atleast_3d,
        }.items()
    ),
    Row(
        "atleast_2d",
        lambda *x: tuple(np.atleast_2d(*x)),
        torch="atleast_2d",
        cases=[case((), (2,))],
        call=mg.atleast_2d,
    ),
    *(
        Row(
            name,
            lambda x, like: np.array(np.broadcast_to(x, like)) if x.size != np.prod(like) else x.reshape(like),
            torch=lambda x, like, name=name: getattr(x, name)(__import__("torch").empty(like)),
            cases=[case((2, 3), like=(2, 3)), case((1, 2), like=(3, 2) if name == "expand_as" else (2, 1))],
            call=lambda x, like, name=name: getattr(x, name)(mg.empty(like)),
        )
        for name in ("reshape_as", "view_as", "expand_as")
    ),
]
