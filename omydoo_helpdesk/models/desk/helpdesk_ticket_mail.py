# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

MAIL_CRON = "mail.ir_cron_mail_scheduler_action"


class TicketMail(models.Model):
    """Mails that a customer's request causes leave after it, from the queue.

    Nobody waits in front of a page for a mail to be made, nor for a mail server.
    What is to be told is written down in the same transaction as what it tells: it is
    told if that is committed, and only then.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === BUSINESS METHODS === #

    @api.model
    def _is_mail_queued(self):
        """Say whether mails wait for the queue: those that customers cause do.

        :rtype: bool
        """
        return self.env.user.share

    # === NOTIFICATIONS === #

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        # Who is told of what a customer writes is found out after the request.
        if kwargs.get("scheduled_date") or not self._is_mail_queued():
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        self.env["mail.message.schedule"]._defer_notification(message, kwargs)
        return []

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        if not self._is_mail_queued():
            return super()._notify_thread_by_email(message, recipients_data, **kwargs)
        queued = self.with_context(mail_notify_force_send=False)
        res = super(TicketMail, queued)._notify_thread_by_email(
            message, recipients_data, **kwargs
        )
        if any(recipient["notif"] == "email" for recipient in recipients_data):
            self._wake_mail_queue()
        return res

    def _sign_token(self, pid):
        # In sudo mode because the token is not for customers to read, and who is told
        # of a customer's message gets a link with a signature made of it.
        return super(TicketMail, self.sudo())._sign_token(pid)

    # === TEMPLATES OF STAGES === #

    def message_mail_with_source(self, source_ref, **kwargs):
        if not self._is_mail_queued():
            return super().message_mail_with_source(source_ref, **kwargs)
        mails = super().message_mail_with_source(
            source_ref, **{**kwargs, "force_send": False}
        )
        if mails:
            self._wake_mail_queue()
        return mails

    @api.model
    def _wake_mail_queue(self):
        """Have the queue run once this transaction is committed."""
        # In sudo mode because customers have no right on jobs.
        self.env.ref(MAIL_CRON).sudo()._trigger()

    # === THE CUSTOMER WRITES === #

    def _post_from_portal(self, body, **kwargs):
        """Post what a customer wrote on the page of this record.

        To be called in sudo mode by the customer, once the access to the record was
        checked: customers may not create files. The mails leave by the queue, which is
        started at once: nobody has to wait for a mail server.

        :param body: Markup
        :param kwargs: of ``message_post``
        :return: the message
        """
        self.ensure_one()
        message = self.with_context(mail_notify_force_send=False).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **kwargs,
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return message
