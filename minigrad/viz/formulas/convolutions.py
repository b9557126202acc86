"""Convolutions as sums over their indices, with stride, padding and dilation of one call put in.

Convolution and transposed convolution are each other's rule, so both are written with the same places: where in the
input the kernel lies for one place of the output, and back.
"""

from __future__ import annotations

from typing import Any, NamedTuple

OUT, TAP, IN = "ijh", "klm", "pqr"
"""The letters of places: where the windows lie, in the kernel, and in what the windows lie on."""

Written = tuple[str, dict[str, str]]
"""What is computed, and how the gradient `g` reaches each argument."""


class Places(NamedTuple):
    """The indices of one call, over 1, 2 or 3 axes."""

    windows: str
    taps: str
    under: str
    there: str
    """The place under a tap of a window."""
    back: str
    """The window whose tap lies on a place; perhaps between two."""
    whole: str
    """Words, where windows leave places out."""

    @classmethod
    def of(cls, stride: Any, padding: Any, dilation: Any) -> Places:
        """Those of a convolution with these numbers for each axis; of the padding, that before."""
        there, back = [], []
        for i, k, p, step, (edge, _), spread in zip(OUT, TAP, IN, stride, padding, dilation):
            tap = k if spread == 1 else f"{spread} * {k}"
            there.append(f"{i if step == 1 else f'{step} * {i}'} + {tap}{f' - {edge}' if edge else ''}")
            place = f"{p}{f' + {edge}' if edge else ''} - {tap}"
            back.append(place if step == 1 else f"({place}) / {step}")
        windows, taps, under = (", ".join(each[: len(stride)]) for each in (OUT, TAP, IN))
        whole = "only whole places" if max(stride) > 1 else ""
        return cls(windows, taps, under, ", ".join(there), ", ".join(back), whole)


def convolution(x: str, w: str, bias: str, places: Places) -> Written:
    """A convolution of `x` by the kernel `w`; `bias` is the name of the bias, or ''."""
    windows, taps, under, there, back, whole = places
    forward = f"Σ[c, {taps}]({w}[o, c, {taps}] * {x}[n, c, {there}])" + (f" + {bias}[o]" if bias else "")
    rules = {
        x: f"Σ[o, {taps}]({w}[o, c, {taps}] * g[n, o, {back}]); at [n, c, {under}]" + (whole and f", {whole}"),
        w: f"Σ[n, {windows}](g[n, o, {windows}] * {x}[n, c, {there}]); at [o, c, {taps}]",
        bias: f"Σ[n, {windows}](g[n, o, {windows}]); at [o]",
    }
    return f"{forward}; at [n, o, {windows}]", {name: each for name, each in rules.items() if name}


def transposed(x: str, w: str, bias: str, places: Places) -> Written:
    """A transposed convolution: what goes back through a convolution, from windows to what they lie on."""
    windows, taps, under, there, back, whole = places
    forward = f"Σ[c, {taps}]({w}[c, o, {taps}] * {x}[n, c, {back}])" + (f" + {bias}[o]" if bias else "")
    rules = {
        x: f"Σ[o, {taps}]({w}[c, o, {taps}] * g[n, o, {there}]); at [n, c, {windows}]",
        w: f"Σ[n, {windows}]({x}[n, c, {windows}] * g[n, o, {there}]); at [c, o, {taps}]",
        bias: f"Σ[n, {under}](g[n, o, {under}]); at [o]",
    }
    return f"{forward}; at [n, o, {under}]" + (whole and f", {whole}"), {
        name: each for name, each in rules.items() if name
    }
