# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of the start prints."""

import statistics

from .base import WITH, WITHOUT
from .people import KINDS
from .report import LABEL_WIDTH, Goal, print_goals, print_notes
from .start import (
    INSTALLATION,
    MEMORY,
    REGISTRY,
    REQUESTS,
    USED_MEMORY,
)

KILO = 1000  # as browsers tell it
STANDS_OUT = 1.25  # of the base


def report_start(bench, version):
    """Measure and print the figures.

    :param bench: of the start
    :param str version: of PostgreSQL
    :return: the goals
    :rtype: list[Goal]
    """
    bench.run()
    results = bench.results
    installed = results[INSTALLATION][WITH]
    print(
        f"\nThe start, median of {bench.args.runs} runs; memory after requests, one "
        f"run; PostgreSQL {version}. Installed beside what it depends on in "
        f"{installed['seconds']:.1f} s, with {installed['memory']:.0f} MB.\n"
    )
    print(f"{'':{LABEL_WIDTH}} | {'without':^24} | {'with omydoo_helpdesk':^24} |")
    print("-" * 101)
    rows = [(REGISTRY, "seconds", 1 / 1000, "ms")]
    for row in (REGISTRY, MEMORY, USED_MEMORY):
        rows += [(row, "resident", 1, "MB resident"), (row, "amount", 1, "MB own")]
    for row in results:
        if row.startswith("files"):
            rows.append((row, "files", 1, "files"))
            rows += [(row, name, KILO, f"kB of {name}") for name in ("js", "css")]
            rows.append((row, "amount", KILO, "kB, compressed"))
    for row, name, unit, text in rows:
        base, ours = (results[row][side][name] / unit for side in (WITHOUT, WITH))
        _print_row(row, base, ours, text)
    _print_requests(bench)
    print_notes(bench.notes)
    goals = list(_get_goals(bench))
    print_goals(goals)
    return goals


def _print_row(label, base, ours, text):
    ratio = ours / base if base else 0
    mark = "  !" if ratio > STANDS_OUT else ""
    print(
        f"{label:{LABEL_WIDTH}} | {base:12,.1f} {'':11} | {ours:12,.1f} {'':11} | "
        f"x {ratio:.2f} {text}{mark}"
    )


def _print_requests(bench):
    print(f"\nOf the {REQUESTS:,} requests, one after the other, the median")
    for kind in KINDS:
        times = [record.seconds[kind] for record in bench.records.values()]
        if all(times):
            base, ours = (statistics.median(of_side) * 1000 for of_side in times)
            _print_row(kind, base, ours, f"ms, {len(times[0])} and {len(times[1])}")


def _get_goals(bench):
    for side, record in bench.records.items():
        examples = [
            f"{kind}: {what}: {text}" for (kind, what), text in record.examples.items()
        ]
        yield Goal(
            f"{USED_MEMORY}, {side}",
            not record.errors,
            "no error",
            "; ".join(examples) or "none",
        )
