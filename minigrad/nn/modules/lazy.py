"""Layers that learn the size of their input from the first input that they get.

`LazyLinear(8)` becomes a `Linear(n, 8)` when it is first called with n features. Until then its parameters are
`UninitializedParameter`: they are there, and can be handed to an optimizer, but have no numbers yet.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from minigrad.engine.refusal import not_a_tensor
from minigrad.nn.modules.batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from minigrad.nn.modules.conv import Conv1d, Conv2d, Conv3d
from minigrad.nn.modules.conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from minigrad.nn.modules.instancenorm import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from minigrad.nn.modules.linear import Linear
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import UninitializedBuffer, UninitializedParameter, is_lazy
from minigrad.tensor import Tensor

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
    "LazyModuleMixin",
]


class LazyModuleMixin(Module):
    """A module that makes its parameters when it is first called, and then is one of the class `cls_to_become`.

    A subclass makes `UninitializedParameter` in its constructor and defines `initialize_parameters(*args)`, which is
    called with the first arguments and gives each its shape. RuntimeError for one that is left without.
    """

    cls_to_become: ClassVar[Any] = None

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Make the parameters, now that the first arguments are known; for subclasses to define."""
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer has no numbers yet."""
        return any(is_lazy(each) for each in (*self._parameters.values(), *self._buffers.values()))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.initialize_parameters(*args, **kwargs)
        if self.has_uninitialized_params():
            raise RuntimeError(f"module {self._get_name()} has not been fully initialized")
        if self.cls_to_become is not None:
            self.__class__ = self.cls_to_become
        return Module.__call__(self, *args, **kwargs)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *rest: Any) -> None:
        for name, each in (*self._parameters.items(), *self._buffers.items()):
            given = state_dict.get(prefix + name)
            if is_lazy(each) and given is not None and not is_lazy(given):
                each.materialize(given.shape)  # type: ignore[union-attr]
        super()._load_from_state_dict(state_dict, prefix, *rest)


class _Lazy(LazyModuleMixin):
    """A layer of `cls_to_become`, whose constructor has the size of the input as its first argument, left out here."""

    __signature__: ClassVar[inspect.Signature]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.cls_to_become is not None and cls.__init__ is _Lazy.__init__:  # what help() and editors show
            whole = inspect.signature(cls.cls_to_become)
            cls.__signature__ = whole.replace(parameters=list(whole.parameters.values())[1:])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.cls_to_become.__init__(self, 0, *args, **kwargs)
        self.__dict__["_options"] = args, kwargs
        tables: Any = ((self._parameters, UninitializedParameter), (self._buffers, UninitializedBuffer))
        for table, kind in tables:
            for name, each in table.items():
                if each is not None and each.ndim:
                    table[name] = kind(dtype=each.dtype)

    def initialize_parameters(self, input: Any, *args: Any, **kwargs: Any) -> None:
        """Construct the layer for the size of `input`; parameters that have been loaded stay what they are."""
        if not isinstance(input, Tensor):
            raise not_a_tensor(type(self).__name__, "input", 1, input)
        own = self.__dict__
        kept = {name: own[name] for name in ("_parameters", "_buffers", "_hooks", "training")}
        options, more = own["_options"]
        self.cls_to_become.__init__(self, self._size_of(input), *options, **more)
        for table in ("_parameters", "_buffers"):
            for name, before in kept[table].items():
                if is_lazy(before):
                    drawn = own[table][name]
                    before.materialize(drawn.shape)
                    before.data.copy_(drawn.detach())
        own.update(kept)
        del own["_options"]

    def _size_of(self, input: Any) -> int:
        return int(input.shape[1])


class LazyLinear(_Lazy, Linear):
    """A Linear whose `in_features` is the size of the last dimension of its first input.

    Args:
        args, kwargs: the other arguments of Linear.

    >>> nn.LazyLinear(3)(mg.zeros(2, 5)).shape
    minigrad.Size([2, 3])
    """

    cls_to_become = Linear

    def _size_of(self, input: Any) -> int:
        return int(input.shape[-1])


class _LazyChannels(_Lazy):
    """A layer whose channels are counted in an input with or without a batch."""

    axes: ClassVar[int]

    def _size_of(self, input: Any) -> int:
        if input.ndim not in (self.axes + 1, self.axes + 2):
            raise RuntimeError(
                f"Expected {self.axes + 1}D (unbatched) or {self.axes + 2}D (batched) input to {type(self).__name__}, "
                f"but got input of size: {list(input.shape)}"
            )
        return int(input.shape[-self.axes - 1])


class LazyConv1d(_LazyChannels, Conv1d):
    """A Conv1d whose `in_channels` is that of its first input.

    Args:
        args, kwargs: the other arguments of Conv1d.

    >>> nn.LazyConv1d(4, 3)(mg.zeros(1, 2, 5)).shape
    minigrad.Size([1, 4, 3])
    """

    cls_to_become = Conv1d


class LazyConv2d(_LazyChannels, Conv2d):
    """A Conv2d whose `in_channels` is that of its first input.

    Args:
        args, kwargs: the other arguments of Conv2d.

    >>> nn.LazyConv2d(4, 3)(mg.zeros(1, 2, 5, 5)).shape
    minigrad.Size([1, 4, 3, 3])
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyChannels, Conv3d):
    """A Conv3d whose `in_channels` is that of its first input.

    Args:
        args, kwargs: the other arguments of Conv3d.
    """

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyChannels, ConvTranspose1d):
    """A ConvTranspose1d whose `in_channels` is that of its first input.

    Args:
        args, kwargs: the other arguments of ConvTranspose1d.
    """

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyChannels, ConvTranspose2d):
    """A ConvTranspose2d whose `in_channels` is that of its first input.

    Args:
        args, kwargs: the other arguments of ConvTranspose2d.
    """

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyChannels, ConvTranspose3d):
    """A ConvTranspose3d whose `in_channels` is that of its first input.

    Args:
        args, kwargs: the other arguments of ConvTranspose3d.
    """

    cls_to_become = ConvTranspose3d


