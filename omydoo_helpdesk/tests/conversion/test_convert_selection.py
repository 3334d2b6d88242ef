# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertSelection(ConvertCase):
    """Several tickets of one customer become one quotation, or one project."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_ticket(
            name="A label",
            description="<p>With our logo</p>",
            partner_id=cls.a2.partner_id.id,
            category_id=cls.category_out.id,
        )
        cls.both = cls.ticket | cls.second

    def _choose_hours(self, form, *hours):
        for index, value in enumerate(hours):
            with form.line_ids.edit(index) as line:
                line.hours = value

    def test_one_quotation_with_a_section_a_ticket(self):
        form = self._open(self.both)
        self._choose_hours(form, 2, 3)
        self.assertEqual(form.total_hours, 5)
        self.assertIn("500.00", form.preview)
        wizard = form.save()
        action = wizard.action_convert()
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.ticket_ids, self.both)
        lines = order.order_line
        self.assertEqual(
            lines.mapped("display_type"),
            ["line_section", "line_note", False] * 2,
        )
        self.assertIn("A new report", lines[0].name)
        self.assertIn("A label", lines[3].name)
        self.assertEqual(lines[4].name, "With our logo")
        self.assertEqual((lines[2].product_uom_qty, lines[5].product_uom_qty), (2, 3))
        for ticket, contact in ((self.ticket, self.a1), (self.second, self.a2)):
            self.assertEqual(ticket.sale_order_ids, order)
            self.assertEqual(ticket.stage_id, self.stage_taken_over)
            self.assertEqual(ticket.conversion_ref, order)
            message = self._customer_messages(ticket)[0]
            self.assertIn(ticket.number, message.body)
            self.assertIn(contact.partner_id, message.notified_partner_ids)
        self.assertEqual(wizard.action_convert(), action, "once")
        other = self.env["helpdesk.ticket.convert"].create(
            {"ticket_ids": self.both.ids, "action": "quotation"}
        )
        self.assertEqual(other.action_convert(), action, "once, for everybody")

    def test_one_project_with_a_task_a_ticket(self):
        by_a1 = self._attach("a1.pdf", self.a1)
        by_a2 = self._attach("a2.pdf", self.a2, res_id=self.second.id)
        form = self._open(self.both)
        form.action = "project"
        self._choose_hours(form, 2, 3)
        self.assertEqual(form.attachment_ids[:], by_a1 + by_a2)
        project = self.env["project.project"].browse(
            form.save().action_convert()["res_id"]
        )
        first, second = self.ticket.task_id, self.second.task_id
        self.assertEqual(project.tasks, first + second)
        self.assertEqual((first.name, first.allocated_hours), ("A new report", 2))
        self.assertEqual((second.name, second.allocated_hours), ("A label", 3))
        self.assertEqual(project.allocated_hours, 5)
        for task, name in ((first, "a1.pdf"), (second, "a2.pdf")):
            files = self.env["ir.attachment"].search(
                [("res_model", "=", "project.task"), ("res_id", "=", task.id)]
            )
            self.assertEqual(files.mapped("name"), [name])

    def test_tasks_on_one_pack(self):
        pack = self._create_pack(self.customer_a, 4)
        form = self._open(self.both)
        form.action = "hours_pack"
        self._choose_hours(form, 2, 3)
        self.assertIn("4 h", form.warning)
        self.assertIn("5 h", form.warning)
        wizard = form.save()
        action = wizard.action_convert()
        tasks = self.both.task_id
        self.assertEqual(len(tasks), 2)
        self.assertEqual(tasks.sale_line_id, pack)
        self.assertEqual(action["domain"], [("id", "in", tasks.ids)])
        self.assertEqual(wizard.action_convert()["domain"], action["domain"])

    def test_one_text_for_all(self):
        wizard = (
            self.env["helpdesk.ticket.convert"]
            .with_user(self.project_manager)
            .create(
                {
                    "ticket_ids": self.both.ids,
                    "action": "quotation",
                    "hours": 2,
                    "message": "<p>For both</p>",
                }
            )
        )
        wizard.action_convert()
        for ticket in self.both:
            self.assertIn("For both", self._customer_messages(ticket)[0].body)
        self.assertEqual(self.ticket.sale_order_ids.amount_untaxed, 400.0)

    def test_several_customers_are_refused(self):
        foreign = self._create_ticket(partner_id=self.b1.partner_id.id)
        tickets = (self.ticket | foreign).with_user(self.project_manager)
        with self.assertRaisesRegex(UserError, "several customers"):
            tickets.action_convert()
        wizard = (
            self.env["helpdesk.ticket.convert"]
            .with_user(self.project_manager)
            .create({"ticket_ids": tickets.ids, "action": "quotation"})
        )
        with self.assertRaisesRegex(UserError, "several customers"):
            wizard.action_convert()
        self.assertFalse(tickets.sale_order_ids)

    def test_several_companies_are_refused(self):
        other = self._create_company(name="Other")
        foreign = self._create_ticket(
            team_id=False, category_id=False, company_id=other.id
        )
        tickets = (self.ticket | foreign).with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        with self.assertRaisesRegex(UserError, "several of our companies"):
            tickets.action_convert()

    def test_selection_with_one_converted_already(self):
        order = self._convert("quotation")
        form = self._open(self.both)
        self.assertFalse(form.is_converted)
        self.assertIn("was converted already", form.obstacle)
        self.assertIn(order.name, form.obstacle)
        with self.assertRaisesRegex(UserError, "was converted already"):
            form.save().action_convert()
        form.convert_again = True
        self.assertFalse(form.obstacle)

    def test_one_closed_ticket_refuses_all(self):
        self.second.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        form = self._open(self.both)
        self.assertIn("is closed", form.obstacle)
        with self.assertRaisesRegex(UserError, "is closed"):
            form.save().action_convert()
        self.assertFalse(self.both.sale_order_ids)

    def test_list_action(self):
        action = self.env.ref("omydoo_helpdesk.helpdesk_ticket_convert_server_action")
        result = (
            action.with_user(self.project_manager)
            .with_context(active_model="helpdesk.ticket", active_ids=self.both.ids)
            .run()
        )
        self.assertEqual(result["res_model"], "helpdesk.ticket.convert")
