# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import HttpCase, tagged

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertTours(ConvertCase, HttpCase):
    """The four ways out of a ticket, in the browser."""

    browser_size = "1600x1200"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        template = cls.env.ref("omydoo_helpdesk.mail_template_conversion")
        # Whatever the translation files say at the moment.
        template.with_context(
            lang="fr_FR"
        ).body_html = "<p>Un chef de projet prend la suite.</p>"

    def _start(self, tour, user=None):
        self.start_tour(
            f"/odoo/helpdesk-tickets/{self.ticket.id}",
            f"omydoo_helpdesk_{tour}",
            login=(user or self.project_manager).login,
        )
        self.ticket.invalidate_recordset()

    def test_quotation(self):
        self._start("convert_to_quotation")
        order = self.ticket.sale_order_ids
        self.assertEqual(order.amount_untaxed, 350)
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)
        self.assertIn("Un chef de projet", self._customer_messages()[0].body)

    def test_project(self):
        self.env["project.project"].create(
            {
                "name": "Integration",
                "is_template": True,
                "company_id": self.company.id,
                "type_ids": [Command.create({"name": "Scoping"})],
                "task_ids": [Command.create({"name": "Kick-off"})],
            }
        )
        self._start("convert_to_project")
        self.assertEqual(len(self.ticket.project_id.tasks), 2)
        self.assertEqual(self.ticket.task_id.name, "A new report")

    def test_hours_pack(self):
        pack = self._create_pack(self.customer_a, 5)
        self._start("convert_to_pack")
        self.assertEqual(self.ticket.task_id.sale_line_id, pack)
        self.assertEqual(self.ticket.task_id.allocated_hours, 7)
        top_up = self.ticket.sale_order_ids.order_line.filtered("product_id")
        self.assertEqual(top_up.product_uom_qty, 2)

    def test_full_support(self):
        self.subscription.support_plan_id = self.plan_full
        # The plan is that of the day of filing.
        self.ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertEqual(self.ticket.coverage, "full_support")
        self._start("convert_under_full_support")
        self.assertTrue(self.ticket.project_id.is_support)
        self.assertFalse(self.ticket.task_id.sale_line_id)
        self.assertFalse(self.ticket.sale_order_ids)

    def test_hand_over(self):
        self._start("hand_over", self.agent)
        request = self.ticket.conversion_request_ids
        self.assertEqual((request.action, request.hours), ("project", 6))
        self.assertFalse(self.ticket.project_id)
