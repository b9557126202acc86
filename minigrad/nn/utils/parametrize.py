"""Parametrizations: a parameter that is computed from another one each time it is used.

`register_parametrization(module, "weight", f)` makes `module.weight` mean f(original). The original is what learns and
what is saved, as "parametrizations.weight.original". Attributes that are computed are properties, and properties belong
to classes: the module gets a class of its own, a subclass of what it was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from minigrad.engine.mode import no_grad
from minigrad.errors import ShapeError
from minigrad.nn.modules.container import ModuleDict, ModuleList
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor


class _Cache(threading.local):
    """What this thread has computed inside `cached`, by module and name; None outside."""

    values: dict[tuple[int, str], Any] | None = None


_cache = _Cache()


class ParametrizationList(ModuleList):
    """The parametrizations of one tensor, applied in order, and the originals that they start from.

    Args:
        module: the first parametrization.
        value: the tensor.

    One tensor `original`, or `original0`, `original1`, ... where the first parametrization takes several.
    """

    def __init__(self, module: Module, value: Tensor) -> None:
        super().__init__([module])
        start = _inverted(module, value)
        self.is_tensor = isinstance(start, Tensor)
        if self.is_tensor:
            value.data = start  # the same object goes on: an optimizer may know it
            originals: dict[str, Any] = {"original": value}
        elif isinstance(value, Parameter):
            originals = {f"original{i}": Parameter(each, value.requires_grad) for i, each in enumerate(start)}
        else:
            originals = {f"original{i}": each for i, each in enumerate(start)}
        for name, each in originals.items():
            if isinstance(each, Parameter):
                self.register_parameter(name, each)
            else:
                self.register_buffer(name, each)

    @property
    def originals(self) -> list[Any]:
        """The tensors that the value is computed from."""
        return [each for table in (self._parameters, self._buffers) for each in table.values()]

    def forward(self) -> Any:
        first, *others = self
        value = first(*self.originals)
        for each in others:
            value = each(value)
        return value

    def right_inverse(self, value: Any) -> None:
        """Set the originals so that the value computed from them is `value`."""
        with no_grad():
            for each in reversed(list(self)):
                if not hasattr(each, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(each).__name__} does not implement right_inverse, "
                        "so the tensor cannot be assigned"
                    )
                value = each.right_inverse(value)
            for target, each in zip(self.originals, [value] if self.is_tensor else value, strict=True):
                target.array[...] = each.array


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Let `module.<tensor_name>` be `parametrization` of what it was; a second one is applied to the first.

    Args:
        module: the module whose tensor it is; it is returned.
        tensor_name: the name of a parameter or buffer; ValueError if there is none.
        parametrization: a module. If the first one has a method `right_inverse`, the original is that of the present
            value, so that an inverse keeps it. It trains where `module` does.
        unsafe: whether the value may have another shape or dtype; ShapeError otherwise (default False).

    >>> class Symmetric(nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).T
    >>> layer = nn.utils.parametrize.register_parametrization(nn.Linear(3, 3), "weight", Symmetric())
    >>> bool((layer.weight == layer.weight.T).all())
    True
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            value = getattr(module, tensor_name)
            _check(parametrization(value), value, tensor_name, parametrization)
        module.parametrizations[tensor_name].append(parametrization)
        return module
    tensors: dict[str, Tensor | None] = {**module._buffers, **module._parameters}
    value = tensors.get(tensor_name)
    if value is None:
        raise ValueError(
            f"register_parametrization: {type(module).__name__} does not have a parameter, a buffer, or a "
            f"parametrized element with name {tensor_name!r}"
        )
    before = value.data
    try:
        parametrizations = ParametrizationList(parametrization, value)
        if not unsafe:
            _check(parametrizations(), before, tensor_name, parametrization)
    except BaseException:
        value.data = before  # which the list has made the original of
        raise
    delattr(module, tensor_name)
    if not hasattr(module, "parametrizations"):
        own = type(module)
        module.__class__ = type(f"Parametrized{own.__name__}", (own,), {"__module__": own.__module__})
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, property(_getter(tensor_name), _setter(tensor_name)))
    module.parametrizations[tensor_name] = parametrizations
    return module


def _inverted(parametrization: Module, value: Any) -> Any:
    """What `parametrization` makes `value` of; `value` itself if it does not say."""
    if not hasattr(parametrization, "right_inverse"):
        return value
    with no_grad(), suppress(NotImplementedError):
        return parametrization.right_inverse(value)
    return value


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether `module` has parametrizations, or if `tensor_name` is given, one of that tensor.

    >>> nn.utils.parametrize.is_parametrized(nn.Linear(2, 2))
    False
    """
    table = module._modules.get("parametrizations")
    return table is not None and (len(table) > 0 if tensor_name is None else tensor_name in table)


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Make a tensor an ordinary parameter or buffer again.

    Args:
        module: the module whose tensor it is; it is returned.
        tensor_name: its name; ValueError if it has no parametrization.
        leave_parametrized: whether its value is the one computed last, and not its original; must be True where it is
            computed from several (default True).

    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    >>> nn.utils.parametrize.remove_parametrizations(layer, "weight")
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(
            f"remove_parametrizations: {type(module).__name__} does not have a parametrization on {tensor_name!r}"
        )
    parametrizations = module.parametrizations[tensor_name]
    originals = parametrizations.originals
    if not leave_parametrized and not parametrizations.is_tensor:
        raise ValueError(
            f"Cannot leave unparametrized (leave_parametrized=False) {tensor_name}, which is computed from "
            f"{len(originals)} tensors, none of which can stand for it"
        )
    original = originals[0]
    if leave_parametrized:
        value = getattr(module, tensor_name).detach().clone()
        if not parametrizations.is_tensor:
            original = Parameter(value, original.requires_grad) if isinstance(original, Parameter) else value
        original.data = value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if isinstance(original, Parameter):
        module.register_parameter(tensor_name, original)
    else:
        module.register_buffer(tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__mro__[1]
    return module


@contextmanager
def cached() -> Iterator[None]:
    """Inside, each parametrized tensor is computed once and then remembered: for modules that use a weight often."""
    before = _cache.values
    _cache.values = {} if before is None else before
    try:
        yield
    finally:
        _cache.values = before


def _getter(name: str) -> Any:
    def get(module: Any) -> Any:
        known = _cache.values
        if known is None:
            return module.parametrizations[name]()
        key = (id(module), name)
        if key not in known:
            known[key] = module.parametrizations[name]()
        return known[key]

    return get


def _setter(name: str) -> Any:
    return lambda module, value: module.parametrizations[name].right_inverse(value)


def _check(found: Any, wanted: Any, name: str, parametrization: Module) -> None:
    for what in ("dtype", "shape"):
        before, after = (getattr(each.array, what) for each in (wanted, found))
        if before != after:
            raise ShapeError(
                f"Registering a parametrization may not change the {what} of the tensor, unless `unsafe` flag is "
                f"enabled. {type(parametrization).__name__} makes {name}, of {what} {before}, one of {after}"
            )
