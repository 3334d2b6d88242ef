# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents do at the desk, and the queries of their lists."""

import gc
import re
import time
from collections import Counter
from contextlib import contextmanager

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain

from .desk_setup import make_desk
from .worker import Worker, of_tickets, serve, traced

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


class DeskWorker(Worker):
    def set_up(self):
        """Make a desk.

        :return: the ids of what tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            self.ids = make_desk(env)
            agent = env["res.users"].browse(self.ids["agent"])
            self.context = dict(agent.with_user(agent).context_get())
        return self.ids

    def make_tickets(self, count):
        """Create the tickets whose stage is written later on."""
        with self._environment(self.ids["agent"], self.context) as env:
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
        with self._environment(self.ids["agent"], self.context) as env:
            do = getattr(self, f"_prepare_{work}")(env, count)
            env.cr.flush()
            yield env.cr, do
            env.cr.rollback()

    # === QUERIES === #

    def _get_queries(self, name):
        """Return the text of what the ORM sends, as an ordinary agent or as the job."""
        with self._environment(self.ids["agent"], self.context) as agent:
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
                    root = api.Environment(agent.cr, SUPERUSER_ID, {})
                    root["helpdesk.ticket"]._cron_sla_notices()
            return of_tickets(statements)


if __name__ == "__main__":
    serve(DeskWorker)
