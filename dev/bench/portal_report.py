# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of the portal prints."""

from .portal import FEW, FILING
from .report import (
    LABEL_WIDTH,
    Goal,
    get_ratio,
    get_ratio_goal,
    get_statements_goal,
    print_goals,
    print_notes,
    print_plans,
)

# By row: of the base's time.
RATIOS = {
    "list, all of many, page 1": 0.1,
    "list, all of many, last page": 0.1,
    "search of many, a rare word": 0.1,
    "search of many, a word of all": 0.1,
    "a ticket's page": 1.0,
    "the form": 0.9,
    FILING: 0.6,
}
PAGE_STATEMENTS = 18
COUNTS_GOAL = 0.005  # seconds, of a customer with many
QUERY_GOAL = 0.001  # seconds, of one with few


def report_portal(bench, version):
    """Measure and print the figures.

    :param bench: of the portal
    :param str version: of PostgreSQL
    :return: the goals
    :rtype: list[Goal]
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
            line += f"  x {get_ratio(sides):.3f}"
        print(line)
    print_notes(bench.notes)
    goals = list(_get_goals(results))
    print_goals(goals)
    print("\nHow PostgreSQL runs the queries of the list, with omydoo_helpdesk")
    print_plans(results, QUERY_GOAL)
    return goals


def _get_cells(figures):
    if not figures:
        return f"{'-':>7}{'-':>9}{'-':>9}"
    sql = figures.get("sql", figures["seconds"]) * 1000
    total = "" if "plan" in figures else f"{figures['seconds'] * 1000:.1f}"
    return f"{figures['statements']:7.0f}{sql:9.2f}{total:>9}"


def _get_goals(results):
    """Return for each goal whether it is reached, and the figures."""
    for row, ratio in RATIOS.items():
        yield get_ratio_goal(results, row, ratio)
    yield get_statements_goal(results, "a ticket's page", PAGE_STATEMENTS)
    for row, sides in results.items():
        if row.startswith("SQL: counts of many"):
            seconds = sides["with"]["seconds"]
            yield Goal(
                row,
                seconds < COUNTS_GOAL,
                f"under {COUNTS_GOAL * 1000:.0f} ms",
                f"{seconds * 1000:.2f} ms",
            )
    for role in ("", ", role own"):
        labels = [f"SQL: {what} of {FEW}{role}" for what in ("first page", "counts")]
        milliseconds = sum(results[name]["with"]["seconds"] for name in labels) * 1000
        yield Goal(
            labels[0],
            milliseconds < QUERY_GOAL * 1000,
            f"with the counts under {QUERY_GOAL * 1000:.0f} ms",
            f"{milliseconds:.2f} ms",
        )
