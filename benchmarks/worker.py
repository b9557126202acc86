"""One library with one workload in a process of its own: steps on command, and says how long they took.

A process each, so that no library's threads, caches or memory disturb another's. Lines on standard input are numbers of
steps; each is answered by the seconds that they took. An empty line is answered by the peak of memory, and ends it.
"""

from __future__ import annotations

import gc
import importlib
import resource
import sys
import time
from typing import Any


def prepared(library: str, workload: str) -> Any:
    """The step of `workload`, or None where `library` does not have it."""
    if library in ("minigrad", "torch"):
        lib = importlib.import_module(library)
        importlib.import_module(f"{library}.nn"), importlib.import_module(f"{library}.optim")
        if library == "torch":
            lib.set_num_threads(2)
        from benchmarks.torch_like import WORKLOADS

        return WORKLOADS[workload](lib)
    module = importlib.import_module({"mygrad": "benchmarks.with_mygrad", "autograd": "benchmarks.hips"}[library])
    make = module.WORKLOADS.get(workload)
    return make and make()


def resident_peak() -> float:
    """The most memory that the process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def main() -> None:
    """Serve commands until the empty line."""
    library, workload = sys.argv[1:]
    step = prepared(library, workload)
    before = resident_peak()
    print("ready" if step else "missing", flush=True)
    for line in sys.stdin:
        if not line.strip():
            print(resident_peak() - before, flush=True)
            return
        gc.collect()
        start = time.perf_counter()
        for _ in range(int(line)):
            step()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
