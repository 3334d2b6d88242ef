# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .cover_common import CoverCase


@tagged("post_install", "-at_install")
class TestSubscription(CoverCase):
    """Which subscription covers a ticket; what it sells of the custom code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.salesperson = new_test_user(
            cls.env,
            "support_sales",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
        )

    def _choose(self, ticket, subscription):
        """Choose a subscription as an agent does."""
        action = ticket.with_user(self.agent).action_change_subscription()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        line = wizard.line_ids.filtered(
            lambda line: line.subscription_id == subscription
        )
        # As in a request: tests switch tracking off.
        line = line.with_user(self.agent).with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.env.cr.flush()
        line.action_choose()
        self.env.cr.flush()

    # === RUNNING === #

    def test_upgrade_keeps_the_plan_promised_at_filing(self):
        """An upgrade is for the tickets to come; the agent may give it to others."""
        ticket = self._create_ticket()
        deadline = ticket.resolution_deadline
        self.subscription.support_plan_id = self.plan_full
        self.env.flush_all()
        self.assertEqual(ticket.support_plan_id, self.plan_24)
        self.assertEqual(ticket.resolution_deadline, deadline)
        self.assertEqual(self._create_ticket().support_plan_id, self.plan_full)
        ticket.with_user(self.agent).support_plan_id = self.plan_full
        self.assertEqual(ticket.support_plan_id, self.plan_full)

    def test_pause_after_filing_keeps_the_promise(self):
        ticket = self._create_ticket()
        self.subscription.action_pause()
        self.assertFalse(self._create_ticket().subscription_id)
        ticket.category_id = self.category_out
        ticket.category_id = self.category_in
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")
        self.subscription.action_resume()
        self.assertEqual(self._create_ticket().subscription_id, self.subscription)

    def test_ended_yesterday_and_not_yet_closed(self):
        """The nightly job has not closed it: its date has."""
        with self.at("2026-06-02 08:00:00"):
            self.subscription.date = date(2026, 6, 1)
            self.assertEqual(self.subscription.stage_id.type, "in_progress")
            self.assertVerdict(
                self._create_ticket(), "to_qualify", "no_subscription", "none"
            )

    def test_archived_customer(self):
        """What runs goes on: to end it, one ends the subscription."""
        (self.a1 + self.a2).active = False
        self.customer_a.child_ids.active = False
        self.customer_a.active = False
        ticket = self._create_ticket()
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")
        self.assertIn("(archived)", ticket.support_panel)

    def test_customer_without_company(self):
        person = self.env["res.partner"].create({"name": "Jeanne Moulin"})
        self.assertFalse(person.parent_id)
        subscription = self._create_subscription(person, self.plan_24)
        module = self._create_module(person, subscription)
        ticket = self._create_ticket(partner_id=person.id, custom_module_id=module.id)
        self.assertEqual(ticket.subscription_id, subscription)
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")

    def test_two_of_our_companies(self):
        """Each company of ours is its own desk: its subscription, its plan."""
        beta = self.env["res.company"].create({"name": "Beta"})
        self.env.user.company_ids += beta
        plan = self.plan_24.copy(
            {"name": "Beta 24 h", "company_id": beta.id, "calendar_id": False}
        )
        of_beta = self._create_subscription(
            self.customer_a,
            plan,
            company_id=beta.id,
            pricelist_id=self.pricelist.copy({"company_id": beta.id}).id,
        )
        mine = self._create_ticket()
        self.team.company_id = beta
        theirs = self._create_ticket(category_id=False)
        self.assertEqual(mine.subscription_id, self.subscription)
        self.assertEqual(theirs.subscription_id, of_beta)
        self.assertEqual(theirs.support_plan_id, plan)

    def test_several_are_taken_in_a_fixed_order(self):
        """The plan's sequence, then the latest start, then the last made."""
        later = self._create_subscription(
            self.customer_a, self.plan_24, date_start=date(2021, 1, 1)
        )
        self.assertEqual(self._create_ticket().subscription_id, later)
        last = self._create_subscription(
            self.customer_a, self.plan_24, date_start=date(2021, 1, 1)
        )
        self.assertEqual(self._create_ticket().subscription_id, last)
        self.plan_full.sequence = self.plan_24.sequence - 1
        best = self._create_subscription(self.customer_a, self.plan_full)
        self.assertEqual(self._create_ticket().subscription_id, best)

    def test_filed_earlier(self):
        """An imported ticket is judged on the day on which it was filed."""
        self.subscription.write(
            {"date_start": date(2026, 6, 1), "date": date(2026, 6, 1)}
        )
        for moment, covered in (
            ("2026-05-31 08:00:00", False),
            ("2026-06-01 08:00:00", True),
        ):
            ticket = self._create_ticket()
            self.assertFalse(ticket.subscription_id)
            with self.at("2026-06-30 08:00:00"):
                ticket._write_guarded({"filed_at": moment})
                self.assertEqual(bool(ticket.subscription_id), covered)
            ticket.unlink()

    # === CHANGED BY THE AGENT === #

    def test_agent_changes_the_subscription(self):
        other = self._create_subscription(
            self.customer_a, self.plan_full, date_start=date(2019, 1, 1)
        )
        self.plan_full.sequence = self.plan_24.sequence + 1
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertEqual(ticket.subscription_id, self.subscription)
        self._choose(ticket, other)
        self.assertEqual(ticket.subscription_id, other)
        self.assertEqual(ticket.support_plan_id, self.plan_full)
        self.assertVerdict(
            ticket, "out_of_scope", "category_out_of_scope", "full_support"
        )
        tracked = ticket.message_ids.sudo().tracking_value_ids.field_id
        self.assertIn("subscription_id", tracked.mapped("name"))

    def test_change_to_one_that_did_not_run(self):
        ended = self._create_subscription(
            self.customer_a, self.plan_full, date=date(2021, 6, 1)
        )
        ticket = self._create_ticket()
        action = ticket.with_user(self.agent).action_change_subscription()
        lines = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .browse(action["res_id"])
            .line_ids
        )
        self.assertEqual(
            [(line.sudo().subscription_id, line.usable) for line in lines],
            [(self.subscription, True), (ended, False)],
        )
        self.assertIn("ended on", lines[1].reason)
        with self.assertRaisesRegex(UserError, "does not cover this ticket"):
            lines[1].action_choose()
        self.assertEqual(ticket.subscription_id, self.subscription)

    def test_subscription_of_another_customer(self):
        other = self._create_subscription(self.customer_b, self.plan_full)
        ticket = self._create_ticket()
        with self.assertRaisesRegex(ValidationError, "another customer"):
            ticket.with_user(self.agent).subscription_id = other
        ticket.with_user(self.agent).partner_id = self.b1.partner_id
        self.assertEqual(ticket.subscription_id, other)

    def test_customer_may_not_change_it(self):
        ticket = self._create_ticket()
        with self.assertRaises(AccessError):
            ticket.with_user(self.a1).action_change_subscription()

    # === MAINTAINED LINES === #

    def test_sold_counted_missing(self):
        module = self._create_module(self.customer_a, self.subscription, line_count=301)
        for units, missing, grown in (
            (0, 301, False),
            (3, 1, True),
            (4, 0, False),
            (9, 0, False),
        ):
            with self.subTest(units=units):
                self.subscription.sale_subscription_line_ids.unlink()
                if units:
                    self._sell_lines(self.subscription, units)
                self.assertEqual(self.subscription.custom_line_sold, units * 100)
                self.assertEqual(self.subscription.custom_line_count, 301)
                self.assertEqual(self.subscription.custom_line_missing, missing)
                self.assertEqual(self.subscription.custom_line_units, 4)
                self.assertEqual(self.subscription.custom_code_grown, grown)
        module.active = False
        self.assertEqual(self.subscription.custom_line_count, 0)
        self.assertEqual(self.subscription.custom_line_units, 0)

    def test_other_products_sell_no_lines(self):
        self._sell_lines(self.subscription, 3)
        self.product_maintenance.is_custom_code_maintenance = False
        self.assertEqual(self.subscription.custom_line_sold, 0)

    def test_sell_the_proposed_quantity(self):
        self._create_module(self.customer_a, self.subscription, line_count=1234)
        subscription = self.subscription.with_user(self.salesperson)
        subscription.action_sell_custom_lines()
        line = subscription.sale_subscription_line_ids
        self.assertEqual(line.product_id, self.product_maintenance)
        self.assertEqual(line.product_uom_qty, 13)
        self.assertEqual(subscription.recurring_total, 13 * 16)
        self.assertFalse(subscription.custom_line_missing)
        self.subscription.custom_module_ids.line_count = 1301
        self.assertTrue(subscription.custom_code_grown)
        subscription.action_sell_custom_lines()
        self.assertEqual(subscription.sale_subscription_line_ids, line)
        self.assertEqual(line.product_uom_qty, 14)
        self.assertEqual(subscription.recurring_total, 14 * 16)
        self.assertIn("13 units", subscription.message_ids[0].body)

    def test_sell_on_several_lines(self):
        self._create_module(self.customer_a, self.subscription, line_count=950)
        self._sell_lines(self.subscription, 3)
        self._sell_lines(self.subscription, 4)
        self.subscription.action_sell_custom_lines()
        self.assertEqual(self.subscription.custom_line_sold, 1000)
        self.assertEqual(len(self.subscription.sale_subscription_line_ids), 2)

    def test_sell_without_a_product(self):
        self._create_module(self.customer_a, self.subscription, line_count=1)
        self.product_maintenance.active = False
        self.env["product.product"].search(
            [("is_custom_code_maintenance", "=", True)]
        ).active = False
        with self.assertRaisesRegex(UserError, "mark one"):
            self.subscription.action_sell_custom_lines()
        self.assertFalse(self.subscription.sale_subscription_line_ids)

    def test_agents_do_not_sell(self):
        with self.assertRaises(AccessError):
            self.subscription.with_user(self.agent).action_sell_custom_lines()

    # === RENEWAL === #

    def test_a_renewal_makes_no_second_subscription(self):
        """https://github.com/OCA/contract/issues/1109"""
        product = self.env["product.product"].create(
            {
                "name": "Support, a month",
                "type": "service",
                "subscribable": True,
                "subscription_template_id": self.subscription_template.id,
                "taxes_id": False,
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer_b.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        mine = [("partner_id", "=", self.customer_b.id)]
        subscription = self.env["sale.subscription"].search(mine)
        self.assertEqual(len(subscription), 1)
        renewal = subscription.create_sale_order()
        renewal.action_confirm()
        self.assertEqual(renewal.state, "sale")
        self.assertEqual(self.env["sale.subscription"].search(mine), subscription)

    def test_renewed_in_advance(self):
        """From the day after the end of the old one, whenever it was signed.

        https://github.com/Probesys/bileto/issues/25 (renewed in advance, it begins the
        day after) and https://github.com/glpi-project/glpi/issues/23084 (what is told
        of a renewed contract went by its first end).
        """
        self.subscription.write({"date_start": "2025-07-01", "date": "2026-06-30"})
        plan = self.plan_24.copy({"name": "Support 8 h"})
        renewed = self._create_subscription(
            self.customer_a, plan, date_start="2026-07-01", date="2027-06-30"
        )
        for moment, expected in (
            ("2026-06-20 08:00:00", self.subscription),
            ("2026-06-30 21:59:00", self.subscription),  # still 30 June in Paris
            ("2026-06-30 22:01:00", renewed),
            ("2027-06-30 12:00:00", renewed),
        ):
            with self.subTest(moment), self.at(moment):
                ticket = self._create_ticket()
                self.assertEqual(ticket.subscription_id, expected)
                self.assertEqual(ticket.support_plan_id, expected.support_plan_id)
        with self.at("2027-07-01 08:00:00"):
            self.assertFalse(self._create_ticket().subscription_id)
