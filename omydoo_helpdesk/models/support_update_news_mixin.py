# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain


class SupportUpdateNewsMixin(models.AbstractModel):
    """Who follows the weekly updates is told when one is done, once.

    Used by ``support.update``.
    """

    _name = "support.update.news.mixin"
    _description = "News of Weekly Updates"

    is_told = fields.Boolean(
        string="Followers Told", readonly=True, copy=False, default=False
    )

    @api.model
    def _cron_tell_followers(self, batch_size=100):
        """Tell the followers of updates that are done, each once.

        Each batch is committed: a crash loses nothing and repeats nothing.

        :param int batch_size: messages per transaction
        """
        progress = self.env["ir.cron"]._commit_progress
        for update in self.search(self._get_untold_domain(), order="id"):
            last_id = 0
            while partners := update._get_followers(last_id, batch_size):
                update._tell_followers(partners)
                last_id = partners[-1].id
                if not progress(len(partners)):
                    return
            update.is_told = True
            progress(0)

    @api.model
    def _get_untold_domain(self):
        return Domain("state", "=", "done") & Domain("is_told", "=", False)

    def _get_followers(self, last_id, limit):
        """Return the next followers of this update.

        :param int last_id: of the last one that was told
        :param int limit: how many at most
        :rtype: recordset of res.partner
        """
        self.ensure_one()
        return self.env["res.partner"].search(
            Domain("support_update_follower", "=", True)
            & Domain("email_normalized", "!=", False)
            & Domain("company_id", "in", [False, self.company_id.id])
            & Domain("id", ">", last_id),
            order="id",
            limit=limit,
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
        mails = self.env["mail.mail"].create(
            [
                self._prepare_news_mail(by_email[email], email)
                for _origin, email in sorted(told)
            ]
        )
        if mails:
            # The queue sends them, and tries again what fails.
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _prepare_news_mail(self, partner, email):
        """Return the mail that tells a follower, in their language.

        :param partner: who follows
        :param str email: normalized address
        :rtype: dict
        """
        self.ensure_one()
        lang = partner.lang or self.company_id.partner_id.lang or self.env.lang
        update = self.with_context(lang=lang, tz=partner.tz)
        return {
            "subject": update.env._("The weekly update is done"),
            "body_html": update.env["ir.qweb"]._render(
                "omydoo_helpdesk.mail_update_news",
                {"update": update, "partner": partner.with_context(lang=lang)},
                minimal_qcontext=True,
                lang=lang,
            ),
            "email_from": self.company_id.email_formatted,
            "email_to": email,
        }
