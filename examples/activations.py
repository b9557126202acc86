"""What activation functions do to the gradient: their slopes, how it vanishes in a deep network, and how units die.

    python examples/activations.py    # half a minute; pictures appear in runs/activations/

On its way back through a layer the gradient is multiplied by the slope of the activation and by the weights. So slopes
decide what a deep network can learn: where they are below 1 the gradient vanishes unless the weights make up for it
(Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010; He et al., Delving
Deep into Rectifiers, 2015), and where they are 0 for every input, a unit learns nothing any more: it is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn import functional as F
from shared import pictures
from shared.digits import split, tensors
from shared.options import Option
from shared.run import Run, start
from shared.training import accuracy

LEAK = 0.2  # the slope of LeakyReLU for negative numbers: the text's a, and that of `gan.py`

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "ReLU": nn.ReLU,
    "LeakyReLU": lambda: nn.LeakyReLU(LEAK),
}
"""The four of the text. Their modern kin:"""

KIN = {kind.__name__: kind for kind in (nn.Softplus, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish, nn.Hardswish)}

INITIALIZATIONS: dict[str, Callable[[mg.Tensor], Any]] = {
    "PyTorch's default": lambda weight: nn.init.kaiming_uniform_(weight, a=5**0.5),
    "N(0, 0.02²), as in GANs": lambda weight: nn.init.normal_(weight, 0, 0.02),
    "Xavier": nn.init.xavier_normal_,
    "Kaiming": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
    "orthogonal": nn.init.orthogonal_,
}

Images = tuple[mg.Tensor, mg.Tensor]  # (N, 784), and their labels (N,)

# -- the functions and their slopes ------------------------------------------------------------------------------------


def with_slope(function: Callable[[mg.Tensor], mg.Tensor], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values and derivatives of `function` at each number of `x`, the derivatives by a backward pass."""
    y = function(at := mg.tensor(x, requires_grad=True))
    (slope,) = mg.autograd.grad(y.sum(), at)  # each y depends on its own x alone, so the sum keeps them apart
    return y.detach().numpy(), slope.numpy()


