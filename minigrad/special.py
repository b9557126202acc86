"""Special functions under the names of `torch.special`; each is also a function of the package, most by that name."""

from minigrad.door import open_doors
from minigrad.ops import (
    digamma,
    erf,
    erfc,
    erfinv,
    exp2,
    expm1,
    i0,
    log1p,
    log_softmax,
    logit,
    logsumexp,
    polygamma,
    round,
    sinc,
    softmax,
    xlogy,
)
from minigrad.ops import digamma as psi
from minigrad.ops import lgamma as gammaln
from minigrad.ops import mvlgamma as multigammaln
from minigrad.ops import sigmoid as expit
from minigrad.ops.bessel import i0e, i1, i1e
from minigrad.ops.probability import entr, erfcx, log_ndtr, ndtr, ndtri, xlog1py
from minigrad.ops.public import show

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_ndtr",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]

for _primitive in (entr, erfcx, log_ndtr, ndtri, xlog1py):  # which are not published under `mg`
    show(_primitive)

open_doors(globals(), __all__)
