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

from numpy import dtype, e, finfo, iinfo, inf, nan, newaxis, pi

from minigrad.creation import (
    arange,
    as_tensor,
    asarray,
    empty,
    empty_like,
    eye,
    from_numpy,
    frombuffer,
    full,
    full_like,
    linspace,
    logspace,
    ones,
    ones_like,
    scalar_tensor,
    tensor,
    zeros,
    zeros_like,
)
from minigrad.device import device
from minigrad.dtypes import (
    bool,
    can_cast,
    double,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    result_type,
    set_default_dtype,
    short,
    uint8,
)
from minigrad.engine.inference import inference_mode, is_inference_mode_enabled
from minigrad.engine.mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.ops.functions import *
from minigrad.queries import (
    is_complex,
    is_floating_point,
    is_inference,
    is_nonzero,
    is_same_size,
    is_signed,
    is_tensor,
    numel,
)
from minigrad.random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from minigrad.random.factories import normal, rand, rand_like, randint, randint_like, randn, randn_like, randperm
from minigrad.settings import (
    are_deterministic_algorithms_enabled,
    channels_last,
    channels_last_3d,
    contiguous_format,
    get_default_device,
    get_float32_matmul_precision,
    get_num_threads,
    preserve_format,
    set_default_device,
    set_default_tensor_type,
    set_float32_matmul_precision,
    set_num_threads,
    strided,
    use_deterministic_algorithms,
)
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

__version__ = "0.1.0"

detach = Tensor.detach
detach_ = Tensor.detach_

# Outside their domain functions give NaN or infinity, as IEEE 754 and PyTorch have it, without a word. NumPy would warn
# of each; the filter silences it for calls made here, and for no one else's.
_warnings.filterwarnings(
    "ignore", r"(divide by zero|overflow|underflow|invalid value) encountered", RuntimeWarning, r"minigrad\."
)

_PACKAGES = frozenset({"autograd", "backends", "cuda", "datasets", "distributions", "func", "linalg", "nn"})
_PACKAGES |= {"optim", "random", "special", "utils", "viz"}

_ELSEWHERE = {"vmap": "minigrad.func", "load": "minigrad.io", "save": "minigrad.io"} | dict.fromkeys(
    """
    adaptive_avg_pool1d adaptive_max_pool1d alpha_dropout bilinear celu channel_shuffle cosine_similarity dropout
    feature_alpha_dropout group_norm hardshrink layer_norm pairwise_distance pixel_shuffle pixel_unshuffle prelu
    rms_norm rrelu selu threshold
    """.split(),  # noqa: SIM905  a list would take a line for each
    "minigrad.nn.functional",
)
"""The functions that stand in a package which is loaded when one of them is first asked for."""


def __getattr__(name: str) -> _Any:
    if name in _PACKAGES:
        return _importlib.import_module(f"minigrad.{name}")
    if name in _ELSEWHERE:
        found = getattr(_importlib.import_module(_ELSEWHERE[name]), name)
    elif name in _IN_PLACE:
        found = _IN_PLACE[name]
    else:
        raise AttributeError(f"module 'minigrad' has no attribute {name!r}")
    globals()[name] = found  # the next time it is there
    return found


def __dir__() -> list[str]:
    modules = {name for name, each in globals().items() if type(each) is type(_warnings)}  # loaded, but not public
    names = {*globals(), *_ELSEWHERE, *_IN_PLACE} - modules | _PACKAGES
    return sorted(name for name in names if not name.startswith("_") or name.endswith("__"))
