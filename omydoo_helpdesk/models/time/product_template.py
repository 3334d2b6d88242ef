# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template"]

    is_support_pack = fields.Boolean(
        string="Support Pack",
        help="The prepaid hours of this product pay for tickets. Others, such as hours "
        "of installation, do not.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "is_support_pack" in vals:
            # In sudo mode because whoever keeps the products need not sell: only
            # verdicts are computed again.
            lines = self.env["sale.order.line"].sudo()
            lines.search(
                [("state", "=", "sale"), ("product_id.product_tmpl_id", "in", self.ids)]
            )._refresh_pack_tickets()
        return res
