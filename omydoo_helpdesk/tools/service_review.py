# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What support did for a customer in a period: facts in, figures out, without any ORM.

A review is made of *figures*, each with the records behind it, and of *lists*. Both are
JSON, without a word of any language but what people wrote themselves, and are kept as
they were told. Each definition stands in ``readme/USAGE.md`` (*The review*).

All datetimes are naive UTC; the end of a period is the instant after it.

>>> from datetime import datetime
>>> june = Span(datetime(2026, 6, 1), datetime(2026, 7, 1))
>>> log = (
...     sla_clock.Event(datetime(2026, 5, 30, 9), sla_clock.FILED),
...     sla_clock.Event(datetime(2026, 6, 1, 10), sla_clock.HOLD, "stage", "customer"),
...     sla_clock.Event(datetime(2026, 6, 1, 12), sla_clock.RESUME, "stage"),
...     sla_clock.Event(datetime(2026, 6, 1, 13), sla_clock.SOLVED, "stage"),
... )
>>> review = compute(Facts(span=june, requests=[Request(id=7, events=log)]))
>>> [
...     review["figures"][f"requests.{name}"]["value"]
...     for name in ("open_start", "filed", "back", "closed", "open_end")
... ]
[1, 0, 0, 1, 0]
>>> review["figures"]["time.us"]["value"], review["figures"]["time.customer"]["ids"]
(11.0, [7])
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median

from . import sla_clock
from .service_review_facts import Facts, Request, Span
from .working_time import ZERO

# What is stored names its format: a later one has to read the earlier ones.
FORMAT = 1
TICKET = "helpdesk.ticket"
TIME = "account.analytic.line"
PACK = "sale.order.line"
SUBSCRIPTION = "sale.subscription"
ORDER = "sale.order"
CONVERSION = "support.conversion"
CONTEST = "support.verdict.event"
CHANGE = "support.production.change"
BUG = "support.upstream.bug"
RATING = "rating.rating"
MODULE = "support.custom.module"

US = "us"
PARTIES = ("customer", "editor", "update", "third_party")
JUDGED_STATES = (sla_clock.MET, sla_clock.MISSED, sla_clock.NOT_APPLICABLE)
# Calendar days after which a question that waits for us waits long.
LONG = timedelta(days=5)
# How long before its end a pack is said to end soon.
PACK_NOTICE = timedelta(days=60)
# A forecast needs as many months behind it.
FORECAST_MONTHS = 3
# What is sold, included and counted is no news; nor is a pack that nobody touches.
NO_NEWS = ("code.sold", "code.counted", "hours.included", "packs.left", "packs.months")
# What of each list is told: the page is read in two minutes.
MAX_LISTED = 50
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class _Review:
    """The figures and the lists being made."""

    def __init__(self):
        self.figures = {}
        self.lists = {}

    def add(self, key, model, ids, value=None):
        """Note a figure: how many records, unless it measures something of them."""
        ids = sorted(set(ids))
        value = len(ids) if value is None else value
        if isinstance(value, float):
            # Hundredths of an hour and cents: no noise of a float is ever told, and
            # minus nothing is nothing.
            value = round(value, 2) + 0.0
        self.figures[key] = {"value": value, "model": model, "ids": ids}


def compute(facts: Facts) -> dict:
    """Make a review.

    :param facts: of one customer and one period
    :return: ``format``; ``figures``: by key ``value``, ``model`` and ``ids`` of the
        records behind it; ``lists``: by name, rows to be told in words
    """
    review = _Review()
    _add_requests(review, facts)
    _add_promises(review, facts)
    _add_turns(review, facts)
    _add_hours(review, facts)
    _add_scope(review, facts)
    _add_changes(review, facts)
    _add_bugs(review, facts)
    _add_code(review, facts)
    _add_ratings(review, facts)
    return {"format": FORMAT, "figures": review.figures, "lists": review.lists}


def is_open(events: Iterable) -> bool:
    """Say whether a request is open at the end of a log.

    What is out of scope is, until its stage is closed: the customer is owed an answer.

    >>> is_open([sla_clock.Event(datetime(2026, 6, 1), sla_clock.SOLVED, "stage")])
    False
    """
    closings = sla_clock.get_open_causes(events)[0]
    return all(cause in sla_clock.TALKING for cause in closings)


