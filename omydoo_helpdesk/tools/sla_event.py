# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The log of a ticket: its lines, and what of them was never asked here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile

# Kinds of event
FILED = "filed"
ANSWERED = "answered"
HOLD = "hold"
RESUME = "resume"
SOLVED = "solved"
DISMISSED = "dismissed"
REOPENED = "reopened"
BREACHED = "breached"
ASKED = "asked"  # the customer wrote
MOVED = "moved"  # what they wrote became a ticket of its own
# What ends a clock
ENDINGS = (ANSWERED, SOLVED, DISMISSED)
# Clocks
RESPONSE = "response"
RESOLUTION = "resolution"
NEXT_RESPONSE = "next_response"


@dataclass(frozen=True)
class Event:
    """A line of the log."""

    at: datetime
    kind: str
    # Pairs a HOLD with its RESUME, a SOLVED or DISMISSED with its REOPENED, an ASKED
    # with its MOVED
    cause: str = ""
    party: str = ""  # whom a HOLD waits for
    clock: str = ""  # what a BREACHED is about
    user_id: int = field(default=0, compare=False)  # who caused it; no clock looks
    # When a HOLD ends by itself, unless the log ends or replaces it before
    until: datetime | None = None
    note: str = field(default="", compare=False)  # why, of what comes from elsewhere


def find_moved(events: Iterable[Event]) -> Event | None:
    """Tell which question the last event of a log moved to another ticket.

    :param events: the log, in order, of which the last is a MOVED
    :return: the ASKED; None if it was answered here, or not asked

    >>> asked = Event(datetime(2026, 6, 1, 11), ASKED, "7")
    >>> answered = Event(datetime(2026, 6, 1, 12), ANSWERED)
    >>> moved = Event(datetime(2026, 6, 1, 13), MOVED, "7")
    >>> find_moved([asked, moved]) == asked, find_moved([asked, answered, moved])
    (True, None)
    """
    *past, moved = events
    since = takewhile(lambda event: event.kind != ANSWERED, reversed(past))
    return next(
        (event for event in since if (event.kind, event.cause) == (ASKED, moved.cause)),
        None,
    )


def drop_moved(events) -> list[Event]:
    """Return a log without what became tickets of their own.

    An exchange that began with such a question was none: what was late of it is not
    late of the next one.

    :param events: the log, in order
    """
    kept = []
    for event in events:
        if event.kind != MOVED:
            kept.append(event)
            continue
        asked = find_moved([*kept, event])
        if asked is None:
            continue
        index = kept.index(asked)
        talk = [past.kind for past in kept[:index] if past.kind in (ASKED, ANSWERED)]
        began = talk[-1:] != [ASKED]
        kept = kept[:index] + [
            later
            for later in kept[index + 1 :]
            if not began or (later.kind, later.clock) != (BREACHED, NEXT_RESPONSE)
        ]
    return kept
