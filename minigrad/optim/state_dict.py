"""The state of an optimizer as plain data, in PyTorch's layout, and back.

{'state': {index: {name: tensor}}, 'param_groups': [{option: value, ..., 'params': [index, ...]}]}. The parameters are
replaced by numbers, counted through all groups: they themselves are saved with the model.
"""

from __future__ import annotations

import copy
import inspect
from collections import defaultdict
from itertools import count
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.engine.node import array_of
from minigrad.tensor import Tensor

if TYPE_CHECKING:
    from minigrad.optim.optimizer import Optimizer

State = defaultdict[Tensor, dict[str, Any]]
Groups = list[dict[str, Any]]


def packed(optimizer: Optimizer) -> dict[str, Any]:
    """What `optimizer` remembers. The tensors are its own, not copies."""
    numbers = count()
    index: dict[Tensor, int] = {}
    groups = []
    for group in optimizer.param_groups:
        for p, number in zip(group["params"], numbers):  # the numbers go on to the next group
            index.setdefault(p, number)
        groups.append({**group, "params": [index[p] for p in group["params"]]})
    held = optimizer.state  # in the order in which parameters were first updated
    state: dict[Any, Any] = {number: held[p] for p, number in index.items() if held.get(p)}
    state |= {name: value for name, value in held.items() if not isinstance(name, Tensor)}  # what a user has put there
    return {"state": state, "param_groups": groups}


def unpacked(optimizer: Optimizer, state_dict: Any) -> tuple[State, Groups]:
    """What `optimizer` will remember once `state_dict` is loaded: its state and its groups, all copies.

    ValueError says what does not fit the parameters or the kind of optimizer; nothing has been changed then.
    """
    place = f"{type(optimizer).__name__}.load_state_dict"
    if not isinstance(state_dict, dict):
        raise TypeError(f"{place}: expected a dict, got {type(state_dict).__name__}")
    if not {"state", "param_groups"} <= state_dict.keys():
        raise ValueError(f"{place}: expected the keys 'state' and 'param_groups', got {list(state_dict)}")

    saved = state_dict["param_groups"]
    _check_form(saved, state_dict["state"], place)
    sizes = [len(group["params"]) for group in saved], [len(group["params"]) for group in optimizer.param_groups]
    if sizes[0] != sizes[1]:
        raise ValueError(f"{place}: the groups loaded have {sizes[0]} parameters, those of this optimizer {sizes[1]}")
    groups: Groups = []
    state: State = defaultdict(dict)
    off = _off_by_default(optimizer)
    for number, (theirs, ours) in enumerate(zip(saved, optimizer.param_groups, strict=True)):
        theirs = {**theirs, **{name: value for name, value in off.items() if name not in theirs}}
        if missing := [option for option in optimizer.defaults if option not in theirs]:
            raise ValueError(f"{place}: group {number} has no {', '.join(missing)}; did another optimizer save it?")
        names = {"param_names": ours["param_names"]} if "param_names" in ours else {}
        group = {**names, **copy.deepcopy(theirs), "params": ours["params"]}
        optimizer.check(group)
        groups.append(group)
        for index, p in zip(theirs["params"], ours["params"], strict=True):
            if index in state_dict["state"]:
                remembered = state_dict["state"][index]
                needed = optimizer.initial_state(p, group) if remembered else {}
                if missing := [name for name in needed if name not in remembered]:
                    raise ValueError(
                        f"{place}: the state of parameter {index}, {list(remembered)}, lacks {', '.join(missing)}"
                    )
                remembered = {
                    **remembered,
                    **{name: _as_tensor(remembered[name], needed[name], f"{place}: {name}") for name in needed},
                }
                shape = p.array.shape if optimizer.state_has_shape_of_parameter() else None
                state[p] = {name: _fitted(value, p, shape, name, place) for name, value in remembered.items()}
    known = {index for group in saved for index in group["params"]}
    others = {name: value for name, value in state_dict["state"].items() if name not in known}
    if unknown := [name for name in others if isinstance(name, int)]:
        raise ValueError(f"{place}: there is state for {unknown}, but the parameters of the groups are {sorted(known)}")
    return defaultdict(dict, {**state, **copy.deepcopy(others)}), groups


def _off_by_default(optimizer: Optimizer) -> dict[str, Any]:
    """The options that are off unless they are asked for: what was saved before there were such has none of them."""
    arguments = inspect.signature(type(optimizer).__init__).parameters
    return {name: each.default for name, each in arguments.items() if each.default is None or each.default is False}


def _check_form(groups: Any, state: Any, place: str) -> None:
    """TypeError unless `groups` and `state` are what `packed` makes, whatever stands in them."""
    if not isinstance(groups, (list, tuple)) or not all(isinstance(each, dict) for each in groups):
        raise TypeError(f"{place}: param_groups must be a list of dicts, got {groups!r:.80}")
    for number, group in enumerate(groups):
        numbers = group.get("params")
        if not isinstance(numbers, (list, tuple)) or not all(isinstance(each, (int, str)) for each in numbers):
            raise TypeError(f"{place}: 'params' of group {number} must be a list of numbers, got {numbers!r:.80}")
    if not isinstance(state, dict) or not all(isinstance(state[each], dict) for each in state if isinstance(each, int)):
        raise TypeError(f"{place}: state must be a dict of dicts, one for each parameter, got {state!r:.80}")


def _as_tensor(value: Any, own: Any, place: str) -> Any:
    """`value`, or a tensor of the number that it is, where the optimizer keeps one as such: the count of steps.

    TypeError for anything else in the place of a tensor.
    """
    if not isinstance(own, Tensor) or hasattr(value, "__array__"):
        return value
    if own.ndim or not isinstance(value, Real):
        raise TypeError(f"{place} must be a tensor of shape {tuple(own.shape)}, not {type(value).__name__}")
    return Tensor.wrap(np.array(value, own.array.dtype))


def _fitted(value: Any, p: Tensor, shape: tuple[int, ...] | None, name: str, place: str) -> Any:
    """A copy of a part of the state of `p`; floating point arrays in its dtype, save the count of steps.

    ValueError for an array with axes that is not of `shape`; None allows any.
    """
    if isinstance(value, list):
        return [_fitted(each, p, shape, name, place) for each in value]
    if not hasattr(value, "__array__"):
        return copy.deepcopy(value)
    try:
        array = array_of(value)
    except TypeError as error:
        raise TypeError(f"{place}: {name}: {error}") from None
    if shape is not None and array.ndim and array.shape != shape:
        raise ValueError(f"{place}: {name} of shape {array.shape} does not fit its parameter of shape {shape}")
    return Tensor.wrap(array.astype(p.dtype if array.dtype.kind == "f" and name != "step" else array.dtype))
