# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sla_common import SlaCase

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_%s"


@tagged("post_install", "-at_install")
class TestSlaNotice(SlaCase):
    """Normal: 4 h to both, 09:00 to 14:00 in Paris; at risk at 13:12 (3.2 h)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = None

    def setUp(self):
        super().setUp()
        self.ticket = self._file("2026-06-01 07:00:00", user_id=self.agent.id)

    def _run_job(self, moment, **kwargs):
        """Run the job without its commits: a test has one transaction."""
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.env["helpdesk.ticket"]._cron_sla_notices(**kwargs)
            self.env.flush_all()
        self.ticket.invalidate_recordset()

    def _get_notices(self, ticket=None):
        return [
            (activity.activity_type_id.get_external_id().popitem()[1], activity.user_id)
            for activity in (ticket or self.ticket).activity_ids.sorted("id")
        ]

    def _notice(self, name, user):
        return (ACTIVITY_TYPE % name, user)

    def test_nothing_before_80_percent(self):
        self._run_job("2026-06-01 11:11:59")
        self.assertFalse(self._get_notices())

    def test_each_notice_once(self):
        """B12: whatever the number of runs."""
        risks = [
            self._notice("response_risk", self.agent),
            self._notice("resolution_risk", self.agent),
        ]
        for moment in ("11:12:00", "11:15:00", "12:00:00"):
            self._run_job(f"2026-06-01 {moment}")
            self.assertCountEqual(self._get_notices(), risks)
        breaches = [
            self._notice("response_breach", self.manager),
            self._notice("resolution_breach", self.manager),
        ]
        for moment in ("12:00:01", "12:05:00", "15:00:00"):
            self._run_job(f"2026-06-01 {moment}")
            self.assertCountEqual(self._get_notices(), risks + breaches)
        self.assertEqual(self.ticket.response_breached_at, datetime(2026, 6, 1, 12))

    def test_done_notices_do_not_come_back(self):
        self._run_job("2026-06-01 11:15:00")
        self.ticket.activity_ids.action_feedback()
        self._run_job("2026-06-01 11:20:00")
        self.assertFalse(self._get_notices())

    def test_late_job_tells_of_the_breach_only(self):
        self._run_job("2026-06-01 13:00:00")
        self.assertCountEqual(
            self._get_notices(),
            [
                self._notice("response_breach", self.manager),
                self._notice("resolution_breach", self.manager),
            ],
        )

    def test_notices_of_an_ended_clock_are_cancelled(self):
        self._run_job("2026-06-01 11:15:00")
        self._answer("2026-06-01 11:20:00", self.ticket)
        self.assertEqual(
            self._get_notices(), [self._notice("resolution_risk", self.agent)]
        )
        self._write("2026-06-01 11:30:00", self.ticket, stage_id=self.stage_done.id)
        self.assertFalse(self._get_notices())
        self._run_job("2026-06-02 11:30:00")
        self.assertFalse(self._get_notices())

    def test_no_notice_on_hold(self):
        self._answer("2026-06-01 07:30:00", self.ticket)
        self._write("2026-06-01 08:00:00", self.ticket, stage_id=self.stage_awaiting.id)
        self._run_job("2026-06-03 08:00:00")
        self.assertFalse(self._get_notices())

    def test_no_volley_after_a_change_of_plan(self):
        others = self._file("2026-06-01 07:00:00", user_id=self.agent.id)
        with self.at("2026-06-01 10:00:00"):
            self.plan_4.sla_ids.write({"response_hours": 1, "resolution_hours": 1})
        self._run_job("2026-06-01 10:05:00")
        self.assertFalse(self._get_notices() + self._get_notices(others))
        with self.at("2026-06-01 10:05:00"):
            self.assertTrue(self.ticket.is_late)

    def test_leader_hears_of_what_nobody_took(self):
        unassigned = self._file("2026-06-01 07:00:00", user_id=False)
        self._run_job("2026-06-01 11:15:00")
        self.assertEqual(
            {user for _name, user in self._get_notices(unassigned)}, {self.manager}
        )

    def test_one_failure_does_not_stop_the_others(self):
        broken = self._file("2026-06-01 06:00:00", user_id=self.agent.id)
        notify = type(broken)._sla_notify

        def fail(ticket, clock, kind):
            if ticket == broken:
                raise ValueError("broken on purpose")
            return notify(ticket, clock, kind)

        with (
            patch.object(type(broken), "_sla_notify", fail),
            patch.object(self.env.cr, "rollback", lambda: None),
            mute_logger("odoo.addons.omydoo_helpdesk.tools.batch"),
        ):
            self._run_job("2026-06-01 11:15:00")
        self.assertEqual(len(self._get_notices()), 2)
        self.assertFalse(self._get_notices(broken))
        self._run_job("2026-06-01 11:20:00")
        self.assertEqual(len(self._get_notices(broken)), 2)

    def test_meeting_another_worker_is_tried_again(self):
        """Two workers write on the same assignee: nobody is left without notice."""
        model = type(self.ticket)
        notify_due = model._sla_notify_due
        meetings = [SerializationFailure("could not serialize access")] * 2

        def meet(tickets):
            if meetings:
                raise meetings.pop()
            return notify_due(tickets)

        with (
            patch.object(model, "_sla_notify_due", meet),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self._run_job("2026-06-01 11:15:00")
        self.assertFalse(meetings)
        self.assertEqual(len(self._get_notices()), 2)

    def test_summary_in_the_language_of_who_reads_it(self):
        self.agent.lang = "fr_FR"
        self.env.ref(ACTIVITY_TYPE % "response_risk").with_context(
            lang="fr_FR"
        ).summary = "Réponse à donner bientôt"
        self._run_job("2026-06-01 11:15:00")
        self.assertIn(
            "Réponse à donner bientôt", self.ticket.activity_ids.mapped("summary")
        )

    def _get_breaches(self):
        return [
            (event.clock, event.at)
            for event in self.ticket.event_ids
            if event.kind == "breached"
        ]

    def test_late_end_before_the_job_is_noted(self):
        """Whoever reads the log learns of each breach, and once."""
        due = datetime(2026, 6, 1, 12)
        self._answer("2026-06-01 12:01:00", self.ticket)
        self.assertEqual(self._get_breaches(), [("response", due)])
        self._write("2026-06-01 12:02:00", self.ticket, stage_id=self.stage_done.id)
        breaches = [("response", due), ("resolution", due)]
        self.assertEqual(self._get_breaches(), breaches)
        self.assertClock(self.ticket, "response", "missed", due)
        self.assertClock(self.ticket, "resolution", "missed", due)
        self._run_job("2026-06-01 12:05:00")
        self.assertEqual(self._get_breaches(), breaches)
        self.assertFalse(self._get_notices())

    def test_end_in_time_noted_later_is_no_breach(self):
        with self.at("2026-06-01 12:01:00"):
            self.ticket._sla_log_answer(datetime(2026, 6, 1, 11), "Called at one")
            self.env.flush_all()
        self.assertEqual(self._get_breaches(), [])
        self.assertClock(self.ticket, "response", "met", "2026-06-01 12:00:00")

    def test_late_end_that_does_not_count_is_no_breach(self):
        """What is cancelled late was not resolved late."""
        self._answer("2026-06-01 08:00:00", self.ticket)
        moment = "2026-06-01 12:01:00"
        self._write(moment, self.ticket, stage_id=self.stage_cancelled.id)
        self.assertEqual(self._get_breaches(), [])
        self.assertEqual(self.ticket.resolution_state, "not_applicable")
