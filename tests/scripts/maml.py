import torch
from torch.nn import functional as F
from common import Numbers


def net(x, params):
    x = F.linear(x, params[0], params[1])
    x = F.relu(x)
    return F.linear(x, params[2], params[3])


def main():
    numbers = Numbers(torch)
    params = [numbers.normal(8, 1), numbers.normal(8) * 0.1, numbers.normal(1, 8) / 3, numbers.normal(1) * 0.1]
    params = [p.detach().requires_grad_(True) for p in params]
    opt = torch.optim.Adamax(params, lr=1e-2)
    losses = []
    for _ in range(4):
        meta_loss = 0.0
        for _ in range(2):
            amplitude, phase = 1 + numbers.uniform(1), numbers.uniform(1) * 3
            x = numbers.uniform(5, 1) * 10 - 5
            fast = params
            for _ in range(2):
                loss = F.mse_loss(net(x, fast), amplitude * torch.sin(x + phase))
                grads = torch.autograd.grad(loss, fast, create_graph=True)
                fast = [p - 0.01 * g for p, g in zip(fast, grads)]
            v = numbers.uniform(5, 1) * 10 - 5
            meta_loss = meta_loss + F.mse_loss(net(v, fast), amplitude * torch.sin(v + phase))
        opt.zero_grad()
        meta_loss.backward()
        opt.step()
        losses.append(meta_loss.item())
    return losses
