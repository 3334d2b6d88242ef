# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestSubscriptionTerms(SupportCase):
    """What a subscription was from which day on, kept whatever becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_10 = cls._create_plan("10 h", {}, included_hours=10)
        cls.plan_20 = cls._create_plan("20 h", {}, included_hours=20)
        cls.product = cls.env["product.product"].create(
            {"name": "Support", "type": "service", "taxes_id": False}
        )

    def _subscribe(self, plan=None, price=100, **vals):
        return self._create_subscription(
            self.customer_a,
            self.plan_10 if plan is None else plan,
            sale_subscription_line_ids=[
                Command.create({"product_id": self.product.id, "price_unit": price})
            ],
            **vals,
        )

    def _get_terms(self, subscription):
        self.env.flush_all()
        terms = self.env["support.subscription.term"].search(
            [("subscription_id", "=", subscription.id)]
        )
        return [
            (
                term.date_from,
                term.support_plan_id.name,
                term.state,
                term.included_hours,
                round(term.monthly_amount, 2),
            )
            for term in terms
        ]

    def test_each_change_counts_from_its_day(self):
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe()
        with self.at("2026-03-16 09:00:00"):
            subscription.support_plan_id = self.plan_20
        with self.at("2026-04-10 09:00:00"):
            subscription.action_pause()
            subscription.sale_subscription_line_ids.price_unit = 150
        with self.at("2026-04-20 09:00:00"):
            subscription.action_resume()
        with self.at("2026-05-05 09:00:00"):
            subscription.close_subscription()
        self.assertEqual(
            self._get_terms(subscription),
            [
                (False, "10 h", "running", 10, 100),
                (date(2026, 3, 16), "20 h", "running", 20, 100),
                (date(2026, 4, 10), "20 h", "paused", 20, 150),
                (date(2026, 4, 20), "20 h", "running", 20, 150),
                (date(2026, 5, 5), "20 h", "ended", 20, 150),
            ],
        )

    def test_the_day_is_that_of_our_company(self):
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe()
        # Half past midnight in Paris.
        with self.at("2026-03-15 23:30:00"):
            subscription.support_plan_id = self.plan_20
        self.assertEqual(self._get_terms(subscription)[1][0], date(2026, 3, 16))

    def test_what_is_changed_again_on_a_day_is_one_change(self):
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe()
            subscription.sale_subscription_line_ids.price_unit = 120
        with self.at("2026-03-16 09:00:00"):
            subscription.support_plan_id = self.plan_20
            subscription.support_plan_id = self.plan_24
        self.assertEqual(
            self._get_terms(subscription),
            [
                (False, "10 h", "running", 10, 120),
                (date(2026, 3, 16), "24 h", "running", 0, 120),
            ],
        )

    def test_hours_of_a_plan_count_from_this_month_on(self):
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe()
        with self.at("2026-05-10 09:00:00"):
            changed = self._subscribe(self.plan_20)
        with self.at("2026-05-12 09:00:00"):
            changed.support_plan_id = self.plan_10
        with self.at("2026-05-20 09:00:00"):
            self.plan_10.with_user(self.manager).included_hours = 8
        self.assertEqual(
            self._get_terms(subscription),
            [
                (False, "10 h", "running", 10, 100),
                (date(2026, 5, 1), "10 h", "running", 8, 100),
            ],
        )
        self.assertEqual(
            self._get_terms(changed),
            [
                (False, "20 h", "running", 20, 100),
                (date(2026, 5, 12), "10 h", "running", 8, 100),
            ],
        )

    def test_support_sold_later_counts_from_then(self):
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe(self.env["support.plan"])
            self.assertFalse(self._get_terms(subscription))
        with self.at("2026-04-16 09:00:00"):
            subscription.support_plan_id = self.plan_10
        self.assertEqual(
            self._get_terms(subscription),
            [(date(2026, 4, 16), "10 h", "running", 10, 100)],
        )

    def test_one_that_is_not_started_is_nothing_yet(self):
        draft = self.env["sale.subscription.stage"].search(
            [("type", "=", "draft")], limit=1
        )
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe(stage_id=draft.id)
            self.assertFalse(self._get_terms(subscription))
        with self.at("2026-03-05 09:00:00"):
            subscription.action_start_subscription()
        self.assertEqual(
            self._get_terms(subscription), [(False, "10 h", "running", 10, 100)]
        )

    def test_amounts_are_per_month(self):
        # By the calendar: a year has 12 months and, on average, 365.25 days.
        for unit, interval, price, expected in (
            ("months", 3, 300, 100),
            ("years", 1, 1200, 100),
            ("weeks", 1, 70, 70 / 7 * 365.25 / 12),
            ("days", 10, 10, 365.25 / 12),
        ):
            template = self.subscription_template.copy(
                {"recurring_rule_type": unit, "recurring_interval": interval}
            )
            subscription = self._subscribe(price=price, template_id=template.id)
            self.assertEqual(
                self._get_terms(subscription)[0][4], round(expected, 2), unit
            )
        with self.at("2037-01-01 09:00:00"):
            template.recurring_interval = 5
        self.assertEqual(self._get_terms(subscription)[1][4], round(365.25 / 6, 2))

    def test_who_sells_without_any_right_on_the_desk(self):
        seller = new_test_user(
            self.env,
            "term_seller",
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
        )
        with self.at("2026-03-01 09:00:00"):
            subscription = self._subscribe()
        with self.at("2026-03-16 09:00:00"):
            subscription.with_user(seller).write({"support_plan_id": self.plan_20.id})
            line = subscription.sale_subscription_line_ids
            line.with_user(seller).write({"price_unit": 150})
        self.assertEqual(
            self._get_terms(subscription)[1],
            (date(2026, 3, 16), "20 h", "running", 20, 150),
        )
        self.assertFalse(
            self.env["support.subscription.term"].with_user(seller).has_access("read")
        )

    def test_a_manager_of_another_company_reads_none(self):
        subscription = self._subscribe()
        other = self.env["res.company"].create({"name": "Other"})
        foreign = new_test_user(
            self.env,
            "term_foreign",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        terms = self.env["support.subscription.term"]
        domain = [("subscription_id", "=", subscription.id)]
        self.assertTrue(terms.with_user(self.manager).search(domain))
        self.assertFalse(terms.with_user(foreign).search(domain))

    def test_taken_over_once(self):
        with self.at("2026-03-01 09:00:00"):
            running, closed = self._subscribe(), self._subscribe()
        with self.at("2026-04-10 09:00:00"):
            closed.close_subscription()
            self.env.flush_all()
        terms = self.env["support.subscription.term"]
        terms.search([("subscription_id", "in", (running + closed).ids)]).unlink()
        with self.at("2026-06-01 09:00:00"):
            terms._take_over()
            terms._take_over()
        self.assertEqual(
            self._get_terms(running), [(False, "10 h", "running", 10, 100)]
        )
        self.assertEqual(
            self._get_terms(closed),
            [
                (False, "10 h", "running", 10, 100),
                (date(2026, 4, 10), "10 h", "ended", 10, 100),
            ],
        )
