# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from ..common import SupportCase

AGENT = "helpdesk_mgmt.group_helpdesk_user"
# A Monday, 10:00 in Paris
AT_WORK = "2026-06-01 08:00:00"
# The night before
AT_NIGHT = "2026-05-31 22:00:00"


class AssignmentCase(SupportCase):
    """A team of three, who work in office hours, led by somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.users"].concat(
            *(
                new_test_user(
                    cls.env,
                    f"taker_{letter}",
                    AGENT,
                    company_id=cls.company.id,
                    tz="Europe/Paris",
                )
                for letter in "abc"
            )
        )
        cls.a, cls.b, cls.c = cls.people
        cls.resources = cls.env["resource.resource"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "calendar_id": cls.CAL.id,
                    "company_id": cls.company.id,
                    "tz": "Europe/Paris",
                }
                for user in cls.people
            ]
        )
        cls.team.write(
            {
                "user_ids": [Command.set(cls.people.ids)],
                "support_assignment": "turn",
            }
        )
        cls.tickets = cls.env["helpdesk.ticket"]

    def _file(self, count=1, moment=AT_WORK, **vals):
        """File tickets of the team in one call, at an instant.

        :return: recordset of helpdesk.ticket
        """
        with self.at(moment):
            return self.tickets.create(
                [
                    {
                        "name": f"Request {number}",
                        "description": "<p>Request</p>",
                        "partner_id": self.a1.partner_id.id,
                        "team_id": self.team.id,
                        "priority": "1",
                        "user_id": False,
                        **vals,
                    }
                    for number in range(count)
                ]
            )

    def _run_job(self, moment=AT_WORK):
        """Run the job without its commits: a test has one transaction."""
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.tickets._cron_assign()
            self.env.flush_all()

    def _take_leave(self, user, start, end):
        """Have somebody be away, as Odoo's time off writes it.

        :param str start: naive UTC
        :param str end: naive UTC
        """
        resource = self.resources.filtered(lambda one: one.user_id == user)
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "calendar_id": self.CAL.id,
                "date_from": start,
                "date_to": end,
                "time_type": "leave",
            }
        )
