# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..portal_common import HIGH_ANSWERS, PortalCase


@tagged("post_install", "-at_install")
class TestPortalFiled(PortalCase):
    """P1: who has just filed a request reads that it was sent, and is written to."""

    BANNER = "//*[@aria-labelledby='support_filed_title']"

    def test_banner_and_mail(self):
        self._login(self.a1)
        ticket = self._file()
        banner = self._text(self._get(f"/my/ticket/{ticket.id}"), self.BANNER)
        self.assertIn(ticket.number, banner)
        self.assertIn(self.a1.email, banner)
        self.assertNotIn(self.company.support_phone, banner)
        mail = self._get_receipts(ticket)
        self.assertEqual(mail.recipient_ids, self.a1.partner_id)
        # An older request, and one of a colleague: nothing was just sent.
        other = self._create_ticket()
        self.assertEqual(
            self._text(self._get(f"/my/ticket/{other.id}"), self.BANNER), ""
        )
        ticket._sla_log_answer()
        self.assertEqual(
            self._text(self._get(f"/my/ticket/{ticket.id}"), self.BANNER), ""
        )

    def test_telephone_for_what_is_blocking(self):
        self._login(self.a1)
        ticket = self._file(claimed_priority="3", **HIGH_ANSWERS)
        banner = self._text(self._get(f"/my/ticket/{ticket.id}"), self.BANNER)
        self.assertIn(self.company.support_phone, banner)
        self.assertIn(self.company.support_phone, self._get_receipts(ticket).body_html)

    def test_the_same_form_twice_is_one_mail(self):
        self._login(self.a1)
        ticket = self._file(support_form_token="x" * 32)
        self._submit(support_form_token="x" * 32)
        self.assertEqual(len(self._get_receipts(ticket)), 1)

    def test_no_mail_announced_where_there_is_none(self):
        self.company.support_acknowledge = False
        self._login(self.a1)
        ticket = self._file()
        banner = self._text(self._get(f"/my/ticket/{ticket.id}"), self.BANNER)
        self.assertIn(ticket.number, banner)
        self.assertNotIn(self.a1.email, banner)
        self.assertFalse(self._get_receipts(ticket))

    def _get_receipts(self, ticket):
        self._run_notifications()
        return self.env["mail.mail"].search(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("message_type", "=", "email_outgoing"),
            ]
        )
