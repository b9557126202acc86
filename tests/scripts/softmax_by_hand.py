import torch
from common import Numbers


def log_softmax(x):
    return x - x.exp().sum(-1).log().unsqueeze(-1)


def nll(input, target):
    return -input[range(target.shape[0]), target].mean()


def accuracy(out, yb):
    return (torch.argmax(out, dim=1) == yb).double().mean()


def main():
    numbers = Numbers(torch)
    weights = numbers.normal(12, 5) / 3.5
    weights.requires_grad_()
    bias = torch.zeros(5, dtype=torch.float64, requires_grad=True)
    x, y = numbers.normal(40, 12), numbers.integers(5, 40)
    losses = []
    for start in range(0, 40, 8):
        xb, yb = x[start : start + 8], y[start : start + 8]
        pred = log_softmax(xb @ weights + bias)
        loss = nll(pred, yb)
        loss.backward()
        with torch.no_grad():
            weights -= weights.grad * 0.5
            bias -= bias.grad * 0.5
            weights.grad.zero_()
            bias.grad.zero_()
        losses += [loss.item(), accuracy(pred, yb).item()]
    return losses
