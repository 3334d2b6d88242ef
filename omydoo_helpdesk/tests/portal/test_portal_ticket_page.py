# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from unittest.mock import patch

from odoo.http import Request
from odoo.tests import tagged

from ...controllers import ticket_page
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
            # Those of the pages around it are the website's.
            ids = page.xpath("//div[@id='wrap']//@id")
            self.assertEqual(len(ids), len(set(ids)))
            for field in page.xpath(
                "//form[contains(@class, 'o_support_page_form')]"
                "//*[self::input[not(@type='hidden')] or self::textarea]"
            ):
                label = self._text(page, f"//label[@for='{field.get('id')}']")
                self.assertTrue(label, field.get("name"))

    def test_conversation(self):
        """From the request on, oldest first, in the page itself: no script needed."""
        self.ticket.with_user(self.agent).message_post(
            body="Une question ?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("plan.pdf", PDF)],
        )
        self.ticket.with_user(self.agent).message_post(
            body="Secret", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._login(self.a1)
        self._act("answer", {"answer": "La réponse"})
        page = self._show()
        shown = page.xpath("//*[contains(@class, 'o_support_message ')]")
        texts = [" ".join(node.text_content().split()) for node in shown]
        self.assertEqual(len(texts), 3)
        self.assertIn(self.a1.name, texts[0])
        self.assertIn("Une question ?", texts[1])
        self.assertIn("plan.pdf", texts[1])
        self.assertIn("La réponse", texts[2])
        self.assertNotIn("Secret", page.text_content())
        # Then the box, and how it ends: last.
        order = page.xpath(
            "//article[contains(@class, 'o_support_request')]"
            "|//ol[contains(@class, 'o_support_messages')]"
            "|//form[contains(@class, 'o_support_answer_form')]"
            "|//details[contains(@class, 'o_support_close')]"
        )
        self.assertEqual(
            [node.tag for node in order], ["article", "ol", "form", "details"]
        )
        [link] = shown[1].xpath(".//a/@href")
        self.assertEqual(self.url_open(link).content, PDF)

    def test_earlier_messages_of_a_long_conversation(self):
        for number in range(4):
            self.ticket.with_user(self.agent).message_post(
                body=f"Message {number}",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        earlier = "//*[@id='support_messages']//a[contains(@href, 'messages=all')]"
        with patch.object(ticket_page, "MAX_MESSAGES", 3):
            page = self._show()
            text = self._text(page, "//*[@id='support_messages']")
            self.assertNotIn("Message 0", text)
            self.assertIn("Message 3", text)
            [link] = page.xpath(f"{earlier}/@href")
            page = self._get(link)
        text = self._text(page, "//*[@id='support_messages']")
        self.assertIn("Message 0", text)
        self.assertFalse(page.xpath(earlier))

    def test_statements_do_not_grow(self):
        """Neither with the messages and who wrote them, nor with what happened."""
        counts = []
        self._login(self.a1)
        for more in (1, 0, 12):
            for number in range(more):
                self.ticket.with_user(self.agent).message_post(
                    body=f"Message {number}",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    attachments=[(f"{number}.pdf", PDF)],
                )
                self.ticket.stage_id = self.stage_awaiting
                self.ticket.stage_id = self.stage_progress
            self.env.flush_all()
            self.env.cr.precommit.run()  # what open forms are told of the above
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._get(f"/my/ticket/{self.ticket.id}")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])

    def test_title_of_the_tab(self):
        page = self._show()
        title = self._text(page, "//title")
        self.assertIn(self.ticket.number, title)
        self.assertIn(self.ticket.name, title)

    def test_agent_address(self):
        """P15: answers belong to the ticket, unless the company wants otherwise."""
        self.agent.write({"email": "agent@desk.example.com", "phone": "0611223344"})
        self.ticket.with_user(self.agent).message_post(
            body="Bonjour", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._login(self.a1)
        page = self.url_open(f"/my/ticket/{self.ticket.id}").text
        self.assertIn(self.agent.name, page)
        thread = self.url_open(
            "/mail/chatter_fetch",
            data=json.dumps(
                {
                    "params": {
                        "thread_model": "helpdesk.ticket",
                        "thread_id": self.ticket.id,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).text
        self.assertIn("Bonjour", thread)
        for text in (page, thread):
            self.assertNotIn(self.agent.email, text)
            self.assertNotIn(self.agent.phone, text)
        self.company.support_show_agent_address = True
        self.assertIn(
            self.agent.email, self.url_open(f"/my/ticket/{self.ticket.id}").text
        )

    def test_address_of_who_is_not_known(self):
        """P15: nor that of a message without an author, which may be an agent's own."""
        self.ticket.sudo().partner_email = "theirs@customer.example"
        # In French where it is loaded.
        unknown = "Unknown sender|Expéditeur inconnu"
        for sender, shown, hidden in (
            ("alice@private.example", unknown, "alice@private.example"),
            ("Alice <alice@private.example>", "Alice", "alice@private.example"),
            ('"a@b.example" <a@b.example>', unknown, "a@b.example"),
            ("theirs@customer.example", "theirs@customer.example", unknown),
        ):
            with self.subTest(sender):
                message = self.ticket.message_post(
                    body="Bonjour",
                    message_type="email",
                    subtype_xmlid="mail.mt_comment",
                    email_from=sender,
                    author_id=False,
                )
                conversation = self._text(
                    self._show(), f"//*[@id='message_{message.id}']"
                )
                self.assertRegex(conversation, shown)
                self.assertNotRegex(conversation, hidden)

    def test_breadcrumbs_say_requests(self):
        """One word for one thing: it said Tickets above a page of requests."""
        self._login(self.a1)
        for path in (f"/my/ticket/{self.ticket.id}", "/my/tickets", "/new/ticket"):
            with self.subTest(path):
                crumbs = self._text(
                    self._get(path), "//ol[contains(@class, 'o_portal_submenu')]"
                )
                # In French where its terms are loaded.
                self.assertRegex(crumbs, "My requests|Mes demandes")
                self.assertNotIn("Ticket", crumbs)

    def test_one_time_zone(self):
        """P13: of whoever has none, that of the desk; no date in another one."""
        self.a1.tz = False
        with self.at("2026-06-01 22:30:00"):
            ticket = self._create_ticket()
            self.env.flush_all()
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        details = self._text(page, "//*[@name='support_details_body']")
        local = ticket._format_portal_moment(ticket.create_date)
        zone = self.company.resource_calendar_id.tz
        localized = ticket.with_context(tz=zone, lang="fr_FR")
        self.assertIn(localized._format_portal_moment(ticket.create_date), details)
        self.assertNotIn("22:30", details, local)
        self.assertIn(zone.replace("_", " "), page.text_content())

    def test_closing_is_asked(self):
        """P5: by no click alone, and the story says who."""
        page = self._show()
        [form] = page.xpath("//form[contains(@action, '/ticket/close')]")
        choices = form.xpath(".//input[@name='stage_id']")
        self.assertTrue(all(choice.get("type") == "radio" for choice in choices))
        labels = [
            self._text(page, f"//label[@for='{choice.get('id')}']")
            for choice in choices
        ]
        self.assertEqual(len(labels), len(set(labels)))
        self._post("/ticket/close", {"ticket_id": self.ticket.id})
        self.assertFalse(self.ticket.closed)
        self._post(
            "/ticket/close",
            {"ticket_id": self.ticket.id, "stage_id": choices[0].get("value")},
        )
        self.env.invalidate_all()
        self.assertTrue(self.ticket.closed)
        self.assertTrue(self.ticket.stage_id.sla_success)
        timeline = self._text(self._show(), "//*[@name='support_timeline']")
        self.assertIn(self.a1.name, timeline)

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
