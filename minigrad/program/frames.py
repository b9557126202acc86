"""On whose behalf NumPy works, read off the frames that are running."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FrameType

from minigrad.engine import observers, record
from minigrad.engine.grad import accumulate
from minigrad.engine.mode import RULE, mode

PRIMITIVE: CodeType = next(
    each for each in record.recorder.__code__.co_consts if isinstance(each, CodeType) and each.co_name == "operation"
)
"""The code that carries out every primitive."""

ASIDE: CodeType = next(each for each in observers.aside.__code__.co_consts if isinstance(each, CodeType))
"""The code that carries out what the package computes beside the graph."""


def outwards(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and those that it was called from."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def within_a_step(frame: FrameType) -> bool:
    """Whether a primitive works that was called with tensors, or a kernel: then all below is one step."""
    return any(
        each.f_code is ASIDE or (each.f_code is PRIMITIVE and each.f_locals.get("dtype") is not None)
        for each in outwards(frame)
    )


def within_a_kernel(frame: FrameType) -> bool:
    """Whether a kernel works."""
    return any(each.f_code is ASIDE for each in outwards(frame))


def part_of(frame: FrameType) -> str:
    """The section that a step belongs to: a backward pass, an optimizer's update, or what the user computes."""
    if mode.stage == RULE:
        return "backward"
    for each in outwards(frame):
        home = each.f_globals.get("__name__", "")
        if each.f_code is accumulate.__code__:
            return "backward"
        if home.startswith("minigrad.optim."):
            return "update"
        if not home.startswith("minigrad."):
            break
    return "forward"
