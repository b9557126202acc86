"""A large parameter is updated in parts, to the bit as at once, and only where its parts are parts of everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim
from minigrad.kernels import threads
from tests.optim.test_together import CASES, bits, calls


@pytest.fixture(autouse=True)
def three_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(threads, "LARGE", 1)
    before = mg.get_num_threads()
    mg.set_num_threads(3)
    yield
    mg.set_num_threads(before)


def stepped(name: str, options: dict[str, Any], steps: int = 3, order: str = "C") -> tuple[mg.Tensor, Any]:
    rng = np.random.default_rng(0)
    p = mg.from_numpy(np.array(rng.standard_normal((5, 6)).astype("f"), order=order)).requires_grad_()  # type: ignore[call-overload]
    optimizer = getattr(optim, name)([p], **options)
    for _ in range(steps):
        p.grad = mg.from_numpy(rng.standard_normal((5, 6)).astype("f"))
        optimizer.step()
    return p, optimizer.state[p]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_the_bits_are_those_of_the_whole(name: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls(monkeypatch, getattr(optim, name))
    p, state = stepped(name, options)
    assert asked[-3:] == [(10,)] * 3
    mg.set_num_threads(1)
    whole, remembered = stepped(name, options)
    assert asked[-1] == (30,)
    assert bits([p], [state]) == bits([whole], [remembered])


def test_what_lies_in_another_order_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls(monkeypatch, optim.Adam)
    p, _ = stepped("Adam", {}, order="F")
    assert set(asked) == {(5, 6)}
    same, _ = stepped("Adam", {})
    np.testing.assert_array_equal(p.array, same.array)


def test_an_update_that_looks_at_all_numbers_stays_whole() -> None:
    class Normed(optim.Optimizer):
        def __init__(self, params: Any) -> None:
            super().__init__(params, {})

        def update(self, p: mg.Tensor, grad: mg.Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
            p.array[...] -= grad.array / np.linalg.norm(grad.array)

    p = mg.ones(40, requires_grad=True)
    p.grad = mg.ones(40)
    Normed([p]).step()
    np.testing.assert_allclose(p.array, 1 - 40**-0.5, rtol=1e-6)
