# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of the portal prints."""

from .portal import FEW, FILING
from .report import LABEL_WIDTH, print_goals, print_notes, print_plans

LIST_GOAL = 0.2  # of the base's time
FILING_GOAL = 0.75  # of the base's time
QUERY_GOAL = 0.001  # seconds


def report_portal(bench, version):
    """Measure and print the figures.

    :param bench: of the portal
    :param str version: of PostgreSQL
    """
    bench.run()
    results = bench.results
    print(
        f"\nThe portal over HTTP, median, as a customer with {bench.args.tickets:,} "
        f"tickets and as one with {FEW}; stmts and SQL as the server's log tells; "
        f"PostgreSQL {version}.\n"
    )
    cells = f"{'stmts':>7}{'SQL ms':>9}{'ms':>9}"
    space = " " * LABEL_WIDTH
    print(f"{space} | {'without':^25} | {'with omydoo_helpdesk':^33}")
    print(f"{space} | {cells} | {cells}{'ratio':>8}")
    print("-" * 100)
    for label, sides in results.items():
        line = f"{label:{LABEL_WIDTH}} | {_get_cells(sides.get('without'))} | "
        line += _get_cells(sides["with"])
        if sides.get("without"):
            line += f"  x {_get_ratio(sides):.3f}"
        print(line)
    print_notes(bench.notes)
    print_goals(_get_goals(results))
    print("\nHow PostgreSQL runs the queries of the list, with omydoo_helpdesk")
    print_plans(results, QUERY_GOAL)


def _get_cells(figures):
    if not figures:
        return f"{'-':>7}{'-':>9}{'-':>9}"
    sql = figures.get("sql", figures["seconds"]) * 1000
    total = "" if "plan" in figures else f"{figures['seconds'] * 1000:.1f}"
    return f"{figures['statements']:7.0f}{sql:9.2f}{total:>9}"


def _get_ratio(sides):
    return sides["with"]["seconds"] / sides["without"]["seconds"]


def _get_goals(results):
    """Return for each goal whether it is reached, and the figures."""
    for label, goal in (
        ("list, all of many, page 1", LIST_GOAL),
        ("list, all of many, last page", LIST_GOAL),
        (FILING, FILING_GOAL),
    ):
        ratio = _get_ratio(results[label])
        yield ratio <= goal, f"{label}: at most {goal} of the base's time: {ratio:.3f}"
    for role in ("", ", role own"):
        labels = [f"SQL: {what} of {FEW}{role}" for what in ("first page", "counts")]
        milliseconds = sum(results[name]["with"]["seconds"] for name in labels) * 1000
        yield (
            milliseconds < QUERY_GOAL * 1000,
            f"SQL: first page and counts of {FEW}{role}: under "
            f"{QUERY_GOAL * 1000:.0f} ms together: {milliseconds:.2f} ms",
        )
