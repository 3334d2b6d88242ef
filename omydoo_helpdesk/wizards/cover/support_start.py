# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.public_holidays import can_compute

# Monday to Friday; 35 hours with those proposed, a week of work in France.
WEEK = "01234"
SATURDAY = "5"


class SupportStart(models.TransientModel):
    """When the desk is open: its hours, and the days on which it is closed."""

    _name = "support.start"
    _inherit = ["support.start"]

    hours_lacks = fields.Text(compute="_compute_steps", export_string_translation=False)
    hours_label = fields.Char(string="Hours Now", compute="_compute_hours_label")
    morning_from = fields.Float(
        string="Morning, From",
        default=lambda self: self._get_default_hours()[0],
        help="When the desk opens.",
    )
    morning_to = fields.Float(
        string="To",
        default=lambda self: self._get_default_hours()[1],
        help="When it closes at noon. The same hour as in the afternoon, if it "
        "does not.",
    )
    afternoon_from = fields.Float(
        string="Afternoon, From",
        default=lambda self: self._get_default_hours()[2],
        help="When it opens again.",
    )
    afternoon_to = fields.Float(
        string="Until",
        default=lambda self: self._get_default_hours()[3],
        help="When it closes; the hour at which it opens again, if it is open "
        "in the morning only.",
    )
    is_open_on_saturday = fields.Boolean(
        string="Saturday Too",
        default=lambda self: bool(
            self.env.company.support_calendar_id.attendance_ids.filtered(
                lambda line: line.dayofweek == SATURDAY
            )
        ),
        help="In the same hours as during the week.",
    )
    tz = fields.Selection(
        selection=_tz_get,
        string="Time Zone",
        default=lambda self: self.env.company.support_calendar_id.tz
        or self.env.company._get_support_zone(),
        help="Of the desk: what it promises is counted there.",
    )
    holidays_label = fields.Char(
        compute="_compute_hours_label", export_string_translation=False
    )
    can_add_holidays = fields.Boolean(
        compute="_compute_hours_label", export_string_translation=False
    )
    closed_on = fields.Date(help="One more day on which the desk is closed.")
    closed_for = fields.Char(
        string="Why", help="For the desk: a company holiday, an inventory…"
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_hours_label(self):
        for start in self:
            calendar = start.company_id.support_calendar_id
            start.hours_label = calendar._get_support_hours_label() if calendar else ""
            year = fields.Date.context_today(self).year
            found = start.company_id._find_support_holidays()
            taken = calendar._get_support_days_off() if calendar else {}
            start.can_add_holidays = bool(
                calendar.is_support_hours
                and found
                and any(day not in taken for day, _name in found)
            )
            coming = sorted(day for day in taken if day.year in (year, year + 1))
            start.holidays_label = (
                self.env._(
                    "%(count)s days off in %(year)s and %(next)s",
                    count=len(coming),
                    year=year,
                    next=year + 1,
                )
                if coming
                else ""
            )

    @api.model
    def _get_default_hours(self):
        """Return when the desk is open on a Monday; if it is not yet, what is usual.

        :return: four hours
        :rtype: list[float]
        """
        lines = self.env.company.support_calendar_id.attendance_ids.filtered(
            lambda line: line.dayofweek == WEEK[0] and line.day_period != "lunch"
        ).sorted("hour_from")
        hours = [hour for line in lines for hour in (line.hour_from, line.hour_to)]
        if len(hours) == 4:
            return hours
        return [*hours, hours[1], hours[1]] if len(hours) == 2 else [9, 12, 14, 18]

    # === ACTION METHODS === #

    def action_set_hours(self):
        """Open the desk in these hours, those of its plans that there are too."""
        company = self._get_start_company()
        days = WEEK + (SATURDAY if self.is_open_on_saturday else "")
        spans = [
            (self.morning_from, self.morning_to),
            (self.afternoon_from, self.afternoon_to),
        ]
        if self.morning_to > self.afternoon_from and spans[1][1] > spans[1][0]:
            raise UserError(self.env._("The afternoon begins before the morning ends."))
        company._open_support_desk(
            [
                (day, opens, closes)
                for day in days
                for opens, closes in spans
                # A desk may be open in the morning only, or all day long.
                if opens != closes
            ],
            self.tz,
        )

    def action_add_holidays(self):
        """Close the desk on the public holidays of this year and the next."""
        company = self._get_start_company()
        company._close_support_desk(company._find_support_holidays() or [])

    def action_close_day(self):
        """Close the desk on one more day."""
        company = self._get_start_company()
        if not self.closed_on:
            raise UserError(self.env._("Choose the day on which the desk is closed."))
        name = self.closed_for or format_date(self.env, self.closed_on)
        company._close_support_desk([(self.closed_on, name)])
        self.write({"closed_on": False, "closed_for": False})

    def action_view_days_off(self):
        """List the days off of the desk.

        :return: the action
        :rtype: dict
        """
        self._get_start_company()
        return self.env["resource.calendar.leaves"].action_support_days_off()

    # === BUSINESS METHODS === #

    @api.model
    def _get_start_steps(self, company):
        return [
            *super()._get_start_steps(company),
            {"name": "hours", "lacks": self._get_hours_lacks(company)},
        ]

    @api.model
    def _get_hours_lacks(self, company):
        """Return what lacks until it is known when the desk is open.

        The public holidays of the next year too, once they are known; in a year from
        now, those of the year after will not have been entered: only this year's are
        asked for.

        :param company: recordset of res.company
        :rtype: str
        """
        calendar = company.support_calendar_id
        if not calendar and self._get_plans(company):
            return ""  # a desk of before: its plans have their hours
        if not calendar:
            return self.env._(
                "The hours in which you answer: whatever a plan promises is counted in "
                "them."
            )
        if not calendar.is_support_hours:
            return ""  # an administrator's, days off and all
        year = fields.Date.context_today(self).year
        if any(day.year == year for day in calendar._get_support_days_off()):
            return ""
        if not company.country_id:
            return self.env._("The public holidays: first the country of the company.")
        if company._find_support_holidays():
            return self.env._(
                "The public holidays of %(country)s: without them, the clocks run on.",
                country=company.country_id.name,
            )
        if can_compute():
            return self.env._(
                "The public holidays, which are not known for %(country)s: enter them "
                "below, one by one.",
                country=company.country_id.name,
            )
        return self.env._(
            "The public holidays. They are computed where the Python package "
            "“holidays” is installed on the server; enter them below, one by one, "
            "where it is not."
        )
