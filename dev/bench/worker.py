# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the Odoo processes of the benchmark share, each on one database.

A worker reads requests on standard input and writes answers on standard output, a line
of JSON each; its log goes to standard error. Usage: python -m bench.<worker> CONF
DATABASE
"""

import json
import os
import re
import statistics
import sys
import threading
import time
import traceback
from contextlib import contextmanager

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

INDEX_SCAN = re.compile(r"(?:using|Bitmap Index Scan on) (\w+)")
# What a node of a plan has read: an average, of as many times as it ran.
SEQ_SCAN = re.compile(r"Seq Scan on (\w+).* rows=([\d.]+) loops=(\d+)\)$")
FILTERED = re.compile(r"Rows Removed by Filter: (\d+)$")
NODE = "->"
# Of a table: it is not read as a whole if that ends once there are rows enough.
SMALL_SHARE = 0.1


class Worker:
    """Does what is asked for by the name of a method.

    :param str database: its name
    """

    # Of which a plan should use an index.
    judged_tables = ("helpdesk_ticket",)
    # Rows: nobody minds a table of some pages being read as a whole.
    small_table = 1000

    def __init__(self, database):
        threading.current_thread().dbname = database
        self.registry = Registry(database)

    @contextmanager
    def _environment(self, user_id=SUPERUSER_ID, context=None):
        """Give an environment in a transaction, committed unless it fails."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, user_id, context or {})

    def query(self, name, runs):
        """Run the queries of a kind of work alone, and explain them.

        :param str name: of the kind of work
        :param int runs: how often, after one that warms up
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
                if number:
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
        """Return which indexes of the tickets a plan uses, and which big tables it
        reads row by row: as a whole, or only a part of them."""
        cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename IN %s",
            (self.judged_tables,),
        )
        ours = {name for (name,) in cr.fetchall()}
        cr.execute(
            "SELECT relname, reltuples FROM pg_class"
            " WHERE relkind = 'r' AND reltuples > %s",
            (self.small_table,),
        )
        big = dict(cr.fetchall())
        read = {name: count for name, count in find_scans(plan) if name in big}
        scans = {
            name for name, count in read.items() if count > big[name] * SMALL_SHARE
        }
        return {
            "indexes": sorted(ours & set(INDEX_SCAN.findall(plan))),
            "scans": sorted(scans),
            "parts": sorted(set(read) - scans),
        }

    def _get_queries(self, name):
        """Return the text of what the ORM sends for a kind of work."""
        raise NotImplementedError


def find_scans(plan):
    """Yield the tables that are read row by row, with how many rows were looked at.

    :param str plan: as PostgreSQL explains what it has run
    """
    lines = plan.splitlines()
    for place, line in enumerate(lines):
        found = SEQ_SCAN.search(line)
        if not found:
            continue
        name, rows, loops = found[1], float(found[2]), int(found[3])
        for detail in lines[place + 1 :]:
            filtered = FILTERED.search(detail)
            if filtered:
                rows += int(filtered[1])
            if filtered or NODE in detail:
                break
        yield name, rows * loops


def of_tickets(statements):
    """Return those that read the tickets."""
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


def serve(worker_class):
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
