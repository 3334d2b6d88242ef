# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fills a former desk with tickets, and prints an API key of who may read them.

Usage: fill.py CONF DATABASE enterprise|oca
"""

import sys
from datetime import datetime, timedelta

from process import open_env

from odoo.tools import SQL

COUNT = 120  # more than two batches of what is read at once
START = datetime(2026, 3, 2, 8)  # a Monday
ENTERPRISE = "enterprise"
STAGES = (("New", False), ("In Progress", False), ("Solved", True), ("Dropped", True))
# What became of the promise to solve them, by the place among the tickets
STATUSES = ("reached", "failed", None, "ongoing")


class Filler:
    """Makes the tickets of a former desk.

    :param env: of the superuser
    :param str kind: whose fields it has
    """

    def __init__(self, env, kind):
        self.env = env(context={"tracking_disable": True, "mail_create_nolog": True})
        self.kind = kind
        self.is_enterprise = kind == ENTERPRISE
        self.bob = self._make(
            "res.users", name="Bob", login="bob", email="bob@old.example"
        )
        self.employee = "hr.employee" in env and self._make(
            "hr.employee", name="Bob", user_id=self.bob.id
        )
        firms = [
            self._make("res.partner", name=f"Firm {number}", is_company=True)
            for number in range(3)
        ]
        self.customers = [
            self._make(
                "res.partner",
                name=f"Customer {number}",
                email=f"customer{number}@firm.example",
                parent_id=firms[number % 3].id,
            )
            for number in range(7)
        ]
        prefix = "helpdesk" if self.is_enterprise else "helpdesk.ticket"
        closes = "fold" if self.is_enterprise else "closed"
        self.stages = [
            self._make(f"{prefix}.stage", **{"name": name, closes: closed})
            for name, closed in STAGES
        ]
        self.team = self._make(f"{prefix}.team", name="First line")
        self.tag = self._make(f"{prefix}.tag", name="printer")
        kinds = "helpdesk.ticket.type" if self.is_enterprise else f"{prefix}.category"
        self.category = self._make(kinds, name="Question")

    def _make(self, model, /, **vals):
        return self.env[model].create(vals)

    def make_ticket(self, number):
        """Make a ticket with what belongs to it.

        :param int number: from 0
        """
        filed = START + timedelta(hours=5 * number)
        stage = self.stages[number % 4]
        is_closed = number % 4 > 1
        customer = self.customers[number % 7]
        closed = filed + timedelta(hours=30) if is_closed else None
        vals = {
            "name": f"Request {number} – “é”",
            "description": f"<p>It says <b>{number}</b></p>",
            "team_id": self.team.id,
            "stage_id": stage.id,
            "tag_ids": [(6, 0, self.tag.ids if number % 3 == 0 else [])],
            "priority": str(number % 4),
            "partner_id": customer.id,
            "partner_name": customer.name,
            "partner_email": customer.email,
            "user_id": self.bob.id if number % 5 else False,
            "active": number % 10 != 9,
        }
        if self.is_enterprise:
            vals |= {
                "ticket_ref": f"{number:05}",
                "ticket_type_id": self.category.id,
                "assign_date": filed + timedelta(hours=1),
                "close_date": closed,
                "date_last_stage_update": closed or filed,
            }
        else:
            vals["category_id"] = self.category.id
        ticket = self.env["helpdesk.ticket"].create(vals)
        dates = {"create_date": filed}
        if not self.is_enterprise:
            dates |= {"closed_date": closed, "last_stage_update": closed or filed}
        self.env.flush_all()
        for name, value in dates.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE helpdesk_ticket SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    ticket.id,
                )
            )
        self._talk(ticket, number, filed, customer)
        if self.is_enterprise:
            self._measure(ticket, number, filed, closed)

    def _talk(self, ticket, number, filed, customer):
        words = (
            (1, self.bob.partner_id, "mail.mt_comment", "comment", "Which one?"),
            (2, customer, "mail.mt_comment", "email", "That one"),
            (3, self.bob.partner_id, "mail.mt_note", "comment", "Sigh"),
        )
        for hours, author, subtype, kind, body in words:
            files = self.env["ir.attachment"]
            if hours == 2 and number % 6 == 0:
                files = files.create(
                    {
                        "name": f"log-{number}.txt",
                        "raw": f"it broke {number}".encode(),
                        "res_model": "helpdesk.ticket",
                        "res_id": ticket.id,
                    }
                )
            self._make(
                "mail.message",
                model="helpdesk.ticket",
                res_id=ticket.id,
                date=filed + timedelta(hours=hours),
                author_id=author.id,
                email_from=author.email_formatted,
                message_type=kind,
                subtype_id=self.env.ref(subtype).id,
                is_internal=subtype == "mail.mt_note",
                body=f"<p>{body} ({number})</p>",
                attachment_ids=[(6, 0, files.ids)],
            )

    def _measure(self, ticket, number, filed, closed):
        status = STATUSES[number // 4 % 4]
        if status and closed:
            late = timedelta(hours=1 if status == "failed" else -1)
            self._make(
                "helpdesk.sla.status",
                ticket_id=ticket.id,
                sla_stage_id=self.stages[2].id,
                deadline=closed - late,
                reached_datetime=False if status == "ongoing" else closed,
                status=status,
            )
        if number % 2:
            project = self.env["project.project"].search([], limit=1)
            self._make(
                "account.analytic.line",
                helpdesk_ticket_id=ticket.id,
                name=f"Looked at {number}",
                date=filed.date(),
                unit_amount=0.25 * (1 + number % 8),
                employee_id=self.employee.id,
                user_id=self.bob.id,
                project_id=(project or self._make("project.project", name="P")).id,
            )


def main():
    with open_env() as env:
        filler = Filler(env, sys.argv[3])
        for number in range(COUNT):
            filler.make_ticket(number)
        reader = env.ref("base.user_admin")
        reader.password = "admin"
        end = datetime.now() + timedelta(days=1)
        print(env(user=reader)["res.users.apikeys"]._generate("rpc", "Move", end))


main()
