"""Modules as functions of their parameters, for transforms that differentiate in these or map over them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from minigrad.engine.mode import no_grad
from minigrad.engine.whole import made_whole
from minigrad.nn.modules.module import Module
from minigrad.nn.modules.tree import joined
from minigrad.ops import stack


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)` with the given tensors in the places of its parameters and buffers.

    They come in one dict or several (`parameter_and_buffer_dicts`), by their names in the state dict; others stay as
    they are, unless `strict`. A parameter that has several names is replaced under all of them, unless `tie_weights` is
    False. `args` is a tuple, or the only argument. The module is as before afterwards, also after an error; what it has
    put in the place of a tensor (`self.steps = self.steps + 1`) stands in the dict then.

    >>> layer = nn.Linear(1, 1)
    >>> mg.func.functional_call(layer, {"weight": mg.tensor([[2.0]]), "bias": mg.tensor([1.0])}, mg.tensor([3.0]))
    tensor([7.])
    """
    dicts = (
        [parameter_and_buffer_dicts] if isinstance(parameter_and_buffer_dicts, Mapping) else parameter_and_buffer_dicts
    )
    given: dict[str, Any] = {}
    for each in dicts:
        twice = given.keys() & each.keys()
        if twice:
            raise ValueError(f"functional_call: {sorted(twice)[0]!r} is in more than one of the dicts")
        given |= each
    arguments = () if args is None else args if isinstance(args, tuple) else (args,)
    with _replaced(module, given, tie_weights, strict) as changed:
        result = module(*arguments, **(kwargs or {}))
    for each in dicts:
        if isinstance(each, MutableMapping):
            each.update({name: value for name, value in changed.items() if name in each})
    return result


@contextmanager
def _replaced(module: Module, given: Mapping[str, Any], tie_weights: bool, strict: bool) -> Iterator[dict[str, Any]]:
    places = dict(_places(module))
    unknown = [name for name in given if name not in places]
    missing = [name for name in places if name not in given]
    if unknown and strict:
        raise RuntimeError(f"functional_call: unexpected key {unknown[0]!r}; the module has {', '.join(places)}")
    if missing and strict:
        raise RuntimeError(f"functional_call: missing key {missing[0]!r}, which strict=True requires")
    chosen = {name: value for name, value in given.items() if name in places}
    if tie_weights:
        by_tensor = {id(table[key]): chosen[name] for name, (table, key) in places.items() if name in chosen}
        for name, (table, key) in places.items():
            if id(table[key]) in by_tensor:
                chosen.setdefault(name, by_tensor[id(table[key])])
    before = {name: table[key] for name, (table, key) in places.items() if name in chosen}
    changed: dict[str, Any] = {}
    try:
        for name, value in chosen.items():
            table, key = places[name]
            table[key] = value
        yield changed
    finally:
        try:
            found = {name: places[name][0][places[name][1]] for name in before}
            changed.update({name: value for name, value in found.items() if value is not chosen[name]})
        finally:
            made_whole([partial(places[name][0].__setitem__, places[name][1], value) for name, value in before.items()])


def _places(module: Module) -> Iterator[tuple[str, tuple[dict[str, Any], str]]]:
    """Where each parameter and buffer is kept: its name in the state dict, the table, and the key there."""
    for path, owner in module.named_modules(remove_duplicate=False):
        for table in (owner._parameters, owner._buffers):
            for key, value in table.items():
                if value is not None:
                    yield joined(path, key), (table, key)


def make_functional(model: Module, disable_autograd_tracking: bool = False) -> tuple[Any, tuple[Any, ...]]:
    """The model as a function of its parameters, and these: an older form of `functional_call`.

    >>> call, params = mg.func.make_functional(nn.Linear(2, 3))
    >>> call(params, mg.ones(1, 2)).shape
    minigrad.Size([1, 3])
    """
    call, params, buffers = make_functional_with_buffers(model, disable_autograd_tracking)
    if buffers:
        raise ValueError("make_functional: the model has buffers; use make_functional_with_buffers(model)")
    return (lambda params, *args, **kwargs: call(params, (), *args, **kwargs)), params


def make_functional_with_buffers(
    model: Module, disable_autograd_tracking: bool = False
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """The model as a function of its parameters and buffers, and these: an older form of `functional_call`.

    >>> call, params, buffers = mg.func.make_functional_with_buffers(nn.BatchNorm1d(2))
    >>> call(params, buffers, mg.ones(3, 2)).shape
    minigrad.Size([3, 2])
    """
    own = copy.deepcopy(model)
    params, buffers = dict(own.named_parameters()), dict(own.named_buffers())
    given = tuple(each.detach() for each in params.values()) if disable_autograd_tracking else tuple(params.values())

    def call(new_params: Sequence[Any], new_buffers: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        state = {**dict(zip(params, new_params)), **dict(zip(buffers, new_buffers))}
        return functional_call(own, state, args, kwargs)

    return call, given, tuple(buffers.values())


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of models of one kind, stacked by name: for a `vmap` of `functional_call`.

    The stacked parameters are leaves that require grad where those of the first model do.
    RuntimeError for models of several kinds, or none.

    >>> params, buffers = mg.func.stack_module_state([nn.Linear(2, 3) for _ in range(4)])
    >>> params["weight"].shape
    minigrad.Size([4, 3, 2])
    """
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0")
    if len({type(model) for model in models}) > 1 or len({model.training for model in models}) > 1:
        raise RuntimeError("stack_module_state: the models must be of one class, all in training or all in evaluation")

    def stacked(tables: list[dict[str, Any]]) -> dict[str, Any]:
        with no_grad():
            joined = {name: stack([table[name].detach() for table in tables]) for name in tables[0]}
        return {name: each.requires_grad_(tables[0][name].requires_grad) for name, each in joined.items()}

    return (
        stacked([dict(model.named_parameters()) for model in models]),
        stacked([dict(model.named_buffers()) for model in models]),
    )
