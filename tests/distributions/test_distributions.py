"""Samples, next to SciPy's distribution functions; gradients of samples, in closed form; and what is minigrad's own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.special
import scipy.stats
from distribution_cases import CASES

import minigrad as mg
from minigrad import distributions as d
from minigrad.distributions.incomplete_gamma import cumulative, log_slope

N = 4000


def tensor(values: Any) -> Any:
    return mg.tensor(values, dtype=mg.float64, requires_grad=True)


CONTINUOUS: list[tuple[Any, Any]] = [
    (d.Normal(1.0, 2.0), scipy.stats.norm(1, 2)),
    (d.LogNormal(0.5, 0.7), scipy.stats.lognorm(0.7, scale=math.exp(0.5))),
    (d.Uniform(-1.0, 3.0), scipy.stats.uniform(-1, 4)),
    (d.Exponential(0.4), scipy.stats.expon(scale=2.5)),
    (d.Laplace(1.0, 2.0), scipy.stats.laplace(1, 2)),
    (d.Gamma(0.3, 2.0), scipy.stats.gamma(0.3, scale=0.5)),
    (d.Gamma(30.0, 2.0), scipy.stats.gamma(30, scale=0.5)),
    (d.Gamma(3000.0, 2.0), scipy.stats.gamma(3000, scale=0.5)),
    (d.Beta(0.5, 2.0), scipy.stats.beta(0.5, 2)),
    (d.Beta(20.0, 3.0), scipy.stats.beta(20, 3)),
    (d.GeneralizedPareto(1.0, 2.0, 0.2), scipy.stats.genpareto(0.2, 1, 2)),
    (d.GeneralizedPareto(1.0, 2.0, -0.4), scipy.stats.genpareto(-0.4, 1, 2)),
    (d.GeneralizedPareto(1.0, 2.0, 0.0), scipy.stats.genpareto(0.0, 1, 2)),
]


@pytest.mark.parametrize(("ours", "known"), CONTINUOUS, ids=lambda each: repr(each)[:30])
def test_samples_of_numbers(ours: Any, known: Any) -> None:
    sample = ours.sample((N,))
    assert sample.shape == (N,)
    assert sample.dtype == mg.float32
    assert not sample.requires_grad
    assert scipy.stats.kstest(sample.numpy().astype(float), known.cdf).pvalue > 1e-3
    value = known.rvs(9, random_state=0).astype("float32")
    density = ours.log_prob(mg.tensor(value)).numpy()
    np.testing.assert_allclose(density, known.logpdf(value), rtol=1e-3, atol=1e-4)  # of numbers near 3000, in float32
    for function in ("mean", "stddev"):
        wanted = known.mean() if function == "mean" else known.std()
        assert getattr(ours, function).item() == pytest.approx(wanted, rel=1e-5)


COUNTS: list[tuple[Any, Any]] = [
    (d.Bernoulli(0.3), scipy.stats.bernoulli(0.3)),
    (d.Geometric(0.3), scipy.stats.geom(0.3, loc=-1)),
    (d.Poisson(3.5), scipy.stats.poisson(3.5)),
    (
        d.Categorical(mg.tensor([1.0, 2.0, 0.0, 5.0])),
        scipy.stats.rv_discrete(values=(range(4), [1 / 8, 1 / 4, 0, 5 / 8])),
    ),
]


@pytest.mark.parametrize(("ours", "known"), COUNTS, ids=lambda each: type(each).__name__)
def test_samples_of_counts(ours: Any, known: Any) -> None:
    sample = ours.sample((N,)).numpy()
    values = np.arange(9)
    found, expected = [(sample == value).mean() for value in values], known.pmf(values)
    np.testing.assert_allclose(found, expected, atol=5 * 0.5 / math.sqrt(N))
    assert not found[2] or expected[2], "what has no chance never comes"


@pytest.mark.parametrize("name", CASES)
def test_means_and_variances_of_samples(name: str) -> None:
    distribution = CASES[name](d, tensor)
    sample = distribution.sample((N,))
    assert sample.shape == (N, *distribution.batch_shape, *distribution.event_shape)
    assert distribution.support.check(sample).all()
    try:
        mean, variance = distribution.mean.detach().numpy(), distribution.variance.detach().numpy()
    except NotImplementedError:
        return
    if not np.isfinite(mean).all():
        return
    spread = np.sqrt(variance / N)
    np.testing.assert_array_less(np.abs(sample.mean(0).numpy() - mean), 5 * spread + 1e-12)


def test_samples_of_dependent_vectors() -> None:
    factor = np.array([[1.5, 0.0], [0.8, 0.5]])
    for matrix in ({"scale_tril": tensor(factor)}, {"precision_matrix": tensor(np.linalg.inv(factor @ factor.T))}):
        sample = d.MultivariateNormal(tensor([1.0, 2.0]), **matrix).sample((N,)).numpy()
        np.testing.assert_allclose(np.cov(sample.T), factor @ factor.T, atol=0.15)
    counts = d.Multinomial(7, tensor([0.2, 0.8])).sample((N,)).numpy()
    np.testing.assert_array_equal(counts.sum(-1), 7)


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.0, 2.5, 10.0, 100.0, 999.0, 1001.0, 1e5])
def test_gamma_samples_move_with_alpha_as_their_quantile_does(alpha: float) -> None:
    u = np.array([1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6])
    x, h = scipy.special.gammaincinv(alpha, u), 1e-4 * alpha
    quantiles = [scipy.special.gammaincinv(alpha + step, u) for step in (-2 * h, -h, h, 2 * h)]
    slope = (quantiles[0] - 8 * quantiles[1] + 8 * quantiles[2] - quantiles[3]) / (12 * h)
    alphas = np.full_like(x, alpha)
    np.testing.assert_allclose(log_slope(alphas, np.log(x)) * x, slope, rtol=1e-5)
    np.testing.assert_allclose(cumulative(alphas, x), u, atol=1e-9)


def test_tiny_and_far_gamma_numbers() -> None:
    alpha = np.array([1e-3, 1e-3, 2.0, 500.0])
    y = np.array([-5000.0, -700.0, 9.0, 12.0])
    slope = log_slope(alpha, y)
    assert np.isfinite(slope).all()
    # Near 0, P = x^α / Γ(α + 1): log x = (log u + log Γ(α + 1)) / α.
    np.testing.assert_allclose(slope[:2], (scipy.special.digamma(1 + alpha) - y)[:2] / alpha[:2], rtol=1e-12)
    np.testing.assert_array_equal(cumulative(np.array([2.0, 2.0, 5000.0]), np.array([0.0, 1e4, 1e9])), [0, 1, 1])


@pytest.mark.parametrize(
    ("make", "of"),
    [
        (lambda a, b: d.Gamma(a, b), lambda x: x**2),
        (lambda a, b: d.Beta(a, b), lambda x: x**2),
        (lambda a, b: d.Dirichlet(mg.stack([a, b, b])), lambda x: x[..., 0] ** 2),
        (lambda a, b: d.Normal(a, b), lambda x: x**2),
        (lambda a, b: d.Laplace(a, b), lambda x: x**2),
        (lambda a, b: d.Exponential(a * b), lambda x: x),
        (lambda a, b: d.LogNormal(a / 4, b / 2), lambda x: x),
        (lambda a, b: d.Uniform(-a, b), lambda x: x**2),
        (
            lambda a, b: d.MultivariateNormal(mg.stack([a, b]), mg.eye(2, dtype=mg.float64) * b),
            lambda x: (x**2).sum(-1),
        ),
    ],
)
def test_gradients_of_samples_are_those_of_expectations(make: Any, of: Any) -> None:
    """The gradient of the mean of f(x) over many samples is that of E f(x) = Var x + (E x)², or E x."""
    a, b = tensor(1.7), tensor(0.6)
    sample = of(make(a, b).rsample((40_000,)))
    found = mg.autograd.grad(sample.mean(), (a, b))
    known = make(a, b)
    moment = known.mean if of(mg.tensor(2.0).expand(3)).max() == 2 else known.variance + known.mean**2
    if moment.dim():
        moment = moment[0] if isinstance(known, d.Dirichlet) else moment.sum()
    expected = mg.autograd.grad(moment, (a, b))
    np.testing.assert_allclose(found, expected, rtol=0.08, atol=0.02)


def test_gradient_of_the_gamma_distribution_function() -> None:
    alpha, x = tensor([0.5, 3.0, 40.0]), tensor([0.2, 4.0, 35.0])
    assert mg.autograd.gradcheck(lambda a, x: d.Gamma(a, 2.0).cdf(x), (alpha, x))
    np.testing.assert_allclose(
        d.Gamma(alpha, 2.0).cdf(x).detach().numpy(), scipy.special.gammainc(alpha.array, 2 * x.array), rtol=1e-12
    )


def test_a_second_derivative_of_gamma_samples_is_refused() -> None:
    a = tensor(2.0)
    (g,) = mg.autograd.grad(d.Gamma(a, 1.0).rsample(), a, create_graph=True)
    with pytest.raises(RuntimeError, match=r"once_differentiable|twice|second"):
        g.backward()


def test_straight_through_samples_pass_the_gradient_of_the_probabilities() -> None:
    logits = tensor([0.1, 0.7, -1.0])
    weights = mg.tensor([1.0, 2.0, 3.0], dtype=mg.float64)
    sample = d.OneHotCategoricalStraightThrough(logits=logits).rsample()
    assert sorted(np.round(sample.tolist(), 12)) == [0, 0, 1]
    found = mg.autograd.grad((sample * weights).sum(), logits)[0]
    expected = mg.autograd.grad((logits.softmax(-1) * weights).sum(), logits)[0]
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_shapes_of_samples_that_are_none(name: str) -> None:
    distribution = CASES[name](d, tensor)
    with pytest.raises(TypeError, match=r"sample_shape must be a sequence of integers, such as \(3,\), not 3"):
        distribution.sample(3)
    with pytest.raises(ValueError, match="cannot have negative sizes"):
        distribution.sample((-1,))
    assert distribution.sample(mg.Size([2, 0])).shape[:2] == (2, 0)


def test_seeds_repeat_samples() -> None:
    for name, make in CASES.items():
        mg.manual_seed(3)
        first = make(d, tensor).sample((2,))
        mg.manual_seed(3)
        np.testing.assert_array_equal(first.numpy(), make(d, tensor).sample((2,)).numpy(), err_msg=name)


def test_what_is_computed_under_no_grad_has_a_history() -> None:
    probs = tensor([0.2, 0.8])
    distribution = d.Categorical(probs)
    with mg.no_grad():
        distribution.logits  # noqa: B018  computed and kept
    assert distribution.log_prob(mg.tensor(1)).requires_grad


def test_cached_transforms_return_what_they_were_given() -> None:
    far = mg.tensor([9.0, 20.0])  # tanh is 1 there, and atanh(1) infinite
    for transform in (d.TanhTransform(cache_size=1), d.TanhTransform().with_cache()):
        assert transform.inv(transform(far)) is far
    squashed = d.TransformedDistribution(d.Normal(mg.tensor([20.0]), 1.0), d.TanhTransform(cache_size=1))
    assert squashed.log_prob(squashed.rsample()).isfinite().all()


def test_log_determinant_of_a_scale_that_is_shared_by_rows() -> None:
    """log |det| of 3 rows of diag(2, 4): PyTorch counts one."""
    transform = d.AffineTransform(0.0, tensor([2.0, 4.0]), event_dim=2)
    x = mg.ones(3, 2, dtype=mg.float64)
    assert transform.log_abs_det_jacobian(x, transform(x)).item() == pytest.approx(3 * math.log(8))


def test_transforms_compare_by_what_they_do() -> None:
    assert d.ExpTransform() == d.ExpTransform()
    assert d.ExpTransform() != d.TanhTransform()
    assert d.AffineTransform(tensor(1.0), 2.0) == d.AffineTransform(1.0, 2.0)
    assert d.AffineTransform(1.0, 2.0) != d.AffineTransform(1.0, 3.0)
    assert d.PowerTransform(2.0).inv == d.PowerTransform(2.0).inv
    assert d.ComposeTransform([d.ExpTransform()]) == d.ComposeTransform([d.ExpTransform()])


def test_validation_can_be_switched_off() -> None:
    with pytest.raises(ValueError, match="to satisfy the constraint"):
        d.Normal(0.0, -1.0)
    assert d.Normal(0.0, -1.0, validate_args=False).scale.item() == -1
    d.Distribution.set_default_validate_args(False)
    try:
        assert d.Poisson(2.0).log_prob(mg.tensor(0.5)).isfinite()
    finally:
        d.Distribution.set_default_validate_args(True)


class Spread(d.Normal):
    """A user's own distribution."""


