# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from ..pack_common import PackCase


class TimeCase(PackCase):
    """Customer A runs the 24 h plan and buys hours packs; time is charged by 15 min."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.company.write({"support_time_rounding": 15, "support_time_minimum": 15})
        # An agent has no group of the timesheets, but is an employee.
        cls.employees = cls.env["hr.employee"]
        for user in cls.agent + cls.project_manager + cls.manager:
            cls.employees |= cls._hire(user)

    @classmethod
    def _hire(cls, user, cost=40):
        return cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "hourly_cost": cost,
            }
        )

    @classmethod
    def _new_agent(cls, login):
        user = new_test_user(
            cls.env,
            login,
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=cls.company.id,
            tz="Europe/Paris",
        )
        cls.team.user_ids = [Command.link(user.id)]
        return user

    @classmethod
    def _log(cls, ticket, hours, user=None, **vals):
        """Record time on a ticket as an agent does, by the form or by a script."""
        return (
            cls.env["account.analytic.line"]
            .with_user(user or cls.agent)
            .create(
                {
                    "ticket_id": ticket.id,
                    "name": "Internal words",
                    "date": vals.pop("date", date.today()),
                    "support_real_hours": hours,
                    **vals,
                }
            )
        )

    @classmethod
    def _create_ticket_out(cls, **vals):
        return cls._create_ticket(
            **{"name": "A new report", "category_id": cls.category_out.id, **vals}
        )

    def assertPack(self, pack, used):
        """Check that the pack's numbers are those of Odoo, summed up in SQL."""
        self.env.flush_all()
        pack.invalidate_recordset()
        self.env.cr.execute(
            "SELECT COALESCE(SUM(unit_amount), 0) FROM account_analytic_line"
            " WHERE so_line = %s AND project_id IS NOT NULL",
            (pack.id,),
        )
        self.assertAlmostEqual(self.env.cr.fetchone()[0], used)
        self.assertAlmostEqual(pack.qty_delivered, used)
        self.assertAlmostEqual(pack.support_pack_used_hours, used)
        self.assertAlmostEqual(pack.remaining_hours, pack.support_pack_hours - used)
