# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalBug(PortalCase):
    """What customers read of known bugs and updates, and nothing of each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bug = cls.env["support.upstream.bug"].create(
            {
                "name": "Le rapport de TVA compte les avoirs deux fois",
                "workaround": "Filtrez les avoirs à la main.",
                "reference": "odoo/odoo#123",
                "url": "https://github.com/odoo/odoo/issues/123",
                "note": "<p>Seen at Customer B first</p>",
                "company_id": cls.company.id,
            }
        )
        cls.ticket_a = cls._create_ticket(upstream_bug_id=cls.bug.id)
        cls.ticket_b = cls._create_ticket(
            name="Secret de B",
            partner_id=cls.b1.partner_id.id,
            upstream_bug_id=cls.bug.id,
        )
        cls.update = cls.env["support.update"].create(
            {"scheduled_at": "2030-06-04 20:00:00", "company_id": cls.company.id}
        )

    def assertNothingOf(self, text, *secrets):
        for secret in (*secrets, "Seen at"):
            self.assertNotIn(secret, text)

    def test_ticket_page(self):
        self._login(self.a1)
        page = self._get(f"/my/ticket/{self.ticket_a.id}")
        notice = page.xpath("//section[@name='support_bug']")[0].text_content()
        for text in (self.bug.name, self.bug.workaround, self.bug.reference):
            self.assertIn(text, notice)
        self.assertNothingOf(
            page.text_content(), "Customer B", "Secret de B", self.ticket_b.number
        )
        link = page.xpath("//section[@name='support_bug']//a")[0]
        self.assertIn("noreferrer", link.get("rel"))
        # As for a ticket that does not exist.
        self._get(f"/my/ticket/{self.ticket_b.id}", status=303)

    def test_ticket_page_says_the_update(self):
        self.update._plan(self.bug)
        self._login(self.a1)
        page = self._get(f"/my/ticket/{self.ticket_a.id}")
        notice = page.xpath("//section[@name='support_bug']")[0].text_content()
        # Paris is two hours ahead.
        self.assertIn("4 juin 2030", notice)
        self.assertIn("22:00", notice)

    def test_page_of_updates(self):
        hidden = self.bug.copy({"name": "Bogue discret", "is_public": False})
        beta = self.env["support.upstream.bug"].create(
            {"name": "Bogue de Beta", "company_id": self.beta.id}
        )
        self.update._plan(self.bug + hidden)
        self.update.description = "Une coupure de dix minutes."
        for user in (self.a1, self.b1):
            self._login(user)
            text = self._get("/my/updates").text_content()
            for expected in (self.bug.name, "4 juin 2030", "Une coupure de dix"):
                self.assertIn(expected, text)
            self.assertNothingOf(
                text, "Secret", "Customer", hidden.name, beta.name, "HT"
            )
        self._login(self.beta_user)
        text = self._get("/my/updates").text_content()
        self.assertNotIn(self.bug.name, text)
        self.assertIn(beta.name, text)

    def test_signed_out(self):
        response = self.url_open("/my/updates")
        self.assertIn("/web/login", response.url)
        self.assertNotIn(self.bug.name, response.text)

    def test_follow_is_by_post_only(self):
        partner = self.a1.partner_id
        self._login(self.a1)
        with mute_logger("odoo.http"):
            response = self.url_open("/my/updates/follow?follow=1")
            self.assertEqual(response.status_code, 405)
            response = self.url_open("/my/updates/follow", data={"follow": "1"})
            self.assertEqual(response.status_code, 400)
        partner.invalidate_recordset()
        self.assertFalse(partner.support_update_follower)
        self.assertEqual(
            self._post("/my/updates/follow", {"follow": "1"}).status_code, 303
        )
        partner.invalidate_recordset()
        self.assertTrue(partner.support_update_follower)
        self.assertFalse(self.b1.partner_id.support_update_follower)
        self._post("/my/updates/follow", {"follow": "0"})
        partner.invalidate_recordset()
        self.assertFalse(partner.support_update_follower)

    def test_found_while_typing(self):
        Ticket = self.env["helpdesk.ticket"]
        for user in (self.a1, self.b1):
            groups = Ticket.with_user(user)._find_portal_lookalikes("rapport TVA avoir")
            bugs = [group for group in groups if group["name"] == "bugs"]
            self.assertEqual(
                [bug["title"] for bug in bugs[0]["items"]], [self.bug.name]
            )
        for vals in (
            {"is_public": False},
            {"is_public": True, "company_id": self.beta.id},
        ):
            (self.ticket_a + self.ticket_b).upstream_bug_id = False
            self.bug.write(vals)
            groups = Ticket.with_user(self.a1)._find_portal_lookalikes("rapport TVA")
            self.assertNotIn("bugs", [group["name"] for group in groups])

    def test_followers_are_told_once(self):
        (self.a1 + self.b1).partner_id.support_update_follower = True
        # Told about their own ticket already: not again.
        self.ticket_b.upstream_bug_id = False
        self.update._plan(self.bug)
        before = self.env["mail.mail"].search([])
        self.update.action_done()
        self.update.flush_recordset()
        Bug = self.env["support.upstream.bug"]
        Bug._release_tickets(self.ticket_a)
        for _time in range(2):
            self.update._tell_followers((self.a1 + self.b1).partner_id)
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(
            sorted(mails.mapped("email_to")),
            sorted((self.a1 + self.b1).mapped("email")),
        )
        mail = mails.filtered(lambda mail: mail.email_to == self.b1.email)
        self.assertIn(self.bug.name, mail.body_html)
        self.assertNothingOf(mail.body_html, "Customer", self.ticket_a.number)
        self.assertEqual(self.update.done_by_id, self.env.user)
        self.assertTrue(self.update.done_at <= fields.Datetime.now())
