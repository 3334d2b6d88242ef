# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

DAYS_A_MONTH = 365.25 / 12
# Of a younger pack nobody can say at which pace it is used.
FORECAST_DAYS = 7


class SupportPackReport(models.Model):
    """The hours packs: sold, used, left, until when, and how fast they are used.

    One line for each pack, with the quantities of sale_timesheet. As of today.
    """

    _name = "support.pack.report"
    _description = "Hours Packs"
    _auto = False
    _order = "end_date, id"

    pack_id = fields.Many2one(
        comodel_name="sale.order.line", string="Hours Pack", readonly=True
    )
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    date = fields.Date(string="Bought On", readonly=True)
    end_date = fields.Date(string="End of the Pack", readonly=True)
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("spent", "Used up"),
            ("ended", "Ended with hours left"),
        ],
        readonly=True,
    )
    sold_hours = fields.Float(string="Hours Sold", readonly=True)
    used_hours = fields.Float(string="Hours Used", readonly=True)
    left_hours = fields.Float(string="Hours Left", readonly=True)
    burn_rate = fields.Float(
        string="Hours per Month",
        readonly=True,
        aggregator="sum",
        help="Used on average since the pack was bought, or until it ended.",
    )
    spent_on = fields.Date(
        string="Spent On, at This Rate",
        readonly=True,
        help="The day on which nothing is left if it goes on like this.",
    )

    _depends = {
        "sale.order.line": [
            "company_id",
            "is_service",
            "order_id",
            "order_partner_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "remaining_hours",
            "state",
            "support_pack_credited_qty",
            "support_pack_end_date",
        ],
        "sale.order": ["date_order", "user_id"],
        "res.partner": ["commercial_partner_id"],
        "product.template": ["invoice_policy", "is_support_pack", "service_type"],
        "uom.uom": ["factor", "parent_path"],
    }

    @property
    def _table_query(self):
        return SQL(
            "SELECT pack.*, %s FROM (%s %s %s) AS pack",
            self._select_rate(),
            self._select(),
            self._from(),
            self._where(),
        )

    def _select(self):
        hour = self.env["sale.order.line"]._get_hour_unit()
        return SQL(
            """
            SELECT line.id,
                   line.id AS pack_id,
                   line.order_id,
                   partner.commercial_partner_id AS partner_id,
                   line.product_id,
                   ord.user_id,
                   line.company_id,
                   ord.date_order::date AS date,
                   line.support_pack_end_date AS end_date,
                   %(kept)s * uom.factor / %(factor)s AS sold_hours,
                   %(kept)s * uom.factor / %(factor)s
                       - line.remaining_hours AS used_hours,
                   line.remaining_hours AS left_hours,
                   GREATEST(
                       LEAST(
                           %(today)s,
                           COALESCE(line.support_pack_end_date, %(today)s)
                       ) - ord.date_order::date,
                       1
                   ) AS days
            """,
            factor=hour.factor,
            kept=SQL(
                "(line.product_uom_qty - COALESCE(line.support_pack_credited_qty, 0))"
            ),
            today=fields.Date.context_today(self),
        )

    def _from(self):
        return SQL(
            """
              FROM sale_order_line line
              JOIN sale_order ord ON ord.id = line.order_id
              JOIN res_partner partner ON partner.id = line.order_partner_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom uom ON uom.id = line.product_uom_id
            """
        )

    def _where(self):
        units = self.env["sale.order.line"]._get_time_units()
        return SQL(
            """
             WHERE line.state = 'sale'
               AND line.is_service
               AND template.invoice_policy = 'order'
               AND template.service_type = 'timesheet'
               AND template.is_support_pack
               AND uom.id IN %s
            """,
            tuple(units.ids),
        )

    def _select_rate(self):
        """Return what follows from the quantities and the days.

        :rtype: SQL
        """
        return SQL(
            """
            CASE WHEN left_hours <= 0 THEN 'spent'
                 WHEN end_date < %(today)s THEN 'ended'
                 ELSE 'running'
            END AS state,
            CASE WHEN days >= %(least)s
                 THEN used_hours * %(month)s / days
            END AS burn_rate,
            CASE WHEN left_hours > 0 AND used_hours > 0
                      AND days >= %(least)s
                      AND COALESCE(end_date >= %(today)s, TRUE)
                      -- later than that is no forecast
                      AND left_hours * days / used_hours < 3650
                 THEN %(today)s + CEIL(left_hours * days / used_hours)::integer
            END AS spent_on
            """,
            today=fields.Date.context_today(self),
            month=DAYS_A_MONTH,
            least=FORECAST_DAYS,
        )
