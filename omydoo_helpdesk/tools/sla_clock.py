# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The clocks of a ticket, and whose turn it is, as pure functions of its log.

Nothing here knows the ORM: the caller reads the log and the working intervals of
the plan's calendar, this module answers by arithmetic. All datetimes are naive UTC,
all durations are `timedelta` of *working* time.

>>> from datetime import datetime, timedelta
>>> june = WorkingTime(  # 08:00-12:00 and 13:00-17:00, four days
...     [(datetime(2026, 6, day, first), datetime(2026, 6, day, first + 4))
...      for day in (1, 2, 3, 4) for first in (8, 13)],
...     datetime(2026, 6, 1), datetime(2026, 6, 5),
... )
>>> log = [
...     Event(datetime(2026, 6, 1, 9), FILED),
...     Event(datetime(2026, 6, 1, 10), HOLD, "awaiting", "customer"),
...     Event(datetime(2026, 6, 2, 16), RESUME, "awaiting"),
... ]
>>> clock = resolution_clock(log, timedelta(hours=4), june, datetime(2026, 6, 2, 17))
>>> clock.state, str(clock.deadline), str(clock.spent), str(clock.remaining)
('ongoing', '2026-06-03 10:00:00', '2:00:00', '2:00:00')
>>> str(clock.held["customer"]), [segment.kind for segment in clock.segments]
('13:00:00', ['run', 'hold', 'run'])
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from .sla_event import (
    ANSWERED,
    ASKED,
    BREACHED,
    DISMISSED,
    FILED,
    HOLD,
    NEXT_RESPONSE,
    REOPENED,
    RESOLUTION,
    RESPONSE,
    RESUME,
    SOLVED,
    Event,
    drop_moved,
)
from .working_time import ZERO, AroundTheClock, WorkingTime

# Kinds that change nothing here, and that the rest of the desk keeps in the same log
CHANGED = "changed"  # what was promised
CORRECTED = "corrected"  # the result of a clock, by a manager
NOTICED = "noticed"  # someone was told of a risk or a breach
JUDGED = "judged"  # how an exchange ended, as its cause

# Cause of a DISMISSED that ends the resolution clock only: whoever asks for something
# that the plan does not cover is still owed an answer.
OUT_OF_SCOPE = "out_of_scope"
# Cause of a DISMISSED that ends what was promised, whatever stage the ticket is in.
CONVERSION = "conversion"
# Whoever writes to a ticket that is closed for nothing else waits for an answer.
TALKING = (OUT_OF_SCOPE, CONVERSION)
# Clocks
CLOCKS = (RESPONSE, RESOLUTION, NEXT_RESPONSE)
# A CHANGED whose cause starts so says which priority was agreed.
PRIORITY = "priority:"
# Kinds of segment, beside HOLD
RUN = "run"
CLOSED = "closed"
# States of a clock
NONE = "none"
ONGOING = "ongoing"
HELD = "held"
MET = "met"
MISSED = "missed"
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Segment:
    """A stretch of time during which nothing changed for a clock."""

    start: datetime
    end: datetime | None  # None in the last one, which is still going on
    kind: str
    causes: tuple[str, ...]  # of the holds or of the closings, sorted
    parties: tuple[str, ...]  # of the holds, in the order of their causes
    spent: timedelta  # working time of a run, to the present if it goes on
    held: timedelta  # working time of a hold, likewise


@dataclass(frozen=True)
class ClockResult:
    """What a clock says."""

    # none, ongoing, held, met, missed or not_applicable; late is no state, it is an
    # ongoing clock whose deadline is past
    state: str
    # None without a target, while held by what nobody knows the end of, or when the
    # horizon is too short. Of a hold that ends by itself the end is known, and so is
    # the deadline after it, the same before that end and after it. A hold that began
    # after the deadline keeps it: a breach does not vanish; one that began at it has
    # none, for nothing is late yet. On a clock that ended before its deadline, it is
    # the one it would have met, had it run on from its end
    deadline: datetime | None
    ended_at: datetime | None  # when it was answered or closed, if it still is
    spent: timedelta  # up to the end, the begin of the current hold or the present
    remaining: timedelta | None  # target - spent, None without a target
    # Earliest recorded breach, else when the target of a missed clock was used up
    breached_at: datetime | None
    held: dict[str, timedelta]  # by party; "" is the total, where nothing counts twice
    held_since: datetime | None  # begin of the hold, or holds in a row, still open
    resumes_at: datetime | None  # when these holds end by themselves, if they do
    reopenings: int  # from closed to open, save for mere corrections of the scope
    segments: tuple[Segment, ...]


