"""Teach two networks about film: one to predict the next frames, one to make a small film larger.

Both enlarge with `ConvTranspose3d`, whose third axis is time. The first network presses four frames of moving digits
together into one small picture of many channels, and unfolds the next four frames from it. The second gets a film at
half its height, width and frame rate. Its first answer is interpolation, which is itself a transposed convolution, with
a kernel that is known (Long, Shelhamer and Darrell, Fully Convolutional Networks, 2015); to that it adds what another
one has learned of how digits look and move (Dong, Loy and Tang, FSRCNN, 2016).

    python examples/video.py            # films appear in runs/video/

The error is the mean square over all pixels, ink counted from 0 to 1; beside it the errors of what needs no learning:
to show the last frame again, and to interpolate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure

import minigrad as mg
from minigrad import nn
from minigrad.datasets import Digits
from minigrad.nn import functional as F
from shared.digits import halved, place, split
from shared.options import Option, positive
from shared.pictures import figure, rendered, show
from shared.run import start
from shared.training import fit, outputs

SIDE, FRAMES = 32, 8
"""A film has FRAMES frames of SIDE × SIDE pixels."""

PAST = FRAMES // 2
"""So many frames are shown to the first network, which predicts the others."""

# -- films -------------------------------------------------------------------------------------------------------------


def film(digits: Digits, rng: np.random.Generator) -> np.ndarray:
    """Two digits of constant velocity that bounce off the edges, as bytes (FRAMES, SIDE, SIDE)."""
    frames = np.zeros((FRAMES, SIDE, SIDE), np.uint8)
    for _ in range(2):
        digit = digits.images[rng.integers(len(digits.images))]
        room = SIDE - len(digit)
        start, velocity = rng.integers(0, room + 1, 2), rng.integers(-2, 3, 2)
        for time, frame in enumerate(frames):
            place(frame, digit, *(room - abs((start + time * velocity) % (2 * room) - room)))
    return frames


def films(digits: Digits, count: int, seed: int) -> mg.Tensor:
    """`count` films (N, 1, FRAMES, SIDE, SIDE) of ink from 0 to 1."""
    rng = np.random.default_rng(seed)
    made = np.stack([film(digits, rng) for _ in range(count)])
    return mg.from_numpy(made[:, None].astype(np.float32) / 255)


def shrunk(films: mg.Tensor) -> mg.Tensor:
    """Every other frame, at half the height and width."""
    return F.avg_pool3d(films[:, :, ::2], (1, 2, 2))


# -- the networks ------------------------------------------------------------------------------------------------------


def halve(channels: int, out: int) -> nn.Module:
    """Half the frames, height and width."""
    layer = nn.Conv3d(channels, out, 4, stride=2, padding=1, bias=False)
    return nn.Sequential(layer, nn.BatchNorm3d(out), nn.LeakyReLU(0.1))


def convolve(channels: int, out: int, kernel: tuple[int, int, int]) -> nn.Module:
    layer = nn.Conv3d(channels, out, kernel, padding="same", bias=False)
    return nn.Sequential(layer, nn.BatchNorm3d(out), nn.ReLU())


def make_predictor(width: int) -> nn.Sequential:
    """Four frames to the next four, (N, 1, 4, 32, 32) both; between them 8 × 8 places of 4 `width` channels."""
    return nn.Sequential(
        halve(1, width),  # 2 frames of 16 x 16
        halve(width, 4 * width),  # 1 frame of 8 x 8
        convolve(4 * width, 4 * width, (1, 3, 3)),
        convolve(4 * width, 4 * width, (1, 3, 3)),
        nn.ConvTranspose3d(4 * width, 2 * width, 4, stride=2, padding=1, bias=False),  # 2 frames of 16 x 16
        nn.BatchNorm3d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose3d(2 * width, 1, 4, stride=2, padding=1),  # 4 frames of 32 x 32
        nn.Sigmoid(),
    )


class Enlarger(nn.Module):
    """Films (N, 1, T, H, W) to films (N, 1, 2 T, 2 H, 2 W): interpolation, plus what was learned."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.interpolate = interpolation()
        self.look = nn.Sequential(*(convolve(channels, width, (3, 3, 3)) for channels in (1, width, width)))
        self.correct = nn.ConvTranspose3d(width, 1, 4, stride=2, padding=1)
        for parameter in self.correct.parameters():
            nn.init.zeros_(parameter)  # so that training begins at interpolation

    def forward(self, films: mg.Tensor) -> mg.Tensor:
        return self.interpolate(films) + self.correct(self.look(films))


def interpolation() -> nn.ConvTranspose3d:
    """What `interpolated` does, by its kernel; but that beyond the edges there is no ink."""
    time, side = mg.tensor([0.5, 1.0, 0.5]), mg.tensor([0.25, 0.75, 0.75, 0.25])
    layer = nn.ConvTranspose3d(1, 1, (3, 4, 4), stride=2, padding=1, output_padding=(1, 0, 0), bias=False)
    with mg.no_grad():
        layer.weight.copy_(time[:, None, None] * side[:, None] * side)
    return layer


def interpolated(films: mg.Tensor) -> mg.Tensor:
    """Films at twice their height, width and frame rate: bilinear, and between two frames the mean of both."""
    frames = F.interpolate(films, scale_factor=(1, 2, 2), mode="trilinear")
    following = mg.cat([frames[:, :, 1:], frames[:, :, -1:]], 2)
    return mg.stack([frames, (frames + following) / 2], 3).flatten(2, 3)


Part = Callable[[mg.Tensor], mg.Tensor]
"""What of films is shown, or asked for."""


def error(answers: mg.Tensor, truth: mg.Tensor) -> np.ndarray:
    """The mean square error of every frame, (FRAMES,)."""
    return (answers - truth).square().mean((0, 1, 3, 4)).numpy()


