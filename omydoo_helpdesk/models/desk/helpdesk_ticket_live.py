# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from ...const import ReplyToMemo

# The name by which a browser asks for a ticket's channel.
CHANNEL = re.compile(r"omydoo_helpdesk\.ticket_(\d{1,9})")
SUBCHANNEL = "omydoo_helpdesk.desk"
PRESENCES = ("here", "writing", "gone")
# Whoever changes more at once is not looked at while typing on one of them.
MAX_TOLD = 80


class HelpdeskTicketLive(models.Model):
    """Told at once to the open forms of a ticket: what changed, and who is there.

    By Odoo's bus, to those who may read the ticket (see ``ir.websocket`` below). No
    content is sent: the form reads what it shows, by the reader's own rights. Nobody's
    presence is kept: it is said when it changes.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        self._tell_change("change")
        return res

    # === MAIL.THREAD === #

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        # In sudo mode because whoever acts for the author (the mail gateway, say) need
        # not read contacts: only the name is looked at, which the message shows.
        author_sudo = message.sudo().author_id
        self._tell_change("message", author_sudo.name or message.sudo().email_from)
        return res

    # === PRESENCE === #

    def tell_presence(self, state, asks=False):
        """Tell who else has the ticket open that the user does, or writes an answer.

        :param str state: ``here``, ``writing`` or ``gone``
        :param bool asks: whether the others shall say that they are there too
        :raise AccessError: if the user is no employee or may not read the ticket
        :raise ValidationError: if there is no such state
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only the desk says who is here."))
        if state not in PRESENCES:
            raise ValidationError(self.env._("Nobody is “%(state)s”.", state=state))
        self._tell_live("presence", {"state": state, "asks": bool(asks)})

    # === BUSINESS METHODS === #

    def _tell_change(self, kind, name=None):
        """Tell the open forms that there is something to read, once a transaction.

        :param str kind: ``change`` or ``message``
        :param str name: of who did it; by default the user's
        """
        if len(self) > MAX_TOLD:
            return
        if isinstance(self.env.context.get("support_reply_to"), ReplyToMemo):
            # Nobody has open what is just being created.
            now = self.env.cr.now()
            self = self.filtered(lambda record: record.create_date != now)
        told = self.env.cr.precommit.data.setdefault("omydoo_helpdesk.told", set())
        for record in self:
            if (record.id, kind) not in told:
                told.add((record.id, kind))
                record._tell_live(kind, {"name": name} if name else {})

    def _tell_live(self, kind, payload):
        """Send something to the open forms of this ticket.

        :param str kind: of what
        :param dict payload: besides who does it
        """
        user = self.env.user
        self.env["bus.bus"]._sendone(
            (self, SUBCHANNEL),
            f"omydoo_helpdesk.ticket/{kind}",
            # As the user's name is read, without computing it.
            {
                "id": self.id,
                "user_id": user.id,
                "name": user.partner_id.name,
                **payload,
            },
        )


class IrWebsocket(models.AbstractModel):
    """Who hears what is told of a ticket: employees who may read it."""

    _name = "ir.websocket"
    _inherit = ["ir.websocket"]

    @api.model
    def _build_bus_channel_list(self, channels):
        names = {
            channel: CHANNEL.fullmatch(channel)
            for channel in channels
            if isinstance(channel, str)
        }
        ids = [int(match[1]) for match in names.values() if match]
        if ids:
            channels = [channel for channel in channels if not names.get(channel)]
            channels += [
                (ticket, SUBCHANNEL) for ticket in self._get_heard_tickets(ids)
            ]
        return super()._build_bus_channel_list(channels)

    @api.model
    def _get_heard_tickets(self, ids):
        """Return those of some tickets of which the user hears what is told.

        :param list[int] ids: as the browser asks
        :rtype: recordset of helpdesk.ticket
        """
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        if not self.env.user._is_internal() or not tickets.has_access("read"):
            return tickets
        return tickets.search([("id", "in", ids)])
