# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.working_time import find_zone

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]

MAX_MOVES = 31  # days that holidays may follow each other


class SupportMaintenanceWindow(models.Model):
    """When the servers of a company get their weekly update."""

    _name = "support.maintenance.window"
    _description = "Maintenance Window"
    _rec_name = "weekday"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    weekday = fields.Selection(selection=WEEKDAYS, required=True, default="1")
    hour = fields.Float(
        required=True, default=22.0, help="Hour of the day, in the time zone below."
    )
    tz = fields.Selection(
        selection=_tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.company.resource_calendar_id.tz
        or self.env.user.tz
        or "UTC",
    )
    next_start = fields.Datetime(
        compute="_compute_next_start", help="When the next update starts."
    )

    _company_uniq = models.Constraint(
        "UNIQUE (company_id)", "A company has one weekly maintenance window."
    )
    _hour_of_day = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)",
        "The hour is one of the day: from 0 to 23:59.",
    )

    # === COMPUTE METHODS === #

    @api.depends("weekday", "hour", "tz", "company_id")
    def _compute_next_start(self):
        now = fields.Datetime.now()
        for window in self:
            window.next_start = bool(window.weekday and window.tz) and (
                window._get_next_start(now)
            )

    @api.depends("weekday", "hour")
    @api.depends_context("lang")
    def _compute_display_name(self):
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        for window in self:
            window.display_name = self.env._(
                "%(weekday)s at %(hour)s",
                weekday=weekdays.get(window.weekday, ""),
                hour=window._get_time().strftime("%H:%M"),
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_window(self, company):
        """Return the window of a company.

        :rtype: recordset of support.maintenance.window, empty if it has none
        """
        return self.search([("company_id", "=", company.id)], limit=1)

    def _get_time(self):
        minutes = round(self.hour * 60)
        return time(minutes // 60 % 24, minutes % 60)

    def _get_next_start(self, after):
        """Return when the first update after an instant starts.

        A holiday of the company moves it to the next day that is none.

        :param datetime after: naive UTC
        :return: naive UTC
        :rtype: datetime
        :raise ValidationError: if the holidays do not end
        """
        self.ensure_one()
        tz = find_zone(self.tz)
        local = pytz.utc.localize(after).astimezone(tz)
        # The update of last week may have been moved beyond this instant.
        day = local.date() - timedelta(days=7 + MAX_MOVES)
        day += timedelta(days=(int(self.weekday) - day.weekday()) % 7)
        holidays = self._get_holidays(
            after - timedelta(days=7 + MAX_MOVES + 1),
            after + timedelta(days=14 + MAX_MOVES),
        )
        while True:
            start = self._move_off_holidays(day, tz, holidays)
            if start > after:
                return start
            day += timedelta(days=7)

    def _move_off_holidays(self, day, tz, holidays):
        """Return when the update of a day starts, on the next one that is no holiday.

        :param date day: the day of the week
        :param tz: the time zone
        :param list holidays: pairs of naive UTC instants
        :return: naive UTC
        :rtype: datetime
        :raise ValidationError: if the holidays do not end
        """
        for move in range(MAX_MOVES + 1):
            start = self._localize(day + timedelta(days=move), tz)
            if not any(begin <= start < end for begin, end in holidays):
                return start
        raise ValidationError(
            self.env._(
                "There is no day without holiday after %(day)s for the weekly update.",
                day=day,
            )
        )

    def _localize(self, day, tz):
        # An hour that a clock change leaves out is the one after it.
        moment = tz.normalize(tz.localize(datetime.combine(day, self._get_time())))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_holidays(self, start, end):
        """Return the holidays of the company between two instants.

        :return: pairs of naive UTC instants
        :rtype: list[tuple[datetime, datetime]]
        """
        calendar = self.company_id.resource_calendar_id
        # In sudo mode because agents, who plan updates, need not read holidays.
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_fetch(
                Domain("resource_id", "=", False)
                & Domain("time_type", "=", "leave")
                & Domain("company_id", "in", [False, self.company_id.id])
                & Domain("calendar_id", "in", [False, calendar.id])
                & Domain("date_from", "<", end)
                & Domain("date_to", ">", start),
                ["date_from", "date_to"],
            )
        )
        return [(leave.date_from, leave.date_to) for leave in leaves]
