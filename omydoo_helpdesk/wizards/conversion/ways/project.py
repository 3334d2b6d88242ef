# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models

from .quotation import EDITABLE

# Services that would make a project of their own on acceptance.
MAKES_PROJECT = ("project_only", "task_in_project")


class HelpdeskTicketConvertProject(models.AbstractModel):
    """The project: from a template or new, with a task for each ticket.

    Used by ``helpdesk.ticket.convert``.
    """

    _name = "helpdesk.ticket.convert.project"
    _description = "Ticket Conversion: Project"

    project_source = fields.Selection(
        selection=[("new", "New"), ("template", "From a template")],
        string="Project",
        compute="_compute_project_source",
        precompute=True,
        required=True,
        **EDITABLE,
    )
    project_template_id = fields.Many2one(
        comodel_name="project.project",
        check_company=True,
        domain="[('is_template', '=', True), "
        "('company_id', 'in', [False, company_id])]",
        help="Its stages, its tasks and its dates are those of the project.",
    )
    project_name = fields.Char(compute="_compute_project_name", **EDITABLE)
    date_start = fields.Date(string="Planned Start")
    date_end = fields.Date(string="Planned End")
    task_deadline = fields.Datetime(help="Of the tasks made from the tickets.")
    is_billable = fields.Boolean(
        string="Billable",
        default=True,
        help="The time spent is charged to order items.",
    )
    with_quotation = fields.Boolean(
        string="With Its Quotation",
        help="A quotation is made as well. When the customer accepts it, the time "
        "spent on the project is charged to it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("project_template_id")
    def _compute_project_source(self):
        for wizard in self:
            if wizard.project_template_id:
                wizard.project_source = "template"
            else:
                # Stays when the template disappears: it is missed then.
                wizard.project_source = wizard.project_source or "new"

    @api.depends("ticket_ids")
    def _compute_project_name(self):
        for wizard in self:
            customer = wizard.commercial_partner_id.name or ""
            subject = wizard.ticket_id.name or ""
            wizard.project_name = f"{customer} - {subject}".strip(" -")

    # === BUSINESS METHODS === #

    def _convert_to_project(self):
        order = self.env["sale.order"]
        if self.with_quotation:
            order = self._create_order(self._prepare_sale_order_vals())
        project = self._create_project()
        tasks = {
            ticket: self._create_task(ticket, project) for ticket in self._get_tickets()
        }
        if order:
            self._link_order(order, project, list(tasks.values()))
        return project, tasks

    def _create_project(self):
        """Create the project, which no customer sees before it is shared.

        :rtype: recordset of project.project
        """
        vals = self._prepare_project_vals()
        if self.project_source != "template":
            return self.env["project.project"].create(vals)
        stages = vals.pop("type_ids")
        project = self.project_template_id.action_create_from_template(vals)
        if not project.type_ids:
            project.type_ids = stages
        tasks = project.with_context(active_test=False).task_ids
        # Odoo charges them to any prepaid hours of the customer, which nobody chose.
        tasks.sale_line_id = False
        for record in (project, *tasks):
            # Those who followed the template, of whatever customer.
            record.message_unsubscribe(
                record.message_partner_ids.filtered("partner_share").ids
            )
        return project

    def _prepare_project_vals(self):
        """Return the values of the project chosen.

        :rtype: dict
        """
        self.ensure_one()
        return {
            **self.ticket_id._prepare_project_vals(self.project_name.strip()),
            "user_id": self.user_id.id,
            "allocated_hours": self.total_hours,
            "date_start": self.date_start,
            "date": self.date_end,
            "allow_billable": self.is_billable,
        }

    def _create_task(self, ticket, project, line=None):
        """Create the task of a ticket.

        :param ticket: the ticket
        :param project: where it goes
        :param line: the order item that its time is charged to, none by default
        :rtype: recordset of project.task
        """
        part = self._get_part(ticket)
        task = self.env["project.task"].create(
            {
                **ticket._prepare_task_vals(project, part.hours),
                "user_ids": [Command.set(self.user_id.ids)],
                "sale_line_id": line.id if line else False,
                "date_deadline": self.task_deadline,
            }
        )
        if not line:
            # Odoo charges it to any prepaid hours of the customer, which nobody chose.
            task.sale_line_id = False
        return task

    def _link_order(self, order, project, tasks):
        """Link a quotation with the project it pays for.

        Odoo confirms a quotation whose item is chosen on a project: the item is set
        when the customer accepts (``support.order.charge.mixin``).

        :param order: the quotation
        :param project: the project
        :param list tasks: those of the tickets
        """
        project.reinvoiced_sale_order_id = order
        order.project_id = project
        services = order.order_line.filtered("is_service")
        if self.quotation_source == "service" and len(services) == len(tasks):
            for line, task in zip(services, tasks, strict=True):
                line.write({"project_id": project.id, "task_id": task.id})
        else:
            services.filtered(
                lambda line: line.product_id.service_tracking in MAKES_PROJECT
            ).project_id = project
