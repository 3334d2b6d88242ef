# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import models

from .support_working_time import (
    FIRST_HORIZON,
    HORIZON_FACTOR,
    HORIZON_STEPS,
    AroundTheClock,
)

SECOND = timedelta(seconds=1)


class SupportPromiseMixin(models.AbstractModel):
    """What a plan promises for a ticket that would be filed now.

    Used by the plan: by the same working time as the clocks of its tickets.
    """

    _name = "support.promise.mixin"
    _description = "Promise for Now"

    def _get_promises(self, now):
        """Return by when a ticket filed now is answered, for each priority.

        :param datetime now: naive UTC
        :return: by priority the ``deadline`` of the first response, False if it is
            too far to be known, and when the clock starts if that is ``later``, else
            False; priorities without a promise are not there
        :rtype: dict[str, dict]
        """
        self.ensure_one()
        targets = {
            line.priority: timedelta(hours=line.response_hours)
            for line in self.sla_ids
            if line.response_hours
        }
        if not targets:
            return {}
        if not self.calendar_id:
            working = AroundTheClock()
        else:
            working = self._get_promise_hours(now, max(targets.values()))
        first = working.add(now, SECOND)
        start = first and first - SECOND
        return {
            priority: {
                "deadline": working.add(now, target) or False,
                "later": start if start and start > now else False,
            }
            for priority, target in targets.items()
        }

    def _get_promise_hours(self, now, target):
        """Return the working time from now on, as far as a target needs.

        :param datetime now: naive UTC
        :param timedelta target: working time
        :rtype: WorkingTime
        """
        self.ensure_one()
        horizon = FIRST_HORIZON
        for _step in range(HORIZON_STEPS):
            working = self.calendar_id._get_support_working_time(now, now + horizon)
            if working.add(now, target):
                break
            horizon *= HORIZON_FACTOR
        return working