def draw_functions(x: np.ndarray, functions: dict[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    figure, axes = pictures.figure(3, 4, size=(10, 7.2), sharex=True, sharey=True)
    *panels, last = axes.flat
    for panel, (name, (y, slope)) in zip(panels, functions.items(), strict=True):
        panel.plot(x, y, label="value")
        panel.plot(x, slope, "--", label="slope")
        panel.set_title(f"{name}: slope {slope.min():.2f} to {slope.max():.2f}".replace("-", "−"))
    # As the text writes LeakyReLU, the larger of ax and x, it is one for 0 < a < 1 only.
    for a in (LEAK, 2.0, -0.5):
        last.plot(x, np.maximum(a * x, x), label=f"a = {a:g}".replace("-", "−"))
    last.set_title("max(ax, x)")
    panels[0].set(xlim=(-4, 4), ylim=(-2, 4))
    panels[0].legend(loc="upper left")
    last.legend(loc="upper left")
    return figure


# -- how the gradient vanishes -----------------------------------------------------------------------------------------


def make_deep(activation: str, initialization: str, inputs: int, depth: int, width: int = 128) -> nn.Sequential:
    """`depth` hidden layers of `width` units, and one for the ten digits; (N, inputs) to (N, 10)."""
    sizes = [inputs] + [width] * depth
    hidden = [layer for m, n in pairwise(sizes) for layer in (nn.Linear(m, n), ACTIVATIONS[activation]())]
    network = nn.Sequential(*hidden, nn.Linear(width, 10))
    for linear in network[::2]:
        INITIALIZATIONS[initialization](linear.weight)
        nn.init.zeros_(linear.bias)
    return network


def gradients_by_layer(network: nn.Sequential, images: mg.Tensor, labels: mg.Tensor) -> np.ndarray:
    """Root mean square of the gradient of the loss in W x + b of each hidden layer, from the first to the last."""
    x, before_activation = images.double(), []  # float32 ends at 1e-45, and these may not
    for layer in network.double():
        x = layer(x)
        if isinstance(layer, nn.Linear):
            before_activation.append(x)
    gradients = mg.autograd.grad(F.cross_entropy(x, labels), before_activation[:-1])
    network.float()
    return np.array([gradient.square().mean().sqrt().item() for gradient in gradients])


def learn(network: nn.Module, optimizer: optim.Optimizer, images: mg.Tensor, labels: mg.Tensor) -> None:
    """One step, with 64 images drawn at random."""
    chosen = mg.randint(0, len(images), (64,))
    optimizer.zero_grad()
    F.cross_entropy(network(images[chosen]), labels[chosen]).backward()
    optimizer.step()


def vanishing(run: Run, learned: Images, unseen: Images) -> tuple[dict[str, Any], dict[str, Any]]:
    """For each activation and initialization: gradients by layer, and the accuracy after some steps of SGD."""
    gradients, accuracies = ({activation: {} for activation in ACTIVATIONS} for _ in range(2))
    for activation, name in run.progress(list(product(ACTIVATIONS, INITIALIZATIONS)), "deep networks"):
        mg.manual_seed(run.options.seed)
        network = make_deep(activation, name, learned[0].shape[1], run.options.depth)
        gradients[activation][name] = gradients_by_layer(network, learned[0][:256], learned[1][:256])
        optimizer = optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
        for _ in range(run.options.steps):
            learn(network, optimizer, *learned)
        accuracies[activation][name] = accuracy(network, *unseen)
    return gradients, accuracies


def draw_vanishing(gradients: dict[str, dict[str, np.ndarray]]) -> Figure:
    """`gradients` of each activation and initialization, by layer."""
    figure, axes = pictures.figure(1, 4, size=(10, 3.9), sharey=True)
    styles = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
    for panel, (activation, curves) in zip(axes, gradients.items(), strict=True):
        for style, (name, curve) in zip(styles, curves.items(), strict=True):
            panel.semilogy(np.arange(1, len(curve) + 1), curve / curve[-1], linestyle=style, label=name)
        panel.set(title=activation, xlabel="layer")
    axes[0].set(ylim=(1e-20, 1e2), ylabel="gradient ÷ that in the last layer")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure


# -- how units die -----------------------------------------------------------------------------------------------------


@mg.no_grad()
def silent(network: nn.Sequential, images: mg.Tensor) -> float:
    """The share of hidden units whose W x + b is not above 0 for any of the images.

    ReLU has slope 0 there: no image moves the unit's weights any more. LeakyReLU has the slope LEAK, and may wake up.
    """
    asleep = []
    for layer in network:
        if not isinstance(layer, nn.Linear):
            asleep.append((images <= 0).all(0))
        images = layer(images)
    return mg.cat(asleep).float().mean().item()


def dying(run: Run, learned: Images, unseen: Images) -> dict[str, np.ndarray]:
    """Networks of three hidden layers with Adam at a good rate, a large one, and one that is much too large."""
    curves = {}
    networks = [("ReLU", 1e-3), ("ReLU", 2e-2), ("ReLU", 5e-2), ("LeakyReLU", 5e-2)]
    for activation, rate in run.progress(networks, "large rates"):
        mg.manual_seed(run.options.seed)
        network = make_deep(activation, "Kaiming", learned[0].shape[1], depth=3, width=256)
        optimizer = optim.Adam(network.parameters(), rate)
        points = []
        for step in range(2 * run.options.steps + 1):
            if step % 20 == 0:
                points.append((step, silent(network, learned[0][:1000]), accuracy(network, *unseen)))
            learn(network, optimizer, *learned)
        curves[f"{activation}, {rate:g}"] = np.array(points).T
    return curves


def draw_silent(curves: dict[str, np.ndarray]) -> Figure:
    """`curves` of each network: rows of the step, the share of silent units, and the accuracy."""
    figure, (left, right) = pictures.figure(1, 2, size=(9, 3.9))
    styles = [(pictures.SKY, "-"), (pictures.ORANGE, "-"), (pictures.VERMILION, "-"), (pictures.GREEN, "--")]
    for (colour, style), (name, (steps, share, right_answers)) in zip(styles, curves.items(), strict=True):
        left.plot(steps, share, style, color=colour, label=name.replace(",", ", rate"))
        right.plot(steps, right_answers, style, color=colour)
    left.set(title="units that no image activates", xlabel="step", ylabel="share of hidden units", ylim=(-0.02, 1.02))
    right.set(title="unseen digits read rightly", xlabel="step", ylabel="accuracy", ylim=(-0.02, 1.02))
    figure.legend(loc="outside lower center", ncols=4)
    return figure


def main(arguments: Sequence[str] | None = None) -> None:
    depth = Option(20, quick=4, help="hidden layers of the networks in which the gradient vanishes")
    steps = Option(250, quick=10, help="steps that each of them learns; those whose units die learn twice as many")
    run = start("activations", __doc__, arguments, depth=depth, steps=steps)

    x = np.linspace(-10, 10, 2001)
    functions = {name: with_slope(activation(), x) for name, activation in (ACTIVATIONS | KIN).items()}
    run.save_figure("functions", draw_functions(x, functions))

    # Images as the theory of initialization wants its inputs: of mean 0 and variance 1.
    (images, labels), (others, others_labels) = map(tensors, split())
    mean, deviation = images.mean(), images.std()
    learned = ((images - mean) / deviation).flatten(1), labels
    unseen = ((others - mean) / deviation).flatten(1), others_labels

    gradients, accuracies = vanishing(run, learned, unseen)
    run.save_figure("vanishing", draw_vanishing(gradients))
    curves = dying(run, learned, unseen)
    run.save_figure("dead", draw_silent(curves))

    metrics = {
        "range": {name: [y.min(), y.max()] for name, (y, _) in functions.items()},
        "largest_slope": {name: slope.max() for name, (_, slope) in functions.items()},
        "gradient_left": {a: {i: curve[0] / curve[-1] for i, curve in by.items()} for a, by in gradients.items()},
        "accuracy": accuracies,
        "large_rates": {
            name: {"silent": share[-1], "accuracy": right[-1]} for name, (_, share, right) in curves.items()
        },
    }
    report(run, metrics)


def report(run: Run, metrics: dict[str, Any]) -> None:
    left, right, slope = metrics["gradient_left"], metrics["accuracy"], metrics["largest_slope"]
    well, dead, cured = (metrics["large_rates"][each] for each in ("ReLU, 0.001", "ReLU, 0.05", "LeakyReLU, 0.05"))
    table = [
        ["", *ACTIVATIONS],
        ["values", *("{:.2g} to {:.2g}".format(*metrics["range"][each]) for each in ACTIVATIONS)],
        ["largest slope", *(slope[each] for each in ACTIVATIONS)],
        *([f"gradient left, {name}", *(f"{left[each][name]:.1e}" for each in ACTIVATIONS)] for name in INITIALIZATIONS),
        *([f"accuracy, {name}", *(f"{right[each][name]:.1%}" for each in ACTIVATIONS)] for name in INITIALIZATIONS),
        ["silent units, rate 0.05", "", "", f"{dead['silent']:.0%}", f"{cured['silent']:.0%}"],
        ["accuracy, rate 0.05", "", "", f"{dead['accuracy']:.1%}", f"{cured['accuracy']:.1%}"],
    ]
    default = next(iter(INITIALIZATIONS))
    sentences = [
        f"Through {run.options.depth} layers sigmoid, of slope {slope['sigmoid']:.2f} at most, keeps "
        f"{max(left['sigmoid'].values()):.0e} of the gradient at best, as the text (6) says; but ReLU removes the "
        f"problem only with weights made for it: it keeps {left['ReLU']['Kaiming']:.1f} with Kaiming's, and "
        f"{left['ReLU'][default]:.0e} with the default ones, where tanh keeps {left['tanh'][default]:.0e}.",
        f"At 50 times a good rate {dead['silent']:.0%} of the ReLUs fall silent instead of {well['silent']:.0%}, and "
        f"{dead['accuracy']:.0%} of the digits are read; with LeakyReLU it is {cured['silent']:.0%} and "
        f"{cured['accuracy']:.0%}, as the text says, whose max(ax, x) is a LeakyReLU for 0 < a < 1 only.",
    ]
    shown = {
        "functions.png": "Activations (blue) and their slopes (orange), which a backward pass has computed",
        "vanishing.png": f"How much of the gradient reaches each of {run.options.depth} layers",
        "dead.png": "Too large a rate kills ReLUs; LeakyReLU recovers",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
