"""The Optimizer: parameters in groups, what is remembered of each, and the one place where a step writes to them.

A subclass says three things: its options and their ranges, the state of a parameter before its first update, and the
update itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeAlias

import numpy as np

from minigrad.engine.mode import enable_grad
from minigrad.engine.observers import observers, span
from minigrad.engine.versions import writes
from minigrad.errors import ShapeError
from minigrad.optim import apart, options, recorded
from minigrad.optim.hooks import (
    Hooked,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
    with_hooks,
)
from minigrad.optim.parameters import as_groups, as_tensors, check_distinct
from minigrad.optim.state_dict import packed, unpacked
from minigrad.optim.together import Together
from minigrad.tensor import Tensor
from minigrad.tensor.in_place import check_writable

__all__ = ["Optimizer", "register_optimizer_step_post_hook", "register_optimizer_step_pre_hook"]

required: Any = object()
"""What optimizers written long ago give as the default of an option that has none."""

Params: TypeAlias = "Iterable[Tensor] | Iterable[dict[str, Any]] | Iterable[tuple[str, Tensor]]"
ParamsT: TypeAlias = Params
"""PyTorch's name for it, which optimizers of other packages import."""


def evaluated(closure: Callable[[], Any]) -> Any:
    """The loss that the user's `closure` computes anew, in the midst of a step."""
    if not callable(closure):
        raise TypeError(f"step: closure must be a function that computes the loss, not {type(closure).__name__}")
    with enable_grad(), span("closure", "closure"):
        return closure()


