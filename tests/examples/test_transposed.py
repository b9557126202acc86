"""What a transposed convolution does: the example's pictures and figures, its stamps against a naive sum."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_report, run

EXAMPLE = "transposed"


def naive(x, w, stride, padding, output_padding, dilation):
    """y[p, q] is the sum of x[i, j] w[k, l] over i stride + k dilation - padding = p, and alike for q."""
    size = (len(x) - 1) * stride - 2 * padding + dilation * (len(w) - 1) + output_padding + 1
    y = np.zeros((size, size))
    for i, j in np.ndindex(x.shape):
        for k, l in np.ndindex(w.shape):
            p, q = i * stride + k * dilation - padding, j * stride + l * dilation - padding
            if 0 <= p < size and 0 <= q < size:
                y[p, q] += x[i, j] * w[k, l]
    return y


def test_a_run_writes_and_says_what_it_promises(tmp_path, capsys):
    outcome = run(EXAMPLE, tmp_path)
    check_report(outcome, capsys.readouterr().out)
    metrics = outcome.metrics
    assert metrics["output"] == 5  # (3 - 1) 2 - 2 + 2 + 1
    right, settings = metrics["settings"]
    assert right == settings > 500
    assert metrics["matrices_differ"] == 0
    assert metrics["inner_products_differ"] < 1e-12
    assert metrics["gradient_differs"] < 1e-12
    transpose, pseudoinverse = metrics["misses"]
    assert transpose > pseudoinverse > 0.1


@pytest.mark.long
def test_same_seed_same_bits(quick_twice):
    first, second = quick_twice
    assert first.files == second.files


@pytest.mark.parametrize("setting", [(2, 1, 0, 1), (3, 0, 2, 1), (1, 2, 0, 2), (2, 0, 1, 3)])
def test_stamps_that_are_cropped_are_the_naive_sum(rng, setting):
    from transposed import crop, size_of_output, stamps

    stride, padding, output_padding, dilation = setting
    x, w = rng.normal(size=(4, 4)), rng.normal(size=(3, 3))
    *_, (total, _) = stamps(x, w, stride, dilation)
    expected = naive(x, w, *setting)
    assert len(expected) == size_of_output(4, 3, *setting)
    np.testing.assert_allclose(crop(total, padding, output_padding), expected, atol=1e-12)


@pytest.mark.long
def test_any_arguments_are_drawn(tmp_path):
    arguments = [
        "--size",
        "4",
        "--kernel",
        "2",
        "--stride",
        "3",
        "--padding",
        "1",
        "--output-padding",
        "2",
        "--dilation",
        "2",
    ]
    assert run(EXAMPLE, tmp_path, *arguments).metrics["output"] == 3 * 3 - 2 + 2 + 2 + 1


@pytest.mark.parametrize("arguments", ["--padding 4", "--output-padding 2", "--stride 0"])
def test_arguments_that_leave_nothing_are_refused(tmp_path, capsys, arguments):
    with pytest.raises(SystemExit) as exit:
        run(EXAMPLE, tmp_path, *arguments.split())
    assert arguments.split()[0] in f"{exit.value.code} {capsys.readouterr().err}"
