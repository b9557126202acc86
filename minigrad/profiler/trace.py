"""A profile as files for other programs: the trace that browsers show, and stacks for flame graphs."""

from __future__ import annotations

import gzip
import json
import os
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from minigrad.io import atomic_write
from minigrad.profiler.events import FunctionEvent

METRICS = ("self_cpu_time_total",)
CATEGORIES = {"operation": "cpu_op", "function": "cpu_op", "node": "cpu_op", "mark": "user_annotation"}
"""PyTorch's names for the kinds of events; what is not named is "python_function"."""


def chrome(events: Sequence[FunctionEvent], threads: Mapping[int, str], program: str, **about: Any) -> dict[str, Any]:
    """The Trace Event Format of chrome://tracing, which Perfetto reads too; `about` is written down beside it.

    A duration event ("X") for each event, with what is known of it; arrows ("s" to "f") lead from operations to the
    steps of the backward pass through them.
    """
    process = os.getpid()
    found: list[dict[str, Any]] = [_named("process_name", process, 0, program)]
    found += [_named("thread_name", process, number, name) for number, name in threads.items()]
    forward = {each.sequence_nr: each for each in events if each.kind != "node" and each.sequence_nr >= 0}
    for each in events:
        place = {"pid": process, "tid": each.thread}
        found.append(
            {
                "ph": "X",
                "cat": CATEGORIES.get(each.kind, "python_function"),
                "name": each.name,
                **place,
                "ts": each.start / 1000,
                "dur": each.nanoseconds / 1000,
                "args": _known(each),
            }
        )
        origin = forward.get(each.sequence_nr) if each.kind == "node" else None
        if origin is not None:
            arrow = {"cat": "fwdbwd", "name": "fwdbwd", "id": each.sequence_nr, "pid": process}
            found.append({"ph": "s", **arrow, "tid": origin.thread, "ts": origin.start / 1000})
            found.append({"ph": "f", "bp": "e", **arrow, "tid": each.thread, "ts": each.start / 1000})
    return {"schemaVersion": 1, "displayTimeUnit": "ms", **about, "traceEvents": found}


def _named(what: str, process: int, thread: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": process, "tid": thread, "args": {"name": name}}


def _known(event: FunctionEvent) -> dict[str, Any]:
    known = {
        "stage": event.stage,
        "Module": event.scopes[-1] if event.scopes else None,
        "Line": None if event.line is None else f"{event.line} {event.line.text}",
        "Input Dims": event.input_shapes or None,
        "Bytes": event.bytes or None,
        "Call stack": ";".join(event.stack) or None,
        "Sequence number": event.sequence_nr if event.sequence_nr >= 0 else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def write(path: str | os.PathLike[str], content: Mapping[str, Any]) -> None:
    """`content` as JSON in a file, packed if its name ends in ".gz"."""
    text = json.dumps(content).encode()
    with atomic_write(path) as file:
        file.write(gzip.compress(text) if os.fspath(path).endswith(".gz") else text)


def write_stacks(path: str | os.PathLike[str], events: Iterable[FunctionEvent], metric: str) -> None:
    """A line for each stack: its lines of code and what they did, then the microseconds."""
    if metric not in METRICS:
        raise ValueError(f"export_stacks: metric should be one of: {list(METRICS)}, not {metric!r}")
    spent: defaultdict[str, int] = defaultdict(int)
    for each in events:
        if each.stack:
            spent[";".join([*reversed(each.stack), each.name])] += each.own_nanoseconds
    if not spent:
        raise RuntimeError("export_stacks: no stacks were kept; they are by profile(with_stack=True)")
    with atomic_write(path, "w") as file:
        file.writelines(f"{stack} {time // 1000}\n" for stack, time in spent.items() if time >= 1000)


def tensorboard_trace_handler(
    dir_name: str, worker_name: str | None = None, use_gzip: bool = False
) -> Callable[[Any], None]:
    """For `on_trace_ready`: write each trace into a folder of its own name, as TensorBoard's plugin reads them.

    Args:
        dir_name: the folder, which is made if it is missing.
        worker_name: the beginning of the files' names (default: the machine and the process).
        use_gzip: pack the files.

    >>> from minigrad.profiler import tensorboard_trace_handler
    >>> handler = tensorboard_trace_handler("runs/profile")
    """
    worker = worker_name or f"{socket.gethostname()}_{os.getpid()}"

    def handler(prof: Any) -> None:
        os.makedirs(dir_name, exist_ok=True)
        name = f"{worker}.{time.time_ns()}.pt.trace.json" + (".gz" if use_gzip else "")
        prof.export_chrome_trace(os.path.join(dir_name, name))

    return handler
