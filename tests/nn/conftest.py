"""PyTorch as the reference for layers and functions: values, first and second derivatives, all in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import grad


def leaf(array: Any) -> Any:
    """A tensor on a copy of an array, which requires grad if its dtype can."""
    tensor = mg.tensor(array)
    return tensor.requires_grad_(tensor.dtype.kind == "f")


@pytest.fixture
def agrees_with_torch(rng: np.random.Generator) -> Callable[..., None]:
    """Checks `ours(*arrays)` against `theirs(*arrays)`: both functions, or both modules with the same parameters.

    Everything is compared to 1e-10: the output, its derivatives in the arrays and the parameters, weighted at random,
    the derivatives of those (unless `twice` is False, where PyTorch has none), and after them the buffers.
    """
    torch = pytest.importorskip("torch")

    def same(name: str, a: Any, b: Any) -> None:
        a, b = a.detach().numpy(), b.detach().numpy(force=True)
        assert a.shape == b.shape, name
        assert a.dtype == b.dtype, name
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10, err_msg=name)

    def weighted(tensors: list[Any], weights: list[Any], make: Callable[[Any], Any]) -> Any:
        return sum((tensor * make(weight)).sum() for tensor, weight in zip(tensors, weights, strict=True))

    def check(ours: Any, theirs: Any, *arrays: Any, twice: bool = True) -> None:
        xs, zs = [leaf(array) for array in arrays], [torch.tensor(array) for array in arrays]
        for z in zs:
            z.requires_grad_(z.is_floating_point())
        inputs, references = [x for x in xs if x.requires_grad], [z for z in zs if z.requires_grad]
        if isinstance(ours, nn.Module):
            ours.double()
            theirs.double()
            theirs.load_state_dict({name: torch.tensor(value.numpy()) for name, value in ours.state_dict().items()})
            inputs += ours.parameters()
            references += theirs.parameters()

        outputs, expected = [ours(*xs)], [theirs(*(z.clone() for z in zs))]  # a leaf cannot be changed in place
        for order in range(3 if twice else 2):
            for position, (a, b) in enumerate(zip(outputs, expected, strict=True)):
                same(f"derivative of order {order}, number {position}", a, b)
            weights = [rng.standard_normal(tuple(each.shape)) for each in outputs]
            total, reference = weighted(outputs, weights, mg.tensor), weighted(expected, weights, torch.tensor)
            if not reference.requires_grad:
                assert not total.requires_grad
                break
            options = {"create_graph": twice, "materialize_grads": True}
            expected = list(torch.autograd.grad(reference, references, **options))
            outputs = list(grad(total + 0 * inputs[0].sum(), inputs, **options))  # where torch has a graph of zeros
        if isinstance(ours, nn.Module):
            buffers = dict(theirs.named_buffers())
            assert list(buffers) == [name for name, _ in ours.named_buffers()]
            for name, buffer in ours.named_buffers():
                same(name, buffer, buffers[name])

    return check
