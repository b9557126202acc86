"""One derivative in four ways: by hand, by differences, in forward mode and in reverse mode.

How exact is a derivative? Differences of nearby values lose digits to a step that is too long, and to rounding if it is
too short; both modes of automatic differentiation apply the chain rule and have no step. And what does it cost?
Differences and forward mode pay for every input, reverse mode for every output. A loss of a million weights has one
output, so networks learn in reverse mode (Griewank and Walther, Evaluating Derivatives, 2008, chapters 3 and 4).

    python examples/gradients.py            # pictures appear in runs/gradients/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import func
from minigrad.autograd import bilinear
from shared.options import Option, at_least
from shared.pictures import BLUE, GRAY, GREEN, ORANGE, VERMILION, figure
from shared.run import start

Function = Callable[[mg.Tensor], mg.Tensor]

# -- how exact? --------------------------------------------------------------------------------------------------------


def f(x: mg.Tensor) -> mg.Tensor:
    """f(x) = exp(sin x²), for every number in `x`."""
    return (x * x).sin().exp()


def by_hand(x: np.ndarray) -> np.ndarray:
    """f'(x) = 2 x cos(x²) exp(sin x²), by the chain rule on paper, in the precision of `x`."""
    return 2 * x * np.cos(x * x) * np.exp(np.sin(x * x))


def forward_difference(f: Function, x: mg.Tensor, step: float) -> mg.Tensor:
    """(f(x + h) - f(x)) / h, which is wrong by h/2 f''(x), and by roundings of f divided by h."""
    return (f(x + step) - f(x)) / step


def central_difference(f: Function, x: mg.Tensor, step: float) -> mg.Tensor:
    """(f(x + h) - f(x - h)) / 2h, which is wrong by h²/6 f'''(x), and by roundings of f divided by 2h."""
    return (f(x + step) - f(x - step)) / (2 * step)


def forward_mode(f: Function, x: mg.Tensor) -> mg.Tensor:
    """Every value carries its derivative along: with the tangent 1 at x, that of f(x) is f'(x)."""
    return func.jvp(f, (x,), (mg.ones_like(x),))[1]


def reverse_mode(f: Function, x: mg.Tensor) -> mg.Tensor:
    """What was computed is walked back. One output depends on one input here, so the gradient of the sum is f'."""
    return func.grad(lambda x: f(x).sum())(x)


def size(x: np.ndarray) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(np.square(x))))


DIFFERENCES = {"forward difference": forward_difference, "central difference": central_difference}
MODES = {"forward mode": forward_mode, "reverse mode": reverse_mode}


def errors(x: mg.Tensor, steps: np.ndarray) -> dict[str, list[float]]:
    """How far each way is from the formula in NumPy's longest numbers: an error for each step, or one without steps."""
    truth = by_hand(x.numpy().astype(np.longdouble))
    return {
        **{name: [size(way(f, x, h).numpy() - truth) for h in steps] for name, way in DIFFERENCES.items()},
        **{name: [size(way(f, x).numpy() - truth)] for name, way in MODES.items()},
        "by hand": [size(by_hand(x.numpy()) - truth)],
    }


# -- at what cost? -----------------------------------------------------------------------------------------------------

count = Counter()


def counted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    count["multiplications"] += a.shape[0] * a.shape[1] * b.shape[1]
    return a @ b


# A primitive of our own. Its rules call itself, so what derivatives multiply is counted as well, in either mode.
product = bilinear("product(a, b) = a @ b", counted, a=lambda g, b: product(g, b.mT), b=lambda g, a: product(a.mT, g))


def network(inputs: int, outputs: int, width: int = 64) -> Function:
    """A net from (inputs, 1) to (outputs, 1) by way of two layers of `width`. Its weights are constants."""
    sizes = [inputs, width, width, outputs]
    weights = [mg.randn(m, n) / n**0.5 for n, m in pairwise(sizes)]

    def net(x: mg.Tensor) -> mg.Tensor:
        for weight in weights[:-1]:
            x = product(weight, x).tanh()
        return product(weights[-1], x)

    return net


