"""Formulas as a textbook has them, for the operations that people meet most.

The tables of derivatives say what runs, and as it runs: `outer_sum(g, x)`, `expand(g / count(...))`. On paper that is
gᵀx, and g / 10 to each element. Here these are written down, by the name of the operation, or of the public function
that consists of several; a test evaluates each against the gradients that the engine finds. What is not here is shown
as it runs.

A line is an expression in Python's notation. `x[i, j]` has indices, `Σ[i](...)` is a sum over one, `@` a product of
matrices. After a semicolon stand words; a line that begins with a colon is words alone. `where` says what other letters
mean, `letters` how arguments are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from minigrad.viz.formulas.convolutions import Places, convolution, transposed

Lines = Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """What an operation computes, and how the gradient `g` of its result reaches each argument."""

    forward: str
    rules: Lines
    where: Lines = field(default_factory=dict)
    letters: Lines = field(default_factory=dict)


LETTERS = {"input": "x", "weight": "w", "bias": "b", "target": "t", "mat1": "A", "mat2": "B"}
MATRICES = {"weight": "W", "bias": "b"}
SCALED = {"weight": "γ", "bias": "β"}
ATTENDING = {"query": "Q", "key": "K", "value": "V"}

COUNT = {"n": "the number of elements"}
MEAN = {"x̄": "the mean of n elements"}
NORMALIZED = {
    "x̂": "(x − μ) / σ",
    "μ, σ": "mean and deviation, √(variance + ε)",
    "mean": "over the same elements",
}
ATTENTION = {
    "A": "the softmax, by which the values are weighed",
    "S": "A (gVᵀ − Σ A gVᵀ), the gradient before the softmax",
    "d": "the width of a row",
}


def of_one(forward: str, slope: str) -> Entry:
    """A function of one argument."""
    return Entry(forward, {"x": slope})


def mean_loss(each: str, slope: str) -> Entry:
    """A loss that is the mean of what it is for each of n elements."""
    return Entry(f"1 / n * Σ({each})", {"input": f"g / n * {slope}"}, COUNT, LETTERS)


TEXTBOOK: dict[str, Entry] = {
    "div": Entry("a / b", {"a": "g / b", "b": "-g * a / b**2"}),
    "reciprocal": of_one("1 / x", "-g / x**2"),
    "pow": Entry("a**b", {"a": "g * (b * a**(b - 1))", "b": "g * a**b * ln(a)"}),
    "rsqrt": of_one("1 / sqrt(x)", "-g * y**3 / 2"),
    "exp2": of_one("2**x", "g * y * ln(2)"),
    "log2": of_one("log2(x)", "g / (x * ln(2))"),
    "log10": of_one("log10(x)", "g / (x * ln(10))"),
    "maximum": Entry(
        "max(a, b)",
        {"a": "g if a > b else g / 2 if a == b else 0", "b": "g if b > a else g / 2 if a == b else 0"},
    ),
    "minimum": Entry(
        "min(a, b)",
        {"a": "g if a < b else g / 2 if a == b else 0", "b": "g if b < a else g / 2 if a == b else 0"},
    ),
    # Functions of one number
    "tanh": of_one("tanh(x)", "g * (1 - y**2)"),
    "tan": of_one("tan(x)", "g * (1 + y**2)"),
    "asin": of_one("asin(x)", "g / sqrt(1 - x**2)"),
    "acos": of_one("acos(x)", "-g / sqrt(1 - x**2)"),
    "atan": of_one("atan(x)", "g / (1 + x**2)"),
    "asinh": of_one("asinh(x)", "g / sqrt(x**2 + 1)"),
    "erf": of_one("erf(x)", "g * 2 / sqrt(pi) * e**(-x**2)"),
    "leaky_relu": of_one("x if x > 0 else slope * x", "g if x > 0 else slope * g"),
    "gelu": Entry(
        "x * Φ(x)",
        {"x": "g * (Φ(x) + x * φ(x))"},
        {"Φ, φ": "the normal distribution and its density"},
    ),
    "silu": Entry(
        "input * σ(input)",
        {"input": "g * (σ(input) + y * (1 - σ(input)))"},
        {"σ": "the sigmoid, 1 / (1 + e⁻ˣ)"},
        LETTERS,
    ),
    "softplus of 1": Entry("ln(1 + e**x)", {"x": "g * σ(x)"}, {"σ": "the sigmoid, 1 / (1 + e⁻ˣ)"}),
    # Sums and what is made of them
    "sum": of_one("Σ(x)", "g; to each element"),
    "mean": Entry("1 / n * Σ(x)", {"x": "g / n; to each element"}, COUNT),
    "prod": of_one("Π(x)", "g * y / x"),
    "cumsum": of_one("Σ[j](x[j]); over j ≤ i", "Σ[j](g[j]); over j ≥ i"),
    "norm": of_one("sqrt(Σ(x**2))", "g * x / y"),
    "logsumexp": of_one("ln(Σ(e**x))", "g * softmax(x)"),
    "softmax": of_one("e**x / Σ(e**x)", "y * (g - Σ(g * y))"),
    "log_softmax": of_one("x - ln(Σ(e**x))", "g - softmax(x) * Σ(g)"),
    "amax": of_one("max(x)", ": g where x is the largest, else 0; equal ones share it"),
    "amin": of_one("min(x)", ": g where x is the smallest, else 0; equal ones share it"),
    "var": Entry("Σ((x - x̄)**2) / (n - 1)", {"x": "2 * g * (x - x̄) / (n - 1)"}, MEAN),
    "std": Entry("sqrt(Σ((x - x̄)**2) / (n - 1))", {"x": "g * (x - x̄) / ((n - 1) * y)"}, MEAN),
    # Products of matrices
    "matmul": Entry("a @ b", {"a": "g @ b.T", "b": "a.T @ g"}),
    "linear": Entry("x @ weight.T", {"x": "g @ weight", "weight": "g.T @ x"}, letters=MATRICES),
    "affine": Entry("x @ weight.T + bias", {"x": "g @ weight", "weight": "g.T @ x", "bias": "g"}, letters=MATRICES),
    "outer_sum": Entry("a.T @ x", {"a": "x @ g.T", "x": "a @ g"}),
    "addmm": Entry("input + mat1 @ mat2", {"input": "g", "mat1": "g @ mat2.T", "mat2": "mat1.T @ g"}, letters=LETTERS),
    # Losses
    "squared_error": Entry(
        "(x - target)**2", {"x": "2 * g * (x - target)", "target": "-2 * g * (x - target)"}, letters=LETTERS
    ),
    "mse_loss": Entry(
        "1 / n * Σ((input - target)**2)",
        {"input": "2 * g / n * (input - target)", "target": "-2 * g / n * (input - target)"},
        COUNT,
        LETTERS,
    ),
    "l1_loss": mean_loss("abs(input - target)", "sign(input - target)"),
    "binary_cross_entropy_with_logits": mean_loss("ln(1 + e**input) - target * input", "(σ(input) - target)"),
    "cross_entropy": Entry(
        "-1 / n * Σ(ln(softmax(input)[target]))",
        {"input": "g / n * (softmax(input) - onehot(target))"},
        {"n": "the number of rows", "t": "their classes"},
        LETTERS,
    ),
    # Normalization, pooling, attention
    "batch_norm": Entry(
        "weight * (x - μ) / σ + bias",
        {"x": "weight / σ * (g - mean(g) - x̂ * mean(g * x̂))", "weight": "Σ(g * x̂)", "bias": "Σ(g)"},
        NORMALIZED,
        SCALED,
    ),
    "layer_norm": Entry(
        "weight * (x - μ) / σ + bias",
        {"x": "1 / σ * (v - mean(v) - x̂ * mean(v * x̂))", "weight": "Σ(g * x̂)", "bias": "Σ(g)"},
        {"v": "γ g", **NORMALIZED},
        SCALED,
    ),
    "standardized_rows": Entry("(x - μ) / σ", {"x": "1 / σ * (g - mean(g) - y * mean(g * y))"}, NORMALIZED),
    "max_pool": of_one(": the largest of each window", ": g at the largest of each window, else 0"),
    "avg_pool": of_one(": the mean of each window", ": g / K to each of the K elements of its window"),
    "scaled_dot_product_attention": Entry(
        "softmax(query @ key.T / sqrt(d)) @ value",
        {"value": "A.T @ g", "query": "S @ key / sqrt(d)", "key": "S.T @ query / sqrt(d)"},
        ATTENTION,
        ATTENDING,
    ),
    # Arrangement
    "reshape": of_one(": x in another shape", ": g in the shape of x"),
    "permute": of_one(": x with its axes in another order", ": g with its axes in the old order"),
    "transposed": of_one("x.T", "g.T"),
    "expand": of_one(": x, repeated", ": g, summed over what was repeated"),
    "lstm": Entry(
        ": hₜ and cₜ of each step: hₜ = oₜ tanh(cₜ), and cₜ = fₜ cₜ₋₁ + iₜ zₜ",
        {},
        {"iₜ, fₜ, oₜ": "σ of their parts of xₜ + hₜ₋₁Wᵀ", "zₜ": "tanh of its part"},
    ),
    "getitem": of_one(": the chosen part of x", ": g at the chosen places, else 0"),
    "narrow": of_one(": a part of x", ": g at the place of the part, else 0"),
    "gather": of_one(": the chosen elements of x", ": g added at the chosen places, else 0"),
    "index_select": of_one(": the chosen rows of x", ": g added at the chosen rows, else 0"),
    "cat": Entry(": the arrays, one after the other", {"tensors": ": the part of g that stands in its place"}),
    "stack": Entry(": the arrays, along a new axis", {"tensors": ": the part of g that stands in its place"}),
    "pad": of_one(": x with an edge around it", ": g without the edge"),
    "dropout": Entry("a * b", {"a": "g * b"}, {"m": "the mask: 0, or 1 / (1 − p)"}, {"b": "m"}),
    "adaptive_avg_pool": of_one(": the mean of each part of x", ": g, shared alike by the elements of its part"),
    "resample": of_one(": x, interpolated", ": g, spread with the same weights"),
    "clone": of_one("x", "g"),
    "contiguous": of_one("x", "g"),
    "astype": of_one("x", "g"),
}
"""By the name of the operation; of a public call that consists of several, by the name of the call."""

HARMLESS = frozenset({"dim", "keepdim", "inplace", "training", "eps"})
"""Settings of a public call that its formula need not say."""


def entry_of(title: str, operation: str, static: Mapping[str, Any], axes: int) -> Entry | None:
    """What the textbook says of an operation, or, where `operation` is empty, of the public call `title`.

    `static` are the settings, `axes` the dimensions of the result. None where it says nothing, or nothing of these
    settings: a loss that is no mean, a norm that is not Euclidean.
    """
    geometry = static.get("geometry")
    if geometry is not None and operation in ("", "convolve", "convolve_transposed"):
        back = operation == "convolve_transposed" or title.startswith("conv_transpose")
        names = ("u" if back else "x", "w", "") if operation else ("input", "weight", "bias")
        written = (transposed if back else convolution)(*names, Places.of(*geometry[:3]))
        return Entry(*written, letters=LETTERS) if geometry.groups == 1 else None
    if title == "dropout" or title.startswith("adaptive_avg_pool"):
        return TEXTBOOK[title.rstrip("123d")]
    if operation == "permute" and tuple(static.get("dims", ())) == (*range(axes - 2), axes - 1, axes - 2):
        return TEXTBOOK["transposed"]
    if operation == "softplus" and static.get("beta") == 1:
        return TEXTBOOK["softplus of 1"]
    if operation == "norm" and static.get("p") != 2:
        return None
    if not operation and not HARMLESS.issuperset(static):
        return None
    return TEXTBOOK.get(operation or title)
