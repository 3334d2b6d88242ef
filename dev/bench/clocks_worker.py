# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever edits what was promised, the job that follows, and who files meanwhile."""

import os
import resource
import statistics
import time
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from odoo.sql_db import Cursor

from .desk_setup import make_desk
from .worker import Worker, serve, traced

FORM = ("response_hours", "resolution_hours")


class ClocksWorker(Worker):
    def set_up(self):
        """Make a desk.

        :return: the ids of what tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            ids = make_desk(env)
        self.know(ids)
        return ids

    def know(self, ids):
        """Work in a desk that another process made."""
        self.ids = ids

    # === WHO EDITS === #

    def edit_target(self):
        """Save the form of a plan with other targets for all priorities."""

        def edit(env):
            plan = env["support.plan"].browse(self.ids["plan"])
            plan.write(
                {
                    "sla_ids": [
                        (1, line.id, {name: line[name] * 1.5 for name in FORM})
                        for line in plan.sla_ids
                    ]
                }
            )

        return self._time(edit)

    def enter_holiday(self):
        """Enter a public holiday."""
        plan_id = self.ids["plan"]

        def edit(env):
            calendar = env["support.plan"].browse(plan_id).calendar_id
            env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "calendar_id": calendar.id,
                    "company_id": calendar.company_id.id,
                    "date_from": "2040-01-01 00:00:00",
                    "date_to": "2040-01-01 22:00:00",
                }
            )

        return self._time(edit)

    def _time(self, edit):
        start = time.perf_counter()
        with self._environment() as env, traced() as statements:
            edit(env)
            env.cr.flush()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "statements": len(statements)}

    # === THE JOB === #

    def run_job(self):
        """Run the clocks again, as the job does."""
        ends = [time.perf_counter()]
        commit = Cursor.commit

        def noted_commit(cursor):
            commit(cursor)
            ends.append(time.perf_counter())

        cpu, start = time.process_time(), ends[0]
        with patch.object(Cursor, "commit", noted_commit), self._environment() as env:
            server = env.cr._cnx.info.backend_pid
            server_cpu = _get_cpu(server)
            env["support.clock.refresh"]._cron_refresh()
            server_cpu = _get_cpu(server) - server_cpu
        batches = [after - before for before, after in pairwise(ends)]
        return {
            "seconds": time.perf_counter() - start,
            "cpu": time.process_time() - cpu,
            "server_cpu": server_cpu,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "batches": len(batches),
            "longest_batch": max(batches),
        }

    def check(self):
        """Return how many open tickets are not as their log and plan have it."""
        with self._environment() as env:
            waiting = env["support.clock.refresh"].search_count([])
            tickets = env["helpdesk.ticket"]
            sample = tickets.search(tickets._sla_get_open_domain(), order="id")
            sample = sample[:: max(len(sample) // 500, 1)]
            before = {
                ticket: (ticket.response_deadline, ticket.resolution_deadline)
                for ticket in sample
            }
            sample._sla_recompute()
            wrong = [
                ticket.id
                for ticket, found in before.items()
                if found != (ticket.response_deadline, ticket.resolution_deadline)
            ]
            env.cr.rollback()
        return {"left": waiting + len(wrong)}

    # === WHO FILES === #

    def file(self, count):
        """File tickets one after the other, each in a transaction."""
        return self._sum_up([self._file(number) for number in range(count)])

    def file_beside_job(self):
        """File tickets until the job is done."""
        seconds = []
        while True:
            seconds.append(self._file(len(seconds)))
            with self._environment() as env:
                if not env["support.clock.refresh"].search_count([]):
                    return self._sum_up(seconds)

    def _sum_up(self, seconds):
        return {
            "seconds": statistics.median(seconds),
            "longest": max(seconds),
            "filed": len(seconds),
        }

    def _file(self, number):
        contacts = self.ids["contacts"]
        start = time.perf_counter()
        with self._environment(self.ids["agent"]) as env:
            env["helpdesk.ticket"].create(
                {
                    "name": f"The invoice {number} cannot be printed",
                    "description": "<p>It says <b>error</b>.</p>",
                    "partner_id": contacts[number % len(contacts)],
                    "team_id": self.ids["team"],
                    "category_id": self.ids["category"],
                    "priority": "013"[number % 3],
                }
            )
        return time.perf_counter() - start


def _get_cpu(pid):
    """Return the CPU time of a process on this machine, in seconds; 0 if unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    serve(ClocksWorker)
