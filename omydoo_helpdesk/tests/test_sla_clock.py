# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
from dataclasses import replace
from datetime import datetime, timedelta

import hypothesis
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..models import support_sla_clock as sla
from ..models import support_working_time
from ..models.support_sla_clock import (
    ANSWERED,
    BREACHED,
    DISMISSED,
    FILED,
    HOLD,
    OUT_OF_SCOPE,
    REOPENED,
    RESOLUTION,
    RESPONSE,
    RESUME,
    SOLVED,
    Event,
    get_open_causes,
    resolution_clock,
    response_clock,
)
from ..models.support_working_time import AroundTheClock, HorizonError, WorkingTime
from .sla_oracle import (
    ALWAYS,
    MINUTE,
    PARIS_OFFICE,
    WeeklyCalendar,
    consult,
    get_dates,
    paris,
)

ZERO = timedelta()
HOUR = timedelta(hours=1)
CLOCKS = {RESPONSE: response_clock, RESOLUTION: resolution_clock}

# What random cases are made of
# Where hours are lost or found, an ordinary week, and the turn of a year
WEEKS = (
    ("Europe/Paris", datetime(2026, 3, 26)),
    ("Europe/Paris", datetime(2026, 10, 22)),
    ("Europe/Paris", datetime(2026, 6, 1)),
    ("America/New_York", datetime(2026, 3, 5)),
    ("America/New_York", datetime(2026, 10, 29)),
    ("America/New_York", datetime(2026, 12, 29)),
)
# Minutes of a day: round hours, halves and some odd ones, but none in the hours that
# a change of clock skips or repeats
BOUNDS = [0, 60, 120, *range(180, 1441, 60), *range(210, 1440, 60), 7, 499, 601, 1439]
# What begins, what ends it, and the cause of both; some of it belongs together
EPISODES = (
    *((HOLD, RESUME, cause) for cause in ("bug", "stage", "update")),
    *((SOLVED, REOPENED, cause) for cause in ("stage", "stage", "stage", "duplicate")),
    *((DISMISSED, REOPENED, cause) for cause in ("stage", OUT_OF_SCOPE)),
    (ANSWERED, REOPENED, ""),
    *((BREACHED, REOPENED, "") for _number in range(2)),
)


def paris_working_time(first="2026-01-01 00:00", last="2027-01-01 00:00"):
    """Monday to Friday, 08:00-12:00 and 13:00-17:00, between two times of Paris."""
    start, end = paris(first), paris(last)
    return WorkingTime(PARIS_OFFICE.get_intervals(start, end), start, end)


def log(*lines):
    """Write events as ("2026-06-01 09:00", kind, cause, party), in Paris time."""
    return [Event(paris(at), *values) for at, *values in lines]


