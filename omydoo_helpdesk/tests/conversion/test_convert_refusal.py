# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertRefusal(ConvertCase):
    # === RIGHTS === #

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_project_managers_convert(self):
        wizard = self._open().save()
        for user in (self.agent, self.a1):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_convert()
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_convert()
            with self.assertRaises(AccessError):
                self.env["helpdesk.ticket.convert"].with_user(user).create(
                    {"ticket_id": self.ticket.id, "action": "quotation"}
                )
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).action_convert()
        self.assertFalse(self.ticket.sale_order_ids)
        self._open(user=self.manager).save().action_convert()
        self.assertEqual(len(self.ticket.sale_order_ids), 1)

    def test_only_a_conversion_says_what_it_made(self):
        order = self.env["sale.order"].create({"partner_id": self.customer_a.id})
        for user in (self.project_manager, self.manager):
            with self.assertRaisesRegex(AccessError, "cannot be written"):
                self.ticket.with_user(user).conversion_ref = f"sale.order,{order.id}"
        self.assertFalse(self.ticket.conversion_ref)

    def test_button_is_for_project_managers(self):
        def has_button(user):
            arch = self.ticket.with_user(user).get_view(view_type="form")["arch"]
            return 'name="action_convert"' in arch

        self.assertTrue(has_button(self.project_manager))
        self.assertFalse(has_button(self.agent))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_ticket_of_another_company_is_refused(self):
        stranger = new_test_user(
            self.env,
            "support_pm_other",
            groups="omydoo_helpdesk.support_group_project_manager",
            company_id=self._create_company(name="Other").id,
        )
        with self.assertRaises(AccessError):
            self.ticket.with_user(stranger).action_convert()
        wizard = self.env["helpdesk.ticket.convert"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizard.create({"ticket_id": self.ticket.id}).action_convert()

    # === BAD INPUT === #

    def assertRefused(self, text, ticket=None, **vals):
        """Check that a conversion is refused with a reason and leaves no trace."""
        ticket = ticket or self.ticket
        counts = [
            self.env[model].search_count([])
            for model in ("sale.order", "project.project", "project.task")
        ]
        messages = ticket.message_ids
        form = self._open(ticket)
        for name, value in vals.items():
            form[name] = value
        self.assertRegex(form.obstacle, text)
        with self.assertRaisesRegex(UserError, text):
            form.save().action_convert()
        self.assertEqual(ticket.message_ids, messages)
        self.assertEqual(
            counts,
            [
                self.env[model].search_count([])
                for model in ("sale.order", "project.project", "project.task")
            ],
        )

    def test_refused_for_the_ticket(self):
        # No customer, so nobody to address a quotation to: that field stays required.
        self.assertRefused(
            "has no customer",
            self._create_ticket(partner_id=False),
            action="project",
            project_name="Reporting",
        )
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        closed = self._create_ticket()
        closed.stage_id = done
        self.assertRefused("is closed: reopen it", closed)
        duplicate = self._create_ticket(duplicate_id=self.ticket.id)
        self.assertRefused("is a duplicate of", duplicate)
        self.assertRefused("is archived", self._create_ticket(active=False))
        self.stage_taken_over.is_conversion = False
        self.assertRefused("has no stage for conversions")

    def test_stage_of_another_team_does_not_count(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        self.stage_taken_over.team_ids = other
        self.assertRefused("has no stage for conversions")

    def test_refused_for_the_customer(self):
        (self.a1 + self.a2).active = False
        self.a1.partner_id.active = False
        self.assertRefused("customer “.*” is archived")

    def test_refused_for_the_service(self):
        self.assertRefused("is archived", product_id=self._archived_service())
        self.company.support_sale_product_id = False
        self.assertRefused("No service to quote")
        goods = self.env["product.product"].create({"name": "Chair", "type": "consu"})
        self.assertRefused("is not a service", product_id=goods)

    def _archived_service(self):
        return self.env["product.product"].create(
            self._prepare_service("Old", self.service.uom_id) | {"active": False}
        )

    def test_refused_for_the_choices(self):
        self.assertRefused("Estimate the hours", hours=0)
        self.assertRefused("negative", hours=-1)
        self.assertRefused("have expired", validity_date="2020-01-01")
        self.assertRefused("does not belong", partner_id=self.customer_b)
        self.assertRefused("Write to the customer", message="<p><br></p>")
        self.assertRefused("no hours pack", action="hours_pack")
        self.assertRefused("not covered by a full support", action="full_support")

    def test_refused_for_the_project_of_another_customer(self):
        self._create_pack(self.customer_a, 10)
        project = self.env["project.project"].create(
            {"name": "B", "partner_id": self.customer_b.id, "allow_billable": True}
        )
        self.assertRefused(
            "is not a billable project of “Customer A”",
            action="hours_pack",
            project_id=project,
        )

    def test_unmaintained_custom_code_is_not_full_support(self):
        self.subscription.support_plan_id = self.plan_full
        module = self.env["support.custom.module"].create(
            {"name": "their_module", "partner_id": self.customer_a.id}
        )
        ticket = self._create_ticket(custom_module_id=module.id)
        self.assertEqual(ticket.scope_reason, "custom_code_not_maintained")
        self.assertRefused(
            "not covered by a full support", ticket, action="full_support"
        )
