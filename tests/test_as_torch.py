"""Programs that import torch run on minigrad as they are: by `python -m minigrad`, and after `minigrad.as_torch()`."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program run by `python -m minigrad`, in a process of its own."""
    script = folder / "script.py"
    script.write_text(program)
    command = [sys.executable, "-W", "error", "-m", "minigrad", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=SETTINGS, timeout=100)


TRAINING = """
import sys
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

assert __name__ == "__main__"
torch.manual_seed(0)
data = TensorDataset(torch.linspace(-1, 1, 64)[:, None], torch.linspace(-1, 1, 64)[:, None] * 3)
model = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = optim.Adam(model.parameters(), lr=0.05)
for epoch in range(int(sys.argv[1])):
    for x, y in DataLoader(data, batch_size=16, shuffle=True):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
print(loss.item() < 0.05, isinstance(loss, Tensor), loss.dtype, loss.shape, torch.zeros(2).type())
"""


def test_a_script_trains(tmp_path: Path) -> None:
    done = run(tmp_path, TRAINING, "20")
    assert (done.stdout, done.stderr) == ("True True torch.float32 torch.Size([]) torch.FloatTensor\n", "")


PLACES = """
import torch, torch.backends.cudnn as cudnn, torch.cuda.amp, torch.utils.data.distributed
import torch.autograd.profiler, torch.profiler
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import Conv2d, ConvTranspose2d
from torch.nn.modules.loss import _Loss, CrossEntropyLoss
from torch.nn.modules.module import Module
from torch.nn.modules.utils import _pair
from torch.nn.common_types import _size_2_t
from torch.nn.parameter import Parameter
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data.dataloader import DataLoader, default_collate
from torch.utils.data.distributed import DistributedSampler
from torch.optim.lr_scheduler import _LRScheduler, StepLR
from torch.optim.optimizer import Optimizer, required
from torch.distributions.beta import Beta
from torch.distributions import Normal, constraints, kl_divergence
from torch.autograd import Function, Variable, grad
from torch.autograd.function import InplaceFunction, once_differentiable
from torch.types import Device
from torch.autograd.grad_mode import no_grad
from torch.version import __version__
import minigrad
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors
from torch.distributions.gumbel import Gumbel
from torch.distributions.studentT import StudentT
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.transformer import _get_activation_fn, _get_clones
from torch.nn.modules.linear import NonDynamicallyQuantizableLinear
from torch.nn.parallel.distributed import DistributedDataParallel as DDP
from torch.optim.optimizer import ParamsT
from torch.serialization import add_safe_globals, load
from torch.types import Number, _size
from torch.amp.grad_scaler import GradScaler
from torch.jit.annotations import BroadcastingList2
from torch.storage import UntypedStorage
from torch.utils.data.dataloader import _BaseDataLoaderIter
import torch.distributed.rpc
made: torch.cuda.Stream | torch.Stream | None = None
assert not isinstance(torch.ones(1), (torch.cuda.Event, torch.PyTorchFileReader, _BaseDataLoaderIter))
assert not isinstance(torch.ones(1), (torch.SymInt, UntypedStorage, torch.fx.node.Target))
assert issubclass(torch.OutOfMemoryError, RuntimeError) and repr(torch.sparse_csr) == "torch.sparse_csr"
from torch._C import DispatchKey, DispatchKeySet
assert DDP is DistributedDataParallel and GradScaler is torch.amp.GradScaler and load is torch.load
assert _get_activation_fn("relu") is torch.nn.functional.relu and len(_get_clones(torch.nn.Linear(1, 1), 3)) == 3
assert "NumPy" in torch.__config__.show() and torch._C._get_tracing_state() is None
both = torch.ones(2, 3), torch.zeros(4)
assert [a.equal(b) for a, b in zip(both, _unflatten_dense_tensors(_flatten_dense_tensors(both), both))] == [True, True]
assert torch._C._nn._parse_to("cpu", torch.float64, True) == (torch.device("cpu"), torch.float64, True, None)
assert DispatchKeySet(DispatchKey.CPU) | DispatchKeySet(DispatchKey.CUDA) == {"CPU", "CUDA"}
assert Module is torch.nn.Module is minigrad.nn.Module
assert Conv2d is torch.nn.Conv2d and issubclass(torch.nn.BatchNorm2d, _BatchNorm)
assert no_grad is torch.no_grad is minigrad.no_grad
assert torch.nn.modules.utils._pair is _pair and not isinstance(torch.ones(1), torch.cuda.FloatTensor)
assert _pair(3) == (3, 3) and int(__version__.split(".")[0]) == 2
cudnn.benchmark = True
import functorch, torch.nn.utils.stateless, torch.utils.data._utils.collate
assert functorch.vmap is torch.func.vmap and torch.nn.utils.stateless.functional_call is torch.func.functional_call
assert torch.version.cuda is None and torch.utils.data._utils.collate.default_collate is default_collate
import torch.autograd.gradcheck
assert torch.autograd.gradcheck is minigrad.autograd.gradcheck and torch.nn.functional.grad is torch.nn.grad
torch.nn.init.mine = 3  # who changes a module changes it for all
assert minigrad.nn.init.mine == 3
assert "exp" in dir(torch) and torch.__name__ == "torch"
assert torch.nn.functional.relu is minigrad.nn.functional.relu
from unittest import mock
with mock.patch("torch.optim.SGD.step"):  # a class is no module
    assert isinstance(minigrad.optim.SGD.step, mock.Mock)
assert not isinstance(minigrad.optim.SGD.step, mock.Mock)
"""


