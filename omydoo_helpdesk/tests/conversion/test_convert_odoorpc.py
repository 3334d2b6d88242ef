# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import odoorpc

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .convert_common import ConvertCase

MODEL = "helpdesk.ticket.convert"


@tagged("post_install", "-at_install")
class TestConvertOdooRpc(ConvertCase, HttpCase):
    """The four ways out of a ticket, as integrators' scripts take them."""

    def _connect(self, user=None):
        user = user or self.project_manager
        user.password = user.login
        self.env.flush_all()
        client = odoorpc.ODOO("127.0.0.1", port=self.http_port())
        client.login(self.env.cr.dbname, user.login, user.login)
        return client.env

    def _call(self, vals, env=None):
        """Make a wizard and run it twice, as after a time-out.

        :return: what it made
        """
        env = env or self._connect()
        wizard = env[MODEL].browse(env[MODEL].create(vals))
        action = wizard.action_convert()
        self.assertEqual(wizard.action_convert(), action, "retried")
        self.env.invalidate_all()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_quotation(self):
        with self.allow_requests(all_requests=True):
            order = self._call(
                {"ticket_id": self.ticket.id, "action": "quotation", "hours": 3.5}
            )
        self.assertEqual(self.ticket.sale_order_ids, order)
        self.assertEqual(order.amount_untaxed, 350)
        self.assertEqual(order.user_id, self.project_manager)
        self.assertEqual(len(self._customer_messages()), 1)

    def test_quotation_of_several_tickets(self):
        second = self._create_ticket(category_id=self.category_out.id)
        both = self.ticket | second
        with self.allow_requests(all_requests=True):
            order = self._call(
                {"ticket_ids": both.ids, "action": "quotation", "hours": 2}
            )
        self.assertEqual(order.ticket_ids, both)
        self.assertEqual(order.amount_untaxed, 400)

    def test_project(self):
        with self.allow_requests(all_requests=True):
            project = self._call(
                {
                    "ticket_id": self.ticket.id,
                    "action": "project",
                    "hours": 12,
                    "with_quotation": True,
                }
            )
        self.assertEqual(self.ticket.project_id, project)
        self.assertEqual(self.ticket.task_id.allocated_hours, 12)
        self.assertEqual(self.ticket.sale_order_ids.project_id, project)

    def test_hours_pack(self):
        pack = self._create_pack(self.customer_a, 5)
        with self.allow_requests(all_requests=True):
            task = self._call(
                {
                    "ticket_id": self.ticket.id,
                    "action": "hours_pack",
                    "hours": 7,
                    "top_up": True,
                }
            )
        self.assertEqual(task.sale_line_id, pack)
        top_up = self.ticket.sale_order_ids.order_line.filtered("product_id")
        self.assertEqual(top_up.product_uom_qty, 2)

    def test_full_support(self):
        self.subscription.support_plan_id = self.plan_full
        # The plan is that of the day of filing.
        self.ticket = self._create_ticket(category_id=self.category_out.id)
        with self.allow_requests(all_requests=True):
            task = self._call({"ticket_id": self.ticket.id, "action": "full_support"})
        self.assertTrue(task.project_id.is_support)
        self.assertFalse(self.ticket.sale_order_ids)

    def test_nothing_for_others(self):
        vals = {"ticket_id": self.ticket.id, "action": "quotation"}
        with (
            self.allow_requests(all_requests=True),
            mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base"),
        ):
            for user in (self.agent, self.a1, self.b1):
                env = self._connect(user)
                with (
                    self.subTest(user=user.login),
                    self.assertRaises(odoorpc.error.RPCError),
                ):
                    env[MODEL].create(vals)
            for method in ("action_convert", "action_hand_over", "read"):
                with self.assertRaises(odoorpc.error.RPCError):
                    env["helpdesk.ticket"]._odoo.execute(
                        "helpdesk.ticket", method, [self.ticket.id]
                    )
        self.env.invalidate_all()
        self.assertFalse(self.ticket.sale_order_ids)
