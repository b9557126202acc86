"""What a compiled function returns: the very tensors that the function would, and no copies that take memory."""

from __future__ import annotations

import tracemalloc
from typing import Any

import minigrad as mg


def test_a_gradient_that_is_returned_is_the_parameters_own() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)

    @mg.compile
    def step(x: Any) -> Any:
        w.grad = None
        loss = (w * x).sum()
        loss.backward()
        return loss, [w.grad, w], w.grad

    for number in range(6):
        _, (gradient, parameter), again = step(mg.full((2,), float(number)))
        assert gradient is w.grad
        assert again is gradient
        assert parameter is w
        assert gradient.tolist() == [number, number]
    assert step.traces == 3


def test_a_gradient_that_was_there_is_the_one_of_this_call() -> None:
    w = mg.tensor([1.0], requires_grad=True)
    f = mg.compile(lambda x: (x * 2, w.grad))
    for number in range(5):
        w.grad = mg.tensor([float(number)])
        assert f(mg.ones(1))[1] is w.grad


def test_a_tensor_returned_twice_is_one() -> None:
    f = mg.compile(lambda x: [x + 1] * 2)
    for _ in range(4):
        first, second = f(mg.ones(1))
        assert first is second


def test_gradients_that_are_replaced_take_no_room_beside_the_new_ones() -> None:
    w = mg.ones(1 << 20, requires_grad=True)

    @mg.compile
    def step() -> None:
        w.grad = None
        (w * w).sum().backward()

    for _ in range(4):
        step()
    tracemalloc.start()
    step()  # its gradient is counted, too
    tracemalloc.reset_peak()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert step.traces == 3
    assert peak < 1.5 * w.array.nbytes


def test_gradients_are_still_there_for_a_branch_that_goes_the_other_way() -> None:
    w = mg.tensor([1.0], requires_grad=True)

    @mg.compile
    def step(x: Any) -> Any:
        before = w.grad
        w.grad = None
        (w * x).sum().backward()
        return before if x.sum() < 0 else x

    for number in [1.0, 1, 1, 1, -1, -2]:
        held = w.grad
        answer = step(mg.tensor([float(number)]))
        assert w.grad.tolist() == [number]
        assert number > 0 or answer.tolist() == held.tolist()
