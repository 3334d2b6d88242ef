# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the desk: what agents do, without our addon, with it, and with OCA's SLA
instead."""

from .base import OCA, WITH, WITHOUT, Bench

BATCH = 1000
PAGE = 80
WARM_UP = 20  # tickets
# What the tickets of the desk are created for: name, method of the worker, size, and
# the goal: time beside the base's, in the same run.
WORKS = (
    ("1 ticket created", "create", 1, 1.0),
    (f"{BATCH:,} tickets created in one call", "create", BATCH, 0.7),
    (f"stage of {BATCH:,}: on hold and back", "stage", BATCH, 1.1),
)
# What an agent does all day with one of them: name, method, goals: statements and
# time beside the base's, in the same run.
SCREENS = (
    ("form of a ticket opened", "form_opened", 20, 1.0),
    ("a field saved in the form", "field_saved", 18, 1.1),
    ("the stage saved in the form", "stage_saved", 22, 1.3),
    ("form of a new ticket", "form_new", 8, 1.2),
    ("an agent's answer", "answer", 18, 1.0),
)
# What is read from many tickets: as above.
READINGS = (
    (f"list page of {PAGE}, web client", "list", PAGE, 0.75),
    (f"kanban column of {PAGE}", "column", PAGE, 1.0),
    ("kanban groups", "groups", 0, 1.0),
    (f"list of a customer, {PAGE}", "customer", PAGE, 1.0),
)
MY_DESK = "My Desk"
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
SECONDS = {"start": 45, "trace": 15, "lookalikes": 20}
WORK_SECONDS = {"create": 0.006, "stage": 0.005, "list": 0.002}
SCREEN_RUNS = 10  # times the runs of what takes seconds


class DeskBench(Bench):
    modules = {
        WITHOUT: (),
        WITH: ("omydoo_helpdesk",),
        OCA: ("helpdesk_mgmt_sla",),
    }
    worker = "desk_worker"
    copy_seconds = 15
    insert_seconds = 15

    def __init__(self, args):
        super().__init__(args)
        self.desks = {}
        # By side: the statements that touch scope and SLA.
        self.trace = {}

    def _expect_seconds(self):
        works = WORKS + READINGS
        return sum(SECONDS.values()) + sum(
            self._expect_work_seconds(work, count)
            for _label, work, count, _goal in works
        )

    def _expect_work_seconds(self, work, count):
        return (
            WORK_SECONDS.get(work, 0.002) * count * self.args.runs * len(self.modules)
        )

    def _measure_all(self, stack):
        self._set_up()
        for label, work, count, _goal in WORKS:
            self._measure(label, work, count)
        for label, work, *_goals in SCREENS:
            self._measure(label, work, 1, SCREEN_RUNS)
        self.progress.start("what scope and SLA cost", SECONDS["trace"])
        self.trace = {
            side: self.workers[side].ask("trace", "create", BATCH)
            for side in (WITHOUT, WITH)
        }
        for side, desk in self.desks.items():
            self._insert(side, [(desk, self.args.tickets)])
        for label, work, count, _goal in READINGS:
            self._measure(label, work, count, SCREEN_RUNS)
        self._measure(MY_DESK, "my_desk", 0, SCREEN_RUNS, [WITH])
        for label, name in QUERIES:
            self._query(label, name, self.args.runs)
        # Last: it gives the tickets other names.
        self._look_alike(stack)

    def _set_up(self):
        # Nothing is measured yet: all at once.
        self.progress.start(f"desks with {BATCH:,} tickets each", SECONDS["start"])
        for worker in self.workers.values():
            worker.send("set_up")
            worker.send("make_tickets", BATCH)
        for side, worker in self.workers.items():
            self.desks[side] = worker.receive()
            worker.receive()
            self.databases.vacuum(self.names[side])

    def _measure(self, label, work, count, times=1, sides=()):
        """Measure a kind of work, after a run that warms up.

        :param int times: of the runs asked for
        :param sides: those that have it, if not all
        """
        self.progress.start(label, self._expect_work_seconds(work, count))
        sides = sides or self.modules
        for side in sides:
            self.workers[side].ask("run", work, min(count, WARM_UP))
        self._take_turns(
            label,
            lambda side: self.workers[side].ask("run", work, count),
            sides,
            times * self.args.runs,
        )

    def _look_alike(self, stack):
        self.progress.start("look-alikes of a subject", SECONDS["lookalikes"])
        workers = self._start_workers(stack, "lookalike_worker")
        self.results[LOOKALIKES] = {
            side: worker.ask("lookalikes", self.desks[side], self.args.runs)
            for side, worker in workers.items()
        }
