# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo.tests import tagged

from ..tools.access_log import hide_secrets
from .routes_common import RoutesCase


@tagged("post_install", "-at_install")
class TestAddressSecrets(RoutesCase):
    """What opens a ticket is told to nobody who has not got it."""

    def test_other_sites_are_not_told_the_address(self):
        self._login(self.a1)
        for rule in self._get_support_rules():
            if not self._is_gettable(rule) or rule.arguments - {"ticket_id"}:
                continue
            path = self._build_path(rule, {"ticket_id": self.ticket.id})
            with self.subTest(path):
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.headers["Referrer-Policy"], "same-origin")
        for response in (self._submit(), self._submit(subject="")):
            self.assertEqual(response.headers["Referrer-Policy"], "same-origin")

    def test_nobody_is_told_a_token(self):
        token = self.ticket.access_token
        self.authenticate(None, None)
        for path in (
            f"/my/ticket/{self.ticket.id}?access_token={token}",
            f"/my/ticket/{self.ticket.id}/{token}",
            f"/my/ticket/{self.ticket.id}?access_token=wrong",
        ):
            with self.subTest(path):
                response = self.url_open(path)
                policies = {
                    answer.headers.get("Referrer-Policy")
                    for answer in (*response.history, response)
                    if self.ticket.number in answer.text or "?" in answer.url
                }
                self.assertIn("no-referrer", policies)
                self.assertNotIn("same-origin", policies)

    def test_pages_hold_no_token_of_a_file(self):
        """B20: a link that works for whoever holds it."""
        self._login(self.a1)
        self._get(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(any(self.files.mapped("access_token")))
        self.authenticate(None, None)
        self.url_open(
            f"/my/ticket/{self.ticket.id}?access_token={self.ticket.access_token}"
        )
        self.assertFalse(any(self.files.mapped("access_token")))

    def test_tokens_are_not_logged(self):
        token = self.ticket.access_token
        for path in (
            f"/my/ticket/{self.ticket.id}?access_token={token}",
            f"/my/ticket/{self.ticket.id}?pid=1&hash={token}&access_token={token}",
            f"/my/ticket/{self.ticket.id}/{token}",
            f"/web/login?redirect=%2Fmy%2Fticket%2F1%3Faccess_token%3D{token}",
        ):
            with self.subTest(path):
                # As werkzeug's server does, whose log is off in tests.
                logger = logging.getLogger("werkzeug")
                record = logger.makeRecord(
                    logger.name,
                    logging.INFO,
                    __file__,
                    1,
                    '127.0.0.1 - - [now] "%s" %s %s',
                    (f"GET {path} HTTP/1.1", 200, "-"),
                    None,
                )
                self.assertTrue(logger.filter(record))
                line = record.getMessage()
                self.assertIn(path.partition("?")[0].removesuffix(token), line)
                self.assertNotIn(token, line)

    def test_what_is_hidden(self):
        for text, expected in (
            ("GET /my/ticket/12/abc-def HTTP/1.1", "GET /my/ticket/12/*** HTTP/1.1"),
            ("GET /my/ticket/12 HTTP/1.1", "GET /my/ticket/12 HTTP/1.1"),
            ("GET /x?a=1&access_token=abc&b=2 H", "GET /x?a=1&access_token=***&b=2 H"),
            ("GET /x?hash=abc H", "GET /x?hash=*** H"),
            ("GET /my/tickets/page/2?search=hash H",) * 2,
            (303, 303),
            (None, None),
        ):
            self.assertEqual(hide_secrets(text), expected)
