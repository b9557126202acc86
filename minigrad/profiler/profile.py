"""`profile`: the block of a program that is looked at, or the steps of it that a schedule chooses."""

from __future__ import annotations

import enum
import json
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from minigrad import named
from minigrad.engine.observers import observers
from minigrad.profiler import trace
from minigrad.profiler.averages import EventList
from minigrad.profiler.collector import Collector
from minigrad.profiler.recorded import record_function
from minigrad.profiler.schedule import ProfilerAction
from minigrad.viz.recording.public import announce_methods

if TYPE_CHECKING:
    from typing_extensions import Self


NONE, WARMUP, RECORD, SAVE = ProfilerAction


class ProfilerActivity(enum.Enum):
    """What can be looked at; here that is the CPU. An Enum: `args` and `kwds` find a member."""

    CPU = 0
    XPU = 1
    MTIA = 2
    CUDA = 3
    HPU = 4
    PrivateUse1 = 5


def supported_activities() -> set[ProfilerActivity]:
    """The CPU.

    >>> from minigrad.profiler import supported_activities
    >>> [each.name for each in supported_activities()]
    ['CPU']
    """
    return {ProfilerActivity.CPU}


def kineto_available() -> bool:
    """False: the library that PyTorch profiles with is not needed."""
    return False


class profile:  # noqa: N801  lower case, as PyTorch spells it: people use it as a function
    """A context in which time and memory are measured, in all threads.

    Args:
        activities: what is looked at: the CPU (default). Devices that there are not are left out with a warning.
        schedule: a function from the number of a step to a ProfilerAction, as `schedule` makes; the program says by
            `step()` where one ends. Default: all is recorded.
        on_trace_ready: called with the profile when it has been recorded, and after each cycle of a schedule.
        record_shapes: keep the shapes of inputs.
        profile_memory: count the bytes of the arrays that are made. Those that are freed again are not taken off.
        with_stack: keep all lines of the program that are under way, not only the innermost.
        with_modules: without effect: modules are always kept.
        with_flops: NotImplementedError if true.
        acc_events: keep the events of the cycles before, too.
        experimental_config, execution_trace_observer, use_cuda, custom_trace_id_callback: without effect.

    `key_averages()` adds the events up by operation, `by_module()` by module, `by_line()` by line of the program:
    tables with self time, total time, calls and bytes, the forward pass, the backward pass and optimizers apart.
    Composed functions stand there under their own names, and what they consist of within; so do the steps of a backward
    pass ("matmul backward") and the operations that their rules consist of. `export_chrome_trace` writes a trace.

    The time of the profiler itself is left out of the times as far as it can see it. A program of many small operations
    takes two to three times as long while a profile is taken, and one of large arrays hardly.

    AssertionError for an empty list of activities, and for results before anything was recorded.

    >>> from minigrad.profiler import profile
    >>> model, x = nn.Sequential(nn.Linear(8, 8), nn.Tanh()), mg.ones(4, 8)
    >>> with profile(record_shapes=True) as prof:
    ...     model(x).sum().backward()
    >>> sorted({(row.key, row.stage) for row in prof.by_module() if "." in row.key})
    [('model.0', 'backward'), ('model.0', 'forward'), ('model.1', 'backward'), ('model.1', 'forward')]
    """

    def __init__(
        self,
        *,
        activities: Iterable[ProfilerActivity] | None = None,
        schedule: Callable[[int], ProfilerAction] | None = None,
        on_trace_ready: Callable[[Any], Any] | None = None,
        record_shapes: bool = False,
        profile_memory: bool = False,
        with_stack: bool = False,
        with_flops: bool = False,
        with_modules: bool = False,
        experimental_config: Any = None,
        execution_trace_observer: Any = None,
        acc_events: bool = False,
        use_cuda: bool | None = None,
        custom_trace_id_callback: Callable[[], str] | None = None,
    ) -> None:
        _check_activities(activities)
        if with_flops:
            raise NotImplementedError("profile: with_flops is not supported: operations are timed, not counted")
        for name, function in (("schedule", schedule), ("on_trace_ready", on_trace_ready)):
            if function is not None and not callable(function):
                raise TypeError(f"profile: {name} is a function, not {type(function).__name__}")
        self.activities = supported_activities()
        self.schedule, self.on_trace_ready = schedule, on_trace_ready
        self.record_shapes, self.profile_memory, self.with_stack = record_shapes, profile_memory, with_stack
        self.acc_events = acc_events
        self.step_num = 0
        self.current_action = RECORD if schedule is None else schedule(0)
        self._collector: Collector | None = None
        self._recorded: EventList | None = None
        self._step: record_function | None = None
        self._running = False
        self._about: dict[str, Any] = {}

    # -- the block -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin; RuntimeError if it has begun already."""
        if self._running:
            raise RuntimeError("profile: it is running already; stop it first")
        self._running = True
        self._change(None, self.current_action)
        self._begin_step()

    def stop(self) -> None:
        """End, and keep what was recorded; AssertionError if it has not begun."""
        if not self._running:
            raise AssertionError("Profiler must be initialized before stopping trace: call start() first")
        self._end_step()
        self._change(self.current_action, None)
        self._running = False

    def step(self) -> None:
        """Say that a step of the program has ended and the next begins."""
        if not self._running:
            raise RuntimeError("profile: step() belongs between start() and stop()")
        self._end_step()
        before, self.step_num = self.current_action, self.step_num + 1
        if self.schedule is not None:
            self.current_action = self.schedule(self.step_num)
            self._change(before, self.current_action)
        self._begin_step()

    def _begin_step(self) -> None:
        if self.schedule is not None:
            self._step = record_function(f"ProfilerStep#{self.step_num}")
            self._step.__enter__()

    def _end_step(self) -> None:
        if self._step is not None:
            self._step.__exit__()
            self._step = None

    def _change(self, before: ProfilerAction | None, after: ProfilerAction | None) -> None:
        """From what was done in one step to what is done in the next; None is outside of the block."""
        if before in (RECORD, SAVE) and (before is SAVE or after not in (RECORD, SAVE)):
            if after is not None and before is RECORD:
                warnings.warn(f"Incorrect schedule: RECORD followed by {after.name}", stacklevel=3)
                self._look_away()
            else:
                self._keep(self._look_away())
        elif before is WARMUP and after is not WARMUP:
            self._look_away()
        if after in (WARMUP, RECORD, SAVE) and (self._collector is None):
            self._look_on()

    def _look_on(self) -> None:
        self._collector = Collector(self.record_shapes, self.profile_memory, self.with_stack)
        announce_methods()
        observers.append(self._collector)

    def _look_away(self) -> Collector:
        collector, self._collector = self._collector, None
        assert collector is not None
        observers.remove(collector)
        collector.close()
        return collector

    def _keep(self, collector: Collector) -> None:
        earlier = self._recorded if self.acc_events and self._recorded is not None else []
        self._recorded = EventList([*earlier, *collector.events], memory=self.profile_memory, threads=collector.threads)
        if self.on_trace_ready is not None:
            self.on_trace_ready(self)

    # -- what was found ------------------------------------------------------------------------------------------

    def events(self) -> EventList:
        """All events, in the order in which they began."""
        if self._recorded is None:
            raise AssertionError(
                "Profiler must be initialized before accessing events: there are none until a step was recorded and "
                "stop() called"
            )
        return self._recorded

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, group_by_overload_name: bool = False
    ) -> EventList:
        """The events added up by operation: see `EventList.key_averages`."""
        return self.events().key_averages(group_by_input_shape, group_by_stack_n, group_by_overload_name)

    def by_module(self) -> EventList:
        """The events added up by module: see `EventList.by_module`."""
        return self.events().by_module()

    def by_line(self) -> EventList:
        """The events added up by line of the program: see `EventList.by_line`."""
        return self.events().by_line()

    def total_average(self) -> Any:
        """All together, in one row."""
        return self.events().total_average()

    def export_chrome_trace(self, path: str) -> None:
        """Write a trace for chrome://tracing or Perfetto: a file of JSON, packed if its name ends in ".gz"."""
        events = self.events()
        trace.write(path, trace.chrome(events, events.threads, named.package, **self._about))

    def export_stacks(self, path: str, metric: str = "self_cpu_time_total") -> None:
        """Write stacks for flame graphs: see `EventList.export_stacks`."""
        self.events().export_stacks(path, metric)

    def add_metadata(self, key: str, value: str) -> None:
        """Write a text beside the trace, under a name."""
        self._about[key] = value

    def add_metadata_json(self, key: str, value: str) -> None:
        """Write beside the trace what a text of JSON says."""
        self._about[key] = json.loads(value)

    def toggle_collection_dynamic(self, enable: bool, activities: Iterable[ProfilerActivity]) -> None:
        """Refused: a schedule chooses what is recorded."""
        raise NotImplementedError("profile: toggle_collection_dynamic is not supported; use schedule=, or two profiles")

    def export_memory_timeline(self, path: str, device: str | None = None) -> None:
        """Refused: `minigrad.viz.memory` shows what a graph holds."""
        raise NotImplementedError("profile: export_memory_timeline is not supported; see minigrad.viz.memory")


def _check_activities(activities: Iterable[ProfilerActivity] | None) -> None:
    if activities is not None and not isinstance(activities, Iterable):
        raise TypeError(f"profile: activities must be several of ProfilerActivity, not {type(activities).__name__}")
    given = {ProfilerActivity.CPU} if activities is None else set(activities)
    for each in given - supported_activities():
        if isinstance(each, ProfilerActivity):
            warnings.warn(f"{each.name} is not available, disabling {each.name} profiling", stacklevel=3)
    if not given & supported_activities():
        raise AssertionError("No valid profiler activities found: give ProfilerActivity.CPU, or leave `activities` out")
