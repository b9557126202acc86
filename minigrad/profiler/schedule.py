"""When a profile is taken: not of all steps of a training, but of some, after others have warmed up."""

from __future__ import annotations

import enum
import warnings
from collections.abc import Callable

from minigrad.engine.gate import gate


class ProfilerAction(enum.Enum):
    """What is done in a step. An Enum: `args` and `kwds` find a member."""

    NONE = 0
    WARMUP = 1
    """Measured, and thrown away."""
    RECORD = 2
    RECORD_AND_SAVE = 3
    """The last step of a cycle: afterwards `on_trace_ready` is called."""


def schedule(
    *, wait: int, warmup: int, active: int, repeat: int = 0, skip_first: int = 0, skip_first_wait: int = 0
) -> Callable[[int], ProfilerAction]:
    """For `profile(schedule=...)`: in cycles, wait, warm up and record for so many steps each.

    Args:
        wait, warmup, active: steps of the three parts; `active` is 1 or more, the others 0 or more.
        repeat: how many cycles there are; 0 for no end (default).
        skip_first: steps before the first cycle (default 0).
        skip_first_wait: unless 0, the first cycle does not wait.

    AssertionError for other numbers.

    >>> from minigrad.profiler import schedule
    >>> [when(step).name for when in [schedule(wait=1, warmup=1, active=2)] for step in range(4)]
    ['NONE', 'WARMUP', 'RECORD', 'RECORD_AND_SAVE']
    """
    if not (min(wait, warmup, repeat, skip_first) >= 0 and active > 0):
        raise AssertionError(
            f"Invalid profiler schedule arguments. Got wait={wait} (need >= 0), warmup={warmup} (need >= 0), "
            f"active={active} (need > 0), repeat={repeat} (need >= 0), skip_first={skip_first} (need >= 0)."
        )
    if warmup == 0:
        warnings.warn("schedule: without warmup the first step is measured, too, which is slower", stacklevel=3)
    cycle = wait + warmup + active

    def action(step: int) -> ProfilerAction:
        if step < 0:
            raise AssertionError(f"Step must be non-negative. Got {step}.")
        if step < skip_first:
            return ProfilerAction.NONE
        step -= skip_first - (wait if skip_first_wait else 0)
        if repeat and step >= repeat * cycle:
            return ProfilerAction.NONE
        within = step % cycle
        if within < wait:
            return ProfilerAction.NONE
        if within < wait + warmup:
            return ProfilerAction.WARMUP
        return ProfilerAction.RECORD_AND_SAVE if within == cycle - 1 else ProfilerAction.RECORD

    return action


gate(globals(), ["schedule"])
