# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .time_common import TimeCase


@tagged("post_install", "-at_install")
class TestBudget(TimeCase):
    """Quick help: 30 minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category_in.budget_minutes = 30
        cls.ticket = cls._create_ticket()

    def test_plan_rules_the_budget(self):
        """A plan sells its own length of quick help (FAULTS A10)."""
        self.plan_24.quick_help_minutes = 15
        self.assertEqual(self.ticket.support_plan_id, self.plan_24)
        self.assertBudget("ok", 0, 15)
        self._log(self.ticket, 0.2)
        self.assertBudget("warning", 12, 15)
        # Without a word of the plan, or without plan, the category's.
        self.plan_24.quick_help_minutes = 0
        self.assertBudget("ok", 12, 30)
        # What is no quick help has none, whatever the plan says.
        self.plan_24.quick_help_minutes = 15
        self.category_in.budget_minutes = 0
        self.assertBudget("none", 12, 0)

    def assertBudget(self, state, used, budget):
        self.ticket.invalidate_recordset()
        self.assertEqual(
            (
                self.ticket.budget_state,
                self.ticket.budget_used_minutes,
                self.ticket.budget_minutes,
            ),
            (state, used, budget),
        )

    def _extend(self, minutes, reason="Nearly there"):
        action = self.ticket.with_user(self.agent).action_extend_budget()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        form.minutes = minutes
        form.reason = reason
        form.save().action_apply()

    def test_bar_fills(self):
        self.assertBudget("ok", 0, 30)
        self._log(self.ticket, 23 / 60)
        self.assertBudget("ok", 23, 30)
        self._log(self.ticket, 1 / 60)
        self.assertBudget("warning", 24, 30)  # 80 %
        self._log(self.ticket, 6 / 60)
        self.assertBudget("reached", 30, 30)

    def test_form_warns_and_never_flips_the_verdict(self):
        self._log(self.ticket, 1)
        form = Form(self.ticket.with_user(self.agent))
        self.assertEqual(form.budget_state, "reached")
        self.assertEqual(form.scope, "in_scope")
        self.assertEqual(self.ticket.coverage, "subscription")

    def test_time_typed_in_the_form_fills_the_bar_before_saving(self):
        form = Form(self.ticket.with_user(self.agent))
        with form.timesheet_ids.new() as line:
            line.name = "x"
            line.support_real_hours = 0.4
        self.assertEqual(form.budget_state, "warning")

    def test_extend_with_a_reason(self):
        self._log(self.ticket, 0.5)
        self._extend(15, "The customer is on the phone")
        self.assertBudget("ok", 30, 45)
        self._extend(5)
        self.assertBudget("ok", 30, 50)
        log = "".join(self.ticket.message_ids.mapped("body"))
        self.assertIn("The customer is on the phone", log)
        # For the colleagues only
        messages = self.env["mail.message"].with_user(self.a1)
        seen = messages.search(
            [("model", "=", self.ticket._name), ("res_id", "=", self.ticket.id)]
        )
        self.assertNotIn("on the phone", "".join(seen.mapped("body")))

    @mute_logger("odoo.sql_db")
    def test_extension_out_of_bounds(self):
        for minutes in (0, -15, 601):
            with (
                self.subTest(minutes=minutes),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._extend(minutes)
                self.env.flush_all()

    def test_not_written_directly_nor_by_others(self):
        customer = self.a1
        with self.assertRaises(AccessError):
            self.ticket.with_user(customer).action_extend_budget()
        employee = new_test_user(self.env, "y", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["support.budget.extend"].with_user(employee).create(
                {"ticket_id": self.ticket.id, "reason": "x"}
            )

    def test_hand_over_once(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.action_budget_hand_over()
        ticket.action_budget_hand_over()
        activity = self.ticket.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn(activity.user_id, self.project_manager + self.manager)
        action = self.ticket.with_user(self.project_manager).action_convert()
        self.assertEqual(action["res_model"], "helpdesk.ticket.convert")

    def test_without_budget(self):
        self.category_in.budget_minutes = 0
        self._log(self.ticket, 8)
        self.assertBudget("none", 480, 0)
