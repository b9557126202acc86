"""What programs say to PyTorch that means nothing here is accepted, and its effect is nothing."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import minigrad.nn.attention
from minigrad import _dynamo, nn, optim
from minigrad.utils.data import DataLoader, DistributedSampler


def square(x: Any) -> Any:
    return x * x


def test_what_is_compiled_is_itself() -> None:
    jit, model = mg.jit, nn.Linear(1, 1)
    for same in (jit.script, jit.unused, jit.export, jit.script_method, jit.freeze, jit._overload_method, mg.fx.wrap):
        assert same(square) is square
    assert jit.trace(model, mg.ones(1)) is model
    assert jit.ignore(square) is jit.ignore(drop=True)(square) is square
    assert mg.compiler.disable(square) is mg.compiler.disable()(square) is _dynamo.disable(square) is square
    assert not any((jit.is_scripting(), jit.is_tracing(), mg.compiler.is_compiling()))
    assert jit.annotate(list, [1]) == [1]
    assert mg.fx.wrap("square") == "square"


def test_mixed_precision_is_full_precision() -> None:
    x = mg.ones(2, requires_grad=True)
    scaler, optimizer = mg.amp.GradScaler("cuda"), optim.SGD([x], lr=0.5)
    with mg.autocast("cpu", dtype=mg.float16), mg.cuda.amp.autocast():
        loss = square(x).sum()
    assert loss.dtype is mg.float32
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    assert x.tolist() == [0.0, 0.0]
    assert scaler.get_scale() == 1
    scaler.load_state_dict(scaler.state_dict())
    assert mg.autocast("cpu")(square)(x).dtype is mg.float32
    assert mg.amp.custom_fwd(square) is mg.amp.custom_bwd(device_type="cuda")(square) is square
    assert not mg.is_autocast_enabled()


def test_devices_are_absent() -> None:
    assert not any((mg.accelerator.is_available(), mg.backends.cudnn.is_available(), mg.cuda.is_initialized()))
    assert mg.accelerator.device_count() == mg.cuda.memory_allocated() == 0
    assert mg.accelerator.current_accelerator() is None
    mg.backends.cudnn.benchmark = True
    with mg.backends.cudnn.flags(enabled=False):
        pass
    with mg.backends.cuda.sdp_kernel(enable_flash=False), nn.attention.sdpa_kernel(nn.attention.SDPBackend.MATH):
        pass
    for ask in (mg.cuda.current_device, mg.cuda.get_device_name, mg.cuda.Stream, nn.Linear(1, 1).cuda):
        with pytest.raises(RuntimeError, match="CPU only"):
            ask()


@mg.backends.cudnn.flags(enabled=False)
def test_names_that_files_of_models_import() -> None:
    assert mg.hub.HASH_REGEX.findall("resnet18-5c106cde.pth") == ["5c106cde"]
    assert os.path.basename(mg.hub.get_dir()) == "hub"
    assert mg.jit.Final[int] is not None


def test_meta_is_the_cpu() -> None:
    with mg.device("meta"):
        layer = nn.Linear(2, 3).to("meta").to_empty(device="cpu")
    assert layer.weight.device.type == "cpu"
    assert mg.zeros(2, device="meta").tolist() == [0, 0]


def test_no_type_does_the_work_of_a_function() -> None:
    class Like:
        def __torch_function__(self) -> None: ...

    ask = mg.overrides
    assert ask.is_tensor_like(Like())
    assert not any((ask.has_torch_function((Like(),)), ask.has_torch_function_unary(Like())))
    assert not ask.has_torch_function_variadic(Like(), mg.ones(1))
    with pytest.raises(RuntimeError, match="no argument of exp does its work"):
        ask.handle_torch_function(mg.exp, (Like(),), Like())

    class Count(ask.TorchFunctionMode):
        pass

    with pytest.raises(NotImplementedError, match="Count: functions ask nobody"), Count():
        pass


def test_nothing_is_fetched() -> None:
    with pytest.raises(RuntimeError, match=r"'https://weights' is not fetched"):
        mg.hub.load_state_dict_from_url("https://weights")
    with pytest.raises(RuntimeError, match="not fetched"):
        mg.hub.load("pytorch/vision", "resnet18")


def test_nothing_is_exported() -> None:
    assert not mg.onnx.is_in_onnx_export()
    assert mg.onnx.parse_args("v", "f")(square) is square
    with pytest.raises(NotImplementedError, match=r"minigrad\.save writes NumPy archives"):
        mg.onnx.export(nn.Linear(1, 1), mg.ones(1), "file.onnx")


def test_who_is_trusted_is_remembered() -> None:
    trust = mg.serialization
    trust.add_safe_globals([list])
    with trust.safe_globals([dict]):
        assert trust.get_safe_globals() == [list, dict]
    assert trust.get_safe_globals() == [list]
    trust.clear_safe_globals()
    assert trust.get_safe_globals() == trust.get_unsafe_globals_in_checkpoint("file") == []


def test_assertions() -> None:
    mg._assert(True, "held")
    with pytest.raises(AssertionError, match="broken"):
        mg._assert(mg.tensor(False), "broken")


def test_a_world_of_one() -> None:
    dist, x = mg.distributed, mg.arange(3)
    assert not dist.is_initialized()
    dist.init_process_group("gloo", rank=0, world_size=1)
    try:
        assert dist.is_initialized()
        assert (dist.get_rank(), dist.get_world_size()) == (0, 1)
        gathered = [mg.zeros(3, dtype=mg.int64)]
        dist.all_gather(gathered, x)
        dist.all_reduce(x, op=dist.ReduceOp.SUM)
        dist.broadcast(x, 0)
        dist.barrier()
        assert gathered[0].tolist() == x.tolist() == [0, 1, 2]
        works = [dist.all_reduce(x, async_op=True), dist.gather(x, [flat := mg.zeros(3)], async_op=True)]
        works += [dist.scatter(part := mg.zeros(3), [x], async_op=True), dist.reduce_scatter(x, [x], async_op=True)]
        works.append(dist.all_gather_into_tensor(row := mg.zeros(1, 3), x, async_op=True))
        assert [work.wait() for work in works] == [True] * 5
        assert flat.tolist() == part.tolist() == row[0].tolist() == [0, 1, 2]
        dist.gather_object("mine", objects := [None])
        assert (objects, dist.get_backend(), dist.is_torchelastic_launched()) == (["mine"], "undefined", False)
        model = nn.parallel.DistributedDataParallel(nn.Linear(2, 1), device_ids=[0])
        with model.no_sync():
            model(mg.ones(1, 2)).sum().backward()
        assert list(model.state_dict()) == ["module.weight", "module.bias"]
    finally:
        dist.destroy_process_group()
    assert not dist.is_initialized()
    with pytest.raises(RuntimeError, match="one process here, not rank 1 of 2"):
        dist.init_process_group("gloo", rank=1, world_size=2)


@pytest.mark.torch
@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "replicas"), [(10, 1), (10, 3), (2, 5), (7, 7)])
def test_samples_are_shared_out_as_in_pytorch(n: int, replicas: int, drop_last: bool) -> None:
    torch = pytest.importorskip("torch")
    for rank in range(replicas):
        options = {"num_replicas": replicas, "rank": rank, "shuffle": False, "drop_last": drop_last}
        ours = DistributedSampler(range(n), **options)
        theirs = torch.utils.data.distributed.DistributedSampler(range(n), **options)
        assert list(ours) == list(theirs)
        assert len(ours) == len(theirs)


def test_random_shares_are_a_permutation_and_change_with_the_epoch() -> None:
    parts = [DistributedSampler(range(10), 2, rank, seed=3) for rank in range(2)]
    first = [list(each) for each in parts]
    assert sorted(first[0] + first[1]) == list(range(10))
    parts[0].set_epoch(1)
    assert list(parts[0]) != first[0]
    with pytest.raises(ValueError, match="Invalid rank 2"):
        DistributedSampler(range(3), 2, 2)
    batches = list(DataLoader(mg.arange(4), batch_size=2, sampler=DistributedSampler(range(4), shuffle=False)))
    np.testing.assert_array_equal(mg.cat(batches).numpy(), np.arange(4))


def test_the_cpu_is_a_device():
    assert mg.cpu.is_available()
    assert mg.cpu.device_count() == 1
    assert mg.cpu.current_device() == "cpu"
    mg.cpu.synchronize()
    with mg.cpu.amp.autocast():
        assert (mg.ones(2) * 2).dtype == mg.float32


def test_deterministic_algorithms_by_one_word():
    for mode, level in (("warn", 1), ("error", 2), (1, 1), ("default", 0)):
        mg.set_deterministic_debug_mode(mode)
        assert mg.get_deterministic_debug_mode() == level
        assert mg.are_deterministic_algorithms_enabled() == (level > 0)
    with pytest.raises(RuntimeError, match="invalid value of debug_mode"):
        mg.set_deterministic_debug_mode("never")
