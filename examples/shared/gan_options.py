"""The command line of `gan.py`: its options, what is wrong with them, and which digits they ask for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import minigrad as mg
from minigrad.datasets import Digits, mnist, mnist5k
from shared.options import at_least, fraction, positive

CHECKPOINT = "checkpoint.zip"

RECIPE = ("batch", "width", "latent", "lr_generator", "lr_discriminator", "betas", "seed", "data", "limit")
"""The options that make a run what it is. A checkpoint keeps them, and a resumed run cannot change them."""

QUICK = {"epochs": 1, "limit": 256, "samples": 100}
"""What `--quick` means: enough to see that everything works."""


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Train a GAN on handwritten digits with minigrad, and measure what it draws.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )

    def option(name: str, kind: Callable[[str], Any], default: Any, text: str, **more: Any) -> None:
        parser.add_argument(name, type=kind, default=default, help=text, **more)

    option("--epochs", at_least(1), 18, "how often to go through the digits")
    option("--batch", at_least(2), 32, "digits in a step")
    option("--width", at_least(1), 24, "channels of the layers at 14 x 14; those at 7 x 7 have twice as many")
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
    parser.add_argument("--quick", action="store_true", help="a run of seconds that shows only that everything works")
    return parser


def parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, Digits, dict[str, Any] | None]:
    """The options, the digits to learn from and, with --resume, the state of the run to continue.

    Makes the output folder. Anything wrong ends the program with one message.
    """
    parser = command_line()
    options, state = parser.parse_args(arguments), None
    if options.quick:
        parser.set_defaults(**QUICK)
        options = parser.parse_args(arguments)
    try:
        if options.resume:
            state, recipe = _checkpoint(options.output / CHECKPOINT)
            parser.set_defaults(**recipe)
            options = parser.parse_args(arguments)
            for name, value in recipe.items():
                if getattr(options, name) != value:
                    raise ValueError(
                        f"--resume: the run has --{name.replace('_', '-')} {value}, which cannot be changed"
                    )
        digits = _digits(options)
        options.output.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    return options, digits, state


def _checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    checkpoint = mg.load(path)
    if not isinstance(checkpoint, dict) or checkpoint.keys() != {"gan", "options", "watch"}:
        raise ValueError(f"--resume: {path} is not a checkpoint of this program")
    return checkpoint, checkpoint["options"]


def _digits(options: argparse.Namespace) -> Digits:
    images, labels = mnist(options.data) if options.data else mnist5k()
    count, *size = images.shape
    if size != [28, 28]:
        raise ValueError(f"--data: the images must be 28 x 28, not {size[0]} x {size[1]}")
    wanted = count if options.limit is None else options.limit
    if not options.batch <= wanted <= count:
        raise ValueError(f"--limit {wanted}: must be from {options.batch} (--batch) to {count} (all digits)")
    return Digits(images[:wanted], labels[:wanted])
