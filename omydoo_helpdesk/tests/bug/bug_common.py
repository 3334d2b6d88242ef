# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import fields

from ..sla_common import SlaCase


class BugCase(SlaCase):
    """Known bugs, and an update of the servers each Tuesday at 22:00 in Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Those of a demo or of another test class.
        cls.env["support.maintenance.window"].search([]).unlink()
        cls.window = cls.env["support.maintenance.window"].create(
            {
                "company_id": cls.company.id,
                "weekday": "1",
                "hour": 22,
                "tz": "Europe/Paris",
            }
        )
        cls.Bug = cls.env["support.upstream.bug"]

    @classmethod
    def _create_bug(cls, **vals):
        return cls.Bug.create(
            {"name": "The VAT report counts credit notes twice", **vals}
        )

    def _plan(self, moment, bug):
        with self.at(moment):
            bug.action_plan_next_update()
            self.env.flush_all()
        return bug.update_id

    def _done(self, moment, update):
        """Say that an update is done, and let the job free the tickets."""
        with self.at(moment):
            update.action_done()
            self.env.flush_all()
            self._run_job()

    def _run_job(self, **kwargs):
        # Without its commits: a test has one transaction.
        with patch.object(self.env.cr, "commit", lambda: None):
            self.Bug._cron_release(**kwargs)
        self.env.flush_all()

    def assertStart(self, update, moment):
        self.assertEqual(update.scheduled_at, fields.Datetime.to_datetime(moment))
