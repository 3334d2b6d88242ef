# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .change_common import NOW, ORIGIN, ChangeCase


class TestChangeProbes(ChangeCase):
    """What an agent, a former contact or a setting might do to an agreement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_agent = new_test_user(
            cls.env, "own_agent", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )

    # === HELPERS === #

    def _prepare_call(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        self.ticket.priority = "3"

    def _call(self, moment=NOW, note="Yes"):
        moment = fields.Datetime.to_datetime(moment)
        self.change._agree_by_phone(self.a1.partner_id, moment, note)

    def _add_file(self):
        file = self.env["ir.attachment"].create({"name": "totals.txt", "raw": b"12"})
        self._test(self.change)
        self.change.test_ids.attachment_ids = file
        self.change.action_confirm_backup()
        return file

    def _get_mails(self, action):
        """Return the mails to contacts that an action makes."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1)
        action()
        mails = self.env["mail.mail"].search([("id", ">", last.id)])
        return mails.filtered("email_to")

    # === WHOSE DATABASE === #

    def test_same_ticket_written_again(self):
        self._ask(self.change)
        self._agree(self.change)
        self.ticket.partner_id = self.b1.partner_id
        self.change.with_user(self.agent).ticket_id = self.ticket.id
        self.env.flush_all()
        self.assertEqual(self.change.partner_id, self.customer_a)
        with self.assertRaisesRegex(UserError, "another customer"):
            self.change.action_apply("Done")

    def test_ticket_of_another_company_now(self):
        self._ask(self.change)
        self._agree(self.change)
        self.ticket.company_id = self.env["res.company"].create({"name": "Beta"})
        self.env.flush_all()
        self.env.invalidate_all()
        change = self.change.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "or company now"):
            change.action_apply("Done")
        change.action_cancel()
        self.assertEqual(change.state, "cancelled")

    def test_ticket_without_customer(self):
        ticket = self._create_ticket(partner_id=False, partner_name="Nobody")
        change = self._create_change(ticket_id=ticket.id)
        self._test(change)
        change.action_confirm_backup()
        with self.assertRaisesRegex(UserError, "had no customer"):
            change.action_ask()

    def test_commands_of_the_ticket_and_of_the_change(self):
        self._ask(self.change)
        event = self.change.event_ids[:1]
        other = self._create_ticket()
        for record, name, command in (
            (self.ticket, "change_ids", Command.update(self.change.id, {"state": "x"})),
            (self.ticket, "change_ids", Command.delete(self.change.id)),
            (self.ticket, "change_ids", Command.unlink(self.change.id)),
            (self.ticket, "change_ids", Command.clear()),
            (other, "change_ids", Command.link(self.change.id)),
            (self.change, "event_ids", Command.create({"kind": "agreed", "at": NOW})),
            (self.change, "event_ids", Command.update(event.id, {"note": "x"})),
            (self.change, "event_ids", Command.delete(event.id)),
            (self.change, "event_ids", Command.clear()),
        ):
            for user in (self.agent, self.manager, self.env.ref("base.user_admin")):
                with (
                    self.subTest(command=command, user=user.login),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    record.with_user(user).write({name: [command]})
        self.change.with_user(self.agent).write(
            {"test_ids": [Command.update(self.change.test_ids.id, {"note": "x"})]}
        )
        self.assertEqual(self.change.state, "draft")

    # === THE LEDGER === #

    def test_defaults_are_nothing_that_happened(self):
        change = self.change.with_user(self.agent)
        self.env["ir.default"].with_user(self.agent).set(
            "support.change.event", "signed_name", "Anne Un", user_id=True
        )
        change.with_context(
            default_contact_name="Anne Un",
            default_partner_id=self.a1.partner_id.id,
            default_text="I agree",
        ).action_confirm_backup()
        event = self.change.event_ids.sorted("id")[-1]
        self.assertEqual(event.kind, "backup")
        for name in ("signed_name", "contact_name", "partner_id", "text"):
            self.assertFalse(event[name], name)

    def test_removed_test_is_kept_in_the_ledger(self):
        self._test(self.change)
        self._test(self.change, is_passed=False)
        self.change.test_ids[-1].with_user(self.agent).unlink()
        event = self.change.event_ids.sorted("id")[-1]
        self.assertEqual((event.kind, event.user_id), ("untested", self.agent))
        # In the customer's language, whoever wrote it.
        self.assertIn("Échoué", event.note)

    # === EVIDENCE === #

    def test_failure_ends_the_waiver(self):
        self.change.action_confirm_backup()
        manager = self.change.with_user(self.manager)
        manager._waive_test("A label only")
        self._test(self.change, is_passed=False)
        with self.assertRaisesRegex(UserError, "failed"):
            self.change.action_ask()
        # Knowing that, a manager may still.
        manager._waive_test("The base of tests is broken")
        self.change.action_ask()
        self.assertEqual(self.change.state, "awaiting")

    def test_edited_file_voids_and_is_told(self):
        file = self._add_file()
        for edit in (
            lambda: file.write({"raw": b"13"}),
            lambda: file.write({"name": "other.txt"}),
            file.unlink,
        ):
            self.change.action_ask()
            self._agree(self.change)
            self.assertEqual(len(self._get_mails(edit)), 1)
            self.assertEqual(self.change.state, "draft")
            self.assertIn(
                "voided", self.change.event_ids.sorted("id")[-2:].mapped("kind")
            )

    def test_file_of_what_was_applied_stays(self):
        file = self._add_file()
        self.change.action_ask()
        self._agree(self.change)
        self.change.action_apply("Done")
        for edit in (lambda: file.write({"raw": b"13"}), file.unlink):
            with self.assertRaisesRegex(UserError, "is over"):
                edit()

    def test_file_is_for_who_may_read_the_change(self):
        File = self.env["ir.attachment"]
        file = File.with_user(self.agent).create({"name": "totals", "raw": b"12"})
        vals = {"change_id": self.change.id, "note": "x"}
        tests = self.env["support.production.test"].with_user(self.agent)
        tests.create({**vals, "attachment_ids": file.ids})
        self.env.invalidate_all()
        self.assertEqual(file.with_user(self.manager).raw, b"12")
        with self.assertRaises(AccessError):
            self.assertTrue(file.with_user(self.a1).raw)
        other = File.with_user(self.manager).create({"name": "private", "raw": b"1"})
        with self.assertRaises(AccessError):
            tests.create({**vals, "attachment_ids": other.ids})

    def test_test_is_not_moved_to_somebody_else_s_change(self):
        foreign = self._create_change()
        self.ticket.user_id = self.agent
        mine = self._create_ticket(user_id=self.own_agent.id)
        change = self._create_change(ticket_id=mine.id)
        self._test(change)
        test = change.test_ids.with_user(self.own_agent)
        with self.assertRaises(AccessError):
            test.change_id = foreign.id

    def test_step_names_nobody_else_s_change(self):
        self.ticket.user_id = self.agent
        vals = {"change_id": self.change.id, "kind": "apply", "note": "Done"}
        steps = self.env["support.change.step"]
        self.assertTrue(steps.with_user(self.agent).create(vals))
        with self.assertRaises(AccessError):
            steps.with_user(self.own_agent).create(vals)

    # === WHO IS ASKED === #

    def test_contact_who_cannot_read_is_not_asked(self):
        self.a1.partner_id.support_portal_access = "own"
        ticket = self._create_ticket(partner_id=self.a2.partner_id.id)
        change = self._create_change(ticket_id=ticket.id)
        with self.assertRaisesRegex(UserError, "cannot read ticket"):
            self._ask(change)
        ticket.message_subscribe(self.a1.partner_id.ids)
        self.env.flush_all()
        change.action_ask()
        self.assertEqual(change.state, "awaiting")

    def test_employee_is_no_contact(self):
        user = new_test_user(self.env, "employee", groups="base.group_user")
        user.partner_id.write(
            {"parent_id": self.customer_a.id, "support_change_approver": True}
        )
        change = self._create_change(approver_ids=user.partner_id.ids)
        with self.assertRaisesRegex(UserError, "no access to the portal"):
            self._ask(change)

    def test_nobody_is_asked_without_knowing(self):
        self.a1.partner_id.email = False
        with self.assertRaisesRegex(UserError, "would not know"):
            self._ask(self.change)

    def test_text_with_nothing_to_read(self):
        # A blank, and the invisible character U+200B.
        change = self._create_change(description=" ", rollback="\u200b")
        with self.assertRaisesRegex(UserError, "What Will Be Done, How to Undo It"):
            self._ask(change)

    def test_mail_of_a_title_of_two_lines(self):
        change = self._create_change(name="Title\nBcc: evil@example.com")
        mail = self._get_mails(lambda: self._ask(change))
        self.assertEqual(mail.subject.splitlines(), [mail.subject])

    def test_former_contact_is_told_nothing(self):
        for vals in (
            {"support_change_approver": False},
            {"parent_id": self.customer_b.id},
        ):
            change = self._create_change()
            self._ask(change)
            with self.env.cr.savepoint() as savepoint:
                self.a1.partner_id.write(vals)
                self.assertFalse(self._get_mails(change.action_cancel))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_former_contact_waits_for_nothing(self):
        self._ask(self.change)
        tickets = self.env["helpdesk.ticket"].with_user(self.a1)
        count = len(tickets._get_portal_waiting_domains())
        self.a1.partner_id.support_change_approver = False
        self.assertEqual(len(tickets._get_portal_waiting_domains()), count - 1)

    # === WHO IS TOLD AT THE DESK === #

    def test_somebody_who_can_do_something_is_told(self):
        self.ticket.user_id = self.project_manager
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        for user in (employee, self.agent):
            change = self._create_change(user_id=user.id)
            self._ask(change)
            if user == self.agent:
                user.active = False
            self._agree(change.with_user(self.a1).sudo())
            self.assertEqual(change.activity_ids.user_id, self.project_manager)

    # === THE TELEPHONE === #

    def test_call_does_not_outlive_what_ended_it(self):
        self._prepare_call()
        self._call("2026-06-01 07:55:00")
        self.change.risk = "Something else."
        with self.at("2026-06-01 08:30:00"):
            with self.assertRaisesRegex(UserError, "call again"):
                self._call("2026-06-01 07:55:00")
            self._call("2026-06-01 08:29:00")
        self.assertEqual(self.change.state, "agreed")

    def test_call_holds_as_long_as_any_agreement(self):
        self._prepare_call()
        # Fourteen days, from the call.
        with self.assertRaisesRegex(UserError, "call again"):
            self._call("2026-05-18 08:00:00")
        self._call("2026-05-18 08:00:01")
        self.assertEqual(
            fields.Datetime.to_string(self.change.expires_at), "2026-06-01 08:00:01"
        )

    def test_call_needs_words(self):
        self._prepare_call()
        with self.assertRaisesRegex(UserError, "what was said"):
            self._call(note=" ")

    def test_given_up_is_not_confirmed(self):
        self._prepare_call()
        self._call()
        text_hash = self.change.consent_event_id.text_hash
        self.change.action_cancel()
        with self.assertRaisesRegex(UserError, "nothing to confirm"):
            self.change._answer_phone(self.a1.partner_id, text_hash, True, "", ORIGIN)

    def test_colleagues_are_told_who_called(self):
        self.a2.partner_id.support_change_approver = True
        self.change.approver_ids |= self.a2.partner_id
        self._prepare_call()
        mails = self._get_mails(self._call)
        self.assertEqual(len(mails), 2)
        for mail in mails:
            self.assertIn(self.change.consent_event_id.contact_name, mail.body_html)

    # === SETTINGS AND TIME === #

    def test_settings_that_no_calendar_can_hold(self):
        for name in ("support_consent_days", "support_backup_max_age"):
            for value in (-1, 0, 2**31 - 1):
                with (
                    self.assertRaises(CheckViolation),
                    mute_logger("odoo.sql_db"),
                    self.env.cr.savepoint(),
                ):
                    self.company[name] = value
                    self.env.flush_all()

    def test_clock_after_every_end(self):
        # 4 h from 10:30 (Paris), less the lunch: 15:30. Held from 11:00 to 13:30,
        # of which 1.5 h are worked: 17:00.
        ends = {
            "refused": lambda change: change._refuse(
                self.a1.partner_id, self._text_hash(change), "fr_FR", "", ORIGIN
            ),
            "edited": lambda change: change.write({"risk": "More"}),
            "cancelled": lambda change: change.action_cancel(),
            "test removed": lambda change: change.test_ids.unlink(),
            "waived": lambda change: change.with_user(self.manager)._waive_test("x"),
        }
        for name, end in ends.items():
            with self.subTest(name):
                ticket = self._file("2026-06-01 08:30:00")
                change = self._create_change(ticket_id=ticket.id)
                self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 13:30:00")
                with self.at("2026-06-01 09:00:00"):
                    self._ask(change)
                    self.env.flush_all()
                self.assertEqual(ticket.resolution_state, "held")
                with self.at("2026-06-01 11:30:00"):
                    end(change)
                    self.env.flush_all()
                self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 15:00:00")

    def test_clock_after_a_call(self):
        # 2 h from 10:30 (Paris), less the lunch: 13:30. Held from 11:00 to 13:30.
        ticket = self._file("2026-06-01 08:30:00", priority="3")
        change = self._create_change(ticket_id=ticket.id)
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 11:30:00")
        with self.at("2026-06-01 09:00:00"):
            self._ask(change)
            self.env.flush_all()
        with self.at("2026-06-01 11:30:00"):
            change._agree_by_phone(
                self.a1.partner_id, fields.Datetime.now(), "She said yes"
            )
            self.env.flush_all()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 13:00:00")
        with self.at("2026-06-01 12:00:00"):
            text_hash = change.consent_event_id.text_hash
            change._answer_phone(self.a1.partner_id, text_hash, False, "No", ORIGIN)
            self.env.flush_all()
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 13:00:00")

    def test_clock_after_expiry(self):
        # 3.5 h are left of the 4 h; from 13:30 (Paris) on Monday: 17:00.
        ticket = self._file("2026-06-01 08:30:00")
        change = self._create_change(ticket_id=ticket.id)
        with self.at("2026-06-01 09:00:00"):
            self._ask(change)
            self.env.flush_all()
        with self.at("2026-06-15 11:30:00"):
            change._expire()
            self.env.flush_all()
        self.assertEqual(change.state, "draft")
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-15 15:00:00")
