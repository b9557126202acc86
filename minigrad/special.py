"""Special functions under the names of `torch.special`; each is also a function of the package, most by that name."""

from minigrad.door import open_doors
from minigrad.ops import (
    digamma,
    erf,
    erfc,
    erfinv,
    exp2,
    expm1,
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
from minigrad.ops.public import show
from minigrad.ops.special import entr, ndtr, xlog1py

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "log1p",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]

for _primitive in (entr, xlog1py):  # which are not published under `mg`
    show(_primitive)

open_doors(globals(), __all__)
