# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestMailFollower(SupportCase, MailCommon):
    """H4: who becomes a follower by being in To or Cc of a mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.team.write(
            {"alias_name": "support", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.number = 0

    def _receive(self, cc, references="", sender=None):
        type(self).number += 1
        before = self.env["helpdesk.ticket"].search([])
        mail = (
            f"From: {sender or self.a1.email}\n"
            f"To: support@{self.mail_alias_domain.name}, {self.agent.email}\n"
            f"Cc: {', '.join(user.email for user in cc)}\n"
            f"Message-Id: <cc{self.number}@customer.example.com>\n"
            f"{references}Subject: Help\n\nhello"
        )
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, mail)
        self.env.flush_all()
        return self.env["helpdesk.ticket"].search([]) - before

    def test_new_ticket(self):
        ticket = self._receive(self.a2 + self.b1)
        self.assertEqual(ticket.partner_id, self.a1.partner_id)
        followers = ticket.message_partner_ids
        self.assertIn(self.a2.partner_id, followers)
        self.assertIn(self.agent.partner_id, followers)
        self.assertNotIn(self.b1.partner_id, followers)
        self.assertIn(self.b1.email, ticket.email_cc)
        self.assertFalse(ticket.with_user(self.b1).has_access("read"))
        self.assertFalse(
            self.env["helpdesk.ticket"]
            .with_user(self.b1)
            .search([("id", "=", ticket.id)])
        )
        # Nothing of the gateway's is left in the context.
        ticket.message_subscribe(self.b1.partner_id.ids)
        self.assertIn(self.b1.partner_id, ticket.message_partner_ids)
        self.assertFalse(ticket.with_user(self.b1).has_access("read"))

    def test_answer(self):
        ticket = self._receive(self.a2)
        message = ticket.message_ids[-1:]
        self._receive(self.b1, f"In-Reply-To: {message.message_id}\n")
        self.assertNotIn(self.b1.partner_id, ticket.message_partner_ids)
        self.assertIn(self.b1.email, ticket.email_cc)
        self.assertFalse(ticket.with_user(self.b1).has_access("read"))

    def test_unknown_sender(self):
        ticket = self._receive(self.a2 + self.b1, sender="nobody@unknown.example.com")
        for user in self.a2 + self.b1:
            self.assertFalse(ticket.with_user(user).has_access("read"))
