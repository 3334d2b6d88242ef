# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the benchmark of the desk prints."""

from .desk import SCREENS
from .report import (
    LABEL_WIDTH,
    get_objections,
    is_query,
    print_goals,
    print_notes,
    print_plans,
)

SIDES = {"without": "without", "with": "with omydoo_helpdesk", "sla": "with OCA's SLA"}
SHARE_GOAL = 15  # statements of scope and SLA, whatever the number of tickets
STAGE_GOAL = 30  # statements more than without us
QUERY_GOAL = 0.005  # seconds
LOOKALIKE_GOAL = 0.1  # seconds, of what a customer waits for while typing


def report_desk(bench, version):
    """Measure and print the figures.

    :param bench: of the desk
    :param str version: of PostgreSQL
    """
    bench.run()
    results = bench.results
    print(
        f"\nMedian of {bench.args.runs} runs, as an agent; stmts are SQL statements; "
        f"PostgreSQL {version}.\nThe last "
        f"{sum(1 for row in results if _is_reading(row))} rows are read from "
        f"{bench.args.tickets:,} tickets, of which a fifth are open.\n"
    )
    for line in _get_table(results):
        print(line)
    print_notes(bench.notes)
    print_goals(_get_goals(results, bench.trace))
    print("\nHow PostgreSQL runs the queries, with omydoo_helpdesk")
    print_plans(results, QUERY_GOAL)


def _is_reading(label):
    return label.startswith(("SQL", "list", "kanban", "look-alikes"))


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
            base = sides["without"] if side != "without" else None
            line += " | " + _get_cells(sides[side], base, side != "without")
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
    created = next(sides for row, sides in results.items() if "in one call" in row)
    staged = next(sides for row, sides in results.items() if row.startswith("stage"))
    for key, unit in (("statements", "statements"), ("seconds", "seconds")):
        ours, base = created["with"][key], created["without"][key]
        shown = (
            f"{ours:,.0f} against {base:,.0f}"
            if key == "statements"
            else f"{ours:.2f} against {base:.2f}"
        )
        yield ours < base, f"1,000 created: fewer {unit} than without us: {shown}"
    share = trace["with"]["total"] - trace["without"]["total"]
    tables = ", ".join(
        f"{table} {count}" for table, count in sorted(trace["with"]["tables"].items())
    )
    yield (
        share <= SHARE_GOAL,
        f"1,000 created: at most {SHARE_GOAL} statements for SLA and scope: "
        f"{share} ({tables})",
    )
    more = staged["with"]["statements"] - staged["without"]["statements"]
    yield (
        more <= STAGE_GOAL,
        f"stage of 1,000 on hold and back: at most {STAGE_GOAL} statements more than "
        f"without us: {more:+,.0f}",
    )
    for label, _work, statements, ratio in SCREENS:
        ours, base = results[label]["with"], results[label]["without"]
        yield (
            ours["statements"] <= statements,
            f"{label}: at most {statements} statements: {ours['statements']:.0f}",
        )
        found = ours["seconds"] / base["seconds"]
        yield found <= ratio, f"{label}: at most x {ratio} of the time: {found:.2f}"
    for label, sides in results.items():
        if is_query(sides):
            figures = sides["with"]
            objections = get_objections(figures)
            is_met = figures["seconds"] < QUERY_GOAL and not objections
            yield (
                is_met,
                f"{label}: under {QUERY_GOAL * 1000:.0f} ms and by index: "
                f"{figures['seconds'] * 1000:.2f} ms"
                + "".join(f", {what}" for what in objections),
            )
    yield from _get_lookalike_goals(results)


def _get_lookalike_goals(results):
    """Return the goal of what a customer waits for, if it was measured."""
    for sides in results.values():
        figures = sides["with"] or {}
        for text, (seconds, _statements, _count) in figures.get("texts", {}).items():
            yield (
                seconds < LOOKALIKE_GOAL,
                f"look-alikes of “{text}”: under {LOOKALIKE_GOAL * 1000:.0f} ms: "
                f"{seconds * 1000:.1f} ms",
            )
