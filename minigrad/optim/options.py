"""The options of optimizers: their names are those of the constructor's arguments, their ranges stand in the class."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, NamedTuple

from minigrad.engine.node import Variable


class Range(NamedTuple):
    """The numbers from `low` to `high`; `high` itself belongs to it if `closed`."""

    low: float
    high: float
    closed: bool

    def __contains__(self, value: Any) -> bool:
        return bool(self.low <= value and (value <= self.high if self.closed else value < self.high))

    def __str__(self) -> str:
        if self.low == -float("inf"):
            return "of any size"
        if self.high == float("inf"):
            return f"{self.low} or more"
        return f"in [{self.low}, {self.high}{']' if self.closed else ')'}"


def given(arguments: dict[str, Any]) -> dict[str, Any]:
    """The options of an optimizer by name: `locals()` at the beginning of its constructor, but for the parameters."""
    return {name: value for name, value in arguments.items() if name not in ("self", "params", "__class__")}


NONNEGATIVE = Range(0, float("inf"), closed=True)
REAL = Range(-float("inf"), float("inf"), closed=True)
COUNT = Range(1, float("inf"), closed=True)
FRACTION = Range(0, 1, closed=True)
DECAY = Range(0, 1, closed=False)
"""For β: at 1 a moving average would never move, and its bias correction would divide by zero."""


LONG = {"betas": "beta parameter", "lr": "learning rate", "eps": "epsilon value"}
"""What PyTorch calls options in its errors, where it is not "momentum value" and so on."""


PAIRS = {"betas": "beta1, beta2", "etas": "η−, η+", "step_sizes": "the least, the largest"}
"""The options that are two numbers, and what these are."""


def _number(optimizer: str, name: str, value: Any) -> Any:
    """An option in which tensors of one element have become numbers."""
    if name in PAIRS and isinstance(value, (tuple, list)):
        return type(value)(
            each if isinstance(each, (tuple, list)) else _number(optimizer, name, each) for each in value
        )
    if not isinstance(value, Variable):
        return value
    if value.array.size != 1:
        raise ValueError(f"{optimizer}: Tensor {name} must be 1-element, got shape {value.array.shape}")
    return value.array.item()


def check_pair(optimizer: str, name: str, value: Any) -> None:
    """TypeError unless an option is two numbers."""
    if not isinstance(value, (tuple, list)) or len(value) != 2 or not all(isinstance(each, Real) for each in value):
        raise TypeError(f"{optimizer}: {name} must be two numbers ({PAIRS[name]}), got {value!r}")


def check_numbers(optimizer: str, group: dict[str, Any], ranges: Mapping[str, Range]) -> None:
    """TypeError unless the options of `group` are numbers still. A schedule may take them out of their ranges."""
    for name in ranges:
        value = group[name]
        for each in value if name in PAIRS else (value,):
            if type(each) is not float and (
                each is None
                or isinstance(each, (str, bytes, list, tuple, dict))
                or (isinstance(each, int) and not _is_float(each))
            ):
                raise TypeError(f"{optimizer}: {name} must be a number, got {type(each).__name__}")


def _is_float(value: Any) -> bool:
    try:
        float(value)
    except OverflowError:  # an integer beyond all floats
        return False
    return True


def check(optimizer: str, group: dict[str, Any], ranges: Mapping[str, Range]) -> None:
    """TypeError or ValueError, naming the option, unless those of `group` lie in their `ranges`.

    A tensor among them is taken for its number, unless gradients are wanted of it and the step is differentiable.
    """
    for name, allowed in ranges.items():
        option, value = group[name], _number(optimizer, name, group[name])
        if not (group.get("differentiable") and getattr(option, "requires_grad", False)):
            group[name] = value
        several = name in PAIRS
        if several:
            check_pair(optimizer, name, value)
        for index, each in enumerate(value if several else (value,)):
            if not isinstance(each, Real):
                raise TypeError(f"{optimizer}: {name} must be a number {allowed}, got {type(each).__name__}")
            if not _is_float(each) or each not in allowed:
                which = LONG.get(name, f"{name} value") + (f" at index {index}" if several else "")
                raise ValueError(f"Invalid {which}: {each} ({optimizer}: {name} must be {allowed}, got {value})")
