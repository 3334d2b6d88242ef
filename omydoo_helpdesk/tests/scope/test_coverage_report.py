# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..cover.cover_common import CoverCase


@tagged("post_install", "-at_install")
class TestCoverageReport(CoverCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_c = cls.env["res.partner"].create({"name": "Customer C"})
        cls.customers = cls.customer_a + cls.customer_b + cls.customer_c

    def _report(self, *domain):
        """Return for each customer and subscription: state, covered, lines and
        units missing."""
        self.env.invalidate_all()  # a report remembers what it read, in one request
        lines = self.env["support.coverage.report"].search(
            [("partner_id", "in", self.customers.ids), *domain]
        )
        return {
            (line.partner_id, line.subscription_id): (
                line.state,
                line.is_covered,
                line.line_missing,
                line.unit_missing,
            )
            for line in lines
        }

    def test_states_and_what_is_missing(self):
        grown = self._create_subscription(self.customer_a, self.plan_24)
        self._sell_lines(grown, 3)
        for name, lines in (("a", 300), ("b", 1)):
            self._create_module(self.customer_a, grown, name=name, line_count=lines)
        included = self._create_subscription(self.customer_b, self.plan_full)
        self._create_module(self.customer_b, included, line_count=5000)
        sold = self._create_subscription(self.customer_b, self.plan_24)
        self._sell_lines(sold, 2)
        self._create_module(self.customer_b, sold, name="b", line_count=200)
        old = self._create_module(self.customer_b, sold, name="c", line_count=0)
        ended = self._create_subscription(
            self.customer_c, self.plan_24, date=date(2021, 1, 1)
        )
        self._sell_lines(ended, 10)
        self._create_module(self.customer_c, ended, line_count=250)
        for name in ("d", "e"):
            self._create_module(self.customer_c, name=name, line_count=120)
        self._create_module(self.customer_c, name="f", line_count=9000, active=False)
        nothing = grown.browse()
        self.assertEqual(
            self._report(),
            {
                (self.customer_a, grown): ("grown", False, 1, 1),
                (self.customer_b, included): ("included", True, 0, 0),
                (self.customer_b, sold): ("maintained", True, 0, 0),
                (self.customer_c, ended): ("ended", False, 250, 3),
                (self.customer_c, nothing): ("not_maintained", False, 240, 3),
            },
        )
        self.assertEqual(
            set(self._report(("is_covered", "=", False))),
            {
                (self.customer_a, grown),
                (self.customer_c, ended),
                (self.customer_c, nothing),
            },
        )
        old.counted_on = date.today() - timedelta(days=400)
        self.assertEqual(
            self._report()[self.customer_b, sold], ("outdated", True, 0, 0)
        )
        grown.action_sell_custom_lines()
        sold.is_paused = True
        report = self._report()
        self.assertEqual(report[self.customer_a, grown], ("maintained", True, 0, 0))
        self.assertEqual(report[self.customer_b, sold], ("ended", False, 200, 2))

    def test_agrees_with_the_register(self):
        """A subscription covers in the report when its modules say so."""
        subscription = self._create_subscription(self.customer_a, self.plan_24)
        module = self._create_module(self.customer_a, subscription, line_count=101)
        for vals, state in (
            ({}, "included"),
            ({"is_paused": True}, "ended"),
            ({"is_paused": False, "stage_id": self._get_stage("post").id}, "ended"),
            ({"stage_id": self._get_stage("in_progress").id}, "included"),
            ({"active": False}, "ended"),
            ({"active": True, "support_plan_id": False}, "ended"),
            (
                {"support_plan_id": self.plan_24.id, "date_start": date(2999, 1, 1)},
                "ended",
            ),
            ({"date_start": False}, "included"),
        ):
            with self.subTest(vals=vals):
                subscription.write(vals)
                key = (self.customer_a, subscription)
                self.assertEqual(self._report()[key][0], state)
                self.env.invalidate_all()
                self.assertEqual(
                    module.state,
                    "not_maintained" if state == "ended" else "maintained",
                )
                self.assertIn(module, module.search([("state", "=", module.state)]))

    def test_drill_down(self):
        module = self._create_module(self.customer_a, line_count=1)
        line = self.env["support.coverage.report"].search(
            [("partner_id", "=", self.customer_a.id)]
        )
        found = self.env["support.custom.module"].search(
            line.action_view_modules()["domain"]
        )
        self.assertEqual(found, module)

    def test_who_reads_it(self):
        self._create_module(self.customer_a, line_count=1)
        report = self.env["support.coverage.report"]
        self.assertTrue(
            report.with_user(self.manager).search(
                [("partner_id", "=", self.customer_a.id)]
            )
        )
        with self.assertRaises(AccessError):
            report.with_user(self.agent).search([])
        beta = self.env["res.company"].create({"name": "Beta"})
        module = self._create_module(self.customer_b, company_id=beta.id, line_count=1)
        self.assertTrue(module)
        self.assertFalse(
            report.with_user(self.manager).search(
                [("partner_id", "=", self.customer_b.id)]
            )
        )

    def test_tickets_by_scope_customer_and_month(self):
        """The report groups by what it offers; each ticket counts once."""
        self._create_subscription(self.customer_a, self.plan_24)
        tickets = self._create_ticket() + self._create_ticket(
            category_id=self.category_out.id
        )
        groups = tickets.with_user(self.manager)._read_group(
            [("id", "in", tickets.ids)],
            ["commercial_partner_id", "filed_at:month", "scope_reason", "coverage"],
            ["__count"],
        )
        self.assertEqual(
            [(group[0], *group[2:]) for group in groups],
            [
                (self.customer_a, "category_in_scope", "subscription", 1),
                (self.customer_a, "category_out_of_scope", "none", 1),
            ],
        )
