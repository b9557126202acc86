"""Attention of several heads as a layer (Vaswani et al. 2017)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.creation import empty, zeros
from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.functional.attention import attention_weights
from minigrad.nn.modules.linear import Linear
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.ops import cat, expand, mean, squeeze, unsqueeze, where
from minigrad.tensor import Tensor


class MultiheadAttention(Module):
    """Heads that each attend in a space of embed_dim / num_heads dimensions of their own, and are then mixed.

    head_h = softmax(Q_h K_h.T / sqrt(head_dim) + mask) V_h, with Q_h, K_h and V_h affine maps of query, key and value;
    the output is an affine map of all heads side by side (Vaswani et al. 2017, Attention Is All You Need, section 3.2).

    Args:
        embed_dim: the size of queries and of the output, divisible by num_heads; ValueError otherwise.
        num_heads: how many heads there are.
        dropout: the probability, in training, of a weight of attention to be dropped (default 0).
        bias: whether the affine maps have biases (default True).
        add_bias_kv: adds a learned key and value to the sequence (default False).
        add_zero_attn: adds a key and value of zeros to the sequence (default False).
        kdim: the size of keys; embed_dim unless given.
        vdim: the size of values; embed_dim unless given.
        batch_first: whether tensors are (N, L, size) and not (L, N, size) (default False).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    `in_proj_weight` (3 * embed_dim, embed_dim) has the rows for query, key and value below each other; where kdim or
    vdim differ from embed_dim there are q_proj_weight, k_proj_weight and v_proj_weight instead. These start by Xavier,
    biases at 0; `out_proj` is a Linear.

    >>> y, weights = nn.MultiheadAttention(8, 2, batch_first=True)(*[mg.zeros(1, 5, 8)] * 3)
    >>> y.shape, weights.shape
    (minigrad.Size([1, 5, 8]), minigrad.Size([1, 5, 5]))
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim must be divisible by num_heads, got {embed_dim} and {num_heads}"
            )
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.dropout = dropout
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.batch_first = batch_first
        self.add_zero_attn = add_zero_attn
        together = self.kdim == self.vdim == embed_dim
        sizes: dict[str, tuple[int, ...] | None] = {
            "q_proj_weight": None if together else (embed_dim, embed_dim),
            "k_proj_weight": None if together else (embed_dim, self.kdim),
            "v_proj_weight": None if together else (embed_dim, self.vdim),
            "in_proj_weight": (3 * embed_dim, embed_dim) if together else None,
            "in_proj_bias": (3 * embed_dim,) if bias else None,
            "bias_k": (1, 1, embed_dim) if add_bias_kv else None,
            "bias_v": (1, 1, embed_dim) if add_bias_kv else None,
        }
        for name, size in sizes.items():
            made = None if size is None else Parameter(empty(size, device=device, dtype=dtype))
            self.register_parameter(name, made)
        self.out_proj = Linear(embed_dim, embed_dim, bias, device, dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters of the projections anew, by Xavier; biases 0."""
        for name, parameter in self.named_parameters(recurse=False):
            if name.endswith("weight"):
                init.xavier_uniform_(parameter)
            elif name == "in_proj_bias":
                init.zeros_(parameter)
            else:
                init.xavier_normal_(parameter)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The output in the shape of `query`, and the weights of attention (N, L, S), or None.

        Args:
            query: (L, N, embed_dim), or (N, L, embed_dim) if `batch_first`, or without N (L, embed_dim).
            key: (S, N, kdim), or as the query.
            value: (S, N, vdim), or as the query.
            key_padding_mask: (N, S), or (S,) without N: True where a key may not be looked at, or numbers to be added.
            need_weights: whether weights are returned (default True).
            attn_mask: (L, S) or (N * num_heads, L, S): True where a key may not be looked at, or numbers to be added to
                scores.
            average_attn_weights: whether the weights are means over heads, and not (N, num_heads, L, S) (default True).
            is_causal: a hint that goes with an `attn_mask`, which is used; RuntimeError without one.

        ShapeError if sizes do not fit.
        """
        if is_causal and attn_mask is None:
            raise RuntimeError("MultiheadAttention: need attn_mask if specifying the is_causal hint")
        single = query.ndim == 2
        self._check_shapes(query, key, value)
        parts: list[Any] = [query, key, value]
        if single:
            parts = [unsqueeze(each, 0) for each in parts]
            key_padding_mask = None if key_padding_mask is None else unsqueeze(key_padding_mask, 0)
        elif not self.batch_first:
            parts = [each.transpose(0, 1) for each in parts]
        q, k, v = self._projections(parts, query is key is value)
        mask = self._mask(attn_mask, key_padding_mask, q.shape, k.shape)
        k, v, mask = self._lengthened(k, v, mask)
        q, k, v = (self._heads(each) for each in (q, k, v))
        weights = F.dropout(attention_weights(q, k, mask), self.dropout, self.training)
        mixed = (weights @ v).transpose(1, 2)
        output = self.out_proj(mixed.reshape(*mixed.shape[:2], self.embed_dim))
        if single:
            output = squeeze(output, 0)
        elif not self.batch_first:
            output = output.transpose(0, 1)
        if not need_weights:
            return output, None
        if average_attn_weights:
            weights = mean(weights, 1)
        return output, squeeze(weights, 0) if single else weights

    def _check_shapes(self, query: Any, key: Any, value: Any) -> None:
        given = [tuple(each.shape) for each in (query, key, value)]
        ranks = {len(shape) for shape in given}
        sizes = [self.embed_dim, self.kdim, self.vdim]
        batch = 0 if self.batch_first else 1
        if (
            ranks not in ({2}, {3})
            or [shape[-1] for shape in given] != sizes
            or given[1][:-1] != given[2][:-1]
            or (ranks == {3} and given[0][batch] != given[1][batch])
        ):
            layout = "(N, length, size)" if self.batch_first else "(length, N, size)"
            raise ShapeError(
                f"MultiheadAttention: expected query, key and value as {layout} or (length, size) with sizes {sizes}, "
                f"key and value of one length, got shapes {given[0]}, {given[1]} and {given[2]}"
            )

    def _projections(self, parts: list[Any], shared: bool) -> list[Any]:
        """Query, key and value in the space of the heads; in one product if they are the same."""
        if self.in_proj_weight is not None and shared:
            return list(F.linear(parts[0], self.in_proj_weight, self.in_proj_bias).chunk(3, -1))
        weights: Any = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        if self.in_proj_weight is not None:
            weights = self.in_proj_weight.chunk(3)
        biases = (None, None, None) if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        return [F.linear(*each) for each in zip(parts, weights, biases, strict=True)]

    def _heads(self, x: Any) -> Any:
        """(N, L, embed_dim) to (N, num_heads, L, head_dim)."""
        return x.reshape(*x.shape[:2], self.num_heads, self.head_dim).transpose(1, 2)

    def _mask(self, attn_mask: Any, key_padding_mask: Any, query: tuple[int, ...], key: tuple[int, ...]) -> Any:
        """Both masks as numbers to be added to scores (N, num_heads, L, S); None where there is none."""
        n, length, s = query[0], query[1], key[1]
        total = None
        for name, mask, shapes, broadcast in (
            ("attn_mask", attn_mask, [(length, s), (n * self.num_heads, length, s)], (-1, self.num_heads, length, s)),
            ("key_padding_mask", key_padding_mask, [(n, s)], (n, 1, 1, s)),
        ):
            if mask is not None:
                if tuple(mask.shape) not in shapes:
                    raise ShapeError(
                        f"MultiheadAttention: expected {name} of shape {' or '.join(map(str, shapes))}, "
                        f"got {tuple(mask.shape)}"
                    )
                if mask.dtype == np.bool_:
                    mask = where(mask, -math.inf, zeros((), dtype=self.out_proj.weight.dtype))
                mask = mask if mask.shape == (length, s) and len(shapes) == 2 else mask.reshape(broadcast)
                total = mask if total is None else total + mask
        return total

    def _lengthened(self, k: Any, v: Any, mask: Any) -> tuple[Any, Any, Any]:
        """Keys and values (N, S, embed_dim) with the learned ones and the zeros at their end, which no mask covers."""
        n, s, size = k.shape
        more_k, more_v = [k], [v]
        if self.bias_k is not None and self.bias_v is not None:
            more_k.append(expand(self.bias_k, n, 1, size))
            more_v.append(expand(self.bias_v, n, 1, size))
        if self.add_zero_attn:
            more_k.append(zeros(n, 1, size, dtype=k.dtype))
            more_v.append(zeros(n, 1, size, dtype=v.dtype))
        if len(more_k) == 1:
            return k, v, mask
        k, v = cat(more_k, 1), cat(more_v, 1)
        return k, v, None if mask is None else F.pad(mask, (0, k.shape[1] - s))
