"""no_grad, enable_grad and set_grad_enabled: as blocks, decorators and calls, nested, on generators, per thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from typing import Any

import pytest

import minigrad as mg
from minigrad import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.engine.mode import mode
from tests.program.double import Double


@pytest.fixture(autouse=True)
def _on_again() -> Any:
    assert is_grad_enabled()
    yield
    left_on = is_grad_enabled()
    set_grad_enabled(True)
    assert left_on


def recorded() -> bool:
    return (mg.ones(1, requires_grad=True) * 2).requires_grad


def test_blocks() -> None:
    with no_grad():
        assert not is_grad_enabled()
        assert not recorded()
        with enable_grad():
            assert recorded()
            with no_grad(), no_grad():
                assert not recorded()
            assert recorded()
        assert not recorded()
    assert recorded()


@pytest.mark.parametrize("on", [True, False])
def test_set_grad_enabled(on: bool) -> None:
    with set_grad_enabled(on):
        assert is_grad_enabled() is on
        with set_grad_enabled(not on):
            assert is_grad_enabled() is not on
        assert is_grad_enabled() is on
    assert is_grad_enabled()


def test_set_grad_enabled_as_a_call_lasts() -> None:
    set_grad_enabled(False)
    assert not recorded()
    set_grad_enabled(True)
    assert recorded()


def test_an_exception_ends_the_block() -> None:
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert recorded()


def test_one_object_can_be_entered_again() -> None:
    off = no_grad()
    with off:
        with enable_grad():
            with off:
                assert not recorded()
            assert recorded()
        assert not recorded()
    assert recorded()


@pytest.mark.parametrize(
    ("switch", "expected"),
    [(no_grad(), False), (no_grad, False), (enable_grad(), True), (enable_grad, True)],
)
def test_decorators(switch: Any, expected: bool) -> None:
    @switch
    def function(a: int, *, b: int = 2) -> tuple[int, int, bool]:
        """Its text."""
        return a, b, recorded()

    with set_grad_enabled(not expected):
        assert function(1, b=3) == (1, 3, expected)
        assert is_grad_enabled() is not expected
    assert function.__name__ == "function"
    assert function.__doc__ == "Its text."


def test_set_grad_enabled_as_a_decorator_changes_nothing_outside() -> None:
    @set_grad_enabled(False)
    def function() -> bool:
        return recorded()

    assert is_grad_enabled()
    assert not function()
    assert is_grad_enabled()
    with pytest.raises(ZeroDivisionError):
        set_grad_enabled(False)(lambda: 1 / 0)()
    assert is_grad_enabled()


def test_a_decorated_function_can_call_itself() -> None:
    @no_grad()
    def function(depth: int) -> bool:
        with enable_grad():
            inside = function(depth - 1) if depth else False
        return recorded() or inside

    assert not function(5)


def test_a_generator_is_switched_during_its_steps_only() -> None:
    @no_grad()
    def steps() -> Generator[bool, Any, str]:
        got = yield recorded()
        assert got == "sent"
        yield recorded()
        return "end"

    generator = steps()
    assert next(generator) is False
    assert recorded()
    assert generator.send("sent") is False
    assert recorded()
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "end"


def test_a_generator_receives_exceptions_and_is_closed() -> None:
    events = []

    @no_grad()
    def steps() -> Generator[str, None, None]:
        try:
            yield "first"
        except ValueError:
            events.append(recorded())
            try:
                yield "second"
            finally:
                events.append("closed")

    generator = steps()
    assert next(generator) == "first"
    assert generator.throw(ValueError()) == "second"
    assert is_grad_enabled()
    generator.close()
    assert events == [False, "closed"]


def test_every_thread_decides_for_itself() -> None:
    inside, go = threading.Event(), threading.Event()
    seen = []

    def other() -> None:
        seen.append(recorded())
        with no_grad():
            inside.set()
            assert go.wait(10)
            seen.append(recorded())

    with no_grad():
        thread = threading.Thread(target=other)
        thread.start()
        assert inside.wait(10)
        assert not recorded()
    assert recorded()
    go.set()
    thread.join(10)
    assert seen == [True, False]


def test_threads_may_walk_graphs_at_the_same_time() -> None:
    """Each its own graph over a shared weight that is only read; the sums are those of one thread."""
    w = mg.ones(3, dtype=mg.float64)
    results: list[Any] = [None] * 4

    def work(number: int) -> None:
        x = mg.full((3,), float(number), dtype=mg.float64, requires_grad=True)
        for _ in range(20):
            (x * x * w).sum().backward()
        results[number] = x.grad.tolist()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [[40.0 * i] * 3 for i in range(4)]


def test_leaves_made_inside_no_grad_require_grad() -> None:
    with no_grad():
        x = mg.ones(1, requires_grad=True)
    assert x.requires_grad
    assert (x * 2).requires_grad


def test_backward_inside_no_grad() -> None:
    x = mg.ones(1, requires_grad=True)
    y = (x * 3).sum()
    with no_grad():
        y.backward()
    assert x.grad.tolist() == [3.0]


def test_inference_mode():
    x = mg.ones(2, requires_grad=True)

    @mg.inference_mode()
    def with_brackets():
        return x * 2

    @mg.inference_mode
    def without():
        return x * 2

    assert not with_brackets().requires_grad
    assert not without().requires_grad
    with mg.inference_mode():
        assert not (x * 2).requires_grad
        with mg.inference_mode(mode=False):
            assert (x * 2).requires_grad


@pytest.mark.parametrize(
    "work",
    [
        lambda x: (x * 2).sum().backward(),
        lambda x: mg.autograd.grad((x * x).sum(), x, create_graph=True),
        lambda x: Double.apply(x),
        no_grad()(lambda x: x * 2),
    ],
    ids=["backward", "grad", "Function", "no_grad"],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of generators that are closed
def test_ctrl_c_at_any_door_leaves_the_mode_as_it_was(work: Any) -> None:
    x = mg.ones(2, requires_grad=True)
    work(x)
    before = dict(vars(mode))
    doors, stopped = 0, True
    while stopped:  # at the first call of a Python function, then at the second, until there are no more
        left, doors = doors, doors + 1

        def interrupt(frame: Any, event: str, arg: Any) -> None:
            nonlocal left
            if event == "call":
                left -= 1
                if left < 0:
                    sys.setprofile(None)
                    raise KeyboardInterrupt

        stopped = False
        try:
            sys.setprofile(interrupt)
            work(x)
        except KeyboardInterrupt:
            stopped = True
        finally:
            sys.setprofile(None)
        after = dict(vars(mode))
        vars(mode).update(before)
        assert after == before, doors
    assert doors > 3
