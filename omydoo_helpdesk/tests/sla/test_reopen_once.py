# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..common import forget_history


@tagged("post_install", "-at_install")
class TestReopenOnce(BaseCase):
    """Two clicks at the same second, in two transactions of PostgreSQL.

    What they reopen has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        partner = env["res.partner"].create({"name": "Customer of two clicks"})
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Twice",
                "description": "<p>Twice</p>",
                "partner_id": partner.id,
                "user_id": False,
            }
        )
        ticket.with_context(tracking_disable=True).stage_id = env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        self.ticket_id = ticket.id
        env.cr.commit()
        self.addCleanup(self._clean_up, partner.id)

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})

    def _clean_up(self, partner_id):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            ticket = env["helpdesk.ticket"].browse(self.ticket_id)
            forget_history(ticket)
            ticket.unlink()
            env["res.partner"].browse(partner_id).unlink()

    def test_two_transactions_reopen_once(self):
        first, second = (
            env["helpdesk.ticket"].browse(self.ticket_id)
            for env in (self._begin(), self._begin())
        )
        self.assertFalse(second._get_reopen_obstacle())
        self.assertTrue(first._reopen_for_customer())
        first.env.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            second._reopen_for_customer()
            second.env.flush_all()
        # Odoo runs such a request again: it finds the ticket open.
        again = self._begin()["helpdesk.ticket"].browse(self.ticket_id)
        self.assertEqual(again._get_reopen_obstacle(), "open")
        self.assertEqual(again.reopen_count, 1)
