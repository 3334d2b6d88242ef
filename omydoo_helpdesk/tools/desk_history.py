# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the history of a ticket of another desk tells of its clocks, and what not.

Nothing is claimed that the history does not tell: a result that it leaves open is
neither kept nor missed.

>>> from datetime import datetime
>>> history = get_history({
...     "filed_at": datetime(2026, 6, 1, 8),
...     "closed": True,
...     "closed_at": datetime(2026, 6, 1, 12),
... })
>>> [event["kind"] for event in history.events]
['filed', 'closed']
>>> sorted(history.known["response"]), sorted(history.known["resolution"])
([], ['met'])
"""

from dataclasses import dataclass
from datetime import timedelta

from . import sla_clock
from .desk_format import CUSTOMER, DESK, REPLY
from .sla_clock import MET, MISSED, NEXT_RESPONSE, RESOLUTION, RESPONSE
from .sla_event import MOVED

# What a closing is called whose stage says how it ends the clocks
CLOSED = "closed"
STAGE = "stage"
CLOSINGS = (sla_clock.SOLVED, sla_clock.DISMISSED)
# What names the message that it is about
QUESTIONS = (sla_clock.ASKED, MOVED)
# What the customer sends within that time belongs to the request.
FILING = timedelta(minutes=1)


@dataclass(frozen=True)
class History:
    """The events of a ticket, and which results they prove."""

    # Dicts as the events of the format; of kind CLOSED, what ends the clocks as the
    # stage says
    events: list
    # By clock, the results that are certain
    known: dict
    # When it was closed, be it guessed; None if it is open
    closed_at: object


def name_question(message_id):
    """Return how the log names a message of another desk: as none of here is named.

    :param str message_id: of the file
    :rtype: str

    >>> name_question("7")
    '~7'
    """
    return f"~{message_id}"


def get_history(ticket):
    """Return the history of a ticket.

    - With a log (``events``) all is told, unless it ends open and the ticket is closed.
    - Messages tell who answered when: of the response everything, of the resolution
      only that it was kept, for nobody knows how long the ticket waited for others.
    - Without either, ``answered_at`` and ``closed_at`` tell of themselves.

    :param dict ticket: as checked by ``desk_format``
    :rtype: History
    """
    closed_at = _find_closing(ticket)
    events = _get_given_events(ticket)
    if events is None:
        return _tell_history(ticket, closed_at)
    known = {clock: {MET, MISSED} for clock in sla_clock.CLOCKS}
    last = next(
        (
            event
            for event in reversed(events)
            if event.get("cause") == STAGE
            and event["kind"] in (*CLOSINGS, sla_clock.REOPENED)
        ),
        None,
    )
    if ticket.get("closed"):
        if last and last["kind"] in CLOSINGS:
            # The stage here says how it ends the clocks.
            last["kind"] = CLOSED
            if "closed_at" not in ticket:
                closed_at = last["at"]
        else:
            events.append({"kind": CLOSED, "at": closed_at, "cause": STAGE})
            if "closed_at" not in ticket:
                known[RESOLUTION] = set()
    events.sort(key=lambda event: event["at"])
    return History(events, known, closed_at)


def _find_closing(ticket):
    if not ticket.get("closed"):
        return None
    if "closed_at" in ticket:
        return max(ticket["closed_at"], ticket["filed_at"])
    moments = [
        ticket["filed_at"],
        *(ticket[name] for name in ("answered_at", "moved_at") if name in ticket),
        *(message["at"] for message in ticket.get("messages", ())),
        *(event["at"] for event in ticket.get("events", ())),
    ]
    return max(moments)


def _get_given_events(ticket):
    if "events" not in ticket:
        return None
    filed_at = ticket["filed_at"]
    events = sorted(
        # Nothing happens before the filing.
        ({**event, "at": max(event["at"], filed_at)} for event in ticket["events"]),
        key=lambda event: event["at"],
    )
    others = [event for event in events if event["kind"] != sla_clock.FILED]
    first = next((event for event in events if event["kind"] == sla_clock.FILED), {})
    return [{**first, "kind": sla_clock.FILED, "at": filed_at}, *others]


def _tell_history(ticket, closed_at):
    """Return the history that the messages and dates of a ticket tell.

    :param dict ticket: without a log
    :param datetime closed_at: when it was closed, if it is
    :rtype: History
    """
    filed_at = ticket["filed_at"]
    known = {clock: set() for clock in sla_clock.CLOCKS}
    log = [sla_clock.Event(filed_at, sla_clock.FILED)]
    said = [
        (message["at"], message["by"])
        for message in ticket.get("messages", ())
        if message["kind"] == REPLY
    ]
    if "answered_at" in ticket:
        said.append((ticket["answered_at"], DESK))
    for at, who in sorted(said):
        at = max(at, filed_at)
        if closed_at and at > closed_at:
            break  # of a closed ticket: mostly words of thanks
        if who == DESK:
            event = sla_clock.Event(at, sla_clock.ANSWERED)
            if sla_clock.is_answer(event, log):
                log.append(event)
        elif who == CUSTOMER and at - filed_at > FILING:
            log.append(sla_clock.Event(at, sla_clock.ASKED))
    if any(event.kind == sla_clock.ANSWERED for event in log):
        known[RESPONSE] = {MET, MISSED}
        if "messages" in ticket:
            known[NEXT_RESPONSE] = {MET, MISSED}
    events = [{"kind": event.kind, "at": event.at} for event in log]
    if closed_at:
        events.append({"kind": CLOSED, "at": closed_at, "cause": STAGE})
        if "closed_at" in ticket:
            # Holds that nobody told of would only have left more time.
            known[RESOLUTION] = {MET}
    return History(events, known, closed_at)