class Odd(d.Distribution):
    """A user's own distribution that says nothing of itself."""


def test_divergences_of_ones_own() -> None:
    p, q = Spread(0.0, 1.0), d.Normal(0.0, 2.0)
    assert d.kl_divergence(p, q).item() == pytest.approx(math.log(2) + 1 / 8 - 1 / 2)
    with pytest.raises(NotImplementedError, match="p type Normal and q type Dirichlet"):
        d.kl_divergence(q, d.Dirichlet(mg.ones(2)))
    with pytest.raises(TypeError, match="type_p to be a Distribution subclass"):
        d.register_kl(int, d.Normal)
    from minigrad.distributions import kl

    try:
        d.register_kl(Spread, d.Distribution)(lambda p, q: "left")
        d.register_kl(d.Distribution, d.Normal)(lambda p, q: "right")
        assert d.kl_divergence(Odd((), (), False), q) == "right"
        with pytest.warns(RuntimeWarning, match=r"Ambiguous kl_divergence\(Spread, Normal\)"):
            assert d.kl_divergence(p, q) == "left"
        d.register_kl(Spread, d.Normal)(lambda p, q: "both")
        assert d.kl_divergence(p, q) == "both"
    finally:
        for pair in [(Spread, d.Distribution), (d.Distribution, d.Normal), (Spread, d.Normal)]:
            kl._FORMULAS.pop(pair, None)


