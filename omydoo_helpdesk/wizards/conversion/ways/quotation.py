# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ....const import EDITABLE


class WayQuotation(models.AbstractModel):
    _name = "support.conversion.way.mixin"
    _inherit = ["support.conversion.way.mixin"]

    action = fields.Selection(
        selection_add=[("quotation", "Quotation")], ondelete={"quotation": "cascade"}
    )


class TicketConvertQuotation(models.TransientModel):
    """The quotation: to whom, what for, and what is made when it is accepted."""

    _name = "helpdesk.ticket.convert"
    _inherit = ["helpdesk.ticket.convert"]

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
        help="Make a new quotation, or add to one that the customer has not answered.",
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

    cover_notice = fields.Text(
        string="Covered Already", compute="_compute_cover_notice", compute_sudo=False
    )
    cover_reason = fields.Text(
        string="Why a Quotation All the Same",
        help="For your colleagues: kept in the log of conversions.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ticket_ids")
    def _compute_cover_notice(self):
        for wizard in self:
            wizard.cover_notice = "\n".join(
                ticket._describe_cover() for ticket in wizard._get_covered_tickets()
            )

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

    # === THE WAY === #

    def _obstacle_quotation(self):
        obstacle = self._get_quotation_obstacle()
        if obstacle or self.support_on_acceptance != "project":
            return obstacle
        obstacle = self._get_selling_projects_obstacle()
        template = self.support_project_template_id
        if obstacle or not template:
            return obstacle
        return self._get_project_template_obstacle(template)

    def _warnings_quotation(self):
        warnings = self._get_quotation_warnings(self.partner_id)
        makes = self.product_id.service_tracking not in (False, "no")
        if makes and self.support_on_acceptance != "nothing":
            warnings.append(
                self.env._(
                    "“%(product)s” makes a project or a task by itself on acceptance: "
                    "that one is used.",
                    product=self.product_id.name,
                )
            )
        return warnings

    def _facts_quotation(self):
        return {"orders": [self._prepare_quotation_vals()]}

    def _convert_to_quotation(self):
        return self._create_order(self._prepare_quotation_vals()), {}

    def _prepare_quotation_vals(self):
        """Return the values of the quotation, and what is made when it is accepted.

        :rtype: dict
        """
        self.ensure_one()
        vals = self._prepare_sale_order_vals()
        accepted = self.support_on_acceptance
        if accepted and accepted != "nothing":
            vals.update(
                support_on_acceptance=accepted,
                support_project_template_id=accepted == "project"
                and self.support_project_template_id.id,
                support_project_user_id=self.support_project_user_id.id,
                support_project_hours=self.total_hours,
            )
        return vals

    # === WHAT KEEPS FROM QUOTING, ALSO WITH A PROJECT === #

    def _get_quotation_obstacle(self):
        """Return why the quotation chosen cannot be made.

        :return: a sentence, or False
        """
        obstacle = (
            self._get_quotation_template_obstacle()
            if self.quotation_source == "template"
            else self._get_service_obstacle()
        ) or self._get_addressee_obstacle()
        if obstacle:
            return obstacle
        today = fields.Date.context_today(self)
        if self.validity_date and self.validity_date < today:
            return self.env._("The quotation would have expired already.")
        covered = self._get_covered_tickets()
        if covered and not (self.cover_reason or "").strip():
            return self.env._(
                "“%(ticket)s” is covered already: say why it is quoted all the same.",
                ticket=covered[0].display_name,
            )
        return False

    def _get_cover_reason(self, ticket):
        """Return why a ticket that is covered is quoted all the same.

        :param ticket: one of the tickets
        :return: a text, or False
        """
        covered = ticket in self._get_covered_tickets()
        return covered and self._sells_tickets() and self.cover_reason.strip()

    def _sells_tickets(self):
        """Say whether the customer is to pay for what the tickets ask.

        :rtype: bool
        """
        return self.action == "quotation"

    def _get_covered_tickets(self):
        """Return the tickets whose customer was told that they are paid for already.

        :rtype: recordset of helpdesk.ticket
        """
        return self._get_tickets().filtered(
            lambda ticket: ticket.coverage not in (False, "none")
        )

    def _get_service_obstacle(self):
        product = self.product_id
        parts = [self._get_part(ticket) for ticket in self._get_tickets()]
        if any(part.hours <= 0 for part in parts):
            return self.env._("Estimate the hours to quote.")
        if not product:
            return self.env._(
                "No service to quote: choose one, or set the support service of "
                "“%(company)s” in the settings.",
                company=self.company_id.name,
            )
        if not product.active:
            return self.env._(
                "The service “%(product)s” is archived.", product=product.name
            )
        if product.type != "service" or not product.sale_ok:
            return self.env._(
                "“%(product)s” is not a service that can be sold.",
                product=product.name,
            )
        return False

    def _get_quotation_template_obstacle(self):
        template = self.sale_order_template_id
        if not template:
            return self.env._(
                "Choose a quotation template: none was, or it was deleted meanwhile."
            )
        if not template.active:
            return self.env._(
                "The quotation template “%(template)s” is archived.",
                template=template.name,
            )
        products = template.sale_order_template_line_ids.product_id
        unsellable = products.filtered(lambda each: not (each.active and each.sale_ok))
        if unsellable:
            return self.env._(
                "“%(product)s” of the quotation template “%(template)s” is archived or "
                "not for sale.",
                product=unsellable[0].display_name,
                template=template.name,
            )
        if not products:
            return self.env._(
                "The quotation template “%(template)s” has no products.",
                template=template.name,
            )
        return False

    def _get_addressee_obstacle(self):
        partner = self.partner_id
        if not partner.active:
            return self.env._("The quotation needs a customer who is not archived.")
        if partner.commercial_partner_id != self.commercial_partner_id:
            return self.env._(
                "“%(partner)s” does not belong to “%(customer)s”.",
                partner=partner.display_name,
                customer=self.commercial_partner_id.display_name,
            )
        return self._get_currency_obstacle(partner)

    def _get_currency_obstacle(self, partner):
        """Refuse prices that Odoo would convert one to one, for want of a rate.

        :param partner: to whom the quotation is addressed
        :return: a sentence, or False
        """
        company = self.company_id
        pricelist = partner.with_company(company).property_product_pricelist
        foreign = pricelist.currency_id - company.currency_id
        if foreign and not foreign.active:
            return self.env._(
                "The pricelist “%(pricelist)s” is in %(currency)s, which is archived.",
                pricelist=pricelist.display_name,
                currency=foreign.name,
            )
        if foreign and not self._has_rate(foreign):
            return self.env._(
                "The pricelist “%(pricelist)s” is in %(currency)s, which has no "
                "exchange rate for “%(company)s”.",
                pricelist=pricelist.display_name,
                currency=foreign.name,
                company=company.name,
            )
        return False

    def _has_rate(self, currency):
        # In sudo mode because a branch uses the rates of its parent company.
        companies = self.company_id.sudo().root_id
        return any(
            not rate.company_id or rate.company_id in companies
            for rate in currency.sudo().rate_ids
        )

    def _get_selling_projects_obstacle(self):
        if self.company_id.support_sell_projects:
            return False
        return self.env._(
            "“%(company)s” does not sell projects: see the settings of the desk.",
            company=self.company_id.name,
        )

    def _get_project_template_obstacle(self, template):
        if not template:
            return self.env._(
                "Choose a project template: none was, or it was deleted meanwhile."
            )
        if not template.active or not template.is_template:
            return self.env._(
                "“%(template)s” is archived or not a project template any more.",
                template=template.name,
            )
        return False

    def _get_quotation_warnings(self, partner):
        """Return what to mind of a quotation.

        :param partner: to whom it is addressed
        :rtype: list[str]
        """
        warnings = []
        if partner and not partner.email:
            warnings.append(
                self.env._(
                    "“%(partner)s” has no e-mail address: the quotation cannot be sent "
                    "by e-mail.",
                    partner=partner.display_name,
                )
            )
        if partner and not (partner.city and partner.country_id):
            warnings.append(
                self.env._(
                    "“%(partner)s” has no complete address: it is missing on the "
                    "quotation, and the taxes of the country cannot be found.",
                    partner=partner.display_name,
                )
            )
        company = self.company_id
        pricelist = partner.with_company(company).property_product_pricelist
        if pricelist.currency_id - company.currency_id:
            warnings.append(
                self.env._(
                    "The quotation is in %(currency)s, the currency of the pricelist "
                    "“%(pricelist)s”.",
                    currency=pricelist.currency_id.name,
                    pricelist=pricelist.display_name,
                )
            )
        return warnings

    # === THE QUOTATION, ALSO WITH A PROJECT === #

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
        return {
            **self._get_tickets()._prepare_sale_order_vals(
                self.partner_id, self._prepare_order_lines()
            ),
            "user_id": self.user_id.id,
            "validity_date": self.validity_date,
            # Not the company's own one, whose lines were not chosen.
            "sale_order_template_id": self._get_quotation_template().id,
        }

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

    def _get_order_facts(self, order):
        """Return what is worth knowing of a quotation, besides its lines.

        :param order: the quotation
        :return: pairs of a label and a text
        :rtype: list[tuple[str, str]]
        """
        made = dict(
            self._fields["support_on_acceptance"]._description_selection(self.env)
        )
        facts = [
            (self.env._("Addressed to"), order.partner_id.display_name),
            (self.env._("Invoice address"), order.partner_invoice_id.display_name),
            (self.env._("Delivery address"), order.partner_shipping_id.display_name),
            (self.env._("Pricelist"), order.pricelist_id.display_name),
            (self.env._("Payment terms"), order.payment_term_id.name),
            (self.env._("Fiscal position"), order.fiscal_position_id.name),
            (self.env._("Valid until"), self._format_date(order.validity_date)),
        ]
        if order.support_on_acceptance != "nothing":
            facts += [
                (
                    self.env._("Made on acceptance"),
                    made.get(order.support_on_acceptance),
                ),
                (
                    self.env._("From the template"),
                    order.support_project_template_id.name,
                ),
            ]
        return facts

    def _simulate_order(self, vals):
        """Return a quotation that exists in memory only, with Odoo's own prices.

        :param dict vals: the values it would be made with
        :rtype: recordset of sale.order
        """
        # pylint: disable-next=context-overridden
        orders = self.env["sale.order"].with_context(
            {"lang": self.env.lang, "tz": self.env.context.get("tz")}
        )
        defaults = orders.default_get(
            ["date_order", "state", "require_signature", "require_payment"]
        )
        return orders.new({**defaults, **vals})


class TicketConversionQuotation(models.Model):
    """What the customer is told of a quotation that is made."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _conversion_sentences_quotation(self):
        return [
            self.env._(
                "We are preparing a quotation for it. You will receive it for "
                "approval: nothing is started without your agreement."
            )
        ]

    def _portal_work_quotation(self, visitor):
        # The quotation itself is told about, as long as there is one.
        return [], []
