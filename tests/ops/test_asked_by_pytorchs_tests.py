"""What PyTorch's own tests ask beyond the samples of its databases: the same values, and errors with the same words.

People search for the words of an error. Both libraries evaluate each line, so what is expected is PyTorch's answer.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg

VALUES = """
m.einsum(m.arange(6.0).reshape(1, 2, 3), [50, 3, 27])
m.linalg.vector_norm(m.tensor([INF, NAN, 0.0]), 0)
m.linalg.cond(m.tensor([[1.0, 0.0], [0.0, 0.0]]), 1)
m.linalg.cond(m.tensor([[[1.0, 0.0], [0.0, 0.0]], [[2.0, 0.0], [0.0, 1.0]]]), 'fro')
m.linalg.matrix_rank(m.tensor([[1.0, 0.0], [0.0, 0.1]]), 0.5)
m.linalg.matrix_rank(m.tensor([[1.0, 0.0], [0.0, 0.1]]), tol=0.5, hermitian=True)
m.linalg.norm(m.arange(6.0).reshape(2, 3), axis=1, keepdims=True)
m.linalg.matrix_norm(m.arange(6.0).reshape(2, 3), axis=(0, 1))
m.linalg.svd(m.arange(6.0).reshape(2, 3), driver=None).S
m.linalg.pinv(m.tensor([[1.0, 0.0], [0.0, 0.1]]), rcond=0.5)
m.linalg.svdvals(m.tensor([[[1.0, INF], [0.0, 0.1]], [[3.0, 0.0], [0.0, -4.0]]]))
m.clamp(m.tensor([0, 3], dtype=m.uint8), m.tensor(-128, dtype=m.int8), 0.5)
m.clamp(m.tensor([0, 3], dtype=m.uint8), -1, 0.5)
m.clamp(m.tensor([0.0, 3.0], dtype=m.float16), m.tensor(1.0, dtype=m.float64), 2)
m.tensor(m.arange(24).reshape(2, 3, 4)[..., [0, 1]].stride())
m.tensor(m.arange(24).reshape(2, 3, 4)[:, None, [0, 1]].stride())
m.tensor(m.arange(24).reshape(2, 3, 4)[::2, 0, [0, 1]].stride())
m.tensor(m.ones(3, 4).gather(1, m.zeros(1, 2).long().expand(3, 2)).stride())
m.tensor(m.cross(m.ones(3, 2), m.ones(3, 2), 0).stride())
m.tensor(m.sigmoid(m.ones(2).half().expand(3, 2)).stride())
m.tensor(m.nonzero(m.eye(2), as_tuple=True)[0].stride())
m.arange(6).reshape(2, 3)[()]
m.sigmoid(m.tensor([-12.0, 12.0], dtype=m.float16))
m.tensor(m.ones(2).expand(3, 2).clone().stride())
m.tensor(m.ones(2).expand(3, 2).double().stride())
m.tensor(m.zeros_like(m.ones(2, 1, 2).expand(2, 3, 2)).stride())
m.cholesky(m.eye(2) + 1, True)
m.linalg.lstsq(m.eye(3)[:, :2], m.ones(3), driver='gels').residuals
m.linalg.tensorsolve(m.eye(6)[[0, 3, 1, 4, 2, 5]].reshape(3, 2, 6).transpose(0, 1), m.ones(2, 3), dims=(0, 2))
m.linalg.tensorinv(m.ones(0, 0, 1, 0)).sum()
m.cov(m.ones(0, 0))
m.corrcoef(m.ones(2, 0))
m.zeros(200, dtype=m.bool).random_().unique()
(m.zeros(99, dtype=m.uint8).random_() < 128).unique()
m.zeros(99, dtype=m.int64).random_(-2, None).min() >= -2
m.zeros(4).random_(to=1)
m.ones(2, dtype=m.float64).float_power_(2)
m.arange(9).reshape(3, 3)[[[0, 1], [1, 2]]]
m.arange(9).reshape(3, 3)[[slice(None), [0, 1]]]
m.arange(9).reshape(3, 3)[[m.tensor(0), m.tensor(1)]]
m.arange(6).as_strided_((2, 2), (2, 1))
m.tensor(m.empty_strided((2, 3), (1, 2)).stride())
m.bernoulli(m.ones(2), out=m.zeros(2, dtype=m.int64))
m.tensor(2**63, dtype=m.float32)
m.tensor([1.0, -2.0]).view(m.int32)
m.arange(4, dtype=m.int16).view(m.int8)
m.arange(4, dtype=m.int16).reshape(2, 2).view(m.int32)
m.distributions.Gamma(m.tensor(2.0), m.tensor(1.0)).log_prob(1)
m.nn.utils.rnn.pack_sequence([m.tensor([1.0, 2.0])]).short().data
m.arange(3)[m.tensor(1, dtype=m.int16)]
m.func.jvp(lambda x: x.as_strided((2, 2), (2, 1), 1), (m.arange(6.0),), (m.arange(20.0)[10:16],))[1]
reversed(m.arange(6).reshape(3, 2))
m.multinomial(m.zeros(0, 3), 1, True)
m.multinomial(m.zeros(0, 3), 1)
m.linspace(0, 3, 4, out=m.zeros(2, 2))
m.linspace(0, 3, 4, out=m.zeros(4, dtype=m.int64))
m.full((2,), 1.5, out=m.zeros(2, dtype=m.int64))
m.from_dlpack(m.to_dlpack(m.ones(2))).add_(1)
m.asarray(bytearray([1, 2]), dtype=m.uint8)
m.tensor(m.empty_permuted((2, 3, 5), (1, 0, 2)).stride())
m.tensor(m.ones(1).new_empty_strided((2, 3), (1, 2)).stride())
m.tensor(m.ones(2, 3, 4, 5).permute(2, 0, 3, 1).dim_order())
m.ones(2).new(size=(3, 0))
m.tensor(2**64, dtype=m.float32)
m.tensor([NAN, 0, -(2**63) - 1, 2**70], dtype=m.bool)
m.tensor([2**64, 1.5])
m.block_diag()
m.clamp(m.ones(2, dtype=m.int32), m.tensor(0.0).double(), m.ones(2))
m.clamp(m.ones(2, dtype=m.int32), m.tensor(2.0), m.tensor(3.0).double())
(m.randint(-(2**63), 2**63 - 1, (2,)) < 2**62)[:0]
m.range(0, 3, out=m.zeros(2, 2))
m.zeros(0, 5, 64, dtype=m.int8).mul(2).view(m.int16)
""".strip().splitlines()

PHRASES = """
m.ones(1).float_power_(2) | operation's result requires dtype
m.tensor([1]).fmod_(1.5) | can't be cast to the desired output type Long
m.zeros(2).random_(3, 1) | random_ expects 'from' to be less than 'to', but got from=3 >= to=1
F.conv2d(m.ones(1, 1, 1, 2), m.ones(1, 1, 3, 2)) | per channel: (1 x 2). Kernel size: (3 x 2). Kernel
m.nn.ConvTranspose1d(1, 1, 1, padding_mode='reflect') | Only "zeros" padding mode is supported for ConvTranspose1d
m.nn.Dropout1d()(m.ones(1, 2, 2, 2)) | Expected 2D or 3D input, but received a 4D input
m.nn.utils.rnn.pack_padded_sequence(m.ones(0, 0), m.ones(0).long()) | empty tensors
F.fold(m.ones(1, 4, 2), (3, 3), (2, 2)) | match the calculated number of sliding blocks
m.movedim(m.ones(2, 2), (0, 0), (0, 1)) | movedim: repeated dim in `source`
m.ones(2, 2).mean((0, 0)) | dim 0 appears multiple times in the list of dims
m.ones(7).unfold(0, -1, 1) | size is -1 but must be >= 0
m.ones(7).unfold(0, 8, 1) | maximum size for tensor at dimension 0 is 7 but size is 8
m.ones(7).unfold(0, 1, 0) | step is 0 but must be
m.vander(m.ones(2, 2)) | x must be a one-dimensional tensor
m.polygamma(-1, m.ones(1)) | polygamma(n, x) does not support negative n.
m.ones(2, 2).roll((1,), (1, 2)) | shifts and dimensions must align
m.normal(m.ones(2), -m.ones(2)) | normal expects
m.kthvalue(m.ones(2, 0), 1) | Expected reduction dim
m.ones(2).apply_(lambda value: 'a') | must be real number, not str
m.tensor_split(m.ones(2), 0) | number of sections must be larger than 0, got 0
m.zeros(2, dtype=m.uint8).random_(-1, 1) | from is out of bounds
m.zeros(2, dtype=m.uint8).random_(300) | to - 1 is out of bounds
m.ones(2, 2).diff(prepend=m.ones(2)) | diff expects prepend or append to be the same dimension as input
m.ones(2, 2).diff(dim=0, prepend=m.ones(1, 3)) | expects the shape of tensor to prepend or append to match that of input
m.ones(5).hsplit(2) | is not divisible by the split_size 2
m.ones(5).vsplit(1) | vsplit requires a tensor with at least 2 dimension
m.fliplr(m.ones(2)) | Input must be >= 2-d.
m.flipud(m.tensor(2)) | Input must be >= 1-d.
m.movedim(m.ones(2, 2), (0, 1), (0,)) | Invalid source or destination dims
m.roll(m.ones(2), ()) | `shifts` required
m.meshgrid(m.ones(1), m.ones(1).double()) | expects all tensors to have the same dtype
m.meshgrid(m.ones(1), indexing='') | indexing must be one of "xy" or "ij"
m.ones(4).as_strided((1,), (-1,)) | Negative strides are not supported
m.dot(m.ones(1), m.ones(1).double()) | expected both vectors to have same dtype
m.chain_matmul() | Expected one or more matrices
m.inner(m.ones(2, 3), m.ones(2, 2)) | the last dimension must match on both input tensors but got shapes [2, 3]
m.tensordot(m.ones(1), m.ones(1), -1) | expects dims >= 0
m.addr(m.tensor([[1]]), m.tensor([1]), m.tensor([1]), beta=2.0) | argument beta must not be a floating point number
m.addr(m.tensor([[1]]), m.tensor([1]), m.tensor([1]), alpha=True) | Boolean alpha only supported for Boolean results
m.add(m.tensor(1), 1, alpha=True) | Boolean alpha only supported for Boolean results
m.exp(3.0) | argument 'input' (position 1) must be Tensor, not float
m.isneginf([1.0, 2.0]) | argument 'input' (position 1) must be Tensor, not list
m.sqrt([m.ones(2), m.ones(2)]) | argument 'input' (position 1) must be Tensor, not list
m.linalg.inv(m.ones(2, 3)) | A must be batches of square matrices
m.linalg.qr(m.ones(2)) | The input tensor A must have at least 2 dimensions
m.linalg.qr(m.ones(2, 2), mode='full') | qr received unrecognized mode 'full'
F.multilabel_margin_loss(m.ones(0), m.ones(0).long()) | Expected non-empty vector or matrix
m.linalg.matrix_norm(m.ones(2, 2), dim=(0,)) | must be a 2-tuple
m.linalg.matrix_norm(m.ones(2, 2), 3.5) | Order 3.5 not supported
m.linalg.norm(m.ones(2, 2, 2), 1) | If dim is not specified but ord is, the input must be 1D or 2D
m.linalg.vector_norm(m.ones(0), INF) | linalg.vector_norm cannot compute
m.linalg.multi_dot([m.tensor(1.0), m.ones(2)]) | the first tensor must be 1D or 2D
m.ones(3).broadcast_to((4,)) | The expanded size of the tensor (4) must match the existing size (3)
m.ones(0).reshape(-1, 0) | because the unspecified dimension size -1 can be any value
m.ones(2).mT | only supported on matrices
m.ones(2).H | only supported on matrices
m.take_along_dim(m.ones(2, 2), m.tensor([0]), 0) | input and indices should have the same number of dimensions
m.bincount(m.tensor([-1])) | 1-d non-negative integral
m.ones(2).chunk(0) | chunk expects `chunks` to be greater than 0
m.tensor_split(m.tensor(1), 2) | tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims
m.ones(2).clamp() | At least one of 'min' or 'max' must not be None
m.addcdiv(m.tensor(1), m.tensor(1), m.tensor(1)) | Integer division with addcdiv is no longer supported
bool(m.ones(2)) | Boolean value of Tensor with more than one value is ambiguous
m.ones(2).flip() | flip() missing 1 required positional argument
F.nll_loss(m.ones(2, 3), m.zeros(2, 2).long()) | 0D or 1D target tensor expected
F.cosine_embedding_loss(m.ones(2, 3), m.ones(2, 3), m.ones(2, 1)) | 1D target tensor expected
F.gaussian_nll_loss(m.ones(2), m.ones(2), -m.ones(2)) | var has negative entry/entries
F.binary_cross_entropy(m.ones(2), m.ones(2, 1)) | Using a target size (
F.grid_sample(m.ones(1, 1, 1, 1), m.ones(1, 1, 1, 2), mode='garbage') | but got: 'garbage'
F.conv2d(m.ones(1, 1, 1, 1, 1), m.ones(1, 1, 1, 1)) | Expected 3D (unbatched) or 4D (batched) input to conv2d
F.fold(m.ones(1, 5, 9), (4, 5), (2, 3)) | be divisible by the product of kernel_size
F.unfold(m.ones(1, 2, 2, 2), (2, 3)) | its components must be at least one
F.pad(m.ones(1, 1, 2), (2, 0), mode='reflect') | Padding size should be less than the corresponding input dimension
m.nn.Conv1d(1, 1, 1, groups=0) | groups must be a positive integer
m.nn.Conv1d(1, 1, 1, padding='foo') | Invalid padding string
m.nn.Conv1d(1, 1, 1, padding_mode='xyz') | padding_mode must be one of
m.nn.RNN(1, 1, nonlinearity='garbage') | Unknown nonlinearity
m.nn.RNN(1, 1)(m.ones(0, 1, 1)) | Expected sequence length to be larger than 0 in RNN
m.empty(2**31, 2**31) | Storage size calculation overflowed
m.empty(2, -1) | Trying to create tensor with negative dimension
m.nn.Sequential(m.nn.ReLU()).insert(3, m.nn.ReLU()) | ndex out of range
m.autograd.grad(m.ones(1, requires_grad=True) * 2, m.ones(1, requires_grad=True)) | Set allow_unused=True
m.autograd.backward(m.ones(1, requires_grad=True), inputs=[]) | cannot be empty
m.autograd.Function.apply(m.ones(1)) | must implement the forward
m.device('cuda:') | cuda:
'a' in m.ones(2) | Tensor.__contains__ only supports Tensor or scalar
m.zeros(2).uniform_(2, 1) | uniform_ expects to return
m.zeros(2).uniform_(-3e38, 3e38) | uniform_ expects to-from
m.eye(-1) | n must be greater or equal to 0, got -1
m.tensor(1.0).view(m.float64) | self.dim() cannot be 0
m.ones(2, 2).T.view(m.float64) | self.stride(-1) must be 1
m.ones(3).view(m.float64) | self.size(-1) must be divisible by 2
m.ones(4)[1:3].view(m.float64) | self.storage_offset() must be divisible by 2
F.avg_pool2d(m.ones(2, 0, 5, 5), 2) | Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size
F.adaptive_max_pool2d(m.ones(2, 0, 5, 5), 2) | non-zero size for non-batch dimensions
F.adaptive_max_pool2d(m.ones(1, 2, 2).int(), 1) | not implemented for 'Int'
F.adaptive_avg_pool2d(m.ones(1, 2, 2), -1) | elements of output_size must be greater than or equal to 0
m.nn.utils.rnn.pack_sequence([m.ones(1), m.ones(2)]) | You can pass `enforce_sorted=False`
m.nn.utils.rnn.pad_sequence(5) | Expected iterable for input sequences, but got arg of type
m.zeros(2).__setitem__([0], m.tensor([1])) | Index put requires the source and destination dtypes match
m.tensor(1)[0] | invalid index of a 0-dim tensor
m.ones(2)[0, 0] | too many indices for tensor of dimension 1
m.ones(5)[m.tensor([True])] | The shape of the mask
m.ones(4).__setitem__(m.tensor([True] * 4), m.ones(3)) | shape mismatch
m.asarray([1.0], copy=False) | can't alias arbitrary sequence
m.asarray(m.ones(1), dtype=m.float64, copy=False) | can't alias tensor with dtype
F.embedding_bag(m.tensor([[-1, 1]]), m.ones(2, 2), padding_idx=0) | Expected idx >= 0 && idx < num_embeddings
F.embedding_bag(m.tensor([0, 1]), m.ones(2, 2), m.tensor([1])) | offsets[0] has to be 0
F.embedding_bag(m.tensor([[0]]), m.ones(2, 2), padding_idx=2) | padding_idx must be within the number of embeddings
F.embedding_bag(m.tensor([[0]]), m.ones(2, 2), mode='sum', per_sample_weights=m.ones(1, 1).double()) | same type as
m.nn.Embedding(2, 2, padding_idx=2) | adding_idx must be within num_embeddings
m.nn.Module().load_state_dict('') | Expected state_dict to be dict-like, got
m.dot(m.ones(1, 1), m.ones(3)) | 1D tensors expected, but got 2D and 1D tensors
m.vdot(m.ones(1, 1), m.ones(3)) | 1D tensors expected, but got 2D and 1D tensors
m.linalg.multi_dot([m.ones(2), m.ones(2), m.ones(2)]) | tensor 1 must be 2D but got 1D
m.einsum('') | at least one operand
m.chain_matmul(m.ones(1), m.ones(1, 1)) | Tensor dimension is 1, expected 2 instead
F.linear(m.tensor(1.0), m.ones(1, 1)) | both arguments to linear need to be at least 1D, but they
m.utils.data.StackDataset() | At least one dataset should be passed
m.utils.data.StackDataset([1, 2], a=[1, 2]) | Supported either
m.utils.data.StackDataset([1, 2], [1]) | Size mismatch between datasets
F.grid_sample(m.ones(1, 1, 2, 2), m.ones(1, 2, 2, 3)) | expected grid to have size 2 in last dimension
m.tensor([[1, 2], [3]]) | expected sequence of length 2 at dim 1 (got 1)
m.tensor([[[1], [2]], [[3], [4, 5]]]) | expected sequence of length 1 at dim 2 (got 2)
m.linalg.qr(m.ones(3, 2, requires_grad=True), "complete").Q.sum().backward() | QR decomposition is not differentiable
m.linalg.qr(m.ones(3, 2, requires_grad=True), "r").R.sum().backward() | depends on Q, which is not computed
m.ones(3).unfold(0, -1, 1) | size is -1 but must be >= 0
m.linalg.svdvals(m.ones(2, 2), driver='gesvd') | keyword argument `driver=` is only supported on CUDA inputs
m.ones(3).unfold(0, 1, 0) | step is 0 but must be > 0
m.scatter_reduce(m.ones(2), 0, m.tensor([0, 1]), m.ones(2), 'foo') | reduce argument must be either sum, prod
""".strip().splitlines()


def outcome(library: Any, line: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(line, {"m": library, "F": library.nn.functional, "INF": float("inf"), "NAN": float("nan")})


@pytest.mark.torch
@pytest.mark.parametrize("line", VALUES)
def test_the_same_values(line: str) -> None:
    import torch

    ours, theirs = outcome(mg, line), outcome(torch, line)
    assert str(ours.dtype).rpartition(".")[2] == str(theirs.dtype).rpartition(".")[2]
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-5, strict=True)


@pytest.mark.torch
@pytest.mark.parametrize("line", PHRASES)
def test_the_same_words(line: str) -> None:
    import torch

    call, phrase = line.rsplit(" | ", 1)
    with pytest.raises(Exception) as theirs:
        outcome(torch, call)
    kind = RuntimeError if theirs.type is NotImplementedError else theirs.type  # of a dtype
    with pytest.raises(kind) as ours:
        outcome(mg, call)
    for error in (theirs, ours):
        assert phrase in str(error.value)
