# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskTicketSubscriptionLine(models.TransientModel):
    _name = "helpdesk.ticket.subscription.line"
    _description = "Subscription to Choose"

    wizard_id = fields.Many2one(
        comodel_name="helpdesk.ticket.subscription", required=True, ondelete="cascade"
    )
    subscription_id = fields.Many2one(
        comodel_name="sale.subscription", required=True, readonly=True
    )
    name = fields.Char(string="Reference", readonly=True)
    plan_name = fields.Char(string="Plan", readonly=True)
    date_start = fields.Date(string="From", readonly=True)
    date_end = fields.Date(string="To", readonly=True)
    usable = fields.Boolean(readonly=True)
    current = fields.Boolean(readonly=True)
    reason = fields.Char(string="State", readonly=True)

    def action_choose(self):
        """Have this subscription cover the ticket.

        :raise AccessError: if the user may not write on the ticket
        :raise UserError: if it did not run on the day of filing
        """
        self.ensure_one()
        ticket = self.wizard_id.ticket_id
        ticket.check_access("write")
        # In sudo mode because agents have no sales rights; looked at again because
        # the line may be old, or sent by a program.
        reason = self.subscription_id.sudo()._get_not_covering_reason(
            ticket._get_support_filing_day()
        )
        if reason:
            raise UserError(
                self.env._(
                    "“%(subscription)s” does not cover this ticket: %(reason)s",
                    subscription=self.name,
                    reason=reason,
                )
            )
        ticket.subscription_id = self.subscription_id
        return {"type": "ir.actions.act_window_close"}
