# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_included_hours import IncludedCase


@tagged("post_install", "-at_install")
class TestEarningReport(IncludedCase):
    """What support earns of customer A, in March 2026, worked out by hand.

    An hour of each employee costs 40.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "earning_reader",
            "omydoo_helpdesk.support_group_earnings",
            company_id=cls.company.id,
        )
        cls.Earning = cls.env["support.earning.report"]
        cls.recurring = cls.env["product.product"].create(
            {"name": "Subscription", "type": "service", "taxes_id": False}
        )

    def _subscribe(self, price, **vals):
        return self._create_subscription(
            self.customer_a,
            vals.pop("plan", self.plan_10),
            sale_subscription_line_ids=[
                Command.create({"product_id": self.recurring.id, "price_unit": price})
            ],
            **vals,
        )

    def _find(self, month=3, **domain):
        self.env.flush_all()
        self.env.invalidate_all()
        first = date(2026, month, 1)
        return self.Earning.with_user(self.reader).search(
            [
                ("partner_id", "=", self.customer_a.id),
                ("date", ">=", first),
                ("date", "<", date(2026, month + 1, 1)),
                *((name, "=", value) for name, value in domain.items()),
            ]
        )

    def assertEarned(self, month=3, **expected):
        rows = self._find(month)
        self.assertEqual(
            {name: round(sum(rows.mapped(name)), 2) for name in expected}, expected
        )

    def _price_pack(self, hours, price, day):
        pack = self._create_pack(self.customer_a, hours, price_unit=price)
        pack.order_id.date_order = day
        return pack

    def test_a_month(self):
        self._subscribe(310)
        self._price_pack(10, 85, "2026-03-05 08:00:00")
        self._log(self._create_ticket(), 3, date=date(2026, 3, 10))
        out = self._create_ticket_out()
        # Charged by quarters of an hour; what it costs is the time spent.
        self._log(out, 1.1, date=date(2026, 3, 11))
        self._log(
            out,
            2,
            date=date(2026, 3, 12),
            support_no_charge=True,
            support_no_charge_reason="Our fault",
        )
        self.assertEarned(
            subscription_amount=310,
            pack_amount=850,
            beyond_amount=0,
            income=1160,
            hours=6.1,
            cost=244,
            margin=916,
        )
        rows = self._find()
        self.assertEqual(rows.support_plan_id, self.plan_10)
        self.assertEqual(
            sorted(rows.mapped("kind")),
            ["pack", "subscription", "time", "time", "time"],
        )

    def test_a_subscription_by_its_days(self):
        # 10 of 31 days, and then the whole of April.
        self._subscribe(310, date_start=date(2026, 3, 22))
        self.assertEarned(subscription_amount=100)
        self.assertEarned(month=4, subscription_amount=310)

    def test_a_yearly_subscription_by_month(self):
        template = self.subscription_template.copy({"recurring_rule_type": "years"})
        self._subscribe(1200, template_id=template.id)
        self.assertEarned(subscription_amount=100)

    def test_prices_raised_change_no_month_that_is_over(self):
        with self.at("2026-02-01 09:00:00"):
            subscription = self._subscribe(310)
        with self.at("2026-03-22 09:00:00"):
            subscription.sale_subscription_line_ids.price_unit = 620
        self.assertEarned(month=2, subscription_amount=310)
        # 21 days of 310, 10 of 620.
        self.assertEarned(subscription_amount=410)
        self.assertEarned(month=4, subscription_amount=620)

    def test_closed_it_brings_nothing_in(self):
        with self.at("2026-02-01 09:00:00"):
            subscription = self._subscribe(310)
        with self.at("2026-03-11 09:00:00"):
            subscription.close_subscription()
        self.assertEarned(subscription_amount=100)
        self.assertFalse(self._find(month=4))

    def test_a_plan_changed_in_the_middle(self):
        with self.at("2026-02-01 09:00:00"):
            subscription = self._subscribe(310)
        with self.at("2026-03-11 09:00:00"):
            subscription.support_plan_id = self.plan_31
        by_plan = {
            row.support_plan_id: round(row.income, 2)
            for row in self._find(kind="subscription")
        }
        self.assertEqual(by_plan, {self.plan_10: 100, self.plan_31: 210})
        # A pack is of the plan of the day on which it was bought.
        self._price_pack(1, 85, "2026-03-10 08:00:00")
        self._price_pack(1, 85, "2026-03-11 08:00:00")
        self.assertEqual(
            self._find(kind="pack").sorted("date").mapped("support_plan_id"),
            self.plan_10 + self.plan_31,
        )

    def test_a_pack_is_bought_on_the_day_of_our_company(self):
        # Midnight and a half of 1 April in Paris.
        self._price_pack(1, 85, "2026-03-31 22:30:00")
        self.assertFalse(self._find())
        self.assertEarned(month=4, pack_amount=85)

    def test_what_was_credited_of_a_pack(self):
        pack = self._price_pack(10, 85, "2026-03-05 08:00:00")
        invoice = pack.order_id._create_invoices()
        invoice.action_post()
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        credit.invoice_line_ids.quantity = 4
        credit.action_post()
        self.assertEarned(pack_amount=510)

    def test_hours_beyond_in_the_month_of_the_work(self):
        self._subscribe(310)
        self._log(self._create_ticket(), 12, date=date(2026, 3, 10))
        row = self._get_row()
        order = self.env["sale.order"].browse(row.action_propose()["res_id"])
        self.assertEarned(beyond_amount=0)
        order.action_confirm()
        self.assertEarned(beyond_amount=160, pack_amount=0, cost=480, margin=-10)

    def test_work_on_a_task_that_a_pack_pays(self):
        pack = self._price_pack(10, 85, "2026-02-05 08:00:00")
        project = self.env["project.project"].create(
            {"name": "Theirs", "allow_billable": True, "company_id": self.company.id}
        )
        self.env["account.analytic.line"].create(
            {
                "project_id": project.id,
                "name": "Work",
                "employee_id": self.employees[0].id,
                "unit_amount": 1.5,
                "date": date(2026, 3, 10),
                "so_line": pack.id,
                "is_so_line_edited": True,
            }
        )
        self.assertEarned(hours=1.5, cost=60, margin=-60)

    def test_other_sales_and_other_work_are_no_support(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer_a.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.service.id})],
            }
        )
        order.action_confirm()
        order.date_order = "2026-03-05 08:00:00"
        self._create_pack(self.customer_a, 1).order_id.with_context(
            disable_cancel_warning=True
        ).action_cancel()
        self.assertFalse(self._find())

    def test_currencies_at_the_rate_of_the_months_end(self):
        foreign = self.env["res.currency"].create(
            {
                "name": "ZZD",
                "symbol": "Z",
                "rate_ids": [
                    Command.create({"name": day, "rate": rate})
                    for day, rate in (
                        ("2026-01-01", 2),
                        ("2026-03-31", 4),
                        ("2026-04-01", 5),
                    )
                ],
            }
        )
        pricelist = self.pricelist.copy({"currency_id": foreign.id})
        self._subscribe(1000, pricelist_id=pricelist.id)
        self.assertEarned(month=2, subscription_amount=500)
        self.assertEarned(subscription_amount=250)
        self.assertEarned(month=4, subscription_amount=200)
        # As Odoo converts it.
        self.assertEqual(
            foreign._convert(
                1000, self.company.currency_id, self.company, date(2026, 3, 31)
            ),
            250,
        )

    def test_each_line_opens_what_it_was_made_of(self):
        subscription = self._subscribe(310)
        pack = self._price_pack(10, 85, "2026-03-05 08:00:00")
        ticket = self._create_ticket()
        self._log(ticket, 3, date=date(2026, 3, 10))
        for kind, source in (
            ("subscription", subscription),
            ("pack", pack.order_id),
            ("time", ticket),
        ):
            action = self._find(kind=kind).action_view_source()
            self.assertEqual(
                (action["res_model"], action["res_id"]), (source._name, source.id)
            )

    def test_lines_have_numbers_of_their_own(self):
        self._subscribe(310)
        for _index in range(3):
            self._price_pack(1, 85, "2026-03-05 08:00:00")
            self._log(self._create_ticket(), 1, date=date(2026, 3, 10))
        self.env.flush_all()
        rows = self.Earning.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), len(set(rows.ids)))

    def test_who_may_read_it(self):
        self._subscribe(310)
        row = self._find()
        # What an hour of a colleague costs is not for each manager of the desk.
        for user in (self.manager, self.project_manager, self.agent, self.a1):
            with self.assertRaises(AccessError):
                row.with_user(user).read(["margin"])
        other = self.env["res.company"].create({"name": "Other"})
        foreign = new_test_user(
            self.env,
            "earning_foreign",
            "omydoo_helpdesk.support_group_earnings",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(
            self.Earning.with_user(foreign).search(
                [("partner_id", "=", self.customer_a.id)]
            )
        )
        with self.assertRaises(AccessError):
            row.with_user(foreign).action_view_source()
