# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from unittest.mock import patch

from .common import SupportCase


class TracedCase(SupportCase):
    """A desk whose agent's statements are looked at, with its mails and tracking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_around_the_clock = cls._create_plan(
            "Around the clock", {"1": (4, 8)}, calendar_id=False
        )
        cls._create_subscription(cls.customer_a, cls.plan_24)
        cls._create_subscription(cls.customer_b, cls.plan_around_the_clock)
        cls.contacts = cls.a1.partner_id + cls.a2.partner_id + cls.b1.partner_id
        ref = cls.env.ref
        cls.stage_progress = ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        cls.stage_awaiting = ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        context = cls.env["res.users"].with_user(cls.agent).context_get()
        cls.env = cls.env(user=cls.agent, context=dict(context))
        cls.tickets = cls.env["helpdesk.ticket"]

    # === TOOLS === #

    def _create(self, count, **vals):
        """Create tickets of three customers' contacts, up to what a commit flushes."""
        tickets = self.tickets.create(
            [
                {
                    "name": f"The invoice {number} cannot be printed",
                    "description": "<p>It says <b>error</b>.</p>",
                    "partner_id": self.contacts[number % len(self.contacts)].id,
                    "team_id": self.team.id,
                    "category_id": self.category_in.id,
                    "priority": "1",
                    **vals,
                }
                for number in range(count)
            ]
        )
        self.env.cr.flush()
        return tickets

    def _trace(self, work, *args):
        """Do some work, up to what a commit flushes, and return its statements."""
        self.env.cr.flush()
        self.env.invalidate_all()
        statements = []

        def note(cr, query, params, start, delay):
            statements.append(query)

        thread = threading.current_thread()
        with patch.object(thread, "query_hooks", [note], create=True):
            work(*args)
            self.env.cr.flush()
        return statements
