# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import float_compare, format_duration, is_html_empty


class HelpdeskTicketConvertCheck(models.AbstractModel):
    """What keeps a ticket from being converted as chosen, and what to mind.

    The same sentences are shown in the wizard and refuse the conversion. Used by
    ``helpdesk.ticket.convert``, which has the fields.
    """

    _name = "helpdesk.ticket.convert.check"
    _description = "Ticket Conversion Checks"

    def _get_obstacle(self):
        """Return what keeps the ticket from being converted as chosen.

        :return: a sentence, or False
        """
        self.ensure_one()
        return (
            self.ticket_id._get_conversion_obstacle()
            or self._get_obstacle_common()
            or {
                "quotation": self._get_obstacle_quotation,
                "project": self._get_obstacle_project,
                "hours_pack": self._get_obstacle_hours_pack,
                "full_support": self._get_obstacle_full_support,
            }[self.action]()
        )

    def _get_obstacle_common(self):
        if self.hours < 0:
            return self.env._("The estimate cannot be a negative number of hours.")
        if is_html_empty(self.message):
            return self.env._("Write to the customer what becomes of the request.")
        if self.attachment_ids._origin - self.available_attachment_ids._origin:
            return self.env._("Only files of this ticket can be copied.")
        return False

    def _get_obstacle_quotation(self):
        product = self.product_id
        if self.hours <= 0:
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
        if not self.partner_id.active:
            return self.env._("The quotation needs a customer who is not archived.")
        if self.partner_id.commercial_partner_id != self.commercial_partner_id:
            return self.env._(
                "“%(partner)s” does not belong to “%(customer)s”.",
                partner=self.partner_id.display_name,
                customer=self.commercial_partner_id.display_name,
            )
        today = fields.Date.context_today(self)
        if self.validity_date and self.validity_date < today:
            return self.env._("The quotation would have expired already.")
        return False

    def _get_obstacle_project(self):
        if not (self.project_name or "").strip():
            return self.env._("Give the project a name.")
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
        return self._get_obstacle_support_project()

    def _get_obstacle_full_support(self):
        ticket = self.ticket_id
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
        warnings = []
        contact = self.ticket_id.partner_id
        if contact and not contact.email:
            warnings.append(
                self.env._(
                    "“%(contact)s” has no e-mail address: the message can be read on "
                    "the portal only.",
                    contact=contact.display_name,
                )
            )
        left = self.pack_line_id.remaining_hours
        if (
            self.action == "hours_pack"
            and self.pack_line_id
            and float_compare(self.hours, left, precision_digits=2) > 0
        ):
            warnings.append(
                self.env._(
                    "Only %(left)s hours are left on this pack: propose a top-up to "
                    "the customer.",
                    left=format_duration(left),
                )
            )
        return warnings
