# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = "sale.order.line"

    @api.model
    def _get_hours_pack_domain(self, partners, companies):
        """Return the prepaid hours with something left, of some customers.

        The balance is the one of ``sale_timesheet``; nothing is counted twice.

        :param partners: commercial partners
        :param companies: our companies
        :rtype: Domain
        """
        return (
            Domain("state", "=", "sale")
            & Domain("remaining_hours", ">", 0)
            & Domain("order_partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("company_id", "in", companies.ids)
        )

    @api.model
    def _find_hours_packs(self, partners, companies):
        """Return the customers' hours packs with hours left, oldest first.

        :param partners: commercial partners
        :param companies: our companies
        :rtype: recordset of sale.order.line
        """
        lines = self.search(
            self._get_hours_pack_domain(partners, companies), order="id"
        )
        return lines.filtered("remaining_hours_available")

    def _timesheet_service_generation(self):
        """Make what services make, without failing a customer who accepts.

        A salesperson who confirms sees the error and repairs it; a customer (for
        whom Odoo acts as its own user) could not.
        """
        if self.env.uid != SUPERUSER_ID and not self.env.user.share:
            return super()._timesheet_service_generation()
        of_tickets = self.filtered("order_id.ticket_ids")
        res = super(SaleOrderLine, self - of_tickets)._timesheet_service_generation()
        for order, lines in of_tickets.grouped("order_id").items():
            order._support_attempt(
                super(SaleOrderLine, lines)._timesheet_service_generation
            )
        return res
