"""Parts that lie side by side are joined: the gradient of slices, as a person writes it.

The gradient of `x[:, :128]` is an array of zeros with one part filled in, and that of several slices is the sum of such
arrays. Here the parts are joined instead, and no zeros are written and added. The numbers stay what they are; only a
zero may have another sign.
"""

from __future__ import annotations

import dataclasses
import itertools

from minigrad.ops.joining import cat_p
from minigrad.program.steps import Program, Step, Value


def join_parts(program: Program) -> None:
    """Each sum of two arrays that are zero but for parts that meet is one such array, or the joined parts alone."""
    if not any(step.name == "widen" for step in program.steps):
        return
    makers: dict[Value, Step] = {}
    count = program.uses()
    kept: list[Step] = []
    for step in program.steps:
        for each in _joined(step, makers, count) if step.name == "add" else [step]:
            kept.append(each)
            makers.update(dict.fromkeys(each.results, each))
    program.steps = kept


def _joined(step: Step, makers: dict[Value, Step], count: dict[Value, int]) -> list[Step]:
    """What stands for the sum: the parts joined, and what widens them if there is still something beside them."""
    parts = [makers[each] for each in step.args if isinstance(each, Value) and each in makers and count[each] == 1]
    if len(parts) != 2 or any(each.name != "widen" for each in parts):
        return [step]
    first, second = sorted(parts, key=lambda each: each.static["start"])
    start, stop, dim = first.static["start"], second.static["stop"], first.static["dim"]
    (result,) = step.results
    alike = all(each.results[0].dtype == result.dtype for each in parts)
    if not alike or dim != second.static["dim"] or first.static["stop"] != second.static["start"]:
        return [step]
    pieces: list[Value] = []
    for (part,) in (first.args, second.args):
        maker = makers.get(part)
        together = maker is not None and maker.name == "cat" and maker.static["dim"] == dim and count[part] == 1
        pieces += maker.args if maker is not None and together else (part,)
    starts = tuple(itertools.accumulate((each.shape[dim] for each in pieces), initial=0))
    whole = stop - start == result.shape[dim]
    shape = (*result.shape[:dim], stop - start, *result.shape[dim + 1 :])
    among = result if whole else Value(shape, result.dtype)
    join = dataclasses.replace(
        step, operation=cat_p, args=tuple(pieces), static={"dim": dim, "starts": starts}, results=(among,)
    )
    if whole:
        return [join]
    count[among] = 1
    static = {"dim": dim, "start": start, "stop": stop, "total": result.shape[dim]}
    return [join, dataclasses.replace(step, operation=first.operation, args=(among,), static=static)]
