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
class TestHoldOnce(BaseCase):
    """Two workers at the same ticket, in two transactions of PostgreSQL.

    What they work on has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        self.now = fields.Datetime.now()
        partner = env["res.partner"].create({"name": "Customer of two workers"})
        team = env["helpdesk.ticket.team"].create(
            {
                "name": "Two workers",
                "user_id": env.ref("base.user_admin").id,
                "user_ids": False,
                "support_remind_days": 1,
            }
        )
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Once",
                "description": "<p>Once</p>",
                "partner_id": partner.id,
                "team_id": team.id,
                "user_id": False,
                "stage_id": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting").id,
            }
        )
        self.ticket_id = ticket.id
        env.cr.commit()
        self.addCleanup(self._clean_up, partner.id, team.id)

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})

    def _clean_up(self, partner_id, team_id):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            ticket = env["helpdesk.ticket"].browse(self.ticket_id)
            forget_history(ticket)
            ticket.unlink()
            env["helpdesk.ticket.team"].browse(team_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    def _find(self):
        """Return the ticket, each time in a transaction of its own."""
        return self._begin()["helpdesk.ticket"].browse(self.ticket_id)

    def _count(self, model):
        env = self._begin()
        return env[model].search_count(
            [
                ("res_id", "=", self.ticket_id),
                (
                    "model" if model == "mail.message" else "res_model",
                    "=",
                    "helpdesk.ticket",
                ),
                *(
                    [("message_type", "=", "auto_comment")]
                    if model == "mail.message"
                    else []
                ),
            ]
        )

    def _work_twice(self, work):
        """Have two workers do the same, the second having looked before the first.

        :param callable work: with the ticket
        """
        first, second = self._find(), self._find()
        self.assertTrue(second.name)
        work(first)
        first.env.flush_all()
        work(second)  # the first holds it
        second.env.flush_all()
        second.env.cr.rollback()
        late = self._find()
        self.assertTrue(late.name)  # its picture of the database is from here
        first.env.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            work(late)
            late.env.flush_all()
        late.env.cr.rollback()
        again = self._find()
        work(again)
        again.env.cr.commit()

    def test_hold_ends_once(self):
        ticket = self._find()
        ticket._write_guarded({"hold_until": self.now - timedelta(minutes=1)})
        ticket.env.cr.commit()
        self._work_twice(lambda ticket: ticket._end_due_holds())
        self.assertFalse(self._find().hold_until)
        self.assertEqual(self._count("mail.activity"), 1)

    def test_reminded_once(self):
        ticket = self._find()
        ticket._sla_log_answer(self.now - timedelta(days=29))
        for column in ("filed_at", "last_stage_update", "create_date"):
            ticket.env.cr.execute(
                f"UPDATE helpdesk_ticket SET {column} = %s WHERE id = %s",
                (self.now - timedelta(days=30), self.ticket_id),
            )
        ticket.env.cr.execute(
            "UPDATE support_ticket_event SET at = %s WHERE ticket_id = %s",
            (self.now - timedelta(days=30), self.ticket_id),
        )
        ticket.env.cr.commit()
        self.assertFalse(self._count("mail.message"))
        self._work_twice(lambda ticket: ticket._follow_silence())
        self.assertTrue(self._find().silence_reminded_at)
        self.assertEqual(self._count("mail.message"), 1)
