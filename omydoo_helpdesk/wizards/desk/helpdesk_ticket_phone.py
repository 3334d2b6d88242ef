# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicketPhone(models.TransientModel):
    """An agent takes a call that was not for the telephone, and says why."""

    _name = "helpdesk.ticket.phone"
    _description = "Accept a Call"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    warning = fields.Char(related="ticket_id.phone_warning")
    reason = fields.Text(required=True, help="For your colleagues.")

    def action_apply(self):
        """Accept the call.

        :raise AccessError: if the user may not write on the ticket
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._accept_call(self.reason)
        return {"type": "ir.actions.act_window_close"}
