# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers.ticket_form import SupportTicketForm
from ..portal_common import HIGH_ANSWERS, PDF, PortalCase


@tagged("post_install", "-at_install")
class TestPortalForm(PortalCase):
    # === THE FORM === #

    def test_form_shows_what_concerns_the_customer(self):
        self._login(self.a1)
        page = self._get("/new/ticket")
        ids = set(page.xpath("//input[@name='category']/@value"))
        self.assertLessEqual({str(self.category_in.id), str(self.category_out.id)}, ids)
        self.assertFalse(
            {
                str(category.id)
                for category in (
                    self.category_hidden,
                    self.category_archived,
                    self.beta_category,
                )
            }
            & ids
        )
        self.assertIn("The zeppelin no longer flies", page.text_content())
        modules = page.xpath("//select[@name='custom_module']/option/@value")
        self.assertEqual(modules, ["", str(self.module_a.id)])
        for priority, hours in (("3", "4"), ("1", "8"), ("0", "16")):
            self.assertIn(
                hours,
                self._text(page, f"//*[@id='claimed_priority_{priority}_promise']"),
            )
        self.assertTrue(page.xpath("//a[@href='tel:+33123456789']"))
        self.assertTrue(
            page.xpath("//input[@name='claimed_priority'][@value='1'][@checked]")
        )
        titles = page.xpath("//aside//section//h3")
        self.assertEqual(
            [title.text_content().strip() for title in titles],
            ["Title scope", "Title out_of_scope", "Title contact"],
        )

    def test_form_without_subscription(self):
        self._login(self.b1)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//main//a[starts-with(@href, 'tel:')]"))
        self.assertNotIn("24 h", page.text_content())
        modules = page.xpath("//select[@name='custom_module']/option/@value")
        self.assertEqual(modules, ["", str(self.module_b.id)])

    def test_form_with_an_ended_subscription(self):
        self.subscription.date = "2021-01-01"
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//main//a[starts-with(@href, 'tel:')]"))

    def test_form_in_the_readers_language(self):
        self.category_in.with_context(lang="fr_FR").name = "Dépannage"
        self._login(self.a1)
        self.assertIn("Dépannage", self._get("/new/ticket").text_content())

    def test_form_where_french_is_the_second_language(self):
        self._set_first_lang("en_US")
        self.category_in.with_context(lang="fr_FR").name = "Dépannage"
        self._login(self.a1)
        response = self.url_open("/new/ticket")
        self.assertURLEqual(response.url, "/fr/new/ticket")
        self.assertIn("Dépannage", response.text)
        response = self._submit(subject="")
        self.assertEqual(response.status_code, 400)
        self.assertIn("Dépannage", response.text)
        before = self._all_tickets()
        response = self.url_open(
            "/submitted/ticket",
            data=self._form_values(csrf_token=http.Request.csrf_token(self)),
        )
        ticket = self._all_tickets() - before
        self.assertURLEqual(response.url, f"/fr/my/ticket/{ticket.id}")
        self.assertIn("Dépannage", response.text)

    def test_base_button_opens_the_form(self):
        self._login(self.a1)
        response = self._post("/new/ticket", {"create_new_ticket": ""})
        self.assertEqual(response.status_code, 200)
        self.assertIn("/submitted/ticket", response.text)

    def test_every_field_has_a_label(self):
        self._login(self.a1)
        page = self._get("/new/ticket")
        action = self._localize("/submitted/ticket")
        fields = page.xpath(
            f"//form[@action='{action}']"
            "//*[self::input or self::select or self::textarea]"
            "[not(@type='hidden')]"
        )
        self.assertGreater(len(fields), 10)
        for field in fields:
            field_id = field.get("id")
            self.assertTrue(page.xpath(f"//label[@for='{field_id}']"), field_id)
            described = (field.get("aria-describedby") or "").split()
            for target in described:
                self.assertTrue(page.xpath(f"//*[@id='{target}']"), target)

    # === FILING === #

    def test_filing(self):
        self._login(self.a1)
        ticket = self._file(
            files=[("attachment", ("C:\\Users\\a1\\Écran.pdf", PDF))],
            claimed_priority="3",
            blocking_what="  Les factures\r\nne partent plus ",
            blocking_who="Toute la comptabilité",
            application=self.application.id,
            custom_module=self.module_a.id,
            environment="production",
        )
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Impossible d’imprimer la facture",
                    "description": "<p>Étape 1<br>Étape 2</p>",
                    "partner_id": self.a1.partner_id.id,
                    "partner_email": self.a1.email,
                    "category_id": self.category_in.id,
                    "claimed_priority": "3",
                    "priority": "3",
                    "blocking_what": "Les factures\nne partent plus",
                    "blocking_who": "Toute la comptabilité",
                    "application_id": self.application.id,
                    "custom_module_id": self.module_a.id,
                    "environment": "production",
                    "company_id": self.company.id,
                    "channel_id": self.env.ref(
                        "helpdesk_mgmt.helpdesk_ticket_channel_web"
                    ).id,
                    "user_id": False,
                    "team_id": False,
                    "support_plan_id": self.plan_24.id,
                    # the subscription does not maintain the module
                    "scope": "out_of_scope",
                }
            ],
        )
        self.assertIn(self.a1.partner_id, ticket.message_partner_ids)
        self.assertEqual(ticket.attachment_ids.name, "Écran.pdf")
        self.assertEqual(ticket.attachment_ids.raw, PDF)
        self.assertFalse(ticket.attachment_ids.access_token)

    def test_blocking_answers_belong_to_high_priority(self):
        self._login(self.a1)
        ticket = self._file(claimed_priority="0", **HIGH_ANSWERS)
        self.assertFalse(ticket.blocking_what)
        self.assertEqual((ticket.priority, ticket.claimed_priority), ("0", "0"))

    def test_other_keys_are_ignored(self):
        self._login(self.a1)
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket = self._file(
            partner_id=self.b1.partner_id.id,
            company_id=self.beta.id,
            stage_id=done.id,
            user_id=self.agent.id,
            response_state="met",
            scope="out_of_scope",
            portal_token="chosen",
        )
        self.assertEqual(ticket.partner_id, self.a1.partner_id)
        self.assertEqual(ticket.company_id, self.company)
        self.assertFalse(ticket.stage_id.closed)
        self.assertFalse(ticket.user_id)
        self.assertFalse(ticket.portal_token)
        self.assertEqual(ticket.response_state, "ongoing")
        self.assertEqual(ticket.scope, "in_scope")

    def test_text_is_cleaned(self):
        self._login(self.a1)
        ticket = self._file(
            subject="A\x00B \x1b[31m<img src=x onerror=alert(1)>",
            description="Line\x00 1\r\nLine 2<script>alert(1)</script>\x07",
        )
        self.assertEqual(ticket.name, "AB [31m<img src=x onerror=alert(1)>")
        self.assertEqual(
            ticket.description,
            "<p>Line 1<br>Line 2&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        )
        page = self._get(f"/my/ticket/{ticket.id}")
        self.assertFalse(page.xpath("//img[@src='x']"))

    # === TWICE === #

    def test_same_form_twice(self):
        self._login(self.a1)
        files = [("attachment", ("x.txt", b"x"))]
        ticket = self._file(files=files, support_form_token="one")
        again = self._submit(files=files, support_form_token="one")
        self.assertEqual(again.status_code, 303)
        self.assertURLEqual(again.headers["Location"], f"/my/ticket/{ticket.id}")
        self.assertEqual(len(ticket.attachment_ids), 1)
        # Another form, another text, another file: another request.
        self._file(files=files, support_form_token="two")
        self._file(files=files, support_form_token="one", subject="Another")
        self._file(support_form_token="one")

    def test_same_form_of_another_user(self):
        self._login(self.a1)
        ticket = self._file(support_form_token="one")
        self._login(self.a2)
        self.assertNotEqual(self._file(support_form_token="one"), ticket)

    def test_same_form_at_the_same_time(self):
        """The other request commits between our look-up and our creation."""
        self._login(self.a1)
        ticket = self._file(support_form_token="one")
        before = self._all_tickets()
        find = SupportTicketForm._find_filed_ticket
        calls = []

        def blind_at_first(controller, fingerprint):
            calls.append(fingerprint)
            return find(controller, fingerprint if len(calls) > 1 else False)

        with (
            patch.object(SupportTicketForm, "_find_filed_ticket", blind_at_first),
            mute_logger("odoo.sql_db"),
        ):
            response = self._submit(support_form_token="one")
        self.assertEqual(len(calls), 2)
        self.assertEqual(response.status_code, 303)
        self.assertURLEqual(response.headers["Location"], f"/my/ticket/{ticket.id}")
        self.assertEqual(self._all_tickets(), before)

    def test_token_of_the_form_changes(self):
        self._login(self.a1)
        path = "//input[@name='support_form_token']/@value"
        tokens = [self._get("/new/ticket").xpath(path)[0] for _time in range(2)]
        self.assertNotEqual(*tokens)
        self.assertGreater(len(tokens[0]), 20)
