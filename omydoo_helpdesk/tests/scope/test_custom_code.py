# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..cover.cover_common import CoverCase
from ..pack_common import PackCase


@tagged("post_install", "-at_install")
class TestCustomCode(CoverCase, PackCase):
    """The register of custom modules, and the tickets that follow it."""

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

    # === THE REGISTER === #

    @mute_logger("odoo.sql_db")
    def test_declared_twice(self):
        self._create_module(self.customer_a, name="acme_fly", active=False)
        self._create_module(self.customer_b, name="acme_fly")
        for name in ("acme_fly", " Acme_Fly "):
            with self.subTest(name=name), self.assertRaises(IntegrityError) as caught:
                with self.env.cr.savepoint():
                    self._create_module(self.customer_a, name=name)
            self.assertIn("uniq", caught.exception.diag.constraint_name)
            message = self.env["support.custom.module"]._sql_error_to_message(
                caught.exception
            )
            self.assertIn("already declared", message)

    @mute_logger("odoo.sql_db")
    def test_negative_count(self):
        with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
            self._create_module(self.customer_a, line_count=-1)
        self.assertIn(
            "cannot be negative",
            self.env["support.custom.module"]._sql_error_to_message(caught.exception),
        )

    def test_counted_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._create_module(
                self.customer_a, counted_on=date.today() + timedelta(days=3)
            )

    def test_typed_in_by_hand(self):
        module = self.env["support.custom.module"].create(
            {
                "name": "studio",
                "kind": "database",
                "partner_id": self.customer_a.id,
                "line_count": 40,
            }
        )
        today = self.company._get_support_day(self.env.cr.now())
        self.assertEqual(module.counted_on, today)
        module.write({"line_count": 41, "counted_on": date(2020, 1, 1)})
        self.assertEqual(module.counted_on, date(2020, 1, 1))

    def test_named_by_a_ticket(self):
        module = self._create_module(self.customer_a)
        ticket = self._create_ticket(custom_module_id=module.id)
        with self.assertRaisesRegex(ValidationError, "archive it"):
            module.unlink()
        with self.assertRaisesRegex(ValidationError, "is not one of"):
            ticket.partner_id = self.b1.partner_id

    # === STATES === #

    def test_states(self):
        """Each state, read and searched with the same answer."""
        limit = self.company._get_support_day(self.env.cr.now()) - timedelta(days=365)
        full = self._create_subscription(self.customer_b, self.plan_full)
        self._sell_lines(self.subscription, 1)
        ended = self._create_subscription(
            self.customer_b, self.plan_24, date=date(2021, 1, 1)
        )
        modules = self.env["support.custom.module"]
        expected = {}
        for partner, subscription, lines, counted_on, state in (
            (self.customer_a, self.subscription, 101, limit, "grown"),
            (self.customer_b, full, 900, limit, "maintained"),
            (self.customer_b, full, 900, limit - timedelta(days=1), "outdated"),
            (self.customer_b, full, 0, False, "outdated"),
            (self.customer_b, ended, 10, limit, "not_maintained"),
            (self.customer_b, None, 10, limit, "not_maintained"),
        ):
            module = self._create_module(
                partner,
                subscription,
                name=f"module_{len(expected)}",
                line_count=lines,
                counted_on=counted_on,
            )
            expected[module] = state
            modules |= module
        for module, state in expected.items():
            self.assertEqual(module.state, state, module.name)
        for state in ("grown", "maintained", "outdated", "not_maintained"):
            for user in (self.env.user, self.agent):
                found = modules.with_user(user).search(
                    [("state", "=", state), ("id", "in", modules.ids)]
                )
                self.assertEqual(
                    set(found.ids),
                    {module.id for module in expected if expected[module] == state},
                )
            others = modules.search([("state", "!=", state), ("id", "in", modules.ids)])
            self.assertFalse({expected[module] for module in others} & {state})
        self.company.support_count_validity_days = 0
        self.env.invalidate_all()
        self.assertEqual(
            [module.state for module in modules],
            ["grown", "maintained", "maintained", "outdated"] + 2 * ["not_maintained"],
        )

    # === TICKETS FOLLOW === #

    def _create_module_tickets(self):
        module = self._create_module(self.customer_a, self.subscription, line_count=400)
        tickets = self.env["helpdesk.ticket"]
        for _index in range(2):
            tickets |= self._create_ticket(custom_module_id=module.id)
        tickets[1].stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        return module, *tickets

    def assertGrown(self, ticket, grown):
        if grown:
            self.assertVerdict(ticket, "out_of_scope", "custom_code_grown", "none")
            self.assertEqual(ticket.resolution_state, "not_applicable")
            self.assertEqual(ticket.custom_code_state, "grown")
        else:
            self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")
            self.assertEqual(ticket.resolution_state, "ongoing")
            self.assertEqual(ticket.custom_code_state, "maintained")

    def test_growth_and_sale(self):
        """The open ticket and its clocks follow the count and what is sold."""
        module, ticket, closed = self._create_module_tickets()
        self._sell_lines(self.subscription, 4)
        self.assertGrown(ticket, False)
        module.line_count = 401
        self.assertGrown(ticket, True)
        self.assertIn("has grown beyond", ticket.scope_explanation)
        self.assertIn("Charter: custom code", ticket.scope_explanation)
        self.subscription.action_sell_custom_lines()
        self.assertGrown(ticket, False)
        line = self.subscription.sale_subscription_line_ids
        line.product_uom_qty = 4
        self.assertGrown(ticket, True)
        line.unlink()
        self.assertGrown(ticket, False)
        self.assertVerdict(closed, "in_scope", "category_in_scope", "subscription")

    def test_growth_by_another_module(self):
        """The lines of a subscription are sold together."""
        _module, ticket, _closed = self._create_module_tickets()
        self._sell_lines(self.subscription, 4)
        other = self._create_module(
            self.customer_a, self.subscription, name="acme_other", line_count=1
        )
        self.assertGrown(ticket, True)
        other.active = False
        self.assertGrown(ticket, False)
        other.active = True
        self.assertGrown(ticket, True)
        other.subscription_id = False
        self.assertGrown(ticket, False)
        other.subscription_id = self.subscription
        self.assertGrown(ticket, True)
        other.unlink()
        self.assertGrown(ticket, False)

    def test_product_that_maintains(self):
        _module, ticket, _closed = self._create_module_tickets()
        self._sell_lines(self.subscription, 1)
        self.assertGrown(ticket, True)
        self.product_maintenance.is_custom_code_maintenance = False
        self.assertGrown(ticket, False)

    def test_outdated_count_warns_and_stays_in_scope(self):
        module, ticket, _closed = self._create_module_tickets()
        module.counted_on = date(2020, 1, 1)
        self.assertVerdict(ticket, "in_scope", "category_in_scope", "subscription")
        self.assertEqual(ticket.custom_code_state, "outdated")
        self.assertIn("Count outdated", ticket.support_panel)

    def test_maintained_by_another_subscription(self):
        """Renewed: the new subscription maintains it, the old ticket has the old."""
        module, ticket, _closed = self._create_module_tickets()
        module.subscription_id = self._create_subscription(
            self.customer_a, self.plan_24
        )
        self.assertVerdict(ticket, "out_of_scope", "custom_code_not_maintained", "none")
        self.assertEqual(
            self._create_ticket(custom_module_id=module.id).scope, "in_scope"
        )

    def test_hours_pack_pays_for_custom_code_full_support_does_not(self):
        self.subscription.support_plan_id = self.plan_full
        self._sell_lines(self.subscription, 1)
        module = self._create_module(self.customer_a, self.subscription, line_count=101)
        ticket = self._create_ticket(custom_module_id=module.id)
        self.assertVerdict(ticket, "out_of_scope", "custom_code_grown", "none")
        self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket(custom_module_id=module.id)
        self.assertVerdict(ticket, "out_of_scope", "custom_code_grown", "hours_pack")

    def test_form_of_the_subscription(self):
        self._create_module(self.customer_a, self.subscription, line_count=250)
        form = Form(self.subscription.with_user(self.salesperson))
        with form.sale_subscription_line_ids.new() as line:
            line.product_id = self.product_maintenance
            line.product_uom_qty = 2
        form.save()
        self.assertEqual(self.subscription.custom_line_missing, 50)
        self.assertEqual(
            self.subscription.sale_subscription_line_ids.mapped("product_uom_qty"), [2]
        )
        self.subscription.sale_subscription_line_ids = [Command.clear()]
        self.assertFalse(self.subscription.custom_code_grown)

    def test_queries_do_not_grow_with_the_tickets(self):
        """Custom code, packs and the telephone are read once for a batch."""
        self._sell_lines(self.subscription, 1)
        modules = self.env["support.custom.module"]
        for number in range(4):
            modules |= self._create_module(
                self.customer_a,
                self.subscription if number % 2 else None,
                name=f"module_{number}",
                line_count=101,
            )
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")

        def count_queries(tickets):
            self.env.flush_all()
            self.env.invalidate_all()
            queries = []

            def note(cr, query, params, start, delay):
                queries.append(query)

            thread = threading.current_thread()
            with patch.object(thread, "query_hooks", [note], create=True):
                self.env["helpdesk.ticket"].with_user(self.agent).create(
                    [
                        {
                            "name": "Help",
                            "description": "<p>Help</p>",
                            "partner_id": self.a1.partner_id.id,
                            "team_id": self.team.id,
                            "category_id": self.category_out.id,
                            "custom_module_id": modules[number % 4].id,
                            "channel_id": phone.id,
                        }
                        for number in range(tickets)
                    ]
                )
                self.env.flush_all()
            return len(
                [
                    query
                    for query in queries
                    if "support_custom_module" in query
                    or "sale_subscription" in query
                    or "sale_order_line" in query
                    or "helpdesk_ticket_channel" in query
                ]
            )

        count_queries(3)
        self.assertLessEqual(count_queries(60), count_queries(3) + 2)
