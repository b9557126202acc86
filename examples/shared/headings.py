"""Names of programs and functions as headings of the pages that show them."""

from __future__ import annotations

ABBREVIATIONS = {"gan", "gp", "lstm", "mlp", "ode", "wgan"}


def titled(name: str) -> str:
    """A name as a heading: `wgan_gp` as "WGAN GP", `training_step` as "Training step"."""
    words = name.capitalize().split("_")
    return " ".join(word.upper() if word.lower() in ABBREVIATIONS else word for word in words)
