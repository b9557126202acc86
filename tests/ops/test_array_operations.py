"""What the table of samples does not say of shapes, indices and products: errors, views, dtypes, and rare forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg

zeros, ones, arange = mg.zeros, mg.ones, mg.arange


def index(*numbers: int) -> Any:
    return mg.tensor(list(numbers))


ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    # dims and indices out of range
    (lambda: zeros(2, 3).transpose(0, 2), IndexError, "transpose.*range of .-2, 1.*got 2"),
    (lambda: zeros(3).select(0, 5), IndexError, "select: index 5.*size 3"),
    (lambda: zeros(3)[5], IndexError, "index 5"),
    (lambda: zeros(3)[index(5)], IndexError, "index 5"),
    (lambda: zeros(3)[0, 0], IndexError, "too many indices"),
    (lambda: zeros(3)[1.5], IndexError, "getitem"),
    (lambda: zeros(3).narrow(0, 5, 1), IndexError, "narrow: start"),
    (lambda: zeros(3).gather(0, index(5)), IndexError, "gather: index 5"),
    (lambda: zeros(3).gather(0, mg.tensor([0.5])), IndexError, "gather.*int32 or int64"),
    (lambda: zeros(3).scatter(0, index(3), 1.0), IndexError, "scatter: index 3"),
    (lambda: zeros(3).take(index(3)), IndexError, "take: index 3"),
    (lambda: zeros(3).index_select(0, index(-4)), IndexError, "index_select: index -4"),
    (lambda: zeros(3).index_select(0, mg.tensor([[0]])), IndexError, "index_select.*vector"),
    (lambda: zeros(3, 3).roll(1, 5), IndexError, "roll"),
    (lambda: mg.tensor(1.0).unbind(), IndexError, "unbind"),
    (lambda: zeros(3).sort(1), IndexError, "sort"),
    (lambda: zeros(2).diagonal(), IndexError, "diagonal"),
    # shapes
    (lambda: zeros(2, 3).reshape(4), RuntimeError, r"reshape: shape .\[4\]. is invalid .*\(2, 3\)"),
    (lambda: zeros(2, 3).reshape(-1, -1), RuntimeError, "only one dimension can be inferred"),
    (lambda: zeros(3).unflatten(0, (2, 2)), RuntimeError, "unflatten"),
    (lambda: zeros(3, 4).expand(2, 4), RuntimeError, r"expand: .*\[2, 4\].*\[3, 4\]"),
    (lambda: zeros(2, 2).repeat(2), RuntimeError, "repeat"),
    (lambda: zeros(3).mT, RuntimeError, "mT"),
    (lambda: zeros(3, 3, 3).H, RuntimeError, "H.*mH"),
    (lambda: zeros(2, 2, 2).t(), RuntimeError, "t: "),
    (lambda: zeros(3).narrow(0, 2, 5), RuntimeError, "narrow: start 2 and length 5"),
    (lambda: zeros(3).chunk(0), RuntimeError, "chunk"),
    (lambda: zeros(3).split(0), RuntimeError, "split"),
    (lambda: zeros(3).split([1, 1]), RuntimeError, "split: sections"),
    (lambda: mg.tensor(1.0).split(1), RuntimeError, "split expected at least a 1-dimensional tensor"),
    (lambda: zeros(4).vsplit(2), RuntimeError, "vsplit"),
    (lambda: zeros(4, 2).dsplit(2), RuntimeError, "dsplit"),
    (lambda: zeros(5).hsplit(2), RuntimeError, "hsplit.*5 is not divisible by the split_size 2"),
    (lambda: zeros(3).unfold(0, 5, 1), RuntimeError, "unfold"),
    (lambda: zeros(3).unfold(0, 2, 0), RuntimeError, "unfold.*step"),
    (lambda: zeros(3, 3).roll((1, 2), (0,)), RuntimeError, "shifts and dimensions must align"),
    (lambda: zeros(3, 3).flip(0, 0), RuntimeError, "multiple times"),
    (lambda: zeros(3, 3).permute(0), RuntimeError, "permute"),
    (lambda: zeros(3).rot90(), RuntimeError, "rot90"),
    (lambda: mg.cat([zeros(3), zeros(2, 2)]), RuntimeError, r"cat.*\(3,\), \(2, 2\)"),
    (lambda: mg.cat([]), RuntimeError, "cat expects a non-empty TensorList"),
    (lambda: mg.stack([zeros(2), zeros(3)]), RuntimeError, r"stack.*\(2,\), \(3,\)"),
    (lambda: mg.meshgrid(zeros(2, 2)), RuntimeError, "meshgrid"),
    (lambda: mg.meshgrid(zeros(2), indexing="yx"), RuntimeError, 'must be one of "xy" or "ij"'),
    (lambda: mg.broadcast_shapes((2,), (3,)), RuntimeError, r"broadcast_shapes: \(2,\), \(3,\)"),
    (lambda: mg.broadcast_tensors(zeros(2), zeros(3)), RuntimeError, "broadcast"),
    (lambda: zeros(3).tril(), RuntimeError, "tril"),
    (lambda: zeros(3).trace(), RuntimeError, "trace"),
    (lambda: zeros(2, 2, 2).diag(), RuntimeError, "diag"),
    (lambda: zeros(2, 2).diagonal(dim1=0, dim2=-2), RuntimeError, "identical"),
    (lambda: zeros(3).topk(5), RuntimeError, "topk: selected index k out of range, 5"),
    (lambda: zeros(3).kthvalue(0), RuntimeError, "kthvalue.*k = 0"),
    (lambda: mg.searchsorted(zeros(2, 3), zeros(3, 3)), RuntimeError, "searchsorted"),
    (
        lambda: zeros(3, 3).scatter(0, mg.tensor([[0, 0, 0, 0]]), zeros(1, 4)),
        RuntimeError,
        "scatter: an index of shape",
    ),
    (lambda: zeros(3).scatter_add(0, index(0, 1), zeros(1)), RuntimeError, "scatter_add: an index of shape"),
    (lambda: zeros(3).index_add(0, index(0, 1), ones(3)), RuntimeError, "index_add: 2 indices"),
    (lambda: zeros(3).index_copy(0, index(0), ones(2)), RuntimeError, "index_copy: 1 indices"),
    (lambda: zeros(3).index_fill(0, index(0), zeros(2)), RuntimeError, "index_fill.*0-dimensional"),
    (lambda: zeros(3).masked_fill(ones(3).bool(), zeros(3)), RuntimeError, "masked_fill.*0-dimensional"),
    (lambda: zeros(3).masked_scatter(ones(3).bool(), zeros(2)), RuntimeError, "masked_scatter: 2 elements for 3"),
    (lambda: zeros(3).put(index(0, 1), zeros(3)), RuntimeError, "put: 2 indices for 3"),
    (lambda: zeros(3, 3).mm(zeros(3)), RuntimeError, "mm: expects a matrix and a matrix"),
    (lambda: zeros(3, 3).bmm(zeros(3, 3)), RuntimeError, "bmm: expects a batch"),
    (lambda: zeros(2, 3, 3).bmm(zeros(1, 3, 3)), RuntimeError, "bmm: batches"),
    (lambda: zeros(2, 3).mm(zeros(2, 3)), RuntimeError, "2x3 and 2x3"),
    (lambda: zeros(2, 2).mv(zeros(2, 2)), RuntimeError, "mv: expects a matrix and a vector"),
    (lambda: zeros(2).dot(zeros(3)), RuntimeError, "2.*3"),
    (lambda: zeros(2, 2).vdot(zeros(2, 2)), RuntimeError, "dot: expects a vector and a vector"),
    (lambda: mg.addmm(zeros(3, 3), zeros(2, 2), zeros(2, 2)), RuntimeError, r"\(3, 3\).*\(2, 2\)"),
    (lambda: mg.cross(zeros(2), zeros(2)), RuntimeError, "cross: no dimension of size 3"),
    (lambda: mg.linalg.cross(zeros(3, 2), zeros(3, 2)), RuntimeError, "linalg.cross: dimension -1"),
    (lambda: mg.tensordot(zeros(2, 3), zeros(2, 2), 2), RuntimeError, "tensordot"),
    (lambda: mg.einsum("ij,jk", zeros(2, 3), zeros(2, 3)), RuntimeError, "'j'.*3.*2"),
    (lambda: mg.einsum("ii", zeros(1, 3)), RuntimeError, "'i'"),
    (lambda: mg.einsum("ij", zeros(2)), RuntimeError, "operand 0"),
    (lambda: mg.linalg.multi_dot([zeros(2, 2)]), RuntimeError, "at least 2"),
    # types
    (lambda: mg.cat(zeros(3)), TypeError, "cat.* must be tuple of Tensors"),
    (lambda: mg.stack([1.0, 2.0]), TypeError, "stack.*element 0 .* got float"),
    (lambda: zeros(3).masked_select(index(1, 0, 1)), TypeError, "masked_select.*bool"),
    (lambda: zeros(3).masked_fill(index(1, 0, 1), 0), TypeError, "masked_fill.*bool"),
    (lambda: zeros(3).reshape("3"), TypeError, "reshape: sizes must be integers"),
    (lambda: zeros(3).transpose("a", 0), TypeError, "transpose: dim must be an int"),
    (lambda: zeros(3).flip(dim=0), TypeError, "flip.*'dim'.*dims"),
    (
        lambda: zeros(3).scatter(0, index(0), mg.tensor([1])),
        RuntimeError,
        "equal to src.dtype, got minigrad.float32 and minigrad.int64",
    ),
    (lambda: zeros(3).index_add(0, index(0), mg.tensor([1])), RuntimeError, "same dtype"),
    (lambda: zeros(2, 2).mm(zeros(2, 2).double()), RuntimeError, "same dtype"),
    (lambda: zeros(3).scatter_reduce(0, index(0), ones(1), "max"), RuntimeError, "amax or amin"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_a_wrong_call_says_what_is_wrong(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.reshape(3, 2),
        lambda x: x.t(),
        lambda x: x.permute(1, 0),
        lambda x: x.narrow(1, 1, 2),
        lambda x: x.split(1, 1)[0],
        lambda x: x.unbind()[1],
        lambda x: x.tensor_split(2, 1)[1],
        lambda x: x.unsqueeze(0),
        lambda x: x.diagonal(),
        lambda x: x.select(1, 2),
        lambda x: x.expand(2, 2, 3),
        lambda x: x.unfold(1, 2, 1),
        lambda x: x.atleast_3d() if hasattr(x, "atleast_3d") else mg.atleast_3d(x),
    ],
)
def test_views_share_memory(view: Callable[[Any], Any]) -> None:
    x = zeros(2, 3)
    assert np.shares_memory(view(x).numpy(), x.numpy())


@pytest.mark.parametrize(
    "copy",
    [lambda x: x.flip(0), lambda x: x.roll(1), lambda x: x.tril(), lambda x: x.repeat(1, 1), lambda x: mg.cat([x])],
)
def test_copies_do_not(copy: Callable[[Any], Any]) -> None:
    x = ones(2, 3)
    assert not np.shares_memory(copy(x).numpy(), x.numpy())


@pytest.mark.torch
def test_indices_of_every_kind_against_pytorch() -> None:
    """Numbers, slices, None, dots, masks and integer arrays in random mixtures: shapes, values and gradients."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    data = np.arange(3 * 4 * 2 * 3, dtype=np.float64).reshape(3, 4, 2, 3)

    def one(size: int, shape: tuple[int, ...]) -> Any:
        kind = rng.integers(4)
        if kind == 0:
            return int(rng.integers(-size, size))
        if kind == 1:
            return slice(int(rng.integers(0, size)), None, int(rng.integers(1, 3)))
        return rng.integers(-size, size, shape) if kind == 2 else slice(None)

    for _ in range(300):
        shape = ((2,), (1,), (2, 1), (2, 2))[rng.integers(4)]
        first, last = sorted(rng.integers(0, 5, 2).tolist())
        parts: list[Any] = [one(size, shape) for size in data.shape[:first]]
        if rng.random() < 0.5:
            parts += [..., *(one(size, shape) for size in data.shape[last:])]
        if rng.random() < 0.3:
            parts.insert(int(rng.integers(len(parts) + 1)), None)
        mine = mg.from_numpy(data.copy()).requires_grad_()
        theirs = torch.from_numpy(data.copy()).requires_grad_()
        y = mine[tuple(mg.tensor(p) if isinstance(p, np.ndarray) else p for p in parts)]
        z = theirs[tuple(torch.from_numpy(p) if isinstance(p, np.ndarray) else p for p in parts)]
        assert tuple(y.shape) == tuple(z.shape), parts
        np.testing.assert_array_equal(y.detach().numpy(), z.detach().numpy(), err_msg=str(parts))
        (y * y).sum().backward()
        (z * z).sum().backward()
        np.testing.assert_allclose(mine.grad.numpy(), theirs.grad.numpy(), err_msg=str(parts))


