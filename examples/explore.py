"""Pages that step through backpropagation: a sum, an expression, a small network and a small convolutional one.

    python examples/explore.py [folder]

Each page is one file that opens in any browser, without a network. The first is the shortest explanation of why
gradients accumulate, and of why the backward pass takes the youngest node first.
"""

from __future__ import annotations

import sys
from pathlib import Path

import minigrad
import minigrad.nn.functional as F
from minigrad import nn, viz


def sums(folder: Path) -> Path:
    """Every value is used twice, so every gradient is a sum of two."""
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a + a
        c = b + b
    return viz.explore(c, folder / "sums.html")


def expression(folder: Path) -> Path:
    """Three paths from w to y, and five from x."""
    x = minigrad.tensor(0.7, requires_grad=True)
    w = minigrad.tensor(-1.2, requires_grad=True)
    with viz.record():
        p = w * x
        y = (p.sin() + p * x) / (p.exp() + 1)
    return viz.explore(y, folder / "expression.html")


class Perceptron(nn.Module):
    """Two layers, small enough to see every number."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.output = nn.Linear(4, 2)

    def forward(self, x: minigrad.Tensor) -> minigrad.Tensor:
        h = self.hidden(x).tanh()
        return self.output(h)


def training_step(folder: Path) -> Path:
    """The forward and backward pass of one step of training, recorded as the program ran them."""
    model = Perceptron()
    x, target = minigrad.randn(5, 3), minigrad.randn(5, 2)
    with viz.record():
        loss = F.mse_loss(model(x), target)
        loss.backward()
    return viz.explore(loss, folder / "training_step.html")


class Classifier(nn.Module):
    """Two convolutions and a linear layer, on images of 16 × 16."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 12, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Linear(12 * 4 * 4, 4)

    def forward(self, images: minigrad.Tensor) -> minigrad.Tensor:
        return self.classifier(self.features(images).flatten(1))


def rings() -> minigrad.Tensor:
    """Four images of rings, each wider than the one before."""
    row = minigrad.linspace(-1, 1, 16)
    distance = (row[:, None] ** 2 + row**2).sqrt()
    return minigrad.stack([(-40 * (distance - radius) ** 2).exp()[None] for radius in (0.2, 0.4, 0.6, 0.8)])


def convolutions(folder: Path) -> Path:
    """Feature maps on the way forward, and where in the images the gradient comes from on the way back."""
    model = Classifier()
    images, labels = rings(), minigrad.arange(4)
    with viz.record():
        loss = F.cross_entropy(model(images), labels)
    return viz.explore(loss, folder / "convolutions.html")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs" / "explore"
    folder.mkdir(parents=True, exist_ok=True)
    minigrad.manual_seed(0)
    for make in (sums, expression, training_step, convolutions):
        path = make(folder)
        print(f"{path}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
