# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import random
from contextlib import closing
from urllib.parse import quote, urlencode

import polib
from lxml import html

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.misc import file_path

from ..controllers.ticket_form_check import LINE_FIELDS, TEXT_FIELDS
from .access_common import AccessCase
from .routes_common import MARKER, ROUNDS

_logger = logging.getLogger(__name__)

# In the address of a page, quoted.
STRANGE_PARTS = (
    "0",
    "-1",
    "abc",
    "1.5",
    "2147483648",
    "9223372036854775808",
    "9" * 40,
    "%00",
    "%C3%A9",
    "%FF",
    "%27%22%3Cb%3E",
    "x" * 3000,
)
# With a website every address of Odoo's with it ends in a crash of Odoo's page that
# says that there is nothing.
PARENT = "..%2F.."
STRANGE_VALUES = (
    "",
    " ",
    "abc",
    "0",
    "-1",
    "1.5",
    "1e3",
    "2147483648",
    "9223372036854775808",
    "9" * 40,
    "\x00",
    "a\x00b",
    "é",
    "²",
    "\ud800",
    "\u202e\u200b",
    "[]",
    "{}",
    "[(1,=,1)]",
    "null",
    "True",
    "../../etc/passwd",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%(x)s",
    "2026-02-31",
    "0000-00-00",
    "99999-01-01",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31 23:59:59",
    "2026-06-01T08:00:00",
    "x" * 20_000,
)
# One of each kind.
STRANGEST_VALUES = (
    "",
    "abc",
    "-1",
    "1.5",
    "9" * 40,
    "a\x00b",
    "²",
    "\ud800",
    "[]",
    "0001-01-01",
    "9999-12-31",
)
NAMES = (
    *LINE_FIELDS,
    *TEXT_FIELDS,
    "access_token",
    "attachment",
    "attachment_ids",
    "company_id",
    "csrf_token",
    "date_begin",
    "date_end",
    "debug",
    "filterby",
    "groupby",
    "hash",
    "lang",
    "message",
    "page",
    "order_by",
    "partner_id",
    "pid",
    "q",
    "search",
    "scope",
    "search_in",
    "sortby",
    "stage_id",
    "support_form_token",
    "ticket_id",
    "token",
    "user_id",
)
# Of the request's own errors; what else comes out of a JSON route is a crash.
EXPECTED_ERRORS = (
    "odoo.exceptions.",
    "odoo.http.SessionExpired",
    "werkzeug.exceptions.",
)
REQUESTS_OF_EACH = 6 * ROUNDS
# Translated, and whose pages are looked at.
MODULES = ("omydoo_helpdesk", "helpdesk_mgmt", "portal", "web")


