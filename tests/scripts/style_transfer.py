import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


def gram_matrix(input):
    a, b, c, d = input.size()
    features = input.view(a * b, c * d)
    G = torch.mm(features, features.t())
    return G.div(a * b * c * d)


def main():
    numbers = Numbers(torch)
    cnn = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(inplace=False), nn.AvgPool2d(2), nn.Conv2d(4, 5, 3)
    ).eval()
    numbers.weights(cnn)
    for param in cnn.parameters():
        param.requires_grad_(False)
    content, style = numbers.uniform(1, 3, 8, 8), numbers.uniform(1, 3, 8, 8)
    target, style_gram = cnn(content).detach(), gram_matrix(cnn(style)).detach()
    input_img = content.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([input_img], lr=0.05)
    losses = []
    for _ in range(5):
        with torch.no_grad():
            input_img.clamp_(0, 1)
        optimizer.zero_grad()
        out = cnn(input_img)
        tv = torch.sum(torch.abs(input_img[:, :, :, :-1] - input_img[:, :, :, 1:]))
        loss = F.mse_loss(out, target) + 100 * F.mse_loss(gram_matrix(out), style_gram) + 1e-3 * tv
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
