# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project"]

    is_support = fields.Boolean(
        string="Support Project",
        copy=False,
        help="Tasks made from the customer's tickets go here. Their time is charged "
        "to an hours pack only where the task says so.",
    )


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["project.task"]

    def _get_last_sol_of_customer_domain(self):
        # Odoo charges a task without an order item to any prepaid hours of the
        # customer; full support is paid for by the subscription.
        if self.project_id.is_support:
            return []
        return super()._get_last_sol_of_customer_domain()