@pytest.mark.torch
def test_masks_as_indices_against_pytorch() -> None:
    torch = pytest.importorskip("torch")
    data = np.arange(24.0).reshape(2, 3, 4)
    row, grid, whole = np.array([True, False, True]), data[0] > 5, data > 10
    for parts in [
        (slice(None), row),
        (0, row),
        (row[:2],),
        (slice(None), grid),
        (whole,),
        (..., row[[0, 1, 2, 0]]),
        (True,),
        (False, 0),
    ]:
        y = mg.from_numpy(data)[tuple(mg.tensor(p) if isinstance(p, np.ndarray) else p for p in parts)]
        z = torch.from_numpy(data)[tuple(torch.from_numpy(p) if isinstance(p, np.ndarray) else p for p in parts)]
        np.testing.assert_array_equal(y.numpy(), z.numpy(), err_msg=str(parts))


def test_joining_promotes_dtypes() -> None:
    whole, half, single = mg.tensor([1]), mg.tensor([1.0]).half(), mg.tensor([1.0])
    assert mg.cat([whole, single]).dtype == mg.float32
    assert mg.stack([whole, half]).dtype == mg.float16
    assert mg.cat([mg.tensor([True]), whole]).dtype == mg.int64


def test_joining_sends_gradients_in_each_dtype() -> None:
    a, b = ones(2, requires_grad=True), ones(2, dtype=mg.float64, requires_grad=True)
    mg.cat([a, b]).sum().backward()
    assert a.grad.dtype == mg.float32
    assert b.grad.dtype == mg.float64


