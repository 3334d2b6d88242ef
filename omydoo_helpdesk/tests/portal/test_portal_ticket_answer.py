# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import html

from odoo.tests import tagged

from ..portal_common import PDF
from .portal_ticket_common import TicketPageCase


@tagged("post_install", "-at_install")
class TestPortalTicketAnswer(TicketPageCase):
    def setUp(self):
        super().setUp()
        self._login(self.a1)

    def test_answer_with_files(self):
        self.ticket.stage_id = self.stage_awaiting
        response = self._act(
            "answer",
            files=[
                ("attachment", ("../a/capture.pdf", PDF, "application/pdf")),
                ("attachment", ("x.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")),
            ],
        )
        self.assertEqual(response.status_code, 303)
        message = self._comments()
        self.assertEqual(message.author_id, self.a1.partner_id)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertNotIn("<script", message.body)
        self.assertIn("&lt;script", message.body)
        self.assertEqual(
            sorted(message.attachment_ids.mapped("name")), ["capture.pdf", "x.svg"]
        )
        self.assertNotIn("image/svg+xml", message.attachment_ids.mapped("mimetype"))
        # It was waited for.
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertIn(
            "Voilà la réponse",
            self._text(page, "//ol[contains(@class, 'o_support_messages')]"),
        )

    def test_answer_by_the_thread_of_odoo(self):
        """The other road: what the script of Odoo's portal sends."""
        self.ticket.stage_id = self.stage_awaiting
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": self.ticket.id,
                "post_data": {
                    "body": "Voilà",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        self.assertEqual(self.ticket.stage_id, self.stage_progress)

    def test_a_colleague_and_a_file_alone(self):
        self.ticket.stage_id = self.stage_awaiting
        self._login(self.a2)
        response = self._act(
            "answer", {}, files=[("attachment", ("a.pdf", PDF, "application/pdf"))]
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self._comments().author_id, self.a2.partner_id)
        self.assertEqual(self.ticket.stage_id, self.stage_progress)

    def test_wrong_answers(self):
        before = self._snapshot()
        for text in ("", "   ", "\u200b\x00"):
            self.assertPageAgain(self._act("answer", {"answer": text}), "answer", {})
        long = "x" * 50_001
        response = self._act("answer", {"answer": long})
        self.assertPageAgain(response, "answer", {"answer": long})
        kept = {"answer": "Mon texte"}
        empty = [("attachment", ("vide.txt", b"", "text/plain"))]
        many = [
            ("attachment", (f"{number}.txt", b"x", "text/plain"))
            for number in range(21)
        ]
        for files in (empty, many):
            response = self._act("answer", kept, files=files)
            self.assertPageAgain(response, "attachment", kept)
        self.assertEqual(self._snapshot(), before)
        self.assertFalse(self.env["ir.attachment"].search([("name", "=", "vide.txt")]))

    def test_too_large_a_file_keeps_the_text(self):
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 2000)
        response = self._act(
            "answer",
            {"answer": "Mon texte"},
            files=[("attachment", ("gros.txt", b"x" * 100_000, "text/plain"))],
        )
        self.assertIn(response.status_code, (400, 413))
        page = html.fromstring(response.content)
        self.assertEqual(page.xpath("//textarea[@name='answer']")[0].text, "Mon texte")
        self.assertTrue(self._text(page, "//*[@id='attachment_error']"))
        self.assertFalse(self._comments())

    def test_sent_twice(self):
        for _time in range(2):
            self.assertEqual(self._act("answer").status_code, 303)
        self.assertEqual(len(self._comments()), 1)
        self._act("answer", {"answer": "Autre chose"})
        self.assertEqual(len(self._comments()), 2)

    def test_closed_takes_no_answer(self):
        self.ticket.stage_id = self.stage_done
        page = self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[contains(@action, '/answer')]"))
        # Nor by Odoo's thread, which is not on the page of who is signed in.
        self.assertFalse(page.xpath("//*[@id='discussion']"))
        response = self._act("answer")
        self.assertEqual(response.status_code, 303)
        self.assertFalse(self._comments())
