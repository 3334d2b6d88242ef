# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProjectTask(models.Model):
    """A task that says which tickets it was made of."""

    _name = "project.task"
    _inherit = ["project.task", "support.conversion.target.mixin"]

    conversion_ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="helpdesk_ticket_conversion_task_rel",
        column1="task_id",
        column2="ticket_id",
        string="Made from Tickets",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )


class ProjectProject(models.Model):
    """A project that says which tickets it was made of."""

    _name = "project.project"
    _inherit = ["project.project", "support.conversion.target.mixin"]

    def _get_conversion_tasks(self):
        return self.with_context(active_test=False).task_ids
