# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .outcome_common import OutcomeCase


@tagged("post_install", "-at_install")
class TestOutcome(OutcomeCase):
    """What follows the answer to a quotation, seen from the backend."""

    # === WHERE THE TICKET GOES === #

    def test_without_settings_the_ticket_does_not_move(self):
        order = self._send(self._quote())
        self.assertEqual(self.ticket.quotation_state, "sent")
        self._confirm(order)
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)
        self.assertEqual(self.ticket.quotation_state, "accepted")
        self.assertEqual(order.support_outcome, "accepted")
        self.assertTrue(order.support_accepted_at)

    def test_nobody_writes_an_outcome(self):
        order = self._send(self._quote())
        for vals in (
            {"support_outcome": "refused"},
            {"support_refusal_reason": "Too dear"},
            {"support_sent_at": "2020-01-01 00:00:00"},
            {"support_accepted_at": "2020-01-01 00:00:00"},
        ):
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(AccessError, "cannot be written"):
                    order.with_user(self.project_manager).write(vals)
                with self.assertRaisesRegex(AccessError, "cannot be written"):
                    order.with_user(self.project_manager).create(
                        {"partner_id": self.customer_a.id, **vals}
                    )

    def test_stage_of_the_company_then_of_the_team(self):
        self.company.support_accepted_stage_id = self.stage_progress
        self._confirm(self._quote())
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.team.support_accepted_stage_id = self.stage_done
        other = self._create_ticket(category_id=self.category_out.id)
        self._confirm(self._quote(other))
        self.assertEqual(other.stage_id, self.stage_done)

    def test_stage_of_another_team_is_not_used(self):
        team = self.team.copy({"name": "Other team"})
        stage = self.stage_progress.copy({"team_ids": [Command.set(team.ids)]})
        self.company.support_accepted_stage_id = stage
        self._confirm(self._quote())
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)

    def test_cancelled_comes_back_once(self):
        self.company.support_lapsed_stage_id = self.stage_progress
        order = self._send(self._quote())
        order.with_user(self.project_manager).action_cancel()
        self.assertEqual(order.support_outcome, "cancelled")
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        activity = self._activities("quotation_lost")
        self.assertEqual(activity.user_id, self.project_manager)
        self.assertIn(order.name, activity.note)
        order.with_user(self.project_manager).action_cancel()
        self.assertEqual(self._activities("quotation_lost"), activity)
        # Sent again and cancelled again: another event.
        order.action_draft()
        self.assertFalse(order.support_outcome)
        order.action_quotation_sent()
        order.action_cancel()
        self.assertEqual(len(self._activities("quotation_lost")), 2)

    def test_one_lost_of_two_leaves_the_ticket_where_it_is(self):
        self.company.support_lapsed_stage_id = self.stage_rejected
        first = self._send(self._quote())
        second = self._convert("quotation", convert_again=True)
        first.action_cancel()
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)
        self.assertEqual(self.ticket.quotation_state, "preparing")
        second.action_cancel()
        self.assertEqual(self.ticket.stage_id, self.stage_rejected)

    def test_accepted_after_all_needs_no_decision_any_more(self):
        order = self._send(self._quote())
        order.action_cancel()
        self.assertTrue(self._activities("quotation_lost"))
        order.action_draft()
        self._confirm(order)
        self.assertFalse(self._activities("quotation_lost"))

    def test_salesperson_without_rights_on_tickets(self):
        sales = new_test_user(
            self.env, "sales_only", groups="sales_team.group_sale_salesman"
        )
        self.company.support_accepted_stage_id = self.stage_progress
        order = self._quote(user_id=sales.id, support_on_acceptance="project")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            self.ticket.with_user(sales).read(["name"])
        order.with_user(sales).action_confirm()
        self.assertEqual(self.ticket.stage_id, self.stage_progress)
        self.assertTrue(self.ticket.project_id)
        # Whoever may not read the ticket is no help to it.
        order.with_user(sales)._action_cancel()
        self.assertEqual(self._activities("quotation_lost").user_id, self.manager)

    def test_chatter_tells_and_the_customer_does_not_see_it(self):
        order = self._send(self._quote())
        before = self.ticket.message_ids
        mails = self.env["mail.mail"].search([])
        self._confirm(order)
        self.env.cr.precommit.run()
        news = self.ticket.message_ids - before
        self.assertIn(order.name, " ".join(news.mapped("body")))
        self.assertFalse(news.filtered(lambda message: not message.subtype_id.internal))
        sent = self.env["mail.mail"].search([]) - mails
        self.assertFalse(
            sent.filtered(lambda mail: self.a1.partner_id in mail.recipient_ids)
        )

    # === THE PROMISE === #

    def test_promise_stays_ended_whatever_the_stage(self):
        in_scope = self._create_ticket()
        for ticket in (self.ticket, in_scope):
            for stage in (self.stage_progress, self.stage_done, self.stage_progress):
                with self.subTest(scope=ticket.scope, stage=stage.name):
                    if not ticket.conversion_ref:
                        self._quote(ticket)
                        ended_at = ticket.resolution_ended_at
                        self.assertEqual(ticket.resolution_state, "not_applicable")
                    ticket.with_user(self.agent).stage_id = stage
                    self.env.flush_all()
                    self.assertEqual(ticket.resolution_state, "not_applicable")
                    self.assertEqual(ticket.resolution_ended_at, ended_at)
                    self.assertFalse(ticket.is_late)
                    self.assertFalse(ticket.next_deadline)
                    self.assertEqual(ticket.reopen_count, 0)

    def test_promise_stays_ended_after_acceptance(self):
        self.company.support_accepted_stage_id = self.stage_progress
        ticket = self._create_ticket()
        with self.at("2026-06-01 08:00:00"):
            order = self._quote(ticket)
        ended_at = ticket.resolution_ended_at
        self._confirm(order)
        self.assertEqual(ticket.stage_id, self.stage_progress)
        self.assertEqual(
            (ticket.response_state, ticket.resolution_state),
            ("met", "not_applicable"),
        )
        self.assertEqual(ticket.resolution_ended_at, ended_at)

    # === EXPIRY === #

    def test_expired_comes_back_once(self):
        self.company.support_lapsed_stage_id = self.stage_rejected
        order = self._send(self._quote(validity_date="2030-06-10"))
        self._run_job("2030-06-10 23:00:00")
        self.assertFalse(order.support_outcome, "the last day is still valid")
        for day in ("2030-06-11", "2030-06-12"):
            self._run_job(f"{day} 04:00:00")
        self.assertEqual(order.support_outcome, "expired")
        self.assertEqual(str(order.support_outcome_at), "2030-06-11 04:00:00")
        with self.at("2030-06-12 04:00:00"):
            self.assertEqual(self.ticket.quotation_state, "expired")
        self.assertEqual(self.ticket.stage_id, self.stage_rejected)
        activity = self._activities("quotation_lost")
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.project_manager)
        # Prolonged, it may expire again.
        with self.at("2030-06-13 04:00:00"):
            order.validity_date = "2030-06-20"
            self.assertFalse(order.support_outcome)
        self._run_job("2030-06-21 04:00:00", batch_size=1)
        self.assertEqual(len(self._activities("quotation_lost")), 2)

    def test_one_that_fails_leaves_the_others(self):
        tickets = self.ticket | self._create_ticket() | self._create_ticket()
        orders = self.env["sale.order"]
        for ticket in tickets:
            orders |= self._send(self._quote(ticket, validity_date="2030-06-10"))
        kind = type(self.ticket)
        follow = kind._follow_quotation

        def fail(ticket, order):
            if order == orders[1]:
                raise UserError(self.env._("broken"))
            return follow(ticket, order)

        with (
            patch.object(kind, "_follow_quotation", fail),
            # A rollback would undo what this test has made.
            patch.object(self.env.cr, "rollback", lambda: None),
            mute_logger("odoo.addons.omydoo_helpdesk.tools.batch"),
        ):
            self._run_job("2030-06-11 04:00:00", batch_size=1)
        self.assertTrue(self._activities("quotation_lost", tickets[0]))
        self.assertFalse(self._activities("quotation_lost", tickets[1]))
        self.assertTrue(self._activities("quotation_lost", tickets[2]))

    def test_other_quotations_are_left_alone(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer_a.id,
                "validity_date": "2030-06-10",
                "order_line": [Command.create({"product_id": self.service.id})],
            }
        )
        order.action_quotation_sent()
        self._run_job("2030-06-11 04:00:00")
        order.action_confirm()
        self.assertFalse(order.support_outcome)

    # === LOG === #

    def test_log_of_conversions(self):
        order = self._quote()
        conversion = self.ticket.conversion_ids
        self.assertRecordValues(
            conversion,
            [
                {
                    "action": "quotation",
                    "order_id": order.id,
                    "record_name": order.name,
                    "user_id": self.project_manager.id,
                    "company_id": self.company.id,
                    "origin": "conversion",
                }
            ],
        )
        self._create_pack(self.customer_a, 10)
        self._convert("hours_pack", convert_again=True, hours=1)
        self._convert("project", convert_again=True)
        self.assertEqual(
            self.ticket.conversion_ids.sorted("id").mapped("action"),
            ["quotation", "hours_pack", "project"],
        )
        for user in (self.project_manager, self.manager):
            mine = conversion.with_user(user)
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
                mine.check_access("write")
        with self.assertRaises(UserError):
            conversion.write({"action": "project"})
        with self.assertRaises(UserError):
            conversion.unlink()
        for user in (self.agent, self.a1):
            self.assertFalse(conversion.with_user(user).has_access("read"))

    def test_conversions_before_the_log_are_taken_over_once(self):
        order = self._quote()
        self._confirm(order)
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM support_conversion WHERE ticket_id = %s", [self.ticket.id]
        )
        self.env.cr.execute(
            "UPDATE sale_order SET support_outcome = NULL WHERE id = %s", [order.id]
        )
        self.env.invalidate_all()
        for _time in range(2):
            self.env["support.conversion"]._take_over()
            self.env.invalidate_all()
            self.assertRecordValues(
                self.ticket.conversion_ids,
                [
                    {
                        "action": "quotation",
                        "order_id": order.id,
                        "user_id": self.project_manager.id,
                        "converted_at": order.create_date,
                        "origin": "take_over",
                    }
                ],
            )
        self.assertEqual(order.support_outcome, "accepted")
        self.assertFalse(self._activities("quotation_lost"))

    # === WAITING FOR THE CUSTOMER === #

    def test_a_quotation_sent_waits_for_the_customer(self):
        def waiting(user):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            return tickets.search(Domain.OR(tickets._get_portal_waiting_domains()))

        order = self._quote(validity_date="2030-06-10")
        self.assertNotIn(self.ticket, waiting(self.a1))
        self._send(order)
        self.assertIn(self.ticket, waiting(self.a1))
        self.ticket.message_subscribe(self.b1.partner_id.ids)
        self.assertNotIn(self.ticket, waiting(self.b1), "not theirs to answer")
        with freeze_time("2030-06-11"):
            self.assertNotIn(self.ticket, waiting(self.a1))
        self._confirm(order)
        self.assertNotIn(self.ticket, waiting(self.a1))
