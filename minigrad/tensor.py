"""The Tensor: an array, its history, and every operation as a method.

The engine knows it as a Variable and rules know it as something with an array's operators; this class is where both
meet the user. It adds no mathematics: a method is an operation of `ops`, under PyTorch's name.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

import minigrad.device as devices
from minigrad import ops
from minigrad.autograd.backward import backward as run_backward
from minigrad.autograd.node import Hook, Leaf, Node, Variable, tick
from minigrad.autograd.primitive import PRIMITIVES
from minigrad.dtypes import (
    TENSOR_TYPES,
    Array,
    DType,
    as_dtype,
    float16,
    float32,
    float64,
    get_default_dtype,
    int8,
    int16,
    int32,
    int64,
    is_floating,
    uint8,
)
from minigrad.errors import GraphError, ShapeError
from minigrad.operators import Operators
from minigrad.ops.conversion import astype_to
from minigrad.ops.dims import normalized, sizes
from minigrad.printing import text_of
from minigrad.tensor_inplace import InPlace

# Inside Tensor the names int, float and bool are methods.
Int: TypeAlias = int
Float: TypeAlias = float
Bool: TypeAlias = bool


class Size(tuple[int, ...]):
    """A shape: a tuple of ints that can count its elements."""

    def numel(self) -> int:
        """The number of elements of an array of this shape."""
        return math.prod(self)

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return Size(part) if isinstance(index, slice) else part

    def __repr__(self) -> str:
        return f"minigrad.Size({list(self)})"


class RemovableHandle:
    """What registering a hook returns; `remove()` takes the hook out again."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks = hooks
        self.id = tick()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out; a second call does nothing."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Tensor(Operators, InPlace, Variable):
    """An n-dimensional array of numbers of one dtype that can record what is computed from it.

    Made by `minigrad.tensor(data)` and the other factories. `Tensor(2, 3)` (uninitialized, of that shape) and
    `Tensor(data)`, both of the default dtype, are PyTorch's older forms.
    """

    _grad: Tensor | None = None

    def __init__(self, *data: Any) -> None:
        if len(data) == 1 and not isinstance(data[0], (Int, np.integer)):
            source = data[0].array if isinstance(data[0], Variable) else data[0]
            self.array = np.array(source, dtype=get_default_dtype())
        else:
            self.array = np.empty(sizes(data, "Tensor") if data else 0, dtype=get_default_dtype())

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        return Size(self.array.shape)

    @property
    def dtype(self) -> DType:
        return self.array.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> Int:
        return self.array.ndim  # type: ignore[no-any-return]

    @property
    def device(self) -> devices.device:
        return devices.cpu

    @property
    def itemsize(self) -> Int:
        return self.array.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> Int:
        return self.array.nbytes  # type: ignore[no-any-return]

    def size(self, dim: Int | None = None) -> Any:
        """The shape, or with `dim` one number of it."""
        return self.shape if dim is None else self.shape[normalized(dim, self.ndim, "size")]

    def dim(self) -> Int:
        """The number of dimensions."""
        return self.ndim

    def numel(self) -> Int:
        """The number of elements."""
        return Int(self.array.size)

    def element_size(self) -> Int:
        """Bytes for each element."""
        return self.itemsize

    def stride(self, dim: Int | None = None) -> Any:
        """Steps in memory between neighbours along each dimension, in elements."""
        steps = tuple(step // self.itemsize for step in self.array.strides)
        return steps if dim is None else steps[normalized(dim, self.ndim, "stride")]

    def is_floating_point(self) -> Bool:
        """Whether the dtype is float16, float32 or float64."""
        return Bool(is_floating(self.dtype))

    @property
    def is_cuda(self) -> Bool:
        return False

    def is_complex(self) -> Bool:
        """False: there are no complex dtypes."""
        return False

    def is_signed(self) -> Bool:
        """Whether the dtype has negative numbers."""
        return self.dtype.kind in "if"

    ndimension = dim
    nelement = numel

    def is_contiguous(self) -> Bool:
        """Whether the elements stand in memory in the order of their indices."""
        return Bool(self.array.flags.c_contiguous)

    def contiguous(self) -> Tensor:
        """This tensor if it is contiguous, else a copy that is."""
        return self if self.is_contiguous() else ops.contiguous(self)

    # -- gradients -----------------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> Bool:
        """Whether operations on this tensor are recorded. Can be set on leaves; see `requires_grad_`."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: Bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: Bool = True) -> Tensor:
        """Make this leaf collect a gradient (only floating point types can), or stop it. Returns the tensor."""
        if requires_grad and self.node is None:
            if not is_floating(self.dtype):
                raise RuntimeError(
                    f"requires_grad: only tensors of floating point dtype can require gradients, not {self.dtype}"
                )
            self.node = Leaf(self)
        elif not requires_grad and self.node is not None:
            if not self.is_leaf:
                raise RuntimeError(
                    "requires_grad: only a leaf can stop requiring grad; use .detach() for a tensor without the history"
                )
            self.node = None
        return self

    @property
    def is_leaf(self) -> Bool:
        """True for tensors that no recorded operation made: gradients collect in theirs."""
        return self.node is None or isinstance(self.node, Leaf)

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf."""
        return None if self.is_leaf else self.node

    @property
    def grad(self) -> Tensor | None:
        """The gradient collected by `backward`, a tensor of this shape and dtype, or None."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"grad: expected a Tensor or None, got {type(value).__name__}")
            if value.array.shape != self.array.shape or value.dtype != self.dtype:
                raise ShapeError(
                    f"grad: a gradient has the shape and dtype of its tensor, {tuple(self.shape)} {self.dtype}; "
                    f"this one is {tuple(value.shape)} {value.dtype}"
                )
        self._grad = value

    def backward(
        self,
        gradient: Any = None,
        retain_graph: Bool | None = None,
        create_graph: Bool = False,
        inputs: Any = None,
    ) -> None:
        """Add to `.grad` of every leaf (or of `inputs`) the derivative of this tensor, weighed by `gradient`.

        `gradient` has this tensor's shape; a tensor of one element needs none. The graph is freed on the way unless
        `retain_graph`; `create_graph` records the pass itself, for higher derivatives.
        """
        run_backward([self], [gradient], retain_graph, create_graph, inputs)

    @property
    def data(self) -> Tensor:
        """The same memory without the history. Assigning another tensor replaces the memory, not the history."""
        return self.detach()

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Variable):
            raise TypeError(f"data: expected a Tensor, got {type(value).__name__}")
        self.array = value.array
        if isinstance(self.node, Leaf) and (self.node.shape, self.node.dtype) != (self.array.shape, self.array.dtype):
            hooks = self.node.hooks
            self.node = Leaf(self)  # the leaf of the new shape and dtype
            self.node.hooks = hooks

    def detach(self) -> Tensor:
        """A tensor with the same memory that no gradient flows through."""
        return Variable.wrap(self.array)  # type: ignore[no-any-return]

    def detach_(self) -> Tensor:
        """Forget the history of this tensor: it becomes a leaf that requires no grad."""
        self.node = None
        return self

    def retain_grad(self) -> None:
        """Keep the gradient of this result in `.grad` too, as leaves do."""
        if self.node is None:
            raise GraphError("retain_grad: this tensor does not require grad, there will be none to keep")
        if self.is_leaf or self.retains_grad:
            return
        owner = weakref.ref(self)

        def keep(g: Tensor) -> None:
            tensor = owner()
            if tensor is not None:
                arrived = g if g.node is not None else g.clone()
                tensor._grad = arrived if tensor._grad is None else tensor._grad + arrived

        self._hook_table()[_LAST] = keep

    @property
    def retains_grad(self) -> Bool:
        """Whether `retain_grad` was called on this result."""
        return not self.is_leaf and self.node is not None and _LAST in (self.node.hooks or {})

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(gradient)` when this tensor's gradient is known; what it returns, if not None, replaces it."""
        if self.node is None:
            raise GraphError("register_hook: this tensor does not require grad, so no gradient will come by")
        table = self._hook_table()
        kept = table.pop(_LAST, None)
        handle = RemovableHandle(table, hook)
        if kept is not None:
            table[_LAST] = kept  # retain_grad sees what the hooks have made of the gradient
        return handle

    def _hook_table(self) -> dict[Int, Hook]:
        assert self.node is not None
        if self.node.hooks is None:
            self.node.hooks = {}
        return self.node.hooks

    # -- others like it ------------------------------------------------------------------------------------------

    def new_tensor(self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """A copy of `data` in this tensor's dtype."""
        source = data.array if isinstance(data, Variable) else data
        return self._new(np.array(source, self.dtype if dtype is None else as_dtype(dtype)), device, requires_grad)

    def new_zeros(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Zeros of shape `size` in this tensor's dtype."""
        return self._new(np.zeros(sizes(size, "new_zeros"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_ones(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Ones of shape `size` in this tensor's dtype."""
        return self._new(np.ones(sizes(size, "new_ones"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_empty(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Uninitialized memory of shape `size` in this tensor's dtype."""
        return self._new(np.empty(sizes(size, "new_empty"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_full(
        self, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: Bool = False
    ) -> Tensor:
        """`fill_value` in shape `size`, in this tensor's dtype."""
        made = self.new_empty(size, dtype=dtype, device=device)
        made.fill_(fill_value)
        return made.requires_grad_(requires_grad)

    def _new(self, array: Array, device: Any, requires_grad: Bool) -> Tensor:
        devices.check(device)
        made: Tensor = Variable.wrap(array)
        return made.requires_grad_(requires_grad)

    # -- to and from other types ---------------------------------------------------------------------------------

    def numpy(self, *, force: Bool = False) -> Array:
        """The array itself, sharing memory. A tensor that requires grad must be detached first, or `force` it."""
        if self.node is not None and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array

    def __array__(self, dtype: Any = None, copy: Bool | None = None) -> Array:
        array = self.numpy()
        if dtype is not None and np.dtype(dtype) != array.dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        operation = _BY_UFUNC.get(ufunc) if method == "__call__" and not kwargs else None
        return operation(*inputs) if operation else NotImplemented

    def item(self) -> Any:
        """The only element as a Python number."""
        if self.array.size != 1:
            raise RuntimeError(f"item: a Tensor with {self.array.size} elements cannot be converted to Scalar")
        return self.array.item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers; a number for a tensor without dimensions."""
        return self.array.tolist()

    def to(
        self, *args: Any, dtype: Any = None, device: Any = None, copy: Bool = False, non_blocking: Bool = False
    ) -> Tensor:
        """This tensor in another dtype, given as such or by another tensor. There is no device but the CPU."""
        for arg in args:
            if isinstance(arg, Variable):
                dtype = arg.array.dtype
            elif isinstance(arg, (str, devices.device)):
                device = arg
            elif arg is not None and not isinstance(arg, Bool):
                dtype = arg
        devices.check(device)
        if dtype is None or as_dtype(dtype) == self.dtype:
            return self.clone() if copy else self
        return self.astype(dtype)

    def astype(self, dtype: Any) -> Tensor:
        """This tensor in another dtype; always new memory."""
        return astype_to(self, dtype=as_dtype(dtype))  # type: ignore[no-any-return]

    def type(self, dtype: Any = None) -> Any:
        """The name of this type of tensor, or with `dtype` this tensor in it."""
        if dtype is None:
            return "minigrad." + next(name for name, each in TENSOR_TYPES.items() if each == self.dtype)
        return self.to(as_dtype(dtype))

    def type_as(self, other: Tensor) -> Tensor:
        """This tensor in the dtype of `other`."""
        return self.to(other.dtype)

    def cuda(self, device: Any = None, non_blocking: Bool = False) -> Tensor:
        """RuntimeError: there is no such device. Scripts ask `cuda.is_available()` first."""
        return self.to("cuda")

    def pin_memory(self) -> Tensor:
        """This tensor: there is no device to copy to."""
        return self

    def cpu(self) -> Tensor:
        """This tensor: it is on the CPU."""
        return self

    def half(self) -> Tensor:
        return self.to(float16)

    def float(self) -> Tensor:
        return self.to(float32)

    def double(self) -> Tensor:
        return self.to(float64)

    def byte(self) -> Tensor:
        return self.to(uint8)

    def char(self) -> Tensor:
        return self.to(int8)

    def short(self) -> Tensor:
        return self.to(int16)

    def int(self) -> Tensor:
        return self.to(int32)

    def long(self) -> Tensor:
        return self.to(int64)

    def bool(self) -> Tensor:
        return self.to(np.bool_)

    def __bool__(self) -> Any:
        if self.array.size != 1:
            raise RuntimeError(
                f"Boolean value of Tensor with {_count(self.array.size)} is ambiguous; use .any() or .all()"
            )
        return self.array.item() != 0

    def __int__(self) -> Any:
        return Int(self.item())

    def __float__(self) -> Any:
        return Float(self.item())

    def __index__(self) -> Any:
        if self.dtype.kind not in "iub" or self.array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return Int(self.item())

    def __len__(self) -> Any:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(ops.unbind(self))

    def __contains__(self, element: Any) -> Any:
        value = element.array if isinstance(element, Variable) else element
        return Bool((self.array == value).any())

    def __repr__(self) -> str:
        return text_of(self)

    def __format__(self, spec: str) -> str:
        if self.ndim == 0 and spec:
            return format(self.array.item(), spec)
        if spec:
            raise TypeError(f"unsupported format string {spec!r} passed to a Tensor of shape {tuple(self.shape)}")
        return str(self)

    def __deepcopy__(self, memo: dict[Any, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "deepcopy: only leaves (tensors made by the user) can be copied so; use .detach().clone()"
            )
        copy = type(self).__new__(type(self))
        memo[id(self)] = copy
        copy.array = self.array.copy()
        if self._grad is not None:
            copy._grad = self._grad.detach().clone()
        return copy.requires_grad_(self.requires_grad)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError("pickle: only leaves (tensors made by the user) can be pickled; detach this one first")
        return _rebuilt, (type(self), self.array, self.requires_grad)

    # -- the operations, as methods ------------------------------------------------------------------------------

    T = property(ops.T)
    mT = property(ops.mT)
    H = property(ops.H)
    mH = property(ops.adjoint)

    mul = multiply = ops.mul
    floor_divide = ops.floor_divide
    remainder = ops.remainder
    pow = ops.pow
    matmul = ops.matmul
    neg = negative = ops.neg
    abs = absolute = ops.abs
    __pos__ = positive = ops.positive
    add = ops.add
    sub = subtract = ops.sub
    div = divide = true_divide = ops.div
    addcdiv = ops.addcdiv
    addcmul = ops.addcmul
    fmod = ops.fmod
    lerp = ops.lerp

    eq = ops.eq
    ne = not_equal = ops.ne

    lt = less = ops.lt
    le = less_equal = ops.le
    gt = greater = ops.gt
    ge = greater_equal = ops.ge
    bitwise_and = ops.bitwise_and
    bitwise_or = ops.bitwise_or
    bitwise_xor = ops.bitwise_xor
    bitwise_left_shift = ops.bitwise_left_shift
    bitwise_right_shift = ops.bitwise_right_shift
    bitwise_not = ops.bitwise_not

    logical_and = ops.logical_and
    logical_or = ops.logical_or
    logical_xor = ops.logical_xor
    logical_not = ops.logical_not
    isnan = ops.isnan
    isinf = ops.isinf
    isposinf = ops.isposinf
    isneginf = ops.isneginf
    isfinite = ops.isfinite
    equal = ops.equal
    isclose = ops.isclose
    allclose = ops.allclose

    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    log = ops.log
    log2 = ops.log2
    log10 = ops.log10
    log1p = ops.log1p
    logit = ops.logit
    logaddexp = ops.logaddexp
    logaddexp2 = ops.logaddexp2
    xlogy = ops.xlogy
    float_power = ops.float_power
    sqrt = ops.sqrt
    rsqrt = ops.rsqrt
    square = ops.square
    reciprocal = ops.reciprocal
    sign = sgn = ops.sign
    signbit = ops.signbit
    copysign = ops.copysign
    sin = ops.sin
    cos = ops.cos
    tan = ops.tan
    asin = arcsin = ops.asin
    acos = arccos = ops.acos
    atan = arctan = ops.atan
    atan2 = arctan2 = ops.atan2
    hypot = ops.hypot
    sinc = ops.sinc
    deg2rad = ops.deg2rad
    rad2deg = ops.rad2deg
    sinh = ops.sinh
    cosh = ops.cosh
    tanh = ops.tanh
    asinh = arcsinh = ops.asinh
    acosh = arccosh = ops.acosh
    atanh = arctanh = ops.atanh
    sigmoid = ops.sigmoid
    erf = ops.erf
    erfc = ops.erfc
    erfinv = ops.erfinv
    lgamma = ops.lgamma
    digamma = ops.digamma
    relu = ops.relu
    softmax = ops.softmax
    log_softmax = ops.log_softmax
    floor = ops.floor
    ceil = ops.ceil
    round = ops.round
    trunc = fix = ops.trunc
    frac = ops.frac
    heaviside = ops.heaviside
    ldexp = ops.ldexp
    nan_to_num = ops.nan_to_num
    clamp = clip = ops.clamp
    clamp_min = ops.clamp_min
    clamp_max = ops.clamp_max
    maximum = ops.maximum
    minimum = ops.minimum
    fmax = ops.fmax
    fmin = ops.fmin

    sum = ops.sum
    nansum = ops.nansum
    mean = ops.mean
    nanmean = ops.nanmean
    var = ops.var
    std = ops.std
    prod = ops.prod
    norm = ops.norm
    dist = ops.dist
    median = ops.median
    nanmedian = ops.nanmedian
    quantile = ops.quantile
    nanquantile = ops.nanquantile
    mode = ops.mode
    count_nonzero = ops.count_nonzero
    bincount = ops.bincount
    histc = ops.histc
    cumsum = ops.cumsum
    cumprod = ops.cumprod
    cummax = ops.cummax
    cummin = ops.cummin
    logcumsumexp = ops.logcumsumexp
    diff = ops.diff
    amax = ops.amax
    amin = ops.amin
    aminmax = ops.aminmax
    max = ops.max
    min = ops.min
    argmax = ops.argmax
    argmin = ops.argmin
    logsumexp = ops.logsumexp
    all = ops.all
    any = ops.any

    clone = ops.clone
    reshape = ops.reshape
    view = ops.view
    ravel = ops.ravel
    flatten = ops.flatten
    unflatten = ops.unflatten
    unsqueeze = ops.unsqueeze
    squeeze = ops.squeeze
    expand = ops.expand
    broadcast_to = ops.broadcast_to
    reshape_as = ops.reshape_as
    view_as = ops.view_as
    expand_as = ops.expand_as
    repeat = ops.repeat
    tile = ops.tile
    repeat_interleave = ops.repeat_interleave
    permute = ops.permute
    transpose = swapaxes = swapdims = ops.transpose
    movedim = moveaxis = ops.movedim
    t = ops.t
    adjoint = ops.adjoint
    flip = ops.flip
    fliplr = ops.fliplr
    flipud = ops.flipud
    roll = ops.roll
    rot90 = ops.rot90
    narrow = ops.narrow
    select = ops.select
    split = ops.split
    tensor_split = ops.tensor_split
    hsplit = ops.hsplit
    vsplit = ops.vsplit
    dsplit = ops.dsplit
    chunk = ops.chunk
    unbind = ops.unbind
    unfold = ops.unfold
    diag = ops.diag
    diagonal = ops.diagonal
    diag_embed = ops.diag_embed
    diagflat = ops.diagflat
    tril = ops.tril
    triu = ops.triu
    trace = ops.trace
    gather = ops.gather
    take = ops.take
    take_along_dim = ops.take_along_dim
    index_select = ops.index_select
    masked_select = ops.masked_select
    nonzero = ops.nonzero
    argwhere = ops.argwhere
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    scatter_reduce = ops.scatter_reduce
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    index_put = ops.index_put
    put = ops.put
    masked_fill = ops.masked_fill
    masked_scatter = ops.masked_scatter
    sort = ops.sort
    argsort = ops.argsort
    msort = ops.msort
    topk = ops.topk
    kthvalue = ops.kthvalue
    unique = ops.unique
    unique_consecutive = ops.unique_consecutive
    mm = ops.mm
    bmm = ops.bmm
    mv = ops.mv
    dot = ops.dot
    vdot = ops.vdot
    inner = ops.inner
    outer = ger = ops.outer
    kron = ops.kron
    cross = ops.cross
    addmm = ops.addmm
    addmv = ops.addmv
    addr = ops.addr
    addbmm = ops.addbmm
    baddbmm = ops.baddbmm
    det = ops.det
    logdet = ops.logdet
    slogdet = ops.slogdet
    inverse = ops.inverse
    pinverse = ops.pinverse
    matrix_power = ops.matrix_power
    cholesky = ops.cholesky

    def polygamma(self, n: Int) -> Any:
        """The derivative of order `n` of digamma at these elements."""
        return ops.polygamma(n, self)

    def where(self, condition: Any, other: Any) -> Any:
        """This tensor where `condition` holds, `other` elsewhere."""
        return ops.where(condition, self, other)


_LAST = -1  # the key of retain_grad's hook; the others are positive

Variable.result_type = Tensor

_BY_UFUNC: dict[Any, Any] = {
    ufunc: each
    for each in reversed(PRIMITIVES.values())  # the first wins
    if isinstance(ufunc := getattr(each.run, "__wrapped__", each.run), np.ufunc)
}
_BY_UFUNC |= {np.power: PRIMITIVES["pow"], np.matmul: ops.matmul}


def _count(size: int) -> str:
    return "no values" if size == 0 else f"{size} values"


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    tensor = cls.__new__(cls)
    tensor.array = array
    return tensor.requires_grad_(requires_grad)
