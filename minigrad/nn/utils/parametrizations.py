"""Ready parametrizations: weights in polar coordinates, of spectral norm 1, or orthogonal."""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.nn.utils.orthogonal import orthogonal
from minigrad.nn.utils.parametrize import register_parametrization
from minigrad.nn.utils.power_iteration import as_matrix, iterate, output_dim, random_unit
from minigrad.ops.dims import normalized
from minigrad.tensor import Tensor

__all__ = ["norm_except_dim", "orthogonal", "spectral_norm", "weight_norm"]


def norm_except_dim(v: Any, dim: int | None) -> Any:
    """The length of each slice of `v` along `dim`, in a shape that broadcasts; of all of v for None or -1."""
    if dim is None or dim == -1:
        return ops.sqrt(ops.sum(v * v))
    kept = normalized(dim, v.ndim, "weight_norm")
    return ops.sqrt(ops.sum(v * v, [axis for axis in range(v.ndim) if axis != kept], True))


class _WeightNorm(Module):
    """g * v / |v|: length and direction of each slice along `dim`."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, g: Tensor, v: Tensor) -> Any:
        return v * (g / norm_except_dim(v, self.dim))

    def right_inverse(self, weight: Tensor) -> tuple[Any, Tensor]:
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Learn length g and direction v of a weight apart: g * v / ‖v‖ (Salimans and Kingma 2016).

    Args:
        module: the module whose weight it is; it is returned.
        name: the name of the weight (default "weight").
        dim: along which slices have lengths of their own; None takes all as one (default 0).

    The originals are original0, the lengths, and original1, vectors of the directions.

    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    >>> layer.parametrizations.weight.original0.shape
    minigrad.Size([3, 1])
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class _SpectralNorm(Module):
    """The weight, as a matrix, over its largest singular value, which the power method tracks in buffers."""

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if n_power_iterations <= 0:
            raise ValueError(f"spectral_norm: n_power_iterations must be positive, got {n_power_iterations}")
        self.dim = normalized(dim, weight.ndim, "spectral_norm")
        self.eps = eps
        self.n_power_iterations = n_power_iterations
        if weight.ndim > 1:  # the only singular value of a vector is its length
            matrix = as_matrix(weight, self.dim)
            for name, size in zip(("_u", "_v"), matrix.shape, strict=True):
                self.register_buffer(name, random_unit(size, weight.dtype, eps))
            iterate(matrix.array, self._u.array, self._v.array, 15, eps)

    def forward(self, weight: Tensor) -> Any:
        if weight.ndim == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            iterate(matrix.array, self._u.array, self._v.array, self.n_power_iterations, self.eps)
        return weight / (self._u.clone() @ (matrix @ self._v.clone()))

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Divide a weight by its largest singular value (Miyato et al. 2018), which is estimated as training goes on.

    Args:
        module: the module whose weight it is; it is returned.
        name: the name of the weight; ValueError if there is none (default "weight").
        n_power_iterations: the steps of the power method at each call in training, above 0 (default 1).
        eps: keeps lengths from 0 (default 1e-12).
        dim: the dimension of the outputs, the others of the weight count as one; found from the kind of layer unless
            given.

    >>> layer = nn.utils.parametrizations.spectral_norm(nn.Linear(2, 3), n_power_iterations=50)
    >>> round(mg.linalg.matrix_norm(layer.weight, 2).item(), 2)
    1.0
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"spectral_norm: {type(module).__name__} has no parameter or buffer {name!r}")
    return register_parametrization(
        module, name, _SpectralNorm(weight, n_power_iterations, output_dim(module) if dim is None else dim, eps)
    )
