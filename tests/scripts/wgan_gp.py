import torch
import torch.autograd as autograd
import torch.nn as nn
from torch.autograd import Variable
from common import Numbers

Tensor = torch.DoubleTensor


def compute_gradient_penalty(D, real_samples, fake_samples, alpha):
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = Variable(Tensor(real_samples.shape[0], 1).fill_(1.0), requires_grad=False)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=fake,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


def main():
    numbers = Numbers(torch)
    G = nn.Sequential(nn.Linear(4, 2 * 4 * 4), nn.Unflatten(1, (2, 4, 4)), nn.ReLU(), nn.ConvTranspose2d(2, 1, 4, 2, 1))
    D = nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(3 * 4 * 4, 1))
    numbers.weights(G, D)
    opt_G = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.9))
    opt_D = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.9))
    losses = []
    for _ in range(4):
        opt_D.zero_grad()
        real, fake = numbers.normal(5, 1, 8, 8), G(numbers.normal(5, 4))
        penalty = compute_gradient_penalty(D, real.data, fake.data, numbers.uniform(5, 1, 1, 1))
        d_loss = -torch.mean(D(real)) + torch.mean(D(fake)) + 10 * penalty
        d_loss.backward()
        opt_D.step()
        opt_G.zero_grad()
        g_loss = -torch.mean(D(G(numbers.normal(5, 4))))
        g_loss.backward()
        opt_G.step()
        losses += [d_loss.item(), g_loss.item()]
    return losses
