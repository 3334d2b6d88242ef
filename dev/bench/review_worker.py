# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reviews: the job that drafts them."""

import gc
import resource
import time
from pathlib import Path
from unittest.mock import patch

from .desk_setup import make_desk
from .worker import Worker, serve

PAGE = resource.getpagesize()


def get_memory():
    """Return what this process has in memory, in MB."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


class ReviewWorker(Worker):
    def set_up(self, customers):
        """Make a desk with many customers.

        :param int customers: how many
        :return: the ids of what tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            self.ids = make_desk(env, customers)
            env.company.support_review_period = "month"
        return self.ids

    def add_time(self):
        """Record an hour on each ticket of the last months."""
        with self._environment() as env:
            project = env["project.project"].create({"name": "Bench"})
            env.flush_all()
            env.cr.execute(
                """
                INSERT INTO account_analytic_line
                       (name, date, ticket_id, company_id, project_id, account_id,
                        unit_amount, amount, support_real_hours, support_charged_hours)
                SELECT 'Work', ticket.filed_at::date, ticket.id, ticket.company_id,
                       project.id, project.account_id, 1, 0, 1, 0
                  FROM helpdesk_ticket ticket, project_project project
                 WHERE project.id = %s
                   AND ticket.filed_at > CURRENT_DATE - 100
                """,
                [project.id],
            )
            env.cr.execute("ANALYZE account_analytic_line")

    def draft(self):
        """Run the job, and run it again.

        :return: seconds, reviews, tickets filed in the month, and memory after the
            second and the last batch
        :rtype: dict
        """
        memory = []
        model = self.registry["support.service.review"]
        draft = model._draft

        def measured(records, *args, **kwargs):
            result = draft(records, *args, **kwargs)
            memory.append(get_memory())
            return result

        with self._environment() as env, patch.object(model, "_draft", measured):
            started = time.perf_counter()
            env["support.service.review"]._cron_draft()
            seconds = time.perf_counter() - started
        with self._environment() as env:
            reviews = env["support.service.review"].search([])
            count, filed = len(reviews), sum(reviews.mapped("filed_count"))
            env.company.support_review_drafted_to = False
            env["support.service.review"]._cron_draft()
            doubles = env["support.service.review"].search_count([]) - count
        return {
            "seconds": seconds,
            "reviews": count,
            "filed": filed,
            "doubles": doubles,
            # The first batch fills the caches.
            "memory_first": memory[1],
            "memory_last": memory[-1],
        }


if __name__ == "__main__":
    serve(ReviewWorker)
