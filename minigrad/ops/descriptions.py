"""What no line of the table can say of a public primitive: a sentence, and an example with its answer."""

DESCRIPTIONS: dict[str, tuple[str, str, str]] = {
    "sin": (
        "The sine of each element, an angle in radians.",
        "mg.sin(mg.tensor([0.0, 1.0]))",
        "tensor([0.0000, 0.8415])",
    ),
}
"""By the primitive's name: the sentence, a call, and what it answers."""
