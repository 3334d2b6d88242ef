# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

import pytz

from odoo import Command
from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestSlaTicket(SlaCase):
    def test_deadline_around_both_clock_changes(self):
        """B01: hours of the calendar, not of today's offset to UTC."""
        ticket = self._file("2026-03-27 15:00:00")  # Friday 16:00 in Paris, CET
        self.assertClock(ticket, "resolution", "ongoing", "2026-03-30 09:00:00")
        ticket = self._file("2026-10-23 14:00:00")  # Friday 16:00 in Paris, CEST
        self.assertClock(ticket, "resolution", "ongoing", "2026-10-26 10:00:00")

    def test_deadline_around_the_clock(self):
        """B01: no calendar, every hour counts, also the night of the change."""
        self.plan_4.calendar_id = False
        for filed, due in (
            ("2026-03-28 21:00:00", "2026-03-29 05:00:00"),
            ("2026-10-24 20:00:00", "2026-10-25 04:00:00"),
        ):
            ticket = self._file(filed, priority="0")
            self.assertClock(ticket, "response", "ongoing", due)

    def test_deadline_from_outside_working_hours(self):
        """B02: weekend, closing time, lunch, and a day that is just long enough."""
        for filed, priority, due in (
            ("2026-06-06 08:00:00", "1", "2026-06-08 10:00:00"),
            ("2026-06-01 10:30:00", "3", "2026-06-01 13:00:00"),
        ):
            ticket = self._file(filed, priority=priority)
            self.assertClock(ticket, "resolution", "ongoing", due)
        self.plan_4.sla_ids.filtered(lambda line: line.priority == "3").write(
            {"response_hours": 1, "resolution_hours": 7}
        )
        ticket = self._file("2026-06-05 15:00:00", priority="3")  # Friday 17:00:00
        self.assertClock(ticket, "response", "ongoing", "2026-06-08 07:00:00")
        ticket = self._file("2026-06-01 07:00:00", priority="3")  # Monday 09:00
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 15:00:00")

    def test_deadline_is_that_of_the_calendar(self):
        """Whatever the calendar says, with a holiday and two kinds of weeks."""
        self.CAL.two_weeks_calendar = True
        self.CAL.attendance_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": "Half day",
                        "dayofweek": str(day),
                        "hour_from": 9,
                        "hour_to": 11.5,
                        "week_type": str(day % 2),
                        "day_period": "morning",
                    }
                )
                for day in range(5)
            ),
        ]
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.CAL.id,
                "company_id": self.company.id,
                "date_from": "2026-06-09 00:00:00",
                "date_to": "2026-06-10 00:00:00",
            }
        )
        filed = datetime(2026, 6, 4, 12, 34)
        expected = self.CAL.plan_hours(
            16, pytz.utc.localize(filed), compute_leaves=True
        )
        ticket = self._file(str(filed), priority="0")
        self.assertClock(
            ticket,
            "resolution",
            "ongoing",
            expected.astimezone(pytz.utc).replace(tzinfo=None),
        )

    def test_deadline_far_beyond_the_first_horizon(self):
        """400 h of 40 h a week are ten weeks: more than is read at first."""
        line = self.plan_4.sla_ids.filtered(lambda line: line.priority == "0")
        line.resolution_hours = 800
        ticket = self._file("2026-01-05 07:00:00", priority="0")
        expected = self.CAL.plan_hours(
            800, pytz.utc.localize(datetime(2026, 1, 5, 7)), compute_leaves=True
        )
        self.assertClock(
            ticket,
            "resolution",
            "ongoing",
            expected.astimezone(pytz.utc).replace(tzinfo=None),
        )

    def test_holiday_of_another_company_does_not_move_the_deadline(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        leave = (
            self.env["resource.calendar.leaves"]
            .with_company(beta)
            .create(
                {
                    "name": "Beta's day off",
                    "calendar_id": False,
                    "date_from": "2026-06-01 00:00:00",
                    "date_to": "2026-06-02 00:00:00",
                }
            )
        )
        self.assertEqual(leave.company_id, beta)
        ticket = self._file("2026-06-01 07:00:00")
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 12:00:00")

    def test_no_plan_no_promise(self):
        ticket = self._file("2026-06-01 07:00:00", partner_id=self.b1.partner_id.id)
        self.assertClock(ticket, "response", "none")
        self.assertClock(ticket, "resolution", "none")
        with self.at("2027-06-01 07:00:00"):
            self.assertFalse(ticket.is_late)

    def test_plan_without_target_for_the_priority(self):
        self.plan_4.sla_ids.filtered(lambda line: line.priority == "0").unlink()
        ticket = self._file("2026-06-01 07:00:00", priority="0")
        self.assertClock(ticket, "response", "none")

    def test_hold_is_not_wall_clock_time(self):
        """B05: the weekend on hold is neither consumed nor added."""
        ticket = self._file("2026-06-05 13:30:00")
        self._write("2026-06-05 14:30:00", ticket, stage_id=self.stage_awaiting.id)
        self.assertClock(ticket, "resolution", "held")
        self._write("2026-06-08 06:30:00", ticket, stage_id=self.stage_progress.id)
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-08 09:30:00")

    def test_closed_straight_from_a_hold(self):
        """B08: never late, nobody reminded, and met for good."""
        ticket = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 07:30:00", ticket)
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        for day in ("2026-06-02 10:00:00", "2026-06-04 10:00:00"):
            with self.at(day):
                self.env["helpdesk.ticket"].search(
                    self.env["helpdesk.ticket"]._sla_get_notice_domain()
                )._sla_notify_due()
                self.assertFalse(ticket.is_late)
                self.assertNotIn(
                    ticket, ticket.search([("is_late", "=", True)]), "late on hold"
                )
        self.assertFalse(ticket.activity_ids)
        self._write("2026-06-05 08:00:00", ticket, stage_id=self.stage_done.id)
        # One hour was worked when it closed on Friday 10:00: three more were left.
        self.assertClock(ticket, "resolution", "met", "2026-06-05 12:00:00")
        self.assertEqual(ticket.resolution_hours, 1)
        with self.at("2026-06-12 10:00:00"):
            ticket.invalidate_recordset()
            self.assertFalse(ticket.is_late)
            self.assertEqual(ticket.resolution_state, "met")

    def test_stage_that_holds_waits_for_the_customer_unless_said(self):
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Waiting", "holds_sla": True, "company_id": False}
        )
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=stage.id)
        self.assertClock(ticket, "resolution", "held")
        self.assertEqual(ticket.hold_party, "customer")
        running = self._file("2026-06-01 07:00:00")
        for domain, expected in (
            ([("hold_party", "=", "customer")], ticket),
            ([("hold_party", "!=", "customer")], running),
            ([("hold_party", "=", False)], running),
            ([("hold_party", "!=", False)], ticket),
        ):
            found = ticket.search([*domain, ("id", "in", (ticket + running).ids)])
            self.assertEqual(found, expected, domain)

    def test_response_clock_never_stands_still(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self.assertClock(ticket, "response", "ongoing", "2026-06-01 12:00:00")

    def test_what_meets_the_first_response(self):
        """B11: only what an agent writes to the customer does."""
        ticket = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 08:00:00"):
            agent = ticket.with_user(self.agent)
            agent.message_post(body="note", subtype_xmlid="mail.mt_note")
            agent.message_post(
                body="receipt",
                message_type="auto_comment",
                subtype_xmlid="mail.mt_comment",
            )
            agent.message_post(
                body="log", message_type="notification", subtype_xmlid="mail.mt_comment"
            )
            ticket.with_user(self.a1).sudo().message_post(
                body="any news?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=self.a1.partner_id.id,
            )
            agent.stage_id = self.stage_progress
        self.assertClock(ticket, "response", "ongoing", "2026-06-01 12:00:00")
        self._answer("2026-06-01 09:00:00", ticket)
        self.assertClock(ticket, "response", "met", "2026-06-01 12:00:00")
        self.assertEqual(ticket.response_ended_at, datetime(2026, 6, 1, 9))
        self.assertEqual(ticket.response_hours, 2)
        self._answer("2026-06-01 10:00:00", ticket)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.response_ended_at, datetime(2026, 6, 1, 9))

    def test_closing_without_an_answer_is_no_answer(self):
        """B11: nothing was said to the customer; nothing was missed either."""
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_done.id)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.response_state, "not_applicable")
        late = self._file("2026-06-01 07:00:00")
        self._write("2026-06-02 08:00:00", late, stage_id=self.stage_done.id)
        late.invalidate_recordset()
        self.assertEqual(late.response_state, "missed")

    def test_answer_and_hold_in_one_save(self):
        ticket = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 08:00:00"):
            ticket.stage_id = self.stage_awaiting
            ticket.with_user(self.agent).message_post(
                body="Which invoice?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertClock(ticket, "response", "met", "2026-06-01 12:00:00")
        self.assertClock(ticket, "resolution", "held")

    def test_missed_resolution(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 12:00:01", ticket, stage_id=self.stage_done.id)
        self.assertClock(ticket, "resolution", "missed", "2026-06-01 12:00:00")
        just = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 12:00:00", just, stage_id=self.stage_done.id)
        self.assertClock(just, "resolution", "met", "2026-06-01 12:00:00")

    def test_ends_that_are_no_resolution(self):
        for vals in (
            {"stage_id": self.stage_cancelled.id},
            {"active": False},
            {"duplicate_id": self._file("2026-06-01 07:00:00").id},
            {"category_id": self.category_out.id},
        ):
            with self.subTest(vals=vals):
                ticket = self._file("2026-06-01 07:00:00")
                self._write("2026-06-01 08:00:00", ticket, **vals)
                ticket.invalidate_recordset()
                self.assertEqual(ticket.resolution_state, "not_applicable")

    def test_out_of_scope_still_gets_an_answer_and_comes_back(self):
        ticket = self._file("2026-06-01 07:00:00", category_id=self.category_out.id)
        self.assertEqual(ticket.scope, "out_of_scope")
        self.assertClock(ticket, "response", "ongoing", "2026-06-01 12:00:00")
        ticket.invalidate_recordset()
        self.assertEqual(ticket.resolution_state, "not_applicable")
        # Filed 09:00; back in scope at 16:00: nothing of the 4 h was used.
        self._write("2026-06-01 14:00:00", ticket, category_id=self.category_in.id)
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-02 09:00:00")
        self.assertEqual(ticket.reopen_count, 0)

    def test_reopening_resumes_the_same_clock(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_done.id)
        self.assertClock(ticket, "resolution", "met", "2026-06-01 12:00:00")
        self._write("2026-06-03 07:00:00", ticket, stage_id=self.stage_progress.id)
        # One hour used; three more from Wednesday 09:00.
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-03 10:00:00")
        self.assertEqual(ticket.reopen_count, 1)
        self._write("2026-06-03 08:00:00", ticket, stage_id=self.stage_done.id)
        self._write("2026-06-03 09:00:00", ticket, stage_id=self.stage_cancelled.id)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.reopen_count, 1, "one closed stage to another")

    def test_archived_and_restored(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, active=False)
        self._write("2026-06-03 07:00:00", ticket, active=True)
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-03 10:00:00")
