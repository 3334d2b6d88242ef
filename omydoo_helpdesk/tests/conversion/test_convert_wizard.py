# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertWizard(ConvertCase):
    # === DEFAULTS === #

    def test_defaults_come_from_the_ticket(self):
        form = self._open()
        self.assertEqual(form.action, "quotation")
        self.assertEqual(form.user_id, self.project_manager)
        self.assertEqual(form.partner_id, self.customer_a)
        self.assertEqual(form.product_id, self.service)
        self.assertEqual(form.introduction, "Sales by region, please.")
        self.assertEqual(
            form.validity_date,
            fields.Date.today() + timedelta(days=self.company.quotation_validity_days),
        )
        self.assertIn(self.ticket.number, form.message)
        self.assertFalse(form.obstacle)
        self.assertFalse(form.warning)

    def test_introduction_reads_as_the_customer_wrote_it(self):
        self.ticket.description = (
            "<div>Two things:</div><ul><li><strong>sales</strong></li>"
            "<li>stock &amp; <a href='https://example.com'>orders</a></li></ul>"
            "<img src='/web/image/1?access_token=secret'>"
        )
        lines = [line for line in self._open().introduction.splitlines() if line]
        self.assertEqual(lines, ["Two things:", "sales", "stock & orders"])

    def test_default_way_follows_coverage(self):
        pack = self._create_pack(self.customer_a, 10)
        self.ticket.category_id = self.category_in
        self.ticket.category_id = self.category_out
        self.assertEqual(self.ticket.coverage, "hours_pack")
        form = self._open()
        self.assertEqual((form.action, form.pack_line_id), ("hours_pack", pack))
        self.subscription.support_plan_id = self.plan_full
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertEqual(self._open(ticket).action, "full_support")

    def test_choices_survive(self):
        form = self._open()
        form.action = "project"
        form.project_name = "Reporting"
        form.hours = 12
        form.message = "<p>My own words</p>"
        form.user_id = self.manager
        self.assertEqual(form.project_name, "Reporting")
        wizard = form.save()
        project = self.env["project.project"].browse(wizard.action_convert()["res_id"])
        self.assertEqual(project.name, "Reporting")
        self.assertEqual(project.user_id, self.manager)
        self.assertEqual(project.tasks.allocated_hours, 12)
        self.assertIn("My own words", self._customer_messages()[0].body)

    def test_message_follows_the_way_and_the_language(self):
        template = self.env.ref("omydoo_helpdesk.mail_template_conversion")
        template.with_context(
            lang="fr_FR"
        ).body_html = "<p>Bonjour, <t t-out=\"ctx.get('support_conversion')\"/></p>"
        form = self._open()
        self.assertIn("Bonjour, quotation", form.message)
        form.action = "project"
        self.assertIn("Bonjour, project", form.message)

    # === THE FOUR WAYS === #

    def test_quotation(self):
        self.customer_a.write(
            {
                "property_payment_term_id": self.env.ref(
                    "account.account_payment_term_30days"
                ).id,
                "child_ids": [
                    Command.create({"name": "Accounting", "type": "invoice"}),
                    Command.create({"name": "Factory", "type": "delivery"}),
                ],
            }
        )
        order = self._convert("quotation", hours=3.5)
        self.assertEqual(order._name, "sale.order")
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.partner_id, self.customer_a)
        self.assertEqual(order.partner_invoice_id.name, "Accounting")
        self.assertEqual(order.partner_shipping_id.name, "Factory")
        self.assertEqual(
            order.payment_term_id, self.customer_a.property_payment_term_id
        )
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.user_id, self.project_manager)
        section, note, line = order.order_line
        self.assertEqual(section.display_type, "line_section")
        self.assertIn(self.ticket.number, section.name)
        self.assertIn("A new report", section.name)
        self.assertEqual(
            (note.display_type, note.name),
            ("line_note", "Sales by region, please."),
        )
        self.assertEqual(line.product_id, self.service)
        self.assertEqual((line.product_uom_qty, line.price_subtotal), (3.5, 350.0))
        # Both ways, through one relation.
        self.assertEqual(order.ticket_ids, self.ticket)
        self.assertEqual(self.ticket.sale_order_ids, order)
        self.assertEqual(
            self.env["helpdesk.ticket"].search([("sale_order_ids", "=", order.id)]),
            self.ticket,
        )

    def test_quotation_in_the_pricelist_and_unit_of_the_customer(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        self.customer_a.property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "Euro", "currency_id": euro.id})
        day = self.env.ref("uom.product_uom_day")
        service = self.env["product.product"].create(
            self._prepare_service("Day", day, 800.0)
        )
        order = self._convert("quotation", hours=4, product_id=service)
        self.assertEqual(order.currency_id, euro)
        line = order.order_line[-1]
        # Half a day of 8 hours, at 800 dollars or 1600 euros a day.
        self.assertEqual((line.product_uom_qty, line.price_subtotal), (0.5, 800.0))

    def test_quotation_to_the_contact(self):
        order = self._convert("quotation", partner_id=self.a2.partner_id)
        self.assertEqual(order.partner_id, self.a2.partner_id)

    def test_project(self):
        project = self._convert("project", hours=20)
        self.assertEqual(project._name, "project.project")
        self.assertEqual(project.name, "Customer A - A new report")
        self.assertEqual(project.partner_id, self.customer_a)
        self.assertEqual(project.company_id, self.company)
        self.assertEqual(project.user_id, self.project_manager)
        self.assertEqual(project.privacy_visibility, "employees")
        task = project.tasks
        self.assertEqual(len(task), 1)
        self.assertEqual(task.name, "A new report")
        self.assertIn("Sales by", task.description)
        self.assertEqual(task.allocated_hours, 20)
        self.assertEqual(task.partner_id, self.a1.partner_id)
        self.assertEqual(task.user_ids, self.project_manager)
        self.assertEqual(task.stage_id, project.type_ids[0])
        self.assertEqual(self.ticket.project_id, project)
        self.assertEqual(self.ticket.task_id, task)
        self.assertEqual(project.ticket_ids, self.ticket)
        self.assertEqual(task.ticket_ids, self.ticket)

    def test_project_is_not_charged_to_a_pack_nobody_chose(self):
        self._create_pack(self.customer_a, 10)
        task = self._convert("project").tasks
        self.assertFalse(task.sale_line_id)

    def test_project_is_hidden_from_the_portal(self):
        project = self._convert("project")
        for record in (project, project.tasks):
            self.assertFalse(record.message_partner_ids & self.a1.partner_id)
            record.message_subscribe(self.a1.partner_id.ids)
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
                record.with_user(self.a1).read(["name"])

    def test_hours_pack(self):
        self._create_pack(self.customer_b, 10)
        pack = self._create_pack(self.customer_a, 10)
        task = self._convert("hours_pack", hours=2)
        self.assertEqual(task._name, "project.task")
        self.assertEqual(task.sale_line_id, pack)
        self.assertEqual(task.partner_id, self.a1.partner_id)
        self.assertTrue(task.project_id.is_support)
        self.assertEqual(self.ticket.task_id, task)
        # The numbers are those of sale_timesheet.
        employee = self.env["hr.employee"].create({"name": "Agent"})
        self.env["account.analytic.line"].create(
            {
                "task_id": task.id,
                "project_id": task.project_id.id,
                "employee_id": employee.id,
                "unit_amount": 1.5,
                "name": "Report",
            }
        )
        self.assertEqual(pack.remaining_hours, 8.5)

    def test_packs_proposed_are_the_customers(self):
        self._create_pack(self.customer_b, 10)
        first = self._create_pack(self.customer_a, 5)
        second = self._create_pack(self.a1.partner_id, 10)
        form = self._open()
        form.action = "hours_pack"
        self.assertEqual(form.pack_line_id, first)
        self.assertEqual(form.available_pack_ids[:], first + second)
        form.hours = 6
        self.assertIn("5 h", form.warning)
        form.pack_line_id = second
        self.assertFalse(form.warning)

    def test_full_support(self):
        self.subscription.support_plan_id = self.plan_full
        self._create_pack(self.customer_a, 10)
        first, second = (
            self._create_ticket(category_id=self.category_out.id) for _i in range(2)
        )
        task = self._convert("full_support", first)
        self.assertTrue(task.project_id.is_support)
        self.assertEqual(task.project_id.partner_id, self.customer_a)
        self.assertFalse(task.sale_line_id, "paid for by the subscription")
        self.assertFalse(first.sale_order_ids)
        # The next one goes to the same project.
        self.assertEqual(
            self._convert("full_support", second).project_id, task.project_id
        )
        task.partner_id = self.a2.partner_id
        self.assertFalse(task.sale_line_id, "still not charged to the pack")

    # === AFTER === #

    def test_clocks_and_stage_afterwards(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.scope, "in_scope")
        self.assertEqual(ticket.response_state, "ongoing")
        self._convert("quotation", ticket, cover_reason="More than support")
        self.assertEqual(ticket.stage_id, self.stage_taken_over)
        self.assertEqual(ticket.response_state, "met", "the message is the answer")
        self.assertEqual(ticket.resolution_state, "not_applicable")

    def test_customer_is_informed(self):
        self._convert("quotation")
        message = self._customer_messages()[0]
        self.assertEqual(message.author_id, self.project_manager.partner_id)
        self.assertIn(
            self.a1.partner_id, message.notification_ids.res_partner_id, "notified"
        )
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn(self.a1.partner_id, mail.recipient_ids)

    def test_customer_is_not_told_about_the_project(self):
        project = self._convert("project", project_name="Internal name")
        messages = self.ticket.message_ids
        tracked = messages.tracking_value_ids
        self.assertIn("Internal name", tracked.mapped("new_value_char"))
        shown = messages.filtered(lambda message: not message.subtype_id.internal)
        self.assertEqual(shown, self._customer_messages())
        self.assertFalse(shown.tracking_value_ids)
        self.assertNotIn(project.name, shown.body)

    def test_customer_without_email(self):
        self.a1.partner_id.email = False
        form = self._open()
        self.assertIn("no e-mail address", form.warning)
        form.save().action_convert()
        message = self._customer_messages()[0]
        self.assertNotIn(self.a1.partner_id, message.notification_ids.res_partner_id)
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)

    def test_attachments_of_the_customer_are_copied_once(self):
        by_form = self._attach("form.pdf", self.a1)
        by_mail = self._attach("mail.pdf")
        self.ticket.message_post(
            body="Here",
            author_id=self.a1.partner_id.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=by_mail.ids,
        )
        ours = self._attach("agent.pdf", self.agent)
        internal = self._attach("internal.pdf", self.agent)
        self.ticket.with_user(self.agent).message_post(
            body="A note", subtype_xmlid="mail.mt_note", attachment_ids=internal.ids
        )
        form = self._open()
        self.assertEqual(form.attachment_ids[:], by_form + by_mail)
        self.assertEqual(form.available_attachment_ids[:], by_form + by_mail + ours)
        order = self.env["sale.order"].browse(form.save().action_convert()["res_id"])
        copies = self.env["ir.attachment"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
        self.assertEqual(sorted(copies.mapped("name")), ["form.pdf", "mail.pdf"])
        self.assertEqual(set(copies.mapped("raw")), {b"content of the file"})
        self.assertFalse(set(copies.ids) & {by_form.id, by_mail.id})
        wizard = self._open().save()
        wizard.write(
            {
                "convert_again": True,
                "attachment_ids": [Command.set(internal.ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "Only files of this ticket"):
            wizard.action_convert()

    # === ONCE === #

    def test_second_call_opens_what_exists(self):
        form = self._open()
        wizard, other = form.save(), self._open().save()
        action = wizard.action_convert()
        self.assertEqual(wizard.action_convert(), action, "double click")
        self.assertEqual(other.action_convert(), action, "second tab")
        form = self._open()
        self.assertIn(self.ticket.sale_order_ids.name, form.existing)
        self.assertEqual(form.save().action_convert(), action, "opened afterwards")
        self.assertEqual(len(self.ticket.sale_order_ids), 1)
        self.assertEqual(len(self._customer_messages()), 1)

    def test_again_on_purpose_only(self):
        first = self._convert("quotation")
        second = self._convert("quotation", convert_again=True)
        self.assertEqual(self.ticket.sale_order_ids, first + second)
        form = self._open()
        self.assertIn(first.name, form.existing)
        self.assertIn(second.name, form.existing)

    def test_deleted_result_can_be_made_anew(self):
        first = self._convert("quotation")
        first.unlink()
        self.assertTrue(self._convert("quotation").exists())

    def test_orders_made_from_the_smart_button_are_linked(self):
        action = self.ticket.with_user(self.project_manager).action_view_sale_orders()
        order = (
            self.env["sale.order"]
            .with_user(self.project_manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(order.ticket_ids, self.ticket)
