"""Attention: for each query a mean of values, weighed by how well their keys fit (Vaswani et al. 2017)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.nn.functional.dropout import dropout
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import mask
from minigrad.ops.memory import half_in_single
from minigrad.tensor import Tensor


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(query @ key.T * scale + mask) @ value: (..., L, V) (Vaswani et al. 2017, equation 1).

    Args:
        query: (..., L, E).
        key: (..., S, E).
        value: (..., S, V).
        attn_mask: broadcasts to (..., L, S): of bools, True where a key may be looked at, or of numbers that are added.
        dropout_p: the probability of a weight to be dropped, at every call (default 0).
        is_causal: lets query i look at keys up to i; goes with no attn_mask (default False).
        scale: 1/sqrt(E) unless given.
        enable_gqa: lets each head of key and value, in dimension -3, serve several heads of the query (default False).

    A query that may look at nothing gets zeros. ShapeError if sizes do not fit.

    >>> F.scaled_dot_product_attention(mg.zeros(1, 2), mg.zeros(4, 2), mg.arange(4.0).reshape(4, 1))
    tensor([[1.5000]])
    """
    if is_causal and attn_mask is not None:
        raise RuntimeError("scaled_dot_product_attention: give attn_mask or is_causal=True, not both")
    if (
        min(query.ndim, key.ndim, value.ndim) < 2
        or query.shape[-1] != key.shape[-1]
        or key.shape[-2] != value.shape[-2]
    ):
        raise ShapeError(
            "scaled_dot_product_attention: takes query (..., L, E), key (..., S, E) and value (..., S, V), not "
            f"{tuple(query.shape)}, {tuple(key.shape)} and {tuple(value.shape)}"
        )
    if enable_gqa:
        key, value = (_heads_repeated(each, query.shape[-3]) for each in (key, value))
    weights = attention_weights(query, key, causal_mask(query, key) if is_causal else attn_mask, scale)
    return dropout(weights, dropout_p) @ value


@half_in_single
def attention_weights(
    query: Tensor, key: Tensor, attn_mask: Tensor | None = None, scale: float | None = None
) -> Tensor:
    """softmax(query @ key.T * scale + mask): (..., L, S)."""
    scale = 1 / math.sqrt(max(query.shape[-1], 1)) if scale is None else scale
    scores = (query * scale) @ mT(key)
    if attn_mask is None:
        return ops.softmax(scores, -1)
    scores = masked(scores, attn_mask)
    blind = (scores.array == -np.inf).all(-1, keepdims=True)
    if not blind.any():
        return ops.softmax(scores, -1)
    # The softmax of nothing but -inf is 0 / 0, and so is its derivative: it is taken of zeros, and then left out.
    return mask(ops.softmax(ops.where(blind, 0.0, scores), -1), ~blind)


def masked(scores: Tensor, attn_mask: Tensor) -> Tensor:
    """Scores with -inf where a mask of bools is False, or with a mask of numbers added."""
    if attn_mask.dtype != np.bool_:
        return scores + attn_mask
    return ops.where(attn_mask, scores, -math.inf)


def causal_mask(query: Tensor, key: Tensor) -> Any:
    """(L, S) of bools: query i may look at keys 0 to i."""
    return np.tri(query.shape[-2], key.shape[-2], dtype=bool)


def _heads_repeated(x: Tensor, heads: int) -> Tensor:
    """Each head of (..., H, S, E) several times in a row, to `heads` in all."""
    own = x.shape[-3]
    if heads % own:
        raise ShapeError(
            f"scaled_dot_product_attention: {heads} heads of the query must be a multiple of {own} of key and value"
        )
    *batch, _, s, e = x.shape
    return ops.expand(x.reshape(*batch, own, 1, s, e), *batch, own, heads // own, s, e).reshape(*batch, heads, s, e)