def test_a_distribution_that_says_nothing_of_itself() -> None:
    with pytest.warns(UserWarning, match="does not define `arg_constraints`"):
        odd = Odd()
    with pytest.warns(UserWarning, match="does not define `support`"):
        odd._validate_sample(mg.tensor(1.0))
    for name in ("mean", "mode", "variance", "stddev"):
        with pytest.raises(NotImplementedError, match="Odd"):
            getattr(odd, name)
    for name, arguments in {"sample": (), "log_prob": (0,), "cdf": (0,), "icdf": (0,), "entropy": ()}.items():
        with pytest.raises(NotImplementedError, match="Odd"):
            getattr(odd, name)(*arguments)


@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [
        (d.constraints.positive_integer, [1.0, 2.0], [0.0, 1.5]),
        (d.constraints.nonnegative, [0.0], [-1.0]),
        (d.constraints.greater_than_eq(2), [2.0], [1.9]),
        (d.constraints.half_open_interval(0, 1), [0.0], [1.0]),
        (d.constraints.less_than(1), [0.0], [1.0]),
        (d.constraints.lower_triangular, [[[1.0, 0.0], [2.0, -1.0]]], [[[1.0, 1.0], [2.0, -1.0]]]),
        (d.constraints.square, [[[1.0, 0.0], [2.0, -1.0]]], [[[1.0, 0.0]]]),
        (d.constraints.symmetric, [[[1.0, 2.0], [2.0, -1.0]]], [[[1.0, 2.0], [0.0, 1.0]]]),
        (d.constraints.positive_semidefinite, [[[1.0, 1.0], [1.0, 1.0]]], [[[1.0, 2.0], [2.0, 1.0]]]),
        (d.constraints.positive_definite, [[[2.0, 1.0], [1.0, 1.0]]], [[[1.0, 2.0], [2.0, 1.0]]]),
        (d.constraints.one_hot, [[0.0, 1.0]], [[1.0, 1.0]]),
    ],
)
def test_regions(region: Any, inside: Any, outside: Any) -> None:
    assert region.check(tensor(inside)).all()
    assert not region.check(tensor(outside)).any()


