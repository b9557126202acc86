"""First steps by hand, where they lead in the end, and what an update leaves alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim
from minigrad.optim import update

OTHERS = ("LBFGS", "Optimizer", "lr_scheduler", "swa_utils")
OPTIMIZERS = [getattr(optim, name) for name in optim.__all__ if name not in OTHERS]

G = np.array([0.5, -2.0, 8.0])
SIGN = np.sign(G)
ROOT_10 = np.sqrt(10)

# The change of a parameter in its first step, with lr = 0.1 and ε so small that it is lost, in closed form.
FIRST_STEPS: list[tuple[str, dict[str, Any], np.ndarray]] = [
    ("SGD", {}, -0.1 * G),
    ("SGD", {"momentum": 0.9, "dampening": 0.5}, -0.1 * G),
    ("SGD", {"momentum": 0.9, "nesterov": True}, -0.1 * 1.9 * G),
    ("Adam", {"eps": 1e-30}, -0.1 * SIGN),
    ("Adam", {"eps": 1e-30, "amsgrad": True}, -0.1 * SIGN),
    ("Adam", {"eps": 1e-30, "maximize": True}, 0.1 * SIGN),
    ("AdamW", {"eps": 1e-30, "weight_decay": 0}, -0.1 * SIGN),
    ("Adamax", {"eps": 1e-30}, -0.1 * SIGN),
    ("Adafactor", {"eps": (1e-30, 1e-3)}, -0.1 * np.sqrt(14 / 3) * SIGN),  # of p, the root of the mean square is √14/3
    ("RAdam", {}, -0.1 * G),
    ("RMSprop", {"eps": 1e-30, "alpha": 0.9}, -0.1 * SIGN * ROOT_10),
    ("RMSprop", {"eps": 1e-30, "alpha": 0.9, "centered": True}, -0.1 * SIGN / np.sqrt(0.1 - 0.01)),
    ("Adagrad", {"eps": 1e-30}, -0.1 * SIGN),
    ("Adagrad", {"eps": 1e-30, "initial_accumulator_value": 2.0}, -0.1 * G / np.sqrt(2 + G**2)),
    ("Adadelta", {"eps": 1e-16}, -0.1 * 1e-8 * SIGN * ROOT_10),
]


@pytest.mark.parametrize(("name", "options", "change"), FIRST_STEPS)
def test_first_step_in_closed_form(name: str, options: dict[str, Any], change: np.ndarray) -> None:
    p = mg.tensor([1.0, 2.0, -3.0], dtype=mg.float64, requires_grad=True)
    p.grad = mg.tensor(G, dtype=mg.float64)
    before = p.array.copy()
    getattr(optim, name)([p], lr=0.1, **options).step()
    # 1e-15: p, of size 3, rounds the change to some 1e-16.
    np.testing.assert_allclose(p.array - before, change, rtol=1e-12, atol=1e-15)


SMALL_SQUARES = [each for each in FIRST_STEPS if each[0] not in ("Adafactor", "Adagrad")]


@pytest.mark.parametrize(("name", "options", "change"), SMALL_SQUARES)
def test_first_step_in_float16(name: str, options: dict[str, Any], change: np.ndarray) -> None:
    """The square of 300 is no number of float16; a tenth of it, which is remembered, is one."""
    p = mg.zeros(3, dtype=mg.float16, requires_grad=True)
    p.grad = mg.tensor(37.5 * G, dtype=mg.float16)
    scale = 37.5 if name in ("SGD", "RAdam") else 1
    getattr(optim, name)([p], lr=0.1, **options).step()
    np.testing.assert_allclose(p.array, scale * change, rtol=1e-3, atol=1e-7)
    assert p.dtype == p.grad.dtype == mg.float16
    assert p.grad.tolist() == [18.75, -75.0, 300.0]


def test_centered_in_float16() -> None:
    """A variance is small beside the squares that it is the difference of: 200² and 200.1² are one number there."""
    p = mg.zeros(1, dtype=mg.float16, requires_grad=True)
    optimizer = optim.RMSprop([p], lr=0.1, alpha=0, eps=0.5, centered=True)
    p.grad = mg.tensor([200.125], dtype=mg.float16)
    optimizer.step()
    # n = 200.125² rounds to 40064, the mean is 200.125 itself: the root of their difference and 0.5
    change = -0.1 * 200.125 / ((40064 - 200.125**2) ** 0.5 + 0.5)
    np.testing.assert_allclose(p.array, [change], rtol=1e-3)


def test_first_step_of_nadam() -> None:
    p = mg.tensor([0.0], dtype=mg.float64, requires_grad=True)
    p.grad = mg.tensor([4.0], dtype=mg.float64)
    optim.NAdam([p], lr=0.1, betas=(0.5, 0.9), eps=0, momentum_decay=0).step()
    # μ = 0.5 · (1 − 0.5) = 0.25 always; m = 2, v̂ = 16: m̂ = 0.25 · 2 / (1 − 0.0625) + 0.75 · 4 / (1 − 0.25)
    np.testing.assert_allclose(p.array, [-0.1 * (0.5 / 0.9375 + 4) / 4], rtol=1e-12)


def test_two_steps_of_adam_by_hand() -> None:
    p = mg.tensor([0.0], dtype=mg.float64, requires_grad=True)
    optimizer = optim.Adam([p], lr=1.0, betas=(0.5, 0.75), eps=1.0)
    p.grad = mg.tensor([3.0], dtype=mg.float64)
    optimizer.step()  # m̂ = 3, v̂ = 9
    np.testing.assert_allclose(p.array, [-3 / 4], rtol=1e-14)
    p.grad = mg.tensor([-1.0], dtype=mg.float64)
    optimizer.step()  # m = 0.75 − 0.5, v = 27/16 + 1/4 = 31/16; m̂ = 0.25 / 0.75, v̂ = (31/16) / (7/16)
    np.testing.assert_allclose(p.array, [-3 / 4 - (1 / 3) / (np.sqrt(31 / 7) + 1)], rtol=1e-14)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad"])
def test_weight_decay_is_the_gradient_of_a_penalty(name: str, rng: np.random.Generator) -> None:
    start = rng.standard_normal(4)
    decayed, penalized = (mg.tensor(start, dtype=mg.float64, requires_grad=True) for _ in range(2))
    first = getattr(optim, name)([decayed], lr=0.1, weight_decay=0.3)
    second = getattr(optim, name)([penalized], lr=0.1)
    for _ in range(5):
        first.zero_grad()
        second.zero_grad()
        (decayed.exp()).sum().backward()
        (penalized.exp() + 0.15 * penalized**2).sum().backward()
        first.step()
        second.step()
    np.testing.assert_allclose(decayed.array, penalized.array, rtol=1e-12)


def test_adamw_shrinks_apart_from_the_gradient() -> None:
    p = mg.tensor([2.0, -4.0], dtype=mg.float64, requires_grad=True)
    p.grad = mg.zeros_like(p)
    optim.AdamW([p], lr=0.1, weight_decay=0.5).step()
    np.testing.assert_allclose(p.array, [1.9, -3.8], rtol=1e-15)


@pytest.mark.parametrize(("layout", "shape"), [("C", (30, 250)), ("F", (30, 250)), ("mixed", (3, 5, 500))])
@pytest.mark.parametrize("name", ["SGD", "Adam", "NAdam", "RMSprop", "Adadelta"])
def test_large_arrays_in_any_layout(
    name: str, layout: str, shape: tuple[int, ...], rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every element goes its own way: an array in pieces is as good as each of some elements alone."""
    monkeypatch.setattr(update, "PIECE", 1000)
    start, gradients = rng.standard_normal(shape), rng.standard_normal((3, *shape))
    large = mg.from_numpy(np.array(start, order="C" if layout == "C" else "F")).requires_grad_()
    some = tuple(rng.integers(0, size, 50) for size in shape)
    small = mg.tensor(start[some], dtype=mg.float64, requires_grad=True)
    options = {"momentum": 0.9, "nesterov": True} if name == "SGD" else {}
    optimizers = [getattr(optim, name)([p], lr=0.1, weight_decay=0.1, **options) for p in (large, small)]
    array = large.array
    for g in gradients:
        large.grad = mg.from_numpy(np.array(g, order="F" if layout == "F" else "C"))
        small.grad = mg.tensor(g[some], dtype=mg.float64)
        for each in optimizers:
            each.step()
        np.testing.assert_array_equal(large.grad.array, g)
    assert large.array is array
    np.testing.assert_allclose(array[some], small.array, rtol=1e-14)
    assert (array != start).all()


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_what_a_step_leaves_alone(make: Any, rng: np.random.Generator) -> None:
    p, q = (mg.tensor(rng.standard_normal(3), dtype=mg.float32, requires_grad=True) for _ in range(2))
    g = rng.standard_normal(3).astype("float32")
    p.grad = mg.tensor(g)
    p.grad.array.flags.writeable = False
    array, untouched, leaf = p.array, q.array.copy(), p.node
    optimizer = make([p, q], maximize=True, **({} if make is optim.Rprop else {"weight_decay": 0.1}))
    optimizer.step()
    assert p.array is array
    assert p.node is leaf
    assert p.dtype == mg.float32
    np.testing.assert_array_equal(p.grad.array, g)
    np.testing.assert_array_equal(q.array, untouched)
    assert q not in optimizer.state


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_convergence_on_a_quadratic(make: Any) -> None:
    """½ xᵀAx − bᵀx, of condition 10, has its minimum at A⁻¹b."""
    A = mg.tensor([[10.0, 1.0], [1.0, 1.0]], dtype=mg.float64)
    b = np.array([1.0, -1.0])
    x = mg.tensor([3.0, 3.0], dtype=mg.float64, requires_grad=True)
    lr = {optim.SGD: 0.05, optim.Adagrad: 1.0, optim.Adadelta: 30.0}.get(make, 0.1)
    optimizer = make([x], lr=lr)
    if "betas" in optimizer.defaults:
        optimizer.param_groups[0] |= {"betas": (0.9, 0.99), "weight_decay": 0}  # a memory of 100 steps, not of 1000
    # Steps whose size does not shrink with the gradient need a rate that does.
    scheduler = optim.lr_scheduler.PolynomialLR(optimizer, 400)
    for _ in range(400):
        optimizer.zero_grad()
        (0.5 * (x @ A @ x) - (x * mg.tensor(b, dtype=mg.float64)).sum()).backward()
        optimizer.step()
        scheduler.step()
    np.testing.assert_allclose(x.array, np.linalg.solve(A.array, b), atol=1e-3)


def test_adam_finds_the_valley_of_rosenbrock() -> None:
    x = mg.tensor([-1.2, 1.0], dtype=mg.float64, requires_grad=True)
    optimizer = optim.Adam([x], lr=0.05)

    def loss() -> Any:
        optimizer.zero_grad()
        value = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
        value.backward()
        return value

    for _ in range(2000):
        last = optimizer.step(loss)
    assert last.item() < 1e-4
    np.testing.assert_allclose(x.array, [1, 1], atol=2e-2)


def test_closure_records_inside_no_grad() -> None:
    x = mg.tensor([3.0], requires_grad=True)
    optimizer = optim.SGD([x], lr=0.25)

    def loss() -> Any:
        optimizer.zero_grad()
        value = (x * x).sum()
        value.backward()
        return value

    with mg.no_grad():
        assert optimizer.step(loss).item() == 9
        assert not mg.is_grad_enabled()
    assert x.item() == 1.5
    assert optimizer.step() is None
