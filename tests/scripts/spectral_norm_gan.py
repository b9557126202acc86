import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


def main():
    numbers = Numbers(torch)
    G = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 4))
    D = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.1), nn.Linear(8, 1))
    numbers.weights(G, D)
    opt_G, opt_D = torch.optim.Adam(G.parameters(), 1e-3), torch.optim.Adam(D.parameters(), 1e-3)
    losses = []
    for _ in range(5):
        for layer in (D[0], D[2]):  # the largest singular value to 1, by hand
            layer.weight.data.div_(torch.linalg.svdvals(layer.weight.data)[0])
        d = F.relu(1.0 - D(numbers.normal(6, 4))).mean() + F.relu(1.0 + D(G(numbers.normal(6, 3)).detach())).mean()
        opt_D.zero_grad()
        d.backward()
        opt_D.step()
        g = -D(G(numbers.normal(6, 3))).mean()
        opt_G.zero_grad()
        g.backward()
        opt_G.step()
        losses += [d.item(), g.item()]
    return losses
