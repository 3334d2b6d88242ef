# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user

from .desk import DeskCase

# A Monday, 10:00 and 15:00 in Paris
MORNING, AFTERNOON = "2026-06-01 08:00:00", "2026-06-01 13:00:00"
METHODS = ("turn", "load", "skill")


class TestBesideTimeOff(DeskCase):
    """Who is absent by Odoo's time off is given no ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office hours",
                "tz": "Europe/Paris",
                "company_id": cls.env.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": f"{day} {period}",
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": period,
                            }
                        )
                        for day in range(5)
                        for start, end, period in (
                            (8, 12, "morning"),
                            (13, 17, "afternoon"),
                        )
                    ),
                ],
            }
        )
        cls.env.company.resource_calendar_id = cls.calendar
        cls.people = cls.env["res.users"].concat(
            *(
                new_test_user(
                    cls.env,
                    f"nb_taker_{letter}",
                    "helpdesk_mgmt.group_helpdesk_user",
                    tz="Europe/Paris",
                )
                for letter in "abc"
            )
        )
        cls.employees = cls.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "resource_calendar_id": cls.calendar.id,
                    "tz": "Europe/Paris",
                    # Since before the leaves.
                    "contract_date_start": "2020-01-01",
                    "date_version": "2020-01-01",
                }
                for user in cls.people
            ]
        )
        cls.kind = cls.env["hr.leave.type"].create(
            {
                "name": "Holidays",
                "requires_allocation": False,
                "leave_validation_type": "hr",
                "request_unit": "half_day",
            }
        )
        cls.team.write(
            {
                "user_ids": [Command.set(cls.people.ids)],
                "support_skill_ids": [
                    Command.create({"user_id": user.id}) for user in cls.people
                ],
            }
        )

    def ask_leave(self, employee, day="2026-06-01", until=None, **vals):
        """Return what an employee asked for, which nobody has approved yet."""
        return self.env["hr.leave"].create(
            {
                "name": "Beach",
                "employee_id": employee.id,
                "holiday_status_id": self.kind.id,
                "request_date_from": day,
                "request_date_to": until or day,
                "request_date_from_period": "am",
                "request_date_to_period": "pm",
                **vals,
            }
        )

    def take_leave(self, employee, *args, **vals):
        """Return an absence of an employee that is approved."""
        leave = self.ask_leave(employee, *args, **vals)
        leave.action_approve()
        self.assertEqual(leave.state, "validate")
        return leave

    def file(self, method, count=30, moment=MORNING):
        """Return how many of some new tickets each was given, in order."""
        self.team.support_assignment = method
        with freeze_time(moment):
            tickets = self.env["helpdesk.ticket"].create(
                [
                    {
                        "name": f"Request {number}",
                        "description": "Request",
                        "partner_id": self.customer.partner_id.id,
                        "team_id": self.team.id,
                        "category_id": self.category.id,
                        "user_id": False,
                    }
                    for number in range(count)
                ]
            )
        counts = Counter(tickets.mapped(lambda ticket: ticket.user_id.id))
        tickets.active = False
        self.assertEqual(sum(counts.values()), count)
        return [counts[user.id] for user in self.people]

    def test_present(self):
        for method in METHODS:
            self.assertEqual(self.file(method), [10, 10, 10], method)

    def test_approved(self):
        self.take_leave(self.employees[1])
        for method in METHODS:
            self.assertEqual(self.file(method), [15, 0, 15], method)

    def test_a_thousand(self):
        self.take_leave(self.employees[1], "2026-05-25", "2026-06-12")
        for method in METHODS:
            self.assertEqual(self.file(method, 1000), [500, 0, 500], method)

    def test_not_approved(self):
        self.ask_leave(self.employees[1])
        for method in METHODS:
            self.assertEqual(self.file(method), [10, 10, 10], method)

    def test_refused_after_all(self):
        self.take_leave(self.employees[1]).action_refuse()
        self.assertEqual(self.file("turn"), [10, 10, 10])

    def test_half_a_day(self):
        self.take_leave(
            self.employees[1],
            request_date_from_period="am",
            request_date_to_period="am",
        )
        self.assertEqual(self.file("turn"), [15, 0, 15])
        self.assertEqual(self.file("turn", moment=AFTERNOON), [10, 10, 10])

    def test_some_hours(self):
        self.kind.request_unit = "hour"
        self.take_leave(
            self.employees[1],
            request_unit_hours=True,
            request_hour_from=14,
            request_hour_to=16,
        )
        self.assertEqual(self.file("turn"), [10, 10, 10])
        self.assertEqual(self.file("turn", moment=AFTERNOON), [15, 0, 15])

    def test_everybody_away_until_somebody_is_back(self):
        for employee in self.employees:
            self.take_leave(employee)
        self.team.support_assignment = "turn"
        with freeze_time(MORNING):
            ticket = self.create_ticket(user_id=False)
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.assignment_state, "untaken")
        with freeze_time("2026-06-02 08:00:00"):
            ticket._assign_by_method()
        self.assertIn(ticket.user_id, self.people)

    def test_training_is_no_absence(self):
        """As Odoo counts: what is worked elsewhere is worked."""
        self.kind.time_type = "other"
        self.take_leave(self.employees[1])
        self.assertEqual(self.file("turn"), [10, 10, 10])

    def test_handed_on_to_who_is_there_tomorrow(self):
        mine, away, there = self.people
        self.take_leave(self.employees[1], "2026-06-02")
        self.team.support_assignment = "turn"
        tickets = self.env["helpdesk.ticket"].concat(
            *(self.create_ticket(user_id=mine.id) for _number in range(4))
        )
        with freeze_time(MORNING):
            wizard = self.env["support.hand.on"].with_user(mine).create({})
            self.assertEqual(wizard.away_on, fields.Date.to_date("2026-06-02"))
            wizard.user_id = away
            self.assertIn(away.name, wizard.absence_notice)
            wizard.way = "team"
            wizard.action_hand_on()
        self.assertEqual(tickets.user_id, there)
