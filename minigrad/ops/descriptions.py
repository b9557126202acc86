"""What no line of the table can say of a public primitive: a sentence, and an example with its answer.

An entry has the sentence, the arguments of the example (`[1.0]` is the tensor of it), and what the call answers.
"""

from __future__ import annotations

DESCRIPTIONS: dict[str, tuple[str, ...]] = {
    # What is asked of complex numbers
    "angle": (
        "The angle of a number with the positive axis: π for the negative ones, 0 for others.",
        "[-1.0, 2.0]",
        "tensor([3.1416, 0.0000])",
    ),
    "isreal": ("Whether a number is real: all are.", "[1.0, 2.0]", "tensor([True, True])"),
    # Arithmetic
    "mul": ("The product of two tensors, or of a tensor and a number.", "[1.0, 2.0]", "[3.0, 4.0]", "tensor([3., 8.])"),
    "neg": ("Each element with the opposite sign.", "[1.0, -2.0]", "tensor([-1.,  2.])"),
    "square": ("Each element times itself.", "[3.0, -4.0]", "tensor([ 9., 16.])"),
    "reciprocal": ("One divided by each element; infinite where it is 0.", "[2.0, -4.0]", "tensor([ 0.5000, -0.2500])"),
    "abs": (
        "The distance of each element from 0; at 0 the derivative is 0.",
        "[-1.5, 2.0]",
        "tensor([1.5000, 2.0000])",
    ),
    "sign": (
        "−1, 0 or 1, as the element is negative, zero or positive.",
        "[-3.0, 0.0, 5.0]",
        "tensor([-1.,  0.,  1.])",
    ),
    "floor_divide": (
        "The quotient rounded down; RuntimeError where integers are divided by 0.",
        "[7.0, -7.0]",
        "[2.0, 2.0]",
        "tensor([ 3., -4.])",
    ),
    "remainder": (
        "What division rounded down leaves, as `%`; it has the sign of the divisor; RuntimeError for integers by 0.",
        "[7.0, -7.0]",
        "[3.0, 3.0]",
        "tensor([1., 2.])",
    ),
    "fmod": (
        "What division rounded towards 0 leaves; it has the sign of the dividend; RuntimeError for integers by 0.",
        "[7.0, -7.0]",
        "[3.0, 3.0]",
        "tensor([ 1., -1.])",
    ),
    "maximum": (
        "The larger of two elements, NaN if one is NaN; a tie shares the gradient.",
        "[1.0, 5.0]",
        "[2.0, 3.0]",
        "tensor([2., 5.])",
    ),
    "minimum": (
        "The smaller of two elements, NaN if one is NaN; a tie shares the gradient.",
        "[1.0, 5.0]",
        "[2.0, 3.0]",
        "tensor([1., 3.])",
    ),
    "fmax": (
        "The larger of two elements; of a NaN and a number the number.",
        '[1.0, float("nan")]',
        "[2.0, 3.0]",
        "tensor([2., 3.])",
    ),
    "fmin": (
        "The smaller of two elements; of a NaN and a number the number.",
        '[1.0, float("nan")]',
        "[2.0, 3.0]",
        "tensor([1., 3.])",
    ),
    "clamp_min": (
        "Each element, or the bound where it lies below the bound.",
        "[-1.0, 2.0]",
        "0.0",
        "tensor([0., 2.])",
    ),
    "clamp_max": (
        "Each element, or the bound where it lies above the bound.",
        "[-1.0, 2.0]",
        "0.0",
        "tensor([-1.,  0.])",
    ),
    "gcd": ("The greatest common divisor of two integers.", "[12, 7]", "[18, 21]", "tensor([6, 7])"),
    "lcm": ("The least common multiple of two integers.", "[4, 3]", "[6, 5]", "tensor([12, 15])"),
    # Powers, exponentials, logarithms
    "pow": (
        "The power of one element to the other; ValueError for an integer to a negative integer.",
        "[2.0, 3.0]",
        "2",
        "tensor([4., 9.])",
    ),
    "sqrt": ("The square root; NaN below 0.", "[4.0, 9.0]", "tensor([2., 3.])"),
    "rsqrt": ("One divided by the square root.", "[4.0, 16.0]", "tensor([0.5000, 0.2500])"),
    "exp": ("The exponential function.", "[0.0, 1.0]", "tensor([1.0000, 2.7183])"),
    "exp2": ("Two to the power of each element.", "[3.0, -1.0]", "tensor([8.0000, 0.5000])"),
    "expm1": (
        "e to the power of each element, less 1: exact near 0, where the difference would lose its digits.",
        "[1e-10]",
        "tensor([1.0000e-10])",
    ),
    "sigmoid": ("The logistic function, which maps the real line to (0, 1).", "[0.0, 2.0]", "tensor([0.5000, 0.8808])"),
    "log": ("The natural logarithm; −∞ at 0, NaN below.", "[1.0, mg.e]", "tensor([0., 1.])"),
    "log2": ("The logarithm to base 2.", "[8.0, 0.5]", "tensor([ 3., -1.])"),
    "log10": ("The logarithm to base 10.", "[100.0, 2.0]", "tensor([2.0000, 0.3010])"),
    "log1p": (
        "The natural logarithm of 1 + x: exact near 0, where the sum would lose its digits.",
        "[1e-10]",
        "tensor([1.0000e-10])",
    ),
    "xlogy": (
        "One element times the logarithm of the other, 0 where the first is 0.",
        "[0.0, 2.0]",
        "[0.0, 3.0]",
        "tensor([0.0000, 2.1972])",
    ),
    "logaddexp": (
        "The logarithm of a sum of exponentials, without overflow.",
        "[1000.0]",
        "[1000.0]",
        "tensor([1000.6932])",
    ),
    "logaddexp2": (
        "The logarithm to base 2 of a sum of powers of 2, without overflow.",
        "[3.0]",
        "[3.0]",
        "tensor([4.])",
    ),
    # The circular and the hyperbolic functions
    "sin": ("The sine of each element, an angle in radians.", "[0.0, 1.0]", "tensor([0.0000, 0.8415])"),
    "cos": ("The cosine of each element, an angle in radians.", "[0.0, 1.0]", "tensor([1.0000, 0.5403])"),
    "tan": ("The tangent of each element, an angle in radians.", "[0.0, 1.0]", "tensor([0.0000, 1.5574])"),
    "asin": (
        "The angle between −π/2 and π/2 whose sine the element is; NaN outside [−1, 1].",
        "[0.0, 1.0]",
        "tensor([0.0000, 1.5708])",
    ),
    "acos": (
        "The angle between 0 and π whose cosine the element is; NaN outside [−1, 1].",
        "[1.0, 0.0]",
        "tensor([0.0000, 1.5708])",
    ),
    "atan": ("The angle between −π/2 and π/2 whose tangent the element is.", "[0.0, 1.0]", "tensor([0.0000, 0.7854])"),
    "atan2": (
        "The angle in (−π, π] of the point with ordinate `input` and abscissa `other`.",
        "[1.0, 0.0]",
        "[1.0, -1.0]",
        "tensor([0.7854, 3.1416])",
    ),
    "hypot": ("The length of the hypotenuse over two legs.", "[3.0]", "[4.0]", "tensor([5.])"),
    "sinc": (
        "The sine of πx divided by πx, the Fourier transform of a rectangle; 1 at 0.",
        "[0.0, 0.5]",
        "tensor([1.0000, 0.6366])",
    ),
    "sinh": ("The hyperbolic sine.", "[0.0, 1.0]", "tensor([0.0000, 1.1752])"),
    "cosh": ("The hyperbolic cosine.", "[0.0, 1.0]", "tensor([1.0000, 1.5431])"),
    "tanh": ("The hyperbolic tangent, which maps the real line to (−1, 1).", "[0.0, 1.0]", "tensor([0.0000, 0.7616])"),
    "asinh": ("The number whose hyperbolic sine the element is.", "[0.0, 1.0]", "tensor([0.0000, 0.8814])"),
    "acosh": (
        "The number from 0 on whose hyperbolic cosine the element is; NaN below 1.",
        "[1.0, 2.0]",
        "tensor([0.0000, 1.3170])",
    ),
    "atanh": (
        "The number whose hyperbolic tangent the element is; NaN outside [−1, 1].",
        "[0.0, 0.5]",
        "tensor([0.0000, 0.5493])",
    ),
    # Special functions
    "erf": (
        "The error function, 2/√π times the integral of e^−t² from 0 to x (DLMF 7.2.1).",
        "[0.0, 1.0]",
        "tensor([0.0000, 0.8427])",
    ),
    "erfc": (
        "What the error function lacks of 1, exact for large elements too (DLMF 7.2.2).",
        "[0.0, 3.0]",
        "tensor([1.0000e+00, 2.2090e-05])",
    ),
    "erfinv": (
        "The number whose error function the element is; NaN outside [−1, 1].",
        "[0.0, 0.5]",
        "tensor([0.0000, 0.4769])",
    ),
    "lgamma": (
        "The logarithm of the absolute value of the gamma function (DLMF 5.2).",
        "[5.0, 0.5]",
        "tensor([3.1781, 0.5724])",
    ),
    "entr": ("What a probability adds to the entropy; −∞ below 0.", "[0.1, 0.5]", "tensor([0.2303, 0.3466])"),
    "erfcx": (
        "The function erfc times e to the square: finite where erfc vanishes (DLMF 7.2.3).",
        "[0.0, 100.0]",
        "tensor([1.0000, 0.0056])",
    ),
    "log_ndtr": (
        "The logarithm of the share of the standard normal distribution below each element.",
        "[0.0, -100.0]",
        "tensor([-6.9315e-01, -5.0055e+03])",
    ),
    "ndtri": (
        "The number below which the given share of the standard normal distribution lies; NaN outside [0, 1].",
        "[0.5, 0.975]",
        "tensor([0.0000, 1.9600])",
    ),
    "xlog1py": (
        "One element times the logarithm of 1 + the other, 0 where the first is 0.",
        "[0.0, 2.0]",
        "[-1.0, 1.0]",
        "tensor([0.0000, 1.3863])",
    ),
    # Rounding, and the parts of a number
    "floor": ("The largest integer not above each element.", "[1.5, -1.5]", "tensor([ 1., -2.])"),
    "ceil": ("The smallest integer not below each element.", "[1.5, -1.5]", "tensor([ 2., -1.])"),
    "trunc": ("Each element without its fraction: rounded towards 0.", "[1.5, -1.5]", "tensor([ 1., -1.])"),
    "frac": ("The fraction of each element, with its sign.", "[1.5, -1.25]", "tensor([ 0.5000, -0.2500])"),
    "copysign": (
        "The size of one element with the sign of the other.",
        "[1.0, 2.0]",
        "[-1.0, 0.0]",
        "tensor([-1.,  2.])",
    ),
    "signbit": ("Whether the sign is minus, that of −0 as well.", "[-1.0, -0.0, 0.0]", "tensor([ True,  True, False])"),
    "nextafter": (
        "The number of this dtype that is next to one element on the way to the other.",
        "[1.0, 1.0]",
        "[1.0, 2.0]",
        "tensor([1.0000, 1.0000])",
    ),
    # Questions
    "eq": ("Whether two elements are equal.", "[1, 2]", "[1, 3]", "tensor([ True, False])"),
    "ne": ("Whether two elements differ.", "[1, 2]", "[1, 3]", "tensor([False,  True])"),
    "lt": ("Whether an element is less than the other.", "[1, 2]", "[1, 3]", "tensor([False,  True])"),
    "le": ("Whether an element is at most the other.", "[1, 2]", "[0, 2]", "tensor([False,  True])"),
    "gt": ("Whether an element is greater than the other.", "[1, 2]", "[0, 2]", "tensor([ True, False])"),
    "ge": ("Whether an element is at least the other.", "[1, 2]", "[0, 2]", "tensor([True, True])"),
    "isnan": ("Whether an element is not a number.", '[1.0, float("nan")]', "tensor([False,  True])"),
    "isinf": ("Whether an element is infinite, of either sign.", '[1.0, -float("inf")]', "tensor([False,  True])"),
    "isposinf": ("Whether an element is +∞.", '[float("inf"), -float("inf")]', "tensor([ True, False])"),
    "isneginf": ("Whether an element is −∞.", '[float("inf"), -float("inf")]', "tensor([False,  True])"),
    "isfinite": ("Whether an element is neither infinite nor NaN.", '[1.0, float("inf")]', "tensor([ True, False])"),
    "logical_and": ("Whether both elements are nonzero.", "[1, 2]", "[0, 3]", "tensor([False,  True])"),
    "logical_or": ("Whether at least one of two elements is nonzero.", "[1, 0]", "[0, 0]", "tensor([ True, False])"),
    "logical_xor": ("Whether just one of two elements is nonzero.", "[1, 2]", "[0, 3]", "tensor([ True, False])"),
    "logical_not": ("Whether an element is zero.", "[0, 2]", "tensor([ True, False])"),
    "bitwise_and": (
        "The bits that two integers share; of bools, whether both hold.",
        "[12, 10]",
        "[10, 6]",
        "tensor([8, 2])",
    ),
    "bitwise_or": (
        "The bits that at least one of two integers has; of bools, whether one holds.",
        "[12, 10]",
        "[10, 6]",
        "tensor([14, 14])",
    ),
    "bitwise_xor": (
        "The bits that just one of two integers has; of bools, whether they differ.",
        "[12, 10]",
        "[10, 6]",
        "tensor([ 6, 12])",
    ),
    "bitwise_not": ("Every bit turned, −x − 1; of bools, the opposite.", "[0, 5]", "tensor([-1, -6])"),
    "bitwise_left_shift": (
        "The bits moved to the left: the product with a power of 2.",
        "[1, 3]",
        "[4, 1]",
        "tensor([16,  6])",
    ),
    "bitwise_right_shift": (
        "The bits moved to the right: the quotient by a power of 2, rounded down.",
        "[16, -3]",
        "[2, 1]",
        "tensor([ 4, -2])",
    ),
}
