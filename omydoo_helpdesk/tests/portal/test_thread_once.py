# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestThreadOnce(BaseCase):
    """The same answer in two transactions of PostgreSQL at the same second.

    What is posted has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        self.user = env["res.users"].create(
            {
                "name": "Customer of two clicks",
                "login": "two_clicks",
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
        self.ticket = env["helpdesk.ticket"].create(
            {
                "name": "Twice",
                "description": "<p>Twice</p>",
                "partner_id": self.user.partner_id.id,
                "user_id": False,
            }
        )
        env.cr.commit()
        self.addCleanup(self._clean_up, self.user.partner_id.id)

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})

    def _clean_up(self, partner_id):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            env["helpdesk.ticket"].browse(self.ticket.id).unlink()
            env["res.users"].browse(self.user.id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _as_customer(self):
        return self.ticket.with_env(self._begin()).with_user(self.user.id)

    def test_two_transactions_post_once(self):
        first, second = self._as_customer(), self._as_customer()
        self.assertTrue(second.has_access("read"))
        message = first.message_post(body="Toujours pareil")
        first.env.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            second.message_post(body="Toujours pareil")
        second.env.cr.rollback()
        # Odoo runs such a request again: it finds the message.
        again = self._as_customer().message_post(body="Toujours pareil")
        self.assertEqual(again.id, message.id)
