"""A Function with two results, which pictures, pages and words must tell apart."""

from __future__ import annotations

from typing import Any

import minigrad as mg
from minigrad.autograd import Function


class Polar(Function):
    """The radius and the angle of a point. Each has a gradient of its own, and the radius is saved too."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        r = (x * x + y * y).sqrt()
        ctx.save_for_backward(x, y, r)
        return r, mg.atan2(y, x)

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        x, y, r = ctx.saved_tensors
        return g * x / r - h * y / (r * r), g * y / r + h * x / (r * r)
