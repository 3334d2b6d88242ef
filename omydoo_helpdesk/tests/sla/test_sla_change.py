# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestSlaChange(SlaCase):
    """What was promised changes, or somebody tries to change the result."""

    def test_changed_priority_by_every_road(self):
        """B09: the deadlines follow, from the start, whoever changes what."""
        by_code = self._file("2026-06-01 07:00:00")
        by_form = self._file("2026-06-01 07:00:00")
        by_action = self._file("2026-06-01 07:00:00")
        by_import = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 07:30:00", by_code, priority="3")
        with self.at("2026-06-01 07:30:00"):
            form = Form(by_form.with_user(self.agent))
            form.priority = "3"
            form.priority_reason = "The shop is closed"
            form.save()
            self.env["ir.actions.server"].create(
                {
                    "name": "High",
                    "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                    "state": "code",
                    "code": "records.write({'priority': '3'})",
                }
            ).with_context(
                active_model="helpdesk.ticket", active_ids=by_action.ids
            ).run()
            result = by_import.with_user(self.manager).load(
                [".id", "priority", "priority_reason"],
                [[str(by_import.id), "High", "The shop is closed"]],
            )
            self.assertFalse(result["messages"])
            self.env.flush_all()
        for ticket in by_code + by_form + by_action + by_import:
            self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 09:00:00")

    def test_log_tells_when_the_promise_changed(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, priority="1")  # as it was
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed"])
        self._write("2026-06-01 08:30:00", ticket, priority="3")
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed", "changed"])
        self.assertEqual(str(ticket.event_ids[-1].at), "2026-06-01 08:30:00")

    def test_changed_customer_and_plan(self):
        plan = self._create_plan("8 h", {"1": (8, 8)})
        self._create_subscription(self.customer_b, plan)
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, partner_id=self.b1.partner_id.id)
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-02 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, support_plan_id=False)
        self.assertClock(ticket, "resolution", "none")

    def test_changed_priority_keeps_holds(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._write("2026-06-01 09:00:00", ticket, stage_id=self.stage_progress.id)
        self._write("2026-06-01 09:00:00", ticket, priority="3")
        # High: 2 h, one used before the hold from 10:00 to 11:00.
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 10:00:00")

    def test_recorded_breach_outlives_a_longer_target(self):
        ticket = self._file("2026-06-01 07:00:00", priority="3")
        self._write("2026-06-01 10:00:00", ticket, priority="0")
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-03 07:00:00")
        self.assertEqual(ticket.resolution_breached_at, datetime(2026, 6, 1, 9))
        self._write("2026-06-01 12:00:00", ticket, stage_id=self.stage_done.id)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.resolution_state, "missed")

    def test_ended_clocks_are_frozen(self):
        ended = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ended)
        self._write("2026-06-01 08:00:00", ended, stage_id=self.stage_done.id)
        still_open = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 09:00:00"):
            self.plan_4.sla_ids.filtered(lambda line: line.priority == "1").write(
                {"response_hours": 0.5, "resolution_hours": 0.5}
            )
        self.assertClock(still_open, "resolution", "ongoing", "2026-06-01 07:30:00")
        for clock in ("response", "resolution"):
            self.assertClock(ended, clock, "met", "2026-06-01 12:00:00")
        self._write("2026-06-01 10:00:00", ended, priority="3")
        self.assertClock(ended, "resolution", "met", "2026-06-01 12:00:00")

    def test_calendar_edited_later(self):
        ticket = self._file("2026-06-01 07:00:00")
        self.CAL.attendance_ids.filtered(lambda line: line.dayofweek == "0").unlink()
        # Closed on Mondays: the 4 h run on Tuesday from 08:00.
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-02 10:00:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Tuesday off",
                "calendar_id": self.CAL.id,
                "company_id": self.company.id,
                "date_from": "2026-06-01 22:00:00",
                "date_to": "2026-06-02 22:00:00",
            }
        )
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-03 10:00:00")
        # Emptied behind the plan's back: no deadline is known, and nothing hangs.
        self.CAL.attendance_ids.unlink()
        self.assertClock(ticket, "resolution", "ongoing")

    def test_late_search_in_its_four_forms(self):
        late = self._file("2026-06-01 07:00:00")
        future = self._file("2026-06-03 07:00:00")
        without = self._file("2026-06-01 07:00:00", partner_id=self.b1.partner_id.id)
        every = late + future + without
        with self.at("2026-06-03 08:00:00"):
            for domain, expected in (
                ([("is_late", "=", True)], late),
                ([("is_late", "!=", False)], late),
                ([("is_late", "=", False)], future + without),
                ([("is_late", "!=", True)], future + without),
            ):
                found = every.search([*domain, ("id", "in", every.ids)])
                self.assertEqual(found, every & expected, domain)

    def test_at_risk_from_80_percent(self):
        ticket = self._file("2026-06-01 07:00:00", priority="3")  # 2 h: 09:00-11:00
        for moment, at_risk in (
            ("2026-06-01 08:35:59", False),
            ("2026-06-01 08:36:00", True),
            ("2026-06-01 09:00:00", True),
            ("2026-06-01 09:00:01", False),  # late
        ):
            with self.at(moment):
                ticket.invalidate_recordset()
                self.assertEqual(ticket.is_at_risk, at_risk, moment)
                self.assertEqual(
                    bool(
                        ticket.search(
                            [("is_at_risk", "=", True), ("id", "=", ticket.id)]
                        )
                    ),
                    at_risk,
                    moment,
                )

    def test_results_cannot_be_written(self):
        ticket = self._file("2026-06-01 07:00:00")
        for user in (self.agent, self.manager, self.env.user):
            for vals in (
                {"response_state": "met"},
                {"resolution_deadline": "2030-01-01 00:00:00"},
                {"filed_at": "2020-01-01 00:00:00"},
                {"next_notice_at": False},
            ):
                with self.assertRaisesRegex(AccessError, "cannot be written"):
                    ticket.with_user(user).with_context(support_guard=True).write(vals)
        with self.assertRaisesRegex(AccessError, "cannot be written"):
            self._create_ticket(response_state="met")

    def test_log_is_append_only(self):
        ticket = self._file("2026-06-01 07:00:00")
        events = ticket.event_ids
        self.assertEqual(events.mapped("kind"), ["filed"])
        with self.assertRaises(UserError):
            events.write({"at": "2020-01-01 00:00:00"})
        with self.assertRaises(UserError):
            events.unlink()
        with self.assertRaises(AccessError):
            events.with_user(self.manager).create(
                {"ticket_id": ticket.id, "at": "2026-06-01", "kind": "answered"}
            )
        ticket.unlink()
        self.assertFalse(events.exists())

    def test_stage_set_up_to_hold_later(self):
        ticket = self._file("2026-06-01 07:00:00", stage_id=self.stage_progress.id)
        with self.at("2026-06-01 08:00:00"):
            self.stage_progress.write({"holds_sla": True, "hold_party": "editor"})
            self.env.flush_all()
        self.assertClock(ticket, "resolution", "held")
        self.assertEqual(ticket.hold_party, "editor")
        with self.at("2026-06-01 09:00:00"):
            self.stage_progress.holds_sla = False
            self.env.flush_all()
        # One hour before the hold, three from 11:00 on, lunch in between.
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 13:00:00")

    def test_copy_starts_anew(self):
        """https://github.com/InfotelGLPI/behaviors/issues/39: a copy had the hours left
        of the original.
        """
        ticket = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        with self.at("2026-06-02 07:00:00"):
            copy = ticket.copy()
            self.env.flush_all()
        self.assertClock(copy, "response", "ongoing", "2026-06-02 12:00:00")
        self.assertEqual(copy.event_ids.mapped("kind"), ["filed"])

    def test_batch_gets_the_results_of_each(self):
        with self.at("2026-06-01 07:00:00"):
            tickets = self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": str(number),
                        "description": "x",
                        "partner_id": partner.id,
                        "priority": priority,
                        "category_id": self.category_in.id,
                    }
                    for number, (partner, priority) in enumerate(
                        [
                            (self.a1.partner_id, "3"),
                            (self.b1.partner_id, "3"),
                            (self.a2.partner_id, "0"),
                        ]
                    )
                ]
            )
            self.env.flush_all()
        for ticket, state, due in zip(
            tickets,
            ("ongoing", "none", "ongoing"),
            ("2026-06-01 09:00:00", None, "2026-06-02 07:00:00"),
            strict=True,
        ):
            self.assertClock(ticket, "response", state, due)
            self.assertEqual(len(ticket.event_ids), 1)
        self.assertEqual(tickets[0].filed_at - timedelta(hours=7), datetime(2026, 6, 1))

    # === FOR MANY AT ONCE === #

    def test_breaches_so_far_are_recorded_before_the_promise_changes(self):
        """Whether or not the job of the notices has run, and by every road.

        https://github.com/glpi-project/glpi/issues/6902 and
        https://github.com/frappe/helpdesk/pull/2449: targets that are computed anew
        when a level or a list of holidays changes.
        """
        line = self.plan_4.sla_ids.filtered(lambda each: each.priority == "1")
        monday = self.CAL.attendance_ids.filtered(lambda each: each.dayofweek == "0")

        def close_on_monday():
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "calendar_id": self.CAL.id,
                    "company_id": self.company.id,
                    "date_from": "2026-05-31 22:00:00",
                    "date_to": "2026-06-01 21:59:59",
                }
            )

        for name, change in (
            ("line", lambda: line.write({"resolution_hours": 400})),
            (
                "lines",
                lambda: self.plan_4.write(
                    {"sla_ids": [(1, line.id, {"resolution_hours": 400})]}
                ),
            ),
            ("leave", close_on_monday),
            ("hours", lambda: monday.unlink()),
            ("calendar", lambda: self.plan_4.write({"calendar_id": False})),
        ):
            with self.subTest(name), self.cr.savepoint() as savepoint:
                ticket = self._file("2026-06-01 07:00:00")
                with self.at("2026-06-01 14:00:00"):
                    self.assertFalse(ticket.resolution_breached_at)
                    change()
                    self.env.flush_all()
                    ticket.invalidate_recordset()
                    self.assertEqual(
                        ticket.resolution_breached_at, datetime(2026, 6, 1, 12)
                    )
                savepoint.rollback()
                self.env.invalidate_all()
