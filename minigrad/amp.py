"""Mixed precision, which has no effect here: numbers are computed in the precision that they have.

On a CPU NumPy gains nothing from half precision, so `autocast` leaves every dtype as it is, and the `GradScaler`, which
keeps gradients of half precision from vanishing, has nothing to scale: its factor is 1.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class autocast(contextlib.ContextDecorator):  # noqa: N801  PyTorch's name
    """A block, or a function, that computes as ever: in the precision of its arguments."""

    def __init__(
        self, device_type: Any = "cpu", dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        self.device, self.fast_dtype = device_type, dtype

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *exception: object) -> None: ...


class GradScaler:
    """The scale of a loss, which is 1: gradients are not scaled, and every step is made.

    >>> x = mg.ones(2, requires_grad=True)
    >>> scaler, optimizer = mg.amp.GradScaler(), optim.SGD([x], lr=0.5)
    >>> scaler.scale(x.sum()).backward()
    >>> scaler.step(optimizer); scaler.update()
    >>> x.tolist()
    [0.5, 0.5]
    """

    def __init__(self, device: Any = "cpu", *args: Any, enabled: bool = True, **options: Any) -> None: ...

    def scale(self, outputs: Any) -> Any:
        """The outputs themselves."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing: the gradients are what they are."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """A step of the optimizer, and what it returns."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        """Nothing: the scale stays 1."""

    def get_scale(self) -> float:
        """1."""
        return 1.0

    def is_enabled(self) -> bool:
        """False."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """Nothing to save."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing to load."""


def custom_fwd(fwd: F | None = None, *, device_type: str = "cpu", cast_inputs: Any = None) -> Any:
    """The function itself: a decorator for the forward of a Function."""
    return functools.partial(custom_fwd, device_type=device_type) if fwd is None else fwd


def custom_bwd(bwd: F | None = None, *, device_type: str = "cpu") -> Any:
    """The function itself: a decorator for the backward of a Function."""
    return functools.partial(custom_bwd, device_type=device_type) if bwd is None else bwd


def is_autocast_available(device_type: str) -> bool:
    """Whether a block of `autocast` for this device can be entered: for the CPU."""
    return device_type == "cpu"
