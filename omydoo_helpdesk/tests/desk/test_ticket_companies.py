# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestTicketCompanies(SupportCase):
    """A ticket takes nothing that is another company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beta = cls.env["res.company"].create({"name": "Beta"})
        cls.env.user.company_ids += cls.beta
        in_beta = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.beta.ids}
        )
        cls.beta_team = in_beta["helpdesk.ticket.team"].create(
            {"name": "Team of Beta", "company_id": cls.beta.id}
        )
        cls.beta_plan = in_beta["support.plan"].create(
            {"name": "Plan of Beta", "company_id": cls.beta.id}
        )
        cls.foreign = {
            "team_id": cls.beta_team,
            "category_id": in_beta["helpdesk.ticket.category"].create(
                {"name": "Category of Beta", "company_id": cls.beta.id}
            ),
            "duplicate_id": in_beta["helpdesk.ticket"].create(
                {
                    "name": "Ticket of Beta",
                    "description": "<p>x</p>",
                    "team_id": cls.beta_team.id,
                }
            ),
            "support_plan_id": cls.beta_plan,
            "custom_module_id": in_beta["support.custom.module"].create(
                {
                    "name": "module_of_beta",
                    "partner_id": cls.customer_a.id,
                    "company_id": cls.beta.id,
                }
            ),
            "upstream_bug_id": in_beta["support.upstream.bug"].create(
                {"name": "Bug of Beta", "company_id": cls.beta.id}
            ),
        }

    def test_what_is_another_companys_is_refused(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.company_id, self.company)
        for name, record in self.foreign.items():
            self.assertEqual(record.company_id, self.beta, name)
            with self.subTest(name), self.assertRaises(UserError):
                ticket.write({name: record.id})

    def test_a_new_ticket_goes_to_the_company_of_its_team(self):
        self.assertEqual(
            self._create_ticket(
                team_id=self.beta_team.id, category_id=False
            ).company_id,
            self.beta,
        )

    def test_the_team_of_who_takes_it_is_of_its_company(self):
        """OCA takes the first team of the user, whichever it is."""
        for team in (self.beta_team, self.team):
            team.user_ids += self.agent
        (self.beta_team + self.team).sequence = 10
        self.beta_team.sequence = 1
        self.agent.company_ids += self.beta
        ticket = self._create_ticket(team_id=False)
        ticket.user_id = self.agent
        self.assertEqual(ticket.team_id, self.team)

    def test_plans_count_the_subscriptions_of_ones_companies(self):
        shared = self._create_plan(
            "Shared", {"1": (4, 8)}, company_id=False, calendar_id=False
        )
        subscription = self._create_subscription(self.customer_a, shared)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_subscription SET company_id = %s WHERE id = %s",
            [self.beta.id, subscription.id],
        )
        self.env.invalidate_all()
        for companies, expected in (
            (self.company, 0),
            (self.beta, 1),
            (self.company + self.beta, 1),
        ):
            with self.subTest(companies.mapped("name")):
                plan = shared.with_context(allowed_company_ids=companies.ids)
                self.assertEqual(plan.subscription_count, expected)
