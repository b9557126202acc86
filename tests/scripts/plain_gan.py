import itertools

import torch
import torch.nn as nn
import torch.optim as optim
from torch.autograd import Variable
from common import Numbers

Tensor = torch.cuda.FloatTensor if torch.cuda.is_available() else torch.DoubleTensor


class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(*block(8, 16, normalize=False), *block(16, 32), nn.Linear(32, 64), nn.Tanh())

    def forward(self, z):
        return self.model(z).view(z.size(0), 1, 8, 8)


class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(nn.Linear(64, 32), nn.LeakyReLU(0.2, inplace=True), nn.Linear(32, 1), nn.Sigmoid())

    def forward(self, img):
        return self.model(img.view(img.size(0), -1))


def main():
    numbers = Numbers(torch)
    generator, discriminator = numbers.weights(Generator(), Discriminator())
    adversarial_loss = nn.BCELoss()
    optimizer_G = optim.Adam(itertools.chain(generator.parameters()), lr=0.002, betas=(0.5, 0.999))
    optimizer_D = optim.Adam(discriminator.parameters(), lr=0.002, betas=(0.5, 0.999))
    losses = []
    for _ in range(5):
        imgs = numbers.normal(6, 1, 8, 8)
        valid = Variable(Tensor(imgs.size(0), 1).fill_(1.0), requires_grad=False)
        fake = Variable(Tensor(imgs.size(0), 1).fill_(0.0), requires_grad=False)
        real_imgs = Variable(imgs.type(Tensor))

        optimizer_G.zero_grad()
        gen_imgs = generator(Variable(Tensor(numbers.normal(6, 8))))
        g_loss = adversarial_loss(discriminator(gen_imgs), valid)
        g_loss.backward()
        optimizer_G.step()

        optimizer_D.zero_grad()
        real_loss = adversarial_loss(discriminator(real_imgs), valid)
        fake_loss = adversarial_loss(discriminator(gen_imgs.detach()), fake)
        d_loss = (real_loss + fake_loss) / 2
        d_loss.backward()
        optimizer_D.step()
        losses += [g_loss.item(), d_loss.item()]
    return losses
