# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

# A default that depends on the tickets and that the project manager may change.
EDITABLE = {"compute_sudo": False, "store": True, "readonly": False}


class HelpdeskTicketConvertQuotation(models.AbstractModel):
    """The quotation: to whom, what for, and what is made when it is accepted.

    Used by ``helpdesk.ticket.convert``.
    """

    _name = "helpdesk.ticket.convert.quotation"
    _description = "Ticket Conversion: Quotation"

    quotation_source = fields.Selection(
        selection=[
            ("service", "A service and hours"),
            ("template", "A quotation template"),
        ],
        string="Quote",
        compute="_compute_quotation_source",
        precompute=True,
        required=True,
        **EDITABLE,
    )
    sale_order_template_id = fields.Many2one(
        comodel_name="sale.order.template",
        string="Quotation Template",
        check_company=True,
        domain="[('company_id', 'in', [False, company_id])]",
        help="Its lines, terms, signature and validity are those of the quotation.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Addressed To",
        compute="_compute_partner_id",
        **EDITABLE,
        domain="[('id', 'child_of', commercial_partner_id)]",
        help="Its pricelist, taxes, payment terms, addresses and language apply.",
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
    support_on_acceptance = fields.Selection(
        selection=[
            ("nothing", "Nothing"),
            ("project", "A project"),
            ("task", "A task in the customer's support project"),
        ],
        string="Made on Acceptance",
        default="nothing",
        required=True,
        help="What is made when the customer accepts the quotation.",
    )
    support_project_template_id = fields.Many2one(
        comodel_name="project.project",
        string="Project Template on Acceptance",
        check_company=True,
        domain="[('is_template', '=', True), "
        "('company_id', 'in', [False, company_id])]",
        help="From which the project is made on acceptance; empty means a new one.",
    )
    support_project_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Project Manager on Acceptance",
        compute="_compute_support_project_user_id",
        **EDITABLE,
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    # === COMPUTE METHODS === #

    @api.depends("sale_order_template_id")
    def _compute_quotation_source(self):
        for wizard in self:
            if wizard.sale_order_template_id:
                wizard.quotation_source = "template"
            else:
                # Stays when the template disappears: it is missed then.
                wizard.quotation_source = wizard.quotation_source or "service"

    @api.depends("ticket_ids")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.commercial_partner_id

    @api.depends("ticket_ids")
    def _compute_product_id(self):
        for wizard in self:
            wizard.product_id = wizard.company_id.support_sale_product_id

    @api.depends("ticket_ids", "sale_order_template_id")
    def _compute_validity_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            days = (
                wizard.sale_order_template_id.number_of_days
                or wizard.company_id.quotation_validity_days
            )
            wizard.validity_date = days > 0 and fields.Date.add(today, days=days)

    @api.depends("user_id")
    def _compute_support_project_user_id(self):
        for wizard in self:
            wizard.support_project_user_id = wizard.user_id

    # === BUSINESS METHODS === #

    def _convert_to_quotation(self):
        return self._create_order(self._prepare_sale_order_vals()), {}

    def _create_order(self, vals):
        """Create a quotation, which nobody but its salesperson follows yet.

        :param dict vals: its values
        :rtype: recordset of sale.order
        """
        order = self.env["sale.order"].create(vals)
        order.message_subscribe(self._get_tickets()._get_customer_followers().ids)
        return order

    def _prepare_sale_order_vals(self):
        """Return the values of the quotation chosen.

        :rtype: dict
        """
        self.ensure_one()
        accepted = self.action == "quotation" and self.support_on_acceptance
        vals = {
            **self._get_tickets()._prepare_sale_order_vals(
                self.partner_id, self._prepare_order_lines()
            ),
            "user_id": self.user_id.id,
            "validity_date": self.validity_date,
            # Not the company's own one, whose lines were not chosen.
            "sale_order_template_id": self._get_quotation_template().id,
        }
        if accepted and accepted != "nothing":
            vals.update(
                support_on_acceptance=accepted,
                support_project_template_id=accepted == "project"
                and self.support_project_template_id.id,
                support_project_user_id=self.support_project_user_id.id,
                support_project_hours=self.total_hours,
            )
        return vals

    def _get_quotation_template(self):
        template = self.sale_order_template_id
        return template if self.quotation_source == "template" else template.browse()

    def _prepare_order_lines(self):
        """Return the lines of the quotation: a section a ticket, then the template's.

        :rtype: list[dict]
        """
        self.ensure_one()
        lines = []
        tickets = self._get_tickets()
        template = self._get_quotation_template().with_context(
            lang=self.partner_id.lang
        )
        for ticket in tickets:
            part = self._get_part(ticket)
            lines += ticket._prepare_order_introduction_vals(
                self.partner_id, part.introduction
            )
            if not template:
                lines.append(
                    ticket._prepare_order_service_vals(self.product_id, part.hours)
                )
        template_lines = template.sale_order_template_line_ids
        first = template_lines[:1]
        if first and first.display_type != "line_section" and len(tickets) > 1:
            # What is for all of them does not belong to the last ticket.
            lines.append({"display_type": "line_section", "name": template.name})
        return lines + [line._prepare_order_line_values() for line in template_lines]
