"""What a transposed convolution does, drawn number by number, and in what sense it is the transpose of a convolution.

A convolution is linear: flatten its input and it is a matrix A. The transposed convolution is Aᵀ. It takes what the
convolution gives and returns something of the size of what the convolution took, so it makes images larger where a
convolution with a stride makes them smaller. Step by step: every number of the input stamps a copy of the kernel,
times itself, onto the output, `stride` apart; what overlaps adds up; `padding` is cropped from every side (Dumoulin
and Visin, A guide to convolution arithmetic for deep learning, 2016).

    python examples/transposed.py                                      # pictures appear in runs/transposed/
    python examples/transposed.py --size 4 --kernel 4 --stride 3       # the same for other arguments
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import minigrad as mg
from minigrad.nn import functional as F
from shared.digits import split
from shared.options import Option, at_least
from shared.pictures import GRAY, VERMILION, figure, rendered, show, side_by_side
from shared.run import start

# -- by hand, and by the framework -------------------------------------------------------------------------------------

Linear = Callable[..., mg.Tensor]


def stamps(x: np.ndarray, w: np.ndarray, stride: int, dilation: int) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
    """The sum of the first 1, 2, ... stamped kernels, with the corner of the last: nothing is cropped yet."""
    reach = dilation * (len(w) - 1) + 1
    total = np.zeros(((len(x) - 1) * stride + reach,) * 2)
    for i, j in np.ndindex(x.shape):
        row, column = i * stride, j * stride
        total[row : row + reach : dilation, column : column + reach : dilation] += x[i, j] * w
        yield total.copy(), (row, column)


def crop(total: np.ndarray, padding: int, output_padding: int) -> np.ndarray:
    """Without `padding` rows and columns at every side, but with `output_padding` more at the end."""
    size = len(total) - 2 * padding + output_padding
    return np.pad(total, (0, output_padding))[padding : padding + size, padding : padding + size]


def size_of_output(size: int, kernel: int, stride: int, padding: int, output_padding: int, dilation: int) -> int:
    """(n - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1."""
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def tent(size: int) -> np.ndarray:
    """A kernel (size, size) that falls from its middle to its edges, of small whole numbers: 1 2 1 times 1 2 1."""
    side = np.minimum(np.arange(size) + 1, np.arange(size, 0, -1))
    return np.outer(side, side).astype(float)


def tensor(array: np.ndarray) -> mg.Tensor:
    """A plane (H, W) as a batch of one image with one channel."""
    return mg.from_numpy(np.ascontiguousarray(array, float)[None, None])


def matrix(linear: Linear, size: int) -> np.ndarray:
    """The matrix of a linear map of planes (size, size): its columns are the images of the unit vectors."""
    units = mg.eye(size * size, dtype=mg.float64).reshape(-1, 1, size, size)
    return linear(units).flatten(1).numpy().T


def sweep() -> tuple[int, int]:
    """How many settings have an output of the size of the formula with the values of the stamps, of how many."""
    right = []
    for size, kernel, stride, dilation in product((1, 2, 3, 5), (1, 2, 3, 4), (1, 2, 3), (1, 2)):
        for padding, output_padding in product(range(dilation * (kernel - 1) + 1), range(max(stride, dilation))):
            expected = size_of_output(size, kernel, stride, padding, output_padding, dilation)
            if expected < 1:
                continue
            x, w = (mg.randn(n, n, dtype=mg.float64).numpy() for n in (size, kernel))
            y = F.conv_transpose2d(tensor(x), tensor(w), None, stride, padding, output_padding, 1, dilation)[0, 0]
            *_, (total, _) = stamps(x, w, stride, dilation)
            same = np.allclose(y, crop(total, padding, output_padding), rtol=0, atol=1e-12)
            right.append(same and tuple(y.shape) == (expected, expected))
    return sum(right), len(right)


# -- pictures ----------------------------------------------------------------------------------------------------------


def plane(axes: Axes, values: np.ndarray, title: str, top: float) -> None:
    """Numbers in cells, the darker the greater; zeros stay white and empty."""
    show(axes, values, title, cmap="Blues", vmin=0, vmax=1.6 * top)
    for (i, j), value in np.ndenumerate(values):
        axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="#CCCCCC", linewidth=0.6))
        if value and len(values) <= 12:
            axes.text(j, i, f"{value:g}", ha="center", va="center", fontsize=9 if len(values) < 9 else 7)


def frame(axes: Axes, row: int, column: int, size: int, color: str = VERMILION) -> None:
    corner = column - 0.5, row - 0.5
    axes.add_patch(Rectangle(corner, size, size, fill=False, edgecolor=color, linewidth=2.2, clip_on=False))


def steps(x: np.ndarray, w: np.ndarray, size: int, options: Namespace) -> Figure:
    """Input, kernel, the input spread by the stride, and the sum of the stamps with what stays after cropping."""
    stride, padding, extra, dilation = options.stride, options.padding, options.output_padding, options.dilation
    spread = np.zeros(((len(x) - 1) * stride + 1,) * 2)
    spread[::stride, ::stride] = x
    *_, (total, _) = stamps(x, w, stride, dilation)
    total = np.pad(total, (0, max(0, extra - padding)))
    panels = [x, w, spread, total]
    picture, axes = figure(1, 4, (9, 3.2), width_ratios=[len(panel) for panel in panels])
    plane(axes[0], x, "input", x.max())
    plane(axes[1], w, "kernel", w.max())
    plane(axes[2], spread, f"spread by stride {stride}", x.max())
    plane(axes[3], total, f"stamped; padding {padding} cropped", total.max())
    frame(axes[3], padding, padding, size)
    sizes = f"({len(x)} − 1)·{stride} − 2·{padding} + {dilation}·({len(w)} − 1) + {extra} + 1 = {size}"
    picture.supxlabel(f"size of the output: {sizes}", fontsize=10)
    return picture


def film(x: np.ndarray, w: np.ndarray, size: int, options: Namespace) -> list[np.ndarray]:
    """The stamps one by one: which number of the input, and where it adds its kernel."""
    reach = options.dilation * (len(w) - 1) + 1
    sums = list(stamps(x, w, options.stride, options.dilation))
    frames = []
    for (i, j), (total, (row, column)) in zip(np.ndindex(x.shape), sums, strict=True):
        picture, axes = figure(1, 3, (7, 3), width_ratios=[len(x), len(w), len(total)])
        plane(axes[0], x, "input", x.max())
        frame(axes[0], i, j, 1)
        plane(axes[1], x[i, j] * w, f"{x[i, j]:g} × kernel", x.max() * w.max())
        plane(axes[2], total, "output", sums[-1][0].max())
        frame(axes[2], options.padding, options.padding, size, GRAY)
        frame(axes[2], row, column, reach)
        frames.append(rendered(picture))
    return frames


def matrices(A: np.ndarray, At: np.ndarray) -> Figure:
    """The convolution's matrix, and the transposed convolution's, which was made without looking at the first."""
    m, n = A.shape
    picture, axes = figure(1, 2, (8, 8 * n / (n + m) + 0.5), width_ratios=[n, m])
    for ax, values, name in zip(axes, (A, At), ["A", "Aᵀ"], strict=True):
        show(ax, values, f"{name}: {len(values)} × {len(values.T)}", cmap="Blues", vmin=0, vmax=A.max())
        ax.spines[:].set(visible=True, color="#BBBBBB")
    return picture


# -- the measurements --------------------------------------------------------------------------------------------------


def adjoint(convolve: Linear, spread: Linear, size: int, kernel: int, output: int) -> dict[str, mg.Tensor]:
    """How well ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ and Aᵀ y = the gradient of ⟨A x, y⟩ in x hold, at worst, in 100 random pairs."""
    w = mg.randn(1, 1, kernel, kernel, dtype=mg.float64)
    x, y = (mg.randn(100, 1, n, n, dtype=mg.float64) for n in (output, size))
    Ax = convolve(x.requires_grad_(), w)
    left, right = (Ax * y).sum((1, 2, 3)), (x * spread(y, w)).sum((1, 2, 3))
    (gradient,) = mg.autograd.grad(left.sum(), x)
    return {
        "inner_products_differ": ((left - right).abs() / (Ax.flatten(1).norm(dim=1) * y.flatten(1).norm(dim=1))).max(),
        "gradient_differs": (gradient - spread(y, w)).abs().max(),
    }


def undo(x: np.ndarray) -> dict[str, np.ndarray]:
    """A digit made smaller, then larger again by the transpose, and by the pseudoinverse, which uses all there is."""
    w = tensor(tent(4) / tent(4).sum())
    A = matrix(lambda x: F.conv2d(x, w, None, 2, 1), len(x))
    x = x.astype(float).ravel()
    back = A.T @ A @ x
    back *= x @ back / (back @ back)  # at the scale that suits x best
    planes = {"x": x, "A x": A @ x, "Aᵀ A x": back, "A⁺ A x": np.linalg.pinv(A) @ A @ x}
    return {name: plane.reshape(-1, round(plane.size**0.5)) for name, plane in planes.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    run = start(
        "transposed",
        __doc__,
        arguments,
        size=Option(3, 3, "rows and columns of the input"),
        kernel=Option(3, 3, "rows and columns of the kernel"),
        stride=Option(2, 2, "how far apart the kernels are stamped"),
        padding=Option(1, 1, "rows and columns to crop from every side", at_least(0)),
        output_padding=Option(0, 0, "rows and columns to add at the end", at_least(0)),
        dilation=Option(1, 1, "how far apart the numbers of a kernel are"),
    )
    o = run.options
    output = size_of_output(o.size, o.kernel, o.stride, o.padding, o.output_padding, o.dilation)
    if output < 1:
        raise SystemExit(f"transposed.py: nothing is left of the output ({output} rows); make --padding smaller")
    if o.output_padding >= o.stride:
        raise SystemExit(f"transposed.py: --output-padding {o.output_padding} must be less than --stride {o.stride}")

    x, w = np.arange(1.0, 1 + o.size**2).reshape(o.size, -1), tent(o.kernel)
    run.save_figure("steps", steps(x, w, output, o))
    run.save_gif("stamps", film(x, w, output, o), milliseconds=700, scale=1)

    def convolve(x: mg.Tensor, w: mg.Tensor) -> mg.Tensor:
        return F.conv2d(x, w, None, o.stride, o.padding, o.dilation)

    def spread(y: mg.Tensor, w: mg.Tensor) -> mg.Tensor:
        return F.conv_transpose2d(y, w, None, o.stride, o.padding, o.output_padding, 1, o.dilation)

    A, At = matrix(lambda x: convolve(x, tensor(w)), output), matrix(lambda y: spread(y, tensor(w)), o.size)
    run.save_figure("matrix", matrices(A, At))
    planes = undo(split().unseen.images[2])
    run.save_figure("no-inverse", side_by_side(planes, vmin=0))
    digit, _, *again = planes.values()
    transpose_misses, pseudoinverse_misses = (np.linalg.norm(digit - y) / np.linalg.norm(digit) for y in again)

    right, settings = sweep()
    metrics = {
        "output": output,
        "settings": [right, settings],
        "matrices_differ": np.abs(A.T - At).max(),
        **adjoint(convolve, spread, o.size, o.kernel, output),
        "misses": [transpose_misses, pseudoinverse_misses],
    }
    table = [
        ["", "measured"],
        ["settings where size and numbers of the output are as by hand", f"{right} of {settings}"],
        ["largest difference of the two matrices", metrics["matrices_differ"]],
        ["|⟨Ax, y⟩ − ⟨x, Aᵀy⟩| / (|Ax| |y|), at worst", metrics["inner_products_differ"]],
        ["largest difference of Aᵀy and the gradient of ⟨Ax, y⟩ in x", metrics["gradient_differs"]],
        ["|x − AᵀAx| / |x|, at the best scale", f"{transpose_misses:.0%}"],
        ["|x − A⁺Ax| / |x|, what A has lost of x for good", f"{pseudoinverse_misses:.0%}"],
    ]
    sentences = [
        f"In {right} of {settings} settings the output is the sum of the stamped kernels, of the formula's size, and "
        f"⟨Ax, y⟩ equals ⟨x, Aᵀy⟩ to {metrics['inner_products_differ']:.0e}: it is the convolution's transpose.",
        "It enlarges a representation, as the text (5) says, but what it undoes of a convolution is the size alone: "
        f"AᵀAx is {transpose_misses:.0%} away from x, and the pseudoinverse's A⁺Ax {pseudoinverse_misses:.0%}.",
    ]
    shown = {
        "steps.png": "Input, kernel, the input spread by the stride, and the sum of the stamped kernels, cropped",
        "stamps.gif": "Every number of the input stamps the kernel, times itself; what overlaps adds up",
        "matrix.png": "The matrix of the convolution and the matrix of the transposed convolution",
        "no-inverse.png": "A digit, convolved with stride 2, enlarged by the transpose, and by the pseudoinverse",
    }
    run.finish(metrics, table, sentences, shown)


if __name__ == "__main__":
    main()
