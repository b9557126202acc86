"""Partings that are none of a defect: what docs/departures.md names, and what PyTorch would call its own defects."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple


class Parting(NamedTuple):
    """Where the libraries part: the line, in what, and what each has."""

    line: int
    what: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        ours, theirs = (f"{each}"[:500] for each in (self.ours, self.theirs))
        return f"line {self.line}: {self.what}\n  minigrad {ours}\n  PyTorch  {theirs}"


class Entry(NamedTuple):
    """What parts, in which line, with what in it: regular expressions; and the row of docs/departures.md that says so.

    `program` is in some line of the program. `values` are finite numbers that differ (`beside uint8`, where the line
    reads some of that dtype), `infinities` are NaN or an infinity where the other library has something else.
    """

    what: str
    line: str
    message: str = ""
    row: str = ""
    program: str = ""


OURS, THEIRS = "error of minigrad alone", "error of PyTorch alone"
QUESTIONS = r"\.(logical_\w+|eq|ne|lt|le|gt|ge|greater|less|greater_equal|less_equal|not_equal)_\("
NOTHING = "Tensors without elements"
NOT_FINITE = "Infinity and NaN"
CONSTANT = "Constants may have a history"
MORE = "More is computed"
IN_PLACE = "More changes in place"
NO_VIEW = "A view that could not follow"
SECOND = "Second derivatives"
DTYPES = "Losses of two dtypes"
NAN = "NaN among the elements"
UINT8 = "`uint8 + 300`"
SHAPES = "A change in place changes no shape"
VMAP = "`vmap` is a loop"
STEPS = "`as_strided`"
OUT = "`out=`"
DISTRIBUTIONS = "Distributions"
STRICT = "Wrong calls are stricter"

DEPARTURES = [
    # -- values
    Entry(
        "infinities of t",
        r"(?i)\b(sign|sgn)_?\(|slogdet|margin_?loss|marginranking|logcumsumexp|embedding_?bag|[cp]dist|\bmode\(|(slope|grad).*(amax|amin|prod|cumprod)\(",
        row=NAN,
    ),
    Entry("infinities of t", r"interpolate|[uU]psampl|grid_sample|conv|Conv", row=NOT_FINITE),
    Entry(THEIRS, "linalg", "failed to converge", NOT_FINITE),
    Entry("infinities of t", "local_?response_?norm|LocalResponseNorm", row=NOT_FINITE),
    Entry("infinities of t", r"slope.*\b(std|var)\(", row=NOT_FINITE),
    Entry(
        "infinities of t",
        r"attention|Attention|Transformer|(std|var)_mean|polygamma|\*\* -?0\.5|trapezoid|trapz",
        row=NOT_FINITE,
    ),
    Entry(
        "infinities of t",
        "linalg|inverse|addmm|addbmm|addmv|baddbmm|(batch|instance|group)_norm|gelu|corrcoef",
        row=NOT_FINITE,
    ),
    Entry(
        "infinities of t",
        r"MultivariateNormal|Relaxed|kl_divergence|jvp.*cumprod|trained|(?i:lp_?pool)",
        row=NOT_FINITE,
    ),
    Entry("values beside uint8", r"(\.(gt|ge|lt|le|eq|ne)_?|\.(greater|less|not_equal)\w*)\(.*-|[<>=] -", row=UINT8),
    Entry("values beside uint8", "(?i)margin|hinge_?emb|with_?logits|kl_divergence", row=UINT8),
    Entry("derivative", r"(?s)uint8.*(with_?logits|a(rc)?tan2)", row=UINT8),
    Entry("dtype", "(?i)margin|hinge_?emb", row=UINT8),
    Entry(OURS, "", "out of bounds for uint8", UINT8),
    Entry(OURS, "", "Integers to negative integer powers", "Integers to negative integer powers"),
    Entry(THEIRS, "", "Integers to negative integer powers", "Integers to negative integer powers"),
    Entry("values", "threshold", r"^[^.]*$", "Integers and fractions"),
    Entry("values", r"topk|median|kthvalue|mode\(|\bsort|argsort|(?i:max_?pool)", r"^[^.]*$", "Of equal elements"),
    Entry("derivative", r"quantile|kthvalue|topk|median|mode\(|\bsort", row="Of equal elements"),
    Entry("values|infinities|shape", r"searchsorted|unique|bucketize", row="`searchsorted`"),
    Entry("requires_grad", r"bernoulli|m\.normal\(", row="Random numbers differ"),
    # -- dtypes and memory
    Entry("dtype", "(?i)loss|binary_cross_entropy|kl_div|(layer|group|batch|rms)_?norm", row=DTYPES),
    Entry(
        "dtype",
        r"einsum|trapezoid|HalfCauchy|PowerTransform|distributions\.(Gamma|Poisson|ContinuousBernoulli)",
        row=DTYPES,
    ),
    Entry(
        THEIRS,
        "out=",
        "resiz|dtype|out type|scalar type|match the (broadcast )?shape|broadcast shape|tensors expected|"
        "unsupported operation|can't be cast|non-differentiable|automatic differentiation",
        OUT,
    ),
    Entry(OURS, "out=", "can't be cast|don't support automatic differentiation", OUT),
    Entry("kind|values", r"out=\((t\d+), \1\)", row=OUT),
    Entry("values", "poisson_nll_loss", row=DTYPES),
    Entry(OURS, "as_strided", "out of bounds", STEPS),
    Entry(f"{OURS}|{THEIRS}", r"view\(m", "must be 1 to view", STEPS),
    Entry("kind", "is_contiguous|stride|storage_offset", row=STEPS),
    Entry("order in memory", r"(?i)conv|unpool|[^_]pad|attention|einsum|linalg|inverse|cholesky", row=STEPS),
    Entry(THEIRS, "", "view size is not compatible", "`view`"),
    Entry(THEIRS, r"view\(|resize", "divisible|not resizable", "`view`"),
    Entry(OURS, "", "single ellipsis", "`x[::-1]`"),
    Entry(THEIRS, "", "shape of the mask .*0", "`x[::-1]`"),
    Entry("values|infinities|derivative", "ContinuousBernoulli", row=DISTRIBUTIONS),
    Entry("values|derivative", "VonMises", row=DISTRIBUTIONS),
    # -- derivatives
    Entry("derivative 2", r"(?i)prelu|softplus|Laplace|Binomial|\*\* (0|t\d)|pow\(|binary_cross_entropy", row=SECOND),
    Entry("derivative 2", "(?is)norm.*(slope|autograd|func)|(slope|autograd|func).*norm", row=SECOND),
    Entry("derivative 1", "(?s)jvp.*layer_norm", row=SECOND),
    Entry("derivative", r"(std|var)\(.*correction|conv", "nan", NOT_FINITE),
    Entry("derivative", r"clamp_?\(", row="Between equal bounds"),
    Entry(
        "requires_grad",
        r"floor_divide|//|unique|heaviside|bincount|searchsorted",
        row="Operations without a derivative",
    ),
    Entry(THEIRS, "", "must match the size of tensor b|invalid gradient at index", "`scatter`"),
    Entry("derivative", r"(?i)max_?unpool.*(m\.zeros\(|stride=1|\(2, 1\))", row="Where indices repeat"),
    Entry(
        "derivative|values",
        r"cosine_similarity\(.*, -?\d+, -?[\d.]+\)|slope.*cosine_similarity",
        row="`cosine_similarity`",
    ),
    Entry("identity|shared memory", "unsafe_", row="`unsafe_split`"),
    Entry("requires_grad", r"vander|trapezoid|trapz|slope\(|m\.func\.|autograd", row=CONSTANT),
    Entry("dtype", r"func\.jvp|dual\(", row=VMAP),
    Entry("identity|shared memory", r"func\.|dual\(", row=VMAP),
    Entry(OURS, r"\bvmap\(", "the mapped dimension is empty|to have same dtype", VMAP),
    Entry(THEIRS, "", "When use_reentrant=True", "`checkpoint`"),
    Entry("derivative", "logcumsumexp|digamma|lgamma|gammaln|vander|sinc", "nan", NAN),
    Entry("derivative", r"\.data\b|from_numpy\(t\d+\.detach\(\)\.numpy\(\)\)", row="A backward pass uses the values"),
    Entry(f"{OURS}|{THEIRS}", "grad|backward", "backward through .* a second time", "A second backward pass"),
    # -- changes in place
    Entry(THEIRS, "", r"is being modified inplace|multiple views|modified by an inplace operation", IN_PLACE),
    Entry(THEIRS, "", "detached in-place", IN_PLACE),
    Entry(THEIRS, "", r"unsupported operation: (more than one|some elements)", IN_PLACE),
    Entry(OURS, "", r"modified by an inplace operation", IN_PLACE),
    Entry(OURS, "", "memory cannot be written|more than one element", IN_PLACE, r"\b(unfold|expand|broadcast_to)"),
    Entry(THEIRS, "", "no_grad mode|does not require grad|been modified inplace|Can't detach views", NO_VIEW),
    Entry("requires_grad", r"still\(|requires_grad_\(", row=NO_VIEW),
    Entry(OURS, QUESTIONS + r"|__setitem__\(False", "leaf Variable that requires grad", IN_PLACE),
    Entry("requires_grad|derivative", QUESTIONS + r"|floor_divide_|__ifloordiv__", row=SHAPES),
    Entry("values", r"map_|__setitem__\(slice\(1, None\), t\d+\[:-1\]\)", row=SHAPES),
    Entry(THEIRS, "", "view of a leaf", NO_VIEW),
    # -- errors
    Entry(THEIRS, "", r"not implemented for|is not implemented|derivative for|not currently supported", MORE),
    Entry(THEIRS, "", r"not differentiable with respect to argument|Autograd not support", MORE),
    Entry(THEIRS, "", r"must be Tensor, not|invalid combination of arguments", "Plain arrays and numbers"),
    Entry(THEIRS, "", r"with (a|two) bool tensors?|on a bool tensor|Bool\w* inputs? not supp|support bool", "Bools"),
    Entry(THEIRS, "", r"Integral inputs not|only applicable to index|following scalar types|for isin\(\)", MORE),
    Entry(THEIRS, "", r"(same|[Ff]ound|expected|either float or double) d?type|mixed dtype|did not match", MORE),
    Entry(THEIRS, "", r"expected scalar type|dtypes? must be the same|dtypes match|can't be cast", MORE),
    Entry(THEIRS, "", r"tangent to be floating point|unsigned type|uint8_t without overflow", MORE),
    Entry(
        THEIRS, "", "Double backward is unsupported|can require grad|for 'other'|bool is not|without narrowing", MORE
    ),
    Entry(THEIRS, "", "Input dimension should|Cannot pack empty|expected target dtype|Index to scalar", MORE),
    Entry(
        THEIRS,
        "",
        "without overflow|size mismatch .got input|smaller than kernel size|0D or 1D|out of bounds for bool",
        MORE,
    ),
    Entry(
        THEIRS,
        "",
        "floating point or complex|Type promoting|Padding size|alpha must not|number of sizes provided|one `x` value",
        MORE,
    ),
    Entry(
        THEIRS, "", "no dimensions|Dimension (out of range|specified)|negative slope which|supports boolean masks", MORE
    ),
    Entry(THEIRS, "index_copy|vander", "same slice shapes|but got Half", MORE),
    Entry(THEIRS, "linear", r"expanded size|expand\(", MORE),
    Entry(THEIRS, "", r"[nN]on-empty|to be non-zero|non-zero (size|dim)|can be any value and is ambiguous", NOTHING),
    Entry(THEIRS, "", r"step must be nonzero|on the dimension \d+\s*because this dimension is empty", NOTHING),
    Entry(OURS, "", r"out of bounds for (dimension|axis) . with size (\d|. \(given \w+ of shape \(\d, 0)", NOTHING),
    Entry(OURS, "median|matrix_norm", "no element to choose", NOTHING),
    Entry(OURS, "cummax|cummin|roll", "Dimension out of range", NOTHING),
    Entry(OURS, "softmax|softmin|rand|_\\(|adaptive", "needs a floating point|are floating point|draws from", NOTHING),
    Entry("shape", "trapezoid", row=STRICT),
    Entry(OURS, "trapezoid|trapz", "at least one-dimensional|must match the size|x is a vector or has", STRICT),
    Entry(OURS, "pinv", r"square matrices, but .* of shape .*\b0\b", NOTHING),
    Entry(OURS, "batch_norm", r"for each of \d channels, got .* for an input of shape .*\b0\b", NOTHING),
    Entry(OURS, "attention", "takes query", NOTHING),
    Entry(OURS, "@|matmul|[bm]m", "both to have the same dtype", NOTHING, r"\(\[\]"),
    Entry(OURS, "kaiming|xavier", "can't be cast", NOTHING),
    Entry(THEIRS, "", "Only zero batch or|source tensor shape must|division by zero", NOTHING),
    Entry("infinities", "jvp.*logsumexp", row=NOTHING),
    Entry(OURS, "__setitem__", "source and destination dtypes match", NOTHING),
    Entry(OURS, "cum(sum|prod)_|index_reduce_", "can't be cast", NOTHING),
    Entry(OURS, "adaptive|Adaptive", "cannot be pooled", NOTHING),
    Entry(OURS, "(?i)adaptive_?max", "non-zero size for non-batch", NOTHING),
    Entry(THEIRS, "conv", "expected weight to be at least 1", NOTHING),
    Entry("shape", "conv|Conv|pixel_(un)?shuffle", r"\b0\b", NOTHING),
    Entry(OURS, "margin_loss", "expected class indices of an integer dtype", NOTHING),
    Entry(OURS, "svd|norm|cond|pinv|rank", r"not implemented for 'Half'.*\b0\b", NOTHING),
    Entry("dtype", "bincount|index_reduce", row=NOTHING),
    Entry("identity", "diff", row=NOTHING),
    Entry(OURS, "(?i)margin_?loss", "same as|that is different to", STRICT),
    Entry(OURS, "(?i)soft_?margin", "bool tensor", STRICT),
    Entry(OURS, "InstanceNorm", "channels", STRICT),
    Entry(OURS, r"(?i)dropout\dd", "(?i)expected", STRICT),
    Entry(OURS, "hardtanh_", "cannot be greater", STRICT),
    Entry(OURS, "cross_entropy", "label_smoothing must be", STRICT),
    Entry(OURS, "CTCLoss|ctc_loss", "other than blank", STRICT),
    Entry(OURS, "linear", "must have the same dtype|non-broadcastable", STRICT),
    Entry(OURS, r"m\.poisson", "expected rates", STRICT),
    Entry(OURS, r"m\.binomial", "between 0 and 1|expected counts", STRICT),
    Entry(OURS, "vector_to_parameters", "expected a vector", STRICT),
    Entry(OURS, r"(?i)pad", "is too small", STRICT),
    Entry(f"{OURS}|{THEIRS}", "(l1|mse|huber)_loss", "(?i)weights? and input must", STRICT),
]
"""What the page names."""

DEFECTS = [
    Entry(THEIRS, "", "INTERNAL ASSERT|unallocated storage|please report"),
    Entry(THEIRS, "linalg|cholesky|Normal|Wishart", "positive-definite"),  # whether it is, a rounding decides
    Entry(f"{OURS}|{THEIRS}", "inv|linalg|logdet", "singular"),  # and whether it has an inverse
    Entry(THEIRS, r"m\.normal", "std >= 0.0"),  # where it is NaN
    Entry(
        THEIRS, "clamp|backward|grad", "match the broadcast shape", program="clamp"
    ),  # in its backward pass, of bounds that broadcast
    Entry("infinities of finite numbers", "multi_margin_loss"),  # the mean of nothing is whatever is in memory
    Entry("infinities of finite numbers", "multilabel_margin_loss", "^nan "),  # the same
    Entry("values", r"(t\d+)\.(addmm|addbmm|baddbmm)_\(.*\b\1\b"),  # it reads what it has just written
    Entry("infinities of finite numbers", "RelaxedBernoulli"),  # whose exponential overflows
    Entry("infinities of finite numbers", r"(?i)(layer|group)_?norm"),  # whose squares overflow: its batch_norm has 0
    Entry("infinities of finite numbers", "norm.*eps=-"),  # 0 times the root of what is below 0 by a rounding
    Entry("values", "median", program="expand"),  # it reads beyond a tensor whose elements lie in one place
    Entry("values", r"_ex\("),  # which column says that a matrix is singular, a rounding decides
    Entry(THEIRS, "distributions", "constraint Simplex", program="float16|half"),  # to the precision of float32
    Entry("shared memory", r"numpy\("),  # what PyTorch takes from NumPy begins with its first element
    Entry(THEIRS, "kl_divergence", "shape of the mask"),  # of parameters that broadcast: its mask has the shape of one
    Entry("values", r"kl_divergence\(.*Uniform.*Normal"),  # of integers, which it lets wrap around
    Entry("infinities", r"(?i)soft_?margin"),  # whose exponential overflows
    Entry("derivative", r"(?i)soft_?margin"),  # targets of uint8 wrap around in its backward pass
    Entry("values", r"(?i)soft_?margin", program="-128.*int8"),  # of which it takes -128 for its negative
    Entry("derivative", "sgn", "nan"),  # whose gradient, a ZeroTensor, is 0 behind an infinite slope, too
    Entry("derivative", "lerp", program="uint8"),  # 1 less a weight of uint8 wraps around in its backward pass
    Entry("derivative", "ldexp"),  # by a negative integer the power is 0 in its backward pass
    Entry("values", r"(slope|grad).*matrix_exp|matrix_exp.*grad"),  # a large gradient leaves nothing of the matrix
    Entry("derivative", "include_self=False"),  # it gives a share to the element that is not included
    Entry("values|infinities", r"grid_sample\(.*2, 2, 2, 3, 1\)"),  # in volumes NaN is 1 for it, and -1 on its page
    Entry("values|shape", "multilabel_soft_margin_loss"),  # of shapes that broadcast: the mean over the batch
    Entry(THEIRS, "", "ZeroTensors are immutable"),  # in its second derivatives
    Entry("derivative 2", "scale_grad_by_freq=True"),  # whose scale its second derivative leaves out
    Entry("derivative", "kron"),  # of two dtypes: its backward pass takes what has been changed in place
    Entry("values|infinities", r"trained.*LBFGS", "nan"),  # where it starts with NaN
    Entry(
        "derivative 1", r"svd|linalg\.\w*norm\(.*(-2|'nuc')|cond\("
    ),  # where a singular value is 0, any direction is its
    Entry("values", r"Geometric\(.*entropy"),  # of which float32 has no digit near probability 0
    Entry("derivative", "block_diag"),  # with blocks of nothing: PyTorch takes the wrong rows
    Entry("derivative 2", "weight_norm"),  # by differences PyTorch's are wrong
    Entry("requires_grad", "fill_|__setitem__"),  # of integers: they do not require grad
    Entry(f"{OURS}|{THEIRS}", "vecdot", "inconsistent tensor size|out of range"),  # of two vectors it asks for no dim
    Entry("identity", r"(?i)dropout[13]d"),  # without a batch PyTorch returns a view of the view with one
    Entry(OURS, "IndependentTransform", "Dimension out of range"),  # of more dimensions than there are
]
"""What PyTorch would call its own, with the reason."""

KNOWN = [*DEPARTURES, *DEFECTS]

USED: Counter[Entry] = Counter()
"""How often each has been met: those that never are can go."""


def known(parting: Parting, line: str, program: list[str]) -> Entry | None:
    """What the project has decided on a parting in a line of a program, if it has."""
    text = f"{parting.ours} {parting.theirs}"
    for entry in KNOWN:
        of_it = re.match(entry.what, parting.what) and re.search(entry.line, line) and re.search(entry.message, text)
        if of_it and any(re.search(entry.program, each) for each in [line, *program]):
            USED[entry] += 1
            return entry
    return None
