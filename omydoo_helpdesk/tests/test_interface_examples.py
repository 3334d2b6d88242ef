# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.tests import HttpCase, tagged

from .conversion.convert_common import ConvertCase
from .interface_common import ExamplesMixin, read_sections

# Monday at ten in Paris
NOW = "2026-06-01 08:00:00"


@tagged("post_install", "-at_install")
class TestInterfaceExamples(ExamplesMixin, ConvertCase, HttpCase):
    """The examples of the page run as they stand, and print what it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who has no subscription yet.
        cls.firm = cls.customer_b
        cls.firm.name = "Firm"
        cls.zoe = cls.b1.partner_id
        cls.zoe.email = "zoe@firm.example.com"
        cls.manager.group_ids += cls.env.ref(
            "omydoo_helpdesk.support_group_project_manager"
        )
        cls.env["hr.employee"].create(
            {"name": "Agent", "user_id": cls.agent.id, "company_id": cls.company.id}
        )

    def _run_section(self, title):
        variables = self._get_environment(agent=self.agent, manager=self.manager)
        with self.at(NOW):
            return self._run_code(read_sections()[title], variables, {})

    def _file_report(self, name):
        return self._create_ticket(
            name=name, partner_id=self.zoe.id, category_id=self.category_out.id
        )

    def test_json_2(self):
        review = (
            self.env["support.service.review"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.firm.id,
                    "date_from": date(2026, 5, 1),
                    "date_to": date(2026, 5, 31),
                }
            )
        )
        review.action_compute()
        with self.at(NOW):
            review.action_publish()
        report = self._file_report("A new report")
        self.assertEqual(self._run_section("Examples: JSON-2"), 9)
        self.env.invalidate_all()
        subscription = self.env["sale.subscription"].search(
            [("partner_id", "=", self.firm.id)]
        )
        self.assertEqual(subscription.support_plan_id, self.plan_24)
        ticket = self.env["helpdesk.ticket"].search(
            [("subscription_id", "=", subscription.id)]
        )
        self.assertEqual(ticket.user_id, self.agent)
        # As it went: a line each, in this order.
        self.assertEqual(
            ticket.event_ids.mapped("kind"),
            ["filed", "answered", "hold", "resume", "solved"],
        )
        self.assertEqual(report.sale_order_ids.amount_untaxed, 350)

    def test_odoorpc(self):
        self._create_subscription(self.firm, self.plan_24)
        self._file_report("Another report")
        self.assertEqual(self._run_section("Examples: odoorpc"), 4)
