# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class SupportConversionTargetMixin(models.AbstractModel):
    """The way back from a project or a task to the tickets that were converted into it.

    OCA's link leads to the last conversion of a ticket only; these lead to each. Used
    by ``project.project`` and ``project.task``.
    """

    _name = "support.conversion.target.mixin"
    _description = "Made from Tickets"

    earlier_ticket_count = fields.Integer(
        string="Tickets Converted Again",
        compute="_compute_earlier_ticket_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    # === COMPUTE METHODS === #

    def _compute_earlier_ticket_count(self):
        for record in self:
            record.earlier_ticket_count = len(record._get_earlier_tickets())

    # === ACTION METHODS === #

    def action_view_earlier_tickets(self):
        """Open the tickets that were converted into this, and again since."""
        self.ensure_one()
        return self._get_earlier_tickets()._get_records_action(
            name=self.env._("Tickets Converted Again"), context={}
        )

    # === BUSINESS METHODS === #

    def _get_conversion_tasks(self):
        """Return the tasks of this record that tickets may have become.

        :rtype: recordset of project.task
        """
        return self

    def _get_earlier_tickets(self):
        """Return the tickets whose link leads elsewhere by now.

        :rtype: recordset of helpdesk.ticket
        """
        self.ensure_one()
        tickets = self._get_conversion_tasks().conversion_ticket_ids
        return tickets._filtered_access("read") - self.ticket_ids


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
