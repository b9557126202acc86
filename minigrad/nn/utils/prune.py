"""Pruning: weights that are left out, chosen at random or because they are small, and stay out while the rest learns.

A pruned parameter `weight` lives on as `weight_orig`, beside a buffer `weight_mask` of zeros and ones; the attribute
`weight` is their product, made anew before each call. Methods pile up: the next one chooses among what is left.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from minigrad.creation import ones_like
from minigrad.nn.modules.module import Module
from minigrad.nn.utils.pruning_amount import (
    _compute_nparams_toprune,
    _validate_pruning_amount,
    _validate_pruning_amount_init,
)
from minigrad.ops import cat, norm, topk
from minigrad.random.factories import rand, rand_like
from minigrad.tensor import Tensor


class BasePruningMethod(ABC):
    """A way to choose what is pruned: a subclass says which of the numbers in its reach its mask leaves out.

    `PRUNING_TYPE` is that reach: "unstructured" (all numbers that are left), "structured" (all slices that are left),
    or "global" (all numbers).
    """

    PRUNING_TYPE: ClassVar[str] = "unstructured"
    _tensor_name: str

    @abstractmethod
    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """A mask like `default_mask` with more zeros: where `t`, the scores, is lowest, say."""

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    def apply_mask(self, module: Module) -> Tensor:
        """What is left of the parameter: the original times the mask."""
        mask: Tensor = getattr(module, f"{self._tensor_name}_mask")
        return mask.to(getattr(module, f"{self._tensor_name}_orig").dtype) * getattr(
            module, f"{self._tensor_name}_orig"
        )

    @classmethod
    def apply(
        cls, module: Module, name: str, *args: Any, importance_scores: Tensor | None = None, **kwargs: Any
    ) -> BasePruningMethod:
        """Prune the parameter `name` of a module by this method; by the importance of its numbers, if that is given."""
        method = cls(*args, **kwargs)
        method._tensor_name = name
        before = _method_of(module, name)
        if before is None:
            slate: Any = module._parameters[name]
            mask = ones_like(slate.detach())
        else:
            mask, slate = getattr(module, f"{name}_mask"), getattr(module, name)
            old = before[1]
            method = PruningContainer(*(old if isinstance(old, PruningContainer) else (old,)), method)
        scores = slate if importance_scores is None else importance_scores
        if scores.shape != slate.shape:
            raise AssertionError(f"importance_scores should have the same shape as parameter {name} of {module}")
        mask = method.compute_mask(scores.detach(), mask)  # which may fail: until here nothing has changed
        if before is None:
            module.register_parameter(f"{name}_orig", module._parameters.pop(name))
        else:
            del module._hooks[before[0]]
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def prune(self, t: Tensor, default_mask: Tensor | None = None, importance_scores: Tensor | None = None) -> Tensor:
        """`t` with what this method leaves out at 0."""
        scores = t if importance_scores is None else importance_scores
        return t * self.compute_mask(scores, ones_like(t) if default_mask is None else default_mask)

    def remove(self, module: Module) -> None:
        """Make the parameter an ordinary one again, with its zeros."""
        name = self._tensor_name
        value = self.apply_mask(module).detach()
        original: Any = module._parameters.pop(f"{name}_orig")
        del module._buffers[f"{name}_mask"]
        module.__dict__.pop(name, None)
        original.data = value
        module.register_parameter(name, original)


class PruningContainer(BasePruningMethod):
    """Several methods, one after the other."""

    def __init__(self, *args: BasePruningMethod) -> None:
        self._methods: list[BasePruningMethod] = []
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: BasePruningMethod) -> None:
        """Add a method for the same parameter; ValueError if it is for another."""
        if not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if not self._methods:
            self._tensor_name = method._tensor_name
        if method._tensor_name != self._tensor_name:
            raise ValueError(
                f"Can only add pruning methods acting on the parameter named '{self._tensor_name}', "
                f"found '{method._tensor_name}'"
            )
        self._methods.append(method)

    def __len__(self) -> int:
        return len(self._methods)

    def __iter__(self) -> Any:
        return iter(self._methods)

    def __getitem__(self, index: int) -> BasePruningMethod:
        return self._methods[index]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The newest method's choice among what the older ones left."""
        method, mask = self._methods[-1], default_mask.to(t.dtype)
        if method.PRUNING_TYPE == "structured":
            axis = method.dim % t.ndim  # type: ignore[attr-defined]
            kept = mask.sum([each for each in range(t.ndim) if each != axis]) != 0
            chosen = kept.nonzero().reshape(-1)
            new = mask.clone()
            new.index_copy_(
                axis, chosen, method.compute_mask(t.index_select(axis, chosen), mask.index_select(axis, chosen))
            )
            return new
        where = mask == 1 if method.PRUNING_TYPE == "unstructured" else mask == mask
        new = mask.clone()
        new[where] = method.compute_mask(t[where], mask[where])
        return new * mask


