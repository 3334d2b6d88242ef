# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    # The mixin first: it extends what Odoo's own classes do.
    _inherit = [
        "support.order.project.mixin",
        "support.order.charge.mixin",
        "sale.order",
    ]

    def _action_confirm(self):
        res = super()._action_confirm()
        # From now on, the hours that they sell can be used.
        self.order_line._set_pack_end_date()
        return res
