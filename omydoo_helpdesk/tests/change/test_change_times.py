# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.tools import mute_logger

from .change_common import ORIGIN, ChangeCase


class TestChangeTimes(ChangeCase):
    """How long agreements and backups hold; the ticket's clock after each end."""

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
