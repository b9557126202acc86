"""Samples: convolution and its two companions, pooling, resampling."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from samples import Row, case, distinct

import minigrad as mg
from minigrad.ops.convolution import Geometry


def placed(x_size: tuple[int, ...], kernel: tuple[int, ...], out: tuple[int, ...], geometry: Any) -> Any:
    """All triples (place in x, in the kernel, in the output) that meet: x's place is s*i + d*k - p."""
    stride, padding, dilation, _ = geometry
    for i in np.ndindex(out):
        for k in np.ndindex(kernel):
            at = tuple(s * a + d * b - p[0] for s, a, d, b, p in zip(stride, i, dilation, k, padding, strict=True))
            if all(0 <= a < n for a, n in zip(at, x_size, strict=True)):
                yield at, k, i


def channels(c: int, o: int, groups: int) -> Any:
    """All (channel of x, of the weight, of the output) of the same group."""
    for group, a, b in itertools.product(range(groups), range(c // groups), range(o // groups)):
        yield group * (c // groups) + a, a, group * (o // groups) + b


def output(x_size: tuple[int, ...], kernel: tuple[int, ...], geometry: Any) -> tuple[int, ...]:
    return tuple(
        (n + sum(p) - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(x_size, kernel, *geometry[:3], strict=True)
    )


def convolve(x: np.ndarray, w: np.ndarray, geometry: Any) -> np.ndarray:
    y = np.zeros((x.shape[0], w.shape[0], *output(x.shape[2:], w.shape[2:], geometry)))
    for at, k, i in placed(x.shape[2:], w.shape[2:], y.shape[2:], geometry):
        for c, a, o in channels(x.shape[1], w.shape[0], geometry[3]):
            y[(slice(None), o, *i)] += x[(slice(None), c, *at)] * w[(o, a, *k)]
    return y


def convolve_transposed(u: np.ndarray, w: np.ndarray, size: tuple[int, ...], geometry: Any) -> np.ndarray:
    x = np.zeros((u.shape[0], w.shape[1] * geometry[3], *size))
    for at, k, i in placed(size, w.shape[2:], u.shape[2:], geometry):
        for c, a, o in channels(x.shape[1], w.shape[0], geometry[3]):
            x[(slice(None), c, *at)] += u[(slice(None), o, *i)] * w[(o, a, *k)]
    return x


def convolve_weight(x: np.ndarray, u: np.ndarray, kernel: tuple[int, ...], geometry: Any) -> np.ndarray:
    w = np.zeros((u.shape[1], x.shape[1] // geometry[3], *kernel))
    for at, k, i in placed(x.shape[2:], kernel, u.shape[2:], geometry):
        for c, a, o in channels(x.shape[1], u.shape[1], geometry[3]):
            w[(o, a, *k)] += (x[(slice(None), c, *at)] * u[(slice(None), o, *i)]).sum()
    return w


plain = Geometry((1,), ((0, 0),), (1,), 1)
uneven = Geometry((2,), ((1, 2),), (1,), 1)
spread = Geometry((1, 2), ((1, 1), (0, 1)), (2, 1), 1)
grouped = Geometry((1, 1), ((1, 1), (0, 0)), (1, 1), 2)
deep = Geometry((1, 2, 1), ((0, 0), (1, 0), (0, 0)), (1, 1, 1), 1)
pointwise = Geometry((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
geometries = [
    # x, w, geometry
    ((1, 1, 3), (1, 1, 2), plain),
    ((2, 2, 4), (3, 2, 3), uneven),
    ((1, 2, 3, 3), (2, 2, 2, 2), spread),
    ((2, 2, 2, 3), (4, 1, 2, 1), grouped),
    ((2, 2, 2, 3), (2, 1, 2, 2), grouped),
    ((1, 2, 2, 3), (3, 2, 1, 1), pointwise),
    ((1, 1, 2, 2, 2), (2, 1, 1, 2, 2), deep),
    ((0, 1, 3), (1, 1, 2), plain),
]


def u_shape(x: tuple[int, ...], w: tuple[int, ...], geometry: Any) -> tuple[int, ...]:
    return (x[0], w[0], *output(x[2:], w[2:], geometry))


def functional(name: str, **more: Any) -> Any:
    """The PyTorch function of that name in torch or torch.nn.functional."""

    def call(*tensors: Any, **options: Any) -> Any:
        import torch

        return getattr(torch.nn.functional, name)(*tensors, **options, **more)

    return call


def row_against_torch(name: str, *cases: Any, domain: Any = None, covers: tuple[str, ...] = ()) -> Row:
    """A public function whose reference is PyTorch's of the same name; the kernels have naive ones of their own."""
    return Row(
        name,
        None,
        torch=functional(name),
        cases=list(cases),
        call=getattr(mg, name),
        **({"domain": domain} if domain else {}),
        single=1e-5,
        covers=covers,
    )


windows = [
    # x, kernel, stride, padding
    ((1, 1, 4), (2,), (2,), ((0, 0),)),
    ((2, 1, 5), (3,), (1,), ((1, 1),)),
    ((1, 2, 3, 4), (2, 2), (1, 2), ((1, 1), (0, 0))),
]


def averaged(x: np.ndarray, size: Any, windows: Any, counting: Any) -> np.ndarray:
    geometry = (windows["stride"], windows["padding"], (1,) * (x.ndim - 2), 1)
    y = np.zeros((*x.shape[:2], *output(x.shape[2:], windows["kernel"], geometry)))
    count = np.zeros(y.shape[2:])
    for at, _, i in placed(x.shape[2:], windows["kernel"], y.shape[2:], geometry):
        y[(slice(None), slice(None), *i)] += x[(slice(None), slice(None), *at)]
        count[i] += 1
    return y / (np.prod(windows["kernel"]) if counting["count_include_pad"] else count)


def spread_out(g: np.ndarray, size: Any, windows: Any, counting: Any) -> np.ndarray:
    """The adjoint, column by column: what each place of x does to the averages, weighed by g."""
    out = np.zeros((*g.shape[:2], *size))
    for place in np.ndindex(tuple(size)):
        unit = np.zeros((1, 1, *size))
        unit[(0, 0, *place)] = 1
        out[(slice(None), slice(None), *place)] = (
            (averaged(unit, size, windows, counting)[0, 0] * g).reshape(*g.shape[:2], -1).sum(-1)
        )
    return out


def pooled(*, adjoint: bool) -> list[Any]:
    cases = []
    for (x, kernel, stride, padding), include in itertools.product(windows, (True, False)):
        how = {"kernel": kernel, "stride": stride, "padding": padding, "ceil_mode": False}
        counting = {"count_include_pad": include, "divisor_override": None}
        out = (*x[:2], *output(x[2:], kernel, (stride, padding, (1,) * len(kernel))))
        cases.append(case(out if adjoint else x, size=x[2:], windows=how, counting=counting))
    return cases


def matrices(*shapes: tuple[int, int]) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(5)
    return tuple(rng.standard_normal(shape).astype(np.float32) for shape in shapes)  # as narrow as the narrowest input


def resampled(x: np.ndarray, matrices: Any) -> np.ndarray:
    for axis, matrix in enumerate(matrices, start=2):
        x = np.moveaxis(np.tensordot(matrix, x, (1, axis)), 0, axis)
    return x


ROWS = [
    Row("convolve", convolve, cases=[case(x, w, geometry=g) for x, w, g in geometries]),
    Row(
        "convolve_transposed",
        convolve_transposed,
        cases=[case(u_shape(x, w, g), w, size=x[2:], geometry=g) for x, w, g in geometries],
    ),
    Row(
        "convolve_weight",
        convolve_weight,
        cases=[case(x, u_shape(x, w, g), kernel=w[2:], geometry=g) for x, w, g in geometries],
        single=5e-6,
    ),
    row_against_torch(
        "conv1d",
        case((1, 2, 4), (2, 2, 3), (2,)),
        case((2, 4), (3, 2, 2)),
        case((1, 2, 5), (2, 1, 3), (2,), stride=2, padding=1, dilation=2, groups=2),
        case((1, 1, 4), (1, 1, 3), padding="same"),
    ),
    row_against_torch(
        "conv2d",
        case((1, 2, 3, 3), (2, 2, 2, 2), (2,)),
        case((1, 1, 3, 4), (1, 1, 2, 3), stride=(1, 2), padding=(1, 1)),
    ),
    row_against_torch("conv3d", case((1, 1, 2, 2, 3), (2, 1, 1, 2, 2), (2,), padding=(0, 1, 0))),
    row_against_torch(
        "conv_transpose1d",
        case((1, 2, 3), (2, 2, 3), (2,)),
        case((1, 2, 3), (2, 1, 2), (2,), stride=2, padding=1, output_padding=1, groups=2),
    ),
    row_against_torch(
        "conv_transpose2d", case((1, 2, 2, 2), (2, 1, 2, 2), (1,), stride=2), case((1, 2, 2), (1, 2, 2, 2), dilation=2)
    ),
    row_against_torch("conv_transpose3d", case((1, 1, 2, 1, 2), (1, 2, 1, 2, 2), (2,), stride=(1, 2, 1))),
    Row("avg_pool", averaged, cases=pooled(adjoint=False)),
    Row("avg_pool_adjoint", spread_out, cases=pooled(adjoint=True)),
    row_against_torch(
        "avg_pool1d",
        case((1, 2, 5), kernel_size=2),
        case((2, 5), kernel_size=3, stride=2, padding=1, count_include_pad=False),
        case((1, 1, 6), kernel_size=3, stride=2, ceil_mode=True),
    ),
    row_against_torch(
        "avg_pool2d",
        case((1, 2, 3, 4), kernel_size=2),
        case((1, 1, 3, 3), kernel_size=(2, 3), stride=1, padding=(1, 0), divisor_override=5),
    ),
    row_against_torch("avg_pool3d", case((1, 1, 2, 3, 2), kernel_size=(1, 2, 2), stride=1)),
    row_against_torch(
        "max_pool1d",
        case((1, 2, 5), kernel_size=2),
        case((2, 5), kernel_size=3, stride=1, padding=1),
        case((1, 1, 6), kernel_size=3, stride=2, ceil_mode=True),
        domain=distinct(),
    ),
    row_against_torch(
        "max_pool2d",
        case((1, 2, 3, 4), kernel_size=2),
        case((1, 1, 4, 4), kernel_size=2, stride=1, dilation=2),
        case((1, 1, 3, 3), kernel_size=2, padding=1, return_indices=True),
        domain=distinct(),
        covers=("max_pool", "max_pool_back"),
    ),
    row_against_torch("max_pool3d", case((1, 1, 2, 3, 2), kernel_size=(1, 2, 2)), domain=distinct()),
    Row(
        "resample",
        resampled,
        cases=[case((1, 2, 3), matrices=matrices((4, 3))), case((2, 1, 2, 3), matrices=matrices((3, 2), (1, 3)))],
    ),
    row_against_torch(
        "interpolate",
        case((1, 2, 3), size=5),
        case((1, 1, 4), scale_factor=0.5),
        case((1, 1, 3), size=4, mode="linear"),
        case((1, 1, 2, 3), size=(4, 5), mode="bilinear", align_corners=True),
        case((1, 1, 3, 3), scale_factor=2.0, mode="bicubic"),
        case((1, 1, 2, 2, 2), size=(3, 2, 4), mode="trilinear"),
        case((1, 1, 5), size=3, mode="nearest-exact"),
    ),
]
