"""The law behind an orbit, found by differentiating through the solver of its equation.

A planet is pulled towards its sun with a force k / r^p. We see forty places of it, each a little wrong, and ask for k,
for p, and for where it was and how it moved at first. A solver turns these six numbers into an orbit, step by step;
every step is differentiable, so the whole solver is, like a network with one layer a step. Reverse mode gives the
gradient that the search goes by, forward mode the Jacobian that says how sure its result is.

    python examples/ode.py            # half a minute; pictures and an animation appear in runs/ode/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import func, optim
from shared.options import Option
from shared.pictures import BLUE, COLOURS, GRAY, ORANGE, VERMILION, figure, rendered
from shared.run import Run, start

NAMES = ("x", "y", "velocity in x", "velocity in y", "k", "p")
"""The six parameters: the state at the beginning, and the law."""

ECCENTRICITY, NOISE, REVOLUTIONS, OBSERVATIONS = 0.5, 0.02, 1.5, 40

# -- the world: what is seen of a planet -------------------------------------------------------------------------------


def kepler(times: np.ndarray) -> np.ndarray:
    """Where the planet is, (len(times), 2), for k = 1, p = 2 and a great half axis of 1, from its farthest point on.

    No solver is asked, and so none is its own witness: Kepler's equation M = E - e sin E has the answer.
    """
    mean = times + np.pi
    angle = mean.copy()
    for _ in range(50):
        angle -= (angle - ECCENTRICITY * np.sin(angle) - mean) / (1 - ECCENTRICITY * np.cos(angle))
    x, y = np.cos(angle) - ECCENTRICITY, np.sqrt(1 - ECCENTRICITY**2) * np.sin(angle)
    return np.stack([x, y], 1)


def true_parameters() -> mg.Tensor:
    """At the farthest point, 1 + e away, the speed is the root of (1 - e) / (1 + e)."""
    e = ECCENTRICITY
    return mg.tensor([-1 - e, 0, 0, -(((1 - e) / (1 + e)) ** 0.5), 1, 2], dtype=mg.float64)


# -- the model: a solver -----------------------------------------------------------------------------------------------


def motion(state: mg.Tensor, k: mg.Tensor, p: mg.Tensor) -> mg.Tensor:
    """How the state (x, y, and their velocities) changes: the velocity, and the pull k / r^p towards the sun."""
    place, velocity = state[:2], state[2:]
    distance = place.square().sum().sqrt()
    return mg.cat([velocity, -k * place / distance ** (p + 1)])


def solve(parameters: mg.Tensor, steps: int, length: float) -> mg.Tensor:
    """The places (steps, 2) after each step, by the classical method of Runge and Kutta of fourth order."""
    state, (k, p) = parameters[:4], parameters[4:]
    places = []
    for _ in range(steps):
        a = motion(state, k, p)
        b = motion(state + length / 2 * a, k, p)
        c = motion(state + length / 2 * b, k, p)
        d = motion(state + length * c, k, p)
        state = state + length / 6 * (a + 2 * b + 2 * c + d)
        places.append(state[:2])
    return mg.stack(places)


class Model:
    """The solver with `steps` steps from one observation to the next."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.length = 2 * np.pi * REVOLUTIONS / (OBSERVATIONS * steps)

    def predict(self, parameters: mg.Tensor, observations: int = OBSERVATIONS) -> mg.Tensor:
        """Where the planet should be at the first so many observations, (observations, 2)."""
        return solve(parameters, observations * self.steps, self.length)[self.steps - 1 :: self.steps]

    def loss(self, parameters: mg.Tensor, seen: mg.Tensor) -> mg.Tensor:
        return (self.predict(parameters, len(seen)) - seen).square().mean()


# -- the search --------------------------------------------------------------------------------------------------------


def descend(loss: Callable[..., mg.Tensor], parameters: mg.Tensor, steps: Iterable[int]) -> Iterator[mg.Tensor]:
    """The parameters after every iteration of L-BFGS."""
    optimizer = optim.LBFGS([parameters], max_iter=1, max_eval=30, line_search_fn="strong_wolfe")

    def closure() -> mg.Tensor:
        optimizer.zero_grad()
        value = loss(parameters)
        value.backward()
        return value

    for _ in steps:
        optimizer.step(closure)
        yield parameters.detach().clone()


