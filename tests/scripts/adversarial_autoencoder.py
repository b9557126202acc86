import itertools

import torch
import torch.nn as nn
from common import Numbers


class Encoder(nn.Module):
    def __init__(self, noise):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(16, 12), nn.LeakyReLU(0.2, inplace=True), nn.BatchNorm1d(12))
        self.mu, self.logvar, self.noise = nn.Linear(12, 3), nn.Linear(12, 3), noise

    def forward(self, img):
        x = self.model(img.view(img.shape[0], -1))
        mu, logvar = self.mu(x), self.logvar(x)
        return self.noise(mu.size(0), 3) * torch.exp(logvar / 2) + mu


def main():
    numbers = Numbers(torch)
    encoder = Encoder(numbers.normal)
    decoder = nn.Sequential(nn.Linear(3, 12), nn.LeakyReLU(0.2), nn.Linear(12, 16), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(3, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1), nn.Sigmoid())
    numbers.weights(encoder, decoder, discriminator)
    adversarial, pixelwise = nn.BCELoss(), nn.L1Loss()
    opt_G = torch.optim.Adam(itertools.chain(encoder.parameters(), decoder.parameters()), lr=2e-3, betas=(0.5, 0.999))
    opt_D = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    losses = []
    for _ in range(5):
        imgs = numbers.normal(6, 1, 4, 4)
        valid, fake = torch.ones(6, 1, dtype=imgs.dtype), torch.zeros(6, 1, dtype=imgs.dtype)
        opt_G.zero_grad()
        encoded = encoder(imgs)
        decoded = decoder(encoded).view(imgs.shape)
        g_loss = 0.001 * adversarial(discriminator(encoded), valid) + 0.999 * pixelwise(decoded, imgs)
        g_loss.backward()
        opt_G.step()
        opt_D.zero_grad()
        z = numbers.normal(6, 3)
        d_loss = 0.5 * (adversarial(discriminator(z), valid) + adversarial(discriminator(encoded.detach()), fake))
        d_loss.backward()
        opt_D.step()
        losses += [g_loss.item(), d_loss.item()]
    return losses
