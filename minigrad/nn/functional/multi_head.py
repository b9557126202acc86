"""Attention of several heads, given all its weights: what MultiheadAttention computes with its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.creation import zeros
from minigrad.errors import ShapeError
from minigrad.nn.functional.attention import attention_weights
from minigrad.nn.functional.dropout import dropout
from minigrad.nn.functional.linear import linear
from minigrad.nn.functional.padding import pad
from minigrad.ops import cat, expand, mean, squeeze, unsqueeze, where
from minigrad.tensor import Tensor


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """The output (L, N, size) and the weights of attention (N, L, S), or None; see `nn.MultiheadAttention`.

    Args:
        query: (L, N, E), or without N (L, E).
        key, value: likewise, of length S.
        embed_dim_to_check: E, the size of queries.
        num_heads: how many heads there are.
        in_proj_weight: (3 * E, E), the rows for query, key and value below each other.
        in_proj_bias: (3 * E,).
        bias_k, bias_v: (1, 1, E), added to the sequence as its last key and value.
        add_zero_attn: adds a key and value of zeros to the sequence.
        dropout_p, training: the probability, in training, of a weight of attention to be dropped.
        out_proj_weight, out_proj_bias: (size, E) and (size,).
        key_padding_mask: (N, S): True where a key may not be looked at, or numbers to be added.
        need_weights: whether weights are returned.
        attn_mask: (L, S) or (N * num_heads, L, S), likewise.
        use_separate_proj_weight: whether the next three are used, and not in_proj_weight.
        q_proj_weight, k_proj_weight, v_proj_weight: (E, E), (E, size of keys) and (E, size of values).
        static_k, static_v: (N * num_heads, S, E / num_heads), in the place of the projected key and value.
        average_attn_weights: whether the weights are means over heads, and not (N, num_heads, L, S).
        is_causal: a hint that goes with an attn_mask, which is used; RuntimeError without one.

    ShapeError if sizes do not fit.

    >>> x, w, b = mg.ones(3, 1, 4), mg.eye(4).repeat(3, 1), mg.zeros(12)
    >>> F.multi_head_attention_forward(x, x, x, 4, 2, w, b, None, None, False, 0.0, mg.eye(4), None)[0].shape
    minigrad.Size([3, 1, 4])
    """
    name = "multi_head_attention_forward"
    if is_causal and attn_mask is None:
        raise RuntimeError(f"{name}: need attn_mask if specifying the is_causal hint")
    if query.shape[-1:] != (embed_dim_to_check,) or embed_dim_to_check % num_heads:
        raise ShapeError(
            f"{name}: was expecting embedding dimension of {embed_dim_to_check}, a multiple of {num_heads} heads, "
            f"but got a query of shape {tuple(query.shape)}"
        )
    shared, single = query is key is value, query.ndim == 2
    sizes = [embed_dim_to_check] * 3
    if use_separate_proj_weight and k_proj_weight is not None and v_proj_weight is not None:
        sizes[1:] = k_proj_weight.shape[1], v_proj_weight.shape[1]
    check_shapes(name, [query, key, value], sizes)
    parts: list[Any] = [unsqueeze(each, 0) if single else each.transpose(0, 1) for each in (query, key, value)]
    weights: Any = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else in_proj_weight
    q, k, v = projected(parts, shared, weights, in_proj_bias)
    for place, static in ((1, static_k), (2, static_v)):
        if static is not None:
            n, s, size = len(q), *static.shape[1:]
            found = static.reshape(n, num_heads, s, size).transpose(1, 2).reshape(n, s, num_heads * size)
            k, v = (found, v) if place == 1 else (k, found)
    if single and key_padding_mask is not None:
        key_padding_mask = unsqueeze(key_padding_mask, 0)
    dropped = dropout_p if training else 0.0
    mixed, looked = attended(
        name, q, k, v, num_heads, bias_k, bias_v, add_zero_attn, dropped, key_padding_mask, attn_mask
    )
    output = linear(mixed, out_proj_weight, out_proj_bias)
    output = squeeze(output, 0) if single else output.transpose(0, 1)
    return output, shown(looked, single, average_attn_weights) if need_weights else None


def check_shapes(name: str, parts: list[Any], sizes: list[int], batch_first: bool = False) -> None:
    """ShapeError unless query, key and value go together, and with weights for vectors of these sizes."""
    given = [tuple(each.shape) for each in parts]
    ranks, batch = {len(shape) for shape in given}, 0 if batch_first else 1
    if (
        ranks not in ({2}, {3})
        or [shape[-1] for shape in given] != sizes
        or given[1][:-1] != given[2][:-1]
        or (ranks == {3} and given[0][batch] != given[1][batch])
    ):
        layout = "(N, length, size)" if batch_first else "(length, N, size)"
        raise ShapeError(
            f"{name}: expected query, key and value as {layout} or (length, size) with sizes {sizes}, "
            f"key and value of one length, got shapes {given[0]}, {given[1]} and {given[2]}"
        )


def projected(parts: list[Any], shared: bool, weights: Any, bias: Any) -> list[Any]:
    """Query, key and value in the space of the heads, by one weight or three; in one product if they are the same."""
    if shared and not isinstance(weights, tuple):
        return list(linear(parts[0], weights, bias).chunk(3, -1))
    if not isinstance(weights, tuple):
        weights = weights.chunk(3)
    biases = (None, None, None) if bias is None else bias.chunk(3)
    return [linear(*each) for each in zip(parts, weights, biases, strict=True)]


def attended(
    name: str,
    q: Any,
    k: Any,
    v: Any,
    num_heads: int,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    key_padding_mask: Any,
    attn_mask: Any,
) -> tuple[Any, Any]:
    """What all heads found, side by side (N, L, E), and their weights (N, num_heads, L, S); `name` is for errors."""
    mask = _mask(name, attn_mask, key_padding_mask, num_heads, q, k)
    k, v, mask = _lengthened(k, v, bias_k, bias_v, add_zero_attn, mask)
    q, k, v = (_heads(each, num_heads) for each in (q, k, v))
    weights = dropout(attention_weights(q, k, mask), dropout_p)
    mixed = (weights @ v).transpose(1, 2)
    return mixed.reshape(*mixed.shape[:2], mixed.shape[2] * mixed.shape[3]), weights


def shown(weights: Any, single: bool, average: bool) -> Tensor:
    """The weights of attention as they are returned."""
    if average:
        weights = mean(weights, 1)
    return squeeze(weights, 0) if single else weights


def _heads(x: Any, num_heads: int) -> Any:
    """(N, L, E) to (N, num_heads, L, E / num_heads)."""
    return x.reshape(*x.shape[:2], num_heads, x.shape[2] // num_heads).transpose(1, 2)


def _mask(name: str, attn_mask: Any, key_padding_mask: Any, num_heads: int, q: Any, k: Any) -> Any:
    """Both masks as numbers to be added to scores (N, num_heads, L, S); None where there is none."""
    n, length, s = q.shape[0], q.shape[1], k.shape[1]
    total = None
    for which, mask, shapes, broadcast in (
        ("attn_mask", attn_mask, [(length, s), (n * num_heads, length, s)], (-1, num_heads, length, s)),
        ("key_padding_mask", key_padding_mask, [(n, s)], (n, 1, 1, s)),
    ):
        if mask is not None:
            if tuple(mask.shape) not in shapes:
                raise ShapeError(
                    f"{name}: expected {which} of shape {' or '.join(map(str, shapes))}, got {tuple(mask.shape)}"
                )
            if mask.dtype == np.bool_:
                mask = where(mask, -math.inf, zeros((), dtype=q.dtype))
            mask = mask if mask.shape == (length, s) and len(shapes) == 2 else mask.reshape(broadcast)
            total = mask if total is None else total + mask
    return total


def _lengthened(k: Any, v: Any, bias_k: Any, bias_v: Any, add_zero_attn: bool, mask: Any) -> tuple[Any, Any, Any]:
    """Keys and values (N, S, E) with the learned ones and the zeros at their end, which no mask covers."""
    n, s, size = k.shape
    more_k, more_v = [k], [v]
    if bias_k is not None and bias_v is not None:
        more_k.append(expand(bias_k, n, 1, size))
        more_v.append(expand(bias_v, n, 1, size))
    if add_zero_attn:
        more_k.append(zeros(n, 1, size, dtype=k.dtype))
        more_v.append(zeros(n, 1, size, dtype=v.dtype))
    if len(more_k) == 1:
        return k, v, mask
    k, v = cat(more_k, 1), cat(more_v, 1)
    return k, v, None if mask is None else pad(mask, (0, k.shape[1] - s))
