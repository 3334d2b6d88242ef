# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..common import forget_history


@tagged("post_install", "-at_install")
class TestOutcomeOnce(BaseCase):
    """Two at the same second, in two transactions of PostgreSQL.

    What they work on has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        partner = env["res.partner"].create({"name": "Customer of two workers"})
        service = env["product.product"].create(
            {"name": "Service of two workers", "type": "service"}
        )
        leader = env.ref("base.user_admin")
        team = env["helpdesk.ticket.team"].create(
            {"name": "Team of two workers", "user_id": leader.id}
        )
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Twice",
                "description": "<p>Twice</p>",
                "partner_id": partner.id,
                "team_id": team.id,
            }
        )
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": leader.id,
                "validity_date": "2020-06-10",
                "support_on_acceptance": "project",
                "ticket_ids": [Command.link(ticket.id)],
                "order_line": [Command.create({"product_id": service.id})],
            }
        )
        order.action_quotation_sent()
        self.ticket_id = ticket.id
        self.order_id = order.id
        env.cr.commit()
        self.addCleanup(self._clean_up, partner, service, team)

    def _begin(self):
        """Begin a transaction of its own.

        :return: its environment
        """
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def _clean_up(self, partner, service, team):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            ticket = env["helpdesk.ticket"].browse(self.ticket_id)
            order = env["sale.order"].browse(self.order_id)
            projects = order.project_ids
            (projects.tasks | ticket.task_id).unlink()
            projects.unlink()
            order._action_cancel()
            forget_history(ticket)
            ticket.unlink()
            order.unlink()
            for record in (service, team, partner):
                record.with_env(env).unlink()

    def _order(self, env):
        return env["sale.order"].browse(self.order_id)

    def _activities(self):
        env = self._begin()
        lost = env.ref("omydoo_helpdesk.mail_activity_type_quotation_lost")
        return env["mail.activity"].search_count(
            [
                ("activity_type_id", "=", lost.id),
                ("res_model", "=", "helpdesk.ticket"),
                ("res_id", "=", self.ticket_id),
            ]
        )

    def test_button_twice_makes_one_project(self):
        first, second = self._begin(), self._begin()
        self.assertEqual(self._order(second).state, "sent")
        self._order(first).action_confirm()
        first.cr.commit()
        # The second began before: PostgreSQL refuses it, and Odoo runs it again.
        with (
            self.assertRaises(SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            self._order(second).action_confirm()
            second.flush_all()
        second.cr.rollback()
        third = self._begin()
        with self.assertRaises(UserError):
            self._order(third).action_confirm()
        third.cr.rollback()
        fourth = self._begin()
        self.assertEqual(len(self._order(fourth).project_ids), 1)
        self.assertEqual(len(self._order(fourth).project_ids.tasks), 1)

    def test_two_workers_tell_once(self):
        first, second = self._begin(), self._begin()
        order = self._order(first)
        # One worker is at it and has not committed yet: the other leaves it alone.
        self.assertTrue(order.try_lock_for_update())
        order._support_conclude("expired")
        first.flush_all()
        second["sale.order"]._cron_support_expired()
        second.cr.commit()
        self.assertEqual(self._activities(), 0)
        first.cr.commit()
        # Whoever comes afterwards finds it told.
        self._begin()["sale.order"]._cron_support_expired()
        self.assertEqual(self._activities(), 1)

    def test_customer_accepts_while_the_job_runs(self):
        job, customer = self._begin(), self._begin()
        due = job["sale.order"].search(job["sale.order"]._support_get_expired_domain())
        self.assertIn(self.order_id, due.ids)
        self._order(customer).action_confirm()
        customer.cr.commit()
        job["sale.order"]._cron_support_expired()
        self.assertEqual(self._activities(), 0)
        env = self._begin()
        self.assertEqual(self._order(env).support_outcome, "accepted")