# -- pictures ----------------------------------------------------------------------------------------------------------


def cinema(truth: mg.Tensor, columns: Mapping[str, mg.Tensor], answer: str, titles: Sequence[str]) -> list[np.ndarray]:
    """The first three of films (N, 1, FRAMES, H, W) in columns, and what `answer` has too much (blue) or too little."""
    columns = {"truth": truth, **columns, "difference": columns[answer] - truth}
    frames = []
    for time, title in enumerate(titles):
        picture, axes = figure(3, len(columns), (1.5 * len(columns), 4.8))
        for i, row in enumerate(axes):
            for ax, (name, films) in zip(row, columns.items(), strict=True):
                signed = {"cmap": "RdBu", "vmin": -1} if name == "difference" else {"vmin": 0}
                show(ax, films[i, 0, time].numpy(), "" if i else name, vmax=1, **signed)
                ax.spines[:].set(visible=True, color="#BBBBBB")
        picture.supxlabel(f"frame {time + 1}: {title}", fontsize=10)
        frames.append(rendered(picture))
    return frames


def curves(errors: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    """The error of every frame, for each task, of the network and of what needs no learning."""
    picture, axes = figure(1, len(errors), (8, 3))
    for ax, (task, lines) in zip(axes, errors.items(), strict=True):
        for name, values in lines.items():
            ax.plot(range(FRAMES - len(values) + 1, FRAMES + 1), values, marker="o", markersize=4, label=name)
        ax.set(title=task, xlabel="frame", ylabel="mean square error")
        ax.set_xticks(range(FRAMES - len(values) + 1, FRAMES + 1))
        ax.set_ylim(0, 1.35 * max(map(max, lines.values())))
        ax.legend(loc="upper left")
    return picture


# -- the run -----------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    run = start(
        "video",
        __doc__,
        arguments,
        films=Option(8000, 64, "films to learn from"),
        unseen=Option(300, 8, "films of unseen digits to be tested on"),
        width=Option(16, 4, "channels of the networks at their widest picture"),
        batch=Option(4, 4, "films in a step"),
        lr=Option(4e-3, 4e-3, "Adam's learning rate at the beginning", positive),
    )
    o = run.options
    learn, unseen = map(halved, split())
    seen, new = films(learn, o.films, o.seed), films(unseen, o.unseen, o.seed + 1)

    def answers(network: nn.Module, task: str, ask: Part, tell: Part) -> mg.Tensor:
        """What the network answers to the unseen films when it has learned from the seen ones."""
        progress = partial(run.progress, description=task)
        fit(network, ask(seen), tell(seen), 1, batch=o.batch, lr=o.lr, loss=F.mse_loss, progress=progress)
        return outputs(network, ask(new))

    predicted = answers(make_predictor(o.width), "predict", lambda x: x[:, :, :PAST], lambda x: x[:, :, PAST:])
    enlarged = answers(Enlarger(o.width), "enlarge", shrunk, lambda x: x)
    truth, last = new[:, :, PAST:], new[:, :, PAST - 1 : PAST].expand(-1, -1, FRAMES - PAST, -1, -1)
    small = shrunk(new)
    simple = interpolated(small)
    errors = {
        "next frames": {"copy of the last frame": error(last, truth), "ConvTranspose3d": error(predicted, truth)},
        "enlarged": {"interpolation": error(simple, new), "ConvTranspose3d": error(enlarged, new)},
    }
    run.save_figure("errors", curves(errors))
    whole = mg.cat([new[:, :, :PAST], predicted], 2)
    titles = [*["given"] * PAST, *["predicted"] * (FRAMES - PAST)]
    run.save_gif("predicted", cinema(new, {"prediction": whole}, "prediction", titles), milliseconds=500, scale=1)
    columns = {"small film": small.repeat_interleave(2, 2), "interpolation": simple, "enlarged": enlarged}
    titles = ["there in the small film", "between two of its frames"] * PAST
    run.save_gif("enlarged", cinema(new, columns, "enlarged", titles), milliseconds=500, scale=1)

    means = {task: {name: values.mean() for name, values in lines.items()} for task, lines in errors.items()}
    (copied, predicts), (interpolates, enlarges) = (values.values() for values in means.values())
    metrics = {
        "errors": errors,
        "means": means,
        "predicted_against_copy": predicts / copied,
        "enlarged_against_interpolation": enlarges / interpolates,
        "interpolation_differs": (interpolation()(small) - simple)[:, :, :-1, 1:-1, 1:-1].abs().max(),
    }
    table = [
        ["mean square error", "without learning", "ConvTranspose3d", "ratio"],
        ["the next frames, against a copy of the last", copied, predicts, metrics["predicted_against_copy"]],
        ["an enlarged film, against interpolation", interpolates, enlarges, metrics["enlarged_against_interpolation"]],
        ["interpolation, as a transposed convolution, differs by", "", metrics["interpolation_differs"], ""],
    ]
    sentences = [
        f"On {o.unseen} films of unseen digits the frames predicted by transposed convolutions have "
        f"{metrics['predicted_against_copy']:.0%} of the error of a copy of the last frame, and films enlarged by them "
        f"{metrics['enlarged_against_interpolation']:.0%} of the error of interpolation.",
        "So these layers do serve video, as the text (5) says, and other tasks where a representation must grow: even "
        "interpolation is one of them, with a kernel that need not be learned.",
    ]
    shown = {
        "predicted.gif": "Four frames are given, four predicted: the mean of what may come, so it blurs with time; "
        "ink that is missing is red, ink that is too much blue",
        "enlarged.gif": "A film at half its height, width and frame rate; interpolated, and enlarged as it was learned",
        "errors.png": "The error of every frame",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
