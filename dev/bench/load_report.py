# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of many people at once prints."""

import statistics

from .base import WITH, WITHOUT
from .load import AGENTS, CUSTOMERS
from .people import KINDS, MY_DESK
from .report import LABEL_WIDTH, Goal, print_goals
from .server import PreforkServer

ALL = "one thing done, of all at once"
NO_ERROR = "many at once"
SHARE = 95  # of the times, of which the slowest is told
# What a side may compute while it is not its turn: of that time, of one core.
IDLE_SHARE = 0.02


def report_load(bench, version):
    """Measure and print the figures.

    :param bench: of the load
    :param str version: of PostgreSQL
    :return: the goals
    :rtype: list[Goal]
    """
    bench.run()
    bench.results = _get_results(bench)
    print(
        f"\n{AGENTS} agents and {CUSTOMERS} customers at once, {bench.args.seconds} s "
        f"a side in turns; {PreforkServer.WORKERS} workers, {bench.args.tickets:,} "
        f"tickets; the median, and what {SHARE} in 100 took at most, waiting included, "
        f"with all that a browser asks for; PostgreSQL {version}.\n"
    )
    _print_kinds(bench)
    _print_sides(bench)
    _print_errors(bench)
    goals = list(_get_goals(bench))
    print_goals(goals)
    return goals


def _get_results(bench):
    """Return by row and side the time of what is done: of all, and the slow ones of
    each kind."""
    results = {
        ALL: {side: {"seconds": 1 / _get_rate(bench, side)} for side in bench.records}
    }
    for kind in KINDS:
        sides = {
            side: {"seconds": get_slow(record.seconds[kind])}
            for side, record in bench.records.items()
            if record.seconds[kind]
        }
        results[f"{kind}, done, p{SHARE}"] = sides
    return results


def _get_rate(bench, side):
    """Return how many things people of a side did in a second."""
    count = bench.records[side].count()
    return max(count, 1) / bench.figures[side]["seconds"]


def get_slow(seconds):
    """Return what most of some times are below, or as long as.

    :param list seconds: one at least
    :rtype: float
    """
    ordered = sorted(seconds)
    return ordered[-(-len(ordered) * SHARE // 100) - 1]


def _print_kinds(bench):
    cells = f"{'number':>8}{'median':>9}{f'p{SHARE} ms':>9}"
    space = " " * LABEL_WIDTH
    print(f"{space} | {'without':^26} | {'with omydoo_helpdesk':^34}")
    print(f"{space} | {cells} | {cells}{f'p{SHARE}':>8}")
    print("-" * 101)
    for kind in KINDS:
        times = {side: record.seconds[kind] for side, record in bench.records.items()}
        line = f"{kind:{LABEL_WIDTH}} | {_get_cells(times[WITHOUT])} | "
        line += _get_cells(times[WITH])
        if all(times.values()):
            ratio = get_slow(times[WITH]) / get_slow(times[WITHOUT])
            line += f"  x {ratio:.2f}"
        print(line)
    opened = bench.desk_record.seconds[MY_DESK]
    if opened:
        print(f"{MY_DESK:{LABEL_WIDTH}} | {_get_cells([])} | {_get_cells(opened)}")
        print(
            f"({MY_DESK} is opened at the end, beside all else, and counted nowhere.)"
        )


def _get_cells(seconds):
    if not seconds:
        return f"{'-':>8}{'-':>9}{'-':>9}"
    median, slow = statistics.median(seconds) * 1000, get_slow(seconds) * 1000
    return f"{len(seconds):8,}{median:9.0f}{slow:9.0f}"


def _print_sides(bench):
    print()
    for side, figures in bench.figures.items():
        retries = sum(figures["retries"].values())
        print(
            f"{side:8} {bench.records[side].count():7,} things done in "
            f"{figures['seconds']:.0f} s: {_get_rate(bench, side):.2f} a second, by "
            f"{bench.records[side].requests:,} requests; "
            f"{get_waiting(bench, side):.0f} of {AGENTS + CUSTOMERS} wait at a time; "
            f"{retries} tried again by Odoo"
            + "".join(
                f", {what.strip()}: {n}" for what, n in figures["retries"].items()
            )
            + f" ({figures['serialization']} “could not serialize” in the log); "
            f"{figures['idle']:.1f} s of CPU while the other had its turn"
        )


def get_waiting(bench, side):
    """Return how many people wait for an answer at a time, on average."""
    record = bench.records[side]
    return sum(map(sum, record.seconds.values())) / bench.figures[side]["seconds"]


def _print_errors(bench):
    for side, record in [*bench.records.items(), (MY_DESK, bench.desk_record)]:
        for (kind, what), count in record.errors.items():
            print(f"ERROR {side}, {kind}: {what}, {count} times")
            print(f"  {record.examples[kind, what]}")
    for side, figures in bench.figures.items():
        failures = figures["failures"]
        if failures:
            print(f"{side}: the log tells of {len(failures)} failures; the first one:")
            print(f"  {failures[0]} (see {bench.servers[side].log})")


def _get_goals(bench):
    errors = sum(bench.records[WITH].errors.values())
    errors += sum(bench.desk_record.errors.values())
    yield Goal(
        NO_ERROR,
        not errors,
        "no error",
        f"{errors} of {bench.records[WITH].count() + bench.desk_record.count():,}",
    )
    rates = {side: _get_rate(bench, side) for side in bench.records}
    yield Goal(
        ALL,
        rates[WITH] >= rates[WITHOUT],
        "at least as many a second as the base",
        f"{rates[WITH]:.2f} beside {rates[WITHOUT]:.2f}",
    )
    total = sum(figures["seconds"] for figures in bench.figures.values())
    idle = max(
        figures["idle"] / (total - figures["seconds"])
        for figures in bench.figures.values()
    )
    waiting = min(get_waiting(bench, side) for side in bench.records)
    yield Goal(
        "many at once, the measure",
        idle <= IDLE_SHARE and waiting >= PreforkServer.WORKERS,
        "who has no turn is idle, and more people wait than there are workers",
        f"{idle:.1%} of a core, {waiting:.0f} people",
    )
