# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from itertools import chain

import babel.dates
import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, get_lang, ormcache
from odoo.tools.i18n import format_list

from ...const import FoundHours
from ...tools.working_time import (
    FIRST_HORIZON,
    HORIZON_FACTOR,
    HORIZON_STEPS,
    WorkingTime,
    clip,
    find_zone,
    group_week,
)

# What makes the working time of Odoo.
HOURS_METHODS = (
    "_attendance_intervals_batch",
    "_leave_intervals_batch",
    "_work_intervals_batch",
)
# How many years of a calendar are kept at hand for one look: what is asked for further
# apart is computed each time.
KEPT_YEARS = 5


class ResourceCalendar(models.Model):
    """The hours in which the clocks of a plan run: Odoo's, without a person's."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar"]

    support_plan_ids = fields.One2many(
        comodel_name="support.plan",
        inverse_name="calendar_id",
        # Whoever keeps the calendars need not read plans.
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if {"attendance_ids", "leave_ids", "global_leave_ids", "tz"} & set(vals):
            self._refresh_support_clocks()
        return res

    # === BUSINESS METHODS === #

    def _get_support_hours_label(self):
        """Return when this calendar is open, in words, in the reader's language.

        :return: the name of a calendar whose hours are not the same each week
        :rtype: str
        """
        self.ensure_one()
        # In sudo mode because customers do not read calendars: the hours of a plan are
        # what they bought.
        calendar_sudo = self.sudo()
        runs = group_week(
            (int(line.dayofweek), line.hour_from, line.hour_to)
            for line in calendar_sudo._get_support_openings()
            if not line.display_type and line.day_period != "lunch"
        )
        if calendar_sudo.two_weeks_calendar or not runs:
            return calendar_sudo.name
        names = babel.dates.get_day_names("wide", locale=get_lang(self.env).code)
        return "; ".join(
            self.env._(
                "%(days)s, %(hours)s",
                days=names[first]
                if first == last
                else self.env._(
                    "%(first)s to %(last)s", first=names[first], last=names[last]
                ),
                hours=format_list(
                    self.env,
                    [
                        self.env._(
                            "from %(start)s to %(end)s",
                            start=self._format_support_hour(start),
                            end=self._format_support_hour(end),
                        )
                        for start, end in hours
                    ],
                ),
            )
            for first, last, hours in runs
        )

    def _get_support_openings(self):
        """Return the openings of this calendar, also one that is being typed."""
        self.ensure_one()
        field = self._fields["attendance_ids"]
        if not isinstance(self.id, int) or self.env.is_to_compute(field, self):
            return self.attendance_ids
        # With one statement instead of two.
        return self.env[field.comodel_name].search_fetch(
            Domain("calendar_id", "=", self.id),
            ["day_period", "dayofweek", "display_type", "hour_from", "hour_to"],
        )

    def _format_support_hour(self, hour):
        """Return an hour of the day as people say it.

        :param float hour: up to 24
        :rtype: str
        """
        whole, minutes = divmod(round(hour * 60), 60)
        if minutes:
            return self.env._(
                "%(hour)s:%(minutes)s", hour=whole, minutes=f"{minutes:02}"
            )
        return self.env._("%(hour)s:00", hour=whole)

    def _check_support_hours(self):
        """Refuse a calendar in which no clock could ever run out.

        :raise ValidationError: if a calendar has no hours, or no fixed ones
        """
        for calendar in self:
            if calendar.flexible_hours:
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” has flexible hours: a support plan needs "
                        "a calendar that says when the desk is open.",
                        calendar=calendar.name,
                    )
                )
            if not any(
                line.hour_to > line.hour_from
                for line in calendar.attendance_ids
                if not line.display_type and line.day_period != "lunch"
            ):
                raise ValidationError(
                    self.env._(
                        "“%(calendar)s” has no working hours: nothing promised "
                        "in it could ever fall due. Add hours to it, or leave the "
                        "plan without a calendar for a service around the clock.",
                        calendar=calendar.name,
                    )
                )

    def _get_support_leave_domain(self):
        """Return which leaves stop the clock: holidays of the calendar's company.

        A leave without calendar is of all calendars *of its company*; the base
        forgets the last part.

        :rtype: list
        """
        self.ensure_one()
        domain = Domain("time_type", "=", "leave") & Domain("resource_id", "=", False)
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        else:
            domain &= Domain("calendar_id", "=", self.id)
        return list(domain)

    def _get_support_working_time(self, start, end):
        """Return the working time of this calendar between two instants.

        What it depends on is looked at each time, in one statement; the intervals that
        Odoo makes of that are kept.

        :param datetime start: naive UTC
        :param datetime end: naive UTC
        :rtype: WorkingTime
        """
        self.ensure_one()
        if end.year - start.year > KEPT_YEARS or not self._has_base_hours():
            return WorkingTime(self._read_support_hours(start, end), start, end)
        found = self.env.context.get("support_hours")
        if not isinstance(found, FoundHours) or self.id not in found:
            found = self._find_support_hours()
        years = (
            clip(self._get_support_year(found[self.id], year), start, end)
            for year in range(start.year, end.year + 1)
        )
        return WorkingTime(chain.from_iterable(years), start, end)

    def _read_support_hours(self, start, end):
        """Return the working intervals that Odoo makes of this calendar.

        :param datetime start: naive UTC
        :param datetime end: naive UTC
        :return: their starts and stops, naive UTC
        :rtype: tuple[tuple[datetime, datetime]]
        """
        self.ensure_one()
        intervals = self._work_intervals_batch(
            pytz.utc.localize(start),
            pytz.utc.localize(end),
            domain=self._get_support_leave_domain(),
        )[False]
        return tuple(
            (_to_second(begin), _to_second(stop)) for begin, stop, _meta in intervals
        )

    @ormcache("self.id", "found", "year")
    def _get_support_year(self, found, year):
        """Return the working intervals of a year, kept for who asks next.

        :param str found: what they depend on, as of ``_find_support_hours``: other
            hours are another entry, so that nothing has to be forgotten
        :param int year: of the calendar of UTC
        :rtype: tuple[tuple[datetime, datetime]]
        """
        # In sudo mode and without context because they are kept for everybody.
        calendar = self.env(su=True, context={})[self._name].browse(self.id)
        return calendar._read_support_hours(
            datetime(year, 1, 1), datetime(year + 1, 1, 1)
        )

    @api.model
    def _has_base_hours(self):
        """Say whether the hours follow from Odoo's own calendars and leaves alone.

        Another addon may take the holidays from elsewhere.

        :rtype: bool
        """
        return all(
            part.__module__.startswith("odoo.addons.resource.")
            for part in type(self).__mro__
            for name in HOURS_METHODS
            if name in vars(part)
        )

    def _find_support_hours(self):
        """Return what the hours of these calendars depend on.

        :return: for each id a fingerprint of the calendar, its attendances, and the
            leaves that are not a person's
        :rtype: FoundHours
        """
        self._flush_support_hours()
        return FoundHours(
            self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM resource_calendar AS calendar WHERE id IN %s",
                    self._get_support_hours_sql(),
                    tuple(self.ids),
                )
            )
        )

    @api.model
    def _flush_support_hours(self):
        for name in (self._name, "resource.calendar.attendance"):
            self.env[name].flush_model()
        self.env["resource.calendar.leaves"].flush_model()

    @api.model
    def _get_support_hours_sql(self):
        """Return the fingerprint of the row named "calendar", as an SQL expression.

        Of whole rows: whatever is changed in one, by whatever road, is seen.

        :rtype: SQL
        """
        return SQL(
            """md5(concat_ws('|', calendar.*::text,
                (SELECT string_agg(opening::text, '|' ORDER BY opening.id)
                   FROM resource_calendar_attendance AS opening
                  WHERE opening.calendar_id = calendar.id),
                (SELECT string_agg(holiday::text, '|' ORDER BY holiday.id)
                   FROM resource_calendar_leaves AS holiday
                  WHERE holiday.resource_id IS NULL
                    AND (holiday.calendar_id = calendar.id
                         OR holiday.calendar_id IS NULL))))"""
        )

    def _widen_support_working_time(self, start, end):
        """Yield the working time from an instant on, further each time.

        For who does not know how far to look: the first that is enough is the last that
        is asked for, and a calendar that closes for good is asked a few times only.

        :param datetime start: naive UTC
        :param datetime end: naive UTC, the end of the first
        :return: iterator of WorkingTime
        """
        first_end = end
        for _step in range(HORIZON_STEPS):
            yield self._get_support_working_time(start, end)
            end = first_end + (end - start) * HORIZON_FACTOR

    def _get_support_days_after(self, moments):
        """Return the same times of the day so many working days later.

        :param moments: of pairs: naive UTC, and a number of days
        :return: for each pair an instant, naive UTC; None if the calendar closes for
            good before it; without a calendar every day is one
        :rtype: dict[tuple[datetime, int], datetime]
        """
        if not self:
            return {pair: pair[0] + timedelta(days=pair[1]) for pair in moments}
        pending = set(moments)
        found = dict.fromkeys(pending)
        if not pending:
            return found
        start = min(moment for moment, _days in pending)
        end = max(moment + timedelta(days=2 * days) for moment, days in pending)
        zone = find_zone(self.tz)
        for working in self._widen_support_working_time(start, end + FIRST_HORIZON):
            found.update((pair, working.add_days(*pair, zone)) for pair in pending)
            pending = {pair for pair in pending if found[pair] is None}
            if not pending:
                break
        return found

    def _refresh_support_clocks(self):
        """Compute again the open clocks of the plans that use these calendars."""
        # In sudo mode because whoever edits a holiday need not see the plans.
        self.sudo().support_plan_ids._refresh_open_clocks()


class ResourceCalendarAttendance(models.Model):
    """An opening of a calendar: whoever edits it moves the open deadlines."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances.calendar_id._refresh_support_clocks()
        return attendances

    def write(self, vals):
        calendars = self.calendar_id
        res = super().write(vals)
        (calendars | self.calendar_id)._refresh_support_clocks()
        return res

    def unlink(self):
        calendars = self.calendar_id
        res = super().unlink()
        calendars.exists()._refresh_support_clocks()
        return res


