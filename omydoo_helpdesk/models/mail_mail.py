# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

RETRY_AFTER = timedelta(minutes=10)
RETRY_FOR = timedelta(days=3)


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = "mail.mail"

    @api.model
    def process_email_queue(self, email_ids=(), batch_size=1000):
        """Send what waits, also the mails of tickets that no server took last time."""
        if not email_ids:
            self._requeue_support_mails()
        res = super().process_email_queue(email_ids=email_ids, batch_size=batch_size)
        if not email_ids and self.search_count(
            self._get_support_failed_domain(), limit=1
        ):
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger(
                fields.Datetime.now() + RETRY_AFTER
            )
        return res

    @api.model
    def _get_support_failed_domain(self):
        """Return which mails of tickets no server took, and may be tried again.

        Those that a server refused are not: it would refuse them again, or has sent
        them to some already. Odoo notes no type where it did not reach a server.

        :rtype: Domain
        """
        return (
            Domain("state", "=", "exception")
            & Domain("failure_type", "in", [False, "mail_smtp"])
            & Domain("model", "=", "helpdesk.ticket")
            & Domain("create_date", ">", fields.Datetime.now() - RETRY_FOR)
        )

    @api.model
    def _requeue_support_mails(self):
        """Put back in the queue what failed a while ago."""
        failed = self.search(
            self._get_support_failed_domain()
            & Domain("write_date", "<=", fields.Datetime.now() - RETRY_AFTER)
        )
        failed.mark_outgoing()
