"""Every distribution next to PyTorch's: densities and their gradients, moments, shapes, divergences and errors."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import numpy as np
import pytest
from distribution_cases import CASES

import minigrad as mg
from minigrad import distributions as ours

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore:Singular sample detected")]


class Side:
    """One library: its distributions, and the leaves that were made for a case."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self.leaves: list[Any] = []

    def tensor(self, values: Any) -> Any:
        leaf = self.library.tensor(values, dtype=self.library.float64, requires_grad=True)
        self.leaves.append(leaf)
        return leaf

    def make(self, name: str) -> Any:
        return CASES[name](self.library.distributions, self.tensor)

    def gradients(self, value: Any) -> list[Any]:
        found = self.library.autograd.grad(value.sum(), self.leaves, allow_unused=True)
        return [None if each is None else np.asarray(each) for each in found]


def both(name: str) -> tuple[Side, Any, Side, Any]:
    torch = pytest.importorskip("torch")
    our_side, their_side = Side(mg), Side(torch)
    return our_side, our_side.make(name), their_side, their_side.make(name)


def array(value: Any) -> np.ndarray:
    return np.asarray(value.detach())


def same(our: Any, their: Any, rtol: float = 1e-9) -> None:
    assert tuple(our.shape) == tuple(their.shape)
    assert our.dtype.name == str(their.dtype).removeprefix("torch.")
    np.testing.assert_allclose(array(our), array(their), rtol=rtol, atol=1e-11)


def attempt(function: Any) -> Any:
    try:
        return function()
    except NotImplementedError:
        return NotImplementedError


@pytest.mark.parametrize("name", CASES)
def test_shapes_texts_and_what_is_known(name: str) -> None:
    _, our, _, their = both(name)
    assert tuple(our.batch_shape) == tuple(their.batch_shape)
    assert tuple(our.event_shape) == tuple(their.event_shape)
    if not repr(their).endswith("()"):  # PyTorch's says nothing of parameters that it keeps in other distributions
        assert repr(our) == repr(their).replace("torch.Size", "minigrad.Size")
    assert bool(our.has_rsample) == bool(their.has_rsample)
    assert bool(our.has_enumerate_support) == bool(their.has_enumerate_support)
    assert our.support.event_dim == their.support.event_dim
    assert our.support.is_discrete == their.support.is_discrete


