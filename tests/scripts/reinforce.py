import torch
import torch.nn as nn
import torch.nn.functional as F
from common import Numbers


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(4, 8)
        self.action_head, self.value_head = nn.Linear(8, 2), nn.Linear(8, 1)
        self.saved, self.rewards = [], []

    def forward(self, x):
        x = F.relu(self.affine1(x))
        return F.softmax(self.action_head(x), dim=-1), self.value_head(x)


def main():
    numbers = Numbers(torch)
    model = numbers.weights(Policy())
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
    eps = torch.finfo(torch.float64).eps if hasattr(torch, "finfo") else 2.2e-16
    losses = []
    for _ in range(3):
        for state, u in zip(numbers.normal(6, 4), numbers.uniform(6)):
            probs, value = model(state)
            action = int(u.item() > probs[0].item())
            model.saved.append((torch.log(probs[action]), value))
            model.rewards.append(1.0 if action == int(state[0] > 0) else 0.0)
        R, returns = 0, []
        for r in model.rewards[::-1]:
            R = r + 0.9 * R
            returns.insert(0, R)
        returns = torch.tensor(returns, dtype=torch.float64)
        returns = (returns - returns.mean()) / (returns.std() + float(eps))
        policy_losses, value_losses = [], []
        for (log_prob, value), R in zip(model.saved, returns):
            policy_losses.append(-log_prob * (R - value.item()))
            value_losses.append(F.smooth_l1_loss(value, torch.tensor([R.item()], dtype=torch.float64)))
        optimizer.zero_grad()
        loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum()
        loss.backward()
        optimizer.step()
        del model.rewards[:]
        del model.saved[:]
        losses.append(loss.item())
    return losses
