"""Forms in which public programs call PyTorch, beside those of its documentation: each as there."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn


def test_factors_may_come_first() -> None:
    x, y, z = mg.tensor([1.0]), mg.tensor([2.0]), mg.tensor([4.0])
    assert x.add(10, y).item() == mg.add(x, 10, y).item() == 21
    assert x.sub(10, y).item() == -19
    assert x.addcmul(0.5, y, z).item() == 5
    assert mg.addcdiv(x, -1, y, z).item() == 0.5
    assert x.mul_(3).add_(-1, y).item() == 1
    a, b = mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]])
    assert mg.addmm(10, mg.tensor([[1.0]]), 2, a, b).item() == 32
    assert mg.tensor([[1.0]]).addmm_(10, a, b).item() == 21
    assert mg.addmv(10, x, a, b[:, 0]).item() == 21
    with pytest.raises(TypeError):
        mg.add(x, 1, 2, y)


def test_pieces_of_a_named_size() -> None:
    assert [each.tolist() for each in mg.arange(5).split(split_size=2)] == [[0, 1], [2, 3], [4]]
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        mg.arange(5).split(size=2)
    assert set(mg.randint_like(mg.ones(50), high=2).tolist()) == {0.0, 1.0}


def test_shifts_in_place() -> None:
    x = mg.tensor([1, 2])
    same = x
    x <<= 2
    assert (same.tolist(), same is x) == ([4, 8], True)
    x >>= 1
    assert same.tolist() == [2, 4]


def test_what_is_asked_of_complex_numbers() -> None:
    x = mg.tensor([1.0, -2.0])
    assert x.real is x
    assert x.conj() is x
    assert not x.is_conj()
    assert not mg.is_neg(x)
    with pytest.raises(RuntimeError, match="imag is not implemented"):
        x.imag  # noqa: B018


def test_a_view_knows_its_base() -> None:
    x = mg.ones(2, 3)
    row = x[0]
    assert row._is_view()
    assert row[1:]._base is row._base is x
    assert not x._is_view()
    assert x._base is None


def test_storage_has_the_numbers_of_the_memory() -> None:
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    storage = x.T[1].storage()
    assert (len(storage), storage.size(), storage.nbytes(), storage.element_size()) == (4, 4, 16, 4)
    assert storage.tolist() == list(storage) == [1.0, 2.0, 3.0, 4.0]
    storage[3] = 5.0
    assert x[1, 1].item() == storage[3] == 5
    assert (x.untyped_storage().size(), x.untyped_storage().data_ptr()) == (16, storage.data_ptr())


@pytest.mark.parametrize("name", ["bfloat16", "complex64", "uint32", "qint8", "float8_e5m2", "cfloat"])
def test_other_dtypes_are_names(name: str) -> None:
    other = getattr(mg, name)
    assert isinstance(other, mg.dtype)
    assert other == other
    assert other not in (mg.float32, mg.int64, np.dtype("float32"))
    assert mg.float32 != other
    assert other in {other: 1}
    assert pickle.loads(pickle.dumps(other)) is copy.deepcopy(other) is other
    refused: list[Callable[[], Any]] = [
        lambda: mg.zeros(2, dtype=other),
        lambda: mg.ones(2).to(other),
        lambda: nn.Linear(2, 2).to(other),
        lambda: mg.promote_types(mg.float32, other),
    ]
    for call in refused:
        with pytest.raises(TypeError, match=f"dtype {other.name} is not supported: "):
            call()


@pytest.mark.torch
def test_other_dtypes_have_pytorchs_attributes() -> None:
    torch = pytest.importorskip("torch")
    from minigrad.other_dtypes import OTHERS

    def seen(package: Any) -> list[Any]:
        found = [getattr(package, name) for name in OTHERS if not name.startswith("q")]  # whose sign PyTorch tells not
        return [(d.itemsize, d.is_floating_point, d.is_complex, d.is_signed, repr(d).rpartition(".")[2]) for d in found]

    assert seen(mg) == seen(torch)
    assert mg.complex128.to_real() is mg.float64
    floats = [name for name, each in OTHERS.items() if each.limits]
    assert [repr(mg.finfo(getattr(mg, name))) for name in floats] == [
        repr(torch.finfo(getattr(torch, name))) for name in floats
    ]


def test_places_in_lists_may_be_empty() -> None:
    layers = nn.ModuleList([nn.Linear(1, 1), None])
    assert layers[1] is None
    assert [name for name, _ in layers.named_parameters()] == ["0.weight", "0.bias"]
    assert nn.ModuleDict({"skip": None})["skip"] is None


def test_lists_of_parameters_hold_other_things() -> None:
    inner = nn.ParameterList([mg.zeros(3)])
    values = nn.ParameterList([mg.ones(2), inner, 5])
    values.append(mg.ones(1))
    assert [name for name, _ in values.named_parameters()] == ["0", "3", "1.0"]
    assert (values[1], values[2], len(values)) == (inner, 5, 4)
    del values[1]
    assert list(values.state_dict()) == ["0", "2"]
    assert "(1): Object of type: int" in repr(values)
    named = nn.ParameterDict({"a": mg.ones(2)})
    named["b"] = 3
    assert named.pop("a").shape == (2,)
    assert list(named.items()) == [("b", 3)]
    assert len(copy.deepcopy(values)) == 3


def test_states_of_before_batches_were_counted() -> None:
    layer = nn.BatchNorm1d(2)
    state = dict(layer.state_dict())
    del state["num_batches_tracked"]
    layer.load_state_dict(state)
    counted = nn.BatchNorm1d(2).state_dict()
    del counted["num_batches_tracked"]  # a state that says its version
    with pytest.raises(RuntimeError, match="num_batches_tracked"):
        layer.load_state_dict(counted)


def test_random_numbers_within_vmap() -> None:
    x = mg.ones(3)

    def noisy(sample: Any) -> Any:
        return sample * mg.rand(2)

    same = mg.vmap(noisy, randomness="same")(x)
    assert same.unique(dim=0).shape == (1, 2)
    assert mg.vmap(noisy, randomness="different")(x).unique(dim=0).shape == (3, 2)
    with pytest.raises(RuntimeError, match="called random operation while in randomness error mode"):
        mg.vmap(noisy)(x)
    assert mg.rand(1).shape == (1,)  # outside as ever
    with pytest.raises(ValueError, match="randomness"):
        mg.vmap(noisy, randomness="some")(x)


def test_trials_are_counted() -> None:
    mg.manual_seed(0)
    drawn = mg.binomial(mg.full((2000,), 10.0), mg.full((2000,), 0.3))
    assert abs(drawn.mean().item() - 3) < 5 * (2.1 / 2000) ** 0.5
    with pytest.raises(RuntimeError, match="probabilities"):
        mg.binomial(mg.ones(1), mg.full((1,), 1.5))


def test_models_as_functions_in_the_older_form() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    call, params, buffers = mg.func.make_functional_with_buffers(model)
    x = mg.randn(4, 2)
    np.testing.assert_allclose(call(params, buffers, x).numpy(force=True), model(x).numpy(force=True), rtol=1e-6)
    with pytest.raises(ValueError, match="make_functional_with_buffers"):
        mg.func.make_functional(model)
    small, (weight, bias) = mg.func.make_functional(nn.Linear(1, 1), disable_autograd_tracking=True)
    assert not weight.requires_grad
    assert small((weight * 0, bias * 0 + 2), mg.ones(1, 1)).item() == 2


def test_buffers_are_checked() -> None:
    for buffer, options, message in [
        ([1], {}, "does not implement Python buffer protocol"),
        (b"", {}, "both buffer length"),
        (b"abcd", {"offset": 4}, "offset"),
        (b"abcd", {"count": 2}, "must not be greater than actual buffer length"),
        (b"abcdef", {}, "multiple of element size"),
    ]:
        with pytest.raises(ValueError, match=message):
            mg.frombuffer(buffer, dtype=mg.int32, **options)


@pytest.mark.parametrize("other", ["a", None, object()])
def test_operators_in_place_leave_it_to_the_other_operand(other: Any) -> None:
    assert mg.ones(2).__iadd__(other) is NotImplemented
    x = mg.ones(2)
    with pytest.raises(TypeError, match="unsupported operand type"):
        x *= other


def test_forked_processes_share_memory() -> None:
    model, x = nn.Linear(2, 1).share_memory(), mg.zeros(3).share_memory_()
    assert x.is_shared()
    assert model.weight[0].is_shared()
    assert not mg.zeros(3).is_shared()

    def write() -> None:
        x[1] = 5.0
        model.weight.data.fill_(2.0)

    process = mg.multiprocessing.get_context("fork").Process(target=write)
    process.start()
    process.join()
    assert x.tolist() == [0.0, 5.0, 0.0]
    assert model.weight.tolist() == [[2.0, 2.0]]


def test_script_modules_are_modules() -> None:
    class Twice(mg.jit.ScriptModule):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(1, 1)

        @mg.jit.script_method
        def forward(self, x: Any) -> Any:
            return 2 * self.inner(x)

    assert len(list(Twice().parameters())) == 2
    assert Twice()(mg.ones(1, 1)).shape == (1, 1)


def test_levels_of_forward_mode_without_a_block() -> None:
    forward = mg.autograd.forward_ad
    forward.enter_dual_level()
    dual = forward.make_dual(mg.tensor(3.0), mg.tensor(1.0))
    assert forward.unpack_dual(dual * dual).tangent.item() == 6
    forward.exit_dual_level()
    with pytest.raises(RuntimeError, match="no level to end"):
        forward.exit_dual_level()


def test_each_thread_has_a_level_of_its_own() -> None:
    forward = mg.autograd.forward_ad

    def work() -> bool:
        with forward.dual_level():
            return forward.make_dual(mg.ones(1), mg.ones(1)) is not None

    with forward.dual_level(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result()


def test_a_device_is_a_block() -> None:
    with mg.device("cpu") as place:
        assert mg.ones(1).device == place
    with pytest.raises(RuntimeError, match="CPU only"), mg.device("cuda"):
        pass
    assert mg.Generator("cpu").device == mg.device("cpu")


def test_elements_one_by_one() -> None:
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.apply_(lambda v: v + 1) is x
    assert x.map_(mg.tensor([[2.0, 9.0], [0.0, 9.0]]), max).tolist() == [[2.0, 9.0], [4.0, 9.0]]
    assert x.map2_(x, x, lambda own, a, b: own - a * b).tolist() == [[-2.0, -72.0], [-12.0, -72.0]]


def test_names_of_types() -> None:
    assert mg.typename(mg.tensor([1])) == "minigrad.LongTensor"
    assert mg.typename(nn.Linear(1, 1)) == "minigrad.nn.modules.linear.Linear"


def test_dtypes_that_an_operation_asks_for() -> None:
    with pytest.raises(RuntimeError, match="different dtypes"):
        mg.heaviside(mg.ones(1), mg.tensor([1]))


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:torch.qr is deprecated")
def test_results_print_under_the_name_of_their_function() -> None:
    torch = pytest.importorskip("torch")
    calls = "max min median nanmedian mode sort topk kthvalue cummax cummin aminmax qr svd"
    calls += " linalg.slogdet linalg.qr linalg.svd linalg.eigh linalg.lstsq"
    for name in calls.split():
        more = {"topk": (1,), "kthvalue": (1,), "max": (1,), "min": (1,), "median": (1,), "nanmedian": (1,)}.get(
            name, ()
        )
        if name.startswith("cum"):
            more = (0,)
        said = []
        for lib in (mg, torch):
            arguments = (lib.eye(2), *(more if name != "linalg.lstsq" else (lib.ones(2, 1),)))
            said.append(repr(attrgetter(name)(lib)(*arguments)))
        ours, theirs = (re.sub(r"tensor\(.*?\)(?=[,)])", "", each, flags=re.DOTALL) for each in said)
        assert ours.replace("minigrad", "torch") == theirs
    found = mg.max(mg.eye(2), 1)
    assert type(pickle.loads(pickle.dumps(found))) is type(found)


@pytest.mark.torch
def test_limits_of_dtypes() -> None:
    torch = pytest.importorskip("torch")
    for name in ("float16", "float32", "float64"):
        ours, theirs = mg.finfo(getattr(mg, name)), torch.finfo(getattr(torch, name))
        for each in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype"):
            assert getattr(ours, each) == getattr(theirs, each), each
            assert type(getattr(ours, each)) is type(getattr(theirs, each))
    assert repr(mg.finfo()) == repr(torch.finfo())
    for name in ("uint8", "int64"):
        assert repr(mg.iinfo(getattr(mg, name))) == repr(torch.iinfo(getattr(torch, name)))
        assert mg.iinfo(getattr(mg, name)).max == torch.iinfo(getattr(torch, name)).max
    for wrong in (lambda: mg.finfo(mg.int32), lambda: mg.iinfo(mg.float32)):
        with pytest.raises(TypeError, match="requires"):
            wrong()


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:torch.range is deprecated")
def test_ranges_that_include_their_end() -> None:
    torch = pytest.importorskip("torch")
    for bounds in ((0, 3), (1, 2, 0.5), (3, 0, -2), (0, 0)):
        assert mg.range(*bounds).tolist() == torch.range(*bounds).tolist()
    assert mg.range(0, 2).dtype is mg.float32
    with pytest.raises(RuntimeError, match="inconsistent with step sign"):
        mg.range(0, -1)
    with pytest.raises(TypeError, match=r'missing .* "end"'):
        mg.range(3)


def test_batch_normalization_of_all_processes_is_that_of_one() -> None:
    model = nn.Sequential(nn.BatchNorm2d(3), nn.Sequential(nn.BatchNorm1d(2), nn.ReLU()))
    model[0].running_mean += 2
    same = nn.SyncBatchNorm.convert_sync_batchnorm(model)
    assert [type(each).__name__ for each in same.modules()][1:4] == ["SyncBatchNorm", "Sequential", "SyncBatchNorm"]
    assert same[0].running_mean.tolist() == [2, 2, 2]
    x = mg.randn(4, 3, 2, 2)
    assert mg.equal(nn.SyncBatchNorm(3)(x), nn.BatchNorm2d(3)(x))
    with pytest.raises(ValueError, match="expected at least 2D input"):
        nn.SyncBatchNorm(3)(mg.ones(3))


def test_no_tensor_is_on_a_gpu() -> None:
    assert not isinstance(mg.ones(1), mg.cuda.FloatTensor)
    with pytest.raises(TypeError, match=r"cuda\.LongTensor not available"):
        mg.cuda.LongTensor(2)
