# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .convert_common import ConvertCase


@tagged("post_install", "-at_install")
class TestConvertWays(ConvertCase):
    """Each way is a file of its own, found by name; what the project manager minds."""

    def test_a_way_is_known_everywhere_by_its_name(self):
        ways = self.env["support.conversion.way.mixin"]._get_ways()
        self.assertEqual(
            list(ways), ["quotation", "project", "hours_pack", "full_support"]
        )
        for model in (
            "helpdesk.ticket.convert",
            "helpdesk.ticket.handover",
            "support.conversion",
            "support.conversion.request",
            "support.conversion.report",
        ):
            self.assertEqual(self.env[model]._get_ways(), ways, model)
        for way in ways:
            for hook in ("_obstacle", "_warnings", "_facts", "_convert_to"):
                name = f"{hook}_{way}"
                self.assertTrue(
                    hasattr(self.env["helpdesk.ticket.convert"], name), name
                )
            for hook in ("_conversion_sentences", "_portal_work"):
                name = f"{hook}_{way}"
                self.assertTrue(hasattr(self.env["helpdesk.ticket"], name), name)

    def test_the_log_is_told_the_way(self):
        """A task that is charged to an order item need not be one on a pack."""
        self.subscription.support_plan_id = self.plan_full
        ticket = self._create_ticket(category_id=self.category_out.id)
        pack = self._create_pack(self.customer_a, 10)
        wizard = self._open(ticket).save()
        self.assertEqual(wizard.action, "full_support")
        wizard.action_convert()
        # Charged to a pack later on: no reason to take it for the other way.
        ticket.task_id.sale_line_id = pack
        log = ticket.conversion_ids
        self.assertEqual(log.action, "full_support")
        self.assertEqual(log._guess_action(ticket.task_id), "hours_pack")

    # === MADE ON ACCEPTANCE === #

    def test_project_on_acceptance_without_template(self):
        self.company.support_sell_projects = True
        form = self._open()
        form.action = "quotation"
        form.hours = 4
        form.support_on_acceptance = "project"
        self.assertFalse(form.obstacle)
        self.assertTrue(form.preview)
        form.save().action_convert()
        order = self.ticket.sale_order_ids
        self.assertEqual(order.support_on_acceptance, "project")
        self.assertFalse(order.support_project_template_id)

    # === HOURS THAT NOBODY ESTIMATED === #

    def test_nothing_is_told_that_nobody_estimated(self):
        self._create_pack(self.customer_a, 10)
        self.ticket.partner_id.lang = "en_US"
        form = self._open()
        form.action = "hours_pack"
        self.assertEqual(form.hours, 0)
        self.assertIn("charged to your hours pack", form.message)
        self.assertNotIn("estimate", form.message)
        form.hours = 1
        self.assertIn("We estimate this time at 1 h.", form.message)
        form.hours = 1.5
        self.assertIn("We estimate this time at 1 h 30.", form.message)
        form.action = "quotation"
        self.assertEqual(form.hours, 1.5, "what was typed stays")

    def test_proposal_follows_the_way(self):
        self._create_pack(self.customer_a, 10)
        form = self._open()
        form.action = "quotation"
        self.assertEqual(form.hours, 1, "of a service")
        form.action = "hours_pack"
        self.assertEqual(form.hours, 0)
        task_hours = form.save()
        task_hours.action_convert()
        self.assertEqual(self.ticket.task_id.allocated_hours, 0)

    def test_handed_over_without_an_estimate(self):
        self._create_pack(self.customer_a, 10)
        wizard = self.env["helpdesk.ticket.handover"].with_user(self.agent)
        form = Form(wizard.with_context(default_ticket_ids=self.ticket.ids))
        form.action = "hours_pack"
        form.user_id = self.project_manager
        self.assertNotIn("estimate", form.message)
        form.save().action_hand_over()
        note = self.ticket.activity_ids.note
        self.assertIn("without an estimate", note)
        form = self._open()
        self.assertNotIn("We estimate", form.message)

    # === COVERED ALREADY === #

    def test_covered_request_is_quoted_for_a_reason(self):
        self.subscription.support_plan_id = self.plan_full
        ticket = self._create_ticket(category_id=self.category_out.id)
        self.assertEqual(ticket.coverage, "full_support")
        form = self._open(ticket)
        self.assertEqual(form.action, "full_support")
        self.assertFalse(form.obstacle)
        form.action = "quotation"
        self.assertIn("is covered (Full support)", form.cover_notice)
        self.assertIn("Your full support plan covers it", form.cover_notice)
        self.assertIn("say why it is quoted all the same", form.obstacle)
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "covered already"):
            wizard.action_convert()
        form.cover_reason = "  They want it as a project of their own  "
        self.assertFalse(form.obstacle)
        form.save().action_convert()
        conversion = ticket.conversion_ids
        self.assertEqual(
            conversion.cover_reason, "They want it as a project of their own"
        )
        log = "".join(ticket.message_ids.mapped("body"))
        self.assertIn("They want it as a project of their own", log)
        customer = "".join(self._customer_messages(ticket).mapped("body"))
        self.assertNotIn("project of their own", customer)

    def test_covered_by_the_charter_or_by_a_pack(self):
        in_scope = self._create_ticket()
        form = self._open(in_scope)
        form.action = "quotation"
        self.assertIn("Subscription", form.cover_notice)
        self.assertIn("covered already", form.obstacle)
        form.action = "project"
        self.assertFalse(form.obstacle, "nothing is sold")
        form.with_quotation = True
        self.company.support_sell_projects = True
        self.assertIn("covered already", form.save()._get_obstacle())
        self._create_pack(self.customer_a, 10)
        on_pack = self._create_ticket(category_id=self.category_out.id)
        form = self._open(on_pack)
        form.action = "quotation"
        self.assertIn("Hours pack", form.cover_notice)
        self.assertIn("covered already", form.obstacle)

    def test_what_is_not_covered_asks_nothing(self):
        self.assertEqual(self.ticket.coverage, "none")
        form = self._open()
        self.assertFalse(form.cover_notice)
        wizard = form.save()
        wizard.cover_reason = "left over from another choice"
        wizard.action_convert()
        self.assertFalse(self.ticket.conversion_ids.cover_reason)

    # === THE STAGE === #

    def test_the_stage_of_conversions_is_not_for_dragging(self):
        for user in (self.agent, self.project_manager, self.manager):
            with (
                self.assertRaisesRegex(ValidationError, "Hand Over"),
                self.env.cr.savepoint(),
            ):
                self.ticket.with_user(user).write(
                    {"stage_id": self.stage_taken_over.id}
                )
        with (
            self.assertRaisesRegex(ValidationError, "Hand Over"),
            self.env.cr.savepoint(),
        ):
            self._create_ticket(stage_id=self.stage_taken_over.id)
        self.assertNotEqual(self.ticket.stage_id, self.stage_taken_over)
        self._convert("quotation")
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)
        # Reopened and put back by hand: it was converted.
        self.ticket.stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
        )
        self.ticket.with_user(self.agent).stage_id = self.stage_taken_over
        self.assertEqual(self.ticket.stage_id, self.stage_taken_over)

    # === DUPLICATE === #

    def test_duplicate_without_what_was_sold(self):
        self._convert("project", hours=2)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer_a.id, "ticket_ids": self.ticket.ids}
        )
        for user in (self.agent, self.project_manager):
            copy = self.ticket.with_user(user).copy()
            self.assertEqual(copy.name, self.ticket.name)
            self.assertNotEqual(copy.number, self.ticket.number)
            self.assertFalse(copy.sudo().sale_order_ids)
            self.assertFalse(copy.sudo().task_id)
            self.assertFalse(copy.sudo().project_id)
            self.assertFalse(copy.sudo().conversion_ref)
            self.assertFalse(copy.sudo().timesheet_ids)
            self.assertFalse(copy.stage_id.closed)
        self.assertEqual(order.ticket_ids, self.ticket)

    def test_one_duplicate_in_the_list(self):
        bindings = self.env["ir.actions.actions"].get_bindings("helpdesk.ticket")
        names = [action["name"] for action in bindings.get("action", [])]
        self.assertNotIn("Duplicate", names, "that of Odoo's lists is enough")

    # === THE QUEUE === #

    def test_queue_of_the_project_manager(self):
        action = self.env.ref("omydoo_helpdesk.helpdesk_ticket_to_convert_action")
        tickets = self.env["helpdesk.ticket"].with_user(self.project_manager)
        domain = [("handover_user_id", "!=", False)]
        self.assertEqual(action.domain, str(domain))
        self.assertFalse(tickets.search(domain))
        wizard = self.env["helpdesk.ticket.handover"].with_user(self.agent)
        form = Form(wizard.with_context(default_ticket_ids=self.ticket.ids))
        form.user_id = self.project_manager
        form.save().action_hand_over()
        queued = tickets.search(domain)
        self.assertEqual(queued, self.ticket)
        self.assertEqual(queued.handover_agent_id, self.agent)
        self.assertEqual(queued.handover_user_id, self.project_manager)
        request = self.ticket.conversion_request_ids
        self.assertEqual(queued.handed_over_at, request.create_date)
        team = self.ticket.team_id.with_user(self.project_manager)
        self.assertEqual(team.to_convert_count, 1)
        self._convert("quotation")
        self.assertFalse(tickets.search(domain))
        team.invalidate_recordset(["to_convert_count"])
        self.assertEqual(team.to_convert_count, 0)
