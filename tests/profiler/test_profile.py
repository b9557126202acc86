"""The profiler: what it counts, by a clock that stands still unless a test says otherwise, and how it behaves."""

from __future__ import annotations

import errno
import gc
import gzip
import json
import os
import re
import threading
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.engine.observers import observers
from minigrad.profiler import ProfilerAction, ProfilerActivity, collector, profile, record_function, schedule
from minigrad.tensor import Tensor

F = nn.functional


@pytest.fixture(autouse=True)
def no_collections() -> Iterator[None]:
    """Python collects garbage when it likes, which is an event of its own."""
    gc.disable()
    yield
    gc.enable()


class Clock:
    """Time that passes where the program under test says so, in microseconds."""

    now = 0

    def work(self, microseconds: int) -> None:
        self.now += 1000 * microseconds


@pytest.fixture
def clock(monkeypatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(collector, "perf_counter_ns", lambda: clock.now)
    return clock


@pytest.fixture
def twice(clock):
    """A Function that takes 30 microseconds forward and 50 back."""

    class Twice(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            clock.work(30)
            return x * 2

        @staticmethod
        def backward(ctx, g):
            clock.work(50)
            return g * 2

    return Twice.apply


def rows(averages) -> dict:
    return {(row.key, row.stage): (row.count, row.self_cpu_time_total, row.cpu_time_total) for row in averages}


def test_self_time_and_total_time_when_things_nest(clock, twice) -> None:
    x = mg.ones(2, requires_grad=True)
    with profile() as prof:
        clock.work(1000)  # in nothing
        with record_function("outer"):
            clock.work(3)
            with record_function("inner"):
                clock.work(5)
                y = twice(x)
            clock.work(7)
            with record_function("outer"):  # within itself: each moment counts once
                clock.work(11)
        y.sum().backward()
    found = rows(prof.key_averages())
    assert found["inner", "forward"] == (1, 5, 35)
    assert found["outer", "forward"] == (1, 21, 56)
    assert found["Twice", "forward"] == (1, 30, 30)
    assert found["backward", "backward"] == (1, 0, 50)
    assert sum(own for _, own, _ in found.values()) == prof.events().self_cpu_time_total == 106
    assert prof.total_average().self_cpu_time_total == 106


def test_modules_and_lines(clock, twice) -> None:
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(3, 3)

        def forward(self, x):
            clock.work(2)
            return twice(self.first(x))

    net = Net()
    with profile() as prof:
        for _ in range(2):
            loss = net(mg.ones(1, 3)).sum()
            loss.backward()
    found = rows(prof.by_module())
    assert found["net", "forward"] == (2, 64, 64)
    assert found["net.first", "forward"] == (2, 0, 0)
    assert found["net", "backward"][1:] == (100, 100)
    lines = {row.key.partition(" ")[2]: row for row in prof.by_line() if row.stage == "backward"}
    assert lines["loss.backward()"].cpu_time_total == 100
    assert lines["loss.backward()"].self_cpu_time_total == 0
    assert lines["return twice(self.first(x))"].self_cpu_time_total == 100
    assert lines["return twice(self.first(x))"].line.file == __file__


def test_composed_functions_stand_under_their_names_with_their_operations_beneath() -> None:
    x = mg.ones(2, 4, requires_grad=True)
    with profile() as prof:
        y = F.layer_norm(x, (4,), mg.ones(4)) + F.mse_loss(x, mg.zeros(2, 4))
        y.sum().backward()
    tree = {(each.name, each.kind): [child.name for child in each.cpu_children] for each in prof.events()}
    assert tree["mse_loss", "function"] == ["squared_error", "mean"]
    assert tree["add", "operation"] == []
    assert "layer_norm" in tree["layer_norm", "function"]
    assert {"layer_norm backward", "add backward"} <= {name for name, kind in tree if kind == "node"}
    ages = {each.sequence_nr: each.name for each in prof.events() if each.kind == "operation"}
    for each in prof.events():
        if each.kind == "node":
            assert each.name == f"{ages[each.sequence_nr]} backward"


def test_bytes_are_those_of_new_arrays() -> None:
    x = mg.ones(10, 100, requires_grad=True)
    with profile(profile_memory=True, record_shapes=True) as prof:
        y = x.exp()
        y.T.reshape(100, 10)  # a view, and a copy
        y.sum().backward()
    found = {(row.key, row.stage): row.self_cpu_memory_usage for row in prof.key_averages()}
    assert found["exp", "forward"] == found["exp backward", "backward"] == 4000
    assert found["sum", "forward"] == 4
    assert sum(found[name, "forward"] for name in ("T", "transpose") if (name, "forward") in found) == 0
    shapes = [row.input_shapes for row in prof.key_averages(group_by_input_shape=True) if row.key == "exp"]
    assert shapes[-1] == [[10, 100]]


def test_optimizers_and_threads_are_told_apart() -> None:
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), 0.1)

    def work() -> None:
        mg.ones(2).exp()

    with profile() as prof:
        model(mg.ones(1, 2)).sum().backward()
        optimizer.step()
        thread = threading.Thread(target=work, name="other")
        thread.start()
        thread.join()
    (step,) = (row for row in prof.key_averages() if row.stage == "optimizer")
    assert (step.key, step.count) == ("Optimizer.step#SGD.step", 1)
    (exp,) = (each for each in prof.events() if each.name == "exp")
    (affine,) = (each for each in prof.events() if each.name == "affine")
    assert (affine.thread, exp.thread) == (1, 2)
    assert prof.events().threads[2] == "other"