class Optimizer(Hooked):
    """Changes tensors, its parameters, by their gradients: the base of all optimizers.

    Args:
        params: tensors, pairs of name and tensor (`Module.named_parameters()`), or dicts: groups with "params" and
            options of their own.
        defaults: the options of the groups that do not set them, by name.

    `param_groups` is the list of groups; their options may be changed at any time. `state[p]` is what is remembered of
    the parameter `p`: tensors, under PyTorch's names.

    PyTorch's `foreach`, `fused` and `capturable` choose among several implementations of one formula. Here there is
    one: they are kept in the groups and change nothing.

    With `differentiable=True` a step is part of the graph: gradients flow through it to the parameters before it, to
    their gradients, to the state, and to options that are tensors which require grad. The parameters are then no
    leaves that require grad, but results, such as clones of these.

    TypeError if `params` are no tensors, or are in a set; ValueError if there are none, if one is there twice, is the
    result of an operation (unless `differentiable`), or only some have names, and if an option is out of its range.
    RuntimeError if a differentiable step would change a leaf that requires grad.

    >>> model = nn.Linear(2, 1)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> for x, y in [(mg.ones(4, 2), mg.zeros(4, 1))]:
    ...     optimizer.zero_grad()
    ...     F.mse_loss(model(x), y).backward()
    ...     optimizer.step()
    """

    ranges: ClassVar[dict[str, options.Range]] = {}
    """The options that are numbers, and what they may be."""

    joint_state: ClassVar[bool] = False
    """Whether what is remembered under the first parameter is of all of them, in a row."""

    has_stepped: bool = False
    """Whether `step` was called, which a learning rate scheduler waits for."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "step" in vars(cls):
            cls.step = with_hooks(vars(cls)["step"])  # type: ignore[method-assign]

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        super().__init__()
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self._together: defaultdict[int, Together] = defaultdict(Together)
        self.param_groups: list[dict[str, Any]] = []
        self.check(dict(defaults))
        for group in as_groups(params, type(self).__name__):
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Optimize more tensors.

        Args:
            param_group: a dict with "params", and options where they differ from the defaults.

        The errors are those of the constructor; nothing is changed then.
        """
        name = type(self).__name__
        if not isinstance(param_group, dict):
            raise TypeError(f"{name}: a parameter group must be a dict, got {type(param_group).__name__}")
        if "params" not in param_group:
            raise KeyError(f"{name}: a parameter group needs 'params'; this one has {list(param_group)}")
        results = bool(self.defaults.get("differentiable"))
        group = {**self.defaults, **param_group, **as_tensors(param_group["params"], name, results)}
        groups = [*self.param_groups, group]
        if len({"param_names" in each for each in groups}) > 1:
            raise ValueError(
                f"{name}: all optimizer param groups should be with/without names. cannot add param group "
                f"{'with' if 'param_names' in group else 'without'} names to the optimizer; name all or none"
            )
        check_distinct(groups, name)
        self.check(group)
        self.param_groups = groups

    def check(self, group: dict[str, Any]) -> None:
        """TypeError or ValueError if the options of `group` are not what they must be."""
        options.check(type(self).__name__, group, self.ranges)

    @with_hooks
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update each parameter that has a gradient.

        Args:
            closure: a function without arguments that computes loss and gradients anew, and is called first (default
                None).

        Returns what `closure` returns, or None.
        """
        loss = None
        if closure is not None:
            loss = evaluated(closure)
        due = [(group, [(p, p.grad) for p in group["params"] if p.grad is not None]) for group in self.param_groups]
        for group, pairs in due:  # before anything is written
            options.check_numbers(type(self).__name__, group, self.ranges)
            for p, grad in pairs:
                if group.get("differentiable"):
                    with enable_grad():
                        check_writable(p, f"{type(self).__name__}.step")
                if grad.array.shape != p.array.shape:
                    raise ShapeError(
                        f"{type(self).__name__}.step: a parameter of shape {p.array.shape} has a gradient of shape "
                        f"{grad.array.shape}, from before its data changed; call zero_grad() and backward() again"
                    )
        for index, (group, pairs) in enumerate(due):
            if group.get("differentiable"):
                for p, grad in pairs:
                    recorded.update(self, p, grad, self.remembered(p, group), group)
                continue
            for p, grad in pairs if observers else self._together[index].update(self, pairs, group):
                apart.update(self, p, grad, self.remembered(p, group), group)
                self.note(p)
        return loss

    def state_has_shape_of_parameter(self) -> bool:
        """Whether arrays that are remembered of a parameter have its shape; what a `step` of one's own does is open."""
        return not self.joint_state and type(self).update is not Optimizer.update

    def remembered(self, p: Tensor, group: dict[str, Any]) -> dict[str, Any]:
        """The state of `p`, made now if there is none."""
        state = self.state[p]
        if not state:
            state.update(self.initial_state(p, group))
        return state

    def note(self, p: Tensor) -> None:
        """Say that a step has written to `p`: the backward pass watches what its rules have kept."""
        writes.note(p.array, f"{type(self).__name__}.step")

    def initial_state(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        """What is remembered of `p`, with the options of its `group`, before its first update. For subclasses."""
        return {}

    def update(self, p: Tensor, grad: Tensor, state: dict[str, Tensor], group: dict[str, Any]) -> None:
        """Change the array of `p`, in place, and its `state`, by the gradient `grad` and the options of `group`.

        The gradient stays as it is. For subclasses to define.
        """
        raise NotImplementedError(f"{type(self).__name__}: define update(p, grad, state, group), or step()")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or unless `set_to_none` make those that there are zero."""
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    # New zeros: the memory of the old gradient may be shared with a graph or a user.
                    p.grad = None if set_to_none else Tensor.wrap(np.zeros_like(p.grad.array))

    def state_dict(self) -> dict[str, Any]:
        """What to save: {'state': {index: {name: tensor}}, 'param_groups': [{option: value, 'params': [index]}]}."""
        self._call_hooks("before state_dict")
        return self._call_hooks("after state_dict", packed(self))  # type: ignore[no-any-return]

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the options and the state that `state_dict` of such an optimizer returned, here or in PyTorch.

        Args:
            state_dict: {'state': {index: {name: tensor}}, 'param_groups': [{option: value, 'params': [index]}]}.

        Parameters are matched by their order. ValueError says what does not fit, and nothing is changed.
        """
        state_dict = self._call_hooks("before load_state_dict", state_dict)
        state, groups = unpacked(self, state_dict)
        self.__setstate__({"state": state, "param_groups": groups})
        self._call_hooks("after load_state_dict")

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take attributes over: all of them in a copy, "state" and "param_groups" where they are loaded.

        A class of one's own may fill in here what was saved before it had some option.
        """
        self.__dict__.update(state)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for index, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {index}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])
