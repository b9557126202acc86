"""Work that is shared among threads: what comes out, in which order, what goes wrong, and how it is forked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.kernels import channels, convolution, products, threads


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = mg.get_num_threads()
    mg.set_num_threads(3)
    yield
    mg.set_num_threads(before)


def test_the_parts_make_up_the_whole_and_come_back_in_order() -> None:
    parts = threads.shared(lambda part: (part.start, part.stop, threading.get_ident()), 10, 10**9)
    assert [each[:2] for each in parts] == [(0, 3), (3, 7), (7, 10)]
    assert len({each[2] for each in parts}) == 3


def test_the_one_who_calls_gets_more_for_it_begins_at_once() -> None:
    # Work worth two threads: half of what is worth one is done by the caller before the other begins.
    assert threads.shared(lambda part: part.stop - part.start, 1000, 2 * threads.LARGE) == [625, 375]


@pytest.mark.parametrize(("count", "size"), [(10, 10), (1, 10**9), (0, 10**9)])
def test_little_work_is_done_by_the_one_who_calls(count: int, size: int) -> None:
    here = threading.get_ident()
    assert threads.shared(lambda part: (part, threading.get_ident()), count, size) == [(slice(0, count), here)]


def test_the_buffers_are_small_in_every_part_and_what_they_were_afterwards() -> None:
    before = np.getbufsize()
    assert threads.shared(lambda part: np.getbufsize(), 10, 10**9) == [threads.BUFFER] * 3
    assert threads.shared(lambda part: np.getbufsize(), 1, 10**9) == [threads.BUFFER]
    assert threads.shared(lambda part: np.getbufsize(), 10, 10) == [before]
    with pytest.raises(ZeroDivisionError):
        threads.shared(lambda part: 1 // 0, 10, 10**9)
    assert np.getbufsize() == before


def test_an_error_of_any_part_reaches_the_caller_and_the_threads_go_on() -> None:
    def work(part: slice) -> int:
        if part.stop == 9:
            raise ZeroDivisionError("of the last part")
        return part.stop

    with pytest.raises(ZeroDivisionError, match="of the last part"):
        threads.shared(work, 9, 10**9)
    assert threads.shared(work, 10, 10**9) == [3, 7, 10]


def test_numpys_settings_for_errors_hold_in_all_parts() -> None:
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        threads.shared(lambda part: np.ones(3) / np.arange(3 - part.start), 2, 10**9)
    with np.errstate(all="ignore"):
        assert len(threads.shared(lambda part: np.ones(2) / 0, 9, 10**9)) == 3


def test_work_within_work_is_done_alone_and_cut_alike() -> None:
    inner = threads.shared(lambda _: threads.shared(lambda part: part.stop, 9, 10**9), 3, 10**9)
    assert inner == [[3, 6, 9]] * 3


def _sum_in_a_child(queue: Any) -> None:
    queue.put(sum(threads.shared(lambda part: part.stop - part.start, 1000, 10**9)))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    threads.shared(lambda part: part, 3, 10**9)
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=_sum_in_a_child, args=(queue,))
    child.start()
    assert queue.get() == 1000
    child.join()


@pytest.mark.parametrize("bad", [2.0, "2", None, True])
def test_the_number_of_threads_is_an_int(bad: Any) -> None:
    with pytest.raises(TypeError, match="set_num_threads: expects an int"):
        mg.set_num_threads(bad)


@pytest.mark.parametrize("bad", [0, -1])
def test_the_number_of_threads_is_positive(bad: int) -> None:
    with pytest.raises(RuntimeError, match="positive"):
        mg.set_num_threads(bad)
    assert mg.get_num_threads() == 3


@pytest.mark.usefixtures("everything_large")
@pytest.mark.parametrize("shapes", [((5, 3), (3, 4)), ((2, 3), (3, 8)), ((4, 2, 3), (3, 5)), ((4, 2, 3), (4, 3, 2)),
                                    ((2, 1, 2, 3), (3, 3, 2)), ((1, 3), (3, 1))])  # fmt: skip
def test_products_are_those_of_numpy(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.integers(-9, 9, shape).astype(np.float64) for shape in shapes)  # whole numbers: exact in any order
    np.testing.assert_array_equal(products.matmul(a, b), np.matmul(a, b))


@pytest.mark.usefixtures("everything_large")
@pytest.mark.parametrize("last", [False, True])
def test_channels_in_parts(last: bool) -> None:
    rng = np.random.default_rng(0)

    def image() -> np.ndarray[Any, Any]:
        shape = (4, 5, 6, 3) if last else (4, 3, 5, 6)
        x = rng.integers(-9, 9, shape).astype(np.float64)
        return np.moveaxis(x, -1, 1) if last else x

    x, z = image(), image()
    a, b, c = np.arange(3.0), np.arange(3.0) - 4, np.arange(3.0) * 2
    wide = [v[:, None, None] for v in (a, b, c)]
    np.testing.assert_array_equal(channels.channel_sum(x), x.sum((0, 2, 3)))
    np.testing.assert_array_equal(channels.product_sum(x, z), (x * z).sum((0, 2, 3)))
    np.testing.assert_array_equal(channels.moment(x, z, a), (x * (z - wide[0])).sum((0, 2, 3)))
    np.testing.assert_array_equal(channels.normalize(x, a, b, c), (x - wide[0]) * wide[1] + wide[2])
    np.testing.assert_array_equal(channels.blend(x, z, a, b, c), x * wide[0] + z * wide[1] + wide[2])


@pytest.mark.usefixtures("everything_large")
@pytest.mark.parametrize("groups", [1, 2])
def test_a_convolution_and_its_gradients_in_parts(groups: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 4, (7, 4, 5, 6)).astype(np.float64)
    w = rng.integers(-3, 4, (6, 4 // groups, 3, 2)).astype(np.float64)
    geometry = ((2, 1), ((1, 1), (0, 1)), (1, 1), groups)
    u = convolution.convolve(x, w, *geometry)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 1)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (3, 2), axis=(2, 3))[:, :, ::2]  # N, C, i, j, k, l
    split = view.reshape(7, groups, 4 // groups, *view.shape[2:])
    kernels = w.reshape(groups, 6 // groups, *w.shape[1:])
    np.testing.assert_array_equal(u, np.einsum("ngcijkl,gockl->ngoij", split, kernels).reshape(u.shape))
    g = rng.integers(-3, 4, u.shape).astype(np.float64)
    total = (u * g).sum()  # one trilinear form: its value is told by each of the three gradients
    assert (convolution.convolve_weight(x, g, (3, 2), *geometry) * w).sum() == total
    assert (convolution.convolve_transposed(g, w, (5, 6), *geometry) * x).sum() == total


@pytest.mark.usefixtures("everything_large")
def test_maxima_and_masks_in_parts() -> None:
    rng = np.random.default_rng(0)
    x = rng.permutation(4 * 3 * 6 * 8).reshape(4, 3, 6, 8).astype(np.float64)
    windows = x.reshape(4, 3, 3, 2, 4, 2).max((3, 5))
    np.testing.assert_array_equal(mg.max_pool2d(mg.tensor(x), 2).numpy(), windows)
    t = mg.tensor(x - 300, requires_grad=True)
    mg.relu(t).backward(mg.tensor(x))
    assert t.grad is not None
    np.testing.assert_array_equal(t.grad.numpy(), np.where(x > 300, x, 0))


def test_the_same_number_of_threads_gives_the_same_bits() -> None:
    rng = np.random.default_rng(0)
    x = mg.tensor(rng.standard_normal((16, 8, 32, 32)).astype(np.float32))
    layer = mg.nn.Conv2d(8, 8, 3, padding=1)

    def gradient() -> np.ndarray[Any, Any]:
        layer.zero_grad()
        mg.relu(layer(x)).square().sum().backward()
        assert layer.weight.grad is not None
        return layer.weight.grad.numpy()

    np.testing.assert_array_equal(gradient(), gradient())


def test_numpys_products_take_one_thread_from_the_import_on() -> None:
    program = "import minigrad.kernels.blas as b; get = b._found('openblas_get_num_threads'); print(get and get())"
    environment = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "2")}
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    if told.stdout.strip() == "None":
        pytest.skip("NumPy's library of linear algebra is not OpenBLAS")
    assert told.stdout.strip() == "1"


def test_the_number_of_threads_may_change_while_others_work() -> None:
    pool = threads._pool

    class Lock:
        """The pool's, before which another thread changes the number of threads."""

        def __init__(self, real: Any) -> None:
            self.real = real

        def locked(self) -> bool:
            pool.busy = self.real
            threads.set_num_threads(2)
            return False

    pool.busy = Lock(pool.busy)  # type: ignore[assignment]
    worker = threading.Thread(target=lambda: threads.shared(lambda part: part, 10, 10**9), daemon=True)
    worker.start()
    worker.join(10)
    assert not worker.is_alive()


@pytest.mark.parametrize("where", [0, 1])
def test_ctrl_c_waits_until_no_part_is_at_work(where: int) -> None:
    begun, done = threading.Event(), []

    def work(part: slice) -> None:
        if part.start == 0:
            begun.wait(5)
            if where == 0:
                raise KeyboardInterrupt
        else:
            begun.set()
            time.sleep(0.05)
            if where == 1 and part.stop == 10:  # the caller waits for this part, or soon will
                signal.raise_signal(signal.SIGINT)
            time.sleep(0.3)
            done.append(part)

    with pytest.raises(KeyboardInterrupt):
        threads.shared(work, 10, 10**9)
    assert len(done) == 2
    assert not threads._pool.busy.locked()
