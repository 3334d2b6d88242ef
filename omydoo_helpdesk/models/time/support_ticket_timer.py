# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class SupportTicketTimer(models.Model):
    """Somebody works on a ticket, since when.

    On the server, so that it outlives the browser. There is one at most for each user:
    nobody works on two things at once.
    """

    _name = "support.ticket.timer"
    _description = "Running Timer of a Ticket"
    _order = "started_at, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    stopped_at = fields.Datetime(
        help="When its ticket was closed: from then on it counts nothing more, until "
        "its time is recorded or thrown away.",
    )

    _user_uniq = models.Constraint(
        "UNIQUE (user_id)", "A timer of yours is running already."
    )

    @api.model
    def _get_running(self):
        """Return the current user's timer, if it runs.

        :rtype: recordset of support.ticket.timer
        """
        return self.search([("user_id", "=", self.env.uid)], limit=1)

    def _get_hours(self):
        """Return the time that the timer ran, to the minute, at least one.

        :rtype: float
        """
        self.ensure_one()
        end = self.stopped_at or fields.Datetime.now()
        seconds = (end - self.started_at).total_seconds()
        return max(round(seconds / 60), 1) / 60
