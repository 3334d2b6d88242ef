# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import EDITABLE


class SupportMacroSend(models.TransientModel):
    """An answer after which the ticket waits, as by the button *Put on Hold*."""

    _name = "support.macro.send"
    _inherit = ["support.macro.send"]

    company_id = fields.Many2one(related="ticket_id.company_id")
    hold_reason_id = fields.Many2one(
        comodel_name="support.hold.reason",
        string="On Hold",
        domain="[('company_id', 'in', [False, company_id])]",
        help="Why the ticket waits after the answer, and for whom. Empty: as the stage "
        "says.",
        compute="_compute_hold",
        **EDITABLE,
    )
    hold_party = fields.Selection(related="hold_reason_id.party")
    hold_until = fields.Datetime(
        string="On Hold Until",
        help="When the hold ends by itself. Empty: until somebody ends it, or the "
        "customer answers.",
        compute="_compute_hold",
        **EDITABLE,
    )
    hold_notice = fields.Char(compute="_compute_hold_notice")

    # === COMPUTE METHODS === #

    @api.depends("macro_id")
    def _compute_hold(self):
        for wizard in self:
            macro, ticket = wizard.macro_id, wizard.ticket_id
            reason = macro._get_hold_reason(ticket.company_id)
            wizard.hold_reason_id = reason
            wizard.hold_until = reason and ticket._get_hold_end(macro.hold_days)

    @api.depends("ticket_id", "stage_id", "hold_reason_id", "hold_until")
    @api.depends_context("lang", "tz")
    def _compute_hold_notice(self):
        for wizard in self:
            wizard.hold_notice = bool(wizard.hold_reason_id) and (
                wizard.ticket_id._origin._describe_hold(
                    wizard.hold_reason_id._origin,
                    wizard.hold_until,
                    wizard.stage_id._origin,
                )
            )

    # === ACTION METHODS === #

    def action_send_hold(self):
        if self.hold_party != "customer":
            company = self.ticket_id.company_id
            self.hold_reason_id = self.hold_reason_id._get_default("customer", company)
            self.hold_until = False
        return super().action_send_hold()

    def action_send_close(self):
        self.hold_reason_id = False
        return super().action_send_close()

    # === BUSINESS METHODS === #

    def _does_something(self, vals):
        return super()._does_something(vals) or bool(self.hold_reason_id)

    def _change(self, vals):
        if self.hold_reason_id:
            vals = dict(vals)
            stage = self.stage_id.browse(vals.pop("stage_id", ()))
            # First, as whoever gives the ticket away may not write on it any more.
            self.ticket_id._put_on_hold(
                self.hold_reason_id,
                self.hold_until,
                # What the message says is not told again.
                tell=not self._has_message(),
                stage=stage,
            )
        return super()._change(vals)
