"""Where time and memory go: by operation, by module and by line of the program, forward and backward apart.

>>> from minigrad.profiler import ProfilerActivity, profile, record_function
>>> model, x = nn.Linear(64, 8), mg.ones(32, 64)
>>> with profile(activities=[ProfilerActivity.CPU]) as prof:
...     with record_function("a step"):
...         model(x).square().mean().backward()
>>> table = prof.key_averages().table(sort_by="self_cpu_time_total")
>>> "affine backward" in table
True

Off, it costs nothing: the engine tells observers, and there is none.
"""

from minigrad.profiler.averages import EventList, FunctionEventAvg
from minigrad.profiler.events import FunctionEvent
from minigrad.profiler.profile import ProfilerActivity, kineto_available, profile, supported_activities
from minigrad.profiler.recorded import record_function
from minigrad.profiler.schedule import ProfilerAction, schedule
from minigrad.profiler.trace import tensorboard_trace_handler
from minigrad.types import show_types

__all__ = [
    "EventList",
    "FunctionEvent",
    "FunctionEventAvg",
    "ProfilerAction",
    "ProfilerActivity",
    "kineto_available",
    "profile",
    "record_function",
    "schedule",
    "supported_activities",
    "tensorboard_trace_handler",
]

show_types(globals(), __all__)
