# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.mail.tests.common import MailCommon

from ..browser_common import BrowserCase

# Each would set this mark in the page if it ran.
MARK = "supportPwned"
RUN = f"window.{MARK}=1"


class HarmlessCase(BrowserCase, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        # The guard against loops would stop the one sender of all these.
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 9999)
        cls.team.write(
            {"alias_name": "support", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.number = 0

    def _receive(self, body, subject="Mail", reply_to=None):
        """Give a mail of customer A to the gateway.

        :param str body: HTML
        :param reply_to: a message that it answers
        """
        type(self).number += 1
        headers = [
            f"From: {self.a1.email}",
            f"To: support@{self.mail_alias_domain.name}",
            f"Subject: {subject}",
            f"Message-Id: <harmless-{self.number}@customer.example.com>",
            "MIME-Version: 1.0",
            "Content-Type: text/html; charset=utf-8",
        ]
        if reply_to:
            headers.append(f"In-Reply-To: {reply_to.message_id}")
        before = self._all_tickets()
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                None, ("\n".join(headers) + "\n\n" + body).encode()
            )
        self.env.flush_all()
        return self._all_tickets() - before
