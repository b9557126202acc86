"""A GAN that draws the digit it is asked for, and what lies between two digits.

    python examples/conditional_gan.py    # about a minute; pictures appear in runs/conditional_gan/

Both networks of `gan.py` are told which digit is meant (Mirza and Osindero, Conditional Generative Adversarial Nets,
2014). The generator gets it beside its noise, as ten numbers of which one is 1, and the discriminator beside the image,
as ten planes of which one is full of ones: so it can refuse good images of another digit. Noise then is handwriting:
the same noise gives ten digits in one hand. And ten numbers of which two are ½ ask for what no digit is.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from gan import GAN, cross_entropy, make_discriminator, start_small
from minigrad import nn, optim
from minigrad.nn import functional as F
from shared import pictures
from shared.digits import Split, split, tensors
from shared.judge import Measure
from shared.options import Option, at_least
from shared.run import Run, start

WALKS = [(1, 7), (3, 8), (4, 9), (5, 6), (0, 2)]
"""Pairs of digits; the first four are alike, so that something may well lie between them."""

BATCH = 32

# -- the two networks, and their game ----------------------------------------------------------------------------------


class Discriminator(nn.Module):
    """Images (N, 1, 28, 28) and digits (N,) to logits (N, 1): above 0 for "real, and this digit"."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = make_discriminator(width)
        self.layers[0] = nn.Conv2d(1 + 10, width, 4, stride=2, padding=1)

    def forward(self, images: mg.Tensor, digits: mg.Tensor) -> mg.Tensor:
        planes = one_hot(digits)[:, :, None, None].expand(-1, -1, *images.shape[2:])
        return self.layers(mg.cat([images, planes], 1))


class ConditionalGAN(GAN):
    """The GAN of `gan.py`, whose noise is followed by the ten numbers that name a digit."""

    def __init__(self, options: Namespace) -> None:
        recipe = Namespace(lr_generator=1e-3, lr_discriminator=5e-4, betas=(0.5, 0.999))
        super().__init__(Namespace(latent=options.latent + 10, width=options.width, **vars(recipe)))
        self.discriminator = Discriminator(options.width).apply(start_small)
        self.learn_to_tell = optim.Adam(self.discriminator.parameters(), recipe.lr_discriminator, recipe.betas)
        self.latent = options.latent

    def play(self, real: mg.Tensor, digits: mg.Tensor) -> tuple[float, float]:
        """One step of each network, with images (N, 1, 28, 28) of `digits` (N,). Returns both losses."""
        fake = self.generator(mg.cat([mg.randn(len(real), self.latent), one_hot(digits)], 1))

        self.learn_to_tell.zero_grad()
        taken_for_real = cross_entropy(self.discriminator(real, digits), 0.9)
        loss = taken_for_real + cross_entropy(self.discriminator(fake.detach(), digits), 0.0)
        loss.backward()
        self.learn_to_tell.step()

        self.discriminator.requires_grad_(False)
        self.learn_to_draw.zero_grad()
        deception = cross_entropy(self.discriminator(fake, digits), 1.0)
        deception.backward()
        self.learn_to_draw.step()
        self.discriminator.requires_grad_(True)

        self.losses.append((loss.item(), deception.item()))
        return self.losses[-1]

    def ask(self, noise: mg.Tensor, wishes: mg.Tensor) -> np.ndarray:
        """Images (N, 28, 28), as bytes, from noise (N, latent) and the weights of the ten digits, (N, 10)."""
        return self.draw(mg.cat([noise, wishes], 1))


def one_hot(digits: mg.Tensor) -> mg.Tensor:
    """Digits (N,) as weights (N, 10) of which one is 1."""
    return F.one_hot(digits, 10).float()


def train(run: Run, images: mg.Tensor, labels: mg.Tensor) -> ConditionalGAN:
    gan = ConditionalGAN(run.options)
    per_epoch = len(images) // BATCH
    for step in run.progress(range(run.options.epochs * per_epoch), "drawing and telling"):
        if step % per_epoch == 0:
            batches = mg.randperm(len(images)).split(BATCH)
        chosen = batches[step % per_epoch]
        gan.play(images[chosen], labels[chosen])
        gan.follow()
    return gan


# -- what it draws -----------------------------------------------------------------------------------------------------


def draw_digits(gan: ConditionalGAN, hands: int = 8) -> np.ndarray:
    """The ten digits in each of some hands: a grid, digits by columns and noises by rows."""
    noise = mg.randn(hands, gan.latent).repeat_interleave(10, 0)
    return pictures.grid(gan.ask(noise, one_hot(mg.arange(10).repeat(hands))), columns=10)


def walk(gan: ConditionalGAN, noise: mg.Tensor, first: int, second: int, steps: int) -> np.ndarray:
    """From one digit to another in equal steps, with each noise (N, latent): images (steps, N, 28, 28)."""
    one, other = one_hot(mg.tensor([first, second]))
    wishes = [(1 - t) * one + t * other for t in np.linspace(0, 1, steps).tolist()]
    return np.stack([gan.ask(noise, wish.expand(len(noise), 10)) for wish in wishes])


