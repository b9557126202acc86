"""Indexing: any mixture of numbers, slices, None, Ellipsis, masks and index arrays, values and gradients."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import grad

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=3)


@st.composite
def basic(draw: Any) -> tuple[tuple[int, ...], Any]:
    shape = draw(SHAPES)
    return shape, draw(hnp.basic_indices(shape, allow_ellipsis=True, allow_newaxis=True, max_dims=6))


@st.composite
def with_arrays(draw: Any) -> tuple[tuple[int, ...], Any]:
    """Each axis by a slice, a mask or an index array; arrays broadcast together, places may repeat."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3))
    common = draw(hnp.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=3))
    index: list[Any] = []
    masked = False
    for size in shape[: draw(st.integers(1, len(shape)))]:
        kind = draw(st.sampled_from(["slice", "array", "mask", "list"]))
        if kind == "slice":
            index.append(draw(st.slices(size)))
        elif kind == "mask" and not masked and not any(isinstance(i, (np.ndarray, list)) for i in index):
            index.append(draw(hnp.arrays(bool, (size,))))
            masked = True
        elif masked:
            index.append(slice(None))
        else:
            chosen = draw(hnp.arrays(np.int64, common, elements=st.integers(-size, size - 1)))
            index.append(chosen.tolist() if kind == "list" else chosen)
    return shape, tuple(index)


def numbered(shape: tuple[int, ...]) -> np.ndarray:
    return np.arange(float(np.prod(shape))).reshape(shape)


def check(shape: tuple[int, ...], index: Any, tensor_index: Any) -> None:
    """The values, and the gradient: how often each place was taken, weighed."""
    x = mg.tensor(numbered(shape), requires_grad=True)
    expected = numbered(shape)[index]
    y = x[tensor_index]
    assert isinstance(y, mg.Tensor)
    np.testing.assert_array_equal(y.numpy(force=True), expected)
    assert y.shape == expected.shape
    weights = np.asarray(np.cos(np.arange(expected.size))).reshape(expected.shape)
    (g,) = grad(y, x, mg.from_numpy(weights))
    hand = np.zeros(int(np.prod(shape)))
    for place, w in zip(expected.ravel().astype(int), weights.ravel(), strict=True):
        hand[place] += w
    np.testing.assert_allclose(g.numpy(), hand.reshape(shape), rtol=1e-12, atol=1e-12)


@hypothesis.given(basic())
def test_numbers_slices_none_and_ellipsis(drawn: tuple[tuple[int, ...], Any]) -> None:
    check(*drawn, drawn[1])


@hypothesis.given(with_arrays())
def test_masks_and_index_arrays(drawn: tuple[tuple[int, ...], Any]) -> None:
    shape, index = drawn
    check(shape, index, index)
    as_tensors = tuple(mg.from_numpy(part) if isinstance(part, np.ndarray) else part for part in index)
    check(shape, index, as_tensors)


@hypothesis.given(hnp.array_shapes(min_dims=1, max_dims=3, max_side=3).flatmap(lambda s: hnp.arrays(bool, s)))
def test_a_mask_of_the_whole_shape(mask: np.ndarray) -> None:
    check(mask.shape, mask, mg.from_numpy(mask))


@pytest.mark.torch
@hypothesis.settings(max_examples=60)
@hypothesis.given(with_arrays(), st.data())
def test_numbers_beside_index_arrays_as_in_pytorch(drawn: tuple[tuple[int, ...], Any], data: Any) -> None:
    """PyTorch takes numbers first; NumPy would count them among the index arrays, and put other axes in front."""
    torch = pytest.importorskip("torch")
    shape, index = drawn
    shape = (*shape, 2)
    position = data.draw(st.integers(0, len(index)))
    index = (*index[:position], data.draw(st.sampled_from([0, 1, -1, None, ...])), *index[position:])
    shape = (*shape[:position], 2, *shape[position:]) if isinstance(index[position], int) else shape
    if any(isinstance(part, slice) and part.step is not None and part.step < 1 for part in index):
        return  # PyTorch has no negative steps
    x = mg.from_numpy(numbered(shape)).requires_grad_()
    try:
        theirs = torch.from_numpy(numbered(shape))[
            tuple(torch.from_numpy(i) if isinstance(i, np.ndarray) else i for i in index)
        ]
    except IndexError:
        return
    if not theirs.numel():
        return  # PyTorch looks at no index where nothing is taken
    y = x[index]
    np.testing.assert_array_equal(y.numpy(force=True), theirs.numpy())


