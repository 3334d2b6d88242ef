# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged

from ...models.portal import helpdesk_ticket_list
from ..portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalListSpeed(PortalCase):
    """What the customer's list asks of the database; no time is measured here.

    That is what ``make bench PART=portal`` does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.ticket_open = cls._create_ticket(name="First")
        cls.ticket_waiting = cls._create_ticket(
            name="Second",
            stage_id=ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting").id,
        )
        cls.ticket_closed = cls._create_ticket(name="Third")
        cls.ticket_closed.stage_id = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.ticket_b = cls._create_ticket(name="Of B", partner_id=cls.b1.partner_id.id)

    def _explain(self, query):
        """Return how PostgreSQL would run a query.

        :param query: of the ORM
        :rtype: str
        """
        sql = query.select()
        self.cr.execute(f"EXPLAIN {sql.code}", tuple(sql.params))
        return "\n".join(line for (line,) in self.cr.fetchall())

    def test_list_follows_an_index(self):
        """The newest tickets come in their order, whatever the role: none is sorted,
        and nothing is made of all tickets first."""
        for name in ("seqscan", "bitmapscan", "sort"):
            self.cr.execute(f"SET LOCAL enable_{name} = off")
        for role in ("company", "own"):
            self.a1.partner_id.support_portal_access = role
            tickets = self.env["helpdesk.ticket"].with_user(self.a1)
            with self.subTest(role):
                plan = self._explain(
                    tickets._search(
                        Domain.TRUE, order="create_date desc, id desc", limit=30
                    )
                )
                self.assertIn("helpdesk_ticket_customer_idx", plan)
                for word in ("Sort", "Join", "Aggregate"):
                    self.assertNotIn(word, plan)

    def test_statements_do_not_grow(self):
        self._login(self.a1)
        counts = []
        for more in (0, 0, 25):
            for number in range(more):
                self._create_ticket(name=f"Ticket {number}")
            self.env.flush_all()
            before = self.cr.sql_log_count
            self._get("/my/tickets?filterby=all")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
        tickets = self.env["helpdesk.ticket"].with_user(self.a1)
        tickets.search([], limit=1)  # fills the cache of the rules
        # What the concepts ask to know what waits is not counted here.
        model = type(tickets)
        domains = [tickets._get_portal_waiting_stage_domain()]
        with (
            patch.object(model, "_get_portal_waiting_domains", lambda self: domains),
            self.assertQueryCount(1),
        ):
            tickets._count_portal_filters(tickets._get_portal_filters(), Domain.TRUE)

    def test_search_follows_an_index(self):
        """A word is not looked for in the texts of all tickets (see ``make bench``)."""
        # Without pg_trgm there is none, and the search reads all texts.
        has_index = bool(self.env.registry.has_trigram)
        self.cr.execute("SET LOCAL enable_seqscan = off")
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        for search_in in ("number", "name", "content", "all"):
            with self.subTest(search_in):
                domain = tickets._get_portal_search_domain("Échouée", search_in)
                plan = self._explain(tickets._search(domain))
                for name in ("number", "name", "content"):
                    self.assertEqual(
                        f"{name}_text_idx" in plan,
                        has_index and search_in in (name, "all"),
                        plan,
                    )

    def test_counts_of_few_and_of_many_agree(self):
        """Also beyond the limit, where each filter is counted on its own."""
        model = type(self.env["helpdesk.ticket"])
        stage = self.env["helpdesk.ticket"]._get_portal_waiting_stage_domain()
        for user in (self.a1, self.b1):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            for waiting in (
                [],
                [stage],
                [Domain.TRUE],
                [stage, Domain("id", "in", self.ticket_open.ids)],
                [stage, Domain.TRUE, Domain("id", "in", self.ticket_waiting.ids)],
            ):
                with (
                    self.subTest(user=user.login, waiting=waiting),
                    patch.object(
                        model, "_get_portal_waiting_domains", lambda self, w=waiting: w
                    ),
                ):
                    filters = tickets._get_portal_filters()
                    expected = {
                        name: tickets.search_count(domain)
                        for name, domain in filters.items()
                    }
                    for count in (
                        tickets._count_portal_filters,
                        tickets._count_portal_apart,
                    ):
                        self.assertEqual(count(filters, Domain.TRUE), expected)
                    with patch.object(helpdesk_ticket_list, "PORTAL_COUNT_LIMIT", 0):
                        self.assertEqual(
                            tickets._count_portal_filters(filters, Domain.TRUE),
                            {name: min(n, 1) for name, n in expected.items()},
                        )

    def test_counts_follow_what_a_stage_says(self):
        """The kinds of stages are kept from one page to the next."""
        tickets = self.env["helpdesk.ticket"].with_user(self.a1)

        def count():
            return tickets._count_portal_filters(
                tickets._get_portal_filters(), Domain.TRUE
            )

        before = count()
        self.ticket_waiting.stage_id.holds_sla = False
        self.assertEqual(count()["waiting"], before["waiting"] - 1)
        self.ticket_waiting.stage_id.closed = True
        self.assertEqual(count()["closed"], before["closed"] + 1)
        stage = self.ticket_open.stage_id.copy()
        self.ticket_open.stage_id = stage
        self.assertEqual(count()["all"], before["all"])
