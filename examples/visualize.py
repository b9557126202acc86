"""Draw graphs: a gallery of what minigrad.viz shows, from one multiplication to a step of two networks.

    python examples/visualize.py               # writes docs/gallery/*.svg
    python examples/visualize.py --format png

Each function below is one picture: the code that is drawn and the call that draws it.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable
from pathlib import Path

import minigrad as mg
from gan import make_discriminator, make_generator
from minigrad import nn, viz
from minigrad.io import atomic_write
from minigrad.nn import functional as F
from shared.headings import titled


def expression() -> viz.Picture:
    """The chain rule on numbers: values on their way down, gradients on their way up."""
    x = mg.tensor(2.0, requires_grad=True)
    w = mg.tensor(-1.5, requires_grad=True)
    with viz.record():
        z = w * x + 1
        y = z.sigmoid() * x
        y.backward()
    return viz.draw(y, backward=True, title="y = x · σ(w x + 1), and its derivatives")


def reuse() -> viz.Picture:
    """A value that is used twice gets two gradients, which add up."""
    a = mg.tensor(3.0, requires_grad=True)
    with viz.record():
        b = a + a
        c = b + b
        c.backward()
    return viz.draw(c, backward=True, title="b = a + a,  c = b + b")


def mlp() -> viz.Picture:
    """A classifier and its loss: modules as boxes, parameters by their names."""
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    images, labels = mg.randn(32, 784), mg.randint(0, 10, (32,))
    with viz.record():
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
    return viz.draw(loss, backward=True, title="A multilayer perceptron")


def deep() -> viz.Picture:
    """Equal layers are drawn once."""
    layers = [layer for _ in range(8) for layer in (nn.Linear(64, 64), nn.ReLU())]
    model = nn.Sequential(nn.Linear(784, 64), *layers, nn.Linear(64, 10))
    return viz.draw(model, mg.randn(32, 784), title="Eight equal layers")


def generator() -> viz.Picture:
    """The network of examples/gan.py that draws digits; a layer is one vertex."""
    generator = make_generator(64, 32)
    noise = mg.randn(16, 64)
    return viz.draw(generator, noise, depth=1, title="The generator")


def discriminator() -> viz.Picture:
    """The network of examples/gan.py that judges them."""
    discriminator = make_discriminator(32)
    images = mg.randn(16, 1, 28, 28)
    return viz.draw(discriminator, images, depth=1, title="The discriminator")


def training_step() -> viz.Picture:
    """Both networks in one step: where `detach` cuts the graph, the generator learns nothing."""
    generator, discriminator = make_generator(64, 32), make_discriminator(32)
    real, noise = mg.randn(16, 1, 28, 28), mg.randn(16, 64)
    with viz.record(values=False):
        fake = generator(noise)
        says_real, says_fake = discriminator(real), discriminator(fake.detach())
        loss_of_discriminator = (F.softplus(-says_real) + F.softplus(says_fake)).mean()
        loss_of_discriminator.backward()
        discriminator.requires_grad_(False)
        loss_of_generator = F.softplus(-discriminator(fake)).mean()
        loss_of_generator.backward()
    losses = [loss_of_discriminator, loss_of_generator]
    return viz.draw(losses, depth=0, backward=True, title="One step of a generative adversarial network")


def lstm_cell() -> viz.Picture:
    """One step of a long short-term memory, written out."""
    size = 16
    W = mg.randn(4 * size, size).div(4).requires_grad_()
    U = mg.randn(4 * size, size).div(4).requires_grad_()
    x, h, c = mg.randn(8, size), mg.randn(8, size), mg.randn(8, size)
    with viz.record():
        i, f, z, o = (x @ W.T + h @ U.T).chunk(4, 1)
        memory = f.sigmoid() * c + i.sigmoid() * z.tanh()
        state = o.sigmoid() * memory.tanh()
    return viz.draw([state, memory], title="A cell of a long short-term memory")


class Attention(nn.Module):
    """Every position asks all others (Vaswani et al. 2017)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, words: mg.Tensor) -> mg.Tensor:
        query, key, value = self.query(words), self.key(words), self.value(words)
        scores = query @ key.mT / words.shape[-1] ** 0.5
        return F.softmax(scores, dim=-1) @ value


def attention() -> viz.Picture:
    """What transformers are made of."""
    attention = Attention(64)
    words = mg.randn(2, 10, 64)
    return viz.draw(attention, words, title="Attention")


GALLERY: list[Callable[[], viz.Picture]] = [
    expression,
    reuse,
    mlp,
    deep,
    generator,
    discriminator,
    training_step,
    lstm_cell,
    attention,
]


def index(options: argparse.Namespace) -> str:
    """The gallery as a page: each picture with the code that made it."""
    head = "# Gallery\n\nMade by `python examples/visualize.py`; each picture with the code that is drawn.\n"
    parts = [f"{head}What the examples found, in pictures and figures, has [a page of its own](examples.md).\n"]
    for example in GALLERY:
        source = inspect.getsource(example).strip()
        picture = f"![{example.__doc__}]({example.__name__}.{options.format})"
        parts.append(f"## {titled(example.__name__)}\n\n{picture}\n\n```python\n{source}\n```\n")
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent.parent / "docs" / "gallery")
    parser.add_argument("--format", choices=["svg", "png"], default="svg")
    parser.add_argument("--only", nargs="*", choices=[each.__name__ for each in GALLERY], help="these pictures")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for example in GALLERY:
        if not options.only or example.__name__ in options.only:
            mg.manual_seed(0)
            print(example().render(options.folder / f"{example.__name__}.{options.format}"))
    with atomic_write(options.folder / "README.md", "w") as page:
        page.write(index(options))


if __name__ == "__main__":
    main()
