# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..const import LINES_PER_UNIT


class SupportCoverageReport(models.Model):
    """Whose custom code is covered, and whose is not or no longer: what is missing.

    One line for each customer and subscription that maintains modules of theirs, and
    one for the modules that no subscription maintains. As of today.
    """

    _name = "support.coverage.report"
    _description = "Coverage of Custom Code"
    _auto = False
    _order = "unit_missing desc, partner_id, id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    subscription_id = fields.Many2one(comodel_name="sale.subscription", readonly=True)
    support_plan_id = fields.Many2one(comodel_name="support.plan", readonly=True)
    state = fields.Selection(
        selection=[
            ("not_maintained", "Never maintained"),
            ("ended", "No longer maintained"),
            ("grown", "Grown beyond what is sold"),
            ("outdated", "Count outdated"),
            ("included", "Maintained, not sold by lines"),
            ("maintained", "Maintained"),
        ],
        readonly=True,
    )
    is_covered = fields.Boolean(string="Covered", readonly=True)
    module_count = fields.Integer(string="Modules", readonly=True)
    line_count = fields.Integer(string="Lines Counted", readonly=True)
    line_sold = fields.Integer(string="Lines Sold", readonly=True)
    line_missing = fields.Integer(string="Lines Missing", readonly=True)
    unit_missing = fields.Integer(
        string="Units Missing",
        readonly=True,
        help="Units of 100 lines to sell, rounded up.",
    )
    counted_on = fields.Date(string="Oldest Count", readonly=True)

    _depends = {
        "support.custom.module": [
            "active",
            "company_id",
            "counted_on",
            "line_count",
            "partner_id",
            "subscription_id",
        ],
        "sale.subscription": [
            "active",
            "custom_line_sold",
            "date",
            "date_start",
            "is_paused",
            "stage_id",
            "support_plan_id",
        ],
        "sale.subscription.stage": ["type"],
        "res.company": ["support_count_validity_days"],
    }

    @property
    def _table_query(self):
        return SQL(
            "SELECT grouped.*, %(measures)s FROM (%(grouped)s) AS grouped",
            measures=self._select_measures(),
            grouped=self._query_grouped(),
        )

    def _query_grouped(self):
        """Return the query of the modules of a customer and subscription.

        :rtype: SQL
        """
        return SQL(
            "%s %s %s %s",
            self._select(),
            self._from(),
            self._where(),
            self._group_by(),
        )

    def _select(self):
        return SQL(
            """
            SELECT MIN(module.id) AS id,
                   module.partner_id,
                   module.company_id,
                   module.subscription_id,
                   subscription.support_plan_id,
                   COUNT(*) AS module_count,
                   SUM(COALESCE(module.line_count, 0)) AS line_count,
                   %(running)s AS is_running,
                   CASE WHEN %(running)s
                        THEN COALESCE(subscription.custom_line_sold, 0)
                        ELSE 0
                   END AS line_sold,
                   MIN(module.counted_on) AS counted_on,
                   BOOL_OR(%(outdated)s) AS is_outdated
            """,
            running=self._condition_running(),
            outdated=self._condition_outdated(),
        )

    def _from(self):
        return SQL(
            """
              FROM support_custom_module module
              JOIN res_company company ON company.id = module.company_id
         LEFT JOIN sale_subscription subscription
                   ON subscription.id = module.subscription_id
         LEFT JOIN sale_subscription_stage stage ON stage.id = subscription.stage_id
            """
        )

    def _where(self):
        return SQL("WHERE module.active")

    def _group_by(self):
        return SQL(
            """
            GROUP BY module.partner_id, module.company_id, module.subscription_id,
                     subscription.id, stage.id
            """
        )

    def _condition_running(self):
        """Return what ``sale.subscription._is_covering`` says, in SQL.

        :rtype: SQL
        """
        today = fields.Date.context_today(self)
        return SQL(
            """(
                COALESCE(subscription.active, FALSE)
                AND subscription.support_plan_id IS NOT NULL
                AND stage.type = 'in_progress'
                AND NOT COALESCE(subscription.is_paused, FALSE)
                AND COALESCE(subscription.date_start <= %(today)s, TRUE)
                AND COALESCE(subscription.date >= %(today)s, TRUE)
            )""",
            today=today,
        )

    def _condition_outdated(self):
        return SQL(
            """(
                module.counted_on IS NULL
                OR (
                    company.support_count_validity_days > 0
                    AND module.counted_on
                        < %(today)s - company.support_count_validity_days
                )
            )""",
            today=fields.Date.context_today(self),
        )

    def _select_measures(self):
        """Return what follows from the grouped columns.

        :rtype: SQL
        """
        missing = SQL("GREATEST(line_count - line_sold, 0)")
        included = SQL("(is_running AND line_sold = 0)")
        return SQL(
            """
            CASE WHEN subscription_id IS NULL THEN 'not_maintained'
                 WHEN NOT is_running THEN 'ended'
                 WHEN line_sold > 0 AND line_count > line_sold THEN 'grown'
                 WHEN is_outdated THEN 'outdated'
                 WHEN %(included)s THEN 'included'
                 ELSE 'maintained'
            END AS state,
            is_running AND (line_sold = 0 OR line_count <= line_sold) AS is_covered,
            CASE WHEN %(included)s THEN 0 ELSE %(missing)s END AS line_missing,
            CASE WHEN %(included)s THEN 0
                 ELSE CEIL(%(missing)s::numeric / %(unit)s)::integer
            END AS unit_missing
            """,
            included=included,
            missing=missing,
            unit=LINES_PER_UNIT,
        )

    def action_view_modules(self):
        """Open the modules of this line.

        :return: an action
        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "omydoo_helpdesk.support_custom_module_action"
        )
        action["domain"] = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("subscription_id", "=", self.subscription_id.id),
        ]
        return action
