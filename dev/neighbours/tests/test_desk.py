# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A registry that has just been loaded: an agent and a customer can work.

Holds with our addon, without it, and once it has been uninstalled again.
"""

from odoo.tests import Form

from .desk import DeskCase


class TestDesk(DeskCase):
    def test_views_open_for_the_agent_and_the_manager(self):
        for user in (self.agent, self.manager):
            views = (
                self.env["helpdesk.ticket"]
                .with_user(user)
                .get_views(
                    [(False, kind) for kind in ("form", "list", "kanban", "search")]
                )
            )
            self.assertEqual(len(views["views"]), 4)

    def test_every_view_of_the_database_is_sound(self):
        views = self.env["ir.ui.view"].search(
            [("mode", "=", "primary"), ("model", "like", "helpdesk")]
        )
        views += self.env["ir.ui.view"].search(
            [
                ("mode", "=", "primary"),
                ("model", "in", ["res.partner", "res.users", "res.company"]),
            ]
        )
        models = ["sale.order", "project.task", "project.project", "product.template"]
        models += ["res.config.settings", "account.analytic.line", "resource.calendar"]
        views += self.env["ir.ui.view"].search(
            [("mode", "=", "primary"), ("model", "in", models)]
        )
        self.assertGreater(len(views), 50)
        views._check_xml()

    def test_pages_combine(self):
        pages = self.env["ir.ui.view"].search(
            [("mode", "=", "primary"), ("type", "=", "qweb")]
        )
        archs = pages._get_combined_archs()
        self.assertEqual(len(archs), len(pages))

    def test_agent_creates_a_ticket_in_the_form(self):
        with Form(self.env["helpdesk.ticket"].with_user(self.agent)) as form:
            form.name = "Printer"
            form.description = "It does not print."
            form.partner_id = self.customer.partner_id
            form.team_id = self.team
        ticket = form.record
        self.assertEqual(ticket.partner_id, self.customer.partner_id)
        stage = self.team._get_applicable_stages().filtered("closed")[:1]
        ticket.with_user(self.agent).stage_id = stage
        self.assertTrue(ticket.closed)

    def test_customer_files_a_ticket_and_sees_it(self):
        ticket = self.file_ticket()
        self.assertEqual(ticket.name, "Printer")
        self.assertEqual(ticket.category_id, self.category)
        self.assertEqual(ticket.partner_id, self.customer.partner_id)
        response = self.url_open("/my/tickets")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Printer", response.text)

    def test_a_read_of_every_field_of_the_ticket(self):
        # The base's field of the orders is for who may read orders.
        self.manager.group_ids += self.env.ref("sales_team.group_sale_salesman")
        ticket = self.create_ticket()
        values = ticket.with_user(self.manager).read()[0]
        self.assertEqual(values["name"], "Printer")
