# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from lxml import html

from odoo.http import Request
from odoo.tests import tagged

from .routes_common import RoutesCase

# Addresses that a GET may not serve from a read replica, each with the reason.
WRITING_ROUTES = {}


@tagged("post_install", "-at_install")
class TestRoutesReadonly(RoutesCase):
    """Pages only read, and say so: a read replica can serve them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = [
            rule
            for rule in cls._get_support_rules()
            if cls._is_gettable(rule) and rule.rule not in WRITING_ROUTES
        ]
        cls.ticket.access_token = False

    def test_pages_say_that_they_only_read(self):
        for rule in self.rules:
            with self.subTest(rule.rule):
                self.assertTrue(rule.endpoint.routing["readonly"])

    def _open(self, rule, ticket, query=""):
        """Open a page, and see on which kind of cursor it was made."""
        modes = []
        serve = Request._serve_ir_http

        def spy(request, found, args):
            if self.env["ir.http"]._is_support_rule(found):
                modes.append(request.env.cr.readonly)
            return serve(request, found, args)

        path = self._build_path(
            rule,
            {
                **self._get_own_values(rule),
                "ticket_id": ticket.id,
                "access_token": ticket.access_token,
            },
        )
        with (
            patch.object(Request, "_serve_ir_http", spy),
            # Odoo tries again where something is written, and only logs it.
            self.assertNoLogs("odoo.http", "WARNING"),
        ):
            # Also where the reader's language leads.
            response = self.url_open(path + query)
        self.assertEqual(set(modes), {True}, path)
        self.assertLess(response.status_code, 500)
        return response

    def test_pages_write_nothing(self):
        """Also the first time that a page is opened, by each kind of person."""
        opened = set()
        for user in (self.a1, self.b1, self.beta_user, self.agent, self.employee):
            self._login(user)
            for rule in self.rules:
                if "access_token" in rule.arguments:
                    continue
                with self.subTest(user=user.login, path=rule.rule):
                    response = self._open(rule, self.ticket)
                    if user == self.a1 and response.status_code == 200:
                        opened.add(rule.rule)
        self.assertLess(
            {
                "/my/changes",
                "/my/changes/<string:change_id>",
                "/my/changes/<string:change_id>/record",
                "/my/charter",
                "/my/charter/acceptance/<int:acceptance_id>",
                "/my/packs/<int:pack_id>",
                "/my/packs/<int:pack_id>/statement",
                "/my/support",
                "/my/ticket/<int:ticket_id>",
                "/my/tickets",
                "/my/tickets/export",
                "/my/updates",
                "/new/ticket",
            },
            opened,
        )

    def test_pages_by_a_link_write_nothing(self):
        self.ticket._portal_ensure_token()
        self.authenticate(None, None)
        for rule in self.rules:
            if "ticket_id" not in rule.arguments or "message" in rule.rule:
                continue
            with self.subTest(rule.rule):
                self._open(rule, self.ticket)
                self._open(
                    rule, self.ticket, f"?access_token={self.ticket.access_token}"
                )

    def test_page_opened_from_the_list_writes_nothing(self):
        """The links to the tickets beside it take no token."""
        for name in ("Before", "After"):
            self._create_ticket(name=name)
        self._login(self.a1)
        page = html.fromstring(self.url_open("/my/tickets?filterby=all").content)
        # Each once, in the order of the list.
        listed = list(
            dict.fromkeys(
                path
                for path in page.xpath("//a/@href")
                # With a website, behind the language.
                if path.rpartition("/my/ticket/")[2].isdecimal()
            )
        )
        tickets = self.env["helpdesk.ticket"].browse(
            int(path.rpartition("/")[2]) for path in listed
        )
        tickets.access_token = False
        rule = next(
            rule for rule in self.rules if rule.rule == "/my/ticket/<int:ticket_id>"
        )
        response = self._open(rule, tickets[1])
        links = html.fromstring(response.content).xpath(
            "//*[contains(@class, 'record_pager')]//a/@href"
        )
        self.assertEqual([links[0], links[-1]], [listed[0], listed[2]])
        self.env.invalidate_all()
        self.assertFalse(any(tickets.mapped("access_token")))

    def test_what_changes_something_is_not_read_only(self):
        self._login(self.a1)
        with self.assertNoLogs("odoo.http", "WARNING"):
            self._file()
