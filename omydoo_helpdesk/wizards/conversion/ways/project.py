# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date

from ....const import EDITABLE

# Services that would make a project of their own on acceptance.
MAKES_PROJECT = ("project_only", "task_in_project")


class WayProject(models.AbstractModel):
    _name = "support.conversion.way.mixin"
    _inherit = ["support.conversion.way.mixin"]

    action = fields.Selection(
        selection_add=[("project", "Project with its first task")],
        ondelete={"project": "cascade"},
    )


class TicketConvertProject(models.TransientModel):
    """The project: from a template or new, with a task for each ticket."""

    _name = "helpdesk.ticket.convert"
    _inherit = ["helpdesk.ticket.convert"]

    project_source = fields.Selection(
        selection=[("new", "New"), ("template", "From a template")],
        string="Project",
        compute="_compute_project_source",
        precompute=True,
        required=True,
        **EDITABLE,
        help="Make a project of its own, or do the work in one that there is.",
    )
    project_template_id = fields.Many2one(
        comodel_name="project.project",
        check_company=True,
        domain="[('is_template', '=', True), "
        "('company_id', 'in', [False, company_id])]",
        help="Its stages, its tasks and its dates are those of the project.",
    )
    project_name = fields.Char(
        compute="_compute_project_name",
        **EDITABLE,
        help="As the customer reads it, on the quotation too.",
    )
    date_start = fields.Date(string="Planned Start")
    date_end = fields.Date(string="Planned End")
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

    @api.depends("date_start", "date_end")
    def _compute_message(self):
        return super()._compute_message()

    # === THE WAY === #

    def _obstacle_project(self):
        if not (self.project_name or "").strip():
            return self.env._("Give the project a name.")
        if bool(self.date_start) != bool(self.date_end):
            return self.env._("Plan both the start and the end of the project.")
        if self.date_start and self.date_end < self.date_start:
            return self.env._("The project would end before it starts.")
        if self.project_source == "template":
            obstacle = self._get_project_template_obstacle(self.project_template_id)
            if obstacle:
                return obstacle
        if not self.with_quotation:
            return False
        if not self.is_billable:
            return self.env._("A project with a quotation is billable.")
        return self._get_selling_projects_obstacle() or self._get_quotation_obstacle()

    def _sells_tickets(self):
        quoted = self.action == "project" and self.with_quotation
        return quoted or super()._sells_tickets()

    def _warnings_project(self):
        if self.with_quotation:
            return self._get_quotation_warnings(self.partner_id)
        return []

    def _facts_project(self):
        template = self.project_source == "template" and self.project_template_id
        return {
            "orders": [self._prepare_sale_order_vals()] if self.with_quotation else [],
            "tasks": self._get_planned_tasks(),
            "facts": [
                (self.env._("Project"), self.project_name),
                (self.env._("From the template"), template and template.name),
                (self.env._("Managed by"), self.user_id.name),
                (self.env._("Planned start"), self._format_date(self.date_start)),
                (self.env._("Planned end"), self._format_date(self.date_end)),
                (
                    self.env._("Billable"),
                    self.env._("Yes") if self.is_billable else self.env._("No"),
                ),
            ],
        }

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

    def _link_order(self, order, project, tasks):
        """Link a quotation with the project it pays for.

        Odoo confirms a quotation whose item is chosen on a project: the item is set
        when the customer accepts (``sale.order``).

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

    def _get_message_values(self):
        return {
            **super()._get_message_values(),
            "support_date_start": self.date_start,
            "support_date_end": self.date_end,
        }


class TicketConvertLineProject(models.TransientModel):
    _name = "helpdesk.ticket.convert.line"
    _inherit = ["helpdesk.ticket.convert.line"]

    @api.depends("wizard_id.date_start", "wizard_id.date_end")
    def _compute_message(self):
        return super()._compute_message()


class TicketConversionProject(models.Model):
    """What the customer is told of a project that is made."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _conversion_sentences_project(self):
        sentences = [
            self.env._(
                "It becomes a project: the project manager will contact you about the "
                "next steps and the schedule."
            )
        ]
        start = self.env.context.get("support_date_start")
        end = self.env.context.get("support_date_end")
        if start and end:
            sentences.append(
                self.env._(
                    "It is planned from %(start)s to %(end)s.",
                    start=format_date(self.env, start),
                    end=format_date(self.env, end),
                )
            )
        return sentences

    def _portal_work_project(self, visitor):
        sentences, links = self._get_portal_planned_work(visitor)
        if not links:
            sentences.append(
                self.env._("A project manager will contact you about the next steps.")
            )
        return sentences, links
