import torch
import torch.nn as nn
from common import Numbers

TEXT = "the quick brown fox jumps over the lazy dog and the dog sleeps on"
CHARS = sorted(set(TEXT))


class CharRNN(nn.Module):
    def __init__(self, hidden=10):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Embedding(len(CHARS), hidden)
        self.rnn = nn.LSTM(hidden, hidden, 2, batch_first=True)
        self.decoder = nn.Linear(hidden, len(CHARS))

    def forward(self, x, state):
        out, state = self.rnn(self.encoder(x), state)
        return self.decoder(out.contiguous().view(-1, self.hidden)), state

    def init_state(self, batch):
        weight = next(self.parameters()).data
        return tuple(weight.new_zeros(2, batch, self.hidden) for _ in range(2))


def main():
    numbers = Numbers(torch)
    model = numbers.weights(CharRNN())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    criterion = nn.CrossEntropyLoss()
    ids = torch.tensor([CHARS.index(c) for c in TEXT])
    inputs, targets = ids[:-1].view(4, -1), ids[1:].view(4, -1)
    state, losses = model.init_state(4), []
    for chunk in range(0, 16, 4):
        state = tuple(each.detach() for each in state)
        optimizer.zero_grad()
        output, state = model(inputs[:, chunk : chunk + 4], state)
        loss = criterion(output, targets[:, chunk : chunk + 4].reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        losses.append(loss.item())
    return losses
