# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The people of the year: the desk’s, the customers, and what was sold to them."""

from datetime import datetime, timedelta

import year_words as words
from fill import Desk

from odoo import Command

# The jobs of the server may run meanwhile: nothing happens in the future.
NOW = datetime.now().replace(minute=0, second=0, microsecond=0)
DAYS = 365
START = NOW - timedelta(days=DAYS)


class People(Desk):
    # === WHO IS THERE === #

    def set_up(self):
        """Make the people, the customers and what was promised to them."""
        self.go_to(START - timedelta(days=10))
        names = ("alice", "karim", "paul", "marie")
        self.alice, self.karim, self.paul, self.marie = (
            self.ref(f"res_users_{name}_demo") for name in names
        )
        self.agents = self.alice + self.karim
        self.team = self.ref("helpdesk_ticket_team_demo")
        self.team.write(
            {"support_remind_days": 3, "support_close_days": 5, "allow_timesheet": True}
        )
        self.env.company.write({"support_time_rounding": 15, "support_reopen_days": 21})
        # The files of a demo are made up.
        self.env.company.support_phone = "+33 1 99 00 12 34"
        for vals in words.AGENTS:
            self.agents += self.hire(*vals)
        self.subscribe_known()
        self.weights = dict(words.KNOWN)
        self.contacts = {
            name: self.ref(f"res_partner_{name}_demo").child_ids for name in words.KNOWN
        }
        for vals in words.CUSTOMERS:
            self.win_customer(*vals)
        self.customers = self.env["res.users"].union(
            *(
                self.ref(f"res_users_{name}_demo")
                for name in ("camille", "yann", "ines")
            )
        )
        self.kinds = {
            kind: self.ref(f"helpdesk_ticket_category_{kind}")
            if kind != "bug"
            else self.ref("helpdesk_ticket_category_troubleshooting")
            for kind in words.KINDS
            if kind
        }
        self.modules = self.env["support.custom.module"].search([])

    def hire(self, login, name, function):
        user = self.alice.with_context(no_reset_password=True).copy(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@omydoo.example",
                "function": function,
                "employee_ids": [],
            }
        )
        self.env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id,
                "company_id": self.env.company.id,
                "hourly_cost": 36,
            }
        )
        self.team.user_ids += user
        return user

    def subscribe_known(self):
        """Have the demo’s subscriptions run for the whole year, and longer."""
        template = self.ref("sale_subscription_template_demo")
        self.unlimited = template.copy(
            {"name": "Support, sans terme", "recurring_rule_boundary": "unlimited"}
        )
        known = self.env["sale.subscription"].search([("support_plan_id", "!=", False)])
        known.write(
            {"template_id": self.unlimited.id, "date_start": START - timedelta(40)}
        )

    def win_customer(self, name, city, code, people, plan, weight):
        number = len(self.weights)
        domain = f"client{number}.example"
        firm = self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "city": city,
                "zip": code,
                "street": f"{7 * number} rue du Marché",
                "country_id": self.ref("base.fr").id,
                "email": f"contact@{domain}",
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "child_ids": [
                    Command.create(
                        {
                            "name": person,
                            "function": function,
                            "email": f"contact{index}@{domain}",
                            "lang": "fr_FR",
                            "tz": "Europe/Paris",
                        }
                    )
                    for index, (person, function) in enumerate(people)
                ],
            }
        )
        self.weights[name] = weight
        self.contacts[name] = firm.child_ids
        if plan:
            self.env["sale.subscription"].create(
                {
                    "partner_id": firm.id,
                    "company_id": self.env.company.id,
                    "template_id": self.unlimited.id,
                    "pricelist_id": self.ref("product_pricelist_demo").id,
                    "user_id": self.marie.id,
                    "support_plan_id": self.ref(f"support_plan_{plan}_demo").id,
                    "stage_id": self.ref(
                        "subscription_oca.subscription_stage_in_progress"
                    ).id,
                    "in_progress": True,
                    "date_start": START - timedelta(days=5),
                    "sale_subscription_line_ids": [
                        Command.create(
                            {
                                "product_id": self.ref(
                                    f"product_support_{plan}_demo"
                                ).id,
                                "product_uom_qty": 1,
                                "price_unit": 180,
                            }
                        )
                    ],
                }
            )

    def sell_packs(self):
        """Sell packs of hours over the year: some are used up, one runs out of time."""
        pack = self.ref("product_hours_pack_demo")
        buyers = [firm for firm in self.contacts if self.weights[firm] >= 4][1:9]
        for number, firm in enumerate(buyers):
            self.go_to(START + timedelta(days=4 + 38 * number))
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.contacts[firm].commercial_partner_id.id,
                    "user_id": self.marie.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": pack.id,
                                "product_uom_qty": (5, 10, 20)[number % 3],
                            }
                        )
                    ],
                }
            )
            order.with_context(send_email=False, mail_notrack=True).action_confirm()

    def register_bugs(self):
        self.bugs = self.env["support.upstream.bug"].with_user(self.alice)
        for number, (name, kind) in enumerate(words.BUGS):
            self.go_to(START + timedelta(days=20 + 65 * number))
            self.bugs += self.bugs.create({"name": name, "kind": kind})
