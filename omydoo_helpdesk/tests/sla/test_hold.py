# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..sla_common import SlaCase

FILED_AT = "2026-06-01 07:00:00"  # 09:00 in Paris, for 4 h: until 14:00
HELD_AT = "2026-06-01 08:00:00"  # after one hour
UNTIL = "2026-06-03 12:00:00"  # Wednesday 14:00: three hours are left
DEADLINE = "2026-06-03 15:00:00"  # at the end of that day
ACTIVITY = "omydoo_helpdesk.mail_activity_type_hold_ended"


class HoldCase(CronMixinCase, SlaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reasons = {
            name: cls.env.ref(f"omydoo_helpdesk.support_hold_reason_{name}")
            for name in ("answer", "asked", "editor", "third_party", "update")
        }
        cls.activity_type = cls.env.ref(ACTIVITY)

    def _hold(self, moment, ticket, reason, until=False, user=None):
        """Put a ticket on hold as an agent does, by the wizard."""
        with self.at(moment):
            tickets = self.env["helpdesk.ticket"].with_user(user or self.agent)
            wizard = self.env["support.hold"].with_user(user or self.agent)
            wizard = wizard.with_context(default_ticket_id=ticket.id)
            with Form(wizard) as form:
                form.party = self.reasons[reason].party
                form.reason_id = self.reasons[reason]
                if until:
                    form.until = until
            form.save().action_apply()
            tickets.env.flush_all()

    def _run_job(self, moment, **kwargs):
        """Run the job without its commits: a test has one transaction."""
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["helpdesk.ticket"]._cron_hold_ends(**kwargs)
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_log(self, ticket):
        return [
            (event.at, event.kind, event.party or "", event.until)
            for event in ticket.event_ids.sorted("id")
            if event.kind in ("hold", "resume")
        ]

    def _find_activities(self, ticket):
        return ticket.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.activity_type
        )

    def _find_told(self, ticket):
        return ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )


@tagged("post_install", "-at_install")
class TestHold(HoldCase):
    """A ticket of 4 h is put on hold by a person, and goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = None

    def setUp(self):
        super().setUp()
        self.ticket = self._file(FILED_AT, user_id=self.agent.id)
        self._answer("2026-06-01 07:30:00", self.ticket)

    # === HOW IT IS SET === #

    def test_for_the_customer_until_a_date(self):
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        self.assertEqual(self.ticket.stage_id, self.stage_awaiting)
        self.assertEqual(self.ticket.hold_until, datetime(2026, 6, 3, 12))
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["answer"])
        self.assertClock(self.ticket, "resolution", "held", DEADLINE)
        self.assertEqual(self.ticket.next_deadline, datetime(2026, 6, 3, 15))
        self.assertEqual(self.ticket.hold_party, "customer")
        self.assertEqual(
            self._get_log(self.ticket),
            [(datetime(2026, 6, 1, 8), "hold", "customer", datetime(2026, 6, 3, 12))],
        )
        self.assertEqual(
            self.ticket.event_ids.filtered(lambda event: event.kind == "hold").note,
            self.reasons["answer"].name,
        )

    def test_program_gives_no_reason(self):
        """It gets the one that the form proposes."""
        for party in ("customer", "editor", "third_party", "update"):
            with self.subTest(party=party):
                vals = {"ticket_id": self.ticket.id, "party": party}
                hold = self.env["support.hold"].with_user(self.agent).create(vals)
                with Form(
                    self.env["support.hold"].with_context(
                        default_ticket_id=self.ticket.id
                    )
                ) as form:
                    form.party = party
                self.assertEqual(hold.reason_id, form.record.reason_id)
                self.assertEqual(hold.reason_id.party, party)

    def test_for_others_without_a_stage_of_theirs(self):
        self._write("2026-06-01 07:40:00", self.ticket, stage_id=self.stage_progress.id)
        for moment, name in (("08:00", "editor"), ("09:00", "update")):
            self._hold(f"2026-06-01 {moment}:00", self.ticket, name)
            self.assertEqual(self.ticket.stage_id, self.stage_progress)
            self.assertClock(self.ticket, "resolution", "held")
            self.assertEqual(self.ticket.hold_party, self.reasons[name].party)
            self.assertEqual(self.ticket.hold_reason, self.reasons[name].name)
        # From the customer's stage to one that does not say the contrary
        self._hold("2026-06-01 10:00:00", self.ticket, "answer")
        self.assertEqual(self.ticket.stage_id, self.stage_awaiting)
        self._hold("2026-06-01 11:00:00", self.ticket, "third_party")
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.assertEqual(
            [party for _at, _kind, party, _until in self._get_log(self.ticket)],
            ["editor", "update", "customer", "third_party"],
        )

    def test_by_the_stage_alone(self):
        """The first reason for whom it waits, told in the words of the stage."""
        self.stage_awaiting.hold_reason = "A screenshot, please"
        self._write(HELD_AT, self.ticket, stage_id=self.stage_awaiting.id)
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["answer"])
        self.assertEqual(self.ticket.hold_reason, "A screenshot, please")
        self.stage_awaiting.hold_reason = False
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.hold_reason, self.reasons["answer"].name)
        # What a person chose is told in its own words.
        self.stage_awaiting.hold_reason = "A screenshot, please"
        self._hold("2026-06-01 09:00:00", self.ticket, "asked", UNTIL)
        self.assertEqual(self.ticket.hold_reason, self.reasons["asked"].name)
        self._write("2026-06-01 10:00:00", self.ticket, stage_id=self.stage_progress.id)
        self.assertFalse(self.ticket.hold_reason_id or self.ticket.hold_until)
        self.assertFalse(self.ticket.hold_reason)
        self.assertClock(self.ticket, "resolution", "ongoing", "2026-06-01 14:00:00")
        held = self._create_ticket(stage_id=self.stage_awaiting.id)
        self.assertEqual(held.hold_reason_id, self.reasons["answer"])

    def test_default_is_of_the_tickets_company(self):
        other = self.env["res.company"].create({"name": "Another desk"})
        first, mine = (
            self.reasons["answer"].copy({"sequence": 1, "company_id": other.id}),
            (
                self.reasons["answer"].copy(
                    {"sequence": 2, "company_id": self.company.id}
                )
            ),
        )
        self._write(HELD_AT, self.ticket, stage_id=self.stage_awaiting.id)
        self.assertEqual(self.ticket.hold_reason_id, mine)
        mine.active = False
        reasons = self.env["support.hold.reason"]
        self.assertEqual(
            reasons._get_default("customer", self.company), self.reasons["answer"]
        )
        self.assertEqual(reasons._get_default("customer", other), first)
        with self.assertRaises(UserError):
            self.ticket._put_on_hold(first)

    def test_what_is_refused(self):
        with self.at(HELD_AT):
            for until in (HELD_AT, "2026-05-01 08:00:00", "2027-06-03 08:00:00"):
                with self.assertRaises(ValidationError):
                    self.ticket._put_on_hold(self.reasons["answer"], until)
        self._write("2026-06-01 08:10:00", self.ticket, stage_id=self.stage_done.id)
        with self.at("2026-06-01 08:20:00"), self.assertRaises(UserError):
            self.ticket._put_on_hold(self.reasons["answer"])

    def test_nobody_writes_it_by_hand(self):
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        ticket = self.ticket.with_user(self.manager)
        for name, value in (
            ("hold_until", "2026-06-09 12:00:00"),
            ("hold_reason_id", self.reasons["editor"].id),
            ("held_hours_customer", 1.0),
            ("silence_reminded_at", "2026-06-09 12:00:00"),
        ):
            with self.assertRaises(AccessError):
                ticket.write({name: value})

    # === HOW IT ENDS === #

    def test_end_is_exact_before_the_job_runs(self):
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        tickets = self.env["helpdesk.ticket"]
        for moment, late in (("2026-06-03 14:59:59", 0), ("2026-06-03 15:00:01", 1)):
            with self.at(moment):
                self.assertEqual(
                    tickets.search_count(
                        [("id", "=", self.ticket.id), ("is_late", "=", True)]
                    ),
                    late,
                )
        self._run_job("2026-06-03 16:00:00")
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.assertClock(self.ticket, "resolution", "ongoing", DEADLINE)
        # 6 h of Monday, 8 of Tuesday, 5 of Wednesday
        self.assertEqual(self.ticket.held_hours, 19)
        self.assertEqual(self.ticket.held_hours_customer, self.ticket.held_hours)
        self.assertEqual(
            self._get_log(self.ticket)[-1],
            (datetime(2026, 6, 3, 12), "resume", "", False),
        )

    def test_assignee_is_told_once(self):
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        self._run_job("2026-06-03 11:59:59")
        self.assertFalse(self._find_activities(self.ticket))
        self.assertEqual(self.ticket.stage_id, self.stage_awaiting)
        for moment in ("2026-06-03 12:00:00", "2026-06-03 12:15:00"):
            self._run_job(moment)
            self.assertEqual(self.ticket.stage_id, self.stage_progress)
            self.assertFalse(self.ticket.hold_until or self.ticket.hold_reason_id)
            self.assertEqual(self._find_activities(self.ticket).user_id, self.agent)
            self.assertEqual(len(self._find_activities(self.ticket)), 1)

    def test_without_assignee_the_leader_is_told(self):
        self.ticket.user_id = False
        self._hold(HELD_AT, self.ticket, "third_party", UNTIL)
        self._run_job("2026-06-03 12:00:00")
        self.assertEqual(self._find_activities(self.ticket).user_id, self.manager)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_job_is_called_at_the_end(self):
        with self.capture_triggers("omydoo_helpdesk.ir_cron_hold_ends") as captured:
            self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        self.assertEqual(captured.records.call_at, datetime(2026, 6, 3, 12))

    def test_whatever_notes_the_end_first(self):
        """A save between the end and the job notes the end, at its own time."""
        self._hold(HELD_AT, self.ticket, "editor", UNTIL)
        self._write("2026-06-03 13:00:00", self.ticket, user_id=self.manager.id)
        self.assertEqual(self._get_log(self.ticket)[-1][0], datetime(2026, 6, 3, 12))
        self.assertClock(self.ticket, "resolution", "ongoing", DEADLINE)
        self._run_job("2026-06-03 13:05:00")
        self.assertEqual(len(self._get_log(self.ticket)), 2)
        self.assertEqual(self._find_activities(self.ticket).user_id, self.manager)

    def test_prolonged_and_ended_early(self):
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        self._hold("2026-06-02 08:00:00", self.ticket, "answer", "2026-06-04 12:00:00")
        self.assertClock(self.ticket, "resolution", "held", "2026-06-04 15:00:00")
        self._run_job("2026-06-03 12:00:00")
        self.assertClock(self.ticket, "resolution", "held", "2026-06-04 15:00:00")
        with self.at("2026-06-03 12:00:00"):
            self.ticket.with_user(self.agent).action_resume()
            self.env.flush_all()
        self.assertClock(self.ticket, "resolution", "ongoing", DEADLINE)
        self._run_job("2026-06-04 12:00:00")
        self.assertFalse(self._find_activities(self.ticket))

    def test_one_that_fails_keeps_no_other_back(self):
        others = [self._file(FILED_AT, user_id=self.agent.id) for _number in range(3)]
        for ticket in (self.ticket, *others):
            self._hold(HELD_AT, ticket, "answer", UNTIL)
        resume = type(self.ticket)._resume_from_hold

        def fail(tickets):
            if self.ticket in tickets:
                raise ValueError("This one fails")
            return resume(tickets)

        savepoint = self.env.cr.savepoint(flush=True)
        with (
            patch.object(self.env.cr, "rollback", savepoint.rollback),
            patch.object(type(self.ticket), "_resume_from_hold", fail),
            mute_logger("odoo.addons.omydoo_helpdesk.tools.batch"),
            savepoint,
        ):
            self._run_job("2026-06-03 12:00:00", batch_size=2)
        self.assertEqual(self.ticket.stage_id, self.stage_awaiting)
        for ticket in others:
            self.assertEqual(ticket.stage_id, self.stage_progress)
        self._run_job("2026-06-03 12:15:00")
        self.assertEqual(self.ticket.stage_id, self.stage_progress)

    def test_answer_of_the_customer(self):
        """It ends what waits for them, in a stage that says so or not; nothing else."""
        stages = self.stage_awaiting
        stages.holds_sla = False
        for name, state in (("asked", "ongoing"), ("editor", "held")):
            ticket = self._file(FILED_AT)
            self._answer("2026-06-01 07:30:00", ticket)
            self._hold(HELD_AT, ticket, name, UNTIL)
            self.assertEqual(ticket.resolution_state, "held")
            with self.at("2026-06-01 09:00:00"):
                ticket.with_user(self.a1).sudo().message_post(
                    body="Here it is",
                    author_id=self.a1.partner_id.id,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                self.env.flush_all()
            self.assertEqual(ticket.resolution_state, state)
            self.assertEqual(bool(ticket.hold_until), state == "held")

    # === WHAT IS EDITED AFTERWARDS === #

    def test_stage_that_holds_no_more(self):
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        with self.at("2026-06-01 09:00:00"):
            self.stage_awaiting.hold_party = "third_party"
            self.env.flush_all()
        self.assertEqual(self.ticket.hold_reason_id, self.reasons["third_party"])
        self.assertEqual(self.ticket.hold_party, "third_party")
        with self.at("2026-06-01 10:00:00"):
            self.stage_awaiting.holds_sla = False
            self.env.flush_all()
        self.assertClock(self.ticket, "resolution", "ongoing", "2026-06-01 14:00:00")
        self.assertFalse(self.ticket.hold_reason_id)
        self.assertEqual(self.ticket.held_hours_customer, 1)
        self.assertEqual(self.ticket.held_hours_third_party, 1)

    def test_reason_for_somebody_else(self):
        self._hold(HELD_AT, self.ticket, "editor")
        with self.at("2026-06-01 09:00:00"):
            self.reasons["editor"].party = "third_party"
            self.env.flush_all()
        self.assertEqual(self.ticket.hold_party, "third_party")

    def test_team_that_brings_another_stage(self):
        self.stage_awaiting.team_ids = self.team
        self._hold(HELD_AT, self.ticket, "answer", UNTIL)
        other = self.team.copy({"name": "Others", "user_ids": [(6, 0, self.agent.ids)]})
        self._write("2026-06-01 09:00:00", self.ticket, team_id=other.id)
        self.assertNotEqual(self.ticket.stage_id, self.stage_awaiting)
        self.assertFalse(self.ticket.hold_reason_id or self.ticket.hold_until)
        self.assertClock(self.ticket, "resolution", "ongoing", "2026-06-01 13:00:00")

    # === HOURS BY PARTY === #

    def test_hours_by_party(self):
        self._hold("2026-06-01 08:00:00", self.ticket, "answer")
        self._hold("2026-06-01 12:00:00", self.ticket, "editor")
        self._hold("2026-06-01 14:00:00", self.ticket, "third_party")
        self._hold("2026-06-02 06:30:00", self.ticket, "update")
        self._write("2026-06-02 08:00:00", self.ticket, stage_id=self.stage_done.id)
        hours = self.ticket.read(
            [
                "held_hours_customer",
                "held_hours_editor",
                "held_hours_third_party",
                "held_hours_update",
                "held_hours",
                "resolution_hours",
            ]
        )[0]
        hours.pop("id")
        self.assertEqual(list(hours.values()), [3, 2, 1.5, 1.5, 8, 1])
        self.assertEqual(self.ticket.resolution_state, "met")
        # Closed for good: what the plan's hours become changes nothing.
        with self.at("2026-06-09 08:00:00"):
            self.CAL.attendance_ids.filtered(
                lambda line: line.day_period == "afternoon"
            ).unlink()
            self.ticket._sla_recompute()
            self.env.flush_all()
        self.assertEqual(self.ticket.held_hours_customer, 3)

    def test_hours_in_the_reports(self):
        self._hold("2026-06-01 08:00:00", self.ticket, "answer")
        self._write("2026-06-01 09:00:00", self.ticket, stage_id=self.stage_done.id)
        [[hours]] = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            ._read_group([("id", "=", self.ticket.id)], [], ["held_hours_customer:sum"])
        )
        self.assertEqual(hours, 1)

    def test_statements_do_not_grow_with_the_batch(self):
        def count(number):
            tickets = self.env["helpdesk.ticket"].concat(
                *(self._file(FILED_AT) for _number in range(number))
            )
            with self.at(HELD_AT):
                tickets._put_on_hold(self.reasons["answer"], UNTIL, tell=False)
                self.env.flush_all()
            self.env.invalidate_all()
            with self.at("2026-06-02 08:00:00"):
                before = self.env.cr.sql_log_count
                tickets.write({"stage_id": self.stage_done.id})
                self.env.flush_all()
                return self.env.cr.sql_log_count - before

        count(1)  # what is looked up once
        self.assertLessEqual(count(12), count(3) + 2)

    # === WHAT THE CUSTOMER READS === #

    def test_customer_reads_reason_and_end(self):
        self._hold(HELD_AT, self.ticket, "asked", UNTIL)
        with self.at("2026-06-01 09:00:00"):
            ticket = self.ticket.with_context(tz="Europe/Paris").sudo()
            values = ticket._get_portal_page_values(self.a1)
        standing = values["portal_standing"]
        self.assertEqual(standing["turn"], "customer")
        needs = " ".join(standing["needs"])
        detail = values["timeline"][-1]["detail"]
        promise = " ".join(values["portal_promises"][1]["sentences"])
        for text in (needs, detail, promise):
            self.assertIn("You asked us to wait.", text)
            self.assertRegex(text, r"We take it up again on .*June 3.*2:00")
        self.assertRegex(promise, r"A resolution is expected by .*June 3.*5:00")
        # Noted or not, it does not wait any more.
        with self.at("2026-06-03 13:00:00"):
            self.ticket.invalidate_recordset()
            values = ticket._get_portal_page_values(self.a1)
        self.assertEqual(values["portal_standing"]["turn"], "desk")
        self.assertNotIn("again on", str(values["portal_standing"]))

    def test_customer_is_told_once(self):
        self.a1.lang = "en_US"
        self._hold(HELD_AT, self.ticket, "editor", UNTIL)
        [told] = self._find_told(self.ticket)
        self.assertIn("on hold", told.subject)
        self.assertIn("looking into it", told.body)
        self.assertRegex(told.body, "again on .*June 3")
        # By the mail of the stage, where it has one
        self.stage_awaiting.mail_template_id = self.env.ref(
            "omydoo_helpdesk.mail_template_awaiting"
        )
        self._hold("2026-06-01 09:00:00", self.ticket, "answer", UNTIL)
        self.assertEqual(self._find_told(self.ticket), told)
        # Again, in the stage in which it is
        self._hold("2026-06-01 10:00:00", self.ticket, "asked", UNTIL)
        self.assertEqual(len(self._find_told(self.ticket)), 2)

    def test_customer_is_not_told(self):
        with self.at(HELD_AT):
            self.ticket._put_on_hold(self.reasons["editor"], tell=False)
        self.assertFalse(self._find_told(self.ticket))
        self.company.support_silent_mail_ids = self.env.ref(
            "omydoo_helpdesk.mail_template_hold"
        )
        self._hold("2026-06-01 09:00:00", self.ticket, "third_party")
        self.assertFalse(self._find_told(self.ticket))

    def test_without_a_plan(self):
        """Nothing is promised; it waits, and goes on, all the same."""
        ticket = self._file(FILED_AT, partner_id=self.b1.partner_id.id)
        with self.at(HELD_AT):
            # Who was not answered waits for us, whatever else is waited for.
            ticket._sla_log_answer()
        self._hold(HELD_AT, ticket, "editor", UNTIL)
        self.assertEqual(ticket.resolution_state, "none")
        with self.at("2026-06-01 09:00:00"):
            self.assertEqual(ticket.hold_reason, self.reasons["editor"].name)
            standing = ticket.sudo()._get_portal_standing()
        self.assertEqual(standing["turn"], "other")
        self._run_job("2026-06-03 12:00:00")
        self.assertFalse(ticket.hold_reason)