def test_an_error_leaves_nothing_open_and_no_trace() -> None:
    own = Tensor.mean
    with profile() as prof:
        with pytest.raises(RuntimeError, match="matmul"):
            mg.ones(2, 3) @ mg.ones(2, 3)
        with pytest.raises(RuntimeError, match="linear"):
            nn.Linear(2, 2)(mg.ones(3, 3))
        mg.ones(2).exp()
    assert [each.cpu_parent for each in prof.events() if each.name == "exp"] == [None]
    assert all(each.end >= each.start for each in prof.events())
    assert observers == []
    assert Tensor.mean is own


def test_warnings_made_errors_by_the_caller_do_not_count_twice() -> None:
    with profile() as prof, warnings.catch_warnings(), np.errstate(divide="warn"):
        warnings.simplefilter("error")
        mg.log(mg.zeros(1, requires_grad=True))
    assert [each.name for each in prof.events() if each.sequence_nr >= 0] == ["log"]


@pytest.mark.parametrize("name", ["trace.json", "trace.json.gz", "stacks.txt"])
def test_a_full_disk_leaves_the_trace_that_was_there(tmp_path, monkeypatch, name: str) -> None:
    with profile(with_stack=True) as prof:
        mg.ones(2).exp()
    path = tmp_path / name
    path.write_bytes(b"before")

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        (prof.export_stacks if name == "stacks.txt" else prof.export_chrome_trace)(str(path))
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == [name]


def test_the_trace_is_json_in_the_format_of_the_viewers(tmp_path) -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    with profile(with_stack=True, record_shapes=True) as prof:
        model(mg.ones(1, 2)).sum().backward()
    prof.add_metadata("kind", "a test")
    for name, opened in (("trace.json", open), ("trace.json.gz", gzip.open)):
        prof.export_chrome_trace(str(tmp_path / name))
        with opened(tmp_path / name, "rt") as file:
            trace = json.load(file)
    assert trace["kind"] == "a test"
    spans = [each for each in trace["traceEvents"] if each["ph"] == "X"]
    assert len(spans) == len(prof.events())
    assert {"name", "cat", "pid", "tid", "ts", "dur"} <= spans[0].keys()
    for each in spans:  # within a thread they nest
        for other in spans:
            if each["ts"] <= other["ts"] < each["ts"] + each["dur"]:
                assert other["ts"] + other["dur"] <= each["ts"] + each["dur"] + 0.001
    starts, ends = ({e["id"] for e in trace["traceEvents"] if e["ph"] == kind} for kind in "sf")
    assert starts == ends != set()
    prof.export_stacks(str(tmp_path / "stacks"))
    for line in (tmp_path / "stacks").read_text().splitlines():
        assert "test_profile.py" in line
        assert int(line.rpartition(" ")[2]) > 0


def test_tables_fit_and_sort() -> None:
    model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.GELU(), nn.Linear(8, 2))
    with profile(profile_memory=True) as prof:
        F.cross_entropy(model(mg.ones(4, 8)), mg.zeros(4, dtype=mg.int64)).backward()
    for averages in (prof.key_averages(), prof.by_module(), prof.by_line()):
        text = averages.table(sort_by="self_cpu_time_total", header="a step")
        assert max(map(len, text.splitlines())) <= 120
        assert text.startswith("a step\nName")
    text = prof.key_averages().table(sort_by="self_cpu_time_total")
    shares = [float(share) for share in re.findall(r"^\S.*?(?:forward|backward) +([\d.]+)%", text, flags=re.MULTILINE)]
    assert len(shares) == len(prof.key_averages())
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert shares == sorted(shares, reverse=True)
    assert "more rows" in prof.key_averages().table(row_limit=2)
    with pytest.raises(AttributeError, match="self_cpu_time_total"):
        prof.key_averages().table(sort_by="beauty")
    with pytest.raises(ValueError, match="time_unit"):
        prof.key_averages().table(time_unit="hours")


