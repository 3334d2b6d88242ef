# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ...tools.sla_clock import (
    FILED,
    HOLD,
    RESUME,
    SOLVED,
    Event,
    get_hold_ends,
    resolution_clock,
)
from .sla_clock_common import HOUR, ClockCase, log
from .sla_oracle import paris

FILED_ON_MONDAY = ("2026-06-01 09:00", FILED)


def hold(at, until=None, cause="stage", party="customer"):
    """Return a hold from one time of Paris to another."""
    return Event(paris(at), HOLD, cause, party, until=until and paris(until))


@tagged("post_install", "-at_install")
class TestSlaClockHold(ClockCase):
    """Holds that end by themselves, by hand: 4 h in office hours, from Monday 09:00."""

    def _run(self, *events, now, hours=4):
        return resolution_clock(
            [*log(FILED_ON_MONDAY), *events], hours * HOUR, self.office, paris(now)
        )

    def test_end_is_exact_whoever_notes_it(self):
        events = [hold("2026-06-01 10:00", "2026-06-03 15:30")]
        for now, state, spent in (
            ("2026-06-02 12:00", "held", 1),
            ("2026-06-03 15:29", "held", 1),
            ("2026-06-03 15:30", "ongoing", 1),
            ("2026-06-03 16:30", "ongoing", 2),
        ):
            clock = self._run(*events, now=now)
            self.assertEqual((clock.state, clock.spent), (state, spent * HOUR), now)
            # 1.5 h are left of Wednesday, the rest is Thursday's.
            self.assertEqual(clock.deadline, paris("2026-06-04 09:30"), now)
        late = Event(paris("2026-06-04 08:00"), RESUME, "stage")
        noted = self._run(*events, late, now="2026-06-04 12:00")
        self.assertEqual(noted, self._run(*events, now="2026-06-04 12:00"))
        # 6 h of Monday, 8 of Tuesday, 6.5 of Wednesday
        self.assertEqual(noted.held, {"": 20.5 * HOUR, "customer": 20.5 * HOUR})

    def test_end_out_of_hours_and_on_a_changed_clock(self):
        """The night of 25 October has an hour more in Paris."""
        events = [
            Event(paris("2026-10-23 16:00"), FILED),
            hold("2026-10-23 17:00", "2026-10-25 12:00"),
        ]
        before, after = (
            resolution_clock(events, 4 * HOUR, self.office, paris(now))
            for now in ("2026-10-25 11:00", "2026-10-26 09:00")
        )
        self.assertEqual(before.state, "held")
        self.assertEqual(before.resumes_at, paris("2026-10-25 12:00"))
        self.assertEqual(after.state, "ongoing")
        self.assertEqual(before.deadline, after.deadline)
        self.assertEqual(after.deadline, paris("2026-10-26 11:00"))

    def test_ended_or_replaced_before_its_end(self):
        first = hold("2026-06-01 10:00", "2026-06-05 12:00")
        resumed = Event(paris("2026-06-01 14:00"), RESUME, "stage")
        clock = self._run(first, resumed, now="2026-06-01 14:30")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-01 17:00"))
        clock = self._run(first, resumed, now="2026-06-08 14:30")
        self.assertEqual(clock.deadline, paris("2026-06-01 17:00"))
        # Put off for good
        endless = hold("2026-06-02 10:00", party="editor")
        clock = self._run(first, endless, now="2026-06-08 14:30")
        self.assertEqual((clock.state, clock.deadline), ("held", None))
        self.assertIsNone(clock.resumes_at)
        self.assertEqual(get_hold_ends([first, endless]), {})
        self.assertEqual(get_hold_ends([first]), {"stage": first.until})
        self.assertEqual(get_hold_ends([first, resumed]), {})

    def test_two_holds_end_with_the_last(self):
        events = [
            hold("2026-06-01 10:00", "2026-06-02 10:00"),
            hold("2026-06-01 11:00", "2026-06-03 10:00", "bug", "editor"),
        ]
        clock = self._run(*events, now="2026-06-01 12:00")
        self.assertEqual(clock.resumes_at, paris("2026-06-03 10:00"))
        self.assertEqual(clock.deadline, paris("2026-06-03 14:00"))
        clock = self._run(*events, now="2026-06-09 12:00")
        self.assertEqual(
            clock.held,
            {"": 16 * HOUR, "customer": 8 * HOUR, "editor": 15 * HOUR},
        )
        endless = hold("2026-06-01 11:00", cause="bug", party="editor")
        clock = self._run(events[0], endless, now="2026-06-09 12:00")
        self.assertEqual((clock.state, clock.resumes_at), ("held", None))

    def test_closed_before_its_end(self):
        """Judged on the time worked; the end has nothing to end any more."""
        closed = Event(paris("2026-06-02 10:00"), SOLVED, "stage")
        resumed = Event(paris("2026-06-02 10:00"), RESUME, "stage")
        clock = self._run(
            hold("2026-06-01 10:00", "2026-06-05 12:00"),
            closed,
            resumed,
            now="2026-06-09 12:00",
        )
        self.assertEqual((clock.state, clock.spent), ("met", HOUR))
        self.assertIsNone(clock.resumes_at)

    def test_used_up_as_the_hold_began(self):
        """Not late on hold, but from its end on."""
        events = [hold("2026-06-01 14:00", "2026-06-03 10:00")]
        clock = self._run(*events, now="2026-06-02 12:00")
        self.assertEqual((clock.state, clock.deadline), ("held", None))
        clock = self._run(*events, now="2026-06-03 10:01")
        self.assertEqual(clock.state, "ongoing")
        self.assertEqual(clock.deadline, paris("2026-06-01 14:00"))

    def test_end_before_the_begin(self):
        clock = self._run(
            hold("2026-06-01 10:00", "2026-06-01 09:30"), now="2026-06-01 12:00"
        )
        self.assertEqual((clock.state, clock.spent), ("ongoing", 3 * HOUR))
        self.assertEqual(clock.deadline, paris("2026-06-01 14:00"))