@pytest.mark.parametrize("n", [1, 2, 5, 16, 37])
def test_many_pieces_are_all_there_and_come_back(n: int) -> None:
    data = np.arange(2.0 * n).reshape(n, 2)
    for cut in (lambda x: x.unbind(), lambda x: x.split(1), lambda x: x.chunk(n), lambda x: tuple(x)):
        x = mg.from_numpy(data.copy()).requires_grad_()
        parts = cut(x)
        np.testing.assert_array_equal(mg.stack(parts).reshape(n, 2).detach().numpy(), data)
        sum((k + 1) * part.sum() for k, part in enumerate(parts)).backward()
        np.testing.assert_array_equal(x.grad.numpy(), np.repeat(np.arange(1.0, n + 1)[:, None], 2, 1))


def test_one_piece_of_many_gets_all_the_gradient() -> None:
    x = ones(9, 2, requires_grad=True)
    x.unbind()[4].sum().backward()
    assert x.grad.sum(1).tolist() == [0, 0, 0, 0, 2, 0, 0, 0, 0]


def test_numbers_one_by_one_as_a_sequence_or_by_keyword() -> None:
    x = arange(6).reshape(2, 3)
    for same in (x.permute((1, 0)), x.permute([1, 0]), x.permute(dims=(1, 0)), mg.permute(x, (1, 0))):
        assert same.tolist() == x.permute(1, 0).tolist()
    assert mg.flip(x, dims=[0]).tolist() == x.flip(0).tolist()
    assert mg.reshape(x, shape=(3, 2)).tolist() == x.reshape(3, 2).tolist()
    assert mg.tile(x, dims=(2,)).tolist() == x.repeat(1, 2).tolist()


