# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.support_conversion_mixin import CONVERSION_MODELS

# A default that depends on the ticket and that the project manager may change.
EDITABLE = {"compute_sudo": False, "store": True, "readonly": False}


class HelpdeskTicketConvert(models.TransientModel):
    """The project manager's choice: what a ticket becomes, and what the customer reads.

    Every default can be edited. Nothing is made before ``action_convert``, which makes
    all of it or nothing, and once.
    """

    _name = "helpdesk.ticket.convert"
    _inherit = ["helpdesk.ticket.convert.check"]
    _description = "Ticket Conversion"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    commercial_partner_id = fields.Many2one(
        related="ticket_id.partner_id.commercial_partner_id", string="Customer"
    )
    action = fields.Selection(
        selection=[
            ("quotation", "Quotation"),
            ("project", "Project with its first task"),
            ("hours_pack", "Task on an hours pack"),
            ("full_support", "Task under full support"),
        ],
        string="Convert Into",
        compute="_compute_action",
        precompute=True,
        required=True,
        **EDITABLE,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        required=True,
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Salesperson of the quotation, manager of the project or assignee of the "
        "task.",
    )
    hours = fields.Float(
        string="Estimated Hours",
        default=1.0,
        help="Hours to sell or to plan.",
    )
    # Quotation
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Addressed To",
        compute="_compute_partner_id",
        **EDITABLE,
        domain="[('id', 'child_of', commercial_partner_id)]",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service",
        compute="_compute_product_id",
        **EDITABLE,
        check_company=True,
        domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
    )
    validity_date = fields.Date(
        string="Expiration",
        compute="_compute_validity_date",
        **EDITABLE,
    )
    introduction = fields.Text(
        compute="_compute_introduction",
        **EDITABLE,
        help="Printed on the quotation, below the subject of the ticket.",
    )
    # Project and task
    project_name = fields.Char(
        compute="_compute_project_name",
        **EDITABLE,
    )
    project_id = fields.Many2one(
        comodel_name="project.project",
        string="Support Project",
        compute="_compute_project_id",
        **EDITABLE,
        check_company=True,
        domain="[('partner_id', 'child_of', commercial_partner_id), "
        "('is_template', '=', False), ('allow_billable', '=', True), "
        "('allow_timesheets', '=', True)]",
        help="Empty: a support project is made for the customer.",
    )
    available_pack_ids = fields.Many2many(
        comodel_name="sale.order.line",
        compute="_compute_available_pack_ids",
        compute_sudo=False,
    )
    pack_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Hours Pack",
        compute="_compute_pack_line_id",
        **EDITABLE,
        domain="[('id', 'in', available_pack_ids)]",
        help="The order item to which the time spent on the task is charged.",
    )
    # Customer
    available_attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        compute="_compute_available_attachment_ids",
        compute_sudo=False,
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        string="Attachments to Copy",
        compute="_compute_attachment_ids",
        **EDITABLE,
        domain="[('id', 'in', available_attachment_ids)]",
        help="Those that the customer sent are proposed.",
    )
    message = fields.Html(
        string="Message to the Customer",
        compute="_compute_message",
        **EDITABLE,
    )
    # State
    obstacle = fields.Text(compute="_compute_state", compute_sudo=False)
    warning = fields.Text(compute="_compute_state", compute_sudo=False)
    existing = fields.Text(compute="_compute_existing", compute_sudo=False)
    convert_again = fields.Boolean(
        help="The ticket was converted before: convert it once more all the same.",
    )
    result_ref = fields.Reference(
        selection=CONVERSION_MODELS,
        readonly=True,
        help="What this wizard made; a repeated call opens it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_id")
    def _compute_action(self):
        for wizard in self:
            coverage = wizard.ticket_id.coverage
            wizard.action = (
                coverage if coverage in ("full_support", "hours_pack") else "quotation"
            )

    @api.depends("ticket_id")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.commercial_partner_id

    @api.depends("ticket_id")
    def _compute_product_id(self):
        for wizard in self:
            wizard.product_id = wizard.company_id.support_sale_product_id

    @api.depends("ticket_id")
    def _compute_validity_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            days = wizard.company_id.quotation_validity_days
            wizard.validity_date = days > 0 and fields.Date.add(today, days=days)

    @api.depends("ticket_id")
    def _compute_introduction(self):
        for wizard in self:
            wizard.introduction = wizard.ticket_id._get_introduction()

    @api.depends("ticket_id")
    def _compute_project_name(self):
        for wizard in self:
            customer = wizard.commercial_partner_id.name or ""
            subject = wizard.ticket_id.name or ""
            wizard.project_name = f"{customer} - {subject}".strip(" -")

    @api.depends("ticket_id")
    def _compute_project_id(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.project_id = (
                ticket._find_support_project() if ticket.partner_id else False
            )

    @api.depends("ticket_id")
    def _compute_available_pack_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.available_pack_ids = (
                ticket._find_hours_packs() if ticket.partner_id else False
            )

    @api.depends("available_pack_ids")
    def _compute_pack_line_id(self):
        for wizard in self:
            if wizard.pack_line_id not in wizard.available_pack_ids._origin:
                wizard.pack_line_id = wizard.available_pack_ids._origin[:1]

    @api.depends("ticket_id")
    def _compute_available_attachment_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.available_attachment_ids = (
                ticket._get_shareable_attachments() if ticket else False
            )

    @api.depends("ticket_id")
    def _compute_attachment_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.attachment_ids = (
                ticket._get_customer_attachments() if ticket else False
            )

    @api.depends("ticket_id", "action")
    def _compute_message(self):
        template = self.env.ref(
            "omydoo_helpdesk.mail_template_conversion", raise_if_not_found=False
        )
        for wizard in self:
            ticket = wizard.ticket_id
            if template and ticket and wizard.action:
                wizard.message = template.with_context(
                    support_conversion=wizard.action
                )._render_field("body_html", ticket.ids, compute_lang=True)[ticket.id]
            else:
                wizard.message = False

    @api.depends(
        "ticket_id",
        "action",
        "hours",
        "partner_id",
        "product_id",
        "validity_date",
        "project_name",
        "project_id",
        "pack_line_id",
        "attachment_ids",
        "message",
    )
    def _compute_state(self):
        for wizard in self:
            wizard.obstacle = wizard.ticket_id and wizard._get_obstacle()
            wizard.warning = "\n".join(wizard._get_warnings())

    @api.depends("ticket_id")
    def _compute_existing(self):
        for wizard in self:
            ticket = wizard.ticket_id
            record = ticket._get_conversion_record() if ticket else None
            records = [record, *ticket.sale_order_ids, ticket.task_id or None]
            wizard.existing = record and ", ".join(
                dict.fromkeys(each.display_name for each in records if each)
            )

    # === ACTION METHODS === #

    def action_convert(self):
        """Make what was chosen, once, and open it.

        A repeated call, or one for a ticket converted meanwhile, opens what there is.

        :return: an action that opens the quotation, the project or the task
        :rtype: dict
        :raise AccessError: if the user may not convert the ticket
        :raise UserError: if something is missing; nothing is made then
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket._check_may_convert()
        ticket._lock_for_conversion()
        record = self.result_ref and self.result_ref.exists()
        if not record and not self.convert_again:
            record = ticket._get_conversion_record()
        if not record:
            obstacle = self._get_obstacle()
            if obstacle:
                raise UserError(obstacle)
            record = self._convert()
            self.result_ref = f"{record._name},{record.id}"
        # The defaults of this wizard are not those of what is opened.
        return record._get_records_action(context={})

    # === BUSINESS METHODS === #

    def _convert(self):
        """Make what was chosen and close the ticket.

        :return: an order, a project or a task
        """
        self.ensure_one()
        # Texts made on the way are in the user's language, rules are the company's.
        self = self.with_company(self.company_id)
        record, task = {
            "quotation": self._convert_to_quotation,
            "project": self._convert_to_project,
            "hours_pack": self._convert_to_task,
            "full_support": self._convert_to_task,
        }[self.action]()
        self.ticket_id._finish_conversion(
            record, self.message, self.attachment_ids, task
        )
        return record

    def _convert_to_quotation(self):
        order = self.env["sale.order"].create(self._prepare_sale_order_vals())
        return order, None

    def _prepare_sale_order_vals(self):
        return {
            **self.ticket_id._prepare_sale_order_vals(
                self.partner_id, self.product_id, self.hours, self.introduction
            ),
            "user_id": self.user_id.id,
            "validity_date": self.validity_date,
        }

    def _convert_to_project(self):
        project = self.env["project.project"].create(
            {
                **self.ticket_id._prepare_project_vals(self.project_name.strip()),
                "user_id": self.user_id.id,
                "allocated_hours": self.hours,
            }
        )
        return project, self._create_task(project)

    def _convert_to_task(self):
        project = self.project_id
        if not project:
            project = self.env["project.project"].create(
                {
                    **self.ticket_id._prepare_project_vals(
                        self.env._(
                            "Support %(customer)s",
                            customer=self.commercial_partner_id.name,
                        )
                    ),
                    "is_support": True,
                    "user_id": self.user_id.id,
                }
            )
        line = self.pack_line_id if self.action == "hours_pack" else None
        task = self._create_task(project, line)
        return task, task

    def _create_task(self, project, line=None):
        """Create the task of the ticket.

        :param project: where it goes
        :param line: the order item that its time is charged to, none by default
        :rtype: recordset of project.task
        """
        task = self.env["project.task"].create(
            {
                **self.ticket_id._prepare_task_vals(project, self.hours),
                "user_ids": [Command.set(self.user_id.ids)],
                "sale_line_id": line.id if line else False,
            }
        )
        if not line:
            # Odoo charges it to any prepaid hours of the customer, which nobody chose.
            task.sale_line_id = False
        return task
