"""The transformer: stacks of the layers of `transformer_layer`, for a source, a target, or both."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np

from minigrad.dtypes import as_dtype, get_default_dtype
from minigrad.engine.gate import gated
from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.kernels.room import SMALL, check_room
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.container import ModuleList
from minigrad.nn.modules.module import Module
from minigrad.nn.modules.normalization import LayerNorm
from minigrad.nn.modules.transformer_layer import (
    Activation,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from minigrad.nn.modules.transformer_layer import _get_activation_fn as _get_activation_fn
from minigrad.tensor import Tensor


class TransformerEncoder(Module):
    """Copies of a layer, one after another.

    Args:
        encoder_layer: the layer that is copied.
        num_layers: how many copies there are.
        norm: a normalization after the last (default None).
        enable_nested_tensor: accepted and without effect.
        mask_check: accepted and without effect.

    >>> nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 3)(mg.zeros(5, 1, 8)).shape
    minigrad.Size([5, 1, 8])
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = _copies(self, encoder_layer, num_layers)
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """The source after all layers.

        Args:
            src: (L, N, d_model), or as the layers take it.
            mask: (L, L) or (N * nhead, L, L), for every layer; see MultiheadAttention.
            src_key_padding_mask: (N, L), True where there is padding.
            is_causal: a hint about `mask`, which changes nothing.

        Returns a tensor in the shape of `src`.
        """
        x = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask)
        return x if self.norm is None else self.norm(x)


class TransformerDecoder(Module):
    """Copies of a layer, one after another, that also look at the output of an encoder.

    Args:
        decoder_layer: the layer that is copied.
        num_layers: how many copies there are.
        norm: a normalization after the last (default None).

    >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), 3)
    >>> decoder(mg.zeros(5, 1, 8), mg.zeros(7, 1, 8)).shape
    minigrad.Size([5, 1, 8])
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = _copies(self, decoder_layer, num_layers)
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The target after all layers.

        Args:
            tgt: (T, N, d_model), or as the layers take it.
            memory: (S, N, d_model), the output of the encoder.
            tgt_mask: (T, T) or (N * nhead, T, T), for every layer; see MultiheadAttention.
            memory_mask: (T, S), for the attention to `memory`.
            tgt_key_padding_mask: (N, T), True where there is padding.
            memory_key_padding_mask: (N, S), True where there is padding.
            tgt_is_causal: a hint about `tgt_mask`, which changes nothing.
            memory_is_causal: a hint about `memory_mask`, which changes nothing.

        Returns a tensor in the shape of `tgt`.
        """
        x = tgt
        for layer in self.layers:
            x = layer(x, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return x if self.norm is None else self.norm(x)


class Transformer(Module):
    """An encoder for the source and a decoder for the target (Vaswani et al. 2017, Attention Is All You Need).

    Args:
        d_model: the size of every element of both sequences (default 512).
        nhead: the number of heads, which divides d_model (default 8).
        num_encoder_layers: the layers of the encoder (default 6).
        num_decoder_layers: the layers of the decoder (default 6).
        dim_feedforward: the size between the two affine maps of a layer (default 2048).
        dropout: the probability of an element to be dropped in training (default 0.1).
        activation: between the affine maps: "relu", "gelu" or a function (default F.relu).
        custom_encoder: a module in the place of the encoder (default None).
        custom_decoder: a module in the place of the decoder (default None).
        layer_norm_eps: the eps of all layer normalizations (default 1e-5).
        batch_first: whether tensors are (N, L, d_model) and not (L, N, d_model) (default False).
        norm_first: whether normalization comes before each sublayer (default False).
        bias: whether affine maps and normalizations have biases (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    Parameters with 2 or more dimensions start by Xavier.

    >>> model = nn.Transformer(8, 2, 1, 1, 16)
    >>> model(mg.zeros(7, 1, 8), mg.zeros(5, 1, 8)).shape
    minigrad.Size([5, 1, 8])
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        options = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        kind = {"device": device, "dtype": dtype}
        norms = [LayerNorm(d_model, layer_norm_eps, bias=bias, **kind) for _ in range(2)]
        encoder_layer = TransformerEncoderLayer(*options, **kind)
        decoder_layer = TransformerDecoderLayer(*options, **kind)
        self.encoder = custom_encoder or TransformerEncoder(encoder_layer, num_encoder_layers, norms[0])
        self.decoder = custom_decoder or TransformerDecoder(decoder_layer, num_decoder_layers, norms[1])
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """Draw the matrices anew, by Xavier."""
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The source through the encoder, and with its result the target through the decoder.

        Args:
            src: (S, N, d_model), or (N, S, d_model) if `batch_first`, or without N.
            tgt: (T, N, d_model), likewise; ShapeError for another batch size.
            src_mask: (S, S) or (N * nhead, S, S), of the encoder; see MultiheadAttention.
            tgt_mask: (T, T) or (N * nhead, T, T), of the decoder.
            memory_mask: (T, S), of the decoder's attention to the encoder's output.
            src_key_padding_mask: (N, S), True where there is padding.
            tgt_key_padding_mask: (N, T), True where there is padding.
            memory_key_padding_mask: (N, S), True where there is padding.
            src_is_causal, tgt_is_causal, memory_is_causal: hints about the masks, which change nothing.

        Returns the decoder's output, in the shape of `tgt`.
        """
        batch = 0 if self.batch_first else 1
        if src.ndim != tgt.ndim or (src.ndim == 3 and src.shape[batch] != tgt.shape[batch]):
            raise ShapeError(
                f"Transformer: src and tgt must have the same batch size, got {tuple(src.shape)} and {tuple(tgt.shape)}"
            )
        memory = self.encoder(src, src_mask, src_key_padding_mask)
        return self.decoder(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)

    @staticmethod
    @gated
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """The mask (sz, sz) with -inf above the diagonal and 0 elsewhere: place i may look at places 0 to i.

        Args:
            sz: the length of the sequence.
            device, dtype: of the mask; the CPU, and the default dtype unless given.

        >>> nn.Transformer.generate_square_subsequent_mask(2)
        tensor([[0., -inf],
                [0., 0.]])
        """
        kind = get_default_dtype() if dtype is None else as_dtype(dtype)
        mask = np.where(np.tri(sz, dtype=bool), 0.0, -math.inf).astype(kind)
        return Variable.wrap(mask)


def _copies(stack: Module, layer: Module, count: int) -> ModuleList:
    """As many copies of a layer, if there is room for them."""
    parameters = [each.array.nbytes + SMALL for each in layer.parameters()]
    check_room(type(stack).__name__, max(count, 0), max(sum(parameters), SMALL), "layers")
    return _get_clones(layer, count)


def _get_clones(module: Module, N: int) -> ModuleList:
    """As many copies of a module: what programs import that are made from PyTorch's own code."""
    return ModuleList([copy.deepcopy(module) for _ in range(N)])
