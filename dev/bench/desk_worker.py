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
from odoo.tests import Form

from .desk_setup import CUSTOMERS, make_desk
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
    def __init__(self, database):
        super().__init__(database)
        self.specifications = {}  # by type of view

    def set_up(self, customers=CUSTOMERS):
        """Make a desk.

        :param int customers: how many
        :return: the ids of what tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            self.ids = make_desk(env, customers)
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
        specification = self._get_specification(env, "list")
        env.invalidate_all()
        return lambda: env["helpdesk.ticket"].web_search_read(
            [("closed", "=", False)],
            specification,
            limit=count,
            order=arch.get("default_order"),
            count_limit=COUNT_LIMIT,
        )

    def _get_specification(self, env, view_type):
        """Return what the web client reads of a view: its fields, and names of records.

        Read once a process: the client keeps its views, too.
        """
        if view_type not in self.specifications:
            record = env["helpdesk.ticket"].browse(self.ids["tickets"][:1])
            if view_type == "form":
                specification = Form(record)._view["fields_spec"]
            else:
                arch = etree.fromstring(
                    env["helpdesk.ticket"].get_view(view_type=view_type)["arch"]
                )
                specification = {node.get("name"): {} for node in arch.iter("field")}
            self.specifications[view_type] = self._name_records(record, specification)
        return self.specifications[view_type]

    def _name_records(self, records, specification):
        """Return a specification that asks the display name of each record linked."""
        return {
            name: {
                "fields": self._name_records(
                    records[name], asked.get("fields") or {"display_name": {}}
                )
            }
            if records._fields[name].relational
            else {}
            for name, asked in specification.items()
        }

    # === THE FORM === #

    def _prepare_form_opened(self, env, count):
        ticket = self._get_ticket(env)
        specification = self._get_specification(env, "form")
        env.invalidate_all()
        return lambda: ticket.web_read(specification)

    def _prepare_form_new(self, env, count):
        tickets = env["helpdesk.ticket"]
        specification = self._get_specification(env, "form")
        env.invalidate_all()
        return lambda: tickets.onchange({}, [], specification)

    def _prepare_field_saved(self, env, count):
        return self._prepare_saved(env, {"name": "The invoice is printed twice"})

    def _prepare_stage_saved(self, env, count):
        return self._prepare_saved(env, {"stage_id": self.ids["awaiting"]})

    def _prepare_saved(self, env, vals):
        ticket = self._get_ticket(env)
        specification = self._get_specification(env, "form")
        env.invalidate_all()
        return lambda: ticket.web_save(vals, specification)

    def _prepare_answer(self, env, count):
        ticket = self._get_ticket(env)
        env.invalidate_all()
        return lambda: ticket.message_post(
            body="Please try again.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _get_ticket(self, env):
        return env["helpdesk.ticket"].browse(self.ids["tickets"][0])

    # === LISTS === #

    def _prepare_column(self, env, count):
        """Read a column of the kanban."""
        domain = [("stage_id", "=", self.ids["in_progress"])]
        specification = self._get_specification(env, "kanban")
        env.invalidate_all()
        return lambda: env["helpdesk.ticket"].web_search_read(
            domain, specification, limit=count, count_limit=COUNT_LIMIT
        )

    def _prepare_groups(self, env, count):
        """Read the open tickets grouped by stage."""
        return lambda: env["helpdesk.ticket"].web_read_group(
            [("closed", "=", False)], ["stage_id"], ["__count"]
        )

    def _prepare_customer(self, env, count):
        """Search the tickets of a customer by name, as typed in the search bar."""
        specification = self._get_specification(env, "list")
        env.invalidate_all()
        return lambda: env["helpdesk.ticket"].web_search_read(
            [("partner_id", "child_of", self.ids["companies"][7])],
            specification,
            limit=count,
            count_limit=COUNT_LIMIT,
        )

    def _prepare_my_desk(self, env, count):
        return lambda: env["helpdesk.ticket"].get_my_desk()

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