class ResourceCalendarLeaves(models.Model):
    """A holiday of a calendar: whoever edits it moves the open deadlines."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._get_support_calendars()._refresh_support_clocks()
        return leaves

    def write(self, vals):
        calendars = self._get_support_calendars()
        res = super().write(vals)
        (calendars | self._get_support_calendars())._refresh_support_clocks()
        return res

    def unlink(self):
        calendars = self._get_support_calendars()
        res = super().unlink()
        calendars.exists()._refresh_support_clocks()
        return res

    def _get_support_calendars(self):
        """Return the calendars of support plans that these holidays close.

        A person's own leave closes none.

        :rtype: recordset of resource.calendar
        """
        holidays = self.filtered(lambda leave: not leave.resource_id)
        calendars = holidays.calendar_id
        companies = holidays.filtered(lambda leave: not leave.calendar_id).company_id
        if companies:
            # In sudo mode because whoever enters a holiday need not see the plans.
            calendars |= (
                self.env["support.plan"]
                .sudo()
                .search([("calendar_id.company_id", "in", companies.ids)])
                .calendar_id
            )
        return calendars


def _to_second(moment):
    """Return an aware datetime as naive UTC, rounded to the next whole second.

    Odoo ends a day that is open until midnight at 23:59:59.999999.

    :param datetime moment: aware
    :rtype: datetime
    """
    moment = moment.astimezone(pytz.utc).replace(tzinfo=None)
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    return moment
