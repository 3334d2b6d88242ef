# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestSupportPlan(SupportCase):
    def test_manager_sets_up_a_plan(self):
        form = Form(self.env["support.plan"].with_user(self.manager))
        form.name = "48 h"
        form.calendar_id = self.CAL
        with form.sla_ids.new() as line:
            line.priority = "3"
            line.response_hours = 4.5
            line.resolution_hours = 16
        plan = form.save()
        self.assertEqual(plan._get_target("3").response_hours, 4.5)
        self.assertFalse(plan._get_target("1"))
        self.assertIn("Europe/Paris", plan.hours_label)
        plan.calendar_id = False
        self.assertIn("clock", plan.hours_label)

    def test_calendar_without_hours_is_refused(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [Command.clear()]}
        )
        with self.assertRaisesRegex(ValidationError, "Never.*no working hours"):
            self.plan_24.calendar_id = empty
        flexible = self.env["resource.calendar"].create(
            {"name": "Any time", "schedule_type": "flexible"}
        )
        with self.assertRaisesRegex(ValidationError, "flexible"):
            self.plan_24.calendar_id = flexible

    def test_absurd_targets_are_refused(self):
        line = self.plan_24.sla_ids[0]
        for response, resolution, message in (
            (-1, 4, "negative"),
            (1, -4, "negative"),
            (1, 90000, "five years"),
            (1, 3000, "more than a year"),
            (8, 4, "sooner than its first response"),
        ):
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                line.write({"response_hours": response, "resolution_hours": resolution})
        line.write({"response_hours": 8, "resolution_hours": 0})  # no promise is fine

    @mute_logger("odoo.sql_db")
    def test_one_line_per_priority(self):
        with self.assertRaises(IntegrityError):
            self.plan_24.sla_ids = [Command.create({"priority": "3"})]
            self.env.flush_all()

    def test_used_plan_cannot_be_deleted(self):
        self._create_subscription(self.customer_a, self.plan_24)
        ticket = self._create_ticket()
        self.assertEqual(ticket.support_plan_id, self.plan_24)
        ticket.subscription_id.support_plan_id = False
        with self.assertRaisesRegex(UserError, "archive"):
            self.plan_24.unlink()

    def test_plan_of_another_company_cannot_be_sold(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        plan = self.env["support.plan"].create(
            {"name": "Beta plan", "company_id": beta.id}
        )
        with self.assertRaises(UserError):
            self._create_subscription(self.customer_a, plan)

    def test_agent_reads_but_does_not_change(self):
        plan = self.plan_24.with_user(self.agent)
        self.assertEqual(plan._get_target("3").response_hours, 4)
        self.assertFalse(plan.has_access("write"))
        self.assertFalse(plan.with_user(self.a1).has_access("read"))
