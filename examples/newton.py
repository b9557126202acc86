"""Newton's method: what a second derivative is good for, on a famous valley and on a logistic regression.

A gradient says which way is down. The Hessian says how soon that stops being true, and so how far to go: Newton's
step -H⁻¹g leads to the lowest point of the parabola that touches the loss. Automatic differentiation gives the Hessian
H as a matrix, and, for a few times the price of a gradient, its product with any vector. Conjugate gradients make the
same step of such products alone (Martens, Deep learning via Hessian-free optimization, 2010). L-BFGS guesses H from
the gradients of its last steps, and Adam no more than the size of each of them.

    python examples/newton.py            # some seconds; pictures appear in runs/newton/
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import func, optim
from minigrad.nn import functional as F
from shared.digits import split
from shared.options import Option
from shared.pictures import BLUE, GREEN, ORANGE, VERMILION, figure
from shared.run import start

Loss = Callable[[mg.Tensor], mg.Tensor]

# -- the losses --------------------------------------------------------------------------------------------------------


def rosenbrock(x: mg.Tensor) -> mg.Tensor:
    """(1 - x)² + 100 (y - x²)²: a curved valley, lowest at (1, 1) (Rosenbrock 1960)."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def logistic_regression(penalty: float = 1e-3) -> tuple[Loss, mg.Tensor]:
    """The loss of the weights (197,) of σ(w · x), which tells 3 from 8 by 14 × 14 pixels and a constant; the inputs x.

    This is a fully connected layer with one output. The loss is its mean cross-entropy and a small penalty on weights,
    a convex function: it has one minimum, and its Hessian is Xᵀ D X / n + penalty with D = σ (1 - σ).
    """
    images, labels = split().learn
    chosen = np.isin(labels, (3, 8))
    pixels = mg.from_numpy(images[chosen].astype(np.float64) / 255)
    inputs = F.pad(F.avg_pool2d(pixels[:, None], 2).flatten(1), (0, 1), value=1)
    targets = mg.from_numpy((labels[chosen] == 8).astype(np.float64))

    def loss(weights: mg.Tensor) -> mg.Tensor:
        return F.binary_cross_entropy_with_logits(inputs @ weights, targets) + penalty / 2 * weights.square().sum()

    return loss, inputs


# -- the methods -------------------------------------------------------------------------------------------------------

SMALL = 1e-9
"""A gradient of this length is as good as none."""


@dataclass
class Trail:
    """Where a method has been, what the loss was there, and what that had cost: gradients, and products with H."""

    points: list[mg.Tensor] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)

    def note(self, point: mg.Tensor, loss: float, cost: int) -> None:
        self.points.append(point.detach().clone())
        self.losses.append(loss)
        self.costs.append(cost)


def by_hessian(loss: Loss, x: mg.Tensor, gradient: mg.Tensor) -> tuple[mg.Tensor, int]:
    """Newton's step -H⁻¹g from the matrix H, which costs a product for each of its columns; and that cost."""
    return mg.linalg.solve(func.hessian(loss)(x), -gradient), len(x)


def by_products(loss: Loss, x: mg.Tensor, gradient: mg.Tensor) -> tuple[mg.Tensor, int]:
    """The same from products Hp alone, by conjugate gradients (Nocedal and Wright 2006, Algorithm 7.1), if H > 0.

    Far from the minimum a rough solution will do: the smaller the gradient, the smaller a part of it may remain.
    """
    _, product = func.linearize(func.grad(loss), x)
    step, residual, direction = mg.zeros_like(x), gradient, -gradient
    enough = min(0.5, gradient.norm().item() ** 0.5) * gradient.norm()
    products = 0
    while residual.norm() > enough:
        curved, before = product(direction), residual @ residual
        length = before / (direction @ curved)
        step = step + length * direction
        residual = residual + length * curved
        direction = residual @ residual / before * direction - residual
        products += 1
    return step, products


def newton(loss: Loss, x: mg.Tensor, steps: int, find: Callable[..., tuple[mg.Tensor, int]]) -> Trail:
    """Newton's method. A step is halved until the loss falls by a part of what its slope promises (Armijo)."""
    trail, cost = Trail(), 0
    for _ in range(steps):
        gradient, value = func.grad_and_value(loss)(x)
        trail.note(x, value.item(), cost)
        if gradient.norm() < SMALL:
            break
        step, products = find(loss, x, gradient)
        while loss(x + step) > value + 1e-4 * (gradient @ step):
            step = step / 2
        x, cost = x + step, cost + 1 + products
    return trail


def descend(loss: Loss, x: mg.Tensor, steps: int, make: Callable[..., optim.Optimizer]) -> Trail:
    """An optimizer that knows gradients only."""
    x = x.clone().requires_grad_()
    optimizer, trail, cost = make([x]), Trail(), 0

    def closure() -> mg.Tensor:
        nonlocal cost
        cost += 1
        optimizer.zero_grad()
        value = loss(x)
        value.backward()
        return value

    for _ in range(steps):
        trail.note(x, loss(x).item(), cost)
        optimizer.step(closure)
        if x.grad.norm() < SMALL:
            break
    trail.note(x, loss(x).item(), cost)
    return trail


NEWTON, PRODUCTS, LBFGS, ADAM = "Newton", "Newton by products", "L-BFGS", "Adam"


