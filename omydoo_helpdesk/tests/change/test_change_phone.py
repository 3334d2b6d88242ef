# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import UserError

from .change_common import NOW, ORIGIN, ChangeCase


class TestChangePhone(ChangeCase):
    """An agreement by telephone, until it is confirmed in the portal."""

    def _prepare_call(self):
        self._test(self.change)
        self.change.action_confirm_backup()
        self.ticket.priority = "3"

    def _call(self, moment=NOW, note="Yes"):
        moment = fields.Datetime.to_datetime(moment)
        self.change._agree_by_phone(self.a1.partner_id, moment, note)

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
