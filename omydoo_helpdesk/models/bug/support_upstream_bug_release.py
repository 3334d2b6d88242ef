# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, get_lang

from ...const import COMPUTED
from ...tools.batch import run_in_batches


class BugRelease(models.Model):
    """How the tickets of a repaired bug are freed, each customer told once."""

    _name = "support.upstream.bug"
    _inherit = ["support.upstream.bug"]

    released_at = fields.Datetime(
        string="In Place Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Since when the repair is with the customers.",
    )
    release_action = fields.Selection(
        selection=[
            ("resume", "Go on with the ticket"),
            ("close", "Close the ticket as resolved"),
        ],
        string="When Repaired",
        required=True,
        default="close",
        help="What becomes of the tickets that wait for it.",
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"released_at": COMPUTED}

    # === ACTION METHODS === #

    def action_release(self):
        """Say that the repair is in place: the tickets that wait for it are freed."""
        self.check_access("write")
        self._release(fields.Datetime.now())

    # === BUSINESS METHODS - WHEN === #

    def _release(self, moment):
        """Note that the repair is in place, and have the tickets freed by the job.

        :param datetime moment: since when, naive UTC
        """
        pending = self.filtered(lambda bug: not bug.released_at)
        if pending:
            pending._write_guarded({"released_at": moment, "state": "fixed"})
            self.env.ref("omydoo_helpdesk.ir_cron_bug_release")._trigger()

    @api.model
    def _get_release_domain(self):
        """Return which tickets are to be freed.

        :rtype: Domain
        """
        return Domain("upstream_bug_id.released_at", "!=", False) & Domain(
            "bug_released", "=", False
        )

    @api.model
    def _cron_release(self, batch_size=100):
        """Free the tickets whose bug is repaired, and tell their customers.

        :param int batch_size: tickets per transaction
        """
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        is_done = run_in_batches(
            Ticket,
            self._get_release_domain(),
            self._release_tickets,
            # Those of one contact follow each other: what they are told is one mail.
            order="partner_id, id",
            batch_size=batch_size,
        )
        if is_done:
            self.env["support.update"]._cron_tell_followers()

    # === BUSINESS METHODS - THE TICKETS === #

    @api.model
    def _release_tickets(self, tickets):
        """Free tickets and tell their customers: a constant number of statements.

        Tickets that another worker holds are left to it.

        :param tickets: recordset of helpdesk.ticket, of one batch
        """
        tickets = tickets.try_lock_for_update().filtered_domain(
            self._get_release_domain()
        )
        if not tickets:
            return
        by_stage = defaultdict(tickets.browse)
        for ticket, stage in tickets._get_stages_after_bug().items():
            by_stage[stage.id] |= ticket
        # Without tracking, which sends and writes ticket by ticket; it is noted below.
        quiet = tickets.with_context(tracking_disable=True)
        for stage_id, group in by_stage.items():
            vals = {"bug_released": True}
            if stage_id:
                vals["stage_id"] = stage_id
            (quiet & group)._write_guarded(vals)
        tickets._message_log_batch(
            bodies={
                ticket.id: self.env._(
                    "The repair of “%(bug)s” is in place.",
                    bug=ticket.upstream_bug_id.name,
                )
                for ticket in tickets
            }
        )
        self._tell_customers(tickets)

    # === BUSINESS METHODS - THE CUSTOMERS === #

    @api.model
    def _tell_customers(self, tickets):
        """Tell customers by mail that what their tickets waited for is repaired.

        :param tickets: recordset of helpdesk.ticket, of one batch
        """
        by_pair = defaultdict(tickets.browse)
        for ticket in self._get_tickets_to_tell(tickets):
            email = email_normalize(
                ticket.partner_id.email or ticket.partner_email or ""
            )
            if email:
                by_pair[ticket.upstream_bug_id._get_release_origin(), email] |= ticket
        told = self.env["support.bug.notice"]._log(list(by_pair))
        # The queue sends them, and tries again what fails.
        self.env["mail.template"]._queue_support_mails(
            filter(
                None,
                (
                    self._prepare_release_mail(email, by_pair[origin, email])
                    for origin, email in sorted(told)
                ),
            )
        )

    @api.model
    def _get_tickets_to_tell(self, tickets):
        """Return the tickets that the mails of a batch are about.

        Whoever has tickets in several batches gets one mail, with all of them.

        :param tickets: recordset of helpdesk.ticket, of one batch
        :rtype: recordset of helpdesk.ticket
        """
        bugs = tickets.upstream_bug_id
        bugs |= bugs.update_id.line_ids.bug_id
        # Those freed by an earlier batch were told by it.
        others = tickets.search(
            Domain("upstream_bug_id", "in", bugs.ids)
            & Domain("partner_id", "in", tickets.partner_id.ids)
            & self._get_release_domain()
        )
        return (tickets | others).filtered(
            lambda ticket: ticket.active and not ticket.duplicate_id
        )

    def _get_release_origin(self):
        """Return what a customer is told once of: the update, or the bug by itself.

        :rtype: str
        """
        self.ensure_one()
        if self.update_id.state == "done":
            return f"support.update,{self.update_id.id}"
        return f"support.upstream.bug,{self.id}"

    @api.model
    def _prepare_release_mail(self, email, tickets):
        """Return the mail that tells a customer, in their language.

        :param str email: normalized address
        :param tickets: the contact's tickets, all in one company
        :return: values of a mail.mail, nothing if none is to leave
        :rtype: dict
        """
        partner = tickets.partner_id[:1]
        company = tickets.company_id[:1]
        lang = get_lang(
            company.with_context(lang=company.partner_id.lang).env, partner.lang
        ).code
        template_sudo = self.env["mail.template"]._find_support_mail(
            "omydoo_helpdesk.mail_template_bug_released", company
        )
        if not template_sudo:
            return {}
        return {
            **template_sudo._prepare_support_mail(
                tickets[:1],
                email,
                lang,
                tz=partner.tz,
                support_ticket_ids=tickets.ids,
            ),
            "auto_delete": False,
            "model": "helpdesk.ticket" if len(tickets) == 1 else False,
            "res_id": tickets.id if len(tickets) == 1 else False,
        }


class SupportBugNotice(models.Model):
    """Who was told of what, so that nobody is told twice. Append-only."""

    _name = "support.bug.notice"
    _description = "Notice of a Repair"
    _log_access = False

    # An update, or a bug that was repaired by itself.
    origin = fields.Char(required=True, readonly=True)
    email = fields.Char(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _origin_email_uniq = models.Constraint(
        "UNIQUE (origin, email)", "This address was told already."
    )

    @api.model
    def _log(self, pairs):
        """Note whom we are about to tell.

        Two workers may come with the same pair: the second one waits for the first,
        and gets it only if the first did not commit.

        :param list pairs: of origin and normalized e-mail address
        :return: the pairs that nobody had told
        :rtype: set[tuple[str, str]]
        """
        if not pairs:
            return set()
        now = fields.Datetime.now()
        # Sorted, so that two workers wait for each other in the same order.
        rows = SQL(", ").join(
            SQL("(%s, %s, %s)", origin, email, now) for origin, email in sorted(pairs)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO support_bug_notice (origin, email, at) VALUES %s "
                "ON CONFLICT (origin, email) DO NOTHING RETURNING origin, email",
                rows,
            )
        )
        return set(self.env.cr.fetchall())
