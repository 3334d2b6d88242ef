# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertProject(ConvertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["project.project"].create(
            {
                "name": "Integration",
                "is_template": True,
                "company_id": cls.company.id,
                "privacy_visibility": "portal",
                "type_ids": [Command.create({"name": "Scoping"})],
                "task_ids": [Command.create({"name": "Kick-off"})],
            }
        )
        cls.template.message_subscribe(cls.b1.partner_id.ids)

    def _choose(self, **vals):
        form = self._open()
        form.action = "project"
        for name, value in vals.items():
            form[name] = value
        return form

    def _make(self, **vals):
        action = self._choose(**vals).save().action_convert()
        return self.env["project.project"].browse(action["res_id"])

    def test_from_a_template(self):
        self._create_pack(self.customer_a, 10)
        project = self._make(
            project_source="template",
            project_template_id=self.template,
            hours=20,
            date_start="2030-01-07",
            date_end="2030-02-28",
            task_deadline="2030-02-01 12:00:00",
        )
        self.assertFalse(project.is_template)
        self.assertEqual(project.name, "Customer A - A new report")
        self.assertEqual(project.partner_id, self.customer_a)
        self.assertEqual(project.user_id, self.project_manager)
        self.assertEqual(project.allocated_hours, 20)
        self.assertEqual(str(project.date_start), "2030-01-07")
        self.assertEqual(str(project.date), "2030-02-28")
        self.assertEqual(project.type_ids.mapped("name"), ["Scoping"])
        self.assertEqual(
            sorted(project.tasks.mapped("name")), ["A new report", "Kick-off"]
        )
        self.assertEqual(str(self.ticket.task_id.date_deadline), "2030-02-01 12:00:00")
        self.assertFalse(project.tasks.sale_line_id, "no pack was chosen")
        # Neither those who follow the template nor the customer see it.
        self.assertEqual(project.privacy_visibility, "employees")
        people = project.message_partner_ids | project.tasks.message_partner_ids
        self.assertFalse(people.filtered("partner_share"))

    def test_template_gone_meanwhile(self):
        wizard = self._choose(
            project_source="template", project_template_id=self.template
        ).save()
        self.template.is_template = False
        self.assertIn("not a project template any more", wizard._get_obstacle())
        self.template.unlink()
        wizard.invalidate_recordset()
        self.assertIn("deleted meanwhile", wizard._get_obstacle())
        with self.assertRaisesRegex(UserError, "deleted meanwhile"):
            wizard.action_convert()

    def test_not_billable(self):
        project = self._make(is_billable=False)
        self.assertFalse(project.allow_billable)
        self.assertFalse(project.tasks.sale_line_id)

    def test_dates_that_cannot_be(self):
        form = self._choose(date_start="2030-02-01")
        self.assertIn("both the start and the end", form.obstacle)
        form.date_end = "2030-01-01"
        self.assertIn("end before it starts", form.obstacle)

    def test_with_its_quotation(self):
        project = self._make(with_quotation=True, hours=3)
        order = self.ticket.sale_order_ids
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.amount_untaxed, 300)
        self.assertEqual(order.project_id, project)
        self.assertEqual(project.reinvoiced_sale_order_id, order)
        self.assertEqual(self.ticket.project_id, project)
        task = self.ticket.task_id
        self.assertFalse(task.sale_line_id)
        order.action_confirm()
        line = order.order_line.filtered("product_id")
        self.assertEqual(project.sale_line_id, line)
        self.assertEqual(task.sale_line_id, line)
        self.assertEqual(self.ticket.task_id, task)
        self.assertEqual(order.project_ids, project, "no other one is made")

    def test_service_that_makes_projects_uses_this_one(self):
        self.service.service_tracking = "task_in_project"
        project = self._make(with_quotation=True, hours=3)
        order = self.ticket.sale_order_ids
        order.action_confirm()
        self.assertEqual(order.project_ids, project)
        self.assertEqual(project.tasks, self.ticket.task_id)

    def test_company_that_sells_no_projects(self):
        self.company.support_sell_projects = False
        self.assertFalse(self._choose().obstacle)
        self.assertIn(
            "does not sell projects", self._choose(with_quotation=True).obstacle
        )
        form = self._open()
        form.support_on_acceptance = "project"
        self.assertIn("does not sell projects", form.obstacle)

    def test_again_keeps_the_earlier_task(self):
        self._make()
        first = self.ticket.task_id
        project = first.project_id
        form = self._choose()
        self.assertIn(project.name, form.existing)
        form.convert_again = True
        form.save().action_convert()
        second = self.ticket.task_id
        self.assertNotEqual(first, second)
        ticket = self.ticket.with_user(self.project_manager)
        self.assertEqual(ticket.conversion_task_ids, first | second)
        self.assertEqual(ticket.conversion_task_count, 2)
        self.assertEqual(
            ticket.action_view_task()["domain"], [("id", "in", (second | first).ids)]
        )
        for record in (first, project):
            record = record.with_user(self.project_manager)
            self.assertEqual(record.earlier_ticket_count, 1)
            self.assertEqual(
                record.action_view_earlier_tickets()["res_id"], self.ticket.id
            )
        self.assertFalse(second.with_user(self.project_manager).earlier_ticket_count)
        log = "".join(self.ticket.message_ids.mapped("body"))
        self.assertIn("It had been converted before", log)
