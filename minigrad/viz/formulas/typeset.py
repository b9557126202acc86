"""A formula as a tree of terms: rows, fractions, powers and roots, and how they are written down.

A term becomes either a line of Unicode text or MathML, which browsers and notebooks set as formulas. Where a fraction
or a power needs no brackets in one, it may need them in the other: each writer brackets for itself.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

CONDITION, COMPARISON, SUM, TOTAL, PRODUCT, SIGN, POWER, ATOM = range(8)
"""How tightly a term binds; what binds less than its place asks for is bracketed."""

_NAMES = ["alpha", "beta", "gamma", "delta", "eps", "theta", "lambda", "mu", "pi", "rho", "sigma", "tau", "phi", "inf"]
GREEK = dict(zip(_NAMES, "αβγδεθλμπρστφ∞"))
RAISED = dict(zip("0123456789+-−()abcdefghijklmnoprstuvwxyzβ ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝ "))
SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Term:
    """A part of a formula: `kind` is word, number, sign, row, fraction, power, root, bars; the rest are its parts."""

    kind: str
    binds: int
    parts: tuple[Any, ...]


def word(text: str) -> Term:
    """A name."""
    return Term("word", ATOM, (GREEK.get(text, text.strip("_")),))


def sign(text: str) -> Term:
    """An operator or a bracket."""
    return Term("sign", ATOM, (text,))


def row(binds: int, *parts: Term) -> Term:
    """Parts side by side."""
    return Term("row", binds, parts)


def bracketed(part: Term, least: int) -> Term:
    """The part, in brackets if it binds less than its place needs."""
    return part if part.binds >= least else row(ATOM, sign("("), part, sign(")"))


def beside(part: Term, least: int) -> Term:
    """As `bracketed`, and in brackets too if it begins with a minus: a − (−b)."""
    return bracketed(part, least if not as_text(part).startswith("−") else ATOM + 1)


def divides(part: Term) -> bool:
    """Whether there is a fraction in it."""
    return part.kind == "fraction" or (part.kind == "row" and any(each.kind == "fraction" for each in part.parts))


def as_text(part: Term) -> str:
    """A term as one line of Unicode."""
    if part.kind in ("word", "number", "sign"):
        return str(part.parts[0])
    if part.kind == "row":
        return "".join(as_text(each) for each in part.parts)
    if part.kind == "fraction":
        above, below = (as_text(bracketed(each, least)) for each, least in zip(part.parts, (PRODUCT, POWER)))
        return f"{above} / {below}"
    if part.kind == "power":
        base, exponent = as_text(part.parts[0]), as_text(part.parts[1])
        if exponent == "T":
            return base + "ᵀ"
        if all(letter in RAISED for letter in exponent):
            return base + "".join(RAISED[letter] for letter in exponent.replace(" ", ""))
        return f"{base}^{exponent if part.parts[1].binds == ATOM else f'({exponent})'}"
    if part.kind == "root":
        return "√" + as_text(bracketed(part.parts[0], ATOM))
    if part.kind in ("index", "over"):
        return f"{as_text(part.parts[0])}[{as_text(part.parts[1])}]"
    return f"|{as_text(part.parts[0])}|"


def as_mathml(part: Term) -> str:
    """A term as the inside of a MathML <math> element."""
    if part.kind in ("word", "number"):
        tag = "mn" if part.kind == "number" else "mi"
        return f"<{tag}>{html.escape(part.parts[0])}</{tag}>"
    if part.kind == "sign":
        text = html.escape(part.parts[0])
        words = any(each.isalpha() for each in text.replace("Σ", ""))
        return f"<mtext>{text.replace(' ', SPACE)}</mtext>" if words or text == " " else f"<mo>{text.strip()}</mo>"
    inner = [f"<mrow>{as_mathml(each)}</mrow>" for each in part.parts] if part.kind != "row" else []
    if part.kind == "row":
        return "".join(as_mathml(each) for each in part.parts)
    if part.kind == "fraction":
        return f"<mfrac>{''.join(inner)}</mfrac>"
    if part.kind == "power":
        return f"<msup>{''.join(inner)}</msup>"
    if part.kind in ("index", "over"):
        tag = "msub" if part.kind == "index" else "munder"
        return f"<{tag}>{''.join(inner)}</{tag}>"
    if part.kind == "root":
        return f"<msqrt>{''.join(inner)}</msqrt>"
    return f"<mrow><mo>|</mo>{''.join(inner)}<mo>|</mo></mrow>"
