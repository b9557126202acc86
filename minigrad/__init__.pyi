"""Made by `make stubs` from the running package; see tests/types/stubs.py."""

import builtins
from collections.abc import Sequence
from typing import Any, Literal, overload

from numpy import e as e
from numpy import inf as inf
from numpy import nan as nan
from numpy import newaxis as newaxis
from numpy import pi as pi

from minigrad import accelerator as accelerator
from minigrad import amp as amp
from minigrad import autograd as autograd
from minigrad import backends as backends
from minigrad import compiler as compiler
from minigrad import cpu as cpu
from minigrad import cuda as cuda
from minigrad import datasets as datasets
from minigrad import distributed as distributed
from minigrad import distributions as distributions
from minigrad import func as func
from minigrad import fx as fx
from minigrad import hub as hub
from minigrad import io as io
from minigrad import jit as jit
from minigrad import library as library
from minigrad import linalg as linalg
from minigrad import multiprocessing as multiprocessing
from minigrad import nn as nn
from minigrad import onnx as onnx
from minigrad import optim as optim
from minigrad import overrides as overrides
from minigrad import profiler as profiler
from minigrad import random as random
from minigrad import serialization as serialization
from minigrad import special as special
from minigrad import utils as utils
from minigrad import viz as viz
from minigrad.amp import GradScaler as GradScaler
from minigrad.amp import autocast as autocast
from minigrad.device import device as device
from minigrad.dtypes import set_default_dtype as set_default_dtype
from minigrad.engine.inference import inference_mode as inference_mode
from minigrad.engine.inference import is_inference_mode_enabled as is_inference_mode_enabled
from minigrad.engine.mode import enable_grad as enable_grad
from minigrad.engine.mode import is_grad_enabled as is_grad_enabled
from minigrad.engine.mode import no_grad as no_grad
from minigrad.engine.mode import set_grad_enabled as set_grad_enabled
from minigrad.errors import OutOfMemoryError as OutOfMemoryError
from minigrad.func import vmap as vmap
from minigrad.io.archive import load as load
from minigrad.io.archive import save as save
from minigrad.jit import ScriptFunction as ScriptFunction
from minigrad.jit import ScriptModule as ScriptModule
from minigrad.layouts import channels_last as channels_last
from minigrad.layouts import channels_last_3d as channels_last_3d
from minigrad.layouts import contiguous_format as contiguous_format
from minigrad.layouts import layout as layout
from minigrad.layouts import legacy_contiguous_format as legacy_contiguous_format
from minigrad.layouts import memory_format as memory_format
from minigrad.layouts import preserve_format as preserve_format
from minigrad.layouts import strided as strided
from minigrad.losses import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from minigrad.losses import cosine_embedding_loss as cosine_embedding_loss
from minigrad.losses import ctc_loss as ctc_loss
from minigrad.losses import hinge_embedding_loss as hinge_embedding_loss
from minigrad.losses import kl_div as kl_div
from minigrad.losses import margin_ranking_loss as margin_ranking_loss
from minigrad.losses import poisson_nll_loss as poisson_nll_loss
from minigrad.losses import triplet_margin_loss as triplet_margin_loss
from minigrad.nn.functional.pooling import OutputSize as OutputSize
from minigrad.nn.modules.rnn_cell import gru_cell as gru_cell
from minigrad.nn.modules.rnn_cell import lstm_cell as lstm_cell
from minigrad.nn.modules.rnn_cell import rnn_relu_cell as rnn_relu_cell
from minigrad.nn.modules.rnn_cell import rnn_tanh_cell as rnn_tanh_cell
from minigrad.ops.extremum import Extrema as Extrema
from minigrad.ops.extremum import Extremum as Extremum
from minigrad.ops.extremum import Running as Running
from minigrad.ops.linalg.factorization import QR as QR
from minigrad.ops.linalg.matrix_functions import SignAndLog as SignAndLog
from minigrad.ops.linalg.older import USV as USV
from minigrad.ops.rounding import Parts as Parts
from minigrad.ops.rounding import imag as imag
from minigrad.ops.sorting import Sorted as Sorted
from minigrad.program.compiled import compile as compile
from minigrad.public_dtypes import bool as bool
from minigrad.public_dtypes import double as double
from minigrad.public_dtypes import dtype as dtype
from minigrad.public_dtypes import finfo as finfo
from minigrad.public_dtypes import float as float
from minigrad.public_dtypes import float16 as float16
from minigrad.public_dtypes import float32 as float32
from minigrad.public_dtypes import float64 as float64
from minigrad.public_dtypes import get_default_dtype as get_default_dtype
from minigrad.public_dtypes import half as half
from minigrad.public_dtypes import iinfo as iinfo
from minigrad.public_dtypes import int as int
from minigrad.public_dtypes import int8 as int8
from minigrad.public_dtypes import int16 as int16
from minigrad.public_dtypes import int32 as int32
from minigrad.public_dtypes import int64 as int64
from minigrad.public_dtypes import long as long
from minigrad.public_dtypes import short as short
from minigrad.public_dtypes import uint8 as uint8
from minigrad.queries import is_tensor as is_tensor
from minigrad.queries import typename as typename
from minigrad.random.generator import Generator as Generator
from minigrad.random.generator import default_generator as default_generator
from minigrad.random.generator import get_rng_state as get_rng_state
from minigrad.random.generator import initial_seed as initial_seed
from minigrad.random.generator import manual_seed as manual_seed
from minigrad.random.generator import seed as seed
from minigrad.random.generator import set_rng_state as set_rng_state
from minigrad.settings import are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled
from minigrad.settings import get_default_device as get_default_device
from minigrad.settings import get_deterministic_debug_mode as get_deterministic_debug_mode
from minigrad.settings import get_float32_matmul_precision as get_float32_matmul_precision
from minigrad.settings import get_num_interop_threads as get_num_interop_threads
from minigrad.settings import get_num_threads as get_num_threads
from minigrad.settings import is_autocast_cache_enabled as is_autocast_cache_enabled
from minigrad.settings import is_autocast_cpu_enabled as is_autocast_cpu_enabled
from minigrad.settings import is_autocast_enabled as is_autocast_enabled
from minigrad.settings import (
    is_deterministic_algorithms_warn_only_enabled as is_deterministic_algorithms_warn_only_enabled,
)
from minigrad.settings import set_default_device as set_default_device
from minigrad.settings import set_default_tensor_type as set_default_tensor_type
from minigrad.settings import set_deterministic_debug_mode as set_deterministic_debug_mode
from minigrad.settings import set_float32_matmul_precision as set_float32_matmul_precision
from minigrad.settings import set_flush_denormal as set_flush_denormal
from minigrad.settings import set_num_interop_threads as set_num_interop_threads
from minigrad.settings import set_num_threads as set_num_threads
from minigrad.settings import use_deterministic_algorithms as use_deterministic_algorithms
from minigrad.sharing import Array as Array
from minigrad.storage import TypedStorage as TypedStorage
from minigrad.storage import UntypedStorage as UntypedStorage
from minigrad.tensor.gradients import G as G
from minigrad.tensor.memory import Size as Size
from minigrad.tensor.printing import set_printoptions as set_printoptions
from minigrad.tensor.tensor import Tensor as Tensor
from minigrad.torch_names import as_torch as as_torch
from minigrad.typed import BoolTensor as BoolTensor
from minigrad.typed import ByteTensor as ByteTensor
from minigrad.typed import CharTensor as CharTensor
from minigrad.typed import DoubleTensor as DoubleTensor
from minigrad.typed import FloatTensor as FloatTensor
from minigrad.typed import HalfTensor as HalfTensor
from minigrad.typed import IntTensor as IntTensor
from minigrad.typed import LongTensor as LongTensor
from minigrad.typed import ShortTensor as ShortTensor
from minigrad.types import Dims as Dims
from minigrad.types import DTypeLike as DTypeLike
from minigrad.types import Indices as Indices
from minigrad.types import Ints as Ints
from minigrad.types import Number as Number
from minigrad.windows import bartlett_window as bartlett_window
from minigrad.windows import blackman_window as blackman_window
from minigrad.windows import hamming_window as hamming_window
from minigrad.windows import hann_window as hann_window
from minigrad.windows import kaiser_window as kaiser_window

