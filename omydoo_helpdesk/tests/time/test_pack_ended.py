# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from unittest.mock import patch

from odoo.tests import tagged

from .time_common import TimeCase

ENDED = "omydoo_helpdesk.mail_template_pack_ended"


@tagged("post_install", "-at_install")
class TestPackEnded(TimeCase):
    """Who is told that a pack is used up, or that its last day is over."""

    def _run_job(self, moment):
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["sale.order.line"]._cron_pack_alerts()
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_mails(self, pack):
        messages = pack.order_id.message_ids.filtered(
            lambda message: self.customer_a in message.partner_ids
        ).sorted("id")
        return messages.mapped("subject")

    def _get_activities(self, pack):
        kind = self.env.ref("omydoo_helpdesk.mail_activity_type_pack_ended")
        return pack.order_id.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def _spend(self, hours, moment="2026-06-01 08:00:00"):
        with self.at(moment):
            return self._log(
                self._create_ticket_out(), hours, date=date.fromisoformat(moment[:10])
            )

    def test_used_up(self):
        pack = self._create_pack(self.customer_a, 10)
        self._spend(9)
        self._run_job("2026-06-01 10:00:00")
        self.assertEqual(len(self._get_mails(pack)), 1, "nearly used")
        self._spend(1)
        for moment in ("2026-06-01 16:00:00", "2026-06-01 22:00:00"):
            self._run_job(moment)
            self.assertEqual(len(self._get_mails(pack)), 2)
        self.assertEqual(
            self._get_mails(pack)[-1],
            f"Your hours pack {pack.order_id.name} has ended",
        )
        self.assertEqual(self._get_activities(pack).user_id, self.project_manager)
        message = pack.order_id.message_ids.filtered("partner_ids")[:1]
        self.assertIn("used up", message.body)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn(f"/my/packs/{pack.id}", mail.body_html)

    def test_used_up_at_once_is_one_mail(self):
        pack = self._create_pack(self.customer_a, 2, end="2026-06-10")
        self._spend(3)
        for moment in ("2026-06-01 10:00:00", "2026-06-11 10:00:00"):
            self._run_job(moment)
            self.assertEqual(len(self._get_mails(pack)), 1)

    def test_last_day_is_over(self):
        pack = self._create_pack(self.customer_a, 10, end="2026-06-30")
        other = self._create_pack(self.customer_a, 4, end="2099-06-30")
        pack.support_pack_end_alert_at = "2026-06-01 08:00:00"
        self._spend(1)
        self._run_job("2026-06-30 21:30:00")  # still 30 June in Paris
        self.assertFalse(self._get_mails(pack))
        self._run_job("2026-06-30 22:30:00")
        self.assertEqual(len(self._get_mails(pack)), 1)
        body = pack.order_id.message_ids.filtered("partner_ids")[:1].body
        for words in ("2026", "9 h", "cannot be used", "4 h"):
            self.assertIn(words, body)
        self._run_job("2026-07-01 08:00:00")
        self.assertEqual(len(self._get_mails(pack)), 1)
        self.assertFalse(self._get_mails(other))

    def test_told_again_once_there_were_hours(self):
        pack = self._create_pack(self.customer_a, 1)
        line = self._spend(1)
        self._run_job("2026-06-01 10:00:00")
        # A typing error: nothing was used up.
        line.write({"support_real_hours": 0.25})
        self.env.flush_all()
        self._run_job("2026-06-02 10:00:00")
        self.assertFalse(pack.support_pack_ended_alert_at)
        self.assertEqual(len(self._get_mails(pack)), 1)
        line.write({"support_real_hours": 1})
        self.env.flush_all()
        self._run_job("2026-06-03 10:00:00")
        self.assertEqual(len(self._get_mails(pack)), 2)

    def test_nobody_is_told_of_what_was_taken_back(self):
        pack = self._create_pack(self.customer_a, 10, end="2026-06-30")
        invoice = pack.order_id._create_invoices()
        invoice.action_post()
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": invoice.ids, "journal_id": invoice.journal_id.id}
        )
        self.env["account.move"].browse(wizard.refund_moves()["res_id"]).action_post()
        self.env.flush_all()
        self._run_job("2026-07-10 08:00:00")
        self.assertFalse(self._get_mails(pack))

    def test_mail_is_left_by_the_company(self):
        self.company.support_silent_mail_ids = self.env.ref(ENDED)
        pack = self._create_pack(self.customer_a, 1)
        self._spend(1)
        self._run_job("2026-06-01 10:00:00")
        self.assertFalse(self._get_mails(pack))
        self.assertTrue(self._get_activities(pack), "the desk is told all the same")

    def test_what_ended_before_is_not_told(self):
        """At an upgrade, and at installation: nobody needs news of years ago."""
        pack = self._create_pack(self.customer_a, 10, end="2026-01-31")
        soon = self._create_pack(self.customer_a, 10, end="2026-06-30")
        with self.at("2026-06-15 08:00:00"):
            self.env["sale.order.line"]._silence_pack_alerts(("ended",))
        self._run_job("2026-06-15 10:00:00")
        self.assertFalse(self._get_mails(pack))
        self.assertEqual(len(self._get_mails(soon)), 1, "that one is due")
