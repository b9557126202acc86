import torch
import torch.nn as nn
from common import Numbers


class Conditional(nn.Module):
    def __init__(self, inputs, outputs, last=None):
        super().__init__()
        self.label_embedding = nn.Embedding(4, 4)
        layers = [nn.Linear(4 + inputs, 12), nn.LeakyReLU(0.2, inplace=True), nn.Linear(12, outputs)]
        self.model = nn.Sequential(*layers, *([last] if last else []))

    def forward(self, x, labels):
        return self.model(torch.cat((x.view(x.size(0), -1), self.label_embedding(labels)), -1))


def main():
    numbers = Numbers(torch)
    generator, discriminator = Conditional(5, 9, nn.Tanh()), Conditional(9, 1)
    numbers.weights(generator, discriminator)
    loss_fn = nn.BCEWithLogitsLoss()
    opt_G = torch.optim.RMSprop(generator.parameters(), lr=1e-3, momentum=0.5)
    opt_D = torch.optim.RMSprop(discriminator.parameters(), lr=1e-3, centered=True)
    losses = []
    for _ in range(5):
        labels = numbers.integers(4, 6)
        fake = generator(numbers.normal(6, 5), labels)
        opt_G.zero_grad()
        g = loss_fn(discriminator(fake, labels), torch.ones((6, 1)).double())
        g.backward()
        opt_G.step()
        opt_D.zero_grad()
        both = torch.stack([discriminator(numbers.normal(6, 9), labels), discriminator(fake.detach(), labels)])
        d = loss_fn(both, torch.tensor([1.0, 0.0], dtype=both.dtype).view(2, 1, 1).expand_as(both))
        d.backward()
        opt_D.step()
        losses += [g.item(), d.item()]
    return losses
