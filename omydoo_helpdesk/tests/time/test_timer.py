# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .time_common import TimeCase


@tagged("post_install", "-at_install")
class TestTimer(TimeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls._create_pack(cls.customer_a, 10)
        cls.ticket = cls._create_ticket_out().with_user(cls.agent)
        cls.other = cls._create_ticket().with_user(cls.agent)

    def _open(self, action, user=None):
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .with_context(**action["context"])
        )

    def _timers(self):
        return self.env["support.ticket.timer"].search([])

    def test_start_and_stop(self):
        with self.at("2026-06-01 07:00:00") as started:
            self.ticket.action_timer_start()
        self.assertEqual(self.ticket.timer_started_at, started)
        # Nobody else's
        self.assertFalse(self.ticket.with_user(self.manager).timer_started_at)
        with self.at("2026-06-01 07:16:20"):
            self.assertTrue(self.ticket.action_timer_start())  # runs on
            form = self._open(self.ticket.action_timer_stop())
            self.assertAlmostEqual(form.hours * 60, 16)
            self.assertAlmostEqual(form.charged_hours * 60, 30)
            form.name = "Looked into it"
            wizard = form.save()
            # Closed without saving, it runs on.
            self.assertEqual(self._timers().ticket_id, self.ticket)
            wizard.action_save()
        self.assertFalse(self._timers())
        line = self.ticket.timesheet_ids
        self.assertEqual((line.name, line.user_id), ("Looked into it", self.agent))
        self.assertEqual(str(line.date), "2026-06-01")
        self.assertPack(self.pack, 0.5)
        with self.assertRaisesRegex(UserError, "stopped somewhere else"):
            wizard.action_save()
        self.assertEqual(len(self.ticket.timesheet_ids), 1)

    def test_date_is_that_of_the_start_for_the_agent(self):
        with self.at("2026-05-31 22:30:00"):  # 00:30 in Paris
            self.ticket.action_timer_start()
            form = self._open(self.ticket.action_timer_stop())
            self.assertEqual(str(form.date), "2026-06-01")
            self.assertAlmostEqual(form.hours * 60, 1)

    def test_discard(self):
        self.ticket.action_timer_start()
        form = self._open(self.ticket.action_timer_stop())
        form.save().action_discard_timer()
        self.assertFalse(self._timers())
        self.assertFalse(self.ticket.timesheet_ids)

    def test_closing_stops_the_timers(self):
        """By every road, everybody's; the time stays to be recorded (FAULTS A10)."""
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        for vals in (
            {"stage_id": done.id},
            {"active": False},
            {"duplicate_id": self.other.id},
        ):
            with self.subTest(vals):
                ticket = self._create_ticket_out().with_user(self.agent)
                with self.at("2026-06-01 07:00:00"):
                    ticket.action_timer_start()
                    ticket.with_user(self.manager).action_timer_start()
                with self.at("2026-06-01 07:20:00") as closed_at:
                    ticket.with_user(self.project_manager).write(vals)
                self.assertEqual(ticket.timer_stopped_at, closed_at)
                self.assertEqual(self._timers().mapped("stopped_at"), [closed_at] * 2)
                with self.at("2026-06-01 18:00:00"):
                    # What comes later changes nothing.
                    ticket.write({"active": True})
                    form = self._open(ticket.action_timer_stop())
                    self.assertAlmostEqual(form.hours * 60, 20)
                    form.save().action_save()
                self.assertAlmostEqual(ticket.timesheet_ids.support_real_hours * 60, 20)
                self.assertEqual(self._timers().user_id, self.manager)
                self._timers().unlink()

    def test_stopped_timer_comes_first(self):
        """It is asked for before the next one runs, on the same ticket too."""
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        progress = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        self.ticket.action_timer_start()
        self.ticket.stage_id = done
        self.ticket.stage_id = progress
        for ticket in (self.other, self.ticket):
            action = ticket.action_timer_start()
            self.assertEqual(action["res_model"], "support.ticket.time")
            self.assertEqual(action["context"]["default_ticket_id"], self.ticket.id)
        self._open(action).save().action_discard_timer()
        self.assertFalse(self.ticket.timer_stopped_at)
        self.assertTrue(self.ticket.timer_started_at)

    def test_one_timer_for_each_user(self):
        self.ticket.action_timer_start()
        action = self.other.action_timer_start()
        self.assertEqual(action["res_model"], "support.ticket.time")
        self.assertEqual(self._timers().ticket_id, self.ticket)
        form = self._open(action)
        self.assertEqual(form.ticket_id, self.ticket)
        form.hours = 0.5
        form.save().action_save()
        self.assertEqual(self._timers().ticket_id, self.other)
        self.assertEqual(self.ticket.timesheet_ids.support_real_hours, 0.5)
        # A colleague's runs beside it.
        self.ticket.with_user(self.manager).action_timer_start()
        self.assertEqual(len(self._timers()), 2)

    def test_timer_restarted_in_another_tab(self):
        with self.at("2026-06-01 07:00:00"):
            self.ticket.action_timer_start()
            form = self._open(self.ticket.action_timer_stop())
        self._timers().unlink()
        with self.at("2026-06-01 09:00:00"):
            self.ticket.action_timer_start()
            with self.assertRaisesRegex(UserError, "another one started"):
                form.save().action_save()
        self.assertFalse(self.ticket.timesheet_ids)
        self.assertTrue(self._timers())

    def test_time_typed_in(self):
        form = self._open(self.ticket.action_log_time())
        with self.assertRaisesRegex(UserError, "how much time"):
            form.save().action_save()
        form.hours = 1
        form.support_no_charge = True
        form.support_no_charge_reason = "A gesture"
        self.assertFalse(form.charged_hours)
        form.save().action_save()
        self.assertPack(self.pack, 0)
        self.assertEqual(self.ticket.total_hours, 1)

    def test_timers_are_out_of_reach(self):
        timers = self.env["support.ticket.timer"]
        for values in ({}, {"user_id": self.manager.id}):
            with self.assertRaises(AccessError):
                timers.with_user(self.agent).create(
                    {"ticket_id": self.ticket.id, **values}
                )
        self.ticket.action_timer_start()
        with self.assertRaises(AccessError):
            self._timers().with_user(self.manager).read(["ticket_id"])
        for user in (self.a1, new_test_user(self.env, "x", groups="base.group_user")):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_timer_start()


@tagged("post_install", "-at_install")
class TestTimerTour(TimeCase, HttpCase):
    browser_size = "1600x900"

    def test_agent_times_a_ticket(self):
        pack = self._create_pack(self.customer_a, 10)
        ticket = self._create_ticket_out(name="Timed request")
        self.start_tour(
            f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_action/{ticket.id}",
            "omydoo_helpdesk_agent_times_a_ticket",
            login=self.agent.login,
        )
        self.env.invalidate_all()
        line = ticket.timesheet_ids
        self.assertEqual(line.name, "Rebuilt the report")
        self.assertEqual(line.support_customer_note, "Report rebuilt")
        self.assertAlmostEqual(line.support_real_hours, 0.5)
        self.assertPack(pack, 0.5)
        self.assertFalse(self.env["support.ticket.timer"].search([]))
