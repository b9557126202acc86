"""What PyTorch's own databases of samples once found: each line, in both libraries, has the same outcome.

The same numbers in the same shape and dtype, or an error of PyTorch's type; `m` is the library, `F` its functional.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg

SAMPLES = """
m.diff(m.tensor([1.0, 2.0]), 0, prepend=m.tensor([5.0]))
m.diff(m.tensor([1.0, 2.0]), -1)
m.gradient(m.tensor([1.0, 4.0, 9.0]), spacing=None)[0]
m.gradient(m.tensor([1.0, 4.0, 9.0]), edge_order=3)
m.gather(m.ones(5), 0, m.zeros(0, dtype=m.uint8))
m.gather(m.ones(5), 0, m.zeros(2, 0, dtype=m.uint8))
m.gather(m.ones(2, 2), 1, m.tensor([[0, 9]]))
m.tensor(2.0).index_reduce(0, m.tensor([0]), m.tensor(3.0), 'prod')
m.scatter_reduce(m.tensor([True, False]), 0, m.tensor([1]), m.tensor([False]), 'amax', include_self=False)
m.scatter_reduce(m.tensor([True, False]), 0, m.tensor([0]), m.tensor([True]), 'amin', include_self=False)
m.scatter(m.zeros(1), 0, m.tensor([0]), m.tensor(3.0))
m.scatter_add(m.zeros(2), 0, m.tensor(1), m.tensor(3.0))
m.tensor(2.0).mT
m.tensor([2.0]).mT
m.linspace(0, 3, 1.0)
m.logspace(0, 3, 1.0)
m.mvlgamma(m.tensor([3, 4]), 2)
m.digamma(m.tensor([0.0, -0.0, -1.0]))
m.polygamma(2, m.tensor([-1.0, 0.0, -0.0]))
m.cov(m.tensor([[1.0, 2.0]]))
m.corrcoef(m.tensor([[1.0, 2.0]]))
m.cov(m.tensor([1.0, 2.0]), fweights=m.tensor([1.0, 2.0]))
m.cov(m.tensor([1.0, 2.0]), fweights=m.tensor([-1, 2]))
m.cov(m.tensor([1.0, 2.0]), aweights=m.tensor([1, 2]))
m.cov(m.tensor([1.0, 2.0]), aweights=m.tensor([1.0]))
m.addmv(m.tensor([1, 2]), m.tensor([[1], [2]]), m.tensor([3]), beta=1.9, alpha=2.9)
m.addr(m.tensor([[True]]), m.tensor([True]), m.tensor([True]), beta=3, alpha=2)
m.isclose(m.ones(1), m.ones(1), rtol=-0.5)
m.renorm(m.ones(3), 2, 0, 1.0)
m.multinomial(m.tensor([1, 2]), 1)
m.multinomial(m.ones(1, 1, 1), 1)
m.linalg.vander(m.tensor(3.0), N=2)
m.arange(0.1, -7.9, -4.0, dtype=m.int64)
m.arange(0.0, -8.000001, -4.0, dtype=m.int64)
m.arange(0.0, 1.0, 0.5, dtype=m.int64)
m.arange(0.5, 4.0, 1.5, dtype=m.int32)
m.linspace(4.3, -3, 50, dtype=m.int64)
m.linspace(0.9, 1, 1, dtype=m.int32)
m.logspace(0, 1.2, 2, 5.0, dtype=m.int64)
m.logspace(0, 1.2, 3)
m.ones(2).half(memory_format=m.contiguous_format)
-m.tensor([True])
m.mean(m.tensor([1]))
m.ones(2, 2) @ m.ones(2, 2).double()
m.ones(2).masked_select(m.ones(2))
m.add(m.ones(2), 1, out=m.ones(2, dtype=m.int64))
F.linear(m.ones(1, 2), m.ones(3, 2), m.ones(3).double())
F.conv1d(m.ones(1, 1, 3), m.ones(1, 1, 2), m.ones(1).double())
F.avg_pool1d(m.tensor([[1, 2, -5, 0]]), 2)
F.avg_pool2d(m.tensor([[[1, 2], [3, 5]]]), 2)
F.max_pool1d(m.ones(0, 10), 1)
F.local_response_norm(m.tensor([[[1, 2, 3]], [[4, 5, 6]]]), 2)
F.pad(m.arange(4.0).reshape(1, 1, 4), (-2, 1), 'reflect')
F.pad(m.arange(4.0).reshape(1, 1, 4), (-4, 5), 'replicate')
F.pad(m.arange(4.0).reshape(1, 1, 4), (1, -2), 'circular')
F.pad(m.arange(4.0).reshape(1, 1, 4), (-4, 5), 'reflect')
F.pad(m.arange(4.0).reshape(1, 1, 4), (-4, 5), 'circular')
F.pad(m.arange(4.0).reshape(1, 1, 4), (-3, -2), 'replicate')
F.normalize(m.tensor([[1.0, 0.0, 3.0]]), p=0.0)
F.feature_alpha_dropout(m.ones(5), training=False)
F.margin_ranking_loss(m.tensor([1]), m.tensor([2]), m.tensor([1]), reduction='none')
F.multi_margin_loss(m.tensor(0.5), m.tensor(0))
F.multi_margin_loss(m.tensor([0.5, 1.0]), m.tensor([1]), reduction='none')
F.multi_margin_loss(m.ones(5, 0), m.zeros(5))
F.multi_margin_loss(m.ones(5, 4), m.ones(5), reduction='abc')
F.multilabel_margin_loss(m.tensor(0.5), m.tensor(0))
F.multilabel_margin_loss(m.ones(5, 4), m.ones(5, 4), reduction='abc')
F.rrelu(m.ones(2), lower=0.3, upper=0.1)
F.hardtanh(m.ones(2), 0.5, -0.5)
F.batch_norm(m.ones(2, 3), None, None, training=True, eps=-1.0)
F.gelu(m.tensor([1]))
F.silu(m.tensor([1]))
F.elu(m.tensor([1]))
F.selu(m.tensor([1]))
F.celu(m.tensor([True]))
F.softplus(m.tensor([1]))
F.leaky_relu(m.tensor([1]))
F.mish(m.tensor([1]))
F.glu(m.tensor([1, 2]))
F.hardswish(m.tensor([1]))
F.hardsigmoid(m.tensor([1]))
F.softshrink(m.tensor([1]))
F.hardshrink(m.tensor([1]))
F.logsigmoid(m.tensor([1]))
F.rrelu(m.tensor([1]))
F.relu(m.tensor([1, -1]))
F.relu6(m.tensor([9, -1]))
F.softsign(m.tensor([1, -1]))
F.layer_norm(m.tensor([1, 2]), (2,))
F.instance_norm(m.tensor([[[1, 2]]]))
F.normalize(m.tensor([[1, 2]]))
F.cosine_similarity(m.tensor([[1, 2]]), m.tensor([[1, 2]]))
F.huber_loss(m.tensor([1]), m.tensor([1]))
F.smooth_l1_loss(m.tensor([1]), m.tensor([1]))
F.kl_div(m.tensor([1]), m.tensor([1]))
F.binary_cross_entropy_with_logits(m.tensor([1]), m.tensor([1]))
m.lerp(m.tensor([1]), m.tensor([3]), 0.5)
m.linalg.vecdot(m.tensor([1]), m.tensor([3]))
m.tensordot(m.tensor([[1]], dtype=m.int32), m.zeros(0, dtype=m.int32), 1)
m.manual_seed(2**70)
m.Generator('cuda')
m.tensor(None)
m.tensor([None])
m.scalar_tensor([1])
m.ones(2).clamp()
m.histc(m.ones(2), 0)
m.einsum('ij->kk', m.ones(2, 3))
m.dropout(m.ones(2), 1.5, True)
int(m.ones(2))
m.func.grad(lambda x: x.sum(), argnums=3)(m.ones(2))
m.func.vmap(lambda x: x, in_dims=5)(m.ones(2))
m.ones(2).celu_(0.0)
F.interpolate(m.ones(2), 2)
F.interpolate(m.ones(2, 1, 3), (2, 2))
F.interpolate(m.ones(2, 1, 3), 2, mode='none')
F.pad(m.ones(3), (5, 5), 'reflect')
F.pad(m.ones(3), (1,), 'none')
m.nn.ReplicationPad2d(1)(m.ones(3))
F.max_pool2d(m.ones(2, 3, 3), (1, 1, 1))
F.glu(m.tensor(1.0), 5)
F.multi_margin_loss(m.ones(2, 3), m.tensor([0, 9]))
m.cat([m.tensor(1.0)], 9)
m.gather(m.ones(2), 0, m.tensor([0.0]))
m.index_select(m.ones(2), 0, m.tensor([[0]]))
m.quantile(m.ones(2, 0), 0.5, 1)
m.mv(m.tensor(1.0), m.tensor(1.0))
m.linalg.cross(m.tensor(1.0), m.tensor(1.0), dim=0)
m.einsum('i$', m.ones(2))
m.einsum('...i...', m.ones(2))
m.nn.utils.rnn.pad_sequence([m.tensor(1.0)])
m.ones(2, requires_grad=True).__setitem__(m.tensor([0.0]), 1)
m.nn.utils.rnn.pad_sequence([m.tensor([1, 2]), m.tensor([3])], padding_value=2.5)
m.nn.utils.rnn.pad_sequence([m.tensor([1, 2]), m.tensor([3])], padding_value=float('nan'))
m.nn.init.constant_(m.ones(2, dtype=m.uint8), 300)
m.where(m.tensor([True, False]), m.ones(2, dtype=m.uint8), 300)
m.randint(0, 300, (2,), dtype=m.uint8)
m.randint(0, 2.5, (2,))
m.linspace(0, 300, 2, dtype=m.uint8)
m.nn.RNN(3, 4, bias=1)
m.nn.RNN(3, 4, batch_first='yes')
m.nn.RNN(3.0, 4)
m.nn.GRU(0, 4)
m.nn.LSTM(3, 4)(m.ones(2, 1, 3).double())
m.nn.LSTMCell(3, 4)(m.ones(2, 5))
m.nn.RNNCell(3, 4)(m.ones(2, 3), m.ones(1, 1, 2, 4))
""".strip().splitlines()


def outcome(library: Any, line: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return eval(line, {"m": library, "F": library.nn.functional})
        except Exception as error:
            return error


@pytest.mark.torch
@pytest.mark.parametrize("line", SAMPLES)
def test_same_outcome(line: str) -> None:
    import torch

    ours, theirs = outcome(mg, line), outcome(torch, line)
    if isinstance(theirs, Exception):
        assert isinstance(ours, type(theirs)), f"{ours!r}, in PyTorch {theirs!r}"
        return
    assert str(ours.dtype).rpartition(".")[2] == str(theirs.dtype).rpartition(".")[2]
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-5, strict=True)


@pytest.mark.torch
def test_attention_loads_the_weights_of_pytorch() -> None:
    """A private helper of a layer must not hide one of Module's: this one could not load a state dict."""
    import torch

    theirs = torch.nn.MultiheadAttention(4, 2)
    ours = mg.nn.MultiheadAttention(4, 2)
    ours.load_state_dict({name: mg.from_numpy(each.numpy()) for name, each in theirs.state_dict().items()})
    x = torch.ones(3, 1, 4)
    np.testing.assert_allclose(
        ours(*[mg.ones(3, 1, 4)] * 3)[0].detach().numpy(), theirs(x, x, x)[0].detach().numpy(), rtol=1e-5
    )


def test_no_layer_hides_a_helper_of_module() -> None:
    layers = [each for each in vars(mg.nn).values() if isinstance(each, type) and issubclass(each, mg.nn.Module)]
    helpers = {
        name for base in mg.nn.Module.__mro__[:-1] for name in vars(base) if name.startswith("_") and "__" not in name
    }
    hidden = {
        (each.__name__, name)
        for each in layers
        for name in vars(each).keys() & helpers
        if each not in mg.nn.Module.__mro__
    }
    assert not {pair for pair in hidden if pair[1] not in ("_version", "_load_from_state_dict", "_save_to_state_dict")}
