"""Pages that step through backpropagation, from a sum to a step of two networks, and an index that leads through them.

    python examples/explore.py [folder]

Each page is one file that opens in any browser, without a network. The first is the shortest explanation of why
gradients accumulate, and of why the backward pass takes the youngest node first. Each function below is one page; its
docstring stands in the index.
"""

from __future__ import annotations

import html
import inspect
import sys
from collections.abc import Callable
from pathlib import Path

import minigrad
import minigrad.nn.functional as F
from gan import make_discriminator, make_generator
from minigrad import nn, viz
from minigrad.io import atomic_write


def sums() -> viz.Page:
    """Every value is used twice, so every gradient is a sum of two. Watch the badges: a node waits until all its
    shares have come. Then turn a, and see that the end moves four times as far.
    """
    a = minigrad.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a + a
        c = b + b
    return viz.explore(c)


def expression() -> viz.Page:
    """Three paths lead from w to y, and four from x. Along a path the local derivatives multiply, and over all
    paths the products add up. Switch to practice and work the gradients out yourself.
    """
    x = minigrad.tensor(0.7, requires_grad=True)
    w = minigrad.tensor(-1.2, requires_grad=True)
    with viz.record():
        p = w * x
        y = (p.sin() + p * x) / (p.exp() + 1)
    return viz.explore(y)


def neuron() -> viz.Page:
    """One neuron, and how far its answer is from what is wanted. Turn its weights until the loss is small: the
    gradients say which way. That is all that training does, for millions of numbers at once.
    """
    x1, x2 = minigrad.tensor(1.0), minigrad.tensor(-2.0)
    w1 = minigrad.tensor(0.5, requires_grad=True)
    w2 = minigrad.tensor(-0.3, requires_grad=True)
    b = minigrad.tensor(0.1, requires_grad=True)
    wanted = minigrad.tensor(-0.8)
    with viz.record():
        z = w1 * x1 + w2 * x2 + b
        y = z.tanh()
        loss = (y - wanted).square()
    return viz.explore(loss)


class Perceptron(nn.Module):
    """Two layers, small enough to see every number."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.output = nn.Linear(4, 2)

    def forward(self, x: minigrad.Tensor) -> minigrad.Tensor:
        h = self.hidden(x).tanh()
        return self.output(h)


def training_step() -> viz.Page:
    """A network of two layers and the forward and backward pass of one step of training, recorded as the program
    ran them. Gradients are arrays now, of the shapes of what they belong to. A bias is used for each example, so
    its gradient is a sum over the examples.
    """
    model = Perceptron()
    x, target = minigrad.randn(5, 3), minigrad.randn(5, 2)
    with viz.record():
        loss = F.mse_loss(model(x), target)
        loss.backward()
    return viz.explore(loss)


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


def convolutions() -> viz.Page:
    """Feature maps on the way forward, and on the way back where in the images the gradient comes from. A kernel is
    used at every place, so its gradient is a sum over all places. Max pooling sends everything to the largest of a
    window.
    """
    model = Classifier()
    images, labels = rings(), minigrad.arange(4)
    with viz.record():
        loss = F.cross_entropy(model(images), labels)
    return viz.explore(loss)


def lstm() -> viz.Page:
    """A memory that reads twelve steps and is asked at the end. The gradient goes back through time, and the page
    shows how much of it is left at each step. That little is left far back is why long memories are hard to train.
    """
    model = nn.LSTM(4, 8)
    series = minigrad.randn(12, 2, 4)
    with viz.record():
        out, _ = model(series)
        loss = out[-1].square().mean()
        loss.backward()
    return viz.explore(loss)


class Attention(nn.Module):
    """Every position asks all others (Vaswani et al. 2017)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, words: minigrad.Tensor) -> minigrad.Tensor:
        query, key, value = self.query(words), self.key(words), self.value(words)
        weights = F.softmax(query @ key.T / words.shape[-1] ** 0.5, dim=-1)
        return weights @ value


def attention() -> viz.Page:
    """Six words of eight numbers, each of which asks all the others. The weights of a row are positive and add up
    to one. On the way back the softmax lets no gradient through that all its inputs would share.
    """
    model, words = Attention(8), minigrad.randn(6, 8)
    with viz.record():
        loss = model(words).square().mean()
        loss.backward()
    return viz.explore(loss)


def gan_step() -> viz.Page:
    """The step of the generator in a generative adversarial network: it draws, and the discriminator judges. The
    gradient goes back through the judge into the draughtsman, whose parameters alone will change. The networks are
    those of examples/gan.py, made narrow.
    """
    generator, discriminator = make_generator(8, 4), make_discriminator(4)
    discriminator.requires_grad_(False)
    noise = minigrad.randn(4, 8)
    with viz.record():
        images = generator(noise)
        loss = F.softplus(-discriminator(images)).mean()
        loss.backward()
    return viz.explore(loss)


PAGES: list[Callable[[], viz.Page]] = [
    sums, expression, neuron, training_step, convolutions, lstm, attention, gan_step,
]  # fmt: skip

INDEX = Path(__file__).with_suffix(".html")
"""The page around the index."""
TITLES = {
    "sums": "A sum", "expression": "An expression", "neuron": "A neuron", "training_step": "A network of two layers",
    "convolutions": "Convolutions", "lstm": "An LSTM over time", "attention": "Attention",
    "gan_step": "The step of a GAN",
}  # fmt: skip


def entry(make: Callable[[], viz.Page], name: str) -> str:
    """The link to a page, with its three sentences."""
    words = " ".join((inspect.getdoc(make) or "").split())
    title = html.escape(TITLES[name])
    return f'<li><a href="{name}.html"><h2>{title}</h2><p>{html.escape(words)}</p></a></li>'


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs" / "explore"
    folder.mkdir(parents=True, exist_ok=True)
    for make in PAGES:
        minigrad.manual_seed(0)
        path = make().write(folder / f"{make.__name__}.html")
        print(f"{path}: {path.stat().st_size / 1024:.0f} kB")
    with atomic_write(folder / "index.html", "w") as index:
        entries = "\n".join(entry(make, make.__name__) for make in PAGES)
        index.write(INDEX.read_text("utf-8").replace("{{ENTRIES}}", entries))


if __name__ == "__main__":
    main()
