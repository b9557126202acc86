"""Teach two networks to draw handwritten digits: a generative adversarial network, trained with minigrad.

The *generator* turns random numbers into images. The *discriminator* says of an image whether it is a real digit or a
generated one. They play against each other (Goodfellow et al., Generative Adversarial Networks, 2014): the
discriminator learns to tell the two kinds apart, and the generator to make that impossible, which it can do in one way
only: draw digits. Both are convolutional, after Radford et al., Unsupervised Representation Learning with Deep
Convolutional Generative Adversarial Networks, 2016.

    python examples/gan.py            # some three minutes; pictures appear in runs/gan/, and watch.html from the start
    python examples/gan.py --help     # what can be chosen

Ctrl-C stops a run, `--resume` continues it, and the pictures are those of a run that was never stopped.
"""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import numpy as np
from tqdm import tqdm

import minigrad as mg
from minigrad import datasets, nn, optim, viz
from minigrad.io import atomic_write
from minigrad.nn import functional as F
from shared.digits import split
from shared.gan_options import CHECKPOINT, RECIPE, parse
from shared.interrupts import interrupts
from shared.judge import Measure
from shared.pictures import grid, loss_curves, to_bytes, to_tensor
from shared.run import Run

# -- the two networks --------------------------------------------------------------------------------------------------


def make_generator(latent: int, width: int) -> nn.Sequential:
    """Noise (N, latent) to images (N, 1, 28, 28) of numbers from -1 to 1, by way of coarser ones of many channels."""
    return nn.Sequential(
        # Two layers decide what the whole digit will be; those after them draw it, each number seeing a part only.
        nn.Linear(latent, 256),
        nn.BatchNorm1d(256),
        nn.ReLU(),
        nn.Linear(256, 2 * width * 7 * 7),
        nn.Unflatten(1, (2 * width, 7, 7)),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),  # 14 x 14
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.ConvTranspose2d(width, 1, 4, stride=2, padding=1),  # 28 x 28
        nn.Tanh(),
    )


def make_discriminator(width: int) -> nn.Sequential:
    """Images (N, 1, 28, 28) to logits (N, 1): above 0 for "real", below for "generated"."""
    return nn.Sequential(
        nn.Conv2d(1, width, 4, stride=2, padding=1),  # 14 x 14
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),  # 7 x 7
        nn.BatchNorm2d(2 * width),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        # Each number so far depends on 10 x 10 pixels, enough to see whether a stroke is good. Whether strokes make a
        # digit shows in their combination only, and that takes one more layer.
        nn.Linear(2 * width * 7 * 7, 128),
        nn.BatchNorm1d(128),
        nn.LeakyReLU(0.2),
        nn.Linear(128, 1),
    )


def start_small(module: nn.Module) -> None:
    """Weights from N(0, 0.02²), as in the paper: with small outputs neither network begins with a firm opinion."""
    if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
        nn.init.zeros_(module.bias)


# -- the game ----------------------------------------------------------------------------------------------------------