def _add_requests(review, facts):
    """2. Each request counts once: open at the start, filed or come back within the
    period; at its end it is closed or open.
    """
    groups = defaultdict(list)
    waiting_long = []
    for request in facts.requests:
        filed_at = next(
            event.at for event in request.events if event.kind == sla_clock.FILED
        )
        before = [event for event in request.events if event.at < facts.span.start]
        was_filed = facts.span.holds(filed_at)
        was_open = not was_filed and is_open(before)
        came_back = _count_reopenings(request.events, facts.span)
        stays_open = is_open(request.events)
        if was_filed:
            groups["filed"].append(request.id)
            for name in ("category", "application", "priority"):
                groups[f"{name}.{getattr(request, name)}"].append(request.id)
            if request.is_duplicate:
                groups["duplicates"].append(request.id)
            if request.is_out_of_scope:
                groups["out_of_scope"].append(request.id)
        elif was_open:
            groups["open_start"].append(request.id)
        elif came_back:
            groups["back"].append(request.id)
        elif not stays_open:
            continue  # closed before, and still
        if came_back:
            groups["reopened"].append(request.id)
        groups["open_end" if stays_open else "closed"].append(request.id)
        if stays_open:
            turn, since = get_turn(request.events, facts.span.end)
            groups[f"waiting.{turn}"].append(request.id)
            if since and facts.span.end - since >= LONG:
                waiting_long.append((since, request))
    for key in (
        "open_start",
        "filed",
        "back",
        "closed",
        "open_end",
        "reopened",
        "duplicates",
        "out_of_scope",
        *(f"waiting.{turn}" for turn in (US, *PARTIES)),
    ):
        review.add(f"requests.{key}", TICKET, groups.pop(key, []))
    for key, ids in sorted(groups.items()):
        review.add(f"requests.{key}", TICKET, ids)
    waiting_long.sort(key=lambda row: (row[0], row[1].id))
    review.add("requests.waiting_long", TICKET, [row[1].id for row in waiting_long])
    review.lists["waiting_long"] = [
        {
            **_describe(request),
            "days": (facts.span.end - since) // DAY,
        }
        for since, request in waiting_long[:MAX_LISTED]
    ]


def _describe(request: Request) -> dict:
    return {"id": request.id, "number": request.number, "name": request.name}


def _count_reopenings(events, span: Span) -> int:
    """Count how often a request that was closed is open again, within a period."""
    events = sorted(events, key=lambda event: event.at)
    return sum(
        event.kind == sla_clock.REOPENED
        and span.holds(event.at)
        and not is_open(events[:index])
        and is_open(events[: index + 1])
        for index, event in enumerate(events)
    )


def get_turn(events, now: datetime):
    """Tell whose turn it is at an instant, of an open request.

    A question without an answer waits for us, whatever else the request waits for.

    :param events: the log before that instant
    :param datetime now: the instant, by which holds may have ended by themselves
    :return: "us" or a party, and since when the customer waits for an answer, if so

    >>> filed = sla_clock.Event(datetime(2026, 6, 1), sla_clock.FILED)
    >>> turn, since = get_turn([filed], datetime(2026, 6, 2))
    >>> turn, str(since)
    ('us', '2026-06-01 00:00:00')
    """
    since = sla_clock.get_talk(events).waiting_since
    if since:
        return US, since
    ends = sla_clock.get_hold_ends(events)
    holds = {
        cause: party
        for cause, party in sla_clock.get_open_causes(events)[1].items()
        if cause not in ends or ends[cause] > now
    }
    # As the desk says it of the ticket: what its stage says comes first.
    parties = [holds[cause] for cause in sorted(holds)]
    if "customer" in parties:
        parties.insert(0, "customer")
    return holds.get("stage") or next(iter(parties), US), None


