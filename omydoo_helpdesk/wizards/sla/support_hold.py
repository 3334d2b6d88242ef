# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import EDITABLE, HOLD_PARTIES


class SupportHold(models.TransientModel):
    """A ticket waits: for whom, why, and maybe until when."""

    _name = "support.hold"
    _inherit = ["support.guarded.mixin"]
    _description = "Put a Ticket on Hold"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    party = fields.Selection(
        selection=HOLD_PARTIES,
        string="Waiting For",
        required=True,
        default="customer",
        help="Whose turn it is: the resolution clock stands still meanwhile.",
    )
    reason_id = fields.Many2one(
        comodel_name="support.hold.reason",
        required=True,
        compute="_compute_reason_id",
        # A program that does not say it gets the usual one, as the form does.
        precompute=True,
        domain="[('party', '=', party), ('company_id', 'in', [False, company_id])]",
        **EDITABLE,
        help="In words that the customer reads.",
    )
    until = fields.Datetime(
        help="When the hold ends by itself: the ticket goes on, and whoever looks "
        "after it is told. Empty: until somebody ends it, or the customer answers.",
    )
    tell_customer = fields.Boolean(
        default=True,
        help="A mail with the reason and the end, unless the stage sends one.",
    )

    @api.depends("party", "ticket_id")
    def _compute_reason_id(self):
        for wizard in self:
            if wizard.reason_id.party != wizard.party:
                wizard.reason_id = self.env["support.hold.reason"]._get_default(
                    wizard.party, wizard.company_id
                )

    def action_apply(self):
        """Put the ticket on hold.

        :raise AccessError: if the user may not write on the ticket
        :raise UserError: if the ticket is closed
        :raise ValidationError: if the end is past
        """
        self.ensure_one()
        self.check_access("write")
        self.ticket_id.check_access("write")
        self.ticket_id._put_on_hold(self.reason_id, self.until, tell=self.tell_customer)
        return {"type": "ir.actions.act_window_close"}
