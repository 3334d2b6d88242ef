# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HelpdeskTicketConvertLine(models.TransientModel):
    """One of several tickets that are converted together."""

    _name = "helpdesk.ticket.convert.line"
    _inherit = ["support.conversion.text.mixin"]
    _description = "Ticket Conversion: One of Several"
    _order = "ticket_id"

    wizard_id = fields.Many2one(
        comodel_name="helpdesk.ticket.convert", required=True, ondelete="cascade"
    )
    action = fields.Selection(related="wizard_id.action")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        ondelete="cascade",
    )

    # === COMPUTE METHODS === #

    @api.depends("wizard_id.hours")
    def _compute_hours(self):
        for line in self:
            line.hours = line.hours or line.wizard_id.hours

    @api.depends("ticket_id")
    def _compute_introduction(self):
        return super()._compute_introduction()

    @api.depends(
        "ticket_id",
        "hours",
        "wizard_id.action",
        "wizard_id.message",
        "wizard_id.date_start",
        "wizard_id.date_end",
    )
    def _compute_message(self):
        return super()._compute_message()

    # === BUSINESS METHODS === #

    def _get_text_tickets(self):
        return self.ticket_id._origin

    def _get_message_proposal(self):
        # One text for all, typed by whoever prepared the conversion.
        return self.wizard_id.message or super()._get_message_proposal()

    def _get_message_values(self):
        return {
            **self.wizard_id._get_message_values(),
            **super()._get_message_values(),
        }
