import torch
from common import Numbers


class MatrixFactorization(torch.nn.Module):
    def __init__(self, n_users, n_items, n_factors=4):
        super().__init__()
        self.user_factors = torch.nn.Embedding(n_users, n_factors)
        self.item_factors = torch.nn.Embedding(n_items, n_factors)
        self.bias = torch.nn.Parameter(torch.zeros(n_items, dtype=torch.float64))

    def forward(self, user, item):
        return (self.user_factors(user) * self.item_factors(item)).sum(1) + self.bias[item]


def main():
    numbers = Numbers(torch)
    model = numbers.weights(MatrixFactorization(6, 7))
    optimizer = torch.optim.NAdam(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    users, items, ratings = numbers.integers(6, 20), numbers.integers(7, 20), numbers.normal(20)
    losses = []
    for _ in range(6):
        order = torch.argsort(numbers.uniform(20))
        loss = torch.nn.functional.huber_loss(model(users[order], items[order]), ratings[order])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step(loss.item())
        losses += [loss.item(), optimizer.param_groups[0]["lr"]]
    return losses