def _add_promises(review, facts):
    """3. A clock counts in the period in which it ended."""
    missed = []
    for clock in (sla_clock.RESPONSE, sla_clock.RESOLUTION):
        states = defaultdict(list)
        spent = defaultdict(list)
        for request in facts.requests:
            result = getattr(request, clock)
            if not facts.span.holds(result.ended_at):
                continue
            for suffix in ("", f".{request.priority}"):
                states[result.state + suffix].append(request.id)
                if result.state in (sla_clock.MET, sla_clock.MISSED):
                    spent[suffix].append((result.hours, request.id))
            if result.state == sla_clock.MISSED:
                missed.append((result.ended_at, clock, request))
        _add_clock(review, clock, states, spent)
    _add_exchanges(review, facts)
    missed.sort(key=lambda row: (row[0], row[2].id, row[1]))
    review.lists["missed"] = [
        _explain_missed(facts, clock, request)
        for _ended_at, clock, request in missed[:MAX_LISTED]
    ]
    review.add(
        "promises.missed", TICKET, [request.id for _at, _clock, request in missed]
    )
    review.add(
        "promises.late",
        TICKET,
        [
            request.id
            for request in facts.requests
            for clock in (request.response, request.resolution)
            if clock.state == sla_clock.ONGOING
            and clock.deadline
            and clock.deadline < facts.span.end
        ],
    )


def _add_clock(review, clock, states, spent):
    for suffix in ("", *sorted({key[1:] for key in spent if key} | _suffixes(states))):
        dotted = f".{suffix}" if suffix else ""
        for state in JUDGED_STATES:
            review.add(f"{clock}.{state}{dotted}", TICKET, states[state + dotted])
        rows = spent[dotted]
        if rows:
            ids = [row[1] for row in rows]
            hours = [row[0] for row in rows]
            review.add(f"{clock}.median{dotted}", TICKET, ids, float(median(hours)))
            worst = max(rows)
            review.add(f"{clock}.worst{dotted}", TICKET, [worst[1]], float(worst[0]))


def _suffixes(states):
    return {key.split(".")[1] for key in states if "." in key}


def _add_exchanges(review, facts):
    """Next responses: one for each message of the customer after the first answer."""
    judged = {sla_clock.MET: [], sla_clock.MISSED: []}
    for request in facts.requests:
        for event in request.events:
            if event.kind == sla_clock.JUDGED and facts.span.holds(event.at):
                if event.cause in judged:
                    judged[event.cause].append(request.id)
    for state, ids in judged.items():
        review.add(f"next_response.{state}", TICKET, ids, len(ids))


def _explain_missed(facts, clock, request):
    """Return when it was due and done, by how much it was late, and what it met.

    In hours of the plan's calendar.
    """
    result = getattr(request, clock)
    run = sla_clock.resolution_clock(
        request.events, None, request.hours, facts.span.end
    )
    late = ZERO
    if result.deadline and result.deadline < result.ended_at:
        late = request.hours.between(result.deadline, result.ended_at)
    return {
        **_describe(request),
        "clock": clock,
        "priority": request.priority,
        "due": result.deadline and result.deadline.isoformat(" "),
        "done": result.ended_at.isoformat(" "),
        "hours": round(result.hours, 2),
        "late": round(late / HOUR, 2),
        "held": {
            party: round(time / HOUR, 2) for party, time in run.held.items() if party
        },
        "reopened": run.reopenings,
    }


def _add_turns(review, facts):
    """4. Of each request, the hours of its calendar within the period, by whose turn it
    was. What two are waited for at once counts for both; a question that waits for us
    is not looked at: a hold is a hold.
    """
    hours = defaultdict(lambda: ZERO)
    ids = defaultdict(set)
    for request in facts.requests:
        run = sla_clock.resolution_clock(
            request.events, None, request.hours, facts.span.end
        )
        for segment in run.segments:
            start = max(segment.start, facts.span.start)
            end = min(segment.end or facts.span.end, facts.span.end)
            if segment.kind == sla_clock.CLOSED or end <= start:
                continue
            time = request.hours.between(start, end)
            for turn in set(segment.parties) or {US}:
                if time:
                    hours[turn] += time
                    ids[turn].add(request.id)
    for turn in (US, *PARTIES):
        review.add(f"time.{turn}", TICKET, ids[turn], hours[turn] / HOUR)


