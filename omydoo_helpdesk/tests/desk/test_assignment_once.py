# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import forget_history

THREADS, FILINGS = 4, 6
CONTEXT = {"tracking_disable": True, "mail_create_nolog": True}


@tagged("post_install", "-at_install")
class TestAssignmentOnce(BaseCase):
    """Tickets filed at the same second, each in a transaction of PostgreSQL.

    What is given has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean_up)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
            users = env["res.users"].concat(
                *(
                    new_test_user(env, login, "helpdesk_mgmt.group_helpdesk_user")
                    for login in ("turn_1", "turn_2", "turn_3")
                )
            )
            # Who works around the clock, whenever this runs.
            always = env["resource.calendar"].create(
                {
                    "name": "Always",
                    "attendance_ids": [
                        Command.clear(),
                        *(
                            Command.create(
                                {
                                    "name": str(day),
                                    "dayofweek": str(day),
                                    "hour_from": 0,
                                    "hour_to": 24,
                                }
                            )
                            for day in range(7)
                        ),
                    ],
                }
            )
            env["resource.resource"].create(
                [
                    {"name": user.name, "user_id": user.id, "calendar_id": always.id}
                    for user in users
                ]
            )
            team = env["helpdesk.ticket.team"].create(
                {
                    "name": "In turn",
                    "user_ids": [Command.set(users.ids)],
                    "support_assignment": "turn",
                }
            )
            self.team_id, self.user_ids = team.id, users.ids
            self.calendar_id = always.id

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, CONTEXT)

    def _find_tickets(self, env):
        return env["helpdesk.ticket"].search([("team_id", "=", self.team_id)])

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
            tickets = self._find_tickets(env)
            forget_history(tickets)
            tickets.unlink()
            env["helpdesk.ticket.team"].browse(self.team_id).unlink()
            users = env["res.users"].browse(self.user_ids)
            users.resource_ids.unlink()
            env["resource.calendar"].browse(self.calendar_id).unlink()
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _file(self, env, **vals):
        return env["helpdesk.ticket"].create(
            {
                "name": "At once",
                "description": "<p>At once</p>",
                "team_id": self.team_id,
                **vals,
            }
        )

    def _run_job(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
            env["helpdesk.ticket"]._cron_assign()

    def test_nobody_waits_and_nobody_is_skipped(self):
        first, second = self._begin(), self._begin()
        given = self._file(first)
        self.assertEqual(given.user_id.id, self.user_ids[0])
        # While the first one is not committed: neither waiting, nor an error.
        waiting = self._file(second)
        self.assertFalse(waiting.user_id)
        self.assertEqual(waiting.assignment_state, "due")
        first.cr.commit()
        second.cr.commit()
        self._run_job()
        again = self._begin()["helpdesk.ticket"].browse(waiting.id)
        self.assertEqual(again.user_id.id, self.user_ids[1])
        self.assertFalse(again.assignment_state)

    def test_an_older_picture_gives_nothing(self):
        """A transaction that began before the last ticket was given, and goes on."""
        late = self._begin()
        self._find_tickets(late)
        early = self._begin()
        self.assertEqual(self._file(early).user_id.id, self.user_ids[0])
        early.cr.commit()
        ticket = self._file(late)
        self.assertEqual(ticket.assignment_state, "due")
        late.cr.commit()
        self._run_job()
        again = self._begin()["helpdesk.ticket"].browse(ticket.id)
        self.assertEqual(again.user_id.id, self.user_ids[1])

    def test_one_rolled_back_is_nobody_s_turn(self):
        first = self._begin()
        self.assertEqual(self._file(first).user_id.id, self.user_ids[0])
        first.cr.rollback()
        self.assertEqual(self._file(first).user_id.id, self.user_ids[0])

    def test_many_at_once(self):
        def file(_number):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
                self._file(env, number=f"ONCE{_number}")

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(file, range(THREADS * FILINGS)))
        self._run_job()
        tickets = self._find_tickets(self._begin())
        counts = Counter(tickets.mapped(lambda ticket: ticket.user_id.id))
        self.assertEqual(len(tickets), THREADS * FILINGS)
        self.assertEqual(
            counts,
            dict.fromkeys(self.user_ids, THREADS * FILINGS // len(self.user_ids)),
        )

    def test_two_jobs_give_a_ticket_to_one(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, CONTEXT)
            ticket_id = self._file(env, user_id=self.user_ids[2]).id
            cr.execute(
                "UPDATE helpdesk_ticket SET user_id = NULL, assignment_state = 'due' "
                "WHERE id = %s",
                [ticket_id],
            )
        with ThreadPoolExecutor(2) as pool, mute_logger("odoo.sql_db"):
            jobs = [pool.submit(self._run_job) for _number in range(2)]
            for job in jobs:
                job.result()
        ticket = self._begin()["helpdesk.ticket"].browse(ticket_id)
        self.assertEqual(ticket.user_id.id, self.user_ids[0])
        team = ticket.team_id
        self.assertEqual(team.support_last_user_id.id, self.user_ids[0])