NO_EXCHANGE = ClockResult(
    state=NONE,
    deadline=None,
    ended_at=None,
    spent=ZERO,
    remaining=None,
    breached_at=None,
    held={"": ZERO},
    held_since=None,
    resumes_at=None,
    reopenings=0,
    segments=(),
)


@dataclass(frozen=True)
class Talk:
    """Who spoke last, and what was said since."""

    is_open: bool  # False once the ticket is closed, save for a matter of promise
    # When the customer first wrote what nobody has answered since, the filing included;
    # None if they were answered, or the ticket is closed
    waiting_since: datetime | None
    # The log of the last exchange after the first answer, as that of a ticket filed
    # with the customer's message; empty if there was none
    exchange: tuple[Event, ...]


Log = Iterable[Event]
Hours = WorkingTime | AroundTheClock


def response_clock(
    events: Log, target: timedelta | None, working: Hours | None, now: datetime
) -> ClockResult:
    """Run the clock of the first response.

    It never stands still for a hold, and the first answer ends it for good. A ticket
    closed without an answer stops it: missed if it was late by then, not applicable
    otherwise; reopening the ticket resumes it.

    :param events: the log, in any order; among events of the same instant the order
        given decides. Events before the filing are taken as of the filing
    :param target: working time promised, None without a promise
    :param working: hours of the plan; None, around the clock, only without a target
    :param now: the present; taken as that of the last event if this one is later
    :return: the result of the clock
    :raise ValueError: if the log has no FILED, or a target comes without `working`
    :raise HorizonError: if an event, the end of a hold or the present of an open
        clock is off the horizon

    >>> log = [
    ...     Event(datetime(2026, 6, 1, 9), FILED),
    ...     Event(datetime(2026, 6, 1, 11), ANSWERED),
    ... ]
    >>> hours, late = AroundTheClock(), datetime(2026, 6, 9)
    >>> clock = response_clock(log, timedelta(hours=1), hours, late)
    >>> clock.state, str(clock.breached_at), str(clock.ended_at)
    ('missed', '2026-06-01 10:00:00', '2026-06-01 11:00:00')
    """
    return _run_clock(RESPONSE, events, target, working, now)


def resolution_clock(
    events: Log, target: timedelta | None, working: Hours | None, now: datetime
) -> ClockResult:
    """Run the clock of the resolution.

    It stands still while a hold is open, and ends while the ticket is closed: met or
    missed by the time worked if it is solved, not applicable if it is dismissed. A hold
    with an end counts up to it and no further, whether or not anybody noted the end.
    Parameters, result and errors are those of `response_clock`.

    >>> log = [
    ...     Event(datetime(2026, 6, 1, 9), FILED),
    ...     Event(datetime(2026, 6, 1, 10), SOLVED, "stage"),
    ...     Event(datetime(2026, 6, 3, 10), REOPENED, "stage"),
    ... ]
    >>> def show(log):
    ...     late = datetime(2026, 6, 9)
    ...     clock = resolution_clock(log, timedelta(hours=2), AroundTheClock(), late)
    ...     return clock.state, str(clock.deadline), clock.reopenings
    >>> show(log[:2]), show(log)
    (('met', '2026-06-01 11:00:00', 0), ('ongoing', '2026-06-03 11:00:00', 1))
    >>> friday = datetime(2026, 6, 5, 8)
    >>> held = [log[0], Event(datetime(2026, 6, 1, 10), HOLD, "stage", until=friday)]
    >>> [
    ...     (clock.state, str(clock.deadline))
    ...     for now in (datetime(2026, 6, 2), datetime(2026, 6, 9))
    ...     for clock in [
    ...         resolution_clock(held, timedelta(hours=2), AroundTheClock(), now)
    ...     ]
    ... ]
    [('held', '2026-06-05 09:00:00'), ('ongoing', '2026-06-05 09:00:00')]
    """
    return _run_clock(RESOLUTION, events, target, working, now)


