# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..common import forget_history


@tagged("post_install", "-at_install")
class TestTurnAtOnce(BaseCase):
    """The customer writes again while the agent answers, in two transactions.

    Of who waits already nothing changes on the ticket: PostgreSQL must refuse one of
    the two all the same, or the message is answered by what was written without it.
    What happens has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        partner = env["res.partner"].create({"name": "Customer who writes twice"})
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Twice",
                "description": "<p>Twice</p>",
                "partner_id": partner.id,
                "user_id": False,
            }
        )
        filed_at = fields.Datetime.now() - timedelta(hours=1)
        ticket._sla_import_history([[{"kind": "filed", "at": filed_at}]])
        self.ticket_id = ticket.id
        env.cr.commit()
        self.addCleanup(self._clean_up, partner.id)

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})

    def _open(self):
        """Return the ticket in a transaction that has looked at it."""
        ticket = self._begin()["helpdesk.ticket"].browse(self.ticket_id)
        self.assertTrue(ticket.waiting_since)
        return ticket

    def _clean_up(self, partner_id):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            ticket = env["helpdesk.ticket"].browse(self.ticket_id)
            forget_history(ticket)
            ticket.unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _race(self, first, second):
        """Have two things happen at once, the second again once it is refused.

        :return: the ticket, after both
        """
        one, other = self._open(), self._open()
        getattr(one, first)()
        one.env.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            getattr(other, second)()
            other.env.flush_all()
        other.env.cr.rollback()
        again = self._begin()["helpdesk.ticket"].browse(self.ticket_id)
        getattr(again, second)()
        again.env.cr.commit()
        return self._begin()["helpdesk.ticket"].browse(self.ticket_id)

    def test_answered_after_the_message(self):
        ticket = self._race("_sla_log_question", "_sla_log_answer")
        self.assertFalse(ticket.waiting_since)

    def test_asked_after_the_answer(self):
        ticket = self._race("_sla_log_answer", "_sla_log_question")
        self.assertEqual(ticket.event_ids[-1].kind, "asked")
        self.assertEqual(ticket.waiting_since, ticket.event_ids[-1].at)
