# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class HelpdeskTicketSubscription(models.TransientModel):
    """An agent, who may not open subscriptions, chooses the one that covers."""

    _name = "helpdesk.ticket.subscription"
    _inherit = ["support.guarded.mixin"]
    _description = "Change the Subscription"
    _support_subjects = ("ticket_id", "line_ids")

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    filing_day = fields.Date(readonly=True)
    line_ids = fields.One2many(
        comodel_name="helpdesk.ticket.subscription.line",
        inverse_name="wizard_id",
        string="Subscriptions of the Customer",
        readonly=True,
    )

    @api.model
    def _create_for(self, ticket):
        """Return a wizard that shows the subscriptions of a ticket's customer.

        :param ticket: which the user may write
        :rtype: recordset of helpdesk.ticket.subscription
        """
        day = ticket._get_support_filing_day()
        return self.create(
            {
                "ticket_id": ticket.id,
                "filing_day": day,
                "line_ids": [
                    Command.create(self._prepare_line_vals(ticket, subscription, day))
                    for subscription in self._find_subscriptions(ticket, day)
                ],
            }
        )

    @api.model
    def _find_subscriptions(self, ticket, day):
        """Return the customer's subscriptions, those that cover the ticket first.

        :param ticket: the ticket
        :param date day: of filing
        :rtype: recordset of sale.subscription
        """
        # In sudo mode because agents have no sales rights: the user may write the
        # ticket, and of its customer's subscriptions names and dates are shown.
        subscriptions_sudo = self.env["sale.subscription"].sudo()
        customer = ticket.sudo().partner_id.commercial_partner_id
        if not customer:
            return subscriptions_sudo
        best_first = subscriptions_sudo._find_covering_candidates(
            customer, ticket.company_id
        ).filtered(lambda subscription: subscription._is_covering(day))
        others = subscriptions_sudo.with_context(active_test=False).search(
            Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("company_id", "=", ticket.company_id.id)
            & Domain("id", "not in", best_first.ids),
            order="date_start desc, id desc",
        )
        return best_first + others

    @api.model
    def _prepare_line_vals(self, ticket, subscription, day):
        reason = subscription._get_not_covering_reason(day)
        return {
            "subscription_id": subscription.id,
            "name": subscription.display_name,
            "plan_name": subscription.support_plan_id.display_name,
            "date_start": subscription.date_start,
            "date_end": subscription.date,
            "usable": not reason,
            "current": subscription == ticket.sudo().subscription_id,
            "reason": reason or self.env._("Running on the day of filing."),
        }


class HelpdeskTicketSubscriptionLine(models.TransientModel):
    _name = "helpdesk.ticket.subscription.line"
    _inherit = ["support.guarded.mixin"]
    _description = "Subscription to Choose"
    _support_subjects = ("subscription_id",)

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

    # === BUSINESS METHODS === #

    def _check_subjects(self, names=None):
        # Agents read no subscription: of those of the ticket's customer, the name.
        for line in self:
            ticket = line.wizard_id.ticket_id._origin
            ticket.check_access("read")
            shown = line.subscription_id.browse()
            if ticket:
                shown = line.wizard_id._find_subscriptions(
                    ticket, ticket._get_support_filing_day()
                )
            if line.subscription_id._origin - shown:
                line.subscription_id._origin.check_access("read")
