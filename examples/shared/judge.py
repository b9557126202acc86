"""How good are the images of a generator?

A network that has learned to read digits, and never saw the generator, judges them by what it sees in them:

- the Fréchet distance between samples and real digits, in the features that the network reads digits from. It is 0
  only if both have the same mean and covariance there, so it counts blurred and odd images as well as missing kinds
  (Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017, with a network of our own in place of Inception);
- the share of samples that it is sure of: one digit has a probability above 0.9;
- the share of each digit, and how many of the ten digits appear at all.

The network learns from one part of the real digits. The part that it has not seen is judged too, as if it were
generated, and gives the scale: no generator can expect to do better.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad as mg
from minigrad import nn
from minigrad.datasets import Digits
from minigrad.nn import functional as F
from shared.digits import moved, tensors
from shared.pictures import to_tensor
from shared.training import fit

SURE = 0.9
"""From this probability on the judge is sure of a digit."""

APPEARS = 0.01
"""From this share of the samples on a digit counts as one that the generator draws."""


class Judge(nn.Module):
    """A small convolutional network; `features` is all of it but the last layer."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 5),  # 24 x 24
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(16, 32, 5),  # 8 x 8
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(32 * 4 * 4, 64),
            nn.ReLU(),
        )
        self.digits = nn.Linear(64, 10)

    def forward(self, images: mg.Tensor) -> mg.Tensor:
        """Images (N, 1, 28, 28) to the logits of the ten digits, (N, 10)."""
        return self.digits(self.features(images))

    @mg.no_grad()
    def look(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What it sees in bytes (N, 28, 28): features (N, 64), in float64, and probabilities (N, 10)."""
        self.eval()
        features = mg.cat([self.features(to_tensor(images[i : i + 500])) for i in range(0, len(images), 500)])
        return features.double().numpy(), F.softmax(self.digits(features), 1).numpy()


def train_judge(digits: Digits, epochs: int = 8, seed: int = 0) -> Judge:
    """A judge that has learned from `digits`, the same one each time."""
    mg.manual_seed(seed)
    judge = Judge()
    fit(judge, *tensors(digits), epochs, alter=moved)
    return judge


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """|μa - μb|² + tr(Ca + Cb - 2 (Ca Cb)^½), with the mean μ and the covariance C of the rows of `a` and `b`."""
    (mean_a, cov_a), (mean_b, cov_b) = ((x.mean(0), np.cov(x, rowvar=False)) for x in (a, b))
    # Ca Cb has the eigenvalues of Ca^½ Cb Ca^½, which is symmetric: no complex numbers come up.
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    overlap = np.sqrt(np.linalg.eigvalsh(root @ cov_b @ root).clip(0)).sum()
    return float(((mean_a - mean_b) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * overlap)


class Measure:
    """The numbers above, by a judge that learns from the digits `learned`; `measure(samples)` for each set of samples.

    Names that end in `_real` are the same numbers for the digits `unseen`.
    """

    def __init__(self, learned: Digits, unseen: Digits) -> None:
        self.judge = train_judge(learned)
        self.expected, _ = self.judge.look(learned.images)
        features, probabilities = self.judge.look(unseen.images)
        self.real = {
            "frechet_distance_real": frechet_distance(features, self.expected),
            "sure_real": float((probabilities.max(1) > SURE).mean()),
            "judge_accuracy": float((probabilities.argmax(1) == unseen.labels).mean()),
        }

    def __call__(self, samples: np.ndarray) -> dict[str, Any]:
        """For bytes (N, 28, 28)."""
        features, probabilities = self.judge.look(samples)
        shares = np.bincount(probabilities.argmax(1), minlength=10) / len(samples)
        return {
            "frechet_distance": frechet_distance(features, self.expected),
            "sure": float((probabilities.max(1) > SURE).mean()),
            "digits": int((shares >= APPEARS).sum()),
            "shares": shares.tolist(),
            **self.real,
        }
