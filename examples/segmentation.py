"""Teach a U-Net to say of every pixel to which digit it belongs: transposed convolutions outside of GANs.

A scene holds digits at half their size on clutter, scraps of other digits, which count as background. The network
first makes the scene smaller, to see enough around a pixel to know the digit, and then larger again by transposed
convolutions; at every size it is reminded of what it saw there on the way down, to know where the digit's edge is
(Ronneberger, Fischer and Brox, U-Net, 2015). Its rival enlarges by repeating every pixel, with a convolution after it.

    python examples/segmentation.py            # pictures appear in runs/segmentation/

The measure is the mean over all labels of the intersection of the pixels that have it and those that get it, over their
union (IoU). At the end the checkerboard: what transposed convolutions draw on their own, why, and what cures it
(Odena, Dumoulin and Olah, Deconvolution and Checkerboard Artifacts, 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn
from minigrad.datasets import Digits
from minigrad.nn import functional as F
from shared.digits import halved, place, split
from shared.options import Option
from shared.pictures import TEN, figure, show, to_tensor
from shared.run import start
from shared.training import fit, outputs

BACKGROUND, CLASSES = 10, 11
"""Labels: the digits by their names, then the background."""

SIDE, CELL = 44, 14
"""A scene has SIDE × SIDE pixels, and room for a digit in each of its cells."""


# -- scenes ------------------------------------------------------------------------------------------------------------


def scene(digits: Digits, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A scene as bytes (SIDE, SIDE), and the label of every pixel."""
    image, labels = np.zeros((SIDE, SIDE), np.uint8), np.full((SIDE, SIDE), BACKGROUND)
    for corner in np.ndindex(SIDE // CELL, SIDE // CELL):
        if rng.random() < 0.9:
            chosen = rng.integers(len(digits.images))
            ink = np.zeros_like(image)
            place(ink, digits.images[chosen], *(np.array(corner) * CELL + rng.integers(-1, 4, 2)))
            image = np.maximum(image, ink)
            labels[ink >= 100] = digits.labels[chosen]
    for row, column in rng.integers(0, SIDE - 5, (12, 2)):
        if (labels[row : row + 5, column : column + 5] == BACKGROUND).all():  # there is room for clutter
            top, left = rng.integers(2, 8, 2)
            scrap = digits.images[rng.integers(len(digits.images))][top : top + 5, left : left + 5]
            place(image, scrap, row, column)
    return image, labels


def scenes(digits: Digits, count: int, seed: int) -> tuple[mg.Tensor, mg.Tensor]:
    """`count` scenes (N, 1, SIDE, SIDE), of numbers from -1 to 1, and their labels (N, SIDE, SIDE)."""
    rng = np.random.default_rng(seed)
    images, labels = zip(*(scene(digits, rng) for _ in range(count)), strict=True)
    return to_tensor(np.stack(images)), mg.from_numpy(np.stack(labels))


# -- the network -------------------------------------------------------------------------------------------------------

Enlarge = Callable[[int, int], nn.Module]
"""A layer of given input and output channels that doubles height and width."""


def transposed(channels: int, out: int, kernel: int = 4) -> nn.Module:
    """With a kernel that the stride divides, every pixel gets a part of as many numbers; with 3, some get more."""
    return nn.ConvTranspose2d(channels, out, kernel, stride=2, padding=1, output_padding=kernel % 2)


def nearest(channels: int, out: int) -> nn.Module:
    """Every pixel four times, then a convolution with as many weights as `transposed` has."""
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(channels, out, 4, padding="same"))


def block(channels: int, out: int, kernel: int = 3) -> nn.Module:
    return nn.Sequential(nn.Conv2d(channels, out, kernel, padding="same", bias=False), nn.BatchNorm2d(out), nn.ReLU())


