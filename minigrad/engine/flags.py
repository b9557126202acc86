"""Flags: arguments that are True or False, and what is said of anything else in their place.

To Python whatever is not empty is true, the word "False" too. So what PyTorch's functions refuse in the place of a flag
is refused here, by whoever asks the gate (`gate`, and the doors of the package). Which arguments are flags, their
annotations say.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

LOOSE = frozenset(
    """
    add_zero_attn average_attn_weights enabled enforce_sorted error_if_nonfinite foreach full hard
    include_last_offset inplace leave_parametrized need_weights pin_memory recompute_scale_factor reduce return_indices
    sci_mode size_average unsafe use_separate_proj_weight use_trivialization
    """.split()  # noqa: SIM905  a list would take a line for each
)
"""What PyTorch asks as Python does: anything goes that is true or not."""


def check_flag(name: str, flag: str, value: Any) -> None:
    """TypeError unless `value`, the argument `flag` of the function `name`, is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: argument {flag!r} must be bool, not {type(value).__name__}")


def check_switch(name: str, flag: str, value: Any) -> None:
    """As `check_flag`, where PyTorch takes the numbers 1 and 0, too."""
    if not (isinstance(value, int) and value in (0, 1)):
        check_flag(name, flag, value)


class Flags:
    """The flags of one function: where they stand, and which may be None."""

    def __init__(self, places: dict[str, int], kinds: dict[str, str]) -> None:
        self.first = min(places.values())
        self.places = places
        self.optional = {flag for flag in places if kinds[flag] != "bool"}

    def check(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        """TypeError where one of them is given what is neither True nor False."""
        for flag, place in self.places.items():
            value = options[flag] if flag in options else args[place] if place < len(args) else False
            if value is not False and value is not True and not (value is None and flag in self.optional):
                check_flag(name, flag, value)


def flags_of(function: Callable[..., Any]) -> Flags | None:
    """What `function` has of them, if anything; by name alone where a decorator stands before it."""
    own: Any = inspect.unwrap(function)
    kinds = {name: str(kind) for name, kind in getattr(own, "__annotations__", {}).items()}
    flags = {name for name, kind in kinds.items() if kind in ("bool", "bool | None") and name not in LOOSE}
    if not flags - {"return"}:
        return None
    code = own.__code__
    positional = code.co_varnames[: code.co_argcount] if own is function else ()
    never = len(code.co_varnames) + 1_000_000  # for what is given by name alone
    places = {flag: positional.index(flag) if flag in positional else never for flag in flags - {"return"}}
    return Flags(places, kinds)
