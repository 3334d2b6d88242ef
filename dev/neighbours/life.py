# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Run by Odoo's shell before our addon is uninstalled: what an uninstallation meets."""

from odoo.tests.common import new_test_user


def live(env):
    """Leave a customer with a plan, and a ticket in each category and stage."""
    firm = env["res.partner"].create({"name": "Former Customer", "is_company": True})
    customer = new_test_user(
        env, "nb_former", "base.group_portal", email="f@example.com"
    )
    customer.partner_id.parent_id = firm
    agent = new_test_user(
        env, "nb_former_agent", "helpdesk_mgmt.group_helpdesk_manager"
    )
    plan = env["support.plan"].create(
        {
            "name": "Plan",
            "sla_ids": [
                (0, 0, {"priority": "1", "response_hours": 4, "resolution_hours": 8})
            ],
        }
    )
    env["sale.subscription"].create(
        {
            "partner_id": firm.id,
            "template_id": env["sale.subscription.template"]
            .create({"name": "Support"})
            .id,
            "pricelist_id": env["product.pricelist"].search([], limit=1).id
            or env["product.pricelist"].create({"name": "Prices"}).id,
            "support_plan_id": plan.id,
        }
    )
    tickets = env["helpdesk.ticket"]
    for category in env["helpdesk.ticket.category"].search([]):
        tickets += tickets.create(
            {
                "name": f"About {category.name}",
                "description": "Words",
                "partner_id": customer.partner_id.id,
                "category_id": category.id,
            }
        )
    # Only a conversion puts a ticket there.
    taken = env.ref("omydoo_helpdesk.helpdesk_ticket_stage_taken_over")
    stages = env["helpdesk.ticket.stage"].search([]) - taken
    for stage, ticket in zip(stages, tickets, strict=False):
        ticket.with_user(agent).message_post(
            body="An answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        ticket.with_user(agent).write({"stage_id": stage.id})
    env.cr.commit()


live(env)  # noqa: F821
