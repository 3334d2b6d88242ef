# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures a desk of a million tickets with ten million lines of log: each list,
filter, search, group and figure of agents and customers, alone in SQL."""

import time
from contextlib import closing

import psycopg2

from .base import WITH, Bench
from .bulk import restore_tables, strip_tables
from .databases import connection
from .portal import FEW, LOGINS, PASSWORD
from .report import Goal, get_query_goal, print_goals, print_plans
from .tickets import OPEN_SHARE, insert_tickets

LOG_LINES = 10  # of a ticket, on average
CUSTOMERS = 500
GOAL = 0.050  # seconds, of a page of a list or of a figure
FILLING = "filled"
FILLING_GOAL = 15 * 60  # seconds
TABLES = ("helpdesk_ticket", "support_ticket_event", "mail_followers")
COLUMNS = {
    # Each ticket's text is its own.
    "description": "'<p>The invoice <b>' || i || '</b> cannot be printed.</p>'",
    "partner_email": "'contact' || i %% %(customers)s || '@customer.example.com'",
}
# In the round of customers: not that of the tickets that are archived.
FEW_PLACE = 1
# Expected, for the progress bar only.
ROW_SECONDS = 0.2
ROWS = 500


class MillionBench(Bench):
    """One side, and customers of all sizes: one with a tenth of all tickets, one with
    fifty, and hundreds between."""

    tickets = 1_000_000
    modules = {WITH: ("omydoo_helpdesk",)}
    suffix = "_million"
    worker = "million_worker"
    copy_seconds = 45
    insert_seconds = 180

    def _expect_seconds(self):
        return ROWS * ROW_SECONDS

    def _measure_all(self, stack):
        worker = self.workers[WITH]
        self.progress.start("a desk", 15)
        customers = worker.ask("set_up_million", CUSTOMERS, LOGINS, PASSWORD)
        started = time.monotonic()
        rows = self._fill(self._share_out(customers))
        self.results[FILLING] = {WITH: {"seconds": time.monotonic() - started, **rows}}
        for row in worker.ask("get_rows"):
            self.progress.start(row, ROW_SECONDS)
            self._query(row, row, self.args.runs)

    def _share_out(self, customers):
        """Return a desk whose tickets are of all customers in turn.

        One in ten is of the customer with many, and of the whole round one ticket is of
        the customer with few.

        :param dict customers: desks: of the ``many``, the ``few`` and of ``others``
        :rtype: dict
        """
        many, few, others = (customers[name] for name in (*LOGINS, "others"))
        length = max(self.args.tickets // FEW, 10)
        shared = dict(others)
        for name in ("contacts", "companies", "subscriptions"):
            round_ = [
                many[name][0] if place % 10 == 5 else others[name][place % CUSTOMERS]
                for place in range(length)
            ]
            round_[FEW_PLACE] = few[name][0]
            shared[name] = round_
        return shared

    def _fill(self, desk):
        """Write the tickets and their log.

        :param dict desk: ids of what the tickets belong to
        :return: by table how many rows it has
        :rtype: dict
        """
        name = self.names[WITH]
        self.progress.start(f"{self.args.tickets:,} tickets", self.insert_seconds / 2)
        with (
            closing(psycopg2.connect(dbname=name)) as connected,
            connected,
            connected.cursor() as cr,
        ):
            statements = strip_tables(cr, TABLES)
            insert_tickets(cr, desk, self.args.tickets, COLUMNS, self.args.log_lines)
        self.progress.start("indexes and constraints", self.insert_seconds / 2)
        with connection(name) as cr:
            restore_tables(cr, statements, self.progress.advance)
        self.progress.start("vacuum", 60)
        self.databases.vacuum(name)
        with connection(name) as cr:
            counts = {}
            for table in TABLES:
                cr.execute(f"SELECT COUNT(*) FROM {table}")
                counts[table] = cr.fetchone()[0]
            cr.execute("SELECT pg_database_size(current_database())")
            counts["size"] = cr.fetchone()[0]
        return counts


def report_million(bench, version):
    """Measure and print the figures.

    :param bench: of the million
    :param str version: of PostgreSQL
    :return: the goals
    :rtype: list[Goal]
    """
    bench.run()
    filled = bench.results[FILLING][WITH]
    print(
        f"\n{filled['helpdesk_ticket']:,} tickets of which {OPEN_SHARE} is open, with "
        f"{filled['support_ticket_event']:,} lines of log, "
        f"{filled['size'] / 2**30:.1f} GB: median of {bench.args.runs} runs in SQL, as "
        "an agent who may read all of them, as a manager, and as customers with a "
        f"tenth of them and with {FEW}; PostgreSQL {version}."
    )
    goals = list(_get_goals(bench.results))
    print_goals(goals)
    missed = [goal.row for goal in goals if not goal.is_met and goal.row != FILLING]
    if missed:
        print("\nHow PostgreSQL runs what is missed")
        print_plans({row: bench.results[row] for row in missed}, GOAL)
    return goals


def _get_goals(results):
    """Return for each row whether it is quick enough and by index, and its figures."""
    for row, sides in results.items():
        figures = sides[WITH]
        if row == FILLING:
            yield Goal(
                row,
                figures["seconds"] < FILLING_GOAL,
                f"in under {FILLING_GOAL / 60:.0f} minutes",
                f"{figures['seconds'] / 60:.1f} minutes",
            )
        elif figures:
            yield get_query_goal(row, figures, GOAL)
