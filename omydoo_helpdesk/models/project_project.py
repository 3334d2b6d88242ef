# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project", "support.conversion.target.mixin"]

    is_support = fields.Boolean(
        string="Support Project",
        copy=False,
        help="Tasks made from the customer's tickets go here. Their time is charged "
        "to an hours pack only where the task says so.",
    )

    def _get_conversion_tasks(self):
        return self.with_context(active_test=False).task_ids
