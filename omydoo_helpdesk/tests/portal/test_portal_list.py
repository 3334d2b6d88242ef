# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import io
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from ...controllers import ticket_list
from ...models.portal import helpdesk_ticket_list
from ..portal_common import PortalCase

ROWS = "//li[@data-ticket]"


@tagged("post_install", "-at_install")
class TestPortalList(PortalCase):
    """The customer's list of tickets, and its export."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.ticket_open = cls._create_ticket(name="Œuvre échouée à Noël", priority="3")
        cls.ticket_waiting = cls._create_ticket(
            name="Second",
            stage_id=ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting").id,
            description="<p class='zeppelin'>La <b>Caisse</b> enregistreuse 100%</p>",
        )
        cls.ticket_closed = cls._create_ticket(
            name="Third", category_id=cls.category_out.id
        )
        cls.ticket_closed.stage_id = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.ticket_b = cls._create_ticket(
            name="Œuvre de B", partner_id=cls.b1.partner_id.id
        )

    def _list(self, query=""):
        """Open the list.

        :return: the page, parsed, and the tickets on it in their order
        """
        page = self._get(f"/my/tickets{query}")
        ids = [int(value) for value in page.xpath(f"{ROWS}/@data-ticket")]
        return page, self.env["helpdesk.ticket"].browse(ids)

    def _export(self, query=""):
        response = self.url_open(f"/my/tickets/export{query}")
        self.assertEqual(response.status_code, 200)
        return response

    def _rows(self, query="", separator=";"):
        text = self._export(query).content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=separator))

    # === FILTERS === #

    def test_filters(self):
        self._login(self.a1)
        for query, expected in (
            ("", self.ticket_waiting + self.ticket_open),
            ("?filterby=open", self.ticket_waiting + self.ticket_open),
            ("?filterby=waiting", self.ticket_waiting),
            ("?filterby=closed", self.ticket_closed),
            (
                "?filterby=all",
                self.ticket_closed + self.ticket_waiting + self.ticket_open,
            ),
            ("?filterby=all&scope=out_of_scope", self.ticket_closed),
            ("?scope=out_of_scope", self.env["helpdesk.ticket"]),
            ("?scope=in_scope", self.ticket_waiting + self.ticket_open),
            ("?scope=to_qualify", self.env["helpdesk.ticket"]),
            ("?sortby=oldest", self.ticket_open + self.ticket_waiting),
            # The one with the high priority comes first.
            ("?sortby=deadline", self.ticket_open + self.ticket_waiting),
            ("?sortby=name&filterby=all&search_in=name&search=r", None),
        ):
            with self.subTest(query):
                _page, tickets = self._list(query)
                if expected is not None:
                    self.assertEqual(tickets.ids, expected.ids)

    def test_counts(self):
        self._login(self.a1)
        for query, expected in (
            ("", {"open": "2", "waiting": "1", "closed": "1", "all": "3"}),
            (
                "?scope=out_of_scope",
                {"open": "0", "waiting": "0", "closed": "1", "all": "1"},
            ),
            ("?search=oeuvre", {"open": "1"}),
        ):
            page, _tickets = self._list(query)
            found = {
                tab.get("name").removeprefix("support_tab_"): count.text
                for tab in page.xpath("//a[starts-with(@name, 'support_tab_')]")
                for count in tab.xpath("./span")
            }
            self.assertEqual(found, expected)
        self._login(self.b1)
        page, tickets = self._list()
        self.assertEqual(tickets, self.ticket_b)

    def test_counts_stop(self):
        self._login(self.a1)
        for module in (helpdesk_ticket_list, ticket_list):
            patcher = patch.object(module, "PORTAL_COUNT_LIMIT", 2)
            patcher.start()
            self.addCleanup(patcher.stop)
        page, tickets = self._list("?filterby=all")
        self.assertEqual(self._text(page, "//a[@name='support_tab_all']/span"), "2+")
        self.assertEqual(self._text(page, "//a[@name='support_tab_open']/span"), "2")
        self.assertEqual(len(tickets), 3)

    def test_choices_are_kept(self):
        self._login(self.a1)
        query = (
            "filterby=all&scope=in_scope&search=e&search_in=name"
            "&sortby=oldest&groupby=stage"
        )
        with patch.object(ticket_list, "PER_PAGE", 1):
            page, tickets = self._list(f"?{query}")
        self.assertEqual(tickets, self.ticket_open)
        links = [
            *page.xpath("//nav[contains(@class, 'o_support_pager')]//a/@href"),
            *page.xpath("//a[@name='support_export']/@href"),
            *page.xpath("//a[@name='support_tab_all']/@href"),
        ]
        self.assertGreaterEqual(len(links), 4)
        for link in links:
            self.assertEqual(parse_qs(urlsplit(link).query), parse_qs(query))
        for name, value in parse_qs(query).items():
            chosen = page.xpath(
                f"//main//input[@name='{name}']/@value"
                f"|//main//select[@name='{name}']/option[@selected]/@value"
            )
            self.assertEqual(chosen, value, name)
        with patch.object(ticket_list, "PER_PAGE", 1):
            page = self._get(f"/my/tickets/page/2?{query}")
        self.assertEqual(
            page.xpath(f"{ROWS}/@data-ticket"), [str(self.ticket_waiting.id)]
        )

    def test_search(self):
        self._login(self.a1)
        none = self.env["helpdesk.ticket"]
        for search, expected in (
            ("oeuvre", self.ticket_open),
            ("ŒUVRE echouee", self.ticket_open),
            ("NOEL", self.ticket_open),
            ("noe\u0308l", self.ticket_open),  # the accent as a sign of its own
            ("caisse", self.ticket_waiting),
            ("second CAISSE", self.ticket_waiting),
            ("zeppelin", none),  # only in the markup
            ("100%25", self.ticket_waiting),
            ("1_0%25", none),
            ("caisse noel", none),
            ("'", none),
            ("%5C", none),
            ("caisse&search_in=name", none),
            ("caisse&search_in=content", self.ticket_waiting),
            ("second&search_in=number", none),
        ):
            with self.subTest(search):
                _page, tickets = self._list(f"?search={search}")
                self.assertEqual(tickets, expected)

    def test_number_opens_the_ticket(self):
        """P6: wherever the list stands, open or closed; nobody else's is found."""
        self._login(self.a1)
        for ticket in (self.ticket_open, self.ticket_closed):
            for search in (ticket.number, f"%23{ticket.number.lower()}"):
                response = self.url_open(
                    f"/my/tickets?search={search}", allow_redirects=False
                )
                self.assertEqual(response.status_code, 303)
                self.assertURLEqual(
                    response.headers["Location"], f"/my/ticket/{ticket.id}"
                )
        _page, tickets = self._list(f"?search={self.ticket_b.number}")
        self.assertFalse(tickets)
        _page, tickets = self._list(f"?search={self.ticket_open.number}&search_in=name")
        self.assertFalse(tickets)

    def test_search_says_where_it_would_find(self):
        """P6: in the open tickets nothing, among the closed ones one."""
        self._login(self.a1)
        self.env["helpdesk.ticket"].flush_model()
        page, tickets = self._list("?search=third")
        self.assertFalse(tickets)
        elsewhere = "//*[contains(@class, 'o_support_list_elsewhere')]"
        self.assertIn("0", self._text(page, elsewhere))
        [link] = page.xpath(f"{elsewhere}//a")
        self.assertIn("1", link.text)
        address = self._localize("/my/tickets")
        page, tickets = self._list(link.get("href").removeprefix(address))
        self.assertEqual(tickets, self.ticket_closed)
        self.assertFalse(page.xpath(elsewhere))
        page, tickets = self._list("?search=introuvable")
        self.assertFalse(page.xpath(elsewhere))

    def test_export_tells_what_the_page_tells(self):
        """P7: out of scope is not resolved, late is late."""
        with self.at("2026-06-01 07:00:00"):
            self._create_ticket(name="En retard")
            self.env.flush_all()
        outside = self._create_ticket(name="Dehors", category_id=self.category_out.id)
        self.assertTrue(outside.resolution_ended_at, "what was told as a resolution")
        self._login(self.a1)
        rows = {list(row.values())[1]: row for row in self._rows("?filterby=all")}
        field = self.env["helpdesk.ticket"]._fields["resolution_state"]
        french = self.env(context={"lang": "fr_FR"})
        labels = dict(field._description_selection(french))
        self.assertEqual(rows["Dehors"]["Résolution"], labels["not_applicable"])
        # "Resolved on", the one before the last.
        self.assertEqual(list(rows["Dehors"].values())[-2], "")
        self.assertEqual(rows["En retard"]["Résolution"], "En retard")
        self.assertEqual(rows["En retard"]["Première réponse"], "En retard")
        self.assertEqual(rows["Second"]["Première réponse"], labels["ongoing"])

    def test_times_are_named_once(self):
        """P13: whoever has no time zone reads that of the desk, and which it is."""
        self.a1.tz = False
        self._login(self.a1)
        page, _tickets = self._list()
        zone = self.company.resource_calendar_id.tz.replace("_", " ")
        self.assertIn(zone, page.text_content())

    def test_groups(self):
        self._login(self.a1)
        labels = dict(
            self.env["helpdesk.ticket"]
            ._fields["scope"]
            ._description_selection(self.env(context={"lang": "fr_FR"}))
        )
        for groupby, titles in (
            ("scope", {labels["in_scope"], labels["out_of_scope"]}),
            ("category", {self.category_in.name, self.category_out.name}),
            (
                "stage",
                set(
                    (self.ticket_open + self.ticket_waiting + self.ticket_closed)
                    .stage_id.with_context(lang="fr_FR")
                    .mapped("name")
                ),
            ),
        ):
            page, tickets = self._list(f"?filterby=all&groupby={groupby}")
            self.assertEqual(len(tickets), 3)
            found = {node.text_content().strip() for node in page.xpath("//h2")}
            self.assertLessEqual(titles, found)

    def test_empty(self):
        self._login(self.beta_user)
        for query in ("", "?filterby=waiting", "?filterby=all", "?search=zzz"):
            page, tickets = self._list(query)
            self.assertFalse(tickets)
            empty = "//*[contains(@class, 'o_support_list_empty')]"
            form = self._localize("/new/ticket")
            self.assertTrue(page.xpath(f"{empty}//a[@href='{form}']"))
            self.assertFalse(page.xpath("//a[@name='support_export']"))

    def test_contact_who_left(self):
        """Their tickets stay in the list, with their name."""
        self.ticket_open.partner_id = self.a2.partner_id
        self.a2.partner_id.parent_id = self.customer_b
        self._login(self.a1)
        page, tickets = self._list()
        self.assertIn(self.ticket_open, tickets)
        self.assertIn(self.a2.partner_id.name, page.text_content())
        self.assertEqual(len(self._rows()), 2)

    def test_page_can_be_read_by_all(self):
        self._login(self.a1)
        page, _tickets = self._list()
        self.assertEqual(len(page.xpath("//h1")), 1)
        action = self._localize("/my/tickets")
        found = page.xpath(
            f"//form[@action='{action}']//*[self::select or "
            "self::input[@type!='hidden']]"
        )
        self.assertTrue(found)
        for field in found:
            self.assertTrue(page.xpath(f"//label[@for='{field.get('id')}']"))

    # === HOME === #

    def test_home(self):
        # Without a plan; with one the page begins with what waits.
        self._login(self.b1)
        page = self._get("/my")
        card = "//*[@data-placeholder_count='ticket_waiting_count']/ancestor::a/@href"
        self.assertEqual(len(page.xpath(card)), 1)
        for user, expected in ((self.a1, (3, 1)), (self.b1, (1, 0))):
            self._login(user)
            response = self.url_open(
                "/my/counters",
                json={
                    "jsonrpc": "2.0",
                    "params": {"counters": ["ticket_count", "ticket_waiting_count"]},
                },
            )
            counts = response.json()["result"]
            self.assertEqual(tuple(counts.values()), expected)

    def test_waiting_is_what_the_concepts_say(self):
        model = type(self.env["helpdesk.ticket"])
        domains = self.env["helpdesk.ticket"]._get_portal_waiting_domains()
        domains.append([("id", "in", (self.ticket_open + self.ticket_b).ids)])
        self._login(self.a1)
        with patch.object(model, "_get_portal_waiting_domains", lambda self: domains):
            _page, tickets = self._list("?filterby=waiting")
        self.assertEqual(tickets, self.ticket_waiting + self.ticket_open)

    # === EXPORT === #

    def test_export(self):
        self._login(self.a1)
        response = self._export()
        self.assertTrue(response.content.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        rows = self._rows()
        numbers = [next(iter(row.values())) for row in rows]
        self.assertEqual(numbers, [self.ticket_waiting.number, self.ticket_open.number])
        self.assertIn("Œuvre échouée à Noël", rows[1].values())
        self.assertEqual(len(self._rows("?filterby=all&scope=out_of_scope")), 1)
        self.assertEqual(len(self._rows("?search=oeuvre")), 1)
        self.assertEqual(self._rows("?search=zzz"), [])
        self._login(self.b1)
        self.assertEqual(
            [next(iter(row.values())) for row in self._rows("?filterby=all")],
            [self.ticket_b.number],
        )

    def test_export_in_the_readers_language_and_time_zone(self):
        self.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-07-01 22:30' WHERE id = %s",
            [self.ticket_open.id],
        )
        self.ticket_open.invalidate_recordset()
        self._login(self.a1)
        [row] = self._rows("?search=oeuvre")
        self.assertIn("02/07/2026 00:30", row.values())
        self.assertTrue([title for title in row if "Europe/Paris" in title])
        self.a1.write({"lang": "en_US", "tz": "America/New_York"})
        self._login(self.a1)
        [row] = self._rows("?search=oeuvre", separator=",")
        self.assertIn("07/01/2026 18:30", row.values())
        self.assertIn("Subject", row)
        self.assertTrue([title for title in row if "America/New York" in title])

    def test_export_holds_no_formula(self):
        self._login(self.a1)
        for name in (
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            " =1",
            "＝1",
            '=HYPERLINK("http://x";"y")',
        ):
            self.ticket_open.name = name
            [row] = self._rows(f"?search={self.ticket_open.number}")
            self.assertIn(f"'{name}", row.values())

    def test_export_is_capped(self):
        self._login(self.a1)
        with patch.object(ticket_list, "EXPORT_LIMIT", 2):
            self.assertEqual(len(self._rows("?filterby=all")), 2)

    def test_export_doors(self):
        self._login(self.a1)
        response = self._post("/my/tickets/export", {})
        self.assertEqual(response.status_code, 405)
        self._get("/my/tickets/export?filterby=%00&search=%00&sortby=x&page=abc")
        self.logout()
        response = self.url_open("/my/tickets/export", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
