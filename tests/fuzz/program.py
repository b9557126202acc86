"""A random program: lines of code that mean the same in two libraries, drawn one by one from what there is so far."""

from __future__ import annotations

import random
import re
from typing import Any

from vocabulary import LINES, WRITES

SHAPES = [
    (),
    (1,),
    (3,),
    (2, 3),
    (3, 2),
    (2, 2),
    (3, 3),
    (1, 3),
    (2, 1, 3),
    (2, 3, 2),
    (0,),
    (2, 0),
    (1, 1),
    (4,),
    (2, 4, 2, 3),
    (1, 2, 2, 1, 2),
    (2, 1),
    (0, 3),
    (5,),
]
EXTREMES = ["m.inf", "-m.inf", "m.nan", 1e4, -3e4, 1e-5, 255.0]
NUMBERS = [0.0, -1.0, 1.0, 0.5, -0.5, 2.0, -2.0, 1.5, 0.25, 3.0]

OTHER_KINDS = ["float16", "float16", "int8", "int16"]

WORDS = {
    "reduction": ["'none'", "'mean'", "'sum'"],
    "reduce": ["'sum'", "'prod'", "'mean'", "'amax'", "'amin'"],
    "reduced": ["'prod'", "'mean'", "'amax'", "'amin'"],
    "padding": ["'reflect'", "'replicate'", "'circular'", "'constant'"],
    "scaling": ["'nearest'", "'bilinear'", "'bicubic'"],
    "sampling": ["'nearest'", "'bilinear'", "'bicubic'"],
    "outside": ["'zeros'", "'border'", "'reflection'"],
    "norm": ["'fro'", "'nuc'", "1", "-1", "2", "-2", "float('inf')", "-float('inf')"],
    "bag": ["'sum'", "'mean'", "'max'"],
    "padmode": ["'zeros'", "'reflect'", "'replicate'", "'circular'"],
    "lines": ["'nearest'", "'linear'", "'area'", "'nearest-exact'"],
    "cubes": ["'nearest'", "'trilinear'", "'area'"],
    "gridding": ["'nearest'", "'bilinear'"],
    "interpolation": ["'linear'", "'lower'", "'higher'", "'nearest'", "'midpoint'"],
    "rounding": ["None", "'floor'", "'trunc'"],
    "side": ["'left'", "'right'"],
    "momentum": ["None", "0.1", "0.5"],
    "padded": ["None", "0", "-1"],
    "nonlinearity": ["'tanh'", "'relu'"],
    "fan": ["'fan_in'", "'fan_out'"],
    "rate": ["0.0", "0.01", "0.5", "1.0"],
    "search": ["None", "'strong_wolfe'"],
    "cyclesteps": ["6", "10"],
    "cycle": ["'triangular'", "'triangular2'", "'exp_range'"],
    "dtype": ["m.float64", "m.float64", "m.float32", "m.int64", "m.int32", "m.bool", "m.uint8", "m.float16"],
}
"""What stands in the places that take a word."""


