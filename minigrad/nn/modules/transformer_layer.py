"""The layers of a transformer: attention and two affine maps, each inside a residual connection.

Vaswani et al., Attention Is All You Need, 2017. With `norm_first` normalization comes before each sublayer instead of
after its sum (Xiong et al. 2020). Tensors are (L, N, d_model), or (N, L, d_model) if `batch_first`, or without N.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from minigrad.nn import functional as F
from minigrad.nn.modules.attention import MultiheadAttention
from minigrad.nn.modules.dropout import Dropout
from minigrad.nn.modules.linear import Linear
from minigrad.nn.modules.module import Module
from minigrad.nn.modules.normalization import LayerNorm
from minigrad.tensor import Tensor

Activation: TypeAlias = str | Callable[[Tensor], Tensor]
"""A function, or the name of one: "relu" or "gelu"."""


class _Layer(Module):
    """What both kinds of layers have: self-attention, then two affine maps with an activation between them.

    Each sublayer is in a residual connection: norm(x + dropout(sublayer(x))), or x + dropout(sublayer(norm(x))) if
    `norm_first`.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int,
        dropout: float,
        activation: Activation,
        layer_norm_eps: float,
        batch_first: bool,
        norm_first: bool,
        bias: bool,
        device: Any,
        dtype: Any,
        cross: bool,
    ) -> None:
        super().__init__()
        kind = {"device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **kind)
        if cross:
            self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **kind)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **kind)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **kind)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        if cross:
            self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, **kind)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        if cross:
            self.dropout3 = Dropout(dropout)
        self.activation = _get_activation_fn(activation)

    def _residual(self, x: Tensor, sublayer: Callable[[Tensor], Tensor], norm: LayerNorm, dropout: Dropout) -> Tensor:
        """x + sublayer(x), with dropout and normalization in their places."""
        if self.norm_first:
            return x + dropout(sublayer(norm(x)))
        return norm(x + dropout(sublayer(x)))

    def _feed_forward(self, x: Tensor) -> Tensor:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(_Layer):
    """Self-attention, then linear1, activation and linear2, in residual connections (Vaswani et al. 2017, section 3).

    Args:
        d_model: the size of every element of the sequence.
        nhead: the number of heads, which divides d_model.
        dim_feedforward: the size between linear1 and linear2 (default 2048).
        dropout: the probability of an element to be dropped in training (default 0.1).
        activation: between the affine maps: "relu", "gelu" or a function (default F.relu).
        layer_norm_eps: the eps of the layer normalizations (default 1e-5).
        batch_first: whether tensors are (N, L, d_model) and not (L, N, d_model) (default False).
        norm_first: whether normalization comes before each sublayer (Xiong et al. 2020) (default False).
        bias: whether affine maps and normalizations have biases (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    >>> nn.TransformerEncoderLayer(8, 2, 16)(mg.zeros(5, 1, 8)).shape
    minigrad.Size([5, 1, 8])
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (activation, layer_norm_eps, batch_first, norm_first, bias, device, dtype)
        super().__init__(d_model, nhead, dim_feedforward, dropout, *options, cross=False)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """The sequence after the two sublayers.

        Args:
            src: (L, N, d_model), or (N, L, d_model) if `batch_first`, or without N.
            src_mask: (L, L) or (N * nhead, L, L), as MultiheadAttention takes it.
            src_key_padding_mask: (N, L), True where there is padding.
            is_causal: a hint about `src_mask`.

        Returns a tensor in the shape of `src`.
        """

        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]

        x = self._residual(src, attend, self.norm1, self.dropout1)
        return self._residual(x, self._feed_forward, self.norm2, self.dropout2)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to the output of an encoder, then linear1, activation and linear2.

    Args:
        d_model: the size of every element of the sequences.
        nhead: the number of heads, which divides d_model.
        dim_feedforward: the size between linear1 and linear2 (default 2048).
        dropout: the probability of an element to be dropped in training (default 0.1).
        activation: between the affine maps: "relu", "gelu" or a function (default F.relu).
        layer_norm_eps: the eps of the layer normalizations (default 1e-5).
        batch_first: whether tensors are (N, L, d_model) and not (L, N, d_model) (default False).
        norm_first: whether normalization comes before each sublayer (Xiong et al. 2020) (default False).
        bias: whether affine maps and normalizations have biases (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    >>> nn.TransformerDecoderLayer(8, 2, 16)(mg.zeros(5, 1, 8), mg.zeros(7, 1, 8)).shape
    minigrad.Size([5, 1, 8])
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = (activation, layer_norm_eps, batch_first, norm_first, bias, device, dtype)
        super().__init__(d_model, nhead, dim_feedforward, dropout, *options, cross=True)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The target sequence after the three sublayers.

        Args:
            tgt: (T, N, d_model), or (N, T, d_model) if `batch_first`, or without N.
            memory: (S, N, d_model), the output of the encoder.
            tgt_mask: (T, T) or (N * nhead, T, T), as MultiheadAttention takes it.
            memory_mask: (T, S), likewise.
            tgt_key_padding_mask: (N, T), True where there is padding.
            memory_key_padding_mask: (N, S), True where there is padding.
            tgt_is_causal: a hint about `tgt_mask`.
            memory_is_causal: a hint about `memory_mask`.

        Returns a tensor in the shape of `tgt`.
        """

        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]

        def attend_to_memory(x: Tensor) -> Tensor:
            return self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, False, memory_mask, is_causal=memory_is_causal
            )[0]

        x = self._residual(tgt, attend, self.norm1, self.dropout1)
        x = self._residual(x, attend_to_memory, self.norm2, self.dropout2)
        return self._residual(x, self._feed_forward, self.norm3, self.dropout3)


def _get_activation_fn(activation: Activation) -> Callable[[Tensor], Tensor]:
    """The function that a name stands for, or the function itself."""
    if not isinstance(activation, str):
        return activation
    if activation not in ("relu", "gelu"):
        raise RuntimeError(f"transformer: activation should be 'relu' or 'gelu', not {activation!r}")
    return F.relu if activation == "relu" else F.gelu
