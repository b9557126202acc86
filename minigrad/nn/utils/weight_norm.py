"""Weight normalization in its older form: by a hook before forward, with the parameters `weight_g` and `weight_v`.

For new code there is `parametrizations.weight_norm`. This form is here for the keys of its state_dict.
"""

from __future__ import annotations

from typing import Any, TypeVar

from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.nn.utils.parametrizations import norm_except_dim

M = TypeVar("M", bound=Module)


class WeightNorm:
    """The hook: computes the weight before each call of the module.

    Args:
        name: the name of the weight.
        dim: along which slices have lengths of their own; None takes all as one.
    """

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = dim

    def compute_weight(self, module: Any) -> Any:
        """g * v / |v|."""
        g, v = (getattr(module, f"{self.name}_{part}") for part in "gv")
        return v * (g / norm_except_dim(v, self.dim))

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Learn length g and direction v of a weight apart: g * v / ‖v‖ (Salimans and Kingma 2016).

    Args:
        module: the module whose weight it is; it is returned.
        name: the name of the weight (default "weight").
        dim: along which slices have lengths of their own; None takes all as one (default 0).

    Parameter `name` becomes `name`_g, the lengths, and `name`_v, vectors of the directions. RuntimeError if it has been
    done already.
    """
    if any(isinstance(each.call, WeightNorm) and each.call.name == name for each in module._hooks.values()):
        raise RuntimeError(f"weight_norm: {type(module).__name__} has one on {name!r} already")
    weight = module.get_parameter(name)
    hook = WeightNorm(name, dim)
    lengths = Parameter(norm_except_dim(weight.detach(), dim))
    delattr(module, name)
    module.register_parameter(f"{name}_g", lengths)
    module.register_parameter(f"{name}_v", Parameter(weight.detach()))
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make `name` of `module` an ordinary parameter again, with its present value; ValueError if it has no weight_norm.

    Returns the module.
    """
    for key, (_, hook, *_) in module._hooks.items():
        if isinstance(hook, WeightNorm) and hook.name == name:
            weight = hook.compute_weight(module).detach()
            del module._hooks[key]
            for each in (name, f"{name}_g", f"{name}_v"):
                delattr(module, each)
            module.register_parameter(name, Parameter(weight))
            return module
    raise ValueError(f"remove_weight_norm: {type(module).__name__} has no weight_norm of {name!r}")
