# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from xmlrpc.client import Binary

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.mail import (
    decode_message_header,
    email_normalize,
    email_normalize_all,
    email_split_and_format,
)

from ...tools.harmless_html import Harmless, make_harmless
from ...tools.mail_repair import (
    repair_charsets,
    repair_nesting,
    repair_pictures,
    repair_source,
)

# RFC 3834, and what widespread mailers send instead.
AUTO_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond")

AUTO_REPLY_PRECEDENCES = ("auto_reply", "bulk", "junk")

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Every mail that arrives becomes a ticket, or is known not to be one.

    Odoo loses mails that name an unknown charset or hold a NUL, and answers programs.
    Mails for other models: their headers are looked at, no statement; that no mail is
    lost any more helps them as well. It may go when the gateway does both.
    """

    _name = "mail.thread"
    _inherit = ["mail.thread"]

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if self._is_auto_reply(message):
            self = self.with_context(support_auto_reply=True)
        facts = message_dict.get("support_mail")
        if facts:
            message_dict = {
                name: value
                for name, value in message_dict.items()
                if name != "support_mail"
            }
            self = self.with_context(support_mail=facts)
        if any(route[0] == "helpdesk.ticket" for route in routes):
            # What becomes the description of a new ticket, or a message.
            body = make_harmless(message_dict.get("body"))
            message_dict = {**message_dict, "body": body}
            self = self.with_context(support_harmless=Harmless(body))
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _skip_ticket_stage_update_from_autoreply(self, message, message_dict, routes):
        # Whoever calls the hook from elsewhere may have no mail at hand.
        return (
            message is not None and self._is_auto_reply(message)
        ) or super()._skip_ticket_stage_update_from_autoreply(
            message, message_dict, routes
        )

    @api.model
    def message_route(self, message, message_dict, *args, **kwargs):
        """Make no ticket of a mail that answers by itself, nor of one of our own.

        Such a mail is put in the thread that it answers, or else set aside: if it made
        a ticket, the receipt would be answered in turn.
        """
        routes = super().message_route(message, message_dict, *args, **kwargs)
        kept = [route for route in routes if route[0] != "helpdesk.ticket" or route[1]]
        if len(kept) < len(routes) and (
            self._is_answer_of_program(message)
            or (
                self._is_our_address(message_dict.get("email_from"))
                # The form of our own website may write from there.
                and not self._find_reply_to(message)
            )
        ):
            _logger.info(
                "Set aside mail from %s with Message-Id %s: sent by a program",
                message_dict.get("email_from"),
                message_dict.get("message_id"),
            )
            return kept
        routes = self._keep_first_ticket(message, message_dict, routes)
        if any(_is_of_ticket(route) for route in routes) and not self.env[
            "support.mail.receipt"
        ]._take(message_dict.get("message_id")):
            _logger.info(
                "Set aside mail with Message-Id %s: it is being taken already",
                message_dict.get("message_id"),
            )
            return [route for route in routes if not _is_of_ticket(route)]
        if routes and all(
            route[0] == "helpdesk.ticket" and not route[1] for route in routes
        ):
            self._take_reply_to(message, message_dict)
        return routes

    @api.model
    def _keep_first_ticket(self, message, message_dict, routes):
        """Make one ticket of a mail to several addresses of one company.

        :param email.message.EmailMessage message: as received
        :param dict message_dict: as parsed; gets the addresses that make none
        :param list[tuple] routes: as of ``message_route``
        :return: the routes without those to the addresses that come later
        :rtype: list[tuple]
        """
        new = [
            route
            for route in routes
            if route[0] == "helpdesk.ticket" and not route[1] and route[4]
        ]
        if len(new) < 2:
            return routes
        order = email_normalize_all(
            ",".join(
                str(value)
                # Which mailbox was read first is no choice of the customer's.
                for header in ("To", "Cc", "Delivered-To")
                for value in message.get_all(header, [])
            )
        )
        new.sort(
            key=lambda route: order.index(route[4].alias_full_name)
            if route[4].alias_full_name in order
            else len(order)
        )
        kept = {}
        for route in new:
            # In sudo mode because the gateway may run as a user with few rights.
            teams_sudo = self.env["helpdesk.ticket.team"].sudo()
            team_sudo = teams_sudo.browse(route[2].get("team_id"))
            kept.setdefault(team_sudo.company_id, route[4])
        others = [
            route[4].alias_full_name for route in new if route[4] not in kept.values()
        ]
        if others:
            message_dict.setdefault("support_mail", {})["others"] = others
        return [
            route
            for route in routes
            if all(route is not other for other in new) or route[4] in kept.values()
        ]

    @api.model
    def _take_reply_to(self, message, message_dict):
        """Have a new ticket answered where its mail asks for it.

        As the mails that forms of websites send: from an address that nobody reads,
        which stays the one of the message. Not where the sender is known: a contact
        stays who they are, whatever they ask. What is asked is noted on the ticket.

        :param email.message.EmailMessage message: as received
        :param dict message_dict: as parsed, changed in place
        """
        address = self._find_reply_to(message)
        sender = message_dict.get("email_from") or ""
        if not address or email_normalize(address) == email_normalize(sender):
            return
        is_known = message_dict.get("author_id") or self.env[
            "mail.thread"
        ]._partner_find_from_emails_single([sender], no_create=True)
        message_dict.setdefault("support_mail", {}).update(
            sender=sender, reply_to=address, is_known=bool(is_known)
        )

    @api.model
    def _find_reply_to(self, message):
        """Return where a mail asks to be answered, if that is not one of ours.

        :param email.message.EmailMessage message: as received
        :return: the first address, maybe with a name; empty for none
        :rtype: str
        """
        addresses = email_split_and_format(
            decode_message_header(message, "Reply-To", separator=",")
        )
        if not addresses or self._is_our_address(addresses[0]):
            return ""
        return addresses[0]

    @api.model
    def _is_auto_reply(self, message):
        """Say whether a program wrote a mail: an out-of-office, a list, a bounce.

        :param email.message.EmailMessage message: as received
        :rtype: bool
        """
        return (
            self._is_answer_of_program(message)
            or (message.get("Auto-Submitted") or "no").strip().lower() != "no"
            or (message.get("Precedence") or "").strip().lower()
            in AUTO_REPLY_PRECEDENCES
        )

    @api.model
    def _is_answer_of_program(self, message):
        """Say whether a mail answers another one by itself.

        Not what a program sends by itself, as the alert of a server. Odoo asks of its
        own mails, and so of a customer's too, that no out-of-office answers them: that
        is no sign of a program, but to ask that none at all does is.

        :param email.message.EmailMessage message: as received
        :rtype: bool
        """
        submitted = (message.get("Auto-Submitted") or "").strip().lower()
        suppressed = (message.get("X-Auto-Response-Suppress") or "").lower()
        return (
            submitted.startswith("auto-replied")
            or (message.get("Precedence") or "").strip().lower() == "auto_reply"
            or "all" in suppressed.replace(",", " ").split()
            or any(message.get(header) for header in AUTO_REPLY_HEADERS)
        )

    @api.model
    def _is_our_address(self, sender):
        """Say whether a mail claims to come from an address that makes tickets.

        :param str sender: as in the mail
        :rtype: bool
        """
        address = email_normalize(sender or "")
        # In sudo mode because the gateway may run as a user with few rights.
        return bool(address) and bool(
            self.env["mail.alias"]
            .sudo()
            .search_count(
                Domain("alias_full_name", "=", address)
                & Domain("alias_model_id.model", "=", "helpdesk.ticket"),
                limit=1,
            )
        )

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        if isinstance(message, Binary):  # as the gateway's script sends it
            message = message.data
        if isinstance(message, str):
            message = message.encode()
        return super().message_process(model, repair_source(message), *args, **kwargs)

    @api.model
    def message_parse(self, message, save_original=False):
        """Parse also mails with an unknown charset, NUL characters or deep nesting.

        The base stops at the first, PostgreSQL refuses the second, and the mail would
        be lost in both cases; of the last the words would. Pictures that a mail names
        otherwise than by the standard would not be shown.
        """
        repair_charsets(message)
        repair_nesting(message)
        repair_pictures(message)
        values = super().message_parse(message, save_original=save_original)
        return {
            key: value.replace("\x00", "") if isinstance(value, str) else value
            for key, value in values.items()
        }


def _is_of_ticket(route):
    """Say whether a mail becomes a ticket, or an answer on one, by a route.

    :param tuple route: as of ``message_route``
    :rtype: bool
    """
    return route[0] == "helpdesk.ticket"
