"""The forms in which parameters are given to an optimizer, all made one: lists of tensors, with names or without."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from minigrad.tensor import Tensor


def as_groups(params: Any, optimizer: str) -> list[dict[str, Any]]:
    """`params` as groups: dicts with "params". Tensors, or pairs of name and tensor, make one group."""
    if isinstance(params, (Tensor, str)) or not isinstance(params, Iterable):
        raise TypeError(
            f"{optimizer}: params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
            f"{type(params).__name__}"
        )
    if isinstance(params, dict):
        return [params]
    given = _in_order(params, optimizer)
    if not given:
        raise ValueError(f"{optimizer}: got an empty list of parameters")
    return given if isinstance(given[0], dict) else [{"params": given}]


def as_tensors(params: Any, optimizer: str, results: bool = False) -> dict[str, list[Any]]:
    """{"params": the tensors, "param_names": their names if they have any}; each can be optimized.

    With `results` they may be what operations have made.
    """
    given = [params] if isinstance(params, Tensor) else _in_order(params, optimizer)
    named = [each for each in given if isinstance(each, tuple) and len(each) == 2]
    if named and len(named) < len(given):
        raise ValueError(
            f"{optimizer}: all optimizer params should be with/without names. Some param names are missing: "
            f"{len(named)} of {len(given)} parameters have names"
        )
    tensors = [tensor for _, tensor in named] if named else given
    for each in tensors:
        if not isinstance(each, Tensor):
            raise TypeError(f"{optimizer}: parameters must be Tensors, one of them is {type(each).__name__}")
        if not (results or each.is_leaf or each.retains_grad):
            raise ValueError(
                f"{optimizer}: can't optimize a non-leaf Tensor; this one, of shape {tuple(each.shape)}, "
                "is the result of an operation"
            )
    return {"params": tensors, "param_names": [name for name, _ in named]} if named else {"params": tensors}


def check_distinct(groups: list[dict[str, Any]], optimizer: str) -> None:
    """ValueError if a tensor appears in two groups; if the last one has it twice, a warning: it is updated twice."""
    seen: set[int] = set()
    for index, group in enumerate(groups):
        for position, p in enumerate(group["params"]):
            if id(p) in seen:
                raise ValueError(
                    f"{optimizer}: some parameters appear in more than one parameter group, such as parameter "
                    f"{position} of group {index}"
                )
        seen.update(map(id, group["params"]))
    if len(set(map(id, groups[-1]["params"]))) < len(groups[-1]["params"]):
        warnings.warn(
            f"{optimizer}: optimizer contains a parameter group with duplicate parameters: they are updated as often "
            "as they are there",
            UserWarning,
            stacklevel=4,
        )


def _in_order(params: Any, optimizer: str) -> list[Any]:
    if isinstance(params, (set, frozenset)):
        raise TypeError(f"{optimizer}: the parameters are in a set, which has no certain order; use a list")
    if not isinstance(params, Iterable):
        raise TypeError(f"{optimizer}: params must be Tensors, got {type(params).__name__}")
    return list(params)
