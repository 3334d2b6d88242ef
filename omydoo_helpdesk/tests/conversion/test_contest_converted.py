# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .outcome_common import OutcomeCase


@tagged("post_install", "-at_install")
class TestContestConverted(OutcomeCase):
    """What is quoted, and covered after all, is not quoted any more."""

    def _contest(self):
        contested = self.ticket.with_user(self.a1).sudo()._contest("It is covered")
        self.assertTrue(contested)

    def _overturn(self):
        self.ticket.with_user(self.manager)._decide_contest("overturned", "You are")
        self.env.flush_all()

    def _warnings(self):
        return " ".join(self.ticket.with_user(self.manager)._get_contest_warnings())

    def test_quotation_is_cancelled(self):
        order = self._send(self._quote())
        self.assertTrue(self.ticket.closed)
        self._contest()
        self.assertIn(order.name, self._warnings())
        self._overturn()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.support_outcome, "cancelled")
        self.assertFalse(self.ticket.closed)
        self.assertFalse(self.ticket.conversion_ref)
        self.assertEqual(self.ticket.resolution_state, "ongoing")
        # What was done stays in the log.
        self.assertEqual(self.ticket.conversion_ids.order_id, order)

    def test_upheld_changes_nothing(self):
        order = self._send(self._quote())
        self._contest()
        self.ticket.with_user(self.manager)._decide_contest("upheld", "No")
        self.assertEqual(order.state, "sent")
        self.assertEqual(self.ticket.conversion_ref, order)

    def test_accepted_order_stays(self):
        order = self._send(self._quote())
        self._confirm(order)
        self._contest()
        self.assertIn(order.name, self._warnings())
        self._overturn()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.ticket.conversion_ref, order)
        self.assertEqual(self.ticket.scope, "in_scope")
        todo = self.env.ref("mail.mail_activity_data_todo")
        told = self.ticket.activity_ids.filtered(
            lambda activity: activity.activity_type_id == todo
        )
        self.assertIn(order.name, told.note)

    def test_quotation_of_several_stays(self):
        other = self._create_ticket(category_id=self.category_out.id)
        order = self._convert("quotation", self.ticket + other)
        self._contest()
        self._overturn()
        self.assertEqual(order.state, "draft")

    def test_project_stays_and_its_leader_is_told(self):
        project = self._convert("project", self.ticket)
        project.user_id = self.project_manager
        self._contest()
        self._overturn()
        self.assertEqual(self.ticket.conversion_ref, project)
        todo = self.env.ref("mail.mail_activity_data_todo")
        told = self.ticket.activity_ids.filtered(
            lambda activity: activity.activity_type_id == todo
        )
        self.assertEqual(told.user_id, self.project_manager)
        self.assertIn(project.name, told.note)

    def test_handed_over(self):
        request = self._hand_over()
        self._contest()
        self._overturn()
        self.assertEqual(request.state, "replaced")
        self.assertFalse(self._activities("conversion"))

    def _hand_over(self):
        request = self.env["support.conversion.request"].create(
            {
                "ticket_ids": [(6, 0, self.ticket.ids)],
                "company_id": self.company.id,
                "action": "quotation",
                "user_id": self.project_manager.id,
            }
        )
        self.ticket._schedule_handover(request)
        return request