class GAN:
    """Two networks, their optimizers, and how far they have come: all that a checkpoint has to keep."""

    def __init__(self, options: Namespace) -> None:
        self.generator = make_generator(options.latent, options.width).apply(start_small)
        self.discriminator = make_discriminator(options.width).apply(start_small)
        self.average = make_generator(options.latent, options.width).eval()
        self.average.load_state_dict(self.generator.state_dict())

        betas = tuple(options.betas)
        self.learn_to_draw = optim.Adam(self.generator.parameters(), options.lr_generator, betas)
        self.learn_to_tell = optim.Adam(self.discriminator.parameters(), options.lr_discriminator, betas)

        self.latent = options.latent
        self.noise = mg.randn(64, options.latent)  # one picture of it in each epoch shows how the drawings change
        self.grids: list[np.ndarray] = []
        self.losses: list[tuple[float, float]] = []  # of the discriminator and the generator, for each step
        self.order = mg.zeros(0, dtype=mg.int64)  # of the digits in this epoch

    def play(self, real: mg.Tensor) -> tuple[float, float]:
        """One step of each network, with the digits `real` (N, 1, 28, 28). Returns both losses."""
        fake = self.generator(mg.randn(len(real), self.latent))

        # The discriminator's turn. Of real digits it need only be 90 % sure: were it surer, the generator would find
        # its loss flat and learn nothing (one-sided label smoothing, Salimans et al. 2016). It sees real and generated
        # images in batches of their own, whose statistics tell it what one image cannot: that all look alike, say.
        # `detach` keeps this gradient out of the generator.
        self.learn_to_tell.zero_grad()
        loss = cross_entropy(self.discriminator(real), 0.9) + cross_entropy(self.discriminator(fake.detach()), 0.0)
        loss.backward()
        self.learn_to_tell.step()

        # The generator's turn: its images should pass for real. The gradient goes through the discriminator, but not
        # into its weights, which saves the time to compute theirs.
        self.discriminator.requires_grad_(False)
        self.learn_to_draw.zero_grad()
        deception = cross_entropy(self.discriminator(fake), 1.0)
        deception.backward()
        self.learn_to_draw.step()
        self.discriminator.requires_grad_(True)

        self.losses.append((loss.item(), deception.item()))
        return self.losses[-1]

    @mg.no_grad()
    def follow(self) -> None:
        """Move the averaged generator towards the present one.

        The two players circle around each other. The average of the generator's weights over the last tenth of the
        steps, roughly, circles less and draws better (Yazıcı et al., The Unusual Effectiveness of Averaging in GAN
        Training, 2019; the weights of the average are Shamir and Zhang's, 2013, with η = 9). The statistics that
        batch normalization needs are averaged alike.
        """
        share = 10 / (len(self.losses) + 9)
        for mean, value in zip(self.average.state_dict().values(), self.generator.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean += share * (value - mean)

    @mg.no_grad()
    def draw(self, noise: mg.Tensor) -> np.ndarray:
        """Images of the averaged generator, as bytes (N, 28, 28)."""
        return np.concatenate([to_bytes(self.average(part)) for part in noise.split(500)])

    def state_dict(self) -> dict[str, Any]:
        parts = {name: getattr(self, name).state_dict() for name in STATEFUL}
        return {
            **parts,
            "noise": self.noise,
            "grids": self.grids,
            "losses": np.array(self.losses).reshape(-1, 2),
            "order": self.order,
            "random": mg.get_rng_state(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for name in STATEFUL:
            getattr(self, name).load_state_dict(state[name])
        self.noise, self.grids, self.order = state["noise"], state["grids"], state["order"]
        self.losses = [tuple(pair) for pair in state["losses"].tolist()]
        mg.set_rng_state(state["random"])


STATEFUL = ("generator", "discriminator", "average", "learn_to_draw", "learn_to_tell")


def cross_entropy(logits: mg.Tensor, target: float) -> mg.Tensor:
    """What it costs to answer `logits` where the probability of "real" should be `target`."""
    return F.binary_cross_entropy_with_logits(logits, mg.full_like(logits, target))


# -- a run, from the first epoch to the last ---------------------------------------------------------------------------


def train(gan: GAN, digits: mg.Tensor, run: Run, watch: viz.Watch) -> None:
    """Play to the end of the last epoch. KeyboardInterrupt after Ctrl-C, with a checkpoint of the last step."""
    options = run.options
    per_epoch = len(digits) // options.batch
    total = options.epochs * per_epoch * options.batch
    done = len(gan.losses) * options.batch
    with interrupts() as interrupted, tqdm(total=total, initial=done, unit=" images", unit_scale=True) as bar:
        while len(gan.losses) < options.epochs * per_epoch and not interrupted.is_set():
            epoch, step = divmod(len(gan.losses), per_epoch)
            if step == 0:
                gan.order = mg.randperm(len(digits))
            batch = digits[gan.order[step * options.batch : (step + 1) * options.batch]]
            loss, deception = gan.play(batch)
            gan.follow()

            bar.set_description(f"epoch {epoch + 1}/{options.epochs}", refresh=False)
            bar.set_postfix_str(f"discriminator {loss:.2f}, generator {deception:.2f}", refresh=False)
            bar.update(options.batch)
            if step == per_epoch - 1:
                drawn = gan.draw(gan.noise)
                watch.log(discriminator=loss, generator=deception, drawn=drawn)
                gan.grids.append(grid(drawn))
                run.save_png(f"grid-{epoch + 1:03}", gan.grids[-1])
                save_checkpoint(gan, run, watch)
            else:
                watch.log(discriminator=loss, generator=deception)
    if interrupted.is_set():
        save_checkpoint(gan, run, watch)
        raise KeyboardInterrupt


def save_checkpoint(gan: GAN, run: Run, watch: viz.Watch) -> None:
    recipe = {name: getattr(run.options, name) for name in RECIPE}
    mg.save({"options": recipe, "gan": gan.state_dict(), "watch": watch.state_dict()}, run.path(CHECKPOINT))


def report(gan: GAN, digits: datasets.Digits, run: Run) -> None:
    """Draw the samples, have them judged, and write everything that there is to see."""
    samples = gan.draw(mg.randn(run.options.samples, gan.latent))
    with atomic_write(run.path("samples.npz")) as file:
        np.savez_compressed(file, images=samples)
    losses = dict(zip(["discriminator", "generator"], np.array(gan.losses).T, strict=True))
    run.save_figure("losses", loss_curves(losses, len(digits.images) // run.options.batch))
    run.save_gif("grids", gan.grids)

    print("A judge learns to read digits ...", flush=True)
    learned, unseen = split(digits=digits)
    metrics = Measure(learned, unseen)(samples)
    table = [
        ["", "samples", "real digits"],
        ["Fréchet distance", metrics["frechet_distance"], metrics["frechet_distance_real"]],
        ["the judge is sure of", f"{metrics['sure']:.0%}", f"{metrics['sure_real']:.0%}"],
        ["the judge reads rightly", "", f"{metrics['judge_accuracy']:.1%}"],
        ["digits that appear", metrics["digits"], 10],
        *([f"share of {digit}", f"{share:.0%}", ""] for digit, share in enumerate(metrics["shares"])),
    ]
    sentences = [
        f"From noise alone the generator learned to draw {metrics['digits']} of the ten digits, at a Fréchet "
        f"distance of {metrics['frechet_distance']:.1f} where real digits have {metrics['frechet_distance_real']:.1f}.",
        "It does so by transposed convolutions, which the text (5) calls an important part of the generators of GANs, "
        "since they make a large image of a small representation.",
    ]
    run.finish(metrics, table, sentences, {"grids.gif": "The same 64 points of noise, drawn after every epoch"})


def main(arguments: Sequence[str] | None = None) -> None:
    options, digits, state = parse(arguments)
    run = Run("gan", __doc__, options)
    mg.manual_seed(options.seed)
    gan = GAN(options)
    networks, optimizers = [gan.generator, gan.discriminator], [gan.learn_to_draw, gan.learn_to_tell]
    watch = viz.watch(networks, optimizers, path=run.path("watch.html"), every=50)
    if state is not None:
        gan.load_state_dict(state["gan"])
        watch.load_state_dict(state["watch"])
    try:
        with watch:
            train(gan, to_tensor(digits.images), run, watch)
        report(gan, digits, run)
    except KeyboardInterrupt:
        again = ["--resume", "--epochs", options.epochs, "--samples", options.samples, "--output", options.output]
        program = [sys.orig_argv[0], "examples/gan.py"]  # the Python that has what this needs, as `make gan` names it
        print(f"Stopped. To continue: {shlex.join(map(str, program + again))}")
        raise SystemExit(130) from None  # as shells expect of a program that Ctrl-C has stopped


if __name__ == "__main__":
    main()
