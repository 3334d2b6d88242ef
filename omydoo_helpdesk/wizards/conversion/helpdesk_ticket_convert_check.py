# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import format_duration, is_html_empty


class HelpdeskTicketConvertCheck(models.AbstractModel):
    """What keeps a ticket from being converted as chosen, and what to mind.

    The same sentences are shown in the wizard and refuse the conversion. Used by
    ``helpdesk.ticket.convert``, which has the fields.
    """

    _name = "helpdesk.ticket.convert.check"
    _description = "Ticket Conversion Checks"

    def _get_obstacle(self, again=None):
        """Return what keeps the tickets from being converted as chosen.

        :param bool again: converting once more is all right; as chosen by default
        :return: a sentence, or False
        """
        self.ensure_one()
        return (
            self._get_obstacle_tickets(self.convert_again if again is None else again)
            or self._get_obstacle_common()
            or {
                "quotation": self._get_obstacle_quotation,
                "project": self._get_obstacle_project,
                "hours_pack": self._get_obstacle_hours_pack,
                "full_support": self._get_obstacle_full_support,
            }[self.action]()
        )

    def _get_obstacle_tickets(self, again):
        tickets = self._get_tickets()
        obstacle = tickets._get_selection_obstacle()
        if obstacle or again:
            return obstacle
        made = {ticket: ticket._describe_conversion() for ticket in tickets}
        if any(made.values()) and not all(made.values()):
            ticket = next(filter(made.get, tickets))
            return self.env._(
                "“%(ticket)s” was converted already (%(existing)s): leave it out, or "
                "convert it once more on purpose.",
                ticket=ticket.display_name,
                existing=made[ticket],
            )
        return False

    def _get_obstacle_common(self):
        parts = [self._get_part(ticket) for ticket in self._get_tickets()]
        if any(part.hours < 0 for part in parts):
            return self.env._("The estimate cannot be a negative number of hours.")
        if any(is_html_empty(part.message) for part in parts):
            return self.env._("Write to the customer what becomes of the request.")
        if self.attachment_ids._origin - self.available_attachment_ids._origin:
            return self.env._("Only files of this ticket can be copied.")
        return False

    def _get_obstacle_quotation(self):
        obstacle = (
            self._get_obstacle_template()
            if self.quotation_source == "template"
            else self._get_obstacle_service()
        ) or self._get_obstacle_addressee()
        if obstacle:
            return obstacle
        today = fields.Date.context_today(self)
        if self.validity_date and self.validity_date < today:
            return self.env._("The quotation would have expired already.")
        if self.action == "quotation" and self.support_on_acceptance == "project":
            return self._get_obstacle_selling_projects() or (
                self.support_project_template_id
                and self._get_obstacle_project_template(
                    self.support_project_template_id
                )
            )
        return False

    def _get_obstacle_service(self):
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

    def _get_obstacle_template(self):
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

    def _get_obstacle_addressee(self):
        partner = self.partner_id
        if not partner.active:
            return self.env._("The quotation needs a customer who is not archived.")
        if partner.commercial_partner_id != self.commercial_partner_id:
            return self.env._(
                "“%(partner)s” does not belong to “%(customer)s”.",
                partner=partner.display_name,
                customer=self.commercial_partner_id.display_name,
            )
        return self._get_obstacle_currency(partner)

    def _get_obstacle_currency(self, partner):
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

    def _get_obstacle_project(self):
        if not (self.project_name or "").strip():
            return self.env._("Give the project a name.")
        if bool(self.date_start) != bool(self.date_end):
            return self.env._("Plan both the start and the end of the project.")
        if self.date_start and self.date_end < self.date_start:
            return self.env._("The project would end before it starts.")
        if self.project_source == "template":
            obstacle = self._get_obstacle_project_template(self.project_template_id)
            if obstacle:
                return obstacle
        if not self.with_quotation:
            return False
        if not self.is_billable:
            return self.env._("A project with a quotation is billable.")
        return self._get_obstacle_selling_projects() or self._get_obstacle_quotation()

    def _get_obstacle_selling_projects(self):
        if self.company_id.support_sell_projects:
            return False
        return self.env._(
            "“%(company)s” does not sell projects: see the settings of the desk.",
            company=self.company_id.name,
        )

    def _get_obstacle_project_template(self, template):
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

    def _get_obstacle_hours_pack(self):
        if not self.available_pack_ids:
            return self.env._(
                "“%(customer)s” has no hours pack with hours left: propose a "
                "quotation.",
                customer=self.commercial_partner_id.display_name,
            )
        if self.pack_line_id not in self.available_pack_ids._origin:
            return self.env._("Choose one of the customer's hours packs.")
        product = self.pack_line_id.product_id
        if self._has_top_up() and not (product.active and product.sale_ok):
            return self.env._(
                "“%(product)s” of the pack is archived or not for sale: it cannot be "
                "topped up.",
                product=product.display_name,
            )
        return (
            self._has_top_up()
            and self._get_obstacle_currency(self.pack_line_id.order_partner_id)
        ) or self._get_obstacle_support_project()

    def _get_obstacle_full_support(self):
        for ticket in self._get_tickets():
            # Custom code without maintenance is not part of full support.
            coverage = ticket._scope_get_coverage(
                "out_of_scope", ticket.scope_reason, has_pack=False
            )
            if coverage != "full_support":
                return self.env._(
                    "“%(ticket)s” is not covered by a full support plan.",
                    ticket=ticket.display_name,
                )
        return self._get_obstacle_support_project()

    def _get_obstacle_support_project(self):
        project = self.project_id
        if project and not project.filtered_domain(
            self.ticket_id._get_support_project_domain()
        ):
            return self.env._(
                "“%(project)s” is not a billable project of “%(customer)s” with "
                "timesheets.",
                project=project.display_name,
                customer=self.commercial_partner_id.display_name,
            )
        return False

    def _get_warnings(self):
        """Return what the project manager should know before converting.

        :rtype: list[str]
        """
        self.ensure_one()
        return [
            *self._get_warnings_customer(),
            *(self._get_warnings_quotation() if self._get_quotes() else []),
            *self._get_warnings_pack(),
        ]

    def _get_quotes(self):
        """Say whether a quotation is made."""
        return (
            self.action == "quotation"
            or (self.action == "project" and self.with_quotation)
            or bool(self._has_top_up())
        )

    def _get_warnings_customer(self):
        return [
            self.env._(
                "“%(contact)s” has no e-mail address: the message can be read on "
                "the portal only.",
                contact=contact.display_name,
            )
            for contact in self._get_tickets().partner_id
            if not contact.email
        ]

    def _get_warnings_quotation(self):
        top_up = self.action == "hours_pack"
        partner = self.pack_line_id.order_partner_id if top_up else self.partner_id
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
        makes = self.product_id.service_tracking not in (False, "no")
        chosen = self.support_on_acceptance != "nothing"
        if self.action == "quotation" and makes and chosen:
            warnings.append(
                self.env._(
                    "“%(product)s” makes a project or a task by itself on acceptance: "
                    "that one is used.",
                    product=self.product_id.name,
                )
            )
        return warnings

    def _get_warnings_pack(self):
        if self.action != "hours_pack" or not self.pack_hours_missing:
            return []
        values = {
            "left": format_duration(self.pack_hours_left),
            "planned": format_duration(self.total_hours),
            "missing": format_duration(self.pack_hours_missing),
        }
        if self.top_up:
            return [
                self.env._(
                    "Only %(left)s hours are left on this pack for %(planned)s "
                    "planned: a top-up is quoted for the %(missing)s missing.",
                    **values,
                )
            ]
        return [
            self.env._(
                "Only %(left)s hours are left on this pack for %(planned)s planned: "
                "propose a top-up to the customer.",
                **values,
            )
        ]
