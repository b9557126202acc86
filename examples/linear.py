"""The fully connected layer y = activation(W x + b): by hand, by `nn.Linear`, as a graph, and at work.

Every output is joined to every input by a weight of its own. The example follows one layer number by number, with its
gradients; it writes W in both conventions, N × M as in the book and M × N as in the framework. Then many such layers
learn: one reads digits by what it has for templates, two read them better, and three draw the border between two
spirals, which no number of them can do without an activation in between.

    python examples/linear.py            # half a minute; pictures and an animation appear in runs/linear/
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn, optim, viz
from minigrad.nn import functional as F
from shared.digits import moved, split, tensors
from shared.options import Option
from shared.pictures import BLUE, GRAY, ORANGE, VERMILION, cells, figure, pale, rendered, show
from shared.run import start
from shared.training import accuracy, fit, outputs

# -- one layer, number by number ---------------------------------------------------------------------------------------


def by_hand(x: np.ndarray, W: np.ndarray, b: np.ndarray, target: np.ndarray) -> dict[str, np.ndarray]:
    """y = σ(x W + b) with W (N, M), as the book has it, for a batch x (B, N); the loss Σ (y - target)², its gradients.

    They follow from the chain rule: δ = 2 (y - target) y (1 - y) belongs to x W + b, since σ' = σ (1 - σ).
    """
    y = 1 / (1 + np.exp(-(x @ W + b)))
    delta = 2 * (y - target) * y * (1 - y)
    return {"y": y, "x": delta @ W.T, "W": x.T @ delta, "b": delta.sum(0)}


def by_layer(
    x: np.ndarray, W: np.ndarray, b: np.ndarray, target: np.ndarray
) -> tuple[dict[str, np.ndarray], mg.Tensor]:
    """The same by `nn.Linear`, whose weight is Wᵀ, of shape (M, N); and the loss with the graph that led to it."""
    layer = nn.Linear(*W.shape).double()
    layer.load_state_dict({"weight": mg.from_numpy(W.T), "bias": mg.from_numpy(b)})
    inputs, wanted = mg.from_numpy(x).requires_grad_(), mg.from_numpy(target)
    with viz.record():
        y = layer(inputs).sigmoid()
        loss = (y - wanted).square().sum()
        loss.backward()
    gradients = {"x": inputs.grad, "W": layer.weight.grad.T, "b": layer.bias.grad}
    return {name: value.detach().numpy() for name, value in {"y": y, **gradients}.items()}, loss


def draw_shapes() -> Figure:
    """W x + b with W (M, N) and x W + b with W (N, M): the same products, each output in its colour."""
    W, x, b = np.array([[1, -2, 0], [3, 1, -1]]), np.array([[2], [1], [4]]), np.array([[5], [-3]])
    y, gray = W @ x + b, pale(GRAY, 0.25)
    of_rows = np.stack([pale(BLUE), pale(ORANGE)])[:, None]
    of_columns = of_rows.swapaxes(0, 1)
    picture, panels = figure(1, 2, (8, 2.3), width_ratios=[10, 13])
    forms = {
        "W x + b: W is M × N, as in nn.Linear": (("W", W), ("· x", x), ("+ b", b), ("= y", y)),
        "x W + b: W is N × M, as in the book": (("x", x.T), ("· W", W.T), ("+ b", b.T), ("= y", y.T)),
    }
    for axes, colours, (title, tables) in zip(panels, (of_rows, of_columns), forms.items()):
        left = 0
        for name, block in tables:
            height, width = block.shape
            cells(axes, block, left, height / 2, gray if "x" in name else colours)
            axes.text(left + width / 2, 1.8, name, ha="center", fontsize=11)
            left += width + 1
        axes.set(xlim=(-0.8, left - 0.2), ylim=(-1.6, 2.5), aspect="equal", title=title)
        axes.set_axis_off()
    return picture


# -- layers that read digits -------------------------------------------------------------------------------------------


def one_layer() -> nn.Sequential:
    """784 pixels to 10 logits: a template for each digit."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def two_layers(hidden: int = 256) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Dropout(0.2), nn.Linear(hidden, 10))


def draw_templates(layer: nn.Linear) -> Figure:
    """The ten rows of a weight (10, 784) as images: where ink speaks for the digit, and where against."""
    rows = layer.weight.detach().numpy().reshape(10, 28, 28)
    picture, panels = figure(2, 5, (8, 3.5))
    for digit, axes in enumerate(panels.flat):
        show(axes, rows[digit], str(digit), cmap="RdBu", vmin=-abs(rows).max() / 2, vmax=abs(rows).max() / 2)
    return picture


# -- layers that draw a border -----------------------------------------------------------------------------------------


def spirals(count: int) -> tuple[mg.Tensor, mg.Tensor]:
    """Points (2 count, 2) on two spirals, each the other turned by half a circle; and which it is, (2 count, 1)."""
    along = mg.linspace(0.25, 1, count)
    angle = 3 * np.pi * along
    arm = along[:, None] * mg.stack([angle.cos(), angle.sin()], 1)
    points = mg.cat([arm, -arm]) + 0.02 * mg.randn(2 * count, 2)
    return points, mg.arange(2).repeat_interleave(count).float()[:, None]


