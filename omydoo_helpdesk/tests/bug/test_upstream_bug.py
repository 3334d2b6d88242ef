# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from .bug_common import BugCase


class TestUpstreamBug(BugCase):
    """A known bug holds its tickets, and tells nothing of one customer to another."""

    def test_core_bug_holds_for_the_editor(self):
        # B05: filed Friday 15:30, held 16:30, resumed Monday 08:30 (Paris).
        ticket = self._file("2026-06-05 13:30:00")
        bug = self._create_bug(release_action="resume")
        self._write("2026-06-05 14:30:00", ticket, upstream_bug_id=bug.id)
        self.assertEqual(ticket.resolution_state, "held")
        self.assertEqual(ticket.hold_party, "editor")
        self.assertIn("depends on the editor", ticket.hold_reason)
        # The first response never stands still.
        self.assertEqual(ticket.response_state, "ongoing")
        with self.at("2026-06-08 06:30:00"):
            bug.action_release()
            self.env.flush_all()
            self.assertEqual(ticket.resolution_state, "held")
            self._run_job()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-08 09:30:00")

    def test_never_late_while_held(self):
        ticket = self._file("2026-06-01 07:00:00")
        bug = self._create_bug()
        self._write("2026-06-01 08:00:00", ticket, upstream_bug_id=bug.id)
        with self.at("2026-06-12 08:00:00"):
            late = self.env["helpdesk.ticket"].search([("is_late", "=", True)])
            # Its first response is late, its resolution is not.
            self.assertNotIn(
                ticket, late.filtered(lambda t: t.resolution_state == "missed")
            )
            self.assertEqual(ticket.resolution_state, "held")
            bug.action_release()
            self._run_job()
        # Closed straight from the hold: judged on the hour worked.
        self.assertEqual(ticket.stage_id, self.stage_done)
        self.assertEqual(ticket.resolution_state, "met")
        self.assertAlmostEqual(ticket.resolution_hours, 1.0)

    def test_search_by_party(self):
        # A stage that does not hold may name a party: it is the field's default.
        self.env["helpdesk.ticket.stage"].search([]).hold_party = "customer"
        bug = self._create_bug()
        ticket = self._file("2026-06-01 07:00:00", upstream_bug_id=bug.id)
        Ticket = self.env["helpdesk.ticket"]
        domain = [("id", "=", ticket.id)]
        self.assertTrue(Ticket.search([*domain, ("hold_party", "=", "editor")]))
        self.assertFalse(Ticket.search([*domain, ("hold_party", "=", "customer")]))
        self.assertFalse(Ticket.search([*domain, ("hold_party", "=", "update")]))
        ticket.stage_id = self.stage_awaiting
        self.assertEqual(ticket.hold_party, "customer")
        self.assertTrue(Ticket.search([*domain, ("hold_party", "=", "customer")]))
        self.assertFalse(Ticket.search([*domain, ("hold_party", "=", "editor")]))

    def test_customers_search_by_party(self):
        self.env["helpdesk.ticket.stage"].search([]).hold_party = "customer"
        ticket = self._file(
            "2026-06-01 07:00:00", upstream_bug_id=self._create_bug().id
        )
        Ticket = self.env["helpdesk.ticket"].with_user(self.a1)
        # What they read on its page.
        self.assertEqual(Ticket.search([("hold_party", "=", "editor")]), ticket)
        self.assertFalse(Ticket.search([("hold_party", "=", "customer")]))
        ticket.stage_id = self.stage_awaiting
        self.assertEqual(Ticket.search([("hold_party", "=", "customer")]), ticket)

    def test_update_is_another_party(self):
        ticket = self._file("2026-06-01 07:00:00")
        bug = self._create_bug()
        self._write("2026-06-01 08:00:00", ticket, upstream_bug_id=bug.id)
        self._plan("2026-06-02 08:00:00", bug)
        self.assertEqual(ticket.hold_party, "update")
        self.assertIn("June 2, 2026", ticket.with_context(lang="en_US").hold_reason)
        holds = ticket.event_ids.filtered(lambda event: event.kind == "hold")
        self.assertEqual(holds.sorted("id").mapped("party"), ["editor", "update"])

    def test_refused_brings_it_back(self):
        ticket = self._file("2026-06-01 07:00:00", user_id=self.agent.id)
        bug = self._create_bug()
        self._write("2026-06-01 08:00:00", ticket, upstream_bug_id=bug.id)
        with self.at("2026-06-01 09:00:00"):
            bug.state = "refused"
            self.env.flush_all()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 13:00:00")
        self.assertEqual(ticket.activity_ids.user_id, self.agent)
        self.assertTrue(bug.refused_on)

    def test_link_to_a_repaired_bug_does_not_hold(self):
        bug = self._create_bug()
        bug.action_release()
        ticket = self._create_ticket(upstream_bug_id=bug.id)
        self.assertTrue(ticket.bug_released)
        self.assertNotEqual(ticket.resolution_state, "held")

    def test_unlink_from_bug_resumes(self):
        ticket = self._file("2026-06-01 07:00:00")
        bug = self._create_bug()
        self._write("2026-06-01 08:00:00", ticket, upstream_bug_id=bug.id)
        self._write("2026-06-01 09:00:00", ticket, upstream_bug_id=False)
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 13:00:00")

    def test_proposals(self):
        bug = self._create_bug()
        other = self._create_bug(name="Delivery slips lose their carrier")
        ticket = self._create_ticket(
            name="Rapport de TVA / VAT report: credit notes counted twice"
        )
        wizard = self._open_wizard(ticket)
        self.assertEqual(wizard.candidate_ids[:1], bug)
        self.assertNotIn(other, wizard.candidate_ids)
        self.assertEqual(wizard.bug_id, bug)
        wizard.action_confirm()
        self.assertEqual(ticket.upstream_bug_id, bug)

    def test_new_bug_takes_over_nothing_private(self):
        application = self.env["support.application"].create({"name": "Accounts"})
        ticket = self._create_ticket(
            name="Secret Ltd cannot invoice",
            description="<p>Call Jeanne on 06 00 00 00 00</p>",
            application_id=application.id,
        )
        wizard = self._open_wizard(ticket)
        wizard.action = "new"
        with self.assertRaisesRegex(UserError, "title"):
            wizard.action_confirm()
        wizard.name = "Invoices cannot be confirmed"
        wizard.action_confirm()
        bug = ticket.upstream_bug_id
        self.assertEqual(bug.application_ids, application)
        texts = " ".join(
            str(value)
            for value in [
                *bug.read()[0].values(),
                *bug.message_ids.mapped("body"),
                *bug._get_customer_notice().values(),
            ]
        )
        for secret in ("Secret", "Jeanne", "Customer A"):
            self.assertNotIn(secret, texts)
        self.assertFalse(bug.message_partner_ids & self.a1.partner_id)

    def _open_wizard(self, tickets):
        return (
            self.env["helpdesk.ticket.known.bug"]
            .with_user(self.agent)
            .create({"ticket_ids": [Command.set(tickets.ids)]})
        )

    def test_merge_keeps_all_tickets(self):
        bug, twin = self._create_bug(), self._create_bug(reference="odoo/odoo#1")
        tickets = self._create_ticket(upstream_bug_id=bug.id)
        tickets += self._create_ticket(
            upstream_bug_id=twin.id, partner_id=self.b1.partner_id.id
        )
        archived = self._create_ticket(upstream_bug_id=twin.id, active=False)
        wizard = (
            self.env["support.upstream.bug.merge"]
            .with_user(self.agent)
            .with_context(
                active_model="support.upstream.bug", active_ids=(bug + twin).ids
            )
            .create({})
        )
        wizard.action_confirm()
        self.assertEqual((tickets + archived).upstream_bug_id, bug)
        self.assertEqual(twin.merged_into_id, bug)
        self.assertFalse(twin.active)
        self.assertEqual(set(tickets.mapped("resolution_state")), {"held", "none"})
        with self.assertRaisesRegex(UserError, "archived"):
            bug._merge_into(twin)

    def test_address(self):
        for url in ("javascript:alert(1)", "github.com/odoo", "https://a b"):
            with self.assertRaises(ValidationError):
                self._create_bug(url=url)

    def test_customers_and_employees_reach_nothing(self):
        bug = self._create_bug()
        employee = self._new_employee()
        for user in (self.a1, self.b1, employee):
            for model in ("support.upstream.bug", "support.update"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search_read([])
            with self.assertRaises(AccessError):
                bug.with_user(user).action_release()
            with self.assertRaises(AccessError):
                self.env["helpdesk.ticket.known.bug"].with_user(user).create({})
        ticket = self._create_ticket(upstream_bug_id=bug.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.a1).read(["upstream_bug_id"])

    def _new_employee(self):
        return new_test_user(self.env, "support_plain", groups="base.group_user")

    def test_another_company(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        bug = self._create_bug(company_id=beta.id)
        self.assertFalse(self.Bug.with_user(self.agent).search([("id", "=", bug.id)]))
        with self.assertRaises(ValidationError):
            self._create_ticket(upstream_bug_id=bug.id)
