# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of the desk prints."""

from .desk import MY_DESK, READINGS, SCREENS, WORKS
from .report import (
    LABEL_WIDTH,
    Goal,
    get_query_goal,
    get_ratio_goal,
    get_statements_goal,
    is_query,
    print_goals,
    print_notes,
    print_plans,
)
from .tickets import OPEN_SHARE

SIDES = {"without": "without", "with": "with omydoo_helpdesk", "sla": "with OCA's SLA"}
SHARE_GOAL = 15  # statements of scope and SLA, whatever the number of tickets
STAGE_GOAL = 30  # statements more than without us
QUERY_GOAL = 0.005  # seconds
LOOKALIKE_GOAL = 0.1  # seconds, of what a customer waits for while typing


def report_desk(bench, version):
    """Measure and print the figures.

    :param bench: of the desk
    :param str version: of PostgreSQL
    :return: the goals
    :rtype: list[Goal]
    """
    bench.run()
    results = bench.results
    print(
        f"\nMedian of {bench.args.runs} runs, as an agent; stmts are SQL statements; "
        f"PostgreSQL {version}.\nThe last "
        f"{sum(1 for row in results if _is_reading(row))} rows are read from "
        f"{bench.args.tickets:,} tickets, of which {OPEN_SHARE} is open.\n"
    )
    for line in _get_table(results):
        print(line)
    print_notes(bench.notes)
    goals = list(_get_goals(results, bench.trace))
    print_goals(goals)
    print("\nHow PostgreSQL runs the queries, with omydoo_helpdesk")
    print_plans(results, QUERY_GOAL)
    return goals


def _is_reading(label):
    return label.startswith(("SQL", "list", "kanban", "look-alikes", MY_DESK))


def _get_table(results):
    """Return the lines of the table."""
    head = units = " " * LABEL_WIDTH
    for side, title in SIDES.items():
        cells = f"{'stmts':>7}{'seconds':>9}"
        if side != "without":
            cells = f"{'stmts':>7}{'ratio':>7}{'seconds':>9}{'ratio':>7}"
        head += f" | {title:^{len(cells)}}"
        units += f" | {cells}"
    yield head.rstrip()
    yield units
    yield "-" * len(units)
    for label, sides in results.items():
        line = f"{label:{LABEL_WIDTH}}"
        for side in SIDES:
            base = sides.get("without") if side != "without" else None
            line += " | " + _get_cells(sides.get(side), base, side != "without")
        yield line.rstrip()


def _get_cells(figures, base, has_ratios):
    cells = ""
    for key, width, shown in (
        ("statements", 7, "{:,.0f}".format),
        ("seconds", 9, _format_seconds),
    ):
        cells += f"{shown(figures[key]) if figures else '-':>{width}}"
        if has_ratios:
            cells += f"{_get_ratio(figures, base, key):>7}"
    return cells


def _get_ratio(figures, base, key):
    return f"x {figures[key] / base[key]:.2f}" if figures and base else ""


def _format_seconds(seconds):
    return f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}"


def _get_goals(results, trace):
    """Return for each goal whether it is reached, and the figures."""
    one, created, staged = (label for label, *_rest in WORKS)
    yield get_statements_goal(results, one, results[one]["without"]["statements"])
    yield from _get_batch_goals(results, created, staged, trace)
    for label, _work, _count, ratio in WORKS + READINGS:
        yield get_ratio_goal(results, label, ratio)
    for label, _work, statements, ratio in SCREENS:
        yield get_statements_goal(results, label, statements)
        yield get_ratio_goal(results, label, ratio)
    for label, sides in results.items():
        if is_query(sides):
            yield get_query_goal(label, sides["with"], QUERY_GOAL)
    yield from _get_lookalike_goals(results)


def _get_batch_goals(results, created, staged, trace):
    """Return what a thousand tickets may cost."""
    ours, base = results[created]["with"], results[created]["without"]
    yield Goal(
        created,
        ours["statements"] < base["statements"],
        "fewer statements than without us",
        f"{ours['statements']:,.0f} against {base['statements']:,.0f}",
    )
    share = trace["with"]["total"] - trace["without"]["total"]
    tables = ", ".join(
        f"{table} {count}" for table, count in sorted(trace["with"]["tables"].items())
    )
    yield Goal(
        created,
        share <= SHARE_GOAL,
        f"at most {SHARE_GOAL} statements for SLA and scope",
        f"{share} ({tables})",
    )
    ours, base = results[staged]["with"], results[staged]["without"]
    more = ours["statements"] - base["statements"]
    yield Goal(
        staged,
        more <= STAGE_GOAL,
        f"at most {STAGE_GOAL} statements more than without us",
        f"{more:+,.0f}",
    )


def _get_lookalike_goals(results):
    """Return the goal of what a customer waits for, if it was measured."""
    for row, sides in results.items():
        figures = sides["with"] or {}
        for text, (seconds, _statements, _count) in figures.get("texts", {}).items():
            yield Goal(
                row,
                seconds < LOOKALIKE_GOAL,
                f"“{text}” under {LOOKALIKE_GOAL * 1000:.0f} ms",
                f"{seconds * 1000:.1f} ms",
            )