def three_layers(activation: nn.Module, width: int = 32) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, width), activation, nn.Linear(width, width), activation, nn.Linear(width, 1))


def learn_border(
    net: nn.Module, points: mg.Tensor, sides: mg.Tensor, steps: int, look: Collection[int]
) -> list[np.ndarray]:
    """Train a net, and return what it thinks of a map of the plane, (100, 100), after each of the steps in `look`."""
    line = mg.linspace(-1.2, 1.2, 100)
    plane = mg.stack([line.repeat(100), line.repeat_interleave(100)], 1)
    optimizer, maps = optim.Adam(net.parameters(), 0.01), []
    for step in range(steps + 1):
        if step in look:
            with mg.no_grad():
                maps.append(net(plane).sigmoid().reshape(100, 100).numpy())
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(net(points), sides).backward()
        optimizer.step()
    return maps


def draw_border(points: mg.Tensor, sides: mg.Tensor, maps: dict[str, np.ndarray], step: int) -> Figure:
    """The points, and what each net thinks of the plane around them: the darker, the surer."""
    picture, panels = figure(1, 2, (6, 3.7))
    for axes, (name, plane) in zip(panels, maps.items()):
        line = np.linspace(-1.2, 1.2, len(plane))
        axes.contourf(line, line, plane, np.linspace(0, 1, 9), cmap="RdBu", alpha=0.7)
        axes.contour(line, line, plane, [0.5], colors="black", linewidths=1)
        for side, colour in ((0, VERMILION), (1, BLUE)):
            axes.plot(*points[sides[:, 0] == side].numpy().T, "o", markersize=2.5, color=colour)
        axes.set(xticks=[], yticks=[], title=name, aspect="equal")
    picture.supxlabel(f"after {step} steps", fontsize=10)
    return picture


def main(arguments: Sequence[str] | None = None) -> None:
    epochs = Option(40, 1, "how often the digits are seen")
    steps = Option(1000, 50, "steps in which the small nets learn the border")
    run = start("linear", __doc__, arguments, epochs=epochs, steps=steps)

    numbers = [mg.randn(*size, dtype=mg.float64).numpy() for size in ((4, 3), (3, 2), (2,), (4, 2))]
    hand, (layer, loss) = by_hand(*numbers), by_layer(*numbers)
    differ = {name: float(abs(hand[name] - layer[name]).max()) for name in hand}
    run.save_figure("shapes", draw_shapes())
    viz.draw(loss, backward=True, legend=False).render(run.path("graph.png"))

    learn, unseen = map(tensors, split())
    readers, right = {"one layer": one_layer(), "two layers": two_layers()}, {}
    for name, net in readers.items():
        fit(net, *learn, run.options.epochs, alter=moved, progress=partial(run.progress, description=name))
        right[name] = accuracy(net, *unseen)
    run.save_figure("templates", draw_templates(readers["one layer"][1]))

    points, sides = spirals(100)
    look = sorted({round(step) - 1 for step in np.geomspace(1, run.options.steps + 1, 30)})
    nets = {"tanh between the layers": three_layers(nn.Tanh()), "nothing between them": three_layers(nn.Identity())}
    maps = {name: learn_border(net, points, sides, run.options.steps, look) for name, net in nets.items()}
    frames = []
    for i, step in enumerate(run.progress(look, "drawing")):
        frames.append(draw_border(points, sides, {name: planes[i] for name, planes in maps.items()}, step))
    run.save_figure("border", frames[-1])
    run.save_gif("learning", [rendered(frame) for frame in frames], 200, scale=1)
    for name, net in nets.items():
        right[name] = ((outputs(net, points) > 0) == (sides > 0.5)).float().mean().item()
    weights = {name: sum(weight.numel() for weight in net.parameters()) for name, net in (readers | nets).items()}

    table = [
        ["", "parameters", "right answers"],
        *([name, f"{weights[name]:,}", f"{right[name]:.1%}"] for name in right),
    ]
    one, two, curved, straight = (f"{share:.1%}" for share in right.values())
    sentences = [
        f"One fully connected layer reads {one} of unseen digits and two with ReLU between {two}; three of them put "
        f"{curved} of two spirals' points on the right side with tanh in between and {straight} with nothing; by hand "
        f"and by autodiff a layer's values and gradients differ by {max(differ.values()):.0e}.",
        "Chapter 8 calls W a matrix (N, M) and writes W x, but that product exists only if N = M: with such a W it is "
        "x W (nn.Linear keeps W as (M, N)); and the complex dependences that it says these layers learn need the "
        "activation.",
    ]
    shown = {
        "shapes.png": "One layer in both conventions.",
        "graph.png": "The layer as a graph: values on their way down, gradients on their way up.",
        "templates.png": "What one layer has learned: a template for each digit, blue for ink and red against it.",
        "learning.gif": "A border between two spirals, with an activation between the layers and without.",
    }
    run.finish({"differ": differ, "right": right, "parameters": weights}, table, sentences, shown)


if __name__ == "__main__":
    main()
