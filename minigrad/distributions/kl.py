"""The Kullback-Leibler divergence KL(p ‖ q) = E_p[log p(x) − log q(x)], in closed form, pair by pair.

Here are the pairs of one kind, which have a formula each; those of two kinds stand in `kl_pairs`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

from minigrad.distributions.bernoulli import Bernoulli, Geometric
from minigrad.distributions.binomial import Binomial
from minigrad.distributions.categorical import Categorical, OneHotCategorical
from minigrad.distributions.cauchy import Cauchy
from minigrad.distributions.continuous_bernoulli import ContinuousBernoulli
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.exponential import Exponential, Laplace
from minigrad.distributions.gamma import Beta, Dirichlet, Gamma
from minigrad.distributions.half import HalfNormal
from minigrad.distributions.independent import Independent
from minigrad.distributions.low_rank import LowRankMultivariateNormal
from minigrad.distributions.multivariate_normal import MultivariateNormal, mahalanobis
from minigrad.distributions.normal import Normal
from minigrad.distributions.of_covariance import half_log_det
from minigrad.distributions.of_uniform import Pareto
from minigrad.distributions.poisson import Poisson
from minigrad.distributions.transformed_distribution import TransformedDistribution
from minigrad.distributions.uniform import Uniform
from minigrad.distributions.utils import sum_rightmost
from minigrad.distributions.wishart import Wishart
from minigrad.linalg import solve_triangular
from minigrad.nn.functional import softplus
from minigrad.ops import broadcast_shapes, digamma, lgamma, log1p, where

__all__ = ["kl_divergence", "register_kl"]

Formula = Callable[[Any, Any], Any]
_FORMULAS: dict[tuple[type, type], Formula] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Formula], Formula]:
    """Decorate a function (p, q) -> KL(p ‖ q) that serves distributions of these two classes and their subclasses."""
    for name, each in (("type_p", type_p), ("type_q", type_q)):
        if not (isinstance(each, type) and issubclass(each, Distribution)):
            raise TypeError(f"Expected {name} to be a Distribution subclass but got {each}")

    def register(formula: Formula) -> Formula:
        _FORMULAS[type_p, type_q] = formula
        return formula

    return register


def kl_divergence(p: Distribution, q: Distribution) -> Any:
    """KL(p ‖ q), of the shape of the batches. NotImplementedError for a pair without a formula."""
    formula = _most_specific(type(p), type(q))
    if formula is None:
        raise NotImplementedError(
            f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}"
        )
    return formula(p, q)


def _most_specific(p: type, q: type) -> Formula | None:
    """The formula of the nearest bases; RuntimeWarning if one is nearer for p, another for q."""
    near = [(p.__mro__.index(a), q.__mro__.index(b)) for a, b in _FORMULAS if issubclass(p, a) and issubclass(q, b)]
    if not near:
        return None
    by_p, by_q = min(near), min(near, key=lambda pair: pair[::-1])
    first, second = ((p.__mro__[i], q.__mro__[j]) for i, j in (by_p, by_q))
    if _FORMULAS[first] is not _FORMULAS[second]:
        warnings.warn(
            f"Ambiguous kl_divergence({p.__name__}, {q.__name__}). "
            f"Please register_kl({first[0].__name__}, {second[1].__name__})",
            RuntimeWarning,
            stacklevel=3,
        )
    return _FORMULAS[first]


# -- pairs of one kind -------------------------------------------------------------------------------------------------


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Any, q: Any) -> Any:
    success = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    failure = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    return _weighed(success, p.probs, q.probs) + _weighed(failure, 1 - p.probs, 1 - q.probs)


@register_kl(Categorical, Categorical)
@register_kl(OneHotCategorical, OneHotCategorical)
def _categorical(p: Any, q: Any) -> Any:
    return _weighed(p.probs * (p.logits - q.logits), p.probs, q.probs).sum(-1)


def _weighed(term: Any, p: Any, q: Any) -> Any:
    """`term` = p log(p / q), which is infinite where only q is 0, and 0 where p is."""
    return where(p == 0, 0.0, where(q == 0, math.inf, term))


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Any:
    return _dirichlet(p._dirichlet, q._dirichlet)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    total = a.sum(-1)
    surplus = ((a - b) * (digamma(a) - digamma(total).unsqueeze(-1))).sum(-1)
    return lgamma(total) - lgamma(b.sum(-1)) - (lgamma(a) - lgamma(b)).sum(-1) + surplus


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    scales = b * (p.rate / q.rate).log() + (q.rate - p.rate) * (a / p.rate)
    return scales + lgamma(b) - lgamma(a) + (a - b) * digamma(a)


@register_kl(Geometric, Geometric)
def _geometric(p: Any, q: Any) -> Any:
    return -p.entropy() - log1p(-q.probs) / p.probs - q.logits


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Any:
    ratio, apart = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + apart / q.scale + ratio * (-apart / p.scale).exp() - 1


@register_kl(Normal, Normal)
def _normal(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - ratio.log())


@register_kl(MultivariateNormal, MultivariateNormal)
@register_kl(MultivariateNormal, LowRankMultivariateNormal)
@register_kl(LowRankMultivariateNormal, MultivariateNormal)
@register_kl(LowRankMultivariateNormal, LowRankMultivariateNormal)
def _multivariate_normal(p: Any, q: Any) -> Any:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with different event shapes cannot be computed: "
            f"{p.event_shape} vs {q.event_shape}"
        )
    trace = _trace(p.scale_tril, q.scale_tril)
    distance = mahalanobis(q.scale_tril, q.loc - p.loc)
    return half_log_det(q.scale_tril) - half_log_det(p.scale_tril) + 0.5 * (trace + distance - p.event_shape[0])


def _trace(factor_p: Any, factor_q: Any) -> Any:
    """tr(Σ_q⁻¹ Σ_p), from the Cholesky factors of both."""
    shape = broadcast_shapes(factor_p.shape, factor_q.shape)
    return (solve_triangular(factor_q.expand(shape), factor_p.expand(shape), upper=False) ** 2).sum((-2, -1))


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Uniform, Uniform)
def _uniform(p: Any, q: Any) -> Any:
    inside = (q.low <= p.low) & (p.high <= q.high)
    return where(inside, ((q.high - q.low) / (p.high - p.low)).log(), math.inf)


@register_kl(Independent, Independent)
def _independent(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError("KL of two Independent needs the same reinterpreted_batch_ndims of both")
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: Any, q: Any) -> Any:
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError("KL of two TransformedDistribution needs the same transforms and event_shape of both")
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(Binomial, Binomial)
def _binomial(p: Any, q: Any) -> Any:
    if (p.total_count < q.total_count).any():
        raise NotImplementedError("KL between Binomials where q.total_count > p.total_count is not implemented")
    return where(p.total_count > q.total_count, math.inf, p.total_count * _bernoulli(p, q))


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Any, q: Any) -> Any:
    return ((p.scale + q.scale) ** 2 + (p.loc - q.loc) ** 2).log() - (4 * p.scale * q.scale).log()


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p: Any, q: Any) -> Any:
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(Pareto, Pareto)
def _pareto(p: Any, q: Any) -> Any:
    ratio = q.alpha / p.alpha
    return where(p.scale < q.scale, math.inf, q.alpha * (p.scale / q.scale).log() - ratio.log() + ratio - 1)


@register_kl(ContinuousBernoulli, ContinuousBernoulli)
def _continuous_bernoulli(p: Any, q: Any) -> Any:
    return (p.logits - q.logits) * p.mean - p.log_normalizer() + q.log_normalizer()


@register_kl(Wishart, Wishart)
def _wishart(p: Any, q: Any) -> Any:
    n = p.event_shape[-1]
    trace = _trace(p.scale_tril, q.scale_tril)
    expected = 0.5 * (q.df - n - 1) * p.expected_log_det() - 0.5 * p.df * trace - q.log_normalizer()
    return -p.entropy() - expected
