# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
import random
from collections import Counter

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ...tools import assignment
from ...tools.assignment import Person, Skill, Work
from .assignment_common import AT_NIGHT, AT_WORK, AssignmentCase

FEW, MANY = 10, 100


@tagged("post_install", "-at_install")
class TestAssignmentChoice(TransactionCase):
    """The choice alone: people and works, without a database."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(assignment).failed, 0)

    def test_turn_goes_round(self):
        people = [Person(3), Person(1), Person(2)]
        chosen, last = assignment.distribute("turn", people, [Work()] * 7, last=1)
        self.assertEqual(chosen, [2, 3, 1, 2, 3, 1, 2])
        self.assertEqual(last, 2)

    def test_turn_of_who_has_left(self):
        chosen, _last = assignment.distribute(
            "turn", [Person(1), Person(9)], [Work()], 5
        )
        self.assertEqual(chosen, [9])

    def test_limit_passes_by(self):
        people = [Person(1, count=4), Person(2, count=1)]
        chosen, last = assignment.distribute("turn", people, [Work()] * 4, limit=3)
        self.assertEqual(chosen, [2, 2, None, None])
        self.assertEqual(last, 2)

    def test_skill_first_then_load(self):
        both = frozenset({1, 2})
        people = [
            Person(1, load=9, count=3, skills=(Skill(topics=frozenset({1})),)),
            Person(2, load=1, count=1, skills=(Skill(applications=both),)),
            Person(3),
        ]
        works = [Work(1), Work(1, 2), Work(5, 7)]
        chosen, _last = assignment.distribute("skill", people, works)
        self.assertEqual(chosen, [1, 2, None])

    def test_no_such_method(self):
        with self.assertRaisesRegex(ValueError, "no such method: 'lots'"):
            assignment.distribute("lots", [], [])

    def test_loads_of_all_weights_end_even(self):
        """Whatever they have at first: who had the least catches up with the others."""
        draw = random.Random(14)
        for _round in range(50):
            people = [
                Person(key, load=(load := draw.randint(0, 40)), count=load // 2)
                for key in range(draw.randint(1, 9))
            ]
            works = [Work(weight=draw.choice((1, 1, 2, 4))) for _number in range(1000)]
            total = sum(work.weight for work in works) + sum(
                person.load for person in people
            )
            chosen, _last = assignment.distribute("load", people, works)
            self.assertNotIn(None, chosen)
            loads = [person.load for person in people]
            self.assertEqual(sum(loads), total)
            self.assertLessEqual(max(loads) - min(loads), 1)


@tagged("post_install", "-at_install")
class TestAssignment(AssignmentCase):
    def test_by_hand_nobody_is_chosen(self):
        self.team.support_assignment = "hand"
        ticket = self._file()
        self.assertFalse(ticket.user_id)
        self.assertFalse(ticket.assignment_state)

    def test_in_turn(self):
        self.assertEqual(self._file(2).mapped("user_id"), self.a + self.b)
        self.assertEqual(self._file().user_id, self.c)
        self.assertEqual(self._file().user_id, self.a)
        self.assertEqual(self.team.support_last_user_id, self.a)

    def test_who_is_given_somebody_keeps_them(self):
        self.assertEqual(self._file(user_id=self.b.id).user_id, self.b)
        self.assertEqual(self._file().user_id, self.a)

    def test_not_who_is_on_leave(self):
        leave = self._take_leave(self.a, "2026-06-01 06:00:00", "2026-06-01 15:00:00")
        self.assertEqual(self._file().user_id, self.b)
        leave.unlink()
        self.assertEqual(self._file(2).mapped("user_id"), self.c + self.a)

    def test_not_who_does_not_work_now(self):
        part_time = self.CAL.copy({"name": "Afternoons"})
        part_time.attendance_ids.filtered(
            lambda line: line.day_period == "morning"
        ).unlink()
        self.resources[:2].calendar_id = part_time
        self.assertEqual(self._file(2).mapped("user_id"), self.c)
        afternoon = self._file(2, "2026-06-01 13:00:00")
        self.assertEqual(afternoon.mapped("user_id"), self.a + self.b)

    def test_not_on_a_public_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Whit Monday",
                "calendar_id": self.CAL.id,
                "company_id": self.company.id,
                "date_from": "2026-06-01 00:00:00",
                "date_to": "2026-06-01 21:59:59",
            }
        )
        self.assertFalse(self._file().user_id)

    def test_not_who_has_left(self):
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        self.a.active = False
        self.b.write(
            {
                "company_ids": [Command.set(other_company.ids)],
                "company_id": other_company.id,
            }
        )
        self.assertEqual(self._file(3).user_id, self.c)

    def test_not_who_cannot_open_it(self):
        employee = new_test_user(self.env, "no_agent", company_id=self.company.id)
        self.team.user_ids = employee
        self.assertFalse(self._file().user_id)

    def test_who_has_no_calendar_works_as_the_company(self):
        self.resources.unlink()
        self.assertEqual(self._file().user_id, self.a)
        self.assertFalse(self._file(moment=AT_NIGHT).user_id)

    def test_at_night_until_the_morning(self):
        ticket = self._file(moment=AT_NIGHT)
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.assignment_state, "untaken")
        self._run_job()
        self.assertEqual(ticket.user_id, self.a)
        self.assertFalse(ticket.assignment_state)

    def test_the_leader_at_work_is_told_once(self):
        self.team.support_open_limit = 1
        self.resources.create(
            {"name": "M", "user_id": self.manager.id, "calendar_id": self.CAL.id}
        )
        tickets = self._file(5)
        self.assertEqual(tickets[:3].mapped("user_id"), self.people)
        untaken = tickets[3:]
        self.assertEqual(untaken.mapped("assignment_state"), ["untaken"] * 2)
        told = self._find_told()
        self.assertEqual(len(told), 1)
        self.assertIn(untaken[0].number, told.body)
        self.assertIn(untaken[1].number, told.body)
        self._run_job()
        self.assertEqual(self._find_told(), told)
        # Somebody is done with theirs: one of the two is taken.
        with self.at(AT_WORK):
            tickets[0].stage_id = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_stage_done"
            )
        self._run_job()
        self.assertEqual(untaken.mapped("user_id"), self.a)
        self.assertEqual(len(untaken.filtered("user_id")), 1)

    def test_the_leader_is_not_woken(self):
        self._file(moment=AT_NIGHT)
        self.assertFalse(self._find_told())
        found = self.tickets.with_user(self.manager).search(
            [("assignment_state", "=", "untaken"), ("team_id", "=", self.team.id)]
        )
        self.assertEqual(len(found), 1)

    def _find_told(self):
        return self.env["mail.message"].search(
            [
                ("model", "=", "helpdesk.ticket.team"),
                ("res_id", "=", self.team.id),
                ("partner_ids", "in", self.manager.partner_id.ids),
            ]
        )

    def test_taken_by_hand_meanwhile(self):
        ticket = self._file(moment=AT_NIGHT)
        ticket.with_user(self.c).assign_to_me()
        self.assertFalse(ticket.assignment_state)
        self._run_job()
        self.assertEqual(ticket.user_id, self.c)

    def test_by_load(self):
        self.team.support_assignment = "load"
        self._file(user_id=self.a.id, priority="3")  # 4
        self._file(user_id=self.b.id, priority="1")  # 2
        self._file(user_id=self.c.id, priority="0")  # 1
        # What is done weighs nothing.
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self._file(9, user_id=self.c.id, stage_id=done.id)
        self.assertEqual(self._file(priority="0").user_id, self.c)  # 2
        # Of equals, who comes after who was last.
        self.assertEqual(self._file(priority="3").user_id, self.b)  # 6
        self.assertEqual(self._file(priority="1").user_id, self.c)  # 4
        self.assertEqual(self._file(priority="1").user_id, self.a)

    def test_by_skill(self):
        self.team.support_assignment = "skill"
        applications = self.env["support.application"].search([], limit=2)
        self.env["support.skill"].create(
            [
                {
                    "team_id": self.team.id,
                    "user_id": self.b.id,
                    "category_ids": [Command.set(self.category_in.ids)],
                },
                {
                    "team_id": self.team.id,
                    "user_id": self.c.id,
                    "category_ids": [Command.set(self.category_out.ids)],
                    "application_ids": [Command.set(applications[0].ids)],
                },
            ]
        )
        in_scope = {"category_id": self.category_in.id}
        out = {"category_id": self.category_out.id}
        first, second = applications.ids
        self.assertEqual(self._file(2, **in_scope).user_id, self.b)
        self.assertEqual(self._file(**out, application_id=first).user_id, self.c)
        self.assertFalse(self._file(**out, application_id=second).user_id)
        self.assertFalse(self._file(**out).user_id)

    def test_another_team(self):
        ticket = self._file(team_id=False, user_id=False)
        self.assertFalse(ticket.user_id)
        with self.at(AT_WORK):
            ticket.with_user(self.agent).team_id = self.team
        self.assertEqual(ticket.user_id, self.a)

    def test_history_is_given_to_nobody(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket = self._file(stage_id=done.id)
        self.assertFalse(ticket.user_id)
        self.assertFalse(ticket.assignment_state)

    def test_a_customer_files(self):
        with self.at(AT_WORK):
            ticket = (
                self.tickets.with_user(self.a1)
                .sudo()
                .create(
                    {
                        "name": "From the portal",
                        "description": "<p>Portal</p>",
                        "partner_id": self.a1.partner_id.id,
                        "team_id": self.team.id,
                        "company_id": self.company.id,
                    }
                )
            )
        self.assertEqual(ticket.user_id, self.a)

    def test_nobody_writes_the_state(self):
        ticket = self._file()
        with self.assertRaisesRegex(AccessError, "Assignment"):
            ticket.with_user(self.manager).assignment_state = "untaken"

    def test_back_to_by_hand(self):
        ticket = self._file(moment=AT_NIGHT)
        self.team.with_user(self.manager).support_assignment = "hand"
        self.assertFalse(ticket.assignment_state)
        self._run_job()
        self.assertFalse(ticket.user_id)

    def test_a_thousand_in_one_call(self):
        for method in ("turn", "load"):
            self.team.support_assignment = method
            tickets = self._file(1000)
            counts = Counter(ticket.user_id for ticket in tickets)
            self.assertEqual(counts.keys(), {*self.people})
            self.assertLessEqual(max(counts.values()) - min(counts.values()), 1)

    def test_a_thousand_of_all_priorities(self):
        """Weighed by their priority, and one of the team on leave."""
        self._take_leave(self.b, "2026-06-01 06:00:00", "2026-06-01 15:00:00")
        weights = {"0": 1, "1": 2, "3": 4}
        draw = random.Random(14)
        self.team.support_assignment = "load"
        with self.at(AT_WORK):
            tickets = self.tickets.create(
                [
                    {
                        "name": f"Request {number}",
                        "description": "<p>Request</p>",
                        "partner_id": self.a1.partner_id.id,
                        "team_id": self.team.id,
                        "priority": draw.choice("0113"),
                        "user_id": False,
                    }
                    for number in range(1000)
                ]
            )
        loads = Counter()
        for ticket in tickets:
            loads[ticket.user_id] += weights[ticket.priority]
        self.assertEqual(loads.keys(), {self.a, self.c})
        self.assertLessEqual(abs(loads[self.a] - loads[self.c]), 1)

    def test_one_after_the_other(self):
        """Who comes next has the least: by one ticket, be it the heaviest, at most."""
        draw = random.Random(14)
        for method, most in (("turn", 1), ("load", 4)):
            self.team.support_assignment = method
            work = Counter(dict.fromkeys(self.people, 0))
            before = self.tickets
            for _number in range(40):
                priority = draw.choice("0113")
                ticket = self._file(priority=priority)
                before |= ticket
                weight = {"0": 1, "1": 2, "3": 4}[priority]
                work[ticket.user_id] += weight if method == "load" else 1
                self.assertLessEqual(max(work.values()) - min(work.values()), most)
            # The next method begins with nobody having anything.
            before.active = False

    def test_a_limit_counts_what_they_have_elsewhere(self):
        """Open tickets of all teams, whoever gave them; what is done leaves room."""
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [Command.set(self.people.ids)]}
        )
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self._file(2, team_id=other.id, user_id=self.a.id)
        self._file(2, user_id=self.b.id, stage_id=done.id)
        self.team.support_open_limit = 2
        for method in ("turn", "load"):
            self.team.support_assignment = method
            tickets = self._file(5)
            self.assertNotIn(self.a, tickets.user_id)
            self.assertEqual(len(tickets.filtered("user_id")), 4)
            tickets.active = False

    def test_statements_do_not_grow(self):
        skills = self.env["support.skill"]
        for user in self.people:
            skills.create({"team_id": self.team.id, "user_id": user.id})
        for method in ("turn", "load", "skill"):
            self.team.support_assignment = method
            # The first one fills the caches that outlive it.
            _first, few, many = (
                self._count_statements(count) for count in (FEW, FEW, MANY)
            )
            self.assertEqual(few, many, method)

    def _count_statements(self, count):
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        vals_list = [
            {
                "team_id": self.team.id,
                "company_id": self.company.id,
                "stage_id": stage.id,
                "category_id": self.category_in.id,
                "priority": "1",
            }
            for _number in range(count)
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with self.at(AT_WORK):
            self.tickets._add_assignees(vals_list)
        self.assertTrue(all(vals.get("user_id") for vals in vals_list))
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestAssignmentPresence(AssignmentCase):
    def test_another_company_is_another_calendar(self):
        """Who works for two companies is away in one of them only."""
        beta = self.env["res.company"].create({"name": "Beta"})
        self.a.company_ids += beta
        night = self.CAL.copy({"name": "Nights", "company_id": beta.id})
        night.attendance_ids.unlink()
        resource = self.resources[:1].copy(
            {"company_id": beta.id, "calendar_id": night.id, "user_id": self.a.id}
        )
        self.assertEqual(resource.user_id, self.a)
        teams = self.env["helpdesk.ticket.team"]
        with self.at(AT_WORK):
            self.assertTrue(teams._filter_present(self.a, self.company))
            self.assertFalse(teams._filter_present(self.a, beta))

    def test_a_day(self):
        teams = self.env["helpdesk.ticket.team"]
        tuesday = [
            fields.Datetime.to_datetime(f"2026-06-0{day} 22:00:00") for day in (1, 2)
        ]
        self._take_leave(self.a, "2026-06-02 05:00:00", "2026-06-02 16:00:00")
        self._take_leave(self.b, "2026-06-02 05:00:00", "2026-06-02 11:00:00")
        with self.at(AT_NIGHT):
            present = teams._filter_present(self.people, self.company, tuesday)
        self.assertEqual(present, self.b + self.c)
