# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..sla_common import SlaCase

# What follows from something else, or is written by a button that asks a reason.
COMPUTED = {
    "scope_reason": "category_out_of_scope",
    "coverage": "full_support",
    "satisfaction": "satisfied",
    "rating_last_value": 5.0,
    "total_hours": 12.0,
    "budget_extra_minutes": 600,
    "phone_exception": True,
    "phone_decision": "accepted",
    "phone_decision_reason": "Because",
    "bug_released": True,
    "handed_over_at": "2020-01-01 00:00:00",
    "urgent_claimed_at": "2026-06-01 09:00:00",
    "response_state": "met",
    "resolution_deadline": "2030-01-01 00:00:00",
    "filed_at": "2020-01-01 00:00:00",
}

# Given when the ticket is made, by a form or by an import, and fixed from then on.
GIVEN = {
    "number": "MINE-1",
    "claimed_priority": "3",
    "closed_date": "2020-01-01 00:00:00",
}


@tagged("post_install", "-at_install")
class TestTicketGuard(SlaCase):
    """What nobody at the desk writes by hand, whatever the road."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(claimed_priority="1")

    def _vals(self, **vals):
        return {
            "name": "x",
            "description": "x",
            "team_id": self.team.id,
            "partner_id": self.a1.partner_id.id,
            "category_id": self.category_in.id,
            **vals,
        }

    def test_computed_values_are_not_written(self):
        for user in (self.agent, self.manager):
            ticket = self.ticket.with_user(user)
            for name, value in {**COMPUTED, **GIVEN}.items():
                with self.subTest(user=user.login, name=name):
                    before = ticket[name]
                    with self.assertRaisesRegex(AccessError, "cannot be written"):
                        ticket.write({name: value})
                    with self.assertRaisesRegex(AccessError, "cannot be written"):
                        # What an RPC client may send as the key.
                        ticket.with_context(support_guard=True).write(
                            {"color": 1, name: value}
                        )
                    self.assertEqual(ticket[name], before)

    def test_computed_values_are_not_imported(self):
        for name, value in (("coverage", "full_support"), ("number", "MINE-1")):
            with self.subTest(name=name):
                before = self.ticket[name]
                result = self.ticket.with_user(self.agent).load(
                    [".id", name], [[str(self.ticket.id), value]]
                )
                self.assertTrue(result["messages"])
                self.ticket.invalidate_recordset()
                self.assertEqual(self.ticket[name], before)

    def test_computed_values_are_not_given_at_creation(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        for name, value in COMPUTED.items():
            with self.subTest(name=name):
                with self.assertRaisesRegex(AccessError, "cannot be written"):
                    Ticket.create(self._vals(**{name: value}))

    def test_defaults_are_no_way_round(self):
        self.env["ir.default"].set(
            "helpdesk.ticket", "budget_extra_minutes", 600, user_id=self.agent.id
        )
        with self.at("2026-06-01 07:00:00"):
            ticket = (
                self.env["helpdesk.ticket"]
                .with_user(self.agent)
                .with_context(
                    default_coverage="full_support",
                    default_scope="out_of_scope",
                    default_filed_at="2020-01-01 00:00:00",
                    default_satisfaction="satisfied",
                )
                .create(self._vals())
            )
        self.assertEqual(ticket.scope, "in_scope")
        self.assertEqual(ticket.coverage, "subscription")
        self.assertEqual(str(ticket.filed_at), "2026-06-01 07:00:00")
        self.assertFalse(ticket.satisfaction)
        self.assertEqual(ticket.budget_extra_minutes, 0)

    def test_nobody_gives_a_ticket_to_another_firm(self):
        """Whose ticket it is decides who reads it: it follows from the contact."""
        for user in (self.agent, self.manager, self.env.user):
            ticket = self.ticket.with_user(user)
            with self.assertRaisesRegex(AccessError, "cannot be written"):
                ticket.write({"commercial_partner_id": self.customer_b.id})
            with self.assertRaisesRegex(AccessError, "cannot be written"):
                ticket.create(self._vals(commercial_partner_id=self.customer_b.id))
        found = self.env["helpdesk.ticket"].with_user(self.b1)
        self.assertFalse(found.search([("id", "=", self.ticket.id)]))
        self.ticket.with_user(self.agent).partner_id = self.b1.partner_id
        self.assertEqual(self.ticket.commercial_partner_id, self.customer_b)

    def test_history_is_imported_with_its_numbers(self):
        """Given at creation: the road by which another desk's tickets come in."""
        result = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .load(
                [
                    "name",
                    "description",
                    "number",
                    "priority",
                    "claimed_priority",
                    "closed_date",
                ],
                [
                    ["Old", "x", "OLD-7", "High", "Normal", "2020-01-01 01:00:00"]
                ],  # Paris
            )
        )
        self.assertFalse(result["messages"])
        ticket = self.env["helpdesk.ticket"].browse(result["ids"])
        self.assertEqual(
            (ticket.number, ticket.priority, ticket.claimed_priority),
            ("OLD-7", "3", "1"),
        )
        self.assertEqual(str(ticket.closed_date), "2020-01-01 00:00:00")
        # An export that is imported again changes nothing.
        result = ticket.with_user(self.manager).load(
            [".id", "number", "name"], [[str(ticket.id), "OLD-7", "Older"]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(ticket.name, "Older")
        # Code of an administrator's: a server action, a script.
        ticket.write({"number": "OLD-8"})
        self.assertEqual(ticket.number, "OLD-8")

    def test_our_own_roads_go_on(self):
        ticket = self.ticket.with_user(self.agent)
        ticket._extend_budget(15, "A second question")
        self.assertEqual(ticket.budget_extra_minutes, 15)
        ticket._accept_call("The line was down")
        self.assertEqual(ticket.phone_decision, "accepted")
        ticket.stage_id = self.stage_done
        self.assertTrue(ticket.closed_date)
        ticket.stage_id = self.stage_progress
        self.assertFalse(ticket.closed_date)
        copy = ticket.with_user(self.project_manager).copy()
        self.assertNotEqual(copy.number, ticket.number)
        bug = self.env["support.upstream.bug"].create(
            {"name": "Rounding", "company_id": self.company.id}
        )
        ticket.upstream_bug_id = bug
        self.assertFalse(ticket.bug_released)
        filed = ticket.create(self._vals(upstream_bug_id=bug.id))
        self.assertFalse(filed.bug_released)

    # === WHAT ASKS A REASON === #

    def test_changed_priority_asks_a_reason(self):
        ticket = self.ticket.with_user(self.agent)
        for vals in (
            {"priority": "3"},
            {"priority": "3", "priority_reason": " "},
            {"priority": "0", "name": "Renamed"},
        ):
            with self.assertRaisesRegex(UserError, "why"):
                ticket.write(vals)
        result = ticket.load([".id", "priority"], [[str(ticket.id), "High"]])
        self.assertTrue(result["messages"])
        ticket.write({"priority": "3", "priority_reason": "The shop is closed"})
        self.assertEqual((ticket.priority, ticket.claimed_priority), ("3", "1"))
        # Another change, another reason: the old one says nothing of it.
        with self.assertRaisesRegex(UserError, "why"):
            ticket.write({"priority": "0"})
        # Written as it is, it changes nothing.
        ticket.write({"priority": "3", "name": "Renamed"})
        self.assertEqual(ticket.name, "Renamed")

    def test_whoever_opens_the_form_is_asked_nothing(self):
        """The customer has marked an answered ticket as urgent: claimed, not agreed."""
        self._answer("2026-06-01 08:00:00", self.ticket)
        self.ticket.sudo()._claim_urgent("The shop", "All of us")
        self.assertEqual(
            (self.ticket.claimed_priority, self.ticket.priority), ("3", "1")
        )
        form = Form(self.ticket.with_user(self.agent))
        form.name = "Renamed"
        form.save()
        self.assertEqual(self.ticket.name, "Renamed")
        form = Form(self.ticket.with_user(self.agent))
        form.priority = "3"
        with self.assertRaisesRegex(AssertionError, "priority_reason"):
            form.save()
        form.priority_reason = "Confirmed on the telephone"
        form.save()
        self.assertEqual(self.ticket.priority, "3")
        # What was said of the last change is no reason for the next one.
        form = Form(self.ticket.with_user(self.agent))
        form.priority = "0"
        self.assertFalse(form.priority_reason)

    def test_new_ticket_needs_no_reason(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .create(self._vals(priority="3", claimed_priority="1"))
        )
        self.assertEqual((ticket.priority, ticket.claimed_priority), ("3", "1"))
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent))
        form.name = "A call"
        form.description = "x"
        form.priority = "3"
        self.assertEqual(form.save().priority, "3")

    def test_verdict_asks_a_reason(self):
        ticket = self.ticket.with_user(self.agent)
        for vals in (
            {"scope_override": "out_of_scope"},
            {"scope": "out_of_scope"},
            {"scope_override": "out_of_scope", "scope_override_reason": " "},
        ):
            with self.assertRaisesRegex(UserError, "reason"):
                ticket.write(vals)
            with self.assertRaisesRegex(UserError, "reason"):
                ticket.create(self._vals(**vals))
        with self.assertRaisesRegex(UserError, "reason"):
            ticket.with_context(default_scope_override="out_of_scope").create(
                self._vals()
            )
        result = ticket.load(
            [".id", "scope_override"], [[str(ticket.id), "Out of scope"]]
        )
        self.assertTrue(result["messages"])
        ticket.write(
            {"scope_override": "out_of_scope", "scope_override_reason": "A new screen"}
        )
        self.assertEqual(ticket.scope, "out_of_scope")
        # Another verdict, another reason; and none is taken from under a verdict.
        with self.assertRaisesRegex(UserError, "reason"):
            ticket.write({"scope_override": "in_scope"})
        with self.assertRaisesRegex(UserError, "reason"):
            ticket.write({"scope_override_reason": False})
        ticket.write({"scope_override": False, "scope_override_reason": False})
        self.assertEqual(ticket.scope, "in_scope")
