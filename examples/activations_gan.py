"""The GAN with each of four activations in its generator and in its discriminator: sixteen games, judged alike.

    python examples/activations_gan.py    # a minute and a half on two cores; pictures in runs/activations_gan/

The text (6) names ReLU, LeakyReLU, tanh and sigmoid for GANs, warns of sigmoid, and advises to try. So each of them is
tried with each: the networks of `gan.py`, narrow ones, differ in nothing but the activation of their hidden layers.
(The generator's last layer keeps its tanh, which the range of the images asks for.) All games start from the same
random numbers, are equally long, and are judged as `gan.py` judges itself. Each is played once, and another `--seed`
may move its distance by a factor of two: the means over four games say more.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from activations import ACTIVATIONS
from gan import GAN
from minigrad import nn
from shared import pictures
from shared.digits import split
from shared.judge import Measure
from shared.options import Option, at_least
from shared.run import Run, start

Pair = tuple[str, str]
"""The activations of a generator and of its discriminator."""

BATCH = 32

# -- the games ---------------------------------------------------------------------------------------------------------


def replace_activations(network: nn.Sequential, activation: str) -> None:
    """Put `activation` in the place of the hidden ones of a network of `gan.py`."""
    for name, layer in network.named_children():
        if isinstance(layer, nn.ReLU | nn.LeakyReLU):
            setattr(network, name, ACTIVATIONS[activation]())


def play(pair: Pair, images: np.ndarray, options: Namespace) -> np.ndarray:
    """A whole game with the digits `images`, and what its generator draws in the end: bytes (samples, 28, 28)."""
    mg.manual_seed(options.seed)
    recipe = {"latent": 32, "lr_generator": 2e-3, "lr_discriminator": 1e-3, "betas": (0.5, 0.999)}
    game = GAN(Namespace(width=options.width, **recipe))
    for network, activation in zip([game.generator, game.average, game.discriminator], [pair[0], *pair], strict=True):
        replace_activations(network, activation)
    digits = pictures.to_tensor(images)
    for _ in range(options.epochs):
        for chosen in mg.randperm(len(digits))[: len(digits) // BATCH * BATCH].split(BATCH):
            game.play(digits[chosen])
            game.follow()
    return game.draw(mg.randn(options.samples, game.latent))


def play_all(run: Run, pairs: Sequence[Pair], images: np.ndarray) -> dict[Pair, np.ndarray]:
    """All games, in processes of their own: one game has too little to compute in a step to keep two cores busy."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # which the new processes read as they start
    with ProcessPoolExecutor(run.options.processes, mp_context=get_context("spawn")) as pool:
        games = pool.map(partial(play, images=images, options=run.options), pairs)
        return dict(zip(pairs, run.progress(games, "games", len(pairs)), strict=True))


# -- what came of them -------------------------------------------------------------------------------------------------


def draw_grids(drawn: dict[Pair, np.ndarray], judged: dict[Pair, dict[str, float]]) -> Figure:
    """Twenty-five images of each generator, generators by rows and discriminators by columns."""
    figure, axes = pictures.figure(4, 4, size=(8, 9))
    for panel, (pair, samples) in zip(axes.flat, drawn.items(), strict=True):
        pictures.show(panel, pictures.grid(samples[:25], columns=5))
        panel.set_title(f"Fréchet {judged[pair]['frechet_distance']:.0f}, sure {judged[pair]['sure']:.0%}", fontsize=9)
    for name, left, top in zip(ACTIVATIONS, axes[:, 0], axes[0], strict=True):
        left.set_ylabel(name, fontsize=11)
        top.annotate(name, (0.5, 1.2), xycoords="axes fraction", ha="center", fontsize=11)
    figure.supylabel("activation of the generator")
    figure.suptitle("activation of the discriminator")
    return figure


