"""What a run leaves behind, in bounded memory: curves of numbers, and moments of which ever fewer are kept.

However long a run is, a curve has a few hundred points, each of them a stretch of steps with its mean, its extremes and
how many of its numbers were none. Of moments, which are larger, every second is forgotten whenever there are too many.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

POINTS = 512
"""A curve has at most so many points; it is half as many after they have been joined in pairs."""

FIRST, LAST, SUM, LOW, HIGH, COUNT, BROKEN = range(7)


class Curve:
    """Numbers over steps. A point is [first step, last step, sum, lowest, highest, how many, how many not finite]."""

    def __init__(self) -> None:
        self.points: list[list[Any]] = []
        self.width = 1
        """How many numbers make a point."""
        self.broken_at: int | None = None
        """The step of the first number that was not finite."""
        self._open: list[Any] | None = None

    def add(self, step: int, value: float) -> None:
        """Note the number of one step; steps come in order."""
        finite = math.isfinite(value)
        if not finite and self.broken_at is None:
            self.broken_at = step
        point = self._open
        if point is None:
            self._open = point = [step, step, 0.0, None, None, 0, 0]
            self.points.append(point)
        point[LAST] = step
        if finite:
            point[SUM] += value
            point[COUNT] += 1
            if point[LOW] is None or value < point[LOW]:
                point[LOW] = value
            if point[HIGH] is None or value > point[HIGH]:
                point[HIGH] = value
        else:
            point[BROKEN] += 1
        if point[COUNT] + point[BROKEN] >= self.width:
            self._open = None
            if len(self.points) >= POINTS:
                self.points = [joined(*pair) for pair in zip(self.points[::2], self.points[1::2])]
                self.width *= 2

    def state(self) -> dict[str, Any]:
        """What a page and a checkpoint keep of it."""
        return {"points": self.points, "width": self.width, "brokenAt": self.broken_at, "open": self._open is not None}

    @classmethod
    def of(cls, state: dict[str, Any]) -> Curve:
        """The curve whose `state` this is."""
        curve = cls()
        curve.points, curve.width = [list(each) for each in state["points"]], state["width"]
        curve.broken_at = state["brokenAt"]
        curve._open = curve.points[-1] if state["open"] else None
        return curve


def joined(a: list[Any], b: list[Any]) -> list[Any]:
    """Two neighbouring points as one."""
    lows, highs = ([each for each in (a[at], b[at]) if each is not None] for at in (LOW, HIGH))
    low, high = min(lows, default=None), max(highs, default=None)
    return [a[FIRST], b[LAST], a[SUM] + b[SUM], low, high, a[COUNT] + b[COUNT], a[BROKEN] + b[BROKEN]]


class Moments:
    """Texts of which at most `most` are kept, evenly over the time until now, and always the newest.

    The texts are JSON, each written once, when its moment is there; a page puts them together as they are.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.stride = 1
        self.count = 0
        """How many there were."""
        self._kept: list[tuple[int, str]] = []

    def add(self, text: str) -> None:
        """Keep a moment, and forget others where there are too many."""
        kept = self._kept
        if kept and kept[-1][0] % self.stride:
            kept.pop()  # it was kept only as the newest
        kept.append((self.count, text))
        self.count += 1
        while len(kept) > self.most:
            self.stride *= 2
            newest = kept[-1]
            kept[:] = [each for each in kept if each[0] % self.stride == 0 or each is newest]

    def __iter__(self) -> Iterator[str]:
        return (text for _, text in self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def json(self) -> str:
        """What a page and a checkpoint keep of them."""
        places = ",".join(str(place) for place, _ in self._kept)
        head = f'"most":{self.most},"stride":{self.stride},"count":{self.count},"places":[{places}]'
        return f'{{{head},"kept":[{",".join(self)}]}}'

    def restore(self, state: dict[str, Any], texts: list[str]) -> None:
        """Become what `state` says; `texts` are the kept ones."""
        self.most, self.stride, self.count = state["most"], state["stride"], state["count"]
        self._kept = list(zip(state["places"], texts, strict=True))
