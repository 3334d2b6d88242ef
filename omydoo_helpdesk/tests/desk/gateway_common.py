# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.mail.tests.common import MailCommon

from ..common import SupportCase

HEADERS = (
    b"Message-Id: <%(number)d@customer.example.com>\n"
    b"Date: Mon, 01 Jun 2026 09:00:00 +0200\n"
)


class GatewayCase(SupportCase, MailCommon):
    """A desk with an address to which mails come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        # The guard against loops would stop the one sender of all these.
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 9999)
        cls.team.write(
            {"alias_name": "support", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.domain = cls.mail_alias_domain.name.encode()
        cls.number = 0

    def _receive(self, mail, to=None):
        """Give a mail to the gateway.

        :param bytes mail: its headers and its text, without its number
        :param bytes to: its header with the addresses; by default to the team
        :return: the tickets it became
        """
        type(self).number += 1
        before = self.env["helpdesk.ticket"].search([])
        if to is None:
            to = b"To: support@%s\n" % self.domain
        headers = HEADERS % {b"number": self.number}
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, to + headers + mail)
        self.env.flush_all()
        return self.env["helpdesk.ticket"].search([], order="id") - before

    @contextmanager
    def _patch_cleaning(self, clean):
        """Replace what cleans mails and messages by another function."""
        path = "odoo.addons.omydoo_helpdesk.models.odoo.%s.make_harmless"
        with patch(path % "mail_thread", clean), patch(path % "mail_message", clean):
            yield
