"""Draw what the two losses of a GAN's generator do, for the page that derives them.

    make figures

Every curve is computed by a backward pass; the page proves the formulas.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

import minigrad as mg
from minigrad.nn import functional as F
from shared import pictures

PICTURE = Path(__file__).with_suffix(".png")

Loss = Callable[[mg.Tensor], mg.Tensor]

LOSSES: dict[str, Loss] = {
    "minimax: ln(1 − D)": lambda logit: F.logsigmoid(-logit),
    "non-saturating: −ln D": lambda logit: -F.logsigmoid(logit),
}
"""What the generator wants to be small, by the logit of the discriminator."""


def slopes(loss: Loss, logits: mg.Tensor) -> mg.Tensor:
    """The derivative of the loss at each of the logits."""
    at = logits.detach().requires_grad_()
    return mg.autograd.grad(loss(at).sum(), at)[0]


def pull(loss: Loss, distance: float) -> float:
    """How strongly the generator z + θ is pulled towards data from N(distance, 1), z from N(0, 1) and θ = 0.

    The discriminator is the best that there is: its logit is ln p(x) − ln q(x), with p and q the two densities.
    """
    z, weights = np.polynomial.hermite_e.hermegauss(80)  # for means over N(0, 1)
    theta = mg.tensor(0.0, dtype=mg.float64, requires_grad=True)
    logit = distance * (mg.tensor(z) + theta) - distance**2 / 2
    (loss(logit) * mg.tensor(weights / weights.sum())).sum().backward()
    assert theta.grad is not None
    return -theta.grad.item()


def draw() -> Figure:
    """Loss and slope by what the discriminator says, and the pull by the distance from the data."""
    figure, (left, middle, right) = pictures.figure(1, 3, size=(9, 3.4))
    logits = mg.linspace(-7, 7, 401, dtype=mg.float64)
    d = logits.sigmoid()
    distances = np.linspace(0, 8, 81)
    for (name, loss), style in zip(LOSSES.items(), ("--", "-"), strict=True):
        left.plot(d, loss(logits), style, label=name)
        middle.plot(d, slopes(loss, logits), style)
        right.plot(distances, [pull(loss, distance) for distance in distances], style)
    left.set(title="loss of the generator", xlabel="D, what the discriminator says", ylim=(-5, 5))
    middle.set(title="its slope in the logit of D", xlabel="D, what the discriminator says")
    right.set(title="pull towards the data", xlabel="distance from the data")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


if __name__ == "__main__":
    print(pictures.save_figure(PICTURE, draw()))
