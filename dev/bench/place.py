# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the installation of our addon where there is a desk already: its time, and
its memory, beside those in the same database without any ticket."""

from argparse import Namespace

from .base import OCA, WITHOUT, Bench
from .databases import connection
from .report import Goal, print_goals

TICKETS = 10_000
CUSTOMERS = 200
EMPTY = "empty"
ROW = "installed in a desk that is there"
INSTALL_SECONDS = 60  # expected, for the progress bar only
# What of the tickets is there afterwards: each has the beginning of its log, and
# nothing was promised to any.
TAKEN = """
    SELECT (SELECT COUNT(*) FROM helpdesk_ticket),
           (SELECT COUNT(DISTINCT ticket_id) FROM support_ticket_event
             WHERE kind = 'filed'),
           (SELECT COUNT(*) FROM helpdesk_ticket
             WHERE response_deadline IS NOT NULL OR resolution_deadline IS NOT NULL)
"""


class PlaceBench(Bench):
    """A desk of OCA's, one of OCA's with its SLA, and one without tickets."""

    modules = {EMPTY: (), WITHOUT: (), OCA: ("helpdesk_mgmt_sla",)}
    suffix = "_place"
    worker = "place_worker"
    copy_seconds = 15
    insert_seconds = 20

    def __init__(self, args):
        # Of its own number, which the other parts do not have.
        args = Namespace(**vars(args))
        args.tickets = TICKETS
        super().__init__(args)

    def _expect_seconds(self):
        return INSTALL_SECONDS * len(self.modules)

    def _measure_all(self, stack):
        for side in (WITHOUT, OCA):
            desk = self.workers[side].ask("set_up", CUSTOMERS)
            self._insert(side, [(desk, self.args.tickets)])
            self.workers[side].ask("add_messages")
        stack.close()  # nobody else is in the databases while modules are installed
        self.results[ROW] = {}
        for side, name in self.names.items():
            self.progress.start(f"installation, {side}", INSTALL_SECONDS)
            figures = self.databases.install(name, ("omydoo_helpdesk",))
            with connection(name) as cr:
                cr.execute(TAKEN)
                counts = zip(
                    ("tickets", "logged", "promised"), cr.fetchone(), strict=True
                )
            self.results[ROW][side] = {**figures, **dict(counts)}


def report_place(bench, version):
    """Measure and print the figures.

    :param bench: of the installation
    :param str version: of PostgreSQL
    :return: the goals, as ``Goal``
    :rtype: list
    """
    bench.run()
    sides = bench.results[ROW]
    print(
        f"\nOur addon installed beside {bench.args.tickets:,} tickets with six "
        f"messages each; one run; PostgreSQL {version}."
    )
    for side, figures in sides.items():
        print(
            f"  {side:8} {figures['seconds']:6.1f} s {figures['memory']:6.0f} MB "
            f"{figures['tickets']:7,} tickets"
        )
    goals = []
    for side in (WITHOUT, OCA):
        figures = sides[side]
        goals.append(
            Goal(
                f"{ROW}, {side}",
                figures["logged"] == figures["tickets"] and not figures["promised"],
                "each has the beginning of its log, and no promise",
                f"{figures['logged']:,} of {figures['tickets']:,} have a log, "
                f"{figures['promised']:,} a promise",
            )
        )
    print_goals(goals)
    return goals
