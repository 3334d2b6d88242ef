# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The agent's queue: what is open, and by which index each of its lists is found."""

from odoo.tests import tagged

from ..traced_common import TracedCase

# What the search's filters look for beside the stage, and by which index.
LISTS = {
    "held_idx": [("resolution_state", "=", "held")],
    "dissatisfied_idx": [("satisfaction", "=", "dissatisfied")],
    "unattended_idx": [("unattended", "=", True)],
    "archived_idx": [("active", "=", False)],
    "over_planned_idx": [("planned_hours", ">", 0), ("remaining_hours", "<", 0)],
    "scope_idx": [("scope", "=", "out_of_scope")],
}
ORDER = "next_deadline, priority desc, id"


@tagged("post_install", "-at_install")
class TestQueue(TracedCase):
    """As an agent."""

    # === OPEN === #

    def test_open_is_found_in_stages_of_any_kind(self):
        """As the base does it, archived stages and those of other companies too."""
        tickets = self._create(6)
        stages = self.env["helpdesk.ticket.stage"].sudo()
        company = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        done, gone, foreign, gone_open = stages.create(
            [
                {"name": "Over", "closed": True},
                {"name": "Over once", "closed": True, "active": False},
                {"name": "Over there", "closed": True, "company_id": company.id},
                {"name": "Open once", "active": False},
            ]
        )
        self.env.flush_all()
        for ticket, stage in zip(
            tickets, (done, gone, foreign, gone_open, self.stage_awaiting), strict=False
        ):
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET stage_id = %s WHERE id = %s",
                (stage.id, ticket.id),
            )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = NULL WHERE id = %s", (tickets[5].id,)
        )
        self.env.invalidate_all()
        mine = [("id", "in", tickets.ids)]
        for condition, found in (
            (("closed", "=", True), tickets[:3]),
            (("closed", "!=", False), tickets[:3]),
            (("closed", "in", [True]), tickets[:3]),
            (("closed", "=", False), tickets[3:]),
            (("closed", "!=", True), tickets[3:]),
            (("closed", "not in", [True]), tickets[3:]),
            (("closed", "in", [True, False]), tickets),
        ):
            with self.subTest(condition=condition):
                self.assertEqual(self.tickets.search([*mine, condition]), found)
        # A stage that changes is another one at once.
        done.closed = False
        self.assertIn(tickets[0], self.tickets.search([*mine, ("closed", "=", False)]))

    def test_open_is_looked_for_by_id(self):
        """PostgreSQL cannot tell how many tickets another table's rows will be."""
        self._create(1)
        domain = [("closed", "=", False)]
        self.tickets.search(domain)  # fills the caches that outlive it
        statements = self._trace(self.tickets.search_count, domain)
        self.assertNotIn("helpdesk_ticket_stage", "\n".join(map(str, statements)))

    # === INDEXES === #

    def _explain(self, query, *indexes, off=("seqscan", "bitmapscan", "sort")):
        """Return how PostgreSQL runs a query with these indexes and no other.

        Of so few tickets it would read all of them, or take any index.
        """
        cr = self.env.cr
        cr.execute("SAVEPOINT alone")
        cr.execute(
            """
            SELECT index.indexrelid::regclass::text
              FROM pg_index AS index
              JOIN pg_class AS class ON class.oid = index.indexrelid
             WHERE index.indrelid = 'helpdesk_ticket'::regclass
               AND class.relname NOT IN %s
               AND NOT EXISTS (SELECT 1 FROM pg_constraint
                                WHERE conindid = index.indexrelid)
            """,
            (tuple(f"helpdesk_ticket_{index}" for index in indexes),),
        )
        others = ", ".join(name for (name,) in cr.fetchall())
        cr.execute(f"DROP INDEX {others}")
        for setting in off:
            cr.execute(f"SET LOCAL enable_{setting} = off")
        cr.execute(f"EXPLAIN {query.code}", tuple(query.params))
        plan = "\n".join(line for (line,) in cr.fetchall())
        cr.execute("ROLLBACK TO SAVEPOINT alone")
        return plan

    def test_lists_follow_an_index(self):
        """By that of the filter, in the order of the list."""
        self._create(20)
        for index, domain in LISTS.items():
            with self.subTest(index):
                query = self.tickets._search(domain, order=ORDER).select()
                plan = self._explain(query, index)
                self.assertIn(f"using helpdesk_ticket_{index}", plan)
                self.assertNotIn("Sort", plan)

    def test_columns_mine_and_days_are_counted_without_reading_a_ticket(self):
        """By the index alone, the rule of companies too."""
        self._create(20)
        for index, domain in (
            ("column_idx", [("stage_id", "=", self.stage_progress.id)]),
            ("assignee_due_idx", [("user_id", "=", self.agent.id)]),
            ("scope_idx", [("scope", "=", "out_of_scope")]),
            ("filed_idx", [("filed_at", ">=", "today -6d")]),
            ("closed_idx", [("closed_date", ">=", "today -7d")]),
            ("response_ended_idx", [("response_ended_at", ">=", "today -7d")]),
            ("resolution_ended_idx", [("resolution_ended_at", ">=", "today -7d")]),
            (
                "next_response_ended_idx",
                [("next_response_ended_at", ">=", "today -7d")],
            ),
        ):
            with self.subTest(index):
                query = self.tickets._search(domain, limit=10001).select("1")
                plan = self._explain(query, index)
                self.assertIn(f"Index Only Scan using helpdesk_ticket_{index}", plan)

    def test_what_is_open_is_counted_in_two_looks(self):
        """In an open stage, and without one: no ticket is read, and no other entry."""
        self._create(20)
        is_open = [("closed", "=", False)]
        groups = self.tickets._search(self.tickets._split_open_domain(is_open))
        for query in (
            self.tickets._search(is_open, limit=10001).select("1"),
            groups.select(*(f'"{name}"' for name in ("priority", "stage_id", "id"))),
            groups.select(*(f'"{name}_id"' for name in ("partner", "company"))),
            groups.select('"commercial_partner_id"'),
        ):
            plan = self._explain(query, "column_idx")
            scans = plan.count("Index Only Scan using helpdesk_ticket_column_idx")
            self.assertEqual(scans, 2, plan)
            self.assertRegex(plan, r"Index Cond: .*stage_id = ANY")
            self.assertRegex(plan, r"Index Cond: .*stage_id IS NULL")
            self.assertNotIn(" OR ", plan)

    def test_words_are_found_by_index(self):
        """Not in the texts of all tickets (see ``make bench``)."""
        self._create(1)
        # Without pg_trgm there is none, and the search reads all texts.
        has_index = bool(self.env.registry.has_trigram)
        word = "echouee"
        for domain, *indexes in (
            ([("number", "ilike", word)], "number_text_idx"),
            ([("name", "ilike", word)], "name_text_idx"),
            ([("description", "ilike", word)], "content_text_idx"),
            ([("partner_email", "ilike", word)], "sender_idx"),
            (
                ["|", ("number", "ilike", word), ("name", "ilike", word)],
                "number_text_idx",
                "name_text_idx",
            ),
            ([("display_name", "ilike", word)], "number_text_idx", "name_text_idx"),
        ):
            with self.subTest(domain=domain):
                query = self.tickets._search(domain).select()
                plan = self._explain(query, *indexes, off=("seqscan",))
                for index in indexes:
                    self.assertEqual(f"helpdesk_ticket_{index}" in plan, has_index)

    def test_customers_are_counted_apart(self):
        """Else PostgreSQL takes those with few tickets for like the others."""
        self.env.cr.execute(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = 'helpdesk_ticket'::regclass AND attstattarget = 500"
        )
        names = {name for (name,) in self.env.cr.fetchall()}
        self.assertEqual(names, {"partner_id", "commercial_partner_id"})
