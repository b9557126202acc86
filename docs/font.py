"""The font of the formulas: what TeX Gyre Termes Math has of the characters below, as a small file of the pages.

    python docs/font.py texgyretermes-math.otf         # writes docs/_static/math.woff2

Browsers set formulas with a font that has a table for mathematics, which says how roots, brackets and scripts grow; few
phones and not all computers have one, and some show boxes in the place of letters. The font is of B. Jackowski,
P. Strzelczyk and P. Pianowski (https://www.gust.org.pl/projects/e-foundry/tg-math), under the GUST Font License, a form
of the LaTeX Project Public License; Debian has it as fonts-texgyre-math. The part of it has a name of its own, as the
license asks. Making it needs `pip install "fonttools[woff]"`; using it does not.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
NAME = "minigrad formulas"
RANGES = [
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0xB1), (0xB4, 0xB8), (0xBF, 0xFF),  # Latin, and signs such as ± and ×
    (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x302, 0x308), (0x338, 0x338),  # accents: hats, dots and bars
    (0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9), (0x3D1, 0x3D1), (0x3D5, 0x3D6),  # Greek
    (0x3F0, 0x3F1), (0x3F4, 0x3F5),
    (0x2016, 0x201A), (0x201C, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026),  # dots and primes
    (0x2032, 0x2034), (0x2061, 0x2063),
    (0x210E, 0x210E), (0x2113, 0x2113), (0x2102, 0x2102), (0x211D, 0x211D), (0x1D53C, 0x1D53C),  # h, ℓ, ℂ, ℝ, 𝔼
    (0x2190, 0x2194), (0x21A6, 0x21A6), (0x21D0, 0x21D4),  # arrows
    (0x2200, 0x2265), (0x2282, 0x2287), (0x2295, 0x2299), (0x22A4, 0x22A5), (0x22C5, 0x22C5), (0x22EE, 0x22F1),
    (0x2308, 0x230B), (0x27E8, 0x27E9),  # brackets that grow
    (0x1D434, 0x1D454), (0x1D456, 0x1D467), (0x1D6E2, 0x1D71B),  # the letters in italics, for names of one letter
]  # fmt: skip
"""The characters that formulas may have, from and to."""


def lacking(text: str) -> set[str]:
    """The characters of a text that the font has not."""
    return {each for each in text if not any(first <= ord(each) <= last for first, last in RANGES)}


def main(source: str) -> None:
    from fontTools import subset

    options = subset.Options(
        flavor="woff2", hinting=False, desubroutinize=True, layout_features=["ssty", "dtls", "flac", "ccmp", "mark"]
    )
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = NAME.replace(" ", "-") if record.nameID == 6 else NAME
    font["CFF "].cff.fontNames[0] = NAME.replace(" ", "-")
    subset.save_font(font, HERE / "_static" / "math.woff2", options)


if __name__ == "__main__":
    main(sys.argv[1])
