# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from contextlib import closing
from urllib.parse import unquote

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal.portal_ticket_common import ANSWER, RATE, REOPEN
from .portal_common import HIGH_ANSWERS
from .routes_common import MARKER, RoutesCase


@tagged("post_install", "-at_install")
class TestRoutesForeign(RoutesCase):
    """Each route with exactly what opens it to customer A, by everybody else: the
    answer is that for what does not exist, and nothing is done.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls._get_support_rules()
        # Nothing to find beside the records themselves.
        cls.missing = {
            name: max(record.search([], order="id DESC", limit=1).id, 1) + 1000
            for name, record in cls.records.items()
        }
        done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        done.close_from_portal = True
        # What a customer would send, all at once: each route takes what it knows.
        cls.sent = {
            **ANSWER,
            **REOPEN,
            **RATE,
            **HIGH_ANSWERS,
            "answer": "refuse",
            "backup": "1",
            "contest_reason": "C’est un bug",
            "decline_message": "Trop cher",
            "follow": "1",
            "lang": "fr_FR",
            "note": "Non",
            "signed_name": "Ada",
            "stage_id": done.id,
            "text_hash": cls._text_hash(cls.records["change_id"]),
        }

    def _get_values(self, rule, is_missing):
        """Return the values of an address: of customer A, or of nobody."""
        values = self._get_own_values(rule)
        if is_missing:
            values.update(
                (name, self.missing[name]) for name in values if name in self.missing
            )
        # Not A's own token, which opens the ticket to whoever has it.
        if "access_token" in values:
            values["access_token"] = self.ticket_b.access_token
        return values

    def _request(self, rule, method, is_missing=False):
        """Send a request of customer A.

        :return: the answer, without the ids that were sent
        """
        values = self._get_values(rule, is_missing)
        path = self._build_path(rule, values)
        ticket = self.missing["ticket_id"] if is_missing else self.ticket.id
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
            if method == "POST":
                response = self._post(path, {**self.sent, "ticket_id": ticket})
            else:
                response = self.url_open(path, allow_redirects=False)
        target = unquote(response.headers.get("Location", ""))
        for name, value in {**values, "ticket_id": ticket}.items():
            if name != "page":
                # As a whole: an id of one digit is part of many words.
                target = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", name, target)
        return response, (response.status_code, target)

    def _get_methods(self, rule):
        """Return with which methods a route of somebody's record is tried."""
        # A version of the charter is nobody's: whoever has its address reads it.
        if (
            not set(rule.arguments) - {"page", "version"}
            and rule.rule != "/ticket/close"
        ):
            return ()
        return rule.endpoint.routing.get("methods") or ("GET", "POST")

    def test_nobody_else(self):
        """Neither the public, nor another customer or company, nor an employee."""
        for user in (None, self.b1, self.beta_user, self.employee):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for rule in self.rules:
                for method in self._get_methods(rule):
                    about = f"{user and user.login}: {method} {rule.rule}"
                    with self.subTest(about):
                        before = self._snapshot()
                        response, answer = self._request(rule, method)
                        self.assertNotIn(MARKER, response.text)
                        self.assertNotIn(MARKER, str(response.headers))
                        self.assertLess(response.status_code, 500)
                        self.assertGreaterEqual(response.status_code, 300)
                        absent = self._request(rule, method, is_missing=True)[1]
                        self.assertEqual(answer, absent)
                        self.assertEqual(self._snapshot(), before)

    def test_colleague_who_is_not_named(self):
        """A change is for those who are asked; the proof is one's own."""
        self._login(self.a2)
        for rule in self.rules:
            if not set(rule.arguments) & {"change_id", "charter_id"}:
                continue
            for method in self._get_methods(rule):
                with self.subTest(f"{method} {rule.rule}"):
                    before = self._snapshot()
                    response, answer = self._request(rule, method)
                    self.assertNotIn(MARKER, response.text)
                    self.assertEqual(
                        answer, self._request(rule, method, is_missing=True)[1]
                    )
                    self.assertEqual(self._snapshot(), before)

    def test_customer_can(self):
        """Otherwise the others prove nothing: for customer A it works."""
        self._login(self.a1)
        for rule in self.rules:
            for method in self._get_methods(rule):
                if "charter_id" in rule.arguments or "access_token" in rule.arguments:
                    continue
                with (
                    self.subTest(f"{method} {rule.rule}"),
                    closing(self.env.cr.savepoint()),
                ):
                    if "reopen" in rule.rule or "rate" in rule.rule:
                        self.ticket.stage_id = self.sent["stage_id"]
                    before = self._snapshot()
                    response, _answer = self._request(rule, method)
                    if method == "GET":
                        self.assertEqual(response.status_code, 200)
                        self.assertEqual(self._snapshot(), before)
                    elif rule.endpoint.routing.get("methods"):
                        self.assertIn(response.status_code, (302, 303))
                        self.assertNotEqual(self._snapshot(), before)
                self.env.invalidate_all()
