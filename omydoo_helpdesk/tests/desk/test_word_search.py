# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents type into the search bar: words of the number, the title, the content."""

from odoo.tests import tagged

from ..traced_common import TracedCase


@tagged("post_install", "-at_install")
class TestWordSearch(TracedCase):
    """As an agent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accented, cls.plain = cls.tickets.create(
            [
                {
                    "name": name,
                    "description": description,
                    "partner_id": cls.contacts[0].id,
                    "team_id": cls.team.id,
                }
                for name, description in (
                    (
                        "Clôture échouée",
                        '<p>Voir <a href="https://example.com/zeppelin">là</a>.</p>',
                    ),
                    ("Printed 100 % twice", "<p>An <b>invoice</b>.</p>"),
                )
            ]
        )
        cls.both = cls.accented + cls.plain

    def _find(self, *domain):
        return self.tickets.search([("id", "in", self.both.ids), *domain])

    def test_accents_and_capitals_do_not_matter(self):
        for name, word, found in (
            ("name", "ECHOUEE", self.accented),
            ("name", "échouée", self.accented),
            ("name", "Çloture", self.accented),
            ("name", "twice", self.plain),
            ("description", "la", self.accented),
            ("number", self.plain.number.lower(), self.plain),
        ):
            with self.subTest(name=name, word=word):
                self.assertEqual(self._find((name, "ilike", word)), found)
                self.assertEqual(
                    self._find((name, "not ilike", word)), self.both - found
                )
                self.assertEqual(
                    self._find("!", (name, "ilike", word)), self.both - found
                )
                self.assertFalse(self._find("&", (name, "ilike", word), ("id", "=", 0)))

    def test_content_is_what_is_read(self):
        self.assertFalse(self._find(("description", "ilike", "zeppelin")))
        self.assertEqual(self._find(("description", "ilike", "invoice")), self.plain)

    def test_patterns_are_those_of_the_orm(self):
        self.assertEqual(self._find(("name", "ilike", "pri%wice")), self.plain)
        self.assertEqual(self._find(("name", "ilike", r"100 \% t")), self.plain)
        self.assertEqual(self._find(("name", "ilike", "")), self.both)
        self.assertEqual(self._find(("name", "=ilike", "clôture%")), self.accented)
        self.assertEqual(self._find(("description", "ilike", "<b>inv")), self.plain)

    def test_names_are_found_so_too(self):
        domain = [("id", "in", self.both.ids)]
        for word, found in (
            ("cloture", self.accented),
            (self.plain.number, self.plain),
        ):
            names = self.tickets.name_search(word, domain)
            self.assertEqual([ticket_id for ticket_id, _name in names], found.ids)

    def test_a_name_is_looked_up_before_its_tickets(self):
        """PostgreSQL cannot tell how many tickets the rows of another table have."""
        partner = self.contacts[0]
        for domain, found in (
            ([("partner_id", "ilike", partner.name)], self.both),
            ([("partner_id", "ilike", "zeppelin")], self.tickets),
            ([("stage_id", "ilike", "zeppelin")], self.tickets),
            ([("partner_id", "not ilike", partner.name)], self.tickets),
            ([("partner_id", "ilike", "")], self.both),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self._find(*domain), found)
        domain = [("partner_id", "ilike", partner.name)]
        self.tickets.search_count(domain)  # fills the caches that outlive it
        statements = map(str, self._trace(self.tickets.search_count, domain))
        of_tickets = [text for text in statements if "helpdesk_ticket" in text]
        self.assertTrue(of_tickets)
        self.assertNotIn("res_partner", "".join(of_tickets))
