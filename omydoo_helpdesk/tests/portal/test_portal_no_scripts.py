# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.tests import tagged

from ..browser_common import BrowserCase
from ..charter.portal_charter_common import PortalCharterCase


@tagged("post_install", "-at_install")
class TestPortalNoScripts(BrowserCase, PortalCharterCase):
    """A browser in which no page runs a script, with a charter to accept: the whole
    way from the form to the answer.
    """

    def _open(self, browser, path):
        self._set_width(browser, 375)
        browser._websocket_request(
            "Emulation.setScriptExecutionDisabled", params={"value": True}
        )
        browser._websocket_request(
            "Page.navigate", params={"url": self.base_url() + path}
        )
        self._wait_until(
            browser,
            "document.readyState === 'complete'"
            f" && location.pathname.endsWith('{path}')",
        )
        # What pages do by scripts is not done.
        self.assertTrue(self._evaluate(browser, "!window.odoo?.loader"))

    def _tick(self, browser, selector):
        """Do with the mouse's own click, which needs no script."""
        self._evaluate(
            browser, f"document.querySelector({json.dumps(selector)}).click(); true"
        )

    def _write(self, browser, name, text):
        self._evaluate(
            browser, f"document.querySelector('[name={name}]').focus(); true"
        )
        self._type(browser, text)

    def test_file_and_answer(self):
        before = self._all_tickets()
        send = ".o_support_ticket_form [type=submit]"
        with self._browse(self.a1) as browser:
            self._open(browser, "/new/ticket")
            self._tick(browser, f"[name=category][value='{self.category_in.id}']")
            self._tick(browser, "[name=claimed_priority][value='1']")
            self._write(browser, "subject", "Sans scripts")
            self._write(browser, "description", "Tout le texte")
            # Without the charter the browser itself stops it, as the page says.
            self._tick(browser, send)
            self.assertTrue(
                self._evaluate(
                    browser,
                    "document.querySelector('[name=charter_accepted]:invalid')"
                    " !== null",
                )
            )
            self._tick(browser, "[name=charter_accepted]")
            self._tick(browser, send)
            self._wait_until(
                browser,
                "document.readyState === 'complete' "
                "&& location.pathname.match(/my.ticket.[^/]+$/)",
            )
            self._write(browser, "answer", "J’ajoute une précision")
            self._tick(browser, ".o_support_answer_form [type=submit]")
            self._wait_until(
                browser,
                "document.readyState === 'complete' && document.querySelector("
                "'.o_support_messages')?.textContent.includes('précision')",
            )
        ticket = self._all_tickets() - before
        self.assertEqual(ticket.name, "Sans scripts")
        self.assertIn("Tout le texte", ticket.description)
        acceptance = self._of(self.a1)
        self.assertEqual(len(acceptance), 1)
        self.assertEqual(acceptance.charter_id, self.second)
        self.assertIn("précision", ticket.message_ids[:1].body)
