import torch
import torch.nn as nn
from torch.utils.checkpoint import checkpoint
from common import Numbers


def rk4(f, y, t, h):
    k1 = f(t, y)
    k2 = f(t + h / 2, y + h * k1 / 2)
    k3 = f(t + h / 2, y + h * k2 / 2)
    k4 = f(t + h, y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


class ODEFunc(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 10), nn.Tanh(), nn.Linear(10, 2))

    def forward(self, t, y):
        return self.net(y**3)


def main():
    numbers = Numbers(torch)
    func = numbers.weights(ODEFunc())
    optimizer = torch.optim.RAdam(func.parameters(), lr=1e-2)
    true_A = torch.tensor([[-0.1, 2.0], [-2.0, -0.1]], dtype=torch.float64)
    losses = []
    for _ in range(4):
        y = truth = numbers.normal(3, 2)
        loss = torch.zeros((), dtype=torch.float64)
        for step in range(4):
            y = checkpoint(rk4, func, y, 0.1 * step, 0.1, use_reentrant=False)
            truth = rk4(lambda t, v: torch.mm(v**3, true_A), truth, 0.1 * step, 0.1)
            loss = loss + torch.mean(torch.abs(y - truth))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
