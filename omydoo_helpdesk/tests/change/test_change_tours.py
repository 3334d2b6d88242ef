# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..browser_common import BrowserCase
from ..portal_common import PortalCase
from .change_common import ChangeMixin


class ChangeTourMixin(ChangeMixin):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_change()
        cls.change.backup_at = fields.Datetime.now() - timedelta(hours=2)

    def _last_event(self):
        self.change.invalidate_recordset()
        return self.change.event_ids.sorted("id")[-1]

    def _run_customer_agrees(self):
        self._ask(self.change)
        self.start_tour(
            "/my", "omydoo_helpdesk_customer_agrees_to_a_change", login=self.a1.login
        )
        event = self._last_event()
        self.assertEqual(self.change.state, "agreed")
        self.assertEqual((event.kind, event.signed_name), ("agreed", "Anne Un"))
        self.assertEqual(event.user_id, self.a1)

    def _run_customer_refuses(self):
        self._ask(self.change)
        self.start_tour(
            "/my", "omydoo_helpdesk_customer_refuses_a_change", login=self.a1.login
        )
        event = self._last_event()
        self.assertEqual(self.change.state, "refused")
        self.assertEqual((event.kind, event.note), ("refused", "Pas avant la clôture"))
        questions = self.change.event_ids.filtered(lambda e: e.kind == "question")
        self.assertEqual(questions.mapped("note"), ["Combien de temps ?"])


@tagged("post_install", "-at_install")
class TestChangeTours(ChangeTourMixin, PortalCase):
    """The customer at a desk."""

    browser_size = "1280x900"

    def test_customer_agrees(self):
        self._run_customer_agrees()

    def test_customer_refuses(self):
        self._run_customer_refuses()


@tagged("post_install", "-at_install")
class TestChangeToursOnPhone(ChangeTourMixin, PortalCase):
    """The customer on a phone."""

    browser_size = "375x700"
    touch_enabled = True

    def test_customer_agrees_on_a_phone(self):
        self._run_customer_agrees()

    def test_customer_refuses_on_a_phone(self):
        self._run_customer_refuses()


@tagged("post_install", "-at_install")
class TestChangeAgentTours(ChangeTourMixin, PortalCase):
    """The agent in the backend."""

    browser_size = "1600x900"

    def _open(self, tour):
        self.start_tour(
            f"/odoo/action-omydoo_helpdesk.support_production_change_action/"
            f"{self.change.id}",
            tour,
            login=self.agent.login,
        )

    def test_agent_asks(self):
        self.start_tour(
            f"/odoo/helpdesk-tickets/{self.ticket.id}",
            "omydoo_helpdesk_agent_asks_for_a_change",
            login=self.agent.login,
        )
        change = self.ticket.change_ids - self.change
        self.assertEqual(change.state, "awaiting")
        self.assertEqual(change.approver_ids, self.a1.partner_id)
        self.assertTrue(change.is_tested)
        self.assertEqual(change.event_ids.filtered("text").kind, "asked")
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.hold_party, "customer")

    def test_agent_applies(self):
        self._ask(self.change)
        self._agree(self.change)
        self._open("omydoo_helpdesk_agent_applies_a_change")
        self.assertEqual(self._last_event().kind, "applied")
        self.assertEqual(self.change.applied_by_id, self.agent)

    def test_agent_edits_what_was_agreed_to(self):
        self._ask(self.change)
        self._agree(self.change)
        self._open("omydoo_helpdesk_agent_edits_a_change")
        self.assertEqual(self._last_event().kind, "voided")
        self.assertEqual(self.change.state, "draft")


@tagged("post_install", "-at_install")
class TestChangeVoided(ChangeTourMixin, BrowserCase):
    """The desk edits the text while the customer reads it."""

    def test_customer_agrees_too_late(self):
        self._ask(self.change)
        with self._browse(self.a1) as browser:
            for width in (1280, 375):
                self._open_page(browser, f"/my/changes/{self.change.id}", width)
                # Edited, and asked again.
                with self._pause_requests():
                    self.change.risk = f"Seen at {width}"
                    self.change.action_ask()
                self._evaluate(
                    browser,
                    """(() => {
                        document.querySelector("#support_backup").click();
                        document.querySelector("#support_signed_name").value = "Anne";
                        document.querySelector(
                            "form[name=support_agree] button[type=submit]"
                        ).click();
                    })()""",
                )
                self._wait_until(
                    browser, "document.querySelector('#support_change_error')"
                )
                self.assertEqual(
                    self._evaluate(
                        browser, "document.querySelector('#support_signed_name').value"
                    ),
                    "Anne",
                )
                self.assertTrue(
                    self._evaluate(
                        browser,
                        "document.querySelector('#support_change_text').textContent"
                        f".includes('Seen at {width}')",
                    )
                )
                with self._pause_requests():
                    self.assertEqual(self.change.state, "awaiting")
