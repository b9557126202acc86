import torch
from torch import nn
from common import Numbers


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=3, padding=1),
            nn.ReLU(True),
            nn.MaxPool2d(2, stride=2),
            nn.Conv2d(4, 2, 3, stride=2, padding=1),
            nn.ReLU(True),
            nn.MaxPool2d(2, stride=1),
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(2, 4, 3, stride=2),
            nn.ReLU(True),
            nn.ConvTranspose2d(4, 2, 5, stride=3, padding=1),
            nn.ReLU(True),
            nn.ConvTranspose2d(2, 1, 2, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


def main():
    numbers = Numbers(torch)
    model = numbers.weights(Autoencoder())
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-5)
    img = numbers.normal(3, 1, 28, 28)
    losses = []
    for _ in range(5):
        output = model(img)
        loss = criterion(output, img)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
