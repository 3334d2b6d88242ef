# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestQueue(SlaCase):
    """The next ticket of an agent's queue."""

    def test_order(self):
        """What is due first, then what has no deadline by priority; then over again."""
        mine = {"user_id": self.agent.id}
        late = self._file("2020-06-02 08:00:00", name="Late", **mine)
        early = self._file("2020-06-01 08:00:00", name="Early", user_id=False)
        low, normal = (
            self._create_ticket(
                partner_id=self.b1.partner_id.id, priority=priority, **mine
            )
            for priority in ("0", "1")
        )
        # Not in the queue: a colleague's, a closed one, one that waits for somebody.
        self._create_ticket(user_id=self.manager.id)
        self._create_ticket(stage_id=self.stage_done.id, **mine)
        self._create_ticket(stage_id=self.stage_awaiting.id, **mine)
        self._create_ticket(team_id=False)
        ticket, order = early, []
        for _step in range(4):
            action = ticket.with_user(self.agent).action_next_ticket()
            ticket = self.env[action["res_model"]].browse(action["res_id"])
            order.append(ticket)
        self.assertEqual(order, [late, normal, low, early])

    def test_nothing_else(self):
        self.env["helpdesk.ticket"].search([]).active = False
        ticket = self._create_ticket(user_id=self.agent.id)
        action = ticket.with_user(self.agent).action_next_ticket()
        self.assertEqual(action["tag"], "display_notification")