__all__ = [
    "BoolTensor",
    "ByteTensor",
    "CharTensor",
    "DoubleTensor",
    "FloatTensor",
    "Generator",
    "GradScaler",
    "HalfTensor",
    "IntTensor",
    "LongTensor",
    "OutOfMemoryError",
    "ScriptFunction",
    "ScriptModule",
    "ShortTensor",
    "Size",
    "Tensor",
    "TypedStorage",
    "UntypedStorage",
    "__version__",
    "abs",
    "abs_",
    "absolute",
    "absolute_",
    "accelerator",
    "acos",
    "acos_",
    "acosh",
    "acosh_",
    "adaptive_avg_pool1d",
    "adaptive_max_pool1d",
    "add",
    "add_",
    "addbmm",
    "addbmm_",
    "addcdiv",
    "addcdiv_",
    "addcmul",
    "addcmul_",
    "addmm",
    "addmm_",
    "addmv",
    "addmv_",
    "addr",
    "addr_",
    "adjoint",
    "all",
    "allclose",
    "alpha_dropout",
    "amax",
    "amin",
    "aminmax",
    "amp",
    "angle",
    "angle_",
    "any",
    "arange",
    "arccos",
    "arccos_",
    "arccosh",
    "arccosh_",
    "arcsin",
    "arcsin_",
    "arcsinh",
    "arcsinh_",
    "arctan",
    "arctan2",
    "arctan2_",
    "arctan_",
    "arctanh",
    "arctanh_",
    "are_deterministic_algorithms_enabled",
    "argmax",
    "argmin",
    "argsort",
    "argwhere",
    "as_strided",
    "as_strided_",
    "as_tensor",
    "as_torch",
    "asarray",
    "asin",
    "asin_",
    "asinh",
    "asinh_",
    "atan",
    "atan2",
    "atan2_",
    "atan_",
    "atanh",
    "atanh_",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "autocast",
    "autograd",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "backends",
    "baddbmm",
    "baddbmm_",
    "bartlett_window",
    "batch_norm",
    "bernoulli",
    "bilinear",
    "binary_cross_entropy_with_logits",
    "bincount",
    "binomial",
    "bitwise_and",
    "bitwise_and_",
    "bitwise_left_shift",
    "bitwise_left_shift_",
    "bitwise_not",
    "bitwise_not_",
    "bitwise_or",
    "bitwise_or_",
    "bitwise_right_shift",
    "bitwise_right_shift_",
    "bitwise_xor",
    "bitwise_xor_",
    "blackman_window",
    "block_diag",
    "bmm",
    "bool",
    "broadcast_shapes",
    "broadcast_tensors",
    "broadcast_to",
    "bucketize",
    "can_cast",
    "cartesian_prod",
    "cat",
    "cdist",
    "ceil",
    "ceil_",
    "celu",
    "chain_matmul",
    "channel_shuffle",
    "channels_last",
    "channels_last_3d",
    "cholesky",
    "cholesky_inverse",
    "cholesky_solve",
    "chunk",
    "clamp",
    "clamp_",
    "clamp_max",
    "clamp_max_",
    "clamp_min",
    "clamp_min_",
    "clip",
    "clip_",
    "clone",
    "column_stack",
    "combinations",
    "compile",
    "compiler",
    "concat",
    "concatenate",
    "conj",
    "conj_physical",
    "contiguous_format",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "copysign",
    "copysign_",
    "corrcoef",
    "cos",
    "cos_",
    "cosh",
    "cosh_",
    "cosine_embedding_loss",
    "cosine_similarity",
    "count_nonzero",
    "cov",
    "cpu",
    "cross",
    "ctc_loss",
    "cuda",
    "cummax",
    "cummin",
    "cumprod",
    "cumprod_",
    "cumsum",
    "cumsum_",
    "cumulative_trapezoid",
    "datasets",
    "default_generator",
    "deg2rad",
    "deg2rad_",
    "det",
    "detach",
    "detach_",
    "device",
    "diag",
    "diag_embed",
    "diagflat",
    "diagonal",
    "diagonal_scatter",
    "diff",
    "digamma",
    "digamma_",
    "dist",
    "distributed",
    "distributions",
    "div",
    "div_",
    "divide",
    "divide_",
    "dot",
    "double",
    "dropout",
    "dsplit",
    "dstack",
    "dtype",
    "e",
    "einsum",
    "elu",
    "empty",
    "empty_like",
    "empty_permuted",
    "empty_strided",
    "enable_grad",
    "eq",
    "eq_",
    "equal",
    "erf",
    "erf_",
    "erfc",
    "erfc_",
    "erfinv",
    "erfinv_",
    "exp",
    "exp2",
    "exp2_",
    "exp_",
    "expand",
    "expand_as",
    "expm1",
    "expm1_",
    "eye",
    "feature_alpha_dropout",
    "fill_",
    "finfo",
    "fix",
    "fix_",
    "flatten",
    "flip",
    "fliplr",
    "flipud",
    "float",
    "float16",
    "float32",
    "float64",
    "float_power",
    "float_power_",
    "floor",
    "floor_",
    "floor_divide",
    "floor_divide_",
    "fmax",
    "fmin",
    "fmod",
    "fmod_",
    "frac",
    "frac_",
    "frexp",
    "from_dlpack",
    "from_numpy",
    "frombuffer",
    "full",
    "full_like",
    "func",
    "fx",
    "gather",
    "gcd",
    "gcd_",
    "ge",
    "ge_",
    "gelu",
    "ger",
    "get_default_device",
    "get_default_dtype",
    "get_deterministic_debug_mode",
    "get_float32_matmul_precision",
    "get_num_interop_threads",
    "get_num_threads",
    "get_rng_state",
    "getitem",
    "gradient",
    "greater",
    "greater_",
    "greater_equal",
    "greater_equal_",
    "group_norm",
    "gru_cell",
    "gt",
    "gt_",
    "half",
    "hamming_window",
    "hann_window",
    "hardshrink",
    "heaviside",
    "heaviside_",
    "hinge_embedding_loss",
    "histc",
    "hsplit",
    "hstack",
    "hub",
    "hypot",
    "hypot_",
    "i0",
    "i0_",
    "iinfo",
    "imag",
    "index_add",
    "index_add_",
    "index_copy",
    "index_copy_",
    "index_fill",
    "index_fill_",
    "index_put",
    "index_put_",
    "index_reduce",
    "index_reduce_",
    "index_select",
    "inf",
    "inference_mode",
    "initial_seed",
    "inner",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "interpolate",
    "inverse",
    "io",
    "is_autocast_cache_enabled",
    "is_autocast_cpu_enabled",
    "is_autocast_enabled",
    "is_complex",
    "is_conj",
    "is_deterministic_algorithms_warn_only_enabled",
    "is_floating_point",
    "is_grad_enabled",
    "is_inference",
    "is_inference_mode_enabled",
    "is_neg",
    "is_nonzero",
    "is_same_size",
    "is_signed",
    "is_tensor",
    "isclose",
    "isfinite",
    "isin",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "isreal_",
    "jit",
    "kaiser_window",
    "kl_div",
    "kron",
    "kthvalue",
    "layer_norm",
    "layout",
    "lcm",
    "lcm_",
    "ldexp",
    "ldexp_",
    "le",
    "le_",
    "leaky_relu",
    "legacy_contiguous_format",
    "lerp",
    "lerp_",
    "less",
    "less_",
    "less_equal",
    "less_equal_",
    "lgamma",
    "lgamma_",
    "library",
    "linalg",
    "linspace",
    "load",
    "log",
    "log1p",
    "log1p_",
    "log2",
    "log2_",
    "log10",
    "log10_",
    "log_",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logcumsumexp",
    "logdet",
    "logical_and",
    "logical_and_",
    "logical_not",
    "logical_not_",
    "logical_or",
    "logical_or_",
    "logical_xor",
    "logical_xor_",
    "logit",
    "logit_",
    "logspace",
    "logsumexp",
    "long",
    "lstm_cell",
    "lt",
    "lt_",
    "manual_seed",
    "margin_ranking_loss",
    "masked_fill",
    "masked_fill_",
    "masked_scatter",
    "masked_scatter_",
    "masked_select",
    "matmul",
    "matrix_exp",
    "matrix_power",
    "max",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "maximum",
    "mean",
    "median",
    "memory_format",
    "meshgrid",
    "min",
    "minimum",
    "mm",
    "mode",
    "moveaxis",
    "movedim",
    "msort",
    "mul",
    "mul_",
    "multinomial",
    "multiply",
    "multiply_",
    "multiprocessing",
    "mv",
    "mvlgamma",
    "mvlgamma_",
    "nan",
    "nan_to_num",
    "nan_to_num_",
    "nanmean",
    "nanmedian",
    "nanquantile",
    "nansum",
    "narrow",
    "narrow_copy",
    "ne",
    "ne_",
    "neg",
    "neg_",
    "negative",
    "negative_",
    "newaxis",
    "nextafter",
    "nextafter_",
    "nn",
    "no_grad",
    "nonzero",
    "norm",
    "normal",
    "not_equal",
    "not_equal_",
    "numel",
    "ones",
    "ones_like",
    "onnx",
    "optim",
    "outer",
    "overrides",
    "pairwise_distance",
    "pdist",
    "permute",
    "pi",
    "pinverse",
    "pixel_shuffle",
    "pixel_unshuffle",
    "poisson",
    "poisson_nll_loss",
    "polygamma",
    "positive",
    "pow",
    "pow_",
    "prelu",
    "preserve_format",
    "prod",
    "profiler",
    "promote_types",
    "put",
    "put_",
    "qr",
    "quantile",
    "rad2deg",
    "rad2deg_",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "random",
    "randperm",
    "range",
    "ravel",
    "real",
    "reciprocal",
    "reciprocal_",
    "relu",
    "relu_",
    "remainder",
    "remainder_",
    "renorm",
    "renorm_",
    "repeat",
    "repeat_interleave",
    "reshape",
    "reshape_as",
    "resize_as_",
    "resolve_conj",
    "resolve_neg",
    "result_type",
    "rms_norm",
    "rnn_relu_cell",
    "rnn_tanh_cell",
    "roll",
    "rot90",
    "round",
    "round_",
    "row_stack",
    "rrelu",
    "rsqrt",
    "rsqrt_",
    "rsub",
    "save",
    "scalar_tensor",
    "scatter",
    "scatter_",
    "scatter_add",
    "scatter_add_",
    "scatter_reduce",
    "scatter_reduce_",
    "searchsorted",
    "seed",
    "select",
    "select_scatter",
    "selu",
    "serialization",
    "set_default_device",
    "set_default_dtype",
    "set_default_tensor_type",
    "set_deterministic_debug_mode",
    "set_float32_matmul_precision",
    "set_flush_denormal",
    "set_grad_enabled",
    "set_num_interop_threads",
    "set_num_threads",
    "set_printoptions",
    "set_rng_state",
    "sgn",
    "sgn_",
    "short",
    "sigmoid",
    "sigmoid_",
    "sign",
    "sign_",
    "signbit",
    "silu",
    "sin",
    "sin_",
    "sinc",
    "sinc_",
    "sinh",
    "sinh_",
    "slice_scatter",
    "slogdet",
    "softmax",
    "softplus",
    "sort",
    "special",
    "split",
    "split_with_sizes",
    "spmm",
    "sqrt",
    "sqrt_",
    "square",
    "square_",
    "squeeze",
    "squeeze_",
    "stack",
    "std",
    "std_mean",
    "strided",
    "sub",
    "sub_",
    "subtract",
    "subtract_",
    "sum",
    "svd",
    "swapaxes",
    "swapaxes_",
    "swapdims",
    "swapdims_",
    "t",
    "t_",
    "take",
    "take_along_dim",
    "tan",
    "tan_",
    "tanh",
    "tanh_",
    "tensor",
    "tensor_split",
    "tensordot",
    "threshold",
    "tile",
    "to_dlpack",
    "topk",
    "trace",
    "transpose",
    "transpose_",
    "trapezoid",
    "trapz",
    "tril",
    "tril_",
    "tril_indices",
    "triplet_margin_loss",
    "triu",
    "triu_",
    "triu_indices",
    "true_divide",
    "true_divide_",
    "trunc",
    "trunc_",
    "typename",
    "uint8",
    "unbind",
    "unflatten",
    "unfold",
    "unique",
    "unique_consecutive",
    "unravel_index",
    "unsafe_chunk",
    "unsafe_split",
    "unsafe_split_with_sizes",
    "unsqueeze",
    "unsqueeze_",
    "use_deterministic_algorithms",
    "utils",
    "vander",
    "var",
    "var_mean",
    "vdot",
    "view",
    "view_as",
    "viz",
    "vmap",
    "vsplit",
    "vstack",
    "where",
    "xlogy",
    "xlogy_",
    "zero_",
    "zeros",
    "zeros_like",
]

