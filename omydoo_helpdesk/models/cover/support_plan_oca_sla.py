# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import groupby

PREFIX = "OCA SLA: "


class SupportPlanOcaSla(models.Model):
    """Plans made of the policies of OCA's ``helpdesk_mgmt_sla``, for who comes from it.

    The other addon is not needed before or after: only to be read from.
    """

    _name = "support.plan"
    _inherit = ["support.plan"]

    @api.model
    def _import_oca_sla(self):
        """Make or update a plan for each calendar of the teams that use policies.

        A policy whose stage closes tickets gives the resolution, another one the first
        response; among several the shortest wins, for every priority, since policies
        know none. Stages that policies ignore hold the clock, waiting for the customer.
        A second run updates the same plans, whatever they are called by then.

        :return: what was done and what was left out, a sentence each
        :rtype: list[str]
        :raise UserError: the other addon is not installed
        :raise ValidationError: a policy promises more than its calendar can hold
        """
        if "helpdesk.sla" not in self.env:
            raise UserError(
                self.env._(
                    "OCA's helpdesk_mgmt_sla is not installed in this database: there "
                    "are no policies to make support plans of."
                )
            )
        return self._make_plans_of_policies(self._read_oca_policies())

    @api.model
    def _read_oca_policies(self):
        """Return the active policies, once for each plan they have a share in.

        :rtype: list[dict]
        """
        policies = self.env["helpdesk.sla"].search([("active", "=", True)])
        teams = self.env["helpdesk.ticket.team"].search([("use_sla", "=", True)])
        companies = policies.company_id | teams.company_id | self.env.company
        rows = []
        for policy in policies:
            row = {
                "policy": policy.name,
                "is_closing": policy.stage_id.closed,
                "days": policy.days,
                "hours": policy.hours,
                "hold_stage_ids": policy.ignore_stage_ids.ids,
                "is_partial": bool(
                    policy.category_ids
                    or policy.tag_ids
                    or (policy.domain or "[]").strip() != "[]"
                ),
            }
            # Without a stage it is kept by every ticket at once: no promise.
            concerned = teams if policy.stage_id else teams.browse()
            if policy.team_ids:
                concerned &= policy.team_ids
            calendars = [
                (company, calendar)
                for company in policy.company_id or companies
                for calendar in concerned.filtered_domain(
                    [("company_id", "in", (company.id, False))]
                ).resource_calendar_id
                if calendar.company_id in (company, company.browse())
            ]
            rows += [
                {**row, "company_id": company.id, "calendar_id": calendar.id}
                for company, calendar in calendars
            ] or [{**row, "company_id": False, "calendar_id": False}]
        return rows

    @api.model
    def _make_plans_of_policies(self, rows):
        """Make or update the plans, and have the stages hold the clock.

        :param rows: as of ``_read_oca_policies``; without a calendar a policy is told
            as left out
        :return: what was done and what was left out, a sentence each
        :rtype: list[str]
        """
        used = [row for row in rows if row["calendar_id"]]
        sentences = []
        for (company_id, calendar_id), promises in groupby(
            used, lambda row: (row["company_id"], row["calendar_id"])
        ):
            targets = self._get_policy_targets(
                promises, self.env["resource.calendar"].browse(calendar_id)
            )
            plan = self._make_plan_of_policies(company_id, calendar_id, targets)
            sentences.append(
                self.env._(
                    "“%(plan)s”: first response in %(response)s h, resolution in "
                    "%(resolution)s h (0: no promise).",
                    plan=plan.name,
                    response=f"{targets['response_hours']:g}",
                    resolution=f"{targets['resolution_hours']:g}",
                )
            )
        return (
            sentences
            + self._hold_clocks_in({it for row in used for it in row["hold_stage_ids"]})
            + [
                self.env._(
                    "“%(policy)s” is taken over for every ticket: its categories, tags "
                    "and filter are not.",
                    policy=policy,
                )
                for policy in dict.fromkeys(
                    row["policy"] for row in used if row["is_partial"]
                )
            ]
            + [
                self.env._(
                    "“%(policy)s” is left out: it has no stage, or no team with an SLA "
                    "and working hours of its company.",
                    policy=row["policy"],
                )
                for row in rows
                if not row["calendar_id"]
            ]
        )

    @api.model
    def _get_policy_targets(self, rows, calendar):
        """Return the shortest first response and resolution among policies.

        :param rows: of the policies of a plan
        :param calendar: of which the policies count days
        :return: values of a line of targets, in hours
        :rtype: dict[str, float]
        """

        def shortest(is_closing):
            return min(
                (
                    row["days"] * (calendar.hours_per_day or 24) + row["hours"]
                    for row in rows
                    if row["is_closing"] == is_closing
                ),
                default=0,
            )

        response, resolution = shortest(False), shortest(True)
        # A resolution sooner than the first response is none that a plan may promise.
        if resolution:
            response = min(response, resolution)
        return {"response_hours": response, "resolution_hours": resolution}

    @api.model
    def _make_plan_of_policies(self, company_id, calendar_id, targets):
        """Return the plan of a calendar, new or as it was imported before."""
        plan = self.with_context(active_test=False).search(
            [
                ("name", "=like", f"{PREFIX}%"),
                ("company_id", "=", company_id),
                ("calendar_id", "=", calendar_id),
            ],
            limit=1,
        ) or self.create(
            {
                "name": PREFIX + self.env["resource.calendar"].browse(calendar_id).name,
                "company_id": company_id,
                "calendar_id": calendar_id,
            }
        )
        lines = {line.priority: line for line in plan.sla_ids}
        plan.sla_ids = [
            Command.update(lines[priority].id, targets)
            if priority in lines
            else Command.create({"priority": priority, **targets})
            for priority, _label in plan.sla_ids._selection_priority()
        ]
        return plan

    @api.model
    def _hold_clocks_in(self, stage_ids):
        """Have stages hold the clock, waiting for the customer, unless they close.

        :return: a sentence for each one that did not
        :rtype: list[str]
        """
        stages = self.env["helpdesk.ticket.stage"].search(
            Domain("id", "in", list(stage_ids))
            & Domain("closed", "=", False)
            & Domain("holds_sla", "=", False)
        )
        stages.write({"holds_sla": True, "hold_party": "customer"})
        return [
            self.env._(
                "“%(stage)s” holds the clock, waiting for the customer.",
                stage=stage.name,
            )
            for stage in stages
        ]
