"""Losses as functions of the package itself, where PyTorch has them too: their `reduction` is a number.

Each is the function of that name in `nn.functional`. The numbers are those of PyTorch's library in C++, which these
names lead to there: 0 for the single losses, which is what they give unless asked, 1 for their mean, 2 for their sum.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from minigrad.nn import functional as F
from minigrad.tensor import Tensor
from minigrad.types import Type

REDUCTIONS = ("none", "mean", "sum")

_OLDER = ("size_average", "reduce")


def _numbered(loss: Callable[..., Tensor], call: str, answer: str) -> Callable[..., Tensor]:
    """`loss` with the number of its reduction in the place of the name, and an example: a call and its answer."""
    named = inspect.signature(loss)
    kept = [each for name, each in named.parameters.items() if name not in (*_OLDER, "reduction")]
    arguments = {each.name: each.replace(annotation=Type(each.annotation)) for each in kept}
    number = named.parameters["reduction"].replace(default=0, annotation=Type("int"))
    after = [arguments.pop(name) for name in ("log_target", "zero_infinity") if name in arguments]
    order = inspect.Signature([*arguments.values(), number, *after], return_annotation=Type("Tensor"))

    def called(*args: Any, **options: Any) -> Tensor:
        given = order.bind(*args, **options).arguments
        reduction = given.pop("reduction", 0)
        if reduction not in (0, 1, 2):
            raise ValueError(
                f"{loss.__name__}: {reduction!r} is not a valid value for reduction: it is 0 for the single losses, 1 "
                f"for the mean, 2 for the sum; nn.functional.{loss.__name__} takes their names"
            )
        return loss(**given, reduction=REDUCTIONS[reduction])

    called.__name__ = called.__qualname__ = loss.__name__
    called.__signature__ = order  # type: ignore[attr-defined]
    called.__doc__ = f"""The loss `nn.functional.{loss.__name__}`, with its `reduction` as a number.

    0 keeps the single losses, 1 takes their mean, 2 their sum; ValueError for others.

    >>> mg.{loss.__name__}({call})
    {answer}
    """
    return called


binary_cross_entropy_with_logits = _numbered(
    F.binary_cross_entropy_with_logits, "mg.zeros(2), mg.ones(2), reduction=1", "tensor(0.6931)"
)
cosine_embedding_loss = _numbered(
    F.cosine_embedding_loss, "mg.ones(2, 3), mg.ones(2, 3), mg.tensor([1, -1])", "tensor([0., 1.])"
)
ctc_loss = _numbered(
    F.ctc_loss, "mg.full((2, 1, 2), 0.5).log(), mg.tensor([[1]]), mg.tensor([2]), mg.tensor([1])", "tensor([0.2877])"
)
hinge_embedding_loss = _numbered(
    F.hinge_embedding_loss, "mg.tensor([0.5, 0.25]), mg.tensor([1, -1]), 1.0, 2", "tensor(1.2500)"
)
kl_div = _numbered(F.kl_div, "mg.zeros(2), mg.tensor([1.0, 2.0]), 0", "tensor([0.0000, 1.3863])")
margin_ranking_loss = _numbered(
    F.margin_ranking_loss, "mg.tensor([2.0]), mg.tensor([1.5]), mg.tensor([1]), 1.0", "tensor([0.5000])"
)
poisson_nll_loss = _numbered(F.poisson_nll_loss, "mg.zeros(2), mg.ones(2), True, False, 1e-8, 1", "tensor(1.)")
triplet_margin_loss = _numbered(
    F.triplet_margin_loss, "mg.zeros(1, 2), mg.zeros(1, 2), mg.ones(1, 2), 1.0", "tensor([0.])"
)
