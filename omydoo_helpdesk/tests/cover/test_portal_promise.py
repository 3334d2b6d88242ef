# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import SupportCase
from ..portal_common import PortalCase

# Office hours are 8 to 12 and 13 to 17 in Paris, on working days: in November 2026,
# an hour later than UTC. The 25th is a Wednesday.
WEDNESDAY_9 = datetime(2026, 11, 25, 8)
WEDNESDAY_20 = datetime(2026, 11, 25, 19)
FRIDAY_17 = datetime(2026, 11, 27, 16)


@tagged("post_install", "-at_install")
class TestPromises(SupportCase):
    def test_in_working_hours(self):
        self.assertEqual(
            self.plan_24._get_promises(WEDNESDAY_9),
            {
                # 4 h from 9: until 12, then from 13 to 14
                "3": {"deadline": datetime(2026, 11, 25, 13), "later": False},
                # 8 h: 7 on this day, and one on the next
                "1": {"deadline": datetime(2026, 11, 26, 8), "later": False},
                # 16 h
                "0": {"deadline": datetime(2026, 11, 27, 8), "later": False},
            },
        )

    def test_outside_working_hours(self):
        promises = self.plan_24._get_promises(WEDNESDAY_20)
        self.assertEqual(promises["3"]["later"], datetime(2026, 11, 26, 7))
        # A deadline falls at the end of the morning, not at the start of the afternoon.
        self.assertEqual(promises["3"]["deadline"], datetime(2026, 11, 26, 11))

    def test_when_the_day_ends(self):
        promises = self.plan_24._get_promises(FRIDAY_17)
        self.assertEqual(promises["1"]["later"], datetime(2026, 11, 30, 7))
        self.assertEqual(promises["1"]["deadline"], datetime(2026, 11, 30, 16))

    def test_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Bridge",
                "calendar_id": self.CAL.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 11, 26),
                "date_to": datetime(2026, 11, 27, 22),
            }
        )
        promises = self.plan_24._get_promises(WEDNESDAY_20)
        self.assertEqual(promises["3"]["later"], datetime(2026, 11, 30, 7))

    def test_around_the_clock(self):
        self.plan_24.calendar_id = False
        self.assertEqual(
            self.plan_24._get_promises(WEDNESDAY_20)["3"],
            {"deadline": datetime(2026, 11, 25, 23), "later": False},
        )

    def test_far_target(self):
        """The first window of working hours is too short for it."""
        self.plan_24.sla_ids.filtered(lambda line: line.priority == "0").write(
            {"response_hours": 400, "resolution_hours": 800}
        )
        # 400 h are 50 working days, ten weeks.
        deadline = self.plan_24._get_promises(WEDNESDAY_9)["0"]["deadline"]
        self.assertEqual(deadline, datetime(2027, 2, 3, 8))

    def test_nothing_promised(self):
        self.plan_24.sla_ids.unlink()
        self.assertEqual(self.plan_24._get_promises(WEDNESDAY_9), {})

    def test_what_a_ticket_gets(self):
        self._create_subscription(self.customer_a, self.plan_24)
        for moment in (WEDNESDAY_9, WEDNESDAY_20, FRIDAY_17):
            promises = self.plan_24._get_promises(moment)
            for priority, promise in promises.items():
                with self.at(str(moment)):
                    ticket = self._create_ticket(claimed_priority=priority)
                self.assertEqual(ticket.response_deadline, promise["deadline"])


@tagged("post_install", "-at_install")
class TestPromisesOnTheForm(PortalCase):
    def _read(self, moment, priority):
        with freeze_time(moment):
            self._login(self.a1)
            page = self._get("/new/ticket")
        return self._text(
            page,
            f"//*[@id='claimed_priority_{priority}_promise']"
            "|//*[contains(@class, 'o_support_later')]",
        )

    def test_in_the_visitors_time_zone(self):
        self.assertIn("26 novembre 2026", self._read(WEDNESDAY_9, "1"))
        self.assertIn("09:00 (Europe/Paris)", self._read(WEDNESDAY_9, "1"))
        self.a1.tz = "America/Martinique"
        self.assertIn("04:00 (America/Martinique)", self._read(WEDNESDAY_9, "1"))

    def test_when_the_clock_starts(self):
        self.assertNotIn("08:00", self._read(WEDNESDAY_9, "3"))
        text = self._read(WEDNESDAY_20, "3")
        self.assertIn("26 novembre 2026", text)
        self.assertIn("08:00 (Europe/Paris)", text)
        self.assertIn("12:00 (Europe/Paris)", text)

    def test_no_plan_no_promise(self):
        with freeze_time(WEDNESDAY_9):
            self._login(self.b1)
            page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//*[contains(@class, 'o_support_deadline')]"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_support_later')]"))
        self.assertNotIn("2026", self._text(page, "//fieldset[@id='claimed_priority']"))
