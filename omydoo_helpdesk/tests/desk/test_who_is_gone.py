# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import tagged

from .gateway_common import GatewayCase

ACTIVITY_TYPE = "mail.mail_activity_data_todo"


@tagged("post_install", "-at_install")
class TestWhoIsGone(GatewayCase):
    """Nobody archived is assigned, written to or given work; no team that is gone is.

    https://github.com/faveosuite/faveo-helpdesk/issues/206 (a ticket is assigned to a
    team and an agent that are inactive) and
    https://github.com/frappe/helpdesk/issues/2040 (mails go on).
    """

    def _leave(self, user):
        user.active = False
        self.env.flush_all()

    def test_open_tickets_of_who_leaves_are_nobody_s(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        done.mail_template_id = False
        ticket = self._create_ticket(user_id=self.agent.id)
        closed = self._create_ticket(user_id=self.agent.id, stage_id=done.id)
        self._leave(self.agent)
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(closed.user_id, self.agent, "who did it stays")

    def test_work_goes_to_who_is_there(self):
        ticket = self._create_ticket()
        self._leave(self.manager)
        self.assertFalse(self.manager.active)
        activity = ticket.activity_schedule(ACTIVITY_TYPE, user_id=self.manager.id)
        self.assertTrue(activity.user_id.active)
        self.assertIn(activity.user_id, self.team.user_ids)
        self.team.user_ids = [Command.clear()]
        self.company.support_team_id = False
        self.assertFalse(
            ticket.activity_schedule(ACTIVITY_TYPE, user_id=self.manager.id)
        )

    def test_breach_is_told_to_who_is_there(self):
        self._create_subscription(self.customer_a, self.plan_24)
        with self.at("2026-06-01 06:00:00"):
            ticket = self._create_ticket()
        self._leave(self.manager)
        with self.at("2026-06-08 06:00:00"):
            ticket._sla_notify_due()
        users = ticket.activity_ids.user_id
        self.assertTrue(users)
        self.assertTrue(all(user.active for user in users))

    def test_no_mail_lands_with_a_team_that_is_gone(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Second", "company_id": self.company.id}
        )
        self.company.support_team_id = other
        self.team.active = False
        ticket = self._receive(b"From: x@y.example\nSubject: Help\n\nhello")
        self.assertEqual(ticket.team_id, other)
        self.assertEqual(ticket.company_id, self.company)
        other.active = False
        ticket = self._receive(b"From: x@y.example\nSubject: Help\n\nhello")
        self.assertTrue(ticket, "nothing is lost")
        self.assertFalse(ticket.team_id)

    def test_contact_who_is_gone_is_not_written_to(self):
        ticket = self._create_ticket()
        self.a1.active = False
        self.a1.partner_id.active = False
        before = self.env["mail.mail"].search([])
        self.assertFalse(ticket._acknowledge())
        ticket._post_decision("omydoo_helpdesk.mail_template_scope")
        ticket.with_user(self.agent).stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_done"
        )
        self.env.flush_all()
        mails = self.env["mail.mail"].search([]) - before
        self.assertNotIn(self.a1.partner_id, mails.recipient_ids)
        self.assertFalse(
            [mail for mail in mails if self.a1.email in (mail.email_to or "")]
        )
