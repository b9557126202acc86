"""minigrad: automatic differentiation from scratch on NumPy, in PyTorch's words.

>>> import minigrad as mg
>>> x = mg.tensor([1.0, 2.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4.])
"""

import warnings as _warnings

from numpy import dtype, e, finfo, iinfo, inf, nan, newaxis, pi

from minigrad import autograd, backends, cuda, datasets, distributions, func, linalg, nn, optim, special, utils
from minigrad.autograd import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.autograd import forward_ad as _forward_ad
from minigrad.autograd import functional as _functional
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
from minigrad.func import vmap
from minigrad.io import load, save
from minigrad.nn.functional import (
    adaptive_avg_pool1d,
    adaptive_max_pool1d,
    alpha_dropout,
    bilinear,
    celu,
    channel_shuffle,
    cosine_similarity,
    dropout,
    feature_alpha_dropout,
    group_norm,
    hardshrink,
    layer_norm,
    pairwise_distance,
    pixel_shuffle,
    pixel_unshuffle,
    prelu,
    rms_norm,
    rrelu,
    selu,
    threshold,
)
from minigrad.ops import *  # noqa: F403  the public operations are exactly those that ops lists
from minigrad.queries import is_complex, is_floating_point, is_nonzero, is_same_size, is_signed, is_tensor, numel
from minigrad.random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from minigrad.sampling import (
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
)
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
from minigrad.tensor.inplace import FUNCTIONS as _IN_PLACE
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

detach = Tensor.detach
globals().update({name: getattr(Tensor, name) for name in _IN_PLACE})

# Outside their domain functions give NaN or infinity, as IEEE 754 and PyTorch have it, without a word. NumPy would warn
# of each; the filter silences it for calls made here, and for no one else's.
_warnings.filterwarnings(
    "ignore", r"(divide by zero|overflow|underflow|invalid value) encountered", RuntimeWarning, r"minigrad\."
)

__version__ = "0.1.0"
