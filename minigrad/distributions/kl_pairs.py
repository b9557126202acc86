"""The Kullback-Leibler divergence of pairs of two kinds: −H(p) − E_p[log q(x)].

The expected log density of q needs of p no more than its moments, and the expected logarithm or exponential of x.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.creation import full
from minigrad.distributions.bernoulli import Bernoulli
from minigrad.distributions.binomial import Binomial
from minigrad.distributions.continuous_bernoulli import ContinuousBernoulli
from minigrad.distributions.exponential import Exponential, Laplace
from minigrad.distributions.gamma import Beta, Gamma
from minigrad.distributions.kl import register_kl
from minigrad.distributions.normal import Normal
from minigrad.distributions.of_uniform import Gumbel, Pareto
from minigrad.distributions.poisson import Poisson
from minigrad.distributions.uniform import Uniform
from minigrad.ops import broadcast_shapes, digamma, erf, lgamma, where, xlogy


def _log_mean(p: Any) -> Any:
    """E[log x]."""
    if isinstance(p, Exponential):
        return -np.euler_gamma - p.rate.log()
    if isinstance(p, Gamma):
        return digamma(p.concentration) - p.rate.log()
    if isinstance(p, Beta):
        return digamma(p.concentration1) - digamma(p.concentration1 + p.concentration0)
    if isinstance(p, Pareto):
        return p.scale.log() + p.alpha.reciprocal()
    return _log_mean_between(p.low, p.high)


def _log_mean_between(low: Any, high: Any) -> Any:
    return (xlogy(high, high) - xlogy(low, low)) / (high - low) - 1


@register_kl(Beta, Exponential)
@register_kl(ContinuousBernoulli, Exponential)
@register_kl(Gamma, Exponential)
@register_kl(Pareto, Exponential)
@register_kl(Uniform, Exponential)
def _to_exponential(p: Any, q: Any) -> Any:
    return _within(p, 0, math.inf, -p.entropy() - q.rate.log() + q.rate * p.mean)


@register_kl(Beta, Gamma)
@register_kl(Exponential, Gamma)
@register_kl(Pareto, Gamma)
@register_kl(Uniform, Gamma)
def _to_gamma(p: Any, q: Any) -> Any:
    a, b = q.concentration, q.rate
    expected = a * b.log() - lgamma(a) + (a - 1) * _log_mean(p) - b * p.mean
    return _within(p, 0, math.inf, -p.entropy() - expected)


@register_kl(Beta, Normal)
@register_kl(ContinuousBernoulli, Normal)
@register_kl(Exponential, Normal)
@register_kl(Gamma, Normal)
@register_kl(Gumbel, Normal)
@register_kl(Laplace, Normal)
@register_kl(Pareto, Normal)
@register_kl(Uniform, Normal)
def _to_normal(p: Any, q: Any) -> Any:
    squared = p.variance + (p.mean - q.loc) ** 2
    return -p.entropy() + q.scale.log() + math.log(2 * math.pi) / 2 + squared / (2 * q.scale**2)


@register_kl(Beta, Uniform)
@register_kl(ContinuousBernoulli, Uniform)
def _to_uniform(p: Any, q: Any) -> Any:
    return where((q.low <= 0) & (q.high >= 1), -p.entropy() + (q.high - q.low).log(), math.inf)


@register_kl(Uniform, Beta)
def _to_beta(p: Any, q: Any) -> Any:
    a, b = q.concentration1, q.concentration0
    logs = (a - 1) * _log_mean_between(p.low, p.high) + (b - 1) * _log_mean_between(1 - p.high, 1 - p.low)
    return _within(p, 0, 1, -p.entropy() + lgamma(a) + lgamma(b) - lgamma(a + b) - logs)


@register_kl(Beta, ContinuousBernoulli)
@register_kl(Uniform, ContinuousBernoulli)
def _to_continuous_bernoulli(p: Any, q: Any) -> Any:
    return _within(p, 0, 1, -p.entropy() - q.logits * p.mean + q.log_normalizer())


@register_kl(Normal, Laplace)
def _to_laplace(p: Any, q: Any) -> Any:
    apart = p.loc - q.loc
    z = apart / p.scale
    distance = math.sqrt(2 / math.pi) * p.scale * (-0.5 * z**2).exp() + apart * erf(z / math.sqrt(2))  # E|x − loc|
    return -p.entropy() + (2 * q.scale).log() + distance / q.scale


@register_kl(Bernoulli, Poisson)
def _to_poisson(p: Any, q: Any) -> Any:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


def _mean_of_exp(p: Any, t: Any) -> Any:
    """E[exp(−t x)]."""
    if isinstance(p, Exponential):
        return p.rate / (p.rate + t)
    if isinstance(p, Gamma):
        return (1 + t / p.rate) ** (-p.concentration)
    if isinstance(p, Normal):
        return (t * t * p.scale**2 / 2 - t * p.loc).exp()
    if isinstance(p, Gumbel):
        return (lgamma(1 + t * p.scale) - t * p.loc).exp()
    return ((-t * p.low).exp() - (-t * p.high).exp()) / (t * (p.high - p.low))


@register_kl(Exponential, Gumbel)
@register_kl(Gamma, Gumbel)
@register_kl(Gumbel, Gumbel)
@register_kl(Normal, Gumbel)
@register_kl(Uniform, Gumbel)
def _to_gumbel(p: Any, q: Any) -> Any:
    expected = (q.loc - p.mean) / q.scale - (q.loc / q.scale).exp() * _mean_of_exp(p, q.scale.reciprocal())
    return -p.entropy() + q.scale.log() - expected


@register_kl(Uniform, Pareto)
def _to_pareto(p: Any, q: Any) -> Any:
    expected = q.alpha.log() + q.alpha * q.scale.log() - (q.alpha + 1) * _log_mean(p)
    return where(p.low < q.scale, math.inf, -p.entropy() - expected)


def _within(p: Any, low: float, high: float, divergence: Any) -> Any:
    """`divergence`, but infinite where a uniform p reaches out of [low, high], the support of q."""
    return where((p.low < low) | (p.high > high), math.inf, divergence) if isinstance(p, Uniform) else divergence


def _infinite(p: Any, q: Any) -> Any:
    """Where p has values that q cannot have."""
    return full(tuple(broadcast_shapes(p.batch_shape, q.batch_shape)), math.inf, dtype=p.mean.dtype)


for _p, *_qs in (
    (Beta, Pareto),
    (ContinuousBernoulli, Pareto),
    (Exponential, Beta, ContinuousBernoulli, Pareto, Uniform),
    (Gamma, Beta, ContinuousBernoulli, Pareto, Uniform),
    (Gumbel, Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    (Laplace, Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    (Normal, Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    (Pareto, Beta, ContinuousBernoulli, Uniform),
    (Poisson, Bernoulli, Binomial),
):
    for _q in _qs:
        register_kl(_p, _q)(_infinite)
