"""minigrad: automatic differentiation from scratch on NumPy, in PyTorch's words.

>>> import minigrad as mg
>>> x = mg.tensor([1.0, 2.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4.])
"""

import warnings as _warnings

from numpy import e, finfo, iinfo, inf, nan, pi

from minigrad import autograd, backends, cuda, datasets, func, linalg, nn, optim, special, utils
from minigrad.autograd import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minigrad.autograd import functional as _functional
from minigrad.creation import (
    arange,
    as_tensor,
    bernoulli,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    is_tensor,
    linspace,
    multinomial,
    normal,
    ones,
    ones_like,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    tensor,
    zeros,
    zeros_like,
)
from minigrad.device import device
from minigrad.dtypes import (
    bool,
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
    set_default_dtype,
    short,
    uint8,
)
from minigrad.io import load, save
from minigrad.ops import *  # noqa: F403  the public operations are exactly those that ops lists
from minigrad.random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, set_rng_state
from minigrad.tensor import Size, Tensor
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

# Outside their domain functions give NaN or infinity, as IEEE 754 and PyTorch have it, without a word. NumPy would warn
# of each; the filter silences it for calls made here, and for no one else's.
_warnings.filterwarnings(
    "ignore", r"(divide by zero|overflow|underflow|invalid value) encountered", RuntimeWarning, r"minigrad\."
)

__version__ = "0.1.0"
