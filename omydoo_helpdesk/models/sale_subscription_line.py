# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class SaleSubscriptionLine(models.Model):
    _name = "sale.subscription.line"
    _inherit = "sale.subscription.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._refresh_custom_code_tickets()
        return lines

    def write(self, vals):
        watched = bool(
            {"product_id", "product_uom_qty", "sale_subscription_id"} & set(vals)
        )
        before = self.sale_subscription_id if watched else None
        res = super().write(vals)
        if watched:
            self._refresh_custom_code_tickets(before)
        return res

    def unlink(self):
        before = self.sale_subscription_id
        res = super().unlink()
        before._refresh_custom_code_tickets()
        return res

    def _refresh_custom_code_tickets(self, before=None):
        """Have the open tickets about custom code follow the lines sold.

        :param before: the subscriptions these lines belonged to
        """
        subscriptions = self.sale_subscription_id
        if before:
            subscriptions |= before
        subscriptions._refresh_custom_code_tickets()
