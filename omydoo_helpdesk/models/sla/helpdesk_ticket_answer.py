# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import email_normalize

from . import support_sla_clock as sla_clock


class SupportAnswerMixin(models.AbstractModel):
    """Who answered whom: what a message does to the clocks and to the stage.

    Used by a model with the SLA mixin, ``partner_id``, ``partner_email`` and
    ``stage_id``.
    """

    _name = "support.answer.mixin"
    _inherit = ["mail.thread"]
    _description = "Support Answers"

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if self._is_answer_to_customer(message):
            self._sla_log_answer()
        elif self._is_answer_of_customer(message):
            self._resume_after_answer()
        return res

    # === THE AGENT ANSWERS === #

    def _is_answer_to_customer(self, message):
        """Say whether a message is one that an agent wrote to the customer.

        Not: notes, automatic mails and receipts, log messages, the customer's own.

        :param message: a mail.message just posted on this record
        :rtype: bool
        """
        return (
            self._is_written_by_somebody(message)
            and not message.is_internal
            and not message.subtype_id.internal
            and message.author_id != self.partner_id
            and self._is_internal_author(message.author_id)
        )

    def _is_written_by_somebody(self, message):
        """Say whether a person wrote a message, rather than a program.

        :rtype: bool
        """
        return (
            bool(self)
            and message.message_type in ("comment", "email")
            and not self.env.context.get("support_auto_reply")
            and message.author_id != self.env.ref("base.partner_root")
        )

    @api.model
    def _is_internal_author(self, partner):
        # In sudo mode because a customer who posts may not read our users.
        return any(not user.share for user in partner.sudo().user_ids)

    def _sla_log_answer(self, answered_at=None, note=None):
        """Note the first answer to the customer; later ones change nothing.

        :param datetime answered_at: naive UTC, now by default
        :param str note: how the customer was answered, if not by a message
        """
        event = sla_clock.Event(
            answered_at or fields.Datetime.now(), sla_clock.ANSWERED
        )
        # In sudo mode because nobody but the engine writes the log.
        records = self.sudo()
        log = self.env["support.ticket.event"]._read_log(records)
        records._sla_log(
            {
                record: [event]
                for record in records
                if not any(past.kind == event.kind for past in log[record.id])
            },
            note,
        )

    # === THE CUSTOMER ANSWERS === #

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

    def _is_answer_of_customer(self, message):
        """Say whether a message is from the customer: the contact or a colleague.

        :param message: a mail.message just posted on this record
        :rtype: bool
        """
        if not self._is_written_by_somebody(message):
            return False
        # In sudo mode because a portal user may not read every colleague.
        customer = self.sudo().partner_id
        author = message.sudo().author_id
        if author and customer:
            return author.commercial_partner_id == customer.commercial_partner_id
        sender = email_normalize(message.email_from or "")
        return bool(sender) and sender == email_normalize(
            self.sudo().partner_email or customer.email or ""
        )

    def _is_waiting_for_answer(self):
        """Say whether it is the customer's turn: the stage waits for their answer.

        :rtype: bool
        """
        self.ensure_one()
        stage = self.stage_id
        return bool(
            stage.holds_sla and stage.hold_party == "customer" and not stage.closed
        )

    def _resume_after_answer(self):
        """Move what waited for the customer to the stage that follows an answer."""
        # In sudo mode because customers may not write on their tickets: the access
        # to post was checked, and the stage is the one set up for this.
        for record in self.sudo():
            stage = record.stage_id.answer_stage_id
            if stage and record._is_waiting_for_answer():
                record.stage_id = stage
