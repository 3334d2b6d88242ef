# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import CONTEST_OVERTURNED, CONTEST_UPHELD


class HelpdeskTicketContestDecision(models.TransientModel):
    """A manager upholds or overturns a verdict that the customer contests."""

    _name = "helpdesk.ticket.contest.decision"
    _inherit = ["support.guarded.mixin"]
    _description = "Decide What Is Contested"
    _support_subjects = ("ticket_id",)

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    explanation = fields.Text(string="Verdict", related="ticket_id.scope_explanation")
    contest_reason = fields.Text(related="ticket_id.contest_reason")
    outcome = fields.Selection(
        selection=[
            (CONTEST_UPHELD, "Uphold it: the verdict stays"),
            (CONTEST_OVERTURNED, "Overturn it: the customer is right"),
        ],
        string="Decision",
        required=True,
        help="Overturned, the verdict becomes the opposite: in scope, or out of it.",
    )
    words = fields.Text(
        string="Your Answer", required=True, help="The customer will read it."
    )
    warning = fields.Text(
        string="What Follows",
        compute="_compute_warning",
        help="What happens to what the ticket became, if the verdict is overturned.",
    )

    @api.depends("ticket_id")
    def _compute_warning(self):
        for wizard in self:
            warnings = (
                wizard.ticket_id._get_contest_warnings() if wizard.ticket_id else ()
            )
            wizard.warning = "\n".join(warnings)

    def action_apply(self):
        """Decide, and tell the customer.

        :raise AccessError: if the user may not write on the ticket
        :raise UserError: if there is nothing to decide, or not for this user
        """
        self.ensure_one()
        self.ticket_id._decide_contest(self.outcome, self.words)
        return {"type": "ir.actions.act_window_close"}
