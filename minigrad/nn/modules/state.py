"""Loading a state: all of it fits, or nothing is changed and one error lists what does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from minigrad.engine.node import plain
from minigrad.engine.versions import writes
from minigrad.tensor import Tensor


class IncompatibleKeys(NamedTuple):
    """The keys that a state lacked, and those that the module has no place for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not any(self):
            return "<All keys matched successfully>"
        return f"IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def copy_into(own: dict[str, Tensor], given: Mapping[str, Any], strict: bool, owner: str) -> IncompatibleKeys:
    """Copy the tensors and arrays `given` into those of `own` that have their names."""
    if not isinstance(given, Mapping):
        raise TypeError(f"load_state_dict: expected a dict of tensors by name, got {type(given).__name__}")
    missing = [name for name in own if name not in given]
    unexpected = [name for name in given if name not in own]
    problems = []
    if strict and missing:
        problems.append(f"Missing key(s) in state_dict: {_listed(missing)}.")
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {_listed(unexpected)}.")
    pairs = []
    for name, target in own.items():
        if name in given:
            value = plain(given[name])
            if getattr(getattr(value, "dtype", None), "kind", "") not in ("b", "i", "u", "f"):
                problems.append(f"{name} must be a Tensor or an array of real numbers, not {_kind(value)}.")
            elif value.shape != target.array.shape:
                problems.append(
                    f"size mismatch for {name}: the state_dict has shape {value.shape}, the model {target.array.shape}."
                )
            else:
                pairs.append((target, value))
    if problems:
        raise RuntimeError(f"Error(s) in loading state_dict for {owner}:\n\t" + "\n\t".join(problems))
    for target, value in pairs:
        target.array[...] = value
        writes.note(target.array, "load_state_dict")
    return IncompatibleKeys(missing, unexpected)


def _kind(value: Any) -> str:
    return f"{type(value).__name__} of {value.dtype}" if hasattr(value, "dtype") else type(value).__name__


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