class Identity(BasePruningMethod):
    """Nothing is left out: it makes a mask of ones."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return default_mask


class _Amount(BasePruningMethod):
    """A method that leaves out `amount`: so many, or a share between 0 and 1."""

    def __init__(self, amount: float) -> None:
        _validate_pruning_amount_init(amount)
        self.amount = amount

    def _count(self, size: int) -> int:
        _validate_pruning_amount(self.amount, size)
        return _compute_nparams_toprune(self.amount, size)

    def _without_lowest(self, scores: Tensor, mask: Tensor) -> Tensor:
        count, new = self._count(scores.numel()), mask.clone()
        if count:
            new.reshape(-1)[topk(scores.reshape(-1), count, largest=False).indices] = 0
        return new

    def _without_slices(self, scores: Tensor, dim: int, mask: Tensor) -> Tensor:
        gone = topk(scores, self._count(scores.numel()), largest=False).indices
        return mask.clone().index_fill_(dim, gone, 0)


class RandomUnstructured(_Amount):
    """Numbers chosen at random are left out."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return self._without_lowest(rand_like(t), default_mask)


class L1Unstructured(_Amount):
    """The numbers nearest to 0 are left out."""

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return self._without_lowest(t.abs(), default_mask)


class RandomStructured(_Amount):
    """Slices along `dim` chosen at random are left out."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return self._without_slices(rand(t.shape[self.dim]), self.dim, default_mask)


class LnStructured(RandomStructured):
    """The slices along `dim` whose norm of order `n` is smallest are left out."""

    def __init__(self, amount: float, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        others = [axis for axis in range(t.ndim) if axis != self.dim % t.ndim]
        return self._without_slices(norm(t, self.n, others), self.dim, default_mask)


class CustomFromMask(BasePruningMethod):
    """What a given mask says is left out."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return default_mask * self.mask.to(default_mask.dtype).reshape(default_mask.shape)


def identity(module: Module, name: str) -> Module:
    """Prepare a parameter for pruning, with a mask of ones. Returns the module."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Module, name: str, amount: float) -> Module:
    """Leave out `amount` numbers, or that share of them, at random. Returns the module.

    >>> layer = nn.utils.prune.random_unstructured(nn.Linear(4, 2), "weight", amount=3)
    >>> int((layer.weight == 0).sum())
    3
    """
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Module, name: str, amount: float, importance_scores: Tensor | None = None) -> Module:
    """Leave out the `amount` numbers, or that share of them, that are nearest to 0. Returns the module."""
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module: Module, name: str, amount: float, dim: int) -> Module:
    """Leave out `amount` slices along `dim` at random. Returns the module."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: Module, name: str, amount: float, n: Any, dim: int, importance_scores: Tensor | None = None
) -> Module:
    """Leave out the `amount` slices along `dim` with the smallest norm of order `n`. Returns the module."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Module, name: str, mask: Tensor) -> Module:
    """Leave out what is 0 in `mask`. Returns the module."""
    CustomFromMask.apply(module, name, mask=mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Module, str]], pruning_method: type, importance_scores: Any = None, **kwargs: Any
) -> None:
    """Choose among the numbers of several parameters together, and prune each by its part of the mask."""
    pairs, given = list(parameters), importance_scores or {}
    scores = [given.get(pair, getattr(*pair)).detach() for pair in pairs]
    masks = [getattr(module, f"{name}_mask", ones_like(getattr(module, name).detach())) for module, name in pairs]
    method = pruning_method(**kwargs)
    method._tensor_name = "temp"
    container = PruningContainer(method)
    mask = container.compute_mask(*(cat([each.reshape(-1) for each in parts]) for parts in (scores, masks)))
    for (module, name), part in zip(pairs, mask.split([each.numel() for each in masks]), strict=True):
        custom_from_mask(module, name, part.reshape(getattr(module, name).shape))


def remove(module: Module, name: str) -> Module:
    """Make a pruned parameter an ordinary one, with its zeros; ValueError if it is not pruned. Returns the module."""
    found = _method_of(module, name)
    if found is None:
        raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")
    handle, method = found
    method.remove(module)
    del module._hooks[handle]
    return module


def is_pruned(module: Module) -> bool:
    """Whether a parameter of the module, or of one below it, is pruned."""
    return any(isinstance(hook.call, BasePruningMethod) for each in module.modules() for hook in each._hooks.values())


def _method_of(module: Module, name: str) -> tuple[int, BasePruningMethod] | None:
    """The method that prunes a parameter, and the number of its hook."""
    for handle, hook in module._hooks.items():
        if isinstance(hook.call, BasePruningMethod) and hook.call._tensor_name == name:
            return handle, hook.call
    return None
