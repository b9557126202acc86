"""`import torch` answered by minigrad, for this process: so that programs written for PyTorch run as they are.

`minigrad.as_torch()` puts a finder of modules in front of Python's own, which answers for `torch` and all below it.
Each module of PyTorch is then a Place: it hands out what minigrad's module of that name holds, or else the packages
above it, since PyTorch keeps together in one file what here stands in several. What is in none of them is refused with
a word on why. `python -m minigrad script.py` does this and then runs the script.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any

from minigrad import named
from minigrad.left_out import missing

VERSION = "2.13.0"
"""The version of PyTorch whose names these are: what programs see that ask."""

ONLY_IN_PYTORCH = frozenset(
    """
    _dynamo.utils _tensor accelerator.memory amp.autocast_mode amp.grad_scaler autograd.anomaly_mode autograd.grad_mode
    cpu.amp.autocast_mode cpu.amp.grad_scaler distributed.rpc distributions.beta distributions.chi2
    distributions.constraint_registry distributions.dirichlet distributions.exp_family distributions.fishersnedecor
    distributions.geometric distributions.gumbel distributions.half_cauchy distributions.half_normal
    distributions.inverse_gamma distributions.kumaraswamy distributions.laplace distributions.lkj_cholesky
    distributions.log_normal distributions.logistic_normal distributions.lowrank_multivariate_normal
    distributions.mixture_same_family distributions.multinomial distributions.negative_binomial
    distributions.one_hot_categorical distributions.pareto distributions.relaxed_bernoulli
    distributions.relaxed_categorical distributions.studentT distributions.weibull functional jit.annotations
    nn.modules.channelshuffle nn.parallel.data_parallel nn.parallel.distributed nn.utils.stateless onnx.symbolic_helper
    onnx.symbolic_opset11 onnx.symbolic_opset9 utils.data._utils utils.dlpack version
    """.split()  # noqa: SIM905  a list would take a line for each
)
"""Modules of PyTorch without one of that name here: all that they hold stands in the packages above."""


MOVED = (
    {"functorch": "func", "functorch.experimental": "func", "torch.nn.utils.stateless": "func"}
    | {"torch.utils.data._utils.collate": "utils.data.collate"}
    | dict.fromkeys(("torch._inductor", "torch._functorch"), "_dynamo")
    | dict.fromkeys(("torch._custom_ops", "torch.ops"), "library")
)
"""Packages whose functions have moved."""

TO_IMPORT = tuple(
    """
    _tensor_str ao distributed._composable distributed._functional_collectives distributed._tensor
    distributed.algorithms distributed.checkpoint distributed.constants distributed.device_mesh distributed.elastic
    distributed.fsdp distributed.optim distributed.tensor fft futures fx nn.intrinsic nn.parallel.scatter_gather nn.qat
    nn.quantized quantization storage utils._python_dispatch utils.flop_counter
    """.split()  # noqa: SIM905  a list would take a line for each
)
"""Packages that libraries import, to ask whether something is one of theirs. What is not there refuses to be called."""


TO_ASK = {
    "": "Event PyTorchFileReader Stream SymBool SymFloat SymInt TensorType TypedStorage UntypedStorage",
    "_dynamo": "OptimizedModule",
    "utils.data.dataloader": "_BaseDataLoaderIter _MultiProcessingDataLoaderIter _SingleProcessDataLoaderIter",
}
"""Classes that libraries ask for whether something is of one: nothing is, and none can be made."""


class Place(ModuleType):
    """A module of PyTorch's, `torch.nn.modules.conv` say: its names are found in minigrad when they are asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__dict__["_own"] = _own(name)
        for each in TO_ASK.get(self._own, "").split():
            self.__dict__[each] = _stand_in(f"{self._own}.{each}".lstrip("."))
        if self._own in ("", "version"):
            self.__dict__["__version__"] = VERSION
        if self._own == "version":
            self.__dict__.update(cuda=None, hip=None, xpu=None, debug=False, git_version="")
        if self._own == "":
            self.__dict__["Future"] = _stand_in("futures.Future")
            self.__dict__["__config__"] = importlib.import_module("minigrad.config")

    def _sources(self) -> Iterator[Any]:
        """Where a name is looked for: in minigrad's module, then in the packages above it."""
        place = self._own
        while True:
            try:
                yield importlib.import_module(f"minigrad.{place}".rstrip("."))
            except ModuleNotFoundError:
                yield _attribute(place)
            if not place:
                return
            place = place.rpartition(".")[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__all__", "__version__", "__dir__"):
            raise AttributeError(name)
        inside = f"{self._own}.{name}".lstrip(".")
        if name not in vars(next(self._sources()) or self) and _is_module(inside):
            return importlib.import_module(f"torch.{inside}")
        for source in self._sources():
            found = getattr(source, name, None) if source is not None else None
            if found is not None or (source is not None and name in vars(source)):
                if isinstance(found, ModuleType) and found.__name__.startswith("minigrad"):
                    found = importlib.import_module(found.__name__.replace("minigrad", "torch", 1))
                self.__dict__[name] = found  # the next time it is there
                return found
        if inside in ONLY_IN_PYTORCH or inside in TO_IMPORT or f"torch.{inside}" in MOVED:
            return importlib.import_module(f"torch.{inside}")
        if _to_import(self._own):
            self.__dict__[name] = _stand_in(inside)
            return self.__dict__[name]
        raise AttributeError(missing(inside))

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Place) and callable(getattr(next(self._sources()), name, None)):
            return  # a function that has the name of the module it is from, as `autograd.gradcheck`
        self.__dict__[name] = value
        if not name.startswith("__") and not isinstance(value, Place):
            setattr(next(self._sources()), name, value)  # who changes a function of PyTorch's changes it for all

    def __dir__(self) -> list[str]:
        return dir(next(self._sources()))


