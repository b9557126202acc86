"""Batch normalization as a layer: the parameters, and the running statistics that evaluation uses.

Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training, 2015. The computation is
`ops.normalization`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from minigrad.creation import empty, ones, tensor, zeros
from minigrad.dtypes import int64
from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor


class _NormBase(Module):
    """Parameters and running statistics of the channels, for normalizations over the batch and of single samples."""

    _version = 2
    ndims: ClassVar[tuple[int, ...]]
    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        """Make the parameters and the running statistics, as far as they are wanted.

        Args:
            num_features: C, the number of channels.
            eps: added to the variance (default 1e-5).
            momentum: running ← (1 - momentum) * running + momentum * batch; None for the average of all batches
                (default 0.1).
            affine: whether there are `weight` and `bias` (default True).
            track_running_stats: whether there are running statistics (default True).
            device, dtype: of parameters and statistics; the CPU, and the default dtype unless given.
            bias: whether there is a `bias` beside the weight (default True).

        `weight` (C,) starts at 1, `bias` (C,) at 0, the buffers `running_mean` (C,) at 0, `running_var` (C,) at 1 and
        `num_batches_tracked` () at 0. ShapeError for an input of another number of dimensions or channels; ValueError
        in training if there is one value a channel.
        """
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        kind = {"device": device, "dtype": dtype}
        self.register_parameter("weight", Parameter(empty(num_features, **kind)) if affine else None)
        self.register_parameter("bias", Parameter(empty(num_features, **kind)) if affine and bias else None)
        self.register_buffer("running_mean", zeros(num_features, **kind) if track_running_stats else None)
        self.register_buffer("running_var", ones(num_features, **kind) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", tensor(0, dtype=int64) if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Make the statistics what they were in the beginning: mean 0, variance 1, no batch seen."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def reset_parameters(self) -> None:
        """Make parameters and running statistics what they were in the beginning."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, local_metadata: Any, *rest: Any) -> None:
        tracked = self.num_batches_tracked
        if tracked is not None and (local_metadata.get("version") or 1) < 2:  # states of before batches were counted
            state_dict.setdefault(prefix + "num_batches_tracked", tracked)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_NormBase):
    """(x - mean) / sqrt(var + eps) * weight + bias, with mean and variance of each channel over batch and space.

    In training the statistics are the batch's (the variance over n), and the running ones move towards them (the
    variance over n - 1); in evaluation the running ones are used, or the batch's where none are tracked.
    """

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in self.ndims or input.shape[1] != self.num_features:
            wanted = " or ".join(f"{ndim}D" for ndim in self.ndims) if len(self.ndims) < 3 else "at least 2D"
            raise ShapeError(
                f"{type(self).__name__}: expected {wanted} input (got {input.ndim}D input) with {self.num_features} "
                f"channels in dimension 1, not {tuple(input.shape)}"
            )
        mean, var, seen = self.running_mean, self.running_var, self.num_batches_tracked
        if not self.training:
            return F.batch_norm(input, mean, var, self.weight, self.bias, mean is None and var is None, 0.0, self.eps)
        if not self.track_running_stats:
            mean = var = seen = None
        momentum = 0.0
        if seen is not None:
            momentum = 1 / (seen.item() + 1) if self.momentum is None else self.momentum
        y = F.batch_norm(input, mean, var, self.weight, self.bias, True, momentum, self.eps)
        if seen is not None:
            seen.array += 1
        return y


class BatchNorm1d(_BatchNorm):
    """Batch normalization of (N, C) or (N, C, L), to the same shape.

    >>> nn.BatchNorm1d(2)(mg.tensor([[1.0, 0.0], [3.0, 4.0]])).round(decimals=3).detach()
    tensor([[-1., -1.],
            [ 1.,  1.]])
    """

    ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalization of (N, C, H, W), to the same shape.

    >>> nn.BatchNorm2d(3)(mg.randn(4, 3, 8, 8)).mean().abs().item() < 1e-6
    True
    """

    ndims = (4,)


class BatchNorm3d(_BatchNorm):
    """Batch normalization of (N, C, D, H, W), to the same shape.

    >>> nn.BatchNorm3d(3)(mg.randn(4, 3, 2, 8, 8)).shape
    minigrad.Size([4, 3, 2, 8, 8])
    """

    ndims = (5,)


class SyncBatchNorm(_BatchNorm):
    """Batch normalization of (N, C, ...) over all processes: in a world of one, that of its batch.

    >>> nn.SyncBatchNorm(2)(mg.ones(4, 2, 3)).shape
    minigrad.Size([4, 2, 3])
    """

    ndims = tuple(range(2, 65))

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        """As the other batch normalizations, with a `process_group`, which is kept: there is one process."""
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.process_group = process_group

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """`module` with a SyncBatchNorm, of the same parameters and statistics, for each BatchNorm in it."""
        if isinstance(module, _BatchNorm) and not isinstance(module, cls):
            made = cls(module.num_features, module.eps, module.momentum, False, False, process_group)
            made.affine, made.track_running_stats = module.affine, module.track_running_stats
            made.training = module.training
            for name in ("weight", "bias"):
                made.register_parameter(name, getattr(module, name))
            for name in ("running_mean", "running_var", "num_batches_tracked"):
                made.register_buffer(name, getattr(module, name))
            return made
        for name, child in module.named_children():
            module.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return module
