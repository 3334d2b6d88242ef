# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "support.pack.alert.mixin"]

    @api.model
    def _find_hours_packs(self, partners, companies):
        """Return the customers' running packs with hours left, first to end first.

        :param partners: commercial partners
        :param companies: our companies
        :rtype: recordset of sale.order.line
        """
        packs = self._find_packs(
            partners, companies, domain=Domain("remaining_hours", ">", 0)
        )
        return packs.filtered(lambda pack: pack._is_running())

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
