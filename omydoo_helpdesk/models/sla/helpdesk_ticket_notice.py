# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...tools import sla_clock
from ...tools.batch import run_in_batches
from ...tools.sla_clock import CLOCKS
from ...tools.sla_event import MOVED
from ...tools.text import format_hours

RISK = "risk"

BREACH = "breach"

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_{clock}_{kind}"


class TicketSlaNotice(models.Model):
    """Who is told, and once only, that a clock is at risk or was missed; and why it is.

    What was told is in the log; the instant of the next notice is computed from it and
    indexed, so that the job which has nothing to do reads one index. The panel *why*
    shows each stretch of time: what was counted, and who was waited for.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    next_notice_at = fields.Datetime(
        string="Next Notice",
        compute="_compute_sla",
        store=True,
        precompute=True,
        compute_sudo=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    sla_why = fields.Html(
        string="Why These Deadlines",
        compute="_compute_sla_why",
        compute_sudo=True,
        sanitize=False,  # rendered from our own template, which escapes
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._sla_get_dependencies())
    @api.depends_context("lang", "tz")
    def _compute_sla_why(self):
        now = fields.Datetime.now()
        saved = self.filtered(lambda record: isinstance(record.id, int))
        (self - saved).sla_why = False
        results = saved._sla_run_clocks(saved._sla_read_log(now), now)
        for record in saved:
            record.sla_why = self.env["ir.qweb"]._render(
                "omydoo_helpdesk.sla_why", record._prepare_sla_why(results[record])
            )

    # === BUSINESS METHODS === #

    def _sla_assign_results(self, results, events):
        res = super()._sla_assign_results(results, events)
        self.next_notice_at = self._sla_get_next_notice(events)
        return res

    def _sla_get_next_notice(self, events):
        """Return when somebody is to be told next, unless something happens before.

        :param list events: the log
        :rtype: datetime or False
        """
        return min(
            (at for _clock, _kind, at in self._sla_get_notices(events)),
            default=False,
        )

    def _sla_get_notices(self, events):
        """Return the notices still to come of the clocks that run.

        :param list events: the log
        :return: clock, kind (risk or breach) and instant of each
        :rtype: list[tuple[str, str, datetime]]
        """
        self.ensure_one()
        noticed = {
            (event.clock, event.cause)
            for event in events
            if event.kind == sla_clock.NOTICED
            and event.clock != sla_clock.NEXT_RESPONSE
        }
        # Of each exchange, whoever it concerns is told anew.
        noticed |= {
            (event.clock, event.cause)
            for event in sla_clock.get_talk(events).exchange
            if (event.kind, event.clock) == (sla_clock.NOTICED, sla_clock.NEXT_RESPONSE)
        }
        notices = []
        for clock in CLOCKS:
            # Nobody is hurried while the clock stands still.
            if self[f"{clock}_state"] != "ongoing" or (clock, BREACH) in noticed:
                continue
            if self[f"{clock}_deadline"]:
                notices.append((clock, BREACH, self[f"{clock}_deadline"]))
            if self[f"{clock}_risk_at"] and (clock, RISK) not in noticed:
                notices.append((clock, RISK, self[f"{clock}_risk_at"]))
        return notices

    def _sla_get_due_notices(self, events, now):
        """Return the notices due: a deadline is only missed once it has passed.

        :param list events: the log
        :param datetime now: naive UTC
        :rtype: list[tuple[str, str, datetime]]
        """
        return [
            (clock, kind, at)
            for clock, kind, at in self._sla_get_notices(events)
            if at < now or (kind == RISK and at == now)
        ]

    @api.model
    def _cron_sla_notices(self, batch_size=100):
        """Tell whom it concerns of the clocks at risk and of those missed.

        Each batch is committed: a crash loses nothing, and the log keeps anybody
        from being told twice. A record that fails is left for the next run.

        :param int batch_size: records per transaction
        """
        run_in_batches(
            self,
            self._sla_get_notice_domain(),
            lambda due: due._sla_notify_due(),
            order="next_notice_at, id",
            batch_size=batch_size,
        )

    @api.model
    def _sla_get_notice_domain(self):
        """Return which records have a notice due.

        :rtype: Domain
        """
        return Domain("next_notice_at", "<=", fields.Datetime.now())

    def _sla_notify_due(self):
        """Send the notices due of these records, each once.

        Another worker may be at the same records: those it holds are left to it, and
        the log is read again once they are ours.
        """
        mine = self.try_lock_for_update()
        mine.invalidate_recordset()
        # What was due by a promise that is no more is not told.
        mine._sla_catch_up()
        now = fields.Datetime.now()
        log = mine._sla_read_log(now)
        events = {}
        for record in mine:
            due = record._sla_get_due_notices(log[record], now)
            # Who hears of the breach need not hear of the risk any more.
            breached = {clock for clock, kind, _at in due if kind == BREACH}
            events[record] = []
            for clock, kind, at in due:
                events[record] += record._sla_get_notice_events(clock, kind, at, now)
                if kind == BREACH or clock not in breached:
                    record._sla_notify(clock, kind)
        mine._sla_log(events)

    def _sla_get_notice_events(self, clock, kind, at, now):
        events = [sla_clock.Event(now, sla_clock.NOTICED, cause=kind, clock=clock)]
        if kind == BREACH and not self[f"{clock}_breached_at"]:
            events.append(sla_clock.Event(at, sla_clock.BREACHED, clock=clock))
        return events

    def _sla_silence(self, at=None, user=None):
        """Note as told what became due by a change, not by the passing of time.

        A changed priority, plan or calendar may make many records late at once:
        whoever made the change knows, and nobody needs a volley of notices.

        :param datetime at: naive UTC, when it was changed; now by default
        :param user: recordset of res.users, who changed it; this one by default
        """
        now = at or fields.Datetime.now()
        user_id = user.id if user else 0
        log = self._sla_read_log(now)
        self._sla_log_noticed(
            {
                record: [
                    sla_clock.Event(
                        now, sla_clock.NOTICED, cause=kind, clock=clock, user_id=user_id
                    )
                    for clock, kind, _at in record._sla_get_due_notices(
                        log[record], now
                    )
                ]
                for record in self
            }
        )

    def _sla_log_noticed(self, events_by_record):
        """Append notices to the log, for which no clock has to run again.

        :param dict events_by_record: for each record its events, of that kind only
        """
        vals_list = self._sla_prepare_log(events_by_record)
        if not vals_list:
            return
        self.env["support.ticket.event"]._log(vals_list)
        noticed = self.browse({vals["ticket_id"] for vals in vals_list})
        noticed.modified(["event_ids"])
        for field in self._fields.values():
            if field.compute == "_compute_sla":
                self.env.remove_to_compute(field, noticed)
        log = noticed._sla_read_log(fields.Datetime.now())
        # As the engine that computes it.
        noticed_sudo = noticed.sudo()
        with self.env.protecting([self._fields["next_notice_at"]], noticed_sudo):
            for record in noticed_sudo:
                record.next_notice_at = record._sla_get_next_notice(log[record])

    @api.model
    def _sla_refresh_open(self, domain):
        records = super()._sla_refresh_open(domain)
        records._sla_silence()
        return records

    def _sla_notify(self, clock, kind):
        """Schedule the activity of a notice, in the language of who gets it.

        :param str clock: one of ``CLOCKS``
        :param str kind: "risk" or "breach"
        """
        self.ensure_one()
        user = self._sla_get_notice_user(kind)
        if user:
            self.with_context(lang=user.lang).activity_schedule(
                ACTIVITY_TYPE.format(clock=clock, kind=kind), user_id=user.id
            )

    def _sla_get_notice_user(self, kind):
        """Return who is told.

        :param str kind: "risk" or "breach"
        :rtype: recordset of res.users
        """
        leader = self.team_id.user_id
        return leader or self.user_id if kind == BREACH else self.user_id or leader

    def _sla_log(self, events_by_record, note=None):
        res = super()._sla_log(events_by_record, note)
        ending = (sla_clock.ANSWERED, sla_clock.SOLVED, sla_clock.DISMISSED, MOVED)
        ended = self.browse(
            record.id
            for record, events in events_by_record.items()
            if any(event.kind in ending for event in events)
        )
        if ended:
            ended._sla_cancel_notices()
        return res

    def _sla_cancel_notices(self):
        """Remove the notices that no running clock justifies any more.

        Of those whose log tells of no notice there is none to be looked for.
        """
        log = self.env["support.ticket.event"]._read_log(self)
        noticed = self.browse(
            ticket_id
            for ticket_id, events in log.items()
            if any(event.kind == sla_clock.NOTICED for event in events)
        )
        if not noticed:
            return
        # By id, from the cache: no statement to see that each is still there.
        get_id = self.env["ir.model.data"]._xmlid_to_res_id
        clock_by_type = {
            get_id(ACTIVITY_TYPE.format(clock=clock, kind=kind)): clock
            for clock in CLOCKS
            for kind in (RISK, BREACH)
        }
        # In sudo mode because the customer whose answer or closing ends a clock has
        # no right on the activities of agents.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", noticed.ids),
                    ("activity_type_id", "in", list(clock_by_type)),
                ]
            )
        )
        activities.filtered(
            lambda activity: self._sla_is_ended(
                activity.res_id, clock_by_type[activity.activity_type_id.id]
            )
        ).unlink()

    def _sla_is_ended(self, record_id, clock):
        return self.browse(record_id)[f"{clock}_state"] not in ("ongoing", "held")

    def _prepare_sla_why(self, results):
        """Return what the explanation shows.

        :param tuple results: as given by ``_sla_run_clocks``
        :rtype: dict
        """
        self.ensure_one()
        states = dict(self._fields["response_state"]._description_selection(self.env))
        return {
            "clocks": [
                {
                    "name": self._fields[f"{clock}_state"]._description_string(
                        self.env
                    ),
                    "state": states.get(self[f"{clock}_state"], ""),
                    "target": target and format_hours(target),
                    "spent": _format(result.spent),
                    "deadline": self._sla_format_instant(self[f"{clock}_deadline"]),
                    "rows": [
                        self._prepare_sla_why_row(part) for part in result.segments
                    ],
                    "held": [
                        (
                            self.env._(
                                "%(party)s:", party=self._sla_get_party_label(party)
                            ),
                            _format(duration),
                        )
                        for party, duration in sorted(result.held.items())
                        if party
                    ],
                }
                for clock, target, result in zip(
                    CLOCKS,
                    self._sla_get_targets(),
                    results[: len(CLOCKS)],
                    strict=True,
                )
                # Nothing to tell while nobody asked again.
                if result.segments
            ]
        }

    def _prepare_sla_why_row(self, segment):
        label = {
            sla_clock.RUN: self.env._("Counting"),
            sla_clock.HOLD: self.env._("On hold"),
            sla_clock.CLOSED: self.env._("Ended"),
        }[segment.kind]
        return {
            "start": self._sla_format_instant(segment.start),
            "end": self._sla_format_instant(segment.end),
            "kind": segment.kind,
            "label": label,
            "party": ", ".join(map(self._sla_get_party_label, segment.parties)),
            "spent": _format(segment.spent) if segment.spent else "",
            "held": _format(segment.held) if segment.held else "",
        }

    def _sla_get_party_label(self, party):
        return dict(
            self.env["helpdesk.ticket.stage"]
            ._fields["hold_party"]
            ._description_selection(self.env)
        ).get(party, party)

    def _sla_format_instant(self, instant):
        return format_datetime(self.env, instant, dt_format="short") if instant else ""


def _format(duration):
    """Return a timedelta as hours and minutes."""
    return format_hours(duration.total_seconds() / 3600)
