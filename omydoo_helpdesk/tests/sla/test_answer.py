# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCommon

from ..sla_common import SlaCase

MAIL = """From: {sender}
To: {to}
Subject: Re: {subject}
Message-Id: <{message_id}@customer.example.com>
In-Reply-To: {reply_to}
References: {reply_to}
{headers}Content-Type: text/plain; charset=utf-8

Voilà la réponse.
"""


@tagged("post_install", "-at_install")
class TestAnswer(SlaCase, MailCommon):
    def _wait_for_customer(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        return ticket

    def _receive(self, ticket, sender, headers="", message_id="answer"):
        question = ticket.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )[:1]
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                "helpdesk.ticket",
                MAIL.format(
                    sender=sender,
                    to="support@example.com",
                    subject=ticket.name,
                    message_id=message_id,
                    reply_to=question.message_id,
                    headers=headers,
                ),
            )
        ticket.invalidate_recordset()

    def test_customer_resumes_by_mail(self):
        ticket = self._wait_for_customer()
        self._receive(ticket, self.a1.email_formatted)
        self.assertEqual(ticket.stage_id, self.stage_progress)
        self.assertEqual(ticket.resolution_state, "ongoing")

    def test_colleague_resumes_by_mail(self):
        ticket = self._wait_for_customer()
        self._receive(ticket, self.a2.email_formatted)
        self.assertEqual(ticket.stage_id, self.stage_progress)

    def test_whoever_may_answer_as_the_customer_resumes(self):
        """The family of the ticket's firm, and not who has left it (FAULTS C05).

        https://github.com/glpi-project/glpi/issues/247 (that an answer ends the wait)
        and https://github.com/zammad/zammad/issues/5332 (by the web as well).
        """
        branch = self.env["res.partner"].create(
            {"name": "Branch", "is_company": True, "parent_id": self.customer_a.id}
        )
        clerk = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": branch.id, "email": "c@branch.example.com"}
        )
        gone = self.a2.partner_id
        for contact, author, stage in (
            (clerk, self.a1.partner_id, self.stage_progress),
            (self.a1.partner_id, clerk, self.stage_progress),
            (self.a1.partner_id, self.b1.partner_id, self.stage_awaiting),
            # Who filed it works elsewhere now.
            (gone, self.a1.partner_id, self.stage_progress),
            (gone, gone, self.stage_awaiting),
        ):
            with self.subTest(contact=contact.name, author=author.name):
                gone.parent_id = self.customer_a
                ticket = self._file("2026-06-01 07:00:00", partner_id=contact.id)
                self._write(
                    "2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id
                )
                gone.parent_id = self.customer_b
                ticket.message_post(
                    body="Voilà la réponse",
                    author_id=author.id,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                self.assertEqual(ticket.stage_id, stage)
                held = stage == self.stage_awaiting
                self.assertEqual(ticket.resolution_state == "held", held)

    def test_mail_of_a_former_contact_does_not_resume(self):
        ticket = self._wait_for_customer()
        ticket.partner_email = "elsewhere@example.com"
        self.a1.partner_id.parent_id = self.customer_b
        self._receive(ticket, "elsewhere@example.com")
        self.assertEqual(ticket.stage_id, self.stage_awaiting)

    def test_file_alone_resumes(self):
        ticket = self._wait_for_customer()
        ticket.with_user(self.a2).sudo().message_post(
            author_id=self.a2.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("screenshot.png", b"png")],
        )
        self.assertEqual(ticket.stage_id, self.stage_progress)

    def test_out_of_office_and_strangers_do_not_resume(self):
        ticket = self._wait_for_customer()
        for number, headers in enumerate(
            (
                "Auto-Submitted: auto-replied\n",
                "X-Auto-Response-Suppress: All\n",
                "Precedence: bulk\n",
            )
        ):
            self._receive(
                ticket, self.a1.email_formatted, headers, message_id=f"auto{number}"
            )
            self.assertEqual(ticket.stage_id, self.stage_awaiting, headers)
        self._receive(ticket, self.b1.email_formatted)
        self.assertEqual(ticket.stage_id, self.stage_awaiting)

    def test_agent_answers_by_mail(self):
        ticket = self._file("2026-06-01 07:00:00")
        ticket.message_post(
            body="What exactly?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.a1.partner_id.id,
        )
        self._receive(
            ticket, self.agent.email_formatted, "Auto-Submitted: auto-replied\n", "ooo"
        )
        self.assertFalse(ticket.response_ended_at, "out of office")
        self._receive(ticket, self.agent.email_formatted)
        self.assertTrue(ticket.response_ended_at)

    def test_agent_answers_with_the_composer(self):
        ticket = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 08:00:00"):
            composer = Form(
                self.env["mail.compose.message"]
                .with_user(self.agent)
                .with_context(
                    default_model="helpdesk.ticket",
                    default_res_ids=ticket.ids,
                    default_composition_mode="comment",
                    default_partner_ids=[Command.link(self.a1.partner_id.id)],
                )
            )
            composer.body = "<p>Hello</p>"
            composer.save()._action_send_mail()
            self.env.flush_all()
        self.assertClock(ticket, "response", "met", "2026-06-01 12:00:00")

    def test_mail_of_a_stage_is_no_answer(self):
        ticket = self._file("2026-06-01 07:00:00")
        self.stage_progress.mail_template_id = self.env.ref(
            "helpdesk_mgmt.changed_stage_template"
        )
        with self.at("2026-06-01 08:00:00"):
            ticket.with_user(self.agent).stage_id = self.stage_progress
            self.flush_tracking()
        self.assertClock(ticket, "response", "ongoing", "2026-06-01 12:00:00")

    def _log_call(self, ticket, moment):
        wizard = Form(
            self.env["support.sla.answer"]
            .with_user(self.agent)
            .with_context(default_ticket_id=ticket.id)
        )
        wizard.note = "Called, explained the workaround."
        wizard.answered_at = moment
        wizard.save().action_apply()

    def test_answer_by_telephone(self):
        ticket = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 10:00:00"):
            for moment in ("2026-06-01 06:00:00", "2026-06-01 11:00:00"):
                with self.assertRaises(ValidationError):
                    self._log_call(ticket, moment)
            self._log_call(ticket, "2026-06-01 08:30:00")
            self.env.flush_all()
        self.assertClock(ticket, "response", "met", "2026-06-01 12:00:00")
        self.assertEqual(ticket.response_hours, 1.5)
        event = ticket.event_ids.filtered(lambda event: event.kind == "answered")
        self.assertEqual(event.note, "Called, explained the workaround.")
        self.assertEqual(event.user_id, self.agent)

    def test_manager_corrects_a_result(self):
        ticket = self._file("2026-06-01 07:00:00")
        vals = {
            "ticket_id": ticket.id,
            "clock": "response",
            "state": "met",
            "reason": "Answered from another address.",
        }
        wizards = self.env["support.sla.correction"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "no result yet"):
            wizards.create(vals).action_apply()
        self._answer("2026-06-03 08:00:00", ticket)
        self.assertClock(ticket, "response", "missed", "2026-06-01 12:00:00")
        with self.assertRaises(AccessError):
            wizards.with_user(self.agent).create(vals)
        with self.at("2026-06-04 08:00:00"):
            wizards.create(vals).action_apply()
            self.env.flush_all()
        self.assertClock(ticket, "response", "met", "2026-06-01 12:00:00")
        event = ticket.event_ids[-1]
        self.assertEqual(
            (event.kind, event.note, event.user_id),
            ("corrected", "Answered from another address.", self.manager),
        )
        self._write("2026-06-04 09:00:00", ticket, priority="3")
        self.assertEqual(ticket.response_state, "met")

    def test_why_panel_tells_holds_and_parties(self):
        ticket = self._wait_for_customer()
        self._write("2026-06-01 12:00:00", ticket, stage_id=self.stage_progress.id)
        with self.at("2026-06-01 13:00:00"):
            why = (
                ticket.with_user(self.agent)
                .with_context(tz="Europe/Paris", lang="en_US")
                .sla_why
            )
        self.assertIn("Customer", why)
        self.assertIn("2 h", why)  # counted: 09-10 and 14-15
        self.assertIn("3 h", why)  # held: 10-12 and 13-14