def draw_distances(distances: np.ndarray) -> Figure:
    """`distances` (4, 4) of the generators by rows and the discriminators by columns, by role, with their means."""
    figure, axes = pictures.figure(1, 2, size=(9, 4.2), sharey=True)
    for panel, role, rows in zip(axes, ["generator", "discriminator"], [distances, distances.T], strict=True):
        for name, column in zip(ACTIVATIONS, rows.T, strict=True):
            panel.plot(range(4), column, "o", label=name)
        panel.hlines(mean(rows), np.arange(4) - 0.3, np.arange(4) + 0.3, color="black", label="mean of the four")
        panel.set(title=f"activation of the {role}", yscale="log", xticks=range(4), xticklabels=ACTIVATIONS)
        panel.grid(False, axis="x")
    axes[0].set_ylabel("Fréchet distance: less is better")
    labels = axes[0].get_legend_handles_labels()
    figure.legend(*labels, loc="outside lower center", ncols=5, title="activation of the other network")
    return figure


def mean(distances: np.ndarray) -> np.ndarray:
    """The geometric mean of each row: the distances lie too far apart for the other one, which sees the worst only."""
    return np.exp(np.log(distances).mean(1))


def main(arguments: Sequence[str] | None = None) -> None:
    run = start(
        "activations_gan",
        __doc__,
        arguments,
        epochs=Option(5, quick=1, help="how often each game goes through the digits"),
        width=Option(8, quick=2, help="channels of the layers at 14 x 14; those at 7 x 7 have twice as many"),
        limit=Option(5000, quick=80, help="how many digits there are to learn from", kind=at_least(40)),
        samples=Option(1000, quick=50, help="images of each generator that are judged", kind=at_least(25)),
        processes=Option(2, quick=1, help="how many games are played at a time"),
    )
    learned, unseen = split(run.options.limit)
    images = np.concatenate([learned.images, unseen.images])  # as in gan.py, the games have all of them
    pairs = list(product(ACTIVATIONS, ACTIVATIONS))
    drawn = play_all(run, pairs, images)

    print("A judge learns to read digits ...", flush=True)
    measure = Measure(learned, unseen)
    judged = {pair: measure(samples) for pair, samples in drawn.items()}
    distances = np.array([each["frechet_distance"] for each in judged.values()]).reshape(4, 4)
    run.save_figure("grids", draw_grids(drawn, judged))
    run.save_figure("distances", draw_distances(distances))

    by_generator, by_discriminator = (
        dict(zip(ACTIVATIONS, mean(rows), strict=True)) for rows in (distances, distances.T)
    )
    table = [
        ["generator, by discriminator", *ACTIVATIONS, "mean"],
        *([name, *row, by_generator[name]] for name, row in zip(ACTIVATIONS, distances, strict=True)),
        ["mean", *by_discriminator.values(), mean(distances.reshape(1, -1))[0]],
    ]
    metrics = {
        "games": {f"{generator}, {discriminator}": each for (generator, discriminator), each in judged.items()},
        "generator": by_generator,
        "discriminator": by_discriminator,
        "frechet_distance_real": measure.real["frechet_distance_real"],
    }
    run.finish(metrics, table, sentences(by_generator, by_discriminator), SHOWN)


SHOWN = {
    "grids.png": "Sixteen games: what the generator draws at the end",
    "distances.png": "The Fréchet distance of each game, by the activation in either role",
}


def sentences(by_generator: dict[str, float], by_discriminator: dict[str, float]) -> list[str]:
    """By how much each is worse than LeakyReLU, on the geometric mean of its four games."""
    drawing, telling = (
        {name: f"{distance / role['LeakyReLU']:.1f}" for name, distance in role.items()}
        for role in (by_generator, by_discriminator)
    )
    return [
        f"Sigmoid comes to {drawing['sigmoid']} times the Fréchet distance of LeakyReLU in the generator and to "
        f"{telling['sigmoid']} times in the discriminator: the text (6) limits its use for its vanishing gradient.",
        f"ReLU comes to {drawing['ReLU']} and {telling['ReLU']} times, where the text warns of dead neurons, and tanh, "
        f"which it counts with sigmoid, to {drawing['tanh']} and {telling['tanh']} times: networks of so few layers, "
        f"with batch normalization, do not lose its gradient.",
    ]


if __name__ == "__main__":
    main()
