# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError

from .change_common import NOW, ChangeCase


class TestChangeLedger(ChangeCase):
    """What happened is told by the methods of a change, and by nothing else."""

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
