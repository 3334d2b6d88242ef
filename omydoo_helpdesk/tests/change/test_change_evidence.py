# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .change_common import ChangeCase


class TestChangeEvidence(ChangeCase):
    """Tests and their files: what they prove, and who reads and moves them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_agent = new_test_user(
            cls.env, "own_agent", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )

    def _add_file(self):
        file = self.env["ir.attachment"].create({"name": "totals.txt", "raw": b"12"})
        self._test(self.change)
        self.change.test_ids.attachment_ids = file
        self.change.action_confirm_backup()
        return file

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
