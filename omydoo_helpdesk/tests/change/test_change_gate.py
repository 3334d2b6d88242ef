# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .change_common import NOW, ORIGIN, ChangeCase


class TestChangeGate(ChangeCase):
    """Roads to production that go round the consent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
        self.change.with_user(self.agent).action_apply("Done")
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

    # === WHAT AN AGREEMENT HANGS ON === #

    def test_change_stays_with_its_ticket(self):
        ticket = self._file("2026-06-01 07:00:00")
        other = self._file("2026-06-01 07:00:00")
        change = self._create_change(ticket_id=ticket.id)
        with self.assertRaisesRegex(UserError, "stays with its ticket"):
            change.with_user(self.agent).ticket_id = other
        # The same one is no other.
        change.with_user(self.agent).ticket_id = ticket

    def test_ticket_of_another_customer_now(self):
        self._ask(self.change)
        self._agree(self.change)
        self.ticket.partner_id = self.b1.partner_id
        with self.assertRaisesRegex(UserError, "another customer"):
            self.change.action_apply("Done")

    def test_replaced_contact_is_told(self):
        self.a2.partner_id.support_change_approver = True
        for state in ("awaiting", "agreed"):
            change = self._create_change()
            self._ask(change)
            if state == "agreed":
                self._agree(change)
            last = self.env["mail.mail"].search([], order="id desc", limit=1)
            change.approver_ids = [Command.set(self.a2.partner_id.ids)]
            mails = self.env["mail.mail"].search([("id", ">", last.id)])
            told = [mail for mail in mails if mail.email_to]
            self.assertEqual(len(told), 1)
            self.assertIn(self.a1.partner_id.email, told[0].email_to)
            event = change.event_ids.sorted("id")[-1]
            self.assertEqual((event.kind, event.note), ("voided", "Asked Of"))

    def test_cancelled_is_told_to_who_was_asked(self):
        draft = self._create_change()
        self._ask(self.change)
        last = self.env["mail.mail"].search([], order="id desc", limit=1)
        (draft + self.change).action_cancel()
        mails = self.env["mail.mail"].search([("id", ">", last.id)])
        self.assertEqual(len(mails), 1)
        self.assertIn(self.a1.partner_id.email, mails.email_to)
        self.assertEqual(self.change.state, "cancelled")

    def test_fresh_backup_is_not_acknowledged_in_advance(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        # 04:00 UTC the same day: four hours old, of 24.
        with self.assertRaisesRegex(UserError, "nothing to acknowledge"):
            self.change.action_acknowledge_backup()
        with self.at("2026-06-02 04:00:01"):
            self.change.invalidate_recordset()
            with self.assertRaisesRegex(UserError, "older than 24 hours"):
                self.change.action_ask()
            self.change.action_acknowledge_backup()
            self.change.action_ask()

    def test_replaced_file_is_another_text(self):
        file = self.env["ir.attachment"].create({"name": "totals.txt", "raw": b"12"})
        self._test(self.change)
        self.change.test_ids.write(
            {"url": "https://test.example/totals", "attachment_ids": file.ids}
        )
        self.change.action_confirm_backup()
        self.change.action_ask()
        self._agree(self.change)
        text = self.change.consent_event_id.text
        self.assertIn("https://test.example/totals", text)
        # SHA-1 of "12", by sha1sum.
        self.assertIn(
            "totals.txt (SHA-1 7b52009b64fd0a2a49e6d8a939753077792b0554)", text
        )
        file.raw = b"13"
        with self.assertRaisesRegex(UserError, "has not agreed"):
            self.change.action_apply("Done")
        # It is not lost: the customer is asked again.
        self.change.action_ask()
        self._agree(self.change)
        self.change.action_apply("Done")

    def test_content_edited_below_the_orm(self):
        self._ask(self.change)
        self._agree(self.change)
        for query in (
            "UPDATE support_production_change SET risk = 'None' WHERE id = %s",
            "UPDATE support_production_test SET is_passed = true, note = 'x' "
            "WHERE change_id = %s",
        ):
            with self.subTest(query), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(query, [self.change.id])
                self.env.invalidate_all()
                with self.assertRaisesRegex(UserError, "as it is now"):
                    self.change.action_apply("Done")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_renamed_person_and_corrected_translation(self):
        self._ask(self.change)
        self._agree(self.change)
        event = self.change.consent_event_id
        self.change.user_id.name = "Another Name"
        self.a1.partner_id.name = "Anne Married"
        field = self.env["ir.model.fields"]._get("support.production.change", "risk")
        field.with_context(lang="fr_FR").field_description = "Danger"
        self.assertNotEqual(self.change._get_text_hash("fr_FR"), event.text_hash)
        self.change.action_apply("Done")
        self.assertTrue(event.is_intact)

    # === THE TELEPHONE === #

    def test_withdrawn_call_is_no_emergency_any_more(self):
        self._call()
        self.change._withdraw(self.a1.partner_id, "No", ORIGIN)
        self.assertFalse(self.change.is_emergency)

    def test_somebody_must_be_able_to_confirm_a_call(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Nora",
                "parent_id": self.customer_a.id,
                "support_change_approver": True,
            }
        )
        self._test(self.change)
        self.change.action_confirm_backup()
        self.ticket.priority = "3"
        self.change.approver_ids = partner
        with self.assertRaisesRegex(UserError, "Nobody could confirm"):
            self.change._agree_by_phone(partner, fields.Datetime.now(), "Yes")
        # A colleague with an access can.
        self.change.approver_ids |= self.a1.partner_id
        self.change.action_confirm_backup()
        self.change._agree_by_phone(partner, fields.Datetime.now(), "Yes")
        self.assertEqual(self.change.state, "agreed")

    # === WHAT THE DESK IS TOLD === #

    def test_customer_s_note_is_text(self):
        self._ask(self.change)
        note = "<a href='https://evil.example'>click</a>\nsecond"
        self.change._ask_question(self.a1.partner_id, note, ORIGIN)
        told = self.change.activity_ids.sorted("id")[-1].note
        self.assertNotIn("<a ", told)
        self.assertIn("&lt;a href=", told)

    def test_desk_is_told_in_its_language(self):
        self._ask(self.change)
        for lang, sentence in (("fr_FR", "donne son accord"), ("en_US", "agrees")):
            self.agent.lang = lang
            summary = self.change.with_context(lang="fr_FR")._get_desk_summary(
                self.agent, "agreed", self.a1.partner_id
            )
            self.assertIn(sentence, summary)

    # === THE TICKET === #

    def test_prepared_from_the_ticket(self):
        self.change.write({"database": "delorme-prod", "restore_by": "The host"})
        action = self.ticket.with_user(self.agent).action_prepare_change()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(form.database, "delorme-prod")
        self.assertEqual(form.restore_by, "The host")
        self.assertEqual(form.approver_ids[:], self.a1.partner_id)
        self.assertEqual(form.ticket_id, self.ticket)
