"""L-BFGS: next to PyTorch's, on functions whose minima are known, and what it refuses."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim
from minigrad.optim.line_search import C1, C2, Point, strong_wolfe

OPTIONS: list[dict[str, Any]] = [
    {},
    {"lr": 0.3},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "lr": 20.0, "max_iter": 7},
    {"line_search_fn": "strong_wolfe", "max_eval": 3},
    {"line_search_fn": "strong_wolfe", "lr": 1e-4, "max_iter": 4, "max_eval": 9},
    {"history_size": 2, "max_iter": 9, "lr": 0.5},
    {"max_iter": 0},
    {"max_iter": 1, "lr": 0.1},
    {"tolerance_change": 0.5},
    {"tolerance_change": 0.1},
]


def rosenbrock(w: Any, b: Any) -> Any:
    """Its valley is curved and narrow, and its minimum 0 where all of `w` is 1; `b` is a bowl beside it."""
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum() + ((b - 3) ** 2).sum() * 0.1


def logistic(w: Any, b: Any) -> Any:
    return (1 + (w - b[0, 0]).exp()).log().sum() - 0.3 * w.sum() + 0.1 * (w**2).sum() + 0.05 * (b**2).sum()


def start(library: Any, dtype: Any) -> tuple[Any, Any]:
    w = library.tensor([-1.2, 1.0, 0.3], dtype=dtype, requires_grad=True)
    b = library.tensor([[0.5, -1.0]], dtype=dtype, requires_grad=True)
    return w, b


def closure(optimizer: Any, loss: Callable[[Any, Any], Any], params: tuple[Any, Any]) -> Callable[[], Any]:
    def evaluate() -> Any:
        optimizer.zero_grad()
        value = loss(*params)
        value.backward()
        return value

    return evaluate


@pytest.mark.torch
@pytest.mark.parametrize("loss", [rosenbrock, logistic])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_steps_are_pytorchs(options: dict[str, Any], loss: Any) -> None:
    torch = pytest.importorskip("torch")
    if loss is rosenbrock and "line_search_fn" not in options:
        options = {"lr": 1e-3, **options, "max_iter": min(options.get("max_iter", 5), 5)}  # it would fly away
    ours, theirs = start(mg, mg.float64), start(torch, torch.float64)
    our, their = optim.LBFGS(ours, **options), torch.optim.LBFGS(theirs, **options)
    for _ in range(3):
        first, expected = our.step(closure(our, loss, ours)), their.step(closure(their, loss, theirs))
        assert first.item() == pytest.approx(expected.item(), rel=1e-9)
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.array, q.detach().numpy(), rtol=1e-7, atol=1e-9)
        state, known = our.state[ours[0]], their.state[theirs[0]]
        assert state["func_evals"] == known["func_evals"]
        assert state["n_iter"] == known["n_iter"]
        assert len(state.get("ro", ())) == len(known.get("ro") or ())


@pytest.mark.torch
def test_state_moves_both_ways() -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = start(mg, mg.float64), start(torch, torch.float64)
    options: dict[str, Any] = {"line_search_fn": "strong_wolfe", "max_iter": 3}
    our, their = optim.LBFGS(ours, **options), torch.optim.LBFGS(theirs, **options)
    our.step(closure(our, rosenbrock, ours))
    their.step(closure(their, rosenbrock, theirs))

    from_torch, from_minigrad = optim.LBFGS(ours), torch.optim.LBFGS(theirs)
    from_torch.load_state_dict(their.state_dict())
    saved = our.state_dict()
    for name, value in saved["state"][0].items():
        if isinstance(value, mg.Tensor):
            saved["state"][0][name] = torch.tensor(value.array)
        elif isinstance(value, list):
            saved["state"][0][name] = [torch.tensor(each.array) for each in value]
    from_minigrad.load_state_dict(saved)
    from_torch.step(closure(from_torch, rosenbrock, ours))
    from_minigrad.step(closure(from_minigrad, rosenbrock, theirs))
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.array, q.detach().numpy(), rtol=1e-8)


@pytest.mark.torch
def test_signature_is_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = (inspect.signature(each.LBFGS).parameters for each in (optim, torch.optim))
    assert [(p.name, p.default) for p in ours.values()] == [(p.name, p.default) for p in theirs.values()]


def test_saved_and_loaded_in_between_to_the_bit() -> None:
    def run(steps: int, optimizer: Any, params: tuple[Any, Any]) -> None:
        for _ in range(steps):
            optimizer.step(closure(optimizer, rosenbrock, params))

    options: dict[str, Any] = {"line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 4}
    expected, params = start(mg, mg.float32), start(mg, mg.float32)
    run(4, optim.LBFGS(expected, **options), expected)
    optimizer = optim.LBFGS(params, **options)
    run(2, optimizer, params)
    file = io.BytesIO()
    mg.save(optimizer.state_dict(), file)
    file.seek(0)
    optimizer = optim.LBFGS(params)
    optimizer.load_state_dict(mg.load(file))
    run(2, optimizer, params)
    for p, q in zip(params, expected, strict=True):
        assert p.dtype == mg.float32
        np.testing.assert_array_equal(p.array, q.array)


def test_the_valley_of_rosenbrock_is_found_in_few_evaluations() -> None:
    w, b = start(mg, mg.float64)
    optimizer = optim.LBFGS([w, b], line_search_fn="strong_wolfe", max_iter=100, tolerance_change=1e-14)
    optimizer.step(closure(optimizer, rosenbrock, (w, b)))
    np.testing.assert_allclose(w.array, 1, atol=1e-5)
    np.testing.assert_allclose(b.array, 3, atol=1e-5)
    assert optimizer.state[w]["func_evals"] < 70


def test_a_quadratic_is_solved() -> None:
    """½ xᵀAx − cᵀx has its minimum at A⁻¹c."""
    A = mg.tensor([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]], dtype=mg.float64)
    c = mg.tensor([1.0, -2.0, 3.0], dtype=mg.float64)
    x = mg.zeros(3, dtype=mg.float64, requires_grad=True)
    optimizer = optim.LBFGS([x], line_search_fn="strong_wolfe", tolerance_change=1e-14)

    def evaluate() -> Any:
        optimizer.zero_grad()
        loss = 0.5 * (x @ A @ x) - c @ x
        loss.backward()
        return loss

    with mg.no_grad():  # the closure records nevertheless
        optimizer.step(evaluate)
    np.testing.assert_allclose(x.array, np.linalg.solve(A.array, c.array), atol=1e-6)


@pytest.mark.parametrize("t", [1e-3, 0.3, 2.0, 50.0])
@pytest.mark.parametrize(
    ("phi", "slope"),
    [
        (lambda t: (t - 1) ** 2, lambda t: 2 * (t - 1)),
        (lambda t: -t / (t * t + 2), lambda t: (t * t - 2) / (t * t + 2) ** 2),  # Moré and Thuente 1994, (5.1)
        (lambda t: np.cos(t) + 0.01 * t * t, lambda t: -np.sin(t) + 0.02 * t),
    ],
)
def test_strong_wolfe_conditions(phi: Any, slope: Any, t: float) -> None:
    origin = 0.5
    start = Point(0, phi(origin), np.zeros(1), slope(origin))

    def point(step: float) -> Point:
        return Point(step, phi(origin + step), np.zeros(1), slope(origin + step))

    found = strong_wolfe(point, t, start, 1.0, 1e-12, 60)
    assert found.f <= start.f + C1 * found.t * start.slope
    assert abs(slope(origin + found.t)) <= C2 * abs(start.slope)


@pytest.mark.parametrize("budget", range(9))
@pytest.mark.parametrize("t", [1e-4, 0.02, 30.0])
def test_a_search_keeps_to_its_budget(t: float, budget: int) -> None:
    """A kink, whose slope is never small: only the budget ends the search."""
    trials = []

    def point(step: float) -> Point:
        trials.append(step)
        return Point(step, abs(step - 0.7), np.zeros(1), -1.0 if step < 0.7 else 1.0)

    start = Point(0, 0.7, np.zeros(1), -1.0)
    found = strong_wolfe(point, t, start, 1.0, 1e-300, budget)
    assert len(trials) == budget + 1
    assert found.f == abs(found.t - 0.7) <= start.f
    assert found.t in (0, *trials)


def test_a_parameter_without_a_gradient_stays() -> None:
    p, q = (mg.tensor([2.0], requires_grad=True) for _ in range(2))
    optimizer = optim.LBFGS([p, q])

    def evaluate() -> Any:
        optimizer.zero_grad()
        loss = (p**2).sum()
        loss.backward()
        return loss

    optimizer.step(evaluate)
    assert abs(p.item()) < 1e-3
    assert q.item() == 2


def test_errors() -> None:
    p, q = (mg.zeros(2, requires_grad=True) for _ in range(2))
    with pytest.raises(TypeError, match="needs a closure"):
        optim.LBFGS([p]).step()
    with pytest.raises(ValueError, match="parameter groups"):
        optim.LBFGS([{"params": [p]}, {"params": [q]}])
    with pytest.raises(RuntimeError, match=r"only 'strong_wolfe' is supported.*'weak'"):
        optim.LBFGS([p], line_search_fn="weak")
    for option in ("max_iter", "max_eval", "history_size"):
        with pytest.raises(ValueError, match=f"LBFGS: {option} must be"):
            optim.LBFGS([p], **{option: -1})


def test_a_tolerance_below_0_lets_no_step_end_early() -> None:
    p = mg.tensor([2.0], requires_grad=True)
    optimizer = optim.LBFGS([p], max_iter=7, max_eval=99, tolerance_grad=-1, tolerance_change=-1)
    losses = []

    def evaluate() -> Any:
        optimizer.zero_grad()
        loss = (p**2).sum()
        loss.backward()
        losses.append(loss.item())
        return loss

    optimizer.step(evaluate)
    assert len(losses) == 7