def next_response_clock(
    events: Log, target: timedelta | None, working: Hours | None, now: datetime
) -> ClockResult:
    """Run the clock of the next response, on the last exchange of a log.

    An exchange begins with the first message of the customer after an answer, and ends
    with the answer to it; what comes before the first answer is the first response's.
    In between it is a first response: it never stands still for a hold, a closing
    stops it and a reopening resumes it. Parameters and errors are those of
    `response_clock`.

    :return: the result of the last exchange; its state is `none` without a promise,
        and until there is an exchange

    >>> log = [
    ...     Event(datetime(2026, 6, 1, 9), FILED),
    ...     Event(datetime(2026, 6, 1, 10), ANSWERED),
    ...     Event(datetime(2026, 6, 1, 11), ASKED),
    ...     Event(datetime(2026, 6, 1, 12), ASKED),
    ...     Event(datetime(2026, 6, 1, 14), ANSWERED),
    ... ]
    >>> def show(log):
    ...     late = datetime(2026, 6, 9)
    ...     hours = AroundTheClock()
    ...     clock = next_response_clock(log, timedelta(hours=2), hours, late)
    ...     return clock.state, clock.deadline and clock.deadline.hour
    >>> show(log[:2]), show(log[:4]), show(log)
    (('none', None), ('ongoing', 13), ('missed', 13))
    """
    exchange = get_talk(events).exchange
    if not exchange:
        _check_working(target, working)
        return NO_EXCHANGE
    return _run_clock(NEXT_RESPONSE, exchange, target, working, now)


