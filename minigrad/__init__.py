"""minigrad: automatic differentiation from scratch on NumPy, in PyTorch's words.

>>> import minigrad as mg
>>> x = mg.tensor([1.0, 2.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4.])

Tensors and their operations are loaded at once, everything built on them when it is first used. What type checkers and
editors see of all this stands in `__init__.pyi`, which is made from the running package (`make stubs`).
"""

import importlib as _importlib
import warnings as _warnings
from typing import Any as _Any

from numpy import e, inf, nan, newaxis, pi

from minigrad.creation import (
    empty,
    empty_like,
    empty_permuted,
    empty_strided,
    eye,
    full,
    full_like,
    ones,
    ones_like,
    scalar_tensor,
    tensor,
    zeros,
    zeros_like,
)
from minigrad.device import device
from minigrad.door import open_doors as _open_doors
from minigrad.dtypes import can_cast, set_default_dtype
from minigrad.engine.inference import inference_mode, is_inference_mode_enabled
from minigrad.engine.mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.layouts import (
    channels_last,
    channels_last_3d,
    contiguous_format,
    layout,
    legacy_contiguous_format,
    memory_format,
    preserve_format,
    strided,
)
from minigrad.ops.functions import *
from minigrad.ops.public import PUBLIC as _PUBLIC
from minigrad.ops.rounding import imag
from minigrad.public_dtypes import (
    bool,
    double,
    dtype,
    finfo,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    iinfo,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    result_type,
    short,
    uint8,
)
from minigrad.queries import (
    is_complex,
    is_conj,
    is_floating_point,
    is_inference,
    is_neg,
    is_nonzero,
    is_same_size,
    is_signed,
    is_tensor,
    numel,
    typename,
)
from minigrad.random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from minigrad.random.factories import normal, rand, rand_like, randint, randint_like, randn, randn_like, randperm
from minigrad.ranges import arange, linspace, logspace, range
from minigrad.settings import (
    _assert,
    are_deterministic_algorithms_enabled,
    get_default_device,
    get_deterministic_debug_mode,
    get_float32_matmul_precision,
    get_num_interop_threads,
    get_num_threads,
    is_autocast_cache_enabled,
    is_autocast_cpu_enabled,
    is_autocast_enabled,
    is_deterministic_algorithms_warn_only_enabled,
    set_default_device,
    set_default_tensor_type,
    set_deterministic_debug_mode,
    set_float32_matmul_precision,
    set_flush_denormal,
    set_num_interop_threads,
    set_num_threads,
    use_deterministic_algorithms,
)
from minigrad.sharing import as_tensor, asarray, from_dlpack, from_numpy, frombuffer, to_dlpack
from minigrad.storage import TypedStorage, UntypedStorage
from minigrad.tensor import Size, Tensor
from minigrad.tensor.methods import IN_PLACE as _IN_PLACE
from minigrad.tensor.printing import set_printoptions
from minigrad.typed import (
    BoolTensor,
    ByteTensor,
    CharTensor,
    DoubleTensor,
    FloatTensor,
    HalfTensor,
    IntTensor,
    LongTensor,
    ShortTensor,
)
from minigrad.types import show_types as _show_types

__version__ = "0.1.0"

_MAKERS = """
    arange empty empty_like empty_permuted empty_strided eye full full_like linspace logspace normal ones ones_like rand
    rand_like randint randint_like randn randn_like randperm range scalar_tensor tensor zeros zeros_like
    """.split()  # noqa: SIM905  a list would take a line for each
"""The constructors of tensors."""
_QUESTIONS = """
    as_tensor asarray can_cast detach detach_ from_dlpack from_numpy frombuffer is_complex is_conj is_floating_point
    is_inference
    is_neg is_nonzero is_same_size is_signed numel promote_types resize_as_ result_type to_dlpack
    """.split()  # noqa: SIM905
"""What is neither and takes tensors, arrays or dtypes."""

detach = Tensor.detach
detach_ = Tensor.detach_
resize_as_ = Tensor.resize_as_

