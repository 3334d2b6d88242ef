# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import EDITABLE


class SupportTicketBulk(models.TransientModel):
    """Some tickets that wait for one reason, as by the button *Put on Hold*."""

    _name = "support.ticket.bulk"
    _inherit = ["support.ticket.bulk"]

    usable_reason_ids = fields.Many2many(
        comodel_name="support.hold.reason", compute="_compute_usable_reasons"
    )
    hold_reason_id = fields.Many2one(
        comodel_name="support.hold.reason",
        string="On Hold",
        domain="[('id', 'in', usable_reason_ids)]",
        help="Why they wait, and for whom; in the stage that their team has for that, "
        "unless one is chosen.",
    )
    hold_until = fields.Datetime(
        string="On Hold Until",
        help="When the hold ends by itself. Empty: until somebody ends it, or the "
        "customer answers.",
        compute="_compute_hold",
        **EDITABLE,
    )
    tell_customers = fields.Boolean(
        help="A mail with the reason and the end, unless the stage sends one.",
        compute="_compute_hold",
        **EDITABLE,
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_usable_reasons(self):
        reasons = self.env["support.hold.reason"].search_fetch([], ["company_id"])
        for wizard in self:
            companies = wizard.ticket_ids.company_id
            wizard.usable_reason_ids = reasons.filtered(
                lambda reason, mine=companies: not reason.company_id
                or reason.company_id == mine
            )

    @api.depends("hold_reason_id")
    def _compute_hold(self):
        for wizard in self:
            wizard.hold_until = wizard.hold_reason_id and wizard.hold_until
            wizard.tell_customers = bool(wizard.hold_reason_id)

    # === BUSINESS METHODS === #

    def _does_something(self, vals):
        return super()._does_something(vals) or bool(self.hold_reason_id)

    def _find_refusals(self):
        refusals = super()._find_refusals()
        if not self.hold_reason_id:
            return refusals
        for ticket in self.ticket_ids:
            obstacle = ticket._get_hold_obstacle(self.hold_reason_id, self.stage_id)
            if obstacle:
                refusals.append((ticket, obstacle))
        return refusals

    def _change(self, tickets, vals):
        if self.hold_reason_id:
            vals = dict(vals)
            stage = self.stage_id.browse(vals.pop("stage_id", ()))
            # First, as whoever gives tickets away may not write on them any more.
            tickets._put_on_hold(
                self.hold_reason_id,
                self.hold_until,
                tell=self.tell_customers,
                stage=stage,
            )
        return super()._change(tickets, vals)
