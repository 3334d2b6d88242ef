# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import GUARD, MANAGER_GROUP, RETRY_AFTER
from ...tools.harmless_html import Harmless, make_harmless

# What a customer may edit of a message of theirs.
CUSTOMER_FIELDS = {"body"}

# What a customer wrote, when, and to whom it shows.
WRITTEN_FIELDS = {
    "author_id",
    "body",
    "date",
    "email_from",
    "is_internal",
    "message_type",
    "subject",
    "subtype_id",
}

RETRY_FOR = timedelta(days=3)

_logger = logging.getLogger(__name__)


class MailMessage(models.Model):
    """What strangers write on tickets is made harmless before it is stored.

    Odoo cleans HTML of scripts, not of what draws over the page or calls home. Messages
    of other models: one comparison each. It may go when Odoo's cleaning does it.

    What is internal on them is so for every type of message, whether it is searched or
    read: Odoo lets customers read internal notifications. It costs customers who read
    messages a statement. It may go when Odoo reads as it searches.
    """

    _name = "mail.message"
    _inherit = ["mail.message"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(
            [
                {**vals, "body": make_harmless(vals["body"])}
                if vals.get("body") and self._is_written_by_stranger(vals)
                else vals
                for vals in vals_list
            ]
        )
        # Afterwards: the record may be named by a default of the context.
        messages._check_customer_writes()
        return messages

    def write(self, vals):
        if vals.keys() - CUSTOMER_FIELDS:
            self._check_customer_writes()
        if not WRITTEN_FIELDS.isdisjoint(vals):
            self._check_customer_words()
        if (
            vals.get("body")
            and self.env.user.share
            and "helpdesk.ticket" in self.mapped("model")
        ):
            vals = {**vals, "body": make_harmless(vals["body"])}
        res = super().write(vals)
        if {"model", "res_id"} & vals.keys():
            self._check_customer_writes()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_customer_words(self):
        self._check_customer_words()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_support_rating(self):
        """Keep what a customer said of a ticket: it would vanish with its message.

        :raise AccessError: if somebody deletes it, by their own rights
        """
        # In sudo mode because who deletes a message may not read ratings.
        messages_sudo = self.sudo().filtered(
            lambda message: message.model == "helpdesk.ticket"
        )
        if not self.env.su and any(messages_sudo.mapped("rating_ids.consumed")):
            raise AccessError(
                self.env._("Only customers say what they think of a ticket.")
            )

    # === ACCESS === #

    @api.model
    def _get_support_threads(self):
        """Return the models that customers read, and whose thread is not all theirs.

        :rtype: list[str]
        """
        return list(self.pool["support.thread.mixin"]._inherit_children)

    def _get_forbidden_access(self, operation):
        hidden = self._get_support_hidden(operation)
        if hidden == self:
            return hidden
        return hidden + super(MailMessage, self - hidden)._get_forbidden_access(
            operation
        )

    def _get_support_hidden(self, operation):
        """Return those of these messages that are internal to the desk.

        :param str operation: of the ORM
        :return: for customers; none for employees
        :rtype: recordset of mail.message
        """
        if operation not in ("read", "create") or self.env.user._is_internal():
            return self.browse()
        # In sudo mode because this is what decides who may read them.
        internal_sudo = self.sudo().search(
            Domain("id", "in", self.ids)
            & Domain("model", "in", self._get_support_threads())
            & ~Domain(self._get_search_domain_share())
        )
        return self.browse(internal_sudo.ids)

    def _check_customer_writes(self):
        """Have customers write on tickets by posting, and edit their text only.

        :raise AccessError: if a customer does otherwise, by their own rights
        """
        if (
            self.env.su
            or not self.env.user.share
            # An object, which no client can send.
            or self.env.context.get("support_post") is GUARD
        ):
            return
        # In sudo mode because who writes may not read what they have moved.
        if set(self.sudo().mapped("model")) & set(self._get_support_threads()):
            raise AccessError(self.env._("Write on the page of the ticket."))

    def _check_customer_words(self):
        """Leave what customers wrote on tickets as they wrote it.

        It starts and stops clocks, and is what was asked: Odoo lets whoever may write
        on the ticket rewrite it by RPC. A manager takes away what must not stay, a
        password for instance.

        :raise AccessError: if somebody else changes or deletes it, by their own rights
        """
        if self.env.su or self.env.user.has_group(MANAGER_GROUP):
            return
        own = self.env.user.partner_id
        # In sudo mode because who writes may not read who wrote it.
        words_sudo = self.sudo().filtered(
            lambda message: message.model == "helpdesk.ticket"
            and message.message_type in ("comment", "email", "email_outgoing")
            and message.author_id != own
            and all(user.share for user in message.author_id.user_ids)
        )
        if words_sudo:
            raise AccessError(
                self.env._("What a customer wrote stays as it was written.")
            )

    def _compute_is_current_user_or_guest_author(self):
        # Whoever came by a link is nobody: what the customer wrote and sent is not
        # theirs to edit or to delete, unless links may write.
        thread = (self.env.context.get("portal_data") or {}).get("portal_thread")
        if (
            isinstance(thread, self.pool["support.thread.mixin"])
            and not thread._may_write_by_link()
        ):
            self = self.with_context(portal_data={})
        return super()._compute_is_current_user_or_guest_author()

    # === BUSINESS METHODS === #

    @api.model
    def _is_written_by_stranger(self, vals):
        """Say whether a message of a ticket comes from outside, and is to be cleaned.

        :param dict vals: of the message
        :rtype: bool
        """
        if vals.get("model") != "helpdesk.ticket":
            return False
        known = self.env.context.get("support_harmless")
        if isinstance(known, Harmless) and known.text == vals["body"]:
            return False  # it was cleaned with the rest of the mail
        return vals.get("message_type") == "email" or self.env.user.share


class MailMail(models.Model):
    """Mails of tickets that no server took are tried again.

    Odoo gives a mail up at the first refused connection. One search on an index at each
    run of the queue. It may go when the queue retries by itself.
    """

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


class MailMessageSchedule(models.Model):
    """Notifications of tickets leave one by one, each in its own transaction.

    Odoo sends all that are due in one: a single one that fails keeps all back for ever.
    Those of other models go Odoo's way. It may go when Odoo commits each.
    """

    _name = "mail.message.schedule"
    _inherit = "mail.message.schedule"

    @api.model
    def _defer_notification(self, message, parameters, moment=None):
        """Tell who is to be told of a message once this transaction is committed.

        One at a time for a message: Odoo looks each of a batch up by its own.

        :param message: a mail.message
        :param dict parameters: of its notification
        :param datetime moment: naive UTC; by default at once
        """
        # In sudo mode because customers have no right on jobs.
        self.sudo().create(
            {
                "mail_message_id": message.id,
                "scheduled_datetime": moment or fields.Datetime.now(),
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
