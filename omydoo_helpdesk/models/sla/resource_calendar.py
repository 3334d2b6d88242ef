# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .support_working_time import WorkingTime


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    support_plan_ids = fields.One2many(
        comodel_name="support.plan", inverse_name="calendar_id"
    )

    def write(self, vals):
        res = super().write(vals)
        if {"attendance_ids", "leave_ids", "global_leave_ids", "tz"} & set(vals):
            self._refresh_support_clocks()
        return res

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

        :param datetime start: naive UTC
        :param datetime end: naive UTC
        :rtype: WorkingTime
        """
        self.ensure_one()
        intervals = self._work_intervals_batch(
            pytz.utc.localize(start),
            pytz.utc.localize(end),
            domain=self._get_support_leave_domain(),
        )[False]
        return WorkingTime(
            [(_to_second(begin), _to_second(stop)) for begin, stop, _meta in intervals],
            start,
            end,
        )

    def _refresh_support_clocks(self):
        """Compute again the open clocks of the plans that use these calendars."""
        # In sudo mode because whoever edits a holiday need not see the plans.
        self.sudo().support_plan_ids._refresh_open_clocks()


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
