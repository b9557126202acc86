"""Layers that learn their input size from the first input: afterwards they are ordinary ones."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn.modules.lazy import LazyModuleMixin
from minigrad.nn.parameter import UninitializedParameter


def net() -> Any:
    return nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(3, bias=False))


def test_a_lazy_net_becomes_an_ordinary_one() -> None:
    lazy = net().eval()
    optimizer = optim.SGD(lazy.parameters(), lr=0.1)
    assert isinstance(lazy[0].weight, UninitializedParameter)
    assert lazy(mg.ones(2, 3, 6, 6)).shape == (2, 3)
    assert [type(each) for each in lazy] == [nn.Conv2d, nn.BatchNorm2d, nn.Flatten, nn.Linear]
    assert (lazy[0].in_channels, lazy[1].num_features, lazy[3].in_features) == (3, 4, 64)
    assert lazy[3].bias is None
    assert not lazy[0].training
    assert {type(each) for each in lazy.parameters()} == {nn.Parameter}
    before = lazy[0].weight.numpy(force=True).copy()
    lazy(mg.ones(2, 3, 6, 6)).sum().backward()
    optimizer.step()  # which holds the parameters from before
    assert not np.array_equal(before, lazy[0].weight.numpy(force=True))


@pytest.mark.parametrize(
    ("lazy", "input", "kind"),
    [
        (nn.LazyConv1d(4, 3), (2, 5), nn.Conv1d),
        (nn.LazyConv3d(4, 3, groups=2), (1, 2, 3, 3, 3), nn.Conv3d),
        (nn.LazyConvTranspose2d(4, 3, stride=2), (1, 2, 3, 3), nn.ConvTranspose2d),
        (nn.LazyBatchNorm1d(affine=False), (3, 2), nn.BatchNorm1d),
        (nn.LazyInstanceNorm2d(affine=True), (1, 2, 3, 3), nn.InstanceNorm2d),
        (nn.LazyLinear(2, dtype=mg.float64), (3, 2), nn.Linear),
    ],
)
def test_each_is_what_the_ordinary_constructor_makes(lazy: Any, input: Any, kind: type) -> None:
    dtype = mg.float64 if kind is nn.Linear else mg.float32
    lazy(mg.ones(input, dtype=dtype))
    assert type(lazy) is kind
    assert {each.dtype for each in lazy.parameters()} <= {dtype}
    assert [each.numel() > 0 for each in lazy.state_dict().values()] == [True] * len(lazy.state_dict())


def test_states() -> None:
    ready, lazy = net(), net()
    ready(mg.ones(2, 3, 6, 6))
    for other in (lazy, copy.deepcopy(net()), pickle.loads(pickle.dumps(net()))):
        other.load_state_dict(ready.state_dict())
        assert not other[0].has_uninitialized_params()
        x = mg.randn(2, 3, 6, 6)
        np.testing.assert_array_equal(other.eval()(x).numpy(force=True), ready.eval()(x).numpy(force=True))
    with pytest.raises(RuntimeError, match="shape of an uninitialized parameter"):
        ready.load_state_dict(net().state_dict())


def test_a_module_of_ones_own() -> None:
    class Scale(LazyModuleMixin):
        def __init__(self) -> None:
            super().__init__()
            self.factor = UninitializedParameter()

        def initialize_parameters(self, x: Any) -> None:
            if self.has_uninitialized_params() and x.ndim:
                self.factor.materialize(x.shape)
                nn.init.ones_(self.factor)

        def forward(self, x: Any) -> Any:
            return x * self.factor

    assert Scale()(mg.ones(2)).tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="module Scale has not been fully initialized"):
        Scale()(mg.tensor(1.0))
    with pytest.raises(RuntimeError, match=r"Expected 3D \(unbatched\) or 4D \(batched\) input to LazyConv2d"):
        nn.LazyConv2d(1, 1)(mg.ones(2))
