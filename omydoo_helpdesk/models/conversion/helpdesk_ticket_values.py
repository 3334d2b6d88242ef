# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import Command, models
from odoo.tools import html2plaintext

# Odoo turns emphasis into stars, and writes most blocks one after the other.
EMPHASIS = re.compile(r"</?(?:b|strong|em)\b[^>]*>", re.IGNORECASE)

BLOCK_ENDS = re.compile(r"</(?:div|li|blockquote|h[1-6])\s*>", re.IGNORECASE)


class TicketConversionValues(models.Model):
    """What is made from a ticket: the values of orders, projects and tasks."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    def _prepare_sale_order_vals(self, partner, lines):
        """Return the values of a quotation for these tickets.

        Addresses, pricelist, currency, taxes, payment terms and the language of the
        lines follow from customer and company by Odoo's own rules.

        :param partner: to whom it is addressed
        :param list[dict] lines: values of its lines, in order
        :rtype: dict
        """
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "origin": ", ".join(self.mapped("number")),
            "ticket_ids": [Command.link(ticket.id) for ticket in self],
            "order_line": [
                Command.create({**line, "sequence": sequence})
                for sequence, line in enumerate(lines, start=10)
            ],
        }

    def _prepare_order_introduction_vals(self, partner, introduction):
        """Return the lines that introduce this ticket on a quotation.

        :param partner: to whom it is addressed
        :param str introduction: what the customer asked for, in plain text
        :rtype: list[dict]
        """
        self.ensure_one()
        heading = self.with_context(lang=partner.lang).env._(
            "Ticket %(number)s: %(subject)s", number=self.number, subject=self.name
        )
        lines = [{"display_type": "line_section", "name": heading}]
        if introduction and introduction.strip():
            lines.append({"display_type": "line_note", "name": introduction.strip()})
        return lines

    def _prepare_order_service_vals(self, product, hours):
        """Return the line that sells hours of a service.

        :param product: the service sold
        :param float hours: estimated
        :rtype: dict
        """
        return {
            "product_id": product.id,
            "product_uom_qty": self._convert_hours_to_sell(product, hours),
        }

    def _convert_hours_to_sell(self, product, hours):
        """Return hours in the unit of a service; a unit that is no time is an hour."""
        hour = self.env.ref("uom.product_uom_hour")
        if product.uom_id._has_common_reference(hour):
            return hour._compute_quantity(hours, product.uom_id)
        return hours

    def _prepare_task_vals(self, project, hours):
        """Return the values of a task for this ticket.

        :param project: where it goes
        :param float hours: planned
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": self.name,
            "description": self.description,
            "project_id": project.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "allocated_hours": hours,
            "priority": "1" if self.priority == "3" else "0",
        }

    def _find_hours_packs(self):
        """Return the hours packs of the customer with hours left, first to use first.

        :rtype: recordset of sale.order.line
        """
        self.ensure_one()
        return self.env["sale.order.line"]._find_hours_packs(
            self.partner_id.commercial_partner_id, self.company_id
        )

    def _get_introduction(self):
        """Return the request in the customer's words, as plain text.

        :rtype: str
        """
        self.ensure_one()
        html = BLOCK_ENDS.sub(r"\g<0><br/>", EMPHASIS.sub("", self.description or ""))
        # Links to images are of no use on paper, and may hold an access token.
        return html2plaintext(html, include_references=False).strip()