class LazyBatchNorm1d(_Lazy, BatchNorm1d):
    """A BatchNorm1d whose `num_features` is the number of channels of its first input.

    Args:
        args, kwargs: the other arguments of BatchNorm1d.

    >>> nn.LazyBatchNorm1d()(mg.zeros(2, 5)).shape
    minigrad.Size([2, 5])
    """

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_Lazy, BatchNorm2d):
    """A BatchNorm2d whose `num_features` is the number of channels of its first input.

    Args:
        args, kwargs: the other arguments of BatchNorm2d.
    """

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_Lazy, BatchNorm3d):
    """A BatchNorm3d whose `num_features` is the number of channels of its first input.

    Args:
        args, kwargs: the other arguments of BatchNorm3d.
    """

    cls_to_become = BatchNorm3d


class _LazyInstanceNorm(_LazyChannels):
    """Instance normalization with the defaults that PyTorch's lazy one has: with parameters and running statistics."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(eps, momentum, affine, track_running_stats, device, dtype, bias=bias)


class LazyInstanceNorm1d(_LazyInstanceNorm, InstanceNorm1d):
    """An InstanceNorm1d whose `num_features` is the number of channels of its first input.

    Args:
        args, kwargs: the other arguments of InstanceNorm1d.
    """

    cls_to_become, axes = InstanceNorm1d, 1


class LazyInstanceNorm2d(_LazyInstanceNorm, InstanceNorm2d):
    """An InstanceNorm2d whose `num_features` is the number of channels of its first input.

    Args:
        args, kwargs: the other arguments of InstanceNorm2d.
    """

    cls_to_become, axes = InstanceNorm2d, 2


class LazyInstanceNorm3d(_LazyInstanceNorm, InstanceNorm3d):
    """An InstanceNorm3d whose `num_features` is the number of channels of its first input.

    Args:
        args, kwargs: the other arguments of InstanceNorm3d.
    """

    cls_to_become, axes = InstanceNorm3d, 3
