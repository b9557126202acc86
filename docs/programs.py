"""Write docs/program.md: the programs of some examples, as `viz.program` and `minigrad.compile` write them.

    make programs

The page's words stand here, too, so that they cannot fall behind what the page shows. A test holds the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import minigrad as mg
import minigrad.nn.functional as F
from minigrad import autograd, nn, optim, viz
from minigrad.program.text import Text

PAGE = Path(__file__).parent / "program.md"


def mlp() -> Text:
    """A perceptron with one hidden layer, and the mean squared error."""
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    x, target = mg.randn(32, 2), mg.randn(32, 1)
    with viz.record():
        y = model(x)
        loss = F.mse_loss(y, target)
    return viz.program(loss)


def convolution() -> Text:
    """A convolutional classifier."""
    convolution, output = nn.Conv2d(1, 8, 3, padding=1), nn.Linear(8 * 4 * 4, 10)
    images, digits = mg.randn(16, 1, 8, 8), mg.randint(0, 10, (16,))
    with viz.record():
        h = F.relu(convolution(images))
        pooled = F.max_pool2d(h, 2)
        logits = output(pooled.flatten(1))
        loss = F.cross_entropy(logits, digits)
    return viz.program(loss)


def attention() -> Text:
    """Scaled dot-product attention of one head, from queries, keys and values that are given."""
    q, k, v = (mg.randn(4, 6, 8).requires_grad_() for _ in range(3))
    with viz.record():
        scores = q @ k.mT / math.sqrt(8)
        weights = scores.softmax(-1)
        out = weights @ v
        loss = (out * out).mean()
    return viz.program(loss)


def penalty() -> Text:
    """A gradient of a gradient: the gradient penalty of a critic (Gulrajani et al. 2017)."""
    critic = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    x = mg.randn(16, 2).requires_grad_()
    with viz.record():
        score = critic(x).sum()
        (slope,) = autograd.grad(score, x, create_graph=True)
        loss = ((slope.norm(dim=1) - 1) ** 2).mean()
    return viz.program(loss, list(critic.parameters())[:3])


def normalized() -> Text:
    """A layer with layer normalization and a GELU, as in a transformer."""
    norm, linear = nn.LayerNorm(8), nn.Linear(8, 8)
    x = mg.randn(4, 8)
    with viz.record():
        y = x + F.gelu(linear(norm(x)))
        loss = y.square().mean()
    return viz.program(loss)


def lstm() -> Text:
    """An LSTM."""
    model = nn.LSTM(3, 4)
    x = mg.randn(5, 2, 3)
    with viz.record():
        out, _ = model(x)
        loss = out.square().mean()
    return viz.program(loss)


def gan_step() -> Text:
    """The training step of a GAN: both networks, both losses, both updates, and the noise."""
    generator = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
    critic = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    of_generator = optim.SGD(generator.parameters(), lr=0.1, momentum=0.5)
    of_critic = optim.SGD(critic.parameters(), lr=0.1, momentum=0.5)
    yes, no = mg.ones(16, 1), mg.zeros(16, 1)
    bce = F.binary_cross_entropy_with_logits

    @mg.compile
    def step(real: mg.Tensor) -> tuple[mg.Tensor, mg.Tensor]:
        noise = mg.randn(16, 2)
        fake = generator(noise)

        of_critic.zero_grad()
        critic_loss = bce(critic(real), yes) + bce(critic(fake.detach()), no)
        critic_loss.backward()
        of_critic.step()

        of_generator.zero_grad()
        generator_loss = bce(critic(fake), yes)
        generator_loss.backward()
        of_generator.step()
        return critic_loss, generator_loss

    for _ in range(4):
        step(mg.randn(16, 2))
    return step.program(mg.randn(16, 2))  # type: ignore[no-any-return]


EXAMPLES: dict[str, Callable[[], Text]] = {
    each.__name__: each for each in (mlp, convolution, attention, penalty, normalized, lstm, gan_step)
}
"""What is written out, by name."""

SHOWN = {
    mlp: "A multilayer perceptron",
    convolution: "A convolution",
    attention: "Attention",
    penalty: "The gradient of a gradient",
    gan_step: "The step of a GAN",
}
"""Those that the page shows, with their headings."""

HEAD = """\
# The backward pass as a program

A rule of the table of derivatives is written with the same primitives as the forward pass. So what a loss and its
gradients do together is one graph of primitives, and can be written down: line after line of NumPy, forward and then
backward, as a person would who does backpropagation by hand.

`print(viz.program(loss))` writes down what was recorded. `minigrad.compile(function)` goes on from there: it writes a
function down when it is first called, and from then on runs the text.

```python
with viz.record():
    loss = criterion(model(x), target)
print(viz.program(loss))                  # forward and backward, with the names of your code
viz.program(loss).save("backward.py")     # a file that runs with NumPy alone

@minigrad.compile
def step(x, target):                      # a whole training step: one program
    optimizer.zero_grad()
    loss = criterion(model(x), target)
    loss.backward()
    optimizer.step()
    return loss

print(step.source)                        # after the first call
```

## How to read a program

- Lines stand in the order in which they run. A comment over them names the module at whose call they did.
- After a line stand its shape and, in the backward pass, the rule that it follows, once for all lines of a rule.
  In a rule `g` is the gradient that comes in and `y` the output; other names are the arguments of the operation.
- The gradient of `h` is called `g_h`. Parameters are called as by hand: `w1` and `b1` for the first layer that has
  any; the first lines say which these are.
- What NumPy does not have, such as a convolution, is a call of a function whose source `print(program)` writes first.
  Here only the program itself is shown.
- What a person would not write is left out (`minigrad/program/simplify.py`): a product with one, a reshape to the same
  shape, what was computed before, what nobody needs. No sum or product changes its order, so the numbers are those of
  `backward`, to the bit.

"""

TAIL = """\
## What a compiled function may do

The first two calls for given shapes, dtypes and options run the function itself and note what it does. Where both did
the same, the program stands for it from then on; numbers that come from nowhere would show as a difference.

| in the function | in the program |
|---|---|
| parameters, buffers, other tensors of the closure | read at each call |
| numbers, flags, `module.training`, what a name stands for | built in, and compared before each call |
| the learning rate of an optimizer | read at each call |
| random numbers of the package, such as dropout's | drawn at each call |
| changes in place, such as those of running statistics | made at each call |
| `loss.backward()`, `optimizer.step()` | written out |
| `if x.sum() > 0:` | taken as it was, and compared at each call; the other way it is traced anew |
| other shapes, dtypes, options | another program, up to a limit |
| `.item()`, `.tolist()`, `range(int(x))` | refused, with the line |
| `x[x > 0]`, `nonzero`, `unique`: shapes that depend on values | refused, with the line |
| hooks, `autograd.Function`, checkpoints | refused by name |
| random numbers of NumPy's own, clocks | refused at the third call |
| printing, counting, appending to a list | happens in the first two calls only; a list that grows is refused |

Gradients pass through a compiled function as through a single operation. They can be taken once: a gradient of such a
gradient is refused, but a function that takes gradients of gradients within compiles as a whole. What a function
returns that calls `backward` itself has no history. Tensors that were given are returned themselves, and so are views
of them.
"""


def page() -> str:
    """The whole page."""
    return "".join(parts())


def parts() -> Iterator[str]:
    """Its parts in order."""
    yield HEAD
    for example, heading in SHOWN.items():
        mg.manual_seed(0)
        yield f"## {heading}\n\n{example.__doc__}\n\n```python\n{example().function}\n```\n\n"
    yield TAIL


if __name__ == "__main__":
    PAGE.write_text(page())
