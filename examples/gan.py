"""Teach two networks to draw handwritten digits: a generative adversarial network, trained with minigrad.

The *generator* turns random numbers into images. The *discriminator* says of an image whether it is a real digit or a
generated one. They play against each other (Goodfellow et al., Generative Adversarial Networks, 2014): the
discriminator learns to tell the two kinds apart, and the generator to make that impossible, which it can do in one way
only: draw digits. Both are convolutional, after Radford et al., Unsupervised Representation Learning with Deep
Convolutional Generative Adversarial Networks, 2016.

    python examples/gan.py            # some three minutes; pictures appear in runs/gan/
    python examples/gan.py --help     # what can be chosen

Ctrl-C stops a run, `--resume` continues it, and the pictures are those of a run that was never stopped.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from judge import measure
from pictures import grid, save_curves, save_gif, save_png, to_bytes, to_tensor
from tqdm import tqdm

import minigrad as mg
from minigrad import datasets, nn, optim
from minigrad.io import atomic_write
from minigrad.nn import functional as F

# -- the two networks --------------------------------------------------------------------------------------------------


def make_generator(latent: int, width: int) -> nn.Sequential:
    """Noise (N, latent) to images (N, 1, 28, 28) of numbers from -1 to 1, by way of coarser ones of many channels."""
    return nn.Sequential(
        # What the whole digit will be: the layers below draw it, and none of them sees more than a part.
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

    def __init__(self, options: argparse.Namespace) -> None:
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

        # The discriminator's turn. That a digit is real it need only say with 90 %: one that is too sure of itself has
        # flat losses, from which the generator learns nothing (one-sided label smoothing, Salimans et al. 2016).
        # `detach` keeps this gradient out of the generator.
        self.learn_to_tell.zero_grad()
        loss = cross_entropy(self.discriminator(real), 0.9) + cross_entropy(self.discriminator(fake.detach()), 0.0)
        loss.backward()
        self.learn_to_tell.step()

        # The generator's turn: its images should pass for real. The gradient goes through the discriminator, but
        # not into its weights, which saves the time to compute theirs.
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


def train(gan: GAN, digits: mg.Tensor, options: argparse.Namespace) -> bool:
    """Play to the end of the last epoch, or until Ctrl-C, and say which: True is the end."""
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
                gan.grids.append(grid(gan.draw(gan.noise)))
                save_png(options.output / f"grid-{epoch + 1:03}.png", gan.grids[-1])
                save_checkpoint(gan, options)
    return not interrupted.is_set()


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, so that no step is left half done. A second Ctrl-C stops at once."""
    interrupted = threading.Event()

    def note(signum: int, frame: Any) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def save_checkpoint(gan: GAN, options: argparse.Namespace) -> None:
    recipe = {name: getattr(options, name) for name in RECIPE}
    mg.save({"options": recipe, "gan": gan.state_dict()}, options.output / CHECKPOINT)


