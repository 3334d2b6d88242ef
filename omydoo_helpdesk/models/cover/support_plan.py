# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...const import FoundHours
from ...tools.working_time import (
    FIRST_HORIZON,
    AroundTheClock,
)

SECOND = timedelta(seconds=1)

# A target beyond this is a typing error: 5 years of around-the-clock hours.
MAX_TARGET_HOURS = 24 * 366 * 5

# What a line promises for each clock, in hours.
TARGETS = ("response_hours", "resolution_hours", "next_response_hours")


class SupportPlan(models.Model):
    """What a plan promises for a ticket that would be filed now."""

    _name = "support.plan"
    _inherit = ["mail.thread", "support.untranslated.mixin"]
    _description = "Support Plan"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="The first plan wins when a customer runs several subscriptions.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Leave empty to sell this plan in every company.",
    )
    promise = fields.Text(
        translate=True,
        help="What the plan promises, in the words the customer reads.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        check_company=True,
        tracking=True,
        ondelete="restrict",
        help="Hours in which the targets run. Empty means around the clock.",
    )
    hours_label = fields.Char(compute="_compute_hours_label", string="Service Hours")
    sla_ids = fields.One2many(
        comodel_name="support.plan.sla",
        inverse_name="plan_id",
        string="Targets",
        copy=True,
    )
    phone_allowed = fields.Boolean(
        string="Phone for Emergencies",
        tracking=True,
        help="Customers of this plan may call for a blocking incident.",
    )
    full_support = fields.Boolean(
        tracking=True,
        help="What is out of scope is covered too: a project manager takes it over "
        "without a quotation.",
    )
    quick_help_minutes = fields.Integer(
        string="Quick Help Budget",
        default=30,
        help="Minutes spent on one quick help request before a conversion is "
        "proposed (charter: 15 to 30 minutes).",
    )
    included_hours = fields.Float(
        string="Hours Included per Month",
        tracking=True,
        help="Hours of work covered by the subscription in a calendar month. What is "
        "beyond them is proposed to be sold, never invoiced by itself. Zero: nothing "
        "is promised about hours.",
    )
    subscription_ids = fields.One2many(
        comodel_name="sale.subscription",
        inverse_name="support_plan_id",
        string="Subscriptions",
    )
    subscription_count = fields.Integer(compute="_compute_subscription_count")

    _quick_help_minutes_positive = models.Constraint(
        "CHECK (quick_help_minutes >= 0)",
        "The quick help budget cannot be negative.",
    )
    _included_hours_positive = models.Constraint(
        "CHECK (included_hours >= 0)", "The hours included cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "calendar_id.name",
        "calendar_id.tz",
        "calendar_id.two_weeks_calendar",
        "calendar_id.attendance_ids.hour_from",
        "calendar_id.attendance_ids.hour_to",
        "calendar_id.attendance_ids.dayofweek",
        "calendar_id.attendance_ids.day_period",
    )
    @api.depends_context("lang")
    def _compute_hours_label(self):
        for plan in self:
            if plan.calendar_id:
                plan.hours_label = self.env._(
                    "%(calendar)s (%(tz)s)",
                    calendar=plan.calendar_id._get_support_hours_label(),
                    tz=plan.calendar_id.tz,
                )
            else:
                plan.hours_label = self.env._("Around the clock, 7 days a week")

    @api.depends("subscription_ids")
    @api.depends_context("allowed_company_ids")
    def _compute_subscription_count(self):
        # In sudo mode because a support manager need not be a salesperson: only
        # the number is shown, and the button is hidden without sales rights. Of the
        # companies that the user works in, as the rule on subscriptions has it.
        counts = dict(
            self.env["sale.subscription"]
            .sudo()
            ._read_group(
                [
                    ("support_plan_id", "in", self.ids),
                    ("company_id", "in", [False, *self.env.companies.ids]),
                ],
                ["support_plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.subscription_count = counts.get(plan._origin, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("calendar_id")
    def _check_calendar_has_hours(self):
        self.calendar_id._check_support_hours()

    @api.constrains("sla_ids", "calendar_id")
    def _check_targets_reachable(self):
        self.sla_ids._check_targets_reachable()

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if "calendar_id" in vals:
            self._refresh_open_clocks()
        if "included_hours" in vals:
            # In sudo mode because whoever keeps the plans need not sell subscriptions.
            self.env["support.subscription.term"].sudo()._follow_plans(self)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["helpdesk.ticket"]
            .sudo()  # tickets of other teams count too; only the number is told
            .with_context(active_test=False)
            ._read_group(
                [("support_plan_id", "in", self.ids)], ["support_plan_id"], ["__count"]
            )
        )
        for plan, count in used:
            raise UserError(
                self.env._(
                    "“%(plan)s” is promised to %(count)s tickets: archive the plan "
                    "instead of deleting it.",
                    plan=plan.name,
                    count=count,
                )
            )

    # === ACTION METHODS === #

    def action_view_subscriptions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Subscriptions"),
            "res_model": "sale.subscription",
            "view_mode": "list,form",
            "domain": [("support_plan_id", "=", self.id)],
            "context": {"default_support_plan_id": self.id},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_translated_fields(self):
        return [*super()._get_translated_fields(), "name", "promise"]

    def _get_target(self, priority):
        """Return the line of targets for a priority.

        :param str priority: a value of ``helpdesk.ticket.priority``
        :return: the line, empty where the plan promises nothing
        :rtype: recordset of support.plan.sla
        """
        self.ensure_one()
        return self.sla_ids.filtered(lambda line: line.priority == priority)[:1]

    def _load_promises(self):
        """Read the targets of these plans and look at their hours, in one statement.

        The targets are then at hand as if they had been read one by one.

        :return: what the hours of their calendars depend on, for the context
            ``support_hours``
        :rtype: FoundHours
        """
        if not self:
            return FoundHours()
        lines = self.env["support.plan.sla"]
        calendars = self.env["resource.calendar"]
        self.flush_model(["calendar_id"])
        lines.flush_model()
        calendars._flush_support_hours()
        columns = [
            field
            for field in lines._fields.values()
            if field.store and field.column_type and field.prefetch
        ]
        names = [SQL.identifier("line", field.name) for field in columns]
        rows = self.env.execute_query(
            SQL(
                """SELECT plan.id, plan.calendar_id, %s, line.id, %s
                     FROM support_plan AS plan
                     LEFT JOIN resource_calendar AS calendar
                       ON calendar.id = plan.calendar_id
                     LEFT JOIN support_plan_sla AS line ON line.plan_id = plan.id
                    WHERE plan.id IN %s
                    ORDER BY plan.id, line.priority DESC, line.id""",
                calendars._get_support_hours_sql(),
                SQL(", ").join(names),
                tuple(self.ids),
            )
        )
        line_ids = {plan.id: [] for plan in self}
        found = FoundHours()
        for plan_id, calendar_id, hours, line_id, *values in rows:
            plan = self.browse(plan_id)
            self._fields["calendar_id"]._insert_cache(plan, [calendar_id])
            if calendar_id:
                found[calendar_id] = hours
            if line_id:
                line_ids[plan_id].append(line_id)
                for field, value in zip(columns, values, strict=True):
                    field._insert_cache(lines.browse(line_id), [value])
        self._fields["sla_ids"]._insert_cache(self, map(tuple, line_ids.values()))
        return found

    def _refresh_open_clocks(self):
        """Compute again the clocks still open of the tickets under these plans.

        Ended clocks are frozen: what was promised and kept does not change.
        """
        self.env["helpdesk.ticket"]._sla_refresh_open(
            [("support_plan_id", "in", self.ids)]
        )

    def _get_promises(self, now):
        """Return by when a ticket filed now is answered, for each priority.

        :param datetime now: naive UTC
        :return: by priority the ``deadline`` of the first response, False if it is
            too far to be known, and when the clock starts if that is ``later``, else
            False; priorities without a promise are not there
        :rtype: dict[str, dict]
        """
        self.ensure_one()
        found = self._load_promises()
        targets = {
            line.priority: timedelta(hours=line.response_hours)
            for line in self.sla_ids
            if line.response_hours
        }
        if not targets:
            return {}
        if not self.calendar_id:
            working = AroundTheClock()
        else:
            plan = self.with_context(support_hours=found)
            working = plan._get_promise_hours(now, max(targets.values()))
        first = working.add(now, SECOND)
        start = first and first - SECOND
        return {
            priority: {
                "deadline": working.add(now, target) or False,
                "later": start if start and start > now else False,
            }
            for priority, target in targets.items()
        }

    def _get_promise_hours(self, now, target):
        """Return the working time from now on, as far as a target needs.

        :param datetime now: naive UTC
        :param timedelta target: working time
        :rtype: WorkingTime
        """
        self.ensure_one()
        for working in self.calendar_id._widen_support_working_time(
            now, now + FIRST_HORIZON
        ):
            if working.add(now, target):
                break
        return working


class SupportPlanSla(models.Model):
    """What a plan promises for a priority, in hours of its calendar."""

    _name = "support.plan.sla"
    _description = "Support Plan Target"
    _order = "plan_id, priority desc"
    _check_company_auto = True

    plan_id = fields.Many2one(
        comodel_name="support.plan",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    priority = fields.Selection(
        selection=lambda self: self._selection_priority(),
        required=True,
    )
    response_hours = fields.Float(
        string="First Response",
        help="Hours of the plan's calendar up to the first answer. "
        "Zero means no promise.",
    )
    resolution_hours = fields.Float(
        string="Resolution",
        help="Hours of the plan's calendar up to the resolution. "
        "Zero means no promise.",
    )
    next_response_hours = fields.Float(
        string="Next Response",
        help="Hours of the plan's calendar from a message of the customer to its "
        "answer, once there was a first answer. Zero means no promise.",
    )

    _plan_priority_uniq = models.Constraint(
        "UNIQUE (plan_id, priority)",
        "A plan has one line of targets per priority.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_priority(self):
        """Return the priorities of a ticket.

        :rtype: list[tuple[str, str]]
        """
        return self.env["helpdesk.ticket"]._selection_priority()

    @api.depends("plan_id.name", "priority")
    def _compute_display_name(self):
        labels = dict(self._selection_priority())
        for line in self:
            line.display_name = (
                f"{line.plan_id.name or ''} - {labels.get(line.priority, '')}"
            )

    # === CONSTRAINT METHODS === #

    @api.constrains(*TARGETS)
    def _check_targets(self):
        for line in self:
            for hours in (line[name] for name in TARGETS):
                if hours < 0:
                    raise ValidationError(
                        self.env._("A target cannot be a negative number of hours.")
                    )
                if hours > MAX_TARGET_HOURS:
                    raise ValidationError(
                        self.env._(
                            "A target of %(hours)s hours is more than five years: "
                            "leave it empty if nothing is promised.",
                            hours=round(hours),
                        )
                    )
            if 0 < line.resolution_hours < line.response_hours:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” promises a resolution sooner than its first "
                        "response: the resolution needs at least as many hours.",
                        plan=line.plan_id.name,
                    )
                )

    @api.constrains(*TARGETS, "plan_id")
    def _check_targets_reachable(self):
        """Refuse a target that the plan's calendar never adds up to.

        :raise ValidationError: with the weekly hours of the calendar
        """
        for line in self:
            weekly = line.plan_id.calendar_id.hours_per_week
            hours = max(line[name] for name in TARGETS)
            # 52 weeks: beyond a year of opening hours nobody can plan or check.
            if line.plan_id.calendar_id and hours > weekly * 52:
                raise ValidationError(
                    self.env._(
                        "%(hours)s hours is more than a year of “%(calendar)s”, "
                        "which is open %(weekly)s hours a week.",
                        hours=round(hours),
                        calendar=line.plan_id.calendar_id.name,
                        weekly=round(weekly, 1),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._refresh_open_clocks()
        return lines

    def write(self, vals):
        plans = self.plan_id
        res = super().write(vals)
        if {"priority", "plan_id", *TARGETS} & set(vals):
            (plans | self.plan_id)._refresh_open_clocks()
        return res

    def unlink(self):
        plans = self.plan_id
        res = super().unlink()
        plans.exists()._refresh_open_clocks()
        return res
