# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestPhone(SupportCase):
    """The telephone is for blocking emergencies, under plans that have it (charter)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        cls.web = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        cls.plan_24.phone_allowed = True
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)

    def _call(self, **vals):
        return self._create_ticket(
            **{"channel_id": self.phone.id, "priority": "1", **vals}
        )

    def test_which_channel(self):
        self.assertTrue(self.phone.is_phone)
        self.assertFalse(self.web.is_phone)

    def test_when_the_agent_is_warned(self):
        full = self._create_subscription(self.customer_b, self.plan_full)
        for vals, words in (
            ({"priority": "3"}, []),
            ({"priority": "1"}, ["“Normal”"]),
            ({"priority": "0"}, ["“Other”"]),
            (
                {"priority": "3", "partner_id": full.partner_id.id},
                ["“Full support” does not include"],
            ),
            (
                {"priority": "1", "partner_id": full.partner_id.id},
                ["“Normal”", "does not include"],
            ),
            ({"priority": "3", "partner_id": False}, ["No support plan"]),
            ({"channel_id": self.web.id}, []),
            ({"channel_id": False}, []),
        ):
            with self.subTest(vals=vals):
                ticket = self._call(**vals).with_user(self.agent)
                self.assertEqual(ticket.phone_exception, bool(words))
                self.assertEqual(bool(ticket.phone_warning), bool(words))
                for word in words:
                    self.assertIn(word, ticket.phone_warning)

    def test_the_warning_is_tracked(self):
        ticket = self._call()
        notes = ticket.message_ids.filtered(lambda message: "“Normal”" in message.body)
        self.assertEqual(len(notes), 1)
        self.assertTrue(notes.subtype_id.internal or notes.is_internal)
        emergency = self._call(priority="3")
        self.assertFalse(
            emergency.message_ids.filtered(lambda message: "Telephone" in message.body)
        )
        self.env.cr.flush()
        emergency.with_context(
            tracking_disable=False, mail_notrack=False
        ).priority = "1"
        self.env.cr.flush()
        self.assertIn(
            "phone_exception",
            emergency.message_ids.tracking_value_ids.field_id.mapped("name"),
        )

    def test_accept_the_call(self):
        ticket = self._call()
        form = Form(
            self.env["helpdesk.ticket.phone"]
            .with_user(self.agent)
            .with_context(
                default_ticket_id=ticket.id, tracking_disable=False, mail_notrack=False
            )
        )
        self.assertIn("“Normal”", form.warning)
        form.reason = "The customer is on the road."
        self.env.cr.flush()
        form.save().action_apply()
        self.env.cr.flush()
        self.assertFalse(ticket.phone_warning)
        self.assertTrue(ticket.phone_exception, "counted in the reports")
        self.assertEqual(ticket.channel_id, self.phone)
        tracked = ticket.message_ids.tracking_value_ids
        self.assertIn("phone_decision", tracked.field_id.mapped("name"))
        self.assertIn("The customer is on the road.", tracked.mapped("new_value_text"))
        self.assertEqual(ticket.response_state, "ongoing")

    def test_accepting_needs_a_reason(self):
        form = Form(
            self.env["helpdesk.ticket.phone"].with_context(
                default_ticket_id=self._call().id
            )
        )
        with self.assertRaises(AssertionError):
            form.save()

    def test_turn_into_a_form_request(self):
        """The customer reads it in French; it is no answer to the request."""
        ticket = self._call()
        self.env.cr.flush()
        before = ticket.message_ids
        ticket.with_user(self.agent).with_context(
            tracking_disable=False, mail_notrack=False
        ).action_turn_into_form_request()
        self.env.cr.flush()
        self.assertEqual(ticket.channel_id, self.web)
        self.assertFalse(ticket.phone_warning)
        self.assertEqual(ticket.phone_decision, "form")
        message = (ticket.message_ids - before).filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertEqual(len(message), 1)
        self.assertIn(f"{ticket.get_base_url()}/new/ticket", message.body)
        self.assertIn(ticket.number, message.body)
        self.assertIn(self.a1.partner_id, message.notified_partner_ids)
        self.assertEqual(ticket.response_state, "ongoing")
        self.assertIn(
            "phone_decision",
            ticket.message_ids.tracking_value_ids.field_id.mapped("name"),
        )

    def test_nobody_to_write_to(self):
        with self.assertRaisesRegex(UserError, "Choose the contact"):
            self._call(partner_id=False).action_turn_into_form_request()
        ticket = self._call()
        self.a1.partner_id.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            ticket.action_turn_into_form_request()
        self.assertEqual(ticket.channel_id, self.phone)

    def test_customers_decide_nothing(self):
        ticket = self._call().with_user(self.a1)
        with self.assertRaises(AccessError):
            ticket.action_turn_into_form_request()
        with self.assertRaises(AccessError):
            ticket.write({"phone_decision": "accepted"})
