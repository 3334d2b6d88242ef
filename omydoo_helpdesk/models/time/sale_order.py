# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SaleOrder(models.Model):
    """A pack that is bought, or cancelled, changes what pays for open tickets."""

    _name = "sale.order"
    _inherit = ["sale.order"]

    def _action_confirm(self):
        res = super()._action_confirm()
        self.order_line._refresh_pack_tickets()
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        self.order_line._refresh_pack_tickets()
        return res


class AccountMove(models.Model):
    """A pack that is credited has its hours no more."""

    _name = "account.move"
    _inherit = ["account.move"]

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            # In sudo mode because whoever keeps the books need not sell.
            lines_sudo = self.sudo().invoice_line_ids.sale_line_ids
            lines_sudo._refresh_pack_tickets()
        return res
