"""Exponential families: densities h(x) exp(θ · t(x) − A(θ)), of which A alone says entropy and divergence.

The base is there for distributions of one's own: those of the package have formulas.
"""

from __future__ import annotations

from typing import Any

from minigrad.autograd import grad
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.kl import register_kl
from minigrad.tensor import Tensor

__all__ = ["ExponentialFamily"]


class ExponentialFamily(Distribution):
    """A subclass says its `_natural_params` θ, a tuple of tensors, `_log_normalizer(*θ)`, and E log h(x).

    The last is `_mean_carrier_measure`, a number. Entropy and divergence follow by differentiation, since the mean of
    t(x) is the derivative of A (Nielsen and Nock 2010, Entropies and Cross-entropies of Exponential Families).
    """

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        raise self._lacks("_natural_params")

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        raise self._lacks("_log_normalizer")

    @property
    def _mean_carrier_measure(self) -> float:
        raise self._lacks("_mean_carrier_measure")

    def entropy(self) -> Tensor:
        normalizer, parameters, means = self._moments()
        return self._summed(normalizer - self._mean_carrier_measure, parameters, means)

    def _moments(self) -> tuple[Any, list[Any], Any]:
        """A(θ), θ and E t(x)."""
        parameters = [each.detach().requires_grad_() for each in self._natural_params]
        normalizer = self._log_normalizer(*parameters)
        return normalizer, parameters, grad(normalizer.sum(), parameters, create_graph=True)

    def _summed(self, total: Any, factors: Any, means: Any) -> Any:
        """`total` less the products of `factors` and `means`, over all numbers of one distribution."""
        for factor, mean in zip(factors, means):
            total = total - (factor * mean).reshape(*self._batch_shape, -1).sum(-1)
        return total


@register_kl(ExponentialFamily, ExponentialFamily)
def _of_one_family(p: Any, q: Any) -> Any:
    if type(p) is not type(q):
        raise NotImplementedError(
            "The cross KL-divergence between different exponential families cannot be computed from their normalizers"
        )
    normalizer, parameters, means = p._moments()
    apart = [theirs - ours for ours, theirs in zip(parameters, q._natural_params)]
    return p._summed(q._log_normalizer(*q._natural_params) - normalizer, apart, means)