def by_differences(net: Function, x: mg.Tensor) -> mg.Tensor:
    """The Jacobian (outputs, inputs), a column from two values of the function."""
    h = 2.0**-7
    return mg.cat([(net(x + h * unit) - net(x - h * unit)) / (2 * h) for unit in mg.eye(len(x)).split(1, 1)], 1)


def by_columns(net: Function, x: mg.Tensor) -> mg.Tensor:
    """The Jacobian by forward mode: one pass for every input."""
    _, push = func.linearize(net, x)
    return mg.cat([push(unit) for unit in mg.eye(len(x)).split(1, 1)], 1)


def by_rows(net: Function, x: mg.Tensor) -> mg.Tensor:
    """The Jacobian by reverse mode: one pass back for every output."""
    y, pull = func.vjp(net, x)
    return mg.cat([pull(unit)[0].T for unit in mg.eye(len(y)).split(1, 1)], 0)


WAYS = {"central difference": by_differences, "forward mode": by_columns, "reverse mode": by_rows}


def costs(inputs: int, outputs: int) -> dict[str, float]:
    """The multiplications that a Jacobian takes, for one that the function takes."""
    net, x = network(inputs, outputs), mg.randn(inputs, 1)

    def multiplications(way: Callable[..., mg.Tensor], *given: Any) -> int:
        count.clear()
        way(*given)
        return count["multiplications"]

    return {name: multiplications(way, net, x) / multiplications(net, x) for name, way in WAYS.items()}


# -- what there is to see ----------------------------------------------------------------------------------------------

LOOKS = {
    name: {"color": colour, "marker": marker}
    for name, colour, marker in zip([*DIFFERENCES, *MODES], (ORANGE, VERMILION, BLUE, GREEN), "os^v")
}


def draw_trace(x: float) -> Figure:
    """Both modes on f at one number: the same three factors, multiplied from one end or from the other."""
    steps = {"x²": mg.square, "sin x²": mg.sin, "exp sin x²": mg.exp}
    values = [mg.tensor(x, dtype=mg.float64, requires_grad=True)]
    tangents = [mg.ones((), dtype=mg.float64)]
    for step in steps.values():
        values.append(step(values[-1]))
        tangents.append(func.jvp(step, (values[-2].detach(),), (tangents[-1],))[1])
    adjoints = mg.autograd.grad(values[-1], values)

    picture, axes = figure(size=(8, 2.8))
    axes.set(xlim=(-0.5, 3.6), ylim=(-1.35, 1.35))
    axes.set_axis_off()
    for i, name in enumerate(["x", *steps]):
        box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": GRAY}
        axes.text(i, 0, f"{name}\n{values[i].item():.4f}", ha="center", va="center", bbox=box)
    for numbers, height, arrow, colour in ((tangents, 0.75, "->", BLUE), (adjoints, -0.75, "<-", GREEN)):
        look = {"ha": "center", "va": "center", "color": colour}
        for i, number in enumerate(numbers):
            axes.text(i, height, f"{number.item():.4f}", **look)
        for i, factor in enumerate(("2 x", "cos x²", "exp sin x²")):
            line = {"arrowstyle": arrow, "color": colour}
            axes.annotate("", (i + 0.75, height), (i + 0.25, height), arrowprops=line)
            text = f"× {factor} = {(tangents[i + 1] / tangents[i]).item():.4f}"
            axes.text(i + 0.5, 1.2 * height, text, size=7.5, **look)
    axes.text(-0.2, 1.2, "forward mode: the derivative of every value by x, from 1 on", color=BLUE)
    axes.text(-0.2, -1.3, "reverse mode: the derivative of the result by every value, from 1 on", color=GREEN)
    return picture


