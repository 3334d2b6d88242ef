# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.mail.models.mail_thread import MailThread

from ..traced_common import TracedCase

NOTED = ("author_id", "body", "is_internal", "message_type", "model", "subtype_id")
TRACKED = ("field_id", "old_value_char", "new_value_char", "old_value_integer")


@tagged("post_install", "-at_install")
class TestTicketTracking(TracedCase):
    """What changed is noted at once, as Odoo notes it one by one."""

    def _change(self, tickets):
        """Change tickets, and return what their threads say of it since.

        :return: for each ticket its new messages, with the values tracked
        """
        self.env.flush_all()
        before = tickets.message_ids
        tickets.write({"stage_id": self.stage_awaiting.id, "user_id": self.manager.id})
        tickets[0].category_id = self.category_out
        self.env.cr.flush()  # where Odoo finds out what changed
        tickets.invalidate_recordset(["message_ids"])
        messages = (tickets.message_ids - before).sudo()
        return [
            [
                (
                    [message[name] for name in NOTED],
                    sorted(
                        [str(value[name]) for name in TRACKED]
                        for value in message.tracking_value_ids
                    ),
                )
                for message in messages.sorted("id")
                if message.res_id == ticket.id
            ]
            for ticket in tickets
        ]

    def _create_taken(self, count):
        return self._create(count, stage_id=self.stage_progress.id)

    def test_the_same_is_noted(self):
        found = self._change(self._create_taken(5))
        with (
            patch.object(
                type(self.tickets), "_message_track", MailThread._message_track
            ),
        ):
            expected = self._change(self._create_taken(5))
        self.assertEqual(found, expected)
        self.assertEqual([len(messages) for messages in found], [1] * 5)
        for messages in found:
            self.assertTrue(messages[0][1], "the values are tracked")

    def test_many_are_noted_at_once(self):
        tickets = self._create_taken(20)
        statements = self._trace(tickets.write, {"stage_id": self.stage_awaiting.id})
        for table in ("mail_message", "mail_tracking_value"):
            written = [text for text in statements if f'INSERT INTO "{table}"' in text]
            self.assertEqual(len(written), 1, table)

    def test_what_is_said_with_a_change_is_its_body(self):
        tickets = self._create_taken(2)
        tickets._track_set_log_message("Because it is Monday")
        found = self._change(tickets)
        for messages in found:
            self.assertIn("Because it is Monday", str(messages[0][0]))

    def _change_later(self, tickets):
        """Say why, change nothing that is noted, and then something that is."""
        tickets._track_set_log_message("Because it is Monday")
        tickets._track_set_author(self.manager.partner_id)
        tickets.write({"name": "Another name", "priority": tickets[0].priority})
        self.env.cr.flush()
        return self._change(tickets)

    def test_what_was_said_of_no_change_is_forgotten(self):
        found = self._change_later(self._create_taken(2))
        with patch.object(
            type(self.tickets), "_message_track", MailThread._message_track
        ):
            expected = self._change_later(self._create_taken(2))
        self.assertEqual(found, expected)
        self.assertNotIn("Monday", str(found))

    def test_only_what_changed_is_described(self):
        """Of many changed in different ways all that any of them changed."""
        tickets = self._create_taken(3)
        self.env.cr.flush()
        changes = (
            ({}, {"name": "Another name"}, set()),
            (
                {"stage_id": self.stage_awaiting.id},
                {"user_id": self.manager.id},
                {"stage_id", "user_id"},
            ),
        )
        for first, second, expected in changes:
            with (
                self.subTest(expected),
                patch.object(
                    MailThread, "_message_track", autospec=True, return_value={}
                ) as track,
            ):
                tickets[0].write(first)
                tickets[1:].write(second)
                self.env.cr.flush()
                described = [set(call.args[1]) for call in track.call_args_list]
                # Whatever follows from the stage is described too.
                self.assertEqual(bool(described), bool(expected))
                for names in described:
                    self.assertLessEqual(expected, names)
                    self.assertNotIn("partner_id", names)

    def test_a_client_collects_nothing(self):
        """What stands in a context by that name is nobody's memory."""
        ticket = self._create_taken(1).with_context(support_tracked=[])
        ticket = ticket.with_context(support_noted=[])
        before = len(ticket.message_ids)
        ticket._message_log(body="A note")
        ticket.invalidate_recordset(["message_ids"])
        self.assertEqual(len(ticket.message_ids), before + 1)
