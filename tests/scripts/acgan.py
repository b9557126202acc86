import torch
import torch.nn as nn
from torch.autograd import Variable
from common import Numbers

LongTensor, FloatTensor = torch.LongTensor, torch.DoubleTensor


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(3, 5)
        self.l1 = nn.Sequential(nn.Linear(5, 4 * 2 * 2))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(4),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(4, 4, 3, stride=1, padding=1),
            nn.BatchNorm2d(4, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(4, 1, 3, stride=1, padding=1),
            nn.Tanh(),
        )

    def forward(self, noise, labels):
        out = self.l1(torch.mul(self.label_emb(labels), noise))
        return self.conv_blocks(out.view(out.shape[0], 4, 2, 2))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_blocks = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.LeakyReLU(0.2, inplace=True), nn.Dropout2d(0.0))
        self.adv_layer = nn.Sequential(nn.Linear(4 * 4 * 4, 1), nn.Sigmoid())
        self.aux_layer = nn.Sequential(nn.Linear(4 * 4 * 4, 3), nn.Softmax(dim=1))

    def forward(self, img):
        out = self.conv_blocks(img).view(img.shape[0], -1)
        return self.adv_layer(out), self.aux_layer(out)


def main():
    numbers = Numbers(torch)
    generator, discriminator = numbers.weights(Generator(), Discriminator())
    adversarial_loss, auxiliary_loss = torch.nn.BCELoss(), torch.nn.CrossEntropyLoss()
    opt_G = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    opt_D = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    losses = []
    for _ in range(4):
        valid = Variable(FloatTensor(6, 1).fill_(1.0), requires_grad=False)
        fake = Variable(FloatTensor(6, 1).fill_(0.0), requires_grad=False)
        labels = Variable(numbers.integers(3, 6).type(LongTensor))
        opt_G.zero_grad()
        gen_labels = Variable(LongTensor(numbers.integers(3, 6)))
        gen_imgs = generator(numbers.normal(6, 5), gen_labels)
        validity, pred_label = discriminator(gen_imgs)
        g_loss = 0.5 * (adversarial_loss(validity, valid) + auxiliary_loss(pred_label, gen_labels))
        g_loss.backward()
        opt_G.step()
        opt_D.zero_grad()
        real_pred, real_aux = discriminator(numbers.normal(6, 1, 8, 8))
        fake_pred, fake_aux = discriminator(gen_imgs.detach())
        d_loss = (
            adversarial_loss(real_pred, valid)
            + auxiliary_loss(real_aux, labels)
            + adversarial_loss(fake_pred, fake)
            + auxiliary_loss(fake_aux, gen_labels)
        ) / 4
        d_loss.backward()
        opt_D.step()
        guess = torch.cat([real_aux, fake_aux], 0).detach().numpy().argmax(1)
        losses += [g_loss.item(), d_loss.item(), float(guess.sum())]
    return losses