def test_generalized_pareto() -> None:
    loc, scale, xi = tensor([0.5, -1.0, 2.0]), tensor([1.5, 0.3, 1.0]), tensor([0.2, -0.4, 0.0])
    ours, known = (
        d.GeneralizedPareto(loc, scale, xi),
        scipy.stats.genpareto([0.2, -0.4, 0], [0.5, -1, 2], [1.5, 0.3, 1]),
    )
    value = known.ppf(np.array([[0.1], [0.6], [0.99]]))
    names = {"log_prob": "logpdf", "cdf": "cdf", "log_survival_function": "logsf", "log_cdf": "logcdf"}
    for name, theirs in names.items():
        found = getattr(ours, name)(mg.tensor(value))
        np.testing.assert_allclose(found.detach().numpy(), getattr(known, theirs)(value), rtol=1e-9, err_msg=name)
    u = np.array([0.3, 0.6, 0.9])
    np.testing.assert_allclose(ours.icdf(mg.tensor(u)).detach().numpy(), known.ppf(u))
    np.testing.assert_allclose(ours.entropy().detach().numpy(), known.entropy(), rtol=1e-6)
    np.testing.assert_allclose(ours.variance.detach().numpy(), known.var(), rtol=1e-9)
    assert not ours.support.check(mg.tensor([0.0, 0.0, 1.0])).any()
    assert math.isnan(d.GeneralizedPareto(0.0, 1.0, 1.0).mean.item())
    x = tensor([1.0, -0.8, 2.5])
    assert mg.autograd.gradcheck(lambda x, *given: d.GeneralizedPareto(*given, xi).log_prob(x), (x, loc, scale))


