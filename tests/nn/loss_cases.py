"""The losses over their options: what the tests of their derivatives, and of their likeness to PyTorch's, go through.

A case is the name of a loss, its options (arrays stand for tensors), and its arguments. Values keep away from kinks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Case = tuple[str, dict[str, Any], list[Any]]


def probabilities(rng: np.random.Generator, *shape: int, dim: int = 1) -> Any:
    """Positive numbers that sum to 1 along `dim`."""
    numbers = rng.random(shape) + 0.1
    return numbers / numbers.sum(dim, keepdims=True)


def of_numbers(rng: np.random.Generator) -> list[Case]:
    normal, uniform = rng.standard_normal, rng.uniform
    counts = rng.integers(0, 5, (3, 4)).astype(np.float64) + 0.25
    return [
        ("MSELoss", {}, [normal((3, 4)), normal((3, 4))]),
        ("L1Loss", {}, [normal((3, 4)), normal((3, 4))]),
        ("HuberLoss", {}, [normal((3, 4)), normal((3, 4))]),
        ("HuberLoss", {"delta": 0.3}, [normal((3, 4)), normal((3, 4))]),
        ("SmoothL1Loss", {}, [normal((3, 4)), normal((3, 4))]),
        ("SmoothL1Loss", {"beta": 0.3}, [normal((3, 4)), normal((3, 4))]),
        ("SmoothL1Loss", {"beta": 0.0}, [normal(4), normal(4)]),
        ("KLDivLoss", {}, [np.log(probabilities(rng, 3, 4)), probabilities(rng, 3, 4)]),
        ("KLDivLoss", {"log_target": True}, [np.log(probabilities(rng, 3, 4)), np.log(probabilities(rng, 3, 4))]),
        ("PoissonNLLLoss", {}, [normal((3, 4)), counts]),
        ("PoissonNLLLoss", {"full": True}, [normal((3, 4)), counts]),
        ("PoissonNLLLoss", {"log_input": False, "eps": 0.1}, [uniform(0.2, 3, (3, 4)), counts]),
        ("GaussianNLLLoss", {}, [normal((3, 4)), normal((3, 4)), uniform(0.5, 2, (3, 4))]),
        ("GaussianNLLLoss", {"full": True, "eps": 1.2}, [normal((3, 4)), normal((3, 4)), uniform(1.3, 2, (3, 1))]),
        ("GaussianNLLLoss", {}, [normal((3, 4)), normal((3, 4)), uniform(0.5, 2, 3)]),
        ("BCELoss", {}, [uniform(0.1, 0.9, (3, 4)), uniform(0.1, 0.9, (3, 4))]),
        ("BCELoss", {"weight": uniform(0.5, 2, (4,))}, [uniform(0.1, 0.9, (3, 4)), uniform(0.1, 0.9, (3, 4))]),
        ("BCEWithLogitsLoss", {}, [normal((3, 4)), uniform(0, 1, (3, 4))]),
        ("BCEWithLogitsLoss", {"weight": uniform(0.5, 2, (3, 1))}, [normal((3, 4)), uniform(0, 1, (3, 4))]),
        ("BCEWithLogitsLoss", {"pos_weight": uniform(0.5, 2, (4,))}, [normal((3, 4)), uniform(0, 1, (3, 4))]),
        (
            "BCEWithLogitsLoss",
            {"pos_weight": uniform(0.5, 2, (4,)), "weight": uniform(0.5, 2, (3, 4))},
            [normal((3, 4)), uniform(0, 1, (3, 4))],
        ),
    ]


def of_classes(rng: np.random.Generator) -> list[Case]:
    normal = rng.standard_normal
    classes, image = np.array([0, 2, 1, 2]), rng.integers(0, 3, (2, 2, 3))
    per_class = np.array([0.5, 1.0, 2.0])
    return [
        ("NLLLoss", {}, [np.log(probabilities(rng, 4, 3)), classes]),
        ("NLLLoss", {"weight": per_class, "ignore_index": 1}, [normal((4, 3)), classes]),
        ("NLLLoss", {"ignore_index": 2}, [normal((2, 3, 2, 3)), image]),
        ("NLLLoss", {}, [normal(3), np.array(1)]),
        ("CrossEntropyLoss", {}, [normal((4, 3)), classes]),
        ("CrossEntropyLoss", {"weight": per_class}, [normal((4, 3)), classes]),
        ("CrossEntropyLoss", {"ignore_index": 2}, [normal((4, 3)), classes]),
        ("CrossEntropyLoss", {"ignore_index": -1}, [normal((4, 3)), np.array([0, -1, 2, -1])]),
        ("CrossEntropyLoss", {"label_smoothing": 0.2}, [normal((4, 3)), classes]),
        (
            "CrossEntropyLoss",
            {"label_smoothing": 0.2, "weight": per_class, "ignore_index": 0},
            [normal((2, 3, 2, 3)), image],
        ),
        ("CrossEntropyLoss", {"label_smoothing": 0.2, "weight": per_class}, [normal((4, 3)), classes]),
        ("CrossEntropyLoss", {}, [normal(3), np.array(2)]),
        ("CrossEntropyLoss", {}, [normal((2, 3, 2, 3)), image]),
        ("CrossEntropyLoss", {}, [normal((4, 3)), probabilities(rng, 4, 3)]),
        (
            "CrossEntropyLoss",
            {"label_smoothing": 0.2, "weight": per_class},
            [normal((2, 3, 2)), probabilities(rng, 2, 3, 2)],
        ),
        ("CrossEntropyLoss", {"label_smoothing": 0.1}, [normal(3), probabilities(rng, 3, dim=0)]),
    ]


def with_margin(rng: np.random.Generator) -> list[Case]:
    normal = rng.standard_normal
    per_class = np.array([0.5, 1.0, 2.0])
    signs = np.array([1, -1, -1, 1])
    return [
        ("HingeEmbeddingLoss", {}, [normal((4, 2)), np.stack([signs, -signs], 1)]),
        ("HingeEmbeddingLoss", {"margin": 0.3}, [normal(4), signs]),
        ("MarginRankingLoss", {}, [normal(4), normal(4), signs]),
        ("MarginRankingLoss", {"margin": 0.7}, [normal((4, 2)), normal((4, 1)), signs[:, None]]),
        ("CosineEmbeddingLoss", {}, [normal((4, 3)), normal((4, 3)), signs]),
        ("CosineEmbeddingLoss", {"margin": -0.4}, [normal(3), normal(3), np.array(-1)]),
        ("SoftMarginLoss", {}, [normal((2, 4)), np.stack([signs, -signs])]),
        ("TripletMarginLoss", {}, [normal((4, 3)), normal((4, 3)), normal((4, 3))]),
        (
            "TripletMarginLoss",
            {"p": 3.0, "margin": 2.5, "swap": True},
            [normal((4, 3)), normal((4, 3)), normal((4, 3))],
        ),
        ("TripletMarginLoss", {"p": 1.0, "eps": 0.1}, [normal(3), normal(3), normal(3)]),
        ("TripletMarginWithDistanceLoss", {"margin": 2.5}, [normal((4, 3)), normal((4, 3)), normal((4, 3))]),
        ("TripletMarginWithDistanceLoss", {"swap": True}, [normal((4, 3)), normal((4, 3)), normal((4, 3))]),
        ("MultiMarginLoss", {}, [normal((4, 3)), np.array([0, 2, 1, 2])]),
        ("MultiMarginLoss", {"p": 2, "margin": 0.6, "weight": per_class}, [normal((4, 3)), np.array([0, 2, 1, 2])]),
        ("MultiMarginLoss", {}, [normal(3), np.array(1)]),
        ("MultiLabelMarginLoss", {}, [normal((3, 4)), np.array([[1, 3, -1, 0], [2, -1, -1, -1], [-1, 0, 0, 0]])]),
        ("MultiLabelMarginLoss", {}, [normal(3), np.array([2, 0, 1])]),
        ("MultiLabelSoftMarginLoss", {}, [normal((4, 3)), rng.random((4, 3))]),
        ("MultiLabelSoftMarginLoss", {"weight": per_class}, [normal((4, 3)), rng.random((4, 3))]),
        ("MultiLabelSoftMarginLoss", {}, [normal(3), rng.random(3)]),
    ]


CASES = [case for family in (of_numbers, of_classes, with_margin) for case in family(np.random.default_rng(3))]
