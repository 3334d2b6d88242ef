# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..change.change_common import ChangeMixin
from ..pack_common import PackCase
from ..portal_common import PortalCase

HOME = "//*[@id='support_home']"


@tagged("post_install", "-at_install")
class TestPortalHome(ChangeMixin, PortalCase, PackCase):
    """The portal's home begins with support for who has a plan."""

    def _home(self, user):
        self._login(user)
        self.opener.cookies["frontend_lang"] = "en_US"
        return self._get("/en/my")

    def _get_links(self, node):
        return [link.removeprefix("/en") for link in node.xpath(".//a/@href")]

    def _get_waiting(self, page):
        """Return what is said to wait: the counts by address."""
        return {
            link.get("href").removeprefix("/en"): self._text(link, "./strong")
            for link in page.xpath(f"{HOME}//li[contains(@class, 'warning')]/a")
        }

    def test_nothing_changes_without_a_plan(self):
        self._create_ticket(partner_id=self.b1.partner_id.id)
        for user in (self.b1, self.beta_user, self.agent):
            page = self._home(user)
            self.assertFalse(page.xpath(HOME), user.login)
            self.assertIn("/my/support", self._get_links(page), user.login)

    def test_support_comes_first(self):
        ticket = self._create_ticket(name="Ouverte")
        closed = self._create_ticket(name="Close")
        closed.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True), ("is_conversion", "=", False)], limit=1
        )
        theirs = self._create_ticket(name="Of B", partner_id=self.b1.partner_id.id)
        page = self._home(self.a1)
        [home] = page.xpath(HOME)
        following = page.xpath(
            f"{HOME}/following::*[contains(@class, 'o_portal_docs')]"
        )
        self.assertEqual(len(following), 1)
        links = self._get_links(home)
        self.assertEqual(links[:2], ["/my/support", "/new/ticket"])
        self.assertIn(f"/my/ticket/{ticket.id}", links)
        self.assertEqual(links[-1], "/my/tickets")
        for other in (closed, theirs):
            self.assertNotIn(f"/my/ticket/{other.id}", links)
        text = self._text(page, HOME)
        self.assertIn(self.plan_24.name, text)
        self.assertIn("Open requests (1)", text)
        self.assertIn("Nothing waits for you.", text)
        # Told once.
        for url in ("/my/support", "/my/tickets"):
            self.assertEqual(self._get_links(page).count(url), 1, url)

    def test_what_waits(self):
        self._set_up_change()
        self.change.backup_at = fields.Datetime.now()
        self._ask(self.change)
        draft = self.charter.copy()
        draft.section_ids[0].body = "<p>More of it</p>"
        draft.action_publish()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer_a.id,
                "state": "sent",
                "order_line": [
                    Command.create({"name": "Work", "display_type": "line_note"})
                ],
            }
        )
        order.message_subscribe(self.a1.partner_id.ids)
        self.env.flush_all()
        expected = {
            "/my/tickets?filterby=waiting": "1",
            "/my/changes": "1",
            "/my/charter": "1",
            "/my/quotes": "1",
        }
        self.assertEqual(self._get_waiting(self._home(self.a1)), expected)
        # A colleague is not asked about the change.
        waiting = self._get_waiting(self._home(self.a2))
        self.assertNotIn("/my/changes", waiting)
        # Who cannot accept for everybody has nothing to do about the charter.
        self.company.support_charter_acceptance = "signatory"
        self.a1.partner_id.support_charter_signatory = True
        self.env.flush_all()
        self.assertNotIn("/my/charter", self._get_waiting(self._home(self.a2)))

    def test_hours_in_the_language_of_the_reader(self):
        self.assertIn("Monday to Friday", self._text(self._home(self.a1), HOME))

    def test_tabs_of_the_browser_have_a_title(self):
        """They said Odoo."""
        pack = self._create_pack(self.customer_a, 10)
        self._login(self.a1)
        titles = [
            self._text(self._get(path), "//title")
            for path in (
                "/my",
                "/my/tickets",
                "/my/support",
                f"/my/packs/{pack.id}",
                "/my/changes",
                "/my/charter",
                "/my/updates",
                "/new/ticket",
                "/support/charter",
            )
        ]
        self.assertNotIn("Odoo", titles)
        self.assertEqual(len(set(titles)), len(titles), titles)

    def test_plan_that_ended(self):
        self.subscription.date = fields.Date.today() - timedelta(days=2)
        self.env.flush_all()
        self.assertFalse(self._home(self.a1).xpath(HOME))
