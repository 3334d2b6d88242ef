# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One Odoo process of the benchmark, on one database.

Reads requests on standard input and writes answers on standard output, a line of JSON
each; its log goes to standard error. Usage: bench_worker.py CONF DATABASE
"""

import gc
import json
import os
import re
import statistics
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import contextmanager

import bench_lookalike
from lxml import etree

import odoo
from odoo import SUPERUSER_ID, Command, api
from odoo.fields import Domain
from odoo.modules.registry import Registry

CUSTOMERS = 50
PAGE = 80
COUNT_LIMIT = 10001  # the web client counts no further
LIST_ORDER = "next_deadline, priority desc, id"
# The tables of what was promised and of what is covered.
PROMISE = re.compile(
    r"(?:from|into|update|join)\s+\"?"
    r"(support_\w+|sale_subscription\w*|sale_order_line|resource_calendar\w*"
    r"|helpdesk_ticket_category)\"?",
    re.IGNORECASE,
)
INDEX_SCAN = re.compile(r"(?:using|Bitmap Index Scan on) (\w+)")
SEQ_SCAN = re.compile(r"Seq Scan on (\w+)")
# Nobody minds a table of some pages being read as a whole.
SMALL_TABLE = 1000


class Worker:
    def __init__(self, database):
        threading.current_thread().dbname = database
        self.registry = Registry(database)
        self.ids = {}

    # === SET-UP === #

    def set_up(self):
        """Make a desk with its people, customers and what was promised to them.

        :return: the ids of what tickets belong to
        """
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            env.company.resource_calendar_id.tz = "Europe/Paris"
            agent = self._make_agent(env)
            team = env["helpdesk.ticket.team"].create(
                {"name": "Support", "user_ids": [Command.set(agent.ids)]}
            )
            category = env["helpdesk.ticket.category"].create(
                {"name": "Troubleshooting"}
            )
            contacts = self._make_customers(env)
            self.ids = {
                "agent": agent.id,
                "company": env.company.id,
                "team": team.id,
                "category": category.id,
                "contacts": contacts.ids,
                "companies": contacts.commercial_partner_id.ids,
            }
            for name in ("new", "in_progress", "awaiting", "done", "cancelled"):
                stage = env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
                self.ids[name] = stage.id
            self._make_promise(env, contacts.commercial_partner_id, team)
            context = env["res.users"].with_user(agent).context_get()
            self.context = dict(context)
        return self.ids

    def _make_agent(self, env):
        return env["res.users"].create(
            {
                "name": "Agent",
                "login": "bench_agent",
                "email": "agent@desk.example.com",
                "group_ids": [
                    Command.link(env.ref("helpdesk_mgmt.group_helpdesk_user").id)
                ],
            }
        )

    def _make_customers(self, env):
        return env["res.partner"].create(
            [
                {
                    "name": f"Contact {number}",
                    "email": f"contact{number}@customer.example.com",
                    "parent_id": env["res.partner"]
                    .create({"name": f"Customer {number}", "is_company": True})
                    .id,
                }
                for number in range(CUSTOMERS)
            ]
        )

    def _make_promise(self, env, customers, team):
        """Sell each customer a subscription, with a support plan if there is any."""
        plan_vals = {}
        if "support.plan" in env:
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
            plan_vals = {"support_plan_id": plan.id}
            self.ids["plan"] = plan.id
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
        self.ids["subscriptions"] = subscriptions.ids
        if "helpdesk.sla" in env:
            team.use_sla = True
            env["helpdesk.sla"].create(
                [
                    {
                        "name": name,
                        "hours": hours,
                        "stage_id": self.ids[stage],
                        "ignore_stage_ids": [Command.set([self.ids["awaiting"]])],
                    }
                    for name, hours, stage in (
                        ("First response", 8, "in_progress"),
                        ("Resolution", 24, "done"),
                    )
                ]
            )

    def make_tickets(self, count):
        """Create the tickets whose stage is written later on."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.ids["agent"], self.context)
            tickets = env["helpdesk.ticket"].create(self._get_vals(count))
            tickets.write({"stage_id": self.ids["in_progress"]})
            self.ids["tickets"] = tickets.ids

    def _get_vals(self, count):
        contacts = self.ids["contacts"]
        return [
            {
                "name": f"The invoice {number} cannot be printed",
                "description": "<p>It says <b>error</b>.</p>",
                "partner_id": contacts[number % len(contacts)],
                "team_id": self.ids["team"],
                "category_id": self.ids["category"],
                "priority": "013"[number % 3],
            }
            for number in range(count)
        ]

    # === KINDS OF WORK === #

    def _prepare_create(self, env, count):
        vals_list = self._get_vals(count)
        return lambda: env["helpdesk.ticket"].create(vals_list)

    def _prepare_stage(self, env, count):
        tickets = env["helpdesk.ticket"].browse(self.ids["tickets"][:count])

        def work():
            tickets.write({"stage_id": self.ids["awaiting"]})
            env.cr.flush()
            tickets.write({"stage_id": self.ids["in_progress"]})

        return work

    def _prepare_list(self, env, count):
        """Read a page of the list as the web client does, with its columns."""
        arch = etree.fromstring(
            env["helpdesk.ticket"].get_view(view_type="list")["arch"]
        )
        specification = {}
        for node in arch.iterfind("field"):
            field = env["helpdesk.ticket"]._fields[node.get("name")]
            specification[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        return lambda: env["helpdesk.ticket"].web_search_read(
            [("closed", "=", False)],
            specification,
            limit=count,
            order=arch.get("default_order"),
            count_limit=COUNT_LIMIT,
        )

    def run(self, work, count):
        """Do a piece of work as an agent, and undo it.

        :return: how many statements and seconds, up to what a commit flushes
        """
        with self._prepared(work, count) as (cr, do):
            gc.collect()
            statements, start = cr.sql_log_count, time.perf_counter()
            do()
            cr.flush()
            return {
                "seconds": time.perf_counter() - start,
                "statements": cr.sql_log_count - statements,
            }

    def trace(self, work, count):
        """Do a piece of work once more.

        :return: how many statements touch the tables of scope and SLA, by table
        """
        with self._prepared(work, count) as (cr, do), traced() as statements:
            do()
            cr.flush()
        touched = [set(PROMISE.findall(text)) for text in statements]
        return {
            "total": sum(map(bool, touched)),
            "tables": Counter(table for tables in touched for table in tables),
        }

    @contextmanager
    def _prepared(self, work, count):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.ids["agent"], self.context)
            do = getattr(self, f"_prepare_{work}")(env, count)
            cr.flush()
            yield cr, do
            cr.rollback()

    # === LOOK-ALIKES === #

    def lookalikes(self, runs):
        """Have a customer type the subject of a request.

        :return: None where this database has nothing like it
        """
        with self.registry.cursor() as cr:
            tickets = api.Environment(cr, SUPERUSER_ID, {})["helpdesk.ticket"]
            if not hasattr(tickets, "_find_portal_lookalikes"):
                return None
            user_id = bench_lookalike.prepare(cr, self.ids)
        return bench_lookalike.measure(self.registry, user_id, runs)

    # === QUERIES === #

    def query(self, name, runs):
        """Run the queries of a kind of work alone, and explain them.

        :return: None where this database has nothing like it
        """
        statements = self._get_queries(name)
        if not statements:
            return None
        with self.registry.cursor() as cr:
            seconds = []
            for number in range(runs + 1):
                start = time.perf_counter()
                for statement in statements:
                    cr.execute(statement)
                    cr.fetchall()
                if number:  # the first one warms up
                    seconds.append(time.perf_counter() - start)
            plan = []
            for statement in statements:
                cr.execute(f"EXPLAIN (ANALYZE) {statement}")
                plan += [line for (line,) in cr.fetchall()]
            cr.rollback()
            return {
                "statements": len(statements),
                "seconds": statistics.median(seconds),
                "plan": plan,
                **self._judge(cr, "\n".join(plan)),
            }

    def _judge(self, cr, plan):
        """Return which indexes of the tickets a plan uses, and what it reads whole."""
        cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'helpdesk_ticket'"
        )
        ours = {name for (name,) in cr.fetchall()}
        cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s",
            (SMALL_TABLE,),
        )
        big = {name for (name,) in cr.fetchall()}
        return {
            "indexes": sorted(ours & set(INDEX_SCAN.findall(plan))),
            "scans": sorted(big & set(SEQ_SCAN.findall(plan))),
        }

    def _get_queries(self, name):
        """Return the text of what the ORM sends, as an ordinary agent or as the job."""
        with self.registry.cursor() as cr:
            agent = api.Environment(cr, self.ids["agent"], self.context)
            tickets = agent["helpdesk.ticket"]
            is_open = Domain("closed", "=", False)
            ours = "support.plan" in agent
            with traced() as statements:
                if name == "order":
                    tickets.search([], limit=PAGE)
                elif name == "order_open":
                    tickets.search(is_open, limit=PAGE)
                elif not ours:
                    return []
                elif name == "late":
                    late = [("is_late", "=", True)]
                    tickets.search(late, order=LIST_ORDER, limit=PAGE)
                elif name == "late_count":
                    tickets.search_count([("is_late", "=", True)], limit=COUNT_LIMIT)
                elif name == "nearest":
                    tickets.search(is_open, order=LIST_ORDER, limit=PAGE)
                elif name == "notices":
                    root = api.Environment(cr, SUPERUSER_ID, {})
                    root["helpdesk.ticket"]._cron_sla_notices()
            return [text for text in statements if 'FROM "helpdesk_ticket"' in text]


@contextmanager
def traced():
    """Give the list of the statements that are executed, with their values."""
    statements = []

    def note(cr, query, params, start, delay):
        statements.append(cr._obj.query.decode())

    thread = threading.current_thread()
    thread.query_hooks = [note]
    try:
        yield statements
    finally:
        del thread.query_hooks


def main(worker_class=Worker):
    """Answer requests until there are no more.

    :param worker_class: what answers them
    """
    # Whatever Odoo prints must not get in between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    conf, database = sys.argv[1:]
    odoo.tools.config.parse_config(
        ["-c", conf, "-d", database, "--no-http", "--log-level=warn"],
        setup_logging=True,
    )
    worker = worker_class(database)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {"result": getattr(worker, name)(*arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
