# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from ..common import SupportCase

MAIL = (
    "From: {sender}\n"
    "To: support@{domain}\n"
    "Message-Id: <charter-{number}@customer.example.com>\n"
    "{headers}"
    "Subject: Help\n\nhello"
)


@tagged("post_install", "-at_install")
class TestCharterMail(SupportCase, MailCommon):
    """An e-mail is taken whatever was accepted; the answer asks for the acceptance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.team.write(
            {
                "alias_name": "support",
                "alias_domain_id": cls.mail_alias_domain.id,
            }
        )
        cls.env["helpdesk.ticket.stage"].search([]).mail_template_id = False
        cls.charter = cls._publish()
        cls.number = 0

    @classmethod
    def _publish(cls, text="Text"):
        charter = cls.env["support.charter"].create(
            {
                "name": "Charter",
                "company_id": cls.company.id,
                "section_ids": [
                    Command.create(
                        {"kind": "scope", "name": "Scope", "body": f"<p>{text}</p>"}
                    )
                ],
            }
        )
        charter.action_publish()
        return charter

    def _receive(self, sender, headers=""):
        """Give a mail to the gateway.

        :return: the ticket it became, and the mails that were prepared about it
        """
        type(self).number += 1
        tickets = self.env["helpdesk.ticket"].search([])
        mails = self.env["mail.mail"].search([])
        mail = MAIL.format(
            sender=sender,
            domain=self.mail_alias_domain.name,
            number=self.number,
            headers=headers,
        )
        self.env["mail.thread"].message_process(None, mail)
        ticket = self.env["helpdesk.ticket"].search([]) - tickets
        self.assertEqual(len(ticket), 1)
        mails = self.env["mail.mail"].search([]) - mails
        return ticket, mails.filtered(lambda mail: "/my/charter" in mail.body_html)

    def _accept(self, user):
        self.env["support.charter.acceptance"]._accept(self.charter, user, "fr_FR")

    def test_acceptance_is_asked_once(self):
        ticket, mails = self._receive(self.a1.email)
        self.assertEqual(ticket.partner_id, self.a1.partner_id)
        self.assertTrue(ticket.with_user(self.agent).is_charter_missing)
        self.assertEqual(mails.recipient_ids, self.a1.partner_id)
        self.assertIn(ticket.number, mails.body_html)
        # The answer is no answer of an agent.
        self.assertFalse(ticket.response_ended_at)
        _ticket, mails = self._receive(self.a1.email)
        self.assertFalse(mails)
        # A new version is asked again.
        self.charter = self._publish("Other text")
        _ticket, mails = self._receive(self.a1.email)
        self.assertEqual(len(mails), 1)

    def test_nothing_is_asked_of_who_has_accepted(self):
        self._accept(self.a1)
        ticket, mails = self._receive(self.a1.email)
        self.assertFalse(mails)
        self.assertFalse(ticket.is_charter_missing)

    def test_nothing_is_asked_of_strangers_and_colleagues(self):
        for sender in ("stranger@x.example.com", self.agent.email):
            ticket, mails = self._receive(sender)
            self.assertTrue(ticket)
            self.assertFalse(mails)

    def test_programs_are_not_answered(self):
        _ticket, mails = self._receive(
            self.a1.email, headers="Auto-Submitted: auto-generated\n"
        )
        self.assertFalse(mails)

    def test_nothing_is_asked_where_nobody_accepts(self):
        self.company.support_charter_acceptance = "none"
        _ticket, mails = self._receive(self.a1.email)
        self.assertFalse(mails)

    def test_authorised_contact_is_named(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.write(
            {"support_charter_signatory": True, "name": "Ève Ménard"}
        )
        _ticket, mails = self._receive(self.a1.email)
        self.assertIn("Ève Ménard", mails.body_html)
        self._accept(self.a2)
        self.assertFalse(
            self._receive(self.b1.email)[1].filtered(
                lambda mail: "Ève" in mail.body_html
            )
        )
        _ticket, mails = self._receive(self.a1.email)
        self.assertFalse(mails)
