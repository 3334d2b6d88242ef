# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HelpdeskTicketScopeOverride(models.TransientModel):
    """An agent decides whether a request is covered, and tells the customer why."""

    _name = "helpdesk.ticket.scope.override"
    _inherit = ["support.guarded.mixin"]
    _description = "Decide Whether a Request Is Covered"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    scope = fields.Selection(
        selection=lambda self: self._selection_scope(),
        required=True,
        help="Your verdict, instead of the one that the rules come to.",
    )
    reason = fields.Text(required=True, help="The customer will read it.")

    @api.model
    def _selection_scope(self):
        return (
            self.env["helpdesk.ticket"]
            ._fields["scope_override"]
            ._description_selection(self.env)
        )

    def action_apply(self):
        """Override the verdict and inform the customer.

        :raise AccessError: if the user may not write on the ticket
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._override_scope(self.scope, self.reason)
        return {"type": "ir.actions.act_window_close"}


class HelpdeskTicketPhone(models.TransientModel):
    """An agent takes a call that was not for the telephone, and says why."""

    _name = "helpdesk.ticket.phone"
    _inherit = ["support.guarded.mixin"]
    _description = "Accept a Call"
    _support_subjects = ("ticket_id",)

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