def fit(model: Model, guess: mg.Tensor, seen: mg.Tensor, iterations: int, run: Run) -> list[tuple[int, mg.Tensor]]:
    """After every iteration, how many observations the search looked at, and the parameters.

    Late places depend so strongly on the parameters that from a wrong guess they point in no useful direction. So the
    search begins with a third of the observations, and takes in the others once it knows the orbit roughly.
    """
    parameters = guess.clone().requires_grad_()
    way = [(OBSERVATIONS // 3, guess)]
    for count in (OBSERVATIONS // 3, 2 * OBSERVATIONS // 3, OBSERVATIONS):
        steps = run.progress(range(iterations), f"{count} observations")
        way += [(count, point) for point in descend(partial(model.loss, seen=seen[:count]), parameters, steps)]
    return way


def uncertainty(jacobian: mg.Tensor) -> mg.Tensor:
    """The standard errors of parameters (P,) from the derivatives (N, 2, P) of the places by them.

    Near the minimum the model is linear, and the covariance of a linear fit is NOISE² (JᵀJ)⁻¹.
    """
    rows = jacobian.flatten(0, 1)
    return NOISE * mg.linalg.inv(rows.mT @ rows).diagonal().sqrt()


def gradients(model: Model, guess: mg.Tensor, seen: mg.Tensor) -> dict[str, float]:
    """How far forward mode and differences are from reverse mode, as parts of the gradient's length."""
    loss = partial(model.loss, seen=seen)
    reverse = func.grad(loss)(guess)
    steps = mg.eye(len(guess), dtype=mg.float64)
    _, push = func.linearize(loss, guess)
    forward = mg.stack([push(step) for step in steps])
    h = 1e-6
    differences = mg.stack([(loss(guess + h * step) - loss(guess - h * step)) / (2 * h) for step in steps])
    ways = {"forward mode": forward, "differences": differences}
    return {name: ((way - reverse).norm() / reverse.norm()).item() for name, way in ways.items()}


# -- what there is to see ----------------------------------------------------------------------------------------------


def draw_orbit(axes: Axes, model: Model, parameters: mg.Tensor, seen: np.ndarray, used: int, **look: Any) -> None:
    """The sun, the orbit of some parameters, and the observations, those that are not used yet in a paler gray."""
    path = solve(parameters, OBSERVATIONS * model.steps, model.length).numpy()
    axes.plot(*path.T, **look)
    axes.plot(*seen[used:].T, "o", color="#CCCCCC", markersize=4)
    axes.plot(*seen[:used].T, "o", color=GRAY, markersize=4)
    axes.plot(0, 0, "o", color=ORANGE, markersize=11)
    axes.set(xlim=(-1.9, 0.9), ylim=(-1.25, 1.25), aspect="equal")
    axes.set_axis_off()


def draw_result(model: Model, guess: mg.Tensor, found: mg.Tensor, seen: np.ndarray, jacobian: mg.Tensor) -> Figure:
    """The orbits of the guess and of the result, and how much each place depends on each parameter."""
    picture, (left, right) = figure(1, 2, (8, 3.6))
    draw_orbit(left, model, guess, seen, OBSERVATIONS, color=VERMILION, linestyle="--", linewidth=1, label="guess")
    draw_orbit(left, model, found, seen, OBSERVATIONS, color=BLUE, label="found")
    left.legend(loc="upper left")
    revolutions = REVOLUTIONS * np.arange(1, OBSERVATIONS + 1) / OBSERVATIONS
    for i, name in enumerate(NAMES):
        right.plot(revolutions, jacobian[:, :, i].norm(dim=1).numpy(), label=name, color=COLOURS[i])
    right.set(yscale="log", xlabel="revolutions", title="derivative of the place by each parameter")
    right.legend(fontsize=8, ncols=2)
    return picture


def draw_step(model: Model, parameters: mg.Tensor, seen: np.ndarray, used: int, step: int) -> Figure:
    picture, axes = figure(size=(5, 4.6))
    draw_orbit(axes, model, parameters, seen, used, color=BLUE)
    axes.set_title(f"iteration {step}:  k = {parameters[4].item():.3f},  p = {parameters[5].item():.3f}")
    return picture


def main(arguments: Sequence[str] | None = None) -> None:
    steps = Option(6, 2, "steps of the solver from one observation to the next")
    iterations = Option(30, 4, "iterations of the search with a third, with two thirds and with all observations")
    run = start("ode", __doc__, arguments, steps=steps, iterations=iterations)
    model = Model(run.options.steps)
    times = 2 * np.pi * REVOLUTIONS * np.arange(1, OBSERVATIONS + 1) / OBSERVATIONS
    truth, exact = true_parameters(), mg.from_numpy(kepler(times))
    seen = exact + NOISE * mg.randn(OBSERVATIONS, 2, dtype=mg.float64)
    guess = truth + mg.tensor([0.1, 0.1, 0.1, -0.1, -0.2, -0.5], dtype=mg.float64)
    solver_error = (model.predict(truth) - exact).abs().max().item()
    differ = gradients(model, guess, seen)

    way = fit(model, guess, seen, run.options.iterations, run)
    _, found = way[-1]
    _, push = func.linearize(model.predict, found)
    jacobian = mg.stack([push(unit) for unit in mg.eye(6, dtype=mg.float64)], -1)
    errors = uncertainty(jacobian)
    run.save_figure("orbit", draw_result(model, guess, found, seen.numpy(), jacobian))
    frames = [draw_step(model, parameters, seen.numpy(), used, i) for i, (used, parameters) in enumerate(way)][::3]
    run.save_gif("search", [rendered(frame) for frame in frames], 200, scale=1)

    table = [["", "true", "guess", "found", "standard error"]]
    table += [[name, *(v[i].item() for v in (truth, guess, found, errors))] for i, name in enumerate(NAMES)]
    first, last = (jacobian[i].norm().item() for i in (0, -1))
    calls = 4 * OBSERVATIONS * model.steps
    sentences = [
        f"From {OBSERVATIONS} places, each wrong by {NOISE}, the search finds that the pull falls with a power "
        f"p = {found[5].item():.3f} ± {errors[5].item():.3f} of the distance, after a guess of {guess[5].item()}; "
        f"forward and reverse mode through {calls} evaluations of the equation agree to "
        f"{differ['forward mode']:.0e}.",
        "Chapter 6 blames the sigmoid where gradients vanish in deep networks, and rightly not their depth: along this "
        f"chain of steps the derivative of the place by the parameters grows, from {first:.2g} at the first "
        f"observation to {last:.2g} at the last.",
    ]
    metrics = {
        "true": truth,
        "found": found,
        "standard_errors": errors,
        "root_mean_square_misfit": model.loss(found, seen).sqrt(),
        "solver_error": solver_error,
        "gradients_differ": differ,
        "growth": [first, last],
    }
    shown = {
        "orbit.png": "An orbit found from its observations, and how strongly each place depends on the parameters.",
        "search.gif": "The search: first with a third of the observations, at last with all.",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
