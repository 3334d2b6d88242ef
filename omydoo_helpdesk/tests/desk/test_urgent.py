# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged

from ..sla_common import SlaCase


@tagged("post_install", "-at_install")
class TestUrgent(SlaCase):
    """The customer claims, the agent agrees."""

    def _claim(self, moment, ticket):
        with self.at(moment):
            done = ticket.with_user(self.a1).sudo()._claim_urgent("Caisse", "Tous")
            self.env.flush_all()
        return done

    def test_as_at_filing_while_nobody_looked(self):
        ticket = self._file("2026-06-01 07:00:00", claimed_priority="0")
        self.assertTrue(self._claim("2026-06-01 07:30:00", ticket))
        self.assertRecordValues(
            ticket,
            [
                {
                    "claimed_priority": "3",
                    "priority": "3",
                    "blocking_what": "Caisse",
                    "blocking_who": "Tous",
                }
            ],
        )
        # Two hours from the start, as if it had been claimed at filing.
        self.assertClock(ticket, "response", "ongoing", "2026-06-01 09:00:00")
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 09:00:00")

    def test_late_at_once_without_a_volley(self):
        ticket = self._file("2026-06-01 07:00:00", claimed_priority="0")
        self._claim("2026-06-01 12:00:00", ticket)
        self.assertTrue(ticket.is_late)
        # A test has one transaction: no commits.
        with (
            self.at("2026-06-01 12:05:00"),
            patch.object(self.env.cr, "commit", lambda: None),
        ):
            ticket._cron_sla_notices()
        types = ticket.activity_ids.activity_type_id
        self.assertEqual(
            types, self.env.ref("omydoo_helpdesk.mail_activity_type_urgent")
        )

    def test_the_desk_decides_once_it_answered(self):
        ticket = self._file("2026-06-01 07:00:00", claimed_priority="1")
        self._answer("2026-06-01 07:30:00", ticket)
        self._claim("2026-06-01 08:00:00", ticket)
        self.assertEqual((ticket.claimed_priority, ticket.priority), ("3", "1"))
        self.assertClock(ticket, "resolution", "ongoing", "2026-06-01 12:00:00")

    def test_the_desk_decides_once_it_agreed_another(self):
        ticket = self._file("2026-06-01 07:00:00", claimed_priority="1")
        self._write("2026-06-01 07:10:00", ticket, priority="0")
        self._claim("2026-06-01 08:00:00", ticket)
        self.assertEqual((ticket.claimed_priority, ticket.priority), ("3", "0"))
        confirmed = self._file("2026-06-01 07:00:00", claimed_priority="1")
        confirmed.priority_reason = "Confirmed on the telephone"
        self._claim("2026-06-01 08:00:00", confirmed)
        self.assertEqual(confirmed.priority, "1")

    def test_once_and_open_only(self):
        ticket = self._file("2026-06-01 07:00:00", claimed_priority="1")
        self._claim("2026-06-01 07:30:00", ticket)
        count = len(ticket.message_ids)
        self._write("2026-06-01 08:00:00", ticket, priority="1")
        self.assertFalse(self._claim("2026-06-01 08:30:00", ticket))
        self.assertEqual(ticket.priority, "1")
        self.assertEqual(len(ticket.activity_ids), 1)
        self.assertEqual(
            len(ticket.message_ids.filtered(lambda m: m.message_type == "comment")), 1
        )
        self.assertGreaterEqual(len(ticket.message_ids), count)
        for vals in (
            {"claimed_priority": "3"},
            {"stage_id": self.stage_done.id},
            {"active": False},
            {"duplicate_id": ticket.id},
        ):
            with self.subTest(vals):
                other = self._file("2026-06-01 07:00:00", **vals)
                self.assertFalse(self._claim("2026-06-01 08:30:00", other))
                self.assertFalse(other.urgent_claimed_at)

    def test_who_is_told(self):
        ticket = self._file("2026-06-01 07:00:00", user_id=self.agent.id)
        self._claim("2026-06-01 07:30:00", ticket)
        self.assertEqual(ticket.activity_ids.user_id, self.agent)
        message = ticket.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertEqual(message.author_id, self.a1.partner_id)
        self._run_notifications()
        self.assertLessEqual(
            (self.agent + self.manager).partner_id, message.notified_partner_ids
        )
        self.team.user_id = False
        unassigned = self._file("2026-06-01 07:00:00", user_id=False)
        self._claim("2026-06-01 07:30:00", unassigned)
        self.assertIn(unassigned.activity_ids.user_id, self.team.user_ids)
