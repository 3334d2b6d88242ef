# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime, timedelta
from random import Random

from odoo import fields
from odoo.tests import tagged

from ..change.change_common import ChangeMixin
from ..time.time_common import TimeCase
from . import review_oracle

NOW = "2026-11-10 09:00:00"
CUSTOMERS = 20
TICKETS = 24  # of each customer
START = datetime(2025, 10, 20)
DAYS = 380
PARTIES = ("customer", "editor", "update", "third_party")


@tagged("post_install", "-at_install")
class TestReviewOracle(ChangeMixin, TimeCase):
    """A year of twenty customers, drawn: each figure as plain SQL counts it."""

    def _draw_year(self):
        """Draw what happened; the same each time."""
        self.random = Random(20261110)
        targets = {"3": (4, 8), "1": (8, 24), "0": (16, 40)}
        always = self._create_plan("Day and night", targets, calendar_id=False)
        self.customers = self.env["res.partner"].create(
            [
                {"name": f"Drawn {index}", "is_company": True}
                for index in range(CUSTOMERS)
            ]
        )
        contacts = self.env["res.partner"].create(
            [
                {"name": f"Contact of {customer.name}", "parent_id": customer.id}
                for customer in self.customers
            ]
        )
        self.plan_24.included_hours = 1.5
        with self.at("2025-10-01 09:00:00"):
            # The first two have no plan, and so no promise.
            subscriptions = [
                self._create_subscription(
                    customer, always if index % 2 else self.plan_24
                )
                for index, customer in enumerate(self.customers[2:])
            ]
        # Hours promised from a day on, or no more; paused, over, and begun late.
        for index, day, plan in (
            (1, "2026-03-16", self.plan_24),
            (2, "2026-05-11", always),
            (3, "2026-07-31", self.plan_24),
        ):
            with self.at(f"{day} 09:00:00"):
                subscriptions[index].support_plan_id = plan
        for day, name in (
            ("2026-02-10", "action_pause"),
            ("2026-02-20", "action_resume"),
        ):
            with self.at(f"{day} 09:00:00"):
                getattr(subscriptions[4], name)()
        subscriptions[6].date_start = date(2026, 1, 12)
        self._create_subscription(
            subscriptions[8].partner_id, self.plan_24, date_start=date(2026, 4, 21)
        )
        with self.at("2026-06-18 09:00:00"):
            subscriptions[10].close_subscription()
        self.bugs = self._draw_bugs()
        stages = {
            "solved": self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done"),
            "dismissed": self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled"),
        }
        stages["solved"].mail_template_id = stages["dismissed"].mail_template_id = False
        histories, vals_list = [], []
        for contact in contacts:
            for _index in range(TICKETS):
                history, state = self._draw_history()
                histories.append(history)
                is_out = state == "open" and self.random.random() < 0.3
                category = self.category_out if is_out else self.category_in
                vals_list.append(
                    {
                        "name": "Drawn",
                        "description": "<p>Drawn</p>",
                        "partner_id": contact.id,
                        "team_id": self.team.id,
                        "category_id": category.id,
                        "priority": self.random.choice("0113"),
                        "upstream_bug_id": self.random.random() < 0.05
                        and self.random.choice(self.bugs).id,
                        **({"stage_id": stages[state].id} if state in stages else {}),
                    }
                )
        self.tickets = self.env["helpdesk.ticket"].create(vals_list)
        self.tickets._sla_import_history(histories)
        self._draw_orders()
        self._draw_contests()
        self._draw_times()
        self._draw_changes()
        self._draw_ratings()
        self.env.flush_all()

    def _wait(self, hours):
        """Return a time that is often short and sometimes long."""
        return timedelta(seconds=round(self.random.expovariate(1 / hours) * 3600) + 60)

    def _draw_moment(self):
        return START + timedelta(minutes=self.random.randrange(DAYS * 24 * 60))

    def _draw_history(self):
        """Return the events of a request, and how it ends."""
        now = fields.Datetime.to_datetime(NOW) - timedelta(days=1)
        at = self._draw_moment()
        history = [{"kind": "filed", "at": at}]

        def add(wait, kind, **vals):
            nonlocal at
            if at + wait >= now:
                return False
            at += wait
            history.append({"kind": kind, "at": at, **vals})
            return True

        draw = self.random.random
        state = "open"
        answered = draw() < 0.85 and add(self._wait(9), "answered")
        if draw() < 0.4:
            party = self.random.choice(PARTIES)
            if add(self._wait(10), "hold", cause="stage", party=party):
                # Not closed from a hold: SQL would have to end it.
                if not add(self._wait(60), "resume", cause="stage"):
                    history.pop()
        ends = history[-1]["kind"] != "hold" and draw() < 0.85
        if ends:
            kind = "solved" if draw() < 0.8 else "dismissed"
            if add(self._wait(40), kind, cause="stage"):
                state = kind
                if answered and draw() < 0.25:
                    if add(self._wait(300), "reopened", cause="stage"):
                        state = "open"
                        if add(self._wait(30), "solved", cause="stage"):
                            state = "solved"
        return history, state

    def _draw_bugs(self):
        bugs = self.env["support.upstream.bug"].create(
            [
                {
                    "name": f"Bug {index}",
                    "reported_on": self._draw_moment().date(),
                }
                for index in range(8)
            ]
        )
        for bug in bugs[:4]:
            bug._write_guarded({"released_at": self._draw_moment(), "state": "fixed"})
        bugs[4].write({"state": "refused", "refused_on": date(2026, 6, 30)})
        return bugs

    def _draw_orders(self):
        out = self.tickets.filtered(
            lambda ticket: ticket.category_id == self.category_out
        )
        # In another currency: told in that of the company.
        foreign = self.env["res.currency"].create(
            {"name": "ZZC", "symbol": "Z", "rate_ids": [(0, 0, {"rate": 4})]}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        for index, ticket in enumerate(out[:40]):
            order = self.env["sale.order"].create(
                {
                    "partner_id": ticket.commercial_partner_id.id,
                    "company_id": self.company.id,
                    **({"pricelist_id": pricelist.id} if index % 5 == 0 else {}),
                    "order_line": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.prepaid.id,
                                "product_uom_qty": 1,
                                "price_unit": self.random.randrange(100, 9000),
                            },
                        )
                    ],
                }
            )
            moment = self._draw_moment()
            self.env["support.conversion"].create(
                {
                    "ticket_id": ticket.id,
                    "company_id": self.company.id,
                    "action": "quotation",
                    "order_id": order.id,
                    "record_name": order.name,
                    "converted_at": moment,
                }
            )
            outcome = ("accepted", "refused", False)[index % 3]
            order._write_guarded(
                {
                    "support_sent_at": moment + timedelta(days=2),
                    "support_outcome": outcome,
                    "support_outcome_at": outcome
                    and moment + timedelta(days=self.random.randrange(3, 60)),
                }
            )

    def _draw_contests(self):
        vals_list = []
        for ticket in self.random.sample(list(self.tickets), 60):
            moment = self._draw_moment()
            end = self.random.choice(("upheld", "overturned", "lapsed", None))
            steps = [("contested", moment)]
            if end:
                days = self.random.randrange(1, 20)
                steps.append((end, moment + timedelta(days=days)))
            vals_list += [
                {"ticket_id": ticket.id, "company_id": self.company.id}
                | {"kind": kind, "at": at, "verdict_key": str(ticket.id)}
                for kind, at in steps
            ]
        self.env["support.verdict.event"].create(vals_list)

    def _draw_times(self):
        packs = self.env["sale.order.line"]
        for index, customer in enumerate(self.customers[::3]):
            pack = self._create_pack(customer, 20 + index)
            pack.order_id.date_order = datetime(2025, 11, 30, 23, 30)
            if index % 2:
                pack.support_pack_end_date = date(2026, 5, 31) + timedelta(days=index)
            packs |= pack
        lines = self.env["account.analytic.line"]
        for _index in range(250):
            ticket = self.random.choice(self.tickets)
            is_given = self.random.random() < 0.2
            lines |= self._log(
                ticket,
                self.random.randrange(1, 40) / 10,
                user=self.manager,
                date=self._draw_moment().date(),
                **(
                    {"support_no_charge": True, "support_no_charge_reason": "A gesture"}
                    if is_given
                    else {}
                ),
            )
        # Work on a project that a pack pays: no request's, and used all the same.
        project = self.env["project.project"].create(
            {"name": "Drawn", "allow_billable": True, "company_id": self.company.id}
        )
        for pack in packs:
            lines |= lines.create(
                {
                    "project_id": project.id,
                    "name": "Drawn",
                    "employee_id": self.employees[0].id,
                    "unit_amount": 1.5,
                    "date": self._draw_moment().date(),
                    "so_line": pack.id,
                    "is_so_line_edited": True,
                }
            )
        return lines

    def _draw_changes(self):
        for index in range(12):
            customer = self.customers[index % 5]
            type(self).ticket = self.tickets.filtered(
                lambda ticket, customer=customer: ticket.commercial_partner_id
                == customer
            )[0]
            change = self._create_change(approver_ids=False)
            at = self._draw_moment()
            for kind in ("asked", ("agreed", "refused")[index % 2], "applied"):
                at += timedelta(hours=self.random.randrange(2, 200))
                self.env["support.change.event"].create(
                    {"change_id": change.id, "kind": kind, "at": at}
                )

    def _draw_ratings(self):
        model_id = self.env["ir.model"]._get_id("helpdesk.ticket")
        for index, ticket in enumerate(self.tickets[::15]):
            self.env["rating.rating"].create(
                {
                    "res_model_id": model_id,
                    "res_id": ticket.id,
                    "partner_id": ticket.partner_id.id,
                    "rating": (5, 3, 1)[index % 3],
                    "consumed": True,
                    "feedback": "Drawn" if index % 2 else False,
                }
            )
            ticket.rating_ids.rated_on = self._draw_moment()

    def test_each_figure_is_that_of_plain_sql(self):
        with self.at(NOW):
            self._draw_year()
            self.env.cr.execute(review_oracle.SET_UP)
            differences, seen = [], {}
            for month in range(12):
                first = fields.Date.add(date(2025, 11, 1), months=month)
                last = fields.Date.end_of(first, "month")
                expected = review_oracle.count(
                    self.env.cr, self.customers.ids, first, last, self.prepaid.id
                )
                reviews = self.env["support.service.review"]._draft(
                    self.customers, self.company, first, last
                )
                self.assertEqual(len(reviews), CUSTOMERS)
                for review in reviews:
                    for key in {
                        *review_oracle.KEYS,
                        *(
                            key
                            for customer, key in expected
                            if customer == review.partner_id.id
                        ),
                    }:
                        wanted = expected.get((review.partner_id.id, key)) or 0
                        found = review._get_value(key) or 0
                        seen[key] = seen.get(key, 0) + abs(wanted)
                        # Told in hundredths.
                        if abs(float(wanted) - found) > 0.0051:
                            differences.append(
                                (review.display_name, key, float(wanted), found)
                            )
        self.assertFalse(differences)
        # What was drawn has reached each of them.
        self.assertFalse([key for key in review_oracle.KEYS if not seen.get(key)])
