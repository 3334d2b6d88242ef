# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class SupportBudgetExtend(models.TransientModel):
    """An agent takes more time than the category gives, and says why."""

    _name = "support.budget.extend"
    _description = "Extend the Time Budget"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, readonly=True
    )
    minutes = fields.Integer(string="Minutes More", default=15, required=True)
    reason = fields.Text(required=True, help="For your colleagues.")

    _minutes_positive = models.Constraint(
        "CHECK (minutes > 0 AND minutes <= 600)",
        "A budget is extended by 1 to 600 minutes: more than that is to be converted.",
    )

    def action_apply(self):
        """Extend the budget.

        :raise AccessError: if the user may not write on the ticket
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._extend_budget(self.minutes, self.reason)
        return {"type": "ir.actions.act_window_close"}
