"""The table of a profile: text that is readable at 120 columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minigrad.viz.formulas.numbers import bytes_text

WIDTH = 120
SORTED_BY = (
    "self_cpu_time_total",
    "cpu_time_total",
    "cpu_time",
    "count",
    "self_cpu_memory_usage",
    "cpu_memory_usage",
    "self_device_time_total",
    "device_time_total",
)
UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6}

Column = tuple[str, Callable[[Any], str]]


def text(
    events: Sequence[Any],
    memory: bool,
    sort_by: str | None,
    row_limit: int,
    widths: tuple[int, int, int],
    header: str | None,
    time_unit: str | None,
) -> str:
    """The table of events or rows, see `EventList.table`; `widths` are those of names, shapes and lines."""
    if time_unit is not None and time_unit not in UNITS:
        raise ValueError(f"table: time_unit is one of {', '.join(UNITS)}, not {time_unit!r}")
    whole = sum(each.own_nanoseconds for each in events) or 1
    rows = sorted(events, key=_attribute(sort_by), reverse=True) if sort_by is not None else list(events)
    shown = rows if row_limit < 0 else rows[:row_limit]
    columns = _columns(memory, whole, time_unit)
    after = _texts(shown, widths)
    body = [[cell(each) for _, cell in columns] for each in shown]
    extra = [[cell(each) for _, cell in after] for each in shown]
    lines = [[head for head, _ in (*columns, *after)], *(a + b for a, b in zip(body, extra))]
    sizes = [max(map(len, column)) for column in zip(*lines)]
    sizes[len(columns) :] = [min(size, limit) for size, limit in zip(sizes[len(columns) :], widths[1:])]
    spare = WIDTH - sum(sizes[1:]) - 2 * (len(sizes) - 1)
    sizes[0] = min(sizes[0], widths[0], max(spare, 20))
    for line in lines:
        line[:] = [_cut(cell, size) for cell, size in zip(line, sizes)]
    told = [] if header is None else [header]
    told += [_line(line, sizes, len(columns)) for line in lines]
    rule = "-" * len(_line(["-" * size for size in sizes], sizes, len(columns)))
    told.insert(len(told) - len(shown), rule)
    left_out = len(rows) - len(shown)
    return "\n".join(
        [
            *told,
            rule,
            *([f"and {left_out} more rows"] if left_out else []),
            f"Self CPU time total: {time_text(whole / 1000 if events else 0.0, time_unit)}",
            "",
        ]
    )


def _columns(memory: bool, whole: int, unit: str | None) -> list[Column]:
    columns: list[Column] = [
        ("Name", lambda each: each.key),
        ("Stage", lambda each: each.stage),
        ("Self CPU %", lambda each: f"{100 * each.own_nanoseconds / whole:.2f}%"),
        ("Self CPU", lambda each: time_text(each.self_cpu_time_total, unit)),
        ("Total %", lambda each: f"{100 * each.nanoseconds / whole:.2f}%"),
        ("CPU total", lambda each: time_text(each.cpu_time_total, unit)),
        ("Average", lambda each: time_text(each.cpu_time, unit)),
    ]
    if memory:
        columns += [
            ("Self mem", lambda each: bytes_text(each.self_cpu_memory_usage)),
            ("CPU mem", lambda each: bytes_text(each.cpu_memory_usage)),
        ]
    return [*columns, ("Calls", lambda each: str(each.count))]


def _texts(events: Sequence[Any], widths: tuple[int, int, int]) -> list[Column]:
    """The columns after the numbers: those that have anything to say."""
    found: list[Column] = []
    if any(each.input_shapes for each in events):
        found.append(("Input shapes", lambda each: str(each.input_shapes)))
    if any(each.stack for each in events):
        found.append(("Source location", lambda each: " < ".join(each.stack)))
    return found


def _line(cells: Sequence[str], sizes: Sequence[int], numbers: int) -> str:
    padded = [f"{c:>{w}}" if 2 <= i < numbers else f"{c:<{w}}" for i, (c, w) in enumerate(zip(cells, sizes))]
    return "  ".join(padded).rstrip()


def _cut(cell: str, size: int) -> str:
    return cell if len(cell) <= size else cell[: size - 3] + "..."


def _attribute(name: str) -> Callable[[Any], Any]:
    own = name.replace("cuda", "device").replace("xpu", "device")
    if own not in SORTED_BY:
        raise AttributeError(f"table: rows have no {name!r} to be sorted by; they have {', '.join(SORTED_BY)}")
    return lambda each: getattr(each, own)


def time_text(microseconds: float, unit: str | None = None) -> str:
    """As 12.345ms: in `unit`, or in what fits."""
    unit = unit or ("s" if microseconds >= 1e6 else "ms" if microseconds >= 1e3 else "us")
    return f"{microseconds / UNITS[unit]:.3f}{unit}"
