# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.tests import tagged

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertPack(ConvertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls._create_pack(cls.customer_a, 5)

    def _choose(self, **vals):
        form = self._open()
        form.action = "hours_pack"
        for name, value in vals.items():
            form[name] = value
        return form

    def test_top_up(self):
        form = self._choose(hours=7.5)
        self.assertEqual(form.pack_hours_left, 5)
        self.assertIn("Only 5 h are left", form.warning)
        form.top_up = True
        self.assertIn("3.00", form.preview)
        form.save().action_convert()
        task = self.ticket.task_id
        self.assertEqual(task.sale_line_id, self.pack)
        self.assertEqual(task.allocated_hours, 7.5)
        order = self.ticket.sale_order_ids
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.partner_id, self.pack.order_partner_id)
        line = order.order_line.filtered("product_id")
        self.assertEqual(line.product_id, self.prepaid)
        # 2.5 hours are missing, in whole hours.
        self.assertEqual(line.product_uom_qty, 3)

    def test_top_up_in_the_unit_of_the_pack(self):
        day = self.env.ref("uom.product_uom_day")
        self.prepaid.uom_ids = day
        pack = self._create_pack(self.customer_a, 1)
        pack.product_uom_id = day
        self.assertEqual(pack.remaining_hours, 8)
        for hours, days in ((9, 1), (16, 1), (16.5, 2), (40, 4)):
            wizard = self._choose(pack_line_id=pack, hours=hours, top_up=True).save()
            self.assertEqual(wizard._get_top_up_quantity(), days)

    def test_enough_hours_are_not_topped_up(self):
        form = self._choose(hours=7)
        form.top_up = True
        form.hours = 5
        self.assertFalse(form.warning)
        form.save().action_convert()
        self.assertFalse(self.ticket.sale_order_ids)

    def test_archived_product_is_not_topped_up(self):
        self.prepaid.active = False
        form = self._choose(hours=7)
        self.assertFalse(form.obstacle)
        form.top_up = True
        self.assertIn("cannot be topped up", form.obstacle)

    def test_numbers_are_those_of_sale_timesheet(self):
        wizard = self._choose(hours=2).save()
        self.assertIn("3 h", wizard.preview, "afterwards")
        wizard.action_convert()
        self.assertEqual(self.pack.remaining_hours, 5, "planned is not spent")
        self.env["account.analytic.line"].create(
            {
                "task_id": self.ticket.task_id.id,
                "project_id": self.ticket.project_id.id,
                "employee_id": self.env["hr.employee"].create({"name": "Agent"}).id,
                "unit_amount": 1.25,
                "name": "Report",
            }
        )
        self.assertEqual(self.pack.remaining_hours, 3.75)
        ticket = self._create_ticket(category_id=self.category_out.id)
        form = self._open(ticket)
        form.action = "hours_pack"
        self.assertEqual(form.pack_hours_left, 3.75)

    def test_first_to_expire_is_proposed_and_expired_never(self):
        today = fields.Date.today()
        late, soon, expired = (self._create_pack(self.customer_a, 5) for _i in range(3))
        late.support_pack_end_date = fields.Date.add(today, days=90)
        soon.support_pack_end_date = fields.Date.add(today, days=10)
        self.pack.support_pack_end_date = fields.Date.add(today, days=365)
        expired.support_pack_end_date = fields.Date.add(today, days=-1)
        form = self._choose()
        self.assertEqual(form.pack_line_id, soon)
        self.assertEqual(form.available_pack_ids[:], soon + late + self.pack)
        wizard = form.save()
        wizard.pack_line_id = expired
        self.assertIn("one of the customer's hours packs", wizard._get_obstacle())

    def test_pack_of_another_customer_is_refused(self):
        foreign = self._create_pack(self.customer_b, 10)
        wizard = self._choose().save()
        wizard.pack_line_id = foreign
        self.assertIn("one of the customer's hours packs", wizard._get_obstacle())
