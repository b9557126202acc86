import torch
from common import Numbers


def main():
    numbers = Numbers(torch)
    x = torch.linspace(-3, 3, 50, dtype=torch.float64)
    y = torch.sin(x)
    p = torch.tensor([1, 2, 3])
    xx = x.unsqueeze(-1).pow(p)
    model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
    numbers.weights(model)
    loss_fn = torch.nn.MSELoss(reduction="sum")
    losses = []
    for _ in range(5):
        loss = loss_fn(model(xx), y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for param in model.parameters():
                param -= 1e-5 * param.grad
        losses.append(loss.item())
    a, b = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (0.3, -0.2))
    for _ in range(5):
        loss = (a + b * x - y).pow(2).sum()
        loss.backward()
        with torch.no_grad():
            a -= 1e-3 * a.grad
            b -= 1e-3 * b.grad
            a.grad = None
            b.grad.zero_()
        losses.append(loss.item())
    return losses
