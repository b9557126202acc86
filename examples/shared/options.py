"""Kinds of options: what a command line may say, and the error that it gets for anything else."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def at_least(least: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return int(text)

    return count


def positive(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return float(text)


def fraction(text: str) -> float:
    if not 0 <= float(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 0 and less than 1")
    return float(text)


one_or_more = at_least(1)


@dataclass(frozen=True)
class Option:
    """An option of an example: its value by default, with `--quick`, and what it means."""

    default: Any
    quick: Any
    help: str
    kind: Callable[[str], Any] = one_or_more
