"""What the package has besides operations: questions, settings, printing, older forms."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import minigrad as mg

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


@pytest.mark.torch
def test_types_of_results() -> None:
    torch = pytest.importorskip("torch")
    for a, b in itertools.product(DTYPES, DTYPES):
        ours, theirs = ([getattr(package, name) for name in (a, b)] for package in (mg, torch))
        assert f"torch.{mg.promote_types(*ours).name}" == str(torch.promote_types(*theirs))
        assert mg.can_cast(*ours) == torch.can_cast(*theirs)
        for shapes in itertools.product([(), (2,)], [(), (2,)]):
            found = mg.result_type(*(mg.zeros(s, dtype=d) for s, d in zip(shapes, ours, strict=True)))
            expected = torch.result_type(*(torch.zeros(s, dtype=d) for s, d in zip(shapes, theirs, strict=True)))
            assert f"torch.{found.name}" == str(expected)
    for a, number in itertools.product(DTYPES, (True, 1, 1.5)):
        found = mg.result_type(mg.zeros(2, dtype=getattr(mg, a)), number)
        assert f"torch.{found.name}" == str(torch.result_type(torch.zeros(2, dtype=getattr(torch, a)), number))


def test_questions() -> None:
    x = mg.ones(2, 3)
    assert mg.is_tensor(x)
    assert not mg.is_tensor(x.numpy())
    assert mg.numel(x) == 6
    assert mg.is_floating_point(x)
    assert not mg.is_floating_point(x.long())
    assert not mg.is_complex(x)
    assert mg.is_signed(x)
    assert not mg.is_signed(x.byte())
    assert mg.is_same_size(x, mg.zeros(2, 3))
    assert mg.resize_as_(mg.zeros(1), x).shape == (2, 3)
    assert not mg.is_same_size(x, mg.zeros(3, 2))
    assert mg.is_nonzero(mg.tensor([2.0]))
    assert not mg.is_nonzero(mg.tensor(False))
    with pytest.raises(RuntimeError, match="Boolean value of Tensor with more than one value is ambiguous"):
        mg.is_nonzero(x)


@pytest.mark.torch
@pytest.mark.parametrize(
    "arguments", [((0, 2, 3), {}), ((-1, 1, 5), {"base": 2.0}), ((0, 1, 0), {}), ((3, 1, 1), {"dtype": "float64"})]
)
def test_logspace(arguments: Any) -> None:
    torch = pytest.importorskip("torch")
    positional, named = arguments
    found, expected = (
        package.logspace(*positional, **{k: getattr(package, v) if k == "dtype" else v for k, v in named.items()})
        for package in (mg, torch)
    )
    assert f"torch.{found.dtype.name}" == str(expected.dtype)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6)


def test_arange_by_name() -> None:
    for made in (mg.arange(end=3), mg.arange(0, end=3), mg.arange(start=0, end=3), mg.arange(0, 3, step=1)):
        assert made.tolist() == [0, 1, 2]
    for call in (lambda: mg.arange(), lambda: mg.arange(1, 2, 3, 4), lambda: mg.arange(1, 2, end=3)):
        with pytest.raises(TypeError, match="arange: takes start, end and step"):
            call()


def test_a_size_is_needed() -> None:
    for make in (mg.zeros, mg.ones, mg.empty, mg.rand, mg.randn):
        with pytest.raises(TypeError, match="the size is missing"):
            make()
    assert mg.zeros(()).shape == ()


def test_lists_of_tensors_and_numbers() -> None:
    x = mg.tensor(1.0, requires_grad=True)
    mixed = mg.tensor([x, 3.0])
    assert mixed.dtype == mg.float32
    assert not mixed.requires_grad
    assert mg.tensor([mg.tensor(1), mg.tensor(2.0, dtype=mg.float64)]).dtype == mg.float64
    assert mg.tensor([[x, 2], [3, 4]]).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_memory_shared_with_other_data() -> None:
    buffer = bytearray([1, 2, 3, 4])
    x = mg.frombuffer(buffer, dtype=mg.uint8, offset=1)
    buffer[1] = 9
    assert x.tolist() == [9, 3, 4]
    array = np.ones(2)
    assert mg.asarray(array).numpy() is not None
    array[0] = 5
    assert mg.asarray(array).tolist() == [5.0, 1.0]
    assert not np.shares_memory(mg.asarray(array, copy=True).numpy(), array)
    assert mg.scalar_tensor(3).dtype == mg.float32


def test_functions_in_place_are_the_methods() -> None:
    x = mg.tensor([-1.0, 4.0])
    assert mg.relu_(x) is x
    assert mg.sqrt_(x).tolist() == [0.0, 2.0]


def test_fill_diagonal() -> None:
    tall = np.zeros((7, 3))
    for wrap in (False, True):
        expected = tall.copy()
        np.fill_diagonal(expected, 1.0, wrap=wrap)
        assert mg.zeros(7, 3).fill_diagonal_(1.0, wrap=wrap).tolist() == expected.tolist()
    cube = np.zeros((2, 2, 2))
    np.fill_diagonal(cube, 3.0)
    assert mg.zeros(2, 2, 2).fill_diagonal_(3.0).tolist() == cube.tolist()
    with pytest.raises(RuntimeError, match="fill_diagonal_: takes a matrix"):
        mg.zeros(2, 3, 4).fill_diagonal_(1.0)


def test_sum_to_size_undoes_broadcasting() -> None:
    x = mg.ones(2, 3, 4)
    assert x.sum_to_size(3, 1).tolist() == [[8.0]] * 3
    assert x.sum_to_size(2, 3, 4).tolist() == x.tolist()
    with pytest.raises(RuntimeError, match="is no broadcast of"):
        x.sum_to_size(2, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.normal_(0, -1), "normal_: expects std >= 0, got std=-1"),
        (lambda x: x.uniform_(2, 1), "uniform_ expects to return a .from, to. range"),
        (lambda x: x.exponential_(-1), "exponential_: expects lambd > 0"),
        (lambda x: x.bernoulli_(2), "bernoulli_: expects p in"),
        (lambda x: x.random_(3, 1), "random_ expects 'from' to be less than 'to', but got from=3 >= to=1"),
        (lambda x: x.geometric_(1.5), "geometric_: expects p in"),
        (lambda x: x.log_normal_(0, -1), "log_normal_: expects std > 0"),
        (lambda x: x.cauchy_(0, 0), "cauchy_: expects sigma > 0"),
        (lambda x: mg.normal(0.0, -1.0, (2,)), "normal expects std >= 0"),
        (lambda x: mg.poisson(x - 1), "poisson: expected rates"),
        (lambda x: mg.bernoulli(x, 2.0), "bernoulli: expected probabilities"),
    ],
)
def test_distributions_that_are_none(call: Any, message: str) -> None:
    x = mg.zeros(2)
    with pytest.raises(RuntimeError, match=message):
        call(x)
    assert x.tolist() == [0.0, 0.0]


def test_poisson_and_bernoulli() -> None:
    rates = mg.full((20000,), 3.0)
    drawn = mg.poisson(rates)
    assert drawn.dtype == mg.float32
    assert abs(drawn.mean().item() - 3) < 0.1
    assert abs(drawn.var().item() - 3) < 0.2
    assert abs(rates.bernoulli(0.25).mean().item() - 0.25) < 0.02
    assert mg.tensor([0.0, 1.0]).multinomial(1).tolist() == [1]


def test_a_forked_generator_comes_back() -> None:
    mg.manual_seed(3)
    expected = mg.rand(2).tolist()
    mg.manual_seed(3)
    with mg.random.fork_rng():
        mg.manual_seed(9)
        mg.rand(5)
    assert mg.rand(2).tolist() == expected


@pytest.fixture
def _plain_printing() -> Any:
    yield
    mg.set_printoptions(profile="default")


OPTIONS: list[dict[str, Any]] = [
    {"precision": 2},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"profile": "full"},
    {"threshold": 5, "edgeitems": 1},
    {"linewidth": 30},
    {"profile": "short", "precision": 6},
]


@pytest.mark.torch
@pytest.mark.usefixtures("_plain_printing")
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_printing(options: dict[str, Any], rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    values = [rng.standard_normal((3, 4)), rng.standard_normal(20) * 1e5, np.arange(12).reshape(3, 4) / 1, np.arange(9)]
    mg.set_printoptions(**options)
    torch.set_printoptions(**options)
    try:
        for each in values:
            x, y = mg.tensor(each, dtype=mg.float32), torch.tensor(each, dtype=torch.float32)
            assert str(x.long()) == str(y.long())
            assert str(x) == str(y)
            assert str(x.requires_grad_()) == str(y.requires_grad_())
    finally:
        torch.set_printoptions(profile="default")


def test_settings_that_ask_for_what_is_not_there() -> None:
    mg.set_default_device("cpu")
    with pytest.raises(RuntimeError, match="not available"):
        mg.set_default_device("cuda")
    with pytest.raises(RuntimeError, match="precision is"):
        mg.set_float32_matmul_precision("low")
    with pytest.raises(ValueError, match="profile is one of"):
        mg.set_printoptions(profile="long")


def test_wishes_are_remembered_for_those_who_ask() -> None:
    assert not mg.are_deterministic_algorithms_enabled()
    mg.use_deterministic_algorithms(True, warn_only=True)
    assert mg.are_deterministic_algorithms_enabled()
    assert mg.is_deterministic_algorithms_warn_only_enabled()
    mg.use_deterministic_algorithms(False)
    assert not mg.are_deterministic_algorithms_enabled()
    assert not mg.is_deterministic_algorithms_warn_only_enabled()
    mg.set_float32_matmul_precision("medium")
    assert mg.get_float32_matmul_precision() == "medium"
    mg.set_float32_matmul_precision("highest")


def test_the_default_type_by_class() -> None:
    try:
        mg.set_default_tensor_type(mg.DoubleTensor)
        assert mg.ones(1).dtype == mg.float64
    finally:
        mg.set_default_tensor_type("torch.FloatTensor")
    assert mg.ones(1).dtype == mg.float32


def test_data_of_a_leaf_stays_floating_point() -> None:
    x = mg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="data: data set to a tensor that requires gradients"):
        x.data = mg.zeros(2, dtype=mg.int64)
    assert x.tolist() == [1.0, 1.0]


def test_scatter_of_a_tensor_without_dimensions() -> None:
    x = mg.tensor(3.0, requires_grad=True)
    y = mg.scatter(x, 0, mg.tensor(0), 2.0)
    assert (y.item(), tuple(y.shape), y.requires_grad) == (2.0, (), True)
    assert x.scatter(0, mg.tensor(0), mg.tensor(5.0)).item() == 5.0


@pytest.mark.torch
def test_older_factorizations(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    for shape in ((3, 2), (2, 4)):
        x = rng.standard_normal(shape)
        for some in (True, False):
            u, s, v = mg.svd(mg.tensor(x), some)
            assert [tuple(each.shape) for each in (u, s, v)] == [
                tuple(each.shape) for each in torch.svd(torch.tensor(x), some)
            ]
            k = len(s)
            np.testing.assert_allclose((u[:, :k] * s @ v[:, :k].T).numpy(), x, rtol=1e-12, atol=1e-12)
            q, r = mg.tensor(x).qr(some)
            np.testing.assert_allclose((q @ r).numpy(), x, rtol=1e-12, atol=1e-12)
        assert not mg.svd(mg.tensor(x), compute_uv=False).U.any()


def test_unravel_index() -> None:
    found = mg.unravel_index(mg.tensor([[0, 5], [3, 2]]), (2, 3))
    assert [each.tolist() for each in found] == [[[0, 1], [1, 0]], [[0, 2], [0, 2]]]
    with pytest.raises(RuntimeError, match="unravel_index"):
        mg.unravel_index(mg.tensor([6]), (2, 3))
