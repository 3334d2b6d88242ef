# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from itertools import count
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..common import forget_history
from ..kill_common import KillCase

STEP = 5  # statements from one kill to the next
TICKETS = 5
BATCH = 2
FORMER, NEW = 8, 2  # hours of the promise


@tagged("post_install", "-at_install")
class TestClockRefreshOnce(KillCase):
    """Who edits, who files and the job, each in a transaction of PostgreSQL.

    What they work on has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: self._in_transaction(self._clean_up))
        self._in_transaction(self._set_up)
        refreshes = self.registry["support.clock.refresh"]
        self.startPatcher(patch.object(refreshes, "_get_at_once_limit", lambda self: 0))

    def _set_up(self, env):
        self.filed_at = fields.Datetime.now() - timedelta(hours=4)
        self.partner_id = env["res.partner"].create({"name": "Of a promise"}).id
        calendar = env["resource.calendar"].create(
            {
                "name": "Every day",
                "tz": "UTC",
                "company_id": False,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": day,
                            "dayofweek": day,
                            "hour_from": 0,
                            "hour_to": 24,
                            "day_period": "morning",
                        }
                    )
                    for day in "0123456"
                ],
            }
        )
        plan = env["support.plan"].create(
            {
                "name": "Promised",
                "company_id": False,
                "calendar_id": calendar.id,
                "sla_ids": [
                    Command.create(
                        {
                            "priority": "1",
                            "response_hours": FORMER,
                            "resolution_hours": FORMER,
                        }
                    )
                ],
            }
        )
        self.calendar_id, self.plan_id = calendar.id, plan.id
        self.template_id = (
            env["sale.subscription.template"]
            .create({"name": "Promised", "code": "PROM"})
            .id
        )
        self.pricelist_id = env["product.pricelist"].create({"name": "Promised"}).id
        self.subscription_id = (
            env["sale.subscription"]
            .create(
                {
                    "partner_id": self.partner_id,
                    "support_plan_id": plan.id,
                    "template_id": self.template_id,
                    "pricelist_id": self.pricelist_id,
                    "date_start": "2020-01-01",
                    "stage_id": env["sale.subscription.stage"]
                    .search([("type", "=", "in_progress")], limit=1)
                    .id,
                }
            )
            .id
        )
        self.ticket_ids = []
        for _number in range(TICKETS):
            self.ticket_ids += self._file(env, filed_at=self.filed_at).ids

    def _file(self, env, filed_at=None):
        tickets = env["helpdesk.ticket"]
        if filed_at:
            ticket = tickets.with_context(tracking_disable=True).create(
                self._get_vals()
            )
            ticket._sla_import_history([[{"kind": "filed", "at": filed_at}]])
        else:
            ticket = tickets.create(self._get_vals())
        env.flush_all()
        self.assertEqual(ticket.support_plan_id.id, self.plan_id)
        return ticket

    def _get_vals(self):
        return {
            "name": "Promised",
            "description": "<p>Promised</p>",
            "partner_id": self.partner_id,
            "priority": "1",
        }

    def _clean_up(self, env):
        tickets = (
            env["helpdesk.ticket"]
            .with_context(active_test=False)
            .search([("partner_id", "=", self.partner_id)])
        )
        forget_history(tickets)
        tickets.unlink()
        env["resource.calendar.leaves"].search(
            [("calendar_id", "=", self.calendar_id)]
        ).unlink()
        for name, record_id in (
            ("sale.subscription", self.subscription_id),
            ("support.plan", self.plan_id),
            ("resource.calendar", self.calendar_id),
            ("sale.subscription.template", self.template_id),
            ("product.pricelist", self.pricelist_id),
            ("res.partner", self.partner_id),
        ):
            env[name].browse(record_id).unlink()
        env["ir.cron.trigger"].search(
            [("cron_id", "=", env.ref("omydoo_helpdesk.ir_cron_clock_refresh").id)]
        ).unlink()

    def _begin(self, patience=None):
        """Begin a transaction, which may refuse to wait for a lock."""
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        self.addCleanup(cursor.rollback)
        if patience:
            cursor.execute(SQL("SET LOCAL lock_timeout = %s", patience))
        return api.Environment(cursor, SUPERUSER_ID, {})

    def _edit(self, env, hours=NEW):
        env["support.plan"].browse(self.plan_id).sla_ids.write(
            {"response_hours": hours, "resolution_hours": hours}
        )
        env.flush_all()

    def _close_a_day(self, env):
        day = fields.Datetime.now() + timedelta(days=30)
        env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar_id,
                "company_id": False,
                "date_from": day,
                "date_to": day + timedelta(days=1),
            }
        )
        env.flush_all()

    def _run_job(self, size=BATCH):
        self._in_transaction(
            lambda env: env["support.clock.refresh"]._cron_refresh(size)
        )

    def _count_done(self, hours=NEW):
        """Return how many of the tickets are due by a promise."""
        due = self.filed_at.replace(microsecond=0) + timedelta(hours=hours)
        return self._in_transaction(
            lambda env: env["helpdesk.ticket"].search_count(
                [("id", "in", self.ticket_ids), ("resolution_deadline", "=", due)]
            )
        )

    def _get_refreshes(self, env):
        return env["support.clock.refresh"].search([("plan_id", "=", self.plan_id)])

    # === WHO WAITS FOR WHOM === #

    def test_nobody_waits_for_who_edits(self):
        for edit in (self._edit, self._close_a_day):
            with self.subTest(edit.__name__):
                editor = self._begin()
                edit(editor)
                self.assertTrue(self._get_refreshes(editor))
                other = self._begin(patience="100ms")
                self._file(other)
                other["helpdesk.ticket"].browse(self.ticket_ids[0]).write(
                    {"priority": "0"}
                )
                other.flush_all()
                other.cr.rollback()
                editor.cr.rollback()

    def test_nobody_waits_for_the_job(self):
        """Unless they write on a ticket whose results are being stored."""
        self._in_transaction(self._edit)
        job = self._begin()
        self.assertEqual(job["support.clock.refresh"]._take_next()._run_batch(BATCH), 2)
        job.flush_all()
        other = self._begin(patience="100ms")
        self._file(other)
        ticket = other["helpdesk.ticket"].browse(self.ticket_ids[BATCH])
        ticket.message_post(
            body="We are on it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        other.flush_all()
        # Nor does whoever edits again.
        self._edit(other, NEW + 1)
        self._close_a_day(other)
        self.assertGreater(len(self._get_refreshes(other)), 1)
        other.cr.commit()
        job.cr.commit()
        self._run_job()
        self.assertFalse(self._in_transaction(self._get_refreshes))
        # One was answered meanwhile: its resolution is promised all the same.
        self.assertEqual(self._count_done(NEW + 1), TICKETS)

    def test_filed_before_the_edit_and_stored_after_it(self):
        """The job begins once nobody is left who does not see the edit."""
        filing = self._begin()
        ticket = self._file(filing)
        self._in_transaction(self._edit)
        looking = self._begin()
        self.assertTrue(self._get_refreshes(looking)._is_unseen())
        looking.cr.rollback()
        filing.cr.commit()
        self.assertFalse(self._get_refreshes(looking)._is_unseen())
        looking.cr.rollback()
        self._run_job()
        ticket = self._begin()["helpdesk.ticket"].browse(ticket.id)
        self.assertEqual(
            ticket.resolution_deadline, ticket.filed_at + timedelta(hours=NEW)
        )

    # === ONCE === #

    def test_two_workers(self):
        self._in_transaction(self._edit)
        first, late = self._begin(), self._begin(patience="100ms")
        self.assertTrue(self._get_refreshes(late))  # its picture is from here
        first["support.clock.refresh"]._take_next()._run_batch(BATCH)
        first.flush_all()
        second = self._begin(patience="100ms")
        self.assertFalse(second["support.clock.refresh"]._take_next())
        second["support.clock.refresh"]._cron_refresh(BATCH)
        first.cr.commit()
        self.assertEqual(self._count_done(), BATCH)
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            late["support.clock.refresh"]._take_next()
        late.cr.rollback()
        with mute_logger("odoo.sql_db"):
            late["support.clock.refresh"]._cron_refresh(BATCH)
        self._check_done(self._begin())

    def test_agent_at_the_same_instant(self):
        """What an agent writes meanwhile stays, and the batch is done again."""
        self._in_transaction(self._edit)
        refreshes = self.registry["support.clock.refresh"]
        find, found = refreshes._find_next, []

        def find_next(refresh, limit):
            tickets = find(refresh, limit)
            found.append(tickets.ids)
            if len(found) == 1:
                # The job has its picture of the database, and has written nothing.
                self._in_transaction(
                    lambda env: env["helpdesk.ticket"]
                    .browse(tickets.ids[0])
                    .write({"name": "Meanwhile", "priority": "0"})
                )
            return tickets

        with (
            patch.object(refreshes, "_find_next", find_next),
            mute_logger("odoo.sql_db"),
        ):
            self._run_job()
        self.assertEqual(found[1], self.ticket_ids[1:BATCH])  # half of the batch
        ticket = self._begin()["helpdesk.ticket"].browse(self.ticket_ids[0])
        self.assertEqual((ticket.name, ticket.priority), ("Meanwhile", "0"))
        self.assertEqual(ticket.resolution_state, "none")  # nothing is promised of it
        self.assertEqual(self._count_done(), TICKETS - 1)

    def _check_done(self, env):
        """Check that all is done, and each ticket noted once."""
        self.assertFalse(self._get_refreshes(env))
        self.assertEqual(self._count_done(), TICKETS)
        for ticket in env["helpdesk.ticket"].browse(self.ticket_ids):
            noticed = ticket.event_ids.filtered(lambda event: event.kind == "noticed")
            self.assertEqual(
                sorted(noticed.mapped(lambda event: (event.clock, event.cause))),
                [
                    (clock, cause)
                    for clock in ("resolution", "response")
                    for cause in ("breach", "risk")
                ],
            )

    def test_killed_on_the_way(self):
        """Nothing is lost and nothing done twice, wherever it is killed."""
        self._in_transaction(self._edit)
        found = []

        def check():
            done, left = self._count_done(), self._count_done(FORMER)
            self.assertEqual(done + left, TICKETS)
            found.append(done)

        killed = self._run_until_done(self._run_job, check, count(STEP, STEP))
        self.assertGreater(killed, 5)
        self.assertEqual(found, sorted(found))
        self.assertEqual(found[-1], TICKETS)
        self._check_done(self._begin())
