# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..cover.cover_common import CoverCase
from ..pack_common import PackCase


@tagged("post_install", "-at_install")
class TestScope(CoverCase, PackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)

    def test_in_scope(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual(ticket.support_plan_id, self.plan_24)
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")

    def test_no_category(self):
        ticket = self._create_ticket(category_id=False)
        self.assertVerdict(ticket, "to_qualify", "no_category", "none")

    def test_no_subscription(self):
        ticket = self._create_ticket(partner_id=self.b1.partner_id.id)
        self.assertVerdict(ticket, "to_qualify", "no_subscription", "none")
        self.assertFalse(ticket.support_plan_id)

    def test_no_customer(self):
        ticket = self._create_ticket(partner_id=False)
        self.assertVerdict(ticket, "to_qualify", "no_subscription", "none")

    def test_category_out_of_scope(self):
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertVerdict(ticket, "out_of_scope", "category_out_of_scope", "none")
        self.assertIn("Out of scope (b)", ticket.scope_explanation)
        self.assertIn("quotation", ticket.scope_explanation)

    def test_full_support(self):
        self.subscription.support_plan_id = self.plan_full
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertVerdict(
            ticket, "out_of_scope", "category_out_of_scope", "full_support"
        )

    def test_hours_pack(self):
        pack = self._create_pack(self.customer_a, 10)
        self.assertEqual(pack.remaining_hours, 10)
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertVerdict(
            ticket, "out_of_scope", "category_out_of_scope", "hours_pack"
        )
        other = self._create_ticket(
            partner_id=self.b1.partner_id.id, category_id=self.category_out.id
        )
        self.assertEqual(other.coverage, "none")

    def test_custom_module(self):
        module = self._create_module(self.customer_a)
        ticket = self._create_ticket(custom_module_id=module.id)
        self.assertVerdict(ticket, "out_of_scope", "custom_code_not_maintained", "none")
        self.assertIn("acme_delivery", ticket.scope_explanation)
        # The subscription begins to maintain it: the open ticket follows.
        module.subscription_id = self.subscription
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")
        self.assertEqual(self.subscription.custom_module_ids, module)

    def test_full_support_does_not_pay_for_custom_code(self):
        self.subscription.support_plan_id = self.plan_full
        module = self._create_module(self.customer_a)
        ticket = self._create_ticket(custom_module_id=module.id)
        self.assertVerdict(ticket, "out_of_scope", "custom_code_not_maintained", "none")

    def test_maintained_lines_per_100_rounded_up(self):
        self._create_module(self.customer_a, self.subscription, line_count=301)
        self._create_module(
            self.customer_a, self.subscription, name="acme_base", line_count=100
        )
        self.assertEqual(self.subscription.custom_line_count, 401)
        self.assertEqual(self.subscription.custom_line_units, 5)

    def test_module_of_another_customer(self):
        with self.assertRaisesRegex(ValidationError, "another customer"):
            self._create_module(self.customer_b, self.subscription)
        module = self._create_module(self.a1.partner_id)
        self.assertEqual(module.partner_id, self.customer_a, "the company's")

    def test_running_on_the_day_of_filing(self):
        """B36: stage, pause and dates; the last day counts."""
        today = date(2026, 6, 1)
        for vals, covering in (
            ({"date_start": date(2026, 6, 2)}, False),
            ({"date_start": today}, True),
            ({"date": today}, True),
            ({"date": date(2026, 5, 31)}, False),
            ({"is_paused": True}, False),
            ({"active": False}, False),
            ({"stage_id": self._get_stage("post").id}, False),
            ({"stage_id": self._get_stage("pre").id}, False),
            ({"support_plan_id": False}, False),
        ):
            with self.subTest(vals=vals), self.env.cr.savepoint() as savepoint:
                self.subscription.write(vals)
                with self.at("2026-06-01 08:00:00"):
                    ticket = self._create_ticket()
                self.assertEqual(bool(ticket.subscription_id), covering)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_day_of_filing_is_that_of_the_desk(self):
        """22:30 UTC on 31 May is already 1 June in Paris."""
        self.subscription.date_start = date(2026, 6, 1)
        with self.at("2026-05-31 22:30:00"):
            self.assertTrue(self._create_ticket().subscription_id)
        with self.at("2026-05-31 21:30:00"):
            self.assertFalse(self._create_ticket().subscription_id)

    def test_expiry_does_not_take_the_promise_back(self):
        with self.at("2026-06-01 08:00:00"):
            ticket = self._create_ticket()
        self.subscription.write({"date": date(2026, 6, 2)})
        self.subscription.close_subscription()
        with self.at("2026-07-01 08:00:00"):
            ticket.category_id = self.category_out
            ticket.category_id = self.category_in
            self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")
            self.assertFalse(self._create_ticket().subscription_id)

    def test_subscription_starts_on_the_day_it_is_made(self):
        """The base's default is the day on which the server was started."""
        self.subscription.active = False
        with self.at("2026-06-01 08:00:00"):
            values = self.subscription.default_get(
                ["date_start", "recurring_next_date"]
            )
            self.assertEqual(values["date_start"], date(2026, 6, 1))
            self.assertEqual(values["recurring_next_date"], date(2026, 6, 1))

    def test_best_of_several_subscriptions(self):
        self.plan_full.sequence = 1
        best = self._create_subscription(self.customer_a, self.plan_full)
        self._create_subscription(self.customer_a, self.plan_24)
        self.assertEqual(self._create_ticket().subscription_id, best)

    def test_subscription_of_a_contact_covers_the_company(self):
        self.subscription.partner_id = self.a2.partner_id
        self.assertTrue(self._create_ticket().subscription_id)

    def test_subscription_in_another_company(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        self.env.user.company_ids += beta
        self.team.company_id = beta
        self.category_in.company_id = False
        ticket = self._create_ticket()
        self.assertEqual(ticket.company_id, beta)
        self.assertFalse(ticket.subscription_id)

    def test_verdict_follows_the_category(self):
        still_open = self._create_ticket()
        closed = self._create_ticket()
        closed.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.category_in.scope = "out_of_scope"
        self.assertVerdict(still_open, "out_of_scope", "category_out_of_scope", "none")
        self.assertEqual(still_open.resolution_state, "not_applicable")
        self.assertVerdict(closed, "in_scope", "category_in_scope", "subscription")

    def test_agent_overrides_and_the_customer_is_told(self):
        ticket = self._create_ticket(category_id=self.category_out.id)
        before = ticket.message_ids
        wizard = Form(
            self.env["helpdesk.ticket.scope.override"]
            .with_user(self.agent)
            .with_context(default_ticket_id=ticket.id)
        )
        wizard.scope = "in_scope"
        wizard.reason = "Un geste commercial, pour cette fois."
        wizard.save().action_apply()
        self.assertVerdict(ticket, "in_scope", "overridden", "subscription")
        message = (ticket.message_ids - before).filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertIn("Un geste commercial", message.body)
        self.assertIn(self.a1.partner_id, message.notified_partner_ids)
        self.assertEqual(ticket.response_state, "ongoing", "a verdict is no answer")
        ticket.category_id = self.category_in
        self.assertEqual(ticket.scope_reason, "overridden")

    def test_override_needs_a_reason(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, "reason"):
            ticket.with_user(self.agent).write({"scope": "out_of_scope"})
        ticket.with_user(self.agent).write(
            {"scope": "out_of_scope", "scope_override_reason": "It is a new screen."}
        )
        self.assertVerdict(ticket, "out_of_scope", "overridden", "none")
        ticket.with_user(self.agent).scope = "to_qualify"
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")

    def test_customer_cannot_override(self):
        ticket = self._create_ticket()
        with self.assertRaises(AccessError):
            ticket.with_user(self.a1).write(
                {"scope": "in_scope", "scope_override_reason": "please"}
            )

    def test_agent_without_sales_rights_sees_the_cover(self):
        ticket = self._create_ticket().with_user(self.agent)
        values = ticket.read(
            ["scope", "coverage", "subscription_id", "support_plan_id"]
        )[0]
        self.assertEqual(values["subscription_id"][0], self.subscription.id)
        self.assertEqual(values["coverage"], "subscription")
        self.assertFalse(self.subscription.with_user(self.agent).has_access("read"))

    def test_explanation_in_the_language_of_the_reader(self):
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.category_out.with_context(lang="fr_FR").name = "Développement"
        self.assertIn(
            "Développement", ticket.with_context(lang="fr_FR").scope_explanation
        )