class Finder(MetaPathFinder, Loader):
    """Answers imports of `torch` and of what is below it."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """What Python asks of each import: for `torch` and below a Place; ModuleNotFoundError for what is left out."""
        if name.partition(".")[0] not in ("torch", "functorch"):  # the package that `torch.func` was
            return None
        own = _own(name)
        if own and own not in ONLY_IN_PYTORCH and not _is_module(own) and not _to_import(own):
            found = _attribute(own)
            if found is None:
                raise ModuleNotFoundError(missing(own))
            if isinstance(found, (type, FunctionType)):
                raise ModuleNotFoundError(f"No module named {name!r}: it is a {type(found).__name__}")
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The Place of that name."""
        return Place(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Public names of minigrad's module, for who looks through all; others are found when they are asked for."""
        if isinstance(source := next(module._sources()), ModuleType):
            for name in getattr(source, "__all__", ()):
                if name in vars(source) and not isinstance(value := vars(source)[name], ModuleType):
                    module.__dict__.setdefault(name, value)


def _own(name: str) -> str:
    """The name that minigrad's module has below the package, for one of PyTorch's."""
    for before in sorted(MOVED, key=len, reverse=True):
        if f"{name}.".startswith(f"{before}."):
            return MOVED[before] + name.removeprefix(before)
    return name.partition(".")[2]


def _to_import(own: str) -> bool:
    return any(f"{own}.".startswith(f"{each}.") for each in TO_IMPORT)


class _StandIn(type):
    """The type of a stand-in, whose attributes are stand-ins: `fx.node.Target`."""

    _in_pytorch: str

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls._in_pytorch}.{name}")


@functools.cache
def _stand_in(name: str) -> type:
    """A class for a name that is left out, of which nothing is an instance: NotImplementedError when it is called."""

    def refuse(cls: type, *args: Any, **options: Any) -> Any:
        raise NotImplementedError(missing(name))

    subscript = classmethod(lambda cls, item: cls)  # as in annotations
    own = {"__new__": refuse, "__doc__": missing(name), "__class_getitem__": subscript, "_in_pytorch": name}
    return _StandIn(name.rpartition(".")[2], (), own)


def _is_module(own: str) -> bool:
    try:
        return importlib.util.find_spec(f"minigrad.{own}") is not None
    except ModuleNotFoundError:  # what is above it is no package
        return False


def _attribute(own: str) -> Any:
    """What minigrad has under a name with dots in it, such as `backends.cudnn`, or None."""
    found: Any = importlib.import_module("minigrad")
    for part in own.split("."):
        found = getattr(found, part, None)
    return found


def as_torch() -> None:
    """Let `import torch`, in this process and from now on, mean minigrad: programs for PyTorch run unchanged.

    Types print as PyTorch's do ("torch.float32"), and `torch.__version__` names the version that is followed. A name
    that minigrad leaves out is refused with the reason. RuntimeError where PyTorch itself has been imported already.

    >>> mg.as_torch()  # doctest: +SKIP
    """
    if any(isinstance(finder, Finder) for finder in sys.meta_path):
        return
    if "torch" in sys.modules:
        raise RuntimeError(
            "as_torch: PyTorch has been imported already; call minigrad.as_torch() before `import torch`"
        )
    sys.meta_path.insert(0, Finder())
    named.package = "torch"
    importlib.import_module("minigrad").Tensor.__module__ = "torch"  # by which libraries know whose tensor it is
