# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.working_time import find_zone

# What tells rows of several tables apart, and the months of one, by their number.
MONTHS = 2048
KINDS = ("time", "subscription", "order")
# What a row was made of: the field, where there is no better one.
SOURCES = ("ticket_id", "task_id", "order_id", "subscription_id")


class SupportEarningReport(models.Model):
    """What support earns: what it brings in, and what the hours cost.

    One line for each month of a subscription, each pack and sale of hours beyond a
    plan, and each entry of time. In the currency of our company: amounts at the rate of
    the month's end, costs as Odoo noted them with the time.
    """

    _name = "support.earning.report"
    _description = "What Support Earns"
    _auto = False
    _order = "date desc, id desc"

    kind = fields.Selection(
        selection=[
            ("subscription", "Subscription"),
            ("pack", "Hours pack"),
            ("beyond", "Hours beyond the plan"),
            ("time", "Time spent"),
        ],
        readonly=True,
    )
    date = fields.Date(
        readonly=True,
        help="Of the work or of the order; of a subscription the first day of the "
        "month.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    support_plan_id = fields.Many2one(
        comodel_name="support.plan",
        readonly=True,
        help="Of the subscription or of the request; of what has none, that of the "
        "customer on that day.",
    )
    subscription_id = fields.Many2one(comodel_name="sale.subscription", readonly=True)
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True)
    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    task_id = fields.Many2one(comodel_name="project.task", readonly=True)
    subscription_amount = fields.Monetary(
        string="Subscriptions",
        readonly=True,
        help="The recurring lines per month, without tax, by the days on which the "
        "subscription ran.",
    )
    pack_amount = fields.Monetary(
        string="Packs",
        readonly=True,
        help="Hours packs bought, without tax and without what was credited.",
    )
    beyond_amount = fields.Monetary(
        string="Beyond the Plan",
        readonly=True,
        help="Hours beyond a plan on confirmed orders, in the month of the work.",
    )
    income = fields.Monetary(
        readonly=True, help="Subscriptions, packs and hours beyond the plan."
    )
    hours = fields.Float(
        string="Hours Spent",
        readonly=True,
        help="On requests, whoever pays, and on what packs pay.",
    )
    cost = fields.Monetary(
        readonly=True, help="The hours at the hourly cost of each employee."
    )
    margin = fields.Monetary(readonly=True, help="Income less cost.")

    _depends = {
        "account.analytic.line": [
            "amount",
            "company_id",
            "date",
            "project_id",
            "so_line",
            "support_real_hours",
            "task_id",
            "ticket_id",
            "unit_amount",
        ],
        "helpdesk.ticket": [
            "commercial_partner_id",
            "is_setup_test",
            "support_plan_id",
        ],
        "product.template": ["is_support_pack"],
        "res.company": ["currency_id", "resource_calendar_id"],
        "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
        "res.partner": ["commercial_partner_id"],
        "sale.order": ["currency_id", "date_order", "partner_id", "state"],
        "sale.order.line": [
            "company_id",
            "order_id",
            "price_subtotal",
            "product_id",
            "product_uom_qty",
            "support_beyond_month",
            "support_pack_credited_qty",
        ],
        "sale.subscription": ["company_id", "date", "date_start", "partner_id"],
        "support.plan": ["sequence"],
        "support.subscription.term": [
            "currency_id",
            "date_from",
            "monthly_amount",
            "state",
            "subscription_id",
            "support_plan_id",
        ],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            WITH plan AS MATERIALIZED (%(plans)s)
            SELECT found.id, found.kind, found.date, found.partner_id,
                   found.company_id, company.currency_id,
                   COALESCE(found.support_plan_id, plan.id) AS support_plan_id,
                   found.subscription_id, found.order_id, found.ticket_id,
                   found.task_id,
                   CASE WHEN kind = 'subscription' THEN found.amount ELSE 0
                   END AS subscription_amount,
                   CASE WHEN kind = 'pack' THEN found.amount ELSE 0
                   END AS pack_amount,
                   CASE WHEN kind = 'beyond' THEN found.amount ELSE 0
                   END AS beyond_amount,
                   found.amount AS income,
                   found.hours, found.cost, found.amount - found.cost AS margin
              FROM (
                  SELECT raw.*, %(amount)s AS amount
                    FROM (
                             %(subscriptions)s UNION ALL
                             %(orders)s UNION ALL
                             %(times)s
                         ) AS raw
                    JOIN res_company company ON company.id = raw.company_id
              ) AS found
              JOIN res_company company ON company.id = found.company_id
         LEFT JOIN LATERAL (
                       -- The first of several, as for a request filed on that day.
                       SELECT plan.id
                         FROM plan
                        WHERE found.support_plan_id IS NULL
                          AND plan.partner_id = found.partner_id
                          AND plan.company_id = found.company_id
                          AND found.date BETWEEN plan.first AND plan.last
                     ORDER BY plan.sequence, plan.date_start DESC NULLS LAST,
                              plan.subscription_id DESC
                        LIMIT 1
                   ) AS plan ON TRUE
            """,
            amount=self._select_amount(),
            subscriptions=self._query_subscriptions(),
            orders=self._query_orders(),
            times=self._query_times(),
            plans=self._query_plans(),
        )

    # === WHAT COMES IN === #

    def _query_subscriptions(self):
        """Return what subscriptions bring in, by line of their terms and month."""
        return SQL(
            """
            SELECT (
                       term.id::bigint * %(months)s
                       + (
                           EXTRACT(YEAR FROM term.month)::integer * 12
                           + EXTRACT(MONTH FROM term.month)::integer
                       ) %% %(months)s
                   ) * %(kinds)s + %(kind)s AS id,
                   'subscription' AS kind, term.month AS date, term.partner_id,
                   term.company_id, term.support_plan_id, term.subscription_id,
                   NULL::integer AS order_id, NULL::integer AS ticket_id,
                   NULL::integer AS task_id, term.currency_id,
                   (term.monthly_amount * term.share)::float AS given,
                   0::float AS hours, 0::float AS cost
              FROM (%(terms)s) AS term
             WHERE term.monthly_amount != 0
            """,
            months=MONTHS,
            kinds=len(KINDS),
            kind=KINDS.index("subscription"),
            terms=self.env["support.subscription.term"]._get_months_query(),
        )

    def _query_orders(self):
        """Return the packs that were bought, and the hours beyond plans that were sold.

        By the day of our company on which the order was confirmed, and by the month in
        which the hours were worked.
        """
        return SQL(
            """
            SELECT line.id::bigint * %(kinds)s + %(kind)s,
                   CASE WHEN line.support_beyond_month IS NOT NULL THEN 'beyond'
                        ELSE 'pack' END,
                   COALESCE(
                       line.support_beyond_month,
                       (ord.date_order AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date
                   ),
                   partner.commercial_partner_id, line.company_id, NULL, NULL, ord.id,
                   NULL, NULL, ord.currency_id,
                   (
                       line.price_subtotal * CASE
                           WHEN line.product_uom_qty = 0 THEN 1
                           ELSE 1 - COALESCE(line.support_pack_credited_qty, 0)
                                    / line.product_uom_qty
                       END
                   )::float,
                   0, 0
              FROM sale_order_line line
              JOIN sale_order ord ON ord.id = line.order_id
              JOIN res_partner partner ON partner.id = ord.partner_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN (%(zones)s) AS zone ON zone.company_id = line.company_id
             WHERE ord.state = 'sale'
               AND (template.is_support_pack OR line.support_beyond_month IS NOT NULL)
            """,
            kinds=len(KINDS),
            kind=KINDS.index("order"),
            zones=self._query_zones(),
        )

    def _query_zones(self):
        """Return the time zone of each of our companies."""
        # In sudo mode because the calendar of a company is not for everybody to read.
        companies_sudo = (
            self.env["res.company"].sudo().search(Domain("currency_id", "!=", False))
        )
        return SQL(
            "SELECT * FROM (VALUES %s) AS zone (company_id, name)",
            SQL(", ").join(
                SQL(
                    "(%s, %s)",
                    company.id,
                    find_zone(
                        company.resource_calendar_id.tz, company.partner_id.tz
                    ).zone,
                )
                for company in companies_sudo
            ),
        )

    # === WHAT IT COSTS === #

    def _query_times(self):
        """Return the time on requests, and the time on tasks that a pack pays for."""
        return SQL(
            """
            SELECT line.id::bigint * %(kinds)s + %(kind)s, 'time', line.date,
                   COALESCE(
                       ticket.commercial_partner_id, buyer.commercial_partner_id
                   ),
                   line.company_id, ticket.support_plan_id, NULL, NULL, line.ticket_id,
                   CASE WHEN line.ticket_id IS NULL THEN line.task_id END,
                   NULL, 0,
                   CASE WHEN line.ticket_id IS NULL
                        THEN line.unit_amount
                             * COALESCE(unit.factor, %(hour)s) / %(hour)s
                        ELSE COALESCE(line.support_real_hours, 0)
                   END,
                   -COALESCE(line.amount, 0)
              FROM account_analytic_line line
         LEFT JOIN helpdesk_ticket ticket ON ticket.id = line.ticket_id
         LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
         LEFT JOIN sale_order_line sold ON sold.id = line.so_line
         LEFT JOIN res_partner buyer ON buyer.id = sold.order_partner_id
         LEFT JOIN product_product product ON product.id = sold.product_id
         LEFT JOIN product_template template
                   ON template.id = product.product_tmpl_id
             WHERE line.project_id IS NOT NULL
               AND (
                   (line.ticket_id IS NOT NULL AND ticket.is_setup_test IS NOT TRUE)
                   OR (
                       line.ticket_id IS NULL
                       AND template.is_support_pack AND sold.state = 'sale'
                   )
               )
            """,
            kinds=len(KINDS),
            kind=KINDS.index("time"),
            hour=self.env["sale.order.line"]._get_hour_unit().factor,
        )

    # === CURRENCY AND PLAN === #

    def _select_amount(self):
        """Return an amount in the company's currency, at the end of its month."""
        return SQL(
            """
            CASE WHEN raw.given = 0 THEN 0
                 WHEN raw.currency_id = company.currency_id THEN raw.given
                 ELSE raw.given * %(to_rate)s / %(from_rate)s
            END
            """,
            to_rate=self._select_rate(SQL("company.currency_id")),
            from_rate=self._select_rate(SQL("raw.currency_id")),
        )

    def _select_rate(self, currency):
        """Return the rate of a currency, as ``res.currency._get_rates`` finds it.

        :param SQL currency: its number
        :rtype: SQL
        """
        root = SQL("split_part(company.parent_path, '/', 1)::integer")
        known = SQL(
            """
            SELECT rate.rate FROM res_currency_rate rate
             WHERE rate.currency_id = %s
               AND (rate.company_id IS NULL OR rate.company_id = %s)
            """,
            currency,
            root,
        )
        month_end = SQL(
            "date_trunc('month', raw.date) + INTERVAL '1 month' - INTERVAL '1 day'"
        )
        return SQL(
            """
            COALESCE(
                (%(known)s AND rate.name <= (%(end)s)::date
                 ORDER BY rate.company_id, rate.name DESC LIMIT 1),
                (%(known)s ORDER BY rate.company_id, rate.name LIMIT 1),
                1.0
            )
            """,
            known=known,
            end=month_end,
        )

    def _query_plans(self):
        """Return which plans customers had, from day to day."""
        return SQL(
            """
            SELECT plan.id, plan.sequence, subscription.id AS subscription_id,
                   subscription.date_start, subscription.company_id,
                   partner.commercial_partner_id AS partner_id,
                   GREATEST(term.first, subscription.date_start) AS first,
                   LEAST(term.next - 1, subscription.date) AS last
              FROM (%(ranges)s) AS term
              JOIN sale_subscription subscription
                   ON subscription.id = term.subscription_id
              JOIN res_partner partner ON partner.id = subscription.partner_id
              JOIN support_plan plan ON plan.id = term.support_plan_id
             WHERE term.state = 'running'
            """,
            ranges=self.env["support.subscription.term"]._get_ranges_query(),
        )

    # === ACTION METHODS === #

    def action_view_source(self):
        """Open what a line was made of: the request, order or subscription.

        :return: an action
        :rtype: dict
        """
        self.check_access("read")
        self.ensure_one()
        source = next((self[name] for name in SOURCES if self[name]), None)
        if not source:
            raise UserError(self.env._("This time is on no request and no task."))
        return {
            "type": "ir.actions.act_window",
            "name": source.display_name,
            "res_model": source._name,
            "res_id": source.id,
            "views": [(False, "form")],
            "view_mode": "form",
        }