@pytest.mark.parametrize("what", ["mean", "mode", "variance", "stddev", "entropy", "perplexity"])
@pytest.mark.parametrize("name", CASES)
def test_moments(name: str, what: str) -> None:
    our_side, our, their_side, their = both(name)

    def get(distribution: Any) -> Any:
        value = getattr(distribution, what)
        return value() if callable(value) else value

    found, expected = attempt(lambda: get(our)), attempt(lambda: get(their))
    if expected is NotImplementedError:
        assert found is NotImplementedError
        return
    if (name, what) == ("Kumaraswamy", "mode"):  # of which PyTorch's formula makes NaN
        return
    rtol = 1e-6 if "Multinomial" in name else 1e-9  # PyTorch takes the logarithm of n! in float32
    same(found, expected, rtol)
    if expected.requires_grad and not np.isnan(array(expected)).any():
        for a, b in zip(our_side.gradients(found), their_side.gradients(expected), strict=True):
            np.testing.assert_allclose(0 if a is None else a, 0 if b is None else b, rtol=10 * rtol, atol=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_log_prob_and_cdf_of_their_samples(name: str) -> None:
    our_side, our, their_side, their = both(name)
    value = their.sample((4,))
    ours_value = mg.tensor(value.numpy())
    found, expected = our.log_prob(ours_value), their.log_prob(value)
    same(found, expected)
    for a, b in zip(our_side.gradients(found), their_side.gradients(expected), strict=True):
        np.testing.assert_allclose(0 if a is None else a, 0 if b is None else b, rtol=1e-8, atol=1e-10)
    expected = attempt(lambda: their.cdf(value))
    if expected is NotImplementedError:
        assert attempt(lambda: our.cdf(ours_value)) is NotImplementedError
    else:
        same(our.cdf(ours_value), expected)
    expected = attempt(lambda: their.icdf(their.cdf(value)))
    if expected is not NotImplementedError:
        same(our.icdf(mg.tensor(array(their.cdf(value)))), expected)


@pytest.mark.parametrize("name", CASES)
def test_expand_and_enumerate(name: str) -> None:
    _, our, _, their = both(name)
    larger = (5, *their.batch_shape)
    _ = (getattr(our, "logits", None), getattr(our, "probs", None))  # what was computed before is expanded, too
    wide, expected = our.expand(larger), their.expand(larger)
    assert tuple(wide.batch_shape) == larger
    assert tuple(wide.event_shape) == tuple(expected.event_shape)
    value = expected.sample((2,))
    same(wide.log_prob(mg.tensor(value.numpy())), expected.log_prob(value))
    assert tuple(wide.sample((3,)).shape) == (3, *larger, *expected.event_shape)
    if "Multinomial" not in name and (entropy := attempt(expected.entropy)) is not NotImplementedError:
        same(wide.entropy(), entropy)
    for expand in (True, False):
        values = attempt(lambda expand=expand: their.enumerate_support(expand))
        if values is NotImplementedError:
            assert attempt(lambda expand=expand: our.enumerate_support(expand)) is NotImplementedError
        else:
            same(our.enumerate_support(expand), values)


@pytest.mark.parametrize("first", CASES)
def test_divergences_to_all_others(first: str) -> None:
    torch = pytest.importorskip("torch")
    for second in CASES:
        our_side, p, their_side, their_p = both(first)
        q, their_q = our_side.make(second), their_side.make(second)
        if p.event_shape != q.event_shape:
            continue
        try:
            shape = np.broadcast_shapes(p.batch_shape, q.batch_shape)
        except ValueError:
            continue
        if first.startswith("Wishart") and p.batch_shape + q.batch_shape:  # PyTorch's of batches is not that of each
            continue
        expected = attempt(lambda p=their_p, q=their_q: torch.distributions.kl_divergence(p, q))
        found = attempt(lambda p=p, q=q: ours.kl_divergence(p, q))
        if expected is NotImplementedError:
            assert found is NotImplementedError, second
            continue
        assert found is not NotImplementedError, second
        known = np.broadcast_to(array(expected), shape)
        np.testing.assert_allclose(np.broadcast_to(array(found), shape), known, rtol=1e-9, atol=1e-9, err_msg=second)
        if expected.requires_grad and np.isfinite(known).all():
            for a, b in zip(our_side.gradients(found), their_side.gradients(expected), strict=True):
                np.testing.assert_allclose(0 if a is None else a, 0 if b is None else b, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda d, t: d.Normal(t([0.0]), t([-1.0])),
        lambda d, t: d.Normal(t([float("nan")]), t([1.0])),
        lambda d, t: d.Normal("a", 1.0),
        lambda d, t: d.Bernoulli(t([1.5])),
        lambda d, t: d.Bernoulli(),
        lambda d, t: d.Bernoulli(t([0.5]), t([0.5])),
        lambda d, t: d.Geometric(t([0.0])),
        lambda d, t: d.Categorical(t([-0.5, 1.5])),
        lambda d, t: d.Categorical(t(0.5)),
        lambda d, t: d.Categorical(logits=t([float("nan"), 1.0])),
        lambda d, t: d.Multinomial(t(3.0), t([0.5, 0.5])),
        lambda d, t: d.Uniform(t([1.0]), t([0.0])),
        lambda d, t: d.Dirichlet(t(1.0)),
        lambda d, t: d.Dirichlet(t([1.0, 0.0])),
        lambda d, t: d.Gamma(t([0.0]), t([1.0])),
        lambda d, t: d.Poisson(t([-1.0])),
        lambda d, t: d.MultivariateNormal(t(1.0), t([[1.0]])),
        lambda d, t: d.MultivariateNormal(t([1.0])),
        lambda d, t: d.MultivariateNormal(t([1.0, 1.0]), t([1.0])),
        lambda d, t: d.MultivariateNormal(t([1.0, 1.0]), t([[1.0, 2.0], [2.0, 1.0]])),
        lambda d, t: d.MultivariateNormal(t([1.0, 1.0]), t([[1.0, 0.5], [0.0, 1.0]])),
        lambda d, t: d.MultivariateNormal(t([1.0, 1.0]), scale_tril=t([[1.0, 0.5], [0.0, 1.0]])),
        lambda d, t: d.LowRankMultivariateNormal(t(1.0), t([[1.0]]), t([1.0])),
        lambda d, t: d.LowRankMultivariateNormal(t([1.0]), t([1.0]), t([1.0])),
        lambda d, t: d.LowRankMultivariateNormal(t([1.0]), t([[1.0], [1.0]]), t([1.0])),
        lambda d, t: d.LowRankMultivariateNormal(t([1.0]), t([[1.0]]), t([1.0, 1.0])),
        lambda d, t: d.LowRankMultivariateNormal(t([1.0]), t([[1.0]]), t([0.0])),
        lambda d, t: d.LKJCholesky(1),
        lambda d, t: d.LKJCholesky(2, t(0.0)),
        lambda d, t: d.LKJCholesky(2, t(1.0)).log_prob(t([[1.0, 0.0], [1.0, 1.0]])),
        lambda d, t: d.Wishart(t(1.0), t([[1.0, 0.0], [0.0, 1.0]])),
        lambda d, t: d.Wishart(t(3.0), t([[1.0, 2.0], [2.0, 1.0]])),
        lambda d, t: d.Wishart(t(3.0)),
        lambda d, t: d.VonMises(t(0.0), t(0.0)),
        lambda d, t: d.GeneralizedPareto(t(0.0), t(1.0), t(-0.5)).log_prob(t(2.5)),
        lambda d, t: d.ContinuousBernoulli(t(0.5)).log_prob(t(1.5)),
        lambda d, t: d.transforms.CorrCholeskyTransform().forward_shape((4,)),
        lambda d, t: d.transforms.CorrCholeskyTransform().inverse_shape((4, 3)),
        lambda d, t: d.Independent(d.Normal(t([1.0]), 1.0), 2),
        lambda d, t: d.TransformedDistribution(d.Normal(t([1.0]), 1.0), ["exp"]),
        lambda d, t: d.TransformedDistribution(d.Normal(t(1.0), 1.0), d.transforms.StickBreakingTransform()),
        lambda d, t: d.transforms.ExpTransform(cache_size=2),
        lambda d, t: d.transforms.ReshapeTransform((2, 3), (5,)),
        lambda d, t: d.Normal(t([0.0]), 1.0).log_prob(1.0),
        lambda d, t: d.Normal(t([0.0, 1.0]), 1.0).log_prob(t([0.0, 1.0, 2.0])),
        lambda d, t: d.Normal(t([0.0]), 1.0).log_prob(t([float("nan")])),
        lambda d, t: d.Bernoulli(t([0.5])).log_prob(t([0.5])),
        lambda d, t: d.Categorical(t([0.5, 0.5])).log_prob(t([2.0])),
        lambda d, t: d.Categorical(t([0.5, 0.5])).log_prob(t([0.5])),
        lambda d, t: d.OneHotCategorical(t([0.5, 0.5])).log_prob(t([1.0, 1.0])),
        lambda d, t: d.OneHotCategorical(t([0.5, 0.5])).log_prob(t([1.0, 0.0, 0.0])),
        lambda d, t: d.Multinomial(2, t([0.5, 0.5])).log_prob(t([2.0, 1.0])),
        lambda d, t: d.Exponential(t([1.0])).log_prob(t([-1.0])),
        lambda d, t: d.Beta(t([1.0]), 1.0).log_prob(t([1.5])),
        lambda d, t: d.Dirichlet(t([1.0, 1.0])).log_prob(t([0.5, 0.6])),
        lambda d, t: d.Uniform(t([0.0]), 1.0).log_prob(t([2.0])),
        lambda d, t: d.kl_divergence(d.Uniform(t([0.0]), 1.0), d.Poisson(t([1.0]))),
        lambda d, t: d.Distribution.set_default_validate_args("no"),
        lambda d, t: d.constraints.dependent.check(t([1.0])),
        lambda d, t: d.constraints.dependent.event_dim,
        lambda d, t: d.constraints.independent(d.constraints.real, 2).check(t([1.0])),
    ],
)
def test_wrong_calls_are_refused_alike(wrong: Any) -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises((ValueError, NotImplementedError, AssertionError, TypeError)) as theirs:
        wrong(torch.distributions, Side(torch).tensor)
    with pytest.raises((ValueError, NotImplementedError, TypeError)) as found:
        wrong(ours, Side(mg).tensor)
    assert isinstance(found.value, ValueError) or type(found.value) is theirs.type
    said, expected = (str(each.value).replace("torch.Size", "minigrad.Size") for each in (found, theirs))
    for sentence in expected.split("\n")[0].removesuffix(".").split("Multinomial()"):
        if expected and theirs.type is not AssertionError:
            assert sentence[:40] in said


