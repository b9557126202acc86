"""Modules made without initial values, for those whose parameters are loaded anyway."""

from __future__ import annotations

from typing import Any, TypeVar

from minigrad.nn.modules.module import Module
from minigrad.random import fork_rng

__all__ = ["skip_init"]

M = TypeVar("M", bound=Module)


def skip_init(module_cls: type[M], *args: Any, **kwargs: Any) -> M:
    """A module of the class `module_cls`, made of `args` and `kwargs`, whose parameters may have any numbers.

    No random numbers are used up. RuntimeError for what is no class of modules.

    >>> nn.utils.skip_init(nn.Linear, 2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not (isinstance(module_cls, type) and issubclass(module_cls, Module)):
        raise RuntimeError(f"skip_init: Expected a Module; got {module_cls}")
    with fork_rng():
        return module_cls(*args, **kwargs)
