import torch
import torch.nn.functional as F
from torch import nn, optim
from common import Numbers


class VAE(nn.Module):
    def __init__(self, noise):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(20, 12), nn.Linear(12, 4), nn.Linear(12, 4)
        self.fc3, self.fc4, self.noise = nn.Linear(4, 12), nn.Linear(12, 20), noise

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + self.noise(*std.shape) * std

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 20))
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 20), reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD


def main():
    numbers = Numbers(torch)
    model = numbers.weights(VAE(numbers.normal))
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(6):
        data = numbers.uniform(5, 4, 5)
        optimizer.zero_grad()
        recon_batch, mu, logvar = model(data)
        loss = loss_function(recon_batch, data, mu, logvar)
        loss.backward()
        losses.append(loss.item() / len(data))
        optimizer.step()
    return losses
