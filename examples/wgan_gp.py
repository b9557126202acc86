"""A Wasserstein GAN whose critic learns from a derivative of a derivative: the gradient penalty.

    python examples/wgan_gp.py    # some ninety seconds; pictures appear in runs/wgan_gp/

A critic gives real digits high scores and generated ones low scores. If its slope is nowhere above 1, the gap between
the two means is at most the Wasserstein distance between real and generated images, and the best critic attains it: so
the generator gets a useful gradient however bad it is (Arjovsky et al., Wasserstein Generative Adversarial Networks,
2017). The slope is kept at 1 by a penalty on the norm of the score's gradient in images between real and generated ones
(Gulrajani et al., Improved Training of Wasserstein GANs, 2017). To learn from the penalty, the critic needs the
derivative, in its weights, of a derivative, in its input: `create_graph=True` records the first backward pass, and the
second goes back through it.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

import minigrad as mg
from gan import GAN
from minigrad import nn, optim, viz
from shared import pictures
from shared.digits import split, tensors
from shared.judge import Measure
from shared.options import Option, at_least
from shared.run import Run, start

BATCH = 32

PENALTY = 10.0
"""How much the penalty counts beside the gap: λ of the paper."""

# -- the critic and its penalty ----------------------------------------------------------------------------------------


def make_critic(width: int) -> nn.Sequential:
    """Images (N, 1, 28, 28) to scores (N, 1).

    There is no batch normalization: it would make the score of an image depend on the others of the batch, and the
    penalty is on the gradient of each score in its own image.
    """
    return nn.Sequential(
        nn.Conv2d(1, width, 4, stride=2, padding=1),  # 14 x 14
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),  # 7 x 7
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(2 * width * 7 * 7, 128),
        nn.LeakyReLU(0.2),
        nn.Linear(128, 1),
    )


def slopes(critic: nn.Module, images: mg.Tensor) -> mg.Tensor:
    """The norm (N,) of the gradient of each score in its image (N, 1, 28, 28): itself a thing to differentiate."""
    images = images.detach().requires_grad_()
    (gradient,) = mg.autograd.grad(critic(images).sum(), images, create_graph=True)
    return gradient.flatten(1).norm(dim=1)


def penalty(critic: nn.Module, real: mg.Tensor, fake: mg.Tensor) -> tuple[mg.Tensor, mg.Tensor]:
    """The mean of (slope - 1)² at points drawn between real and generated images, and the slopes there."""
    share = mg.rand(len(real), 1, 1, 1)
    slope = slopes(critic, share * real + (1 - share) * fake)
    return ((slope - 1) ** 2).mean(), slope


class WassersteinGAN(GAN):
    """The generator of `gan.py` and its average, in another game: `losses` are the gap and the slope at each step."""

    def __init__(self, width: int) -> None:
        recipe = Namespace(lr_generator=1e-3, lr_discriminator=1e-3, betas=(0.5, 0.9))
        super().__init__(Namespace(latent=64, width=width, **vars(recipe)))
        self.discriminator = make_critic(width)
        self.learn_to_tell = optim.Adam(self.discriminator.parameters(), recipe.lr_discriminator, recipe.betas)

    def criticize(self, real: mg.Tensor, weight: float = PENALTY) -> tuple[float, float]:
        """One step of the critic. Returns the gap between its mean scores, and its mean slope."""
        with mg.no_grad():
            fake = self.generator(mg.randn(len(real), self.latent))
        self.learn_to_tell.zero_grad()
        gap = self.discriminator(real).mean() - self.discriminator(fake).mean()
        term, slope = penalty(self.discriminator, real, fake)
        (weight * term - gap).backward()
        self.learn_to_tell.step()
        return gap.item(), slope.detach().mean().item()

    def create(self, count: int) -> None:
        """One step of the generator, towards higher scores of `count` images."""
        self.discriminator.requires_grad_(False)
        self.learn_to_draw.zero_grad()
        (-self.discriminator(self.generator(mg.randn(count, self.latent))).mean()).backward()
        self.learn_to_draw.step()
        self.discriminator.requires_grad_(True)


def batch(digits: mg.Tensor) -> mg.Tensor:
    return digits[mg.randint(0, len(digits), (BATCH,))]


def train(run: Run, digits: mg.Tensor) -> tuple[WassersteinGAN, dict[int, np.ndarray]]:
    """The game to its end, and samples of a dozen steps on the way."""
    game, samples = WassersteinGAN(run.options.width), {}
    shown = np.linspace(0, run.options.steps, 13).astype(int)[1:]
    for step in run.progress(range(1, run.options.steps + 1), "criticizing and creating"):
        for _ in range(run.options.critic_steps):
            gap_and_slope = game.criticize(batch(digits))
        game.create(BATCH)
        game.losses.append(gap_and_slope)
        game.follow()
        if step in shown:
            game.grids.append(pictures.grid(game.draw(game.noise)))
            samples[step] = game.draw(mg.randn(run.options.samples, game.latent))
    return game, samples


# -- what there is to see ----------------------------------------------------------------------------------------------


def draw_penalty(images: mg.Tensor, critic: nn.Module) -> viz.Picture:
    """The graph of the penalty: the critic, the backward pass through it, and what is made of the gradient."""
    between = images.clone().requires_grad_()
    with viz.record(values=False):
        score = critic(between)
        (gradient,) = mg.autograd.grad(score.sum(), between, create_graph=True)
        slope = gradient.flatten(1).norm(dim=1)
        penalty = ((slope - 1) ** 2).mean()
    return viz.draw(penalty, depth=1, title="The gradient penalty: through the critic, back, and on")


def draw_training(losses: np.ndarray, free: np.ndarray, distances: dict[int, float]) -> Figure:
    """The critic's gap and the judge's distance, and the slope, at the end `free` of the penalty."""
    figure, (left, middle, right) = pictures.figure(1, 3, size=(10, 3.4))
    steps = np.arange(1, len(losses) + 1)
    window = max(1, len(losses) // 50)
    gap, slope = np.stack([np.convolve(each, np.ones(window) / window, "valid") for each in losses.T])
    left.plot(steps[window - 1 :], gap)
    left.set(title="gap between the mean scores", xlabel="step", yscale="log")
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter("{x:g}")
    left.yaxis.set_minor_locator(NullLocator())
    middle.plot(list(distances), list(distances.values()), "o-")
    middle.set(title="Fréchet distance of the samples", xlabel="step", yscale="log")
    right.plot(steps[window - 1 :], slope, label="with the penalty")
    right.plot(len(losses) + np.arange(1, len(free) + 1), free, color=pictures.VERMILION, label="and without it")
    right.set(title="slope of the critic", xlabel="step", yscale="log")
    right.legend()
    return figure


def main(arguments: Sequence[str] | None = None) -> None:
    run = start(
        "wgan_gp",
        __doc__,
        arguments,
        steps=Option(1500, quick=36, help="steps of the generator", kind=at_least(12)),
        critic_steps=Option(2, quick=1, help="steps of the critic for each of them"),
        width=Option(12, quick=2, help="channels of the layers at 14 x 14; those at 7 x 7 have twice as many"),
        limit=Option(5000, quick=400, help="how many digits there are to learn from", kind=at_least(100)),
        samples=Option(1000, quick=50, help="images that are judged, a dozen times", kind=at_least(2)),
    )
    real = split(run.options.limit)
    digits = mg.cat([tensors(part)[0] for part in real])  # as in gan.py, the game has all, and the judge four fifths
    game, samples = train(run, digits)
    run.save_png("grid", game.grids[-1])
    run.save_gif("grids", game.grids)

    picture = draw_penalty(batch(digits), game.discriminator)
    for kind in ("png", "svg"):
        picture.render(run.path(f"penalty.{kind}"))
    free = np.array([game.criticize(batch(digits), weight=0)[1] for _ in range(run.options.steps // 6)])

    print("A judge learns to read digits ...", flush=True)
    measure = Measure(*real)
    measured = {step: measure(images) for step, images in samples.items()}
    distances = {step: each["frechet_distance"] for step, each in measured.items()}
    losses = np.array(game.losses)
    run.save_figure("training", draw_training(losses, free, distances))
    operations = [vertex.title for vertex in picture.graph.vertices]
    end = len(losses) // 10
    metrics = {
        **measured[run.options.steps],
        "frechet_distance_by_step": distances,
        "gap_first": losses[:end, 0].mean(),
        "gap_last": losses[-end:, 0].mean(),
        "slope": losses[-end:, 1].mean(),
        "slope_without_penalty": free[-1],
        "transposed_convolutions_in_penalty": operations.count("convolve_transposed"),
    }
    report(run, metrics)


def report(run: Run, metrics: dict[str, Any]) -> None:
    table = [
        ["", "samples", "real digits"],
        ["Fréchet distance", metrics["frechet_distance"], metrics["frechet_distance_real"]],
        ["the judge is sure of", f"{metrics['sure']:.0%}", f"{metrics['sure_real']:.0%}"],
        ["digits that appear", metrics["digits"], 10],
        ["", "first tenth", "last tenth"],
        ["gap between the scores", metrics["gap_first"], metrics["gap_last"]],
        ["", "penalty", "no penalty"],
        ["slope of the critic", metrics["slope"], metrics["slope_without_penalty"]],
    ]
    sentences = [
        f"The penalty keeps the critic's slope at {metrics['slope']:.2f}, and without it the slope soon is "
        f"{metrics['slope_without_penalty']:,.1f}; the gap between the scores falls from {metrics['gap_first']:.1f} to "
        f"{metrics['gap_last']:.1f} as the samples come to a Fréchet distance of {metrics['frechet_distance']:.0f}.",
        f"The text (5) says that transposed convolutions are not for generators alone: the critic has none, and its "
        f"penalty's graph has {metrics['transposed_convolutions_in_penalty']}, the derivatives of its convolutions.",
    ]
    shown = {
        "penalty.png": "The gradient penalty: through the critic, back through it, and on from the gradient",
        "training.png": "The critic's gap falls as the judge's distance does; the penalty keeps its slope",
        "grid.png": "What the generator draws in the end",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