def compare(loss: Loss, x: mg.Tensor, steps: int, rate: float) -> dict[str, Trail]:
    """The way of each method down from x, in as many steps as it needs, but no more than `steps`."""
    # One iteration of L-BFGS a step, so that its way can be drawn; the line search may look at 30 points in each.
    options = {"max_iter": 1, "max_eval": 30, "tolerance_grad": 0, "tolerance_change": 0}
    trails = {
        NEWTON: newton(loss, x, steps, by_hessian),
        LBFGS: descend(loss, x, steps, lambda x: optim.LBFGS(x, **options, line_search_fn="strong_wolfe")),
        ADAM: descend(loss, x, steps, lambda x: optim.Adam(x, rate)),
    }
    if len(x) > 2:  # for two variables the matrix is as cheap as its products
        trails[PRODUCTS] = newton(loss, x, steps, by_products)
    return {name: trails[name] for name in COLOUR if name in trails}


# -- what there is to see ----------------------------------------------------------------------------------------------

VALLEY, REGRESSION = "Rosenbrock's valley", "logistic regression"

COLOUR = {NEWTON: BLUE, PRODUCTS: ORANGE, LBFGS: GREEN, ADAM: VERMILION}


def draw_valley(trails: dict[str, Trail]) -> Figure:
    """Three ways through Rosenbrock's valley. Adam's has thousands of steps; its points would hide the line."""
    picture, axes = figure(size=(8, 4.6))
    x, y = np.meshgrid(np.linspace(-1.6, 1.5, 300), np.linspace(-0.6, 2.2, 300))
    heights = rosenbrock(mg.from_numpy(np.stack([x, y]))).numpy()
    axes.contour(x, y, np.log10(heights + 1e-3), levels=24, colors="#BBBBBB", linewidths=0.7, linestyles="solid")
    axes.grid(visible=False)
    for name in (ADAM, LBFGS, NEWTON):
        way = mg.stack(trails[name].points).numpy()
        marks = {} if name == ADAM else {"marker": "o", "markersize": 4}
        axes.plot(*way.T, color=COLOUR[name], label=f"{name}, {len(way) - 1} steps", **marks)
    axes.plot(1, 1, "*", color="black", markersize=13)
    axes.set(xlabel="x", ylabel="y", xlim=(-1.6, 1.5), ylim=(-0.6, 2.2))
    axes.legend(loc="lower left", frameon=True)
    return picture


def draw_losses(problems: dict[str, tuple[dict[str, Trail], float]]) -> Figure:
    """How far the loss is above its minimum, against what that has cost, for each problem."""
    picture, panels = figure(1, 2, (8, 4), sharey=True)
    for axes, (title, (trails, least)) in zip(panels, problems.items()):
        for name, trail in trails.items():
            mark = None if name == ADAM else "o"
            gaps = np.maximum(np.array(trail.losses) - least, 1e-17)
            axes.plot(np.array(trail.costs) + 1, gaps, color=COLOUR[name], marker=mark, markersize=3, label=name)
        axes.set(xscale="log", yscale="log", ylim=(1e-16, 1e2), title=title)
        axes.set_xlabel("gradients and products with the Hessian")
    panels[0].set_ylabel("loss above its minimum")
    panels[1].legend(fontsize=8.5, loc="lower left")
    return picture


def main(arguments: Sequence[str] | None = None) -> None:
    run = start("newton", __doc__, arguments, steps=Option(5000, 100, "the most steps that a method may take"))
    regression, inputs = logistic_regression()
    begin = {
        VALLEY: (rosenbrock, mg.tensor([-1.2, 1.0], dtype=mg.float64), 0.02),
        REGRESSION: (regression, mg.zeros(inputs.shape[1], dtype=mg.float64), 0.05),
    }
    trails = {name: compare(*problem[:2], run.options.steps, problem[2]) for name, problem in begin.items()}
    least = {name: min(min(trail.losses) for trail in ways.values()) for name, ways in trails.items()}
    run.save_figure("valley", draw_valley(trails[VALLEY]))
    run.save_figure("losses", draw_losses({name: (trails[name], least[name]) for name in trails}))

    minimum = trails[REGRESSION][NEWTON].points[-1]
    curvature = mg.linalg.eigvalsh(func.hessian(regression)(minimum))
    results = {
        name: {
            way: {"steps": len(t.losses) - 1, "cost": t.costs[-1], "above_minimum": t.losses[-1] - least[name]}
            for way, t in ways.items()
        }
        for name, ways in trails.items()
    }
    table: list[list[Any]] = [["", "steps", "cost", "loss above minimum"]]
    for name, ways in results.items():
        table += [[name, "", "", ""], *([f"  {way}", *result.values()] for way, result in ways.items())]
    of_valley, of_regression = results.values()
    sentences = [
        f"Newton's method reaches the floor of Rosenbrock's valley in {of_valley[NEWTON]['steps']} steps, L-BFGS in "
        f"{of_valley[LBFGS]['steps']} and Adam in {of_valley[ADAM]['steps']}; of a logistic regression with "
        f"{inputs.shape[1]} weights in {of_regression[NEWTON]['steps']}, which cost {of_regression[NEWTON]['cost']} "
        f"gradients or products with the Hessian, or {of_regression[PRODUCTS]['cost']} where it is never formed.",
        "Chapter 6 warns of the sigmoid, since gradients vanish in deep networks: in the single layer σ(W x + b) of "
        f"chapter 8, under cross-entropy, they do not, and the loss is one bowl of curvature {curvature[0].item():.1g} "
        f"to {curvature[-1].item():.2g}.",
    ]
    metrics = {
        "results": results,
        "newton_in_the_valley": [point.tolist() for point in trails[VALLEY][NEWTON].points],
        "minimum_of_regression": least[REGRESSION],
        "curvature": curvature,
    }
    shown = {
        "valley.png": "Three ways through Rosenbrock's valley, from the upper left to the star.",
        "losses.png": "What it costs to come down. A product with the Hessian is counted like a gradient.",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
