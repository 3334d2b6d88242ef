# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup

from odoo import api, models

from ...const import MAIL_LAYOUT

# In the HTML of a mail, what a picture is called, and its address without a session.
PICTURE = re.compile(r'src="cid:([^"]+)"')
TOKEN = re.compile(r"(/web/image/\d+)\?access_token=[\w-]+")

MAIL_CRON = "mail.ir_cron_mail_scheduler_action"


class TicketMail(models.Model):
    """What comes by mail, and what leaves by mail: from the queue, after the request.

    Nobody waits in front of a page for a mail to be made, nor for a mail server. What
    is to be told is written down in the same transaction as what it tells: it is told
    if that is committed, and only then.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === FROM A MAIL === #

    @api.model
    def message_new(self, msg, custom_values=None):
        """Take a mail as a ticket, also one without subject, text or sender."""
        defaults = {
            # Some mailers send control characters, which PostgreSQL refuses.
            "name": _clean(msg.get("subject"))[:250] or self.env._("No Subject"),
            "description": msg.get("body") or "<p></p>",
        }
        defaults.update(custom_values or {})
        gateway = self.with_context(support_mail_gateway=True)
        ticket = super(TicketMail, gateway).message_new(msg, defaults)
        return ticket.with_env(self.env)

    def message_update(self, msg, update_vals=None):
        gateway = self.with_context(support_mail_gateway=True)
        return super(TicketMail, gateway).message_update(msg, update_vals)

    def _create_attachments_for_post(self, values_list, extra_list):
        """Show the pictures of a mail to whoever may read the ticket, and nobody else.

        Odoo gives each a token that opens it without a session, for ever, and leaves
        the description as the mail had it.
        """
        values_list = [
            {name: value for name, value in values.items() if name != "access_token"}
            for values in values_list
        ]
        files = super()._create_attachments_for_post(values_list, extra_list)
        pictures = {
            extra[0]: file for file, extra in zip(files, extra_list, strict=True)
        }
        if self.description and "cid:" in self.description:
            self.description = PICTURE.sub(
                lambda match: f'src="/web/image/{pictures[match[1]].id}"'
                if match[1] in pictures
                else match[0],
                self.description,
            )
        return files

    def _process_attachments_for_post(self, attachments, attachment_ids, values):
        result = super()._process_attachments_for_post(
            attachments, attachment_ids, values
        )
        if attachments and result.get("body"):
            # Those that were just made have no token.
            result["body"] = Markup(TOKEN.sub(r"\1", result["body"]))
        return result

    def _message_compute_parent_id(self, parent_id):
        """Look for no message before the first one of a ticket being created."""
        if (
            not parent_id
            # Odoo has just put it there, and keeps it up to date.
            and "message_ids" in self._cache
            and not self.message_ids
        ):
            return False
        return super()._message_compute_parent_id(parent_id)

    # === TO THE CUSTOMER === #

    def _acknowledge(self):
        """Hook: tell who filed this ticket that it arrived.

        :return: whether a mail leaves
        :rtype: bool
        """
        self.ensure_one()
        return False

    def _post_decision(self, template_xmlid):
        """Tell the customer what the desk decided, by mail and in the conversation.

        No answer to the request: the clock of the first response runs on. A template
        that is archived tells nothing.

        :param str template_xmlid: of the mail template
        """
        self.ensure_one()
        template = self.env.ref(template_xmlid, raise_if_not_found=False)
        if template and template.active:
            self.message_post_with_source(
                template,
                message_type="auto_comment",
                subtype_xmlid="mail.mt_comment",
                email_layout_xmlid=MAIL_LAYOUT,
            )

    # === FROM THE QUEUE === #

    @api.model
    def _is_mail_queued(self):
        """Say whether mails wait for the queue: those that customers cause do.

        :rtype: bool
        """
        return self.env.user.share

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


def _clean(text):
    """Return a text without control characters, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