@pytest.mark.parametrize("kappa", [0.05, 3.0, 700.0])
def test_von_mises(kappa: float) -> None:
    ours, known = d.VonMises(tensor(0.5), tensor(kappa)), scipy.stats.vonmises(kappa, loc=0.5)
    value = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(ours.log_prob(mg.tensor(value)).detach().numpy(), known.logpdf(value), rtol=1e-10)
    circular = 1 - scipy.special.ive(1, kappa) / scipy.special.ive(0, kappa)
    np.testing.assert_allclose(ours.variance.item(), circular, rtol=1e-10)
    sample = ours.sample((N,)).numpy()
    assert np.abs(sample).max() <= math.pi
    np.testing.assert_allclose(np.cos(sample - 0.5).mean(), 1 - circular, atol=5 / math.sqrt(N))
    turned = np.mod(sample + math.pi - 0.5, 2 * math.pi) - math.pi
    assert scipy.stats.kstest(turned, scipy.stats.vonmises(kappa).cdf).pvalue > 1e-3
    assert ours.expand((2, 3)).sample().shape == (2, 3)
    assert mg.autograd.gradcheck(lambda a, b: d.VonMises(a, b).log_prob(mg.tensor(value)), (tensor(0.5), tensor(kappa)))


@pytest.mark.parametrize("kappa", [120.0, 1e6, 1e9])
def test_von_mises_of_large_concentration(kappa: float) -> None:
    """ln κ / 2 − 1 / 8κ and more (DLMF 10.40.1): its derivatives in ln κ have all their digits."""
    t = tensor(math.log(kappa))
    y = d.VonMises(tensor(0.0), t.exp()).log_prob(mg.tensor(0.0, dtype=mg.float64))
    (g,) = mg.autograd.grad(y, t, create_graph=True)
    (h,) = mg.autograd.grad(g, t)
    np.testing.assert_allclose(g.item(), 0.5 + 1 / (8 * kappa) + 1 / (8 * kappa**2), rtol=1e-6)
    np.testing.assert_allclose(h.item(), -1 / (8 * kappa) - 1 / (4 * kappa**2), rtol=1e-3)
    np.testing.assert_allclose(d.VonMises(0.0, kappa).variance.item(), 0.5 / kappa, rtol=1e-2)


@pytest.mark.parametrize("logit", [-500.0, -2.0, -0.0041, -0.0039, 0.0, 1e-5, 0.0039, 0.5, 30.0, 500.0])
def test_continuous_bernoulli_near_a_half_and_far_from_it(logit: float) -> None:
    """Its integrals, by the trapezoidal rule."""
    t = tensor(logit)
    ours = d.ContinuousBernoulli(logits=t)
    x = np.linspace(0, 1, 200_001)
    density = ours.log_prob(mg.tensor(x)).exp().detach().numpy()
    known = np.exp(logit * (x - (logit > 0)))
    total = np.trapezoid(known, x)
    np.testing.assert_allclose(density, known / total, rtol=2e-6)
    mean = np.trapezoid(known * x, x) / total
    assert ours.mean.item() == pytest.approx(mean, rel=1e-5)
    assert ours.variance.item() == pytest.approx(np.trapezoid(known * (x - mean) ** 2, x) / total, rel=1e-4)
    u = mg.tensor([0.0, 0.2, 0.5, 0.9], dtype=mg.float64)
    np.testing.assert_allclose(ours.cdf(ours.icdf(u)).detach().numpy(), u.numpy(), atol=1e-6)
    below = np.trapezoid(known[:80_001], x[:80_001]) / total
    assert ours.cdf(mg.tensor(0.4, dtype=mg.float64)).item() == pytest.approx(below, rel=1e-5)
    entropy = np.trapezoid(density * -np.log(np.maximum(density, 1e-300)), x)
    assert ours.entropy().item() == pytest.approx(entropy, rel=1e-5, abs=1e-9)
    assert d.ContinuousBernoulli(logits=mg.tensor([math.inf, -math.inf])).entropy().tolist() == [-math.inf] * 2
    far = d.ContinuousBernoulli(logits=mg.tensor([1e30, -1e30])).log_prob(mg.tensor([1.0, 0.0]))
    np.testing.assert_allclose(far.numpy(), 30 * math.log(10), rtol=1e-6)
    (slope,) = mg.autograd.grad(ours.log_normalizer(), t)
    assert slope.item() == pytest.approx(mean, rel=1e-5)


