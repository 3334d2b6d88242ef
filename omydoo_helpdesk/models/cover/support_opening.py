# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.public_holidays import find_holidays
from ...tools.working_time import find_zone

DESK = "base.group_user"
MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"
END_OF_DAY = time(23, 59, 59)


class ResCompany(models.Model):
    """When the desk of a company is open: hours of its own, and days off.

    Odoo leaves working hours and their days off to administrators. Those of the desk
    are for its manager: no calendar but one that was made here is changed.
    """

    _name = "res.company"
    _inherit = ["res.company"]

    support_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Opening Hours",
        domain="[('company_id', 'in', [False, id])]",
        groups=DESK,
        help="When the desk is open: the working hours of the plans that the set-up "
        "makes.",
    )

    # === BUSINESS METHODS === #

    def _check_support_manager(self):
        """Check that the user manages the desk of this company, and works in it.

        :raise AccessError: otherwise
        """
        self.ensure_one()
        if self.env.su:
            return
        if not self.env.user.has_group(MANAGERS) or self not in self.env.companies:
            raise AccessError(
                self.env._(
                    "The set-up is for managers of the helpdesk, in their company."
                )
            )

    def _get_support_zone(self):
        """Return the time zone in which a new desk of this company is open.

        That of its country where it has one only, France among them: its overseas
        parts are countries of their own for the time zones.

        :rtype: str
        """
        self.ensure_one()
        zones = pytz.country_timezones.get(self.country_id.code or "", ())
        if len(zones) == 1:
            return zones[0]
        return find_zone(self.partner_id.tz, self.env.user.tz, *zones[:1]).zone

    def _open_support_desk(self, week, zone):
        """Open the desk in these hours: in a calendar of its own, made or changed.

        :param week: of tuples: day of the week as Odoo writes it, when the desk opens
            and closes, in hours
        :param str zone: name of a time zone
        :raise AccessError: if the user does not manage this desk
        :raise UserError: if it would never be open
        """
        self.ensure_one()
        self._check_support_manager()
        if not week or any(opens >= closes for _day, opens, closes in week):
            raise UserError(
                self.env._("The desk opens before it closes: look at its hours again.")
            )
        labels = dict(
            self.env["resource.calendar.attendance"]
            ._fields["dayofweek"]
            ._description_selection(self.env)
        )
        vals = {
            "tz": zone,
            "attendance_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "name": labels[day],
                            "dayofweek": day,
                            "hour_from": opens,
                            "hour_to": closes,
                            "day_period": "morning" if opens < 12 else "afternoon",
                        }
                    )
                    for day, opens, closes in week
                ),
            ],
        }
        calendar = self.support_calendar_id
        # In sudo mode because only administrators change calendars: this one is the
        # desk's own, made here for a company that the manager works in.
        if calendar.is_support_hours and calendar.company_id == self:
            calendar.sudo().write(vals)
            return
        self.support_calendar_id = (
            self.env["resource.calendar"]
            .sudo()
            .create(
                {
                    **vals,
                    "name": self.env._("Support of %(company)s", company=self.name),
                    "company_id": self.id,
                    "is_support_hours": True,
                }
            )
            .sudo(False)
        )

    def _find_support_holidays(self):
        """Return the public holidays of this year and the next, where the desk is.

        :return: as ``find_holidays``
        """
        self.ensure_one()
        year = fields.Date.context_today(self).year
        return find_holidays(
            self.country_id.code,
            self.state_id.code,
            (year, year + 1),
            self.env.lang or "en_US",
        )

    def _close_support_desk(self, days):
        """Close the desk on these days, once: a day off already is left as it is.

        :param days: of pairs: a date, and why
        :return: how many days were added
        :rtype: int
        :raise AccessError: if the user does not manage this desk
        :raise UserError: if the desk has no hours of its own
        """
        self.ensure_one()
        self._check_support_manager()
        calendar = self.support_calendar_id
        if not calendar.is_support_hours or calendar.company_id != self:
            raise UserError(
                self.env._(
                    "The desk has no opening hours of its own yet. Days off of other "
                    "working hours are for an administrator."
                )
            )
        taken = calendar._get_support_days_off()
        new = {day: name for day, name in days if day not in taken}
        zone = find_zone(calendar.tz)
        # In sudo mode because only administrators enter days off: see above.
        self.env["resource.calendar.leaves"].sudo().create(
            [
                {
                    "name": name,
                    "calendar_id": calendar.id,
                    "company_id": self.id,
                    "resource_id": False,
                    "time_type": "leave",
                    "date_from": _to_utc(datetime.combine(day, time.min), zone),
                    "date_to": _to_utc(datetime.combine(day, END_OF_DAY), zone),
                }
                for day, name in new.items()
            ]
        )
        return len(new)