@tagged("post_install", "-at_install")
class TestRoutesFuzz(AccessCase):
    """Whatever is sent to whatever route by whomever: no crash, nothing of others,
    and nothing changed by what only reads.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The limit on filing would answer the rest of the requests.
        cls.company.write(
            {"support_filing_hour_limit": 0, "support_filing_day_limit": 0}
        )
        cls.rules = cls._get_support_rules()
        cls.strange_parts = [*STRANGE_PARTS, *([] if cls._get_website() else [PARENT])]
        cls.env["ir.module.module"]._load_module_terms(list(MODULES), ["fr_FR"])
        cls.english = {
            entry.msgid
            for entry in polib.pofile(file_path("omydoo_helpdesk/i18n/fr.po"))
            # One word may be a name.
            if " " in entry.msgid and entry.msgstr not in ("", entry.msgid)
        }

    def setUp(self):
        super().setUp()
        self.sent = self.looked_at = 0

    # === HELPERS === #

    def _get_ids(self):
        """Return ids that exist, of others too."""
        records = (
            *self.records.values(),
            self.ticket_b,
            self.files,
            self.ticket.message_ids,
            self.category_in,
            self.beta_category,
            self.beta_team,
            self.team,
            self.module_b,
            self.ticket.stage_id,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done"),
            self.a1.partner_id,
            self.beta,
        )
        return [str(record_id) for group in records for record_id in group.ids]

    def _draw_parameters(self, draw, rule):
        names = sorted(set(NAMES) | self._get_parameters(rule))
        values = [*STRANGE_VALUES, *self._get_ids(), self.ticket_b.access_token]
        pairs = []
        for name in draw.sample(names, draw.randint(0, 6)):
            # Also the same name several times, and as PHP writes lists.
            for _repeat in range(draw.choice((1, 1, 1, 2))):
                written = draw.choice((name, name, name, f"{name}[]", f"{name}.x"))
                value = draw.choice(values)
                pairs.append((written, value.encode("utf-8", "surrogatepass")))
        return pairs

    def _draw_path(self, draw, rule):
        ids = [*self._get_ids(), *(["1"] * 3)]
        # The token of another ticket: one's own opens it, as it should.
        wrong_tokens = [self.ticket_b.access_token, "x", "%00"]
        return self._build_path(
            rule,
            {
                name: draw.choice(wrong_tokens)
                if "token" in name
                # Often enough what is there.
                else draw.choice([*self.strange_parts, *ids, *([own] * 5)])
                for name, own in self._get_own_values(rule).items()
            },
        )

    def _send(self, rule, method, path, pairs):
        """Send a request as a browser or a script would."""
        self.sent += 1
        if rule.endpoint.routing["type"] == "jsonrpc":
            params = {name: value.decode("utf-8", "replace") for name, value in pairs}
            return self.url_open(
                path, json={"jsonrpc": "2.0", "method": "call", "params": params}
            )
        if method == "POST":
            # The first of several counts.
            token = ("csrf_token", Request.csrf_token(self).encode())
            body = urlencode([token, *pairs])
            return self.url_open(
                path,
                data=body,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                method="POST",
                allow_redirects=False,
            )
        query = f"?{urlencode(pairs)}" if pairs else ""
        return self.url_open(
            (path + query)[:8000], method=method, allow_redirects=False
        )

    def assertNoCrash(self, response, about):
        self.assertLess(response.status_code, 500, about)
        # The file of a desk has JSON in each line, and is none.
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.content and kind == "application/json":
            answer = response.json()
            error = isinstance(answer, dict) and answer.get("error")
            if error:
                self.assertTrue(
                    error["data"]["name"].startswith(EXPECTED_ERRORS),
                    f"{about}: {error['data']['debug']}",
                )

    def assertFrench(self, response, about):
        """Check that a French reader's page has no English sentence of ours."""
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith("text/html") or not response.text.strip():
            return
        self.looked_at += 1
        page = html.fromstring(response.content)
        texts = page.xpath(
            "//body//text()[not(ancestor::script or ancestor::style)]"
            "|//@placeholder|//@title|//@aria-label|//@alt"
        )
        found = {" ".join(text.split()) for text in texts} & self.english
        self.assertFalse(found, about)

    def _fuzz(self, user, methods, others, count=REQUESTS_OF_EACH):
        """Send strange requests to every route.

        :param user: who sends them, None for the public
        :param methods: of HTTP
        :param bool others: whether the marked ticket is of somebody else
        :param int count: of requests to each route, by each method
        """
        if user:
            self._login(user)
        else:
            self.authenticate(None, None)
        own = SQL("id IN (%s)", self.ticket.id)
        mine = self._snapshot(["helpdesk_ticket"], own) if others else None
        for rule in self.rules:
            # The same requests in each run, whatever else is in the map.
            draw = random.Random(f"{rule.rule} {user and user.login}")
            allowed = rule.endpoint.routing.get("methods")
            for method in methods:
                if allowed and method not in {*allowed, "HEAD", "GET"}:
                    continue
                before = method != "POST" and self._snapshot()
                for _number in range(count):
                    path = self._draw_path(draw, rule)
                    pairs = self._draw_parameters(draw, rule)
                    about = f"{user and user.login}: {method} {path[:200]} {pairs}"
                    about = about[:1500]
                    with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
                        response = self._send(rule, method, path, pairs)
                    self.assertNoCrash(response, about)
                    if user and user.lang == "fr_FR":
                        self.assertFrench(response, about)
                    if others:
                        self.assertNotIn(MARKER, response.text, about)
                        self.assertNotIn(MARKER, str(response.headers), about)
                if before:
                    self.assertEqual(self._snapshot(), before, f"{method} {rule.rule}")
        if others:
            self.assertEqual(self._snapshot(["helpdesk_ticket"], own), mine)
        self._log_count()

    def _log_count(self):
        _logger.info(
            "%s: %s requests, %s French pages",
            self._testMethodName,
            self.sent,
            self.looked_at,
        )

    # === TESTS === #

    def test_routes_are_found(self):
        found = {rule.rule for rule in self.rules}
        self.assertLess(
            {
                "/my/changes/<string:change_id>/answer",
                "/my/charter",
                "/my/orders/<int:order_id>/decline",
                "/my/packs/<int:pack_id>/statement",
                "/my/support",
                "/my/ticket/<int:ticket_id>",
                "/my/tickets",
                "/my/tickets/export",
                "/my/updates",
                "/my/updates/follow",
                "/new/ticket",
                "/new/ticket/lookalikes",
                "/submitted/ticket",
                "/ticket/close",
            },
            found,
        )
        self.assertFalse({path for path in found if path.startswith("/web")})

    def test_reading_as_the_public(self):
        self._fuzz(None, ("GET", "HEAD"), others=True)

    def test_reading_as_another_customer(self):
        self._fuzz(self.b1, ("GET", "HEAD"), others=True)

    def test_reading_as_customer_of_another_company(self):
        self._fuzz(self.beta_user, ("GET",), others=True)

    def test_reading_as_the_customer(self):
        self._fuzz(self.a1, ("GET", "HEAD"), others=False)

    def test_reading_as_agent(self):
        self._fuzz(self.agent, ("GET",), others=False)

    def test_reading_as_employee(self):
        self._fuzz(self.employee, ("GET",), others=True)

    def test_sending_as_the_public(self):
        self._fuzz(None, ("POST",), others=True)

    def test_sending_as_another_customer(self):
        self._fuzz(self.b1, ("POST",), others=True)

    def test_sending_as_customer_of_another_company(self):
        self._fuzz(self.beta_user, ("POST",), others=True)

    def test_sending_as_the_customer(self):
        self._fuzz(self.a1, ("POST",), others=False)

    def test_sending_as_agent(self):
        self._fuzz(self.agent, ("POST",), others=False)

    def test_sending_as_employee(self):
        self._fuzz(self.employee, ("POST",), others=True)

    def test_reading_and_sending_as_the_rest_of_the_desk(self):
        for role in ("own_agent", "project_manager", "manager", "other_company"):
            others = role in ("own_agent", "other_company")
            # Their rights are much those of agents.
            self._fuzz(self.users[role], ("GET", "POST"), others, count=2 * ROUNDS)

    def test_each_value_in_all_parameters(self):
        """Of an address that opens: the drawn ones often miss what comes after."""
        self._login(self.a1)
        for rule in self.rules:
            if not self._is_gettable(rule):
                continue
            names = sorted({*NAMES, *self._get_parameters(rule)} - {"csrf_token"})
            path = self._build_path(rule, self._get_own_values(rule))
            for value in STRANGEST_VALUES:
                # As much as an address holds.
                encoded = value[:300].encode("utf-8", "surrogatepass")
                pairs = [(name, encoded) for name in names]
                with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
                    response = self._send(rule, "GET", path, pairs)
                with self.subTest(path=path, value=value[:20]):
                    about = f"{path} {value[:300]!r}"
                    self.assertNoCrash(response, about)
                    self.assertFrench(response, about)
        self.assertGreater(self.looked_at, 50)
        self._log_count()

    def test_other_kinds_of_bodies(self):
        """Files where texts are expected, texts for files, and JSON."""
        self._login(self.a1)
        token = Request.csrf_token(self)
        names = [*NAMES, "answer", "backup", "follow", "note", "signed_name"]
        names.remove("csrf_token")
        bodies = {
            "files": {
                "data": {"csrf_token": token},
                "files": [(name, ("x.txt", b"x", "text/plain")) for name in names],
            },
            "token as a file": {"files": {"csrf_token": ("x", token.encode())}},
            "a strange token": {"data": {"csrf_token": "éo99999999999"}},
            "a file as text": {"data": {"csrf_token": token, "attachment": "x"}},
            "JSON": {"json": {"csrf_token": token, "params": dict.fromkeys(names, [])}},
            "a list": {"json": [token]},
        }
        for rule in self.rules:
            path = self._build_path(rule, self._get_own_values(rule))
            for kind, body in bodies.items():
                with (
                    self.subTest(f"{kind}: {rule.rule}"),
                    closing(self.env.cr.savepoint()),
                    mute_logger("odoo.http", "odoo.addons.base.models.ir_http"),
                ):
                    response = self.url_open(
                        path, method="POST", allow_redirects=False, **body
                    )
                    self.assertNoCrash(response, kind)
                self.env.invalidate_all()

    def test_addresses_that_no_route_has(self):
        """Odoo's own search for another page cannot look for a NUL."""
        for user in (None, self.a1):
            if user:
                self._login(user)
            for part in self.strange_parts:
                for start in ("/my/ticket/", "/my/tickets/page/", "/my/charter/"):
                    with mute_logger("odoo.http"):
                        response = self.url_open(start + part, allow_redirects=False)
                    self.assertLess(response.status_code, 500, start + part[:50])
        for path in (f"/my/ticket/{quote(MARKER)}%00", "/%00", "/fr/%00"):
            with mute_logger("odoo.http"):
                response = self.url_open(path, allow_redirects=False)
            self.assertIn(response.status_code, (303, 404), path)
