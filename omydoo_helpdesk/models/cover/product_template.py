# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template"]

    is_custom_code_maintenance = fields.Boolean(
        string="Maintains Custom Code",
        help="Each unit of this product on a subscription maintains 100 lines of the "
        "customer's custom code.",
    )
    support_pack_months = fields.Integer(
        string="Validity of the Hours",
        help="Months after the order during which prepaid hours can be used. Zero "
        "means without end.",
    )

    _support_pack_months_positive = models.Constraint(
        "CHECK (support_pack_months >= 0)",
        "The validity of prepaid hours cannot be negative.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "is_custom_code_maintenance" in vals:
            # In sudo mode because whoever keeps the products need not sell
            # subscriptions: only verdicts are computed again.
            lines_sudo = (
                self.env["sale.subscription.line"]
                .sudo()
                .search([("product_id.product_tmpl_id", "in", self.ids)])
            )
            lines_sudo._refresh_custom_code_tickets()
        return res
