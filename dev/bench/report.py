# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parts of the benchmark print alike: the goals, and how queries are run."""

import re
from typing import NamedTuple

LABEL_WIDTH = 34
COSTS = re.compile(r"\(cost=\S+ rows=\d+ width=\d+\) ?")


class Goal(NamedTuple):
    """What a row of the results should be."""

    row: str
    is_met: bool
    text: str  # what is asked
    found: str  # the figures

    def __str__(self):
        return f"{self.row}: {self.text}: {self.found}"


def print_notes(notes):
    """Print what else there is to say."""
    for note in notes:
        print(f"({note})")


def print_goals(goals):
    """Print goals.

    :param list goals: as ``Goal``
    """
    print("\nGoals")
    for goal in goals:
        print(f"  {'reached' if goal.is_met else 'MISSED '}  {goal}")


def print_end(goals, worse):
    """Print the sum of all parts: what is missed, and what is worse than before.

    :param list goals: by part, as ``Goal``
    :param list worse: in words; None if it was not compared
    """
    missed = [goal for goal in goals if not goal.is_met]
    print(f"\n{len(goals) - len(missed)} of {len(goals)} goals are reached", end="")
    print(". Missed:" if missed else ".")
    for goal in missed:
        print(f"  {goal}")
    if worse is None:
        print("(The figures are not kept: they are of another size than usual.)")
    elif worse:
        print("Worse than the last time:")
        for change in worse:
            print(f"  {change}")
    else:
        print("Nothing is worse than the last time.")


def get_ratio(sides):
    """Return a row's time beside the base's."""
    return sides["with"]["seconds"] / sides["without"]["seconds"]


def get_ratio_goal(results, row, goal):
    """Return the goal of a row's time beside the base's."""
    found = get_ratio(results[row])
    return Goal(row, found <= goal, f"at most x {goal} of the time", f"{found:.2f}")


def get_statements_goal(results, row, goal):
    """Return the goal of a row's statements."""
    found = results[row]["with"]["statements"]
    return Goal(row, found <= goal, f"at most {goal} statements", f"{found:.0f}")


def get_query_goal(row, figures, goal):
    """Return the goal of queries: quick enough, and by index.

    :param float goal: seconds
    """
    objections = get_objections(figures)
    indexes = ", ".join(figures["indexes"])
    return Goal(
        row,
        figures["seconds"] < goal and not objections,
        f"under {goal * 1000:.0f} ms and by index",
        f"{figures['seconds'] * 1000:.2f} ms ({indexes})"
        + "".join(f", {what}" for what in objections),
    )


def print_plans(results, goal):
    """Print how the queries are run with our addon, and what is wrong with that.

    :param dict results: by row and side the figures
    :param float goal: seconds of a query
    """
    for label, sides in results.items():
        if is_query(sides):
            _print_plan(label, sides["with"], goal)


def is_query(sides):
    """Say whether a row is of queries that our addon sends."""
    return "plan" in (sides["with"] or {})


def get_objections(figures):
    """Return what is wrong with a plan.

    :rtype: list[str]
    """
    objections = []
    if figures["scans"]:
        objections.append(f"reads {', '.join(figures['scans'])} as a whole")
    # Of what is not asked for at all, since nothing can meet it, no index is needed.
    is_empty = "One-Time Filter: false" in "".join(figures["plan"])
    if not figures["indexes"] and not figures["parts"] and not is_empty:
        objections.append("uses no index of helpdesk_ticket")
    return objections


def _print_plan(label, figures, goal):
    indexes = ", ".join(figures["indexes"]) or "none"
    print(f"\n{label}: {figures['seconds'] * 1000:.2f} ms, indexes: {indexes}")
    if figures["seconds"] >= goal:
        print(f"  WARNING: more than {goal * 1000:.0f} ms")
    for objection in get_objections(figures):
        print(f"  WARNING: {objection}")
    for line in figures["plan"]:
        line = COSTS.sub("", line)
        print(f"  {line if len(line) <= 150 else line[:147] + '...'}")