def distributions_of(transforms: Any) -> Any:
    return sys.modules[transforms.__name__.removesuffix(".transforms")]


TRANSFORMS: dict[str, tuple[Any, Any]] = {
    "exp": (lambda t, x: t.ExpTransform(), [[0.5, -1.0]]),
    "exp-inverse": (lambda t, x: t.ExpTransform().inv, [[0.5, 3.0]]),
    "sigmoid": (lambda t, x: t.SigmoidTransform(), [0.5, -1.0, 30.0]),
    "tanh": (lambda t, x: t.TanhTransform(), [0.5, -1.0]),
    "softplus": (lambda t, x: t.SoftplusTransform(), [0.5, -1.0]),
    "abs": (lambda t, x: t.AbsTransform(), [0.5, 1.0]),
    "power": (lambda t, x: t.PowerTransform(x([2.0, -0.5])), [0.5, 1.5]),
    "power-number": (lambda t, x: t.PowerTransform(-2), [0.5, 1.5]),
    "affine": (lambda t, x: t.AffineTransform(x(1.0), x([[2.0], [-3.0]])), [[0.5, 1.5], [2.0, 1.0]]),
    "affine-number": (lambda t, x: t.AffineTransform(1, -2, event_dim=1), [[0.5, 1.5]]),
    "affine-event": (
        lambda t, x: t.AffineTransform(x(1.0), x([[2.0, 3.0], [4.0, -5.0]]), event_dim=2),
        [[[0.5, 1.5], [1.0, 2.0]]],
    ),
    "softmax": (lambda t, x: t.SoftmaxTransform(), [[0.5, 1.5, -2.0]]),
    "stick": (lambda t, x: t.StickBreakingTransform(), [[0.5, 1.5, -2.0]]),
    "cholesky": (lambda t, x: t.LowerCholeskyTransform(), [[0.5, 1.5], [-2.0, 0.3]]),
    "compose": (lambda t, x: t.ComposeTransform([t.AffineTransform(1, 2), t.StickBreakingTransform()]), [[0.5, 1.5]]),
    "compose-cached": (lambda t, x: t.ComposeTransform([t.AffineTransform(1, 2), t.TanhTransform()], 1), [[0.5, 1.5]]),
    "independent": (lambda t, x: t.IndependentTransform(t.ExpTransform(), 1), [[0.5, 1.5]]),
    "reshape": (lambda t, x: t.ReshapeTransform((2, 2), (4,)), [[[0.5, 1.5], [1.0, 2.0]]]),
    "identity": (lambda t, x: t.identity_transform, [0.5]),
    "corr-cholesky": (lambda t, x: t.CorrCholeskyTransform(), [[0.5, 1.5, -2.0, 0.1, 0.3, -0.7]]),
    "positive-definite": (lambda t, x: t.PositiveDefiniteTransform(), [[0.5, 0.0], [-2.0, 0.3]]),
    "cat": (
        lambda t, x: t.CatTransform([t.ExpTransform(), t.AffineTransform(x(1.0), 2.0)], dim=-1, lengths=[1, 2]),
        [[0.5, 1.5, -2.0]],
    ),
    "stack": (
        lambda t, x: t.StackTransform([t.ExpTransform(), t.AffineTransform(x(1.0), 2.0)], dim=1),
        [[0.5, 1.5], [0.1, -0.2]],
    ),
    "distribution-function": (
        lambda t, x: t.CumulativeDistributionTransform(distributions_of(t).Normal(x(0.5), x(2.0))),
        [0.5, 1.5],
    ),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name: str) -> None:
    torch = pytest.importorskip("torch")
    make, point = TRANSFORMS[name]
    sides = Side(mg), Side(torch)
    our, their = (make(side.library.distributions.transforms, side.tensor) for side in sides)
    x, their_x = (side.tensor(point) for side in sides)
    y, their_y = our(x), their(their_x)
    same(y, their_y)
    same(our.inv(y.detach()), their.inv(their_y.detach()))
    assert our.inv.inv is our
    changes = (
        attempt(lambda: our.log_abs_det_jacobian(x, y)),
        attempt(lambda: their.log_abs_det_jacobian(their_x, their_y)),
    )
    if changes[1] is NotImplementedError:
        assert changes[0] is NotImplementedError
    else:
        same(*changes)
        slopes = (side.gradients(each + 0 * side.leaves[-1].sum()) for side, each in zip(sides, changes, strict=True))
        for a, b in zip(*slopes, strict=True):
            np.testing.assert_allclose(0 if a is None else a, 0 if b is None else b, rtol=1e-8, atol=1e-10)
    for what in ("domain", "codomain"):
        assert getattr(our, what).event_dim == getattr(their, what).event_dim
        assert bool(getattr(our, what).check(x if what == "domain" else y).all())
    assert our.bijective == their.bijective
    assert tuple(our.forward_shape(x.shape)) == tuple(their.forward_shape(their_x.shape))
    assert tuple(our.inverse_shape(y.shape)) == tuple(their.inverse_shape(their_y.shape))
    signs = attempt(lambda: our.sign), attempt(lambda: their.sign)
    if signs[1] is NotImplementedError:
        assert signs[0] is NotImplementedError
    else:
        np.testing.assert_array_equal(*(each if isinstance(each, int) else array(each) for each in signs))
    if len(point) and not name.startswith(("compose", "identity")):
        assert repr(our).startswith(repr(their)[:10].lstrip("_"))


