# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .change_common import ORIGIN, ChangeMixin
from .sla_common import SlaCase

NOW = "2026-06-01 08:00:00"


class TestChangeGate(ChangeMixin, SlaCase):
    """Roads to production that go round the consent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_change()
        cls.own_agent = new_test_user(
            cls.env, "own_agent", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.vals = {
            "name": "Correct the VAT",
            "ticket_id": cls.ticket.id,
            "database": "customer-a",
            "description": "What",
            "reason": "Why",
            "risk": "Risk",
            "rollback": "Undo",
        }

    def setUp(self):
        super().setUp()
        clock = self.at(NOW)
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _call(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        self.ticket.priority = "3"
        self.change._agree_by_phone(self.a1.partner_id, fields.Datetime.now(), "Yes")

    def test_defaults_of_the_context(self):
        changes = self.env["support.production.change"].with_user(self.agent)
        change = changes.with_context(
            default_state="applied",
            default_applied_at=NOW,
            default_waived_at=NOW,
            default_partner_id=self.customer_b.id,
        ).create(dict(self.vals))
        self.assertEqual(change.state, "draft")
        self.assertFalse(change.applied_at)
        self.assertFalse(change.waived_at)
        self.assertEqual(change.partner_id, self.customer_a)

    def test_defaults_of_the_user(self):
        self.env["ir.default"].with_user(self.agent).set(
            "support.production.change", "state", "applied", user_id=True
        )
        changes = self.env["support.production.change"].with_user(self.agent)
        self.assertEqual(changes.create(dict(self.vals)).state, "draft")

    def test_customer_follows_from_the_ticket(self):
        change = self.change.with_user(self.agent)
        for vals in (
            {"partner_id": self.customer_b.id},
            {"company_id": self.env.company.id},
        ):
            with self.assertRaises(AccessError):
                change.write(vals)
            with self.assertRaises(AccessError):
                change.create({**self.vals, **vals})

    def test_former_customer_does_not_agree_by_phone(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        self.ticket.write({"priority": "3", "partner_id": self.b1.partner_id.id})
        with self.assertRaisesRegex(UserError, "another customer"):
            self.change._agree_by_phone(
                self.a1.partner_id, fields.Datetime.now(), "Yes"
            )

    def test_call_needs_a_time(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        self.ticket.priority = "3"
        with self.assertRaisesRegex(UserError, "when they called"):
            self.change._agree_by_phone(self.a1.partner_id, False, "Yes")

    def test_disputed_call_is_no_agreement(self):
        self._call()
        text_hash = self.change.consent_event_id.text_hash
        self.change._answer_phone(self.a1.partner_id, text_hash, False, "No", ORIGIN)
        self.assertEqual(self.change.state, "refused")
        with self.assertRaisesRegex(UserError, "has not agreed"):
            self.change.with_user(self.agent).action_apply("Done")

    def test_disputed_after_it_was_applied(self):
        self._call()
        self.change.action_apply("Done")
        text_hash = self.change.consent_event_id.text_hash
        self.change._answer_phone(self.a1.partner_id, text_hash, False, "No", ORIGIN)
        self.assertEqual(self.change.state, "applied")
        self.assertTrue(self.change.disputed_at)

    def test_agents_see_changes_of_their_tickets(self):
        self.ticket.user_id = self.agent
        self._ask(self.change)
        self._agree(self.change)
        for records in (self.change, self.change.test_ids, self.change.event_ids):
            domain = [("id", "in", records.ids)]
            found = records.with_user(self.own_agent).search(domain)
            self.assertFalse(found, records._name)
            found = records.with_user(self.agent).search(domain)
            self.assertEqual(found.ids, records.ids)
        with self.assertRaises(AccessError):
            self.change.with_user(self.own_agent).action_apply("Done")
        self.ticket.user_id = self.own_agent
        self.change.with_user(self.own_agent).action_apply("Done")
        self.assertEqual(self.change.state, "applied")
