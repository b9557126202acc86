"""What broadcasting does anyway: element-wise steps take arguments as they were before they were stretched.

A rule stretches a gradient to the shape of the argument, since it does not know what comes after it. A person writes
the number, and lets NumPy stretch it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from minigrad.ops.shape import expand_p
from minigrad.program.steps import Step, Value


def unstretch(step: Step, makers: dict[Value, Step]) -> None:
    """An element-wise step takes the arguments as they were before they were stretched, if its shape stays."""
    if step.family != "elementwise" or not any(
        type(each) is Value and (each.constant is not None or _stretched(makers.get(each))) for each in step.args
    ):
        return
    args = list(step.args)
    for i, arg in enumerate(args):
        if isinstance(arg, Value) and arg.number is not None and arg.shape != ():
            others = [each.shape for each in (*args[:i], *args[i + 1 :]) if isinstance(each, Value)]
            if np.broadcast_shapes(*others) == step.results[0].shape:
                args[i] = Value((), arg.dtype, constant=np.asarray(arg.constant).reshape(()))
        maker = makers.get(arg) if isinstance(arg, Value) else None
        if maker is None or not _stretched(maker) or not isinstance(maker.args[0], Value):
            continue
        source = maker.args[0]
        if maker.name == "reshape" and source.number is None:
            continue
        shapes = [each.shape for each in (*args[:i], source, *args[i + 1 :]) if isinstance(each, Value)]
        if source.dtype == arg.dtype and np.broadcast_shapes(*shapes) == step.results[0].shape:
            args[i] = source
    step.args = tuple(args)


def compute_before_stretching(step: Step, makers: Mapping[Value, Step]) -> None:
    """What is computed of numbers that were stretched is a number that is stretched."""
    if step.name not in ("neg", "add", "sub", "mul", "div") or step.results[0].shape == ():
        return
    numbers = []
    for each in step.args:
        maker = makers.get(each) if isinstance(each, Value) else None
        source = maker.args[0] if maker is not None and maker.name == "expand" else each
        if isinstance(source, Value) and source.number is None:
            return
        numbers.append(np.asarray(source.constant).reshape(()) if isinstance(source, Value) else source)
    (result,) = step.results
    if isinstance(step.operation, str) or all(not isinstance(each, np.ndarray) for each in numbers):
        return
    with np.errstate(all="ignore"):
        number = np.asarray(step.operation.run(*numbers))
    if number.dtype == result.dtype:
        stretched = Value((), number.dtype, constant=number)
        step.operation, step.args, step.static = expand_p, (stretched,), {"size": result.shape}


def _stretched(maker: Step | None) -> bool:
    """Whether a step gives the numbers of its argument in another shape."""
    return maker is not None and maker.name in ("expand", "reshape")
