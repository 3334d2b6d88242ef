# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A slow second opinion on the SLA clocks, for the tests.

It looks at every minute, one after the other, and asks the log anew what holds then.
It shares nothing with `tools.sla_clock`, not even the names of the events, so that
an error has to be made twice to go unseen. All instants are whole minutes, naive UTC.
"""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


# While the customer has not written again
NO_EXCHANGE = {
    "state": "none",
    "deadline": None,
    "breached_at": None,
    "ended_at": None,
    "spent": timedelta(),
    "held": {"": timedelta()},
}


class WeeklyCalendar:
    """Local working hours that repeat every week, or every two weeks.

    :param str tz: name of the time zone
    :param list weeks: one or two weeks, each a dict of weekday (0 is Monday) -> list
        of (first minute, last minute) of the local day, the last one excluded
    :param holidays: local dates without work

    The bounds must not fall into an hour that a change of clock skips or repeats.
    """

    def __init__(self, tz, weeks, holidays=()):
        self.tz = ZoneInfo(tz)
        self.weeks = weeks
        self.holidays = frozenset(holidays)
        self._known = {}

    def get_minutes(self, day):
        """:return: list of (first, last) minutes worked on a local date"""
        if day in self.holidays:
            return []
        # Like Odoo: the parity of the weeks since the year 1, not the ISO number.
        week = (day.toordinal() - 1) // 7 % len(self.weeks)
        return self.weeks[week].get(day.weekday(), [])

    def works_at(self, instant):
        """:return: whether the minute that begins at a naive UTC instant is worked"""
        if instant not in self._known:
            local = instant.replace(tzinfo=timezone.utc).astimezone(self.tz)
            minute = local.hour * 60 + local.minute
            self._known[instant] = any(
                first <= minute < last for first, last in self.get_minutes(local.date())
            )
        return self._known[instant]

    def get_intervals(self, start, end):
        """:return: list of naive UTC (start, stop) of the days around start - end"""
        intervals = []
        day = start.date() - DAY
        while day <= end.date() + DAY:
            for minutes in self.get_minutes(day):
                intervals.append(tuple(self._to_utc(day, minute) for minute in minutes))
            day += DAY
        return intervals

    def _to_utc(self, day, minute):
        days, minute = divmod(minute, 24 * 60)
        local = datetime.combine(
            day + days * DAY, time(minute // 60, minute % 60), tzinfo=self.tz
        )
        return local.astimezone(timezone.utc).replace(tzinfo=None)


OFFICE_DAY = [(8 * 60, 12 * 60), (13 * 60, 17 * 60)]
# Monday to Friday, 08:00-12:00 and 13:00-17:00 in Paris
PARIS_OFFICE = WeeklyCalendar("Europe/Paris", [dict.fromkeys(range(5), OFFICE_DAY)])

ALWAYS = WeeklyCalendar("UTC", [dict.fromkeys(range(7), [(0, 24 * 60)])])


def paris(text):
    """Read a local time of Paris.

    :param str text: as in "2026-06-01 09:00"
    :return: naive UTC
    """
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def consult(clock, events, target, calendar, now, limit):  # noqa: C901
    """Judge a clock minute by minute.

    :param str clock: "response", "resolution" or "next_response"
    :param events: objects with at, kind, cause, party, clock and until
    :param target: timedelta of at least a minute, or None
    :param calendar: what has `works_at`
    :param now: the present
    :param limit: end of what may be searched for a deadline
    :return: dict of the fields of the result that a minute-by-minute count can tell
    """
    events = sorted(events, key=lambda event: event.at)
    filed = [event for event in events if event.kind == "filed"][0].at
    since = 0
    if clock == "next_response":
        since = find_exchange(events)
        if since is None:
            return dict(NO_EXCHANGE)
        filed = max(filed, events[since].at)
    present = max(now, events[-1].at)
    goal = target and target // MINUTE
    spent, used_up, closed_since, held = 0, None, None, {"": 0}
    overrun = False  # still running after the deadline, be it out of hours
    ends = {event.until for event in events if event.until}
    changes = {event.at for event in events} | {filed} | ends

    minute, begin = filed, None
    while True:
        if minute in changes or begin is None:
            begin = minute
            past = [event for event in events if event.at <= minute]
            kind, parties = look(past, clock, minute, since)
            if kind not in ("solved", "dismissed", "answered"):
                closed_since = None
            elif closed_since is None:
                closed_since = minute
        if minute == present:
            break
        overrun |= kind == "running" and used_up is not None
        if calendar.works_at(minute):
            if kind == "running":
                spent += 1
                if spent == goal:
                    used_up = minute + MINUTE
            elif kind == "held":
                held[""] += 1
                for party in parties:
                    held[party] = held.get(party, 0) + 1
        minute += MINUTE

    if kind == "answered":
        answers = [event.at for event in events[since:] if event.kind == "answered"]
        closed_since = max(answers[0], filed)
    deadline = None
    if goal and kind == "held" and not overrun:
        # Work that is used up waits for its end, and is not late before that.
        if spent < goal:
            deadline = foresee(events, clock, calendar, present, goal - spent, limit)
    elif goal:
        deadline = used_up or plan(
            calendar, closed_since or present, goal - spent, limit
        )
    state = judge(kind, events[since:], clock, overrun, goal)
    breaches = [
        event.at
        for event in events[since:]
        if event.kind == "breached" and event.clock == clock
    ]
    if state == "missed" and not breaches:
        breaches = [used_up]
    return {
        "state": state,
        "deadline": deadline,
        "breached_at": min(breaches) if breaches else None,
        "ended_at": closed_since,
        "spent": spent * MINUTE,
        "held": {party: count * MINUTE for party, count in held.items()},
        **tell_reopenings(events, clock),
    }


def find_exchange(events):
    """:return: where in the log the last exchange begins, None if there was none"""
    begin = None
    for index, event in enumerate(events):
        if event.kind not in ("asked", "reopened"):
            continue
        past = events[: index + 1]
        if not talks(past):
            continue  # closed still
        answers = [i for i, other in enumerate(past) if other.kind == "answered"]
        if not answers:
            continue
        asked = [
            i
            for i, other in enumerate(past)
            if other.kind == "asked" and i > answers[-1]
        ]
        # What was asked while it was open, and is not answered yet, goes on
        heard = [i for i in asked if talks(events[: i + 1])]
        if asked and begin not in asked:
            begin = heard[0] if heard else asked[-1]
    return begin


def talks(past):
    """:return: whether the ticket is open, or closed for a matter of promise only"""
    return not [
        event
        for event in find_open(past, ("solved", "dismissed"), "reopened")
        if event.cause not in ("out_of_scope", "conversion")
    ]


def find_waiting(events):
    """:return: since when the customer waits, None if nobody does"""
    events = sorted(events, key=lambda event: event.at)
    filed = [event for event in events if event.kind == "filed"][0].at
    if not talks(events):
        return None
    answers = [i for i, event in enumerate(events) if event.kind == "answered"]
    if not answers:
        return filed
    begin = find_exchange(events)
    if begin is None or begin < answers[-1]:
        return None
    return max(events[begin].at, filed)


def foresee(events, clock, calendar, present, minutes, limit):
    """:return: when so much is worked once all holds have ended, None if they do not"""
    ends = {event.until for event in events if event.until}
    minute, kind = present, "held"
    while minute < limit:
        if minute in ends:
            kind, _parties = look(events, clock, minute)
        if kind == "running" and calendar.works_at(minute):
            minutes -= 1
            if not minutes:
                return minute + MINUTE
        minute += MINUTE
    return None


def look(past, clock, minute, since=0):
    """:return: what a clock does in a minute, and for which parties"""
    if clock != "resolution":
        if any(event.kind == "answered" for event in past[since:]):
            return "answered", set()
        past = [
            event
            for event in past
            if (event.kind, event.cause) != ("dismissed", "out_of_scope")
        ]
    closings = find_open(past, ("solved", "dismissed"), "reopened")
    if closings:
        outcomes = {event.kind for event in closings}
        return "dismissed" if "dismissed" in outcomes else "solved", set()
    holds = find_open(past, ("hold",), "resume") if clock == "resolution" else []
    holds = [hold for hold in holds if not hold.until or minute < hold.until]
    return "held" if holds else "running", {event.party for event in holds}


def find_open(past, openers, closer):
    """:return: for each cause, its last event, unless it is the one that ends it"""
    found = []
    for cause in {event.cause for event in past if event.kind in openers}:
        # A reopening without a cause ends all
        last = [
            event
            for event in past
            if (event.kind in openers and event.cause == cause)
            or (event.kind == closer and event.cause == cause)
            or (event.kind == closer == "reopened" and not event.cause)
        ][-1]
        if last.kind != closer:
            found.append(last)
    return found


def plan(calendar, start, minutes, limit):
    """:return: the end of the last of so many working minutes, None after the limit"""
    minute = start
    while minutes > 0:
        if minute >= limit:
            return None
        minutes -= calendar.works_at(minute)
        minute += MINUTE
    return minute


def judge(kind, events, clock, overrun, goal):
    """:return: the state of a clock"""
    if not goal:
        return "none"
    if kind in ("running", "held"):
        return {"running": "ongoing", "held": "held"}[kind]
    late = overrun or any(
        event.kind == "breached" and event.clock == clock for event in events
    )
    if clock == "resolution":
        if kind == "dismissed":
            return "not_applicable"
        return "missed" if late else "met"
    if late:
        return "missed"
    return "met" if kind == "answered" else "not_applicable"


def tell_reopenings(events, clock):
    """:return: dict with the number of reopenings, where anybody counts them"""
    if clock == "next_response":
        return {}
    return {"reopenings": count_reopenings(events, clock)}


def count_reopenings(events, clock):
    """:return: times the clock opened again after more than a matter of scope"""
    count, causes = 0, set()
    for length in range(1, len(events) + 1):
        past = events[:length]
        kind, _parties = look(past, clock, past[-1].at)
        if kind in ("solved", "dismissed"):
            if past[-1].kind in ("solved", "dismissed"):
                causes.add(past[-1].cause)
        elif kind in ("running", "held"):
            count += bool(causes - {"out_of_scope"})
            causes = set()
    return count


def get_dates(start, days):
    """:return: list of so many dates from a datetime on"""
    return [date.fromordinal(start.toordinal() + day) for day in range(days)]
