"""What a profile consists of: one event for each operation, module, function and stretch of work, in a tree of time.

Times are kept in nanoseconds of a clock of each thread that stands still while the profiler itself is at work. The
attributes under PyTorch's names are in microseconds, as there.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Sequence
from typing import NamedTuple

FORWARD, BACKWARD, OPTIMIZER = "forward", "backward", "optimizer"
"""What an event is part of."""


class Line(NamedTuple):
    """A line of the user's program."""

    file: str
    number: int
    function: str

    @property
    def text(self) -> str:
        """The line itself; empty where there is no source to read."""
        return linecache.getline(self.file, self.number).strip()

    def __str__(self) -> str:
        return f"{os.path.basename(self.file)}:{self.number}"


class Interval(NamedTuple):
    """From when to when, in microseconds since the profile began."""

    start: float
    end: float

    def elapsed_us(self) -> float:
        """How long it took."""
        return self.end - self.start


class FunctionEvent:
    """Something that was carried out once.

    `id` is its place among all, `name` what it is called, `stage` what it is part of, `thread` the number of the thread
    that it ran in, `parent` what it took place within. `kind` is "operation" for a primitive, "function" for a public
    function made of several, "module", "node" for the step of a backward pass through one operation, "pass" for all of
    it, "step" for an optimizer's, "mark" for a `record_function`. What a node belongs to (`line`, `scopes`, `stack`) is
    what its operation belonged to.
    """

    __slots__ = (
        "_children",
        "cpu_parent",
        "end",
        "id",
        "input_shapes",
        "kind",
        "line",
        "made_bytes",
        "name",
        "scopes",
        "sequence_nr",
        "stack_lines",
        "stage",
        "start",
        "thread",
    )

    def __init__(self, id: int, name: str, kind: str, stage: str, thread: int, parent: FunctionEvent | None) -> None:
        self.id, self.name, self.kind, self.stage, self.thread = id, name, kind, stage, thread
        self.cpu_parent = parent
        self._children: list[FunctionEvent] | None = None  # made when needed: there are many events
        self.start = self.end = 0
        self.input_shapes: Sequence[list[int]] = ()
        self.made_bytes = 0
        """Of the arrays that it returned."""
        self.line: Line | None = None
        self.stack_lines: tuple[Line, ...] = ()
        """All lines of the user's that were under way, the innermost first, if they were asked for."""
        self.scopes: tuple[str, ...] = ()
        """The modules at work, outermost first, by their names."""
        self.sequence_nr = -1
        """The same number for an operation and for the step back through it; -1 if none was recorded."""

    @property
    def key(self) -> str:
        """The name under which it is counted."""
        return "ProfilerStep*" if self.name.startswith("ProfilerStep#") else self.name

    @property
    def nanoseconds(self) -> int:
        """How long it took."""
        return self.end - self.start

    @property
    def own_nanoseconds(self) -> int:
        """The same without what took place within."""
        return self.nanoseconds - sum(each.nanoseconds for each in self._children or ())

    @property
    def cpu_children(self) -> list[FunctionEvent]:
        """What took place within."""
        if self._children is None:
            self._children = []
        return self._children

    @property
    def bytes(self) -> int:
        """Of all arrays that were made."""
        return max(self.made_bytes, sum(each.bytes for each in self._children or ()))

    @property
    def own_bytes(self) -> int:
        """The same without what was made within."""
        return self.bytes - sum(each.bytes for each in self._children or ())

    # -- under PyTorch's names -----------------------------------------------------------------------------------------

    count = 1
    is_async = is_remote = False
    device_time_total = self_device_time_total = 0.0

    @property
    def time_range(self) -> Interval:
        """From when to when."""
        return Interval(self.start / 1000, self.end / 1000)

    @property
    def cpu_time_total(self) -> float:
        """Microseconds, all."""
        return self.nanoseconds / 1000

    cpu_time = cpu_time_total

    @property
    def self_cpu_time_total(self) -> float:
        """Microseconds without what took place within."""
        return self.own_nanoseconds / 1000

    @property
    def cpu_memory_usage(self) -> int:
        """Bytes of the arrays made, if memory was profiled."""
        return self.bytes

    @property
    def self_cpu_memory_usage(self) -> int:
        """The same without what was made within."""
        return self.own_bytes

    @property
    def stack(self) -> list[str]:
        """The lines that were under way and their functions, as text."""
        return [f"{each.file}({each.number}): {each.function}" for each in self.stack_lines]

    @property
    def is_user_annotation(self) -> bool:
        """Whether the program marked it by `record_function`."""
        return self.kind == "mark"

    def __repr__(self) -> str:
        return (
            f"<FunctionEvent id={self.id} name={self.name} stage={self.stage} cpu_time={self.cpu_time:.3f}us "
            f"thread={self.thread} input_shapes={self.input_shapes} seq_nr={self.sequence_nr}>"
        )
