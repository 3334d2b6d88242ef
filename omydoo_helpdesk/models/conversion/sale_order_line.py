# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...const import COMPUTED


class SaleOrderLine(models.Model):
    """A line that sells what was worked beyond the hours included in a plan.

    Which month it is of, and how many hours were proposed by it, whatever quantity is
    sold in the end: while the order is not cancelled they are not proposed again.
    """

    _name = "sale.order.line"
    _inherit = ["support.guarded.mixin", "sale.order.line"]

    support_beyond_month = fields.Date(
        string="Month of the Hours Beyond",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The first day of the month in which these hours were worked.",
    )
    support_beyond_hours = fields.Float(
        string="Hours Beyond Proposed",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Hours beyond those included in the plan that this line proposes to sell.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarded([vals])
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "support_beyond_month": COMPUTED,
            "support_beyond_hours": COMPUTED,
        }

    @api.model
    def _get_guarded_reason(self):
        return self.env._("it follows from what was sold, credited and worked.")
