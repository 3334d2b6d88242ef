# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures many people at once, without our addon and with it: a server of several
workers for each, both running all the time, which take turns every half a minute.

Everybody waits for the answer before they go on, and thinks for a moment only, much
less than people do: so there are always more of them waiting than there are workers,
and how many requests are answered depends on the server alone. With the thinking of
real people it would be as many as they have thoughts, on either side.

Requests wait at a gate, as at the proxy that stands before a server in production: Odoo
does not hear more than a number of them at once.

No scheduled job is run, so that the side whose turn it is not does nothing. What is
left to one, on either side, is not counted.
"""

import threading
import time
from argparse import Namespace

from .base import WITH
from .crowd import CrowdBench
from .databases import BenchError
from .people import Agent, Record
from .server import PreforkServer

SECONDS = 300  # of each side
SLICE = 30  # seconds of a turn
LEAST = 5  # the same: what is left is not worth one
WARM_UP = 60  # seconds of each side: each worker gets to know everybody
DESK_SECONDS = 30  # of My Desk, at the end
START_SECONDS = 5  # expected, for the progress bar only
TICKETS = 20_000
AGENTS = 20
CUSTOMERS = 50


class LoadBench(CrowdBench):
    """Sides with a server and people each.

    ``records`` has by side what was asked, ``figures`` by side: ``seconds`` of its
    turns, ``idle`` (seconds that its processes computed while the other side had its
    turn), and what its log says. ``desk_record`` has what was asked at the end, where
    agents open My Desk too.
    """

    suffix = "_load"
    agents = AGENTS
    customers = CUSTOMERS

    def __init__(self, args):
        # Of its own number, which the other parts do not have.
        args = Namespace(**vars(args))
        args.tickets = TICKETS
        super().__init__(args)
        self.keeps_figures = args.seconds == SECONDS
        self.servers = {}
        self.people = {}
        self.records = {side: Record() for side in self.modules}
        self.desk_record = Record()
        self.figures = {side: {"seconds": 0, "idle": 0} for side in self.modules}

    def _expect_seconds(self):
        sides = len(self.modules)
        return DESK_SECONDS + sides * (START_SECONDS + WARM_UP + self.args.seconds)

    def _measure_all(self, stack):
        people = self._fill()
        stack.close()  # nobody but the servers is in the databases
        for side, name in self.names.items():
            server = stack.enter_context(PreforkServer(self.args, name))
            self.servers[side] = server
        for side, server in self.servers.items():
            self.progress.start(f"server, {side}", START_SECONDS)
            server.wait()
            gate = threading.Semaphore(server.CONNECTIONS)
            self.people[side] = self._let_in(server, side, people[side], gate)
        for side in self.servers:
            self.progress.start(f"warm-up, {side}", WARM_UP)
            self._run(side, WARM_UP, Record())
        for server in self.servers.values():
            server.skip_log()
        self._take_slices()
        for side, server in self.servers.items():
            self.figures[side].update(server.judge_log())
        self.progress.start(f"My Desk, {WITH}", DESK_SECONDS)
        self._run(WITH, DESK_SECONDS, self.desk_record, Agent.habits_with_desk)

    def _take_slices(self):
        sides = list(self.modules)
        left = self.args.seconds
        while left >= LEAST:
            seconds = min(SLICE, left)
            for side in sides:
                done = self.args.seconds - left
                self.progress.start(f"{side}, from second {done:.0f}", seconds)
                self._take_slice(side, seconds)
            sides.reverse()  # nobody is always the first
            # A turn ends with the last answer.
            total = sum(figures["seconds"] for figures in self.figures.values())
            left = self.args.seconds - total / len(sides)

    def _take_slice(self, side, seconds):
        others = [other for other in self.modules if other != side]
        before = {other: self.servers[other].get_cpu_seconds() for other in others}
        figures = self.figures[side]
        figures["seconds"] += self._run(side, seconds, self.records[side])
        for other in others:
            computed = self.servers[other].get_cpu_seconds() - before[other]
            self.figures[other]["idle"] += computed

    def _run(self, side, seconds, record, habits=None):
        """Have everybody of a side do what they do.

        :param float seconds: how long
        :param record: for what is asked
        :param dict habits: other ones of the agents
        :return: seconds until the last one had their answer
        :rtype: float
        """
        agents, customers = self.people[side]
        start = time.monotonic()
        end = start + seconds
        threads = []
        crashes = []

        def act(person):
            try:
                person.act_until(end, habits if isinstance(person, Agent) else None)
            except Exception as error:  # of the benchmark: who is missing is no load
                crashes.append(error)

        for person in [*agents, *customers]:
            person.record = record
            # What is under way does not keep the benchmark when it is interrupted.
            thread = threading.Thread(target=act, args=(person,), daemon=True)
            threads.append(thread)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
            self.progress.advance(min((time.monotonic() - start) / seconds, 1))
        if crashes:
            raise BenchError(f"Somebody cannot go on: {crashes[0]!r}")
        return time.monotonic() - start
