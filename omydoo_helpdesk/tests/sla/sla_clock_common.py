# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.tests import BaseCase

from ...tools.sla_clock import (
    ANSWERED,
    ASKED,
    BREACHED,
    DISMISSED,
    HOLD,
    NEXT_RESPONSE,
    OUT_OF_SCOPE,
    REOPENED,
    RESOLUTION,
    RESPONSE,
    RESUME,
    SOLVED,
    Event,
    next_response_clock,
    resolution_clock,
    response_clock,
)
from ...tools.working_time import WorkingTime
from .sla_oracle import (
    PARIS_OFFICE,
    paris,
)

ZERO = timedelta()
HOUR = timedelta(hours=1)
CLOCKS = {
    RESPONSE: response_clock,
    RESOLUTION: resolution_clock,
    NEXT_RESPONSE: next_response_clock,
}

# What random cases are made of
# Where hours are lost or found, an ordinary week, and the turn of a year
WEEKS = (
    ("Europe/Paris", datetime(2026, 3, 26)),
    ("Europe/Paris", datetime(2026, 10, 22)),
    ("Europe/Paris", datetime(2026, 6, 1)),
    ("America/New_York", datetime(2026, 3, 5)),
    ("America/New_York", datetime(2026, 10, 29)),
    ("America/New_York", datetime(2026, 12, 29)),
)
# Minutes of a day: round hours, halves and some odd ones, but none in the hours that
# a change of clock skips or repeats
BOUNDS = [0, 60, 120, *range(180, 1441, 60), *range(210, 1440, 60), 7, 499, 601, 1439]
# What begins, what ends it, and the cause of both; some of it belongs together
EPISODES = (
    *((HOLD, RESUME, cause) for cause in ("bug", "stage", "update")),
    *((SOLVED, REOPENED, cause) for cause in ("stage", "stage", "stage", "duplicate")),
    *((DISMISSED, REOPENED, cause) for cause in ("stage", OUT_OF_SCOPE)),
    (ANSWERED, REOPENED, ""),
    *((ASKED, ANSWERED, "") for _number in range(4)),
    *((BREACHED, REOPENED, "") for _number in range(2)),
)


def paris_working_time(first="2026-01-01 00:00", last="2027-01-01 00:00"):
    """Monday to Friday, 08:00-12:00 and 13:00-17:00, between two times of Paris."""
    start, end = paris(first), paris(last)
    return WorkingTime(PARIS_OFFICE.get_intervals(start, end), start, end)


def log(*lines):
    """Write events as ("2026-06-01 09:00", kind, cause, party), in Paris time."""
    return [Event(paris(at), *values) for at, *values in lines]


class ClockCase(BaseCase):
    """The clocks by hand: dates that anybody can check against a paper calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = paris_working_time()

    def _resolve(self, *lines, hours=4, now, working=None):
        """Run the resolution clock, 4 working hours unless said; times of Paris."""
        target = hours if hours is None else hours * HOUR
        return resolution_clock(log(*lines), target, working or self.office, paris(now))

    def _respond(self, *lines, hours=4, now, working=None):
        """Run the response clock, 4 working hours unless said; times of Paris."""
        target = hours if hours is None else hours * HOUR
        return response_clock(log(*lines), target, working or self.office, paris(now))