__version__: str

def abs(input: Tensor, *, out: Any = None) -> Tensor: ...
def abs_(input: Tensor) -> Tensor: ...
def absolute(input: Tensor, *, out: Any = None) -> Tensor: ...
def absolute_(input: Tensor) -> Tensor: ...
def acos(input: Tensor, *, out: Any = None) -> Tensor: ...
def acos_(input: Tensor) -> Tensor: ...
def acosh(input: Tensor, *, out: Any = None) -> Tensor: ...
def acosh_(input: Tensor) -> Tensor: ...
def adaptive_avg_pool1d(input: Tensor, output_size: OutputSize, *, out: Any = None) -> Tensor: ...
def adaptive_max_pool1d(
    input: Tensor, output_size: OutputSize, return_indices: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def add(input: Tensor, other: Tensor | Number, *, alpha: builtins.float = 1, out: Any = None) -> Tensor: ...
def add_(input: Tensor, other: Tensor | Number, *, alpha: builtins.float = 1) -> Tensor: ...
def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Any = None
) -> Tensor: ...
def addbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def addcdiv(
    input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: builtins.float = 1, out: Any = None
) -> Tensor: ...
def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: builtins.float = 1) -> Tensor: ...
def addcmul(
    input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: builtins.float = 1, out: Any = None
) -> Tensor: ...
def addcmul_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: builtins.float = 1) -> Tensor: ...
def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Any = None
) -> Tensor: ...
def addmm_(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def addmv(
    input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Any = None
) -> Tensor: ...
def addmv_(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def addr(
    input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Any = None
) -> Tensor: ...
def addr_(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def adjoint(input: Tensor, *, out: Any = None) -> Tensor: ...
def all(input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def allclose(
    input: Tensor,
    other: Tensor | Number,
    rtol: builtins.float = 1e-05,
    atol: builtins.float = 1e-08,
    equal_nan: builtins.bool = False,
    *,
    out: Any = None,
) -> builtins.bool: ...
def alpha_dropout(
    input: Tensor,
    p: builtins.float = 0.5,
    training: builtins.bool = False,
    inplace: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def amax(input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def amin(input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def aminmax(
    input: Tensor, *, dim: builtins.int | None = None, keepdim: builtins.bool = False, out: Any = None
) -> Extrema: ...
def angle(input: Tensor, *, out: Any = None) -> Tensor: ...
def angle_(input: Tensor) -> Tensor: ...
def any(input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def arange(
    *bounds: Any,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
    **named: Any,
) -> Tensor: ...
def arccos(input: Tensor, *, out: Any = None) -> Tensor: ...
def arccos_(input: Tensor) -> Tensor: ...
def arccosh(input: Tensor, *, out: Any = None) -> Tensor: ...
def arccosh_(input: Tensor) -> Tensor: ...
def arcsin(input: Tensor, *, out: Any = None) -> Tensor: ...
def arcsin_(input: Tensor) -> Tensor: ...
def arcsinh(input: Tensor, *, out: Any = None) -> Tensor: ...
def arcsinh_(input: Tensor) -> Tensor: ...
def arctan(input: Tensor, *, out: Any = None) -> Tensor: ...
def arctan2(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def arctan2_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def arctan_(input: Tensor) -> Tensor: ...
def arctanh(input: Tensor, *, out: Any = None) -> Tensor: ...
def arctanh_(input: Tensor) -> Tensor: ...
def argmax(
    input: Tensor, dim: builtins.int | None = None, keepdim: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def argmin(
    input: Tensor, dim: builtins.int | None = None, keepdim: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def argsort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: builtins.bool = False,
    stable: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def argwhere(input: Tensor, *, out: Any = None) -> Tensor: ...
def as_strided(
    input: Tensor,
    size: Sequence[builtins.int],
    stride: Sequence[builtins.int],
    storage_offset: builtins.int | None = None,
    *,
    out: Any = None,
) -> Tensor: ...
def as_strided_(
    input: Tensor,
    size: Sequence[builtins.int],
    stride: Sequence[builtins.int],
    storage_offset: builtins.int | None = None,
) -> Tensor: ...
def as_tensor(data: Any, dtype: DTypeLike = None, device: Any = None, *, out: Any = None) -> Tensor: ...
def asarray(
    obj: Any,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    copy: builtins.bool | None = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def asin(input: Tensor, *, out: Any = None) -> Tensor: ...
def asin_(input: Tensor) -> Tensor: ...
def asinh(input: Tensor, *, out: Any = None) -> Tensor: ...
def asinh_(input: Tensor) -> Tensor: ...
def atan(input: Tensor, *, out: Any = None) -> Tensor: ...
def atan2(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def atan2_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def atan_(input: Tensor) -> Tensor: ...
def atanh(input: Tensor, *, out: Any = None) -> Tensor: ...
def atanh_(input: Tensor) -> Tensor: ...
def atleast_1d(*tensors: Tensor, out: Any = None) -> Any: ...
def atleast_2d(*tensors: Tensor, out: Any = None) -> Any: ...
def atleast_3d(*tensors: Tensor, out: Any = None) -> Any: ...
def avg_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: builtins.bool = False,
    count_include_pad: builtins.bool = True,
    *,
    out: Any = None,
) -> Tensor: ...
def avg_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: builtins.bool = False,
    count_include_pad: builtins.bool = True,
    divisor_override: builtins.int | None = None,
    *,
    out: Any = None,
) -> Tensor: ...
def avg_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: builtins.bool = False,
    count_include_pad: builtins.bool = True,
    divisor_override: builtins.int | None = None,
    *,
    out: Any = None,
) -> Tensor: ...
def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1, out: Any = None
) -> Tensor: ...
def baddbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: builtins.bool = False,
    momentum: builtins.float = 0.1,
    eps: builtins.float = 1e-05,
    *,
    out: Any = None,
) -> Tensor: ...
def bernoulli(
    input: Tensor, p: builtins.float | None = None, *, generator: Generator | None = None, out: Any = None
) -> Tensor: ...
def bilinear(
    input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None, *, out: Any = None
) -> Tensor: ...
def bincount(
    input: Tensor, weights: Tensor | None = None, minlength: builtins.int = 0, *, out: Any = None
) -> Tensor: ...
def binomial(input: Tensor, prob: Tensor, generator: Generator | None = None, *, out: Any = None) -> Tensor: ...
def bitwise_and(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def bitwise_and_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_left_shift(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def bitwise_left_shift_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_not(input: Tensor, *, out: Any = None) -> Tensor: ...
def bitwise_not_(input: Tensor) -> Tensor: ...
def bitwise_or(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def bitwise_or_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_right_shift(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def bitwise_right_shift_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_xor(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def bitwise_xor_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def block_diag(*tensors: Tensor, out: Any = None) -> Tensor: ...
def bmm(input: Tensor, mat2: Tensor, *, out: Any = None) -> Tensor: ...
def broadcast_shapes(*shapes: Any, out: Any = None) -> tuple[builtins.int, ...]: ...
def broadcast_tensors(*tensors: Tensor, out: Any = None) -> tuple[Tensor, ...]: ...
def broadcast_to(input: Tensor, size: Sequence[builtins.int], *, out: Any = None) -> Tensor: ...
def bucketize(
    input: Tensor,
    boundaries: Tensor,
    *,
    out_int32: builtins.bool = False,
    right: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def can_cast(from_: Any, to: Any, *, out: Any = None) -> Any: ...
def cartesian_prod(*tensors: Tensor, out: Any = None) -> Tensor: ...
def cat(tensors: Sequence[Tensor], dim: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def cdist(
    x1: Tensor,
    x2: Tensor,
    p: builtins.float = 2.0,
    compute_mode: str = "use_mm_for_euclid_dist_if_necessary",
    *,
    out: Any = None,
) -> Tensor: ...
def ceil(input: Tensor, *, out: Any = None) -> Tensor: ...
def ceil_(input: Tensor) -> Tensor: ...
def celu(input: Tensor, alpha: builtins.float = 1.0, inplace: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def chain_matmul(*matrices: Tensor, out: Any = None) -> Tensor: ...
def channel_shuffle(input: Tensor, groups: builtins.int, *, out: Any = None) -> Tensor: ...
def cholesky(A: Tensor, upper: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def cholesky_inverse(L: Tensor, upper: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def cholesky_solve(B: Tensor, L: Tensor, upper: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def chunk(input: Tensor, chunks: builtins.int, dim: builtins.int = 0, *, out: Any = None) -> tuple[Tensor, ...]: ...
def clamp(
    input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None, *, out: Any = None
) -> Tensor: ...
def clamp_(input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None) -> Tensor: ...
def clamp_max(input: Tensor, max: Tensor | Number, *, out: Any = None) -> Tensor: ...
def clamp_max_(input: Tensor, max: Tensor | Number) -> Tensor: ...
def clamp_min(input: Tensor, min: Tensor | Number, *, out: Any = None) -> Tensor: ...
def clamp_min_(input: Tensor, min: Tensor | Number) -> Tensor: ...
def clip(
    input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None, *, out: Any = None
) -> Tensor: ...
def clip_(input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None) -> Tensor: ...
def clone(input: Tensor, *, memory_format: memory_format = ..., out: Any = None) -> Tensor: ...
def column_stack(tensors: Sequence[Tensor], *, out: Any = None) -> Tensor: ...
def combinations(
    input: Tensor, r: builtins.int = 2, with_replacement: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def concat(tensors: Sequence[Tensor], dim: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def concatenate(tensors: Sequence[Tensor], dim: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def conj(input: Tensor, *, out: Any = None) -> Tensor: ...
def conj_physical(input: Tensor, *, out: Any = None) -> Tensor: ...
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: builtins.int = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: builtins.int = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: builtins.int = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: builtins.int = 1,
    dilation: Ints = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: builtins.int = 1,
    dilation: Ints = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: builtins.int = 1,
    dilation: Ints = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def copysign(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def copysign_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def corrcoef(input: Tensor, *, out: Any = None) -> Tensor: ...
def cos(input: Tensor, *, out: Any = None) -> Tensor: ...
def cos_(input: Tensor) -> Tensor: ...
def cosh(input: Tensor, *, out: Any = None) -> Tensor: ...
def cosh_(input: Tensor) -> Tensor: ...
def cosine_similarity(
    x1: Tensor, x2: Tensor, dim: builtins.int = 1, eps: builtins.float = 1e-08, *, out: Any = None
) -> Tensor: ...
def count_nonzero(input: Tensor, dim: Dims = None, *, out: Any = None) -> Tensor: ...
def cov(
    input: Tensor,
    *,
    correction: builtins.int = 1,
    fweights: Tensor | None = None,
    aweights: Tensor | None = None,
    out: Any = None,
) -> Tensor: ...
def cross(input: Tensor, other: Tensor, dim: builtins.int | None = None, *, out: Any = None) -> Tensor: ...
def cummax(input: Tensor, dim: builtins.int, *, out: Any = None) -> Running: ...
def cummin(input: Tensor, dim: builtins.int, *, out: Any = None) -> Running: ...
def cumprod(input: Tensor, dim: builtins.int, *, dtype: DTypeLike = None, out: Any = None) -> Tensor: ...
def cumprod_(input: Tensor, dim: builtins.int, *, dtype: DTypeLike = None) -> Tensor: ...
def cumsum(input: Tensor, dim: builtins.int, *, dtype: DTypeLike = None, out: Any = None) -> Tensor: ...
def cumsum_(input: Tensor, dim: builtins.int, *, dtype: DTypeLike = None) -> Tensor: ...
def cumulative_trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: builtins.float = 1.0, dim: builtins.int = -1, out: Any = None
) -> Tensor: ...
def deg2rad(input: Tensor, *, out: Any = None) -> Tensor: ...
def deg2rad_(input: Tensor) -> Tensor: ...
def det(A: Tensor, *, out: Any = None) -> Tensor: ...
def detach(self: Any, *, out: Any = None) -> Tensor: ...
def detach_(self: G, *, out: Any = None) -> G: ...
def diag(input: Tensor, diagonal: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def diag_embed(
    input: Tensor, offset: builtins.int = 0, dim1: builtins.int = -2, dim2: builtins.int = -1, *, out: Any = None
) -> Tensor: ...
def diagflat(input: Tensor, offset: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def diagonal(
    input: Tensor, offset: builtins.int = 0, dim1: builtins.int = 0, dim2: builtins.int = 1, *, out: Any = None
) -> Tensor: ...
def diagonal_scatter(
    input: Tensor,
    src: Tensor,
    offset: builtins.int = 0,
    dim1: builtins.int = 0,
    dim2: builtins.int = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def diff(
    input: Tensor,
    n: builtins.int = 1,
    dim: builtins.int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
    *,
    out: Any = None,
) -> Tensor: ...
def digamma(input: Tensor, *, out: Any = None) -> Tensor: ...
def digamma_(input: Tensor) -> Tensor: ...
def dist(input: Tensor, other: Tensor | Number, p: builtins.float = 2, *, out: Any = None) -> Tensor: ...
def div(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None, out: Any = None) -> Tensor: ...
def div_(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor: ...
def divide(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None, out: Any = None) -> Tensor: ...
def divide_(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor: ...
def dot(input: Tensor, tensor: Tensor, *, out: Any = None) -> Tensor: ...
def dropout(
    input: Tensor,
    p: builtins.float = 0.5,
    training: builtins.bool = True,
    inplace: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def dsplit(input: Tensor, indices_or_sections: Ints, *, out: Any = None) -> tuple[Tensor, ...]: ...
def dstack(tensors: Sequence[Tensor], *, out: Any = None) -> Tensor: ...
def einsum(equation: Any, *operands: Any, out: Any = None) -> Tensor: ...
def elu(input: Tensor, alpha: builtins.float = 1.0, *, out: Any = None) -> Tensor: ...
def empty(
    *size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def empty_like(
    input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def empty_permuted(
    size: Ints,
    physical_layout: Ints,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def empty_strided(
    size: Ints,
    stride: Ints,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def eq(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def eq_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def equal(input: Tensor, other: Tensor | Number, *, out: Any = None) -> builtins.bool: ...
def erf(input: Tensor, *, out: Any = None) -> Tensor: ...
def erf_(input: Tensor) -> Tensor: ...
def erfc(input: Tensor, *, out: Any = None) -> Tensor: ...
def erfc_(input: Tensor) -> Tensor: ...
def erfinv(input: Tensor, *, out: Any = None) -> Tensor: ...
def erfinv_(input: Tensor) -> Tensor: ...
def exp(input: Tensor, *, out: Any = None) -> Tensor: ...
def exp2(input: Tensor, *, out: Any = None) -> Tensor: ...
def exp2_(input: Tensor) -> Tensor: ...
def exp_(input: Tensor) -> Tensor: ...
@overload
def expand(input: Tensor, *size: Ints) -> Tensor: ...
@overload
def expand(input: Tensor, *, size: Ints) -> Tensor: ...
def expand_as(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor: ...
def expm1(input: Tensor, *, out: Any = None) -> Tensor: ...
def expm1_(input: Tensor) -> Tensor: ...
def eye(
    n: builtins.int,
    m: builtins.int | None = None,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def feature_alpha_dropout(
    input: Tensor,
    p: builtins.float = 0.5,
    training: builtins.bool = False,
    inplace: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def fill_(x: Tensor, value: Tensor | Number) -> Tensor: ...
def fix(input: Tensor, *, out: Any = None) -> Tensor: ...
def fix_(input: Tensor) -> Tensor: ...
def flatten(input: Tensor, start_dim: builtins.int = 0, end_dim: builtins.int = -1, *, out: Any = None) -> Tensor: ...
@overload
def flip(input: Tensor, *dims: Ints) -> Tensor: ...
@overload
def flip(input: Tensor, *, dims: Ints) -> Tensor: ...
def fliplr(input: Tensor, *, out: Any = None) -> Tensor: ...
def flipud(input: Tensor, *, out: Any = None) -> Tensor: ...
def float_power(input: Tensor, exponent: Tensor | Number, *, out: Any = None) -> Tensor: ...
def float_power_(input: Tensor, exponent: Tensor | Number) -> Tensor: ...
def floor(input: Tensor, *, out: Any = None) -> Tensor: ...
def floor_(input: Tensor) -> Tensor: ...
def floor_divide(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def floor_divide_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def fmax(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def fmin(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def fmod(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def fmod_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def frac(input: Tensor, *, out: Any = None) -> Tensor: ...
def frac_(input: Tensor) -> Tensor: ...
def frexp(input: Tensor, *, out: Any = None) -> Parts: ...
def from_dlpack(ext_tensor: Any, *, out: Any = None) -> Tensor: ...
def from_numpy(array: Array, *, out: Any = None) -> Tensor: ...
def frombuffer(
    buffer: Any,
    *,
    dtype: DTypeLike,
    count: builtins.int = -1,
    offset: builtins.int = 0,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def full(
    size: Ints,
    fill_value: Tensor | Number,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def full_like(
    input: Tensor,
    fill_value: Number,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def gather(
    input: Tensor, dim: builtins.int, index: Indices, *, sparse_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def gcd(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def gcd_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ge(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def ge_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def gelu(input: Tensor, approximate: str = "none", *, out: Any = None) -> Tensor: ...
def ger(input: Tensor, vec2: Tensor, *, out: Any = None) -> Tensor: ...
def getitem(input: Tensor, index: Any, *, out: Any = None) -> Tensor: ...
def gradient(
    input: Tensor, *, spacing: Any = 1, dim: Dims = None, edge_order: builtins.int = 1, out: Any = None
) -> tuple[Tensor, ...]: ...
def greater(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def greater_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def greater_equal(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def greater_equal_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def group_norm(
    input: Tensor,
    num_groups: builtins.int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: builtins.float = 1e-05,
    *,
    out: Any = None,
) -> Tensor: ...
def gt(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def gt_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def hardshrink(input: Tensor, lambd: builtins.float = 0.5, *, out: Any = None) -> Tensor: ...
def heaviside(input: Tensor, values: Tensor, *, out: Any = None) -> Tensor: ...
def heaviside_(input: Tensor, values: Tensor) -> Tensor: ...
def histc(
    input: Tensor, bins: builtins.int = 100, min: builtins.float = 0, max: builtins.float = 0, *, out: Any = None
) -> Tensor: ...
def hsplit(input: Tensor, indices_or_sections: Ints, *, out: Any = None) -> tuple[Tensor, ...]: ...
def hstack(tensors: Sequence[Tensor], *, out: Any = None) -> Tensor: ...
def hypot(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def hypot_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def i0(input: Tensor, *, out: Any = None) -> Tensor: ...
def i0_(input: Tensor) -> Tensor: ...
def index_add(
    input: Tensor, dim: builtins.int, index: Indices, source: Tensor, *, alpha: Number = 1, out: Any = None
) -> Tensor: ...
def index_add_(input: Tensor, dim: builtins.int, index: Indices, source: Tensor, *, alpha: Number = 1) -> Tensor: ...
def index_copy(input: Tensor, dim: builtins.int, index: Indices, source: Tensor, *, out: Any = None) -> Tensor: ...
def index_copy_(input: Tensor, dim: builtins.int, index: Indices, source: Tensor) -> Tensor: ...
def index_fill(
    input: Tensor, dim: builtins.int, index: Indices, value: Tensor | Number, *, out: Any = None
) -> Tensor: ...
def index_fill_(input: Tensor, dim: builtins.int, index: Indices, value: Tensor | Number) -> Tensor: ...
def index_put(
    input: Tensor, indices: Sequence[Indices], values: Tensor, accumulate: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def index_put_(
    input: Tensor, indices: Sequence[Indices], values: Tensor, accumulate: builtins.bool = False
) -> Tensor: ...
def index_reduce(
    input: Tensor,
    dim: builtins.int,
    index: Indices,
    source: Tensor,
    reduce: str,
    *,
    include_self: builtins.bool = True,
    out: Any = None,
) -> Tensor: ...
def index_reduce_(
    input: Tensor, dim: builtins.int, index: Indices, source: Tensor, reduce: str, *, include_self: builtins.bool = True
) -> Tensor: ...
def index_select(input: Tensor, dim: builtins.int, index: Indices, *, out: Any = None) -> Tensor: ...
def inner(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor: ...
def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: builtins.bool | None = None,
    recompute_scale_factor: builtins.bool | None = None,
    antialias: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def inverse(A: Tensor, *, out: Any = None) -> Tensor: ...
def is_complex(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_conj(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_floating_point(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_inference(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_neg(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_nonzero(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_same_size(input: Tensor, other: Tensor, *, out: Any = None) -> builtins.bool: ...
def is_signed(input: Tensor, *, out: Any = None) -> builtins.bool: ...
def isclose(
    input: Tensor,
    other: Tensor | Number,
    rtol: builtins.float = 1e-05,
    atol: builtins.float = 1e-08,
    equal_nan: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def isfinite(input: Tensor, *, out: Any = None) -> Tensor: ...
def isin(
    elements: Tensor | Number,
    test_elements: Tensor | Number,
    *,
    assume_unique: builtins.bool = False,
    invert: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def isinf(input: Tensor, *, out: Any = None) -> Tensor: ...
def isnan(input: Tensor, *, out: Any = None) -> Tensor: ...
def isneginf(input: Tensor, *, out: Any = None) -> Tensor: ...
def isposinf(input: Tensor, *, out: Any = None) -> Tensor: ...
def isreal(input: Tensor, *, out: Any = None) -> Tensor: ...
def isreal_(input: Tensor) -> Tensor: ...
def kron(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor: ...
def kthvalue(
    input: Tensor, k: builtins.int, dim: builtins.int = -1, keepdim: builtins.bool = False, *, out: Any = None
) -> Sorted: ...
def layer_norm(
    input: Tensor,
    normalized_shape: builtins.int | Sequence[builtins.int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: builtins.float = 1e-05,
    *,
    out: Any = None,
) -> Tensor: ...
def lcm(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def lcm_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ldexp(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def ldexp_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def le(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def le_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def leaky_relu(input: Tensor, negative_slope: builtins.float = 0.01, *, out: Any = None) -> Tensor: ...
def lerp(input: Tensor, end: Tensor, weight: Tensor | Number, *, out: Any = None) -> Tensor: ...
def lerp_(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor: ...
def less(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def less_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def less_equal(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def less_equal_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def lgamma(input: Tensor, *, out: Any = None) -> Tensor: ...
def lgamma_(input: Tensor) -> Tensor: ...
def linspace(
    start: builtins.float,
    end: builtins.float,
    steps: builtins.int,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def log(input: Tensor, *, out: Any = None) -> Tensor: ...
def log10(input: Tensor, *, out: Any = None) -> Tensor: ...
def log10_(input: Tensor) -> Tensor: ...
def log1p(input: Tensor, *, out: Any = None) -> Tensor: ...
def log1p_(input: Tensor) -> Tensor: ...
def log2(input: Tensor, *, out: Any = None) -> Tensor: ...
def log2_(input: Tensor) -> Tensor: ...
def log_(input: Tensor) -> Tensor: ...
def log_softmax(input: Tensor, dim: builtins.int, dtype: DTypeLike = None, *, out: Any = None) -> Tensor: ...
def logaddexp(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def logaddexp2(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def logcumsumexp(input: Tensor, dim: builtins.int, *, out: Any = None) -> Tensor: ...
def logdet(A: Tensor, *, out: Any = None) -> Tensor: ...
def logical_and(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def logical_and_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_not(input: Tensor, *, out: Any = None) -> Tensor: ...
def logical_not_(input: Tensor) -> Tensor: ...
def logical_or(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def logical_or_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_xor(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def logical_xor_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logit(input: Tensor, eps: builtins.float | None = None, *, out: Any = None) -> Tensor: ...
def logit_(input: Tensor, eps: builtins.float | None = None) -> Tensor: ...
def logspace(
    start: builtins.float,
    end: builtins.float,
    steps: builtins.int,
    base: builtins.float = 10.0,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def logsumexp(input: Tensor, dim: Dims, keepdim: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def lt(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def lt_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def masked_fill(input: Tensor, mask: Indices, value: Tensor | Number, *, out: Any = None) -> Tensor: ...
def masked_fill_(input: Tensor, mask: Indices, value: Tensor | Number) -> Tensor: ...
def masked_scatter(input: Tensor, mask: Indices, source: Tensor, *, out: Any = None) -> Tensor: ...
def masked_scatter_(input: Tensor, mask: Indices, source: Tensor) -> Tensor: ...
def masked_select(input: Tensor, mask: Indices, *, out: Any = None) -> Tensor: ...
def matmul(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor: ...
def matrix_exp(A: Tensor, *, out: Any = None) -> Tensor: ...
def matrix_power(A: Tensor, n: builtins.int, *, out: Any = None) -> Tensor: ...
@overload
def max(input: Tensor, *, out: Any = None) -> Tensor: ...
@overload
def max(input: Tensor, dim: builtins.int, keepdim: builtins.bool = False, *, out: Any = None) -> Extremum: ...
@overload
def max(input: Tensor, dim: Tensor, *, out: Any = None) -> Tensor: ...
def max_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: builtins.bool = False,
    return_indices: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def max_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: builtins.bool = False,
    return_indices: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def max_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: builtins.bool = False,
    return_indices: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def maximum(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def mean(
    input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, dtype: DTypeLike = None, out: Any = None
) -> Tensor: ...
@overload
def median(input: Tensor, *, out: Any = None) -> Tensor: ...
@overload
def median(input: Tensor, dim: builtins.int, keepdim: builtins.bool = False, *, out: Any = None) -> Extremum: ...
def meshgrid(*tensors: Tensor, indexing: str = "ij", out: Any = None) -> tuple[Tensor, ...]: ...
@overload
def min(input: Tensor, *, out: Any = None) -> Tensor: ...
@overload
def min(input: Tensor, dim: builtins.int, keepdim: builtins.bool = False, *, out: Any = None) -> Extremum: ...
@overload
def min(input: Tensor, dim: Tensor, *, out: Any = None) -> Tensor: ...
def minimum(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def mm(input: Tensor, mat2: Tensor, *, out: Any = None) -> Tensor: ...
def mode(input: Tensor, dim: builtins.int = -1, keepdim: builtins.bool = False, *, out: Any = None) -> Extremum: ...
def moveaxis(input: Tensor, source: Dims, destination: Dims, *, out: Any = None) -> Tensor: ...
def movedim(input: Tensor, source: Dims, destination: Dims, *, out: Any = None) -> Tensor: ...
def msort(input: Tensor, *, out: Any = None) -> Tensor: ...
def mul(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def mul_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def multinomial(
    input: Tensor,
    num_samples: builtins.int,
    replacement: builtins.bool = False,
    *,
    generator: Generator | None = None,
    out: Any = None,
) -> Tensor: ...
def multiply(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def multiply_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def mv(input: Tensor, vec: Tensor, *, out: Any = None) -> Tensor: ...
def mvlgamma(input: Tensor, p: builtins.int, *, out: Any = None) -> Tensor: ...
def mvlgamma_(input: Tensor, p: builtins.int) -> Tensor: ...
def nan_to_num(
    input: Tensor,
    nan: builtins.float = 0.0,
    posinf: builtins.float | None = None,
    neginf: builtins.float | None = None,
    *,
    out: Any = None,
) -> Tensor: ...
def nan_to_num_(
    input: Tensor, nan: builtins.float = 0.0, posinf: builtins.float | None = None, neginf: builtins.float | None = None
) -> Tensor: ...
def nanmean(
    input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, dtype: DTypeLike = None, out: Any = None
) -> Tensor: ...
@overload
def nanmedian(input: Tensor, *, out: Any = None) -> Tensor: ...
@overload
def nanmedian(input: Tensor, dim: builtins.int, keepdim: builtins.bool = False, *, out: Any = None) -> Extremum: ...
def nanquantile(
    input: Tensor,
    q: builtins.float | Tensor,
    dim: builtins.int | None = None,
    keepdim: builtins.bool = False,
    *,
    interpolation: str = "linear",
    out: Any = None,
) -> Tensor: ...
def nansum(
    input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, dtype: DTypeLike = None, out: Any = None
) -> Tensor: ...
def narrow(
    input: Tensor, dim: builtins.int, start: builtins.int | Tensor, length: builtins.int, *, out: Any = None
) -> Tensor: ...
def narrow_copy(
    input: Tensor, dim: builtins.int, start: builtins.int | Tensor, length: builtins.int, *, out: Any = None
) -> Tensor: ...
def ne(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def ne_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def neg(input: Tensor, *, out: Any = None) -> Tensor: ...
def neg_(input: Tensor) -> Tensor: ...
def negative(input: Tensor, *, out: Any = None) -> Tensor: ...
def negative_(input: Tensor) -> Tensor: ...
def nextafter(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def nextafter_(input: Tensor, other: Tensor | Number) -> Tensor: ...
@overload
def nonzero(input: Tensor, *, as_tuple: Literal[False] = False, out: Any = None) -> Tensor: ...
@overload
def nonzero(input: Tensor, *, as_tuple: Literal[True], out: Any = None) -> tuple[Tensor, ...]: ...
def norm(
    input: Tensor,
    p: Any = "fro",
    dim: Dims = None,
    keepdim: builtins.bool = False,
    *,
    dtype: DTypeLike = None,
    out: Any = None,
) -> Tensor: ...
def normal(
    mean: Tensor | builtins.float,
    std: Tensor | builtins.float = 1.0,
    size: Ints | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def not_equal(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def not_equal_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def numel(input: Tensor, *, out: Any = None) -> builtins.int: ...
def ones(
    *size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def ones_like(
    input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def outer(input: Tensor, vec2: Tensor, *, out: Any = None) -> Tensor: ...
def pairwise_distance(
    x1: Tensor,
    x2: Tensor,
    p: builtins.float = 2.0,
    eps: builtins.float = 1e-06,
    keepdim: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def pdist(input: Tensor, p: builtins.float = 2.0, *, out: Any = None) -> Tensor: ...
@overload
def permute(input: Tensor, *dims: Ints) -> Tensor: ...
@overload
def permute(input: Tensor, *, dims: Ints) -> Tensor: ...
def pinverse(input: Tensor, rcond: builtins.float = 1e-15, *, out: Any = None) -> Tensor: ...
def pixel_shuffle(input: Tensor, upscale_factor: builtins.int, *, out: Any = None) -> Tensor: ...
def pixel_unshuffle(input: Tensor, downscale_factor: builtins.int, *, out: Any = None) -> Tensor: ...
def poisson(input: Tensor, generator: Generator | None = None, *, out: Any = None) -> Tensor: ...
def polygamma(n: builtins.int, input: Tensor, *, out: Any = None) -> Tensor: ...
def positive(input: Tensor, *, out: Any = None) -> Tensor: ...
def pow(input: Tensor, exponent: Tensor | Number, *, out: Any = None) -> Tensor: ...
def pow_(input: Tensor, exponent: Tensor | Number) -> Tensor: ...
def prelu(input: Tensor, weight: Tensor, *, out: Any = None) -> Tensor: ...
def prod(
    input: Tensor,
    dim: builtins.int | None = None,
    keepdim: builtins.bool = False,
    *,
    dtype: DTypeLike = None,
    out: Any = None,
) -> Tensor: ...
def promote_types(type1: Any, type2: Any, *, out: Any = None) -> dtype: ...
def put(
    input: Tensor, index: Indices, source: Tensor, accumulate: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def put_(input: Tensor, index: Indices, source: Tensor, accumulate: builtins.bool = False) -> Tensor: ...
def qr(input: Tensor, some: builtins.bool = True, *, out: Any = None) -> QR: ...
def quantile(
    input: Tensor,
    q: builtins.float | Tensor,
    dim: builtins.int | None = None,
    keepdim: builtins.bool = False,
    *,
    interpolation: str = "linear",
    out: Any = None,
) -> Tensor: ...
def rad2deg(input: Tensor, *, out: Any = None) -> Tensor: ...
def rad2deg_(input: Tensor) -> Tensor: ...
def rand(
    *size: Ints,
    generator: Generator | None = None,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def rand_like(
    input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def randint(
    low: Any = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = ...,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def randint_like(
    input: Tensor,
    low: builtins.int = 0,
    high: builtins.int | None = None,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    out: Any = None,
) -> Tensor: ...
def randn(
    *size: Ints,
    generator: Generator | None = None,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def randn_like(
    input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def randperm(
    n: builtins.int, *, generator: Generator | None = None, dtype: DTypeLike = ..., device: Any = None, out: Any = None
) -> Tensor: ...
def range(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def ravel(input: Tensor, *, out: Any = None) -> Tensor: ...
def real(input: Tensor, *, out: Any = None) -> Tensor: ...
def reciprocal(input: Tensor, *, out: Any = None) -> Tensor: ...
def reciprocal_(input: Tensor) -> Tensor: ...
def relu(input: Tensor, *, out: Any = None) -> Tensor: ...
def relu_(input: Tensor) -> Tensor: ...
def remainder(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def remainder_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def renorm(
    input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float, *, out: Any = None
) -> Tensor: ...
def renorm_(input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float) -> Tensor: ...
@overload
def repeat(input: Tensor, *repeats: Ints) -> Tensor: ...
@overload
def repeat(input: Tensor, *, repeats: Ints) -> Tensor: ...
def repeat_interleave(
    input: Tensor,
    repeats: builtins.int | Tensor | None = None,
    dim: builtins.int | None = None,
    *,
    output_size: builtins.int | None = None,
    out: Any = None,
) -> Tensor: ...
@overload
def reshape(input: Tensor, *shape: Ints) -> Tensor: ...
@overload
def reshape(input: Tensor, *, shape: Ints) -> Tensor: ...
def reshape_as(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor: ...
def resize_as_(self: Any, the_template: Any, *, memory_format: Any = None, out: Any = None) -> Tensor: ...
def resolve_conj(input: Tensor, *, out: Any = None) -> Tensor: ...
def resolve_neg(input: Tensor, *, out: Any = None) -> Tensor: ...
def result_type(*operands: Any, out: Any = None) -> dtype: ...
def rms_norm(
    input: Tensor,
    normalized_shape: builtins.int | Sequence[builtins.int],
    weight: Tensor | None = None,
    eps: builtins.float | None = None,
    *,
    out: Any = None,
) -> Tensor: ...
def roll(
    input: Tensor, shifts: builtins.int | Sequence[builtins.int], dims: Dims = None, *, out: Any = None
) -> Tensor: ...
def rot90(input: Tensor, k: builtins.int = 1, dims: Sequence[builtins.int] = ..., *, out: Any = None) -> Tensor: ...
def round(input: Tensor, *, decimals: builtins.int = 0, out: Any = None) -> Tensor: ...
def round_(input: Tensor, *, decimals: builtins.int = 0) -> Tensor: ...
def row_stack(tensors: Sequence[Tensor], *, out: Any = None) -> Tensor: ...
def rrelu(
    input: Tensor,
    lower: builtins.float = 0.125,
    upper: builtins.float = 0.3333333333333333,
    training: builtins.bool = False,
    inplace: builtins.bool = False,
    *,
    out: Any = None,
) -> Tensor: ...
def rsqrt(input: Tensor, *, out: Any = None) -> Tensor: ...
def rsqrt_(input: Tensor) -> Tensor: ...
def rsub(input: Tensor, other: Tensor | Number, *, alpha: builtins.float = 1, out: Any = None) -> Tensor: ...
def scalar_tensor(
    value: Number, *, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def scatter(
    input: Tensor,
    dim: builtins.int,
    index: Indices,
    src: Tensor | Number | None = None,
    *,
    value: Tensor | Number | None = None,
    reduce: str | None = None,
    out: Any = None,
) -> Tensor: ...
def scatter_(
    input: Tensor,
    dim: builtins.int,
    index: Indices,
    src: Tensor | Number | None = None,
    *,
    value: Tensor | Number | None = None,
    reduce: str | None = None,
) -> Tensor: ...
def scatter_add(input: Tensor, dim: builtins.int, index: Indices, src: Tensor, *, out: Any = None) -> Tensor: ...
def scatter_add_(input: Tensor, dim: builtins.int, index: Indices, src: Tensor) -> Tensor: ...
def scatter_reduce(
    input: Tensor,
    dim: builtins.int,
    index: Indices,
    src: Tensor,
    reduce: str,
    *,
    include_self: builtins.bool = True,
    out: Any = None,
) -> Tensor: ...
def scatter_reduce_(
    input: Tensor, dim: builtins.int, index: Indices, src: Tensor, reduce: str, *, include_self: builtins.bool = True
) -> Tensor: ...
def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor,
    *,
    out_int32: builtins.bool = False,
    right: builtins.bool = False,
    side: str | None = None,
    sorter: Indices | None = None,
    out: Any = None,
) -> Tensor: ...
def select(input: Tensor, dim: builtins.int, index: builtins.int, *, out: Any = None) -> Tensor: ...
def select_scatter(
    input: Tensor, src: Tensor, dim: builtins.int, index: builtins.int, *, out: Any = None
) -> Tensor: ...
def selu(input: Tensor, inplace: builtins.bool = False, *, out: Any = None) -> Tensor: ...
def sgn(input: Tensor, *, out: Any = None) -> Tensor: ...
def sgn_(input: Tensor) -> Tensor: ...
def sigmoid(input: Tensor, *, out: Any = None) -> Tensor: ...
def sigmoid_(input: Tensor) -> Tensor: ...
def sign(input: Tensor, *, out: Any = None) -> Tensor: ...
def sign_(input: Tensor) -> Tensor: ...
def signbit(input: Tensor, *, out: Any = None) -> Tensor: ...
def silu(input: Tensor, *, out: Any = None) -> Tensor: ...
def sin(input: Tensor, *, out: Any = None) -> Tensor: ...
def sin_(input: Tensor) -> Tensor: ...
def sinc(input: Tensor, *, out: Any = None) -> Tensor: ...
def sinc_(input: Tensor) -> Tensor: ...
def sinh(input: Tensor, *, out: Any = None) -> Tensor: ...
def sinh_(input: Tensor) -> Tensor: ...
def slice_scatter(
    input: Tensor,
    src: Tensor,
    dim: builtins.int = 0,
    start: builtins.int | None = None,
    end: builtins.int | None = None,
    step: builtins.int = 1,
    *,
    out: Any = None,
) -> Tensor: ...
def slogdet(A: Tensor, *, out: Any = None) -> SignAndLog: ...
def softmax(input: Tensor, dim: builtins.int, dtype: DTypeLike = None, *, out: Any = None) -> Tensor: ...
def softplus(
    input: Tensor, beta: builtins.float = 1.0, threshold: builtins.float = 20.0, *, out: Any = None
) -> Tensor: ...
def sort(
    input: Tensor,
    dim: builtins.int = -1,
    descending: builtins.bool = False,
    stable: builtins.bool = False,
    *,
    out: Any = None,
) -> Sorted: ...
def split(
    input: Tensor,
    split_size_or_sections: builtins.int | Sequence[builtins.int] | None = None,
    dim: builtins.int = 0,
    *,
    out: Any = None,
    **named: Any,
) -> tuple[Tensor, ...]: ...
def split_with_sizes(
    input: Tensor, split_sizes: Sequence[builtins.int], dim: builtins.int = 0, *, out: Any = None
) -> tuple[Tensor, ...]: ...
def spmm(input: Tensor, mat2: Tensor, *, out: Any = None) -> Tensor: ...
def sqrt(input: Tensor, *, out: Any = None) -> Tensor: ...
def sqrt_(input: Tensor) -> Tensor: ...
def square(input: Tensor, *, out: Any = None) -> Tensor: ...
def square_(input: Tensor) -> Tensor: ...
def squeeze(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = None, *, out: Any = None) -> Tensor: ...
def squeeze_(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = None) -> Tensor: ...
def stack(tensors: Sequence[Tensor], dim: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def std(
    input: Tensor,
    dim: Dims = None,
    unbiased: builtins.bool | None = None,
    keepdim: builtins.bool = False,
    *,
    correction: builtins.float | None = 1,
    out: Any = None,
) -> Tensor: ...
def std_mean(
    input: Tensor,
    dim: Dims = None,
    unbiased: builtins.bool | None = None,
    keepdim: builtins.bool = False,
    *,
    correction: builtins.float | None = 1,
    out: Any = None,
) -> tuple[Tensor, Tensor]: ...
def sub(input: Tensor | Number, other: Tensor | Number, *, alpha: builtins.float = 1, out: Any = None) -> Tensor: ...
def sub_(input: Tensor | Number, other: Tensor | Number, *, alpha: builtins.float = 1) -> Tensor: ...
def subtract(
    input: Tensor | Number, other: Tensor | Number, *, alpha: builtins.float = 1, out: Any = None
) -> Tensor: ...
def subtract_(input: Tensor | Number, other: Tensor | Number, *, alpha: builtins.float = 1) -> Tensor: ...
def sum(
    input: Tensor, dim: Dims = None, keepdim: builtins.bool = False, *, dtype: DTypeLike = None, out: Any = None
) -> Tensor: ...
def svd(input: Tensor, some: builtins.bool = True, compute_uv: builtins.bool = True, *, out: Any = None) -> USV: ...
def swapaxes(input: Tensor, axis0: builtins.int, axis1: builtins.int, *, out: Any = None) -> Tensor: ...
def swapaxes_(input: Tensor, axis0: builtins.int, axis1: builtins.int) -> Tensor: ...
def swapdims(input: Tensor, dim0: builtins.int, dim1: builtins.int, *, out: Any = None) -> Tensor: ...
def swapdims_(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor: ...
def t(input: Tensor, *, out: Any = None) -> Tensor: ...
def t_(input: Tensor) -> Tensor: ...
def take(input: Tensor, index: Indices, *, out: Any = None) -> Tensor: ...
def take_along_dim(input: Tensor, indices: Indices, dim: builtins.int | None = None, *, out: Any = None) -> Tensor: ...
def tan(input: Tensor, *, out: Any = None) -> Tensor: ...
def tan_(input: Tensor) -> Tensor: ...
def tanh(input: Tensor, *, out: Any = None) -> Tensor: ...
def tanh_(input: Tensor) -> Tensor: ...
def tensor(
    data: Any,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: builtins.bool = False,
    pin_memory: builtins.bool = False,
    out: Any = None,
) -> Tensor: ...
def tensor_split(
    input: Tensor, indices_or_sections: Ints, dim: builtins.int = 0, *, out: Any = None
) -> tuple[Tensor, ...]: ...
def tensordot(a: Tensor, b: Tensor, dims: Any = 2, *, out: Any = None) -> Tensor: ...
def threshold(
    input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
@overload
def tile(input: Tensor, *dims: Ints) -> Tensor: ...
@overload
def tile(input: Tensor, *, dims: Ints) -> Tensor: ...
def to_dlpack(tensor: Tensor, *, out: Any = None) -> Any: ...
def topk(
    input: Tensor,
    k: builtins.int,
    dim: builtins.int = -1,
    largest: builtins.bool = True,
    sorted: builtins.bool = True,
    *,
    out: Any = None,
) -> Sorted: ...
def trace(input: Tensor, *, out: Any = None) -> Tensor: ...
def transpose(input: Tensor, dim0: builtins.int, dim1: builtins.int, *, out: Any = None) -> Tensor: ...
def transpose_(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor: ...
def trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: builtins.float = 1.0, dim: builtins.int = -1, out: Any = None
) -> Tensor: ...
def trapz(
    y: Tensor, x: Tensor | None = None, *, dx: builtins.float = 1.0, dim: builtins.int = -1, out: Any = None
) -> Tensor: ...
def tril(input: Tensor, diagonal: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def tril_(input: Tensor, diagonal: builtins.int = 0) -> Tensor: ...
def tril_indices(
    row: builtins.int,
    col: builtins.int,
    offset: builtins.int = 0,
    *,
    dtype: DTypeLike = ...,
    device: Any = None,
    out: Any = None,
) -> Tensor: ...
def triu(input: Tensor, diagonal: builtins.int = 0, *, out: Any = None) -> Tensor: ...
def triu_(input: Tensor, diagonal: builtins.int = 0) -> Tensor: ...
def triu_indices(
    row: builtins.int,
    col: builtins.int,
    offset: builtins.int = 0,
    *,
    dtype: DTypeLike = ...,
    device: Any = None,
    out: Any = None,
) -> Tensor: ...
def true_divide(
    input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None, out: Any = None
) -> Tensor: ...
def true_divide_(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor: ...
def trunc(input: Tensor, *, out: Any = None) -> Tensor: ...
def trunc_(input: Tensor) -> Tensor: ...
def unbind(input: Tensor, dim: builtins.int = 0, *, out: Any = None) -> tuple[Tensor, ...]: ...
def unflatten(input: Tensor, dim: builtins.int, sizes: Sequence[builtins.int], *, out: Any = None) -> Tensor: ...
def unfold(
    input: Tensor, dimension: builtins.int, size: builtins.int, step: builtins.int, *, out: Any = None
) -> Tensor: ...
def unique(
    input: Tensor,
    sorted: builtins.bool = True,
    return_inverse: builtins.bool = False,
    return_counts: builtins.bool = False,
    dim: builtins.int | None = None,
    *,
    out: Any = None,
) -> Any: ...
def unique_consecutive(
    input: Tensor,
    return_inverse: builtins.bool = False,
    return_counts: builtins.bool = False,
    dim: builtins.int | None = None,
    *,
    out: Any = None,
) -> Any: ...
def unravel_index(indices: Indices, shape: Sequence[builtins.int], *, out: Any = None) -> tuple[Tensor, ...]: ...
def unsafe_chunk(
    input: Tensor, chunks: builtins.int, dim: builtins.int = 0, *, out: Any = None
) -> tuple[Tensor, ...]: ...
def unsafe_split(
    input: Tensor, split_size: builtins.int, dim: builtins.int = 0, *, out: Any = None
) -> tuple[Tensor, ...]: ...
def unsafe_split_with_sizes(
    input: Tensor, split_sizes: Sequence[builtins.int], dim: builtins.int = 0, *, out: Any = None
) -> tuple[Tensor, ...]: ...
def unsqueeze(input: Tensor, dim: builtins.int, *, out: Any = None) -> Tensor: ...
def unsqueeze_(input: Tensor, dim: builtins.int) -> Tensor: ...
def vander(
    x: Tensor, N: builtins.int | None = None, increasing: builtins.bool = False, *, out: Any = None
) -> Tensor: ...
def var(
    input: Tensor,
    dim: Dims = None,
    unbiased: builtins.bool | None = None,
    keepdim: builtins.bool = False,
    *,
    correction: builtins.float | None = 1,
    out: Any = None,
) -> Tensor: ...
def var_mean(
    input: Tensor,
    dim: Dims = None,
    unbiased: builtins.bool | None = None,
    keepdim: builtins.bool = False,
    *,
    correction: builtins.float | None = 1,
    out: Any = None,
) -> tuple[Tensor, Tensor]: ...
def vdot(input: Tensor, tensor: Tensor, *, out: Any = None) -> Tensor: ...
def view(input: Tensor, *shape: Any, out: Any = None) -> Tensor: ...
def view_as(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor: ...
def vsplit(input: Tensor, indices_or_sections: Ints, *, out: Any = None) -> tuple[Tensor, ...]: ...
def vstack(tensors: Sequence[Tensor], *, out: Any = None) -> Tensor: ...
@overload
def where(condition: Indices, *, out: Any = None) -> tuple[Tensor, ...]: ...
@overload
def where(condition: Indices, input: Tensor | Number, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def xlogy(input: Tensor, other: Tensor | Number, *, out: Any = None) -> Tensor: ...
def xlogy_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def zero_(x: Tensor) -> Tensor: ...
def zeros(
    *size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
def zeros_like(
    input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: builtins.bool = False, out: Any = None
) -> Tensor: ...
