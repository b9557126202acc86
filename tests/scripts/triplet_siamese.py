import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


class ContrastiveLoss(nn.Module):
    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, output1, output2, label):
        distance = F.pairwise_distance(output1, output2, keepdim=True)
        return torch.mean(
            (1 - label) * torch.pow(distance, 2) + label * torch.pow(torch.clamp(self.margin - distance, min=0.0), 2)
        )


def main():
    numbers = Numbers(torch)
    net = numbers.weights(nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3)))
    optimizer = torch.optim.Adagrad(net.parameters(), lr=0.05)
    contrastive, triplet, cosine = ContrastiveLoss(), nn.TripletMarginLoss(margin=1.0), nn.CosineEmbeddingLoss(0.1)
    losses = []
    for _ in range(5):
        a, b, c = net(numbers.normal(6, 5)), net(numbers.normal(6, 5)), net(numbers.normal(6, 5))
        label = numbers.integers(2, 6, 1).double()
        loss = contrastive(a, b, label) + triplet(a, b, c) + cosine(a, c, 2 * label.squeeze() - 1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
