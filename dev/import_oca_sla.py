# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Turns the policies of OCA's helpdesk_mgmt_sla into support plans.

Usage, with both addons installed:  odoo shell -d DATABASE < dev/import_oca_sla.py

A plan is made for each calendar of the teams that use policies. A policy whose stage
closes tickets gives the resolution, another one the first response; among several the
shortest wins, for every priority, since policies know none. Stages that policies ignore
hold the clock, waiting for the customer. A second run updates the same plans.
"""

PREFIX = "OCA SLA: "


def get_hours(policy, calendar):
    """Return the target of a policy, in hours of a calendar."""
    return policy.days * (calendar.hours_per_day or 24) + policy.hours


def get_targets(policies, calendar):
    """Return the shortest first response and resolution among policies."""
    closing = policies.filtered("stage_id.closed")

    def shortest(some):
        return min((get_hours(policy, calendar) for policy in some), default=0)

    response, resolution = shortest(policies - closing), shortest(closing)
    # A resolution sooner than the first response is none that a plan may promise.
    return (min(response, resolution) if resolution else response), resolution


def import_policies(env):
    """Make or update the plans, and say what was done."""
    policies = env["helpdesk.sla"].search([("active", "=", True)])
    for company in policies.company_id | env.company:
        own = policies.filtered(lambda p, c=company: p.company_id in (c, c.browse()))
        teams = own.team_ids or env["helpdesk.ticket.team"].search([])
        calendars = teams.filtered(
            lambda team, c=company: team.company_id in (c, c.browse())
        ).resource_calendar_id
        for calendar in calendars:
            response, resolution = get_targets(own, calendar)
            name = f"{PREFIX}{calendar.name}"
            plan = env["support.plan"].search(
                [("name", "=", name), ("company_id", "=", company.id)]
            ) or env["support.plan"].create(
                {"name": name, "company_id": company.id, "calendar_id": calendar.id}
            )
            plan.sla_ids.unlink()
            plan.sla_ids = [
                (
                    0,
                    0,
                    {
                        "priority": priority,
                        "response_hours": response,
                        "resolution_hours": resolution,
                    },
                )
                for priority, _label in env["helpdesk.ticket"]._selection_priority()
            ]
            print(f"{name}: response {response} h, resolution {resolution} h")
    stages = policies.ignore_stage_ids.filtered(
        lambda stage: not stage.closed and not stage.holds_sla
    )
    stages.write({"holds_sla": True, "hold_party": "customer"})
    for stage in stages:
        print(f"{stage.name}: holds the clock, waiting for the customer")
    skipped = policies.filtered(lambda p: p.domain and p.domain != "[]")
    for policy in skipped:
        print(f"{policy.name}: its filter {policy.domain} is not taken over")


if "helpdesk.sla" not in env:  # noqa: F821 (odoo shell gives it)
    raise SystemExit("helpdesk_mgmt_sla is not installed in this database.")
import_policies(env)  # noqa: F821
env.cr.commit()  # noqa: F821
