# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .outcome_common import OutcomeCase


@tagged("post_install", "-at_install")
class TestOutcomeProject(OutcomeCase):
    """The project or the task made when a quotation is accepted."""

    def _accept(self, **vals):
        order = self._send(self._quote(**vals))
        self._confirm(order)
        return order

    def _log_time(self, task, hours):
        employee = self.env["hr.employee"].create({"name": "Somebody"})
        return self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "task_id": task.id,
                "project_id": task.project_id.id,
                "employee_id": employee.id,
                "unit_amount": hours,
            }
        )

    def _make_tracked(self, tracking, **vals):
        self.service.write(
            {"service_tracking": tracking, "service_policy": "delivered_timesheet"}
            | vals
        )

    def test_nothing_by_default(self):
        self._accept()
        self.assertFalse(self.ticket.project_id)
        self.assertFalse(self.ticket.task_id)

    def test_project(self):
        self.service.service_policy = "delivered_timesheet"
        order = self._accept(
            support_on_acceptance="project",
            support_project_user_id=self.manager.id,
            support_project_hours=12,
        )
        project = self.ticket.project_id
        self.assertEqual(project.name, "Customer A - A new report")
        self.assertEqual(project.user_id, self.manager)
        self.assertEqual(project.allocated_hours, 12)
        self.assertEqual(project.partner_id, self.customer_a)
        self.assertEqual(project.company_id, self.company)
        self.assertEqual(project.privacy_visibility, "employees")
        self.assertFalse(project.message_partner_ids & self.a1.partner_id)
        task = project.tasks
        self.assertEqual(self.ticket.task_id, task)
        self.assertEqual(task.user_ids, self.manager)
        self.assertEqual(task.allocated_hours, 12)
        line = order.order_line[-1]
        self.assertEqual(task.sale_line_id, line)
        self.assertEqual(project.sale_line_id, line)
        self.assertEqual(line.project_id, project)
        self.assertIn(project, order.project_ids)
        # Time is charged as sale_timesheet does.
        self.assertEqual(self._log_time(task, 2).so_line, line)
        self.assertEqual(line.qty_delivered, 2)

    def test_task_in_the_support_project(self):
        order = self._accept(support_on_acceptance="task", support_project_hours=3)
        task = self.ticket.task_id
        self.assertTrue(task.project_id.is_support)
        self.assertEqual(task.sale_line_id, order.order_line[-1])
        self.assertEqual(task.user_ids, self.project_manager, "the salesperson")
        self.assertEqual(task.allocated_hours, 3)
        other = self._create_ticket(category_id=self.category_out.id)
        second = self._quote(other, support_on_acceptance="task")
        self._confirm(second)
        self.assertEqual(other.project_id, task.project_id, "the same one")
        self.assertEqual(other.task_id.sale_line_id, second.order_line[-1])

    def test_template(self):
        template = self._create_template()
        order = self._accept(
            support_on_acceptance="project", support_project_template_id=template.id
        )
        project = self.ticket.project_id
        self.assertNotEqual(project, template)
        self.assertFalse(project.is_template)
        self.assertEqual(project.type_ids, template.type_ids)
        self.assertEqual(
            sorted(project.tasks.mapped("name")), ["A new report", "Workshop"]
        )
        self.assertEqual(project.tasks.sale_line_id, order.order_line[-1])
        self.assertEqual(self.ticket.task_id.name, "A new report")
        self.assertFalse(template.tasks.sale_line_id)

    def test_several_tickets(self):
        other = self._create_ticket(name="Another", category_id=self.category_out.id)
        order = self._quote(support_on_acceptance="project", support_project_hours=8)
        order.ticket_ids |= other
        self._confirm(order)
        project = self.ticket.project_id
        self.assertEqual(other.project_id, project)
        self.assertEqual(project.tasks, self.ticket.task_id + other.task_id)
        self.assertEqual(other.task_id.name, "Another")
        self.assertEqual(project.tasks.mapped("allocated_hours"), [4, 4])

    def test_what_the_service_makes_is_used(self):
        for tracking in ("task_in_project", "project_only"):
            for choice in ("nothing", "project", "task"):
                with self.subTest(tracking=tracking, choice=choice):
                    ticket = self._create_ticket(category_id=self.category_out.id)
                    self._make_tracked(tracking)
                    order = self._quote(ticket, support_on_acceptance=choice)
                    before = self.env["project.project"].search([])
                    self._confirm(order)
                    made = self.env["project.project"].search([]) - before
                    self.assertEqual(len(made), 1)
                    self.assertEqual(ticket.project_id, made)
                    tasks = (
                        0 if (tracking, choice) == ("project_only", "nothing") else 1
                    )
                    self.assertEqual(len(made.tasks), tasks)
                    self.assertEqual(ticket.task_id, made.tasks)

    def test_task_made_in_a_project_of_ours(self):
        project = self.env["project.project"].create(
            {"name": "All quotations", "allow_billable": True}
        )
        self._make_tracked("task_global_project", project_id=project.id)
        self._accept(support_on_acceptance="project")
        self.assertEqual(self.ticket.task_id, project.tasks)
        self.assertEqual(self.ticket.project_id, project)

    def test_twice_makes_one(self):
        order = self._accept(support_on_acceptance="project")
        project = self.ticket.project_id
        with self.assertRaises(UserError):
            order.with_user(self.project_manager).action_confirm()
        order.action_cancel()
        order.action_draft()
        self._confirm(order)
        self.assertEqual(self.ticket.project_id, project)
        self.assertEqual(len(project.tasks), 1)
        self.assertEqual(order.project_ids, project)
        self.assertFalse(order.support_to_make)

    def test_defaults_of_the_client_are_not_those_of_the_project(self):
        order = self._quote(support_on_acceptance="project")
        other = self._create_ticket()
        order.with_user(self.project_manager).with_context(
            default_ticket_ids=[Command.link(other.id)],
            default_partner_id=self.customer_b.id,
            default_name="Wrong",
        ).action_confirm()
        self.assertEqual(self.ticket.project_id.ticket_ids, self.ticket)
        self.assertEqual(self.ticket.project_id.partner_id, self.customer_a)

    # === WHAT CANNOT BE MADE === #

    def assertComesBack(self, order, reason, user=None):
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.support_outcome, "accepted")
        activity = self._activities("acceptance_failed")
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, user or self.project_manager)
        self.assertIn(reason, activity.note)
        self.assertIn(order.name, activity.note)
        self.assertFalse(self.ticket.project_id)
        self.assertTrue(order.support_to_make)

    def test_archived_template_comes_back(self):
        template = self._create_template()
        order = self._quote(
            support_on_acceptance="project",
            support_project_template_id=template.id,
            support_project_user_id=self.manager.id,
        )
        template.active = False
        self._confirm(order)
        self.assertComesBack(order, "no longer a project template", self.manager)
        with self.assertRaisesRegex(UserError, "no longer a project template"):
            order.with_user(self.project_manager).action_support_make()
        template.active = True
        action = order.with_user(self.project_manager).action_support_make()
        self.assertEqual(action["res_id"], self.ticket.task_id.id)
        self.assertFalse(self._activities("acceptance_failed"))
        self.assertFalse(order.support_to_make)

    def test_template_of_another_company_comes_back(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        template = self._create_template(company_id=beta.id)
        order = self._accept(
            support_on_acceptance="project", support_project_template_id=template.id
        )
        self.assertComesBack(order, "another company")

    def test_order_without_a_service_comes_back(self):
        goods = self.env["product.product"].create({"name": "Box", "type": "consu"})
        order = self._quote(support_on_acceptance="task")
        order.order_line[-1].unlink()
        order.order_line = [Command.create({"product_id": goods.id})]
        self._confirm(order)
        self.assertComesBack(order, "no service")

    def test_nothing_half_made(self):
        order = self._quote(support_on_acceptance="project")
        before = self.env["project.project"].search([])
        with (
            patch.object(
                type(order), "_support_make_tasks", side_effect=ZeroDivisionError
            ),
            mute_logger(
                "odoo.addons.omydoo_helpdesk.models.conversion.sale_order_project"
            ),
        ):
            self._confirm(order)
        self.assertEqual(self.env["project.project"].search([]), before)
        self.assertComesBack(order, "unexpected error")
        self.assertNotIn("ZeroDivision", self._activities("acceptance_failed").note)

    def test_service_without_project_does_not_fail_the_customer(self):
        self._make_tracked("task_global_project")
        order = self._send(self._quote())
        with self.assertRaises(UserError):  # which undoes it
            self._confirm(order)
        # In the portal, Odoo acts as its own user.
        order.with_user(SUPERUSER_ID)._validate_order()
        self.assertEqual(order.state, "sale")
        activity = self._activities("acceptance_failed")
        self.assertIn("A project must be defined", activity.note)

    def test_agent_cannot_make_it(self):
        order = self._quote(support_on_acceptance="project")
        with self.assertRaisesRegex(UserError, "not been accepted"):
            order.with_user(self.project_manager).action_support_make()
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(UserError), mute_logger("odoo.addons.base"):
            order.with_user(stranger).action_support_make()
