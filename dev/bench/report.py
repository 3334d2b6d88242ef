# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parts of the benchmark print alike: the goals, and how queries are run."""

import re

LABEL_WIDTH = 34
COSTS = re.compile(r"\(cost=\S+ rows=\d+ width=\d+\) ?")


def print_notes(notes):
    """Print what else there is to say."""
    for note in notes:
        print(f"({note})")


def print_goals(goals):
    """Print goals.

    :param goals: pairs of whether it is reached, and the figures
    """
    print("\nGoals")
    for is_met, text in goals:
        print(f"  {'reached' if is_met else 'MISSED '}  {text}")


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
    if not figures["indexes"]:
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
