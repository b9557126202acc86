import torch
import torch.nn as nn
from common import Numbers


def main():
    numbers = Numbers(torch)
    G = nn.Sequential(nn.Linear(3, 12), nn.ReLU(), nn.Linear(12, 2))
    D = nn.Sequential(nn.Linear(2, 12), nn.LeakyReLU(0.2), nn.Linear(12, 1))
    numbers.weights(G, D)
    opt_G, opt_D = torch.optim.RMSprop(G.parameters(), lr=5e-3), torch.optim.RMSprop(D.parameters(), lr=5e-3)
    losses = []
    for i in range(8):
        opt_D.zero_grad()
        fake = G(numbers.normal(7, 3)).detach()
        loss_D = -torch.mean(D(numbers.normal(7, 2) + 2)) + torch.mean(D(fake))
        loss_D.backward()
        opt_D.step()
        for p in D.parameters():
            p.data.clamp_(-0.1, 0.1)
        losses.append(loss_D.item())
        if i % 2 == 0:
            opt_G.zero_grad()
            loss_G = -torch.mean(D(G(numbers.normal(7, 3))))
            loss_G.backward()
            opt_G.step()
            losses.append(loss_G.item())
    return losses
