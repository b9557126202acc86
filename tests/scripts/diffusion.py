import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


def main():
    numbers = Numbers(torch)
    T = 10
    betas = torch.linspace(1e-4, 0.2, T, dtype=torch.float64)
    alphas_cumprod = torch.cumprod(1.0 - betas, dim=0)
    alphas_prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.0)
    posterior_variance = betas * (1.0 - alphas_prev) / (1.0 - alphas_cumprod)
    model = numbers.weights(nn.Sequential(nn.Linear(3, 16), nn.SiLU(), nn.Linear(16, 2)))
    ema = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(5):
        x0, t, noise = numbers.normal(8, 2), numbers.integers(T, 8), numbers.normal(8, 2)
        a = alphas_cumprod.gather(-1, t).view(-1, 1)
        xt = a.sqrt() * x0 + (1 - a).sqrt() * noise
        loss = F.mse_loss(model(torch.cat([xt, t[:, None] / T], 1)), noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for e, p in zip(ema.parameters(), model.parameters()):
                e.lerp_(p, 0.1)
        losses.append(loss.item())
    x = numbers.normal(4, 2)
    with torch.no_grad():
        for i in reversed(range(T)):
            t = torch.full((4,), i, dtype=torch.long)
            eps = ema(torch.cat([x, t[:, None] / T], 1))
            x = (x - betas[i] / (1 - alphas_cumprod[i]).sqrt() * eps) / (1 - betas[i]).sqrt()
            x = x + posterior_variance[i].sqrt() * numbers.normal(4, 2)
    return [*losses, *x.flatten().tolist()]