def report(gan: GAN, digits: datasets.Digits, options: argparse.Namespace) -> None:
    """Draw the samples, have them judged, and write everything that there is to see."""
    samples = gan.draw(mg.randn(options.samples, gan.latent))
    with atomic_write(options.output / "samples.npz") as file:
        np.savez_compressed(file, images=samples)
    save_curves(options.output / "losses.png", np.array(gan.losses), len(digits.images) // options.batch)
    save_gif(options.output / "grids.gif", gan.grids)

    # The judge learns from four fifths of the digits, at most 4,000, which keeps it quick, and is tested on others.
    unseen = min(1000, len(digits.images) // 5)
    learned = min(4000, len(digits.images) - unseen)
    print("A judge learns to read digits ...", flush=True)
    metrics = measure(samples, part(digits, slice(learned)), part(digits, slice(-unseen, None)))
    with atomic_write(options.output / "metrics.json", "w") as file:
        json.dump(metrics, file, indent=1)

    print(f"                           {'samples':>8} {'real digits':>12}")
    print(f"Fréchet distance           {metrics['frechet_distance']:8.1f} {metrics['frechet_distance_real']:12.1f}")
    print(f"the judge is sure of       {metrics['sure']:8.0%} {metrics['sure_real']:12.0%}")
    print(f"digits that appear         {metrics['digits']:8}")
    print("shares of the digits 0-9   " + " ".join(f"{share:.0%}" for share in metrics["shares"]))
    print(f"the judge reads {metrics['judge_accuracy']:.1%} of the digits that it has not seen rightly")


# -- the command line --------------------------------------------------------------------------------------------------

CHECKPOINT = "checkpoint.zip"
RECIPE = ("batch", "width", "latent", "lr_generator", "lr_discriminator", "betas", "seed", "data", "limit")
"""The options that make a run what it is, and that a checkpoint therefore keeps."""


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Train a GAN on handwritten digits with minigrad, and measure what it draws.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )

    def option(name: str, kind: Any, default: Any, text: str, **more: Any) -> None:
        parser.add_argument(name, type=kind, default=default, help=text, **more)

    option("--epochs", at_least(1), 16, "how often to go through the digits")
    option("--batch", at_least(2), 32, "digits in a step")
    option("--width", at_least(1), 32, "channels of the layers at 14 x 14; those at 7 x 7 have twice as many")
    option("--latent", at_least(1), 64, "random numbers that an image is made from")
    option("--lr-generator", positive, 1e-3, "Adam's learning rate for the generator", metavar="RATE")
    option("--lr-discriminator", positive, 5e-4, "Adam's learning rate for the discriminator", metavar="RATE")
    option("--betas", fraction, [0.5, 0.999], "Adam's decay rates, for both", nargs=2, metavar="BETA")
    option("--seed", int, 0, "where the random numbers start: the same seed, the same pictures")
    option("--data", str, None, "folder with files in the format of MNIST; without it, 5,000 digits of minigrad's own")
    option("--limit", at_least(10), None, "use the first LIMIT digits only")
    option("--samples", at_least(2), 2000, "images to draw and to judge at the end")
    option("--output", Path, Path("runs/gan"), "folder that all files are written to")
    parser.add_argument("--resume", action="store_true", help="continue the run in the output folder, with its options")
    return parser


def at_least(least: int) -> Any:
    def count(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return int(text)

    return count


def positive(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return float(text)


def fraction(text: str) -> float:
    if not 0 <= float(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 0 and less than 1")
    return float(text)


def resume(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> tuple[argparse.Namespace, Any]:
    """The options and the state of the run to continue; it is an error to ask for other options."""
    path = parser.parse_args(arguments).output / CHECKPOINT
    try:
        checkpoint = mg.load(path)
    except (OSError, ValueError) as error:
        parser.error(f"--resume: {error}")
    parser.set_defaults(**checkpoint["options"])
    options = parser.parse_args(arguments)
    for name, value in checkpoint["options"].items():
        if getattr(options, name) != value:
            parser.error(f"--resume: the run has --{name.replace('_', '-')} {value}, which cannot be changed")
    return options, checkpoint["gan"]


def part(digits: datasets.Digits, rows: slice) -> datasets.Digits:
    return datasets.Digits(digits.images[rows], digits.labels[rows])


def load_digits(options: argparse.Namespace) -> datasets.Digits:
    """The digits that the options ask for; OSError or ValueError if there are none such."""
    digits = datasets.mnist(options.data) if options.data else datasets.mnist5k()
    count, *size = digits.images.shape
    if size != [28, 28]:
        raise ValueError(f"--data: the images must be 28 x 28, not {size[0]} x {size[1]}")
    wanted = count if options.limit is None else options.limit
    if not options.batch <= wanted <= count:
        raise ValueError(f"--limit {wanted}: must be from {options.batch} (--batch) to {count} (all digits)")
    return part(digits, slice(wanted))


def main(arguments: Sequence[str] | None = None) -> None:
    started = time.perf_counter()
    parser = command_line()
    options, state = parser.parse_args(arguments), None
    if options.resume:
        options, state = resume(parser, arguments)
    try:
        digits = load_digits(options)
        options.output.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        parser.error(str(error))

    mg.manual_seed(options.seed)
    gan = GAN(options)
    if state:
        gan.load_state_dict(state)

    if not train(gan, to_tensor(digits.images), options):
        save_checkpoint(gan, options)
        again = f"--resume --epochs {options.epochs} --samples {options.samples} --output {options.output}"
        print(f"Stopped. To continue: python examples/gan.py {again}")
        return
    report(gan, digits, options)
    print(f"Done in {time.perf_counter() - started:.0f} seconds. Written:")
    grids = f"grid-001.png to grid-{options.epochs:03}.png"
    for name in (grids, "grids.gif", "losses.png", "samples.npz", "metrics.json", CHECKPOINT):
        print(f"  {options.output / name}")


if __name__ == "__main__":
    main()
