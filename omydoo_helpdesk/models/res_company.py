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

    support_sell_projects = fields.Boolean(
        string="Sell Projects from Tickets",
        default=True,
        help="A ticket may become a project that is sold by a quotation.",
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
