"""Spectral normalization in its older form: by a hook before forward, with `weight_orig`, `weight_u` and `weight_v`.

For new code there is `parametrizations.spectral_norm`. This form is here for the keys of its state_dict.
"""

from __future__ import annotations

from typing import Any, TypeVar

from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.nn.utils.power_iteration import as_matrix, iterate, output_dim, random_unit

M = TypeVar("M", bound=Module)


class SpectralNorm:
    """The hook: computes the weight before each call of the module.

    Args:
        name: the name of the weight.
        n_power_iterations: the steps of the power method at each call in training, above 0; ValueError otherwise.
        dim: the dimension of the outputs.
        eps: keeps lengths from 0.
    """

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        if n_power_iterations <= 0:
            raise ValueError(f"spectral_norm: n_power_iterations must be positive, got {n_power_iterations}")
        self.name = name
        self.n_power_iterations = n_power_iterations
        self.dim = dim
        self.eps = eps

    def compute_weight(self, module: Any, improve: bool) -> Any:
        """The original over its largest singular value, after further steps of the power method if `improve`."""
        original, u, v = (getattr(module, f"{self.name}_{part}") for part in ("orig", "u", "v"))
        matrix = as_matrix(original, self.dim)
        if improve:  # here v moves first
            iterate(matrix.array.T, v.array, u.array, self.n_power_iterations, self.eps)
        return original / (u.clone() @ (matrix @ v.clone()))

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """Divide a weight by its largest singular value (Miyato et al. 2018), which is estimated as training goes on.

    Args:
        module: the module whose weight it is; it is returned.
        name: the name of the weight (default "weight").
        n_power_iterations: the steps of the power method at each call in training, above 0 (default 1).
        eps: keeps lengths from 0 (default 1e-12).
        dim: the dimension of the outputs, the others of the weight count as one; found from the kind of layer unless
            given.

    Parameter `name` becomes `name`_orig, with buffers `name`_u and `name`_v. RuntimeError if it has been done already.

    >>> sorted(nn.utils.spectral_norm(nn.Linear(2, 3)).state_dict())
    ['bias', 'weight_orig', 'weight_u', 'weight_v']
    """
    if any(isinstance(each.call, SpectralNorm) and each.call.name == name for each in module._hooks.values()):
        raise RuntimeError(f"spectral_norm: {type(module).__name__} has one on {name!r} already")
    weight = module.get_parameter(name)
    hook = SpectralNorm(name, n_power_iterations, output_dim(module) if dim is None else dim, eps)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.detach())
    for part, size in zip("uv", as_matrix(weight.detach(), hook.dim).shape, strict=True):
        module.register_buffer(f"{name}_{part}", random_unit(size, weight.dtype, eps))
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make `name` of `module` an ordinary parameter again, with its present value.

    Returns the module; ValueError if it has no spectral_norm.

    >>> sorted(nn.utils.remove_spectral_norm(nn.utils.spectral_norm(nn.Linear(2, 3))).state_dict())
    ['bias', 'weight']
    """
    for key, (_, hook, *_) in module._hooks.items():
        if isinstance(hook, SpectralNorm) and hook.name == name:
            weight = hook.compute_weight(module, False).detach()
            del module._hooks[key]
            for each in (name, *(f"{name}_{part}" for part in ("orig", "u", "v"))):
                delattr(module, each)
            module.register_parameter(name, Parameter(weight))
            return module
    raise ValueError(f"remove_spectral_norm: {type(module).__name__} has no spectral_norm of {name!r}")
