# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import HOLD_PARTIES
from ...tools import sla_clock
from ...tools.sla_clock import CLOCKS, RESOLUTION, RESPONSE
from ...tools.working_time import (
    FIRST_HORIZON,
    AroundTheClock,
)

SLA_STATES = [
    ("none", "No promise"),
    ("ongoing", "Ongoing"),
    ("held", "On hold"),
    ("met", "Met"),
    ("missed", "Missed"),
    ("not_applicable", "Not applicable"),
]

# The share of a target after which its ticket is at risk.
RISK_RATIO = 0.8


def result_field(field_class, string, **attributes):
    """Return a field that only the engine fills, before the record is inserted."""
    return field_class(
        string=string,
        compute="_compute_sla",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        **attributes,
    )


class RateField(fields.Float):
    """The part of some tickets of which a clock was kept, of its state beside it."""

    def to_sql(self, model, alias):
        """Return the part of one ticket; NULL, which no average counts, for none."""
        # The states are computed of what is pending before they are read.
        state = model._field_to_sql(alias, self.name.replace("rate", "state"))
        return SQL("CASE %s WHEN 'met' THEN 1.0 WHEN 'missed' THEN 0.0 END", state)


class TicketSla(models.Model):
    """By when? Three clocks, their deadlines and states, computed from a log.

    Whom a ticket waits for while its resolution clock stands still, and why.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # First response
    response_deadline = result_field(
        fields.Datetime, "First Response Due", index="btree_not_null"
    )
    response_state = result_field(
        fields.Selection, "First Response", selection=SLA_STATES
    )
    response_ended_at = result_field(fields.Datetime, "First Response At")
    response_hours = result_field(
        fields.Float,
        "Hours to First Response",
        aggregator="avg",
        help="Hours of the plan's calendar, once the clock has ended.",
    )
    response_breached_at = result_field(
        fields.Datetime, "First Response Missed At", groups="base.group_user"
    )
    response_risk_at = result_field(
        fields.Datetime, "First Response at Risk From", groups="base.group_user"
    )
    # Resolution
    resolution_deadline = result_field(
        fields.Datetime, "Resolution Due", index="btree_not_null"
    )
    resolution_state = result_field(
        fields.Selection, "Resolution", selection=SLA_STATES
    )
    resolution_ended_at = result_field(fields.Datetime, "Resolution At")
    resolution_hours = result_field(
        fields.Float,
        "Hours to Resolution",
        aggregator="avg",
        help="Hours of the plan's calendar, holds not counted, once the clock has "
        "ended.",
    )
    resolution_breached_at = result_field(
        fields.Datetime, "Resolution Missed At", groups="base.group_user"
    )
    resolution_risk_at = result_field(
        fields.Datetime, "Resolution at Risk From", groups="base.group_user"
    )
    # Next response
    next_response_deadline = result_field(fields.Datetime, "Next Response Due")
    next_response_state = result_field(
        fields.Selection, "Next Response", selection=SLA_STATES
    )
    next_response_ended_at = result_field(fields.Datetime, "Last Response At")
    next_response_hours = result_field(
        fields.Float,
        "Hours to Last Response",
        aggregator="avg",
        help="Hours of the plan's calendar from the customer's message to the answer, "
        "of the last one that was answered.",
    )
    next_response_breached_at = result_field(
        fields.Datetime, "Next Response Missed At", groups="base.group_user"
    )
    next_response_risk_at = result_field(
        fields.Datetime, "Next Response at Risk From", groups="base.group_user"
    )
    # All
    next_deadline = result_field(
        fields.Datetime,
        "Next Deadline",
        help="The nearest deadline of a clock that has not ended.",
    )
    next_risk_at = result_field(
        fields.Datetime,
        "At Risk From",
        index="btree_not_null",
        groups="base.group_user",
        help="When a clock that has not ended has used up 80 % of its target.",
    )
    held_since = result_field(fields.Datetime, "On Hold Since")
    held_hours = result_field(
        fields.Float,
        "Hours on Hold",
        aggregator="avg",
        groups="base.group_user",
        help="Hours of the plan's calendar in which the clock stood still, at the "
        "last change.",
    )
    reopen_count = result_field(fields.Integer, "Reopenings")
    # Not stored: who has neither kept nor missed a deadline is left out of the average,
    # which a stored number, never empty, would not be.
    response_rate = RateField(
        string="First Responses Kept",
        compute="_compute_rates",
        aggregator="avg",
        groups="base.group_user",
        help="Of the first responses that were kept or missed, the part that was kept.",
    )
    resolution_rate = RateField(
        string="Resolutions Kept",
        compute="_compute_rates",
        aggregator="avg",
        groups="base.group_user",
        help="Of the resolutions that were kept or missed, the part that was kept.",
    )
    is_late = fields.Boolean(
        string="Late", compute="_compute_is_late", search="_search_is_late"
    )
    # No groups: the colour of a line would depend on what is not there for everybody.
    # That customers do not read it is the portal's to say, as of every field.
    is_at_risk = fields.Boolean(
        string="At Risk",
        compute="_compute_is_at_risk",
        search="_search_is_at_risk",
    )
    hold_party = result_field(fields.Selection, "Waiting For", selection=HOLD_PARTIES)
    hold_reason = fields.Char(
        string="Reason of the Hold", compute="_compute_hold", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._sla_get_dependencies())
    def _compute_sla(self):
        now = fields.Datetime.now()
        log = self._sla_read_log(now)
        results = self._sla_run_clocks(log, now)
        for record in self:
            record._sla_assign_results(results[record], log[record])

    @api.depends("response_state", "resolution_state")
    def _compute_rates(self):
        for record in self:
            for clock in (RESPONSE, RESOLUTION):
                record[f"{clock}_rate"] = record[f"{clock}_state"] == sla_clock.MET

    @api.depends("next_deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        late = self.filtered(
            lambda record: record.next_deadline and record.next_deadline < now
        )
        # All at once: a list asks it of eighty.
        late.is_late = True
        (self - late).is_late = False

    def _search_is_late(self, operator, value):
        if operator != "in":  # the ORM negates; a boolean value is always [True]
            return NotImplemented
        return Domain("next_deadline", "<", fields.Datetime.now())

    @api.depends("next_deadline", "next_risk_at")
    def _compute_is_at_risk(self):
        now = fields.Datetime.now()
        at_risk = self.filtered(
            lambda record: record.next_risk_at
            and record.next_risk_at <= now
            and not record.is_late
        )
        at_risk.is_at_risk = True
        (self - at_risk).is_at_risk = False

    def _search_is_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        return Domain("next_risk_at", "<=", now) & Domain("next_deadline", ">=", now)

    def _sla_get_next(self, suffix):
        """Return the nearest instant of the clocks that have not ended.

        :param str suffix: of the two fields
        :rtype: datetime or False
        """
        self.ensure_one()
        return min(
            (
                self[f"{clock}_{suffix}"]
                for clock in CLOCKS
                if self[f"{clock}_state"] in ("ongoing", "held")
                and self[f"{clock}_{suffix}"]
            ),
            default=False,
        )

    def _sla_assign_results(self, results, events):
        """Store what the clocks of a record say.

        :param tuple results: as given by ``_sla_run_clocks``
        :param list events: the log
        """
        self.ensure_one()
        count = len(CLOCKS)
        response, resolution = results[:2]
        for clock, result, risk in zip(
            CLOCKS, results[:count], results[count:], strict=True
        ):
            self._sla_assign(clock, result, events)
            self[f"{clock}_risk_at"] = result.ended_at is None and risk.deadline
        self.hold_party = resolution.state == "held" and self._sla_choose_party(
            resolution
        )
        self.held_since = resolution.state == "held" and resolution.held_since
        self.held_hours = _to_hours(resolution.held[""])
        self.reopen_count = max(response.reopenings, resolution.reopenings)
        self.next_deadline = self._sla_get_next("deadline")
        self.next_risk_at = self._sla_get_next("risk_at")

    @api.model
    def _sla_choose_party(self, resolution):
        """Return whom a ticket waits for, of those named in its log.

        In the order of ``_get_hold_notice``: what its stage says, and then what is
        asked of the customer, comes first.

        :param ClockResult resolution: what it says now, be it without a promise
        :return: one of ``HOLD_PARTIES``, or False if it is not held
        """
        present = resolution.segments[-1]
        if present.kind != sla_clock.HOLD:
            return False
        holds = dict(zip(present.causes, present.parties, strict=True))
        parties = [*holds.values()]
        if "customer" in parties:
            parties.insert(0, "customer")
        return holds.get("stage") or next(iter(parties), False)

    def _sla_assign(self, clock, result, events):
        """Store the result of a clock, unless it had ended with it already.

        A clock that has ended is frozen: a plan or calendar edited later must not
        change what was kept or missed.

        :param str clock: one of ``CLOCKS``
        :param result: a ``sla_clock.ClockResult``
        :param list events: the log, in which a manager may have corrected the result
        """
        self.ensure_one()
        if not self._sla_is_frozen(clock, result):
            ended = result.ended_at is not None
            self[f"{clock}_state"] = result.state
            self[f"{clock}_deadline"] = result.deadline or False
            self[f"{clock}_ended_at"] = result.ended_at or False
            self[f"{clock}_hours"] = _to_hours(result.spent) if ended else 0.0
            self[f"{clock}_breached_at"] = result.breached_at or False
        corrected = self._sla_get_correction(clock, result, events)
        if corrected:
            self[f"{clock}_state"] = corrected

    def _sla_is_frozen(self, clock, result):
        """Say whether the stored result of a clock is final and still about this end.

        :rtype: bool
        """
        self.ensure_one()
        stored_end = self[f"{clock}_ended_at"]
        if not stored_end or stored_end != result.ended_at:
            return False
        stored_state = self[f"{clock}_state"]
        if stored_state == "none":
            return True  # nothing was promised when it ended
        # Moved from a closed stage that is a success to one that is none, or back.
        return (stored_state == "not_applicable") == (result.state == "not_applicable")

    @api.model
    def _sla_get_correction(self, clock, result, events):
        """Return the state that a manager gave to this end of a clock.

        :return: a state, or None
        """
        if result.ended_at is None:
            return None  # reopened since: the clock runs again
        return next(
            (
                event.cause
                for event in reversed(events)
                if event.kind == sla_clock.CORRECTED
                and event.clock == clock
                and event.at >= result.ended_at
            ),
            None,
        )

    @api.depends(
        "resolution_state",
        "stage_id.closed",
        "stage_id.holds_sla",
        "stage_id.hold_party",
        "hold_reason_id",
        "hold_until",
    )
    @api.depends_context("lang")
    def _compute_hold(self):
        for ticket in self:
            # Nothing is promised, or held, of a ticket without a plan: it waits too.
            held = ticket.resolution_state == "held" or ticket._is_put_on_hold()
            ticket.hold_reason = held and ticket._get_hold_notice()[1]

    # === HOOKS === #

    @api.model
    def _sla_get_dependencies(self):
        """Return the fields whose change makes the clocks run again.

        :rtype: tuple[str]
        """
        return ("event_ids", "priority", "support_plan_id")

    @api.model
    def _sla_get_result_computes(self):
        return (*super()._sla_get_result_computes(), "_compute_sla")

    def _sla_get_targets(self):
        """Return what was promised, in hours of the calendar; 0 for no promise.

        :return: one for each of ``CLOCKS``
        :rtype: tuple[float]
        """
        self.ensure_one()
        target = self.support_plan_id and self.support_plan_id._get_target(
            self.priority
        )
        return tuple(target and target[f"{clock}_hours"] or 0 for clock in CLOCKS)

    def _sla_get_calendar(self):
        """Return the calendar in which the targets run, empty for around the clock.

        :rtype: recordset of resource.calendar
        """
        self.ensure_one()
        return self.support_plan_id.calendar_id

    @api.model
    def _sla_get_open_domain(self):
        """Return which records have a promise whose clock has not ended.

        :rtype: Domain
        """
        return (
            Domain("response_state", "=", "ongoing")
            | Domain("resolution_state", "in", ["ongoing", "held"])
            | Domain("next_response_state", "=", "ongoing")
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_fields_once_saved(self):
        ended = {
            f"{clock}_{what}" for clock in CLOCKS for what in ("ended_at", "hours")
        }
        return super()._get_fields_once_saved() | ended | {"event_ids", "reopen_count"}

    def _sla_run_clocks(self, log, now):
        """Run the clocks of every record, reading each calendar once.

        :param dict log: for each record its events
        :param datetime now: naive UTC
        :return: for each record the results of its clocks, then those of the same
            clocks for the share of the targets after which they are at risk
        :rtype: dict[record, tuple[ClockResult]]
        """
        # In sudo mode because whoever reads a ticket need not read its plan.
        hours = self.sudo().support_plan_id._load_promises()
        by_calendar = defaultdict(list)
        for record in self:
            by_calendar[record._sla_get_calendar()].append(record)
        results = {}
        for calendar, records in by_calendar.items():
            calendar = calendar.with_context(support_hours=hours)
            records = self.browse().concat(*records)
            results.update(records._sla_run_clocks_in(calendar, log, now))
        return results

    def _sla_run_clocks_in(self, calendar, log, now):
        if not calendar:
            working = AroundTheClock()
            return {
                record: record._sla_run_record(log[record], working, now)
                for record in self
            }
        start = min(log[record][0].at for record in self)
        # What a hold ends at is looked at too, be it in the future.
        last = max(
            max(event.until or event.at, event.at)
            for record in self
            for event in log[record]
        )
        results = {}
        pending = self
        for working in calendar._widen_support_working_time(
            start, max(now, last) + FIRST_HORIZON
        ):
            results.update(
                (record, record._sla_run_record(log[record], working, now))
                for record in pending
            )
            # Also of ended clocks: their deadline tells how much time was left.
            pending = pending.filtered(
                lambda record: any(
                    result.deadline is None
                    and result.state != "none"
                    and (
                        result.state != "held"
                        or (result.resumes_at and result.remaining)
                    )
                    for result in results[record]
                )
            )
            if not pending:
                break
        return results

    def _sla_run_record(self, events, working, now):
        """Run the clocks of one record.

        :rtype: tuple[ClockResult]
        """
        self.ensure_one()
        runs = (
            sla_clock.response_clock,
            sla_clock.resolution_clock,
            sla_clock.next_response_clock,
        )
        targets = [
            timedelta(hours=hours) if hours else None
            for hours in self._sla_get_targets()
        ]
        risks = [target and target * RISK_RATIO for target in targets]
        return tuple(
            run(events, target, working, now)
            for some in (targets, risks)
            for run, target in zip(runs, some, strict=True)
        )

    def _sla_correct(self, clock, state, reason):
        """Give a clock that has ended another result.

        :param str clock: one of ``CLOCKS``
        :param str state: "met", "missed" or "not_applicable"
        :param str reason: kept in the log
        """
        now = fields.Datetime.now()
        event = sla_clock.Event(now, sla_clock.CORRECTED, cause=state, clock=clock)
        # In sudo mode because nobody but the engine writes the log.
        self.sudo()._sla_log({record: [event] for record in self.sudo()}, reason)

    @api.model
    def _sla_refresh_open(self, domain):
        """Run the open clocks again, after a plan or a calendar changed.

        :param domain: which records the change concerns
        """
        # In sudo mode because the change concerns every team's tickets.
        records = (
            self.sudo()
            .with_context(active_test=False)
            .search(Domain(domain) & self._sla_get_open_domain())
        )
        # By the deadlines of before, which are stored: what was missed stays missed,
        # whether or not the job of the notices has run.
        records._sla_record_breaches()
        records._sla_recompute()
        return records

    def _sla_recompute(self):
        """Have the clocks of these records run again before they are read."""
        self.env.add_to_compute(self._fields["response_state"], self)
        self.modified(["response_state", "next_deadline"])

    def _get_hold_notice(self):
        """Return whom this ticket waits for, and why, in words the customer reads.

        :rtype: tuple[str | bool, str | bool]
        """
        self.ensure_one()
        return self._get_hold_party(), self._get_hold_words()


def _to_hours(duration):
    """Return a timedelta in hours."""
    return duration.total_seconds() / 3600
