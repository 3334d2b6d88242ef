# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .change_common import ORIGIN, ChangeCase

ROLES = ("support_change_approver", "support_charter_signatory")


@tagged("post_install", "-at_install")
class TestChangeFourEyes(ChangeCase):
    """Who makes a change is not alone behind the agreement to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.users"].browse(cls.agent.id).group_ids += cls.env.ref(
            "base.group_partner_manager"
        )
        cls.ticket.priority = "3"
        cls.people = cls.env["res.partner"].with_user(cls.agent)

    # === WHO AGREES === #

    def test_agent_names_nobody(self):
        for role in ROLES:
            vals = {"name": "Mine", "parent_id": self.customer_a.id}
            with self.subTest(role=role):
                with self.assertRaisesRegex(AccessError, "manager of the helpdesk"):
                    self.people.create({**vals, role: True})
                with self.assertRaisesRegex(AccessError, "manager of the helpdesk"):
                    self.people.with_context(**{f"default_{role}": True}).create(vals)
                contact = self.people.create(vals)
                with self.assertRaisesRegex(AccessError, "manager of the helpdesk"):
                    contact.write({role: True})
                self.assertFalse(contact[role])
                result = self.people.load(["name", role], [["Imported", "True"]])
                self.assertFalse(result["ids"])
                self.assertIn("manager", result["messages"][0]["message"])
                # Neither by a copy of somebody who has it.
                contact.with_user(self.manager).sudo()[role] = True
                self.assertFalse(contact.copy()[role])

    def test_agent_saves_who_is_named(self):
        for role in ROLES:
            contact = self.a1.partner_id.with_user(self.agent)
            contact.sudo()[role] = True
            contact.write({role: True, "function": "Accountant"})
            self.assertTrue(contact[role])
            # Who is in doubt takes it away.
            contact[role] = False
            self.assertFalse(contact[role])

    def test_forms_of_an_agent_and_of_a_manager(self):
        self.manager.group_ids += self.env.ref("base.group_partner_manager")
        for role in ROLES:
            with Form(self.a2.partner_id.with_user(self.agent)) as form:
                with self.assertRaisesRegex(AssertionError, "readonly"):
                    form[role] = True
                form.function = "Accountant"
            with Form(self.a2.partner_id.with_user(self.manager)) as form:
                form[role] = True
            self.assertTrue(self.a2.partner_id[role])

    def test_what_is_given_is_tracked(self):
        self.manager.group_ids += self.env.ref("base.group_partner_manager")
        for role in ROLES:
            contact = self.people.create({"name": "Nora"}).with_user(self.manager)
            contact = contact.with_context(tracking_disable=False, mail_notrack=False)
            self.env.flush_all()
            self.cr.precommit.run()
            contact[role] = True
            self.env.flush_all()
            self.cr.precommit.run()
            tracked = contact.sudo().message_ids.tracking_value_ids
            self.assertEqual(tracked.field_id.mapped("name"), [role])
            self.assertEqual(tracked.mail_message_id.author_id, self.manager.partner_id)

    def test_role_is_not_taken_to_another_customer(self):
        contact, below = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.customer_b.id} for name in ("Up", "Low")]
        )
        below.parent_id = contact
        for role in ROLES:
            (contact | below)[role] = True
        contact.with_user(self.agent).parent_id = self.customer_a
        for role in ROLES:
            self.assertFalse(contact[role])
            self.assertFalse(below[role])

    def test_role_is_not_taken_to_another_address(self):
        contact = self.a1.partner_id
        for role in ROLES:
            contact[role] = True
        contact.with_user(self.agent).email = f" {contact.email.upper()}"
        self.assertTrue(contact.support_change_approver)
        # In the portal they keep their own details.
        contact.with_user(self.a1).sudo().email = "anne@customer.example.com"
        self.assertTrue(contact.support_change_approver)
        contact.with_user(self.agent).email = "agent@desk.example.com"
        for role in ROLES:
            self.assertFalse(contact[role])

    # === A CALL === #

    def _call(self, user):
        self._test(self.change)
        self.change.action_confirm_backup()
        change = self.change.with_user(user)
        change._agree_by_phone(
            self.a1.partner_id, fields.Datetime.now(), "She said yes"
        )
        return change

    def test_agent_alone_does_not_apply_after_a_call(self):
        change = self._call(self.agent)
        self.assertIn("yourself", change.obstacle)
        self.assertFalse(change.needs_second)
        with self.assertRaisesRegex(UserError, "noted the agreement by telephone"):
            change.action_apply("Done")
        with self.assertRaisesRegex(UserError, "a colleague seconds it"):
            change.action_second()
        step = self.env["support.change.step"].with_user(self.agent)
        with self.assertRaisesRegex(UserError, "noted the agreement by telephone"):
            step.create(
                {"change_id": change.id, "kind": "apply", "note": "Done"}
            ).action_confirm()
        self.assertEqual(change.state, "agreed")

    def test_colleague_applies(self):
        self._call(self.agent)
        change = self.change.with_user(self.manager)
        self.assertFalse(change.obstacle)
        change.action_apply("Done")
        self.assertEqual(change.applied_by_id, self.manager)

    def test_colleague_seconds(self):
        change = self._call(self.agent)
        self.assertTrue(change.with_user(self.manager).needs_second)
        change.with_user(self.manager).action_second()
        self.assertEqual(change.event_ids[-1].kind, "seconded")
        self.assertEqual(change.event_ids[-1].user_id, self.manager)
        change.invalidate_recordset()
        self.assertFalse(change.with_user(self.manager).needs_second)
        with self.assertRaisesRegex(UserError, "nothing to confirm"):
            change.with_user(self.manager).action_second()
        change.action_apply("Done")
        self.assertEqual(change.state, "applied")

    def test_seconding_is_of_one_call(self):
        change = self._call(self.agent)
        change.with_user(self.manager).action_second()
        change.risk = "Something else."
        change.action_confirm_backup()
        self._call(self.agent)
        with self.assertRaisesRegex(UserError, "noted the agreement by telephone"):
            change.action_apply("Done")

    def test_customer_confirms(self):
        change = self._call(self.agent)
        self.change._answer_phone(
            self.a1.partner_id,
            change.consent_event_id.text_hash,
            True,
            "",
            ORIGIN,
        )
        change.invalidate_recordset()
        change.action_apply("Done")
        self.assertEqual(change.state, "applied")

    def test_call_is_seconded_in_time(self):
        change = self._call(self.agent)
        with (
            self.at("2026-06-15 08:00:00"),
            self.assertRaisesRegex(UserError, "expired"),
        ):
            change.with_user(self.manager).action_second()

    def test_agreement_in_the_portal_needs_no_colleague(self):
        self._ask(self.change)
        self._agree(self.change)
        change = self.change.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "nothing to confirm"):
            change.with_user(self.manager).action_second()
        change.action_apply("Done")
        self.assertEqual(change.state, "applied")
