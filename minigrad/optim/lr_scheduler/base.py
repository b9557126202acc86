"""The LRScheduler: an epoch counter that, with each step, sets the learning rate of every group of an optimizer.

Most schedules say how the next rate follows from the present one, not what it is at epoch t. So several can act on one
optimizer and their effects multiply, and a rate that somebody changes by hand stays changed.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping
from numbers import Real
from typing import Any

from minigrad.engine.gate import Constructed
from minigrad.engine.node import Variable
from minigrad.engine.refusal import PACKAGE
from minigrad.optim.optimizer import Optimizer
from minigrad.tensor import Tensor


def _whole(make: Callable[..., None]) -> Callable[..., None]:
    """A constructor of schedules that, where it fails, leaves the groups of the optimizer as they were.

    It takes an option of older scripts, `verbose`, with a warning, and prints nothing.
    """

    @functools.wraps(make)
    def made(self: Any, *args: Any, **options: Any) -> None:
        if "verbose" in options and "verbose" not in make.__code__.co_varnames:
            options.pop("verbose")
            warnings.warn(
                "The verbose parameter is deprecated. Please use get_last_lr() to access the learning rate.",
                stacklevel=2,
            )
        given = [each for each in (*args, *options.values()) if isinstance(each, Optimizer)]
        groups = [group for each in given for group in each.param_groups]
        before = [dict(group) for group in groups]
        try:
            make(self, *args, **options)
            if make.__module__.partition(".")[0] == PACKAGE:  # a class of one's own may mean more by its annotations
                _check_numbers(type(self).__name__, make, args, options)
        except BaseException:
            for group, options in zip(groups, before):
                group.clear()
                group.update(options)
            raise

    return made


def _check_numbers(name: str, make: Callable[..., None], args: tuple[Any, ...], options: Mapping[str, Any]) -> None:
    """TypeError where an argument of the constructor `make` is to be a number, and is none: steps would stumble."""
    code = inspect.unwrap(make).__code__
    named = zip(code.co_varnames[1 : code.co_argcount], args)
    for argument, value in (*named, *options.items()):
        if make.__annotations__.get(argument) in ("int", "float") and not isinstance(value, (Real, Variable)):
            raise TypeError(f"{name}: {argument} must be a number, not {type(value).__name__}")


class LRScheduler(Constructed):
    """The base of all schedules; a subclass says in `get_lr` what the rates at `last_epoch` are.

    Args:
        optimizer: whose rates are set; TypeError if it is none.
        last_epoch: -1 to begin; 0 or more to go on from there, with the "initial_lr" in the groups; KeyError without
            it.

    Making a scheduler takes its step to epoch 0; then call `step()` after the optimizer's, once an epoch, or once a
    batch where a schedule says so. The rates before the schedule are kept in the groups as "initial_lr", and in
    `base_lrs`.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" in vars(cls):
            cls.__init__ = _whole(vars(cls)["__init__"])  # type: ignore[method-assign]

    @_whole
    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(optimizer, self)
        for index, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: param_groups[{index}] has no 'initial_lr', which is needed to go "
                    f"on at epoch {last_epoch}; load the optimizer's state first, or begin with last_epoch=-1"
                )
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._step_count = 0
        self.step()

    def get_lr(self) -> list[float]:
        """The rate of each group at `last_epoch`; `step` calls it, and the groups still have the rates before."""
        raise NotImplementedError(f"{type(self).__name__}: define get_lr()")

    def get_last_lr(self) -> list[float]:
        """The rate of each group since the last step."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next epoch, or to `epoch`, from the first one again: an older form, of which a warning is given."""
        end = None if epoch is None else as_epoch(epoch, self)
        if self._step_count == 1:
            self._warn_unless_stepped()
        with self._whole_step():
            self._step_count += 1
            self._step_to(end)

    @contextlib.contextmanager
    def _whole_step(self) -> Iterator[None]:
        """Where a step raises an error, of a function such as that of LambdaLR, everything is as it was before."""
        holders = [vars(each) for each in self._parts()] + self.optimizer.param_groups
        before = [dict(each) for each in holders]
        try:
            yield
        except BaseException:
            for each, old in zip(holders, before, strict=True):
                each.update(old)
            raise

    def _parts(self) -> list[LRScheduler]:
        """The schedules that change with this one's step: itself, and those that it is made of."""
        return [self]

    def _step_to(self, end: int | None) -> None:
        if end is None:
            self._go_to(self.last_epoch + 1)
            return
        warnings.warn(
            "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. "
            "Please use `scheduler.step()` to step the scheduler.",
            UserWarning,
            stacklevel=3,
        )
        for group, lr in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = lr
        for each in range(end + 1):
            self._go_to(each)

    @property
    def starting(self) -> bool:
        """Whether this is the first rate: at epoch 0, or at whichever the schedule goes on from."""
        return self.last_epoch == 0 or self._step_count == 1

    def restart(self) -> None:
        """Go to epoch 0, where the rates in the groups are to be those before the schedule."""
        self._go_to(0)

    def _go_to(self, epoch: int) -> None:
        self.last_epoch = epoch
        for group, lr in zip(self.optimizer.param_groups, self.get_lr(), strict=True):
            group["lr"] = lr
        self._note_rates()

    def _note_rates(self) -> None:
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _warn_unless_stepped(self) -> None:
        if not self.optimizer.has_stepped:
            warnings.warn(
                f"{type(self).__name__}.step() was called before optimizer.step(): the first learning rate of the "
                "schedule is never used. Call optimizer.step() first (PyTorch: how-to-adjust-learning-rate).",
                UserWarning,
                stacklevel=3,
            )

    def state_dict(self) -> dict[str, Any]:
        """Everything that the scheduler knows, but for the optimizer and for functions, as plain data."""
        return {name: each for name, each in vars(self).items() if not (name == "optimizer" or callable(each))}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` of such a scheduler returned. ValueError, and no change, if parts are missing.

        The rates themselves are part of the optimizer's state, which has a `state_dict` of its own.
        """
        self._check_state(state_dict)
        vars(self).update({name: state_dict[name] for name in self.state_dict()})

    def _check_state(self, state_dict: dict[str, Any]) -> None:
        """TypeError or ValueError unless `state_dict` has all parts, and each of the kind that it has here."""
        place = f"{type(self).__name__}.load_state_dict"
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"{place}: expected a dict, got {type(state_dict).__name__}")
        known = self.state_dict()
        if missing := [name for name in known if name not in state_dict]:
            raise ValueError(f"{place}: there is no {', '.join(missing)} in the state")
        for name, own in known.items():
            if not _are_alike(state_dict[name], own):
                raise ValueError(f"{place}: {name} must be such as {own!r:.80}, got {state_dict[name]!r:.80}")


def _are_alike(value: Any, own: Any) -> bool:
    """Whether a part of a state can take the place of this scheduler's own."""
    if isinstance(own, Real):
        return isinstance(value, (Real, Variable))
    if isinstance(own, (list, tuple)):
        return isinstance(value, (list, tuple)) and len(value) == len(own) and all(map(_are_alike, value, own))
    return not isinstance(own, (dict, str)) or isinstance(value, (type(own), dict))


def as_epoch(epoch: Any, scheduler: LRScheduler) -> int:
    """The number of an epoch; TypeError for what is none."""
    try:
        return operator.index(epoch)
    except TypeError:
        raise TypeError(
            f"{type(scheduler).__name__}.step: epoch must be an integer, not {type(epoch).__name__}"
        ) from None


def checked(optimizer: Optimizer, scheduler: LRScheduler) -> Optimizer:
    """`optimizer`, if it is one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(scheduler).__name__}: expected an Optimizer, got {type(optimizer).__name__}")
    return optimizer


def per_group(value: Any, name: str, optimizer: Optimizer) -> list[Any]:
    """One value for each group: `value` is a list of them (ValueError unless it fits), or one for all.

    Tensors of one element become the numbers that they are now.
    """
    count = len(optimizer.param_groups)
    values = list(value) if isinstance(value, (list, tuple)) else [value] * count
    if len(values) != count:
        raise ValueError(f"{name} must be one value for each of {count} parameter groups, got {len(values)}")
    return [each.item() if isinstance(each, Tensor) else each for each in values]


class _LRScheduler(LRScheduler):
    """Its name before it was public, which scripts inherit from; no schedule of the package does."""
