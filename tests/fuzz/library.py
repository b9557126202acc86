"""One of two libraries, and what a program has made in it: its lines run in either, by the same names."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import numpy as np


class Failed(NamedTuple):
    error: Exception

    def __str__(self) -> str:
        return f"{type(self.error).__name__}: {self.error}"[:300]


def helpers(module: Any) -> dict[str, Any]:
    """What a line cannot say by itself: modes, hooks, and a Function, by the names that the vocabulary has for them."""

    def still(function: Any) -> Any:
        with module.no_grad():
            return function()

    def nested(function: Any) -> Any:
        with module.no_grad(), module.enable_grad():
            return function()

    def hooked(x: Any) -> Any:
        y = x * 1
        if y.requires_grad:
            y.register_hook(lambda g: 2 * g)
        return y

    class Cubed(module.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    def slope(function: Any, x: Any) -> Any:
        (g,) = module.autograd.grad(function(x).sum(), x, create_graph=True)
        return g

    def fed(layer: Any, x: Any) -> Any:
        """The layer as a function, its parameters made of the numbers of x."""
        layer, numbers = layer.double(), module.tanh(x.double().flatten())

        def filled(i: int, shape: Any) -> Any:
            n = shape.numel()
            waves = module.cos(module.arange(n).double() * 1.7 + i)
            return (waves * 0.7 + 0.3 * module.cat([numbers, module.zeros(n).double()])[:n]).reshape(shape)

        weights = {name: filled(i, each.shape) for i, (name, each) in enumerate(layer.named_parameters())}
        return lambda *args, **options: module.func.functional_call(layer, weights, args, options)

    def trained(optimizer: Any, x: Any) -> Any:
        """What an optimizer makes of the numbers of x in three steps."""
        p = x.detach().clone().requires_grad_()
        steps = optimizer([p])

        def closure() -> Any:
            steps.zero_grad()
            loss = ((p - 1) ** 2 * (p + 2)).sum()
            loss.backward()
            return loss

        for _ in range(3):
            steps.step(closure)
        return p.detach()

    def rates(schedule: Any) -> Any:
        """The learning rates of a schedule, over a few epochs."""
        optimizer = module.optim.SGD([module.zeros(1, requires_grad=True)], 0.5, momentum=0.5)
        scheduler = schedule(optimizer)
        found = []
        for _ in range(5):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return found

    def dual(function: Any, x: Any, tangent: Any) -> Any:
        forward_ad = module.autograd.forward_ad
        with forward_ad.dual_level():
            return forward_ad.unpack_dual(function(forward_ad.make_dual(x, tangent))).tangent

    return {
        "still": still,
        "nested": nested,
        "hooked": hooked,
        "cubed": Cubed.apply,
        "slope": slope,
        "fed": fed,
        "trained": trained,
        "rates": rates,
        "dual": dual,
        "math": math,
    }


class Library:
    """One of the two, and what a program has made in it."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.names: dict[str, Any] = {"m": module, "F": module.nn.functional, **helpers(module)}

    def run(self, line: str) -> Any:
        """The tensor that a line makes or changes; Failed with the error if it raises one."""
        name, assigned, expression = line.partition(" = ")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = eval(expression if assigned else line, self.names)
        except Exception as error:
            return Failed(error)
        if assigned:
            self.names[name] = result
        return result

    def tensors(self) -> dict[str, Any]:
        return {name: value for name, value in self.names.items() if isinstance(value, self.module.Tensor)}

    def gradients(self, of: Any, leaves: list[str]) -> Any:
        """Of the sum of `of`, weighed, in the leaves, with history."""
        try:
            total = self.weighed(of)
            if not total.requires_grad:
                return [None] * len(leaves)
            inputs = [self.names[leaf] for leaf in leaves]
            return self.module.autograd.grad(total, inputs, create_graph=True, allow_unused=True)
        except Exception as error:
            return Failed(error)

    def slopes(self, leaves: list[str]) -> list[Any]:
        """The derivatives of all that was made: of first and of second order, or the error in their place."""
        ends = [each for each in self.tensors().values() if self.grows(each)]
        found: list[Any] = []
        while len(found) < 2 and not (found and isinstance(found[-1], Failed)):
            found.append(self.gradients(ends, leaves))
            ends = found[-1]
        return found

    def grows(self, tensor: Any) -> bool:
        """Whether a tensor has derivatives to compare; those of float16 are too coarse."""
        return bool(tensor.requires_grad and tensor.dtype != self.module.float16)

    def weighed(self, tensors: list[Any]) -> Any:
        """A number on which each element of the tensors acts in its own way."""
        total = self.module.zeros((), dtype=self.module.float64)
        for each in tensors:
            if each is not None and each.requires_grad:
                total = total + (each.double() * self.module.tensor(self.weights(each))).sum()
        return total

    def weights(self, tensor: Any) -> Any:
        """For each element of a tensor another number."""
        return 0.5 + np.cos(np.arange(tensor.numel())).reshape(tuple(tensor.shape))