class UNet(nn.Module):
    """Scenes (N, 1, H, W) to the logits of every pixel's label (N, CLASSES, H, W), for H and W divisible by four."""

    def __init__(self, enlarge: Enlarge, width: int) -> None:
        super().__init__()
        w1, w2, w4 = width, 2 * width, 4 * width
        self.fine, self.middle, self.coarse = block(1, w1), block(w1, w2), block(w2, w4)
        self.think = nn.Sequential(block(w4, w4), block(w4, w4))
        self.to_middle, self.merge_middle = enlarge(w4, w2), block(w2 + w2, w2, 1)
        self.to_fine, self.merge_fine = enlarge(w2, w1), block(w1 + w1, w1, 1)
        self.label = nn.Conv2d(w1, CLASSES, 1)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        fine = self.fine(x)
        middle = self.middle(F.max_pool2d(fine, 2))
        coarse = self.think(self.coarse(F.max_pool2d(middle, 2)))
        middle = self.merge_middle(mg.cat([self.to_middle(coarse), middle], 1))
        fine = self.merge_fine(mg.cat([self.to_fine(middle), fine], 1))
        return self.label(fine)


def overlap(predicted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The intersection over the union of the pixels of each label, (CLASSES,)."""
    pairs = np.bincount(CLASSES * labels.ravel() + predicted.ravel(), minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    return pairs.diagonal() / np.maximum(1, pairs.sum(0) + pairs.sum(1) - pairs.diagonal())


# -- the checkerboard --------------------------------------------------------------------------------------------------


@mg.no_grad()
def on_a_constant(enlarge: Enlarge, equal: bool) -> mg.Tensor:
    """What three layers, with weights that are equal or random, make of a constant: the middle (8, 32, 32)."""
    layers = nn.Sequential(*(enlarge(8, 8) for _ in range(3)))
    if equal:
        for parameter in layers.parameters():
            parameter.fill_(float(parameter.ndim > 1))  # a bias of 0
    return layers(mg.ones(1, 8, 8, 8))[0, :, 16:48, 16:48]


def ripple(planes: mg.Tensor) -> float:
    """The part of planes (C, H, W) that is pattern and not level: root mean square of it over that of the whole."""
    pattern = planes - planes.mean((1, 2), keepdim=True)
    return (pattern.square().mean() / planes.square().mean()).sqrt().item()


# -- pictures ----------------------------------------------------------------------------------------------------------


def labelled(images: np.ndarray, columns: Mapping[str, np.ndarray]) -> Figure:
    """Scenes in rows, beside the labels of their pixels in the colours that the bar explains."""
    picture, axes = figure(len(images), 1 + len(columns), (2.2 * (1 + len(columns)) + 0.5, 2.15 * len(images)))
    for i, (row, image) in enumerate(zip(axes, images, strict=True)):
        show(row[0], image, "" if i else "scene")
        for ax, (name, labels) in zip(row[1:], columns.items(), strict=True):
            colours = show(ax, labels[i], "" if i else name, cmap=ListedColormap([*TEN, "white"]), vmin=-0.5, vmax=10.5)
            ax.spines[:].set(visible=True, color="#BBBBBB")
    bar = picture.colorbar(colours, ax=axes, ticks=range(CLASSES), aspect=40, pad=0.01)
    bar.ax.set_yticklabels([*"0123456789", "none"])
    return picture


def bars(values: Mapping[str, np.ndarray]) -> Figure:
    picture, ax = figure(size=(8, 3))
    for i, (name, heights) in enumerate(values.items()):
        ax.bar(np.arange(CLASSES) + 0.4 * i - 0.2, heights, 0.36, label=f"{name}: mean {heights.mean():.3f}")
    ax.set(xticks=range(CLASSES), xticklabels=[*"0123456789", "background"], ylabel="IoU", ylim=(0, 1))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    ax.grid(axis="x", visible=False)
    return picture


def checkerboards(responses: Mapping[str, Sequence[mg.Tensor]]) -> Figure:
    """One channel of what each kind of layer makes of a constant, with equal weights above random weights."""
    picture, axes = figure(2, len(responses), (8, 6.2))
    for column, (name, pair) in zip(axes.T, responses.items(), strict=True):
        for ax, weights, planes in zip(column, ("equal weights", "random weights"), pair, strict=True):
            plane = (planes[0] / planes.abs().max()).numpy()
            show(ax, plane, f"{name}\n{weights}: ripple {ripple(planes):.0%}", cmap="RdBu_r", vmin=-1.5, vmax=1.5)
    return picture


# -- the run -----------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    run = start(
        "segmentation",
        __doc__,
        arguments,
        scenes=Option(5000, 40, "scenes to learn from, each seen once"),
        unseen=Option(300, 20, "scenes of unseen digits to be tested on"),
        width=Option(16, 4, "channels at full size; twice as many at half of it, four times at a quarter"),
        batch=Option(2, 2, "scenes in a step"),
    )
    o = run.options
    learn, unseen = map(halved, split())
    inputs, targets = scenes(learn, o.scenes, o.seed)
    new_inputs, new_targets = scenes(unseen, o.unseen, o.seed + 1)
    # Nine pixels of ten are background. At a third of its weight the digits are learned from the first step on.
    weight = mg.tensor([1.0] * 10 + [0.3])

    def loss(logits: mg.Tensor, labels: mg.Tensor) -> mg.Tensor:
        return F.cross_entropy(logits, labels, weight)

    answers, ious, blank = {}, {}, {}
    for name, enlarge in {"transposed": transposed, "nearest": nearest}.items():
        mg.manual_seed(o.seed)
        network = UNet(enlarge, o.width)
        progress = partial(run.progress, description=name)
        fit(network, inputs, targets, 1, batch=o.batch, lr=8e-3, loss=loss, progress=progress)
        answers[name] = outputs(network, new_inputs, 20).argmax(1).numpy()
        ious[name] = overlap(answers[name], new_targets.numpy())
        # The middle of an empty scene, too far from its edges to know of them, should look the same everywhere.
        blank[name] = ripple(outputs(network, mg.full((1, 1, 128, 128), -1.0))[0, :, 48:80, 48:80])
    parameters = sum(parameter.numel() for parameter in network.parameters())
    kinds = {
        "transposed, kernel 3": partial(transposed, kernel=3),
        "transposed, kernel 4": transposed,
        "nearest neighbours": nearest,
    }
    untrained = {name: [on_a_constant(kind, equal) for equal in (True, False)] for name, kind in kinds.items()}
    ripples = {name: [ripple(planes) for planes in pair] for name, pair in untrained.items()}

    run.save_figure("scenes", labelled(new_inputs.numpy()[:4, 0], {"truth": new_targets.numpy(), **answers}))
    run.save_figure("overlap", bars(ious))
    run.save_figure("checkerboard", checkerboards(untrained))

    means = {name: values.mean() for name, values in ious.items()}
    pixels = {name: (labels == new_targets.numpy()).mean() for name, labels in answers.items()}
    metrics = {"mean_iou": means, "iou": ious, "pixels_right": pixels, "parameters": parameters}
    metrics |= {"ripple_untrained": ripples, "ripple_trained": blank}
    table = [
        ["", *means],
        ["mean IoU of ten digits and background", *means.values()],
        ["pixels that get the right label", *(f"{share:.1%}" for share in pixels.values())],
        ["parameters", f"{parameters:,}", f"{parameters:,}"],
        ["products for a pixel when enlarging, by pair of channels", 4, 16],
        ["ripple on an empty scene", *(f"{share:.1%}" for share in blank.values())],
    ]
    (uneven, _), (_, random), _ = ripples.values()
    sentences = [
        f"On {o.unseen} scenes of unseen digits the U-Net reaches a mean IoU of {means['transposed']:.2f} with "
        f"transposed convolutions, and {means['nearest']:.2f} with nearest neighbours, as many parameters and four "
        "times the products: transposed convolutions do serve segmentation, as the text (5) says.",
        f"It does not say that they draw a checkerboard, {uneven:.0%} of the answer to a constant where the stride "
        f"does not divide the kernel, and {random:.0%} where it does but weights are random; training leaves "
        f"{blank['transposed']:.0%}, and nearest neighbours have none.",
    ]
    shown = {
        "scenes.png": "Scenes of unseen digits on clutter, and the label that each network gives to every pixel",
        "overlap.png": "Intersection over union of each label",
        "checkerboard.png": "What three untrained layers make of a constant: the checkerboard, and its cure",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
