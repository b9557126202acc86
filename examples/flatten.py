"""Flatten: where each number goes when a block of them becomes a vector, and what that costs.

A convolution leaves channels × height × width numbers of each image, a recurrent layer length × hidden size of each
sequence; a fully connected layer wants a vector. Between them stands Flatten, which computes nothing: it reads the
numbers in the order of the axes. It is said to lose the structure of space. The numbers can be put back, so nothing is
lost in them; but the layer behind treats all its inputs alike, whatever were neighbours. Both can be measured, by
shuffling numbers once before a layer that knows neighbours, and once before one that does not.

    python examples/flatten.py            # a minute or two; pictures appear in runs/flatten/
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn
from shared.digits import moved, split, tensors
from shared.options import Option, at_least
from shared.pictures import BLUE, GREEN, PURPLE, VERMILION, cells, figure, grid, pale, show
from shared.run import start
from shared.training import accuracy, fit

# -- the two classifiers, and what stirs their numbers -----------------------------------------------------------------


class Shuffle(nn.Module):
    """The `count` numbers of every example in another order, drawn once."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.register_buffer("order", mg.randperm(count))

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return x.flatten(1)[:, self.order].reshape(x.shape)


def convolutional(before: nn.Module, between: nn.Module) -> nn.Sequential:
    """Images (N, 1, 28, 28) to logits (N, 10); `before` stirs the pixels, `between` what comes of the convolutions."""
    return nn.Sequential(
        before,
        nn.Conv2d(1, 16, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),  # (N, 32, 4, 4)
        between,
        nn.Flatten(),  # (N, 512)
        nn.Dropout(0.4),
        nn.Linear(512, 10),
    )


