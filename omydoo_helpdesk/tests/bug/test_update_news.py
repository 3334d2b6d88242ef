# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .bug_common import BugCase


@tagged("post_install", "-at_install")
class TestUpdateNews(BugCase):
    """A follower who cannot be told keeps the news from nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([]).support_update_follower = False
        cls.followers = (cls.a1 + cls.a2 + cls.b1).partner_id.sorted("id")
        cls.followers.support_update_follower = True

    def _tell(self, **kwargs):
        """Run the job, without its commits.

        :return: the addresses to which it wrote
        :rtype: set[str]
        """
        bug = self._create_bug()
        update = self._plan("2026-06-01 08:00:00", bug)
        with self.at("2026-06-02 20:30:00"):
            update.action_done()
        self.env.flush_all()
        before = self.env["mail.mail"].search([])
        savepoint = self.env.cr.savepoint(flush=True)

        def commit():
            nonlocal savepoint
            savepoint.close(rollback=False)
            savepoint = self.env.cr.savepoint(flush=True)

        def rollback():
            self.env.cr.clear()
            savepoint.rollback()

        with (
            patch.object(self.env.cr, "commit", commit),
            patch.object(self.env.cr, "rollback", rollback),
        ):
            self.env["support.update"]._cron_tell_followers(**kwargs)
        savepoint.close(rollback=False)
        self.assertTrue(update.is_told)
        return set((self.env["mail.mail"].search([]) - before).mapped("email_to"))

    def _vanish(self, field, value):
        """Give the first follower what was there once, as after an upgrade."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE res_partner SET {field} = %s WHERE id = %s",
            [value, self.followers[0].id],
        )
        self.env.invalidate_all()

    def _get_addresses(self, partners):
        return set(partners.mapped("email_normalized"))

    def test_time_zone_that_is_no_more(self):
        self._vanish("tz", "Mars/Olympus")
        self.assertEqual(self._tell(), self._get_addresses(self.followers))

    def test_language_that_is_no_more(self):
        self._vanish("lang", "xx_XX")
        self.assertEqual(self._tell(), self._get_addresses(self.followers))

    def test_one_who_cannot_be_told_at_all(self):
        prepare = type(self.env["support.update"])._prepare_news_mail
        bad = self.followers[1]

        def fail(update, partner, email):
            if partner == bad:
                update.env.cr.execute("SELECT 1 / 0")
            return prepare(update, partner, email)

        for batch_size in (1, 2, 100):
            with (
                self.subTest(batch_size=batch_size),
                patch.object(
                    type(self.env["support.update"]), "_prepare_news_mail", fail
                ),
                mute_logger("odoo.sql_db"),
                self.assertLogs("odoo.addons.omydoo_helpdesk.tools.batch", "ERROR"),
            ):
                self.assertEqual(
                    self._tell(batch_size=batch_size),
                    self._get_addresses(self.followers - bad),
                )

    def test_company_whose_time_zone_is_no_more(self):
        """The job of the packs asks every company what day it is there."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_calendar SET tz = 'Mars/Olympus' WHERE id = %s",
            [self.company.resource_calendar_id.id],
        )
        self.env.invalidate_all()
        self.assertTrue(self.env["sale.order.line"]._get_pack_alert_domain())