def test_modules_are_where_pytorch_has_them(tmp_path: Path) -> None:
    done = run(tmp_path, PLACES)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("import torch.sparse", "ModuleNotFoundError: minigrad leaves out 'sparse': tensors are dense here"),
        ("import torch; torch.fft.rfft(torch.ones(2))", "leaves out 'fft.rfft': there are no complex numbers here"),
        ("from torch.nn import FractionalMaxPool2d", "minigrad has no 'nn.FractionalMaxPool2d'. What is left out"),
        (
            "import torch; torch.nested.nested_tensor",
            "AttributeError: .*'nested': pad sequences",
        ),
        (
            "import torch; torch.zeros(2, dtype=torch.bfloat16)",
            "TypeError: zeros: dtype bfloat16 is not supported: the float",
        ),
        ("import torch; torch.zeros(2).to_sparse()", "'Tensor' object has no attribute 'to_sparse'"),
    ],
)
def test_a_missing_name_says_which_and_why(tmp_path: Path, line: str, message: str) -> None:
    done = run(tmp_path, line)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    start, _, rest = message.partition(".*")
    assert start in last
    assert rest in last


def test_optional_imports_take_the_other_way(tmp_path: Path) -> None:
    program = """
import torch
try:
    from torch.nested import nested_tensor
except ImportError:
    print("without", hasattr(torch, "nested"), hasattr(torch.nn, "FractionalMaxPool2d"))
"""
    assert run(tmp_path, program).stdout == "without False False\n"


def test_modules_can_be_run_by_name(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import sys, torch; print(torch.ones(2).sum().item(), sys.argv[1:])")
    command = [sys.executable, "-m", "minigrad", "-m", "mine", "a"]
    done = subprocess.run(command, capture_output=True, text=True, env=SETTINGS, cwd=tmp_path, timeout=100)
    assert done.stdout == "2.0 ['a']\n"


def test_without_a_script_it_says_how() -> None:
    done = subprocess.run([sys.executable, "-m", "minigrad"], capture_output=True, text=True, env=SETTINGS, timeout=100)
    assert done.returncode == 1
    assert done.stderr.startswith("usage: python -m minigrad script.py")


@pytest.mark.torch
def test_pytorch_itself_is_not_replaced(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    import minigrad

    with pytest.raises(RuntimeError, match="as_torch: PyTorch has been imported already"):
        minigrad.as_torch()


LIBRARIES = {
    "einops": """
import torch
from einops import rearrange, reduce
from einops.layers.torch import Rearrange
x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
y = torch.nn.Sequential(Rearrange("b c l -> b (c l)"), torch.nn.Linear(12, 2))(x)
reduce(rearrange(y, "b c -> c b"), "c b -> c", "max").sum().backward()
print(x.grad.shape)
""",
    "torchdiffeq": """
import math, torch
from torchdiffeq import odeint, odeint_adjoint
rate = torch.nn.Parameter(torch.tensor(1.0))
class Decay(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rate = rate
    def forward(self, t, y):
        return -self.rate * y
for solve in (odeint, odeint_adjoint):
    rate.grad = None
    end = solve(Decay(), torch.tensor([1.0]), torch.tensor([0.0, 1.0]))[-1]
    end.sum().backward()
    assert abs(end.item() - math.exp(-1)) < 1e-4 and abs(rate.grad.item() + math.exp(-1)) < 1e-3
""",
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries(tmp_path: Path, name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    done = run(tmp_path, LIBRARIES[name])
    assert (done.returncode, done.stderr) == (0, "")


TO_IMPORT = """
import torch
torch._dynamo.config.suppress_errors = True
import torch._inductor.config as config
config.coordinate_descent_tuning = True
torch._dynamo.reset()
from torch.fx import GraphModule, wrap
from torch.distributed.tensor import DTensor
from torch.futures import Future
def later(value: Future[torch.Tensor]) -> None: ...
assert not isinstance(torch.ones(1), (GraphModule, DTensor, torch.Future)) and torch.Future is Future
assert "Normal" in vars(torch.distributions)  # libraries go through all that is there
try:
    GraphModule(1)
except NotImplementedError as error:
    print(error)
"""


def test_what_libraries_only_import_is_there_and_refuses_to_be_called(tmp_path: Path) -> None:
    done = run(tmp_path, TO_IMPORT)
    assert done.stderr == ""
    assert done.stdout.startswith("minigrad has no 'fx.GraphModule'.")
