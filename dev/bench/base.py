# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parts of the benchmark share: sides to compare, each with an Odoo process
and a database of its own, which take turns so that they share whatever else the machine
is doing."""

import statistics
import time
from contextlib import ExitStack, closing

import psycopg2

from .databases import Databases
from .process import OdooProcess, Progress
from .tickets import insert_tickets

WITHOUT, WITH, OCA = "without", "with", "sla"
# Expected seconds of a step, for the progress bar only.
TEMPLATE_SECONDS = 90
# A slow machine does fewer runs than asked for, rather than take longer than this for
# a kind of work; never fewer than three.
PATIENCE = 150  # seconds
FEWEST_RUNS = 3


class Bench:
    """A part of the benchmark.

    :param args: the command line's arguments
    """

    # Of that many tickets figures are kept, and that many there are by default.
    tickets = 100_000
    # To be said by each part: the modules of each side, what the names of its databases
    # end with, what its Odoo processes run, and expected seconds.
    modules = {}
    suffix = ""
    worker = ""
    copy_seconds = 0
    insert_seconds = 0
    # Whether what is measured may be compared with the last time.
    keeps_figures = True

    def __init__(self, args):
        self.args = args
        self.names = {
            side: f"{args.database}{self.suffix}_{side}" for side in self.modules
        }
        self.progress = Progress(0)
        self.databases = Databases(args, self.progress)
        self.workers = {}
        self.installed = {}  # by side: what its modules took, if it has any
        self.results = {}  # by row: side -> figures
        self.notes = []  # what else to say

    def run(self):
        """Build the databases, measure into ``results``, and clean up."""
        self.progress.total = (
            (0 if self.databases.has_template() else TEMPLATE_SECONDS)
            + len(self.modules) * (self.copy_seconds + self.insert_seconds)
            + self._expect_seconds()
        )
        try:
            self._build()
            with ExitStack() as stack:
                self.workers = self._start_workers(stack, self.worker)
                self._measure_all(stack)
            self.progress.end()
        finally:
            if not self.args.keep:
                for name in self.names.values():
                    self.databases.drop(name)

    def _expect_seconds(self):
        """Return how long the steps take that only this part has."""
        raise NotImplementedError

    def _measure_all(self, stack):
        """Fill ``results``.

        :param stack: what is entered here is left at the end
        """
        raise NotImplementedError

    def _build(self):
        if not self.databases.has_template():
            self.progress.start("database with the dependencies", TEMPLATE_SECONDS)
            self.databases.build_template()
        for side, modules in self.modules.items():
            what = " ".join(modules) or "nothing else"
            self.progress.start(f"copy of it, with {what}", self.copy_seconds)
            self.installed[side] = self.databases.copy(self.names[side], modules)

    def _start_workers(self, stack, script):
        """Return an Odoo process by side."""
        return {
            side: stack.enter_context(OdooProcess(self.args, name, script))
            for side, name in self.names.items()
        }

    def _insert(self, side, desks, **options):
        """Write tickets into the database of a side.

        :param desks: pairs of what the tickets belong to and how many they are
        :param options: of ``insert_tickets``
        """
        name = self.names[side]
        self.progress.start(f"{self.args.tickets:,} tickets", self.insert_seconds)
        with closing(psycopg2.connect(dbname=name)) as connected:
            for desk, count in desks:
                with connected, connected.cursor() as cr:
                    insert_tickets(cr, desk, count, **options)
        self.databases.vacuum(name)

    def _take_turns(self, label, measure, sides, runs, warm_ups=0):
        """Measure a row: all sides in turn, the medians by side in ``results``.

        :param str label: the row
        :param measure: function of a side, which returns its figures
        :param sides: those that have this row
        :param int runs: how often, after those that warm up
        :param int warm_ups: how often before
        """
        sides = list(sides)
        figures = {side: [] for side in sides}
        started = time.monotonic()
        for number in range(-warm_ups, runs):
            if number >= FEWEST_RUNS and time.monotonic() - started > PATIENCE:
                self.notes.append(f"{label}: {number} runs only, on this slow machine")
                break
            for place, side in enumerate(sides, start=1):
                measured = measure(side)
                if number >= 0:
                    figures[side].append(measured)
                done = (number + warm_ups) * len(sides) + place
                self.progress.advance(done / ((warm_ups + runs) * len(sides)))
            sides.append(sides.pop(0))  # nobody is always the first
        self.results[label] = {
            side: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            for side, runs in figures.items()
        }

    def _query(self, label, name, runs):
        """Measure a row of queries, run alone; None where a side has none.

        :param str name: what a worker calls the queries
        """
        self.results[label] = {
            side: worker.ask("query", name, runs)
            for side, worker in self.workers.items()
        }