class Rows(nn.Module):
    """An image as a sequence of its rows, read by an LSTM: (N, 1, 28, 28) to its hidden states (N, 28, 64)."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(28, 64, batch_first=True)

    def forward(self, images: mg.Tensor) -> mg.Tensor:
        states, _ = self.lstm(images.squeeze(1))
        return states


def recurrent(before: nn.Module, between: nn.Module) -> nn.Sequential:
    """The same with a recurrent layer: its states after all 28 rows are flattened, (N, 28 · 64)."""
    return nn.Sequential(before, Rows(), between, nn.Flatten(), nn.Dropout(0.3), nn.Linear(28 * 64, 10))


KINDS = {"convolutional": (convolutional, 512, 2e-3), "recurrent": (recurrent, 28 * 64, 4e-3)}
"""How each is made, how many numbers it flattens, and its learning rate."""

CASES = ("as it is", "pixels shuffled", "shuffled before the flatten")


def make(kind: str, case: str) -> nn.Sequential:
    """A classifier of one kind, with the shuffle of one case in it."""
    model, flat, _ = KINDS[kind]
    pixels, features = Shuffle(28 * 28), Shuffle(flat)
    return model(pixels if case == CASES[1] else nn.Identity(), features if case == CASES[2] else nn.Identity())


def until_flatten(model: nn.Sequential) -> tuple[nn.Sequential, nn.Sequential]:
    """A classifier in two parts, before its Flatten and after."""
    at = next(i for i, layer in enumerate(model) if isinstance(layer, nn.Flatten))
    return model[:at], model[at + 1 :]


@mg.no_grad()
def reordered(model: nn.Sequential, images: mg.Tensor, labels: mg.Tensor) -> dict[str, float]:
    """What the order of axes does to a trained convolutional classifier whose last layer expects channels first.

    Flattened as (width, height, channels), all numbers are there, at other places. If the columns of the weight change
    places with them, the answers are the same but for rounding.
    """
    first, last = until_flatten(model.eval())
    features = first(images)
    other = features.permute(0, 3, 2, 1).flatten(1)
    places = mg.arange(features[0].numel()).reshape(features[0].shape).permute(2, 1, 0).flatten()
    linear = last[-1]
    right, wrong = linear(features.flatten(1)), linear(other)
    mended = nn.functional.linear(other, linear.weight[:, places], linear.bias)
    return {
        "other order": (wrong.argmax(1) == labels).float().mean().item(),
        "other order, weights moved alike": (mended.argmax(1) == labels).float().mean().item(),
        "largest difference of a logit": (mended - right).abs().max().item(),
    }


# -- what there is to see ----------------------------------------------------------------------------------------------


def draw_numbers(
    axes: Axes, colours: np.ndarray, followed: int, block: mg.Tensor, x: float, y: float, title: str
) -> None:
    """A table of numbers at x, y, each in its colour of `colours` (numbers, 3), and one of them in a frame."""
    numbers = block.numpy()
    cells(axes, numbers, x, y, colours[numbers], title, framed=numbers == followed)


def draw_places() -> Figure:
    """A small output of each kind; every number is its own place in the vector."""
    picture, axes = figure(size=(8, 5.6))
    axes.set(xlim=(-0.3, 24.3), ylim=(-13.3, 4.2), aspect="equal")
    axes.set_axis_off()

    maps = mg.arange(24).reshape(1, 2, 3, 4)  # (N, channels, height, width)
    rows = np.array([pale(hue, light) for hue in (BLUE, VERMILION) for light in (0.55, 0.4, 0.25)])
    draw = partial(draw_numbers, axes, rows.repeat(4, 0), 18)
    draw(maps[0, 0], 5, 3, "channel 0, height × width")
    draw(maps[0, 1], 13, 3, "channel 1")
    draw(nn.Flatten()(maps), 0, -1.5, "flattened, channels first: (c · 3 + y) · 4 + x")
    draw(nn.Flatten()(maps.permute(0, 3, 2, 1)), 0, -3.9, "as width × height × channels: (x · 3 + y) · 2 + c")

    states = mg.arange(20).reshape(1, 4, 5)  # (N, length, hidden size)
    rows = np.array([pale(hue, 0.55) for hue in (BLUE, VERMILION, GREEN, PURPLE)])
    draw = partial(draw_numbers, axes, rows.repeat(5, 0), 13)
    draw(states[0], 9, -6.6, "length × hidden size: a row is a state")
    draw(nn.Flatten()(states), 2, -12, "flattened: t · 5 + j")
    return picture


@mg.no_grad()
def draw_ways(models: dict[str, nn.Sequential], image: mg.Tensor) -> Figure:
    """One digit on its way through both classifiers: blocks of numbers, the same as vectors, probabilities."""
    picture, panels = figure(2, 4, (8, 3.6), width_ratios=[1, 1.7, 2.4, 1.3])
    for row, (kind, model) in zip(panels, models.items()):
        first, last = until_flatten(model.eval())
        block = first(image[None])
        vector = block.flatten(1)
        maps = block[0].numpy()
        if maps.ndim == 3:  # 32 maps of 4 × 4 side by side, with a line between
            maps = grid(np.pad(maps, ((0, 0), (0, 1), (0, 1)), constant_values=np.nan))[:-1, :-1]
        size = " × ".join(map(str, block.shape[1:]))
        show(row[0], image[0].numpy(), "a digit" if kind == "convolutional" else "28 rows")
        show(row[1], maps, size, cmap="viridis")
        show(row[2], vector.numpy(), f"flattened: {vector.shape[1]}", cmap="viridis", aspect="auto")
        row[2].set_box_aspect(0.25)
        row[3].barh(range(10), last(vector).softmax(1)[0].numpy(), color=BLUE)
        row[3].set(xlim=(0, 1), yticks=range(10), title="probabilities")
        row[3].tick_params(labelsize=7.5)
        row[3].invert_yaxis()
    return picture


def draw_costs(wrong: dict[str, dict[str, float]]) -> Figure:
    """Wrong answers to unseen digits, for each kind of classifier and each shuffle."""
    picture, axes = figure(size=(8, 3))
    for i, (case, colour) in enumerate(zip(CASES, (BLUE, VERMILION, GREEN))):
        places = np.arange(len(wrong)) + 0.28 * (i - 1)
        bars = axes.bar(places, [100 * cases[case] for cases in wrong.values()], 0.26, color=colour, label=case)
        axes.bar_label(bars, fmt="%.1f", fontsize=9)
    axes.set(
        ylabel="wrong answers, %",
        xticks=range(len(wrong)),
        xticklabels=[f"{kind} → Flatten → Linear" for kind in wrong],
    )
    axes.grid(axis="x", visible=False)
    axes.legend()
    return picture


def main(arguments: Sequence[str] | None = None) -> None:
    digits = Option(5000, 500, "how many digits; a fifth of them is not shown to the networks", at_least(50))
    epochs = Option(12, 1, "how often each network sees the others")
    run = start("flatten", __doc__, arguments, digits=digits, epochs=epochs)
    learn, unseen = map(tensors, split(run.options.digits))

    models: dict[str, nn.Sequential] = {}
    correct: dict[str, dict[str, float]] = {}
    for kind, (_, _, rate) in KINDS.items():
        correct[kind] = {}
        for case in CASES:
            mg.manual_seed(run.options.seed)
            model = make(kind, case)
            progress = partial(run.progress, description=f"{kind}, {case}")
            fit(model, *learn, run.options.epochs, lr=rate, alter=moved, progress=progress)
            correct[kind][case] = accuracy(model, *unseen)
            if case == CASES[0]:
                models[kind] = model
    orders = reordered(models["convolutional"], *unseen)

    run.save_figure("places", draw_places())
    run.save_figure("ways", draw_ways(models, unseen[0][0]))
    wrong = {kind: {case: 1 - share for case, share in cases.items()} for kind, cases in correct.items()}
    run.save_figure("costs", draw_costs(wrong))
    table = [["right answers to unseen digits", *KINDS]]
    table += [[case, *(f"{cases[case]:.1%}" for cases in correct.values())] for case in CASES]
    table += [[f"flattened in {order}", f"{orders[order]:.1%}", ""] for order in list(orders)[:2]]
    whole, pixels, features = (f"{correct['convolutional'][case]:.1%}" for case in CASES)
    sentences = [
        f"Convolution → Flatten → Linear reads {whole} of unseen digits and LSTM → Flatten → Linear "
        f"{correct['recurrent'][CASES[0]]:.1%}; pixels shuffled before the convolutions leave {pixels}, their output "
        f"shuffled before the flatten {features}, and another order of its axes than was learned "
        f"{orders['other order']:.1%}.",
        "Chapter 7 says that Flatten excludes spatial structure: the numbers keep it, and can be put back, but the "
        "linear layer makes no use of it; nor does the result become one vector, as it says: Flatten keeps the axis of "
        "the batch.",
    ]
    shown = {
        "places.png": "Where Flatten puts each number: the order of axes decides.",
        "ways.png": "A digit in both classifiers, as a block of numbers and as a vector.",
        "costs.png": "Shuffling pixels hurts; shuffling what is flattened does not.",
    }
    run.finish({"accuracy": correct, "order_of_axes": orders}, table, sentences, shown)


if __name__ == "__main__":
    main()