class _Bernoulli:
    """One family for both libraries: the Bernoulli distribution by its log odds alone."""

    arg_constraints: ClassVar[dict[str, Any]] = {}

    def __init__(self, logits: Any) -> None:
        self.theta = logits
        super().__init__(logits.shape)

    @property
    def _natural_params(self) -> tuple[Any, ...]:
        return (self.theta,)

    def _log_normalizer(self, theta: Any) -> Any:
        return theta.exp().log1p()

    _mean_carrier_measure = 0.0


def test_entropy_and_divergence_of_a_family_of_ones_own() -> None:
    torch = pytest.importorskip("torch")
    found = []
    for library in (mg, torch):
        family = type("Family", (_Bernoulli, library.distributions.ExponentialFamily), {})
        p, q = (family(library.tensor(theta, dtype=library.float64)) for theta in ([0.3, -2.0], [1.0, 1.0]))
        known = library.distributions.Bernoulli(logits=p.theta), library.distributions.Bernoulli(logits=q.theta)
        np.testing.assert_allclose(array(p.entropy()), known[0].entropy().numpy(), rtol=1e-12)
        found.append((p.entropy(), library.distributions.kl_divergence(p, q)))
        np.testing.assert_allclose(array(found[-1][1]), library.distributions.kl_divergence(*known).numpy(), rtol=1e-12)
    for ours_found, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(array(ours_found), array(theirs), rtol=1e-12)
