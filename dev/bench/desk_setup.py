# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk with its people, customers and what was promised to them, on any side."""

from odoo.fields import Command
from odoo.tests.common import new_test_user

CUSTOMERS = 50
# Who else is there, beside the team and the agent that the desk is measured with.
OTHER_TEAMS = ("Accounting", "Stock")
OTHER_AGENTS = 5


def make_desk(env, customers=CUSTOMERS, others=OTHER_AGENTS):
    """Make a desk.

    :param env: environment of the superuser
    :param int customers: how many
    :param int others: agents of the other teams
    :return: the ids of what tickets belong to
    :rtype: dict
    """
    env.company.resource_calendar_id.tz = "Europe/Paris"
    agent = _make_agent(env, "Agent")
    agents = agent.union(
        *(_make_agent(env, f"Agent {number}") for number in range(others))
    )
    team = env["helpdesk.ticket.team"].create(
        {"name": "Support", "user_ids": [Command.set(agent.ids)]}
    )
    teams = team + env["helpdesk.ticket.team"].create(
        [
            {"name": name, "user_ids": [Command.set((agents - agent).ids)]}
            for name in OTHER_TEAMS
        ]
    )
    category = env["helpdesk.ticket.category"].create({"name": "Troubleshooting"})
    contacts = _make_customers(env, customers)
    firms = contacts.commercial_partner_id
    desk = {
        "agent": agent.id,
        "agents": agents.ids,
        "company": env.company.id,
        "team": team.id,
        "teams": teams.ids,
        "category": category.id,
        "contacts": contacts.ids,
        "companies": firms.ids,
    }
    for name in ("new", "in_progress", "awaiting", "done", "cancelled"):
        desk[name] = env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").id
    plan_id = _make_plan(env) if "support.plan" in env else False
    if plan_id:
        desk["plan"] = plan_id
    desk["subscriptions"] = _make_subscriptions(env, firms, plan_id)
    if "helpdesk.sla" in env:
        _make_policies(env, team, desk)
    return desk


def open_portal(env, team_id):
    """Let customers file tickets, as many as they like.

    Somebody is told by e-mail of each ticket filed, as desks do.
    """
    leader = new_test_user(
        env,
        "leader",
        "helpdesk_mgmt.group_helpdesk_manager",
        email="leader@example.com",
    )
    team = env["helpdesk.ticket.team"].browse(team_id)
    subtypes = env["mail.message.subtype"].search(
        [("res_model", "in", [team._name, False])]
    )
    team.message_subscribe(leader.partner_id.ids, subtypes.ids)
    # The form asks for the team, whose followers are told.
    env.company.helpdesk_mgmt_portal_select_team = True
    env.company.helpdesk_mgmt_portal_team_id_required = True
    if "support_filing_hour_limit" in env.company:
        # Counted as ever, but nobody is told to wait.
        env.company.support_filing_hour_limit = 1_000_000
        env.company.support_filing_day_limit = 1_000_000


def _make_agent(env, name):
    login = name.lower().replace(" ", "")
    return env["res.users"].create(
        {
            "name": name,
            "login": f"bench_{login}",
            "email": f"{login}@desk.example.com",
            "group_ids": [
                Command.link(env.ref("helpdesk_mgmt.group_helpdesk_user").id)
            ],
        }
    )


def _make_customers(env, count):
    return env["res.partner"].create(
        [
            {
                "name": f"Contact {number}",
                "email": f"contact{number}@customer.example.com",
                "parent_id": env["res.partner"]
                .create({"name": f"Customer {number}", "is_company": True})
                .id,
            }
            for number in range(count)
        ]
    )


def _make_plan(env):
    plan = env["support.plan"].create(
        {
            "name": "Bench",
            "calendar_id": env.company.resource_calendar_id.id,
            "sla_ids": [
                Command.create(
                    {
                        "priority": priority,
                        "response_hours": hours,
                        "resolution_hours": 3 * hours,
                    }
                )
                for priority, hours in (("3", 4), ("1", 8), ("0", 16))
            ],
        }
    )
    return plan.id


def _make_subscriptions(env, customers, plan_id):
    """Sell each customer a subscription, with a support plan if there is any."""
    plan_vals = {"support_plan_id": plan_id} if plan_id else {}
    template = env["sale.subscription.template"].create(
        {"name": "Support", "code": "SUP"}
    )
    pricelist = env["product.pricelist"].create({"name": "Support"})
    stage = env["sale.subscription.stage"].search(
        [("type", "=", "in_progress")], limit=1
    )
    subscriptions = env["sale.subscription"].create(
        [
            {
                "partner_id": customer.id,
                "template_id": template.id,
                "pricelist_id": pricelist.id,
                "date_start": "2020-01-01",
                "stage_id": stage.id,
                **plan_vals,
            }
            for customer in customers
        ]
    )
    return subscriptions.ids


def _make_policies(env, team, desk):
    team.use_sla = True
    env["helpdesk.sla"].create(
        [
            {
                "name": name,
                "hours": hours,
                "stage_id": desk[stage],
                "ignore_stage_ids": [Command.set([desk["awaiting"]])],
            }
            for name, hours, stage in (
                ("First response", 8, "in_progress"),
                ("Resolution", 24, "done"),
            )
        ]
    )