def draw_errors(steps: np.ndarray, measured: dict[str, dict[str, list[float]]]) -> Figure:
    """The error against the step: a valley for each difference, a floor for the two modes."""
    picture, panels = figure(1, 2, (8, 4.2), sharey=True)
    for axes, dtype in zip(panels, measured):
        for name in DIFFERENCES:
            axes.plot(steps, measured[dtype][name], **LOOKS[name], markersize=3, linewidth=1, label=name)
        for name, line in zip(MODES, ("-", (0, (4, 4)))):
            axes.axhline(measured[dtype][name][0], color=LOOKS[name]["color"], linestyle=line, label=name)
        axes.set(xscale="log", yscale="log", xlabel="step h", title=dtype, ylim=(1e-17, 1e2))
    panels[0].set_ylabel("error of the derivative")
    panels[0].legend(loc="upper center", fontsize=8.5, ncols=2, columnspacing=1)
    panels[1].text(3e-14, 0.15, "x + h is x", color=GRAY, size=8.5)
    return picture


def draw_costs(counts: list[int], by_inputs: list[dict[str, float]], by_outputs: list[dict[str, float]]) -> Figure:
    """What a Jacobian costs as inputs or outputs get more."""
    picture, panels = figure(1, 2, (8, 3.8), sharey=True)
    panels[0].set_title("from n inputs to one output")
    panels[1].set_title("from one input to n outputs")
    for axes, costs in zip(panels, (by_inputs, by_outputs)):
        for name in WAYS:
            axes.plot(counts, [cost[name] for cost in costs], **LOOKS[name], markersize=5, label=name)
        axes.set(xscale="log", yscale="log", xlabel="n")
    panels[0].set_ylabel("multiplications (the function alone: 1)")
    panels[0].legend()
    return picture


def main(arguments: Sequence[str] | None = None) -> None:
    points = Option(1000, 100, "numbers at which the derivative is asked for")
    largest = Option(1024, 32, "inputs, or outputs, of the largest net", at_least(2))
    run = start("gradients", __doc__, arguments, points=points, largest=largest)

    steps = 10.0 ** np.arange(-14, 0.1, 0.25)
    x = {"float64": 0.5 + mg.rand(run.options.points).double(), "float32": 0.5 + mg.rand(run.options.points)}
    measured = {dtype: errors(x[dtype], steps) for dtype in x}
    run.save_figure("trace", draw_trace(1.1))
    run.save_figure("error", draw_errors(steps, measured))

    n = run.options.largest
    counts = [2**i for i in range(n.bit_length() - 1)] + [n]
    by_inputs = [costs(count, 1) for count in run.progress(counts, "inputs")]
    by_outputs = [costs(1, count) for count in run.progress(counts, "outputs")]
    run.save_figure("cost", draw_costs(counts, by_inputs, by_outputs))
    best = {dtype: {name: min(values) for name, values in ways.items()} for dtype, ways in measured.items()}
    table: list[list[Any]] = [["", "float64, error", "float32, error", f"cost of {n} inputs", f"of {n} outputs"]]
    for name in LOOKS:
        cost = [last.get(name, "") for last in (by_inputs[-1], by_outputs[-1])]
        table.append([name, best["float64"][name], best["float32"][name], *cost])
    metrics = {"steps": steps, "errors": measured, "best_error": best}
    metrics |= {"counts": counts, "cost_by_inputs": by_inputs, "cost_by_outputs": by_outputs}
    cost = {name: f"{value:.0f}" for name, value in by_inputs[-1].items()}
    best_difference, best_reverse = (best["float64"][name] for name in ("central difference", "reverse mode"))
    sentences = [
        f"The best difference is wrong by {best_difference:.0e}, reverse mode by {best_reverse:.0e}; {n} derivatives "
        f"of one number cost {cost['reverse mode']} times the number itself, in forward mode {cost['forward mode']} "
        f"times, by differences {cost['central difference']} times.",
        "Chapter 8 says that each of N inputs of a layer is joined to each of its M outputs: that all N M weights can "
        "learn from one loss for the price of two or three evaluations of it is what makes that affordable.",
    ]
    shown = {
        "trace.png": "The chain rule from either end: the same factors, multiplied in two orders.",
        "error.png": "The error of a derivative against the step. Autodiff has no step.",
        "cost.png": "What all derivatives of a net cost, counted in multiplications.",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