def _add_hours(review, facts):
    """5. By the day of the entry."""
    for kind in ("covered", "charged", "given"):
        rows = facts.times.get(kind, [])
        review.add(
            f"hours.{kind}",
            TIME,
            [row[0] for row in rows],
            sum(r[1] for r in rows) * 1.0,
        )
    _add_included(review, facts)
    packs = facts.packs
    bought = [p for p in packs if facts.first_day <= p.bought_on <= facts.last_day]
    used = [pack for pack in packs if pack.used_within]
    # Work may have been charged to a pack that was bought after it.
    unspent = [
        pack
        for pack in packs
        if pack.bought_on <= facts.last_day and pack.sold - pack.used > 0
    ]
    # What is over cannot be used any more, and is told as such.
    left = [p for p in unspent if not p.end_on or p.end_on > facts.last_day]
    lost = [
        pack
        for pack in unspent
        if pack.end_on and facts.first_day <= pack.end_on <= facts.last_day
    ]
    ending = [
        pack
        for pack in left
        if pack.end_on and pack.end_on <= facts.last_day + PACK_NOTICE
    ]
    for name, some, total in (
        ("bought", bought, sum(pack.sold for pack in bought)),
        ("used", used, sum(pack.used_within for pack in used)),
        ("left", left, sum(pack.sold - pack.used for pack in left)),
        ("ending", ending, sum(pack.sold - pack.used for pack in ending)),
        ("lost", lost, sum(pack.sold - pack.used for pack in lost)),
    ):
        review.add(f"packs.{name}", PACK, [pack.id for pack in some], total * 1.0)
    shown = {pack.id: pack for pack in (*bought, *used, *left, *lost)}
    review.lists["packs"] = [
        {
            "id": pack.id,
            "name": pack.name,
            "end": pack.end_on and pack.end_on.isoformat(),
            "sold": round(pack.sold, 2),
            "used": round(pack.used_within, 2),
            "left": round(pack.sold - pack.used, 2),
            "ending": pack in ending,
        }
        for pack in sorted(shown.values(), key=lambda pack: pack.id)[:MAX_LISTED]
    ]
    pace = _get_pace(facts)
    if pace and left:
        months = sum(pack.sold - pack.used for pack in left) / pace
        review.add("packs.months_left", PACK, [pack.id for pack in left], months)


def _add_included(review, facts):
    """What the plans include, month by month: what is left of one is not carried on.

    Only where a plan promised something about hours.
    """
    if not facts.included:
        return
    subscriptions, entries, beyond = [], [], []
    totals = [0.0, 0.0, 0.0]
    for hours, ids, rows in facts.included:
        # Each month in hundredths, as it is proposed to be sold.
        hours = round(hours, 2)
        used = round(sum(row[1] for row in rows), 2)
        subscriptions += ids
        entries += [row[0] for row in rows]
        if used > hours:
            beyond += [row[0] for row in rows]
        for index, value in enumerate((hours, used, max(used - hours, 0.0))):
            totals[index] += value
    review.add("hours.included", SUBSCRIPTION, subscriptions, totals[0])
    review.add("hours.included_used", TIME, entries, totals[1])
    review.add("hours.beyond", TIME, beyond, totals[2])


def _get_pace(facts):
    """:return: hours a month of the last three, None if packs are younger than that"""
    months = facts.pack_months[:FORECAST_MONTHS]
    first = min((pack.bought_on for pack in facts.packs), default=date.max)
    if len(months) < FORECAST_MONTHS or first > facts.last_day - timedelta(days=91):
        return None
    return sum(months) / FORECAST_MONTHS


def _add_scope(review, facts):
    """6. What was contested and converted, and where the quotations stand."""
    for kind in ("contested", "upheld", "overturned"):
        ids = [event_id for event_id, what in facts.contests if what == kind]
        review.add(f"verdicts.{kind}", CONTEST, ids)
    ways = defaultdict(list)
    for conversion_id, way in facts.conversions:
        ways[way].append(conversion_id)
    for way, ids in sorted(ways.items()):
        review.add(f"scope.{way}", CONVERSION, ids)
    found = {"open": [], "accepted": [], "lost": []}
    for order in facts.quotations:
        if order.outcome and order.outcome_at and order.outcome_at < facts.span.end:
            if facts.span.holds(order.outcome_at):
                is_won = order.outcome == "accepted"
                found["accepted" if is_won else "lost"].append(order)
        elif order.sent_at and order.sent_at < facts.span.end:
            found["open"].append(order)
    for state, orders in found.items():
        ids = [order.id for order in orders]
        review.add(f"quotations.{state}", ORDER, ids)
        total = sum(order.amount for order in orders) * 1.0
        review.add(f"quotations.{state}_amount", ORDER, ids, total)
    review.lists["quotations"] = [
        {
            "id": order.id,
            "name": order.name,
            "amount": round(order.amount, 2),
            "days": (facts.span.end - order.sent_at) // DAY,
        }
        for order in sorted(found["open"], key=lambda order: order.id)[:MAX_LISTED]
    ]


