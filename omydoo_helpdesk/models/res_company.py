# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = "res.company"

    support_phone = fields.Char(
        help="Number for blocking emergencies, shown to customers whose plan has it.",
    )
    support_sale_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Support Service",
        domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
        help="Service that quotations made from tickets propose.",
    )
    support_count_validity_days = fields.Integer(
        string="Validity of a Count of Lines",
        default=365,
        help="Days after which the lines of a custom module are to be counted again. "
        "Zero means never.",
    )

    support_filing_hour_limit = fields.Integer(
        string="Tickets an Hour",
        default=30,
        help="Tickets that a customer may file by the portal within an hour. Zero means "
        "any number.",
    )
    support_filing_day_limit = fields.Integer(
        string="Tickets a Day",
        default=100,
        help="Tickets that a customer may file by the portal within a day. Zero means "
        "any number.",
    )

    _support_filing_limits_positive = models.Constraint(
        "CHECK (support_filing_hour_limit >= 0 AND support_filing_day_limit >= 0)",
        "The number of tickets that a customer may file cannot be negative.",
    )
    _support_count_validity_positive = models.Constraint(
        "CHECK (support_count_validity_days >= 0)",
        "The validity of a count cannot be negative.",
    )

    def _get_support_day(self, moment):
        """Return the day it is for this company at an instant.

        :param datetime moment: naive UTC
        :rtype: date
        """
        self.ensure_one()
        tz = pytz.timezone(self.resource_calendar_id.tz or self.partner_id.tz or "UTC")
        return pytz.utc.localize(moment).astimezone(tz).date()
