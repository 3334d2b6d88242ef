# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .convert_common import ConvertCase

ACTIVITY = "omydoo_helpdesk.mail_activity_type_conversion"


@tagged("post_install", "-at_install")
class TestConvertHandover(ConvertCase):
    """An agent prepares; a project manager sells."""

    def _open_handover(self, tickets=None, user=None):
        user = user or self.agent
        action = (tickets or self.ticket).with_user(user).action_hand_over()
        return Form(
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
        )

    def _hand_over(self, tickets=None, **vals):
        form = self._open_handover(tickets)
        for name, value in vals.items():
            form[name] = value
        form.save().action_hand_over()

    def _get_activities(self, ticket=None):
        return (ticket or self.ticket).activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY)
        )

    def test_project_manager_starts_from_what_was_prepared(self):
        self._hand_over(
            action="project",
            hours=6,
            note="They want it before summer",
            message="<p>We found a way</p>",
            user_id=self.project_manager,
        )
        activity = self._get_activities()
        self.assertEqual(activity.user_id, self.project_manager)
        self.assertIn("before summer", activity.note)
        self.assertFalse(self._customer_messages(), "the customer is not told yet")
        ticket = self.ticket.with_user(self.project_manager)
        self.assertIn("before summer", ticket.handover_notice)
        form = self._open()
        self.assertEqual((form.action, form.hours), ("project", 6))
        self.assertIn("We found a way", form.message)
        self.assertEqual(form.request_user_id, self.agent)
        self.assertIn("before summer", form.request_note)
        form.action = "quotation"
        self.assertNotIn("We found a way", form.message)
        form.action = "project"
        form.save().action_convert()
        self.assertIn("We found a way", self._customer_messages()[0].body)
        self.assertNotIn("summer", self._customer_messages()[0].body)
        self.assertFalse(self._get_activities())
        self.assertEqual(self.ticket.conversion_request_ids.state, "done")
        self.assertFalse(self.ticket.handover_notice)

    def test_defaults(self):
        form = self._open_handover()
        self.assertEqual(form.action, "quotation")
        self.assertFalse(form.hours, "nobody has estimated them")
        self.assertIn(form.user_id, self.project_manager | self.manager)
        self.assertIn(self.ticket.number, form.message)

    def test_selection_is_handed_over_together(self):
        second = self._create_ticket(category_id=self.category_out.id)
        both = self.ticket | second
        self._hand_over(both, hours=2, user_id=self.manager)
        for ticket in both:
            self.assertEqual(self._get_activities(ticket).user_id, self.manager)
        # From either of them.
        form = self._open(second)
        self.assertEqual(form.ticket_ids[:], both)
        self.assertEqual(form.total_hours, 4)
        form.save().action_convert()
        self.assertEqual(self.ticket.sale_order_ids, second.sale_order_ids)
        self.assertEqual(both.conversion_request_ids.state, "done")

    def test_handed_over_anew(self):
        self._hand_over(hours=2)
        self._hand_over(hours=3)
        self.assertEqual(len(self._get_activities()), 1)
        self.assertEqual(
            self.ticket.conversion_request_ids.sorted("id").mapped("state"),
            ["replaced", "pending"],
        )
        self.assertEqual(self._open().hours, 3)

    def test_bad_input(self):
        foreign = self._create_ticket(partner_id=self.b1.partner_id.id)
        with self.assertRaisesRegex(UserError, "several customers"):
            (self.ticket | foreign).with_user(self.agent).action_hand_over()
        form = self._open_handover()
        form.hours = -1
        with self.assertRaisesRegex(UserError, "negative"):
            form.save().action_hand_over()
        wizard = self._open_handover().save()
        wizard.user_id = self.agent
        with self.assertRaisesRegex(UserError, "Choose a project manager"):
            wizard.action_hand_over()
        self.ticket.partner_id = False
        with self.assertRaisesRegex(UserError, "has no customer"):
            self._open_handover().save().action_hand_over()
        self.assertFalse(self.ticket.conversion_request_ids)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_agents_prepare_and_do_not_sell(self):
        self._hand_over()
        request = self.ticket.conversion_request_ids
        with self.assertRaises(AccessError):
            request.with_user(self.agent).write({"hours": 1000})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).action_convert()
        for user in (self.a1, self.b1):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_hand_over()
            for model in ("helpdesk.ticket.handover", "support.conversion.request"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).read(["conversion_request_ids"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_is_refused(self):
        self._hand_over()
        stranger = new_test_user(
            self.env,
            "support_agent_other",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=self._create_company(name="Other").id,
        )
        with self.assertRaises(AccessError):
            self.ticket.with_user(stranger).action_hand_over()
        requests = self.env["support.conversion.request"].with_user(stranger)
        self.assertFalse(requests.search([]))

    def test_buttons(self):
        def has_button(user, name):
            arch = self.ticket.with_user(user).get_view(view_type="form")["arch"]
            return f'name="{name}"' in arch

        self.assertTrue(has_button(self.agent, "action_hand_over"))
        self.assertFalse(has_button(self.agent, "action_convert"))
        self.assertFalse(has_button(self.project_manager, "action_hand_over"))
