"""One engine at one workload in a process of its own: steps on command, and says how long they took.

A process each, so that no engine's threads, caches or memory disturb another's. It first runs three steps and answers
with their "numbers" and "seconds", a line of JSON, or with "missing". Then each line of standard input is a number of
steps, answered by the seconds that they took; an empty line is answered by the peak of memory above the import in MiB,
and ends it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from benchmarks.numbers import summary

STATUS = Path("/proc/self/status")


def prepared(engine: str, workload: str) -> Any:
    """The memory before `workload` is set up, and its step, or None where `engine` does not have it."""
    threads = int(os.environ["OMP_NUM_THREADS"])
    if engine in ("mygrad", "autograd"):
        from benchmarks.rivals import RIVALS, rival

        RIVALS[engine]()
        return before_work(), rival(engine, workload)
    if engine == "bare":
        from benchmarks.bare import bare

        return before_work(), bare(workload)
    from benchmarks.workloads import WORKLOADS

    lib = importlib.import_module("torch" if engine == "torch" else "minigrad")
    importlib.import_module(f"{lib.__name__}.nn"), importlib.import_module(f"{lib.__name__}.optim")
    lib.set_num_threads(threads)
    compiled = lib.compile if engine == "compiled" else lambda step: step
    return before_work(), compiled(WORKLOADS[workload].make(lib))


def before_work() -> float:
    """Memory in MiB now; from here on its peak counts."""
    gc.collect()
    if STATUS.exists():
        try:
            Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
        except OSError:
            return peak()
        return _status("VmRSS")
    return peak()


def peak() -> float:
    """The most memory that the process has held, in MiB."""
    if STATUS.exists():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def _status(name: str) -> float:
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def arrays(values: Any) -> list[Any]:
    """The results of a step as arrays."""
    return [each.detach().numpy() if hasattr(each, "detach") else each for each in values]


def main() -> None:
    """Serve commands until the empty line."""
    warnings.simplefilter("ignore")
    engine, workload = sys.argv[1:]
    before, step = prepared(engine, workload)
    if step is None:
        print("missing", flush=True)
        return
    start = time.perf_counter()
    numbers = [summary(arrays(step())) for _ in range(3)]
    print(json.dumps({"numbers": numbers, "seconds": time.perf_counter() - start}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            print(peak() - before, flush=True)
            return
        gc.collect()
        start = time.perf_counter()
        for _ in range(int(line)):
            step()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
