import torch
import torch.nn as nn
from common import Numbers


def main():
    numbers = Numbers(torch)
    G = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ELU(), nn.Linear(8, 3))
    D = nn.Sequential(nn.Linear(3, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    numbers.weights(G, D)
    mse = torch.nn.MSELoss()
    opts = {k: torch.optim.Adam(m.parameters(), 2e-3, (0.5, 0.999)) for k, m in (("G", G), ("D", D))}
    losses = []
    for _ in range(6):
        fake = G(numbers.normal(6, 4))
        opts["G"].zero_grad()
        g_loss = mse(D(fake), torch.ones(6, 1, dtype=torch.double))
        g_loss.backward()
        opts["G"].step()
        opts["D"].zero_grad()
        d_loss = 0.5 * (D(numbers.normal(6, 3)).sub(1).pow(2).mean() + D(fake.detach()).pow(2).mean())
        d_loss.backward()
        opts["D"].step()
        losses.extend([g_loss.item(), d_loss.item()])
    return losses