def _add_changes(review, facts):
    """7. Days of the calendar from the question to the agreement."""
    found = {"asked": [], "agreed": [], "refused": [], "applied": []}
    waits = []
    for change_id, events in facts.changes.items():
        asked_at = None
        for at, kind in events:
            kind = "agreed" if kind == "phone" else kind
            if kind == "asked":
                asked_at = at
            if facts.span.holds(at) and kind in found:
                found[kind].append(change_id)
                if kind == "agreed" and asked_at:
                    waits.append(((at - asked_at) / DAY, change_id))
    for kind, ids in found.items():
        review.add(f"changes.{kind}", CHANGE, ids)
    if waits:
        days = float(median(row[0] for row in waits))
        review.add("changes.consent_days", CHANGE, [row[1] for row in waits], days)


def _add_bugs(review, facts):
    """8. Of the bugs behind the customer's requests."""
    reported = [
        bug
        for bug in facts.bugs
        if facts.first_day <= bug.reported_on <= facts.last_day
    ]
    released = [bug for bug in facts.bugs if facts.span.holds(bug.released_at)]
    waiting = [
        bug
        for bug in facts.bugs
        if bug.reported_on <= facts.last_day
        and not (bug.released_at and bug.released_at < facts.span.end)
        and not (bug.refused_on and bug.refused_on <= facts.last_day)
    ]
    for name, bugs in (
        ("reported", reported),
        ("released", released),
        ("waiting", waiting),
    ):
        review.add(f"bugs.{name}", BUG, [bug.id for bug in bugs])
    waiting.sort(key=lambda bug: (bug.reported_on, bug.id))
    review.lists["bugs"] = [
        {
            "id": bug.id,
            "name": bug.name,
            "days": (facts.last_day - bug.reported_on).days,
        }
        for bug in waiting[:MAX_LISTED]
    ]
    if waiting:
        longest = review.lists["bugs"][0]
        review.add("bugs.waiting_days", BUG, [longest["id"]], longest["days"])


def _add_code(review, facts):
    """9. Lines of custom code, as of the day on which the review is made."""
    for index, name in enumerate(("sold", "counted", "missing"), start=1):
        ids = [module_id for row in facts.code for module_id in row[0]]
        review.add(f"code.{name}", MODULE, ids, sum(row[index] for row in facts.code))


def _add_ratings(review, facts):
    """10. What was said in the period, with the words."""
    for satisfaction in ("satisfied", "okay", "dissatisfied"):
        review.add(
            f"ratings.{satisfaction}",
            RATING,
            [row[0] for row in facts.ratings if row[1] == satisfaction],
        )
    review.lists["words"] = [
        {"id": row[0], "satisfaction": row[1], "text": row[2], "request": row[3]}
        for row in sorted(facts.ratings)
        if row[2]
    ][:MAX_LISTED]


def get_attention(review) -> dict:
    """Tell what of a review a manager looks at first.

    :param review: as made by ``compute``
    :return: by reason, how many; only those there are

    >>> get_attention(compute(Facts(span=Span(datetime.min, datetime.max))))
    {}
    """
    figures = review["figures"]
    return {
        name: len(figures[key]["ids"])
        for name, key in (
            ("missed", "promises.missed"),
            ("late", "promises.late"),
            ("unhappy", "ratings.dissatisfied"),
            ("waiting", "requests.waiting_long"),
            ("packs", "packs.ending"),
        )
        if key in figures and figures[key]["ids"]
    }


def is_quiet(review) -> bool:
    """Say whether nothing happened of which there is something to tell."""
    return not any(
        figure["value"]
        for key, figure in review["figures"].items()
        if not key.startswith(NO_NEWS)
    )


def get_changes(before, after) -> list:
    """Tell which figures of two versions of a review differ.

    :param before: as made by ``compute``
    :param after: likewise
    :return: key, value before and after (None where there was none), in order

    >>> one = {"figures": {"a": {"value": 1}, "b": {"value": 2}}}
    >>> get_changes(one, {"figures": {"a": {"value": 1}, "b": {"value": 3}}})
    [('b', 2, 3)]
    """
    rows = (
        (key, *(side["figures"].get(key, {}).get("value") for side in (before, after)))
        for key in sorted({**after["figures"], **before["figures"]})
    )
    return [row for row in rows if (row[1] or 0) != (row[2] or 0)]
