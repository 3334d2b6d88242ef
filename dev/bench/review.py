# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the job that drafts the reviews of a month: its time, and its memory."""

from argparse import Namespace

from .base import WITH, Bench
from .report import Goal, print_goals

CUSTOMERS = 200
TICKETS_A_MONTH = 20_000
MONTHS = 24  # over which tickets are spread
SECONDS_GOAL = 120
# What the last batches may keep in memory beyond the first ones.
MEMORY_GOAL = 32  # MB
DRAFT_SECONDS = 60  # expected, for the progress bar only


class ReviewBench(Bench):
    """One side: without our addon there is no review."""

    modules = {WITH: ("omydoo_helpdesk",)}
    suffix = "_review"
    worker = "review_worker"
    copy_seconds = 45
    insert_seconds = 120

    def __init__(self, args):
        # Of its own number, which the other parts do not have.
        args = Namespace(**vars(args))
        args.tickets = TICKETS_A_MONTH * MONTHS
        super().__init__(args)

    def _expect_seconds(self):
        return 5 + DRAFT_SECONDS

    def _measure_all(self, stack):
        worker = self.workers[WITH]
        self.progress.start("a desk", 5)
        desk = worker.ask("set_up", CUSTOMERS)
        self._insert(WITH, [(desk, self.args.tickets)])
        worker.ask("add_time")
        self.progress.start(f"reviews of {CUSTOMERS} customers", DRAFT_SECONDS)
        self.results["reviews of a month"] = {WITH: worker.ask("draft")}


def report_review(bench, version):
    """Measure and print the figures.

    :param bench: of the reviews
    :param str version: of PostgreSQL
    :return: the goals, as ``Goal``
    :rtype: list
    """
    bench.run()
    figures = bench.results["reviews of a month"][WITH]
    grown = figures["memory_last"] - figures["memory_first"]
    print(
        f"\nThe reviews of a month: {figures['reviews']} customers, "
        f"{figures['filed']:,} tickets filed in it of {bench.args.tickets:,}, and an "
        f"entry of time on each; one run; PostgreSQL {version}."
    )
    row = "reviews of a month"
    goals = [
        Goal(
            row,
            figures["seconds"] < SECONDS_GOAL and figures["reviews"] == CUSTOMERS,
            f"{CUSTOMERS} drafted in under {SECONDS_GOAL} s",
            f"{figures['reviews']} in {figures['seconds']:.1f} s",
        ),
        Goal(
            row,
            grown < MEMORY_GOAL,
            "constant memory",
            f"{figures['memory_last']:.0f} MB after the last batch, "
            f"{grown:+.0f} MB since the second one",
        ),
        Goal(
            row,
            figures["doubles"] == 0,
            "a second run makes no double",
            f"{figures['doubles']}",
        ),
    ]
    print_goals(goals)
    return goals
