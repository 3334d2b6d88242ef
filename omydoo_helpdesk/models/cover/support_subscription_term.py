# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from itertools import pairwise

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Months in each of the base's units of a recurrence.
YEAR_DAYS = 365.25
MONTHS = {"days": 12 / YEAR_DAYS, "weeks": 84 / YEAR_DAYS, "months": 1, "years": 12}
SAME = 1e-6
# What the first line of a subscription needs: one that was started once.
STARTED = ("in_progress", "post")
# What a subscription is like once it is watched: whatever of these is written.
WATCHED = {
    "active",
    "currency_id",
    "is_paused",
    "pricelist_id",
    "sale_subscription_line_ids",
    "stage_id",
    "support_plan_id",
    "template_id",
}


class SupportSubscriptionTerm(models.Model):
    """What a subscription was from a day on: its plan, hours, amount, and whether it
    ran.

    A subscription and a plan say what they are today. What they were in a month that is
    over is kept here, so that no change makes it another one. Each line rules until the
    next begins. Lines are written by what changes the subscription; a manager corrects
    them.
    """

    _name = "support.subscription.term"
    _description = "Terms of a Subscription"
    _order = "subscription_id, date_from NULLS FIRST, id"
    _rec_name = "support_plan_id"
    _check_company_auto = True

    subscription_id = fields.Many2one(
        comodel_name="sale.subscription",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    date_from = fields.Date(
        string="From", help="Empty: since the subscription started."
    )
    support_plan_id = fields.Many2one(
        comodel_name="support.plan",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The support that was sold; none: what was worked and paid is no support.",
    )
    state = fields.Selection(
        selection=[("running", "Running"), ("paused", "Paused"), ("ended", "Ended")],
        required=True,
        default="running",
        help="While a subscription is paused, and once it has ended, it includes no "
        "hours and brings nothing in.",
    )
    included_hours = fields.Float(
        string="Hours Included per Month",
        help="Zero: nothing is promised about hours.",
    )
    monthly_amount = fields.Float(
        string="Amount per Month",
        digits=(16, 6),
        help="What the subscription brings in each month, without tax.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        ondelete="restrict",
    )

    _day_uniq = models.UniqueIndex(
        "(subscription_id, COALESCE(date_from, '-infinity'::date))",
        "Two lines of a subscription begin on different days.",
    )
    _included_hours_positive = models.Constraint(
        "CHECK (included_hours >= 0)", "The hours included cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("subscription_id")
    def _compute_currency_id(self):
        for term in self:
            # The one of that time stays.
            term.currency_id = term.currency_id or term.subscription_id.currency_id

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, subscriptions, since_ever=True):
        """Note what subscriptions have become: from today on.

        What is changed again on the same day is one change.

        :param subscriptions: recordset of sale.subscription, in sudo mode
        :param bool since_ever: whether the first line of a subscription is true since
            its start, and not since today only
        """
        known = self.search(Domain("subscription_id", "in", subscriptions.ids))
        known = known.grouped("subscription_id")
        now = fields.Datetime.now()
        vals_list = []
        for subscription in subscriptions:
            terms = known.get(subscription, self)
            values = self._prepare_vals(subscription)
            today = subscription.company_id._get_support_day(now)
            if not terms:
                if not self._is_started(subscription):
                    continue
                if since_ever:
                    vals_list.append({**values, "state": "running"})
                if not since_ever or values["state"] != "running":
                    # Of one that was closed before it was watched: when it was
                    # written last.
                    day = subscription.write_date or now
                    day = subscription.company_id._get_support_day(day)
                    vals_list.append(
                        {**values, "date_from": day if since_ever else today}
                    )
                continue
            last = terms[-1]
            changes = last._get_changes(values)
            if not changes:
                continue
            made_on = subscription.company_id._get_support_day(last.create_date or now)
            if (last.date_from or made_on) >= today:
                last.write(changes)
            else:
                vals_list.append({**values, "date_from": today})
        self.create(vals_list)

    @api.model
    def _take_over(self):
        """Note what the subscriptions with support are that nobody watched so far.

        Run by the migration; it finds nothing to do the second time.
        """
        subscriptions = self.env["sale.subscription"].with_context(active_test=False)
        self._note(
            subscriptions.search(
                Domain("support_plan_id", "!=", False)
                & Domain("support_term_ids", "=", False)
            )
        )

    @api.model
    def _is_started(self, subscription):
        return bool(
            subscription.support_plan_id and subscription.stage_id.type in STARTED
        )

    @api.model
    def _prepare_vals(self, subscription):
        """Return what a subscription is like today.

        :rtype: dict
        """
        if subscription.stage_id.type != "in_progress" or not subscription.active:
            state = "ended"
        else:
            state = "paused" if subscription.is_paused else "running"
        lines = subscription.sale_subscription_line_ids
        template = subscription.template_id
        months = MONTHS[template.recurring_rule_type or "months"]
        months *= template.recurring_interval or 1
        return {
            "subscription_id": subscription.id,
            "support_plan_id": subscription.support_plan_id.id,
            "state": state,
            "included_hours": subscription.support_plan_id.included_hours,
            "currency_id": subscription.currency_id.id,
            "monthly_amount": round(sum(lines.mapped("price_subtotal")) / months, 6),
        }

    def _get_changes(self, values):
        """Return those of some values that this line has not.

        :rtype: dict
        """
        self.ensure_one()
        return {
            name: value
            for name, value in values.items()
            if (
                abs(self[name] - value) > SAME
                if isinstance(value, float)
                else self._fields[name].convert_to_write(self[name], self) != value
            )
        }

    @api.model
    def _follow_plans(self, plans):
        """Have the hours that plans include now count from this month on.

        Months that are over keep what was promised in them.

        :param plans: recordset of support.plan
        """
        now = fields.Datetime.now()
        vals_list = []
        for subscription, terms in (
            self.search(
                Domain(
                    "subscription_id.support_term_ids.support_plan_id", "in", plans.ids
                )
            )
            .grouped("subscription_id")
            .items()
        ):
            today = subscription.company_id._get_support_day(now)
            first = fields.Date.start_of(today, "month")
            for term, after in pairwise([*terms, None]):
                if (
                    term.support_plan_id not in plans
                    or term.state == "ended"
                    or (after and after.date_from <= first)
                ):
                    continue
                hours = term.support_plan_id.included_hours
                start = term.date_from or subscription.date_start
                if start and start >= first:
                    term.included_hours = hours
                elif term.included_hours != hours:
                    vals_list += term.copy_data(
                        {"date_from": first, "included_hours": hours}
                    )
        self.create(vals_list)

    # === BUSINESS METHODS - QUERIES === #

    @api.model
    def _get_ranges_query(self):
        """Return the lines, each with its ``first`` day, and that after its last one.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT term.*,
                   COALESCE(term.date_from, '-infinity') AS first,
                   COALESCE(
                       LEAD(term.date_from) OVER (
                           PARTITION BY term.subscription_id
                           ORDER BY term.date_from NULLS FIRST
                       ),
                       'infinity'
                   ) AS next
              FROM support_subscription_term term
            """
        )

    @api.model
    def _get_months_query(self):
        """Return what subscriptions were in each month, up to the current one.

        A row for each line and month, with the ``share`` of the month's days on which
        the subscription ran by that line; both its first and its last day count.

        :return: columns ``id``, ``subscription_id``, ``partner_id`` (the firm),
            ``company_id``, ``support_plan_id``, ``included_hours``,
            ``monthly_amount``, ``currency_id``, ``month`` (its first day), ``share``
        :rtype: SQL
        """
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT term.id, term.subscription_id,
                   partner.commercial_partner_id AS partner_id,
                   subscription.company_id, term.support_plan_id,
                   term.included_hours, term.monthly_amount, term.currency_id,
                   month.first AS month,
                   (
                       LEAST(span.last, month.last) - GREATEST(span.first, month.first)
                       + 1
                   ) / (month.last - month.first + 1)::float AS share
              FROM (%(ranges)s) AS term
              JOIN sale_subscription subscription
                   ON subscription.id = term.subscription_id
              JOIN res_partner partner ON partner.id = subscription.partner_id
        CROSS JOIN LATERAL (
                       SELECT GREATEST(
                                  term.first,
                                  COALESCE(
                                      subscription.date_start,
                                      subscription.create_date::date
                                  )
                              ) AS first,
                              LEAST(term.next - 1, subscription.date, %(last)s) AS last
                   ) AS span
        CROSS JOIN LATERAL (
                       SELECT day::date AS first,
                              (day + INTERVAL '1 month')::date - 1 AS last
                         FROM generate_series(
                                  date_trunc('month', span.first::timestamp),
                                  span.last::timestamp,
                                  '1 month'
                              ) AS day
                   ) AS month
             WHERE term.state = 'running'
               AND term.support_plan_id IS NOT NULL
               AND span.first <= span.last
            """,
            ranges=self._get_ranges_query(),
            last=fields.Date.end_of(today, "month"),
        )


class SaleSubscription(models.Model):
    """A subscription of which is kept what it was."""

    _name = "sale.subscription"
    _inherit = ["sale.subscription"]

    support_term_ids = fields.One2many(
        comodel_name="support.subscription.term",
        inverse_name="subscription_id",
        string="Terms",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="What this subscription was, from which day on.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        subscriptions._note_terms()
        return subscriptions

    def write(self, vals):
        running = self.browse()
        if "support_plan_id" in vals and "stage_id" not in vals:
            # Support that is sold to who had none: from today on.
            running = self.filtered(
                lambda sub: not sub.support_plan_id and sub.stage_id.type in STARTED
            )
        res = super().write(vals)
        if WATCHED & vals.keys():
            running._note_terms(since_ever=False)
            (self - running)._note_terms()
        return res

    def _note_terms(self, since_ever=True):
        """Note what these subscriptions have become.

        :param bool since_ever: see ``support.subscription.term._note``
        """
        if self:
            # In sudo mode because who sells subscriptions need not read what they
            # were: whoever comes here was allowed to change them.
            self.env["support.subscription.term"].sudo()._note(self.sudo(), since_ever)


class SaleSubscriptionLine(models.Model):
    """A line sold, of which is kept what it brought in."""

    _name = "sale.subscription.line"
    _inherit = ["sale.subscription.line"]

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.sale_subscription_id._note_terms()
        return lines

    def write(self, vals):
        before = self.sale_subscription_id
        res = super().write(vals)
        (before | self.sale_subscription_id)._note_terms()
        return res

    def unlink(self):
        before = self.sale_subscription_id
        res = super().unlink()
        before.exists()._note_terms()
        return res


class SaleSubscriptionTemplate(models.Model):
    """How often a subscription recurs: its amount per month follows."""

    _name = "sale.subscription.template"
    _inherit = ["sale.subscription.template"]

    def write(self, vals):
        res = super().write(vals)
        if {"recurring_interval", "recurring_rule_type"} & vals.keys():
            # In sudo mode because it concerns the subscriptions of everybody.
            self.sudo().with_context(active_test=False).subscription_ids._note_terms()
        return res
