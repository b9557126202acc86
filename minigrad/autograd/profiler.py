"""The profiler as it is called under `autograd`: one block, always recorded; see `minigrad.profiler`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minigrad import profiler
from minigrad.profiler import EventList, FunctionEvent, FunctionEventAvg, kineto_available, record_function

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "EventList",
    "FunctionEvent",
    "FunctionEventAvg",
    "emit_itt",
    "emit_nvtx",
    "kineto_available",
    "load_nvprof",
    "profile",
    "record_function",
]


class profile:  # noqa: N801  lower case, as PyTorch spells it
    """A context in which time and memory are measured; it is used once.

    Args:
        enabled: if false nothing happens, and there are no events (default True).
        record_shapes, profile_memory, with_stack, with_flops, with_modules: as of `minigrad.profiler.profile`.
        use_cuda, use_device, use_kineto, use_cpu, experimental_config, acc_events, custom_trace_id_callback: without
            effect.

    RuntimeError if it is entered again, or asked before it has ended.

    >>> with mg.autograd.profiler.profile() as prof:
    ...     y = mg.ones(3).exp()
    >>> {"ones", "exp"} <= {event.name for event in prof.function_events}
    True
    """

    def __init__(
        self,
        enabled: bool = True,
        *,
        use_cuda: bool = False,
        use_device: str | None = None,
        record_shapes: bool = False,
        with_flops: bool = False,
        profile_memory: bool = False,
        with_stack: bool = False,
        with_modules: bool = False,
        use_kineto: bool = False,
        use_cpu: bool = True,
        experimental_config: Any = None,
        acc_events: bool = False,
        custom_trace_id_callback: Any = None,
    ) -> None:
        self.enabled, self.entered = enabled, False
        self._profile = profiler.profile(
            record_shapes=record_shapes, profile_memory=profile_memory, with_stack=with_stack, with_flops=with_flops
        )
        self.function_events: EventList | None = None

    def __enter__(self) -> Self | None:
        if not self.enabled:
            return None
        if self.entered:
            raise RuntimeError("Profiler context manager is not reentrant")
        self.entered = True
        self._profile.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self.enabled:
            self._profile.stop()
            self.function_events = self._profile.events()

    def _events(self) -> EventList:
        if self.function_events is None:
            raise RuntimeError("Profiler didn't finish running: leave its block first")
        return self.function_events

    def __getattr__(self, name: str) -> Any:
        if name in ("table", "key_averages", "total_average", "export_chrome_trace", "export_stacks", "by_module"):
            return getattr(self._events(), name)
        if name in ("by_line", "self_cpu_time_total"):
            return getattr(self._events(), name)
        raise AttributeError(f"profile has no attribute {name!r}")

    def __str__(self) -> str:
        return "<unfinished profile>" if self.function_events is None else str(self.function_events)

    __repr__ = __str__


class _Emit:
    """Ranges for a tool outside of the program, which there are none of here."""

    def __init__(self, enabled: bool = True, record_shapes: bool = False) -> None:
        if enabled:
            raise RuntimeError(
                f"{type(self).__name__}: there is no such tool for NumPy; use minigrad.profiler.profile, and its "
                "export_chrome_trace"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass


class emit_nvtx(_Emit):  # noqa: N801
    """Refused unless `enabled` is false, whatever `record_shapes`: NVIDIA's tools see nothing of NumPy."""


class emit_itt(_Emit):  # noqa: N801
    """Refused unless `enabled` is false, whatever `record_shapes`: profile with `minigrad.profiler` instead."""


def load_nvprof(path: str) -> Any:
    """Refused: there are no traces of NVIDIA's tools."""
    raise NotImplementedError("load_nvprof: there are no traces of NVIDIA's tools here")
