# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestConvertOnce(BaseCase):
    """Two project managers at the same second, in two transactions of PostgreSQL.

    What they convert has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        partner = env["res.partner"].create({"name": "Customer of two managers"})
        service = env["product.product"].create(
            {"name": "Service of two managers", "type": "service"}
        )
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Twice",
                "description": "<p>Twice</p>",
                "partner_id": partner.id,
            }
        )
        self.ticket_id = ticket.id
        self.service_id = service.id
        env.cr.commit()
        self.addCleanup(self._clean_up, partner.id)

    def _begin(self):
        """Begin a transaction of its own.

        :return: its environment
        """
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def _clean_up(self, partner_id):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            ticket = env["helpdesk.ticket"].browse(self.ticket_id)
            orders = ticket.sale_order_ids
            ticket.unlink()
            orders.unlink()
            env["product.product"].browse(self.service_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _prepare(self, env, **vals):
        """Open a wizard, which reads the ticket as it is in this transaction."""
        return env["helpdesk.ticket.convert"].create(
            {
                "ticket_id": self.ticket_id,
                "product_id": self.service_id,
                "action": "quotation",
                **vals,
            }
        )

    def _count_orders(self):
        env = self._begin()
        return len(env["helpdesk.ticket"].browse(self.ticket_id).sale_order_ids)

    def test_two_transactions_leave_one_order(self):
        first, second = self._begin(), self._begin()
        first_wizard, second_wizard = self._prepare(first), self._prepare(second)
        second.flush_all()
        action = first_wizard.action_convert()
        with self.assertRaisesRegex(LockError, "nothing was made"):
            second_wizard.action_convert()
        first.cr.commit()
        # The second began before: PostgreSQL refuses it, and Odoo runs it again.
        with (
            self.assertRaises(SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            second_wizard.action_convert()
        second.cr.rollback()
        third = self._begin()
        self.assertEqual(self._prepare(third).action_convert(), action)
        third.cr.commit()
        self.assertEqual(self._count_orders(), 1)

    def test_again_in_two_transactions_is_refused_too(self):
        env = self._begin()
        self._prepare(env).action_convert()
        env.cr.commit()
        first, second = self._begin(), self._begin()
        first_wizard = self._prepare(first, convert_again=True)
        second_wizard = self._prepare(second, convert_again=True)
        first_wizard.action_convert()
        first.cr.commit()
        with (
            self.assertRaises(SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            second_wizard.action_convert()
        self.assertEqual(self._count_orders(), 2)
