# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .desk import DeskCase


class TestBesideCloseInactive(DeskCase):
    """Two jobs that close what customers left: each ticket has one of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.awaiting = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.team.write(
            {
                "close_inactive_tickets": True,
                "closing_ticket_stage": cls.done.id,
                "inactive_tickets_day_limit_warning": 20,
                "inactive_tickets_day_limit_closing": 30,
                "support_remind_days": 2,
                "support_close_days": 3,
            }
        )

    def _wait(self, days):
        """Return a ticket that has waited for its customer for so many days."""
        ticket = self.create_ticket(stage_id=self.awaiting.id)
        asked_at = fields.Datetime.now() - timedelta(days=days)
        ticket._sla_log_answer(asked_at)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET last_stage_update = %s, filed_at = %s"
            " WHERE id = %s",
            (asked_at, asked_at, ticket.id),
        )
        self.env.cr.execute(
            "UPDATE support_ticket_event SET at = %s WHERE ticket_id = %s",
            (asked_at, ticket.id),
        )
        self.env.invalidate_all()
        return ticket

    def _run_jobs(self):
        with patch.object(self.env.cr, "commit", lambda: None):
            self.team.close_team_inactive_tickets()
            self.env["helpdesk.ticket"]._cron_silence()
            self.team.close_team_inactive_tickets()
        self.env.flush_all()

    def _find_told(self, ticket):
        return ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )

    def test_stages_of_theirs_are_theirs(self):
        self.team.ticket_stage_ids = self.awaiting
        waiting, left = self._wait(20), self._wait(31)
        self._run_jobs()
        self.assertEqual(waiting.stage_id, self.awaiting)
        self.assertEqual(left.stage_id, self.done)
        self.assertFalse(self._find_told(waiting + left))

    def test_others_are_ours(self):
        self.team.ticket_stage_ids = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_new"
        )
        left = self._wait(31)
        self._run_jobs()
        self.assertEqual(left.stage_id, self.awaiting)
        self.assertEqual(len(self._find_told(left)), 1)
        left.silence_reminded_at = fields.Datetime.now() - timedelta(days=8)
        self._run_jobs()
        self.assertTrue(left.stage_id.is_silence)
        self.assertEqual(len(self._find_told(left)), 1)
