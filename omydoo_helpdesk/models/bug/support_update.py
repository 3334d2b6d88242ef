# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import get_lang

from ...const import COMPUTED
from ...tools.batch import run_in_batches


class SupportUpdate(models.Model):
    """A weekly update of the servers: when, what it repairs, and whether it is done.

    Who follows the weekly updates is told when one is done, once.
    """

    _name = "support.update"
    _inherit = [
        "support.guarded.mixin",
        "mail.thread",
        "support.untranslated.mixin",
    ]
    _description = "Weekly Update"
    _order = "scheduled_at desc, id desc"
    _rec_name = "scheduled_at"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    scheduled_at = fields.Datetime(
        string="Scheduled",
        required=True,
        tracking=True,
        default=lambda self: self._get_default_start(),
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("done", "Carried Out"),
            ("cancelled", "Called Off"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        comodel_name="support.update.line",
        inverse_name="update_id",
        string="Content",
        copy=False,
    )
    description = fields.Text(
        translate=True, help="What else customers should know of it."
    )
    done_at = fields.Datetime(string="Done On", readonly=True, copy=False)
    done_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    is_told = fields.Boolean(
        string="Followers Told", readonly=True, copy=False, default=False
    )

    _start_uniq = models.Constraint(
        "UNIQUE (company_id, scheduled_at)",
        "There is already an update of this company at this time.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_default_start(self):
        window = self.env["support.maintenance.window"]._get_window(self.env.company)
        return window._get_next_start(fields.Datetime.now()) if window else False

    @api.depends("scheduled_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for update in self:
            update.display_name = update.scheduled_at and self.env._(
                "Update of %(moment)s", moment=update._format_start()
            )

    @api.model
    def _get_translated_fields(self):
        return ["description"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.browse()._check_guarded(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarded([vals])
        return super().write(vals)

    @api.model
    def _get_guarded_fields(self):
        names = ("state", "done_at", "done_by_id", "is_told")
        return super()._get_guarded_fields() | dict.fromkeys(names, COMPUTED)

    @api.model
    def _get_guarded_reason(self):
        return self.env._("the buttons of the update write it.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(update.state == "done" for update in self):
            raise UserError(
                self.env._("An update that was done is kept: customers were told.")
            )

    # === ACTION METHODS === #

    def action_done(self):
        """Say that these updates are done: what they repair is with the customers.

        :raise UserError: if one of them is not planned
        """
        self.check_access("write")
        # One at a time: whoever comes second finds it done.
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        now = fields.Datetime.now()
        for update in self:
            update._check_planned()
            lines = update.line_ids.filtered(lambda line: line.state == "planned")
            update._write_guarded(
                {"state": "done", "done_at": now, "done_by_id": self.env.uid}
            )
            lines._write_guarded({"state": "done"})
            lines.bug_id._release(now)
        # After the tickets: who is told about theirs is not told again.
        self.env.ref("omydoo_helpdesk.ir_cron_bug_release")._trigger()

    def action_cancel(self):
        """Cancel these updates: what they hold goes to the next one.

        :raise UserError: if one of them is not planned
        """
        self.check_access("write")
        for update in self:
            update._check_planned()
            lines = update.line_ids.filtered(lambda line: line.state == "planned")
            update._write_guarded({"state": "cancelled"})
            if lines:
                lines._fail(
                    self.env._("The update was cancelled."),
                    self._get_next(update.company_id, update.scheduled_at),
                )

    # === BUSINESS METHODS === #

    def _check_planned(self):
        """Check that this update is still to come.

        :raise UserError: otherwise
        """
        self.ensure_one()
        if self.state != "planned":
            raise UserError(
                self.env._(
                    "“%(update)s” is not planned any more.", update=self.display_name
                )
            )

    @api.model
    def _get_next(self, company, after=None):
        """Return the next update of a company, made if need be.

        :param company: whose servers
        :param datetime after: naive UTC, now by default
        :rtype: recordset of support.update
        :raise UserError: if there is none and the company has no maintenance window
        """
        after = max(after or fields.Datetime.now(), fields.Datetime.now())
        update = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("scheduled_at", ">", after),
            ],
            order="scheduled_at, id",
            limit=1,
        )
        if update:
            return update
        window = self.env["support.maintenance.window"]._get_window(company)
        if not window:
            raise UserError(
                self.env._(
                    "%(company)s has no weekly maintenance window: a manager sets it.",
                    company=company.name,
                )
            )
        start = window._get_next_start(after)
        # A cancelled one stands at its time.
        while self.search_count(
            [("company_id", "=", company.id), ("scheduled_at", "=", start)], limit=1
        ):
            start = window._get_next_start(start)
        return self.create({"company_id": company.id, "scheduled_at": start})

    def _plan(self, bugs):
        """Put bugs on this update, and off any other that is still to come.

        :param bugs: recordset of support.upstream.bug
        :raise UserError: if the update is not planned, or a bug is repaired already
        """
        self.ensure_one()
        self._check_planned()
        repaired = bugs.filtered("released_at")
        if repaired:
            raise UserError(
                self.env._(
                    "“%(bug)s” is repaired already.", bug=repaired[0].display_name
                )
            )
        held = {bug: bug.hold_party for bug in bugs}
        planned = bugs.line_ids.filtered(lambda line: line.state == "planned")
        planned.filtered(lambda line: line.update_id != self).unlink()
        missing = bugs - planned.filtered(lambda line: line.update_id == self).bug_id
        # What failed on this very update is tried on it again.
        again = missing.line_ids.filtered(lambda line: line.update_id == self)
        again._write_guarded({"state": "planned", "reason": False})
        self.env["support.update.line"].create(
            [{"update_id": self.id, "bug_id": bug.id} for bug in missing - again.bug_id]
        )
        bugs._sync_tickets(held)

    def _get_customer_content(self):
        """Return what this update repairs, in words for customers.

        :return: as in ``_get_customer_notice`` of the bugs that every customer may
            know of
        :rtype: list[dict]
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.state != "failed" and line.bug_id.is_public
        )
        return [line.bug_id._get_customer_notice() for line in lines]

    def _format_start(self):
        """Return when it starts, in the reader's language and time zone.

        :rtype: str
        """
        self.ensure_one()
        window = self.env["support.maintenance.window"].sudo()
        return self.env["res.company"]._format_support_moment(
            self.scheduled_at,
            self.env.context.get("tz"),
            self.env.user.tz,
            window._get_window(self.company_id).tz,
        )

    @api.model
    def _cron_tell_followers(self, batch_size=100):
        """Tell the followers of updates that are done, each once.

        Each batch is committed: a crash loses nothing and repeats nothing. A follower
        who cannot be told keeps no other from it: the log tells why.

        :param int batch_size: messages per transaction
        """
        for update in self.search(self._get_untold_domain(), order="id"):
            if not run_in_batches(
                self.env["res.partner"],
                update._get_followers_domain(),
                update._tell_followers,
                batch_size=batch_size,
            ):
                return
            update._write_guarded({"is_told": True})
            self.env["ir.cron"]._commit_progress(0)

    @api.model
    def _get_untold_domain(self):
        return Domain("state", "=", "done") & Domain("is_told", "=", False)

    def _get_followers_domain(self):
        """Return who follows this update.

        :return: a domain of contacts
        :rtype: Domain
        """
        self.ensure_one()
        return (
            Domain("support_update_follower", "=", True)
            & Domain("email_normalized", "!=", False)
            & Domain("company_id", "in", [False, self.company_id.id])
        )

    def _tell_followers(self, partners):
        """Tell partners of this update; not those who were told about their tickets.

        :param partners: recordset of res.partner
        """
        self.ensure_one()
        by_email = {partner.email_normalized: partner for partner in partners}
        origin = f"{self._name},{self.id}"
        told = self.env["support.bug.notice"]._log(
            [(origin, email) for email in by_email]
        )
        # The queue sends them, and tries again what fails.
        self.env["mail.template"]._queue_support_mails(
            filter(
                None,
                (
                    self._prepare_news_mail(by_email[email], email)
                    for _origin, email in sorted(told)
                ),
            )
        )

    def _prepare_news_mail(self, partner, email):
        """Return the mail that tells a follower, in their language.

        :param partner: who follows
        :param str email: normalized address
        :return: values of a mail.mail, nothing if none is to leave
        :rtype: dict
        """
        self.ensure_one()
        lang = get_lang(
            self.with_context(lang=self.company_id.partner_id.lang).env, partner.lang
        ).code
        template_sudo = self.env["mail.template"]._find_support_mail(
            "omydoo_helpdesk.mail_template_update_done", self.company_id
        )
        return template_sudo and template_sudo._prepare_support_mail(
            self,
            email,
            lang,
            tz=partner.tz,
            support_name=partner.name,
        )

    def _get_mail_frame(self):
        """Return what stands around a mail of the desk about this update.

        :return: as ``helpdesk.ticket._get_mail_frame``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "title": self.env._("Weekly update"),
            "url": f"{self.get_base_url()}/my/updates",
            "button": self.env._("All updates"),
            "note": self.env._("You get this message because you follow the updates."),
        }
