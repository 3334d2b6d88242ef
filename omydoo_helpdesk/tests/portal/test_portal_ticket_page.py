# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.http import Request
from odoo.tests import tagged

from ..portal_common import PDF
from .portal_ticket_common import TicketPageCase


@tagged("post_install", "-at_install")
class TestPortalTicketPage(TicketPageCase):
    """What the page shows."""

    def _show(self, user=None, **vals):
        """Open the page of the ticket, once it has these values."""
        if vals:
            self.ticket.write(vals)
        self._login(user or self.a1)
        return self._get(f"/my/ticket/{self.ticket.id}")

    def test_timeline_in_french(self):
        page = self._show(stage_id=self.stage_awaiting.id)
        section = "//*[@name='support_timeline']"
        texts = page.xpath(f"{section}//ol/li/span[1]")
        self.assertEqual(
            [node.text_content().strip() for node in texts],
            ["Demande reçue.", "Nous attendons votre réponse."],
        )
        for node in page.xpath(f"{section}//time"):
            self.assertRegex(node.get("datetime"), r"^\d{4}-\d\d-\d\dT[\d:]+Z$")
            self.assertIn("Europe/Paris", node.text)

    def test_waiting_call(self):
        self.assertFalse(self._show().xpath("//*[@id='support_waiting_title']"))
        self.stage_awaiting.with_context(lang="fr_FR").hold_reason = "Une capture ?"
        page = self._show(stage_id=self.stage_awaiting.id)
        call = "//*[contains(@class, 'o_support_waiting')]"
        self.assertIn("Une capture ?", self._text(page, call))
        self.assertEqual(page.xpath(f"{call}//a/@href"), ["#answer"])
        self.assertTrue(page.xpath("//textarea[@id='answer']"))
        # Without a plan no clock is held: the call is there nevertheless.
        self.ticket.subscription_id = False
        self.assertEqual(self.ticket.resolution_state, "none")
        self.assertIn("Une capture ?", self._text(self._show(), call))

    def test_late_is_said(self):
        with self.at("2026-06-01 07:00:00"):
            ticket = self._create_ticket()
            self.env.flush_all()
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        for clock in ("response", "resolution"):
            self.assertIn(
                "en retard",
                self._text(page, f"//*[contains(@class, 'o_support_promise_{clock}')]"),
            )

    def test_headings_in_order(self):
        for stage in (self.stage_awaiting, self.stage_done):
            page = self._show(stage_id=stage.id)
            levels = [
                int(node.get("aria-level") or node.tag[1])
                for node in page.xpath(
                    "//div[@id='wrap']//*[self::h1 or self::h2 or self::h3 or self::h4"
                    " or self::h5 or self::h6]"
                )
            ]
            self.assertEqual(levels.count(1), 1, levels)
            for level, following in zip(levels, levels[1:], strict=False):
                self.assertLessEqual(following, level + 1, levels)

    def test_labels(self):
        for stage in (self.stage_awaiting, self.stage_done):
            page = self._show(stage_id=stage.id)
            ids = page.xpath("//@id")
            self.assertEqual(len(ids), len(set(ids)))
            for field in page.xpath(
                "//form[contains(@class, 'o_support_page_form')]"
                "//*[self::input[not(@type='hidden')] or self::textarea]"
            ):
                label = self._text(page, f"//label[@for='{field.get('id')}']")
                self.assertTrue(label, field.get("name"))

    def test_messages_without_javascript(self):
        self.ticket.with_user(self.agent).message_post(
            body="Une question ?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("plan.pdf", PDF)],
        )
        self.ticket.with_user(self.agent).message_post(
            body="Secret", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        page = self._show()
        text = self._text(page, "//noscript")
        self.assertIn("Une question ?", text)
        self.assertIn("plan.pdf", text)
        self.assertNotIn("Secret", page.text_content())

    def test_closing_is_offered_again_after_reopening(self):
        close = "//form[contains(@action, '/ticket/close')]"
        self.assertTrue(self._show().xpath(close))
        self.assertFalse(self._show(stage_id=self.stage_done.id).xpath(close))
        self.assertTrue(self._show(stage_id=self.stage_progress.id).xpath(close))

    def test_read_by_a_replica(self):
        """Nothing is written: the page can be read from a copy of the database."""
        self._login(self.a1)
        modes = []
        serve = Request._serve_ir_http

        def spy(request, *args):
            modes.append(request.env.cr.readonly)
            return serve(request, *args)

        with patch.object(Request, "_serve_ir_http", spy):
            self._get(f"/my/ticket/{self.ticket.id}")
        # Once: what writes is tried again, in a transaction that may.
        self.assertEqual(modes, [True])

    def test_phone_number_of_the_plan(self):
        phone = "+33 1 23 45 67 89"
        urgent = "//details[contains(@class, 'o_support_urgent')]"
        self.assertIn(phone, self._text(self._show(), urgent))
        self.plan_24.phone_allowed = False
        self.assertNotIn(phone, self._show().text_content())
