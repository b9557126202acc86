import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


class DoubleConv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(i, o, 3, padding=1), nn.GroupNorm(2, o), nn.SiLU(), nn.Conv2d(o, o, 3, padding="same"), nn.Mish()
        )

    def forward(self, x):
        return self.double_conv(x)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.inc, self.down = DoubleConv(1, 4), nn.Sequential(nn.MaxPool2d(2), DoubleConv(4, 6))
        self.up, self.conv, self.outc = nn.ConvTranspose2d(6, 4, 2, stride=2), DoubleConv(8, 4), nn.Conv2d(4, 2, 1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.up(self.down(x1))
        diffY, diffX = x1.size()[2] - x2.size()[2], x1.size()[3] - x2.size()[3]
        x2 = F.pad(x2, [diffX // 2, diffX - diffX // 2, diffY // 2, diffY - diffY // 2])
        return self.outc(self.conv(torch.cat([x1, x2], dim=1)))


def dice(probs, target, eps=1e-6):
    inter = 2 * (probs * target).sum()
    return 1 - (inter + eps) / (probs.sum() + target.sum() + eps)


def main():
    numbers = Numbers(torch)
    model = numbers.weights(UNet())
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, weight_decay=1e-8, momentum=0.9)
    losses = []
    for _ in range(3):
        masks = numbers.integers(2, 2, 9, 7)
        pred = model(numbers.normal(2, 1, 9, 7))
        loss = F.cross_entropy(pred, masks)
        loss += dice(F.softmax(pred, dim=1).double(), F.one_hot(masks, 2).permute(0, 3, 1, 2).double())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