_show_types(globals(), [name for name in globals() if not name.startswith("_")])
_open_doors(globals(), [*_PUBLIC, *_QUESTIONS])
_open_doors(globals(), _MAKERS, makes=True)

# Outside their domain functions give NaN or infinity, as IEEE 754 and PyTorch have it, without a word. NumPy would warn
# of each; the filter silences it for calls made here, and for no one else's.
_warnings.filterwarnings(
    "ignore", r"(divide by zero|overflow|underflow|invalid value) encountered", RuntimeWarning, r"minigrad\."
)

_PACKAGES = frozenset(
    """
    accelerator amp autograd backends compiler cpu cuda datasets distributed distributions func fx hub io jit library
    linalg multiprocessing nn onnx optim overrides profiler random serialization special utils viz
    """.split()  # noqa: SIM905  a list would take a line for each
)

_ELSEWHERE = {
    "GradScaler": "minigrad.amp",
    "OutOfMemoryError": "minigrad.errors",
    "ScriptFunction": "minigrad.jit",
    "ScriptModule": "minigrad.jit",
    "as_torch": "minigrad.torch_names",
    "autocast": "minigrad.amp",
    "compile": "minigrad.program.compiled",
    "load": "minigrad.io",
    "save": "minigrad.io",
    "vmap": "minigrad.func",
} | dict.fromkeys(
    """
    adaptive_avg_pool1d adaptive_max_pool1d alpha_dropout bilinear celu channel_shuffle cosine_similarity dropout
    feature_alpha_dropout group_norm layer_norm pairwise_distance pixel_shuffle pixel_unshuffle prelu
    rms_norm rrelu selu threshold
    """.split(),  # noqa: SIM905  a list would take a line for each
    "minigrad.nn.functional",
)
_ELSEWHERE |= dict.fromkeys(
    """
    binary_cross_entropy_with_logits cosine_embedding_loss ctc_loss hinge_embedding_loss kl_div margin_ranking_loss
    poisson_nll_loss triplet_margin_loss
    """.split(),  # noqa: SIM905
    "minigrad.losses",
)
_ELSEWHERE |= dict.fromkeys(
    "bartlett_window blackman_window hamming_window hann_window kaiser_window".split(),  # noqa: SIM905
    "minigrad.windows",
)
_ELSEWHERE |= dict.fromkeys(
    "gru_cell lstm_cell rnn_relu_cell rnn_tanh_cell".split(),  # noqa: SIM905
    "minigrad.nn.modules.rnn_cell",
)
_ELSEWHERE |= dict.fromkeys("_int_mm _sample_dirichlet _standard_gamma".split(), "minigrad.unlisted")  # noqa: SIM905
"""The functions that stand in a package which is loaded when one of them is first asked for."""


def __getattr__(name: str) -> _Any:
    if name in _PACKAGES:
        return _importlib.import_module(f"minigrad.{name}")
    if name in _ELSEWHERE:
        found = getattr(_importlib.import_module(_ELSEWHERE[name]), name)
    elif name in _IN_PLACE:
        found = _IN_PLACE[name]
    elif name.startswith("_foreach_"):
        return _importlib.import_module("minigrad.foreach").foreach(name)
    elif name in (layouts := _importlib.import_module("minigrad.layouts")).OTHERS:
        found = layouts.OTHERS[name]
    elif name in (others := _importlib.import_module("minigrad.other_dtypes")).OTHERS:
        return others.OTHERS[name]
    else:
        from minigrad.left_out import missing  # here, since nobody needs it otherwise

        raise AttributeError(f"module 'minigrad' has no attribute {name!r}: {missing(name)}")
    globals()[name] = found  # the next time it is there
    _show_types(globals(), [name])
    return found


def __dir__() -> list[str]:
    modules = {name for name, each in globals().items() if type(each) is type(_warnings)}  # loaded, but not public
    names = {*globals(), *_ELSEWHERE, *_IN_PLACE} - modules | _PACKAGES
    return sorted(name for name in names if not name.startswith("_") or name.endswith("__"))
