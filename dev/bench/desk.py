# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the helpdesk without our addon, with it, and with OCA's SLA instead.

Started by dev/bench. The three of them take turns at each run, each in an Odoo process
and a database of its own, so that they share whatever else the machine is doing.
"""

import argparse
import statistics
import sys
import time
from contextlib import ExitStack, closing

import psycopg2
from bench_db import BenchError, Databases, connection
from bench_portal import PortalBench
from bench_portal_report import report_portal
from bench_process import Progress, Worker
from bench_report import report
from bench_tickets import insert_tickets

WITHOUT, WITH, OCA = "without", "with", "sla"
MODULES = {WITHOUT: (), WITH: ("omydoo_helpdesk",), OCA: ("helpdesk_mgmt_sla",)}
BATCH = 1000
PAGE = 80
WARM_UP = 20
# A slow machine does fewer runs than asked for, rather than take longer than this for
# a kind of work; never fewer than three.
PATIENCE = 150  # seconds
FEWEST_RUNS = 3
# What the tickets of the desk are created for: name, method of the worker, size.
WORKS = (
    ("1 ticket created", "create", 1),
    (f"{BATCH:,} tickets created in one call", "create", BATCH),
    (f"stage of {BATCH:,}: on hold and back", "stage", BATCH),
)
# What is read from many tickets.
READINGS = ((f"list page of {PAGE}, web client", "list", PAGE),)
QUERIES = (
    ("SQL: late, first page", "late"),
    ("SQL: late, count", "late_count"),
    ("SQL: open, nearest deadline first", "nearest"),
    ("SQL: all, default order", "order"),
    ("SQL: open, default order", "order_open"),
    ("SQL: notice job, nothing to do", "notices"),
)
LOOKALIKES = "look-alikes, slowest subject"
# Expected seconds of a step, for the progress bar only.
SECONDS = {
    "template": 90,
    "copy": 15,
    "start": 45,
    "trace": 15,
    "insert": 15,
    "lookalikes": 20,
}
WORK_SECONDS = {"create": 0.006, "stage": 0.005, "list": 0.002}


class Bench:
    def __init__(self, args):
        self.args = args
        self.names = {side: f"{args.database}_{side}" for side in MODULES}
        self.progress = Progress(0)
        self.databases = Databases(args, self.progress)
        self.progress.total = self._expect_seconds()
        self.workers = {}
        self.desks = {}
        self.results = {}  # by row: side -> figures
        self.notes = []

    def _expect_seconds(self):
        works = sum(
            WORK_SECONDS[work] * count * self.args.runs * len(MODULES)
            for _label, work, count in WORKS + READINGS
        )
        return (
            (0 if self.databases.has_template() else SECONDS["template"])
            + len(MODULES) * (SECONDS["copy"] + SECONDS["insert"])
            + SECONDS["start"]
            + SECONDS["trace"]
            + SECONDS["lookalikes"]
            + works
        )

    def run(self):
        """Build the databases, measure, and clean up.

        :return: the figures by row and side, the statements of scope and SLA, and
            what else to say
        """
        try:
            self._build()
            with ExitStack() as stack:
                self._start_workers(stack)
                for work in WORKS:
                    self._measure(*work)
                self.progress.start("what scope and SLA cost", SECONDS["trace"])
                trace = {
                    side: self.workers[side].ask("trace", "create", BATCH)
                    for side in (WITHOUT, WITH)
                }
                self._insert()
                for reading in READINGS:
                    self._measure(*reading)
                self._query()
                # Last: it gives the tickets other names.
                self._look_alike()
            self.progress.end()
        finally:
            if not self.args.keep:
                for name in self.names.values():
                    self.databases.drop(name)
        return self.results, trace, self.notes

    def _build(self):
        if not self.databases.has_template():
            self.progress.start("database with the dependencies", SECONDS["template"])
            self.databases.build_template()
        for side, modules in MODULES.items():
            what = " ".join(modules) or "nothing else"
            self.progress.start(f"copy of it, with {what}", SECONDS["copy"])
            self.databases.copy(self.names[side], modules)

    def _start_workers(self, stack):
        for side, name in self.names.items():
            self.workers[side] = stack.enter_context(Worker(self.args, name))
        # Nothing is measured yet: all at once.
        self.progress.start(f"desks with {BATCH:,} tickets each", SECONDS["start"])
        for worker in self.workers.values():
            worker.send("set_up")
            worker.send("make_tickets", BATCH)
        for side, worker in self.workers.items():
            self.desks[side] = worker.receive()
            worker.receive()
            self.databases.vacuum(self.names[side])

    def _insert(self):
        for side, name in self.names.items():
            self.progress.start(f"{self.args.tickets:,} tickets", SECONDS["insert"])
            with closing(psycopg2.connect(dbname=name)) as connected:
                with connected, connected.cursor() as cr:
                    insert_tickets(cr, self.desks[side], self.args.tickets)
            self.databases.vacuum(name)

    def _measure(self, label, work, count):
        """Measure a kind of work: all sides in turn, after a run that warms up."""
        figures = {side: [] for side in MODULES}
        seconds = WORK_SECONDS[work] * count * len(MODULES)
        sides = list(MODULES)
        started = time.monotonic()
        for worker in self.workers.values():
            worker.ask("run", work, min(count, WARM_UP))
        for number in range(self.args.runs):
            if number >= FEWEST_RUNS and time.monotonic() - started > PATIENCE:
                self.notes.append(f"{label}: {number} runs only, on this slow machine")
                break
            self.progress.start(f"{label}: run {number + 1}", seconds)
            for place, side in enumerate(sides, start=1):
                figures[side].append(self.workers[side].ask("run", work, count))
                self.progress.advance(place / len(MODULES))
            sides.append(sides.pop(0))  # nobody is always the first
        self.results[label] = {
            side: {
                "statements": statistics.median(run["statements"] for run in runs),
                "seconds": statistics.median(run["seconds"] for run in runs),
            }
            for side, runs in figures.items()
        }

    def _query(self):
        for label, name in QUERIES:
            self.results[label] = {
                side: worker.ask("query", name, self.args.runs)
                for side, worker in self.workers.items()
            }

    def _look_alike(self):
        self.progress.start("look-alikes of a subject", SECONDS["lookalikes"])
        self.results[LOOKALIKES] = {
            side: worker.ask("lookalikes", self.args.runs)
            for side, worker in self.workers.items()
        }


def parse_arguments():
    parser = argparse.ArgumentParser(prog="dev/bench", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=("all", "desk", "portal"),
        default="all",
        help="what to measure: the desk, the portal over HTTP, or both (as by default)",
    )
    parser.add_argument(
        "--tickets", type=int, default=100_000, help="tickets that are read from"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each kind of work")
    parser.add_argument(
        "--keep", action="store_true", help="leave the databases for a look"
    )
    for name in ("--conf", "--work", "--database", "--ground"):
        parser.add_argument(name, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--own-cluster", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = parse_arguments()
    try:
        with connection("postgres") as cr:
            cr.execute("SHOW server_version")
            version = cr.fetchone()[0]
        if args.part != "portal":
            report(*Bench(args).run(), args, version)
        if args.part != "desk":
            report_portal(PortalBench(args).run(), args, version)
    except (BenchError, psycopg2.Error) as error:
        sys.exit(f"\nERROR: {error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")


if __name__ == "__main__":
    main()
