"""How wide a text is, without asking a font: so pictures come out the same on every machine.

The widths are those of Helvetica, in thousandths of the size of the type, as Adobe published them (AFM, 1985). Arial
and Liberation Sans have the same. Other letters, such as Greek ones, take the width of a middling one.
"""

from __future__ import annotations

HELVETICA = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 "
    "556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS = {chr(32 + i): int(width) for i, width in enumerate(HELVETICA.split())}
WIDTHS |= dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄₅₆₇₈₉ᵀ", 350) | {"·": 278, "…": 1000, "\N{NO-BREAK SPACE}": 278, "→": 1000}
OTHER = 600
BOLD = 1.08
"""Bold letters are so many times wider."""
SLACK = 1.13
"""For a font that is somewhat wider, where none of the three is installed."""


def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text, in the unit of `size`."""
    return sum(WIDTHS.get(letter, OTHER) for letter in text) / 1000 * size * (BOLD if bold else 1) * SLACK