class _Status:
    """What is open for a clock at a point of its log."""

    def __init__(self, clock: str):
        self.clock = clock
        self.answered = False
        self.holds: dict[str, str] = {}  # cause -> party
        self.closings: dict[str, str] = {}  # cause -> SOLVED or DISMISSED
        self.reopenings = 0
        self._closed_beyond_scope = False

    def apply(self, event: Event):
        """Take account of an event, if it touches this clock."""
        kind, cause = event.kind, event.cause
        out_of_scope = kind == DISMISSED and cause == OUT_OF_SCOPE
        if self.clock != RESOLUTION:
            if self.answered or out_of_scope or kind in (HOLD, RESUME):
                return
            self.answered = kind == ANSWERED
        if kind == HOLD:
            self.holds[cause] = event.party
        elif kind == RESUME:
            self.holds.pop(cause, None)
        elif kind in (SOLVED, DISMISSED):
            self.closings[cause] = kind
            self._closed_beyond_scope |= not out_of_scope
        elif kind == REOPENED and self.closings:
            for ended in [cause] if cause else list(self.closings):
                self.closings.pop(ended, None)
            if not self.closings:
                # Solved and out of scope at once counts, whichever is undone first.
                self.reopenings += self._closed_beyond_scope
                self._closed_beyond_scope = False

    def describe(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """:return: kind, causes and parties of the segment that begins here"""
        if self.answered:
            return CLOSED, (ANSWERED,), ()
        if self.closings:
            return CLOSED, tuple(sorted(self.closings)), ()
        if self.holds:
            causes = tuple(sorted(self.holds))
            return HOLD, causes, tuple(self.holds[cause] for cause in causes)
        return RUN, (), ()


def get_open_causes(events: Log) -> tuple[dict[str, str], dict[str, str]]:
    """Tell what closes and what holds a ticket at the end of its log.

    :param events: the log, as in `response_clock`
    :return: kind of each open closing by cause, party of each open hold by cause

    A hold whose end has passed is open until the log says that it ended: see
    `get_hold_ends`.

    >>> get_open_causes([Event(datetime(2026, 6, 1, 9), HOLD, "stage", "customer")])
    ({}, {'stage': 'customer'})
    """
    status = _Status(RESOLUTION)
    for event in sorted(events, key=lambda event: event.at):
        status.apply(event)
    return status.closings, status.holds


def get_talk(events: Log) -> Talk:
    """Tell who waits for whom at the end of a log.

    Nothing but an answer is an answer: a ticket closed without one still waits when it
    is opened again. Of what the customer writes on a closed ticket, the last message
    before it is opened again counts: most others are words of thanks. What became a
    ticket of its own before anybody answered it was never asked here.

    :param events: the log, as in `response_clock`
    :raise ValueError: if the log has no FILED

    >>> log = [
    ...     Event(datetime(2026, 6, 1, 9), FILED),
    ...     Event(datetime(2026, 6, 1, 10), ANSWERED),
    ...     Event(datetime(2026, 6, 1, 11), SOLVED, "stage"),
    ...     Event(datetime(2026, 6, 1, 12), ASKED),
    ...     Event(datetime(2026, 6, 3, 15), ASKED),
    ...     Event(datetime(2026, 6, 3, 15), REOPENED, "stage"),
    ... ]
    >>> for length in (1, 2, 4, 6):
    ...     talk = get_talk(log[:length])
    ...     print(talk.is_open, talk.waiting_since, len(talk.exchange))
    True 2026-06-01 09:00:00 0
    True None 0
    False None 0
    True 2026-06-03 15:00:00 3
    """
    events = drop_moved(sorted(events, key=lambda event: event.at))
    filed = _get_filing(events)
    status = _Status(RESOLUTION)
    answered, is_open = False, True
    waiting: datetime | None = filed
    knock = begin = None  # where in the log, and what the ticket was closed for
    for index, event in enumerate(events):
        status.apply(event)
        is_open = all(cause in TALKING for cause in status.closings)
        if event.kind == ANSWERED:
            waiting = knock = None
            answered = True
        elif event.kind == ASKED and waiting is None:
            knock = index, dict(status.closings)
        if knock and is_open:
            waiting = max(events[knock[0]].at, filed)
            begin = knock if answered else begin
            knock = None
    exchange: tuple[Event, ...] = ()
    if begin:
        index, closings = begin
        at = max(events[index].at, filed)
        exchange = (
            Event(at, FILED),
            *(Event(at, kind, cause) for cause, kind in closings.items()),
            *events[index + 1 :],
        )
    return Talk(is_open, waiting if is_open else None, exchange)


def is_answer(event: Event, log: Log) -> bool:
    """Tell whether an answer answers anything: what was asked after the last one.

    :param event: of kind ANSWERED
    :param log: without the event, in order

    >>> log = [Event(datetime(2026, 6, 1, 9), FILED)]
    >>> first = Event(datetime(2026, 6, 1, 10), ANSWERED)
    >>> second = Event(datetime(2026, 6, 1, 12), ANSWERED)
    >>> asked = Event(datetime(2026, 6, 1, 11), ASKED)
    >>> is_answer(first, log), is_answer(second, [*log, first])
    (True, False)
    >>> is_answer(second, [*log, first, asked]), is_answer(first, [*log, asked, second])
    (True, False)
    """
    log = drop_moved([*log])
    if not any(past.kind == ANSWERED for past in log):
        return True  # the first one, be it dated before the filing
    open_questions = takewhile(lambda past: past.kind != ANSWERED, reversed(log))
    return any(past.kind == ASKED and past.at <= event.at for past in open_questions)


def get_hold_ends(events: Log) -> dict[str, datetime]:
    """Tell which of the holds open at the end of a log end by themselves, and when.

    :param events: the log, as in `response_clock`
    :return: end by cause, maybe past

    >>> friday = datetime(2026, 6, 5, 8)
    >>> get_hold_ends([Event(datetime(2026, 6, 1, 9), HOLD, "stage", until=friday)])
    {'stage': datetime.datetime(2026, 6, 5, 8, 0)}
    """
    latest = {
        event.cause: event
        for event in sorted(events, key=lambda event: event.at)
        if event.kind in (HOLD, RESUME)
    }
    return {
        cause: event.until
        for cause, event in latest.items()
        if event.kind == HOLD and event.until
    }


def _get_ends(events) -> list[Event]:
    """Return the ends of holds that the log does not have, as events.

    :param events: the log, sorted
    :return: for each hold that ends by itself, before anything else ends or replaces
        it, its RESUME, maybe in the future
    """
    ends = []
    latest: dict[str, Event] = {}  # the hold with an end that is open, by cause

    def end(hold, before=None):
        # What has an end in the past begins and ends at once.
        until = hold.until and max(hold.until, hold.at)
        if until and (before is None or until < before):
            ends.append(Event(until, RESUME, hold.cause))

    for event in events:
        if event.kind in (HOLD, RESUME):
            previous = latest.pop(event.cause, None)
            if previous:
                end(previous, event.at)
            if event.kind == HOLD:
                latest[event.cause] = event
    for hold in latest.values():
        end(hold)
    return ends


def _run_clock(clock, events, target, working, now) -> ClockResult:
    """Sweep the log once, then judge; see `response_clock`."""
    _check_working(target, working)
    working = working or AroundTheClock()
    events = sorted(events, key=lambda event: event.at)
    filed = _get_filing(events)
    working.between(filed, events[-1].at)  # raises outside the horizon
    now = max(now, events[-1].at)  # what is in the log has happened
    ends = _get_ends(events)
    past = _merge(events, [event for event in ends if event.at <= now])
    recorded = [e.at for e in events if (e.kind, e.clock) == (BREACHED, clock)]

    status = _Status(clock)
    segments = _get_segments(status, past, filed, working, now)
    spent = sum((segment.spent for segment in segments), ZERO)
    held_since = _get_since(segments, HOLD)
    # An answer sent after the closing is the end, even though no time was counted.
    ended_at = segments[-1].start if status.answered else _get_since(segments, CLOSED)

    foreseen = segments
    if held_since is not None and len(past) < len(events) + len(ends):
        everything = _merge(events, ends)
        horizon = max(now, everything[-1].at)
        foreseen = _get_segments(_Status(clock), everything, filed, working, horizon)
    resumes_at = foreseen[-1].start if foreseen[-1].kind == RUN else None

    remaining = used_up = deadline = None
    overran = False
    if target is not None:
        remaining = target - spent
        used_up = deadline = _get_used_up(segments, target, working)
        overran = used_up is not None and _is_running_after(segments, used_up, now)
        if ended_at is not None and used_up is None:
            deadline = working.add(ended_at, remaining)
        elif held_since is not None and not overran:
            # Nobody knows when a hold ends that has no end; nor is anything late that
            # was held when its time was used up.
            deadline = None
            if resumes_at is not None and used_up is None:
                deadline = working.add(resumes_at, remaining)

    if target is None:
        state = NONE
    elif ended_at is None:
        state = HELD if held_since is not None else ONGOING
    elif clock == RESOLUTION and DISMISSED in status.closings.values():
        state = NOT_APPLICABLE
    elif recorded or overran:
        # A recorded breach outlives a later, longer target.
        state = MISSED
    elif clock != RESOLUTION and not status.answered:
        state = NOT_APPLICABLE
    else:
        state = MET

    return ClockResult(
        state=state,
        deadline=deadline,
        ended_at=ended_at,
        spent=spent,
        remaining=remaining,
        breached_at=min(recorded, default=used_up if state == MISSED else None),
        held=_get_held(segments),
        held_since=held_since,
        resumes_at=resumes_at if held_since is not None else None,
        reopenings=status.reopenings,
        segments=segments,
    )


def _check_working(target, working):
    if working is None and target is not None:
        raise ValueError("A target needs a working time")


def _get_filing(events) -> datetime:
    filed = next((event.at for event in events if event.kind == FILED), None)
    if filed is None:
        raise ValueError("The log has no filing")
    return filed


def _merge(events, ends) -> list[Event]:
    """Return sorted events with the ends of holds among them."""
    if not ends:
        return events
    return sorted([*events, *ends], key=lambda event: event.at)


def _get_segments(status, events, filed, working, now) -> tuple[Segment, ...]:
    """Apply the sorted events to the status and measure what lies between them."""
    changes = []  # (begin, description)
    for event in events:
        status.apply(event)
        begin = max(event.at, filed)
        if changes and changes[-1][0] == begin:
            changes.pop()  # it lasted no time
        description = status.describe()
        if not changes or changes[-1][1] != description:
            changes.append((begin, description))
    ends = [begin for begin, _description in changes[1:]] + [None]
    segments = []
    for (begin, (kind, causes, parties)), end in zip(changes, ends, strict=True):
        time = ZERO if kind == CLOSED else working.between(begin, end or now)
        spent, held = (time, ZERO) if kind == RUN else (ZERO, time)
        segments.append(Segment(begin, end, kind, causes, parties, spent, held))
    return tuple(segments)


def _get_since(segments, kind) -> datetime | None:
    """:return: since when the segments have been of this kind, None if they are not"""
    latest = list(takewhile(lambda segment: segment.kind == kind, reversed(segments)))
    return latest[-1].start if latest else None


def _get_used_up(segments, target, working) -> datetime | None:
    """Find when the runs reach the target; a run still going on has no end."""
    left = target
    for segment in segments:
        if segment.kind == RUN and (segment.end is None or segment.spent >= left):
            return working.add(segment.start, left)
        left -= segment.spent
    return None


def _is_running_after(segments, deadline, now) -> bool:
    """Tell if the clock still ran after a deadline, be it out of hours.

    A target may be used up at the very end of a day: an answer in the evening is late
    although not a minute of work came after the deadline.
    """
    return any(
        segment.kind == RUN and (segment.end or now) > deadline for segment in segments
    )


def _get_held(segments) -> dict[str, timedelta]:
    """:return: working time held by party, and in all under an empty key"""
    held = {"": ZERO}
    for segment in segments:
        for party in {"", *segment.parties} if segment.held else ():
            held[party] = held.get(party, ZERO) + segment.held
    return held
