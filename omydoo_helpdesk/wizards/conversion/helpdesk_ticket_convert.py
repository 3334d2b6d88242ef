# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ...const import CONVERSION_MODELS, EDITABLE


class SupportConversionTextMixin(models.AbstractModel):
    """What is said about a ticket that is converted: hours, introduction, message.

    Every text is a proposal in the customer's language until somebody types their own,
    which then stays. Used by models with an ``action``.
    """

    _name = "support.conversion.text.mixin"
    _description = "Conversion Texts"

    hours = fields.Float(
        string="Estimated Hours",
        compute="_compute_hours",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Hours to sell or to plan.",
    )
    hours_proposed = fields.Float(
        compute="_compute_hours",
        compute_sudo=False,
        store=True,
        # As the hours, or else what was typed could not be told from it.
        readonly=False,
    )
    introduction = fields.Text(
        compute="_compute_introduction",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Printed on the quotation, below the subject of the ticket.",
    )
    message = fields.Html(
        string="Message to the Customer",
        compute="_compute_message",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    message_proposed = fields.Html(
        compute="_compute_message",
        compute_sudo=False,
        store=True,
        # As the message, or else what was typed could not be told from it.
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("action")
    def _compute_hours(self):
        for record in self:
            typed = record.hours != record.hours_proposed
            proposal = record._get_hours_proposal()
            record.hours_proposed = proposal
            record.hours = record.hours if typed else proposal

    def _compute_introduction(self):
        for record in self:
            tickets = record._get_text_tickets()
            record.introduction = (
                tickets._get_introduction() if len(tickets) == 1 else False
            )

    @api.depends("action")
    def _compute_message(self):
        for record in self:
            typed = record._has_own_message()
            proposal = record._get_message_proposal()
            record.message_proposed = proposal
            record.message = record.message if typed else proposal

    # === BUSINESS METHODS === #

    def _get_text_tickets(self):
        """Return the tickets that these texts are about.

        :rtype: recordset of helpdesk.ticket
        """
        return self.env["helpdesk.ticket"]

    def _get_hours_proposal(self):
        """Return the hours to begin with; none: nobody has estimated them.

        :rtype: float
        """
        return 0.0

    def _has_own_message(self):
        """Say whether somebody typed another message than the one proposed.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.message) and self.message != self.message_proposed

    def _get_message_proposal(self):
        """Return the usual words for the customer of one ticket.

        :return: Markup, or False
        """
        self.ensure_one()
        tickets = self._get_text_tickets()
        action = self.action
        template = self.env.ref(
            "omydoo_helpdesk.mail_template_conversion", raise_if_not_found=False
        )
        if not template or not action or len(tickets) != 1:
            return False
        template = template.with_context(
            support_conversion=action, **self._get_message_values()
        )
        # In the customer's language, with its dates and numbers.
        return template._render_field("body_html", tickets.ids, compute_lang=True)[
            tickets.id
        ]

    def _get_message_values(self):
        """Return what the template of the message may mention.

        :rtype: dict
        """
        self.ensure_one()
        return {"support_hours": self.hours}


class HelpdeskTicketConvert(models.TransientModel):
    """The project manager's choice: what tickets become, and what the customer reads.

    Every default can be edited. Nothing is made before ``action_convert``, which makes
    all of it or nothing, and once. Integrators give ``ticket_id`` or ``ticket_ids``.

    What is made is the business of the ways (``ways/``), each of which is found by its
    name: ``_obstacle_<way>``, ``_warnings_<way>``, ``_facts_<way>`` and
    ``_convert_to_<way>`` here, ``_conversion_sentences_<way>`` and
    ``_portal_work_<way>`` on the ticket.
    """

    _name = "helpdesk.ticket.convert"
    _inherit = [
        "support.guarded.mixin",
        "support.conversion.way.mixin",
        "support.conversion.text.mixin",
    ]
    _description = "Ticket Conversion"
    _check_company_auto = True
    _support_subjects = (
        "ticket_ids",
        "ticket_id",
        "line_ids",
        "project_template_id",
        "project_id",
    )

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="helpdesk_ticket_convert_ticket_rel",
        string="Tickets",
        required=True,
        readonly=True,
        # An archived one is refused, not left out.
        context={"active_test": False},
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="First Ticket",
        compute="_compute_ticket_id",
        compute_sudo=False,
        store=True,
        precompute=True,
        ondelete="cascade",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    company_id = fields.Many2one(related="ticket_id.company_id")
    commercial_partner_id = fields.Many2one(
        related="ticket_id.partner_id.commercial_partner_id", string="Customer"
    )
    request_id = fields.Many2one(
        comodel_name="support.conversion.request",
        string="Handed Over",
        compute="_compute_request_id",
        compute_sudo=False,
        store=True,
        precompute=True,
    )
    request_user_id = fields.Many2one(
        related="request_id.create_uid", string="Prepared By"
    )
    request_note = fields.Text(related="request_id.note")
    action = fields.Selection(
        string="Convert Into",
        compute="_compute_action",
        precompute=True,
        required=True,
        **EDITABLE,
        help="What the request becomes: who pays for it decides which ways there are.",
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
    task_deadline = fields.Datetime(help="Of the tasks made from the tickets.")
    line_ids = fields.One2many(
        comodel_name="helpdesk.ticket.convert.line",
        inverse_name="wizard_id",
        string="Hours and Texts",
        compute="_compute_line_ids",
        **EDITABLE,
    )
    total_hours = fields.Float(
        compute="_compute_total_hours", compute_sudo=False, string="Hours in Total"
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
    # State
    existing = fields.Text(compute="_compute_existing", compute_sudo=False)
    is_converted = fields.Boolean(
        compute="_compute_existing",
        compute_sudo=False,
        help="All of the tickets were converted before.",
    )
    convert_again = fields.Boolean(
        help="The tickets were converted before: convert them once more all the same.",
    )
    result_ref = fields.Reference(
        selection=CONVERSION_MODELS,
        readonly=True,
        help="What this wizard made; a repeated call opens it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_ticket_id(self):
        for wizard in self:
            wizard.ticket_id = wizard._get_tickets()[:1]

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        for wizard in self:
            wizard.ticket_count = len(wizard.ticket_ids)

    @api.depends("ticket_ids")
    def _compute_request_id(self):
        for wizard in self:
            wizard.request_id = wizard._get_tickets()._get_pending_request()

    @api.depends("ticket_ids", "request_id")
    def _compute_action(self):
        for wizard in self:
            wizard.action = (
                wizard.request_id.action
                or wizard._get_tickets()._get_default_conversion_action()
            )

    @api.depends("ticket_ids")
    def _compute_hours(self):
        return super()._compute_hours()

    @api.depends("ticket_ids")
    def _compute_introduction(self):
        return super()._compute_introduction()

    @api.depends("ticket_ids", "action", "hours")
    def _compute_message(self):
        return super()._compute_message()

    @api.depends("ticket_ids")
    def _compute_line_ids(self):
        for wizard in self:
            tickets = wizard._get_tickets()
            known = wizard.line_ids.ticket_id._origin
            wizard.line_ids = [
                Command.create({"ticket_id": ticket.id})
                for ticket in tickets - known
                if len(tickets) > 1
            ]

    @api.depends("ticket_ids", "hours", "line_ids.hours")
    def _compute_total_hours(self):
        for wizard in self:
            wizard.total_hours = sum(
                wizard._get_part(ticket).hours for ticket in wizard._get_tickets()
            )

    @api.depends("ticket_ids")
    def _compute_available_attachment_ids(self):
        for wizard in self:
            wizard.available_attachment_ids = self.env["ir.attachment"].union(
                *(
                    ticket._get_shareable_attachments()
                    for ticket in wizard._get_tickets()
                )
            )

    @api.depends("ticket_ids")
    def _compute_attachment_ids(self):
        for wizard in self:
            wizard.attachment_ids = self.env["ir.attachment"].union(
                *(
                    ticket._get_customer_attachments()
                    for ticket in wizard._get_tickets()
                )
            )

    @api.depends("ticket_ids")
    def _compute_existing(self):
        for wizard in self:
            tickets = wizard._get_tickets()
            existing = {ticket: ticket._describe_conversion() for ticket in tickets}
            several = len(tickets) > 1
            wizard.is_converted = tickets and all(existing.values())
            wizard.existing = "\n".join(
                ticket._say_of(text) if several else text
                for ticket, text in existing.items()
                if text
            )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        # How one ticket was given before there could be several.
        ticket_id = self.env.context.get("default_ticket_id")
        if ticket_id and not defaults.get("ticket_ids"):
            defaults["ticket_ids"] = [Command.set([ticket_id])]
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            ticket_id = vals.pop("ticket_id", None)
            if ticket_id and not vals.get("ticket_ids"):
                vals["ticket_ids"] = [Command.set([ticket_id])]
        return super().create(vals_list)

    # === ACTION METHODS === #

    def action_convert(self):
        """Make what was chosen, once, and open it.

        A repeated call, or one for tickets converted meanwhile, opens what there is.

        :return: an action that opens the quotation, the project or the tasks
        :rtype: dict
        :raise AccessError: if the user may not convert the tickets
        :raise UserError: if something is missing; nothing is made then
        """
        self.ensure_one()
        tickets = self._get_tickets()
        tickets._check_may_convert()
        tickets._lock_for_conversion()
        records = self._find_result()
        if not records:
            obstacle = self._get_obstacle()
            if obstacle:
                raise UserError(obstacle)
            records = self._convert()
            self.result_ref = f"{records._name},{records[0].id}"
        # The defaults of this wizard are not those of what is opened.
        return records._get_records_action(context={})

    # === BUSINESS METHODS === #

    def _get_tickets(self):
        """Return the tickets, in the order in which everybody takes them.

        :rtype: recordset of helpdesk.ticket
        """
        return self.ticket_ids._origin.sorted("id")

    def _get_text_tickets(self):
        return self._get_tickets()

    def _get_part(self, ticket):
        """Return where the hours and the texts of a ticket are: here, or in its line.

        :param ticket: one of the tickets
        :rtype: record of a ``support.conversion.text.mixin``
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.ticket_id._origin == ticket)
        return lines[:1] or self

    def _get_hours_proposal(self):
        # What is sold is sold by the hour: one to begin with.
        return self.request_id.hours or 1.0

    def _get_message_proposal(self):
        request = self.request_id
        if request.message and request.action == self.action:
            return request.message
        return super()._get_message_proposal()

    def _find_result(self):
        """Return what this wizard, or another before it, made of the tickets.

        :return: records of one model, or None
        """
        self.ensure_one()
        result = self.result_ref and self.result_ref.exists()
        if result and result._name != "project.task":
            return result
        if self.convert_again and not result:
            return None
        made = [ticket._get_conversion_record() for ticket in self._get_tickets()]
        if not all(made) or len({record._name for record in made}) > 1:
            return None
        return made[0].union(*made)

    def _convert(self):
        """Make what was chosen and close the tickets.

        :return: an order, a project or tasks
        """
        self.ensure_one()
        # Texts made on the way are in the user's language, rules are the company's.
        # The defaults of this wizard are not those of what is made.
        # pylint: disable-next=context-overridden
        self = self.with_context(clean_context(self.env.context)).with_company(
            self.company_id
        )
        record, tasks = getattr(self, f"_convert_to_{self.action}")()
        records = record
        for ticket in self._get_tickets():
            task = tasks.get(ticket)
            made = record or task
            ticket._finish_conversion(
                self.action,
                made,
                self._get_part(ticket).message,
                self.attachment_ids,
                task,
                self._get_cover_reason(ticket),
            )
            records = (records or made) | made
        return records

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


class HelpdeskTicketConvertLine(models.TransientModel):
    """One of several tickets that are converted together."""

    _name = "helpdesk.ticket.convert.line"
    _inherit = ["support.guarded.mixin", "support.conversion.text.mixin"]
    _description = "Ticket Conversion: One of Several"
    _order = "ticket_id"
    _support_subjects = ("ticket_id",)

    wizard_id = fields.Many2one(
        comodel_name="helpdesk.ticket.convert", required=True, ondelete="cascade"
    )
    action = fields.Selection(related="wizard_id.action")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        ondelete="cascade",
    )

    # === COMPUTE METHODS === #

    @api.depends("wizard_id.hours")
    def _compute_hours(self):
        return super()._compute_hours()

    @api.depends("ticket_id")
    def _compute_introduction(self):
        return super()._compute_introduction()

    @api.depends(
        "ticket_id",
        "hours",
        "wizard_id.action",
        "wizard_id.message",
    )
    def _compute_message(self):
        return super()._compute_message()

    # === BUSINESS METHODS === #

    def _get_text_tickets(self):
        return self.ticket_id._origin

    def _get_hours_proposal(self):
        return self.wizard_id.hours

    def _get_message_proposal(self):
        # One text for all, typed by whoever prepared the conversion.
        return self.wizard_id.message or super()._get_message_proposal()

    def _get_message_values(self):
        return {
            **self.wizard_id._get_message_values(),
            **super()._get_message_values(),
        }
