# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sla_common import SlaCase

# A Monday in Paris, two hours ahead of UTC, and the Wednesday of the take-over.
MONDAY_8 = datetime(2026, 6, 1, 6)
MONDAY_10 = datetime(2026, 6, 1, 8)
MONDAY_14 = datetime(2026, 6, 1, 12)
WEDNESDAY_10 = datetime(2026, 6, 3, 8)


@tagged("post_install", "-at_install")
class TestSlaImport(SlaCase):
    """Tickets taken over from another desk keep the times of what happened there."""

    def _import(self, ticket, *events, moment=WEDNESDAY_10):
        history = [
            dict(zip(("kind", "at", "cause", "party"), event, strict=False))
            for event in events
        ]
        with self.at(moment):
            ticket._sla_import_history([history])
            self.env.flush_all()

    def _get_log(self, ticket):
        ticket.invalidate_recordset()
        return [(event.kind, event.at) for event in ticket.event_ids]

    def test_open_ticket_is_late_since_its_deadline_there(self):
        ticket = self._file(WEDNESDAY_10)
        self._import(ticket, ("filed", MONDAY_8))
        self.assertClock(ticket, "response", "ongoing", "2026-06-01 10:00:00")
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 10:00:00")
        with self.at(WEDNESDAY_10):
            ticket.invalidate_recordset()
            self.assertTrue(ticket.is_late)
        self.assertEqual(ticket.filed_at, MONDAY_8)
        self.assertEqual(self._get_log(ticket), [("filed", MONDAY_8)])

    def test_solved_ticket_is_judged_by_the_imported_times(self):
        ticket = self._file(WEDNESDAY_10, stage_id=self.stage_done.id)
        self._import(
            ticket,
            ("filed", MONDAY_8),
            ("answered", MONDAY_10),
            ("solved", MONDAY_14, "stage"),
        )
        self.assertClock(ticket, "response", "met", "2026-06-01 10:00:00")
        # 8-12 and 13-14: an hour more than the four that were promised
        self.assertClock(ticket, "resolution", "missed", "2026-06-01 10:00:00")
        self.assertEqual(ticket.response_hours, 2)
        self.assertEqual(ticket.resolution_hours, 5)
        self.assertEqual(ticket.resolution_ended_at, MONDAY_14)
        self.assertEqual(len(ticket.event_ids), 3, "nothing is added to it")

    def test_hold_of_the_stage_is_taken_from_the_history(self):
        ticket = self._file(WEDNESDAY_10, stage_id=self.stage_awaiting.id)
        self._import(
            ticket, ("filed", MONDAY_8), ("hold", MONDAY_10, "stage", "customer")
        )
        self.assertClock(ticket, "resolution", "held")
        self.assertEqual(ticket.held_since, MONDAY_10)

    def test_what_the_history_leaves_out_is_noted_as_of_now(self):
        ticket = self._file(WEDNESDAY_10, stage_id=self.stage_cancelled.id)
        self._import(ticket, ("filed", MONDAY_8))
        self.assertEqual(
            self._get_log(ticket), [("filed", MONDAY_8), ("dismissed", WEDNESDAY_10)]
        )
        self.assertClock(ticket, "resolution", "not_applicable", "2026-06-01 10:00:00")

    def test_verdict_of_out_of_scope_counts_from_the_filing(self):
        ticket = self._file(WEDNESDAY_10, category_id=self.category_out.id)
        self._import(ticket, ("filed", MONDAY_8), ("answered", MONDAY_10))
        self.assertClock(ticket, "response", "met", "2026-06-01 10:00:00")
        self.assertEqual(ticket.resolution_state, "not_applicable")
        self.assertEqual(ticket.resolution_ended_at, MONDAY_8)

    def test_each_of_a_batch_gets_its_own_history(self):
        first = self._file(WEDNESDAY_10)
        second = self._file(WEDNESDAY_10)
        with self.at(WEDNESDAY_10):
            (first + second)._sla_import_history(
                [
                    [{"kind": "filed", "at": MONDAY_8}],
                    [{"kind": "filed", "at": MONDAY_10}],
                ]
            )
        self.assertEqual((first + second).mapped("filed_at"), [MONDAY_8, MONDAY_10])

    def test_what_happened_here_is_not_replaced(self):
        ticket = self._file(MONDAY_8)
        self._answer(MONDAY_10, ticket)
        with self.assertRaisesRegex(UserError, "already happened"):
            self._import(ticket, ("filed", MONDAY_8))
        self.assertEqual(
            self._get_log(ticket), [("filed", MONDAY_8), ("answered", MONDAY_10)]
        )

    def test_history_cannot_be_imported_twice(self):
        ticket = self._file(WEDNESDAY_10)
        self._import(ticket, ("filed", MONDAY_8), ("answered", MONDAY_10))
        with self.assertRaisesRegex(UserError, "already happened"):
            self._import(ticket, ("filed", MONDAY_10))

    def test_impossible_histories_are_refused(self):
        ticket = self._file(MONDAY_14)
        for message, events in (
            ("starts with the filing", []),
            ("starts with the filing", [("answered", MONDAY_8)]),
            (
                "starts with the filing",
                [("filed", MONDAY_10), ("answered", MONDAY_8)],
            ),
            ("unknown kind", [("filed", MONDAY_8), ("paid", MONDAY_10)]),
            ("beyond the present", [("filed", MONDAY_8), ("hold", WEDNESDAY_10)]),
        ):
            with (
                self.subTest(events=events),
                self.assertRaisesRegex(ValueError, message),
            ):
                self._import(ticket, *events, moment=MONDAY_14)
        self.assertEqual(self._get_log(ticket), [("filed", MONDAY_14)])

    # === DATES === #

    def test_dates_are_those_of_the_history(self):
        """C12: lists, exports and the time to reopen go by what happened there.

        https://github.com/jstanden/cerb/issues/1154 (closed on the day of the import)
        and https://github.com/zammad/zammad/issues/3005 (created on that day).
        """
        ticket = self._file(WEDNESDAY_10, stage_id=self.stage_done.id)
        self._import(
            ticket,
            ("filed", MONDAY_8),
            ("answered", MONDAY_10),
            ("solved", MONDAY_14, "stage"),
        )
        ticket.invalidate_recordset()
        self.assertEqual(ticket.create_date, MONDAY_8)
        self.assertEqual(ticket.filed_at, MONDAY_8)
        self.assertEqual(ticket.closed_date, MONDAY_14)
        self.assertEqual(
            ticket._get_reopen_deadline(),
            MONDAY_14 + timedelta(days=self.company.support_reopen_days),
        )
        self.assertEqual(ticket._get_reopen_obstacle(), "late")

    def test_reopened_there_is_not_dated_by_its_first_closing(self):
        ticket = self._file(WEDNESDAY_10, stage_id=self.stage_progress.id)
        self._import(
            ticket,
            ("filed", MONDAY_8),
            ("solved", MONDAY_10, "stage"),
            ("reopened", MONDAY_14, "stage"),
        )
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.reopen_count, 1)

    def test_closed_before_it_came_here_is_neither_kept_nor_missed(self):
        """C12: closed twenty months before it was filed, and counted as kept."""
        with self.at(WEDNESDAY_10):
            result = (
                self.env["helpdesk.ticket"]
                .with_user(self.manager)
                .load(
                    [
                        "name",
                        "description",
                        "partner_id/.id",
                        "team_id/.id",
                        "stage_id/.id",
                        "closed_date",
                    ],
                    [
                        [
                            "Old",
                            "x",
                            str(self.a1.partner_id.id),
                            str(self.team.id),
                            str(self.stage_done.id),
                            "2025-03-03 10:00:00",
                        ]
                    ],
                )
            )
            ticket = self.env["helpdesk.ticket"].browse(result["ids"])
            self.env.flush_all()
            ticket.invalidate_recordset()
            self.assertEqual(ticket.filed_at, ticket.closed_date)
            self.assertEqual(ticket.create_date, ticket.closed_date)
            self.assertEqual(ticket.resolution_state, "not_applicable")
            # Nor after something else is written on it.
            ticket.user_id = self.agent
            self.assertEqual(ticket.resolution_state, "not_applicable")
