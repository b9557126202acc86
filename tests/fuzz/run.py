"""Random programs in minigrad and in PyTorch, for as long as one likes: `python tests/fuzz/run.py --minutes 60`.

Each program that parts is shortened, line by line, as long as it still parts in the same way, and printed.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from agreement import Comparison, first_parting, of_derivatives
from known import KNOWN, USED, Parting, known
from program import Writer

LENGTH = 9


def drawn(seed: int, only: str = "") -> tuple[list[str], Parting | None]:
    """The program of a seed, each line of which both libraries have carried out, and where they part in the end."""
    writer, comparison = Writer(seed, only), Comparison()
    lines: list[str] = []
    waiting = writer.first_lines()
    while len(lines) < LENGTH:
        line = waiting.pop(0) if waiting else writer.line()
        refused = comparison.step(line)
        if comparison.over:
            return lines, None
        if refused is not None:
            return [*lines, line], None if known(refused, line, lines) else refused
        if " = " in line and line.partition(" = ")[0] not in comparison.ours.tensors():
            continue  # both have refused it
        lines.append(line)
        for name, each in comparison.ours.tensors().items():
            if each.numel() < 400:
                writer.tensors[name] = tuple(each.shape), each.dtype.kind
            else:
                writer.tensors.pop(name, None)
    return lines, of_derivatives(comparison, lines)


def kind(parting: Parting) -> str:
    """What parts, without the names."""
    return re.sub(r"\bt\d+\b|line \d+", "", parting.what)


def shortened(lines: list[str], parting: Parting) -> tuple[list[str], Parting]:
    """The program without the lines that it parts without."""
    i = len(lines) - 1
    while i >= 0:
        shorter = lines[:i] + lines[i + 1 :]
        found = first_parting(shorter)
        if found is not None and kind(found) == kind(parting) and "NameError" not in f"{found.ours}{found.theirs}":
            lines, parting = shorter, found
        i -= 1
    return lines, parting


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--seed", type=int, default=0, help="of the first program (default 0)")
    options.add_argument("--only", default="", help="half of the lines are of templates that this expression is in")
    options.add_argument("--without", default="^$", help="entries of known.py that this is in count as unknown")
    given = options.parse_args()
    KNOWN[:] = [each for each in KNOWN if not re.search(given.without, " | ".join(each))]
    end = time.monotonic() + given.minutes * 60
    programs = count = 0
    seen: dict[str, int] = {}
    seed = given.seed
    while time.monotonic() < end:
        lines, parting = drawn(seed, given.only)
        programs, count = programs + 1, count + len(lines)
        if parting is not None:
            lines, parting = shortened(lines, parting)
            last = lines[-1].partition(" = ")[2] or lines[-1]
            about = f"{kind(parting)} | {re.sub(r't[0-9]+|[0-9., -]+', '', last)}"
            seen[about] = seen.get(about, 0) + 1
            if seen[about] == 1:
                print(f"-- seed {seed} --", *lines, parting, sep="\n", flush=True)
        seed += 1
    parted = f"{sum(seen.values())} part in {len(seen)} ways"
    print(f"{programs} programs, {count} lines, seeds {given.seed} to {seed - 1}: {parted}")
    for entry in KNOWN:
        print(f"{USED[entry]:6}  known: {' | '.join(entry)}")
    for about, times in sorted(seen.items(), key=lambda each: -each[1]):
        print(f"{times:6}  {about}")


if __name__ == "__main__":
    main()
