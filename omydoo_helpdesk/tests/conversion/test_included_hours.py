# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..time.time_common import TimeCase

MARCH = date(2026, 3, 1)


class IncludedCase(TimeCase):
    """Customer A may run plans with hours, looked at in April 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription.unlink()
        cls.plan_10 = cls._create_plan("10 h", {}, included_hours=10)
        cls.plan_31 = cls._create_plan("31 h", {}, included_hours=31)
        cls.service = cls.env["product.product"].create(
            {
                "name": "Hours beyond",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "uom_id": cls.hour.id,
                "list_price": 80,
                "taxes_id": False,
            }
        )
        cls.company.support_beyond_product_id = cls.service
        cls.Report = cls.env["support.included.report"]

    def setUp(self):
        super().setUp()
        clock = self.at("2026-04-10 09:00:00")
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _ticket(self, **vals):
        return self._create_ticket(**vals)

    def _get_row(self, month=MARCH, partner=None, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Report.with_user(user or self.project_manager).search(
            [
                ("partner_id", "=", (partner or self.customer_a).id),
                ("month", "=", month),
            ]
        )

    def assertHours(self, included, used, beyond, month=MARCH):
        row = self._get_row(month)
        self.assertEqual(len(row), 1)
        self.assertEqual(
            (row.included_hours, row.used_hours, row.beyond_hours),
            (included, used, beyond),
        )


@tagged("post_install", "-at_install")
class TestIncludedHours(IncludedCase):
    """The hours that plans include: by days, by firm and by calendar month."""

    # === WHAT IS INCLUDED === #

    def test_a_month_and_its_time(self):
        self._create_subscription(self.customer_a, self.plan_10)
        ticket = self._ticket()
        self._log(ticket, 4, date=date(2026, 3, 1))
        self._log(ticket, 8.5, date=date(2026, 3, 31))
        self._log(ticket, 1, date=date(2026, 2, 28))
        self._log(ticket, 2, date=date(2026, 4, 1))
        self.assertHours(10, 12.5, 2.5)
        self.assertHours(10, 1, 0, month=date(2026, 2, 1))
        self.assertHours(10, 2, 0, month=date(2026, 4, 1))

    def test_nothing_promised_is_nothing_counted(self):
        self._create_subscription(self.customer_a, self.plan_24)
        self._log(self._ticket(), 40, date=date(2026, 3, 10))
        self.assertFalse(self._get_row())

    def test_started_and_ended_within_the_month(self):
        # From the 22nd on are 10 of 31 days; until the 10th of April 10 of 30.
        self._create_subscription(
            self.customer_a,
            self.plan_31,
            date_start=date(2026, 3, 22),
            date=date(2026, 4, 10),
        )
        self.assertEqual(self._get_row().included_hours, 10)
        # 31 × 10 / 30
        self.assertEqual(self._get_row(date(2026, 4, 1)).included_hours, 10.33)

    def test_two_subscriptions_include_theirs_together(self):
        self._create_subscription(self.customer_a, self.plan_10)
        self._create_subscription(self.customer_a, self.plan_10)
        self._log(self._ticket(), 15, date=date(2026, 3, 10))
        self.assertHours(20, 15, 0)

    def test_the_quantity_sold_multiplies_nothing(self):
        self._create_subscription(
            self.customer_a,
            self.plan_10,
            sale_subscription_line_ids=[
                Command.create({"product_id": self.service.id, "product_uom_qty": 5})
                for _twice in range(2)
            ],
        )
        self.assertEqual(self._get_row().included_hours, 10)

    def test_a_plan_changed_in_the_middle(self):
        with self.at("2026-02-01 09:00:00"):
            subscription = self._create_subscription(self.customer_a, self.plan_10)
            ticket = self._ticket()
        with self.at("2026-03-16 09:00:00"):
            subscription.support_plan_id = self.plan_31
        # 15 days of 10 hours, 16 of 31: 10 × 15 / 31 + 16 = 20.84
        self._log(ticket, 20.9, date=date(2026, 3, 10))
        self.assertHours(20.84, 20.9, 0.06)
        self.assertEqual(self._get_row().support_plan_id, self.plan_31)

    def test_hours_promised_from_the_middle_on(self):
        with self.at("2026-02-01 09:00:00"):
            subscription = self._create_subscription(self.customer_a, self.plan_24)
            ticket = self._ticket()
        with self.at("2026-03-16 09:00:00"):
            subscription.support_plan_id = self.plan_31
        # What was worked before was not limited.
        self._log(ticket, 7, date=date(2026, 3, 15))
        self._log(ticket, 3, date=date(2026, 3, 16))
        self.assertHours(16, 3, 0)

    def test_paused_and_closed(self):
        with self.at("2026-02-01 09:00:00"):
            subscription = self._create_subscription(self.customer_a, self.plan_31)
            ticket = self._ticket()
        with self.at("2026-03-11 09:00:00"):
            subscription.action_pause()
        with self.at("2026-03-21 09:00:00"):
            subscription.action_resume()
        with self.at("2026-03-26 09:00:00"):
            subscription.close_subscription()
        # 10 days, and 5; what is worked afterwards on what was promised counts.
        self._log(ticket, 16, date=date(2026, 3, 28))
        self.assertHours(15, 16, 1)
        self._log(ticket, 2, date=date(2026, 4, 2))
        self.assertHours(0, 2, 2, month=date(2026, 4, 1))

    def test_a_leap_february(self):
        # 29 days: 29 / 29 hours a day.
        plan = self._create_plan("29 h", {}, included_hours=29)
        with self.at("2028-03-05 09:00:00"):
            self._create_subscription(
                self.customer_a, plan, date_start=date(2028, 2, 20)
            )
            self.assertEqual(self._get_row(date(2028, 2, 1)).included_hours, 10)

    # === WHAT COUNTS === #

    def test_what_else_is_settled_does_not_count(self):
        self._create_subscription(self.customer_a, self.plan_10)
        inside, out = self._ticket(), self._create_ticket_out()
        self._create_pack(self.customer_a, 10)
        paid = self._create_ticket_out()
        self.assertEqual(paid.coverage, "hours_pack")
        self._log(inside, 1.5, date=date(2026, 3, 10))
        self._log(paid, 2, date=date(2026, 3, 10))
        self._log(
            inside,
            4,
            date=date(2026, 3, 10),
            support_no_charge=True,
            support_no_charge_reason="Our fault",
        )
        # Of a request that nothing covers, quoted apart.
        out.write({"partner_id": self.b1.partner_id.id})
        self._create_subscription(self.customer_b, self.plan_10)
        out = self._create_ticket_out(partner_id=self.b1.partner_id.id)
        self.assertEqual(out.coverage, "none")
        self._log(out, 8, date=date(2026, 3, 10))
        self.assertHours(10, 1.5, 0)
        self.assertEqual(self._get_row(partner=self.customer_b).used_hours, 0)

    def test_full_support_counts(self):
        self.plan_full.included_hours = 10
        self._create_subscription(self.customer_a, self.plan_full)
        self._log(self._create_ticket_out(), 12, date=date(2026, 3, 10))
        self.assertHours(10, 12, 2)

    # === WHAT IS PROPOSED === #

    def _subscribe_beyond(self):
        self._create_subscription(self.customer_a, self.plan_10)
        ticket = self._ticket()
        self._log(ticket, 12.5, date=date(2026, 3, 10))
        return ticket

    def _propose(self, user=None):
        action = self._get_row(user=user).action_propose()
        return self.env["sale.order"].browse(action["res_id"])

    def test_proposed_once(self):
        ticket = self._subscribe_beyond()
        order = self._propose()
        self.assertEqual((order.state, order.partner_id), ("draft", self.customer_a))
        self.assertEqual(order.company_id, self.company)
        line = order.order_line
        self.assertEqual(
            (line.product_id, line.product_uom_qty, line.price_unit),
            (self.service, 2.5, 80),
        )
        self.assertIn("mars 2026", line.name)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._propose()
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self.env["support.included.report"].action_propose()
        # More work in that month: the difference, on the same draft.
        self._log(ticket, 1, date=date(2026, 3, 31))
        self.assertEqual(self._propose(), order)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2.5, 1])
        self.assertEqual(self._get_row().left_hours, 0)

    def test_what_was_sent_is_left_alone(self):
        ticket = self._subscribe_beyond()
        order = self._propose()
        order.action_quotation_sent()
        self._log(ticket, 1, date=date(2026, 3, 31))
        other = self._propose()
        self.assertNotEqual(other, order)
        self.assertEqual(other.order_line.product_uom_qty, 1)

    def test_a_cancelled_order_frees_its_hours(self):
        self._subscribe_beyond()
        order = self._propose()
        order.action_confirm()
        self.assertEqual(self._get_row().left_hours, 0)
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self._get_row().left_hours, 2.5)
        self.assertEqual(self._propose().order_line.product_uom_qty, 2.5)

    def test_a_line_taken_off_frees_its_hours(self):
        self._subscribe_beyond()
        self._propose().order_line.unlink()
        self.assertEqual(self._get_row().left_hours, 2.5)

    def test_a_copy_proposes_nothing(self):
        self._subscribe_beyond()
        self._propose().copy()
        self.assertEqual(self._get_row().proposed_hours, 2.5)

    def test_whoever_sells_less_has_decided(self):
        self._subscribe_beyond()
        self._propose().order_line.product_uom_qty = 1
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._propose()

    def test_invoiced_as_ordered_and_never_by_itself(self):
        self._subscribe_beyond()
        order = self._propose()
        order.action_confirm()
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.order_line.qty_to_invoice, 2.5)
        # Sold, it pays for no work to come.
        self.assertEqual(self._create_ticket_out().coverage, "none")

    def test_several_months_on_one_quotation(self):
        ticket = self._subscribe_beyond()
        self._log(ticket, 11, date=date(2026, 2, 10))
        rows = self._get_row() + self._get_row(date(2026, 2, 1))
        order = self.env["sale.order"].browse(rows.action_propose()["res_id"])
        self.assertEqual(
            order.order_line.mapped(
                lambda line: (line.support_beyond_month, line.product_uom_qty)
            ),
            [(date(2026, 2, 1), 1), (MARCH, 2.5)],
        )

    def test_sold_by_the_day(self):
        day = self.env.ref("uom.product_uom_day")
        self.company.support_beyond_product_id = self.env["product.product"].create(
            {
                "name": "A day",
                "type": "service",
                "service_policy": "ordered_prepaid",
                "uom_id": day.id,
            }
        )
        self._create_subscription(self.customer_a, self.plan_10)
        self._log(self._ticket(), 14, date=date(2026, 3, 10))
        line = self._propose().order_line
        self.assertEqual((line.product_uom_qty, line.product_uom_id), (0.5, day))
        self.assertEqual(line.support_beyond_hours, 4)

    def test_a_service_that_could_not_be_invoiced(self):
        self._subscribe_beyond()
        self.company.support_beyond_product_id = self.prepaid
        with self.assertRaisesRegex(UserError, "pack"):
            self._propose()
        self.service.service_policy = "delivered_timesheet"
        self.company.support_beyond_product_id = self.service
        with self.assertRaisesRegex(UserError, "invoiced as it is delivered"):
            self._propose()
        self.company.support_beyond_product_id = False
        self.company.support_sale_product_id = False
        with self.assertRaisesRegex(UserError, "No service sells"):
            self._propose()

    def test_figures_open_what_is_behind_them(self):
        ticket = self._subscribe_beyond()
        order = self._propose()
        row = self._get_row()
        used = row.action_view_used()
        found = (
            self.env[used["res_model"]]
            .with_user(self.project_manager)
            .search(used["domain"])
        )
        self.assertEqual(found.mapped("real_hours"), [12.5])
        self.assertEqual(found.ticket_id, ticket)
        self.assertEqual(
            row.action_view_included()["domain"],
            [("id", "in", ticket.subscription_id.ids)],
        )
        self.assertEqual(row.action_view_orders()["res_id"], order.id)

    # === WHO MAY === #

    def test_who_reads_and_proposes(self):
        self._subscribe_beyond()
        row = self._get_row()
        for user in (self.agent, self.a1):
            with self.assertRaises(AccessError):
                row.with_user(user).action_propose()
        self.assertTrue(self._propose(self.manager))

    def test_nobody_writes_what_was_proposed(self):
        self._subscribe_beyond()
        line = self._propose().order_line.with_user(self.project_manager)
        for vals in ({"support_beyond_hours": 0}, {"support_beyond_month": False}):
            with self.assertRaises(AccessError):
                line.write(vals)

    def test_a_manager_of_another_company(self):
        self._subscribe_beyond()
        other = self.env["res.company"].create({"name": "Other"})
        foreign = new_test_user(
            self.env,
            "included_foreign",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self._get_row(user=foreign))
        with self.assertRaises(AccessError):
            self._get_row().with_user(foreign).action_propose()

    def test_companies_are_counted_apart(self):
        self._subscribe_beyond()
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self._create_subscription(
            self.customer_a,
            self._create_plan(
                "Theirs", {}, included_hours=5, company_id=False, calendar_id=False
            ),
            company_id=other.id,
            pricelist_id=self.pricelist.copy({"company_id": other.id}).id,
        )
        self.assertTrue(theirs)
        self.assertHours(10, 12.5, 2.5)

    def test_a_customer_merged(self):
        self._subscribe_beyond()
        order = self._propose()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer_a + self.customer_b).ids, self.customer_b)
        row = self._get_row(partner=self.customer_b)
        self.assertEqual((row.beyond_hours, row.proposed_hours), (2.5, 2.5))
        self.assertEqual(order.partner_id, self.customer_b)
