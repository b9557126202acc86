"""A few threads for large arrays: the work on a batch is cut into one part for each, and all parts are done at once.

NumPy lets go of the interpreter while it copies, multiplies and adds, so that Python's own threads are enough. A single
product of NumPy's takes one thread from here on (`blas`), or there would be threads of threads; `products` shares large
ones out. How work is cut depends on its size and on `get_num_threads()` alone, never on time: with the same number of
threads the same numbers come out, to the bit.

A thread costs some 30 microseconds to wake, more on a virtual machine, and as much again whenever two ask for the
interpreter at once. What takes less than some 200 microseconds is done where it is called.

Large work also has NumPy take small buffers. Where runs of neighbouring numbers are shorter than its buffer, as in a
pass over rows with a number for each, or over parts of images, NumPy copies them there first, which takes as long as
the pass. Runs longer than that it takes as they lie.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from minigrad.kernels import blas

Result = TypeVar("Result")

LARGE = 1 << 18
"""So many numbers, each passed over a few times, are worth a thread."""

LEAD = 0.5
"""The calling thread gets more by so much of what is worth a thread: it has that done when the others have woken."""

BUFFER = 512
"""Numbers in a buffer of NumPy's: it has 8192 by default, which fill the first cache. Over shorter runs than these to
copy is quicker than to begin anew with each."""


def _by_default() -> int:
    """What the environment says, as it says it to others, or the number of processors that this process may use."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        told = os.environ.get(name, "").split(",")[0].strip()
        if told.isdigit() and int(told) > 0:
            return int(told)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool:
    """`count` threads: the one that calls, and others that wait for work."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.busy = threading.Lock()
        """Held while work is shared out: a second caller, or a part of the work itself, then works alone."""
        self._jobs: list[SimpleQueue[Callable[[], None] | None]] = []

    def run(self, jobs: list[Callable[[], None]]) -> None:
        """All jobs, at most `count`, at once; the first error of any is raised when all have ended."""
        while len(self._jobs) < len(jobs) - 1:
            queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
            threading.Thread(target=self._serve, args=(queue,), name="minigrad", daemon=True).start()
            self._jobs.append(queue)  # only now: Ctrl-C may come anywhere, and a queue without a thread waits for ever
        ended: SimpleQueue[None] = SimpleQueue()
        errors: list[BaseException | None] = []
        others = [_told(job, errors, ended) for job in jobs[1:]]
        handing = map(SimpleQueue.put, self._jobs, others)
        try:
            deque(handing, 0)  # in one call, which Ctrl-C cannot part
            jobs[0]()
        finally:
            _wait(ended, errors, len(others))
        for error in errors:
            if error is not None:
                raise error

    def _serve(self, jobs: SimpleQueue[Callable[[], None] | None]) -> None:
        while (job := jobs.get()) is not None:
            job()

    def close(self) -> None:
        """Let the threads end."""
        for queue in self._jobs:
            queue.put(None)


def _wait(ended: SimpleQueue[None], errors: Sequence[BaseException | None], count: int) -> None:
    """Until `count` jobs have ended. Ctrl-C, too, waits until nobody writes to arrays any more."""
    try:
        for _ in range(count):
            ended.get()
    except BaseException:
        while len(errors) < count:
            time.sleep(0.001)
        raise


def _told(job: Callable[[], None], errors: list[BaseException | None], ended: SimpleQueue[None]) -> Callable[[], None]:
    """The job as another thread does it: in the caller's context, of which np.errstate is a part.

    At the end it says what went wrong, or None.
    """
    context = contextvars.copy_context()

    def run() -> None:
        try:
            context.run(job)
        except BaseException as error:  # the caller raises it
            errors.append(error)
        else:
            errors.append(None)
        ended.put(None)

    return run


_pool = Pool(_by_default())
if _pool.count > 1:
    blas.set_num_threads(1)


def get_num_threads() -> int:
    """How many threads the work on a large array is shared among."""
    return _pool.count


def set_num_threads(count: int) -> None:
    """Share work among `count` threads from now on."""
    global _pool
    changed = False
    while not changed:
        with (pool := _pool).busy:
            if pool is _pool:  # another thread may have been quicker
                pool.close()
                _pool, changed = Pool(count), True


def _after_fork() -> None:
    """Threads do not come along into a process that is forked off: it begins with a pool of its own."""
    global _pool
    _pool = Pool(_pool.count)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def alone(work: Callable[[slice], Result], count: int, size: int, worth: int = 0) -> list[Result]:
    """`shared` by one thread."""
    return [work(slice(0, count))]


def shared(work: Callable[[slice], Result], count: int, size: int, worth: int | None = None) -> list[Result]:
    """Call `work(part)` for the slices that range(count) is cut into, each on its own thread; the results in order.

    `size` says how many numbers are worked on, each a few times; or how much of anything, of which `worth` is worth a
    thread. There are no more slices than that.
    """
    worth = worth or LARGE
    if size < 2 * worth:
        return [work(slice(0, count))]
    with np.errstate():  # at whose end the size of the buffers is what it was
        np.setbufsize(BUFFER)
        return _shared(work, count, size / worth)


def _shared(work: Callable[[slice], Result], count: int, threads: float) -> list[Result]:
    """`shared` of work that is worth so many threads."""
    pool = _pool
    number = min(pool.count, count, int(threads))
    if number < 2:
        return [work(slice(0, count))]
    each = count * (1 - LEAD / threads) / number
    bounds = [0, *(round(count - each * others) for others in range(number - 1, -1, -1))]
    parts = [slice(*pair) for pair in pairwise(bounds)]
    if pool.busy.locked():
        return [work(part) for part in parts]
    with pool.busy:
        if pool is not _pool:  # which has been closed meanwhile
            return [work(part) for part in parts]
        results: dict[int, Result] = {}
        pool.run([partial(_enter, results, i, work, part) for i, part in enumerate(parts)])
        return [results[i] for i in range(number)]


def _enter(results: dict[int, Result], number: int, work: Callable[[slice], Result], part: slice) -> None:
    results[number] = work(part)


shared.written_as = alone  # type: ignore[attr-defined]  # in a program that is written out