class ResConfigSettings(models.TransientModel):
    """The same, where an administrator looks for it."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    support_calendar_id = fields.Many2one(
        related="company_id.support_calendar_id",
        readonly=False,
        domain="[('company_id', 'in', [False, company_id])]",
    )


class ResourceCalendar(models.Model):
    """Hours that are the desk's own, and nobody's working time."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar"]

    is_support_hours = fields.Boolean(
        string="Hours of the Support Desk",
        readonly=True,
        copy=False,
        groups=DESK,
        help="Made by the set-up of the desk, whose manager changes them.",
    )

    def _get_support_days_off(self):
        """Return the days on which something closes this calendar.

        :rtype: dict[date, str]
        """
        self.ensure_one()
        zone = find_zone(self.tz)
        days = {}
        leaves = self.env["resource.calendar.leaves"].search(
            Domain(self._get_support_leave_domain())
            & Domain("calendar_id", "in", [False, self.id])
        )
        for leave in leaves:
            day = _to_day(leave.date_from, zone)
            last = _to_day(leave.date_to, zone)
            while day <= last:
                days.setdefault(day, leave.name or "")
                day += timedelta(days=1)
        return days


class ResourceCalendarLeaves(models.Model):
    """A day off of the desk, which its manager may take back."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves"]

    support_day = fields.Date(
        string="Day",
        compute="_compute_support_day",
        groups=DESK,
        help="The day it is where the desk is, wherever this is read.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_from", "calendar_id.tz")
    def _compute_support_day(self):
        for leave in self:
            leave.support_day = leave.date_from and _to_day(
                leave.date_from, find_zone(leave.calendar_id.tz)
            )

    # === ACTION METHODS === #

    def action_support_open(self):
        """Open the desk on these days after all.

        :raise AccessError: for what is no day off of a desk that the user manages
        """
        self.env.company._check_support_manager()
        self.check_access("read")
        for leave in self:
            calendar = leave.calendar_id
            if leave.resource_id or not calendar.is_support_hours:
                raise AccessError(
                    self.env._("Only days off of the support desk are taken back here.")
                )
            calendar.company_id._check_support_manager()
        # In sudo mode because only administrators delete days off: these are of desks
        # that the user manages, as checked above.
        self.sudo().unlink()

    @api.model
    def action_support_days_off(self):
        """List the days off of the desk of the company that the user works in.

        :return: the action
        :rtype: dict
        :raise AccessError: if the user does not manage this desk
        """
        company = self.env.company
        company._check_support_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Days Off of the Desk"),
            "res_model": self._name,
            "views": [
                (self.env.ref("omydoo_helpdesk.support_day_off_view_list").id, "list")
            ],
            "domain": [
                ("calendar_id", "=", company.support_calendar_id.id),
                ("resource_id", "=", False),
            ],
        }


def _to_utc(moment, zone):
    """Return a moment of a time zone as naive UTC.

    :param datetime moment: naive, of the zone
    :param zone: as of pytz
    :rtype: datetime
    """
    return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)


def _to_day(moment, zone):
    """Return the day it is in a time zone.

    :param datetime moment: naive UTC
    :param zone: as of pytz
    :rtype: date
    """
    return pytz.utc.localize(moment).astimezone(zone).date()
