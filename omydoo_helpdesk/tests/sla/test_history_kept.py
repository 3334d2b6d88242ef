# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestHistoryKept(SlaCase):
    """The proofs of a ticket do not go with it: it is archived."""

    def assertKept(self, ticket):
        log = ticket.sudo().event_ids
        for user in (self.manager, self.env.ref("base.user_root")):
            with self.assertRaisesRegex(UserError, "archive the ticket"):
                ticket.with_user(user).unlink()
        self.assertTrue(ticket.exists())
        self.assertEqual(ticket.sudo().event_ids, log)
        ticket.with_user(self.manager).action_archive()
        self.assertFalse(ticket.active)

    def test_answered(self):
        ticket = self._file("2026-06-01 07:00:00")
        with self.at("2026-06-01 07:30:00"):
            ticket.with_user(self.agent).message_post(
                body="Bonjour",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.env.flush_all()
        self.assertIn("answered", ticket.event_ids.mapped("kind"))
        self.assertKept(ticket)

    def test_held(self):
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 07:30:00", ticket, stage_id=self.stage_awaiting.id)
        self.assertKept(ticket)

    def test_one_of_many(self):
        ticket = self._file("2026-06-01 07:00:00")
        held = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 07:30:00", held, stage_id=self.stage_awaiting.id)
        with self.assertRaisesRegex(UserError, held.number):
            (ticket + held).with_user(self.manager).unlink()

    def test_nothing_but_filed(self):
        """A mistake, or spam: there is nothing to prove."""
        ticket = self._file("2026-06-01 07:00:00")
        self._write("2026-06-01 07:30:00", ticket, priority="3")
        ticket.with_user(self.manager).unlink()
        self.assertFalse(ticket.exists())
