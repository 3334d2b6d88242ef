# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Working time as intervals, without any ORM: measured and added in O(log n).

Instants are naive UTC, durations are ``timedelta``.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate

import pytz

ZERO = timedelta()
DAY = timedelta(days=1)
# How far working hours are read at first, and how often the window is widened when a
# target does not fit in it: about ten years, then the deadline is unknown.
FIRST_HORIZON = timedelta(days=45)
HORIZON_FACTOR = 4
HORIZON_STEPS = 4


class HorizonError(Exception):
    """An instant lies outside the horizon on which the working time is known."""


class WorkingTime:
    """Working intervals known on a horizon, to be added and measured in O(log n).

    A deadline falls at the end of an interval, not at the start of the next one:

    >>> hours = [datetime(2026, 6, 1, hour) for hour in (0, 8, 12, 13, 17)]
    >>> day = WorkingTime([hours[3:5], hours[1:3]], hours[0], hours[-1])
    >>> str(day.add(datetime(2026, 6, 1, 7), timedelta(hours=4)))
    '2026-06-01 12:00:00'
    """

    def __init__(self, intervals: Iterable, start: datetime, end: datetime):
        """Merge the intervals and clip them to the horizon.

        :param intervals: (start, stop), which may overlap, touch or be unsorted
        :param start: begin of the horizon
        :param end: end of the horizon, included
        """
        self.start, self.end = start, end
        self._starts: list[datetime] = []
        self._stops: list[datetime] = []
        for first, last in sorted(intervals):
            first, last = max(first, start), min(last, end)
            if self._stops and first <= self._stops[-1]:
                self._stops[-1] = max(self._stops[-1], last)
            elif first < last:
                self._starts.append(first)
                self._stops.append(last)
        # Working time from the start of the horizon to the stop of each interval
        lengths = (b - a for a, b in zip(self._starts, self._stops, strict=True))
        self._worked = list(accumulate(lengths))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the working time from one instant to another.

        :return: working time, zero if `end` is not after `start`
        :raise HorizonError: if either instant is outside the horizon
        """
        return max(self._until(end) - self._until(start), ZERO)

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """Find the earliest instant at which a duration has been worked.

        :param duration: working time; zero or less gives `start`, even out of hours
        :return: the instant, None if the horizon does not hold that much work
        :raise HorizonError: if `start` is outside the horizon
        """
        goal = self._until(start) + duration
        if duration <= ZERO:
            return start
        index = bisect_left(self._worked, goal)
        if index == len(self._worked):
            return None
        return self._stops[index] - (self._worked[index] - goal)

    def add_days(self, start: datetime, days: int, zone) -> datetime | None:
        """Find the same time of the day, so many days with work later.

        The day itself does not count, nor does one without working hours.

        >>> week = WorkingTime(
        ...     [(datetime(2026, 6, day, 8), datetime(2026, 6, day, 16))
        ...      for day in (4, 5, 8, 9)],
        ...     datetime(2026, 6, 4), datetime(2026, 6, 10),
        ... )
        >>> str(week.add_days(datetime(2026, 6, 4, 17), 2, pytz.utc))
        '2026-06-08 17:00:00'

        :param days: none gives `start`
        :param zone: pytz time zone in which a day begins and ends
        :return: the instant, None if the horizon does not hold that many days
        :raise HorizonError: if `start` is outside the horizon
        """
        self._until(start)
        local = pytz.utc.localize(start).astimezone(zone)
        counted = local.date()
        for first, last in zip(self._starts, self._stops, strict=True):
            day = max(_local_date(first, zone), counted + DAY)
            while days and day <= _local_date(last - timedelta.resolution, zone):
                days, counted = days - 1, day
                day += DAY
            if not days:
                break
        if days:
            return None
        found = zone.localize(datetime.combine(counted, local.time()))
        return found.astimezone(pytz.utc).replace(tzinfo=None)

    def _until(self, instant: datetime) -> timedelta:
        """Measure the working time from the start of the horizon to `instant`."""
        if not self.start <= instant <= self.end:
            raise HorizonError(f"{instant} is not in {self.start} - {self.end}")
        index = bisect_right(self._starts, instant) - 1
        if index < 0:
            return ZERO
        return self._worked[index] - max(self._stops[index] - instant, ZERO)


class AroundTheClock:
    """The working time of a plan without a calendar: every second counts."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure like `WorkingTime.between`, without a horizon."""
        return max(end - start, ZERO)

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """Add like `WorkingTime.add`; None only beyond the last year of Python."""
        try:
            return start + max(duration, ZERO)
        except OverflowError:
            return None


def clip(intervals, start: datetime, end: datetime):
    """Return those of many intervals that a horizon needs, without going through all.

    >>> hours = [datetime(2026, 6, 1, hour) for hour in (8, 9, 10, 12, 13, 17)]
    >>> day = tuple(zip(hours[::2], hours[1::2]))
    >>> [f"{a:%H}-{b:%H}" for a, b in clip(day, hours[3] - DAY / 48, hours[4])]
    ['10-12']

    :param intervals: (start, stop), sorted and apart, as a sequence
    :param start: begin of the horizon
    :param end: end of the horizon
    :return: those that overlap it, and maybe the one before it
    """
    first = bisect_left(intervals, (start,))
    return intervals[max(first - 1, 0) : bisect_left(intervals, (end,))]


def _local_date(instant, zone):
    """Return the date on which an instant, naive UTC, is in a time zone."""
    return pytz.utc.localize(instant).astimezone(zone).date()


def find_zone(*names):
    """Return the first time zone that exists.

    Zones are renamed and removed, and what people have chosen stays in the database.

    :param names: of zones, or nothing where none was chosen; what has to be looked up
        may be a function, which is called if no zone before it exists
    :return: that zone, UTC if there is none
    :rtype: pytz.BaseTzInfo

    >>> find_zone(False, "Mars/Olympus", "Europe/Paris").zone
    'Europe/Paris'
    >>> find_zone("Mars/Olympus").zone
    'UTC'
    >>> find_zone("Mars/Olympus", lambda: "Europe/Paris", lambda: 1 / 0).zone
    'Europe/Paris'
    """
    for name in names:
        try:
            return pytz.timezone(name() if callable(name) else name)
        except (pytz.UnknownTimeZoneError, AttributeError):
            continue
    return pytz.utc


def group_week(attendances):
    """Return the hours of a week by runs of days that have the same ones.

    >>> group_week([(0, 8, 12), (0, 13, 17), (1, 8, 12), (1, 13, 17), (5, 9, 12)])
    [(0, 1, ((8, 12), (13, 17))), (5, 5, ((9, 12),))]
    >>> group_week([(2, 8, 12), (2, 12, 17)])
    [(2, 2, ((8, 17),))]

    :param attendances: day of the week (Monday is 0), first and last hour of each
    :return: first and last day of each run, and its hours: what touches is one
    :rtype: list[tuple[int, int, tuple]]
    """
    days = {}
    for day, start, end in sorted(attendances):
        hours = days.setdefault(day, [])
        if hours and start <= hours[-1][1]:
            hours[-1] = (hours[-1][0], max(end, hours[-1][1]))
        elif end > start:
            hours.append((start, end))
    runs = []
    for day, hours in sorted(days.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == tuple(hours):
            runs[-1] = (runs[-1][0], day, runs[-1][2])
        elif hours:
            runs.append((day, day, tuple(hours)))
    return runs
