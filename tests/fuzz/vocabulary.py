"""What random programs are made of: the public operations, a line each, with places for what a program draws.

Most stand in the text files of `lines`.

{x} {f} {i} {b}   any tensor; one of floats, integers, bools; {x2} and so on another one
{o}               an operand that broadcasts against the first tensor of the line: a tensor or a number
{same}            a tensor of the first one's shape
{dim} {dims}      a dimension of the first tensor, several of them
{k} {n} {c}       a small number from 0, from 1; a float
{flag}            True or False
{perm} {size} {wide} {index}   an order of the dimensions, a shape of as many elements, one it expands to, an index
still(f) nested(f)  f() within no_grad, and within enable_grad within that
hooked(x) cubed(x)  x, with a hook that doubles its gradient; x ** 3 as a Function of the user's
slope(f, x)       the gradient of the sum of f(x), with a history
fed(layer, x)     the layer as a function, with parameters made of x
trained(o, x)     x after three steps of the optimizer o([x]); rates(s) the learning rates that the schedule s gives
dual(f, x, t)     the tangent of f(x) for the tangent t of x
{places} {row}    integers within dimension {dim}, in the shape of the first tensor, as a vector
{square} {matrix} expressions that make a well conditioned square matrix, or a matrix, of a tensor
{image} {series} {volume} {steps}  expressions that make an image (N, C, H, W), a series (N, C, L), a volume, three
                  steps of three samples of four numbers, of a tensor
{reduction} {dtype} {norm} and others like them  one of the words that an argument of this kind may be
"""

from __future__ import annotations

from pathlib import Path

FUNCTIONS_OF_ONE = """
abs neg sign floor ceil round trunc frac sin cos tan asin acos atan sinh cosh tanh asinh exp exp2 expm1 log log1p log2
log10 sqrt rsqrt reciprocal square sigmoid erf erfc sinc isnan isinf isfinite relu logical_not deg2rad rad2deg positive
nan_to_num bitwise_not lgamma signbit absolute acosh arccos arccosh arcsin arcsinh arctan arctanh atanh fix
conj_physical resolve_conj resolve_neg
""".split()  # noqa: SIM905

FUNCTIONS_OF_TWO = """
add sub mul div pow maximum minimum fmax fmin atan2 hypot remainder fmod floor_divide xlogy logaddexp copysign eq ne lt
le gt ge logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor heaviside true_divide
arctan2 divide greater_equal less less_equal not_equal
""".split()  # noqa: SIM905

ACTIVATIONS = """
relu relu6 elu selu celu gelu silu mish softplus hardtanh hardswish hardsigmoid leaky_relu softsign tanhshrink
logsigmoid hardshrink softshrink
""".split()  # noqa: SIM905

LOSSES = [
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "binary_cross_entropy_with_logits",
    "poisson_nll_loss",
]

IN_PLACE = """
abs neg sign floor ceil round trunc frac sin cos tan asin acos atan sinh cosh tanh asinh exp exp2 expm1 log log1p log2
log10 sqrt rsqrt reciprocal square sigmoid erf erfc sinc relu logical_not deg2rad rad2deg nan_to_num bitwise_not
lgamma digamma absolute acosh arccos arccosh arcsin arcsinh arctan arctanh atanh fix erfinv sgn negative
""".split()  # noqa: SIM905


def lines(page: str) -> list[str]:
    return (Path(__file__).parent / "lines" / f"{page}.txt").read_text().splitlines()


LINES = [
    *(f"m.{name}({{x}})" for name in FUNCTIONS_OF_ONE),
    *(f"m.{name}({{x}}, {{o}})" for name in FUNCTIONS_OF_TWO),
    *(f"F.{name}({{f}})" for name in ACTIVATIONS),
    *(f"F.{name}({{f}}, {{same}}, reduction={{reduction}})" for name in LOSSES),
    *lines("operations"),
    *lines("functional"),
    *lines("transforms"),
    *lines("distributions"),
    *lines("layers"),
    *lines("training"),
    *lines("options"),
]
"""Expressions that make something."""

WRITES = [*(f"{{x}}.{name}_()" for name in IN_PLACE), *lines("changes")]
"""Statements that change a tensor."""
