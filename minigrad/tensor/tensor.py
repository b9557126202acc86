"""The Tensor: an array, its history, and every operation as a method.

The engine knows it as a Variable and rules know it as something with an array's operators; this class is where both
meet the user. It adds no mathematics: a method is an operation of `ops`, under PyTorch's name.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

import minigrad.device as devices
from minigrad import ops
from minigrad.autograd.backward import backward as run_backward
from minigrad.autograd.node import Hook, Leaf, Node, Variable
from minigrad.dtypes import Array, DType, as_dtype, get_default_dtype, is_floating
from minigrad.errors import GraphError, ShapeError
from minigrad.ops.dims import normalized, sizes
from minigrad.tensor.conversion import Bool, Conversions, Int
from minigrad.tensor.handle import RemovableHandle
from minigrad.tensor.inplace import InPlace
from minigrad.tensor.methods import Methods
from minigrad.tensor.operators import Operators
from minigrad.tensor.printing import text_of
from minigrad.tensor.size import Size


class Tensor(Operators, InPlace, Methods, Conversions):
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

    # -- as a container and as text --------------------------------------------------------------------------------

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


_LAST = -1  # the key of retain_grad's hook; the others are positive

Variable.result_type = Tensor


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    tensor = cls.__new__(cls)
    tensor.array = array
    return tensor.requires_grad_(requires_grad)
