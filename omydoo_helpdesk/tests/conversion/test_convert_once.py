# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..common import forget_history


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
        self.other_ids, self.project_ids = [], []
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
            tickets = env["helpdesk.ticket"].browse([self.ticket_id, *self.other_ids])
            orders = tickets.sale_order_ids
            forget_history(tickets)
            tickets.unlink()
            orders.unlink()
            env["project.project"].browse(self.project_ids).unlink()
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

    def test_overlapping_selections_leave_one_order(self):
        env = self._begin()
        ticket = env["helpdesk.ticket"].browse(self.ticket_id)
        other = ticket.copy()
        env.cr.commit()
        self.other_ids = other.ids
        first, second = self._begin(), self._begin()
        both = {"ticket_ids": [other.id, self.ticket_id]}
        first_wizard = self._prepare(first, **both)
        second_wizard = self._prepare(second)  # one of them
        second.flush_all()
        action = first_wizard.action_convert()
        with self.assertRaisesRegex(LockError, "nothing was made"):
            second_wizard.action_convert()
        first.cr.commit()
        with (
            self.assertRaises(SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            second_wizard.action_convert()
        second.cr.rollback()
        third = self._begin()
        self.assertEqual(self._prepare(third).action_convert(), action)
        self.assertEqual(self._prepare(third, **both).action_convert(), action)
        self.assertEqual(self._count_orders(), 1)
        self.assertEqual(
            len(third["helpdesk.ticket"].browse(other.id).sale_order_ids), 1
        )

    def test_two_first_tasks_make_one_support_project(self):
        env = self._begin()
        ticket = env["helpdesk.ticket"].browse(self.ticket_id)
        other = ticket.copy()
        env.cr.commit()
        self.other_ids = other.ids
        first, second = self._begin(), self._begin()
        user = env.user.id
        mine = first["helpdesk.ticket"].browse(self.ticket_id)
        theirs = second["helpdesk.ticket"].browse(other.id)
        self.assertFalse(mine._find_support_project())
        self.assertFalse(theirs._find_support_project())
        project = mine._get_or_make_support_project(first["res.users"].browse(user))
        first.cr.commit()
        self.project_ids = project.ids
        with (
            self.assertRaises(SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            theirs._get_or_make_support_project(second["res.users"].browse(user))
        second.cr.rollback()
        # Odoo runs the request again.
        again = theirs._get_or_make_support_project(second["res.users"].browse(user))
        self.assertEqual(again.id, project.id)

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
