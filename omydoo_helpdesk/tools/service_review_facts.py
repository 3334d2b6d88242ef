# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a review is made of, as plain values: see ``service_review``.

All datetimes are naive UTC; the end of a period is the instant after it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from . import sla_clock
from .working_time import AroundTheClock, WorkingTime


@dataclass(frozen=True)
class Span:
    """A period, as instants."""

    start: datetime
    end: datetime

    def holds(self, moment) -> bool:
        """Say whether an instant falls in the period; none does not."""
        return bool(moment) and self.start <= moment < self.end


@dataclass
class Clock:
    """What a clock of a request says today; frozen once it has ended."""

    state: str = sla_clock.NONE
    ended_at: datetime | None = None
    hours: float = 0.0  # of the plan's calendar
    deadline: datetime | None = None


@dataclass
class Request:
    """A request, and its log up to the end of the period."""

    id: int
    events: tuple = ()
    number: str = ""
    name: str = ""
    category: int = 0
    application: int = 0
    priority: str = "1"
    is_duplicate: bool = False
    is_out_of_scope: bool = False
    hours: WorkingTime | AroundTheClock = field(default_factory=AroundTheClock)
    response: Clock = field(default_factory=Clock)
    resolution: Clock = field(default_factory=Clock)


@dataclass
class Pack:
    """A pack of hours, counted up to the last day of the period."""

    id: int
    name: str
    bought_on: date
    end_on: date | None
    sold: float
    used: float  # up to the last day
    used_within: float  # in the period


@dataclass
class Quotation:
    """The quotation that a request out of scope became."""

    id: int
    name: str
    amount: float  # without tax, in the currency of our company
    sent_at: datetime | None
    outcome: str  # "" while there is none
    outcome_at: datetime | None


@dataclass
class Bug:
    """A bug behind requests of the customer."""

    id: int
    name: str
    reported_on: date
    refused_on: date | None
    released_at: datetime | None


@dataclass
class Facts:
    """All that a review is made of."""

    span: Span
    first_day: date = date.min
    last_day: date = date.min
    requests: list = field(default_factory=list)
    # kind of hours ("covered", "charged" or "given"): (id, hours) of each entry
    times: dict = field(default_factory=dict)
    # (hours included, ids of subscriptions, (id, hours) of each entry that counts) of
    # each calendar month within the period in which a plan promised something
    included: list = field(default_factory=list)
    packs: list = field(default_factory=list)
    # Hours that packs paid in each of the last months, the latest first
    pack_months: list = field(default_factory=list)
    conversions: list = field(default_factory=list)  # (id, way)
    quotations: list = field(default_factory=list)
    contests: list = field(default_factory=list)  # (id, what happened)
    # change: its events (at, kind), in order
    changes: dict = field(default_factory=dict)
    bugs: list = field(default_factory=list)
    # (ids of modules, lines sold, counted, missing) of each subscription
    code: list = field(default_factory=list)
    # (id, satisfaction, words, number and name of the request)
    ratings: list = field(default_factory=list)