class Writer:
    """Draws lines; `tensors` are the shapes and kinds of number of what the program has made, by name.

    With `only`, a regular expression, half of the lines are of the templates that it is found in.
    """

    def __init__(self, seed: int, only: str = "") -> None:
        self.rng = random.Random(seed)
        self.wanted = [each for each in (*LINES, *WRITES) if only and re.search(only, each)]
        self.tensors: dict[str, tuple[tuple[int, ...], str]] = {}
        self.made = 0

    def first_lines(self) -> list[str]:
        """Leaves: most of them doubles that require grad; a few lie in memory in another order, or in one place."""
        lines = []
        for _ in range(self.rng.randint(2, 4)):
            shape = self.rng.choice(SHAPES)
            kind = self.rng.choice(["float64"] * 18 + ["float32", "int64", "bool", "uint8", "int32"] * 3 + OTHER_KINDS)
            grad = kind == "float64" and self.rng.random() < 0.85
            data = f"[{', '.join(map(str, self._numbers(shape, kind)))}]"
            tensor = f"m.tensor({data}, dtype=m.{kind}).reshape({shape}).clone()"  # a leaf with memory of its own
            if shape and self.rng.random() < 0.15:
                tensor += self.rng.choice([".mT", ".transpose(0, -1)", "[..., :1].expand(shape)", "[..., 1:]", "[::2]"])
                tensor = tensor.replace("(shape)", str(shape)).replace(".mT", ".mT" if len(shape) > 1 else "")
                tensor += ".detach()" if grad else ""
            lines.append(f"{self.name()} = {tensor}{'.requires_grad_()' if grad else ''}")
        return lines

    def name(self) -> str:
        self.made += 1
        return f"t{self.made}"

    def line(self) -> str:
        """One more line."""
        if self.wanted and self.rng.random() < 0.5:
            template = self.rng.choice(self.wanted)
        else:
            template = self.rng.choice(WRITES if self.rng.random() < 0.12 else LINES)
        return self.filled(template) if template in WRITES else f"{self.name()} = {self.filled(template)}"

    def filled(self, template: str) -> str:
        """The template with something drawn for each of its places; the same place gets the same thing."""
        drawn: dict[str, str] = {}
        self.shape: tuple[int, ...] | None = None

        def draw(match: re.Match[str]) -> str:
            place = match[1]
            if place not in drawn:
                drawn[place] = str(getattr(self, f"_{place.rstrip('23')}")())
            return drawn[place]

        return re.sub(r"\{(\w+)\}", draw, template)

    # -- what stands in a place ---------------------------------------------------------------------------------------

    def _numbers(self, shape: tuple[int, ...], kind: str) -> list[Any]:
        count = 1
        for n in shape:
            count *= n
        draws = {
            "bool": lambda: self.rng.random() < 0.5,
            "uint8": lambda: self.rng.randint(0, 4),
            "int64": lambda: self.rng.randint(-3, 4),
            "int32": lambda: self.rng.randint(-3, 4),
            "int16": lambda: self.rng.randint(-3, 4),
            "int8": lambda: self.rng.choice([-128, -3, 0, 1, 2, 100]),
        }
        draw = draws.get(kind, self._number)
        numbers = [draw() for _ in range(count)]
        if kind.startswith("float") and count and self.rng.random() < 0.06:
            extreme = self.rng.choice(EXTREMES)
            numbers[self.rng.randrange(count)] = extreme
        return numbers

    def _number(self) -> float:
        return self.rng.choice(NUMBERS) if self.rng.random() < 0.3 else round(self.rng.gauss(0, 1.5), 3)

    def _named(self, kinds: str) -> str:
        fitting = [name for name, (_, kind) in self.tensors.items() if kind in kinds] or list(self.tensors)
        recent = fitting[-5:]
        name = self.rng.choice(recent if self.rng.random() < 0.7 else fitting)
        if self.shape is None:
            self.shape = self.tensors[name][0]
        return name

    def _x(self) -> str:
        return self._named("fiub")

    def _f(self) -> str:
        name = self._named("f")
        return name if self.tensors[name][1] == "f" else f"{name}.double()"

    def _i(self) -> str:
        return self._named("iu")

    def _b(self) -> str:
        return self._named("b")

    def _of_shape(self, fits: Any) -> str | None:
        fitting = [name for name, (shape, _) in self.tensors.items() if fits(shape)]
        return self.rng.choice(fitting) if fitting else None

    def _o(self) -> str:
        def fits(shape: tuple[int, ...]) -> bool:
            return all(1 in (n, m) or n == m for n, m in zip(reversed(shape), reversed(self.shape or ())))

        return (self._of_shape(fits) if self.rng.random() < 0.8 else None) or str(self.rng.choice([*NUMBERS, 2, 3, -1]))

    def _same(self) -> str:
        found = self._of_shape(lambda shape: shape == self.shape)
        return found if found and self.rng.random() < 0.95 else self._named("fiub")

    def _rank(self) -> int:
        return max(len(self.shape or ()), 1)

    def _dim(self) -> int:
        rank = self._rank()
        return self.rng.randint(-rank, rank - 1) if self.rng.random() < 0.98 else rank

    def _dims(self) -> tuple[int, ...]:
        return tuple(self.rng.sample(range(self._rank()), self.rng.randint(1, self._rank())))

    def _k(self) -> int:
        return self.rng.choice([0, 0, 1, 1, 2])

    def _n(self) -> int:
        return self.rng.choice([1, 1, 2, 2, 3])

    def _c(self) -> float:
        return self.rng.choice(NUMBERS)

    def _flag(self) -> bool:
        return self.rng.random() < 0.5

    def _perm(self) -> tuple[int, ...]:
        order = list(range(len(self.shape or ())))
        self.rng.shuffle(order)
        return tuple(order)

    def _size(self) -> tuple[int, ...]:
        shape = list(self.shape or ())
        choice = self.rng.randint(0, 3)
        if choice == 0:
            return (-1,)
        if choice == 1:
            return (1, *shape)
        return (*reversed(shape),) if choice == 2 else (*shape[:1], -1) if 0 not in shape and shape else (*shape, 1)

    def _wide(self) -> tuple[int, ...]:
        return (self.rng.randint(1, 2), *(n if n != 1 else self.rng.randint(1, 3) for n in self.shape or ()))

    def _index(self) -> str:
        parts = []
        for n in self.shape or ():
            parts.append(
                self.rng.choice([":", ":", "0", "-1", "None, :", f":{max(n - 1, 0)}", "1:", "::2", "[0, 0]", "..."])
            )
            if self.rng.random() < 0.3:
                break
        if parts.count("...") > 1:
            parts = [part for part in parts if part != "..."] + ["..."]
        text = ", ".join(parts) or "..."
        return re.sub(
            r"(-?\d*):(\d*):?(\d*)", lambda s: f"slice({', '.join(each or 'None' for each in s.groups())})", text
        )

    def _places(self) -> str:
        shape = self.shape or ()
        bound = min(shape, default=1)
        count = 1
        for n in shape:
            count *= n
        return f"m.tensor({[self.rng.randrange(max(bound, 1)) for _ in range(count)]}, dtype=m.int64).reshape({shape})"

    def _row(self) -> str:
        bound = min(self.shape or (1,), default=1)
        places = [self.rng.randrange(max(bound, 1)) for _ in range(self.rng.choice([0, 1, 2, 3]))]
        return f"m.tensor({places}, dtype=m.int64)"

    def _floats(self) -> str:
        return f"{self._f()}.double().flatten()"

    def _square(self) -> str:
        rest = f"m.tanh(m.cat([{self._floats()}, m.ones(9).double()])[:9].reshape(3, 3))"
        return f"(m.diag(m.tensor([2.0, 2.7, 3.6], dtype=m.float64)) + 0.3 * {rest})"

    def _matrix(self) -> str:
        return f"m.cat([{self._floats()}, m.ones(6).double()])[:6].reshape(3, 2)"

    def _image(self) -> str:
        shape = self.rng.choice([(2, 4, 3, 3), (4, 4, 2, 2), (1, 4, 4, 2)])
        count = shape[0] * shape[1] * shape[2] * shape[3]
        return f"m.cat([{self._floats()}, m.arange({count}).double() / 7])[:{count}].reshape{shape}"

    def _series(self) -> str:
        shape = self.rng.choice([(3, 3, 4), (3, 3, 2)])
        count = shape[0] * shape[1] * shape[2]
        return f"m.cat([{self._floats()}, m.arange({count}).double() / 7])[:{count}].reshape{shape}"

    def _steps(self) -> str:
        return f"m.cat([{self._floats()}, m.arange(36).double() / 7])[:36].reshape(3, 3, 4)"

    def _volume(self) -> str:
        return f"m.cat([{self._floats()}, m.arange(24).double() / 7])[:24].reshape(2, 2, 2, 3, 1)"

    def __getattr__(self, place: str) -> Any:
        words = WORDS.get(place.lstrip("_"))
        if words is None:
            raise AttributeError(place)
        return lambda: self.rng.choice(words)
