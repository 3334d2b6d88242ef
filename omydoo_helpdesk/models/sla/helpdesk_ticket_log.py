# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import SEALED
from ...tools import sla_clock
from ...tools.sla_clock import CLOCKS
from ...tools.sla_event import ENDINGS

# What is more than the filing and what was promised and noticed by itself.
HISTORY_KINDS = (
    sla_clock.ANSWERED,
    sla_clock.HOLD,
    sla_clock.RESUME,
    sla_clock.SOLVED,
    sla_clock.REOPENED,
    sla_clock.BREACHED,
    sla_clock.CORRECTED,
)

# What is closed as it is filed is so within that time.
LONG_AGO = timedelta(minutes=1)


class TicketSlaLog(models.Model):
    """The append-only log that the clocks are computed from.

    What of a ticket ends, holds and resumes its clocks, and what it was promised.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    event_ids = fields.One2many(
        comodel_name="support.ticket.event",
        inverse_name="ticket_id",
        string="Log",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    # Not a value of the ticket: it lasts as long as what else is known of the ticket in
    # memory, and is forgotten with it.
    sla_log_memo = fields.Json(
        store=False,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        help="The log as it was read in this transaction.",
    )

    _next_deadline_idx = models.Index(
        "(next_deadline, priority DESC, id) WHERE active IS TRUE"
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._sla_start()
        return tickets

    def write(self, vals):
        promise_changes = self._sla_get_promise_fields() & set(vals)
        if promise_changes:
            self._sla_catch_up()
            promises = {ticket: ticket._sla_get_promise() for ticket in self}
            self._sla_record_breaches()
        res = super().write(vals)
        if self._sla_get_watched_fields() & set(vals):
            self._sla_sync_log()
        if promise_changes:
            self._sla_log_changes(promises)
            self._sla_silence()
        return res

    # === HOOKS === #

    def _get_with_history(self):
        # In sudo mode because the log is kept whoever may read it.
        events_sudo = self.env["support.ticket.event"].sudo()
        return super()._get_with_history() | self.browse(
            events_sudo.search(
                Domain("ticket_id", "in", self.ids)
                & Domain("kind", "in", HISTORY_KINDS)
            ).ticket_id.ids
        )

    def _sla_get_closings(self):
        """Return what ends the clocks now.

        :return: for each cause, ``SOLVED`` or ``DISMISSED``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        closings = {}
        if self.stage_id.closed:
            success = self.stage_id.sla_success
            closings["stage"] = sla_clock.SOLVED if success else sla_clock.DISMISSED
        elif self.scope == "out_of_scope":
            # The customer is still owed an answer: only the resolution ends.
            closings[sla_clock.OUT_OF_SCOPE] = sla_clock.DISMISSED
        if self.duplicate_id:
            closings["duplicate"] = sla_clock.DISMISSED
        if not self.active:
            closings["archived"] = sla_clock.DISMISSED
        return closings

    def _sla_get_holds(self):
        """Return what holds the resolution clock now.

        :return: for each cause, the party waited for
        :rtype: dict[str, str]
        """
        self.ensure_one()
        holds = {}
        if self._is_put_on_hold():
            holds["stage"] = self._get_hold_party()
        return holds

    def _sla_get_hold_ends(self):
        """Return when what holds the resolution clock now ends by itself.

        :return: naive UTC by cause, of those that have an end
        :rtype: dict[str, datetime]
        """
        self.ensure_one()
        return {}

    @api.model
    def _sla_get_watched_fields(self):
        """Return the fields that may end, hold or resume a clock.

        :rtype: set[str]
        """
        return {
            "stage_id",
            "team_id",  # a team has its own stages
            "user_id",  # an assignee brings their team
            "active",
            "duplicate_id",
            # what the verdict depends on
            "category_id",
            "partner_id",
            "company_id",
            "subscription_id",
            "custom_module_id",
            "scope",
            "scope_override",
        }

    # === BUSINESS METHODS === #

    def _sla_read_log(self, now):
        """Return the log of each record; that of a new one is what it starts with.

        :param datetime now: naive UTC
        :rtype: dict[record, list[sla_clock.Event]]
        """
        log = self.env["support.ticket.event"]._read_log(
            self.filtered(lambda record: isinstance(record.id, int))
        )
        return {
            record: log.get(record.id) or record._sla_get_first_events(now)
            for record in self
        }

    def _sla_get_first_events(self, now):
        """Return the log a record starts with.

        :param datetime now: the instant of filing, where the record has none yet
        :rtype: list[sla_clock.Event]
        """
        self.ensure_one()
        filed_at = self.filed_at or now
        events = [sla_clock.Event(filed_at, sla_clock.FILED)]
        events += self._sla_get_missing_events(events, filed_at)
        if (
            self.stage_id.closed
            and self.closed_date == filed_at
            and filed_at < fields.Datetime.now() - LONG_AGO
        ):
            # Closed elsewhere, and nobody said when it was filed: nothing was kept nor
            # missed here.
            events.append(
                sla_clock.Event(
                    filed_at,
                    sla_clock.CORRECTED,
                    cause=sla_clock.NOT_APPLICABLE,
                    clock=sla_clock.RESOLUTION,
                )
            )
        return events

    def _sla_get_missing_events(self, events, now):
        """Return the events that make a log say what the record says.

        :param list events: the log
        :param datetime now: when the difference is noted
        :rtype: list[sla_clock.Event]
        """
        self.ensure_one()
        closings, holds = sla_clock.get_open_causes(events)
        ends = sla_clock.get_hold_ends(events)
        wanted_closings = self._sla_get_closings()
        wanted_holds = self._sla_get_holds()
        wanted_ends = self._sla_get_hold_ends()
        # What ended by itself did so then, whenever it is noted.
        missing = [
            sla_clock.Event(min(now, ends.get(cause, now)), sla_clock.RESUME, cause)
            for cause in holds
            if cause not in wanted_holds
        ]
        missing += [
            sla_clock.Event(
                now, sla_clock.HOLD, cause, party, until=wanted_ends.get(cause)
            )
            for cause, party in wanted_holds.items()
            if (holds.get(cause), ends.get(cause)) != (party, wanted_ends.get(cause))
        ]
        # Closings first: going from one closed stage to another is no reopening.
        missing += [
            sla_clock.Event(now, kind, cause=cause)
            for cause, kind in wanted_closings.items()
            if closings.get(cause) != kind
        ]
        missing += [
            sla_clock.Event(now, sla_clock.REOPENED, cause=cause)
            for cause in closings
            if cause not in wanted_closings
        ]
        return missing

    def _sla_sync_log(self):
        """Append to the log whatever changed in what stops the clocks.

        One query reads the logs, one appends to them, whatever the number of
        records. Doing it twice appends nothing the second time.
        """
        now = fields.Datetime.now()
        log = self.env["support.ticket.event"]._read_log(self)
        self._sla_log(
            {
                record: record._sla_get_missing_events(log[record.id], now)
                for record in self
                if log[record.id]
            }
        )

    def _sla_log(self, events_by_record, note=None):
        """Append events and run the clocks of their records again.

        :param dict events_by_record: for each record a list of events
        :param str note: why, in the words of whoever caused them
        """
        self.browse().concat(*events_by_record)._sla_catch_up()
        overdue = self._sla_find_overdue(events_by_record)
        vals_list = self._sla_prepare_log(events_by_record, note)
        if vals_list:
            self.env["support.ticket.event"]._log(vals_list)
            self.browse({vals["ticket_id"] for vals in vals_list}).modified(
                ["event_ids"]
            )
        if overdue:
            self._sla_log_missed(overdue)

    @api.model
    def _sla_find_overdue(self, events_by_record):
        """Return which late clocks may be about to end before the job came by.

        :param dict events_by_record: as given to ``_sla_log``
        :return: for each record the clocks whose breach no line tells of
        :rtype: dict[record, list[str]]
        """
        # What is imported has its lines; of what has none, nobody knows.
        if self.env.context.get("import_file"):
            return {}
        now = fields.Datetime.now()
        overdue = {}
        for record, events in events_by_record.items():
            if all(event.kind not in ENDINGS for event in events):
                continue
            # In sudo mode because a customer may end a clock, who reads no breach.
            record_sudo = record.sudo()
            clocks = [
                clock
                for clock in CLOCKS
                if record_sudo._sla_is_late(clock, now)
                and not record_sudo[f"{clock}_breached_at"]
            ]
            if clocks:
                overdue[record] = clocks
        return overdue

    def _sla_log_missed(self, overdue):
        """Note that these clocks were missed, once they have ended so.

        An answer that is noted later than it was given may have been in time.

        :param dict overdue: as returned by ``_sla_find_overdue``
        """
        self._sla_log(
            {
                record: [
                    # In sudo mode for the same reason as there.
                    sla_clock.Event(
                        record.sudo()[f"{clock}_breached_at"],
                        sla_clock.BREACHED,
                        clock=clock,
                    )
                    for clock in clocks
                    if record[f"{clock}_state"] == sla_clock.MISSED
                ]
                for record, clocks in overdue.items()
            }
        )

    def _sla_prepare_log(self, events_by_record, note=None):
        return [
            {
                "ticket_id": record.id,
                "at": event.at,
                "kind": event.kind,
                "cause": event.cause,
                "party": event.party,
                "clock": event.clock,
                "until": event.until,
                "note": note or event.note,
                "user_id": event.user_id,
            }
            for record, events in events_by_record.items()
            for event in events
        ]

    def _sla_import_history(self, histories):
        """Replace the first events of new records by the history they had elsewhere.

        For those who take tickets over from another desk, right after creating them:
        the deadlines and their results are those of the imported log. What happened
        in this desk is never replaced. A verdict of out of scope counts from the
        filing; whatever else the history leaves open (a hold of the stage the ticket
        is in, say) is noted as of now.

        :param list histories: for each record its events, dicts of ``kind`` and
            ``at`` (naive UTC), for a hold or a closing also ``cause`` ("stage" if it
            is that of the current stage) and for a hold ``party``; maybe ``user_id``,
            who caused it, and ``note``
        :raise ValueError: if a history does not start with the filing, names an
            unknown kind, or goes beyond the present
        :raise UserError: if something has already happened to a record here
        """
        log = self.env["support.ticket.event"]._read_log(self)
        imported = {}
        for record, history in zip(self, histories, strict=True):
            if any(event.at != record.filed_at for event in log[record.id]):
                raise UserError(
                    self.env._(
                        "Something has already happened to “%(record)s” here: its "
                        "history cannot be replaced any more.",
                        record=record.display_name,
                    )
                )
            imported[record] = record._sla_prepare_history(history)
        self.env["support.ticket.event"]._forget(self)
        for record, events in imported.items():
            closed_at = record._sla_find_closing(events)
            record._write_guarded(
                {
                    "filed_at": events[0].at,
                    # Not final: the first events they came from are gone.
                    "response_ended_at": False,
                    "resolution_ended_at": False,
                    "next_response_ended_at": False,
                    **({"closed_date": closed_at} if closed_at else {}),
                }
            )
        self._date_filings()
        # It happened elsewhere: nobody is told, and what was missed gets no line.
        elsewhere = self.with_context(import_file=True)
        elsewhere._sla_log(imported)
        elsewhere._sla_sync_log()

    def _sla_prepare_history(self, history):
        """Return the events of an imported history, once they are checked.

        :param list history: as in ``_sla_import_history``, for one record
        :rtype: list[sla_clock.Event]
        """
        self.ensure_one()
        kinds = dict(self.env["support.ticket.event"]._fields["kind"].selection)
        events = sorted(
            (
                sla_clock.Event(**{**vals, "at": vals["at"].replace(microsecond=0)})
                for vals in history
            ),
            key=lambda event: event.at,
        )
        if not events or events[0].kind != sla_clock.FILED:
            raise ValueError("A history starts with the filing")
        if any(event.kind not in kinds for event in events):
            raise ValueError("A history has an event of unknown kind")
        if events[-1].at > fields.Datetime.now():
            raise ValueError("A history cannot go beyond the present")
        verdict = [
            event
            for event in self._sla_get_missing_events(events, events[0].at)
            if (event.kind, event.cause)
            == (sla_clock.DISMISSED, sla_clock.OUT_OF_SCOPE)
        ]
        return events[:1] + verdict + events[1:]

    def _sla_find_closing(self, events):
        """Return when what this record was closed for happened, by a history.

        :param list events: the history
        :return: naive UTC; False for a record that is open, or was closed here
        :rtype: datetime or bool
        """
        self.ensure_one()
        if not self.stage_id.closed:
            return False
        closings = [
            event.at
            for event in events
            if event.kind in (sla_clock.SOLVED, sla_clock.DISMISSED)
            and event.cause == "stage"
        ]
        open_causes = sla_clock.get_open_causes(events)[0]
        return "stage" in open_causes and closings[-1]

    @api.model
    def _sla_get_result_computes(self):
        """Return the names of the compute methods whose fields only the engine writes.

        :rtype: tuple[str]
        """
        return ()

    @api.model
    def _get_guarded_fields(self):
        # Deadlines and their results are computed from the log.
        computes = self._sla_get_result_computes()
        return super()._get_guarded_fields() | {
            name: SEALED
            for name, field in self._fields.items()
            if field.compute in computes
        }

    # === SLA === #

    @api.model
    def _sla_get_promise_fields(self):
        """Return the fields that decide what was promised.

        :rtype: set[str]
        """
        return {
            "priority",
            "support_plan_id",
            # what the plan depends on
            "subscription_id",
            "partner_id",
            "company_id",
        }

    def _sla_get_promise(self):
        self.ensure_one()
        return self.priority, self.support_plan_id

    def _sla_log_changes(self, promises):
        """Note in the log for which tickets something else is promised from now on.

        :param dict promises: what was promised to each ticket before
        """
        now = fields.Datetime.now()
        self._sla_log(
            {
                ticket: [
                    sla_clock.Event(
                        now,
                        sla_clock.CHANGED,
                        cause=ticket._sla_get_change(promises[ticket]),
                    )
                ]
                for ticket in self
                if ticket._sla_get_promise() != promises[ticket]
            }
        )

    def _sla_start(self):
        """Write the first events of new tickets.

        Their clocks were computed with these events before the tickets were
        inserted, so that nothing has to be written twice.
        """
        events = {
            ticket: ticket._sla_get_first_events(ticket.filed_at) for ticket in self
        }
        self.env["support.ticket.event"]._remember_log(self)
        self.env["support.ticket.event"]._log(self._sla_prepare_log(events))

    def _sla_record_breaches(self):
        """Note in the log the breaches so far: what was missed stays missed.

        To be called before what was promised changes.
        """
        now = fields.Datetime.now()
        events = {}
        for ticket in self:
            events[ticket] = [
                sla_clock.Event(
                    ticket[f"{clock}_deadline"], sla_clock.BREACHED, clock=clock
                )
                for clock in CLOCKS
                if ticket._sla_is_late(clock, now)
                and not ticket[f"{clock}_breached_at"]
            ]
        self._sla_log(events)

    def _sla_is_late(self, clock, now):
        self.ensure_one()
        deadline = self[f"{clock}_deadline"]
        return bool(
            deadline
            and deadline < now
            and self[f"{clock}_state"] in ("ongoing", "held")
        )

    # === WHAT THE VERDICT CHANGES === #

    @api.model
    def _scope_refresh_open(self, domain):
        tickets = super()._scope_refresh_open(domain)
        tickets._sla_sync_log()
        return tickets

    def _sla_get_change(self, promise):
        """Return what changed in what was promised, for the log.

        :param tuple promise: as returned before by ``_sla_get_promise``
        :return: a cause
        :rtype: str
        """
        self.ensure_one()
        if self.priority != promise[0]:
            return f"{sla_clock.PRIORITY}{self.priority or ''}"
        return "plan"
