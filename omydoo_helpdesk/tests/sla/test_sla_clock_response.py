# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.tests import tagged

from ...tools.sla_clock import (
    ANSWERED,
    DISMISSED,
    FILED,
    HOLD,
    OUT_OF_SCOPE,
    REOPENED,
    RESUME,
    SOLVED,
    Event,
    get_open_causes,
    resolution_clock,
)
from ...tools.working_time import AroundTheClock, HorizonError, WorkingTime
from .sla_clock_common import (
    CLOCKS,
    HOUR,
    ZERO,
    ClockCase,
    log,
    paris_working_time,
)
from .sla_oracle import (
    MINUTE,
    paris,
)


@tagged("post_install", "-at_install")
class TestSlaClockResponse(ClockCase):
    """The first response, awkward logs and the working time."""

    def test_what_meets_the_response(self):
        # B11: the log has no event for a receipt, a note or a customer's message
        filed = ("2026-06-01 09:00", FILED)
        now = "2026-06-01 16:00"
        clock = self._respond(filed, now=now)
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-01 14:00"))
        self.assertLess(clock.deadline, paris(now))
        for kind, cause, at, state in [
            (ANSWERED, "", "14:00", "met"),
            (ANSWERED, "", "14:01", "missed"),
            (SOLVED, "stage", "14:00", "not_applicable"),
            (SOLVED, "stage", "14:01", "missed"),
            (DISMISSED, "duplicate", "14:00", "not_applicable"),
            (DISMISSED, "duplicate", "14:01", "missed"),
            (DISMISSED, OUT_OF_SCOPE, "10:00", "ongoing"),
            (HOLD, "awaiting", "10:00", "ongoing"),
        ]:
            with self.subTest(kind=kind, cause=cause, at=at):
                clock = self._respond(filed, (f"2026-06-01 {at}", kind, cause), now=now)
                self.assertEqual(clock.state, state)
                self.assertEqual(clock.deadline, paris("2026-06-01 14:00"))
                late = clock.deadline if state == "missed" else None
                self.assertEqual(clock.breached_at, late)

    def test_response_ignores_holds(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 09:30", HOLD, "awaiting", "customer"),
        ]
        clock = self._respond(*lines, now="2026-06-01 12:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.spent, 3 * HOUR)
        self.assertEqual(clock.held, {"": ZERO})
        self.assertEqual([item.kind for item in clock.segments], ["run"])
        # An answer and a hold in one save
        for both in ((ANSWERED, HOLD), (HOLD, ANSWERED)):
            clock = self._respond(
                lines[0],
                *(("2026-06-01 09:30", kind, "awaiting") for kind in both),
                now="2026-06-01 12:00",
            )
            self.assertEqual(clock.state, "met")
            self.assertEqual(clock.spent, HOUR / 2)

    def test_answer_is_for_good(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", ANSWERED),
            ("2026-06-01 11:00", SOLVED, "stage"),
            ("2026-06-03 11:00", REOPENED, "stage"),
            ("2026-06-09 11:00", ANSWERED),
        ]
        clock = self._respond(*lines, now="2026-06-10 09:00")
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.ended_at, paris("2026-06-01 10:00"))
        self.assertEqual(clock.spent, HOUR)
        self.assertEqual(clock.reopenings, 0)

    def test_closed_without_an_answer(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", DISMISSED, "stage"),
            ("2026-06-03 10:00", ANSWERED),
        ]
        # Answered after the closing: with the time spent so far
        clock = self._respond(*lines, now="2026-06-10 09:00")
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.spent, HOUR)
        self.assertEqual(clock.ended_at, paris("2026-06-03 10:00"))
        # Reopened before the answer: the time it was closed is not counted
        lines[2:] = [("2026-06-03 10:00", REOPENED, "stage")]
        clock = self._respond(*lines, now="2026-06-03 11:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-03 14:00"))
        self.assertEqual(clock.reopenings, 1)

    # === AWKWARD LOGS === #

    def test_order_of_the_log(self):
        lines = log(
            ("2026-06-01 14:00", RESUME, "awaiting"),
            ("2026-06-01 10:00", HOLD, "awaiting", "customer"),
            ("2026-06-01 09:00", FILED),
        )
        now = paris("2026-06-01 15:00")
        clock = resolution_clock(iter(lines), 4 * HOUR, self.office, now)
        self.assertEqual(clock.deadline, paris("2026-06-01 17:00"))
        # Among equals the order given decides
        for kinds, state in (((HOLD, RESUME), "ongoing"), ((RESUME, HOLD), "held")):
            clock = self._resolve(
                ("2026-06-01 09:00", FILED),
                *(("2026-06-01 10:00", kind, "awaiting") for kind in kinds),
                now="2026-06-01 15:00",
            )
            self.assertEqual(clock.state, state)

    def test_nothing_happens_in_no_time(self):
        clock = self._resolve(
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", SOLVED, "stage"),
            ("2026-06-01 10:00", REOPENED, "stage"),
            ("2026-06-01 11:00", HOLD, "awaiting", "customer"),
            ("2026-06-01 11:00", RESUME, "awaiting"),
            now="2026-06-01 12:00",
        )
        self.assertEqual(len(clock.segments), 1)
        self.assertEqual(clock.spent, 3 * HOUR)
        self.assertEqual(clock.reopenings, 1)

    def test_events_before_the_filing(self):
        lines = [
            ("2026-05-01 09:00", HOLD, "awaiting", "customer"),
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 11:00", RESUME, "awaiting"),
            ("2026-06-01 12:00", FILED),
        ]
        working = paris_working_time("2026-06-01 00:00", "2026-07-01 00:00")
        clock = self._resolve(*lines, working=working, now="2026-06-01 14:00")
        self.assertEqual(clock.segments[0].start, paris("2026-06-01 09:00"))
        self.assertEqual(clock.held[""], 2 * HOUR)
        self.assertEqual(clock.deadline, paris("2026-06-01 16:00"))
        clock = self._respond(
            ("2026-05-01 09:00", ANSWERED), lines[1], now="2026-06-01 14:00"
        )
        self.assertEqual((clock.state, clock.spent), ("met", ZERO))
        self.assertEqual(clock.ended_at, paris("2026-06-01 09:00"))

    def test_events_of_the_future_are_facts(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-02 09:00", HOLD, "awaiting", "customer"),
            ("2026-06-02 10:00", RESUME, "awaiting"),
        ]
        clock = self._resolve(*lines, hours=16, now="2026-05-31 09:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.spent, 8 * HOUR)
        self.assertEqual(clock.deadline, paris("2026-06-03 10:00"))

    def test_open_causes(self):
        lines = log(
            ("2026-06-01 12:00", SOLVED, "stage"),
            ("2026-06-01 13:00", DISMISSED, "duplicate"),
            ("2026-06-01 14:00", REOPENED, "stage"),
            ("2026-06-01 10:00", HOLD, "stage", "customer"),
            ("2026-06-01 11:00", HOLD, "bug", "editor"),
            ("2026-06-01 11:30", RESUME, "stage"),
            ("2026-06-01 09:00", FILED),
        )
        closings, holds = get_open_causes(lines)
        self.assertEqual(closings, {"duplicate": DISMISSED})
        self.assertEqual(holds, {"bug": "editor"})
        self.assertEqual(get_open_causes([]), ({}, {}))

    def test_refusals(self):
        now = paris("2026-06-01 12:00")
        for clock in CLOCKS.values():
            with self.assertRaisesRegex(ValueError, "no filing"):
                clock([Event(now, ANSWERED)], HOUR, self.office, now)
            with self.assertRaisesRegex(ValueError, "no filing"):
                clock([], None, None, now)
            with self.assertRaisesRegex(ValueError, "working time"):
                clock([Event(now, FILED)], HOUR, None, now)

    def test_horizon(self):
        june = paris_working_time("2026-06-01 00:00", "2026-06-06 00:00")
        filed = ("2026-06-01 09:00", FILED)
        ended = ("2026-06-01 10:00", SOLVED, "stage")
        # No deadline in sight, but an answer all the same
        clock = self._resolve(filed, hours=40, working=june, now="2026-06-01 10:00")
        self.assertEqual((clock.state, clock.deadline), ("ongoing", None))
        self.assertEqual(clock.remaining, 39 * HOUR)
        clock = self._resolve(filed, hours=39, working=june, now="2026-06-01 10:00")
        self.assertEqual(clock.deadline, paris("2026-06-05 17:00"))
        for run in (self._resolve, self._respond):
            for lines, now in [
                ([("2026-05-31 09:00", FILED)], "2026-06-01 10:00"),
                ([filed], "2026-06-06 00:01"),
                ([filed, ("2026-06-06 00:01", SOLVED, "stage")], "2026-06-02 00:00"),
                ([filed, ended, ("2026-06-06 00:01", ANSWERED)], "2026-06-02 00:00"),
            ]:
                with self.assertRaisesRegex(HorizonError, "is not in"):
                    run(*lines, working=june, now=now)
        # The present of a clock that has ended does not matter
        lines = [filed, ("2026-06-01 10:00", ANSWERED)]
        clock = self._respond(*lines, working=june, now="2030-01-01 00:00")
        self.assertEqual(clock.state, "met")

    def test_calendar_without_hours(self):
        filed, now = paris("2026-06-01 09:00"), paris("2026-06-05 00:00")
        empty = WorkingTime([], filed, now)
        clock = resolution_clock([Event(filed, FILED)], HOUR, empty, now)
        self.assertEqual((clock.state, clock.deadline), ("ongoing", None))
        self.assertEqual(clock.spent, ZERO)

    # === WORKING TIME === #

    def test_intervals_are_merged_and_clipped(self):
        def at(hour):
            return datetime(2026, 6, 1, hour)

        pairs = [
            (14, 17),
            (7, 9),
            (9, 10),
            (8, 9),
            (15, 16),
            (15, 15),
            (20, 23),
            (0, 5),
        ]
        working = WorkingTime(
            ((at(first), at(last)) for first, last in pairs), at(4), at(21)
        )
        # What is left: 4-5, 7-10, 14-17 and 20-21
        self.assertEqual(working.between(at(4), at(21)), 8 * HOUR)
        self.assertEqual(working.between(at(8), at(15)), 3 * HOUR)
        self.assertEqual(working.between(at(10), at(14)), ZERO)
        self.assertEqual(working.between(at(15), at(8)), ZERO)
        for start, hours, end in [
            (4, 1, 5),
            (5, 1, 8),
            (7, 3, 10),
            (10, 3, 17),
            (9, 2, 15),
            (4, 8, 21),
            (6, 0, 6),
        ]:
            self.assertEqual(working.add(at(start), hours * HOUR), at(end))
        self.assertIsNone(working.add(at(4), 8 * HOUR + MINUTE))
        for outside in (at(3), at(22)):
            with self.assertRaises(HorizonError):
                working.between(outside, outside)
            with self.assertRaises(HorizonError):
                working.add(outside, ZERO)

    def test_around_the_clock(self):
        working, start = AroundTheClock(), datetime(2026, 3, 28, 21)
        self.assertEqual(working.between(start, start + HOUR), HOUR)
        self.assertEqual(working.between(start, start - HOUR), ZERO)
        self.assertEqual(working.add(start, 8 * HOUR), datetime(2026, 3, 29, 5))
        self.assertIsNone(working.add(start, timedelta.max))
