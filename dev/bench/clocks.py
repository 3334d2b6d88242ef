# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures an edit of what was promised with many open clocks on it: what the person
who edits waits, the job that runs the clocks again, and those who file meanwhile."""

import threading
import time
from argparse import Namespace
from contextlib import contextmanager

from .base import WITH, Bench
from .databases import connection
from .process import OdooProcess
from .report import LABEL_WIDTH, Goal, print_goals

TICKETS = 50_000
DAYS = 60  # within which they were filed
FILINGS = 40  # made while nothing else is done
TARGET, LEAVE, JOB = "a target edited", "a holiday entered", "the job"
ALONE, MEANWHILE = "a ticket filed, alone", "a ticket filed, beside the job"
EDIT_GOAL = 1  # seconds
JOB_GOAL = 60
WAIT_GOAL = 0.1  # of a filing, for a lock
JOB_SECONDS = 70  # expected, for the progress bar only
SAMPLE = 0.005  # seconds from one look at who waits to the next
WAITING = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = %s AND wait_event_type = 'Lock'
"""


class ClocksBench(Bench):
    """One side: without our addon there is no clock."""

    modules = {WITH: ("omydoo_helpdesk",)}
    suffix = "_clocks"
    worker = "clocks_worker"
    copy_seconds = 45
    insert_seconds = 15

    def __init__(self, args):
        # Of its own number, which the other parts do not have.
        args = Namespace(**vars(args))
        args.tickets = TICKETS
        super().__init__(args)

    def _expect_seconds(self):
        return JOB_SECONDS + 20

    def _measure_all(self, stack):
        worker = self.workers[WITH]
        self.progress.start("a desk", 5)
        desk = worker.ask("set_up")
        self._insert(WITH, [(desk, self.args.tickets)], days=DAYS, all_open=True)
        name = self.names[WITH]
        filer = stack.enter_context(OdooProcess(self.args, name, self.worker))
        filer.ask("know", desk)
        self.progress.start("filings", 10)
        self._note(ALONE, filer.ask("file", FILINGS))
        self.progress.start("edits", 5)
        self._note(LEAVE, worker.ask("enter_holiday"))
        self._note(TARGET, worker.ask("edit_target"))
        self.progress.start("the job", JOB_SECONDS)
        filer.send("file_beside_job")
        with self._watch_locks(name) as waits:
            self._note(JOB, worker.ask("run_job"))
        self._note(
            MEANWHILE, filer.receive() | {"waited": max(waits.values(), default=0)}
        )
        self.done = worker.ask("check")

    def _note(self, row, figures):
        self.results[row] = {WITH: figures}

    @contextmanager
    def _watch_locks(self, database):
        """Give, for each connection, the longest that it was seen to wait for a lock.

        :return: seconds by process, filled while the context lasts
        """
        longest, stopped = {}, threading.Event()

        def look():
            since = {}
            with connection("postgres") as cr:
                while not stopped.wait(SAMPLE):
                    cr.execute(WAITING, (database,))
                    now = time.monotonic()
                    since = {pid: since.get(pid, now) for (pid,) in cr.fetchall()}
                    for pid, start in since.items():
                        longest[pid] = max(longest.get(pid, 0), now - start + SAMPLE)

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield longest
        finally:
            stopped.set()
            thread.join()


def report_clocks(bench, version):
    """Measure and print the figures.

    :param bench: of the clocks
    :param str version: of PostgreSQL
    :return: the goals, as ``Goal``
    :rtype: list
    """
    bench.run()
    figures = {row: sides[WITH] for row, sides in bench.results.items()}
    print(
        f"\nA promise edited with {bench.args.tickets:,} open clocks on it; one run; "
        f"PostgreSQL {version}.\n"
    )
    for row, found in figures.items():
        details = [
            text.format(found[key])
            for key, text in (
                ("statements", "{:.0f} statements"),
                ("cpu", "{:.1f} s of CPU time"),
                ("server_cpu", "and {:.1f} s of PostgreSQL's"),
                ("memory", "{:.0f} MB"),
                ("batches", "{:.0f} transactions"),
                ("longest_batch", "the longest {:.2f} s"),
                ("filed", "{:.0f} filed"),
                ("longest", "the longest {:.3f} s"),
                ("waited", "seen to wait for a lock {:.3f} s at most"),
            )
            if key in found
        ]
        print(f"{row:{LABEL_WIDTH}} {found['seconds']:8.3f} s  {', '.join(details)}")
    goals = [
        Goal(
            row,
            figures[row]["seconds"] < EDIT_GOAL,
            f"under {EDIT_GOAL} s",
            f"{figures[row]['seconds']:.2f} s",
        )
        for row in (TARGET, LEAVE)
    ]
    goals.append(
        Goal(
            JOB,
            figures[JOB]["seconds"] <= JOB_GOAL and not bench.done["left"],
            f"at most {JOB_GOAL} s, and none is left",
            f"{figures[JOB]['seconds']:.1f} s, {bench.done['left']} are left",
        )
    )
    goals.append(
        Goal(
            MEANWHILE,
            figures[MEANWHILE]["waited"] <= WAIT_GOAL,
            f"waits for no lock longer than {WAIT_GOAL * 1000:.0f} ms",
            f"{figures[MEANWHILE]['waited'] * 1000:.0f} ms; the longest filing "
            f"{figures[MEANWHILE]['longest']:.3f} s, alone "
            f"{figures[ALONE]['longest']:.3f} s",
        )
    )
    print_goals(goals)
    return goals
