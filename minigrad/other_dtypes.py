"""The types of numbers that PyTorch has besides, as names: programs compare dtypes with them, and list them in tables.

No tensor here has one of them. Each is a dtype all the same, whose attributes are PyTorch's, and a call that would make
numbers of it is refused with the reason.
"""

from __future__ import annotations

from typing import Any

from minigrad import named
from minigrad.left_out import REASONS
from minigrad.public_dtypes import dtype

KINDS = {
    "f": "bfloat16 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu",
    "c": "complex32 complex64 complex128",
    "u": "uint16 uint32 uint64 quint8 quint4x2 quint2x4",
    "i": "qint8 qint32",
}
"""Their names by NumPy's letter for the kind of number."""

ALIASES = {"chalf": "complex32", "cfloat": "complex64", "cdouble": "complex128"}

SIZES = {"bfloat16": 2, "complex32": 4, "complex64": 8, "complex128": 16, "uint16": 2, "uint32": 4, "uint64": 8}
"""Bytes for each number; the others have 1, and qint32 4."""

LIMITS = {
    "bfloat16": (7, -126, (2 - 2.0**-7) * 2.0**127),
    "float8_e4m3fn": (3, -6, 448.0),
    "float8_e4m3fnuz": (3, -7, 240.0),
    "float8_e5m2": (2, -14, 57344.0),
    "float8_e5m2fnuz": (3, -15, 57344.0),
}
"""Binary digits behind the point, the exponent of the least number that has all of them, and the largest number."""

REALS = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}


class OtherDType(dtype):
    """A type of numbers by name only."""

    def __new__(cls, name: str, kind: str) -> Any:  # past the one that asks NumPy
        return object.__new__(cls)

    def __init__(self, name: str, kind: Any) -> None:
        self.name, self.kind = name, kind
        self.limits = LIMITS.get(name)
        self.itemsize = SIZES.get(name, 4 if name == "qint32" else 1)
        self.is_floating_point, self.is_complex, self.is_signed = (
            kind == "f",
            kind == "c",
            kind != "u" and "e8m0" not in name,
        )

    def to_real(self) -> Any:
        """The dtype of the real parts of such numbers."""
        import minigrad

        return getattr(minigrad, REALS[self.name]) if self.name in REALS else self

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"{named.package}.{self.name}"

    def __reduce__(self) -> Any:
        return by_name, (self.name,)


OTHERS: dict[str, OtherDType] = {
    name: OtherDType(name, kind) for kind, names in KINDS.items() for name in names.split()
}
OTHERS |= {alias: OTHERS[name] for alias, name in ALIASES.items()}


def by_name(name: str) -> OtherDType:
    """The dtype of that name."""
    return OTHERS[name]


assert all(name in REASONS for name in OTHERS), "a reason stands for each"