def test_indices_of_triangles() -> None:
    for row, col, offset in ((3, 3, 0), (2, 4, 1), (4, 2, -1), (2, 2, 5), (0, 2, 0)):
        places = [(i, j) for i in range(row) for j in range(col)]
        lower = [p for p in places if p[1] - p[0] <= offset]
        upper = [p for p in places if p[1] - p[0] >= offset]
        for found, expected in ((mg.tril_indices(row, col, offset), lower), (mg.triu_indices(row, col, offset), upper)):
            assert found.dtype == mg.int64
            assert tuple(found.shape) == (2, len(expected))
            assert list(zip(*found.tolist(), strict=True)) == expected
    assert mg.tril_indices(2, 2, dtype=mg.int32).dtype == mg.int32


def test_broadcast_shapes() -> None:
    assert tuple(mg.broadcast_shapes((2, 1), (3,), ())) == (2, 3)
    assert tuple(mg.broadcast_shapes((0, 1), (1, 3))) == (0, 3)
    assert tuple(mg.broadcast_shapes()) == ()


def test_nan_sorts_last_and_is_the_largest() -> None:
    x = mg.tensor([2.0, float("nan"), 1.0])
    assert x.sort().indices.tolist() == [2, 0, 1]
    assert x.sort(descending=True).indices.tolist() == [1, 0, 2]
    assert x.topk(1).indices.tolist() == [1]


def test_searchsorted_forms() -> None:
    row = mg.tensor([3, 1, 5])
    assert mg.searchsorted(row, 4, sorter=mg.argsort(row)).tolist() == 2
    assert mg.searchsorted(mg.tensor([1, 3, 5]), mg.tensor([3]), side="right").tolist() == [2]
    assert mg.searchsorted(mg.tensor([1, 3, 5]), mg.tensor([3]), out_int32=True).dtype == mg.int32
    with pytest.raises(RuntimeError, match="side"):
        mg.searchsorted(row, 1, side="left", right=True)


