"""Images read at any points: against a loop over points and pixels, differences, and PyTorch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F

PADDING = ("zeros", "border", "reflection")
CASES = [
    (axes, mode, padding, aligned)
    for axes, mode, padding, aligned in itertools.product(
        (2, 3), ("bilinear", "nearest", "bicubic"), PADDING, (False, True)
    )
    if axes == 2 or mode != "bicubic"
]
every_case = pytest.mark.parametrize(("axes", "mode", "padding", "aligned"), CASES)


def image_and_points(axes: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """An image and points in it and around it, all away from the places where a pixel is passed."""
    size, points = ((3, 4), (2, 3)) if axes == 2 else ((2, 3, 2), (2, 1, 2))
    grid = np.empty((2, *points, axes))
    for axis, n in enumerate(reversed(size)):
        # Quarters of a pixel, of both alignments, are borders; thirds of a quarter are not.
        steps = rng.integers(-8 * n, 8 * n, grid.shape[:-1]) + rng.uniform(0.2, 0.8, grid.shape[:-1])
        grid[..., axis] = steps / 4 / n
    return rng.standard_normal((2, 2, *size)), grid


def reflected(position: float, low: float, high: float) -> float:
    """The position after as many reflections at both ends as it takes."""
    while high > low and not low <= position <= high:
        position = 2 * low - position if position < low else 2 * high - position
    return position if high > low else 0.0


def inside(position: float, n: int, padding: str, aligned: bool) -> float:
    if padding == "reflection":
        position = reflected(position, 0 if aligned else -0.5, n - 1 if aligned else n - 0.5)
    return position if padding == "zeros" else min(max(position, 0), n - 1)


def keys(distance: float, a: float = -0.75) -> float:
    d = abs(distance)
    if d < 1:
        return (a + 2) * d**3 - (a + 3) * d**2 + 1
    return a * (d**3 - 5 * d**2 + 8 * d - 4) if d < 2 else 0.0


def sampled_by_loops(x: Any, grid: Any, mode: str, padding: str, aligned: bool) -> Any:
    y = np.zeros((*x.shape[:2], *grid.shape[1:-1]))
    for n, *point in np.ndindex(grid.shape[:-1]):
        axes = []
        for axis, size in enumerate(x.shape[2:]):
            u = grid[(n, *point, -1 - axis)]
            at = (u + 1) / 2 * (size - 1) if aligned else (u + 1) / 2 * size - 0.5
            if mode == "bicubic":
                near = [(k, keys(at - k)) for k in range(int(np.floor(at)) - 1, int(np.floor(at)) + 3)]
                axes.append([(inside(k, size, padding, aligned), weight) for k, weight in near])
                continue
            at = inside(at, size, padding, aligned)
            if mode == "nearest":
                axes.append([(round(at), 1.0)])
            else:
                low = np.floor(at)
                axes.append([(low, 1 - (at - low)), (low + 1, at - low)])
        for pixels in itertools.product(*axes):
            place = tuple(int(k) for k, _ in pixels)
            if all(0 <= k < size for k, size in zip(place, x.shape[2:], strict=True)):
                y[(n, slice(None), *point)] += np.prod([w for _, w in pixels]) * x[(n, slice(None), *place)]
    return y


@every_case
def test_agrees_with_loops(axes: int, mode: str, padding: str, aligned: bool, rng: np.random.Generator) -> None:
    x, grid = image_and_points(axes, rng)
    y = F.grid_sample(mg.tensor(x), mg.tensor(grid), mode, padding, aligned)
    np.testing.assert_allclose(y.numpy(), sampled_by_loops(x, grid, mode, padding, aligned), rtol=1e-12, atol=1e-12)


@every_case
def test_derivatives_agree_with_differences(
    axes: int, mode: str, padding: str, aligned: bool, rng: np.random.Generator
) -> None:
    x, grid = image_and_points(axes, rng)
    inputs = [mg.tensor(x[:1, :1], requires_grad=True), mg.tensor(grid[:1, :1], requires_grad=True)]

    def function(x: Any, grid: Any) -> Any:
        return F.grid_sample(x, grid, mode, padding, aligned)

    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)


@pytest.mark.torch
@every_case
def test_agrees_with_torch(
    axes: int,
    mode: str,
    padding: str,
    aligned: bool,
    rng: np.random.Generator,
    agrees_with_torch: Callable[..., None],
) -> None:
    torch = pytest.importorskip("torch")
    x, grid = image_and_points(axes, rng)
    agrees_with_torch(
        lambda x, grid: F.grid_sample(x, grid, mode, padding, aligned),
        lambda x, grid: torch.nn.functional.grid_sample(x, grid, mode, padding, aligned),
        x,
        grid,
        twice=False,
    )


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("size", [(2, 1, 3, 4), (1, 2, 1, 2), (2, 1, 2, 3, 1)])
def test_an_affine_grid_is_the_map_of_every_point(
    size: tuple[int, ...], aligned: bool, rng: np.random.Generator
) -> None:
    axes = len(size) - 2
    theta = rng.standard_normal((size[0], axes, axes + 1))
    expected = np.empty((size[0], *size[2:], axes))
    for n, *place in np.ndindex(expected.shape[:-1]):
        point = [
            (2 * k / (m - 1) - 1 if m > 1 else 0) if aligned else (2 * k + 1) / m - 1
            for k, m in zip(place, size[2:], strict=True)
        ]
        expected[(n, *place)] = theta[n] @ [*reversed(point), 1]
    grid = F.affine_grid(mg.tensor(theta), size, aligned)
    np.testing.assert_allclose(grid.numpy(), expected, rtol=1e-12, atol=1e-12)
    assert gradcheck(lambda t: F.affine_grid(t, size, aligned), [mg.tensor(theta, requires_grad=True)])


@pytest.mark.torch
@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("size", [(2, 1, 3, 4), (2, 1, 2, 3, 2)])
def test_an_affine_grid_is_torchs(
    size: tuple[int, ...], aligned: bool, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    theta = rng.standard_normal((size[0], len(size) - 2, len(size) - 1))
    agrees_with_torch(
        lambda t: F.affine_grid(t, size, aligned), lambda t: torch.nn.functional.affine_grid(t, size, aligned), theta
    )


def test_the_identity_reads_the_image(rng: np.random.Generator) -> None:
    x = mg.tensor(rng.standard_normal((2, 3, 4, 5)), dtype=mg.float32)
    theta = mg.tensor([[[1.0, 0, 0], [0, 1, 0]]]).expand(2, 2, 3)
    for aligned in (False, True):
        y = F.grid_sample(x, F.affine_grid(theta, x.shape, aligned), align_corners=aligned)
        assert y.dtype == mg.float32
        np.testing.assert_allclose(y.numpy(), x.numpy(), atol=1e-5)


def test_an_alignment_that_is_not_given_is_warned_of() -> None:
    theta = mg.tensor([[[1.0, 0, 0], [0, 1, 0]]])
    with pytest.warns(UserWarning, match="affine_grid: align_corners is False unless given"):
        grid = F.affine_grid(theta, (1, 1, 2, 2))
    assert grid.equal(F.affine_grid(theta, (1, 1, 2, 2), False))
    with pytest.warns(UserWarning, match="grid_sample: align_corners"):
        F.grid_sample(mg.ones(1, 1, 2, 2), grid)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: F.grid_sample(mg.ones(1, 1, 2, 2), mg.ones(1, 2, 2, 3), align_corners=False), ValueError, "size 2 in"),
        (lambda: F.grid_sample(mg.ones(2, 1, 2, 2), mg.ones(1, 2, 2, 2), align_corners=False), ValueError, "goes with"),
        (
            lambda: F.grid_sample(mg.ones(1, 1, 2, 2), mg.ones(1, 2, 2, 2), "cubic"),
            ValueError,
            "'bicubic', but got: 'cubic'",
        ),
        (
            lambda: F.grid_sample(mg.ones(1, 1, 2, 2, 2), mg.ones(1, 2, 2, 2, 3), "bicubic"),
            ValueError,
            "for images 'bicubic'",
        ),
        (
            lambda: F.grid_sample(mg.ones(1, 1, 2, 2), mg.ones(1, 2, 2, 2), padding_mode="wrap"),
            ValueError,
            "zeros, border, reflection, but got: 'wrap'",
        ),
        (
            lambda: F.grid_sample(mg.ones(1, 1, 2, 2), mg.ones(1, 2, 2, 2, dtype=mg.float64)),
            RuntimeError,
            "same dtype",
        ),
        (lambda: F.grid_sample(mg.ones(1, 1, 0, 2), mg.ones(1, 2, 2, 2)), ValueError, "no pixels"),
        (lambda: F.affine_grid(mg.ones(1, 2, 3), (2, 1, 2, 2)), ValueError, r"and theta \(1, 2, 3\)"),
        (lambda: F.affine_grid(mg.ones(1, 2, 3), (1, 1, 0, 2)), ValueError, "sizes must be positive"),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


@pytest.mark.torch
@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
@pytest.mark.parametrize("size", [(3, 4), (10, 9)])
def test_images_of_bytes_are_resized_as_in_pytorch(mode: str, size: tuple[int, int]) -> None:
    import torch

    image = np.random.default_rng(0).integers(0, 256, (1, 2, 7, 5), dtype=np.uint8)
    for antialias in (False, True) if mode != "nearest" else (False,):
        found = F.interpolate(mg.from_numpy(image), size, mode=mode, antialias=antialias)
        expected = torch.nn.functional.interpolate(torch.from_numpy(image), size, mode=mode, antialias=antialias)
        assert found.dtype == mg.uint8
        assert found.is_contiguous()
        np.testing.assert_allclose(found.numpy().astype(int), expected.numpy().astype(int), atol=1)  # its fixed point


def test_integers_that_would_be_cut_are_refused() -> None:
    with pytest.raises(RuntimeError, match="interpolate: not implemented for 'Int'"):
        F.interpolate(mg.ones(1, 1, 2, 2, dtype=mg.int32), (3, 3), mode="bilinear")
    with pytest.raises(RuntimeError, match="affine_grid: not implemented for 'Long'"):
        F.affine_grid(mg.ones(1, 2, 3, dtype=mg.int64), (1, 1, 2, 2))
    with pytest.raises(RuntimeError, match="gradient: does not support uint8"):
        mg.gradient(mg.tensor([3, 1, 2], dtype=mg.uint8))
