# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import pytz

from odoo.tests import tagged
from odoo.tools.misc import format_date, format_time

from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase):
    def _moment(self, value, tz="Europe/Paris", lang="fr_FR"):
        """Return the date and the time of an instant as a reader expects them."""
        local = pytz.utc.localize(value).astimezone(pytz.timezone(tz))
        env = self.env(context={"lang": lang})
        return (
            format_date(env, local.date(), date_format="full"),
            format_time(env, local.timetz(), time_format="short"),
            tz,
        )

    def assertTells(self, page, clock, value, **reader):
        text = self._text(page, f"//*[contains(@class, 'o_support_promise_{clock}')]")
        for part in self._moment(value, **reader):
            self.assertIn(part, text)

    def test_page_tells_scope_and_deadlines(self):
        ticket = self._create_ticket(
            claimed_priority="3",
            blocking_what="La caisse",
            blocking_who="Les vendeurs",
            application_id=self.application.id,
            environment="test",
        )
        ticket.with_user(self.agent).sudo().priority = "1"
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        text = page.text_content()
        for expected in (
            ticket.number,
            ticket.with_context(lang="fr_FR").stage_id.name,
            "La caisse",
            "Les vendeurs",
            "Zeppelins",
        ):
            self.assertIn(expected, text)
        explanation = ticket.with_context(lang="fr_FR").scope_explanation
        self.assertIn(
            " ".join(explanation.split()),
            self._text(page, "//*[@name='support_scope']"),
        )
        self.assertTells(page, "response", ticket.response_deadline)
        self.assertTells(page, "resolution", ticket.resolution_deadline)
        labels = dict(
            ticket.with_context(lang="fr_FR")
            ._fields["priority"]
            ._description_selection(self.env(context={"lang": "fr_FR"}))
        )
        facts = self._text(page, "//*[@name='portal_my_task_second_column']")
        self.assertIn(labels["1"], facts)
        self.assertIn(labels["3"], facts)
        self.assertFalse(page.xpath(f"//*[contains(text(), '#{ticket.id}')]"))

    def test_page_in_the_visitors_time_zone(self):
        ticket = self._create_ticket()
        self.a1.tz = "America/Martinique"
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        self.assertTells(
            page, "response", ticket.response_deadline, tz="America/Martinique"
        )

    def test_page_after_the_answer(self):
        ticket = self._create_ticket()
        ticket.with_user(self.agent).message_post(
            body="Bonjour", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(ticket.response_state, "met")
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        self.assertTells(page, "response", ticket.response_ended_at)

    def test_page_on_hold(self):
        ticket = self._create_ticket()
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        stage.with_context(lang="fr_FR").hold_reason = "Il nous manque une capture."
        ticket.stage_id = stage
        self.assertEqual(ticket.resolution_state, "held")
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        self.assertIn(
            "Il nous manque une capture.",
            self._text(page, "//*[contains(@class, 'o_support_promise_resolution')]"),
        )

    def test_page_without_a_promise(self):
        ticket = self._create_ticket(partner_id=self.b1.partner_id.id)
        self.assertEqual(ticket.response_state, "none")
        self._login(self.b1)
        page = self._get(f"/my/ticket/{ticket.id}")
        for clock in ("response", "resolution"):
            text = self._text(page, f"//*[contains(@class, 'promise_{clock}')]")
            self.assertTrue(text)
            self.assertNotRegex(text, r"\d")

    def test_page_offers_closing_by_post(self):
        ticket = self._create_ticket()
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        action = self._localize("/ticket/close")
        forms = page.xpath(f"//form[@action='{action}']")
        self.assertTrue(forms)
        for form in forms:
            self.assertEqual(form.get("method"), "POST")
            self.assertTrue(form.xpath(".//input[@name='csrf_token']/@value"))

    def test_list_tells_scope_and_deadline(self):
        ticket = self._create_ticket()
        self._login(self.a1)
        page = self._get("/my/tickets")
        row = f"//li[.//a[contains(@href, '/my/ticket/{ticket.id}')]]"
        self.assertTrue(
            page.xpath(f"{row}//span[contains(@class, 'bg-success-subtle')]")
        )
        local = pytz.utc.localize(ticket.next_deadline).astimezone(
            pytz.timezone("Europe/Paris")
        )
        self.assertIn(local.strftime("%d/%m/%Y %H:%M"), self._text(page, row))

    def test_list_ignores_what_nobody_offers(self):
        ticket = self._create_ticket()
        self._login(self.a1)
        for query in (
            "sortby=zzz",
            "groupby=zzz",
            "filterby=zzz",
            "search_in=zzz&search=a",
            "date_begin=abc&date_end=def",
            "date_begin=9999999999&date_end=0000-00-00",
            "date_begin=2020-01-01&date_end=zzz",
            "sortby=&groupby=&filterby=",
            "sortby=date&sortby=zzz",
            "filterby=%00&sortby=%00",
            "page=abc",
        ):
            with self.subTest(query):
                page = self._get(f"/my/tickets?{query}")
                if "search=" not in query:
                    self.assertIn(ticket.name, page.text_content())
        for query in ("search=%00%00a", f"search={'x' * 5000}", "search=%F0%9F%92%A9"):
            self._get(f"/my/tickets?{query}")
        self._get("/my/tickets/page/99999999999999999999")

    def test_list_searches_and_groups(self):
        ticket = self._create_ticket(name="Œuvre échouée")
        other = self._create_ticket(name="Autre chose")
        self._login(self.a1)
        page = self._get("/my/tickets?search_in=name&search=Œuvre&groupby=category")
        self.assertIn(ticket.name, page.text_content())
        self.assertNotIn(other.name, page.text_content())

    def test_charter_page(self):
        self._login(self.a1)
        page = self._get("/my/charter")
        titles = [node.text_content().strip() for node in page.xpath("//section//h2")]
        self.assertEqual(titles, ["Title scope", "Title out_of_scope", "Title contact"])
        self.assertTrue(
            self._get("/my").xpath(
                "//a[substring(@href, string-length(@href) - 10) = '/my/charter']"
            )
        )
        # A draft is nobody's business, nor the charter of another company.
        draft = self.charter.copy({"name": "Brouillon"})
        draft.section_ids[0].name = "Pas encore"
        self.assertNotIn("Pas encore", self._get("/my/charter").text_content())
        self._login(self.beta_user)
        self.assertNotIn("Title scope", self._get("/my/charter").text_content())
        self.assertNotIn("Title scope", self._get("/new/ticket").text_content())
