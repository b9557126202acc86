"""Linear algebra at its edges: matrices without an answer, equal eigenvalues, zero vectors, wrong arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import linalg

eye, zeros = mg.eye, mg.zeros

ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: linalg.inv(zeros(2, 2)), linalg.LinAlgError, r"linalg.inv: .*singular.*\(2, 2\)"),
    (lambda: linalg.solve(zeros(2, 2), zeros(2)), linalg.LinAlgError, "linalg.solve: .*singular"),
    (
        lambda: linalg.inv(mg.stack([eye(3), mg.diag(mg.tensor([1.0, 0, 1]))])),
        linalg.LinAlgError,
        r"\(Batch element 1\): The diagonal element 2 is zero, the inversion could not be completed",
    ),
    (lambda: linalg.cholesky(-eye(2)), linalg.LinAlgError, "not positive-definite .the leading minor of order 1"),
    (lambda: linalg.cholesky(mg.tensor([[1.0, 2], [0, 1]]), upper=True), linalg.LinAlgError, "minor of order 2"),
    (lambda: linalg.inv(zeros(2)), RuntimeError, "linalg.inv: .*at least 2 dimensions"),
    (lambda: linalg.inv(zeros(2, 3)), RuntimeError, "linalg.inv: .*square.*2 by 3"),
    (lambda: linalg.inv(eye(2).long()), RuntimeError, "linalg.inv: .*floating point.*int64"),
    (lambda: linalg.det(zeros(2, 3)), RuntimeError, "square"),
    (lambda: linalg.svd(zeros(3)), RuntimeError, "linalg.svd"),
    (lambda: linalg.inv(np.eye(2).tolist()), TypeError, "inv.*must be Tensor, not list"),
    (lambda: linalg.svd(eye(2) * mg.nan), linalg.LinAlgError, "linalg.svd: The algorithm failed to converge"),
    (lambda: linalg.matrix_rank(eye(2).half()), NotImplementedError, "not implemented for 'Half'"),
    (lambda: linalg.solve(eye(2), zeros(3)), RuntimeError, r"incompatible shapes \(2, 2\) and \(3, 1\)"),
    (lambda: linalg.solve(eye(2), zeros(2), left=False), RuntimeError, "left=False needs matrices"),
    (lambda: linalg.solve(eye(2), zeros(2, 2).double()), RuntimeError, "same dtype"),
    (lambda: linalg.solve_triangular(eye(2), zeros(2), upper=True), RuntimeError, "solve_triangular: incompatible"),
    (lambda: linalg.qr(eye(2), "full"), RuntimeError, "'reduced', 'complete' or 'r'"),
    (lambda: linalg.eigh(eye(2), "X"), RuntimeError, "UPLO"),
    (lambda: linalg.matrix_norm(eye(2), 3), ValueError, "Order 3 not supported"),
    (lambda: linalg.vector_norm(eye(2), "fro"), TypeError, "ord is a number"),
    (lambda: linalg.vector_norm(eye(2).long()), RuntimeError, "floating point"),
    (lambda: linalg.norm(zeros(2, 2, 2), 2), RuntimeError, "must be 1D or 2D"),
    (lambda: linalg.lstsq(zeros(3, 2), zeros(2)), RuntimeError, "do not fit"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_a_wrong_call_says_what_is_wrong(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def leaf(data: Any) -> Any:
    return mg.tensor(data, dtype=mg.float64, requires_grad=True)


def test_equal_eigenvalues_have_a_derivative_their_vectors_have_none() -> None:
    x = leaf(np.eye(3))
    linalg.eigvalsh(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.eye(3))  # the trace
    x.grad = None
    (linalg.eigh(x).eigenvectors * mg.tensor([[0.0, 1, 2], [3, 4, 5], [7, 7, 9]])).sum().backward()
    assert not np.isfinite(x.grad.numpy()).all()


def test_singular_values_of_an_infinity_are_nan() -> None:
    """LAPACK never returns from this matrix."""
    rows = [[2.3, -0.7, -0.5, -1.1], [-0.3, -0.0, 0.8, -0.6], [math.inf, -1.4, -0.8, 2.8], [1.0, -0.8, -1.3, -1.0]]
    u, s, vh = linalg.svd(mg.stack([mg.tensor(rows), eye(4)]))
    assert all(bool(each[0].isnan().all()) for each in (u, s, vh))
    assert s[1].tolist() == [1, 1, 1, 1]
    assert linalg.matrix_rank(mg.tensor(rows)) == 0
    assert linalg.pinv(mg.tensor(rows)).isnan().all()


def test_equal_singular_values_have_a_derivative() -> None:
    x = leaf(np.eye(3))
    linalg.svdvals(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.eye(3), atol=1e-12)


def test_the_gradient_of_a_symmetric_matrix_is_symmetric() -> None:
    for function in (linalg.cholesky, lambda x: linalg.eigh(x).eigenvectors):
        x = leaf([[2.0, 0.5], [0.5, 1.0]])
        (function(x) * mg.tensor([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), x.grad.numpy().T)


def test_one_triangle_is_read() -> None:
    whole = np.array([[2.0, 0.5], [0.5, 1.0]])
    lower, upper = mg.from_numpy(np.tril(whole)), mg.from_numpy(np.triu(whole))
    expected = linalg.eigvalsh(mg.from_numpy(whole)).numpy()
    np.testing.assert_allclose(linalg.eigvalsh(lower).numpy(), expected)
    np.testing.assert_allclose(linalg.eigvalsh(upper, "U").numpy(), expected)
    factor = linalg.cholesky(lower).numpy()
    np.testing.assert_allclose(factor @ factor.T, whole)
    np.testing.assert_allclose(linalg.cholesky(upper, upper=True).numpy(), factor.T)


def test_full_matrices_are_orthogonal_and_their_gradient_is_that_of_the_first_columns() -> None:
    data = np.arange(6.0).reshape(3, 2) ** 2
    for shaped in (data, data.T):
        x = leaf(shaped)
        u, s, vh = linalg.svd(x)
        m, n = shaped.shape
        assert (tuple(u.shape), tuple(s.shape), tuple(vh.shape)) == ((m, m), (2,), (n, n))
        np.testing.assert_allclose(u.detach().numpy() @ u.detach().numpy().T, np.eye(m), atol=1e-12)
        np.testing.assert_allclose(vh.detach().numpy() @ vh.detach().numpy().T, np.eye(n), atol=1e-12)
        ((u[:, :2] * s) @ vh[:2]).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), np.ones((m, n)), atol=1e-10)


def test_a_singular_matrix_has_a_gradient_of_its_determinant() -> None:
    x = leaf([[1.0, 2.0], [2.0, 4.0]])
    linalg.det(x).backward()
    np.testing.assert_allclose(x.grad.numpy(), [[4.0, -2.0], [-2.0, 1.0]], atol=1e-12)
    x = leaf(np.zeros((3, 3)))
    linalg.det(x).backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.zeros((3, 3)))


def test_slogdet_of_a_singular_matrix() -> None:
    sign, size = linalg.slogdet(zeros(2, 2))
    assert (sign.item(), size.item()) == (0, -float("inf"))


def test_norms_of_zero_have_gradient_zero() -> None:
    for ord in (2, 1, 3, 0.5, float("inf")):
        x = leaf(np.zeros(3))
        linalg.vector_norm(x, ord).backward()
        np.testing.assert_array_equal(x.grad.numpy(), np.zeros(3))


@pytest.mark.torch
def test_lstsq_has_all_that_pytorch_returns() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    for m, n in ((4, 2), (2, 2), (2, 4)):
        a, b = rng.standard_normal((m, n)), rng.standard_normal((m, 1))
        for driver in ("gelsy", "gelsd", "gels") if m >= n else ("gelsy", "gelsd"):
            mine = linalg.lstsq(mg.from_numpy(a), mg.from_numpy(b), driver=driver)
            theirs = torch.linalg.lstsq(torch.from_numpy(a), torch.from_numpy(b), driver=driver)
            for y, z in zip(mine, theirs, strict=True):
                assert tuple(y.shape) == tuple(z.shape)
                np.testing.assert_allclose(y.numpy(), z.numpy(), atol=1e-12)


def test_empty_matrices() -> None:
    assert linalg.det(zeros(0, 0)).item() == 1
    assert tuple(linalg.inv(zeros(2, 0, 0)).shape) == (2, 0, 0)
    assert tuple(linalg.eigh(zeros(0, 0)).eigenvectors.shape) == (0, 0)
    assert tuple(linalg.solve(zeros(0, 0), zeros(0, 2)).shape) == (0, 2)
    assert tuple(linalg.svdvals(zeros(0, 3)).shape) == (0,)
    assert tuple(linalg.pinv(zeros(0, 3)).shape) == (3, 0)


@pytest.mark.torch
def test_what_a_matrix_lacks_is_reported_as_in_pytorch() -> None:
    import torch

    values = np.array([[[2.0, 1], [1, 3]], [[1, 2], [2, 4]], [[0, 0], [1, 2]], [[-1, 0], [0, 1]]])
    a, b = mg.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    ones = np.ones((4, 2, 1))
    for name, more in (("inv_ex", ()), ("cholesky_ex", ()), ("solve_ex", (ones,))):
        found = getattr(mg.linalg, name)(a, *map(mg.tensor, more))
        expected = getattr(torch.linalg, name)(b, *map(torch.tensor, more))
        assert found.info.tolist() == expected.info.tolist()
        assert found.info.dtype == mg.int32
        good = found.info.numpy() == 0
        np.testing.assert_allclose(found[0].numpy(force=True)[good], expected[0].detach().numpy()[good])
        assert np.isnan(found[0].numpy(force=True)[~good]).all()
        (g,), (h,) = (lib.autograd.grad(y[0][0].sum(), x) for lib, y, x in ((mg, found, a), (torch, expected, b)))
        np.testing.assert_allclose(g.numpy()[0], h.numpy()[0], atol=1e-12)
        with pytest.raises(mg.linalg.LinAlgError):
            getattr(mg.linalg, name)(a, *map(mg.tensor, more), check_errors=True)
    found = mg.linalg.solve_ex(mg.zeros(2, 2, 2), mg.ones(2, 2))
    assert found.result.shape == (2, 2)


@pytest.mark.parametrize("size", [1e20, 1e-20])
def test_the_gradient_of_an_exponential_is_linear_in_the_one_that_comes_in(size: float) -> None:
    x = mg.tensor([[2.0, 0.3], [-0.1, 2.7]], dtype=mg.float64, requires_grad=True)
    small, large = (mg.autograd.grad(scale * mg.linalg.matrix_exp(x).sum(), x)[0].numpy() for scale in (1, size))
    np.testing.assert_allclose(large / size, small, rtol=1e-12)
