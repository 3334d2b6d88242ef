# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

DESK = "base.group_user"


class ResCompany(models.Model):
    """What sells the hours beyond those that a plan includes."""

    _name = "res.company"
    _inherit = ["res.company"]

    support_beyond_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service for Hours Beyond",
        domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
        help="Service that sells the hours beyond those that a plan includes. Empty: "
        "the support service.",
        groups=DESK,
    )

    # === BUSINESS METHODS === #

    def _get_beyond_product(self):
        """Return the service that sells hours worked beyond those of a plan.

        They are worked already: what is sold has to be invoiced as ordered, and is no
        pack.

        :rtype: recordset of product.product
        :raise UserError: if there is none, or if it would not be invoiced
        """
        self.ensure_one()
        product = self.support_beyond_product_id or self.support_sale_product_id
        if not product:
            raise UserError(
                self.env._(
                    "No service sells the hours beyond a plan: choose one in the "
                    "settings of “%(company)s”.",
                    company=self.name,
                )
            )
        if not product.active or not product.sale_ok or product.type != "service":
            raise UserError(
                self.env._(
                    "“%(product)s” is not a service that can be sold.",
                    product=product.display_name,
                )
            )
        hour = self.env["sale.order.line"]._get_hour_unit()
        if not product.uom_id._has_common_reference(hour):
            raise UserError(
                self.env._(
                    "“%(product)s” is not sold by time: hours beyond a plan cannot be.",
                    product=product.display_name,
                )
            )
        if product.is_support_pack:
            raise UserError(
                self.env._(
                    "“%(product)s” is a pack of hours to come, and these are worked "
                    "already: choose another service for the hours beyond a plan.",
                    product=product.display_name,
                )
            )
        if product.invoice_policy != "order":
            raise UserError(
                self.env._(
                    "“%(product)s” is invoiced as it is delivered, and these hours are "
                    "worked already: choose a prepaid service for the hours beyond a "
                    "plan.",
                    product=product.display_name,
                )
            )
        return product


class ResConfigSettings(models.TransientModel):
    """The same, where an administrator looks for it."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    support_beyond_product_id = fields.Many2one(
        related="company_id.support_beyond_product_id", readonly=False
    )
