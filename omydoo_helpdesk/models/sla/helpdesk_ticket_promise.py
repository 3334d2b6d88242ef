# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class TicketPromise(models.Model):
    """The open clocks that follow an edited plan or calendar later, by a job."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # Beside ``sla_log_memo``, and as long: known with the log that is read anyway.
    sla_behind_memo = fields.Boolean(
        store=False,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        help="Whether clocks were to be run again when the log was read.",
    )

    # === BUSINESS METHODS === #

    def _sla_follow_promise(self, refresh):
        """Run the open clocks of these tickets again, as the edit itself would have.

        What was late before it is noted already. Doing it twice changes nothing.

        :param refresh: recordset of support.clock.refresh, what was asked
        """
        self._sla_pop_behind()
        self._sla_recompute()
        self._sla_silence(refresh.requested_at, refresh.user_id)

    def _sla_catch_up(self):
        """Run the clocks of those of these tickets that still wait for the job.

        To be called before anything is decided by stored deadlines: those may be of a
        promise that was edited. No statement while nothing waits, for who needs the log
        of these tickets anyway.
        """
        saved = self.filtered(lambda record: isinstance(record.id, int))
        behind = saved._sla_pop_behind()
        if not behind:
            return
        waiting = self.env["support.clock.refresh"]._find_waiting(behind)
        for refresh, tickets in waiting.items():
            tickets._sla_follow_promise(refresh)

    def _sla_pop_behind(self):
        """Return those of these tickets that may still wait for the job, once only.

        Whatever is logged asks for them, what is logged for the job too.
        """
        self.env["support.ticket.event"]._read_log(self)
        memo = self._fields["sla_behind_memo"]._get_cache(self.env)
        return self.browse(
            ticket_id for ticket_id in self.ids if memo.pop(ticket_id, False)
        )
