"""Several processes: those of Python's own module of this name, with what PyTorch adds to it.

Tensors are sent to another process as copies; nothing of their memory is shared, so `set_sharing_strategy` changes
nothing.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing import *  # noqa: F403
from typing import Any


def set_sharing_strategy(new_strategy: str) -> None:
    """Nothing: memory is not shared."""


def get_sharing_strategy() -> str:
    """The name of PyTorch's default."""
    return "file_descriptor"


def get_all_sharing_strategies() -> set[str]:
    """The one name."""
    return {"file_descriptor"}


def spawn(
    fn: Callable[..., Any],
    args: tuple[Any, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> Any:
    """Run `fn(i, *args)` in `nprocs` processes, i = 0, 1, ...; with `join` wait for them.

    RuntimeError if one of them failed. Returns the processes unless `join`.
    """
    context = multiprocessing.get_context(start_method)
    processes = [context.Process(target=fn, args=(i, *args), daemon=daemon) for i in range(nprocs)]  # type: ignore[attr-defined]
    for each in processes:
        each.start()
    if not join:
        return processes
    for i, each in enumerate(processes):
        each.join()
        if each.exitcode:
            raise RuntimeError(f"spawn: process {i} terminated with exit code {each.exitcode}")
    return None