@tagged("post_install", "-at_install")
class TestSlaClock(BaseCase):
    """The clocks by hand: dates that anybody can check against a paper calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = paris_working_time()

    def _resolve(self, *lines, hours=4, now, working=None):
        """Run the resolution clock, 4 working hours unless said; times of Paris."""
        target = hours if hours is None else hours * HOUR
        return resolution_clock(log(*lines), target, working or self.office, paris(now))

    def _respond(self, *lines, hours=4, now, working=None):
        """Run the response clock, 4 working hours unless said; times of Paris."""
        target = hours if hours is None else hours * HOUR
        return response_clock(log(*lines), target, working or self.office, paris(now))

    def test_doctests(self):
        attempted = 0
        for module in (sla, support_working_time):
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

    def test_reopens_held(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", SOLVED, "stage"),
            ("2026-06-01 11:00", HOLD, "bug", "editor"),
            ("2026-06-02 10:00", REOPENED, "stage"),
        ]
        clock = self._resolve(*lines, now="2026-06-02 11:00")
        self.assertEqual(clock.state, "held")
        self.assertEqual(clock.held_since, paris("2026-06-02 10:00"))
        self.assertEqual(clock.held, {"": HOUR, "editor": HOUR})
        lines.insert(3, ("2026-06-01 11:30", RESUME, "bug"))
        clock = self._resolve(*lines, now="2026-06-02 11:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.held, {"": ZERO})

    def test_several_closings(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", DISMISSED, OUT_OF_SCOPE),
            ("2026-06-01 11:00", SOLVED, "stage"),
        ]
        now = "2026-06-01 16:00"
        clock = self._resolve(*lines, now=now)
        self.assertEqual(clock.state, "not_applicable")
        self.assertEqual(clock.ended_at, paris("2026-06-01 10:00"))
        # The scope was wrong: it is solved, since the first closing
        lines.append(("2026-06-01 14:00", REOPENED, OUT_OF_SCOPE))
        clock = self._resolve(*lines, now=now)
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.ended_at, paris("2026-06-01 10:00"))
        self.assertEqual(clock.spent, HOUR)
        lines.append(("2026-06-01 15:00", REOPENED, "stage"))
        clock = self._resolve(*lines, now=now)
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.reopenings, 1)
        # ... and the same at one stroke
        clock = self._resolve(*lines[:3], ("2026-06-01 15:00", REOPENED), now=now)
        self.assertEqual((clock.state, clock.reopenings), ("ongoing", 1))
        # ... and in the other order
        clock = self._resolve(
            *lines[:3],
            ("2026-06-01 14:00", REOPENED, "stage"),
            ("2026-06-01 15:00", REOPENED, OUT_OF_SCOPE),
            now=now,
        )
        self.assertEqual((clock.state, clock.reopenings), ("ongoing", 1))

    def test_causes_of_a_closing_are_sorted(self):
        clock = self._resolve(
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", SOLVED, "stage"),
            ("2026-06-01 11:00", SOLVED, "archived"),
            now="2026-06-02 09:00",
        )
        self.assertEqual(
            [item.causes for item in clock.segments],
            [(), ("stage",), ("archived", "stage")],
        )
        self.assertEqual(clock.ended_at, paris("2026-06-01 10:00"))

    def test_latest_outcome_counts(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", SOLVED, "stage"),
            ("2026-06-01 11:00", DISMISSED, "stage"),
        ]
        for state in ("not_applicable", "met"):
            clock = self._resolve(*lines, now="2026-06-02 09:00")
            self.assertEqual(clock.state, state)
            self.assertEqual(clock.ended_at, paris("2026-06-01 10:00"))
            self.assertEqual(clock.reopenings, 0)
            lines.append(("2026-06-01 12:00", SOLVED, "stage"))

    def test_dismissed_late(self):
        for cause in ("stage", "duplicate", "archived", OUT_OF_SCOPE):
            clock = self._resolve(
                ("2026-06-01 09:00", FILED),
                ("2026-06-02 16:00", DISMISSED, cause),
                now="2026-06-02 16:00",
            )
            self.assertEqual(clock.state, "not_applicable")
            self.assertEqual(clock.deadline, paris("2026-06-01 14:00"))
            self.assertIsNone(clock.breached_at)

    def test_corrected_scope_is_no_reopening(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", DISMISSED, OUT_OF_SCOPE),
            ("2026-06-01 14:00", REOPENED, OUT_OF_SCOPE),
        ]
        clock = self._resolve(*lines, now="2026-06-01 15:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-01 17:00"))
        self.assertEqual(clock.reopenings, 0)

    def test_reopening_of_nothing(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", REOPENED, "stage"),
            ("2026-06-01 11:00", REOPENED),
        ]
        clock = self._resolve(*lines, now="2026-06-01 12:00")
        self.assertEqual(clock.reopenings, 0)
        self.assertEqual(len(clock.segments), 1)
        lines.append(("2026-06-01 11:00", SOLVED, "stage"))
        lines.append(("2026-06-01 12:00", REOPENED, "archived"))
        clock = self._resolve(*lines, now="2026-06-01 12:00")
        self.assertEqual((clock.state, clock.reopenings), ("met", 0))

    # === BREACHES === #

    def test_recorded_breach_stays(self):
        # Late under the first promise, in time under the one that replaced it
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 11:05", BREACHED, "", "", RESOLUTION),
            ("2026-06-01 11:35", BREACHED, "", "", RESOLUTION),
        ]
        clock = self._resolve(*lines, now="2026-06-01 12:00")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.breached_at, paris("2026-06-01 11:05"))
        clock = self._respond(*lines, now="2026-06-01 12:00")
        self.assertIsNone(clock.breached_at)
        lines.append(("2026-06-01 12:00", ANSWERED))
        lines.append(("2026-06-01 12:00", SOLVED, "stage"))
        clock = self._resolve(*lines, now="2026-06-01 12:00")
        self.assertEqual(clock.state, "missed")
        self.assertEqual(clock.breached_at, paris("2026-06-01 11:05"))
        self.assertEqual(clock.remaining, HOUR)
        self.assertEqual(self._respond(*lines, now="2026-06-01 12:00").state, "met")
        lines.append(("2026-06-01 12:00", DISMISSED, "duplicate"))
        clock = self._resolve(*lines, now="2026-06-01 12:00")
        self.assertEqual(clock.state, "not_applicable")

    def test_recorded_breach_of_the_response(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:05", BREACHED, "", "", RESPONSE),
        ]
        for end in ((ANSWERED,), (SOLVED, "stage"), (DISMISSED, "duplicate")):
            clock = self._respond(
                *lines, ("2026-06-01 11:00", *end), now="2026-06-01 11:00"
            )
            self.assertEqual(clock.state, "missed")
            self.assertEqual(clock.breached_at, paris("2026-06-01 10:05"))

    def test_another_target_recomputes_from_the_start(self):
        lines = [
            ("2026-06-01 09:00", FILED),
            ("2026-06-01 10:00", HOLD, "awaiting", "customer"),
            ("2026-06-01 14:00", RESUME, "awaiting"),
        ]
        for hours, deadline in [
            (0.5, "2026-06-01 09:30"),
            (1, "2026-06-01 10:00"),
            (2, "2026-06-01 15:00"),
            (8, "2026-06-02 12:00"),
        ]:
            clock = self._resolve(*lines, hours=hours, now="2026-06-01 15:00")
            self.assertEqual(clock.deadline, paris(deadline))

    # === FIRST RESPONSE === #

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


@tagged("post_install", "-at_install")
class TestSlaClockProperties(BaseCase):
    """The clocks on random logs and calendars, against the oracle and themselves.

    The cases are drawn from the test itself, so that every run sees the same.
    """

    def _for_all(self, build, check, examples):
        """Check many cases, each a tuple of arguments made by `build(draw)`."""

        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.composite(build)())
        def run(case):
            check(*case)

        run()

    # === WHAT IS DRAWN === #

    def _draw_calendar(self, draw, tz, start):
        if draw(st.sampled_from(range(10))) == 9:
            return ALWAYS
        hours = st.lists(st.sampled_from(BOUNDS), unique=True, max_size=6)
        days = []
        for _kind in range(3):  # three kinds of day, of up to three intervals
            bounds = sorted(draw(hours))
            days.append(list(zip(bounds[::2], bounds[1::2], strict=False)))
        week = st.lists(st.sampled_from(days), min_size=7, max_size=7)
        weeks = draw(st.lists(week, min_size=1, max_size=2))
        holidays = draw(st.sets(st.sampled_from(get_dates(start, 10)), max_size=2))
        return WeeklyCalendar(tz, [dict(enumerate(week)) for week in weeks], holidays)

    def _draw_working(self, draw):
        """:return: calendar, its working time, and a time of filing to start from"""
        tz, start = draw(st.sampled_from(WEEKS))
        calendar = self._draw_calendar(draw, tz, start)
        # Round hours make deadlines meet the bounds of the working hours
        minutes = st.integers(0, 2 * 24).map(lambda hour: hour * 60)
        filed = start + draw(minutes | st.integers(0, 2 * 24 * 60)) * MINUTE
        first, last = filed - 24 * HOUR, filed + 12 * 24 * HOUR
        working = WorkingTime(calendar.get_intervals(first, last), first, last)
        return calendar, working, filed

    def _draw_log(self, draw, filed):
        # Round hours make events meet
        minutes = st.integers(0, 4 * 24).map(lambda hour: hour * 60)
        minutes |= st.integers(-60, 4 * 24 * 60)
        parties = st.sampled_from(("customer", "editor", "third_party"))
        events = [Event(filed, FILED)]
        for _number in range(draw(st.sampled_from(range(7)))):
            begin, end, cause = draw(st.sampled_from(EPISODES))
            party = draw(parties) if begin == HOLD else ""
            clock = draw(st.sampled_from(tuple(CLOCKS))) if begin == BREACHED else ""
            at = filed + draw(minutes) * MINUTE
            # Many go on for good, some end, a few end without a beginning
            fate = draw(
                st.sampled_from(("begins", "begins", "passes", "passes", "ends"))
            )
            if fate != "ends":
                events.append(Event(at, begin, cause, party, clock))
            if fate != "begins":
                at += draw(st.integers(0, 24 * 60)) * MINUTE
                events.append(Event(at, end, cause))
        return events

    def _draw_case(self, draw):
        """:return: events, target, calendar, working time, present"""
        calendar, working, filed = self._draw_working(draw)
        events = self._draw_log(draw, filed)
        targets = st.integers(1, 40).map(lambda hours: hours * HOUR)
        targets |= st.integers(1, 12 * 60).map(lambda minutes: minutes * MINUTE)
        promised = draw(st.sampled_from((True, True, True, True, True, False)))
        target = draw(targets) if promised else None
        now = filed + draw(st.integers(0, 7 * 24 * 60)) * MINUTE
        return events, target, calendar, working, now

    # === THE ORACLE === #

    def test_clocks_agree_with_the_oracle(self):
        seen = set()

        def check(events, target, calendar, working, now):
            for name, clock in CLOCKS.items():
                result = clock(events, target, working, now)
                expected = consult(name, events, target, calendar, now, working.end)
                found = {field: getattr(result, field) for field in expected}
                self.assertEqual(found, expected, name)
                seen.add((name, result.state))

        self._for_all(self._draw_case, check, examples=150)
        # A draw that reaches few of the 11 states there are would prove little
        self.assertGreaterEqual(len(seen), 9, seen)

    # === THE CLOCKS AGAINST THEMSELVES === #

    def _get_gist(self, result):
        return (
            result.state,
            result.deadline,
            result.ended_at,
            result.spent,
            result.remaining,
            result.breached_at,
            result.held,
            result.reopenings,
        )

    def test_hold_out_of_hours_changes_nothing(self):
        def build(draw):
            case = self._draw_case(draw)
            return *case, draw(st.integers(0, 30)), draw(st.integers(1, 600))

        def check(events, target, calendar, working, now, skipped, length):
            # The first minutes of the idle stretch that follows some working one
            idle = (
                minute
                for minute in (events[0].at + n * MINUTE for n in range(7 * 24 * 60))
                if not calendar.works_at(minute)
                and (skipped == 0 or calendar.works_at(minute - MINUTE))
            )
            start = next(
                (minute for n, minute in enumerate(idle) if n == skipped), None
            )
            if start is None:
                return
            end = start
            while end < start + length * MINUTE and not calendar.works_at(end):
                end += MINUTE
            hold = [
                Event(start, HOLD, "idle", "nobody"),
                Event(end, RESUME, "idle"),
            ]
            now = max(now, end, *(event.at for event in events))
            before = resolution_clock(events, target, working, now)
            if before.deadline and start <= before.deadline <= end:
                return  # it covers the very deadline, which it puts off
            after = resolution_clock(events + hold, target, working, now)
            self.assertEqual(self._get_gist(after), self._get_gist(before))

        self._for_all(build, check, examples=100)

    def test_split_hold_changes_nothing(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now, draw(st.integers(1, 6 * 24 * 60))

        def check(events, target, working, now, minutes):
            at = events[0].at + minutes * MINUTE
            held = [Event(events[0].at, HOLD, "long", "editor")]
            split = [Event(at, RESUME, "long"), Event(at, HOLD, "long", "editor")]
            now = max(now, at)
            self.assertEqual(
                resolution_clock(events + held + split, target, working, now),
                resolution_clock(
                    events + held + [Event(at, "of no concern")], target, working, now
                ),
            )

        self._for_all(build, check, examples=100)

    def test_longer_target_is_no_earlier_deadline(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target or HOUR, working, now, draw(st.integers(0, 3000))

        def check(events, target, working, now, minutes):
            for clock in CLOCKS.values():
                short = clock(events, target, working, now)
                long = clock(events, target + minutes * MINUTE, working, now)
                if short.deadline is None:
                    self.assertIsNone(long.deadline)
                elif long.deadline is not None:
                    self.assertLessEqual(short.deadline, long.deadline)
                if long.state == "missed":
                    self.assertEqual(short.state, "missed")

        self._for_all(build, check, examples=100)

    def test_deadline_does_not_depend_on_when_it_is_asked(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now, draw(st.integers(1, 3 * 24 * 60))

        def check(events, target, working, now, minutes):
            for clock in CLOCKS.values():
                soon = clock(events, target, working, now)
                later = clock(events, target, working, now + minutes * MINUTE)
                self.assertEqual(later.deadline, soon.deadline)
                self.assertEqual(later.state, soon.state)
                self.assertEqual(later.breached_at, soon.breached_at)
                if soon.ended_at:
                    self.assertEqual(later, soon)

        self._for_all(build, check, examples=100)

    def test_order_given_matters_only_among_equals(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            events = [  # no two of them at the same instant
                replace(event, at=event.at + n * timedelta(seconds=1))
                for n, event in enumerate(events)
            ]
            return events, draw(st.permutations(events)), target, working, now

        def check(events, shuffled, target, working, now):
            for clock in CLOCKS.values():
                self.assertEqual(
                    clock(shuffled, target, working, now),
                    clock(events, target, working, now),
                )

        self._for_all(build, check, examples=50)

    def test_segments_tell_the_whole_story(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now

        def check(events, target, working, now):
            for clock in CLOCKS.values():
                result = clock(events, target, working, now)
                segments = result.segments
                self.assertEqual(segments[0].start, events[0].at)
                self.assertIsNone(segments[-1].end)
                for one, other in zip(segments, segments[1:], strict=False):
                    self.assertEqual(one.end, other.start)
                    self.assertLess(one.start, one.end)
                    self.assertNotEqual(
                        (one.kind, one.causes, one.parties),
                        (other.kind, other.causes, other.parties),
                    )
                self.assertEqual(sum((s.spent for s in segments), ZERO), result.spent)
                self.assertEqual(sum((s.held for s in segments), ZERO), result.held[""])

        self._for_all(build, check, examples=50)

    def test_add_is_the_inverse_of_between(self):
        def build(draw):
            _calendar, working, filed = self._draw_working(draw)
            start = filed + draw(st.integers(0, 5 * 24)) * HOUR
            hours = st.integers(0, 50).map(lambda hours: hours * HOUR)
            seconds = st.integers(0, 180_000).map(lambda n: timedelta(seconds=n))
            return working, start, draw(hours | seconds)

        def check(working, start, duration):
            end = working.add(start, duration)
            if end is None:
                self.assertLess(working.between(start, working.end), duration)
                return
            self.assertEqual(working.between(start, end), duration)
            if duration:
                before = end - timedelta.resolution
                self.assertLess(working.between(start, before), duration)
            else:
                self.assertEqual(end, start)

        self._for_all(build, check, examples=150)
