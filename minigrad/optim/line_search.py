"""How far to go along a direction: the search for a step that satisfies the strong Wolfe conditions.

Nocedal and Wright 2006, Numerical Optimization, 2nd edition, section 3.5, in its symbols: φ(t) is the objective at step
t, and the strong Wolfe conditions (3.7) are φ(t) ≤ φ(0) + c₁ t φ'(0) and |φ'(t)| ≤ c₂ |φ'(0)|. How trial steps are kept
away from the ends of an interval is that of minFunc, and so of PyTorch, with whose numbers these agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array

C1, C2 = 1e-4, 0.9
"""Enough decrease, and enough of the slope gone: the values for quasi-Newton methods (section 3.1)."""


class Point(NamedTuple):
    """What is known of the objective at step `t`: φ(t), its gradient, and its slope φ'(t) along the direction."""

    t: float
    f: float
    gradient: Array
    slope: Any


def strong_wolfe(
    phi: Callable[[float], Point], t: float, start: Point, longest: float, tolerance: float, budget: int
) -> Point:
    """Algorithm 3.5: a point that satisfies the strong Wolfe conditions, or the lowest after `budget` trials.

    `start` is the point at step 0, `t` the first trial. The search also ends where an interval times `longest`, the
    largest element of the direction, is below `tolerance`.
    """

    def too_high(point: Point) -> bool:
        return bool(point.f > start.f + C1 * point.t * start.slope)

    def flat(point: Point) -> bool:
        return bool(abs(point.slope) <= -C2 * start.slope)

    previous, point = start, phi(t)
    for i in range(budget):
        if too_high(point) or (i > 1 and point.f >= previous.f):
            return _zoom(phi, [previous, point], too_high, flat, longest, tolerance, budget - i)
        if flat(point):
            return point
        if point.slope >= 0:
            return _zoom(phi, [previous, point], too_high, flat, longest, tolerance, budget - i)
        # Still going down: t_{i+1} ∈ (t_i, t_max)
        farther = point.t + 0.01 * (point.t - previous.t), 10 * point.t
        previous, point = point, phi(_cubic_minimum(previous, point, *farther))
    return start if start.f <= point.f else point


def _zoom(
    phi: Callable[[float], Point],
    interval: list[Point],
    too_high: Callable[[Point], bool],
    flat: Callable[[Point], bool],
    longest: float,
    tolerance: float,
    budget: int,
) -> Point:
    """Algorithm 3.6: shrink an interval that contains good steps; `low`, of its ends, is the lower."""
    low = _lower(interval)
    hugging = False  # whether the last trial lay close to an end
    for _ in range(budget):
        left, right = sorted((interval[0].t, interval[1].t))
        if (right - left) * longest < tolerance:
            break
        t = _cubic_minimum(interval[0], interval[1], left, right)
        margin = 0.1 * (right - left)
        close = min(right - t, t - left) < margin
        if close and (hugging or t >= right or t <= left):
            t = right - margin if abs(t - right) < abs(t - left) else left + margin
            close = False
        hugging = close

        trial = phi(t)
        high = 1 - low
        if too_high(trial) or trial.f >= interval[low].f:
            interval[high] = trial
            low = _lower(interval)
            continue
        if flat(trial):
            return trial
        if trial.slope * (interval[high].t - interval[low].t) >= 0:
            interval[high] = interval[low]
        interval[low] = trial
    return interval[low]


def _lower(interval: list[Point]) -> int:
    return 0 if interval[0].f <= interval[1].f else 1


@np.errstate(all="ignore")  # a straight line divides by zero, and its minimum is at an end
def _cubic_minimum(a: Point, b: Point, low: float, high: float) -> Any:
    """Equation 3.59: where the cubic with the values and slopes of `a` and `b` is least, within [low, high]."""
    if a.t > b.t:
        a, b = b, a
    d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
    square = d1**2 - a.slope * b.slope
    if not square >= 0:  # no minimum, or no number
        return (low + high) / 2
    d2 = np.sqrt(square)
    t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
    return min(max(low, t), high)  # low, too, where t is NaN
