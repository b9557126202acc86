import torch
from torch import nn
from common import Numbers


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 6, num_layers=1, bidirectional=True)
        self.fc = nn.Linear(12, 2)

    def forward(self, x):
        out, h = self.gru(x)
        return self.fc(torch.cat([h[-2], h[-1]], 1)) + self.fc(out.mean(0))


def main():
    numbers = Numbers(torch)
    model = numbers.weights(Classifier())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=5)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    losses = []
    for _ in range(5):
        x, y = numbers.normal(7, 4, 3), numbers.integers(2, 4)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.05)
        optimizer.step()
        scheduler.step()
        losses += [loss.item(), scheduler.get_last_lr()[0]]
    return losses
