"""An engine at a workload, as the run sees it: a process that is asked for steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any

TITLES = {
    "torch": "PyTorch",
    "minigrad": "minigrad",
    "compiled": "minigrad.compile",
    "mygrad": "MyGrad",
    "autograd": "HIPS autograd",
    "bare": "NumPy alone",
}
PACKAGES = {"compiled": "minigrad", "bare": "numpy"}
PATIENCE = 90
"""So many seconds an engine has for its first three steps; a program of 20,000 steps takes far longer to be written."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Engine:
    """It has run its first three steps: `numbers` came out, and `first` seconds passed. `why`: why it takes no part."""

    def __init__(self, name: str, workload: str, threads: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", name, workload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **dict.fromkeys(THREADS, str(threads))},
        )
        self.name, self.workload, self.why = name, workload, ""
        self.steps = 1
        self.seconds: list[float] = []
        self.numbers: list[list[float]] = []
        self.first = 0.0
        too_late = threading.Timer(PATIENCE, self.process.kill)
        too_late.start()
        answer = self._answer()
        if too_late.finished.is_set():
            self.why = f"not ready within {PATIENCE} s"
        too_late.cancel()
        if not self.why and answer == "missing":
            self.why = "no words for it"
        elif not self.why:
            found = json.loads(answer)
            self.numbers, self.first = found["numbers"], found["seconds"]

    def run(self, steps: int) -> float:
        """Seconds for each of `steps` steps; 0 once the engine has failed."""
        answer = self._ask(str(steps))
        return 0.0 if self.why else float(answer) / steps

    def memory(self) -> float:
        """The peak of memory above the import in MiB; ends the process."""
        answer = self._ask("")
        return 0.0 if self.why else float(answer)

    def agrees(self, reference: Engine, tolerance: float = 2e-3) -> bool:
        """Whether its first steps gave the numbers of `reference`."""
        pairs = [pair for mine, theirs in zip(self.numbers, reference.numbers) for pair in zip(mine, theirs)]
        return all(abs(a - b) <= tolerance * abs(b) + 1e-5 for a, b in pairs)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.communicate()

    def _ask(self, line: str) -> str:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self._answer()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line:
            assert self.process.stderr is not None
            self.why = (self.process.stderr.read().strip().splitlines() or ["it ended without a word"])[-1]
        return line


def versions(names: Any) -> dict[str, str]:
    """The versions of Python, NumPy and of the packages of these engines."""
    from importlib.metadata import version

    packages = dict.fromkeys(["numpy", *(PACKAGES.get(each, each) for each in names)])
    return {"python": sys.version.split()[0], **{each: version(each) for each in packages}}
