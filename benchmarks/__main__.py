"""All libraries, all workloads, in one run: `python -m benchmarks [--rounds N] [--only NAME ...]`.

For each workload the libraries take turns, a few steps each, round after round, so that whatever else the machine is
doing falls on all of them. The table gives for each library the median over the rounds of its time divided by
PyTorch's in the same round, with the smallest and the largest quotient; below 1 is faster than PyTorch. Memory is the
growth of the process while it stepped.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
from typing import Any

from benchmarks.torch_like import WORKLOADS

LIBRARIES = ("torch", "minigrad", "mygrad", "autograd")
ROUND_SECONDS = 0.4
THREADS = "2"


class Worker:
    """A library at a workload, in its own process."""

    def __init__(self, library: str, workload: str) -> None:
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), THREADS)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", library, workload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **threads},
        )
        self.library, self.steps, self.per_step = library, 1, []  # type: ignore[var-annotated]
        self.state = self._answer()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line:
            assert self.process.stderr is not None
            return "failed: " + (self.process.stderr.read().strip().splitlines() or ["no reason given"])[-1][:90]
        return line

    def run(self, steps: int) -> float | None:
        """Seconds for each of `steps` steps, or None once the library has failed."""
        answer = self._ask(str(steps))
        try:
            return float(answer) / steps
        except ValueError:
            self.state = answer
            return None

    def memory(self) -> float:
        """The growth of its memory in MiB; ends the process."""
        return float(self._ask(""))

    def _ask(self, line: str) -> str:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self._answer()


def measured(workload: str, libraries: list[str], rounds: int) -> dict[str, Any]:
    """For each library (times of a step by round, growth of memory), or the reason why not."""
    workers = [Worker(library, workload) for library in libraries]
    ready = [worker for worker in workers if worker.state == "ready"]
    for worker in ready:  # the first step warms up, the second says how many fit into a round
        worker.run(1)
        seconds = worker.run(1)
        worker.steps = max(1, min(1000, int(ROUND_SECONDS / seconds))) if seconds else 1
    for _ in range(rounds):
        for worker in ready:
            if worker.state == "ready" and (seconds := worker.run(worker.steps)):
                worker.per_step.append(seconds)
    return {
        worker.library: (worker.per_step, worker.memory()) if worker.state == "ready" else worker.state
        for worker in workers
    }


def row(workload: str, found: dict[str, Any]) -> list[str]:
    """The lines of the table for one workload."""
    reference = found.get("torch")
    lines = []
    for library, result in found.items():
        if isinstance(result, str):
            lines.append(f"{workload:13} {library:9} {'-' if result == 'missing' else result}")
            continue
        times, memory = result
        text = f"{workload:13} {library:9} {min(times) * 1e3:9.3f} ms"
        if isinstance(reference, tuple) and library != "torch":
            ratios = [mine / theirs for mine, theirs in zip(times, reference[0])]
            low, high = min(ratios), max(ratios)
            text += f"   {statistics.median(ratios):7.2f} x PyTorch ({low:.2f} to {high:.2f})"
        else:
            text += " " * 31
        lines.append(f"{text}   {memory:7.0f} MiB")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=12, help="rounds in which all libraries take a turn (12)")
    parser.add_argument("--only", nargs="+", choices=list(WORKLOADS), help="measure these workloads only")
    options = parser.parse_args()
    libraries = [each for each in LIBRARIES if importlib.util.find_spec(each)]
    absent = [each for each in LIBRARIES if each not in libraries]
    if absent:
        print(f"not installed, left out: {', '.join(absent)}")
    print(f"{'workload':13} {'library':9} {'fastest step':>12}   {'median ratio (smallest to largest)':30}   memory")
    for workload in options.only or WORKLOADS:
        for line in row(workload, measured(workload, libraries, options.rounds)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
