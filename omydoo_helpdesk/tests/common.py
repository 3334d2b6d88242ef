# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tools import SQL

from odoo.addons.base.tests.common import BaseCommon

WORKING_DAYS = range(5)  # Monday to Friday
PORTAL_GROUP = "base.group_portal"


def forget_history(tickets):
    """Take the ledgers of tickets away, so that a test can delete what it committed.

    :param tickets: recordset of helpdesk.ticket
    """
    for table in (
        "support_conversion",
        "support_ticket_event",
        "support_verdict_event",
    ):
        tickets.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE ticket_id = ANY(%s)",
                SQL.identifier(table),
                tickets.ids,
            )
        )
    tickets.env.invalidate_all()


class SupportCase(BaseCommon):
    """A support desk in Paris with two customers, three plans and its people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls._set_up_plans()
        cls._set_up_users()
        cls._set_up_customers()
        cls._set_up_desk()

    @classmethod
    def _set_up_plans(cls):
        cls.CAL = cls.env["resource.calendar"].create(
            {
                "name": "Office hours",
                "tz": "Europe/Paris",
                "company_id": cls.company.id,
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
                        for day in WORKING_DAYS
                        for start, end, period in (
                            (8, 12, "morning"),
                            (13, 17, "afternoon"),
                        )
                    ),
                ],
            }
        )
        cls.company.resource_calendar_id = cls.CAL
        # Normal and high are promised twice as fast as the priority below.
        targets = {"3": (4, 8), "1": (8, 24), "0": (16, 40)}
        cls.plan_24 = cls._create_plan("24 h", targets)
        cls.plan_full = cls._create_plan("Full support", targets, full_support=True)

    @classmethod
    def _create_plan(cls, name, targets, **vals):
        """Create a plan in office hours.

        :param str name: its name
        :param dict targets: for each priority the hours to response and resolution
        :param vals: other values
        """
        return cls.env["support.plan"].create(
            {
                "name": name,
                "calendar_id": cls.CAL.id,
                "company_id": cls.company.id,
                "sla_ids": [
                    Command.create(
                        {
                            "priority": priority,
                            "response_hours": response,
                            "resolution_hours": resolution,
                        }
                    )
                    for priority, (response, resolution) in targets.items()
                ],
                **vals,
            }
        )

    @classmethod
    def _create_users(cls, groups, domain, **vals):
        """Create users at once, each as ``new_test_user`` makes one.

        :param dict groups: for each login the xml id of its group
        :param str domain: of their addresses
        :param vals: other values, the same for all
        :return: the users, in that order
        """
        return cls.env["res.users"].create(
            [
                {
                    "name": f"{login} ({group})",
                    "login": login,
                    "password": login.ljust(8, "x"),
                    "email": f"{login}@{domain}",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                    "tz": "Europe/Paris",
                    **vals,
                }
                for login, group in groups.items()
            ]
        )

    @classmethod
    def _set_up_users(cls):
        cls.agent, cls.project_manager, cls.manager = cls._create_users(
            {
                "support_agent": "helpdesk_mgmt.group_helpdesk_user",
                "support_pm": "omydoo_helpdesk.support_group_project_manager",
                "support_mgr": "helpdesk_mgmt.group_helpdesk_manager",
            },
            "desk.example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _set_up_customers(cls):
        cls.customer_a, cls.customer_b = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {letter}",
                    "is_company": True,
                    "lang": "fr_FR",
                    "email": f"contact@{letter.lower()}.example.com",
                }
                for letter in "AB"
            ]
        )

        cls.a1, cls.a2, cls.b1 = cls._create_users(
            dict.fromkeys(("support_a1", "support_a2", "support_b1"), PORTAL_GROUP),
            "customer.example.com",
            lang="fr_FR",
        )
        (cls.a1 + cls.a2).partner_id.parent_id = cls.customer_a
        cls.b1.partner_id.parent_id = cls.customer_b

    @classmethod
    def _set_up_desk(cls):
        cls.category_in, cls.category_out = cls.env["helpdesk.ticket.category"].create(
            [
                {"name": "Troubleshooting", "scope": "in_scope"},
                {
                    "name": "Development",
                    "scope": "out_of_scope",
                    "charter_clause": "Out of scope (b)",
                },
            ]
        )
        people = cls.agent + cls.project_manager + cls.manager
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Support",
                "user_id": cls.manager.id,
                "user_ids": [Command.set(people.ids)],
                "company_id": cls.company.id,
            }
        )
        cls.subscription_template = cls.env["sale.subscription.template"].create(
            {"name": "Support", "code": "SUP"}
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Support",
                "currency_id": cls.company.currency_id.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _create_subscription(cls, partner, plan, **vals):
        """Create a subscription that runs since long ago.

        :param partner: the customer
        :param plan: the support plan sold
        :param vals: other values, which win
        """
        stage = cls.env["sale.subscription.stage"].search(
            [("type", "=", "in_progress")], limit=1
        )
        return cls.env["sale.subscription"].create(
            {
                "partner_id": partner.id,
                "support_plan_id": plan.id,
                "template_id": cls.subscription_template.id,
                "pricelist_id": cls.pricelist.id,
                "company_id": cls.company.id,
                # Its own default is the day on which the server was started.
                "date_start": date(2020, 1, 1),
                "stage_id": stage.id,
                **vals,
            }
        )

    @classmethod
    def _create_ticket(cls, **vals):
        """Create a ticket of the first contact of customer A, in scope.

        :param vals: other values, which win
        """
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "The invoice cannot be printed",
                "description": "<p>It says <b>error</b>.</p>",
                "partner_id": cls.a1.partner_id.id,
                "team_id": cls.team.id,
                "category_id": cls.category_in.id,
                **vals,
            }
        )

    @contextmanager
    def at(self, moment):
        """Do something at an instant, also for the database's own clock.

        :param str moment: naive UTC, as ``YYYY-MM-DD HH:MM:SS``
        """
        moment = fields.Datetime.to_datetime(moment)
        with freeze_time(moment), patch.object(self.env.cr, "now", lambda: moment):
            yield moment

    def _run_notifications(self):
        """Find out who is told of what customers wrote, as the job does.

        Without its commits, since a test has one transaction, and without sending.
        """
        savepoint = self.env.cr.savepoint(flush=True)
        with (
            patch.object(self.env.cr, "commit", lambda: None),
            patch.object(self.env.cr, "rollback", savepoint.rollback),
            patch.object(self.registry["mail.mail"], "send", lambda *a, **kw: True),
            savepoint,
        ):
            self.env["mail.message.schedule"]._send_notifications_cron()
            self.env.flush_all()
