"""Made by `make stubs` from the running package; see tests/types/stubs.py."""

import builtins
from collections.abc import Sequence
from typing import Any, overload

from numpy import dtype as dtype
from numpy import e as e
from numpy import finfo as finfo
from numpy import iinfo as iinfo
from numpy import inf as inf
from numpy import nan as nan
from numpy import newaxis as newaxis
from numpy import pi as pi

from minigrad import autograd as autograd
from minigrad import backends as backends
from minigrad import cuda as cuda
from minigrad import datasets as datasets
from minigrad import distributions as distributions
from minigrad import func as func
from minigrad import linalg as linalg
from minigrad import nn as nn
from minigrad import optim as optim
from minigrad import random as random
from minigrad import special as special
from minigrad import utils as utils
from minigrad import viz as viz
from minigrad.creation import arange as arange
from minigrad.creation import as_tensor as as_tensor
from minigrad.creation import asarray as asarray
from minigrad.creation import empty as empty
from minigrad.creation import empty_like as empty_like
from minigrad.creation import eye as eye
from minigrad.creation import from_numpy as from_numpy
from minigrad.creation import frombuffer as frombuffer
from minigrad.creation import full as full
from minigrad.creation import full_like as full_like
from minigrad.creation import linspace as linspace
from minigrad.creation import logspace as logspace
from minigrad.creation import ones as ones
from minigrad.creation import ones_like as ones_like
from minigrad.creation import scalar_tensor as scalar_tensor
from minigrad.creation import tensor as tensor
from minigrad.creation import zeros as zeros
from minigrad.creation import zeros_like as zeros_like
from minigrad.device import device as device
from minigrad.dtypes import bool as bool
from minigrad.dtypes import can_cast as can_cast
from minigrad.dtypes import double as double
from minigrad.dtypes import float as float
from minigrad.dtypes import float16 as float16
from minigrad.dtypes import float32 as float32
from minigrad.dtypes import float64 as float64
from minigrad.dtypes import get_default_dtype as get_default_dtype
from minigrad.dtypes import half as half
from minigrad.dtypes import int as int
from minigrad.dtypes import int8 as int8
from minigrad.dtypes import int16 as int16
from minigrad.dtypes import int32 as int32
from minigrad.dtypes import int64 as int64
from minigrad.dtypes import long as long
from minigrad.dtypes import promote_types as promote_types
from minigrad.dtypes import result_type as result_type
from minigrad.dtypes import set_default_dtype as set_default_dtype
from minigrad.dtypes import short as short
from minigrad.dtypes import uint8 as uint8
from minigrad.engine.inference import inference_mode as inference_mode
from minigrad.engine.inference import is_inference_mode_enabled as is_inference_mode_enabled
from minigrad.engine.mode import enable_grad as enable_grad
from minigrad.engine.mode import is_grad_enabled as is_grad_enabled
from minigrad.engine.mode import no_grad as no_grad
from minigrad.engine.mode import set_grad_enabled as set_grad_enabled
from minigrad.func.batching import vmap as vmap
from minigrad.io.archive import load as load
from minigrad.io.archive import save as save
from minigrad.nn.functional.activation import celu as celu
from minigrad.nn.functional.activation import hardshrink as hardshrink
from minigrad.nn.functional.activation import prelu as prelu
from minigrad.nn.functional.activation import rrelu as rrelu
from minigrad.nn.functional.activation import selu as selu
from minigrad.nn.functional.activation import threshold as threshold
from minigrad.nn.functional.distance import cosine_similarity as cosine_similarity
from minigrad.nn.functional.distance import pairwise_distance as pairwise_distance
from minigrad.nn.functional.dropout import alpha_dropout as alpha_dropout
from minigrad.nn.functional.dropout import dropout as dropout
from minigrad.nn.functional.dropout import feature_alpha_dropout as feature_alpha_dropout
from minigrad.nn.functional.linear import bilinear as bilinear
from minigrad.nn.functional.normalization import group_norm as group_norm
from minigrad.nn.functional.normalization import layer_norm as layer_norm
from minigrad.nn.functional.normalization import rms_norm as rms_norm
from minigrad.nn.functional.pooling import adaptive_avg_pool1d as adaptive_avg_pool1d
from minigrad.nn.functional.pooling import adaptive_max_pool1d as adaptive_max_pool1d
from minigrad.nn.functional.rearrangement import channel_shuffle as channel_shuffle
from minigrad.nn.functional.rearrangement import pixel_shuffle as pixel_shuffle
from minigrad.nn.functional.rearrangement import pixel_unshuffle as pixel_unshuffle
from minigrad.ops.activation import elu as elu
from minigrad.ops.activation import gelu as gelu
from minigrad.ops.activation import leaky_relu as leaky_relu
from minigrad.ops.activation import log_softmax as log_softmax
from minigrad.ops.activation import relu as relu
from minigrad.ops.activation import silu as silu
from minigrad.ops.activation import softmax as softmax
from minigrad.ops.activation import softplus as softplus
from minigrad.ops.affine import addbmm as addbmm
from minigrad.ops.affine import addmm as addmm
from minigrad.ops.affine import addmv as addmv
from minigrad.ops.affine import addr as addr
from minigrad.ops.affine import baddbmm as baddbmm
from minigrad.ops.arithmetic import add as add
from minigrad.ops.arithmetic import addcdiv as addcdiv
from minigrad.ops.arithmetic import addcmul as addcmul
from minigrad.ops.arithmetic import div as div
from minigrad.ops.arithmetic import divide as divide
from minigrad.ops.arithmetic import lerp as lerp
from minigrad.ops.arithmetic import positive as positive
from minigrad.ops.arithmetic import rsub as rsub
from minigrad.ops.arithmetic import sub as sub
from minigrad.ops.arithmetic import subtract as subtract
from minigrad.ops.arithmetic import true_divide as true_divide
from minigrad.ops.arrangement import adjoint as adjoint
from minigrad.ops.arrangement import fliplr as fliplr
from minigrad.ops.arrangement import flipud as flipud
from minigrad.ops.arrangement import moveaxis as moveaxis
from minigrad.ops.arrangement import movedim as movedim
from minigrad.ops.arrangement import roll as roll
from minigrad.ops.arrangement import rot90 as rot90
from minigrad.ops.arrangement import swapaxes as swapaxes
from minigrad.ops.arrangement import swapdims as swapdims
from minigrad.ops.arrangement import t as t
from minigrad.ops.arrangement import transpose as transpose
from minigrad.ops.choice import clamp as clamp
from minigrad.ops.choice import clip as clip
from minigrad.ops.choice import where as where
from minigrad.ops.comparison import all as all
from minigrad.ops.comparison import allclose as allclose
from minigrad.ops.comparison import any as any
from minigrad.ops.comparison import equal as equal
from minigrad.ops.comparison import isclose as isclose
from minigrad.ops.comparison import isin as isin
from minigrad.ops.contraction import einsum as einsum
from minigrad.ops.contraction import inner as inner
from minigrad.ops.contraction import kron as kron
from minigrad.ops.contraction import tensordot as tensordot
from minigrad.ops.convolution import conv1d as conv1d
from minigrad.ops.convolution import conv2d as conv2d
from minigrad.ops.convolution import conv3d as conv3d
from minigrad.ops.convolution import conv_transpose1d as conv_transpose1d
from minigrad.ops.convolution import conv_transpose2d as conv_transpose2d
from minigrad.ops.convolution import conv_transpose3d as conv_transpose3d
from minigrad.ops.cumulative import cummax as cummax
from minigrad.ops.cumulative import cummin as cummin
from minigrad.ops.cumulative import cumprod as cumprod
from minigrad.ops.cumulative import cumsum as cumsum
from minigrad.ops.cumulative import logcumsumexp as logcumsumexp
from minigrad.ops.difference import cumulative_trapezoid as cumulative_trapezoid
from minigrad.ops.difference import diff as diff
from minigrad.ops.difference import trapezoid as trapezoid
from minigrad.ops.difference import trapz as trapz
from minigrad.ops.distance import cdist as cdist
from minigrad.ops.distance import dist as dist
from minigrad.ops.distance import norm as norm
from minigrad.ops.distance import pdist as pdist
from minigrad.ops.distance import renorm as renorm
from minigrad.ops.elementary import deg2rad as deg2rad
from minigrad.ops.elementary import float_power as float_power
from minigrad.ops.elementary import logit as logit
from minigrad.ops.elementary import rad2deg as rad2deg
from minigrad.ops.extremum import amax as amax
from minigrad.ops.extremum import amin as amin
from minigrad.ops.extremum import aminmax as aminmax
from minigrad.ops.extremum import argmax as argmax
from minigrad.ops.extremum import argmin as argmin
from minigrad.ops.extremum import max as max
from minigrad.ops.extremum import min as min
from minigrad.ops.indexing import gather as gather
from minigrad.ops.indexing import getitem as getitem
from minigrad.ops.indexing import index_select as index_select
from minigrad.ops.indexing import masked_select as masked_select
from minigrad.ops.indexing import take as take
from minigrad.ops.indexing import take_along_dim as take_along_dim
from minigrad.ops.joining import block_diag as block_diag
from minigrad.ops.joining import cat as cat
from minigrad.ops.joining import column_stack as column_stack
from minigrad.ops.joining import concat as concat
from minigrad.ops.joining import concatenate as concatenate
from minigrad.ops.joining import dstack as dstack
from minigrad.ops.joining import hstack as hstack
from minigrad.ops.joining import row_stack as row_stack
from minigrad.ops.joining import stack as stack
from minigrad.ops.joining import vstack as vstack
from minigrad.ops.linalg.factorization import cholesky as cholesky
from minigrad.ops.linalg.matrix_exp import matrix_exp as matrix_exp
from minigrad.ops.linalg.older import qr as qr
from minigrad.ops.linalg.older import svd as svd
from minigrad.ops.linalg.rank import pinverse as pinverse
from minigrad.ops.linalg.solve import det as det
from minigrad.ops.linalg.solve import inverse as inverse
from minigrad.ops.linalg.solve import logdet as logdet
from minigrad.ops.linalg.solve import matrix_power as matrix_power
from minigrad.ops.linalg.solve import slogdet as slogdet
from minigrad.ops.linalg.systems import cholesky_inverse as cholesky_inverse
from minigrad.ops.linalg.systems import cholesky_solve as cholesky_solve
from minigrad.ops.normalization import batch_norm as batch_norm
from minigrad.ops.places import argwhere as argwhere
from minigrad.ops.places import nonzero as nonzero
from minigrad.ops.places import tril_indices as tril_indices
from minigrad.ops.places import triu_indices as triu_indices
from minigrad.ops.places import unravel_index as unravel_index
from minigrad.ops.pooling import avg_pool1d as avg_pool1d
from minigrad.ops.pooling import avg_pool2d as avg_pool2d
from minigrad.ops.pooling import avg_pool3d as avg_pool3d
from minigrad.ops.pooling import max_pool1d as max_pool1d
from minigrad.ops.pooling import max_pool2d as max_pool2d
from minigrad.ops.pooling import max_pool3d as max_pool3d
from minigrad.ops.product import bmm as bmm
from minigrad.ops.product import chain_matmul as chain_matmul
from minigrad.ops.product import cross as cross
from minigrad.ops.product import dot as dot
from minigrad.ops.product import ger as ger
from minigrad.ops.product import matmul as matmul
from minigrad.ops.product import mm as mm
from minigrad.ops.product import mv as mv
from minigrad.ops.product import outer as outer
from minigrad.ops.product import vdot as vdot
from minigrad.ops.quantile import median as median
from minigrad.ops.quantile import mode as mode
from minigrad.ops.quantile import nanmedian as nanmedian
from minigrad.ops.quantile import nanquantile as nanquantile
from minigrad.ops.quantile import quantile as quantile
from minigrad.ops.reduction import count_nonzero as count_nonzero
from minigrad.ops.reduction import logsumexp as logsumexp
from minigrad.ops.reduction import mean as mean
from minigrad.ops.reduction import nanmean as nanmean
from minigrad.ops.reduction import nansum as nansum
from minigrad.ops.reduction import prod as prod
from minigrad.ops.reduction import sum as sum
from minigrad.ops.repetition import broadcast_shapes as broadcast_shapes
from minigrad.ops.repetition import broadcast_tensors as broadcast_tensors
from minigrad.ops.repetition import cartesian_prod as cartesian_prod
from minigrad.ops.repetition import combinations as combinations
from minigrad.ops.repetition import meshgrid as meshgrid
from minigrad.ops.repetition import repeat_interleave as repeat_interleave
from minigrad.ops.repetition import vander as vander
from minigrad.ops.replacing import diagonal_scatter as diagonal_scatter
from minigrad.ops.replacing import index_add as index_add
from minigrad.ops.replacing import index_copy as index_copy
from minigrad.ops.replacing import index_fill as index_fill
from minigrad.ops.replacing import index_put as index_put
from minigrad.ops.replacing import masked_fill as masked_fill
from minigrad.ops.replacing import masked_scatter as masked_scatter
from minigrad.ops.replacing import put as put
from minigrad.ops.replacing import select_scatter as select_scatter
from minigrad.ops.replacing import slice_scatter as slice_scatter
from minigrad.ops.resampling import interpolate as interpolate
from minigrad.ops.rounding import ldexp as ldexp
from minigrad.ops.rounding import nan_to_num as nan_to_num
from minigrad.ops.rounding import round as round
from minigrad.ops.scattering import index_reduce as index_reduce
from minigrad.ops.scattering import scatter as scatter
from minigrad.ops.scattering import scatter_add as scatter_add
from minigrad.ops.scattering import scatter_reduce as scatter_reduce
from minigrad.ops.shape import atleast_1d as atleast_1d
from minigrad.ops.shape import atleast_2d as atleast_2d
from minigrad.ops.shape import atleast_3d as atleast_3d
from minigrad.ops.shape import broadcast_to as broadcast_to
from minigrad.ops.shape import expand_as as expand_as
from minigrad.ops.shape import flatten as flatten
from minigrad.ops.shape import ravel as ravel
from minigrad.ops.shape import reshape_as as reshape_as
from minigrad.ops.shape import squeeze as squeeze
from minigrad.ops.shape import unflatten as unflatten
from minigrad.ops.shape import unsqueeze as unsqueeze
from minigrad.ops.shape import view as view
from minigrad.ops.shape import view_as as view_as
from minigrad.ops.sliding import unfold as unfold
from minigrad.ops.sorting import argsort as argsort
from minigrad.ops.sorting import bucketize as bucketize
from minigrad.ops.sorting import kthvalue as kthvalue
from minigrad.ops.sorting import msort as msort
from minigrad.ops.sorting import searchsorted as searchsorted
from minigrad.ops.sorting import sort as sort
from minigrad.ops.sorting import topk as topk
from minigrad.ops.sorting import unique as unique
from minigrad.ops.sorting import unique_consecutive as unique_consecutive
from minigrad.ops.special import digamma as digamma
from minigrad.ops.special import mvlgamma as mvlgamma
from minigrad.ops.special import polygamma as polygamma
from minigrad.ops.splitting import chunk as chunk
from minigrad.ops.splitting import dsplit as dsplit
from minigrad.ops.splitting import hsplit as hsplit
from minigrad.ops.splitting import narrow as narrow
from minigrad.ops.splitting import select as select
from minigrad.ops.splitting import split as split
from minigrad.ops.splitting import split_with_sizes as split_with_sizes
from minigrad.ops.splitting import tensor_split as tensor_split
from minigrad.ops.splitting import unbind as unbind
from minigrad.ops.splitting import vsplit as vsplit
from minigrad.ops.statistics import bincount as bincount
from minigrad.ops.statistics import corrcoef as corrcoef
from minigrad.ops.statistics import cov as cov
from minigrad.ops.statistics import histc as histc
from minigrad.ops.statistics import std as std
from minigrad.ops.statistics import std_mean as std_mean
from minigrad.ops.statistics import var as var
from minigrad.ops.statistics import var_mean as var_mean
from minigrad.ops.triangular import diag as diag
from minigrad.ops.triangular import diag_embed as diag_embed
from minigrad.ops.triangular import diagflat as diagflat
from minigrad.ops.triangular import diagonal as diagonal
from minigrad.ops.triangular import trace as trace
from minigrad.ops.triangular import tril as tril
from minigrad.ops.triangular import triu as triu
from minigrad.queries import is_complex as is_complex
from minigrad.queries import is_floating_point as is_floating_point
from minigrad.queries import is_inference as is_inference
from minigrad.queries import is_nonzero as is_nonzero
from minigrad.queries import is_same_size as is_same_size
from minigrad.queries import is_signed as is_signed
from minigrad.queries import is_tensor as is_tensor
from minigrad.queries import numel as numel
from minigrad.random.draws import bernoulli as bernoulli
from minigrad.random.draws import multinomial as multinomial
from minigrad.random.draws import poisson as poisson
from minigrad.random.factories import normal as normal
from minigrad.random.factories import rand as rand
from minigrad.random.factories import rand_like as rand_like
from minigrad.random.factories import randint as randint
from minigrad.random.factories import randint_like as randint_like
from minigrad.random.factories import randn as randn
from minigrad.random.factories import randn_like as randn_like
from minigrad.random.factories import randperm as randperm
from minigrad.random.generator import Generator as Generator
from minigrad.random.generator import default_generator as default_generator
from minigrad.random.generator import get_rng_state as get_rng_state
from minigrad.random.generator import initial_seed as initial_seed
from minigrad.random.generator import manual_seed as manual_seed
from minigrad.random.generator import seed as seed
from minigrad.random.generator import set_rng_state as set_rng_state
from minigrad.settings import are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled
from minigrad.settings import channels_last as channels_last
from minigrad.settings import channels_last_3d as channels_last_3d
from minigrad.settings import contiguous_format as contiguous_format
from minigrad.settings import get_default_device as get_default_device
from minigrad.settings import get_float32_matmul_precision as get_float32_matmul_precision
from minigrad.settings import get_num_threads as get_num_threads
from minigrad.settings import preserve_format as preserve_format
from minigrad.settings import set_default_device as set_default_device
from minigrad.settings import set_default_tensor_type as set_default_tensor_type
from minigrad.settings import set_float32_matmul_precision as set_float32_matmul_precision
from minigrad.settings import set_num_threads as set_num_threads
from minigrad.settings import strided as strided
from minigrad.settings import use_deterministic_algorithms as use_deterministic_algorithms
from minigrad.tensor.printing import set_printoptions as set_printoptions
from minigrad.tensor.size import Size as Size
from minigrad.tensor.tensor import Tensor as Tensor
from minigrad.typed import BoolTensor as BoolTensor
from minigrad.typed import ByteTensor as ByteTensor
from minigrad.typed import CharTensor as CharTensor
from minigrad.typed import DoubleTensor as DoubleTensor
from minigrad.typed import FloatTensor as FloatTensor
from minigrad.typed import HalfTensor as HalfTensor
from minigrad.typed import IntTensor as IntTensor
from minigrad.typed import LongTensor as LongTensor
from minigrad.typed import ShortTensor as ShortTensor
from minigrad.types import DTypeLike as DTypeLike
from minigrad.types import Indices as Indices
from minigrad.types import Ints as Ints
from minigrad.types import Number as Number

