"""One look: what the layers of models, their gradients and their updates are like in one step.

It lasts from the end of one step to the end of the next. Hooks stand only for so long, and see but change nothing; a
step in which nobody looks runs as if nobody ever did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from minigrad.dtypes import Array
from minigrad.nn.modules.module import Module
from minigrad.optim.optimizer import Optimizer
from minigrad.viz.engine import Variable, mode
from minigrad.viz.graph.elements import sizes_of
from minigrad.viz.page.arrays import heat_map
from minigrad.viz.recording.run import tensors_in
from minigrad.viz.training.spread import picked, rms, rounded, silent, spread

COMPARED = 1 << 16
"""So many numbers of a parameter are compared before and after an update."""
UNCHANGED = ("Flatten", "Unflatten", "Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d")
"""Layers that pass on what they get, or most of it: what there is to see of them is seen of the layer before."""


@dataclass(eq=False)
class Layer:
    """A module with parameters of its own, or with no module below it."""

    name: str
    """The qualified name, such as generator.3."""
    module: Module
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def described(self) -> dict[str, Any]:
        """What a page says of it."""
        kind = type(self.module).__name__
        sizes = sizes_of(self.module)
        shapes = {name: list(each.shape) for name, each in self.parameters.items()}
        return {"name": self.name, "kind": f"{kind} {sizes}".strip(), "parameters": shapes}


def layers_of(models: Mapping[str, Module]) -> list[Layer]:
    """The layers of models, in the order in which they were defined; a layer that is shared is there once."""
    found: dict[Module, Layer] = {}
    for model, root in models.items():
        for path, module in root.named_modules(prefix=model):
            own = {name: each for name, each in module._parameters.items() if each is not None}
            if module not in found and (own or not (module._modules or type(module).__name__ in UNCHANGED)):
                found[module] = Layer(path, module, own)
    return list(found.values())


class Look:
    """Looks at the step that now begins, until `end`. Without `hooks` at what can be seen from outside: parameters."""

    def __init__(self, layers: Sequence[Layer], optimizers: Sequence[Optimizer], hooks: bool) -> None:
        started = perf_counter()
        self.layers = layers
        self.seen: dict[int, dict[str, Any]] = {}
        """What there is to tell, by the position of the layer."""
        self._before = {id(each): _sample(each.array) for layer in layers for each in layer.parameters.values()}
        self._updates: dict[int, dict[str, Any]] = {}  # of parameters that an optimizer has changed
        self._handles: list[Any] = []
        if hooks:
            self._handles += [
                layer.module.register_forward_hook(self._after_forward(at)) for at, layer in enumerate(layers)
            ]
            for optimizer in optimizers:
                self._handles.append(optimizer.register_step_pre_hook(self._before_step))
                self._handles.append(optimizer.register_step_post_hook(self._after_step))
        self.seconds = perf_counter() - started
        """What the look has taken so far."""

    def release(self) -> None:
        """Take all hooks away."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def end(self) -> dict[int, dict[str, Any]]:
        """The step is over: what was seen, by the position of the layer."""
        started = perf_counter()
        self.release()
        for at, layer in enumerate(self.layers):
            for name, parameter in layer.parameters.items():
                seen = self._updates.get(id(parameter)) or self._update(parameter)
                entry = self.seen.setdefault(at, {}).setdefault("parameters", {})
                entry[name] = {"weight": spread(parameter.array), **seen}
        self.seconds += perf_counter() - started
        return self.seen

    def pictures(self) -> dict[str, Any]:
        """The weights of at least two dimensions as heat maps, by their names."""
        started = perf_counter()
        maps = {
            f"{layer.name}.{name}": heat_map(parameter.array)
            for layer in self.layers
            for name, parameter in layer.parameters.items()
            if parameter.array.ndim >= 2 and parameter.array.dtype.kind == "f" and parameter.array.size
        }
        self.seconds += perf_counter() - started
        return maps

    # -- hooks ---------------------------------------------------------------------------------------------------------

    def _after_forward(self, at: int) -> Any:
        def hook(module: Module, args: Any, output: Any) -> None:
            if at in self.seen or not mode.recording:  # of several calls the first, and none that only evaluates
                return
            started = perf_counter()
            tensor: Any = next(tensors_in(output), None)
            if tensor is not None:
                self.seen[at] = {"out": spread(tensor.array)}
                if not self.layers[at].parameters and self.seen[at]["out"] is not None:
                    self.seen[at]["silent"] = silent(tensor.array)
                if tensor.requires_grad:
                    tensor.register_hook(self._on_gradient(at))
            self.seconds += perf_counter() - started

        return hook

    def _on_gradient(self, at: int) -> Any:
        def hook(gradient: Variable) -> None:
            if "grad" not in self.seen[at] and self._handles:  # a graph may be walked again, later on
                started = perf_counter()
                self.seen[at]["grad"] = spread(gradient.array)
                self.seconds += perf_counter() - started

        return hook

    def _before_step(self, optimizer: Optimizer, *_: Any) -> None:
        started = perf_counter()
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if id(parameter) in self._before and id(parameter) not in self._updates and parameter.grad is not None:
                    self._updates[id(parameter)] = {"grad": spread(parameter.grad.array)}
        self.seconds += perf_counter() - started

    def _after_step(self, optimizer: Optimizer, *_: Any) -> None:
        started = perf_counter()
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                seen = self._updates.get(id(parameter), {"update": None})
                if "update" not in seen:
                    self._updates[id(parameter)] = seen | self._update(parameter, seen["grad"])
        self.seconds += perf_counter() - started

    def _update(self, parameter: Any, gradient: Any = None) -> dict[str, Any]:
        """What a parameter has got and how far it has moved since the look began, beside its own size."""
        if gradient is None and parameter.grad is not None:
            gradient = spread(parameter.grad.array)
        before = self._before[id(parameter)]
        after = _sample(parameter.array)
        if before is None or after is None or before.shape != after.shape:
            return {"grad": gradient, "update": None}
        size, moved = rms(before), rms(after - before)
        return {"grad": gradient, "update": rounded(moved / size) if size > 0 and moved / size < float("inf") else None}


def _sample(array: Array) -> Array | None:
    """Some numbers of a parameter, copied; None if they are no floats."""
    if array.dtype.kind != "f" or not array.size:
        return None
    return picked(array.ravel(order="K"), COMPARED).copy()
