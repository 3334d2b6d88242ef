# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestReopen(SlaCase):
    """Until when, where, and what an answer to a closed ticket does."""

    def _close(self, moment="2026-06-01 08:00:00", **vals):
        ticket = self._file("2026-06-01 07:00:00", **vals)
        self._write(moment, ticket, stage_id=self.stage_done.id)
        return ticket

    def _obstacle(self, moment, ticket):
        with self.at(moment):
            return ticket._get_reopen_obstacle()

    def _answer_as_customer(self, ticket):
        ticket.with_user(self.a1).sudo().message_post(
            body="Merci !",
            author_id=self.a1.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_until_when(self):
        ticket = self._close()
        self.assertEqual(self.company.support_reopen_days, 15)
        self.assertFalse(self._obstacle("2026-06-16 08:00:00", ticket))
        self.assertEqual(self._obstacle("2026-06-16 08:00:01", ticket), "late")
        self.company.support_reopen_days = 30
        self.assertFalse(self._obstacle("2026-06-16 08:00:01", ticket))
        self.company.support_reopen_days = 0
        self.assertEqual(self._obstacle("2026-06-01 08:00:01", ticket), "never")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.company.support_reopen_days = -1
            self.env.flush_all()

    def test_what_is_written_down_afterwards_reopens_nothing(self):
        """https://github.com/osTicket/osTicket/issues/3887: an internal note, and the
        files that somebody adds once they are back at their desk, opened it again.
        """
        ticket = self._close("2026-06-01 08:00:00")
        closed_at = ticket.closed_date
        ticket.with_user(self.agent).message_post(
            body="Signed by the customer",
            attachments=[("signed.txt", b"signed")],
            subtype_xmlid="mail.mt_note",
        )
        ticket.with_user(self.agent).write(
            {"priority": "0", "priority_reason": "As it was", "user_id": False}
        )
        self.env.flush_all()
        self.assertTrue(ticket.stage_id.closed)
        self.assertEqual(ticket.closed_date, closed_at)
        self.assertFalse(ticket.reopen_count)

    def test_another_team_reopens_nothing(self):
        """The stages of a team are its own: what is closed stays so (FAULTS C19).

        https://github.com/osTicket/osTicket/issues/3578
        """
        stages = self.env["helpdesk.ticket.stage"]
        second, third = self.env["helpdesk.ticket.team"].create(
            [
                {"name": name, "company_id": self.company.id}
                for name in ("Second", "Third")
            ]
        )
        own, own_failure, _open = stages.create(
            [
                {
                    "name": name,
                    "sequence": sequence,
                    "closed": closed,
                    "sla_success": success,
                    "team_ids": second.ids,
                }
                for name, sequence, closed, success in (
                    ("Over", 90, True, True),
                    ("Given up", 91, True, False),
                    ("Open", 0, False, False),
                )
            ]
        )
        # Nobody else's: all stages are some team's.
        stages.search([("team_ids", "=", False)]).team_ids = self.team
        stages.create({"name": "Only open", "team_ids": third.ids})
        for stage, team, expected in (
            (self.stage_done, second, own),
            (self.stage_cancelled, second, own_failure),
            (self.stage_done, third, self.stage_done),
        ):
            with self.subTest(stage=stage.name, team=team.name):
                ticket = self._file("2026-06-01 07:00:00")
                self._write("2026-06-01 08:00:00", ticket, stage_id=stage.id)
                before = ticket.read(
                    ["closed_date", "resolution_state", "resolution_ended_at"]
                )
                with self.at("2026-06-01 10:00:00"):
                    ticket.with_user(self.manager).team_id = team
                    self.env.flush_all()
                self.assertEqual(ticket.stage_id, expected)
                self.assertEqual(
                    ticket.read(
                        ["closed_date", "resolution_state", "resolution_ended_at"]
                    ),
                    before,
                )
                self.assertFalse(ticket.reopen_count)

    def test_closed_from_the_start_has_its_date(self):
        with self.at("2026-06-01 07:00:00") as now:
            ticket = self._create_ticket(stage_id=self.stage_done.id)
            imported = self._create_ticket(
                stage_id=self.stage_done.id, closed_date="2026-05-01 10:00:00"
            )
            opened = self._create_ticket()
        self.assertEqual(ticket.closed_date, now)
        self.assertEqual(str(imported.closed_date), "2026-05-01 10:00:00")
        self.assertFalse(opened.closed_date)

    def test_stage_that_begins_to_close_dates_its_tickets(self):
        ticket = self._file("2026-06-01 07:00:00", stage_id=self.stage_progress.id)
        with self.at("2026-06-01 09:00:00") as now:
            self.stage_progress.closed = True
            self.assertEqual(ticket.closed_date, now)
        self.stage_progress.closed = False
        self.assertFalse(ticket.closed_date)

    def test_what_cannot_be_reopened(self):
        taken_over = self.env.ref("omydoo_helpdesk.helpdesk_ticket_stage_taken_over")
        other = self._close()
        project = self.env["project.project"].create({"name": "Made of it"})
        for vals, expected in (
            ({"stage_id": self.stage_progress.id}, "open"),
            ({"duplicate_id": other.id}, "merged"),
            (
                {
                    "stage_id": taken_over.id,
                    "conversion_ref": f"project.project,{project.id}",
                },
                "converted",
            ),
            ({"active": False}, "archived"),
        ):
            with self.subTest(expected):
                ticket = self._close()
                self._write("2026-06-01 09:00:00", ticket, **vals)
                self.assertEqual(
                    self._obstacle("2026-06-01 10:00:00", ticket), expected
                )
                stage = ticket.stage_id
                with self.at("2026-06-01 10:00:00"):
                    self.assertFalse(ticket._reopen_for_customer())
                self.assertEqual(ticket.stage_id, stage)

    def test_reopening_resumes_the_clock(self):
        ticket = self._close()
        self.assertEqual(ticket.resolution_state, "met")
        with self.at("2026-06-02 08:00:00"):
            self.assertTrue(ticket._reopen_for_customer())
            self.assertFalse(ticket._reopen_for_customer())
            self.env.flush_all()
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.reopen_count, 1)
        # One hour was used on the first: three are left, from 10:00 in Paris.
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-02 12:00:00")

    def test_the_second_closing_counts(self):
        ticket = self._close()
        self._write("2026-06-02 08:00:00", ticket, stage_id=self.stage_progress.id)
        self._write("2026-06-20 08:00:00", ticket, stage_id=self.stage_done.id)
        self.assertFalse(self._obstacle("2026-07-05 08:00:00", ticket))

    def test_stage_that_follows(self):
        ticket = self._close()
        self.stage_done.answer_stage_id = self.stage_progress
        self.assertEqual(ticket._get_reopening_stage(), self.stage_progress)
        # Neither a closed stage nor another team's.
        self.stage_done.answer_stage_id = self.stage_cancelled
        self.assertEqual(ticket._get_reopening_stage(), self.stage_new)
        self.stage_progress.team_ids = self.team.copy({"name": "Other"})
        self.stage_done.answer_stage_id = self.stage_progress
        self.assertEqual(ticket._get_reopening_stage(), self.stage_new)

    def test_an_answer_does_not_reopen_but_is_told(self):
        self.company.support_reopen_days = 10_000
        ticket = self._close(user_id=self.agent.id)
        for _time in range(2):
            self._answer_as_customer(ticket)
        self.assertEqual(ticket.stage_id, self.stage_done)
        activity = ticket.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("omydoo_helpdesk.mail_activity_type_closed_answer"),
        )
        # Without an assignee it is the leader's; reopened, nobody's.
        unassigned = self._close(user_id=False)
        self._answer_as_customer(unassigned)
        self.assertEqual(unassigned.activity_ids.user_id, self.manager)
        self.assertTrue(unassigned._reopen_for_customer())
        self.assertFalse(unassigned.activity_ids)

    def test_an_answer_reopens_where_the_stage_says_so(self):
        self.stage_done.answer_stage_id = self.stage_progress
        ticket = self._close()
        with self.at("2026-06-03 08:00:00"):
            self._answer_as_customer(ticket)
            self.env.flush_all()
        self.assertEqual(ticket.stage_id, self.stage_progress)
        self.assertEqual(ticket.reopen_count, 1)
        self.assertFalse(ticket.activity_ids)
        late = self._close()
        with self.at("2026-07-03 08:00:00"):
            self._answer_as_customer(late)
            self.env.flush_all()
        self.assertEqual(late.stage_id, self.stage_done)
        self.assertFalse(late.activity_ids)
        # Another request: see test_answer_elsewhere.
        self.assertTrue(
            self.env["helpdesk.ticket"].search([("previous_ticket_id", "=", late.id)])
        )

    def test_agents_and_strangers_do_not_count(self):
        ticket = self._close()
        for user in (self.agent, self.b1):
            ticket.with_user(user).sudo().message_post(
                body="Hello",
                author_id=user.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertFalse(ticket.activity_ids)
        self.assertEqual(ticket.stage_id, self.stage_done)
