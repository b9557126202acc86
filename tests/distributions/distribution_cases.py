"""Distributions of every kind, as functions of a library, minigrad or PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Make = Callable[[Any, Any], Any]
"""(distributions, tensor) -> a distribution, where `tensor` turns lists into float64 tensors that require grad."""

LOGITS = [[0.3, -1.0, 2.0], [0.0, 0.5, -0.5]]
PROBS = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]
FACTOR = [[1.5, 0.0, 0.0], [0.4, 0.8, 0.0], [-0.3, 0.2, 1.1]]
COVARIANCE = (np.array(FACTOR) @ np.array(FACTOR).T).tolist()

CASES: dict[str, Make] = {
    "Normal": lambda d, t: d.Normal(t([0.5, -1.0]), t([1.5, 0.3])),
    "Normal-broadcast": lambda d, t: d.Normal(t([[0.5], [-1.0]]), t([1.5, 0.3, 2.0])),
    "LogNormal": lambda d, t: d.LogNormal(t([0.5, -1.0]), t([0.7, 0.3])),
    "Bernoulli": lambda d, t: d.Bernoulli(t([0.2, 0.9])),
    "Bernoulli-logits": lambda d, t: d.Bernoulli(logits=t([0.2, -1.9])),
    "Geometric": lambda d, t: d.Geometric(t([0.2, 0.9])),
    "Geometric-logits": lambda d, t: d.Geometric(logits=t([0.2, -1.9])),
    "Categorical": lambda d, t: d.Categorical(t(PROBS)),
    "Categorical-logits": lambda d, t: d.Categorical(logits=t(LOGITS)),
    "OneHotCategorical": lambda d, t: d.OneHotCategorical(t(PROBS)),
    "OneHotCategorical-logits": lambda d, t: d.OneHotCategorical(logits=t(LOGITS)),
    "Multinomial": lambda d, t: d.Multinomial(5, t(PROBS)),
    "Multinomial-logits": lambda d, t: d.Multinomial(3, logits=t(LOGITS)),
    "Uniform": lambda d, t: d.Uniform(t([0.2, -1.9]), t([0.6, 3.0])),
    "Exponential": lambda d, t: d.Exponential(t([0.2, 1.9])),
    "Laplace": lambda d, t: d.Laplace(t([0.5, -1.0]), t([1.5, 0.3])),
    "Poisson": lambda d, t: d.Poisson(t([0.5, 7.0])),
    "Gamma": lambda d, t: d.Gamma(t([0.5, 7.0, 1.0]), t([2.0, 0.4, 1.0])),
    "Beta": lambda d, t: d.Beta(t([0.5, 7.0, 2.0]), t([2.0, 0.4, 3.0])),
    "Dirichlet": lambda d, t: d.Dirichlet(t([[0.5, 7.0, 2.0], [3.0, 1.5, 2.5]])),
    "MultivariateNormal": lambda d, t: d.MultivariateNormal(
        t([[0.5, 7.0, 2.0], [3.0, 1.5, 2.5]]), scale_tril=t(FACTOR)
    ),
    "MultivariateNormal-covariance": lambda d, t: d.MultivariateNormal(t([0.5, 7.0, 2.0]), t(COVARIANCE)),
    "MultivariateNormal-precision": lambda d, t: d.MultivariateNormal(
        t([0.5, 7.0, 2.0]), precision_matrix=t([COVARIANCE, np.eye(3).tolist()])
    ),
    "Independent": lambda d, t: d.Independent(d.Normal(t([[0.5, -1.0]]), t([[1.5, 0.3]])), 1),
    "Independent-0": lambda d, t: d.Independent(d.Laplace(t([0.5, -1.0]), t([1.5, 0.3])), 0),
    "Independent-Dirichlet": lambda d, t: d.Independent(d.Dirichlet(t([[0.5, 7.0, 2.0], [3.0, 1.5, 2.5]])), 1),
    "Transformed-tanh": lambda d, t: d.TransformedDistribution(
        d.Normal(t([0.5, -1.0]), t([1.5, 0.3])), [d.transforms.TanhTransform(cache_size=1)]
    ),
    "Transformed-affine": lambda d, t: d.TransformedDistribution(
        d.Laplace(t([0.5, -1.0]), t([1.5, 0.3])),
        [d.transforms.AffineTransform(t([1.0, 2.0]), t([-2.0, 0.5])), d.transforms.SigmoidTransform()],
    ),
    "Transformed-larger": lambda d, t: d.TransformedDistribution(
        d.Uniform(t([0.5, -1.0]), t([1.5, 0.3])), d.transforms.AffineTransform(t([[1.0], [2.0], [3.0]]), 2.0)
    ),
    "Transformed-vector": lambda d, t: d.TransformedDistribution(
        d.Normal(t([[0.5, -1.0]]), t([[1.5, 0.3]])), d.transforms.StickBreakingTransform()
    ),
    "Transformed-mixed": lambda d, t: d.TransformedDistribution(
        d.Independent(d.Normal(t([[0.5, -1.0]]), t([[1.5, 0.3]])), 1),
        [d.transforms.ExpTransform(), d.transforms.PowerTransform(t([2.0, -0.5]))],
    ),
    "Transformed-softplus": lambda d, t: d.TransformedDistribution(
        d.Normal(t([0.5, -1.0]), t([1.5, 0.3])),
        [d.transforms.SoftplusTransform(), d.transforms.ExpTransform().inv],
    ),
    "Binomial": lambda d, t: d.Binomial(4, t([0.2, 0.9])),
    "Binomial-logits": lambda d, t: d.Binomial(t([3.0]).detach(), logits=t([0.2, -1.9])),
    "NegativeBinomial": lambda d, t: d.NegativeBinomial(t([2.0, 4.5]), t([0.2, 0.7])),
    "NegativeBinomial-logits": lambda d, t: d.NegativeBinomial(t([2.0, 4.5]), logits=t([0.2, -1.9])),
    "Cauchy": lambda d, t: d.Cauchy(t([0.5, -1.0]), t([1.5, 0.3])),
    "HalfCauchy": lambda d, t: d.HalfCauchy(t([1.5, 0.3])),
    "HalfNormal": lambda d, t: d.HalfNormal(t([1.5, 0.3])),
    "StudentT": lambda d, t: d.StudentT(t([3.5, 2.5]), t([0.5, -1.0]), t([1.5, 0.3])),
    "Chi2": lambda d, t: d.Chi2(t([3.5, 1.0])),
    "FisherSnedecor": lambda d, t: d.FisherSnedecor(t([3.5, 2.5]), t([5.5, 9.0])),
    "InverseGamma": lambda d, t: d.InverseGamma(t([3.5, 2.5]), t([0.5, 2.0])),
    "Gumbel": lambda d, t: d.Gumbel(t([0.5, -1.0]), t([1.5, 0.3])),
    "Kumaraswamy": lambda d, t: d.Kumaraswamy(t([2.5, 1.5]), t([1.5, 3.0])),
    "Pareto": lambda d, t: d.Pareto(t([0.5, 2.0]), t([3.5, 2.5])),
    "Weibull": lambda d, t: d.Weibull(t([0.5, 2.0]), t([3.5, 2.5])),
    "RelaxedBernoulli": lambda d, t: d.RelaxedBernoulli(t(0.7), t([0.2, 0.9])),
    "RelaxedOneHotCategorical": lambda d, t: d.RelaxedOneHotCategorical(t(0.7), t(PROBS)),
    "LogisticNormal": lambda d, t: d.LogisticNormal(t([0.5, -1.0]), t([1.5, 0.3])),
    "MixtureSameFamily": lambda d, t: d.MixtureSameFamily(
        d.Categorical(t(PROBS)), d.Normal(t([[0.5, -1.0, 2.0]]).expand(2, 3), t([1.5, 0.3, 1.0]))
    ),
    "MixtureSameFamily-vectors": lambda d, t: d.MixtureSameFamily(
        d.Categorical(t([0.3, 0.7])), d.Independent(d.Normal(t([[0.5, -1.0], [1.0, 2.0]]), t([1.5, 0.3])), 1)
    ),
    "ContinuousBernoulli": lambda d, t: d.ContinuousBernoulli(t([0.2, 0.9])),
    "ContinuousBernoulli-logits": lambda d, t: d.ContinuousBernoulli(logits=t([0.3, -1.9])),
    "LowRankMultivariateNormal": lambda d, t: d.LowRankMultivariateNormal(
        t([[0.5, 7.0, 2.0], [3.0, 1.5, 2.5]]), t([[0.5, 0.2], [-1.0, 0.3], [0.4, 2.0]]), t([0.5, 1.0, 2.0])
    ),
    "LKJCholesky": lambda d, t: d.LKJCholesky(3, t([0.7, 2.5])),
    "LKJCholesky-4": lambda d, t: d.LKJCholesky(4, t(1.0)),
    "Wishart": lambda d, t: d.Wishart(t([4.5, 8.0]), t(COVARIANCE)),
    "Wishart-precision": lambda d, t: d.Wishart(t(3.5), precision_matrix=t([COVARIANCE, np.eye(3).tolist()])),
    "Wishart-factor": lambda d, t: d.Wishart(t(6.0), scale_tril=t(FACTOR).tril()),
}
