"""The options of optimizers: their names are those of the constructor's arguments, their ranges stand in the class."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, NamedTuple


class Range(NamedTuple):
    """The numbers from `low` to `high`; `high` itself belongs to it if `closed`."""

    low: float
    high: float
    closed: bool

    def __contains__(self, value: Any) -> bool:
        return bool(self.low <= value and (value <= self.high if self.closed else value < self.high))

    def __str__(self) -> str:
        if self.high == float("inf"):
            return f"{self.low} or more"
        return f"in [{self.low}, {self.high}{']' if self.closed else ')'}"


def given(arguments: dict[str, Any]) -> dict[str, Any]:
    """The options of an optimizer by name: `locals()` at the beginning of its constructor, but for the parameters."""
    return {name: value for name, value in arguments.items() if name not in ("self", "params", "__class__")}


NONNEGATIVE = Range(0, float("inf"), closed=True)
COUNT = Range(1, float("inf"), closed=True)
FRACTION = Range(0, 1, closed=True)
DECAY = Range(0, 1, closed=False)
"""For β: at 1 a moving average would never move, and its bias correction would divide by zero."""


def check(optimizer: str, group: Mapping[str, Any], ranges: Mapping[str, Range]) -> None:
    """TypeError or ValueError, naming the option, unless those of `group` lie in their `ranges`."""
    for name, allowed in ranges.items():
        value = group[name]
        values = value if isinstance(value, (tuple, list)) else (value,)
        for each in values:
            if not isinstance(each, Real):
                hint = "; a Tensor of one element gives its number with .item()" if hasattr(each, "item") else ""
                raise TypeError(f"{optimizer}: {name} must be a number {allowed}, got {type(each).__name__}{hint}")
            if each not in allowed:
                raise ValueError(f"{optimizer}: {name} must be {allowed}, got {value}")
    if "betas" in ranges and (not isinstance(group["betas"], (tuple, list)) or len(group["betas"]) != 2):
        raise TypeError(f"{optimizer}: betas must be two numbers (beta1, beta2), got {group['betas']!r}")
    if group.get("differentiable"):
        raise NotImplementedError(
            f"{optimizer}: differentiable=True is not supported: updates are not recorded, "
            "so no gradient would flow through them"
        )
