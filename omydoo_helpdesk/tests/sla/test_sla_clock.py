# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
from datetime import datetime

from odoo.tests import tagged

from ...tools import sla_clock as sla
from ...tools import sla_event, verdict, working_time
from ...tools.sla_clock import (
    ANSWERED,
    FILED,
    HOLD,
    REOPENED,
    RESUME,
    SOLVED,
    Event,
    resolution_clock,
    response_clock,
)
from ...tools.working_time import AroundTheClock
from .sla_clock_common import (
    HOUR,
    ClockCase,
    log,
)
from .sla_oracle import (
    MINUTE,
    paris,
)


@tagged("post_install", "-at_install")
class TestSlaClock(ClockCase):
    """Deadlines and holds, by hand."""

    def test_doctests(self):
        attempted = 0
        for module in (sla, sla_event, working_time, verdict):
            result = doctest.testmod(module)
            self.assertFalse(result.failed)
            attempted += result.attempted
        self.assertGreater(attempted, 10)

    # === DEADLINES OF AN UNDISTURBED CLOCK === #

    def test_clock_change(self):
        # B01: the hours of the day the deadline falls on, not those of today
        around = AroundTheClock()
        for filed, hours, working, deadline in [
            ("2026-03-27 16:00", 4, self.office, datetime(2026, 3, 30, 9)),
            ("2026-10-23 16:00", 4, self.office, datetime(2026, 10, 26, 10)),
            ("2026-03-28 22:00", 8, around, datetime(2026, 3, 29, 5)),
            ("2026-10-24 22:00", 8, around, datetime(2026, 10, 25, 4)),
        ]:
            with self.subTest(filed=filed):
                clock = self._resolve(
                    (filed, FILED), hours=hours, working=working, now=filed
                )
                self.assertEqual(clock.deadline, deadline)
                self.assertEqual(clock.state, "ongoing")

    def test_out_of_hours(self):
        # B02: nights, week-ends and lunch count for nothing
        for filed, hours, deadline in [
            ("2026-06-06 10:00", 4, "2026-06-08 12:00"),
            ("2026-06-05 17:00", 1, "2026-06-08 09:00"),
            ("2026-06-01 12:30", 2, "2026-06-01 15:00"),
            ("2026-06-01 09:00", 7, "2026-06-01 17:00"),
            ("2026-06-01 08:00", 0, "2026-06-01 08:00"),
            ("2026-06-06 10:00", 0, "2026-06-06 10:00"),
        ]:
            for run in (self._resolve, self._respond):
                with self.subTest(filed=filed, run=run.__name__):
                    clock = run((filed, FILED), hours=hours, now="2026-06-30 00:00")
                    self.assertEqual(clock.deadline, paris(deadline))
                    self.assertEqual(clock.state, "ongoing")

    def test_late_out_of_hours(self):
        # Due when the morning ends: at lunch it is late, though no work was missed.
        for run, kind in ((self._resolve, SOLVED), (self._respond, ANSWERED)):
            for end, state in (
                ("2026-06-08 12:00", "met"),
                ("2026-06-08 12:30", "missed"),
            ):
                with self.subTest(kind=kind, end=end):
                    clock = run(
                        ("2026-06-06 10:00", FILED),
                        (end, kind, "stage"),
                        now="2026-06-30 00:00",
                    )
                    self.assertEqual(
                        (clock.deadline, clock.state),
                        (paris("2026-06-08 12:00"), state),
                    )

    def test_second_is_not_lost(self):
        filed = datetime(2026, 6, 1, 7, 59, 59)
        for clock in (response_clock, resolution_clock):
            result = clock([Event(filed, FILED)], 3 * HOUR, self.office, filed)
            self.assertEqual(result.deadline, datetime(2026, 6, 1, 11, 59, 59))

    def test_no_promise(self):
        lines = log(
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", HOLD, "awaiting", "customer"),
            ("2026-06-01 11:00", RESUME, "awaiting"),
            ("2026-06-01 14:00", SOLVED, "stage"),
            ("2026-06-01 15:00", REOPENED, "stage"),
            ("2026-06-01 16:00", SOLVED, "stage"),
        )
        for working, spent in ((self.office, 4 * HOUR), (None, 5 * HOUR)):
            clock = resolution_clock(lines, None, working, paris("2026-07-01 00:00"))
            self.assertEqual(clock.state, "none")
            self.assertIsNone(clock.deadline)
            self.assertIsNone(clock.remaining)
            self.assertIsNone(clock.breached_at)
            self.assertEqual(clock.spent, spent)
            self.assertEqual(clock.held, {"": HOUR, "customer": HOUR})
            self.assertEqual(clock.ended_at, paris("2026-06-01 16:00"))
            self.assertEqual(clock.reopenings, 1)
            self.assertEqual(len(clock.segments), 6)

    # === HOLDS === #

    def test_hold_over_the_weekend(self):
        # B05: a hold is worth the working time it took, no more
        lines = [
            ("2026-06-05 15:30", FILED),
            ("2026-06-05 16:30", HOLD, "awaiting", "customer"),
            ("2026-06-08 08:30", RESUME, "awaiting"),
        ]
        clock = self._resolve(*lines, now="2026-06-08 08:30")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-08 11:30"))
        self.assertEqual(clock.spent, HOUR)
        self.assertEqual(clock.remaining, 3 * HOUR)
        self.assertEqual(clock.held, {"": HOUR, "customer": HOUR})
        self.assertIsNone(clock.held_since)
        self.assertEqual(
            [(item.kind, item.causes, item.parties) for item in clock.segments],
            [
                ("run", (), ()),
                ("hold", ("awaiting",), ("customer",)),
                ("run", (), ()),
            ],
        )
        self.assertEqual(
            [item.start for item in clock.segments],
            [paris(at) for at, *_rest in lines],
        )
        self.assertIsNone(clock.segments[-1].end)

    def test_no_breach_while_held(self):
        # B08: held for days, then solved straight from the hold
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", HOLD, "awaiting", "customer"),
        ]
        for now in ("2026-06-02 23:00", "2026-06-04 23:00"):
            clock = self._resolve(*lines, now=now)
            self.assertEqual(clock.state, "held")
            self.assertIsNone(clock.deadline)
            self.assertIsNone(clock.breached_at)
            self.assertEqual(clock.spent, HOUR)
            self.assertEqual(clock.held_since, paris("2026-06-01 10:00"))
        self.assertEqual(clock.held["customer"], 30 * HOUR)
        lines.append(("2026-06-05 10:00", SOLVED, "stage"))
        for now in ("2026-06-05 10:00", "2026-06-12 10:00", "2036-06-12 10:00"):
            clock = self._resolve(*lines, now=now)
            self.assertEqual(clock.state, "met")
            self.assertEqual(clock.spent, HOUR)
            self.assertEqual(clock.deadline, paris("2026-06-05 14:00"))
            self.assertEqual(clock.ended_at, paris("2026-06-05 10:00"))
            self.assertIsNone(clock.breached_at)
            self.assertIsNone(clock.held_since)

    def test_hold_of_a_late_ticket(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 14:01", HOLD, "awaiting", "customer"),
        ]
        clock = self._resolve(*lines, now="2026-06-03 09:00")
        self.assertEqual(clock.state, "held")
        self.assertEqual(clock.deadline, paris("2026-06-01 14:00"))
        self.assertEqual(clock.remaining, -MINUTE)
        # Used up to the second, but not exceeded: a solution now would be in time
        lines[1] = ("2026-06-01 14:00", HOLD, "awaiting", "customer")
        clock = self._resolve(*lines, now="2026-06-03 09:00")
        self.assertEqual(clock.state, "held")
        self.assertIsNone(clock.deadline)
        clock = self._resolve(
            *lines, ("2026-06-03 09:00", SOLVED, "stage"), now="2026-06-03 09:00"
        )
        self.assertEqual(clock.state, "met")

    def test_overlapping_holds(self):
        clock = self._resolve(
            ("2026-06-01 08:00", FILED),
            ("2026-06-01 09:00", HOLD, "awaiting", "customer"),
            ("2026-06-01 10:00", HOLD, "bug", "editor"),
            ("2026-06-01 11:00", RESUME, "awaiting"),
            ("2026-06-01 14:00", RESUME, "bug"),
            now="2026-06-01 15:00",
        )
        self.assertEqual(
            clock.held, {"": 4 * HOUR, "customer": 2 * HOUR, "editor": 3 * HOUR}
        )
        self.assertEqual(clock.spent, 2 * HOUR)
        self.assertEqual(clock.deadline, paris("2026-06-01 17:00"))
        self.assertEqual(
            [item.parties for item in clock.segments],
            [(), ("customer",), ("customer", "editor"), ("editor",), ()],
        )

    def test_two_causes_of_one_party_count_once(self):
        clock = self._resolve(
            ("2026-06-01 08:00", FILED),
            ("2026-06-01 09:00", HOLD, "bug", "editor"),
            ("2026-06-01 09:00", HOLD, "update", "editor"),
            now="2026-06-01 11:00",
        )
        self.assertEqual(clock.held, {"": 2 * HOUR, "editor": 2 * HOUR})

    def test_same_cause_again(self):
        lines = [
            ("2026-06-01 08:00", FILED),
            ("2026-06-01 09:00", HOLD, "stage", "customer"),
            ("2026-06-01 10:00", RESUME, "never opened"),
            ("2026-06-01 11:00", HOLD, "stage", "third_party"),
            ("2026-06-01 11:30", HOLD, "stage", "third_party"),
        ]
        clock = self._resolve(*lines, now="2026-06-01 12:00")
        self.assertEqual(
            clock.held, {"": 3 * HOUR, "customer": 2 * HOUR, "third_party": HOUR}
        )
        self.assertEqual(clock.held_since, paris("2026-06-01 09:00"))
        # One RESUME ends it, however often it was opened
        clock = self._resolve(
            *lines, ("2026-06-01 12:00", RESUME, "stage"), now="2026-06-01 12:00"
        )
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-01 16:00"))

    # === CLOSINGS AND REOPENINGS === #

    def test_reopening_resumes_the_same_clock(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", SOLVED, "stage"),
            ("2026-06-03 10:00", REOPENED, "stage"),
        ]
        clock = self._resolve(*lines, now="2026-06-03 11:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.spent, 2 * HOUR)
        self.assertEqual(clock.deadline, paris("2026-06-03 14:00"))
        self.assertIsNone(clock.ended_at)
        self.assertEqual(clock.reopenings, 1)
        for solved, state in (("14:00", "met"), ("14:01", "missed")):
            clock = self._resolve(
                *lines,
                (f"2026-06-03 {solved}", SOLVED, "stage"),
                now="2026-06-09 09:00",
            )
            self.assertEqual(clock.state, state)
            self.assertEqual(clock.deadline, paris("2026-06-03 14:00"))
            late = clock.deadline if state == "missed" else None
            self.assertEqual(clock.breached_at, late)
            self.assertEqual(clock.ended_at, paris(f"2026-06-03 {solved}"))
