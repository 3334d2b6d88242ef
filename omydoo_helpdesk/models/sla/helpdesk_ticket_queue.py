# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

AGENT_GROUP = "helpdesk_mgmt.group_helpdesk_user_own"
# That of the lists: what is due next first, what has no deadline last.
QUEUE_ORDER = "next_deadline, priority desc, id"


class HelpdeskTicketQueue(models.Model):
    """What an agent works through: their own tickets, and those nobody has taken."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === ACTION METHODS === #

    def action_next_ticket(self):
        """Open the ticket that follows in the user's queue, after the last the first.

        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not read this ticket, or is no agent
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(AGENT_GROUP):
            raise AccessError(self.env._("This is for who works at the desk."))
        ticket = self._get_next_ticket()
        if not ticket:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("Nothing else is waiting for you."),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": ticket.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_queue_domain(self):
        """Return what waits for the user: not what waits for somebody else.

        :rtype: Domain
        """
        user = self.env.user
        return (
            Domain("closed", "=", False)
            & Domain("resolution_state", "!=", "held")
            & (
                Domain("user_id", "=", user.id)
                | Domain("user_id", "=", False)
                & Domain("team_id.user_ids", "in", user.ids)
            )
        )

    def _get_next_ticket(self):
        """Return the ticket that follows this one in the user's queue.

        :return: a ticket, or none if there is no other
        """
        self.ensure_one()
        domain = self._get_queue_domain() & Domain("id", "!=", self.id)
        return self.search(
            domain & self._get_queue_after_domain(), order=QUEUE_ORDER, limit=1
        ) or self.search(domain, order=QUEUE_ORDER, limit=1)

    def _get_queue_after_domain(self):
        """Return what comes after this ticket in the order of the queue.

        :rtype: Domain
        """
        self.ensure_one()
        priority = self.priority or "0"
        after = Domain("priority", "<", priority) | (
            Domain("priority", "=", priority) & Domain("id", ">", self.id)
        )
        if not self.next_deadline:
            return Domain("next_deadline", "=", False) & after
        return (
            Domain("next_deadline", ">", self.next_deadline)
            | Domain("next_deadline", "=", self.next_deadline) & after
            | Domain("next_deadline", "=", False)
        )
