# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How the jobs of the desk go through what is due."""

import logging

from psycopg2.errors import SerializationFailure

_logger = logging.getLogger(__name__)

MAX_RETRIES = 5  # of a run that meets another worker


def run_in_batches(records, domain, process, order="id", batch_size=100):
    """Process what is due, each batch in a transaction of its own.

    A crash loses nothing: what was processed must not be due any more. A record
    that fails is left for the next run, and keeps no other back. What another
    worker holds is for ``process`` to leave to it.

    :param records: of the model to search, whose environment is used
    :param Domain domain: which of them are due
    :param process: called with each batch
    :param str order: of the search
    :param int batch_size: records per transaction
    :return: whether all were gone through; otherwise the job's time is over, and
        it runs again
    :rtype: bool
    """
    env = records.env
    progress = env["ir.cron"]._commit_progress
    progress(remaining=records.search_count(domain))
    seen, retries = [], MAX_RETRIES
    while due := records.search(
        domain.AND([domain, [("id", "not in", seen)]]), order=order, limit=batch_size
    ):
        try:
            process(due)
            env.flush_all()
        except SerializationFailure:
            # Another worker wrote on these, or on what belongs to them, since this
            # transaction began: what is still due is tried again in a new one.
            env.cr.rollback()
            retries -= 1
            if retries >= 0:
                continue
        except Exception:
            env.cr.rollback()
            if len(due) > 1:
                batch_size = 1  # find out which one it is
                continue
            _logger.exception("%s: the job failed", due)
        # Also what another worker holds: it is that worker's now.
        seen += due.ids
        if not progress(len(due)):
            return False
    return True