def test_single_forms() -> None:
    x = mg.arange(6).reshape(2, 3)
    assert x[1].tolist() == [3, 4, 5]
    assert x[1, 2].item() == 5
    assert x[-1, -1].item() == 5
    assert x[mg.tensor(1)].tolist() == [3, 4, 5]
    assert x[mg.tensor(1), mg.tensor(2)].item() == 5
    assert x[np.int64(1)].tolist() == [3, 4, 5]
    assert x[[1, 0]].tolist() == [[3, 4, 5], [0, 1, 2]]
    assert x[[True, False]].tolist() == [[0, 1, 2]]
    assert x[x > 2].tolist() == [3, 4, 5]
    assert x[..., 0].tolist() == [0, 3]
    assert x[:, None].shape == (2, 1, 3)
    assert x[[]].shape == (0, 3)
    assert x[()].shape == (2, 3)


def test_slices_share_memory_and_index_arrays_copy() -> None:
    x = mg.zeros(4)
    assert np.shares_memory(x[1:].numpy(), x.numpy())
    assert np.shares_memory(x[1].numpy(), x.numpy())
    assert not np.shares_memory(x[[1, 2]].numpy(), x.numpy())


@pytest.mark.parametrize("kind", ["array", "tensor"])
def test_an_index_that_changes_later_never_gives_a_wrong_gradient(kind: str) -> None:
    """PyTorch refuses the backward pass; a copy of the index, and with it the right gradient, is as good."""
    x = mg.zeros(3, dtype=mg.float64, requires_grad=True)
    index = np.array([0, 0])
    for take in (lambda i: x[i], lambda i: x.gather(0, mg.from_numpy(i) if isinstance(i, np.ndarray) else i)):
        x.grad = None
        index[:] = 0
        y = take(index if kind == "array" else mg.from_numpy(index)).sum()
        index[:] = 2
        try:
            y.backward()
        except RuntimeError:
            continue
        assert x.grad.tolist() == [2.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("index", "match"),
    [
        (3, "3"),
        (-4, "-4"),
        ((0, 0), "indices"),
        ([0, 3], "3"),
        (1.5, "."),
        ("a", "."),
        (slice("a"), "."),
        ([0.5], "float"),
        (mg.ones(1), "long, int, byte or bool"),
        ([True, False], "."),
    ],
)
def test_an_index_that_does_not_fit_is_an_index_error(index: Any, match: str) -> None:
    with pytest.raises((IndexError, TypeError), match=match):
        mg.ones(3)[index]


def test_gather_and_take_along_dim_check_their_index() -> None:
    x = mg.ones(2, 3)
    for wrong in (mg.tensor([[3]]), mg.tensor([[-4]])):
        with pytest.raises((IndexError, RuntimeError), match="out of bounds"):
            x.gather(1, wrong)
        with pytest.raises((IndexError, RuntimeError), match="out of bounds"):
            x.take_along_dim(wrong, 1)
    with pytest.raises((IndexError, RuntimeError), match="shape"):
        x.gather(1, mg.tensor([0]))
    with pytest.raises((IndexError, RuntimeError), match="shape"):
        x.gather(1, mg.zeros(3, 1, dtype=mg.int64))
    with pytest.raises((IndexError, RuntimeError), match="int32 or int64"):
        x.gather(1, mg.zeros(2, 1))
    with pytest.raises(IndexError, match="range"):
        x.gather(2, mg.tensor([[0]]))
