# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A target beyond this is a typing error: 5 years of around-the-clock hours.
MAX_TARGET_HOURS = 24 * 366 * 5


class SupportPlanSla(models.Model):
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

    @api.constrains("response_hours", "resolution_hours")
    def _check_targets(self):
        for line in self:
            for hours in (line.response_hours, line.resolution_hours):
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

    @api.constrains("response_hours", "resolution_hours", "plan_id")
    def _check_targets_reachable(self):
        """Refuse a target that the plan's calendar never adds up to.

        :raise ValidationError: with the weekly hours of the calendar
        """
        for line in self:
            weekly = line.plan_id.calendar_id.hours_per_week
            hours = max(line.response_hours, line.resolution_hours)
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
        if {"priority", "response_hours", "resolution_hours", "plan_id"} & set(vals):
            (plans | self.plan_id)._refresh_open_clocks()
        return res

    def unlink(self):
        plans = self.plan_id
        res = super().unlink()
        plans.exists()._refresh_open_clocks()
        return res
