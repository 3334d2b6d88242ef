# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import time

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, get_lang

_logger = logging.getLogger(__name__)

CRON = "omydoo_helpdesk.ir_cron_clock_refresh"
# Up to so many open tickets the person who edits waits for their clocks.
AT_ONCE_LIMIT = 200
# A transaction of about a quarter of a second, whose tickets nobody else writes on for
# the part of it in which the results are stored.
BATCH_SIZE = 200
MAX_RETRIES = 20  # of a batch that meets whoever works on its tickets
# How long what began before an edit, and does not see it, is waited for.
OLDER_PATIENCE = 5  # seconds
OLDER_PAUSE = 0.1


class SupportClockRefresh(models.Model):
    """The open clocks of a plan that are to run again, after an edit of its promise.

    Whoever edits adds a row and waits for nobody; a job goes through the tickets, by
    their ids, a batch a transaction. A row that a later edit made useless is dropped
    by the job, which begins again with the later one.
    """

    _name = "support.clock.refresh"
    _description = "Deadlines to Be Computed Again"
    _order = "id"
    _log_access = False

    plan_id = fields.Many2one(
        comodel_name="support.plan", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked By",
        required=True,
        ondelete="cascade",
        help="Who edited the plan or its calendar.",
    )
    requested_at = fields.Datetime(
        string="Asked At",
        required=True,
        help="When it was edited: what was late by then stays so, and what became late "
        "by the edit is told to nobody.",
    )
    transaction = fields.Char(
        required=True,
        export_string_translation=False,
        help="PostgreSQL's number of the transaction that edited.",
    )
    last_ticket_id = fields.Integer(help="The id of the last ticket that is done.")
    done_count = fields.Integer(string="Done")
    total_count = fields.Integer(
        string="In All", help="How many clocks were open at the edit."
    )

    # === ASKED FOR === #

    @api.model
    def _get_at_once_limit(self):
        """Return up to how many tickets are done in the transaction of the edit.

        :rtype: int
        """
        return AT_ONCE_LIMIT

    @api.model
    def _request(self, plans):
        """Leave the open clocks of plans to the job, where they are too many.

        :param plans: whose promise has just been edited
        :return: those that are left to the job; the others are for the caller
        :rtype: recordset of support.plan
        """
        # In sudo mode because it is for the engine, whoever edits what.
        model = self.sudo()
        waiting = model.search([("plan_id", "in", plans.ids)])
        asked = waiting._filter_asked_now().plan_id
        plans -= asked
        counts = model._count_open(plans)
        if sum(counts.values()) <= model._get_at_once_limit():
            # Their deadlines may still be those before the former edit.
            counts = {plan: counts.get(plan, 0) for plan in plans & waiting.plan_id}
        cron_sudo = counts and self._get_cron_sudo()
        # Without a job, whoever edits waits for it.
        if cron_sudo:
            now = fields.Datetime.now()
            later = plans.browse(plan.id for plan in counts)
            model._record_breaches(later, now)
            transaction = model._get_transaction()
            model.create(
                [
                    {
                        "plan_id": plan.id,
                        "user_id": self.env.uid,
                        "requested_at": now,
                        "transaction": transaction,
                        "total_count": counts[plan],
                    }
                    for plan in later
                ]
            )
            cron_sudo._trigger()
            # What the form shows once it is saved.
            for name in ("support.plan", "resource.calendar"):
                shown = ["clock_refresh_notice", "clock_refresh_progress"]
                self.env[name].invalidate_model(shown, flush=False)
            asked |= later
        return asked

    @api.model
    def _get_cron_sudo(self):
        """Return the job, if there is one and nobody has switched it off."""
        # In sudo mode because it is the engine's, whoever edits what.
        return (
            self.env["ir.cron"]
            .sudo()
            .search([("id", "=", self.env["ir.model.data"]._xmlid_to_res_id(CRON))])
        )

    def _filter_asked_now(self):
        """Return those that this very transaction asked for: once is enough.

        A form that is saved writes on each of its lines.
        """
        fresh = self.filtered(lambda refresh: not refresh.last_ticket_id)
        if not fresh:
            return fresh
        now = self._get_transaction()
        return fresh.filtered(lambda refresh: refresh.transaction == now)

    @api.model
    def _get_transaction(self):
        """Return PostgreSQL's number of the current transaction.

        :rtype: str
        """
        self.env.cr.execute("SELECT pg_current_xact_id()::xid::text")
        return self.env.cr.fetchone()[0]

    @api.model
    def _get_open_tickets(self, plans):
        """Return which tickets a change of the promise of plans concerns.

        :rtype: tuple[helpdesk.ticket, Domain]
        """
        # In sudo mode because the change concerns every team's tickets.
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        domain = Domain("support_plan_id", "in", plans.ids)
        return tickets, domain & tickets._sla_get_open_domain()

    @api.model
    def _count_open(self, plans):
        """Return for each plan that has any how many of its tickets have open clocks.

        :rtype: dict[support.plan, int]
        """
        tickets, domain = self._get_open_tickets(plans)
        return dict(tickets._read_group(domain, ["support_plan_id"], ["__count"]))

    @api.model
    def _record_breaches(self, plans, now):
        """Note in the log what is late by the promise before the edit.

        In one statement: the deadlines stored are those of before.

        :param plans: recordset of support.plan
        :param datetime now: naive UTC
        """
        tickets, domain = self._get_open_tickets(plans)
        self.env["support.ticket.event"]._log_breaches(tickets._search(domain), now)

    # === THE JOB === #

    @api.model
    def _cron_refresh(self, batch_size=BATCH_SIZE):
        """Run the clocks again of the tickets that wait for it.

        Each batch is committed with the id of its last ticket: a crash loses nothing.
        A ticket that fails keeps no other back: it stays with the deadlines it had
        until something happens to it.

        :param int batch_size: tickets per transaction
        """
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self._count_remaining())
        size, retries, patience = batch_size, MAX_RETRIES, {}
        while True:
            try:
                refresh = self._take_next()
                if not refresh:
                    return
                if refresh._is_too_early(patience):
                    self.env.cr.rollback()  # and is taken in a later snapshot
                    time.sleep(OLDER_PAUSE)
                    continue
                count = refresh._run_batch(size)
                self.env.flush_all()
            except (DeadlockDetected, SerializationFailure):
                # Somebody wrote on one of these tickets, or another worker is here.
                self.env.cr.rollback()
                size, retries = max(size // 2, 1), retries - 1
                if retries < 0:
                    self._get_cron_sudo()._trigger()
                    return
                continue
            except Exception:
                self.env.cr.rollback()
                if size == 1:
                    raise  # of a single ticket it is none of its
                size //= 2  # find out which one it is
                continue
            size, retries = min(size * 2, batch_size), MAX_RETRIES
            if not progress(count, remaining=self._count_remaining()):
                return

    @api.model
    def _count_remaining(self):
        """Return how many tickets are still to be done, about.

        :rtype: int
        """
        return sum(
            max(refresh.total_count - refresh.done_count, 1)
            for refresh in self.search([])._get_current()
        )

    def _get_current(self):
        """Return those that no later one has made useless: one a plan."""
        return self.browse({refresh.plan_id: refresh.id for refresh in self}.values())

    @api.model
    def _take_next(self):
        """Return the next one that no other worker is at, as this worker's."""
        # One a plan, and one more for each edit since.
        waiting = self.search(Domain.TRUE)
        return waiting.try_lock_for_update(limit=1, allow_referencing=True)

    def _is_too_early(self, patience):
        """Say whether somebody may still file by what was promised before the edit.

        Whoever begins later computes by the new promise; so does the job, for all that
        there is by then. It does not wait for ever: a backup takes hours.

        :param dict patience: by id until when it is waited for, to be given each time
        :rtype: bool
        """
        self.ensure_one()
        if self.last_ticket_id:
            return False
        now = time.monotonic()
        until = patience.setdefault(self.id, now + OLDER_PATIENCE)
        return now < until and self._is_unseen()

    def _is_unseen(self):
        """Say whether a transaction is going on that does not see this edit.

        :rtype: bool
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """SELECT EXISTS (
                    SELECT FROM pg_stat_activity
                     WHERE datname = current_database()
                       AND pid <> pg_backend_pid()
                       AND backend_type = 'client backend'
                       AND age(backend_xmin) >= age(%s::xid))""",
                self.transaction,
            )
        )
        return self.env.cr.fetchone()[0]

    def _find_next(self, limit):
        """Return the next tickets.

        :param int limit: how many at most
        :rtype: recordset of helpdesk.ticket
        """
        self.ensure_one()
        tickets, domain = self._get_open_tickets(self.plan_id)
        domain &= Domain("id", ">", self.last_ticket_id)
        return tickets.search(domain, order="id", limit=limit)

    def _run_batch(self, size):
        """Do the next tickets, or end it if there are none or a later edit asks anew.

        :param int size: how many at most
        :return: how many were done
        :rtype: int
        """
        self.ensure_one()
        if self.search_count(
            [("plan_id", "=", self.plan_id.id), ("id", ">", self.id)], limit=1
        ):
            self.unlink()
            return 0
        tickets = self._find_next(size)
        if not tickets:
            self.unlink()
            return 0
        if len(tickets) > 1:
            tickets._sla_follow_promise(self)
        else:
            self._run_one(tickets)
        self.last_ticket_id = tickets[-1].id
        self.done_count += len(tickets)
        return len(tickets)

    def _run_one(self, ticket):
        """Do a single ticket, or leave it as it is if it fails."""
        try:
            with self.env.cr.savepoint():
                ticket._sla_follow_promise(self)
        except (DeadlockDetected, SerializationFailure):
            raise
        except Exception:
            _logger.exception("%s keeps its former deadlines", ticket)

    # === WHOEVER WORKS ON A TICKET MEANWHILE === #

    @api.model
    def _find_waiting(self, tickets):
        """Return which tickets still wait for the job, and what was asked of them.

        :param tickets: recordset of helpdesk.ticket, with ids
        :return: tickets by what was asked
        :rtype: dict[support.clock.refresh, helpdesk.ticket]
        """
        # In sudo mode because it is for the engine, whoever works on what.
        refreshes = self.sudo().search(Domain.TRUE)._get_current()
        tickets = tickets.sudo().filtered_domain(tickets._sla_get_open_domain())
        waiting = {
            refresh: tickets.filtered(
                lambda ticket, refresh=refresh: (
                    ticket.support_plan_id == refresh.plan_id
                    and ticket.id > refresh.last_ticket_id
                )
            )
            for refresh in refreshes
        }
        return {refresh: some for refresh, some in waiting.items() if some}

    # === WHOEVER EDITED === #

    @api.model
    def _describe(self, plans):
        """Return how far the job is with the open clocks of some plans.

        :param plans: recordset of support.plan
        :return: how much is done, in percent, and a sentence about it in the user's
            language; zero and False when nothing waits
        :rtype: tuple[int, str or False]
        """
        # In sudo mode because whoever may read a calendar may know of this: it is
        # numbers, and no ticket.
        waiting = self.sudo().search([("plan_id", "in", plans.ids)])._get_current()
        if not waiting:
            return 0, False
        total = sum(waiting.mapped("total_count"))
        # Those filed meanwhile are done as well.
        done = min(sum(waiting.mapped("done_count")), total)
        lang = self.env["res.lang"]._lang_get(get_lang(self.env).code)
        notice = self.env._(
            "After an edit, the deadlines of %(total)s requests are being "
            "computed again: %(done)s are done. The others keep their former "
            "deadlines until then.",
            total=lang.format("%d", total, grouping=True),
            done=lang.format("%d", done, grouping=True),
        )
        return done * 100 // total if total else 0, notice