def test_steps_of_a_schedule() -> None:
    ready: list[tuple[int, list[str]]] = []

    def trace(prof: profile) -> None:
        ready.append((prof.step_num, sorted({each.name for each in prof.events() if "Step" in each.name})))

    with profile(schedule=schedule(wait=1, warmup=1, active=2, repeat=2), on_trace_ready=trace) as prof:
        for _ in range(10):
            mg.ones(2).exp()
            prof.step()
    assert ready == [(4, ["ProfilerStep#2", "ProfilerStep#3"]), (8, ["ProfilerStep#6", "ProfilerStep#7"])]
    assert rows(prof.key_averages())["ProfilerStep*", "forward"][0] == 2
    assert rows(prof.key_averages())["exp", "forward"][0] == 2


def test_an_unfinished_cycle_warns() -> None:
    actions = [ProfilerAction.RECORD, ProfilerAction.NONE]
    with profile(schedule=lambda step: actions[step]) as prof, pytest.warns(UserWarning, match="RECORD followed by"):
        prof.step()


@pytest.mark.torch
@pytest.mark.parametrize("wait", [0, 2])
@pytest.mark.parametrize("repeat", [0, 2])
@pytest.mark.parametrize("skips", [(0, 0), (3, 0), (3, 1)])
def test_schedules_are_pytorchs(wait, repeat, skips) -> None:
    theirs = pytest.importorskip("torch.profiler")
    options = {
        "wait": wait,
        "warmup": 1,
        "active": 2,
        "repeat": repeat,
        "skip_first": skips[0],
        "skip_first_wait": skips[1],
    }
    ours, other = schedule(**options), theirs.schedule(**options)
    assert [ours(step).name for step in range(20)] == [other(step).name for step in range(20)]


@pytest.mark.torch
def test_misuse_is_refused_as_by_pytorch() -> None:
    torch = pytest.importorskip("torch")
    for lib in (mg, torch):
        profiler = __import__(f"{lib.__name__}.profiler", fromlist=["profile"])
        waiting = profiler.profile(activities=[profiler.ProfilerActivity.CPU])
        for wrong in (
            lambda p=profiler: p.schedule(wait=-1, warmup=1, active=1),
            lambda p=profiler: p.schedule(wait=1, warmup=1, active=0),
            lambda p=profiler: p.profile(activities=[]),
            waiting.key_averages,
            waiting.events,
            waiting.stop,
        ):
            with pytest.raises(AssertionError):
                wrong()
        done = lib.autograd.profiler.profile()
        with done:
            lib.ones(2).exp()
        with pytest.raises(RuntimeError, match="reentrant"):
            done.__enter__()
        assert "exp" in done.key_averages().table()


def test_what_is_refused() -> None:
    prof = profile()
    with prof, pytest.raises(RuntimeError, match="running already"):
        prof.start()
    with pytest.raises(RuntimeError, match="between"):
        prof.step()
    with pytest.raises(NotImplementedError, match="with_flops"):
        profile(with_flops=True)
    with pytest.warns(UserWarning, match="CUDA is not available"):
        profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA])
    with pytest.raises(TypeError, match="name is a string"):
        record_function(3)
    with profile() as prof:
        mg.ones(2).exp()
    with pytest.raises(RuntimeError, match="with_stack=True"):
        prof.export_stacks("nowhere")
    with pytest.raises(ValueError, match="self_cpu_time_total"):
        prof.export_stacks("nowhere", "beauty")
    for emit in (mg.autograd.profiler.emit_nvtx, mg.autograd.profiler.emit_itt):
        with emit(enabled=False):
            pass
        with pytest.raises(RuntimeError, match="export_chrome_trace"):
            emit()


def test_a_decorated_function_and_a_compiled_one() -> None:
    @record_function("decorated")
    def double(x):
        return x * 2

    compiled = mg.compile(lambda x: (x * x).sum())
    for _ in range(3):
        compiled(mg.ones(3))
    with profile() as prof:
        double(double(mg.ones(2)))
        compiled(mg.ones(3))
    found = rows(prof.key_averages())
    assert found["decorated", "forward"][0] == 2
    assert found["compiled <lambda>", "forward"][0] == 1


def test_classes_among_the_arguments_have_no_shape() -> None:
    class Marked(Tensor):
        pass

    with profile(record_shapes=True) as prof:
        mg.ones(2, 3).as_subclass(Marked)
    assert [[2, 3], []] in [each.input_shapes for each in prof.events()]
