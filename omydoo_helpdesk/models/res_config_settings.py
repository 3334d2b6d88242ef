# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = "res.config.settings"

    support_phone = fields.Char(related="company_id.support_phone", readonly=False)
    support_sale_product_id = fields.Many2one(
        related="company_id.support_sale_product_id", readonly=False
    )
    support_count_validity_days = fields.Integer(
        related="company_id.support_count_validity_days", readonly=False
    )
    support_filing_hour_limit = fields.Integer(
        related="company_id.support_filing_hour_limit", readonly=False
    )
    support_filing_day_limit = fields.Integer(
        related="company_id.support_filing_day_limit", readonly=False
    )