def test_cholesky_factors_of_correlations_at_random() -> None:
    """Of equally likely matrices each correlation has the density of 2 Beta(n / 2, n / 2) − 1."""
    factors = d.LKJCholesky(4, 1.0).sample((N,))
    correlations = (factors @ factors.mT).numpy()
    np.testing.assert_allclose(correlations.diagonal(axis1=1, axis2=2), 1, atol=1e-5)
    for i, j in ((1, 0), (2, 1), (3, 0)):
        assert scipy.stats.kstest((correlations[:, i, j] + 1) / 2, scipy.stats.beta(2, 2).cdf).pvalue > 1e-3


def test_wishart() -> None:
    known = scipy.stats.wishart(5.5, [[1.5, 0.4], [0.4, 0.8]])
    ours = d.Wishart(tensor(5.5), tensor([[1.5, 0.4], [0.4, 0.8]]))
    value = known.rvs(3, random_state=0)
    np.testing.assert_allclose(ours.log_prob(mg.tensor(value)).detach().numpy(), known.logpdf(value.T), rtol=1e-10)
    assert ours.entropy().item() == pytest.approx(known.entropy())
    np.testing.assert_allclose(ours.mode.detach().numpy(), known.mode())
    p, q = (CASES[name](d, tensor) for name in ("Wishart-precision", "Wishart"))
    sample = p.sample((N,))
    expected = (p.log_prob(sample) - q.log_prob(sample)).mean(0).detach().numpy()
    np.testing.assert_allclose(d.kl_divergence(p, q).detach().numpy(), expected, rtol=0.1)
    assert d.Wishart(mg.tensor(3), mg.eye(2)).sample((3,)).shape == (3, 2, 2)
    with pytest.warns(UserWarning, match="Low df values"):
        d.Wishart(1.5, mg.eye(2))
    df = tensor(5.5)
    trace = (d.Wishart(df, mg.eye(2, dtype=mg.float64)).rsample((N,)) * mg.eye(2)).sum((1, 2)).mean()  # 2 df
    assert mg.autograd.grad(trace, df)[0].item() == pytest.approx(2, abs=0.1)


def test_parameters_of_correlations_and_matrices_are_found_without_constraints() -> None:
    for region, x in (
        (d.constraints.corr_cholesky, mg.tensor([0.3, -0.2, 0.9])),
        (d.constraints.positive_definite, mg.linspace(-1, 1, 9, dtype=mg.float64).reshape(3, 3).tril()),
    ):
        for registry in (d.biject_to, d.transform_to):
            transform = registry(region)
            assert region.check(transform(x)).all()
            np.testing.assert_allclose(transform.inv(transform(x)).numpy(), x.numpy(), rtol=1e-4, atol=1e-9)
    sides = d.constraints.cat([d.constraints.positive, d.constraints.unit_interval], dim=-1, lengths=[1, 2])
    assert d.transform_to(sides)(mg.tensor([-1.0, 0.0, 0.0])).tolist() == [pytest.approx(math.exp(-1)), 0.5, 0.5]
    slices = d.constraints.stack([d.constraints.positive, d.constraints.real], dim=0)
    assert d.biject_to(slices)(mg.tensor([0.0, -3.0])).tolist() == [1.0, -3.0]
    assert slices.check(mg.tensor([-1.0, -3.0])).tolist() == [False, True]