__all__ = [
    "BoolTensor",
    "ByteTensor",
    "CharTensor",
    "DoubleTensor",
    "FloatTensor",
    "Generator",
    "HalfTensor",
    "IntTensor",
    "LongTensor",
    "ShortTensor",
    "Size",
    "Tensor",
    "__version__",
    "abs",
    "abs_",
    "absolute",
    "absolute_",
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
    "as_tensor",
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
    "autograd",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "backends",
    "baddbmm",
    "baddbmm_",
    "batch_norm",
    "bernoulli",
    "bilinear",
    "bincount",
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
    "concat",
    "concatenate",
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
    "cosine_similarity",
    "count_nonzero",
    "cov",
    "cross",
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
    "from_numpy",
    "frombuffer",
    "full",
    "full_like",
    "func",
    "gather",
    "gcd",
    "gcd_",
    "ge",
    "ge_",
    "gelu",
    "ger",
    "get_default_device",
    "get_default_dtype",
    "get_float32_matmul_precision",
    "get_num_threads",
    "get_rng_state",
    "getitem",
    "greater",
    "greater_",
    "greater_equal",
    "greater_equal_",
    "group_norm",
    "gt",
    "gt_",
    "half",
    "hardshrink",
    "heaviside",
    "heaviside_",
    "histc",
    "hsplit",
    "hstack",
    "hypot",
    "hypot_",
    "iinfo",
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
    "is_complex",
    "is_floating_point",
    "is_grad_enabled",
    "is_inference",
    "is_inference_mode_enabled",
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
    "kron",
    "kthvalue",
    "layer_norm",
    "lcm",
    "lcm_",
    "ldexp",
    "ldexp_",
    "le",
    "le_",
    "leaky_relu",
    "lerp",
    "lerp_",
    "less",
    "less_",
    "less_equal",
    "less_equal_",
    "lgamma",
    "lgamma_",
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
    "lt",
    "lt_",
    "manual_seed",
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
    "ne",
    "ne_",
    "neg",
    "neg_",
    "negative",
    "negative_",
    "newaxis",
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
    "optim",
    "outer",
    "pairwise_distance",
    "pdist",
    "permute",
    "pi",
    "pinverse",
    "pixel_shuffle",
    "pixel_unshuffle",
    "poisson",
    "polygamma",
    "polygamma_",
    "positive",
    "pow",
    "pow_",
    "prelu",
    "preserve_format",
    "prod",
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
    "ravel",
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
    "result_type",
    "rms_norm",
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
    "set_default_device",
    "set_default_dtype",
    "set_default_tensor_type",
    "set_float32_matmul_precision",
    "set_grad_enabled",
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
    "topk",
    "trace",
    "transpose",
    "transpose_",
    "trapezoid",
    "trapz",
    "tril",
    "tril_",
    "tril_indices",
    "triu",
    "triu_",
    "triu_indices",
    "true_divide",
    "true_divide_",
    "trunc",
    "trunc_",
    "uint8",
    "unbind",
    "unflatten",
    "unfold",
    "unique",
    "unique_consecutive",
    "unravel_index",
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

def abs(input: Tensor) -> Tensor: ...
def abs_(input: Tensor) -> Tensor: ...
def absolute(input: Tensor) -> Tensor: ...
def absolute_(input: Tensor) -> Tensor: ...
def acos(input: Tensor) -> Tensor: ...
def acos_(input: Tensor) -> Tensor: ...
def acosh(input: Tensor) -> Tensor: ...
def acosh_(input: Tensor) -> Tensor: ...
def add_(input: Tensor, other: Tensor | Number, *, alpha: builtins.float = 1) -> Tensor: ...
def addbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: builtins.float = 1) -> Tensor: ...
def addcmul_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: builtins.float = 1) -> Tensor: ...
def addmm_(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def addmv_(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def addr_(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def arccos(input: Tensor) -> Tensor: ...
def arccos_(input: Tensor) -> Tensor: ...
def arccosh(input: Tensor) -> Tensor: ...
def arccosh_(input: Tensor) -> Tensor: ...
def arcsin(input: Tensor) -> Tensor: ...
def arcsin_(input: Tensor) -> Tensor: ...
def arcsinh(input: Tensor) -> Tensor: ...
def arcsinh_(input: Tensor) -> Tensor: ...
def arctan(input: Tensor) -> Tensor: ...
def arctan2(input: Tensor, other: Tensor | Number) -> Tensor: ...
def arctan2_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def arctan_(input: Tensor) -> Tensor: ...
def arctanh(input: Tensor) -> Tensor: ...
def arctanh_(input: Tensor) -> Tensor: ...
def asin(input: Tensor) -> Tensor: ...
def asin_(input: Tensor) -> Tensor: ...
def asinh(input: Tensor) -> Tensor: ...
def asinh_(input: Tensor) -> Tensor: ...
def atan(input: Tensor) -> Tensor: ...
def atan2(input: Tensor, other: Tensor | Number) -> Tensor: ...
def atan2_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def atan_(input: Tensor) -> Tensor: ...
def atanh(input: Tensor) -> Tensor: ...
def atanh_(input: Tensor) -> Tensor: ...
def baddbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor: ...
def bitwise_and(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_and_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_left_shift(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_left_shift_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_not(input: Tensor) -> Tensor: ...
def bitwise_not_(input: Tensor) -> Tensor: ...
def bitwise_or(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_or_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_right_shift(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_right_shift_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_xor(input: Tensor, other: Tensor | Number) -> Tensor: ...
def bitwise_xor_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ceil(input: Tensor) -> Tensor: ...
def ceil_(input: Tensor) -> Tensor: ...
def clamp_(input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None) -> Tensor: ...
def clamp_max(input: Tensor, max: Tensor | Number) -> Tensor: ...
def clamp_max_(input: Tensor, max: Tensor | Number) -> Tensor: ...
def clamp_min(input: Tensor, min: Tensor | Number) -> Tensor: ...
def clamp_min_(input: Tensor, min: Tensor | Number) -> Tensor: ...
def clip_(input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None) -> Tensor: ...
def clone(input: Tensor) -> Tensor: ...
def copysign(input: Tensor, other: Tensor | Number) -> Tensor: ...
def copysign_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def cos(input: Tensor) -> Tensor: ...
def cos_(input: Tensor) -> Tensor: ...
def cosh(input: Tensor) -> Tensor: ...
def cosh_(input: Tensor) -> Tensor: ...
def cumprod_(input: Tensor, dim: builtins.int, *, dtype: DTypeLike = None) -> Tensor: ...
def cumsum_(input: Tensor, dim: builtins.int, *, dtype: DTypeLike = None) -> Tensor: ...
def deg2rad_(input: Tensor) -> Tensor: ...
def detach(input: Tensor) -> Tensor: ...
def detach_(input: Tensor) -> Tensor: ...
def digamma_(input: Tensor) -> Tensor: ...
def div_(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor: ...
def divide_(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor: ...
def eq(input: Tensor, other: Tensor | Number) -> Tensor: ...
def eq_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def erf(input: Tensor) -> Tensor: ...
def erf_(input: Tensor) -> Tensor: ...
def erfc(input: Tensor) -> Tensor: ...
def erfc_(input: Tensor) -> Tensor: ...
def erfinv(input: Tensor) -> Tensor: ...
def erfinv_(input: Tensor) -> Tensor: ...
def exp(input: Tensor) -> Tensor: ...
def exp2(input: Tensor) -> Tensor: ...
def exp2_(input: Tensor) -> Tensor: ...
def exp_(input: Tensor) -> Tensor: ...
@overload
def expand(input: Tensor, *size: Ints) -> Tensor: ...
@overload
def expand(input: Tensor, *, size: Ints) -> Tensor: ...
def expm1(input: Tensor) -> Tensor: ...
def expm1_(input: Tensor) -> Tensor: ...
def fill_(x: Tensor, value: Tensor | Number) -> Tensor: ...
def fix(input: Tensor) -> Tensor: ...
def fix_(input: Tensor) -> Tensor: ...
@overload
def flip(input: Tensor, *dims: Ints) -> Tensor: ...
@overload
def flip(input: Tensor, *, dims: Ints) -> Tensor: ...
def float_power_(input: Tensor, exponent: Tensor | Number) -> Tensor: ...
def floor(input: Tensor) -> Tensor: ...
def floor_(input: Tensor) -> Tensor: ...
def floor_divide(input: Tensor, other: Tensor | Number) -> Tensor: ...
def floor_divide_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def fmax(input: Tensor, other: Tensor | Number) -> Tensor: ...
def fmin(input: Tensor, other: Tensor | Number) -> Tensor: ...
def fmod(input: Tensor, other: Tensor | Number) -> Tensor: ...
def fmod_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def frac(input: Tensor) -> Tensor: ...
def frac_(input: Tensor) -> Tensor: ...
def gcd(input: Tensor, other: Tensor | Number) -> Tensor: ...
def gcd_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ge(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ge_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def greater(input: Tensor, other: Tensor | Number) -> Tensor: ...
def greater_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def greater_equal(input: Tensor, other: Tensor | Number) -> Tensor: ...
def greater_equal_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def gt(input: Tensor, other: Tensor | Number) -> Tensor: ...
def gt_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def heaviside(input: Tensor, values: Tensor | Number) -> Tensor: ...
def heaviside_(input: Tensor, values: Tensor | Number) -> Tensor: ...
def hypot(input: Tensor, other: Tensor | Number) -> Tensor: ...
def hypot_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def index_add_(input: Tensor, dim: builtins.int, index: Indices, source: Tensor, *, alpha: Number = 1) -> Tensor: ...
def index_copy_(input: Tensor, dim: builtins.int, index: Indices, source: Tensor) -> Tensor: ...
def index_fill_(input: Tensor, dim: builtins.int, index: Indices, value: Tensor | Number) -> Tensor: ...
def index_put_(
    input: Tensor, indices: Sequence[Indices], values: Tensor, accumulate: builtins.bool = False
) -> Tensor: ...
def index_reduce_(
    input: Tensor, dim: builtins.int, index: Indices, source: Tensor, reduce: str, *, include_self: builtins.bool = True
) -> Tensor: ...
def isfinite(input: Tensor) -> Tensor: ...
def isinf(input: Tensor) -> Tensor: ...
def isnan(input: Tensor) -> Tensor: ...
def isneginf(input: Tensor) -> Tensor: ...
def isposinf(input: Tensor) -> Tensor: ...
def lcm(input: Tensor, other: Tensor | Number) -> Tensor: ...
def lcm_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ldexp_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def le(input: Tensor, other: Tensor | Number) -> Tensor: ...
def le_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def lerp_(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor: ...
def less(input: Tensor, other: Tensor | Number) -> Tensor: ...
def less_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def less_equal(input: Tensor, other: Tensor | Number) -> Tensor: ...
def less_equal_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def lgamma(input: Tensor) -> Tensor: ...
def lgamma_(input: Tensor) -> Tensor: ...
def log(input: Tensor) -> Tensor: ...
def log10(input: Tensor) -> Tensor: ...
def log10_(input: Tensor) -> Tensor: ...
def log1p(input: Tensor) -> Tensor: ...
def log1p_(input: Tensor) -> Tensor: ...
def log2(input: Tensor) -> Tensor: ...
def log2_(input: Tensor) -> Tensor: ...
def log_(input: Tensor) -> Tensor: ...
def logaddexp(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logaddexp2(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_and(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_and_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_not(input: Tensor) -> Tensor: ...
def logical_not_(input: Tensor) -> Tensor: ...
def logical_or(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_or_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_xor(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logical_xor_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def logit_(input: Tensor, eps: builtins.float | None = None) -> Tensor: ...
def lt(input: Tensor, other: Tensor | Number) -> Tensor: ...
def lt_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def masked_fill_(input: Tensor, mask: Indices, value: Tensor | Number) -> Tensor: ...
def masked_scatter_(input: Tensor, mask: Indices, source: Tensor) -> Tensor: ...
def maximum(input: Tensor, other: Tensor | Number) -> Tensor: ...
def minimum(input: Tensor, other: Tensor | Number) -> Tensor: ...
def mul(input: Tensor, other: Tensor | Number) -> Tensor: ...
def mul_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def multiply(input: Tensor, other: Tensor | Number) -> Tensor: ...
def multiply_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def mvlgamma_(input: Tensor, p: builtins.int) -> Tensor: ...
def nan_to_num_(
    input: Tensor, nan: builtins.float = 0.0, posinf: builtins.float | None = None, neginf: builtins.float | None = None
) -> Tensor: ...
def ne(input: Tensor, other: Tensor | Number) -> Tensor: ...
def ne_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def neg(input: Tensor) -> Tensor: ...
def neg_(input: Tensor) -> Tensor: ...
def negative(input: Tensor) -> Tensor: ...
def negative_(input: Tensor) -> Tensor: ...
def not_equal(input: Tensor, other: Tensor | Number) -> Tensor: ...
def not_equal_(input: Tensor, other: Tensor | Number) -> Tensor: ...
@overload
def permute(input: Tensor, *dims: Ints) -> Tensor: ...
@overload
def permute(input: Tensor, *, dims: Ints) -> Tensor: ...
def polygamma_(self: Any, n: builtins.int) -> Tensor: ...
def pow(input: Tensor, exponent: Tensor | Number) -> Tensor: ...
def pow_(input: Tensor, exponent: Tensor | Number) -> Tensor: ...
def put_(input: Tensor, index: Indices, source: Tensor, accumulate: builtins.bool = False) -> Tensor: ...
def rad2deg_(input: Tensor) -> Tensor: ...
def reciprocal(input: Tensor) -> Tensor: ...
def reciprocal_(input: Tensor) -> Tensor: ...
def relu_(input: Tensor) -> Tensor: ...
def remainder(input: Tensor, other: Tensor | Number) -> Tensor: ...
def remainder_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def renorm_(input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float) -> Tensor: ...
@overload
def repeat(input: Tensor, *repeats: Ints) -> Tensor: ...
@overload
def repeat(input: Tensor, *, repeats: Ints) -> Tensor: ...
@overload
def reshape(input: Tensor, *shape: Ints) -> Tensor: ...
@overload
def reshape(input: Tensor, *, shape: Ints) -> Tensor: ...
def round_(input: Tensor, *, decimals: builtins.int = 0) -> Tensor: ...
def rsqrt(input: Tensor) -> Tensor: ...
def rsqrt_(input: Tensor) -> Tensor: ...
def scatter_(
    input: Tensor,
    dim: builtins.int,
    index: Indices,
    src: Tensor | Number | None = None,
    *,
    value: Tensor | Number | None = None,
    reduce: str | None = None,
) -> Tensor: ...
def scatter_add_(input: Tensor, dim: builtins.int, index: Indices, src: Tensor) -> Tensor: ...
def scatter_reduce_(
    input: Tensor, dim: builtins.int, index: Indices, src: Tensor, reduce: str, *, include_self: builtins.bool = True
) -> Tensor: ...
def sgn(input: Tensor) -> Tensor: ...
def sgn_(input: Tensor) -> Tensor: ...
def sigmoid(input: Tensor) -> Tensor: ...
def sigmoid_(input: Tensor) -> Tensor: ...
def sign(input: Tensor) -> Tensor: ...
def sign_(input: Tensor) -> Tensor: ...
def signbit(input: Tensor) -> Tensor: ...
def sin(input: Tensor) -> Tensor: ...
def sin_(input: Tensor) -> Tensor: ...
def sinc(input: Tensor) -> Tensor: ...
def sinc_(input: Tensor) -> Tensor: ...
def sinh(input: Tensor) -> Tensor: ...
def sinh_(input: Tensor) -> Tensor: ...
def sqrt(input: Tensor) -> Tensor: ...
def sqrt_(input: Tensor) -> Tensor: ...
def square(input: Tensor) -> Tensor: ...
def square_(input: Tensor) -> Tensor: ...
def squeeze_(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = None) -> Tensor: ...
def sub_(input: Tensor | Number, other: Tensor | Number, *, alpha: builtins.float = 1) -> Tensor: ...
def subtract_(input: Tensor | Number, other: Tensor | Number, *, alpha: builtins.float = 1) -> Tensor: ...
def swapaxes_(input: Tensor, axis0: builtins.int, axis1: builtins.int) -> Tensor: ...
def swapdims_(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor: ...
def t_(input: Tensor) -> Tensor: ...
def tan(input: Tensor) -> Tensor: ...
def tan_(input: Tensor) -> Tensor: ...
def tanh(input: Tensor) -> Tensor: ...
def tanh_(input: Tensor) -> Tensor: ...
@overload
def tile(input: Tensor, *dims: Ints) -> Tensor: ...
@overload
def tile(input: Tensor, *, dims: Ints) -> Tensor: ...
def transpose_(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor: ...
def tril_(input: Tensor, diagonal: builtins.int = 0) -> Tensor: ...
def triu_(input: Tensor, diagonal: builtins.int = 0) -> Tensor: ...
def true_divide_(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor: ...
def trunc(input: Tensor) -> Tensor: ...
def trunc_(input: Tensor) -> Tensor: ...
def unsqueeze_(input: Tensor, dim: builtins.int) -> Tensor: ...
def xlogy(input: Tensor, other: Tensor | Number) -> Tensor: ...
def xlogy_(input: Tensor, other: Tensor | Number) -> Tensor: ...
def zero_(x: Tensor) -> Tensor: ...
