# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools import public_holidays
from ..desk.start_common import MANAGER, StartCase

# The French code of labour, article L3133-1; Easter by the almanac.
FRENCH_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 8),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 7, 14),
    date(2026, 8, 15),
    date(2026, 11, 1),
    date(2026, 11, 11),
    date(2026, 12, 25),
}
FRENCH_2027 = {
    date(2027, 1, 1),
    date(2027, 3, 29),
    date(2027, 5, 1),
    date(2027, 5, 6),
    date(2027, 5, 8),
    date(2027, 5, 17),
    date(2027, 7, 14),
    date(2027, 8, 15),
    date(2027, 11, 1),
    date(2027, 11, 11),
    date(2027, 12, 25),
}


@tagged("post_install", "-at_install")
class TestStartHours(StartCase):
    """When the desk is open: the manager's to say, of hours that are the desk's own."""

    def setUp(self):
        super().setUp()
        self.startClassPatcher(freeze_time("2026-03-02 10:00:00"))

    def _get_days(self):
        return self.env["resource.calendar.leaves"].search(
            [("calendar_id", "=", self.new.support_calendar_id.id)]
        )

    def test_french_hours_in_one_click(self):
        self.assertIn("hours", self._get_lacks()["hours"])
        self._start().action_set_hours()
        calendar = self.new.support_calendar_id
        self.assertEqual(calendar.tz, "Europe/Paris")
        self.assertEqual(calendar.company_id, self.new)
        self.assertEqual(calendar.hours_per_week, 35)
        self.assertEqual(calendar.hours_per_day, 7)
        self.assertEqual(
            {(line.hour_from, line.hour_to) for line in calendar.attendance_ids},
            {(9, 12), (14, 18)},
        )
        self.assertEqual(
            sorted(set(calendar.attendance_ids.mapped("dayofweek"))), list("01234")
        )

    def test_changed_again(self):
        self._start().action_set_hours()
        calendar = self.new.support_calendar_id
        self.assertEqual(self._start().morning_from, 9)
        self._start(morning_from=8.5, is_open_on_saturday=True).action_set_hours()
        self.assertEqual(self.new.support_calendar_id, calendar)
        self.assertEqual(calendar.hours_per_week, 45)  # six days of 7.5 hours
        start = self._start()
        self.assertEqual((start.morning_from, start.is_open_on_saturday), (8.5, True))

    def test_open_all_day(self):
        self._start(
            morning_from=8, morning_to=18, afternoon_from=18, afternoon_to=18
        ).action_set_hours()
        self.assertEqual(self.new.support_calendar_id.hours_per_week, 50)
        self.assertEqual(
            [self._start()[name] for name in ("morning_from", "morning_to")], [8, 18]
        )

    def test_hours_that_cannot_be(self):
        for vals in (
            {"morning_from": 13},
            {"morning_to": 15},
            {
                "morning_from": 9,
                "morning_to": 9,
                "afternoon_from": 9,
                "afternoon_to": 9,
            },
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                self._start(**vals).action_set_hours()
        self.assertFalse(self.new.support_calendar_id)

    def test_nobody_s_working_time_is_changed(self):
        """A calendar that was not made here is an administrator's, if chosen too."""
        working = self.new.resource_calendar_id
        before = working.attendance_ids.ids
        self.new.with_user(self.boss).support_calendar_id = working
        with self.assertRaises(UserError):
            self.new.with_user(self.boss)._close_support_desk(
                [(date(2026, 4, 1), "Mine")]
            )
        self._start().action_set_hours()
        self.assertEqual(working.attendance_ids.ids, before)
        self.assertNotEqual(self.new.support_calendar_id, working)
        self.assertFalse(working.is_support_hours)
        with self.assertRaises(AccessError):
            working.with_user(self.boss).is_support_hours = True

    def test_a_desk_of_before(self):
        """Its plans have hours, or need none: nothing has to be said again."""
        self.assertTrue(self._get_lacks()["hours"])
        self.env["support.plan"].create(
            {
                "name": "Of old",
                "company_id": self.new.id,
                "calendar_id": self.new.resource_calendar_id.id,
            }
        )
        self.assertEqual(self._get_lacks()["hours"], "")
        self.new.support_calendar_id = self.new.resource_calendar_id
        self.assertEqual(self._get_lacks()["hours"], "")

    def test_public_holidays_once(self):
        self._start().action_set_hours()
        self.assertIn("public holidays of France", self._get_lacks()["hours"])
        self._start().action_add_holidays()
        days = self.new.support_calendar_id._get_support_days_off()
        self.assertEqual(set(days), FRENCH_2026 | FRENCH_2027)
        self.assertEqual(len(self._get_days()), 22)
        self.assertEqual(self._get_lacks()["hours"], "")
        start = self._start()
        self.assertFalse(start.can_add_holidays)
        start.action_add_holidays()
        self.assertEqual(len(self._get_days()), 22)

    def test_a_day_that_is_off_already(self):
        """Entered by hand, for all the calendars of the company: not a second time."""
        self._start().action_set_hours()
        self.env["resource.calendar.leaves"].with_company(self.new).create(
            {
                "name": "1 May",
                "date_from": "2026-04-30 22:00:00",
                "date_to": "2026-05-01 21:59:59",
            }
        )
        self._start().action_add_holidays()
        self.assertEqual(len(self._get_days()), 21)

    def test_what_a_holiday_does_to_a_promise(self):
        """Thursday 30 April 2026, 17:00: an hour is left, the 1st of May is off."""
        self._start().action_set_hours()
        self._start().action_add_holidays()
        self._start().action_make_plans()
        plan = self.env["support.plan"].search(
            [("company_id", "=", self.new.id), ("phone_allowed", "=", True)],
            order="sequence desc",
            limit=1,
        )
        promises = plan._get_promises(datetime(2026, 4, 30, 15, 0))
        # Two hours: one on Thursday until 18:00, one on Monday 4 May from 9:00, Paris.
        self.assertEqual(promises["3"]["deadline"], datetime(2026, 5, 4, 8, 0))

    def test_alsace(self):
        self.assertIn(
            date(2026, 12, 26),
            dict(public_holidays.find_holidays("FR", "57", [2026], "fr_FR")),
        )

    def test_next_year_is_not_asked_for_again(self):
        self._start().action_set_hours()
        self._start().action_add_holidays()
        with freeze_time("2027-01-04 10:00:00"):
            self.assertEqual(self._get_lacks()["hours"], "")
            self.assertTrue(self._start().can_add_holidays)
        with freeze_time("2028-01-04 10:00:00"):
            self.assertIn("public holidays", self._get_lacks()["hours"])

    def test_without_the_library(self):
        self._start().action_set_hours()
        with patch.object(public_holidays, "holidays", None):
            start = self._start()
            self.assertFalse(start.can_add_holidays)
            self.assertIn("“holidays”", self._get_lacks()["hours"])
            self._start(
                closed_on="2026-05-01", closed_for="Fête du Travail"
            ).action_close_day()
            self.assertEqual(self._get_lacks()["hours"], "")
        self.assertEqual(
            (self._get_days().date_from, self._get_days().date_to),
            # Paris is two hours ahead in May.
            (datetime(2026, 4, 30, 22, 0), datetime(2026, 5, 1, 21, 59, 59)),
        )

    def test_a_country_that_the_library_does_not_know(self):
        self.assertIsNone(public_holidays.find_holidays("ZZ", "", [2026], "fr_FR"))
        self.assertIsNone(public_holidays.find_holidays("", "", [2026], "fr_FR"))

    def test_open_after_all(self):
        """Whit Monday, say, is worked; somebody's own leave is nobody's business."""
        self._start().action_set_hours()
        self._start().action_add_holidays()
        action = self._start().action_view_days_off()
        days = self.env["resource.calendar.leaves"].with_user(self.boss)
        self.assertEqual(days.search_count(action["domain"]), 22)
        self.assertEqual(
            set(days.search(action["domain"]).mapped("support_day")),
            FRENCH_2026 | FRENCH_2027,
        )
        whit = days.search(action["domain"]).filtered(
            lambda leave: leave.support_day == date(2026, 5, 25)
        )
        whit.action_support_open()
        self.assertFalse(whit.exists())
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Of the working time",
                "calendar_id": self.new.resource_calendar_id.id,
                "company_id": self.new.id,
                "date_from": "2026-05-04 06:00:00",
                "date_to": "2026-05-04 16:00:00",
            }
        )
        with self.assertRaises(AccessError):
            leave.with_user(self.boss).action_support_open()
        agent = self._new_user("start_agent", "helpdesk_mgmt.group_helpdesk_user")
        with self.assertRaises(AccessError):
            self._get_days()[:1].with_user(agent).action_support_open()


