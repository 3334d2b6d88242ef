# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

RETRY_AFTER = timedelta(minutes=10)

_logger = logging.getLogger(__name__)


class MailMessageSchedule(models.Model):
    _name = "mail.message.schedule"
    _inherit = "mail.message.schedule"

    @api.model
    def _defer_notification(self, message, parameters):
        """Tell who is to be told of a message once this transaction is committed.

        :param message: a mail.message
        :param dict parameters: of its notification
        """
        # In sudo mode because customers have no right on jobs.
        self.sudo().create(
            {
                "mail_message_id": message.id,
                "scheduled_datetime": fields.Datetime.now(),
                "notification_parameters": json.dumps(parameters),
            }
        )

    @api.model
    def _send_notifications_cron(self):
        """Send the notifications of tickets one by one.

        Odoo sends all that are due in one transaction: one that fails would keep back
        all the others, for ever.
        """
        self.search(self._get_support_due_domain())._send_support_notifications()
        return super()._send_notifications_cron()

    @api.model
    def _get_support_due_domain(self):
        """Return which notifications of tickets are due.

        :rtype: Domain
        """
        return Domain("scheduled_datetime", "<=", fields.Datetime.now()) & Domain(
            "mail_message_id.model", "=", "helpdesk.ticket"
        )

    def _send_support_notifications(self):
        """Send these notifications; one that fails is tried again later."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(self))
        for schedule in self:
            # Not if another worker is at it, or was.
            mine = schedule.try_lock_for_update()
            try:
                if mine:
                    mine._send_notifications()
                    self.env.flush_all()
            except Exception:
                self.env.cr.rollback()
                _logger.exception(
                    "Notification of message %s failed: tried again in %s",
                    schedule.mail_message_id.id,
                    RETRY_AFTER,
                )
                schedule._postpone(fields.Datetime.now() + RETRY_AFTER)
            progress(1)

    def _postpone(self, moment):
        self.scheduled_datetime = moment
        self.env.ref("mail.ir_cron_send_scheduled_message")._trigger(moment)
