# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = "helpdesk.ticket.category"

    scope = fields.Selection(
        selection=[
            ("in_scope", "In scope"),
            ("out_of_scope", "Out of scope"),
        ],
        required=True,
        default="in_scope",
        help="Whether the charter covers this kind of request.",
    )
    customer_description = fields.Text(
        translate=True,
        help="What belongs here, in the words of a customer, with examples.",
    )
    charter_clause = fields.Char(
        translate=True,
        help="Where the charter says so; shown beside the verdict.",
    )
    budget_minutes = fields.Integer(
        string="Time Budget",
        help="Minutes after which the agent is warned and a conversion proposed. "
        "Zero means no budget.",
    )

    _budget_minutes_positive = models.Constraint(
        "CHECK (budget_minutes >= 0)", "A time budget cannot be negative."
    )

    def write(self, vals):
        res = super().write(vals)
        if "scope" in vals:
            self.env["helpdesk.ticket"]._scope_refresh_open(
                [("category_id", "in", self.ids)]
            )
        return res
