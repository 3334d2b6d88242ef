# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is open, counted and in groups: in two arms, which find what one look finds."""

from collections import Counter

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from ..traced_common import TracedCase

ARMS = "support_has_stage"
LIMIT = 1000


@tagged("post_install", "-at_install")
class TestTicketOpen(TracedCase):
    """As an agent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["helpdesk.ticket.stage"].sudo()
        company = cls.env["res.company"].sudo().create({"name": "Elsewhere"})
        cls.stages = stages.create(
            [
                {"name": "Over", "closed": True},
                {"name": "Over once", "closed": True, "active": False},
                {"name": "Open once", "active": False},
                {"name": "Open there", "company_id": company.id},
            ]
        )
        cls.stages += cls.stage_progress + cls.stage_awaiting
        cls.found = cls.tickets.create(
            [
                {
                    "name": f"Ticket {number}",
                    "description": "x",
                    "partner_id": cls.contacts[number % 3].id,
                    "team_id": cls.team.id,
                    "priority": "013"[number % 3],
                }
                for number in range(24)
            ]
        )
        cls.found[5].active = False
        cls.found[6].duplicate_id = cls.found[0]
        cls.env.flush_all()
        stage_ids = [*cls.stages.ids, None, None]
        for number, ticket in enumerate(cls.found):
            cls.env.cr.execute(
                "UPDATE helpdesk_ticket SET stage_id = %s WHERE id = %s",
                (stage_ids[number % len(stage_ids)], ticket.id),
            )
        cls.env.invalidate_all()
        cls.mine = Domain("id", "in", cls.found.ids)
        cls.open = Domain("closed", "=", False)
        # One by one, as the form says it.
        cls.active = cls.found.filtered("active")
        cls.active_open = cls.active.filtered(
            lambda ticket: not ticket.stage_id.sudo().closed
        )

    def test_counts_are_those_of_the_list(self):
        for condition, expected in (
            (self.open, self.active_open),
            (Domain("closed", "!=", True), self.active_open),
            (Domain("closed", "in", [False]), self.active_open),
            (Domain("closed", "=", True), self.active - self.active_open),
            (~self.open, self.active - self.active_open),
            (self.open | Domain("priority", "=", "0"), None),
            (self.open & Domain("priority", "=", "0"), None),
            (self.open & self.open, self.active_open),
            (self.open & ~self.open, self.tickets),
            (Domain("stage_id", "=", False), None),
            (Domain("stage_id", "in", [self.stage_progress.id, False]), None),
            (Domain("stage_id", "not in", [self.stage_progress.id, False]), None),
        ):
            with self.subTest(condition=condition):
                found = self.tickets.search(self.mine & condition)
                if expected is not None:
                    self.assertEqual(found, expected)
                # The list, read plainly, agrees with the domain.
                self.assertEqual(found, self.active.filtered_domain(condition).sorted())
                domain = self.mine & condition
                self.assertEqual(
                    self.tickets.search_count(domain, limit=LIMIT), len(found)
                )
                self.assertEqual(self.tickets.search_count(list(domain)), len(found))
                self.assertEqual(
                    self.tickets.search_count(domain, limit=2), min(len(found), 2)
                )
                ids = self.tickets._search(domain, limit=LIMIT)
                self.assertEqual(set(ids), set(found.ids))

    def test_groups_are_those_of_the_list(self):
        domain = self.mine & self.open
        for name in ("priority", "stage_id", "partner_id", "commercial_partner_id"):
            with self.subTest(name):
                expected = Counter(ticket[name] for ticket in self.active_open)
                groups = self.tickets._read_group(
                    domain, [name], ["__count", "id:recordset"]
                )
                self.assertEqual(
                    {value: count for value, count, _tickets in groups}, expected
                )
                for value, _count, tickets in groups:
                    self.assertEqual(
                        tickets,
                        self.active_open.filtered(
                            lambda ticket, name=name, value=value: (
                                ticket[name] == value
                            )
                        ).sorted("id"),
                    )
                # What the web client asks, page by page.
                for limit in (1, 80):
                    answer = self.tickets.web_read_group(
                        domain, [name], ["__count"], limit=limit
                    )
                    self.assertEqual(answer["length"], len(expected))
        [(count,)] = self.tickets._read_group(domain, [], ["__count"])
        self.assertEqual(count, len(self.active_open))
        archived = self.tickets.with_context(active_test=False)
        [(count,)] = archived._read_group(domain, [], ["__count"])
        self.assertEqual(
            count, len(self.found.filtered(lambda record: not record.closed))
        )

    def test_only_what_all_tickets_meet_is_split(self):
        """Of an alternative, or of what is not open, no arm may be made."""
        stage = self.stage_progress
        for domain, is_split in (
            (self.open, True),
            (self.open & Domain("priority", "=", "1"), True),
            (Domain("stage_id", "in", [stage.id, False]), True),
            (Domain("stage_id", "in", [stage.id]), False),
            (Domain("stage_id", "not in", [stage.id, False]), False),
            (Domain("stage_id", "in", [False]), False),
            (Domain("stage_id", "in", stage._search([])), False),
            (self.open | Domain("priority", "=", "1"), False),
            (~self.open, False),
            (Domain("closed", "=", True), False),
            (Domain.TRUE, False),
        ):
            with self.subTest(domain=domain):
                for work in (
                    lambda domain=domain: self.tickets.search_count(domain, limit=9),
                    lambda domain=domain: self.tickets._read_group(
                        domain, ["priority"], ["__count"]
                    ),
                ):
                    statements = "\n".join(map(str, self._trace(work)))
                    self.assertEqual(ARMS in statements, is_split)
                # A list follows its order.
                statements = self._trace(
                    lambda domain=domain: self.tickets.search(domain, limit=9)
                )
                self.assertNotIn(ARMS, "\n".join(map(str, statements)))

    def test_who_may_not_read_a_field_may_not_count_by_it(self):
        field = self.tickets._fields["closed"]
        groups, field.groups = field.groups, "base.group_system"
        self.addCleanup(setattr, field, "groups", groups)
        for work in (
            lambda: self.tickets.search_count(self.open, limit=9),
            lambda: self.tickets._read_group(self.open, ["priority"], ["__count"]),
        ):
            with self.assertRaises(AccessError):
                work()
