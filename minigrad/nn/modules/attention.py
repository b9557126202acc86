"""Attention of several heads as a layer (Vaswani et al. 2017)."""

from __future__ import annotations

from typing import Any

from minigrad.creation import empty
from minigrad.nn import init
from minigrad.nn.functional.multi_head import attended, check_shapes, projected, shown
from minigrad.nn.modules.linear import NonDynamicallyQuantizableLinear
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.ops import squeeze, unsqueeze
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
        together = self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
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
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        self._reset_parameters()

    def _reset_parameters(self) -> None:
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
        sizes = [self.embed_dim, self.kdim, self.vdim]
        check_shapes("MultiheadAttention", [query, key, value], sizes, self.batch_first)
        parts: list[Any] = [query, key, value]
        if single:
            parts = [unsqueeze(each, 0) for each in parts]
            key_padding_mask = None if key_padding_mask is None else unsqueeze(key_padding_mask, 0)
        elif not self.batch_first:
            parts = [each.transpose(0, 1) for each in parts]
        together, own = self.in_proj_weight, (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        q, k, v = projected(parts, query is key is value, own if together is None else together, self.in_proj_bias)
        dropped = self.dropout if self.training else 0.0
        options = (self.num_heads, self.bias_k, self.bias_v, self.add_zero_attn, dropped, key_padding_mask, attn_mask)
        mixed, weights = attended("MultiheadAttention", q, k, v, *options)
        output = self.out_proj(mixed)
        if single:
            output = squeeze(output, 0)
        elif not self.batch_first:
            output = output.transpose(0, 1)
        return output, shown(weights, single, average_attn_weights) if need_weights else None
