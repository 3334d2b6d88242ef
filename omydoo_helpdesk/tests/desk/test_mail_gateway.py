# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .gateway_common import GatewayCase


@tagged("post_install", "-at_install")
class TestMailGateway(GatewayCase):
    """Mails as they come, good and broken, through the alias of a team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 20)

    def test_the_hook_of_automatic_answers_needs_no_mail(self):
        skip = self.env["mail.thread"]._skip_ticket_stage_update_from_autoreply
        self.assertFalse(skip(None, {}, []))

    def test_customer_writes_in_french(self):
        self._create_subscription(self.customer_a, self.plan_24)
        ticket = self._receive(
            b"From: %s\n"
            b"Subject: =?utf-8?q?L=27=C3=A9cran_de_facturation_est_bloqu=C3=A9?=\n"
            b"Content-Type: text/plain; charset=utf-8\n\n"
            b"O\xc3\xb9 est pass\xc3\xa9e la facture ?\n" % self.a1.email.encode()
        )
        self.assertEqual(ticket.name, "L'écran de facturation est bloqué")
        self.assertIn("Où est passée la facture ?", ticket.description)
        self.assertEqual(ticket.partner_id, self.a1.partner_id)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.support_plan_id, self.plan_24)
        self.assertEqual(
            (ticket.scope, ticket.scope_reason), ("to_qualify", "no_category")
        )
        self.assertEqual(ticket.response_state, "ongoing")

    def test_broken_mails_become_tickets(self):
        """B30: no sender, no subject, no text, unknown charsets, NUL."""
        for mail, name, text in (
            (b"From: \nSubject: Help\n\nhello", "Help", "hello"),
            (b"From: Fabian <x@y.example\nSubject: Help\n\nhello", "Help", "hello"),
            (b"Sender: x@y.example\nSubject: Help\n\nhello", "Help", "hello"),
            (b"From: x@y.example\n\nhello", "No Subject", "hello"),
            (b"From: x@y.example\nSubject: \n\n", "No Subject", ""),
            (
                b"From: x@y.example\nSubject: Help\n"
                b"Content-Type: text/plain; charset=X-UNKNOWN\n\ncaf\xe9",
                "Help",
                "café",
            ),
            (
                b"From: x@y.example\nSubject: Help\n"
                b"Content-Type: text/plain; charset=unknown-8bit\n\ncaf\xc3\xa9",
                "Help",
                "café",
            ),
            (b"From: x@y.example\nSubject: He\x00lp\n\nhe\x00llo", "He", "hello"),
            (
                b"From: x@y.example\nSubject: " + b"x" * 900 + b"\n\nhello",
                "x" * 250,
                "",
            ),
        ):
            with self.subTest(mail=mail[:60]):
                ticket = self._receive(mail)
                self.assertEqual(len(ticket), 1)
                self.assertTrue(ticket.name.startswith(name), ticket.name)
                self.assertLessEqual(len(ticket.name), 250)
                self.assertIn(text, ticket.description or "")
                self.assertEqual(ticket.scope, "to_qualify")
                self.assertTrue(ticket.with_user(self.agent).sla_why)

    def test_attachment_alone(self):
        ticket = self._receive(
            b"From: x@y.example\nSubject: Capture\nMIME-Version: 1.0\n"
            b'Content-Type: application/pdf; name="=?utf-8?q?r=C3=A9sum=C3=A9.pdf?="\n'
            b"Content-Disposition: attachment\n"
            b"Content-Transfer-Encoding: base64\n\nJVBERi0x\n"
        )
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["résumé.pdf"])

    def test_html_is_made_harmless(self):
        ticket = self._receive(
            b"From: x@y.example\nSubject: <img src=x onerror=alert(1)>\n"
            b"Content-Type: text/html; charset=utf-8\n\n"
            b'<p>hi<script>alert(1)</script><a href="javascript:alert(1)">x</a></p>'
        )
        for danger in ("<script", "javascript:", "onerror"):
            self.assertNotIn(danger, ticket.description)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_same_mail_twice(self):
        mail = b"From: x@y.example\nSubject: Help\n\nhello"
        self.assertEqual(len(self._receive(mail)), 1)
        type(self).number -= 1
        self.assertFalse(self._receive(mail))

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_loop_is_stopped(self):
        """B28: Odoo's own guard works for tickets too."""
        tickets = sum(
            len(self._receive(b"From: robot@y.example\nSubject: Out of office\n\nAway"))
            for _mail in range(30)
        )
        self.assertLess(tickets, 30)

    def test_programs_that_answer_make_no_ticket(self):
        """B28: no ticket, so no receipt and no clock; the log tells."""
        told = patch("odoo.addons.omydoo_helpdesk.models.odoo.mail_thread._logger.info")
        for header in (
            b"Auto-Submitted: auto-replied",
            b"Auto-Submitted: auto-replied (vacation)",
            b"X-Auto-Response-Suppress: All",
            b"X-Auto-Response-Suppress: DR, All",
            b"X-Autoreply: yes",
            b"Precedence: auto_reply",
        ):
            with self.subTest(header), told as info:
                self.assertFalse(
                    self._receive(
                        b"From: %s\n%s\nSubject: Away\n\nI am away"
                        % (self.a1.email.encode(), header)
                    )
                )
                info.assert_called_once()
        with told as info:
            self.assertFalse(
                self._receive(
                    b"From: Support <support@%s>\nSubject: Loop\n\nx" % self.domain
                )
            )
            info.assert_called_once()

    def test_programs_that_report_and_other_odoos_do(self):
        for header in (
            b"Auto-Submitted: auto-generated",  # the alert of a server
            b"X-Auto-Response-Suppress: OOF",  # what Odoo sends
            b"Auto-Submitted: no",
            b"Precedence: list",
        ):
            with self.subTest(header):
                ticket = self._receive(
                    b"From: %s\n%s\nSubject: Disk full\n\nhello"
                    % (self.a1.email.encode(), header)
                )
                self.assertEqual(len(ticket), 1)

    def test_answer_of_a_program_is_put_in_its_thread(self):
        ticket = self._create_ticket()
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        message = ticket.with_user(self.agent).message_post(
            body="Solved",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        before = ticket.message_ids
        mail = (
            b"From: %s\nAuto-Submitted: auto-replied\nIn-Reply-To: %s\n"
            b"Subject: Away\n\nI am away"
        )
        self.assertFalse(
            self._receive(mail % (self.a1.email.encode(), message.message_id.encode()))
        )
        self.assertTrue(ticket.message_ids - before)
        self.assertTrue(ticket.closed)
