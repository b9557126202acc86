"""Events added up: by operation, by module and by line, forward and backward apart.

The self time of a row is what its events took without what took place within them; the self times of all rows are the
whole. The total time adds what took place within, each moment once, however events of one row nest.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple

from minigrad.engine.gate import gated
from minigrad.named import package
from minigrad.profiler import table, trace
from minigrad.profiler.events import FunctionEvent, Line


class FunctionEventAvg:
    """A row: so many events of one `key`, in one `stage`; `first` is the first of them."""

    def __init__(self, key: str, stage: str, first: FunctionEvent | None = None) -> None:
        self.key, self.stage = key, stage
        self.count = 0
        self.nanoseconds = self.own_nanoseconds = 0
        self.cpu_memory_usage = self.self_cpu_memory_usage = 0
        self.input_shapes: Sequence[list[int]] = ()
        self.stack: list[str] = []
        self.scope = first.scopes[-1] if first is not None and first.scopes else ""
        self.line: Line | None = None if first is None else first.line
        self.is_user_annotation = first is not None and first.is_user_annotation

    device_time_total = self_device_time_total = device_time = 0.0
    device_memory_usage = self_device_memory_usage = 0

    @property
    def cpu_time_total(self) -> float:
        """Microseconds, all."""
        return self.nanoseconds / 1000

    @property
    def self_cpu_time_total(self) -> float:
        """Microseconds without what took place within."""
        return self.own_nanoseconds / 1000

    @property
    def cpu_time(self) -> float:
        """Microseconds of one event, on average."""
        return self.cpu_time_total / self.count if self.count else 0.0

    def __repr__(self) -> str:
        return (
            f"<FunctionEventAvg key={self.key} stage={self.stage} self_cpu_time={self.self_cpu_time_total:.3f}us "
            f"cpu_time={self.cpu_time:.3f}us count={self.count}>"
        )


class Group(NamedTuple):
    """How events are grouped."""

    of: Callable[[FunctionEvent], Hashable]
    """What an event counts for."""
    within: Callable[[FunctionEvent], Iterable[Hashable]]
    """All that its self time is part of, itself included."""
    called: Callable[[FunctionEvent], str]
    """What its row is called."""


class EventList(list[Any]):
    """Events, or rows made of them: a list with the tables that show it.

    Args:
        events: what it holds.
        memory: whether tables show bytes.
        threads: the names of threads by their numbers.
    """

    def __init__(
        self, events: Iterable[Any] = (), *, memory: bool = False, threads: dict[int, str] | None = None
    ) -> None:
        super().__init__(events)
        self._memory, self.threads = memory, threads or {}

    @property
    def self_cpu_time_total(self) -> float:
        """The microseconds of all together."""
        return float(sum(each.self_cpu_time_total for each in self))

    @gated
    def table(
        self,
        sort_by: str | None = None,
        row_limit: int = 100,
        max_src_column_width: int = 75,
        max_name_column_width: int = 55,
        max_shapes_column_width: int = 80,
        header: str | None = None,
        top_level_events_only: bool = False,
        time_unit: str | None = None,
    ) -> str:
        """The rows as text, readable at 120 columns.

        Args:
            sort_by: the attribute by which rows are sorted, the largest first: "self_cpu_time_total",
                "cpu_time_total", "cpu_time", "count", "self_cpu_memory_usage" or "cpu_memory_usage"; times of a device
                are 0 here. Default: the order in which they began.
            row_limit: how many rows are shown; -1 shows all (default 100).
            max_src_column_width, max_name_column_width, max_shapes_column_width: where texts are cut.
            header: a line above (default none).
            top_level_events_only: only what is within nothing else.
            time_unit: "s", "ms" or "us" for all times (default: what fits each).

        AttributeError for what rows cannot be sorted by.
        """
        rows = [each for each in self if getattr(each, "cpu_parent", None) is None] if top_level_events_only else self
        widths = max_name_column_width, max_shapes_column_width, max_src_column_width
        return table.text(rows, self._memory, sort_by, row_limit, widths, header, time_unit)

    def __str__(self) -> str:
        return self.table()

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, group_by_overload_name: bool = False
    ) -> EventList:
        """The events added up by operation, forward and backward apart.

        Args:
            group_by_input_shape: a row for each combination of shapes of the inputs.
            group_by_stack_n: so many of the innermost lines of the program must be the same, too (default 0: none).
            group_by_overload_name: without effect: operations have one name.

        What has no events of its own gives itself.
        """

        def of(event: FunctionEvent) -> Hashable:
            shapes = tuple(map(tuple, event.input_shapes)) if group_by_input_shape else ()
            return event.key, event.stage, shapes, event.stack_lines[:group_by_stack_n]

        rows = self._rows(Group(of, lambda event: map(of, lineage(event)), lambda event: event.key))
        for first, row in rows:
            row.input_shapes = first.input_shapes if group_by_input_shape else ()
            row.stack = first.stack[:group_by_stack_n]
        return self._list(row for _, row in rows)

    def by_module(self) -> EventList:
        """The events added up by module, under the names that the program has for them.

        Modules are counted by their calls, and in the backward pass by the steps through their operations. The total
        time of a module includes the modules within.
        """

        def of(event: FunctionEvent) -> Hashable:
            return event.scopes[-1] if event.scopes else "", event.stage

        def within(event: FunctionEvent) -> Iterable[Hashable]:
            return ((name, event.stage) for name in event.scopes or ("",))

        rows = self._rows(Group(of, within, lambda event: event.scopes[-1] if event.scopes else "(no module)"))
        return self._list(row for _, row in rows)

    def by_line(self) -> EventList:
        """The events added up by the line of the program that was under way; `line` of a row is file and number.

        The step of a backward pass counts for the line of its operation. The total time of a line includes the lines
        that ran on its behalf: `loss.backward()` takes the whole pass, of which little is its own.
        """

        def of(event: FunctionEvent) -> Hashable:
            return event.line and event.line[:2], event.stage

        def called(event: FunctionEvent) -> str:
            return "(no line)" if event.line is None else f"{event.line} {event.line.text}"

        return self._list(row for _, row in self._rows(Group(of, lambda event: map(of, lineage(event)), called)))

    def total_average(self) -> FunctionEventAvg:
        """All together in one row, "Total"."""
        total = FunctionEventAvg("Total", "")
        for each in self:
            total.count += each.count
            total.nanoseconds += each.nanoseconds
            total.own_nanoseconds += each.own_nanoseconds
            total.self_cpu_memory_usage += each.self_cpu_memory_usage
        total.cpu_memory_usage = total.self_cpu_memory_usage
        return total

    def _rows(self, group: Group) -> list[tuple[FunctionEvent, FunctionEventAvg]]:
        rows: dict[Hashable, tuple[FunctionEvent, FunctionEventAvg]] = {}
        for event in self:
            key = group.of(event)
            if key not in rows:
                rows[key] = event, FunctionEventAvg(group.called(event), event.stage, event)
            row, parent = rows[key][1], event.cpu_parent
            row.count += parent is None or event.kind == "module" or group.of(parent) != key
            row.own_nanoseconds += event.own_nanoseconds
            row.self_cpu_memory_usage += event.own_bytes
        for event in self:
            for key in set(group.within(event)):
                if key in rows:
                    rows[key][1].nanoseconds += event.own_nanoseconds
                    rows[key][1].cpu_memory_usage += event.own_bytes
        return list(rows.values())

    def _list(self, rows: Iterable[FunctionEventAvg]) -> EventList:
        return EventList(rows, memory=self._memory)

    def export_chrome_trace(self, path: str) -> None:
        """Write the events as a trace that chrome://tracing and Perfetto open: a file of JSON, packed if ".gz"."""
        trace.write(path, trace.chrome(self, self.threads, package))

    def export_stacks(self, path: str, metric: str = "self_cpu_time_total") -> None:
        """Write the lines under way, outermost first, and the microseconds, as drawers of flame graphs read them.

        ValueError for another `metric`; RuntimeError where no lines were kept: `profile(with_stack=True)` does.
        """
        trace.write_stacks(path, self, metric)

    def supported_export_stacks_metrics(self) -> list[str]:
        """What `export_stacks` writes."""
        return list(trace.METRICS)


def lineage(event: FunctionEvent) -> Iterable[FunctionEvent]:
    """An event and all that it took place within."""
    each: FunctionEvent | None = event
    while each is not None:
        yield each
        each = each.cpu_parent
