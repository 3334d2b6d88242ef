# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestOcaSlaImport(SupportCase):
    """Policies of OCA's helpdesk_mgmt_sla become support plans.

    Without that addon the plans are made of rows as its policies are read; what reads
    them is tested where it is installed too (``TEST_MODULES``).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["support.plan"]
        cls.stage_awaiting = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_awaiting.holds_sla = False
        cls.two_days = cls._row(policy="Two days", is_closing=True, days=2, hours=1)
        cls.answer = cls._row(policy="Answer", hours=6)

    @classmethod
    def _row(cls, **vals):
        return {
            "policy": "Policy",
            "company_id": cls.company.id,
            "calendar_id": cls.CAL.id,
            "is_closing": False,
            "days": 0,
            "hours": 0,
            "hold_stage_ids": [],
            "is_partial": False,
            **vals,
        }

    def _make(self, *rows):
        """Return the plan, and what was said."""
        sentences = self.plans._make_plans_of_policies(rows)
        return self.plans.search([("name", "=", "OCA SLA: Office hours")]), sentences

    def _get_targets(self, plan):
        return {
            line.priority: (line.response_hours, line.resolution_hours)
            for line in plan.sla_ids
        }

    # === PLANS === #

    def test_policies_give_targets_to_every_priority(self):
        plan, sentences = self._make(self.answer, self.two_days)
        self.assertEqual(plan.company_id, self.company)
        self.assertEqual(plan.calendar_id, self.CAL)
        priorities = dict(self.env["helpdesk.ticket"]._selection_priority())
        # Two days of eight hours, and one hour
        self.assertEqual(self._get_targets(plan), dict.fromkeys(priorities, (6, 17)))
        self.assertEqual(
            sentences,
            [
                "“OCA SLA: Office hours”: first response in 6 h, resolution in 17 h "
                "(0: no promise)."
            ],
        )

    def test_shortest_policy_wins(self):
        plan, _sentences = self._make(
            self.two_days, self._row(is_closing=True, days=1), self.answer
        )
        self.assertEqual(set(self._get_targets(plan).values()), {(6, 8)})

    def test_answer_is_not_promised_later_than_the_resolution(self):
        plan, _sentences = self._make(self._row(days=5), self.two_days)
        self.assertEqual(set(self._get_targets(plan).values()), {(17, 17)})

    def test_what_no_policy_promises_is_not_promised(self):
        plan, _sentences = self._make(self.answer)
        self.assertEqual(set(self._get_targets(plan).values()), {(6, 0)})

    def test_each_calendar_and_company_has_its_own_plan(self):
        night = self.CAL.copy({"name": "Night", "company_id": False})
        company = self.env["res.company"].create({"name": "Sister"})
        other = {"calendar_id": night.id, "company_id": company.id}
        before = self.plans.search([])
        self._make(self.answer, self._row(hours=3, **other), self.two_days)
        office, sister = (self.plans.search([]) - before).sorted("company_id")
        self.assertEqual(office.calendar_id, self.CAL)
        self.assertEqual(set(self._get_targets(office).values()), {(6, 17)})
        self.assertEqual((sister.calendar_id, sister.company_id), (night, company))
        self.assertEqual(set(self._get_targets(sister).values()), {(3, 0)})

    def test_second_run_updates_the_plan_by_whatever_name(self):
        plan, _sentences = self._make(self.answer)
        plan.write({"name": "OCA SLA: Bronze", "active": False})
        lines = plan.sla_ids
        again, sentences = self._make(self._row(hours=2), self.two_days)
        self.assertFalse(again, "no second plan")
        self.assertEqual(plan.sla_ids, lines, "the lines are those of before")
        self.assertEqual(set(self._get_targets(plan).values()), {(2, 17)})
        self.assertIn("“OCA SLA: Bronze”", sentences[0])

    def test_plans_of_others_are_left_alone(self):
        before = self._get_targets(self.plan_24)
        self._make(self.two_days)
        self.assertEqual(self._get_targets(self.plan_24), before)

    def test_promise_beyond_its_calendar_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "more than a year"):
            self._make(self._row(days=1000))

    # === STAGES AND WHAT IS LEFT OUT === #

    def test_ignored_stages_hold_the_clock_once(self):
        stages = self.stage_awaiting + self.stage_done
        row = self._row(hours=1, hold_stage_ids=stages.ids)
        _plan, sentences = self._make(row)
        self.assertTrue(self.stage_awaiting.holds_sla)
        self.assertEqual(self.stage_awaiting.hold_party, "customer")
        self.assertFalse(self.stage_done.holds_sla, "it closes tickets")
        self.assertEqual(
            sentences[1:],
            [
                f"“{self.stage_awaiting.name}” holds the clock, waiting for the "
                "customer."
            ],
        )
        self.stage_awaiting.hold_party = "third_party"
        _plan, sentences = self._make(row)
        self.assertEqual(len(sentences), 1, "it held the clock already")
        self.assertEqual(self.stage_awaiting.hold_party, "third_party")

    def test_conditions_and_unused_policies_are_told(self):
        partial = self._row(policy="VIP", hours=1, is_partial=True)
        unused = self._row(
            policy="Old",
            hours=1,
            calendar_id=False,
            hold_stage_ids=self.stage_awaiting.ids,
        )
        _plan, sentences = self._make(partial, unused, partial)
        self.assertFalse(self.stage_awaiting.holds_sla)
        self.assertEqual(
            sentences[1:],
            [
                "“VIP” is taken over for every ticket: its categories, tags and filter "
                "are not.",
                "“Old” is left out: it has no stage, or no team with an SLA and "
                "working hours of its company.",
            ],
        )

    # === READING === #

    def test_policies_are_read_where_they_are(self):
        if "helpdesk.sla" not in self.env:
            with self.assertRaisesRegex(
                UserError, "helpdesk_mgmt_sla is not installed"
            ):
                self.plans._import_oca_sla()
            return
        policies = self.env["helpdesk.sla"]
        policies.search([]).active = False
        self.env["helpdesk.ticket.team"].search([]).use_sla = False
        self.team.write({"use_sla": True, "resource_calendar_id": self.CAL.id})
        foreign = self.env["res.company"].create({"name": "Foreign"})
        common = {"stage_id": self.stage_done.id}
        policies.create(
            [
                {
                    "name": "Done",
                    "days": 2,
                    "ignore_stage_ids": [Command.set(self.stage_awaiting.ids)],
                    **common,
                },
                {
                    "name": "Team",
                    "stage_id": self.env.ref(
                        "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
                    ).id,
                    "hours": 3,
                    "team_ids": [Command.set(self.team.ids)],
                    "category_ids": [Command.set(self.category_in.ids)],
                },
                {"name": "Other team", "team_ids": [Command.create({"name": "T"})]}
                | common,
                {"name": "Foreign", "company_id": foreign.id, **common},
                {"name": "No stage", "hours": 1},
                {"name": "Archived", "hours": 1, "active": False, **common},
            ]
        )
        rows = {row["policy"]: row for row in self.plans._read_oca_policies()}
        unused = {"company_id": False, "calendar_id": False, "is_closing": True}
        self.assertEqual(
            rows,
            {
                "Done": self._row(
                    policy="Done",
                    days=2,
                    is_closing=True,
                    hold_stage_ids=self.stage_awaiting.ids,
                ),
                "Team": self._row(policy="Team", hours=3, is_partial=True),
                "Other team": self._row(policy="Other team", **unused),
                "Foreign": self._row(policy="Foreign", **unused),
                "No stage": self._row(
                    policy="No stage", hours=1, **{**unused, "is_closing": False}
                ),
            },
        )
        self.plans._import_oca_sla()
        plan = self.plans.search([("name", "=", "OCA SLA: Office hours")])
        self.assertEqual(set(self._get_targets(plan).values()), {(3, 16)})
