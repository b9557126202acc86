"""Numbers, shapes, dtypes and indices as they are written in a program."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.program.steps import Step, Value
from minigrad.public_dtypes import dtype as public_dtype

SMALL = 12
"""A fixed array of at most so many elements is written out; a larger one is given."""


def literal(leaf: Any, name: Callable[[Value], ast.expr]) -> ast.expr:
    """What is written for an argument: of a value its name, of anything else what it is."""
    if isinstance(leaf, Value):
        return name(leaf)
    if isinstance(leaf, (tuple, list)):
        parts = [literal(each, name) for each in leaf]
        return ast.Tuple(parts, ast.Load()) if isinstance(leaf, tuple) else ast.List(parts, ast.Load())
    if isinstance(leaf, dict):
        return ast.Dict([ast.Constant(key) for key in leaf], [literal(each, name) for each in leaf.values()])
    if isinstance(leaf, slice):
        return ast.Slice(
            *(None if each is None else literal(each, name) for each in (leaf.start, leaf.stop, leaf.step))
        )
    if isinstance(leaf, (np.dtype, type, public_dtype)):
        named = np.dtype(leaf).name
        return _code(f"np.{named}" if named != "bool" else "bool")
    if isinstance(leaf, np.generic):
        return number(leaf.item(), leaf.dtype, alone=True)
    if isinstance(leaf, np.ndarray):
        return array(leaf)
    if isinstance(leaf, float):
        return number(leaf, None, alone=False)
    return ast.Constant(leaf)


class _Slices(ast.NodeTransformer):
    """Slices that stand outside of an index, as calls."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        node.value = self.visit(node.value)
        return node

    def visit_Slice(self, node: ast.Slice) -> ast.expr:
        parts = [each or ast.Constant(None) for each in (node.lower, node.upper, node.step)]
        return ast.Call(ast.Name("slice", ast.Load()), parts, [])


def with_slices(tree: ast.expr) -> ast.expr:
    """A tree in which slices that stand outside of an index are calls of `slice`."""
    return _Slices().visit(tree)  # type: ignore[no-any-return]


def with_ellipsis(step: Step) -> Step:
    """An index that leaves no axes gives a scalar, `x[0]`, which is a copy; the view is `x[0, ...]`."""
    if step.name == "getitem":
        return dataclasses.replace(step, static={"index": _and_the_rest(step.static["index"])})
    if step.name == "[]":
        return dataclasses.replace(step, args=(step.args[0], _and_the_rest(step.args[1])))
    return step


def _and_the_rest(index: Any) -> Any:
    parts = index if isinstance(index, tuple) else (index,)
    return parts if any(each is Ellipsis for each in parts) else (*parts, Ellipsis)


def number(value: Any, dtype: Any, alone: bool) -> ast.expr:
    """A number; `alone` where no array beside it says its dtype."""
    if isinstance(value, float) and not np.isfinite(value):
        text = "np.nan" if value != value else "np.inf" if value > 0 else "-np.inf"
    elif dtype is not None and dtype.kind == "f" and dtype.itemsize < 8:
        short = str(dtype.type(value))
        text = short if dtype.type(float(short)) == dtype.type(value) else repr(value)
    else:
        text = repr(value)
        rest = round(1 - value, 9) if dtype is None and isinstance(value, float) else 0
        if rest and len(text) > 12 and 1 - rest == value:  # 1 - 0.9 is 0.09999999999999998
            return _code(f"1 - {rest}")
    if text.endswith(".0") and 0 < abs(value) < 1e6 and not alone and dtype is not None:
        text = text[:-2]
    if not alone or dtype is None:
        return _code(text)
    return _code(f"np.bool_({text})" if dtype.kind == "b" else f"np.{dtype.name}({text})")


def array(value: Any) -> ast.expr:
    """A small array, written out."""
    if value.ndim == 0:
        return _code(f"np.array({value.item()!r}, {_dtype(value)})")
    if uniform(value):
        return full(value.shape, value.flat[0].item(), value.dtype)
    return _code(f"np.array({value.tolist()!r}, {_dtype(value)}).reshape({value.shape})".replace("nan", "np.nan"))


def full(shape: tuple[int, ...], value: Any, dtype: Any) -> ast.expr:
    """An array that is one number everywhere."""
    if value in (0, 1) and dtype.kind != "b" and str(value)[0] != "-":
        return _code(f"np.{'ones' if value else 'zeros'}({shape}, np.{dtype.name})")
    written = ast.unparse(number(value, dtype, False))
    return _code(f"np.full({shape}, {written}, {'bool' if dtype.kind == 'b' else f'np.{dtype.name}'})")


def uniform(value: Any) -> bool:
    """Whether an array is one number everywhere."""
    return bool(value.size and (value == value.flat[0]).all())


def _dtype(value: Any) -> str:
    return "bool" if value.dtype == bool else f"np.{value.dtype.name}"


def weak(step: Step, value: Value) -> bool:
    """Whether another argument of a step says the dtype of a number among its arguments."""
    return step.family == "elementwise" and any(
        isinstance(each, Value) and each.number is None and each.dtype == value.dtype for each in step.args
    )


def _code(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
