# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class Sink:
    """A session with a mail server that accepts every message and sends none."""

    from_filter = False
    smtp_from = False

    def send_message(self, message, smtp_from, smtp_to_list):
        """Accept the message."""

    def quit(self):
        """End the session."""


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _connect__(self, *args, **kwargs):
        """Connect to no mail server, whatever is configured.

        Not by ``_disable_send``: with it Odoo leaves every mail waiting for good.
        """
        return None if self._disable_send() else Sink()