def draw_walks(gan: ConditionalGAN, measure: Measure, hands: int, steps: int = 11) -> tuple[Figure, dict[str, float]]:
    """Each walk in one hand, and what the judge reads on the way in many; and how sure it is half-way, by walk."""
    figure, axes = pictures.figure(len(WALKS), 2, size=(9, 4.5), width_ratios=[5, 3])
    noise, half_way = mg.randn(hands, gan.latent), {}
    for (first, second), (strip, curves) in zip(WALKS, axes, strict=True):
        images = walk(gan, noise, first, second, steps)
        pictures.show(strip, pictures.grid(images[:, 0], columns=steps))
        strip.set_ylabel(f"{first} to {second}", rotation=0, ha="right", va="center")
        read = np.stack([measure.judge.look(each)[1].mean(0) for each in images])  # (steps, 10)
        neither = 1 - read[:, first] - read[:, second]
        half_way[f"{first} to {second}"] = neither[steps // 2]
        way = np.linspace(0, 1, steps)
        curves.plot(way, read[:, first], label="first digit")
        curves.plot(way, read[:, second], label="second digit")
        curves.plot(way, neither, ":", label="any other")
        curves.set(ylim=(-0.05, 1.05), xlim=(0, 1), yticks=[0, 1], xticks=[])
    axes[-1, 1].set_xticks([0, 0.5, 1])
    axes[0, 1].set_title("what the judge reads")
    figure.legend(*axes[0, 1].get_legend_handles_labels(), loc="outside lower right", ncols=3)
    return figure, half_way


def film(gan: ConditionalGAN, steps: int) -> list[np.ndarray]:
    """A walk round all digits in six hands."""
    noise = mg.randn(6, gan.latent)
    frames = np.concatenate([walk(gan, noise, digit, (digit + 1) % 10, steps + 1)[:-1] for digit in range(10)])
    return [pictures.grid(frame, columns=3) for frame in frames]


# -- how good it is ----------------------------------------------------------------------------------------------------


def spread(features: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """How much images of one digit differ: the trace of their features' covariance, for each of the ten."""
    return np.array([features[digits == digit].var(0, ddof=1).sum() for digit in range(10)])


def judge_answers(gan: ConditionalGAN, measure: Measure, real: Split, samples: int) -> dict[str, Any]:
    """Ask for each digit equally often: is it what the judge reads, and as varied as real ones?"""
    asked = np.arange(samples) % 10
    images = gan.ask(mg.randn(samples, gan.latent), one_hot(mg.from_numpy(asked)))
    features, probabilities = measure.judge.look(images)
    right = probabilities.argmax(1) == asked
    varied = spread(features, asked) / spread(measure.expected, real.learn.labels)
    return {
        **measure(images),
        "as_asked": right.mean(),
        "as_asked_by_digit": [right[asked == digit].mean() for digit in range(10)],
        "spread": varied.mean(),
        "spread_by_digit": varied,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    run = start(
        "conditional_gan",
        __doc__,
        arguments,
        epochs=Option(12, quick=8, help="how often to go through the digits"),
        width=Option(12, quick=4, help="channels of the layers at 14 x 14; those at 7 x 7 have twice as many"),
        latent=Option(32, quick=4, help="random numbers that make the handwriting"),
        limit=Option(5000, quick=200, help="how many digits there are to learn from", kind=at_least(100)),
        samples=Option(2000, quick=100, help="images that are judged", kind=at_least(20)),
    )
    real = split(run.options.limit)
    (learn, learn_labels), (unseen, unseen_labels) = map(tensors, real)
    # As in gan.py, the GAN has all of the digits, and the judge four fifths.
    gan = train(run, mg.cat([learn, unseen]), mg.cat([learn_labels, unseen_labels]))

    run.save_png("digits", draw_digits(gan))
    run.save_gif("walk", film(gan, steps=2 if run.options.quick else 6), milliseconds=100)
    print("A judge learns to read digits ...", flush=True)
    measure = Measure(*real)
    metrics = judge_answers(gan, measure, real, run.options.samples)
    figure, half_way = draw_walks(gan, measure, hands=10 if run.options.quick else 100)
    run.save_figure("walks", figure)
    report(run, metrics | {"neither_half_way": half_way})


def report(run: Run, metrics: dict[str, Any]) -> None:
    by_digit = zip(metrics["as_asked_by_digit"], metrics["spread_by_digit"], strict=True)
    table = [
        ["", "read as asked", "spread, of real"],
        *([f"{digit}", f"{right:.1%}", f"{varied:.0%}"] for digit, (right, varied) in enumerate(by_digit)),
        ["all", f"{metrics['as_asked']:.1%}", f"{metrics['spread']:.0%}"],
        ["", "samples", "real digits"],
        ["Fréchet distance", metrics["frechet_distance"], metrics["frechet_distance_real"]],
        ["the judge is sure of", f"{metrics['sure']:.0%}", f"{metrics['sure_real']:.0%}"],
        ["the judge reads rightly", "", f"{metrics['judge_accuracy']:.1%}"],
    ]
    sentences = [
        f"Asked for a digit, the generator draws what the judge reads as that digit in {metrics['as_asked']:.1%} of "
        f"all cases (real ones it reads in {metrics['judge_accuracy']:.1%}), at a Fréchet distance of "
        f"{metrics['frechet_distance']:.1f}.",
        f"The text (5) says that generators make varied images of high quality from small hidden representations: from "
        f"{run.options.latent + 10} numbers these have {metrics['spread']:.0%} of the variety of real digits, and the "
        f"judge is sure of {metrics['sure']:.0%} of them.",
    ]
    shown = {
        "digits.png": "The ten digits in eight hands: each row has its noise, each column its digit",
        "walks.png": "From one digit to another in the same hand, and what the judge reads on the way",
        "walk.gif": "Round all digits in six hands",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
