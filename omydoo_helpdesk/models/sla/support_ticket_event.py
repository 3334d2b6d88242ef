# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import HOLD_PARTIES
from ...tools import sla_clock
from ...tools.sla_event import MOVED


class SupportTicketEvent(models.Model):
    """Append-only log of what happened to a ticket's clocks.

    The deadlines are a pure function of these rows; see ``tools.sla_clock``.
    """

    _name = "support.ticket.event"
    _inherit = ["support.ledger.mixin"]
    _description = "Support Ticket Event"
    _order = "at, id"
    _log_access = False

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        index=True,
        ondelete="cascade",
    )
    at = fields.Datetime(required=True, help="When it happened, not when it was noted.")
    kind = fields.Selection(
        selection=[
            (sla_clock.FILED, "Filed"),
            (sla_clock.ANSWERED, "Answered"),
            (sla_clock.HOLD, "Put on hold"),
            (sla_clock.RESUME, "Resumed"),
            (sla_clock.SOLVED, "Resolved"),
            (sla_clock.DISMISSED, "Ended without resolution"),
            (sla_clock.REOPENED, "Reopened"),
            (sla_clock.BREACHED, "Missed"),
            (sla_clock.CHANGED, "Promise changed"),
            (sla_clock.CORRECTED, "Result corrected"),
            (sla_clock.NOTICED, "Notice sent"),
            (sla_clock.ASKED, "Customer wrote"),
            (MOVED, "Became another ticket"),
            (sla_clock.JUDGED, "Next response judged"),
        ],
        required=True,
    )
    cause = fields.Char(export_string_translation=False)
    party = fields.Selection(selection=HOLD_PARTIES)
    clock = fields.Selection(
        selection=[
            ("response", "First response"),
            ("resolution", "Resolution"),
            ("next_response", "Next response"),
        ]
    )
    until = fields.Datetime(
        string="Ends By Itself", help="Of a hold: when it ends, whether noted or not."
    )
    note = fields.Char()
    user_id = fields.Many2one(comodel_name="res.users", ondelete="restrict")

    # How many next responses were kept and missed within some days.
    _judged_idx = models.Index("(at, cause) WHERE kind = 'judged'")

    # === CRUD METHODS === #

    @api.private
    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.ticket_id.invalidate_recordset(["sla_log_memo"], flush=False)
        return events

    # === BUSINESS METHODS === #

    @api.model
    def _get_ledger_refusal(self):
        return self.env._(
            "The log of a ticket's clocks stays as it was written: it is neither "
            "changed, copied nor deleted."
        )

    @api.model
    def _forget(self, tickets):
        """Take the first events of tickets away, for the history they had elsewhere.

        An exception to the ledger, for ``_sla_import_history``, which has checked
        that nothing has happened to these tickets here.

        :param tickets: recordset of helpdesk.ticket, with ids
        """
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE ticket_id IN %s",
                SQL.identifier(self._table),
                tickets._ids,
            )
        )
        tickets.invalidate_recordset(["event_ids", "sla_log_memo"], flush=False)

    @api.model
    def _name_causes(self, names):
        """Have the log of tickets from elsewhere name what it is about as it is here.

        The other exception to the ledger: what happened, and when, stays as it is.

        :param list names: tuples: id of the ticket, the cause as it is in its log, and
            what it is called here
        """
        if not names:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s AS event
                   SET cause = named.cause
                  FROM (VALUES %s) AS named (ticket_id, former, cause)
                 WHERE event.ticket_id = named.ticket_id
                   AND event.cause = named.former
                """,
                SQL.identifier(self._table),
                SQL(", ").join(names),
            )
        )
        self.env["helpdesk.ticket"].browse(
            {ticket_id for ticket_id, _former, _cause in names}
        ).invalidate_recordset(["event_ids", "sla_log_memo"], flush=False)

    @api.model
    def _log(self, vals_list):
        """Append events in one statement, whatever their number.

        The ORM inserts a hundred rows a statement; these rows have no computed
        field, no constraint in Python and no tracking that would need it. The
        caller marks what depends on ``event_ids`` as modified.

        :param list[dict] vals_list: ``ticket_id``, ``at``, ``kind``, and
            optionally ``cause``, ``party``, ``clock``, ``until``, ``note``, ``user_id``
        :return: nothing
        """
        if not vals_list:
            return
        if self._is_listened_to():
            self._log_for_listeners(vals_list)
            return
        columns = (
            "ticket_id",
            "at",
            "kind",
            "cause",
            "party",
            "clock",
            "until",
            "note",
        )
        rows = [
            tuple(vals.get(column) or None for column in columns)
            + (vals.get("user_id") or self.env.uid,)
            for vals in vals_list
        ]
        # The tickets must exist in the database before their events do.
        self.env["helpdesk.ticket"].flush_model(["id"])
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) VALUES %s",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, (*columns, "user_id"))),
                SQL(", ").join(rows),
            )
        )
        tickets = self.env["helpdesk.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list}
        )
        tickets.invalidate_recordset(["event_ids"], flush=False)
        self._add_to_memo(rows)

    @api.model
    def _log_breaches(self, query, now):
        """Note which deadlines have passed, in one statement, whatever their number.

        By what is stored: the caller is about to change what was promised.

        :param Query query: which tickets
        :param datetime now: naive UTC
        """
        tickets = self.env["helpdesk.ticket"]
        tickets.flush_model()
        late = SQL(
            """SELECT ticket.id, late.at, 'breached', late.clock, %s
                 FROM helpdesk_ticket AS ticket
                CROSS JOIN LATERAL (VALUES %s)
                   AS late (clock, at, state, breached_at)
                WHERE ticket.id IN %s
                  AND late.at < %s
                  AND late.state IN ('ongoing', 'held')
                  AND late.breached_at IS NULL
                  AND NOT EXISTS (
                      SELECT FROM support_ticket_event AS noted
                       WHERE noted.ticket_id = ticket.id
                         AND noted.kind = 'breached'
                         AND noted.clock = late.clock
                         AND noted.at = late.at)""",
            self.env.uid,
            SQL(", ").join(
                SQL(
                    "(%s, %s, %s, %s)",
                    clock,
                    SQL.identifier("ticket", f"{clock}_deadline"),
                    SQL.identifier("ticket", f"{clock}_state"),
                    SQL.identifier("ticket", f"{clock}_breached_at"),
                )
                for clock in sla_clock.CLOCKS
            ),
            query.subselect(),
            now,
        )
        columns = ("ticket_id", "at", "kind", "clock", "user_id")
        if self._is_listened_to():
            rows = self.env.execute_query(late)
            self._log([dict(zip(columns, row, strict=True)) for row in rows])
        else:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s) %s",
                    SQL.identifier(self._table),
                    SQL(", ").join(map(SQL.identifier, columns)),
                    late,
                )
            )
        tickets.invalidate_model(["event_ids", "sla_log_memo"], flush=False)

    @api.model
    def _is_listened_to(self):
        """Say whether an automation rule waits for what is created here.

        While there is one, ``base_automation`` (on which we do not depend) puts a
        ``create`` of its own on the class of the registry, which has none otherwise. No
        statement. What is imported happened elsewhere: nobody is told.

        :rtype: bool
        """
        is_imported = self.env.context.get("import_file")
        return "create" in vars(self.pool[self._name]) and not is_imported

    @api.model
    def _log_for_listeners(self, vals_list):
        """Append events as records are created, for whoever listens to it.

        :param list[dict] vals_list: as in ``_log``
        """
        # In sudo mode because nobody but this method creates events.
        self.sudo().create(
            [
                {
                    **{name: value or False for name, value in vals.items()},
                    "user_id": vals.get("user_id") or self.env.uid,
                }
                for vals in vals_list
            ]
        )

    @api.model
    def _get_memo(self):
        """Return the logs read so far in this transaction.

        :return: by ticket's id its events in order; of whoever is not in it, nothing is
            known
        :rtype: dict[int, list[sla_clock.Event]]
        """
        return self.env["helpdesk.ticket"]._fields["sla_log_memo"]._get_cache(self.env)

    @api.model
    def _remember_log(self, tickets):
        """Note that these tickets are new: nothing is in their log yet."""
        self._get_memo().update((ticket_id, []) for ticket_id in tickets.ids)

    @api.model
    def _add_to_memo(self, rows):
        memo = self._get_memo()
        for ticket_id, at, kind, *texts, until, _note, user_id in rows:
            if ticket_id in memo:
                texts = [text or "" for text in texts]
                memo[ticket_id].append(
                    sla_clock.Event(at, kind, *texts, user_id, until)
                )
                # As they are read: what is added comes last within its instant.
                memo[ticket_id].sort(key=lambda event: event.at)

    @api.model
    def _read_log(self, tickets):
        """Return the events of tickets as the pure functions take them.

        :param tickets: recordset of helpdesk.ticket with ids
        :return: for each ticket's id, its events in order
        :rtype: dict[int, list[sla_clock.Event]]
        """
        memo = self._get_memo()
        log = {ticket_id: [] for ticket_id in tickets.ids if ticket_id not in memo}
        if log:
            self._read_log_rows(log)
            memo.update(log)
        return {ticket_id: [*memo[ticket_id]] for ticket_id in tickets.ids}

    @api.model
    def _read_log_rows(self, log):
        """Read the events of tickets.

        :param dict log: for each ticket's id a list to add to
        """
        self.env.cr.execute(
            SQL(
                """SELECT ticket_id, at, kind, cause, party, clock, user_id, until,
                          EXISTS (SELECT FROM support_clock_refresh)
                     FROM %s WHERE ticket_id IN %s ORDER BY at, id""",
                SQL.identifier(self._table),
                tuple(log),
            )
        )
        rows = self.env.cr.fetchall()
        if rows and rows[0][-1]:
            behind = self.env["helpdesk.ticket"]._fields["sla_behind_memo"]
            behind._get_cache(self.env).update(dict.fromkeys(log, True))
        for ticket_id, at, kind, *rest, user_id, until, _is_behind in rows:
            texts = [value or "" for value in rest]
            log[ticket_id].append(
                sla_clock.Event(at, kind, *texts, user_id or 0, until)
            )
