# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    # The mixin first: it extends what Odoo's own classes do.
    _inherit = ["support.order.charge.mixin", "sale.order"]

    support_on_acceptance = fields.Selection(
        selection=[
            ("nothing", "Nothing"),
            ("project", "A project"),
            ("task", "A task in the customer's support project"),
        ],
        string="Made on Acceptance",
        default="nothing",
        required=True,
        copy=False,
        help="What is made when the customer accepts the quotation of a ticket.",
    )
    support_project_template_id = fields.Many2one(
        comodel_name="project.project",
        string="Project Template",
        copy=False,
        help="From which the project is made on acceptance; empty means a new one.",
    )
    support_project_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Project Manager on Acceptance",
        copy=False,
    )
    support_project_hours = fields.Float(
        string="Planned Hours on Acceptance", copy=False
    )
