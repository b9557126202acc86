"""A stretch of the program under a name of its own: `record_function`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from minigrad.engine.observers import Span

if TYPE_CHECKING:
    from typing_extensions import Self

Function = TypeVar("Function", bound=Callable[..., Any])


class record_function:  # noqa: N801  lower case, as PyTorch spells it: people use it as a function
    """Inside, what is done counts for `name`, too: `with record_function("loss"):`, or as a decorator.

    Args:
        name: a string, TypeError otherwise.
        args: kept, and shown by nobody (default None).

    Without a profile it does nothing.

    >>> from minigrad.profiler import profile, record_function
    >>> with profile() as prof:
    ...     with record_function("squares"):
    ...         y = mg.ones(3) ** 2
    >>> {"squares", "ones", "pow"} <= {row.key for row in prof.key_averages()}
    True
    """

    def __init__(self, name: str, args: str | None = None) -> None:
        if not isinstance(name, str):
            raise TypeError(f"record_function: name is a string, not {type(name).__name__}")
        self.name, self.args = name, args
        self._spans: list[Span] = []

    def __enter__(self) -> Self:
        self._spans.append(Span(self.name, "mark"))
        self._spans[-1].__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._spans.pop().__exit__(*exception)

    def __call__(self, function: Function) -> Function:
        @functools.wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            with Span(self.name, "mark"):
                return function(*args, **kwargs)

        return recorded  # type: ignore[return-value]  # wraps keeps the signature, which Callable cannot say
