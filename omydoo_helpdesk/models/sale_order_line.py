# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
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
