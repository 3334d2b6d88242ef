# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from ..hooks import post_init_hook, pre_init_hook, uninstall_hook
from .sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestHooks(SlaCase):
    """A database that already had OCA tickets."""

    def _forget(self, tickets, **columns):
        """Make tickets look as they were before us."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM support_ticket_event WHERE ticket_id IN %s",
            [tuple(tickets.ids)],
        )
        for column, value in {"subscription_id": None, **columns}.items():
            self.env.cr.execute(
                f"UPDATE helpdesk_ticket SET {column} = %s WHERE id IN %s",
                [value, tuple(tickets.ids)],
            )
        self.env.invalidate_all()

    def test_second_highest_priority_becomes_high(self):
        tickets = self._create_ticket(priority="0") + self._create_ticket(priority="1")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET priority = '2' WHERE id = %s", [tickets[0].id]
        )
        pre_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(tickets.mapped("priority"), ["3", "1"])

    def test_open_ticket_has_what_was_promised_on_its_day(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._answer("2026-06-01 08:00:00", ticket)
        self._forget(ticket, create_date="2026-06-01 07:00:00")
        post_init_hook(self.env)
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed", "answered"])
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertClock(ticket, "response", "met", "2026-06-01 12:00:00")
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 12:00:00")

    def test_closed_ticket_was_promised_nothing(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-03 07:00:00", ticket, stage_id=self.stage_done.id)
        self._forget(ticket, create_date="2026-06-01 07:00:00")
        post_init_hook(self.env)
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed", "solved"])
        self.assertEqual(ticket.event_ids[-1].at, datetime(2026, 6, 3, 7))
        self.assertClock(ticket, "response", "none")
        self.assertClock(ticket, "resolution", "none")
        self.assertFalse(ticket.support_plan_id)

    def test_held_ticket_is_held(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 08:00:00", ticket, stage_id=self.stage_awaiting.id)
        self._forget(ticket, create_date="2026-06-01 07:00:00")
        post_init_hook(self.env)
        self.assertEqual(ticket.event_ids.mapped("kind"), ["filed", "hold"])
        self.assertEqual(ticket.resolution_state, "held")

    def test_order_accepted_before_has_its_outcome(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer_a.id,
                "ticket_ids": [Command.link(self._create_ticket().id)],
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale' WHERE id = %s", [order.id]
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertEqual(order.support_outcome, "accepted")
        self.assertEqual(order.support_accepted_at, order.date_order)

    def test_uninstalling_leaves_no_ticket_behind(self):
        ours = self.env.ref("omydoo_helpdesk.helpdesk_ticket_stage_taken_over")
        ticket = self._create_ticket()
        self.env.flush_all()
        # As a conversion leaves it: nobody else may put a ticket there.
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = %s WHERE id = %s",
            (ours.id, ticket.id),
        )
        uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(ticket.stage_id, self.stage_cancelled)
