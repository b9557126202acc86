"""All engines, all workloads, in one run: `python -m benchmarks [--rounds N] [--only NAME ...] [--json FILE]`.

For each workload the engines take turns, a few steps each, round after round, so that whatever else the machine is
doing falls on all of them. Their numbers are compared before anything is timed. The table gives for each engine the
median time of a step, the median over the rounds of this time divided by PyTorch's in the same round, with the smallest
and the largest quotient (below 1 is faster than PyTorch), and the peak of memory above the import.

The file that `--json` writes has "rows", one for each workload and engine: "workload", "title", "engine"; times of a
step in seconds, "median", "min" and "max"; their quotients with PyTorch's, "ratio", "ratio_min" and "ratio_max";
"memory" in MiB; "first", the seconds of the first three steps, in which programs are traced; "rounds", and "steps" in
each. Or instead of figures "why". Beside the rows stand "machine", "versions", "threads" and "date".
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.bare import BARE
from benchmarks.engine import PACKAGES, TITLES, Engine, versions
from benchmarks.workloads import WORKLOADS

ROUND_SECONDS = 0.4


def measured(workload: str, engines: list[str], rounds: int, threads: int) -> list[dict[str, Any]]:
    """The rows of one workload."""
    ready: list[Engine] = []
    all_of_them: list[Engine] = []
    for name in engines:
        say(f"{workload}: {TITLES[name]} sets up")
        all_of_them.append(Engine(name, workload, threads))
    try:
        reference = all_of_them[0]
        for engine in all_of_them:
            if not engine.why and not reference.why and not engine.agrees(reference):
                engine.why = f"other numbers than {TITLES[reference.name]}: {engine.numbers} and {reference.numbers}"
        ready = [engine for engine in all_of_them if not engine.why]
        for engine in ready:  # how many steps fit into a round
            seconds = engine.run(1)
            engine.steps = max(1, min(1000, int(ROUND_SECONDS / seconds))) if seconds else 1
        for turn in range(rounds):
            say(f"{workload}: round {turn + 1} of {rounds}")
            for engine in ready[:: 1 if turn % 2 else -1]:
                engine.seconds.append(engine.run(engine.steps))
        return [row(engine, reference) for engine in all_of_them]
    finally:
        for engine in all_of_them:
            engine.end()


def row(engine: Engine, reference: Engine) -> dict[str, Any]:
    """What is known of one engine at one workload."""
    memory = 0.0 if engine.why else engine.memory()
    found: dict[str, Any] = {
        "workload": engine.workload,
        "title": WORKLOADS[engine.workload].title,
        "engine": TITLES[engine.name],
    }
    if engine.why:
        return {**found, "why": engine.why}
    times = engine.seconds
    found |= {"median": statistics.median(times), "min": min(times), "max": max(times), "memory": memory}
    if reference.name == "torch" and not reference.why:
        ratios = [mine / theirs for mine, theirs in zip(times, reference.seconds)]
        found |= {"ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios)}
    return {**found, "first": engine.first, "rounds": len(times), "steps": engine.steps}


def line(found: dict[str, Any]) -> str:
    """A row as a line of the table."""
    start = f"{found['workload']:20} {found['engine']:16}"
    if "why" in found:
        return f"{start} {'-':>9}    {found['why'][:80]}"
    ratio = f"{found['ratio']:6.2f} ({found['ratio_min']:.2f} to {found['ratio_max']:.2f})" if "ratio" in found else ""
    return f"{start} {found['median'] * 1e3:9.3f} ms {ratio:24} {found['memory']:7.0f} MiB"


def machine() -> str:
    """The processor, and how many of its cores are ours."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [each.partition(":")[2].strip() for each in lines if each.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {cores} cores, {platform.system()}"


def say(progress: str) -> None:
    """Show what is being done on a line of the terminal that the next one overwrites."""
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="\r", file=sys.stderr, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="minigrad beside others")
    parser.add_argument("--rounds", type=int, default=7, help="rounds in which all engines take a turn (7)")
    parser.add_argument("--only", nargs="+", choices=list(WORKLOADS), metavar="NAME", help="these workloads only")
    parser.add_argument("--engines", nargs="+", choices=list(TITLES), metavar="NAME", help="these engines only")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads for each engine (all cores)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--list", action="store_true", help="name the workloads and engines")
    options = parser.parse_args()
    if options.list:
        print("\n".join(f"{name:22} {each.title}" for name, each in WORKLOADS.items()), *TITLES, sep="\n")
        return
    asked = [each for each in TITLES if each in (options.engines or TITLES)]
    engines = [each for each in asked if importlib.util.find_spec(PACKAGES.get(each, each))]
    if len(engines) < len(asked):
        print(f"not installed, left out: {', '.join(TITLES[each] for each in asked if each not in engines)}")
    about: dict[str, Any] = {
        "machine": machine(),
        "versions": versions(engines),
        "threads": options.threads,
        "date": time.strftime("%Y-%m-%d"),
    }
    print(about["machine"], ", ".join(f"{name} {each}" for name, each in about["versions"].items()), sep="\n")
    print(f"{options.threads} threads each\n{'workload':20} {'engine':16} {'a step':>12} {'beside PyTorch':24} memory")
    rows: list[dict[str, Any]] = []
    for workload in options.only or WORKLOADS:
        counted = [each for each in engines if each != "bare" or workload in BARE]
        found = measured(workload, counted, options.rounds, options.threads)
        say("")
        print("\n".join(map(line, found)), flush=True)
        rows += found
        if options.json:
            options.json.write_text(json.dumps({**about, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
