# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which tickets the record rule gives to whom, beside a plain reading of it: whether
somebody has few tickets or many, for which PostgreSQL is asked in two ways."""

from itertools import product
from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from ...models.desk import res_partner
from ..common import SupportCase

# Nobody has as few; nobody has more.
NONE, ALL = -1, 1_000_000
PORTAL = "base.group_portal"


@tagged("post_install", "-at_install")
class TestPortalRule(SupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subsidiary, cls.workshop = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "parent_id": cls.customer_a.id}
                for name in ("Subsidiary of A", "Workshop of A")
            ]
        )
        cls.s1, cls.w1, cls.alone = (
            new_test_user(cls.env, f"support_{name}", groups=PORTAL)
            for name in ("s1", "w1", "alone")
        )
        cls.s1.partner_id.parent_id = cls.subsidiary
        cls.w1.partner_id.parent_id = cls.workshop
        cls.people = cls.a1 + cls.a2 + cls.b1 + cls.s1 + cls.w1 + cls.alone
        cls.tickets = cls.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"{partner.name} {number}",
                    "description": "x",
                    "team_id": cls.team.id,
                    "partner_id": partner.id,
                }
                for partner, number in product(
                    cls.people.partner_id + cls.customer_a, range(4)
                )
            ]
            + [{"name": "Nobody's", "description": "x", "team_id": cls.team.id}] * 2
        )
        # Every kind of ticket has followers of every kind.
        for number, ticket in enumerate(cls.tickets):
            ticket.message_unsubscribe(ticket.message_partner_ids.ids)
            if number % 4:
                followers = cls.people[number % 4 - 1 :: 2].partner_id
                cls.env["mail.followers"].create(
                    [
                        {
                            "res_model": "helpdesk.ticket",
                            "res_id": ticket.id,
                            "partner_id": partner.id,
                        }
                        for partner in followers
                    ]
                )
        ref = cls.env.ref
        cls.tickets[2::4].stage_id = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.tickets[3].duplicate_id = cls.tickets[0]
        cls.tickets[7].active = False
        cls.tickets[-1].active = False
        cls.env.flush_all()
        cls.without_stage = cls.tickets[1::6]
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = NULL WHERE id IN %s",
            (tuple(cls.without_stage.ids),),
        )
        # Of a contact who went elsewhere: the ticket stays with the firm.
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET commercial_partner_id = %s WHERE id = %s",
            (cls.customer_b.id, cls.tickets[6].id),
        )
        cls.env.invalidate_all()

    # === A PLAIN READING === #

    def _may_read(self, user, role, ticket):
        """Say whether a customer reads a ticket, one by one."""
        partner = user.partner_id
        customer = partner.commercial_partner_id
        head = partner
        while head.parent_id:
            head = head.parent_id

        def belongs(firm, top):
            while firm and firm != top:
                firm = firm.parent_id
            return bool(firm)

        firm = ticket.commercial_partner_id
        is_of_customer = bool(firm) and belongs(firm, customer)
        is_followed = partner in ticket.message_partner_ids and belongs(firm, head)
        if role == "own":
            return is_followed or (is_of_customer and ticket.partner_id == partner)
        return is_followed or is_of_customer

    def test_the_rule_is_the_same_for_few_and_for_many(self):
        given = set()
        for user, role in product(self.people, ("own", "company")):
            user.partner_id.support_portal_access = role
            expected = self.tickets.filtered(
                lambda ticket, user=user, role=role: self._may_read(user, role, ticket)
            )
            given.add(expected)
            for few in (NONE, ALL):
                self.env.registry.clear_cache()
                with (
                    self.subTest(user=user.login, role=role, few=few),
                    patch.object(res_partner, "FEW_TICKETS", few),
                ):
                    self.assertFinds(user, expected)
                    domain = user.partner_id._get_support_ticket_domain()
                    self.assertEqual(self.tickets.filtered_domain(domain), expected)
        # What is given tells the roles and the people apart.
        self.assertGreater(len(given), len(self.people))

    def assertFinds(self, user, expected):
        """Check each road: with archived tickets, in each order, and the counts."""
        tickets = self.env["helpdesk.ticket"].with_user(user)
        everything = tickets.with_context(active_test=False)
        domain = Domain("id", "in", self.tickets.ids)
        for order in ("id", "create_date desc, id desc", "next_deadline, id"):
            found = everything.search(domain, order=order)
            self.assertEqual(set(found.ids), set(expected.ids))
        active = expected.filtered("active")
        self.assertEqual(set(tickets.search([]).ids), set(active.ids))
        is_open = active.filtered(lambda ticket: not ticket.stage_id.closed)
        filters = tickets._get_portal_filters()
        counts = {
            "open": len(is_open),
            "closed": len(active - is_open),
            "all": len(active),
        }
        for count in (tickets._count_portal_filters, tickets._count_portal_apart):
            found = count(filters, Domain.TRUE)
            self.assertEqual({name: found[name] for name in counts}, counts)
        for name, expected_count in counts.items():
            self.assertEqual(tickets._count_portal(filters[name]), expected_count)
        for ticket in self.tickets:
            self.assertEqual(
                ticket.with_user(user).has_access("read"), ticket in expected
            )

    def test_many_is_what_they_filed_or_follow(self):
        partner = self.a1.partner_id
        filed = len(self.tickets.filtered(lambda ticket: ticket.partner_id == partner))
        followed = self.env["mail.followers"].search_count(
            [("res_model", "=", "helpdesk.ticket"), ("partner_id", "=", partner.id)]
        )
        self.assertGreater(followed, filed)
        for few, is_many in ((followed - 1, True), (followed, False)):
            with patch.object(res_partner, "FEW_TICKETS", few):
                self.assertEqual(partner._has_many_support_tickets(), is_many)

    def test_few_tickets_are_looked_up_by_their_ids(self):
        """However big the firm is: none of its other tickets is read."""
        self.a1.partner_id.support_portal_access = "own"
        tickets = self.env["helpdesk.ticket"].with_user(self.a1)
        query = tickets._search(Domain.TRUE, order="create_date desc, id desc").select()
        cr = self.env.cr
        # Of so few tickets PostgreSQL would take any index, or none.
        cr.execute(
            """
            SELECT string_agg(indexrelid::regclass::text, ', ') FROM pg_index
             WHERE indrelid = 'helpdesk_ticket'::regclass AND NOT indisprimary
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
            """
        )
        cr.execute(f"DROP INDEX {cr.fetchone()[0]}")
        for name in ("seqscan", "bitmapscan"):
            cr.execute(f"SET LOCAL enable_{name} = off")
        cr.execute(f"EXPLAIN {query.code}", tuple(query.params))
        plan = "\n".join(line for (line,) in cr.fetchall())
        self.assertIn("Index Scan using helpdesk_ticket_pkey", plan)
        self.assertRegex(plan, r"Index Cond: .*id = ANY")

    def test_who_is_no_customer(self):
        """Agents read them all; a visitor none."""
        for user in (self.agent, self.manager):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            domain = Domain("id", "in", self.tickets.ids)
            active = self.tickets.filtered("active")
            self.assertEqual(tickets.search(domain).sudo(), active.sudo())
            is_open = active.filtered(lambda ticket: not ticket.stage_id.closed)
            found = domain & Domain("closed", "=", False)
            self.assertEqual(tickets.search_count(found, limit=1000), len(is_open))
        public = self.env.ref("base.public_user")
        self.assertFalse(self.tickets[0].with_user(public).has_access("read"))
        colleague = new_test_user(self.env, "support_nobody", groups="base.group_user")
        self.assertFalse(self.tickets[0].with_user(colleague).has_access("read"))
