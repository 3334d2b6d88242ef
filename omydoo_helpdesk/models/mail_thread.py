# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import codecs

from odoo import api, models

from .support_stranger_html import make_harmless

# RFC 3834, and what widespread mailers send instead.
AUTO_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
AUTO_REPLY_PRECEDENCES = ("auto_reply", "bulk", "junk")


class MailThread(models.AbstractModel):
    _name = "mail.thread"
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if self._is_auto_reply(message):
            self = self.with_context(support_auto_reply=True)
        if any(route[0] == "helpdesk.ticket" for route in routes):
            # What becomes the description of a new ticket, or a message.
            body = make_harmless(message_dict.get("body"))
            message_dict = {**message_dict, "body": body}
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _skip_ticket_stage_update_from_autoreply(self, message, message_dict, routes):
        return self._is_auto_reply(
            message
        ) or super()._skip_ticket_stage_update_from_autoreply(
            message, message_dict, routes
        )

    @api.model
    def _is_auto_reply(self, message):
        """Say whether a program wrote a mail: an out-of-office, a list, a bounce.

        :param email.message.EmailMessage message: as received
        :rtype: bool
        """
        return (
            (message.get("Auto-Submitted") or "no").strip().lower() != "no"
            or (message.get("Precedence") or "").strip().lower()
            in AUTO_REPLY_PRECEDENCES
            or any(message.get(header) for header in AUTO_REPLY_HEADERS)
        )

    @api.model
    def message_parse(self, message, save_original=False):
        """Parse also mails with an unknown charset or NUL characters.

        The base stops at the first, PostgreSQL refuses the others, and the mail would
        be lost in both cases.
        """
        for part in message.walk():
            self._repair_charset(part)
        values = super().message_parse(message, save_original=save_original)
        return {
            key: value.replace("\x00", "") if isinstance(value, str) else value
            for key, value in values.items()
        }

    @api.model
    def _repair_charset(self, part):
        """Name a charset that exists where a mail names one that does not.

        :param email.message.EmailMessage part: changed in place
        """
        charset = part.get_content_charset()
        if not charset or part.is_multipart():
            return
        try:
            codecs.lookup(charset)
        except LookupError:
            content = part.get_payload(decode=True) or b""
            try:
                content.decode("utf-8")
                part.set_param("charset", "utf-8")
            except UnicodeDecodeError:
                part.set_param("charset", "cp1252")
