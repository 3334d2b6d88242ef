# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..cover.cover_common import CoverCase
from ..pack_common import PackCase


@tagged("post_install", "-at_install")
class TestScopePanel(CoverCase, PackCase):
    """What an agent without sales rights sees of the customer beside the ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)

    def test_panel_of_an_agent_without_sales_rights(self):
        self._create_module(self.customer_a, self.subscription, label="Rounds")
        self._create_module(self.customer_a, name="acme_b", label="Labels")
        self._create_pack(self.customer_a, 7.5)
        self._create_ticket()
        ticket = self._create_ticket().with_user(self.agent)
        self.env.invalidate_all()
        panel = ticket.support_panel
        for text in ("Customer A", "24 h", "Running", "Rounds", "Labels", "7 h 30"):
            self.assertIn(text, panel)
        self.assertNotIn("90.0", panel)
        shown = ticket.sudo()._prepare_support_panel()
        rows = {row["label"]: row for row in shown["rows"]}
        self.assertEqual(rows["Other open tickets"]["value"], "1")
        self.assertNotIn("Last satisfaction", rows)
        self.assertEqual(
            [(module["name"], module["kind"]) for module in shown["modules"]],
            [("Labels", "danger"), ("Rounds", "success")],
        )

    def test_panel_without_cover(self):
        ticket = self._create_ticket(
            partner_id=self.b1.partner_id.id, category_id=self.category_out.id
        )
        rows = ticket._prepare_support_panel()["rows"]
        kinds = {row["label"]: row["kind"] for row in rows}
        self.assertEqual(kinds["Subscription"], "danger")
        self.assertEqual(kinds["Plan"], "danger")
        self.assertIn("text-danger", ticket.support_panel)
        self.assertFalse(self._create_ticket(partner_id=False).support_panel)

    def test_panel_after_expiry(self):
        ticket = self._create_ticket()
        self.subscription.date = date.today() - timedelta(days=1)
        row = ticket._get_panel_subscription()
        self.assertEqual(row["kind"], "danger")
        self.assertIn("ended on", row["note"])
        self.assertIn("keeps its cover", row["note"])

    def test_last_satisfaction(self):
        ticket = self._create_ticket()
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": ticket.id,
                "partner_id": self.a2.partner_id.id,
                "rating": 1,
                "consumed": True,
            }
        )
        row = ticket._get_panel_satisfaction()
        self.assertEqual(row["kind"], "danger")

    def test_panel_escapes(self):
        self.customer_a.name = "<b>A & B</b>"
        self.assertIn("&lt;b&gt;A &amp; B", self._create_ticket().support_panel)

    def test_customers_do_not_see_the_panel(self):
        ticket = self._create_ticket()
        for name in ("support_panel", "custom_code_state", "phone_warning"):
            with self.assertRaises(AccessError):
                ticket.with_user(self.a1).read([name])
