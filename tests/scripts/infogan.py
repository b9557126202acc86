import itertools

import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 16), nn.LeakyReLU(0.2, inplace=True))
        self.adv_layer, self.aux_layer, self.latent_layer = nn.Linear(16, 1), nn.Linear(16, 3), nn.Linear(16, 2)

    def forward(self, img):
        out = self.body(img)
        return self.adv_layer(out), F.log_softmax(self.aux_layer(out), dim=-1), self.latent_layer(out)


def main():
    numbers = Numbers(torch)
    generator = nn.Sequential(nn.Linear(4 + 3 + 2, 16), nn.BatchNorm1d(16), nn.ReLU(inplace=True), nn.Linear(16, 6))
    discriminator = Discriminator()
    numbers.weights(generator, discriminator)
    mse, nll, l1 = nn.MSELoss(), nn.NLLLoss(), nn.SmoothL1Loss()
    opt_G = torch.optim.Adam(generator.parameters(), 1e-3)
    opt_D = torch.optim.Adam(discriminator.parameters(), 1e-3)
    opt_info = torch.optim.Adam(itertools.chain(generator.parameters(), discriminator.parameters()), 1e-3)
    losses = []
    for _ in range(4):
        labels = numbers.integers(3, 8)
        one_hot = torch.zeros(8, 3, dtype=torch.float64).scatter_(1, labels.unsqueeze(1), 1.0)
        code = numbers.uniform(8, 2) * 2 - 1
        noise = torch.cat((numbers.normal(8, 4), one_hot, code), -1)
        opt_G.zero_grad()
        g_loss = mse(discriminator(generator(noise))[0], torch.ones(8, 1, dtype=torch.float64))
        g_loss.backward()
        opt_G.step()
        opt_D.zero_grad()
        real, _, _ = discriminator(numbers.normal(8, 6))
        fake, _, _ = discriminator(generator(noise).detach())
        d_loss = (mse(real, torch.ones_like(real)) + mse(fake, torch.zeros_like(fake))) / 2
        d_loss.backward()
        opt_D.step()
        opt_info.zero_grad()
        _, predicted, predicted_code = discriminator(generator(noise))
        info_loss = nll(predicted, labels) + 0.1 * l1(predicted_code, code)
        info_loss.backward()
        opt_info.step()
        losses += [g_loss.item(), d_loss.item(), info_loss.item()]
    return losses
