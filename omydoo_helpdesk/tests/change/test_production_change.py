# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .change_common import NOW, ORIGIN, ChangeCase


class TestProductionChange(ChangeCase):
    """Nobody touches production without an agreement to the very text."""

    def kinds(self):
        return self.change.event_ids.sorted("id").mapped("kind")

    # === ASKING === #

    def test_significant_needs_a_test(self):
        self.change.action_confirm_backup()
        with self.assertRaisesRegex(UserError, "needs a test in pre-production"):
            self.change.action_ask()
        self._test(self.change, is_passed=False)
        with self.assertRaisesRegex(UserError, "failed"):
            self.change.action_ask()
        self._test(self.change)
        self.change.action_ask()
        self.assertEqual(self.change.state, "awaiting")

    def test_waiver_is_a_manager_s(self):
        change = self.change
        change.action_confirm_backup()
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            change.with_user(self.agent)._waive_test("No time")
        with self.assertRaisesRegex(UserError, "Say why"):
            change.with_user(self.manager)._waive_test(" ")
        change.with_user(self.manager)._waive_test("A label only")
        change.action_ask()
        self.assertIn("A label only", change._get_text("en_US"))

    def test_backup_statement(self):
        change = self._create_change(backup_by=False)
        self._test(change)
        with self.assertRaisesRegex(UserError, "Backed Up By"):
            change.action_ask()
        change.backup_by = "host"
        with self.assertRaisesRegex(UserError, "has not confirmed"):
            change.action_ask()
        # 28 hours: older than the setting of 24.
        change.backup_at = "2026-05-31 04:00:00"
        change.action_confirm_backup()
        with self.assertRaisesRegex(UserError, "older than 24 hours"):
            change.action_ask()
        change.action_acknowledge_backup()
        change.action_ask()
        self.assertEqual(change.state, "awaiting")

    def test_backup_edited_is_confirmed_again(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        self.change.backup_at = "2026-06-01 05:00:00"
        self.assertFalse(self.change.desk_backup_at)
        with self.assertRaisesRegex(UserError, "has not confirmed"):
            self.change.action_ask()

    def test_only_contacts_with_the_role_are_asked(self):
        for partner in (self.a2.partner_id, self.b1.partner_id):
            change = self._create_change(approver_ids=partner.ids)
            self._test(change)
            change.action_confirm_backup()
            with self.assertRaisesRegex(UserError, "may not agree"):
                change.action_ask()

    # === B22: WHO, ONCE, AND TO WHAT === #

    def test_agreement_is_kept_with_its_text(self):
        self._ask(self.change)
        self._agree(self.change)
        event = self.change.consent_event_id
        self.assertEqual(self.change.state, "agreed")
        self.assertEqual(event.contact_name, self.a1.partner_id.display_name)
        self.assertEqual(event.signed_name, "Anne Un")
        self.assertEqual(event.ip_address, "192.0.2.7")
        self.assertEqual(event.lang, "fr_FR")
        self.assertEqual(
            event.text_hash, hashlib.sha256(event.text.encode()).hexdigest()
        )
        for value in ("Change the tax of 12 products.", "12 products, totals compared"):
            self.assertIn(value, event.text)
        self.assertTrue(event.is_intact)

    def test_nobody_else_answers(self):
        self._ask(self.change)
        self.b1.partner_id.support_change_approver = True
        for user in (self.a2, self.b1, self.agent):
            with self.assertRaisesRegex(UserError, "Only the contacts who were asked"):
                self._agree(self.change, user.partner_id)
        # A contact who lost the role, or the company, answers no more.
        self.a1.partner_id.support_change_approver = False
        with self.assertRaisesRegex(UserError, "Only the contacts who were asked"):
            self._agree(self.change)
        self.assertEqual(self.kinds()[-1], "asked")
        self.assertEqual(self.change.state, "awaiting")

    def test_second_answer(self):
        self._ask(self.change)
        self._agree(self.change)
        with self.assertRaisesRegex(UserError, "has answered already"):
            self._agree(self.change)
        with self.assertRaisesRegex(UserError, "has answered already"):
            self.change._refuse(
                self.a1.partner_id, self._text_hash(self.change), "fr_FR", "", ORIGIN
            )
        self.assertEqual(self.change.event_ids.mapped("kind").count("agreed"), 1)

    def test_answer_to_an_old_text(self):
        self._ask(self.change)
        old = self._text_hash(self.change)
        self.change.risk = "None."
        self.change.action_ask()
        with self.assertRaisesRegex(UserError, "has changed since you read it"):
            self._agree(self.change, text_hash=old)
        self.assertEqual(self.change.state, "awaiting")

    def test_any_edit_voids(self):
        for vals in (
            {"description": "Something else."},
            {"database": "other"},
            {"planned_at": "2026-06-02 20:00:00"},
            {"backup_at": "2026-06-01 05:00:00"},
            {"approver_ids": [(5,)]},
        ):
            change = self._create_change()
            self._ask(change)
            self._agree(change)
            mails = self.env["mail.mail"].search_count([])
            change.with_user(self.agent).write(vals)
            self.assertEqual(change.state, "draft", vals)
            self.assertFalse(change.consent_event_id)
            self.assertIn("voided", change.event_ids.mapped("kind"))
            self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)
            self.assertIn("void", change.activity_ids.sorted("id")[-1:].summary.lower())
            with self.assertRaisesRegex(UserError, "has not agreed"):
                change.action_apply("Done")

    def test_writing_the_same_voids_nothing(self):
        self._ask(self.change)
        self._agree(self.change)
        self.change.write(
            {
                "risk": self.change.risk,
                "approver_ids": [(6, 0, self.a1.partner_id.ids)],
                "planned_at": False,
            }
        )
        self.assertEqual(self.change.state, "agreed")

    def test_evidence_is_part_of_the_text(self):
        self._ask(self.change)
        self._agree(self.change)
        self.change.test_ids.note = "Not really tested"
        self.assertEqual(self.change.state, "draft")

    def test_withdrawn_until_applied(self):
        self._ask(self.change)
        self._agree(self.change)
        self.change._withdraw(self.a1.partner_id, "Month end", ORIGIN)
        with self.assertRaisesRegex(UserError, "has not agreed"):
            self.change.action_apply("Done")
        self.change.action_ask()
        self._agree(self.change)
        self.change.action_apply("Done")
        with self.assertRaisesRegex(UserError, "applied already"):
            self.change._withdraw(self.a1.partner_id, "Too late", ORIGIN)

    def test_expiry(self):
        self._ask(self.change)
        self._agree(self.change)
        # Fourteen days, to the second: also before the job comes.
        with self.at("2026-06-15 08:00:00"):
            with self.assertRaisesRegex(UserError, "expired"):
                self.change.action_apply("Done")
            with patch.object(self.env.cr, "commit", lambda: None):
                self.change._cron_expire()
                self.change._cron_expire()
        self.assertEqual(self.change.state, "draft")
        self.assertEqual(self.kinds().count("expired"), 1)

    def test_nothing_is_taken_after_the_time(self):
        self._ask(self.change)
        # Fourteen days, to the second: the job has not come yet.
        with self.at("2026-06-15 08:00:00"):
            with self.assertRaisesRegex(UserError, "time to answer is over"):
                self.change._ask_question(self.a1.partner_id, "Why?", ORIGIN)
            with self.assertRaisesRegex(UserError, "time to answer is over"):
                self._agree(self.change)
        self.assertEqual(self.kinds()[-1], "asked")

    def test_expiry_that_fails_keeps_no_other_back(self):
        broken, fine = self._create_change(), self._create_change()
        for change in broken + fine:
            self._ask(change)
        model = type(fine)
        send = model._send_to_contacts

        def fail(change, kind):
            if change == broken:
                raise ValueError("broken on purpose")
            return send(change, kind)

        with (
            self.at("2026-06-15 08:00:00"),
            patch.object(model, "_send_to_contacts", fail),
            patch.object(self.env.cr, "commit", lambda: None),
            patch.object(self.env.cr, "rollback", lambda: None),
            mute_logger("odoo.addons.omydoo_helpdesk.tools.batch"),
        ):
            self.change._cron_expire()
        self.assertEqual(fine.state, "draft")
        self.assertEqual(fine.event_ids.mapped("kind").count("expired"), 1)

    # === THE GATE === #

    def test_no_road_around_the_gate(self):
        self._ask(self.change)
        manager = self.change.with_user(self.manager)
        for vals in (
            {"state": "applied"},
            {"state": "agreed"},
            {"consent_event_id": self.change.event_ids[:1].id},
            {"applied_at": NOW},
            {"waived_at": NOW},
            {"desk_backup_at": NOW},
        ):
            with self.assertRaises(AccessError):
                manager.write(vals)
            with self.assertRaises(AccessError):
                # What an RPC client may send as the engine's key.
                manager.with_context(support_guard=True).write(vals)
        with self.assertRaises(AccessError):
            self._create_change(state="agreed")
        result = manager.load(["id", "state"], [[str(self.change.id), "applied"]])
        self.assertFalse(result["ids"])
        with self.assertRaisesRegex(UserError, "has not agreed"):
            (manager + self._create_change()).action_apply("Done")
        self.change.invalidate_recordset()
        self.assertEqual(self.change.state, "awaiting")

    def test_test_removed_after_the_agreement(self):
        self._ask(self.change)
        self._agree(self.change)
        self.change.test_ids.unlink()
        with self.assertRaises(UserError):
            self.change.action_apply("Done")

    def test_applied_and_undone(self):
        self._ask(self.change)
        self._agree(self.change)
        change = self.change.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "what came of it"):
            change.action_apply(" ")
        change.action_apply("12 products changed")
        self.assertEqual(change.applied_by_id, self.agent)
        with self.assertRaisesRegex(UserError, "is over"):
            change.risk = "Edited afterwards"
        with self.assertRaisesRegex(UserError, "is over"):
            self._test(change)
        change.action_undo("Wrong products")
        self.assertEqual(change.state, "undone")
        self.assertEqual(self.kinds()[-2:], ["applied", "undone"])

    def test_ledger_is_append_only(self):
        self._ask(self.change)
        event = self.change.event_ids[:1]
        for user, error in ((self.manager, AccessError), (self.env.user, UserError)):
            with self.assertRaises(error):
                event.with_user(user).unlink()
            # Refused to everybody, before any right is looked at.
            with self.assertRaises(UserError):
                event.with_user(user).write({"note": "x"})
        with self.assertRaises(UserError):
            self.change.unlink()

    # === EMERGENCY === #

    def test_telephone_is_for_blocking_incidents(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        with self.assertRaisesRegex(UserError, "blocking incidents"):
            self.change._agree_by_phone(self.a1.partner_id, self._now(), "Yes")
        self.ticket.priority = "3"
        with self.assertRaisesRegex(UserError, "may not agree"):
            self.change._agree_by_phone(self.a2.partner_id, self._now(), "Yes")
        self.change.with_user(self.agent)._agree_by_phone(
            self.a1.partner_id, self._now(), "She said yes"
        )
        self.change.with_user(self.manager).action_apply("Done")
        domain = [("is_emergency", "=", True), ("confirmed_at", "=", False)]
        self.assertIn(self.change, self.change.search(domain))
        event = self.change.consent_event_id
        self.change._answer_phone(self.a1.partner_id, event.text_hash, True, "", ORIGIN)
        self.assertNotIn(self.change, self.change.search(domain))
        with self.assertRaisesRegex(UserError, "nothing to confirm"):
            self.change._answer_phone(
                self.a1.partner_id, event.text_hash, False, "", ORIGIN
            )

    def _now(self):
        return fields.Datetime.now()

    # === THE TICKET'S CLOCK === #

    def test_clock_is_held_while_asked(self):
        # 4 h from Friday 15:30; asked at 16:30, agreed Monday 08:30 (Paris): B05.
        ticket = self._file("2026-06-05 13:30:00")
        change = self._create_change(
            ticket_id=ticket.id, backup_at="2026-06-05 04:00:00"
        )
        with self.at("2026-06-05 14:30:00"):
            self._ask(change)
            self.env.flush_all()
        self.assertEqual(ticket.resolution_state, "held")
        self.assertEqual(ticket.hold_party, "customer")
        Ticket = self.env["helpdesk.ticket"]
        self.assertIn(ticket, Ticket.search([("hold_party", "=", "customer")]))
        with self.at("2026-06-08 06:30:00"):
            self._agree(change)
            self.env.flush_all()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-08 09:30:00")

    # === RIGHTS === #

    def test_rights(self):
        self._ask(self.change)
        employee = new_test_user(self.env, "plain", groups="base.group_user")
        for user in (self.a1, self.a2, self.b1, employee):
            for model in (
                "support.production.change",
                "support.change.event",
                "support.production.test",
            ):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search_read([])
            for method in ("action_apply", "action_ask", "action_cancel"):
                with self.assertRaises(AccessError):
                    getattr(self.change.with_user(user), method)()

    def test_form(self):
        form = Form(
            self.env["support.production.change"]
            .with_user(self.agent)
            .with_context(default_ticket_id=self.ticket.id)
        )
        form.name = "Archive old products"
        form.database = "customer-a"
        form.description = "What"
        form.reason = "Why"
        form.risk = "Risk"
        form.rollback = "Undo"
        change = form.save()
        self.assertEqual(change.partner_id, self.customer_a)
        self.assertIn("Name the contacts", change.obstacle)
