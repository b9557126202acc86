"""Orthogonal parametrizations: next to PyTorch's, from any start, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn.utils.parametrizations import orthogonal

SHAPES = [(4, 4), (5, 3), (3, 5), (2, 5, 3)]
MAPS = ["matrix_exp", "cayley", "householder"]


def holder(library: Any, weight: np.ndarray) -> Any:
    module = library.nn.Module()
    module.weight = library.nn.Parameter(library.tensor(weight, dtype=library.float64))
    return module


@pytest.mark.torch
@pytest.mark.parametrize("use_trivialization", [True, False])
@pytest.mark.parametrize("orthogonal_map", MAPS)
@pytest.mark.parametrize("shape", SHAPES)
def test_as_in_pytorch(shape: Any, orthogonal_map: Any, use_trivialization: bool, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    start, other, g = (rng.standard_normal(shape) for _ in range(3))
    corner = min(shape[-2:])
    diagonal = np.einsum("...ii->...i", other[..., :corner, :corner])
    diagonal[...] = np.sign(diagonal)
    ours, theirs = holder(mg, start), holder(torch, start)
    orthogonal(ours, "weight", orthogonal_map, use_trivialization=use_trivialization)
    make = torch.nn.utils.parametrizations.orthogonal
    make(theirs, "weight", orthogonal_map, use_trivialization=use_trivialization)
    if use_trivialization:  # what fills the square is random
        theirs.parametrizations.weight[0].base = torch.tensor(ours.parametrizations.weight[0].base.numpy())
    np.testing.assert_allclose(ours.weight.numpy(force=True), theirs.weight.numpy(force=True), atol=1e-12)
    with mg.no_grad(), torch.no_grad():
        ours.parametrizations.weight.original.copy_(mg.tensor(other))
        theirs.parametrizations.weight.original.copy_(torch.tensor(other))
    np.testing.assert_allclose(ours.weight.numpy(force=True), theirs.weight.numpy(force=True), atol=1e-12)
    (ours.weight * mg.tensor(g)).sum().backward()
    (theirs.weight * torch.tensor(g)).sum().backward()
    found, expected = (each.parametrizations.weight.original.grad.numpy() for each in (ours, theirs))
    np.testing.assert_allclose(found, expected, atol=1e-11)


@pytest.mark.parametrize("orthogonal_map", [None, *MAPS])
@pytest.mark.parametrize(("inputs", "outputs"), [(4, 4), (3, 6), (6, 3)])
def test_a_layer_stays_orthogonal_while_it_learns(inputs: int, outputs: int, orthogonal_map: Any) -> None:
    layer = nn.Linear(inputs, outputs)
    before = layer.weight.numpy(force=True).copy()
    orthogonal(layer, orthogonal_map=orthogonal_map)
    optimizer = optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        weight = layer.weight.numpy(force=True)
        gram = weight.T @ weight if outputs >= inputs else weight @ weight.T
        np.testing.assert_allclose(gram, np.eye(min(inputs, outputs)), atol=1e-5)
        optimizer.zero_grad()
        (layer(mg.ones(1, inputs)) ** 3).sum().backward()
        optimizer.step()
    assert not np.allclose(layer.weight.numpy(force=True), before)
    rows = np.linalg.qr(before if outputs >= inputs else before.T)[0]
    layer.weight = mg.tensor(rows if outputs >= inputs else rows.T)
    np.testing.assert_allclose(layer.weight.numpy(force=True), rows if outputs >= inputs else rows.T, atol=1e-5)


def test_state_has_the_base() -> None:
    layer = orthogonal(nn.Linear(3, 3))
    assert {"parametrizations.weight.original", "parametrizations.weight.0.base"} <= layer.state_dict().keys()
    other = orthogonal(nn.Linear(3, 3))
    other.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(layer.weight.numpy(force=True), other.weight.numpy(force=True))


def test_errors() -> None:
    with pytest.raises(ValueError, match="has no parameter or buffer with name 'w'"):
        orthogonal(nn.Linear(2, 2), "w")
    with pytest.raises(ValueError, match=r"Expected a matrix .* 1 dimensions"):
        orthogonal(nn.Linear(2, 2), "bias")
    with pytest.raises(ValueError, match=r'has to be one of "matrix_exp", .* Got: qr'):
        orthogonal(nn.Linear(2, 2), orthogonal_map="qr")  # type: ignore[arg-type]
    layer = orthogonal(nn.Linear(2, 2), use_trivialization=False)
    with pytest.raises(NotImplementedError, match="not possible to assign"):
        layer.weight = mg.eye(2)
    with pytest.raises(ValueError, match="Expected a matrix or batch of matrices of shape"):
        orthogonal(nn.Linear(2, 2)).weight = mg.eye(3)
