# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..const import GUARD
from ..tools.text import format_hours

# What tells the months of a subscription apart in the number of a row.
MONTHS = 2048


class SupportIncludedReport(models.Model):
    """The hours that plans include: used, beyond, and proposed to be sold.

    One line for each firm, company of ours and calendar month. The subscriptions of a
    firm include their hours together: a request uses those of whichever it found.
    """

    _name = "support.included.report"
    _description = "Hours Included in Plans"
    _auto = False
    _order = "month desc, left_hours desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    month = fields.Date(readonly=True, help="Its first day.")
    month_label = fields.Char(string="Calendar Month", compute="_compute_month_label")
    support_plan_id = fields.Many2one(
        comodel_name="support.plan", readonly=True, help="The last one of the month."
    )
    included_hours = fields.Float(
        string="Included",
        readonly=True,
        help="By the days of the month on which each subscription ran.",
    )
    used_hours = fields.Float(
        string="Used",
        readonly=True,
        help="Time covered by the subscription, by the day of the work.",
    )
    beyond_hours = fields.Float(string="Beyond", readonly=True)
    proposed_hours = fields.Float(
        string="Proposed",
        readonly=True,
        help="On quotations and orders that are not cancelled.",
    )
    left_hours = fields.Float(
        string="To Propose", readonly=True, help="Beyond, and not proposed yet."
    )

    _depends = {
        "account.analytic.line": [
            "date",
            "project_id",
            "support_charged_hours",
            "support_no_charge",
            "support_real_hours",
            "ticket_id",
        ],
        "helpdesk.ticket": ["coverage", "is_setup_test", "subscription_id"],
        "res.partner": ["commercial_partner_id"],
        "sale.order": ["company_id", "partner_id", "state"],
        "sale.order.line": [
            "order_id",
            "support_beyond_hours",
            "support_beyond_month",
        ],
        "sale.subscription": ["company_id", "date", "date_start", "partner_id"],
        "support.subscription.term": [
            "date_from",
            "included_hours",
            "state",
            "subscription_id",
            "support_plan_id",
        ],
    }

    # === COMPUTE METHODS === #

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_label(self):
        for row in self:
            row.month_label = row._format_month()

    def _format_month(self):
        self.ensure_one()
        return format_date(self.env, self.month, date_format="MMMM y")

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            "SELECT counted.*, %(measures)s FROM (%(counted)s) AS counted",
            measures=self._select_measures(),
            counted=self._query_counted(),
        )

    def _query_counted(self):
        """Return the query of what a firm includes, uses and was proposed in a month.

        Told in hundredths of an hour, as everywhere.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT -- A subscription is of one firm and company.
                   MIN(hours.subscription_id)::bigint * %(months)s
                   + (
                       EXTRACT(YEAR FROM hours.month)::integer * 12
                       + EXTRACT(MONTH FROM hours.month)::integer
                   ) %% %(months)s AS id,
                   hours.partner_id,
                   hours.company_id,
                   hours.month,
                   (
                       ARRAY_AGG(hours.support_plan_id ORDER BY hours.term_id DESC)
                       FILTER (WHERE hours.support_plan_id IS NOT NULL)
                   )[1] AS support_plan_id,
                   ROUND(SUM(hours.included)::numeric, 2) AS included_hours,
                   ROUND(SUM(hours.used)::numeric, 2) AS used_hours,
                   ROUND(COALESCE(MIN(proposed.hours), 0)::numeric, 2)
                       AS proposed_hours
              FROM (
                       SELECT term.subscription_id, term.partner_id, term.company_id,
                              term.month, term.support_plan_id, term.id AS term_id,
                              term.included_hours * term.share AS included,
                              0.0 AS used
                         FROM (%(terms)s) AS term
                        WHERE term.included_hours > 0
                        UNION ALL
                       SELECT line.subscription_id, line.partner_id, line.company_id,
                              line.month, NULL, NULL, 0.0, line.hours
                         FROM (%(lines)s) AS line
                   ) AS hours
         LEFT JOIN (%(proposed)s) AS proposed
                ON proposed.partner_id = hours.partner_id
               AND proposed.company_id = hours.company_id
               AND proposed.month = hours.month
          GROUP BY hours.partner_id, hours.company_id, hours.month
            """,
            months=MONTHS,
            terms=self.env["support.subscription.term"]._get_months_query(),
            lines=self.env["account.analytic.line"]._get_included_query(),
            proposed=self._query_proposed(),
        )

    def _query_proposed(self):
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id, ord.company_id,
                   line.support_beyond_month AS month,
                   SUM(line.support_beyond_hours) AS hours
              FROM sale_order_line line
              JOIN sale_order ord ON ord.id = line.order_id
              JOIN res_partner partner ON partner.id = ord.partner_id
             WHERE line.support_beyond_month IS NOT NULL
               AND ord.state != 'cancel'
          GROUP BY 1, 2, 3
            """
        )

    def _select_measures(self):
        return SQL(
            """
            GREATEST(used_hours - included_hours, 0) AS beyond_hours,
            GREATEST(used_hours - included_hours - proposed_hours, 0) AS left_hours
            """
        )

    # === ACTION METHODS === #

    def action_propose(self):
        """Prepare quotations of what is beyond, and was not proposed yet.

        Drafts: one for each firm, with a line for each month; what is prepared
        already is added to. Nobody is sent anything, and nothing is invoiced.

        :return: the action that opens them
        :rtype: dict
        :raise AccessError: if the user may not sell
        :raise UserError: if nothing is left to propose, or no service sells it
        """
        self.check_access("read")
        self.env["sale.order"].check_access("create")
        orders = self.env["sale.order"]
        firms = self.grouped(lambda row: (row.company_id, row.partner_id))
        if firms:
            self._lock_firms(firms)
        self.invalidate_recordset()  # counted again, all at once
        for (company, partner), rows in firms.items():
            due = rows.filtered("left_hours").sorted("month")
            if due:
                orders |= due._propose(company, partner)
        if not orders:
            raise UserError(
                self.env._(
                    "Nothing is left to propose: no hour is beyond, or all were."
                )
            )
        return self._get_orders_action(orders)

    @api.model
    def _lock_firms(self, firms):
        """Have whoever proposes at the same time wait, and then look again.

        Written, not only locked: the transaction that waited is run anew, and sees
        what the other one has proposed.

        :param firms: pairs of a company of ours and a firm
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_subscription SET write_date = write_date
                 WHERE id IN (
                     SELECT subscription.id
                       FROM sale_subscription subscription
                       JOIN res_partner partner ON partner.id = subscription.partner_id
                      WHERE (subscription.company_id, partner.commercial_partner_id)
                            IN %s
                   ORDER BY subscription.id
                 )
                """,
                tuple((company.id, partner.id) for company, partner in firms),
            )
        )

    def action_view_used(self):
        """Open the time that used up the hours.

        :return: an action
        :rtype: dict
        """
        self.check_access("read")
        self.ensure_one()
        ids = self._find_ids(self.env["account.analytic.line"]._get_included_query())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Time Used"),
            "res_model": "support.time.report",
            "views": [(False, "list")],
            "view_mode": "list",
            "domain": [("id", "in", ids)],
        }

    def action_view_included(self):
        """Open the subscriptions that include the hours.

        :return: an action
        :rtype: dict
        """
        self.check_access("read")
        self.ensure_one()
        ids = self._find_ids(
            SQL(
                "SELECT term.*, term.subscription_id AS found FROM (%s) AS term"
                " WHERE term.included_hours > 0",
                self.env["support.subscription.term"]._get_months_query(),
            ),
            "found",
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Subscriptions"),
            "res_model": "sale.subscription",
            "views": [(False, "list"), (False, "form")],
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
            "context": {"active_test": False},
        }

    def action_view_orders(self):
        """Open the quotations and orders by which hours beyond were proposed.

        :return: an action
        :rtype: dict
        """
        self.check_access("read")
        self.ensure_one()
        lines = self.env["sale.order.line"].search(self._get_lines_domain())
        lines = lines.filtered(lambda line: line.support_beyond_month == self.month)
        return self._get_orders_action(lines.order_id)

    # === BUSINESS METHODS === #

    def _find_ids(self, query, column="id"):
        """Return the numbers of what lies behind this row.

        :param SQL query: with the columns ``partner_id``, ``company_id``, ``month``
        :param str column: that has the number
        :rtype: list[int]
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT found.%s FROM (%s) AS found
                 WHERE found.partner_id = %s AND found.company_id = %s
                   AND found.month = %s
                """,
                SQL.identifier(column),
                query,
                self.partner_id.id,
                self.company_id.id,
                self.month,
            )
        )
        return sorted(row[0] for row in rows)

    @api.model
    def _get_orders_action(self, orders):
        """Return the action that opens quotations and orders.

        :param orders: recordset of sale.order
        :rtype: dict
        """
        is_one = len(orders) == 1
        views = ["form"] if is_one else ["list", "form"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hours Beyond"),
            "res_model": "sale.order",
            "views": [(False, view) for view in views],
            "view_mode": ",".join(views),
            "res_id": orders.id if is_one else False,
            "domain": [("id", "in", orders.ids)],
        }

    def _get_lines_domain(self):
        return (
            Domain("support_beyond_month", "!=", False)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("order_partner_id.commercial_partner_id", "=", self.partner_id.id)
        )

    def _propose(self, company, partner):
        """Add what is left of these months of a firm to its draft, or to a new one.

        :return: the quotation
        :rtype: recordset of sale.order
        """
        product = company._get_beyond_product()
        lines = [Command.create(row._prepare_beyond_line_vals(product)) for row in self]
        # What nobody but us writes, and only here.
        orders = (
            self.env["sale.order"]
            .with_company(company)
            .with_context(support_guard=GUARD)
        )
        drafts = self.env["sale.order.line"].search(
            self[0]._get_lines_domain() & Domain("order_id.state", "=", "draft"),
            order="id desc",
        )
        draft = drafts.order_id[:1].with_env(orders.env)
        if draft:
            draft.order_line = lines
        else:
            draft = orders.create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "origin": self.env._("Hours beyond the plan"),
                    "order_line": lines,
                    # Not the company's own one, whose lines were not chosen.
                    "sale_order_template_id": False,
                }
            )
        # pylint: disable-next=context-overridden
        return draft.with_context(self.env.context)

    def _prepare_beyond_line_vals(self, product):
        """Return the values of the line that sells what is left of this month.

        :param product: the service
        :rtype: dict
        """
        self.ensure_one()
        hours = self.left_hours
        hour = self.env["sale.order.line"]._get_hour_unit()
        # In the language of who reads the quotation.
        told = self.with_context(lang=self.partner_id.lang or self.env.lang)
        name = told.env._(
            "Work beyond the hours of your plan, %(month)s: %(used)s used, "
            "%(included)s included",
            month=told._format_month(),
            used=format_hours(self.used_hours),
            included=format_hours(self.included_hours),
        )
        return {
            "product_id": product.id,
            "name": f"{product.with_env(told.env).display_name}\n{name}",
            "product_uom_qty": hour._compute_quantity(hours, product.uom_id),
            "support_beyond_month": self.month,
            "support_beyond_hours": hours,
        }
