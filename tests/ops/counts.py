"""How much there is, and how much of it is proved: `make counts`."""

from __future__ import annotations

from names import PROMISED, missing
from samples import Row, table

from minigrad import ops
from minigrad.autograd import PRIMITIVES


def samples(rows: list[Row], layouts: bool = False) -> int:
    return sum(len(list(row.samples(layouts=layouts))) for row in rows)


def main() -> None:
    rows = table()
    smooth = [row for row in rows if row.has_derivative]
    twice = [row for row in smooth if row.twice]
    public = [name for name in dir(ops) if callable(getattr(ops, name)) and not name.startswith("_")]
    lines = {
        "primitives": len(PRIMITIVES),
        "public operations": len(public),
        "rows of the table": len(rows),
        "samples: values, in float64 and float32": 2 * samples([row for row in rows if row.reference], layouts=True),
        "samples: first derivative, reverse mode": samples(smooth),
        "samples: first derivative, forward mode": samples(smooth),
        "samples: second derivative, reverse over reverse": samples(twice),
        "samples: second derivative, forward over reverse": len(twice),
        "samples: all of these beside PyTorch": samples([row for row in rows if row.torch is not None], layouts=True),
        "names of PyTorch promised": sum(len(group.split()) for group in PROMISED.values()),
        "names missing": ", ".join(missing()) or "none",
    }
    for what, count in lines.items():
        print(f"{what:50} {count}")


if __name__ == "__main__":
    main()
