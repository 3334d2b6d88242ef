# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo.tests import tagged

from ...tools.sla_clock import (
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
)
from .sla_clock_common import (
    HOUR,
    ZERO,
    ClockCase,
)
from .sla_oracle import (
    paris,
)


@tagged("post_install", "-at_install")
class TestSlaClockEnd(ClockCase):
    """Closings, reopenings and breaches, by hand."""

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
