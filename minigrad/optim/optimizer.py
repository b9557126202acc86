"""The Optimizer: parameters in groups, what it remembers of each, and the one place where a step writes to them.

A subclass says three things: its options and their ranges, the state of a parameter before the first step, and the
update of one parameter. Groups, checks, state dicts and the loop over parameters are here.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, TypeAlias

from minigrad.autograd import enable_grad
from minigrad.dtypes import Array
from minigrad.optim import options
from minigrad.optim.state import loaded_groups, loaded_state
from minigrad.tensor import Tensor

Params: TypeAlias = "Iterable[Tensor] | Iterable[dict[str, Any]] | Iterable[tuple[str, Tensor]]"


class Optimizer:
    """Changes tensors, its parameters, by their gradients.

    `params` are tensors, pairs of name and tensor (`Module.named_parameters()`), or dicts: groups with "params" and
    options of their own. `defaults` are the options of groups that do not set them.

    `param_groups` is the list of these groups, whose options may be changed at any time. `state[p]` is what is remembered
    of parameter `p`: tensors, under PyTorch's names.

    The arguments `foreach`, `fused` and `capturable` of the optimizers choose among several implementations of one formula
    in PyTorch. Here there is one: they are kept in the groups and change nothing. `differentiable=True` would change
    gradients and is refused.

    TypeError if `params` is no collection of tensors or has no certain order; ValueError if it is empty, repeats a
    parameter, names only some, or contains a result of operations, and for an option out of range.
    """

    ranges: ClassVar[dict[str, options.Range]] = {}
    """The numeric options of a group and what they may be."""

    has_stepped: bool = False
    """Whether `step` was called: learning rate schedules should follow it."""

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor) or not isinstance(params, Iterable):
            raise TypeError(
                f"{self._name}: params must be an iterable of Tensors or dicts, got a {type(params).__name__}"
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []

        given: list[Any] = [params] if isinstance(params, (dict, set, frozenset)) else list(params)
        if not given:
            raise ValueError(f"{self._name}: got an empty list of parameters")
        if not isinstance(given[0], dict):
            given = [{"params": params if isinstance(params, (set, frozenset)) else given}]
        for group in given:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Optimize more parameters: `param_group` has "params" and any options that differ from the defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"{self._name}: a parameter group must be a dict, got a {type(param_group).__name__}")
        if "params" not in param_group:
            raise KeyError(f"{self._name}: a parameter group needs 'params', this one has {list(param_group)}")
        group = {**param_group, **self._parameters(param_group["params"])}
        for name, value in self.defaults.items():
            group.setdefault(name, value)
        self._check(group)
        self.param_groups.append(group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient. `closure`, if given, computes the loss anew; it is returned."""
        self.has_stepped = True
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self._update_parameter(p, group)
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or with `set_to_none=False` make those that exist zero."""
        for p in self._all_parameters():
            if set_to_none or p.grad is None:
                p.grad = None
            else:
                p.grad = Tensor.wrap(p.grad.array * 0) if False else _zeros(p.grad)

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        """What is remembered of `p` before its first update."""
        return {}

    def update(self, theta: Array, g: Array, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        """Change the array `theta` in place, given its gradient `g`, which must not be written to."""
        raise NotImplementedError(f"{self._name} must define update(theta, g, state, group), or step()")
