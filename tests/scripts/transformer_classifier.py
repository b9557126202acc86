import math

import torch
import torch.nn as nn
from common import Numbers


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, max_len=20):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, 1, d_model)
        pe[:, 0, 0::2] = torch.sin(position * div_term)
        pe[:, 0, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe)

    def forward(self, x):
        return x + self.pe[: x.size(0)]


def main():
    numbers = Numbers(torch)
    layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=12, dropout=0.0)
    encoder = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
    embedding, head, positions = nn.Embedding(9, 8), nn.Linear(8, 9), PositionalEncoding(8)
    numbers.weights(embedding, encoder, head)
    parameters = [p for m in (embedding, encoder, head) for p in m.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=5e-3)
    mask = nn.Transformer.generate_square_subsequent_mask(5).double()
    losses = []
    for _ in range(4):
        src = numbers.integers(9, 5, 3)
        optimizer.zero_grad()
        out = head(encoder(positions(embedding(src) * math.sqrt(8)), mask))
        loss = nn.functional.cross_entropy(out[:-1].reshape(-1, 9), src[1:].reshape(-1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
