"""Probability distributions: values drawn with gradients, log densities, entropies, divergences.

>>> import minigrad as mg
>>> from minigrad.distributions import Normal, kl_divergence
>>> posterior = Normal(mg.tensor([0.5, -1.0]), mg.tensor([1.0, 0.5]))
>>> posterior.log_prob(mg.tensor([0.0, 0.0]))
tensor([-1.0439, -2.2258])
>>> kl_divergence(posterior, Normal(0.0, 1.0))
tensor([0.1250, 0.8181])
"""

from minigrad.distributions import constraints, kl_pairs, transforms
from minigrad.distributions.bernoulli import Bernoulli, Geometric
from minigrad.distributions.binomial import Binomial, NegativeBinomial
from minigrad.distributions.categorical import (
    Categorical,
    Multinomial,
    OneHotCategorical,
    OneHotCategoricalStraightThrough,
)
from minigrad.distributions.cauchy import Cauchy, StudentT
from minigrad.distributions.constraint_registry import biject_to, transform_to
from minigrad.distributions.continuous_bernoulli import ContinuousBernoulli
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.exponential import Exponential, Laplace
from minigrad.distributions.exponential_family import ExponentialFamily
from minigrad.distributions.gamma import Beta, Dirichlet, Gamma
from minigrad.distributions.generalized_pareto import GeneralizedPareto
from minigrad.distributions.half import HalfCauchy, HalfNormal
from minigrad.distributions.independent import Independent
from minigrad.distributions.kl import kl_divergence, register_kl
from minigrad.distributions.lkj import LKJCholesky
from minigrad.distributions.low_rank import LowRankMultivariateNormal
from minigrad.distributions.mixture import MixtureSameFamily
from minigrad.distributions.multivariate_normal import MultivariateNormal
from minigrad.distributions.normal import LogNormal, Normal
from minigrad.distributions.of_gamma import Chi2, FisherSnedecor, InverseGamma
from minigrad.distributions.of_uniform import Gumbel, Kumaraswamy, Pareto, Weibull
from minigrad.distributions.poisson import Poisson
from minigrad.distributions.relaxed import LogisticNormal, RelaxedBernoulli, RelaxedOneHotCategorical
from minigrad.distributions.transformed_distribution import TransformedDistribution
from minigrad.distributions.transforms import (
    AbsTransform,
    AffineTransform,
    CatTransform,
    ComposeTransform,
    CorrCholeskyTransform,
    CumulativeDistributionTransform,
    ExpTransform,
    IndependentTransform,
    LowerCholeskyTransform,
    PositiveDefiniteTransform,
    PowerTransform,
    ReshapeTransform,
    SigmoidTransform,
    SoftmaxTransform,
    SoftplusTransform,
    StackTransform,
    StickBreakingTransform,
    TanhTransform,
    Transform,
    identity_transform,
)
from minigrad.distributions.uniform import Uniform
from minigrad.distributions.von_mises import VonMises
from minigrad.distributions.wishart import Wishart
from minigrad.types import show_types

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "Bernoulli",
    "Beta",
    "Binomial",
    "CatTransform",
    "Categorical",
    "Cauchy",
    "Chi2",
    "ComposeTransform",
    "ContinuousBernoulli",
    "CorrCholeskyTransform",
    "CumulativeDistributionTransform",
    "Dirichlet",
    "Distribution",
    "ExpTransform",
    "Exponential",
    "ExponentialFamily",
    "FisherSnedecor",
    "Gamma",
    "GeneralizedPareto",
    "Geometric",
    "Gumbel",
    "HalfCauchy",
    "HalfNormal",
    "Independent",
    "IndependentTransform",
    "InverseGamma",
    "Kumaraswamy",
    "LKJCholesky",
    "Laplace",
    "LogNormal",
    "LogisticNormal",
    "LowRankMultivariateNormal",
    "LowerCholeskyTransform",
    "MixtureSameFamily",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "OneHotCategorical",
    "OneHotCategoricalStraightThrough",
    "Pareto",
    "Poisson",
    "PositiveDefiniteTransform",
    "PowerTransform",
    "RelaxedBernoulli",
    "RelaxedOneHotCategorical",
    "ReshapeTransform",
    "SigmoidTransform",
    "SoftmaxTransform",
    "SoftplusTransform",
    "StackTransform",
    "StickBreakingTransform",
    "StudentT",
    "TanhTransform",
    "Transform",
    "TransformedDistribution",
    "Uniform",
    "VonMises",
    "Weibull",
    "Wishart",
    "biject_to",
    "constraints",
    "identity_transform",
    "kl_divergence",
    "register_kl",
    "transform_to",
    "transforms",
]

show_types(globals(), __all__)