def test_fillings_keep_the_dtype() -> None:
    whole, mask = mg.zeros(3, dtype=mg.int64), mg.tensor([True, False, True])
    assert whole.masked_fill(mask, 1.5).tolist() == [1, 0, 1]
    assert whole.masked_fill(mask, mg.tensor(2)).dtype == mg.int64
    assert zeros(3).masked_fill(mask, float("-inf")).tolist() == [float("-inf"), 0, float("-inf")]
    assert whole.index_fill(0, index(1), 7).tolist() == [0, 7, 0]


def test_a_filling_can_be_differentiated() -> None:
    value = mg.tensor(2.0, requires_grad=True)
    (zeros(3).masked_fill(mg.tensor([True, False, True]), value) * mg.tensor([1.0, 2.0, 4.0])).sum().backward()
    assert value.grad.item() == 5
    value.grad = None
    (zeros(3).index_fill(0, index(0, 1), value) * mg.tensor([1.0, 2.0, 4.0])).sum().backward()
    assert value.grad.item() == 3


def test_an_index_that_changes_later_changes_nothing() -> None:
    for take in (
        lambda x, i: x[i],
        lambda x, i: x.gather(0, i),
        lambda x, i: x.take(i),
        lambda x, i: x.index_select(0, i),
    ):
        x, i = ones(3, requires_grad=True), index(0, 0)
        y = take(x, i).sum()
        i.numpy()[:] = 2
        y.backward()
        assert x.grad.tolist() == [2, 0, 0]


def test_where_negative_indices_count_from_the_end() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    assert x[index(-1)].tolist() == x.take(index(-1)).tolist() == x.take_along_dim(index(-1), 0).tolist() == [3]
    assert x.put(index(-1), ones(1)).tolist() == x.index_fill(0, index(-1), 1).tolist() == [1, 2, 1]
    for call in (
        lambda: x.gather(0, index(-1)),
        lambda: x.index_add(0, index(-1), ones(1)),
        lambda: x.scatter(0, index(-1), 1.0),
    ):
        with pytest.raises(IndexError, match="index -1"):
            call()


def test_equal_extremes_share_the_gradient() -> None:
    x, src = mg.tensor([3.0, 1.0], requires_grad=True), mg.tensor([3.0, 3.0, 0.0], requires_grad=True)
    x.scatter_reduce(0, index(0, 0, 1), src, "amax").sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [1 / 3, 1], rtol=1e-6)
    np.testing.assert_allclose(src.grad.numpy(), [1 / 3, 1 / 3, 0], rtol=1e-6)


def test_a_product_with_zeros_has_its_derivatives() -> None:
    x = mg.tensor([2.0, 3.0], dtype=mg.float64, requires_grad=True)
    src = mg.tensor([0.0, 5.0, 0.0], dtype=mg.float64, requires_grad=True)
    assert mg.autograd.gradcheck(lambda x, src: x.scatter_reduce(0, index(0, 0, 1), src, "prod"), (x, src))
    assert mg.autograd.gradgradcheck(lambda x, src: x.scatter_reduce(0, index(0, 0, 1), src, "prod"), (x, src))


def test_beta_zero_passes_over_nan() -> None:
    nan = mg.full((2, 2), float("nan"))
    assert mg.addmm(nan, ones(2, 2), ones(2, 2), beta=0).tolist() == [[2, 2], [2, 2]]


def test_a_chain_is_multiplied_in_the_cheapest_order() -> None:
    """(10, 1000) (1000, 2) (2, 1000): from the left it makes a matrix of 20 elements, from the right of a million."""
    a, b, c = ones(10, 1000, requires_grad=True), ones(1000, 2), ones(2, 1000)
    y = mg.chain_matmul(a, b, c)
    (inner, *_) = (target for target, *_ in y.grad_fn.edges)
    assert inner.shape == (10, 2)
    assert (y == 2000).all()


def test_unique_without_extras() -> None:
    x = mg.tensor([2, 1, 2, 2])
    assert x.unique().tolist() == [1, 2]
    values, counts = x.unique(return_counts=True)
    assert (values.tolist(), counts.tolist()) == ([1, 2], [1, 3])
    assert x.unique_consecutive().tolist() == [2, 1, 2]
    assert mg.tensor([float("nan"), float("nan")]).unique().numel() == 2