@tagged("post_install", "-at_install")
class TestStartPlans(StartCase):
    """Plans from models, and a first customer."""

    def _get_plans(self):
        return self.env["support.plan"].search([("company_id", "=", self.new.id)])

    def test_what_the_models_promise(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._start().action_set_hours()
        self.assertTrue(self._get_lacks()["plans"])
        self._start().action_make_plans()
        self.assertEqual(self._get_lacks()["plans"], "")
        found = {
            plan.with_context(lang="en_US").name: {
                line.priority: (line.response_hours, line.resolution_hours)
                for line in plan.sla_ids
            }
            for plan in self._get_plans()
        }
        # A working day of the desk has 7 hours.
        self.assertEqual(
            found,
            {
                "24 h support": {"3": (2, 7), "1": (7, 21), "0": (7, 35)},
                "48 h support": {"3": (4, 14), "1": (14, 35), "0": (14, 70)},
                "Full support": {"3": (1, 7), "1": (4, 21), "0": (7, 35)},
            },
        )
        full = self._get_plans().filtered("full_support")
        self.assertEqual(full.with_context(lang="fr_FR").name, "Support intégral")
        self.assertEqual(self._get_plans().calendar_id, self.new.support_calendar_id)

    def test_no_doubles_and_only_what_is_ticked(self):
        self._start().action_set_hours()
        self._start(has_two_days_plan=False, has_full_plan=False).action_make_plans()
        self.assertEqual(len(self._get_plans()), 1)
        self._start().action_make_plans()
        self.assertEqual(len(self._get_plans()), 3)
        self._start().action_make_plans()
        self.assertEqual(len(self._get_plans()), 3)

    def test_customer(self):
        self._start().action_set_hours()
        self._start().action_make_plans()
        self.assertTrue(self._get_lacks()["customer"])
        self._start(
            new_customer="Moulin de la Lune",
            new_contact="Claire Lune",
            new_email="claire@lune.example.com",
        ).action_subscribe()
        self.assertEqual(self._get_lacks()["customer"], "")
        contact = self.env["res.partner"].search(
            [("email", "=", "claire@lune.example.com")]
        )
        self.assertEqual(contact.parent_id.name, "Moulin de la Lune")
        self.assertTrue(contact.user_ids._is_portal())
        self.assertEqual(contact.user_ids.company_id, self.new)
        subscription = self.env["sale.subscription"].search(
            [("partner_id", "=", contact.parent_id.id)]
        )
        today = fields.Date.today()
        self.assertTrue(subscription._is_covering(today))
        self.assertEqual(subscription.company_id, self.new)
        self.assertEqual(subscription.currency_id, self.new.currency_id)
        # Pressed again: neither a second subscription nor a second invitation.
        self._start(contact_id=contact.id).action_subscribe()
        self.assertEqual(
            self.env["sale.subscription"].search_count(
                [("partner_id", "=", contact.parent_id.id)]
            ),
            1,
        )

    def test_contact_that_there_is(self):
        self._start().action_set_hours()
        self._start().action_make_plans()
        contact = self.env["res.partner"].create(
            {"name": "Paule", "email": "paule@example.com"}
        )
        self._start(contact_id=contact.id).action_subscribe()
        self.assertTrue(contact.user_ids._is_portal())
        self.assertEqual(self._get_lacks()["customer"], "")

    def test_who_may_neither_create_nor_invite(self):
        """The page does not go round the rights: it says who has them."""
        boss = self._new_user("start_plain", MANAGER)
        self._start(boss).action_set_hours()
        self._start(boss).action_make_plans()
        self.assertIn(self.boss.name, self._get_lacks(boss)["customer"])
        with self.assertRaises(AccessError):
            self._start(
                boss, new_customer="X", new_contact="Y", new_email="y@example.com"
            ).action_subscribe()
        contact = self.env["res.partner"].create(
            {"name": "Paule", "email": "paule@example.com"}
        )
        self._start(boss, contact_id=contact.id).action_subscribe()
        self.assertFalse(contact.user_ids)
        lacks = self._get_lacks(boss)["customer"]
        self.assertIn("cannot invite", lacks)
        self.assertIn(self.boss.name, lacks)
        self._start(contact_id=contact.id).action_invite()
        self.assertEqual(self._get_lacks(boss)["customer"], "")

    def test_nothing_without_a_name(self):
        self._start().action_set_hours()
        self._start().action_make_plans()
        for vals in (
            {},
            {"new_customer": "X"},
            {"new_customer": "X", "new_contact": "Y"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                self._start(**vals).action_subscribe()

    def test_other_companies_plans_are_not_ours(self):
        foreign = self.env["support.plan"].create(
            {
                "name": "Foreign",
                "company_id": self.company.id,
                "sla_ids": [Command.create({"priority": "1", "response_hours": 1})],
            }
        )
        self.assertNotIn(foreign.name, self._start().plan_names or "")
        self.assertTrue(self._get_lacks()["plans"])
