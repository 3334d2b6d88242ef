# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the queue: each list that an agent opens, and each figure, alone in SQL."""

from .base import WITH, Bench
from .report import get_query_goal, print_goals, print_plans
from .tickets import OPEN_SHARE

LIST_GOAL = 0.005  # seconds, of a page of a list
COUNT_GOAL = 0.010  # of a figure, up to 10,001
ROW_SECONDS = 0.3  # expected, for the progress bar only
RUNS_PER_RUN = 4  # a query is quick: several for one run asked for


class QueueBench(Bench):
    """One side: without our addon there is neither a deadline nor a figure."""

    modules = {WITH: ("omydoo_helpdesk",)}
    suffix = "_queue"
    worker = "queue_worker"
    copy_seconds = 45
    insert_seconds = 15

    def _expect_seconds(self):
        return 60 * ROW_SECONDS

    def _measure_all(self, stack):
        worker = self.workers[WITH]
        self.progress.start("a desk", 5)
        desk = worker.ask("set_up")
        self._insert(WITH, [(desk, self.args.tickets)])
        rows = worker.ask("get_rows")
        for row in rows:
            self.progress.start(row, ROW_SECONDS)
            self._query(row, row, self.args.runs * RUNS_PER_RUN)


def report_queue(bench, version):
    """Measure and print the figures.

    :param bench: of the queue
    :param str version: of PostgreSQL
    :return: the goals
    :rtype: list[Goal]
    """
    bench.run()
    print(
        f"\nThe queue, {bench.args.tickets:,} tickets of which {OPEN_SHARE} is open: "
        f"median of {bench.args.runs * RUNS_PER_RUN} runs in SQL, as an agent who may "
        "read all of them; "
        f"PostgreSQL {version}."
    )
    goals = list(_get_goals(bench.results))
    print_goals(goals)
    missed = [goal.row for goal in goals if not goal.is_met]
    if missed:
        print("\nHow PostgreSQL runs what is missed")
        print_plans({row: bench.results[row] for row in missed}, LIST_GOAL)
    return goals


def _get_goals(results):
    """Return for each row whether it is quick enough and by index, and its figures."""
    for label, sides in results.items():
        goal = LIST_GOAL if label.startswith("list") else COUNT_GOAL
        yield get_query_goal(label, sides[WITH], goal)
