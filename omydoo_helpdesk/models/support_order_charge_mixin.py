# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SupportOrderChargeMixin(models.AbstractModel):
    """A project made from tickets together with its quotation is charged to it.

    Not before the customer accepts: Odoo confirms a quotation as soon as one of its
    items is chosen on a project. Used by ``sale.order``.
    """

    _name = "support.order.charge.mixin"
    _description = "Charging of a Project Sold from a Ticket"

    def _action_confirm(self):
        res = super()._action_confirm()
        self._charge_ticket_projects()
        return res

    def _charge_ticket_projects(self):
        """Charge the tasks made with these orders, unless something else was chosen."""
        of_tickets = self.filtered(lambda order: order.sudo().ticket_ids)
        # In sudo mode because the customer, or a salesperson without projects, accepts.
        projects_sudo = (
            self.env["project.project"]
            .sudo()
            .search(
                [
                    ("reinvoiced_sale_order_id", "in", of_tickets.ids),
                    ("sale_line_id", "=", False),
                    ("allow_billable", "=", True),
                    ("is_template", "=", False),
                ]
            )
        )
        for project in projects_sudo:
            lines = project.reinvoiced_sale_order_id.order_line.filtered(
                lambda line: line.is_service and not line.display_type
            )
            for line in lines.filtered("task_id"):
                task = line.task_id
                if task.project_id == project and not task.sale_line_id:
                    task.sale_line_id = line
            # For the other tasks; it would be written over those above.
            project.sale_line_id = lines[:1]
